"""How much a posology takes a day, at most."""

from datetime import time
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
import pytest

from domain.posologies import a_step, every, some
from ordonnance.domain.line import Intake
from ordonnance.domain.posology import Between, Dose, Ratio, Weekday, When
from ordonnance.domain.posology_pace import intake_of
from ordonnance.domain.posology_unit import DAY, HOUR, MINUTE, MONTH, WEEK, YEAR

MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
DAILY = {"frequency": 1, **every(1, DAY)}


def told(*steps):
    """The intake of *steps* as « taken / days unit »; None where it cannot be told."""
    intake = intake_of(steps)
    return None if intake is None else f"{intake.taken}/{intake.days} {intake.unit}"


@pytest.mark.parametrize(
    ("timing", "intake"),
    [
        (DAILY, "1/1 comprimé"),
        ({"frequency": 3, **every(1, DAY)}, "3/1 comprimé"),
        ({"frequency": 1, "frequency_max": 4, **every(1, DAY)}, "4/1 comprimé"),
        ({"frequency_max": 4, **every(1, DAY)}, "4/1 comprimé"),
        ({"frequency": 1, **every(8, HOUR)}, "3/1 comprimé"),
        ({"frequency": 1, **every(4, HOUR), "period_max": Decimal(6)}, "6/1 comprimé"),
        (every(6, HOUR), "4/1 comprimé"),
        ({"frequency": 1, **every(90, MINUTE)}, "16/1 comprimé"),
        ({"frequency": 1, **every(2, DAY)}, "1/2 comprimé"),
        ({"frequency": 1, **every("1.5", DAY)}, "2/3 comprimé"),
        ({"frequency": 1, **every(1, WEEK)}, "1/7 comprimé"),
        ({"frequency": 3, **every(1, WEEK)}, "3/7 comprimé"),
        ({"frequency": 1, **every(1, MONTH)}, "1/30 comprimé"),
        ({"frequency": 1, **every(6, MONTH)}, "1/180 comprimé"),
        ({"frequency": 1, **every(1, YEAR)}, "1/365 comprimé"),
        # Moments and hours.
        ({"when": (When.MORNING,)}, "1/1 comprimé"),
        ({"when": (When.MORNING, When.EVENING)}, "2/1 comprimé"),
        ({"when": (When.MEAL,)}, "3/1 comprimé"),
        ({"when": (When.BEFORE_MEAL, When.BEDTIME)}, "4/1 comprimé"),
        ({"when": (When.BREAKFAST,)}, "1/1 comprimé"),
        ({"when": (When.MORNING, When.EVENING), **every(2, DAY)}, "1/1 comprimé"),
        ({"when": (When.MORNING,), "frequency": 2, **every(1, DAY)}, "2/1 comprimé"),
        ({"times": (time(8), time(14), time(20))}, "3/1 comprimé"),
        ({"times": (time(8),), "when": (When.MORNING, When.EVENING)}, "2/1 comprimé"),
        ({"frequency": 2}, "2/1 comprimé"),
        # Days of the week.
        ({"days": (MON, THU)}, "2/7 comprimé"),
        ({"days": (MON, THU), "when": (When.MORNING, When.EVENING)}, "4/7 comprimé"),
        ({"days": (MON, THU), **DAILY}, "2/7 comprimé"),
        ({"days": (MON, WED, FRI), "frequency": 2, **every(1, DAY)}, "6/7 comprimé"),
        ({"days": (MON,), "frequency": 1, **every(1, WEEK)}, "1/7 comprimé"),
        ({"days": (MON, THU), "frequency": 1, **every(1, WEEK)}, "2/7 comprimé"),
        ({"days": (MON, THU), "frequency": 2, **every(1, WEEK)}, "2/7 comprimé"),
        ({"days": (MON, THU), "frequency": 4, **every(1, WEEK)}, "4/7 comprimé"),
        ({"days": (MON,), "frequency": 1, **every(2, WEEK)}, "1/14 comprimé"),
        ({"days": (MON, THU), "when": (When.NOON, When.EVENING), **every(1, WEEK)}, "4/7 comprimé"),
        ({"days": (MON,), "frequency": 1, **every(1, MONTH)}, "1/30 comprimé"),
        ({"days": (MON, TUE, WED, THU, FRI, SAT, SUN)}, "1/1 comprimé"),
        # Nothing says how often.
        ({}, None),
        ({"count": 1}, None),
        ({"text": "si besoin"}, None),
        (every(0, DAY), None),
    ],
)
def test_how_often_a_day(timing, intake):  # MED-11
    assert told(a_step(timing)) == intake


@pytest.mark.parametrize(
    ("dose", "intake"),
    [
        (Dose(amount=some("0.5")), "1/2 comprimé"),
        (Dose(amount=some(2)), "2/1 comprimé"),
        (Dose(amount=Between(low=some(1), high=some(3))), "3/1 comprimé"),
        (Dose(amount=Between(low=some(1))), None),
        (Dose(amount=some(5, "ml")), "5/1 millilitre"),
        (Dose(amount=some(1, None)), "1/1 "),
        (Dose(amount=some(0)), None),
        (Dose(), None),
        (Dose(amount=some(1), rate=Ratio(over=some(1), under=some(1, HOUR))), None),
    ],
)
def test_how_much_at_once(dose, intake):  # MED-11
    assert told(a_step(DAILY, doses=(dose,))) == intake


@pytest.mark.parametrize(
    ("steps", "intake"),
    [
        # Together: morning and evening.
        ((a_step({"when": (When.MORNING,)}), a_step({"when": (When.EVENING,)})), "2/1 comprimé"),
        (
            (a_step({"when": (When.MORNING,)}, amount=some(2)), a_step({"when": (When.NOON,)})),
            "3/1 comprimé",
        ),
        # One after the other, in any order: the fullest counts, and nobody comes back too late.
        (
            (
                a_step(DAILY, sequence=3),
                a_step({"frequency": 3, **every(1, DAY)}, sequence=1),
                a_step({"frequency": 2, **every(1, DAY)}, sequence=2),
            ),
            "3/1 comprimé",
        ),
        (
            (
                a_step(DAILY, sequence=1),
                a_step({"when": (When.MORNING,)}, sequence=2),
                a_step({"when": (When.EVENING,)}, sequence=2),
            ),
            "2/1 comprimé",
        ),
        # Five days of one and a half, two of one.
        (
            (
                a_step({"days": (MON, TUE, WED, THU, FRI)}, amount=some("1.5")),
                a_step({"days": (SAT, SUN)}),
            ),
            "19/14 comprimé",
        ),
        # One that cannot be told tells nothing of the whole.
        ((a_step(DAILY), a_step({})), None),
        ((a_step(DAILY), a_step(DAILY, amount=some(5, "ml"))), None),
        ((a_step(DAILY, unread=("Dosage.site",)),), None),
        ((a_step(DAILY, doses=()),), None),
        ((a_step(DAILY, doses=(Dose(amount=some(1)), Dose(amount=some(2)))),), None),
        ((), None),
    ],
)
def test_steps_together_and_one_after_the_other(steps, intake):  # MED-11
    assert told(*steps) == intake


def up_to(value, length, unit=DAY, counted="comprimé"):
    return Ratio(over=some(value, counted), under=some(length, unit))


@pytest.mark.parametrize(
    ("timing", "more", "intake"),
    [
        (DAILY, {}, "1/1 comprimé"),
        ({}, {}, None),
        ({}, {"max_per_period": up_to(6, 1)}, "6/1 comprimé"),
        ({}, {"max_per_period": up_to(6, 24, HOUR)}, "6/1 comprimé"),
        ({}, {"max_per_period": up_to(10, 1, WEEK)}, "10/7 comprimé"),
        ({}, {"max_per_period": up_to(10, 0)}, None),
        ({}, {"max_per_period": up_to(10, 1, None)}, None),
        ({}, {"max_per_period": up_to(3, 1), "doses": ()}, None),
        ({"frequency": 1, **every(4, HOUR)}, {"max_per_period": up_to(4, 1)}, "6/1 comprimé"),
    ],
)
def test_as_needed_the_limit_is_what_is_taken(timing, more, intake):  # MED-11
    assert told(a_step(timing, is_as_needed=True, **more)) == intake


def test_a_limit_of_what_is_not_as_needed_says_nothing():  # MED-11
    assert told(a_step({}, max_per_period=up_to(6, 1))) is None


@given(
    st.decimals("0.000000001", 999_999_999, places=9),
    st.integers(1, 10**6),
    st.decimals("0.000001", 10**6, places=6),
    st.sampled_from([MINUTE, HOUR, DAY, WEEK, MONTH, YEAR]),
    st.lists(st.sampled_from(Weekday), unique=True).map(tuple),
)
def test_whatever_is_said_takes_something(amount, frequency, period, unit, days):  # MED-11
    timing = {"frequency": frequency, "period": period, "period_unit": unit, "days": days}

    intake = intake_of([a_step(timing, amount=some(amount))])

    assert isinstance(intake, Intake)
    assert intake.taken > 0
    assert intake.days > 0
