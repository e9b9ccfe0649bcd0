"""Changes of a planning made together: where they lead counts, not the way there."""

from itertools import permutations

import pytest

from builders import NOW
from ordonnance.domain.planning_change import order_changes
from preserie_stories import AMS, LAUNCHED, PLANNED, codes, install, plan, play, say, train


def change(event):
    return {name: value for name, value in event.items() if name != "at"}


def told_in_order(story, *events):
    """The codes of refusals once *events* are told in the order that is found for them."""
    before = play(*story).preserie
    ordered = order_changes(before, [change(one) for one in events], at=NOW)
    assert sorted(map(str, ordered)) == sorted(str(change(one)) for one in events)
    return codes(play(*story, *(say(**one) for one in ordered)))


EXCHANGED = (plan(2, "2026-01-26"), plan(3, "2026-01-22"))
# The first alone would bring a fourth into the week that begins with the second.
MOVED_BEHIND = (plan(1, "2026-01-29"), plan(0, "2026-01-27"), plan(2, "2026-01-20"))


@pytest.mark.parametrize("events", list(permutations(EXCHANGED)))
def test_days_exchanged_are_taken_whatever_their_order(events):  # PRE-15, PRE-78
    assert told_in_order(PLANNED, *events) == []


@pytest.mark.parametrize("events", list(permutations(MOVED_BEHIND)))
def test_a_whole_week_moves_whatever_the_order(events):  # PRE-15, PRE-78
    assert told_in_order(PLANNED, *events) == []


def test_who_is_installed_is_trained_and_planned_first():  # PRE-18, PRE-19, PRE-78
    assert told_in_order(LAUNCHED, install(0), train(0), plan(0)) == []


def test_what_is_refused_stands_last():  # PRE-15, PRE-78
    events = [plan(rank, f"2026-01-{19 + rank}") for rank in (3, 0, 1, 2)]

    ordered = order_changes(play(*LAUNCHED).preserie, [change(one) for one in events], at=NOW)

    assert [one["am"] for one in ordered] == [AMS[3], AMS[0], AMS[1], AMS[2]]
    assert told_in_order(LAUNCHED, *events) == ["FIRST_WEEK_PACE"]
