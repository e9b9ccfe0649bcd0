"""What may go and when, over all dates; purges told by their records."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.identifiers import month_code, month_of
from ordonnance.domain.journal import is_past_retention
from ordonnance.domain.purge import (
    MonthPurge,
    PurgeRecord,
    PurgeStep,
    first_month_kept,
    fold,
    name_of,
)

CODES = st.integers(0, 1023).map(
    lambda n: (
        "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n // 32] + ("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n % 32])
    )
)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2109, 12, 31)).map(  # noqa: DTZ001 - UTC below
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(CODES, INSTANTS)
@example("2J", datetime(2031, 10, 31, 22, 59, 59, 999999, tzinfo=UTC))
@example("2J", datetime(2031, 10, 31, 23, tzinfo=UTC))
@example("2F", datetime(2031, 7, 31, 21, 59, 59, tzinfo=UTC))  # August 2026: summer in Paris
@example("2F", datetime(2031, 7, 31, 22, tzinfo=UTC))
@example("2K", datetime(2031, 12, 31, 23, 30, tzinfo=UTC))
@example("2N", datetime(2031, 12, 31, 22, 59, tzinfo=UTC))
@example("2N", datetime(2031, 12, 31, 23, 0, tzinfo=UTC))
def test_a_month_is_past_on_the_first_day_of_its_sixtieth_and_not_before(code, at):  # TLS-72
    written = month_of(code)
    on = day_in_paris(at)

    five_years_later = date(written.year + 5, written.month, 1)

    assert is_past_retention(code, on) is (on >= five_years_later)


@given(INSTANTS)
def test_the_first_month_kept_is_kept_and_the_one_before_is_not(at):  # TLS-72
    on = day_in_paris(at)
    kept = first_month_kept(on)
    before = (kept - timedelta(days=1)).replace(day=1)

    if kept.year >= 2020:
        assert not is_past_retention(month_code(kept), on)
    if before.year >= 2020:
        assert is_past_retention(month_code(before), on)


@pytest.mark.parametrize(
    ("on", "kept"),
    [
        (date(2031, 10, 31), date(2026, 11, 1)),
        (date(2031, 11, 1), date(2026, 12, 1)),
        (date(2031, 12, 31), date(2027, 1, 1)),
        (date(2032, 1, 1), date(2027, 2, 1)),
        (date(2032, 2, 29), date(2027, 3, 1)),
    ],
)
def test_the_first_month_kept(on, kept):  # TLS-15
    assert first_month_kept(on) == kept


def at_day(day: int) -> datetime:
    return datetime(2031, 11, day, 3, tzinfo=UTC)


def begun(day: int, month: str = "2J") -> PurgeRecord:
    return PurgeRecord(month=month, step=PurgeStep.BEGUN, at=at_day(day))


def ended(day: int, month: str = "2J", **counts: int) -> PurgeRecord:
    return PurgeRecord(month=month, step=PurgeStep.ENDED, at=at_day(day), counts=counts)


def told(month: str, begun_on: int, ended_on: int | None, **counts: int) -> MonthPurge:
    return MonthPurge(
        month=month,
        begun_at=at_day(begun_on),
        ended_at=None if ended_on is None else at_day(ended_on),
        counts=counts,
    )


@pytest.mark.parametrize(
    ("records", "purges"),
    [
        ([], []),
        ([begun(1)], [told("2J", 1, None)]),
        ([begun(1), ended(2, fact=3)], [told("2J", 1, 2, fact=3)]),
        ([ended(2, fact=3), begun(1)], [told("2J", 1, 2, fact=3)]),
        ([begun(2), ended(1, fact=3)], [told("2J", 2, 1, fact=3)]),  # a clock set back meanwhile
        ([begun(1), ended(2, fact=3), begun(4)], [told("2J", 1, None, fact=3)]),
        (
            [begun(1), ended(2, fact=3), begun(4), ended(5, fact=1, prescription=1)],
            [told("2J", 1, 5, fact=4, prescription=1)],
        ),
        (
            [begun(2, "2K"), begun(1), ended(3, "2K", fact=1)],
            [told("2J", 1, None), told("2K", 2, 3, fact=1)],
        ),
    ],
)
def test_records_of_a_month_make_one_purge(records, purges):  # TLS-70
    assert list(fold(records).values()) == purges


def test_a_month_is_said_in_french():
    assert (name_of("2J"), name_of("00"), name_of("?")) == ("nov. 2026", "janv. 2020", "?")
