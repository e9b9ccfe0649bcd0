"""What happens at the counters of the two préséries of the story."""

import pytest

from ordonnance.simulation.preserie_plan import (
    ANSWERED,
    CHECKED,
    COMPLEMENTED,
    FIXED,
    INSTALLED,
    OTHERS_INSTALLED,
    Scene,
    draw_other_visits,
    draw_visits,
    shuffle,
)

BOTH = pytest.mark.parametrize(
    ("visits", "installed"),
    [(draw_visits(), INSTALLED), (draw_other_visits(), OTHERS_INSTALLED)],
    ids=["alba", "corail"],
)


def days_of(visits, *scenes):
    return [one.day for one in visits if one.scene in scenes]


@BOTH
def test_a_pharmacy_serves_on_worked_days_from_its_installation_on(visits, installed):
    assert [one for one in visits if one.day < installed[one.pharmacy]] == []
    assert [one for one in visits if one.day % 7 > 4 or one.day >= ANSWERED] == []


@BOTH
def test_every_pharmacy_serves_on_its_first_day(visits, installed):
    first = {(one.day, one.pharmacy) for one in visits}

    assert {(day, rank) for rank, day in enumerate(installed)} <= first


@BOTH
def test_visits_are_told_in_the_order_of_days(visits, installed):
    assert list(visits) == sorted(visits, key=lambda one: one.day)


def test_it_is_small():
    assert (len(draw_visits()), len(draw_other_visits())) == (42, 18)


def test_each_thing_that_can_happen_does():
    scenes = {one.scene for one in (*draw_visits(), *draw_other_visits())}

    assert scenes == set(Scene)


def test_nothing_fails_by_the_software_once_it_is_fixed():
    assert max(days_of(draw_visits(), Scene.UNREASONED)) < FIXED


def test_scans_stop_rightly_until_they_are_checked():
    wrong = (Scene.LOST_AND_STOPPED, Scene.SENT_TOO)

    assert min(days_of((*draw_visits(), *draw_other_visits()), *wrong)) > CHECKED


def test_the_last_visit_before_the_complement_is_one_whose_scan_is_stopped():
    theirs = [one for one in draw_visits() if one.pharmacy == 1 and one.day < COMPLEMENTED]

    assert (theirs[-1].day, theirs[-1].scene) == (COMPLEMENTED - 1, Scene.WHOLE)


def test_an_order_is_decided_by_its_seed_alone():
    letters = "abcdefgh"

    assert shuffle(letters, "one") == shuffle(letters, "one")
    assert shuffle(letters, "one") != shuffle(letters, "two")
    assert sorted(shuffle(letters, "one")) == list(letters)
