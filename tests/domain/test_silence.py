from datetime import date

import pytest

from ordonnance.domain.silence import (
    Heard,
    find_easter,
    is_worked,
    list_holidays,
    silent_since,
    sort,
)

# Friday 13 November 2026; the Wednesday before it is a public holiday.
FRIDAY = date(2026, 11, 13)


def heard(am, last_on, **more):
    return Heard(
        **{"am": am, "installed_on": date(2026, 11, 2), "is_on": True, **more}, last_on=last_on
    )


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2011, date(2011, 4, 24)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter_is_found(year, easter):  # PST-11
    assert find_easter(year) == easter


def test_the_eleven_holidays_of_a_year():  # PST-11
    assert sorted(list_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize(
    ("on", "worked"),
    [
        (FRIDAY, True),
        (date(2026, 11, 14), False),
        (date(2026, 11, 15), False),
        (date(2026, 11, 11), False),
    ],
)
def test_weekends_and_holidays_are_not_worked(on, worked):  # PST-11
    assert is_worked(on) is worked


@pytest.mark.parametrize(
    ("last_on", "today", "days"),
    [
        (FRIDAY, FRIDAY, 0),
        (FRIDAY, date(2026, 11, 16), 0),
        (FRIDAY, date(2026, 11, 17), 1),
        (FRIDAY, date(2026, 11, 18), 2),
        (date(2026, 11, 10), date(2026, 11, 13), 1),  # Wednesday 11 November between
        (FRIDAY, date(2026, 11, 12), 0),  # a clock that is fast
    ],
)
def test_silence_is_counted_in_whole_working_days(last_on, today, days):  # PST-11
    assert silent_since(last_on, today) == days


def test_silent_pharmacies_come_first_the_longest_silence_before():  # PST-11
    today = date(2026, 11, 20)
    sites = [
        heard("1", today),
        heard("2", FRIDAY),
        heard("3", date(2026, 11, 18)),  # one day: not silent yet
        heard("4", None),  # never heard, installed on the 2nd
        heard("5", date(2026, 11, 3), is_on=False),  # stopped: nothing is expected
        heard("6", FRIDAY),
    ]

    assert [one.am for one in sort(sites, today)] == ["4", "2", "6", "1", "3", "5"]
    assert [one.am for one in sites if one.is_silent(today)] == ["2", "4", "6"]
