"""A fill in several deliveries, and deliveries recorded out of order."""

import pytest

from domain.medicines import LIST_I, Counter, a_line_of, a_medicine
from ordonnance.domain.execution import Completeness
from ordonnance.domain.line import Intake

FFC, FFP, _, _ = Completeness


@pytest.mark.parametrize(
    ("second", "third"),
    [
        (("2026-02-02", 1, ""), ("2026-03-02", 2, "TOO_EARLY")),
        (("2026-02-02", 1, ""), ("2026-03-03", 2, "")),
        (("2026-02-02", 1, ""), ("2026-02-03", 1, "TOO_EARLY")),
        (("2026-02-02", 2, "TOO_EARLY"), ("2026-02-02", 1, "")),  # one of the two is a renewal
        # Two when the first pack is used up: the next one completes the second fill, which may
        # be done as soon as no more than a month is then at home.
        (("2026-02-16", 2, ""), ("2026-03-02", 1, "TOO_EARLY")),
        (("2026-02-16", 2, ""), ("2026-03-03", 1, "")),
    ],
)
def test_what_completes_a_fill_is_no_renewal(second, third):  # MED-11
    two_a_day = Intake(2, 1, "comprimé")
    counter = Counter(a_line_of(LIST_I, boxes=2, repeats=3, intake=two_a_day))
    assert counter.deliver("2026-02-01", 1, completeness=FFP) == ""

    for on, boxes, code in (second, third):
        assert counter.deliver(on, boxes) == code


@pytest.mark.parametrize(
    ("holds", "fill", "first", "second", "code"),
    [
        (15, 1, 1, ("2026-02-06", 1), "TOO_EARLY"),  # a fill of fifteen days
        (15, 1, 1, ("2026-02-16", 1), ""),
        (7, 2, 1, ("2026-02-02", 1), ""),
        (7, 2, 1, ("2026-02-02", 2), "TOO_EARLY"),  # one completes the fill, one opens another
        (7, 2, 1, ("2026-02-08", 2), ""),
        (7, 2, 2, ("2026-02-02", 1), "TOO_EARLY"),
        (7, 2, "1.5", ("2026-02-02", "0.5"), ""),
        (7, 2, "1.5", ("2026-02-02", "0.6"), "TOO_EARLY"),
        (84, "0.3", "0.1", ("2026-02-02", "0.2"), ""),  # tenths add up
        (84, "0.3", "0.1", ("2026-02-02", "0.3"), "TOO_EARLY"),
    ],
)
def test_a_new_fill_is_waited_for_however_short(holds, fill, first, second, code):  # MED-11
    product = a_medicine("liste I", holds=holds)
    counter = Counter(a_line_of(product, boxes=fill, repeats=9), products=[product])
    counter.deliver("2026-02-01", first)

    assert counter.deliver(*second) == code


@pytest.mark.parametrize(("on", "code"), [("2026-02-04", "TOO_EARLY"), ("2026-03-03", "")])
def test_three_boxes_for_three_months_are_taken_month_by_month(on, code):  # MED-11
    counter = Counter(a_line_of(LIST_I, boxes=3, days=90))
    counter.deliver("2026-02-01")

    assert counter.deliver(on) == code


def test_packs_that_make_no_whole_month_complete_one_another():  # MED-11
    twenty = a_medicine("liste I", holds=20)
    counter = Counter(a_line_of(twenty, boxes=4), products=[twenty])
    counter.deliver("2026-02-01")

    assert counter.deliver("2026-02-02") == ""  # as both at once
    assert counter.deliver("2026-02-03") == "TOO_EARLY"


@pytest.mark.parametrize(
    ("first", "on", "code"),
    [
        (FFP, "2026-02-02", ""),
        (FFC, "2026-02-02", "TOO_EARLY"),
        (None, "2026-02-02", "TOO_EARLY"),
        (FFC, "2026-02-15", ""),
    ],
)
def test_a_line_in_days_is_completed_where_that_was_said(first, on, code):  # MED-11
    line = a_line_of(LIST_I, boxes=None, days=28, repeats=2)
    counter = Counter(line)
    counter.deliver("2026-02-01", days=14, completeness=first)

    assert counter.deliver(on, days=14) == code


# What comes late, out of order


def test_a_delivery_recorded_late_is_looked_at_on_its_own_day():  # MED-11, TLS-27
    counter = Counter(a_line_of(LIST_I, repeats=2))
    counter.deliver("2026-03-03")

    assert counter.defer("2026-02-10", until="2026-03-04", completeness=FFC) == ""
    assert counter.alerts == []
    assert counter.warnings == []


def test_a_delivery_recorded_late_that_was_too_early_raises_an_alert():  # MED-11, TLS-27
    counter = Counter(a_line_of(LIST_I, repeats=2))
    counter.deliver("2026-02-01")

    assert counter.defer("2026-02-10", until="2026-02-12") == ""
    assert counter.alerts == [("DEFERRED", "TOO_EARLY")]


def test_what_was_recorded_before_completes_the_fill_begun_whatever_its_day():  # MED-11, TLS-27
    seven = a_medicine("liste I", holds=7)
    counter = Counter(a_line_of(seven, boxes=3, repeats=9), products=[seven])
    counter.deliver("2026-02-01")
    counter.deliver("2026-02-10", 2)

    assert counter.defer("2026-02-02", until="2026-02-11") == ""
    assert counter.alerts == [("DEFERRED", "TOO_EARLY")]


def test_a_line_in_days_is_completed_by_what_came_before_that_day():  # MED-11, TLS-27
    counter = Counter(a_line_of(LIST_I, boxes=None, days=28, repeats=9))
    counter.deliver("2026-02-01", days=7, completeness=FFP)
    counter.deliver("2026-03-01", days=7, completeness=FFC)

    assert counter.defer("2026-02-02", days=7, until="2026-03-02") == ""
    assert counter.alerts == []


def test_a_line_in_days_recorded_late_before_all_others_is_not_early():  # MED-11, TLS-27
    counter = Counter(a_line_of(LIST_I, boxes=None, days=28, repeats=9))
    counter.deliver("2026-02-10", days=7, completeness=FFC)

    assert counter.defer("2026-02-05", days=7, until="2026-02-11") == ""
    assert counter.alerts == []


def test_all_that_was_recorded_counts_for_the_ceiling_whatever_its_day():  # MED-13, TLS-27
    product = a_medicine("liste I", "prescription limitée à 4 semaines", holds=14)
    counter = Counter(a_line_of(product, boxes=4), products=[product])
    counter.deliver("2026-02-10", 2)

    assert counter.defer("2026-02-05", until="2026-02-11") == ""
    assert counter.alerts == [("DEFERRED", "DURATION_EXCEEDED")]
