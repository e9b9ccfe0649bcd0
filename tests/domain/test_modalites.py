"""The modalities of a présérie: what they are, where each is from, and how a file changes them."""

from dataclasses import fields
from decimal import Decimal
from fractions import Fraction

import pytest

from ordonnance.domain.modalites import (
    MARKS,
    PHARMACISTS_2025_07,
    Origin,
    RateUnit,
    say_cpam,
    say_origin,
)
from ordonnance.domain.modalites_reading import ModalitiesError, read_modalities
from preserie_stories import INSTALLED, OPENED, a_pharmacy, codes, play, say

# The contract, section 6: the values, and which of them the text says.
VALUES = {
    "rate_target": Fraction(4, 5),
    "rate_unit": "command",
    "refusals_excluded": True,
    "operations": ("consult", "execute", "correct", "undo"),
    "each_used": True,
    "wrong_stops_max": 0,
    "wrong_sends_max": Fraction(1, 20),
    "answers_share_min": Fraction(1, 2),
    "satisfaction_min": 3,
    "participants_min": 5,
    "participants_min_reduced": 3,
    "reduced_below_percent": 1,
    "minimum_reduced": "auto",
    "participants_max": 10,
    "extended_max": None,
    "first_week_installations": 3,
    "first_week": "planned",
    "fourth_needs_check": True,
    "cpam_max": 3,
    "cpam_referent": ("08", "33", "38", "44", "49", "51", "78", "80", "81", "83", "94"),
}
TEXT = {
    "rate_target",
    "participants_min",
    "participants_min_reduced",
    "reduced_below_percent",
    "participants_max",
    "first_week_installations",
    "cpam_max",
    "cpam_referent",
}


def test_the_modalities_are_those_of_the_contract():  # PRE-34
    settings = {field.name for field in fields(PHARMACISTS_2025_07)} - {"name", "marks"}

    assert PHARMACISTS_2025_07.name == "pharmaciens-2025-07"
    assert {name: getattr(PHARMACISTS_2025_07, name) for name in settings} == VALUES


def test_each_setting_says_where_it_comes_from():  # PRE-34
    assert set(MARKS) == set(VALUES)
    assert {name for name, mark in MARKS.items() if mark.origin is Origin.TEXT} == TEXT
    assert all(mark.words for mark in MARKS.values())


@pytest.mark.parametrize("setting", TEXT)
def test_the_words_of_the_text_are_in_the_founding_document(setting, shared):  # PRE-34
    (seed,) = (shared / "seed").glob("*.txt")
    text = "".join(seed.read_text("utf-8").split()).replace("'", "’")

    assert "".join(MARKS[setting].words.split()) in text


def test_a_file_says_only_what_differs():  # PRE-34
    read = read_modalities(
        {
            "name": "essai",
            "wrong_sends_max": {"value": Decimal("0.02"), "reason": "Le GIE demande mieux"},
            "participants_max": 12,
            "rate_unit": "prescription",
            "extended_max": "none",
            "satisfaction_min": 3,
        }
    )

    assert read.name == "essai"
    assert (read.wrong_sends_max, read.participants_max) == (Fraction(1, 50), 12)
    assert (read.rate_unit, read.extended_max) == (RateUnit.PRESCRIPTION, None)
    assert read.rate_target == PHARMACISTS_2025_07.rate_target
    assert say_origin(read, "wrong_sends_max") == "Choisi (essai) : Le GIE demande mieux."
    assert say_origin(read, "participants_max") == "Choisi (essai) : sans motif donné."
    assert say_origin(read, "satisfaction_min").startswith("Notre lecture : ")
    assert say_origin(read, "cpam_max").startswith("Texte : « Dans 1 à 3 CPAM")


def test_a_file_without_a_name_is_not_taken_for_the_text():  # PRE-34
    assert read_modalities({"cpam_max": 2}).name == "pharmaciens-2025-07, modifiées"
    assert read_modalities({}) == PHARMACISTS_2025_07


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([], "les modalités sont un objet"),
        ({"rate_targett": 1}, "voulez-vous dire « rate_target » ?"),
        ({"zzz": 1}, "il y a : rate_target, rate_unit"),
        ({"rate_target": 80}, "« rate_target » doit être un nombre de 0 à 1 (0.80 pour 80 %)"),
        ({"rate_target": "0.8"}, "un nombre de 0 à 1"),
        ({"rate_target": 0.8}, "un nombre de 0 à 1"),
        ({"rate_target": Decimal("nan")}, "un nombre de 0 à 1"),
        ({"rate_target": Decimal("1e-999999999")}, "décimales au plus"),
        ({"rate_target": True}, "un nombre de 0 à 1"),
        ({"cpam_max": 0}, "un nombre entier d’au moins 1"),
        ({"cpam_max": True}, "un nombre entier d’au moins 1"),
        ({"extended_max": []}, "un nombre entier d’au moins 1"),
        ({"each_used": 1}, "true ou false"),
        ({"rate_unit": "day"}, "l’un de : command, prescription"),
        ({"operations": ["fly"]}, "une liste d’opérations parmi : issue, consult"),
        ({"operations": []}, "une liste d’opérations"),
        ({"cpam_referent": [33]}, "une liste de départements"),
        ({"cpam_referent": "33"}, "une liste de départements"),
        ({"cpam_max": {"value": 2, "why": "x"}}, "un objet avec « value » et « reason »"),
        ({"cpam_max": {"value": 2, "reason": ""}}, "Dites pourquoi"),
        ({"name": ""}, "« name » doit être un texte"),
        ({"participants_min": 11}, "doivent aller croissant"),
        ({"participants_min_reduced": 6}, "doivent aller croissant"),
    ],
)
def test_a_wrong_file_says_what_to_do(value, problem):  # PRE-34
    with pytest.raises(ModalitiesError) as caught:
        read_modalities(value)

    assert problem in str(caught.value)


def test_a_preserie_follows_its_modalities():  # PRE-34
    modalities = read_modalities(
        {"cpam_max": 1, "cpam_referent": ["75"], "participants_max": 5, "fourth_needs_check": False}
    )
    choose = say("choose_cpam", cpam=["75"])
    six = [a_pharmacy(rank, department="75") for rank in range(6)]
    unchecked = [one for one in INSTALLED if one["do"] != "check_scor_stop"]

    assert codes(play(*OPENED, choose)) == ["CPAM_NOT_REFERENT"]
    assert codes(play(*OPENED, choose, *six, modalities=modalities)) == ["TOO_MANY_PARTICIPANTS"]
    assert codes(play(*unchecked)) == ["FIRST_WEEK_PACE"] * 2
    lax = read_modalities({"fourth_needs_check": False})
    assert codes(play(*unchecked, modalities=lax)) == []


def test_a_cpam_is_named():
    assert say_cpam("94") == "94 (Val-de-Marne)"
    assert say_cpam("75") == "75"
