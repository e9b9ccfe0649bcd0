"""The command that replays a présérie."""

import json
import re

from click.testing import CliRunner
import pytest

from ordonnance.cli.main import cli
from ordonnance.domain.preserie import State
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_value import Outcome
from ordonnance.domain.preserie_words import OUTCOMES, STATES, VERBS
from preserie_stories import (
    AMS,
    DEPLOYED,
    DRAW,
    FILES,
    INSTALLED,
    RUNNING,
    SHARE,
    a_pharmacy,
    decide,
    say,
)

MEMBERS = (
    *("state", "step", "started_on", "weeks", "modalities", "participants", "refusals"),
    *("warnings", "bilan", "notifications", "traces_active", "valid_for", "covers"),
)


def run(*words):
    return CliRunner().invoke(cli, ["preserie", "replay", *map(str, words)])


@pytest.fixture
def write(tmp_path):
    def write_events(*events, name="file.jsonl"):
        path = tmp_path / name
        lines = [one if isinstance(one, str) else json.dumps(one) for one in events]
        path.write_text("\n".join(lines), "utf-8")
        return path

    return write_events


def test_json_has_the_members_of_the_contract():  # PRE-37
    result = run(FILES / "validee.jsonl", "--json")

    told = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert tuple(told) == MEMBERS
    assert [one["id"] for one in told["bilan"]["criteria"]] == [1, 2, 3, 4, 5]
    assert {"id", "met", "met_by_text", "value", "target", "low", "high", "reading", "detail"} <= {
        *told["bilan"]["criteria"][0]
    }
    assert set(told["notifications"][0]) == {"at", "from", "to", "about", "text"}
    assert set(told["covers"][0]) == {"line", "software", "covered", "because"}


def test_the_report_tells_state_timeline_pharmacies_and_criteria():  # PRE-37, PRE-38
    result = run(FILES / "validee.jsonl")

    output = result.output.replace("\u202f", " ")
    assert result.exit_code == 0
    assert output.startswith("Présérie : Alba Officine (Alba)\n● généralisée\n")
    for part in (
        "    lun. 5 janv. 2026 : éditeur déclaré ; 3 logiciels déclarés (lignes 1 à 4).\n",
        "    ✗ ligne 5 : Le CNDA n’a autorisé aucune version déclarée du logiciel Alba\n",
        "    lun. 2 mars 2026 : décision : déployer (ligne 74).\n",
        "332000011 Pharmacie du Port    33   19/01/2026 5.0         95,9 %\n",
        "✓ 1. Enregistrement des exécutions : atteint\n",
        "    93,8 % (460 sur 490) ; attendu : au moins 80 %. Intervalle à 95 % : 91,3 % à\n",
        "Valable pour : Alba Officine, Alba Mobile.\n",
        "Traces postes actives : 382000020.\n",
    ):
        assert part in output


def test_a_failed_pilot_says_what_is_missing():  # PRE-37
    output = run(FILES / "prolongee.jsonl").output.replace("\u202f", " ")

    assert "◑ prolongée\n" in output
    assert "        ! La présérie est prolongée sans correctif déclaré depuis le bilan." in output
    assert (
        "    1 anomalie bloquante ouverte ; sans usage enregistré : corriger, annuler ;\n" in output
    )
    assert "    À énoncer ; attendu : énoncés.\n" in output


STORIES = {
    "empty": (),
    "hostile": (
        say("declare_vendor", vendor="\x1b[31mAlba\n" * 9),
        *INSTALLED[1:9],
        say("open", software="\x1b]0;title\x07" * 20),
    ),
    "long": (*INSTALLED, a_pharmacy(5, name="Grande pharmacie du centre commercial " * 4)),
    "bare bilan": (*INSTALLED, DRAW, SHARE, decide("prolong")),
    "wrong check": (*INSTALLED, say("check_scor_stop", conform=False), DRAW),
    "left": (*RUNNING, say("withdraw", am=AMS[0], reason="Travaux"), DRAW),
    "waived": (
        *RUNNING[:-1],
        DRAW,
        SHARE,
        decide("deploy", waives=[{"criterion": 5, "reason": "Deux pharmacies bavardes"}]),
    ),
    "closed": (*RUNNING, say("close", reason="Module refait")),
    "deployed": DEPLOYED,
}


@pytest.mark.parametrize("story", STORIES)
def test_a_report_keeps_to_eighty_columns_and_moves_no_cursor(story, write):  # PRE-37
    result = run(write(*STORIES[story]))

    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 80
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", result.output)


def test_a_waiver_is_printed_in_the_bilan(write):  # PRE-35
    output = run(write(*STORIES["waived"])).output

    assert "✗ 5. Satisfaction des utilisateurs : non atteint\n" in output
    assert "    Levé par la Cnam : Deux pharmacies bavardes\n" in output


def test_lines_are_those_of_the_file(write):  # PRE-37
    path = write("\ufeff", '{"do": "x", "text": "a\u2028b"}', "", '{"do": "y"}\r')

    told = json.loads(run(path, "--json").stdout)

    assert [one["line"] for one in told["refusals"]] == [2, 4]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.json", '{"name": "essai", "participants_min": 4}'),
        ("m.toml", 'name = "essai"\nparticipants_min = 4\nrate_target = 0.9'),
    ],
)
def test_other_modalities_come_from_a_file(name, content, write):  # PRE-34
    modalities = write(content, name=name)

    told = json.loads(run(write(*INSTALLED), "--modalites", modalities, "--json").stdout)

    assert told["modalities"] == "essai"
    assert told["refusals"] == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("m.json", "{", "n’est ni du JSON ni du TOML lisible. Corrigez-le."),
        ("m.toml", "=", "n’est ni du JSON ni du TOML lisible. Corrigez-le."),
        ("m.json", '{"rate_target": 80}', "« rate_target » doit être un nombre de 0 à 1"),
    ],
)
def test_wrong_modalities_end_with_one_and_a_sentence(name, content, sentence, write):  # PRE-34
    result = run(write(*INSTALLED), "--modalites", write(content, name=name))

    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in str(result.exception)


def test_a_file_that_cannot_be_read_ends_with_one(tmp_path):  # PRE-37
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")

    for path, sentence in (
        (tmp_path / "none", "ne peut pas être lu"),
        (tmp_path, "ne peut pas être lu"),
        (binary, "n’est pas un texte en UTF-8"),
    ):
        result = run(path)
        assert (result.exit_code, result.stdout) == (1, "")
        assert sentence in str(result.exception)


def test_a_command_misused_ends_with_two():
    assert run().exit_code == 2
    assert run("a", "b").exit_code == 2
    assert run("a", "--xml").exit_code == 2


def test_every_verb_state_and_outcome_has_its_words():
    assert set(VERBS) == set(EVENTS)
    assert set(STATES) == set(State)
    assert set(OUTCOMES) == set(Outcome)
