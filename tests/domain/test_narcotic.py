"""Narcotics: three days to come, fractions, an operation."""

from decimal import Decimal

import pytest

from domain.medicines import (
    AS_NEEDED,
    FRACTIONED,
    IN_WORDS,
    LIST_I,
    NARCOTIC,
    Counter,
    a_line_of,
    a_medicine,
    day,
)
from ordonnance.domain.execution import Completeness
from ordonnance.domain.line import Mention, Surgery
from ordonnance.domain.narcotic import Share, last_day, share_now, share_of

FFP, RFC = Completeness.FIRST_PARTIAL, Completeness.REFILL_COMPLETE

# The three days


@pytest.mark.parametrize(
    ("on", "allowed"),
    [
        ("2026-02-01", 28),
        ("2026-02-04 23:59", 28),  # dated 1 February: whole until the 4th included
        ("2026-02-05 00:01", 24),
        ("2026-02-06", 23),
        ("2026-02-27", 2),
        ("2026-02-28", 1),
    ],
)
def test_a_narcotic_loses_the_days_gone_after_the_third(on, allowed):  # MED-15
    line = a_line_of(NARCOTIC, days=28)

    assert Counter(line).deliver(on, days=allowed) == ""
    assert Counter(line).deliver(on, days=allowed + 1) == "DURATION_EXCEEDED"


def test_what_is_lost_is_said():  # MED-15
    counter = Counter(a_line_of(NARCOTIC, days=28))

    counter.deliver("2026-02-06", days=28)

    assert "vous délivrez 28 jours de traitement" in counter.sentence
    assert (
        "présentée après trois jours, elle perd 5 jours, et il reste 23 jours à délivrer"
        in counter.sentence
    )


def test_a_narcotic_whose_days_are_all_gone_is_too_late():  # MED-15
    counter = Counter(a_line_of(NARCOTIC, days=28))

    assert counter.deliver("2026-03-01", days=1) == "TOO_LATE"
    assert "le dernier jour était le sam. 28 févr. 2026" in counter.sentence
    assert counter.deliver("2026-03-01", days=1, override="TOO_LATE") == ""


@pytest.mark.parametrize(
    ("written", "on", "allowed"),
    [
        ("2026-01-31T23:30:00+00:00", "2026-02-04", 28),  # the 1st in Paris
        ("2026-01-31T23:30:00+00:00", "2026-02-04T23:30:00+00:00", 24),
        ("2026-03-27", "2026-03-30", 28),  # the clocks change on the 29th
        ("2026-03-27", "2026-03-31", 24),
        ("2026-02-27", "2026-03-02", 28),
        ("2026-02-27", "2026-03-03", 24),
    ],
)
def test_its_days_are_those_of_paris(written, on, allowed):  # MED-15
    line = a_line_of(NARCOTIC, written[:10], days=28)

    assert Counter(line, written=written).deliver(on, days=allowed) == ""
    assert Counter(line, written=written).deliver(on, days=allowed + 1) == "DURATION_EXCEEDED"


def test_a_narcotic_is_delivered_by_the_unit():  # MED-15
    counter = Counter(a_line_of(NARCOTIC, days=28))  # 28 tablets a pack

    assert counter.deliver("2026-02-06", 1) == "DURATION_EXCEEDED"
    assert counter.deliver("2026-02-06", "0.8214") == ""  # 23 tablets


def test_the_rest_of_a_narcotic_is_completed_the_day_after():  # MED-15
    counter = Counter(a_line_of(NARCOTIC, days=28))
    counter.deliver("2026-02-01", "0.5", completeness=FFP)

    assert counter.deliver("2026-02-02", "0.5", completeness=RFC) == ""


@pytest.mark.parametrize(
    "more", [{"intake": AS_NEEDED}, {"days": 28, "is_open": True, "boxes": None}]
)
def test_a_narcotic_without_duration_is_delivered_unchecked(more):  # MED-15
    counter = Counter(a_line_of(NARCOTIC, **more))

    assert counter.deliver("2026-02-10", days=28) == ""
    assert counter.warnings[-1:] == ["DAYS_UNKNOWN"]


def test_the_packs_of_a_narcotic_say_how_long_it_lasts():  # MED-15
    counter = Counter(a_line_of(NARCOTIC, boxes=2))  # 28 tablets each, at one a day

    assert counter.deliver("2026-02-06", 2) == "DURATION_EXCEEDED"
    assert counter.deliver("2026-02-06", days=51) == "DURATION_EXCEEDED"  # more than a month
    assert counter.deliver("2026-02-06", 1) == ""


def test_nothing_is_said_of_what_is_unknown_within_three_days():  # MED-15
    counter = Counter(a_line_of(NARCOTIC, intake=AS_NEEDED))

    assert counter.deliver("2026-02-04", days=28) == ""
    assert counter.warnings == []


def test_a_narcotic_that_covers_unknown_days_warns():  # MED-15
    counter = Counter(a_line_of(NARCOTIC, boxes=None, days=28, intake=None))

    assert counter.deliver("2026-02-10") == ""
    assert counter.warnings == ["DAYS_UNKNOWN"]


def test_after_a_delivery_of_unknown_days_the_next_one_warns():  # MED-15
    counter = Counter(a_line_of(FRACTIONED, boxes=None, days=28, intake=None))
    assert counter.deliver("2026-02-01", completeness=FFP) == ""

    assert counter.deliver("2026-02-10", days=15) == "DURATION_EXCEEDED"
    assert counter.deliver("2026-02-10", days=14) == ""
    assert counter.warnings == ["DAYS_UNKNOWN"]


# Fractions


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        ("2026-02-01", "2026-02-15", 14),  # the day after the first fraction
        ("2026-02-01", "2026-02-18", 14),  # three days later
        ("2026-02-01", "2026-02-19", 10),
        ("2026-02-04", "2026-02-18", 14),  # it follows the day of delivery
        ("2026-02-04", "2026-02-21", 14),
        ("2026-02-01", "2026-02-28", 1),
    ],
)
def test_each_fraction_is_counted_from_the_end_of_the_one_before(first, second, allowed):  # MED-15
    for days, code in ((allowed, ""), (allowed + 1, "DURATION_EXCEEDED")):
        counter = Counter(a_line_of(FRACTIONED, boxes=2, days=28))
        assert counter.deliver(first, days=14) == ""

        assert counter.deliver(second, days=days) == code


def test_a_fraction_is_waited_for():  # MED-11, MED-15
    counter = Counter(a_line_of(FRACTIONED, boxes=2, days=28))

    assert counter.deliver("2026-02-01", 2) == "DURATION_EXCEEDED"
    assert "la délivrance est fractionnée : 14 jours au plus" in counter.sentence
    assert counter.deliver("2026-02-01", 1) == ""
    assert counter.deliver("2026-02-14", 1) == "TOO_EARLY"
    assert counter.deliver("2026-02-15", 1) == ""


def test_a_fraction_in_two_parts_is_one_fraction():  # MED-11, MED-15
    counter = Counter(a_line_of(FRACTIONED, boxes=2, days=28))
    counter.deliver("2026-02-01", "0.5")

    assert counter.deliver("2026-02-01 18:00", "0.5") == ""
    assert counter.deliver("2026-02-02", "0.5") == "TOO_EARLY"


def test_a_late_first_fraction_takes_its_days_from_the_whole():  # MED-15
    counter = Counter(a_line_of(FRACTIONED, boxes=2, days=28))

    assert counter.deliver("2026-02-06", days=9) == ""
    assert counter.deliver("2026-02-15", days=14) == ""
    decided = counter.deliver("2026-03-01", days=1, override="RIGHTS_EXHAUSTED")
    assert decided == "DURATION_EXCEEDED"
    assert "il reste 0 jour à délivrer" in counter.sentence


@pytest.mark.parametrize(("said", "days", "code"), [(7, 7, ""), (7, 8, "E"), (21, 14, "")])
def test_a_fraction_is_as_long_as_the_prescriber_says(said, days, code):  # MED-15
    counter = Counter(a_line_of(FRACTIONED, boxes=1, repeats=3, fill_days=said))

    assert counter.deliver("2026-02-01", days=days) == (code and "DURATION_EXCEEDED")


@pytest.mark.parametrize(("days", "code"), [(9, ""), (10, "DURATION_EXCEEDED")])
def test_a_fraction_is_counted_though_no_duration_is_said(days, code):  # MED-15
    assert Counter(a_line_of(FRACTIONED, boxes=2)).deliver("2026-02-06", days=days) == code


def test_one_delivery_is_what_the_prescriber_says_expressly():  # MED-15
    line = a_line_of(FRACTIONED, boxes=2, days=28, mentions=(Mention.ONE_DELIVERY,))

    assert Counter(line).deliver("2026-02-01", 2) == ""
    assert Counter(line).deliver("2026-02-06", 2) == "DURATION_EXCEEDED"


@pytest.mark.parametrize(
    ("late", "allowed", "lost"),
    [(-5, 14, 0), (0, 14, 0), (3, 14, 0), (4, 10, 4), (13, 1, 13), (14, 14, 14), (17, 14, 14)],
)
def test_what_is_lost_of_a_fraction(late, allowed, lost):  # MED-15
    assert share_of(late, Decimal(14)) == Share(Decimal(allowed), Decimal(lost))


@pytest.mark.parametrize(("late", "allowed"), [(18, 10), (31, 14), (32, 10)])
def test_fractions_gone_by_are_lost_whole(late, allowed):  # MED-15
    assert share_of(late, Decimal(14)).allowed == Decimal(allowed)


@pytest.mark.parametrize(
    ("left", "fraction", "last"),
    [
        (28, 28, "2026-02-28"),
        (28, 14, "2026-02-28"),
        (10, 7, "2026-02-11"),  # the last fraction begins on the 8th and has its three days
        (2, 2, "2026-02-04"),
        (0, 14, None),
    ],
)
def test_the_last_day_to_come(left, fraction, last):  # MED-15
    found = last_day(day("2026-02-01"), Decimal(left), Decimal(fraction))

    assert found == (None if last is None else day(last))


@pytest.mark.parametrize("left", [1, 2, 3, 4, 7, 10, 14, 21, 25, 28])
@pytest.mark.parametrize("fraction", [None, 7, 14])
def test_the_last_day_is_the_last_on_which_something_is_due(left, fraction):  # MED-15
    def due(late):
        return share_now(
            (),
            on=day("2026-02-01").replace(day=1 + late),
            starts_on=day("2026-02-01"),
            fraction=None if fraction is None else Decimal(fraction),
            duration=Decimal(left),
        )

    last = due(0).last_on.day - 1

    assert all(due(late).allowed > 0 for late in range(min(last, 27) + 1))
    assert all(due(late).allowed == 0 for late in range(last + 1, 28))


def test_a_narcotic_recorded_late_lost_only_the_days_before_it():  # MED-15, TLS-27
    counter = Counter(a_line_of(NARCOTIC, days=28))
    counter.deliver("2026-02-21", "0.3", days=8)

    assert counter.defer("2026-02-06", "0.1", days=2, until="2026-02-22") == ""
    assert counter.alerts == []


# What is prescribed as narcotics are, and is none


def test_what_is_no_narcotic_warns_of_the_three_days():  # MED-15
    product = a_medicine("liste I", IN_WORDS)
    counter = Counter(a_line_of(product, days=30), products=[product])

    assert counter.deliver("2026-02-06", days=30) == ""
    assert counter.warnings == ["PRESENTED_LATE"]


@pytest.mark.parametrize(
    ("conditions", "days", "warnings"),
    [
        (("liste I", IN_WORDS), None, []),  # tramadol: nothing to count, nothing to say
        (("liste I", IN_WORDS), 28, ["PRESENTED_LATE"]),
        (("liste I", "prescription sur ordonnance sécurisée"), 28, []),  # pregabalin
        (("liste I",), 28, []),
    ],
)
def test_only_what_follows_rules_of_narcotics_warns_of_them(conditions, days, warnings):  # MED-15
    product = a_medicine(*conditions, holds=None)
    ordered = {"boxes": 2} if days is None else {"days": days}
    counter = Counter(a_line_of(product, **ordered), products=[product])

    assert counter.deliver("2026-02-10", days=days) == ""
    assert counter.warnings == warnings


def test_what_is_no_narcotic_keeps_to_its_fraction():  # MED-15
    product = a_medicine("liste I", "délivrance fractionnée de 7 jours", holds=7)
    counter = Counter(a_line_of(product, boxes=4, days=28), products=[product])

    assert counter.deliver("2026-02-01", 2) == "DURATION_EXCEEDED"
    assert counter.deliver("2026-02-01", 1) == ""


# An operation


@pytest.mark.parametrize(
    ("on", "days", "code"),
    [
        ("2026-02-06", 7, "TOO_EARLY"),
        ("2026-02-07", 7, ""),  # the third day before
        ("2026-02-15", 7, ""),  # the third day after the planned discharge
        ("2026-02-16", 7, "DURATION_EXCEEDED"),
        ("2026-02-16", 3, ""),
        ("2026-02-19", 1, "TOO_LATE"),
    ],
)
def test_the_three_days_of_an_operation_run_around_it(on, days, code):  # MED-15
    surgery = Surgery(day("2026-02-10"), day("2026-02-12"))
    counter = Counter(a_line_of(NARCOTIC, days=7, surgery=surgery))

    assert counter.deliver(on, days=days) == code


def test_too_early_for_an_operation_says_from_when():  # MED-15
    surgery = Surgery(day("2026-02-10"), day("2026-02-12"))
    counter = Counter(a_line_of(NARCOTIC, days=7, surgery=surgery))

    counter.deliver("2026-02-01", days=7)

    assert "à partir du sam. 7 févr. 2026" in counter.sentence


def test_what_is_no_narcotic_does_not_wait_for_an_operation():  # MED-15
    surgery = Surgery(day("2026-03-10"), day("2026-03-12"))

    assert Counter(a_line_of(LIST_I, surgery=surgery)).deliver("2026-02-01") == ""
