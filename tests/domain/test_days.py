"""Days in Paris: where they begin and end, how months are added, how they are said."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.days import add_months, day_in_paris, end_of_day, say_day


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), date(2026, 11, 23)),  # winter: UTC + 1
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 7, 14, 21, 59, 59, tzinfo=UTC), date(2026, 7, 14)),  # summer: UTC + 2
        (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), date(2026, 7, 15)),
        # Half past eleven in the evening in Cayenne is the next morning in Paris.
        (datetime(2026, 11, 23, 23, 30, tzinfo=timezone(timedelta(hours=-3))), date(2026, 11, 24)),
    ],
)
def test_a_day_is_the_day_it_is_in_paris(at, on):
    assert day_in_paris(at) == on


@pytest.mark.parametrize(
    ("on", "end"),
    [
        (date(2026, 11, 23), datetime(2026, 11, 23, 23, 0, tzinfo=UTC)),
        (date(2026, 7, 14), datetime(2026, 7, 14, 22, 0, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),  # the clocks go forward
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),  # on that very day
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),  # and back
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_in_paris(on, end):
    assert end_of_day(on) == end


@pytest.mark.parametrize(
    ("on", "months", "result"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 12, 23)),
        (date(2026, 11, 23), 2, date(2027, 1, 23)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 11, 23), -13, date(2025, 10, 23)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 5, 31), 1, date(2026, 6, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_are_added_by_the_calendar_and_stop_at_the_end_of_the_month(on, months, result):
    assert add_months(on, months) == result


@given(st.dates(date(2020, 1, 1), date(2104, 12, 31)), st.integers(-24, 24))
def test_adding_months_never_leaves_the_month_aimed_at(on, months):
    moved = add_months(on, months)

    assert (moved.year - on.year) * 12 + moved.month - on.month == months
    assert moved.day <= on.day


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 1, 12, 13, 5, tzinfo=UTC), "le lun. 12 janv. 2026"),
        (datetime(2026, 2, 3, 9, 0, tzinfo=UTC), "le mar. 3 févr. 2026"),
        (datetime(2026, 3, 4, 9, 0, tzinfo=UTC), "le mer. 4 mars 2026"),
        (datetime(2026, 4, 2, 9, 0, tzinfo=UTC), "le jeu. 2 avr. 2026"),
        (datetime(2026, 5, 1, 9, 0, tzinfo=UTC), "le ven. 1er mai 2026"),
        (datetime(2026, 6, 6, 9, 0, tzinfo=UTC), "le sam. 6 juin 2026"),
        (datetime(2026, 7, 5, 9, 0, tzinfo=UTC), "le dim. 5 juil. 2026"),
        (datetime(2026, 8, 31, 9, 0, tzinfo=UTC), "le lun. 31 août 2026"),
        (datetime(2026, 9, 21, 9, 0, tzinfo=UTC), "le lun. 21 sept. 2026"),
        (datetime(2026, 10, 11, 9, 0, tzinfo=UTC), "le dim. 11 oct. 2026"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "le lun. 23 nov. 2026"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "le ven. 1er janv. 2027"),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "le jeu. 31 déc. 2026"),
    ],
)
def test_a_day_is_said_as_a_french_sentence_says_it(at, said):
    assert say_day(at) == said
