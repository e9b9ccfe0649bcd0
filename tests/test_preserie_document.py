"""docs/preserie-api.md says what the code is, and its examples are a présérie that works."""

from pathlib import Path
import re

from ordonnance.domain.bilan import CRITERION_TEXTS
from ordonnance.domain.modalites import MARKS, PHARMACISTS_2025_07, Origin
from ordonnance.domain.preserie import State
from ordonnance.domain.preserie_party import KIND_WORDS, PartyKind
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_refusal import ALL_PRESERIE_REASONS
from ordonnance.domain.preserie_result import describe_replay
from ordonnance.domain.preserie_warning import WARNING_SENTENCES
from preserie_stories import play

DOCS = Path(__file__).resolve().parent.parent / "docs"
TEXT = (DOCS / "preserie-api.md").read_text("utf-8")
WHO = {
    "éditeur": {PartyKind.VENDOR},
    "Cnam": {PartyKind.CNAM},
    "GIE": {PartyKind.GIE},
    "tout acteur de la présérie": {*list(PartyKind)[:5]},
    "tous": {*list(PartyKind)[:5]},
    "la pharmacie elle-même": {PartyKind.PILOT},
}


def rows_under(heading):
    section = TEXT.partition(f"\n{heading}\n")[2]
    section = re.split(r"\n##? ", section)[0]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]


def examples():
    blocks = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_the_examples_are_a_whole_preserie():  # PRE-37
    replayed = play(*examples())
    told = describe_replay(replayed)

    assert told["refusals"] == []
    assert (told["state"], told["valid_for"]) == ("GENERALISEE", ["Beryl LGO", "Beryl Light"])
    shown = {event.verb for event in replayed.accepted.values()}
    assert set(EVENTS) - shown == {"close"}


def test_every_verb_is_told_with_who_may_say_it():  # PRE-36
    told = {row[0].strip("`"): row[2] for row in rows_under("## Les verbes")}

    assert set(told) == set(EVENTS)
    for verb, who in told.items():
        roles = set().union(*(WHO[one] for one in who.split(", ")))
        assert roles == set(EVENTS[verb].roles), verb


def test_every_reason_is_told_as_it_is_answered():
    told = {row[0].strip("`"): row[2] for row in rows_under("## Tous les refus d’une présérie")}

    assert told == {reason.code: reason.sentence for reason in ALL_PRESERIE_REASONS}


def test_every_warning_is_told():
    told = {row[0].strip("`"): row[2] for row in rows_under("## Avertissements")}

    assert told == {code.value: sentence for code, sentence in WARNING_SENTENCES.items()}


def test_every_setting_is_told_with_its_origin():  # PRE-34
    rows = rows_under("## Les modalités")
    told = {row[0].strip("`"): row[2] for row in rows}

    assert told == {
        name: "texte" if mark.origin is Origin.TEXT else "Notre lecture"
        for name, mark in MARKS.items()
    }
    assert {row[0]: row[1] for row in rows}["`cpam_referent`"] == ", ".join(
        PHARMACISTS_2025_07.cpam_referent
    )


def test_every_state_is_told():  # PRE-42
    told = {
        name for row in rows_under("## Les états") for name in re.findall(r"`([A-Z_]+)`", row[0])
    }

    assert told == {state.value for state in State}


def squeeze(text):
    return re.sub(r"[\s*]", "", text).replace("'", "’")


def test_requirements_and_criteria_quote_the_founding_document(shared):  # PRE-23
    (seed,) = (shared / "seed").glob("*.txt")
    text = squeeze(seed.read_text("utf-8"))
    rows = (DOCS / "exigences.md").read_text("utf-8").splitlines()
    sources = [row.split(" | ")[2] for row in rows if row.startswith("| PRE-")]
    quoted = [words for source in sources for words in re.findall("Texte : « (.*?) »", source)]

    assert len(quoted) == 38
    assert [words for words in quoted if squeeze(words) not in text] == []
    assert [words for words in CRITERION_TEXTS.values() if squeeze(words) not in text] == []


def test_every_kind_of_party_has_its_words():
    assert set(KIND_WORDS) == set(PartyKind)
