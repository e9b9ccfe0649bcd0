"""The command that shows a bilan, or writes it."""

import csv
from fractions import Fraction
import io
import json

from click.testing import CliRunner
import pypdfium2
import pytest

from api.preseries import get, open_preserie
from api.services import running
from bilan_stories import CONTENT, NAMES, TOLD
from ordonnance.cli.main import cli
from ordonnance.cli.preserie_bilan import draw_bar
from ordonnance.domain.bilan_told import Bar
from ordonnance.server import SetupError
from preserie_stories import AMS, FILES, INSTALLED


def run(*words):
    return CliRunner().invoke(cli, ["preserie", "bilan", *map(str, words)])


@pytest.fixture
def told(tmp_path):
    path = tmp_path / "told.jsonl"
    path.write_text("\n".join(map(json.dumps, TOLD)), "utf-8")
    return path


def test_the_bilan_is_told_at_eighty_columns(told):  # PRE-62
    result = run("--file", told)
    lines = result.output.replace("\u202f", " ").replace("\u00a0", " ").splitlines()

    assert result.exit_code == 0
    assert max(map(len, lines)) <= 80
    for line in (
        "Bilan de la présérie : Alba 5.0 (Alba)",
        "Alba 5.0 atteint les cinq critères du bilan.",
        "✓ 1. Enregistrement des exécutions : atteint",
        "    82,1 % (493 sur 600) ; attendu : au moins 80 %",
        "    Pharmacie du Vercors     ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒        70,8 % (85 sur 120)",
        "    Pharmacie Chartreuse     █████████████████████▍   89,1 % (107 sur 120)",
        "Signé ensemble par l’éditeur et la Cnam.",
    ):
        assert line in lines
    assert "\x1b[" not in result.output


@pytest.mark.parametrize(
    ("share", "drawn"),
    [
        ((1, 1), "█" * 24),
        ((1, 2), "█" * 12),
        ((0, 1), ""),
        ((1, 192), "▏"),
        ((999, 1000), f"{'█' * 23}▉"),
    ],
)
def test_a_bar_is_cut_never_rounded_up(share, drawn):  # PRE-62
    assert draw_bar(Bar(name="", words="", share=Fraction(*share))).rstrip() == drawn


def test_the_files_are_written_with_the_same_figures(told, tmp_path):  # PRE-62, PRE-64
    result = run("--file", told, "--pdf", tmp_path / "b.pdf", "--csv", tmp_path / "b.csv", "--json")

    described = json.loads(result.stdout)
    figure = described["rows"][0]["figure"]
    assert result.exit_code == 0
    assert figure == "82,1\u202f% (493 sur 600)"
    text = (tmp_path / "b.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert rows[1][3] == figure
    assert "exécutions enregistrées;493;600" in (tmp_path / "b-mesures.csv").read_text("utf-8-sig")
    first = pypdfium2.PdfDocument(tmp_path / "b.pdf")[0].get_textpage().get_text_bounded()
    assert "493 sur 600" in first.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_pilot_reads_no_other_name(told):  # PRE-64
    output = run("--file", told, "--for", AMS[0]).output

    assert NAMES[0] in output
    assert not [one for one in (*NAMES[1:], *AMS[1:5]) if one in output]


def test_over_http_it_is_signed_and_told_as_from_its_file(database_url, tmp_path):  # PRE-61, PRE-62
    with running(database_url) as service:
        name = open_preserie(service, *TOLD)
        answered = get(service, f"/preseries/{name}").json["bilan"]
        base = ("--database", service.settings.database)
        result = run(name, *base, "--json")
        exported = CliRunner().invoke(cli, ["preserie", "export", name, *base]).stdout
    (tmp_path / "exported.jsonl").write_text(exported, "utf-8")

    assert result.stdout == run("--file", tmp_path / "exported.jsonl", "--json").stdout
    assert (answered["signed"], answered["hash"]) == (True, CONTENT)
    assert json.loads(result.stdout)["content"] == CONTENT


@pytest.mark.parametrize("words", [(), ("ID", "--file", "x.jsonl")])
def test_one_preserie_is_asked_for(words):  # PRE-62
    assert run(*words).exit_code == 2


def test_what_cannot_be_shown_is_said(tmp_path, told):  # PRE-62
    early = tmp_path / "early.jsonl"
    early.write_text("\n".join(map(json.dumps, INSTALLED)), "utf-8")

    cases = (
        (("--file", early), "Aucun bilan n’est encore dressé"),
        (("--file", told, "--for", "999999999"), "La pharmacie 999999999 ne participe pas"),
        (("--file", told, "--pdf", tmp_path / "no" / "b.pdf"), "ne peut pas être écrit"),
        (("--file", tmp_path / "none"), "ne peut pas être lu"),
    )
    for words, sentence in cases:
        found = run(*words)
        assert isinstance(found.exception, SetupError)
        assert sentence in str(found.exception)


def test_the_samples_have_a_bilan():  # PRE-62
    assert run("--file", FILES / "validee.jsonl").exit_code == 0
