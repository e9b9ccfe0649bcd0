"""Pharmacies pasted or imported: any table a vendor has, all that is wrong at once, by line."""

from datetime import UTC, datetime
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.enrolment_import import LINES_MAX, guess_department, read_enrolments
from preserie_stories import AMS, ENROLLED, OPENED, PLACED, a_software, play, say

AT = datetime(2026, 1, 12, 8, tzinfo=UTC)
PRESERIE = play(*PLACED).preserie
HEADER = "Numéro AM;Nom;Département;Accord le;Équipement compatible;Version;Contact"
GOOD = f"{AMS[0]};Pharmacie du Port;33;12/01/2026;oui;5.0;port@example.org"
EVENT = {
    "do": "enrol",
    "am": AMS[0],
    "name": "Pharmacie du Port",
    "department": "33",
    "agreement_on": "2026-01-12",
    "equipment_compatible": True,
    "software_version": "5.0",
    "contact": "port@example.org",
}
ALL = {"agreement_on": "2026-01-10", "equipment_compatible": "oui"}


def read(content, preserie=PRESERIE, **more):
    return read_enrolments(content, preserie, at=AT, **more)


def problems(imported):
    return [(one.line, one.code) for one in imported.problems]


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        f"{HEADER}\n{GOOD}",
        f"\ufeff{HEADER}\r\n{GOOD}\r\n".encode(),
        f"{HEADER}\n{GOOD}".encode("cp1252"),
        GOOD.replace(";", "\t"),
        GOOD.replace(";", ","),
        f"\n\n{GOOD}\n;;;;;;\n",
        GOOD.replace("12/01/2026", "2026-01-12").replace("oui", "OUI"),
        GOOD.replace(AMS[0], "33 200 001 1").replace(";33;", "; 33 ;"),
        (
            "contact,équipement,accord,nom,N° AM,version,dépt\n"
            f'port@example.org,x,12.1.2026,"Pharmacie  du Port",{AMS[0]},5.0,33'
        ),
    ],
)
def test_a_table_is_read_whatever_its_form(content):  # PRE-69
    imported = read(content)

    assert imported.problems == ()
    assert list(imported.events) == [EVENT]
    assert imported.remarks == ()


def test_pasted_numbers_take_the_rest_from_what_is_said_once():  # PRE-69
    pasted = f"{AMS[0]}\n  332 000 029  Pharmacie des Halles, bis\n"

    imported = read(pasted.replace(",", ""), defaults=ALL)

    assert imported.problems == ()
    assert [(one["am"], one["name"]) for one in imported.events] == [
        (AMS[0], f"Pharmacie {AMS[0]}"),
        (AMS[1], "Pharmacie des Halles bis"),
    ]
    assert imported.events[0]["software_version"] == "5.0"  # the only one declared
    assert [one.line for one in imported.remarks] == [1, 1, 2]
    assert imported.remarks[0].sentence == (
        "Le département manque : 33 est lu dans le numéro AM. Vérifiez-le."
    )


def test_all_that_is_wrong_is_told_at_once_by_line_in_the_words_of_the_rule():  # PRE-69
    lines = [
        HEADER,
        GOOD,
        GOOD,  # 3: already enrolled, by the line before
        f"{AMS[1]};B;33;;oui;5.0;",
        f"{AMS[2]};C;75;12/01/2026;oui;5.0;",
        f"{AMS[2]};C;33;12/01/2026;non;5.0;",
        f"{AMS[2]};C;33;12/01/2026;oui;9.9;",
        "12345;C;33;12/01/2026;oui;5.0;",
        f"{AMS[2]};C;33;31/02/2026;peut-être;5.0;",
        f"{AMS[2]};C;33;12/01/2026;oui;5.0;",  # 10: right at last
    ]

    imported = read("\n".join(lines))

    assert problems(imported) == [
        (3, "ALREADY_ENROLLED"),
        (4, "AGREEMENT_MISSING"),
        (5, "NOT_IN_CHOSEN_CPAM"),
        (6, "EQUIPMENT_NOT_COMPATIBLE"),
        (7, "VERSION_NOT_COMPATIBLE"),
        (8, "AM_INVALID"),
        (9, "EVENT_MALFORMED"),
        (9, "EVENT_MALFORMED"),
    ]
    assert [one.sentence for one in imported.problems[-2:]] == [
        "« accord le » : attendu un jour, comme 12/01/2026.",
        "« équipement compatible » : attendu oui ou non.",
    ]
    assert imported.problems[1].sentence == (
        "La pharmacie 332000029 n’a pas donné son accord de principe. Obtenez-le et indiquez sa "
        "date."
    )
    assert [one["am"] for one in imported.events] == [AMS[0], AMS[2]]


def test_a_list_that_is_too_long_is_refused_from_the_line_that_is_one_too_many():  # PRE-14, PRE-69
    numbers = "\n".join(f"33300{rank:04d}" for rank in range(7))

    imported = read(numbers, play(*ENROLLED).preserie, defaults=ALL)

    assert problems(imported) == [(6, "TOO_MANY_PARTICIPANTS"), (7, "TOO_MANY_PARTICIPANTS")]


def test_a_pharmacy_of_another_open_preserie_is_told_too():  # PRE-47, PRE-69
    imported = read(f"{AMS[0]}\n{AMS[1]}", defaults=ALL, elsewhere=[AMS[1]])

    assert problems(imported) == [(2, "ENROLLED_ELSEWHERE")]


def test_what_is_imported_is_what_a_preserie_takes():  # PRE-69
    imported = read("\n".join(AMS), defaults=ALL)

    replayed = play(*PLACED, *(say(**event) for event in imported.events))

    assert replayed.refused == ()
    assert [one.am for one in replayed.preserie.active] == list(AMS)


def test_of_several_versions_none_is_chosen():  # PRE-69
    preserie = play(*PLACED, a_software(version="5.1")).preserie

    imported = read(AMS[0], preserie, defaults=ALL)

    assert [one.sentence for one in imported.problems] == ["« version » : elle manque."]


def test_before_the_opening_each_line_is_refused():  # PRE-69
    assert problems(read(GOOD, play(*OPENED).preserie)) == [(1, "NOT_IN_CHOSEN_CPAM")]


def test_an_unknown_column_is_passed_over_and_said():  # PRE-69
    imported = read(f"Fax;{HEADER}\n0556;{GOOD}")

    assert list(imported.events) == [EVENT]
    assert [(one.line, one.sentence) for one in imported.remarks] == [
        (1, "La colonne « Fax » n’est pas connue : elle n’est pas lue.")
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "Il n’y a aucune ligne"),
        (" \n;;\n", "Il n’y a aucune ligne"),
        ("nom;version\nA;5.0", "Il manque la colonne « numéro AM »"),
        ("AM;AM\n1;2", "Une colonne est là deux fois"),
        (b"\x81\x8d\x8f", "n’est pas un texte"),
        ("a\0b", "n’est pas un texte"),
        ("1\n" * (LINES_MAX + 2), "plus de 200 lignes"),
        ("1" * 300_000, "dépasse 256 Kio"),
        (f"{HEADER}\n" + "1" * 140_000 + ";", "La ligne 2 ne se lit pas"),
    ],
)
def test_a_table_that_is_none_is_refused_whole(content, words):  # PRE-69
    imported = read(content)

    assert len(imported.problems) == 1
    assert words in imported.problems[0].sentence
    assert imported.events == ()


def test_lines_keep_their_numbers_where_a_cell_holds_several():  # PRE-69
    imported = read(f'{HEADER}\n{AMS[0]};"Pharmacie\ndu Port";33;12/01/2026;oui;5.0;\n1;A;33;;oui')

    assert imported.events[0]["name"] == "Pharmacie du Port"
    assert problems(imported) == [(4, "AM_INVALID")]


@pytest.mark.parametrize(
    ("am", "department"),
    [
        ("332000011", "33"),
        ("012000011", "01"),
        ("952000011", "95"),
        ("972000011", "972"),
        ("202000011", ""),
        ("002000011", ""),
        ("962000011", ""),
        ("970000011", ""),
        ("33200001", ""),
        ("2A2000011", ""),
    ],
)
def test_a_department_is_read_in_the_number_where_it_is_plausible(am, department):  # PRE-69
    assert guess_department(am) == department


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_nothing_makes_it_fail(content):  # PRE-69
    imported = read(content, defaults=ALL)

    json.dumps([*imported.events])
    assert all(one.sentence.endswith(".") for one in (*imported.problems, *imported.remarks))
