"""Modalities told by the Cnam: before the opening, kept after it, and in the exported file."""

import pytest

from ordonnance.domain.modalites import PHARMACISTS_2025_07, Mark, Modalities, Origin
from preserie_stories import AUTHORISED, DEPLOYED, DRAWN, OPEN, OPENED, codes, play, say

TOLD = {"name": "essai", "rate_target": {"value": 0.99, "reason": "Deuxième vague"}}
SET = say("set_modalities", modalities=TOLD, by="cnam")


def test_the_bilan_is_drawn_under_the_modalities_told():  # PRE-65
    story = (*DRAWN[: len(AUTHORISED)], SET, *DRAWN[len(AUTHORISED) :])

    told, untold = play(*story).preserie, play(*DRAWN).preserie

    assert told.modalities.name == "essai"
    assert told.modalities.marks["rate_target"] == Mark(Origin.CHOSEN, "Deuxième vague")
    assert [one.bilan.criteria[0].met for one in (told, untold)] == [False, True]


def test_once_open_a_preserie_keeps_its_modalities():  # PRE-65
    for story in (OPENED, DEPLOYED):
        replayed = play(*story, SET)

        assert codes(replayed) == ["OUT_OF_STEP"]
        assert replayed.preserie.modalities is PHARMACISTS_2025_07


def test_told_again_the_last_ones_count_whole():  # PRE-65
    again = say("set_modalities", modalities={"participants_max": 12})

    found = play(SET, again, modalities=Modalities(name="fichier")).preserie.modalities

    assert (found.participants_max, found.rate_target) == (12, PHARMACISTS_2025_07.rate_target)
    assert found.name == "pharmaciens-2025-07, modifiées"


@pytest.mark.parametrize(
    ("modalities", "words"),
    [
        ({"rate_target": 80}, "« rate_target » doit être un nombre de 0 à 1"),
        ({"rate_targets": 0.8}, "« rate_targets » n’est pas un réglage"),
        ({"participants_min": 11}, "doivent aller croissant"),
        (5, "les modalités sont un objet : un réglage par nom."),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(modalities, words):  # PRE-65
    replayed = play(*AUTHORISED, say("set_modalities", modalities=modalities), OPEN)

    assert codes(replayed) == ["EVENT_MALFORMED"]
    assert words in replayed.refused[0].sentence
    assert "Corrigez-le. Corrigez-le" not in replayed.refused[0].sentence
    assert replayed.preserie.opened == "Alba"
