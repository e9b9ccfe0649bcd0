"""When a pilot pharmacy is reminded of the questionnaire: at most twice, in working hours.

Source: ours (PRE-58): a pharmacy that was asked too often answers no more, one that was never
asked has no reason to; ten days let a week of real use pass.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from ordonnance.domain.days import PARIS
from ordonnance.domain.preserie import Participant, Preserie

FIRST_AFTER_DAYS = 10  # after it was told that it is installed
AGAIN_AFTER_DAYS = 7
REMINDERS_MAX = 2
LATE_DAYS_MAX = 3  # what could not leave in time is not sent in a heap
OPENS, CLOSES = time(9), time(18)  # in Paris
_SATURDAY = 5


def is_awaited(preserie: Preserie, pharmacy: Participant) -> bool:
    """Whether its answer is still awaited.

    Not once it answered or left, not once the deployment was decided or the présérie given up.

    Source: ours (PRE-58).
    """
    return (
        pharmacy.is_active
        and pharmacy.installed_on is not None
        and preserie.closed_because is None
        and not preserie.is_validated
        and all(answer.am != pharmacy.am for answer in preserie.answers)
    )


def list_due(told_on: date, at: datetime) -> Iterator[int]:
    """Which reminders (1, 2) are due at the instant *at* for who was told on a day.

    A reminder that is more than three days late is not sent any more.

    Source: ours (PRE-58).
    """
    for number in range(1, REMINDERS_MAX + 1):
        due_at = find_due(told_on, number)
        if due_at <= at < due_at + timedelta(days=LATE_DAYS_MAX):
            yield number


def find_due(told_on: date, number: int) -> datetime:
    """When the reminder of that *number* (1, 2) is due. Source: ours (PRE-58)."""
    days = FIRST_AFTER_DAYS + AGAIN_AFTER_DAYS * (number - 1)
    return next_working(datetime.combine(told_on + timedelta(days=days), OPENS, PARIS))


def next_working(at: datetime) -> datetime:
    """The first instant from *at* on that is neither in the night nor in a weekend, in Paris.

    Source: ours (PRE-58).
    """
    local = at.astimezone(PARIS)
    if local.time() >= CLOSES:
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, PARIS)
    elif local.time() < OPENS:
        local = datetime.combine(local.date(), OPENS, PARIS)
    if local.weekday() >= _SATURDAY:
        monday = local.date() + timedelta(days=7 - local.weekday())
        return datetime.combine(monday, OPENS, PARIS)
    return local
