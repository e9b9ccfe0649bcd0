"""The bilan as files: tables for a spreadsheet, one JSON object; what a spreadsheet would run."""

import csv
import io
import json

from hypothesis import example, given
from hypothesis import strategies as st
import pytest

from bilan_stories import TOLD, USED
from ordonnance.domain.bilan_files import describe_told, write_criteria, write_measures
from ordonnance.domain.bilan_telling import tell_bilan
from ordonnance.domain.csv_table import write_cell, write_csv
from ordonnance.domain.french import bind
from preserie_stories import AMS, play

cells = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


def read(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


@pytest.fixture(scope="module")
def told():
    return tell_bilan(play(*TOLD), used=USED)


@given(st.lists(st.tuples(cells, cells), max_size=5))
@example([("=1+1", " @x"), ('a;"b"', "c\r\nd"), ("-3", "\t=x")])
def test_a_table_is_read_back_and_runs_nothing(rows):  # PRE-64
    back = read(write_csv(("a", "b"), rows))

    assert len(back) == len(rows) + 1
    for given_row, read_row in zip(rows, back[1:], strict=True):
        for cell, found in zip(given_row, read_row, strict=True):
            assert found in {cell, f"'{cell}"}
            assert not found.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_plain_cell_is_left_as_it_is():  # PRE-64
    assert write_cell("93,8 % (460 sur 490)") == "93,8 % (460 sur 490)"


def test_the_criteria_are_one_line_each(told):  # PRE-64
    head, *rows = read(write_criteria(told))

    assert head[:6] == [
        "critère",
        "intitulé",
        "verdict",
        "résultat",
        "attendu",
        "intervalle à 95 %",
    ]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0][2:4] == ["atteint", "82,1\u202f% (493 sur 600)"]
    assert {row[-1] for row in rows} == {told.content}


def test_every_count_is_one_line(told):  # PRE-64
    head, *rows = read(write_measures(told))
    found = {tuple(row[:4]): row[4:] for row in rows}

    assert len(found) == len(rows)
    assert head[4:] == ["nombre", "sur", "taux", "borne basse", "borne haute"]
    assert found["1", "ensemble", "toutes", "exécutions enregistrées"][:3] == [
        "493",
        "600",
        "0,821667",
    ]
    assert found["1", "pharmacie", AMS[3], "exécutions enregistrées"][:2] == ["85", "120"]
    assert found["1", "version", "5.0", "exécutions enregistrées"][:2] == ["493", "600"]
    assert found["1", "opération", "corriger", "commandes enregistrées"][:2] == ["6", "6"]
    assert found["3", "ensemble", "toutes", "pièces envoyées à tort"] == ["1", "", "", "", ""]
    assert found["3", "pharmacie", AMS[3], "pièces envoyées à tort"][0] == "1"
    assert found["5", "ensemble", "toutes", "réponses «\u00a02 sur 5\u00a0»"][0] == "1"
    assert found["2", "pharmacie", AMS[0], "Délivrer en entier"][0] == "90"


def test_the_object_says_all_that_is_told(told):  # PRE-62
    read_back = json.loads(json.dumps(describe_told(told)))

    assert read_back["drawn_at"] == "2026-03-02T09:00:00+01:00"
    assert read_back["rows"][0]["words"] == "atteint"
    assert read_back["rows"][0]["figure"] == "82,1\u202f% (493 sur 600)"
    assert read_back["sections"][0]["charts"][0]["bars"][0]["share"] == "17/24"
    assert read_back["sections"][0]["charts"][0]["target"] == "4/5"


def test_french_blanks_are_bound():  # PRE-62
    assert bind("Vu : « oui » ; 5 % !") == ("Vu\u00a0: «\u00a0oui\u00a0»\u202f; 5\u202f%\u202f!")
    assert bind(bind("a : b")) == bind("a : b")
