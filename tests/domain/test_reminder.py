"""When a pilot is reminded: twice at most, in working hours, never after its answer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mails import AT, a_history, tell
from ordonnance.domain.letter import is_outdated, list_reminders
from ordonnance.domain.reminder import find_due, is_awaited, list_due, next_working
from preserie_stories import AMS, DRAW, SHARE, STARTED, answer, decide, say

MONDAY = date(2026, 1, 19)


@pytest.mark.parametrize(
    ("told_on", "first", "second"),
    [
        # Ten days, then seven; at 9 in Paris.
        ("2026-01-19", "2026-01-29 09:00", "2026-02-05 09:00"),
        # A Saturday and a Sunday wait for Monday.
        ("2026-01-21", "2026-02-02 09:00", "2026-02-09 09:00"),
        ("2026-01-22", "2026-02-02 09:00", "2026-02-09 09:00"),
        # In summer time too.
        ("2026-06-15", "2026-06-25 09:00", "2026-07-02 09:00"),
    ],
)
def test_reminders_are_due_ten_days_then_seven_later(told_on, first, second):  # PRE-58
    due = [find_due(date.fromisoformat(told_on), number) for number in (1, 2)]

    assert [f"{at:%Y-%m-%d %H:%M}" for at in due] == [first, second]


@pytest.mark.parametrize(
    ("days", "minutes", "numbers"),
    [
        (10, -1, []),
        (10, 0, [1]),
        (12, 1439, [1]),
        (13, 0, []),
        (17, -1, []),
        (17, 0, [2]),
        (20, 0, []),
        (100, 0, []),
    ],
)
def test_a_reminder_is_due_for_three_days_and_no_other_ever(days, minutes, numbers):  # PRE-58
    at = datetime(2026, 1, 19, 8, tzinfo=UTC) + timedelta(days=days, minutes=minutes)

    assert list(list_due(MONDAY, at)) == numbers


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-01-19T09:00:00+01:00", "2026-01-19T09:00:00+01:00"),
        ("2026-01-19T17:59:00+01:00", "2026-01-19T17:59:00+01:00"),
        ("2026-01-19T18:00:00+01:00", "2026-01-20T09:00:00+01:00"),
        ("2026-01-19T03:00:00+01:00", "2026-01-19T09:00:00+01:00"),
        ("2026-01-23T18:00:00+01:00", "2026-01-26T09:00:00+01:00"),
        ("2026-01-24T12:00:00+01:00", "2026-01-26T09:00:00+01:00"),
        ("2026-01-25T23:59:00+01:00", "2026-01-26T09:00:00+01:00"),
        # The night on which the hour changes.
        ("2026-03-28T20:00:00+01:00", "2026-03-30T09:00:00+02:00"),
    ],
)
def test_nothing_leaves_at_night_or_in_a_weekend(at, opens):  # PRE-58
    assert next_working(datetime.fromisoformat(at)) == datetime.fromisoformat(opens)


DUE_AT = AT + timedelta(days=10)


def reminded(history, at=DUE_AT):
    return [letter.party.name for letter in list_reminders(history, at)]


def test_who_has_not_answered_is_reminded_from_the_day_it_was_told():  # PRE-58
    history = a_history(*STARTED)

    # Installed on paper from the 19th to the 22nd, told on the 19th.
    assert reminded(history) == [AMS[0]]
    assert reminded(history, AT + timedelta(days=14)) == [AMS[2]]


@pytest.mark.parametrize(
    "event",
    [
        answer(0),
        answer(0, user="Claire"),
        say("withdraw", am=AMS[0], reason="Travaux"),
        say("close", reason="Module refait"),
    ],
    ids=["answered", "a user answered", "left", "given up"],
)
def test_nobody_is_reminded_for_nothing(event):  # PRE-58
    before = a_history(*STARTED)
    [letter] = list_reminders(before, DUE_AT)

    history = tell(before, event)

    assert reminded(history) == []
    assert is_outdated(history, letter)
    assert not is_outdated(before, letter)


def test_nobody_is_reminded_once_the_deployment_is_decided():  # PRE-58
    from preserie_stories import RUNNING  # noqa: PLC0415 - the long story, here alone

    running = [one for one in RUNNING if one["do"] != "answer_questionnaire" or one["am"] != AMS[1]]
    history = a_history(*running, answer(3), answer(4), DRAW, SHARE)
    pharmacy = history.preserie.participants[AMS[1]]
    assert is_awaited(history.preserie, pharmacy)

    decided = tell(history, decide("deploy"))

    assert not is_awaited(decided.preserie, pharmacy)
