"""A prescription: its lines, how long it is valid, and when it may say it was written."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from builders import NOW, a_line, a_number, a_prescription, later
from ordonnance.domain.prescription import check_month, check_writing_date, valid_until_by_default
from ordonnance.domain.refusal import Refusal

CAYENNE = timezone(timedelta(hours=-3))
PARIS_IN_WINTER = timezone(timedelta(hours=1))


def number_of(year, month):
    return a_number(at=datetime(year, month, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("authored_at", "valid_until"),
    [
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), datetime(2027, 11, 23, 23, 0, tzinfo=UTC)),
        # Already the 24th in Paris.
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), datetime(2027, 11, 24, 23, 0, tzinfo=UTC)),
        (datetime(2026, 7, 14, 9, 0, tzinfo=UTC), datetime(2027, 7, 14, 22, 0, tzinfo=UTC)),
        (datetime(2028, 2, 29, 9, 0, tzinfo=UTC), datetime(2029, 2, 28, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_prescription_is_valid_to_the_end_of_its_day_a_year_later(
    authored_at, valid_until
):  # TLS-20
    assert valid_until_by_default(authored_at) == valid_until


def test_a_prescription_is_valid_as_long_as_one_of_its_lines():  # TLS-20
    lines = [a_line(rank, valid_until=later(days=days)) for rank, days in ((1, 30), (2, 90))]

    assert a_prescription(a_number(), *lines).valid_until == later(days=90)
    assert a_prescription(a_number(), *reversed(lines)).valid_until == later(days=90)


def test_a_line_is_found_by_what_designates_it():
    number = a_number()
    prescription = a_prescription(number, a_line(1), a_line(2))

    assert prescription.find_line(f"{number.value}-2").rank == 2


@pytest.mark.parametrize("rank", ["0", "3", "01", "", "-1"])
def test_a_line_that_the_prescription_does_not_bear_is_not_found(rank):
    number = a_number()
    prescription = a_prescription(number, a_line(1), a_line(2))

    assert prescription.find_line(f"{number.value}-{rank}") is None


def test_a_line_of_another_prescription_is_not_found():
    prescription = a_prescription(a_number(), a_line(1))

    assert prescription.find_line(a_number().line(1)) is None
    assert prescription.find_line(None) is None


@pytest.mark.parametrize(
    ("number", "authored_at"),
    [
        (number_of(2026, 11), NOW),
        # The month is that of the writing in its own offset, whatever it is in UTC or in Paris.
        (number_of(2026, 10), datetime(2026, 10, 31, 23, 30, tzinfo=CAYENNE)),
        (number_of(2026, 11), datetime(2026, 11, 1, 0, 30, tzinfo=PARIS_IN_WINTER)),
        (number_of(2026, 12), datetime(2026, 12, 1, 0, 30, tzinfo=PARIS_IN_WINTER)),
        # Thirteen months back, to the first instant of that day in Paris.
        (number_of(2025, 10), datetime(2025, 10, 22, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_number_of_the_month_of_writing_is_accepted(number, authored_at):  # TLS-2
    check_month(a_prescription(number, authored_at=authored_at), NOW)


@pytest.mark.parametrize(
    ("number", "authored_at"),
    [
        (number_of(2026, 10), NOW),
        (number_of(2026, 12), NOW),
        (number_of(2025, 11), NOW),
        (number_of(2026, 11), datetime(2026, 10, 31, 23, 30, tzinfo=CAYENNE)),
        (number_of(2026, 10), datetime(2026, 11, 1, 0, 30, tzinfo=PARIS_IN_WINTER)),
        # More than thirteen months back.
        (number_of(2025, 10), datetime(2025, 10, 22, 21, 59, 59, tzinfo=UTC)),
        (number_of(2025, 9), datetime(2025, 9, 30, 9, 0, tzinfo=UTC)),
        # Years that have no month code at all.
        (number_of(2020, 1), datetime(2019, 12, 31, 9, 0, tzinfo=UTC)),
        (number_of(2026, 11), datetime(2105, 5, 1, tzinfo=UTC)),
        (number_of(2026, 11), datetime(1, 1, 1, tzinfo=PARIS_IN_WINTER)),
        (number_of(2026, 11), datetime(9999, 12, 31, 23, 0, tzinfo=CAYENNE)),
    ],
)
def test_another_month_or_too_old_a_writing_is_refused(number, authored_at):  # TLS-2
    with pytest.raises(Refusal) as refused:
        check_month(a_prescription(number, authored_at=authored_at), NOW)

    assert refused.value.reason.code == "NUMBER_MONTH_INVALID"
    assert refused.value.where == "Bundle.entry.resource.authoredOn"


def test_thirteen_months_are_counted_by_the_calendar_in_paris():  # TLS-2
    received_at = datetime(2027, 3, 30, 23, 0, tzinfo=UTC)  # already the 31st in Paris
    oldest = a_prescription(number_of(2026, 2), authored_at=datetime(2026, 2, 28, 8, tzinfo=UTC))
    older = a_prescription(number_of(2026, 2), authored_at=datetime(2026, 2, 27, 8, tzinfo=UTC))

    check_month(oldest, received_at)
    with pytest.raises(Refusal):
        check_month(older, received_at)


@pytest.mark.parametrize("seconds", [-3600, 0, 300])
def test_a_writing_at_most_five_minutes_ahead_is_accepted(seconds):  # TLS-2
    check_writing_date(a_prescription(a_number(), authored_at=later(seconds=seconds)), NOW)


@pytest.mark.parametrize("seconds", [301, 3600])
def test_a_writing_further_ahead_is_refused(seconds):  # TLS-2
    with pytest.raises(Refusal) as refused:
        check_writing_date(a_prescription(a_number(), authored_at=later(seconds=seconds)), NOW)

    assert refused.value.reason.code == "DATE_IN_FUTURE"
    assert refused.value.where == "Bundle.entry.resource.authoredOn"


def test_the_month_in_a_number_is_the_one_of_its_code():  # TLS-2
    assert number_of(2026, 11).month_code == "2J"
    assert number_of(2026, 11).month_on == date(2026, 11, 1)
