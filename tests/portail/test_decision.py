"""What the form of a decision offers, as the last bilan stands."""

from ordonnance.portail.decision import close_outcomes, describe_bilan, offer_outcomes
from ordonnance.portail.forms import FORMS
from preserie_stories import DRAW, FIX, RUNNING, SHARE, SHARED, anomaly, play


def names_of(preserie):
    return [one.name for one in FORMS["decide"].list_fields(preserie)]


def test_a_threshold_of_ours_may_be_set_aside_with_what_it_is():  # PRE-35
    preserie = play(*RUNNING[:-1], DRAW, SHARE).preserie

    [row] = [one for one in describe_bilan(preserie)["rows"] if one["is_waivable"]]

    assert names_of(preserie) == ["outcome", "waive_5"]
    assert "deploy" not in close_outcomes(preserie)
    assert row["criterion"].number == 5
    assert row["readings"][0][0] == "Pharmacies qui ont répondu, au moins"


def test_what_the_text_forbids_offers_no_waiver():  # PRE-23, PRE-35
    preserie = play(*RUNNING[:-1], anomaly(), DRAW, SHARE).preserie

    assert names_of(preserie) == ["outcome"]
    assert close_outcomes(preserie)["deploy"].startswith("Le critère 2 (")


def test_to_extend_a_fix_comes_first():  # PRE-12, PRE-33
    before, after = play(*SHARED).preserie, play(*SHARED, FIX).preserie

    assert set(close_outcomes(before)) == {"extend", "prolong+extend"}
    assert close_outcomes(after) == {}
    assert [name for name, _ in offer_outcomes(before)][:2] == ["deploy", "prolong"]
