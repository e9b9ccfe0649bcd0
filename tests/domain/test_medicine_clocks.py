"""When a medicine may be delivered: the first time, and again."""

from dataclasses import replace

import pytest

from domain.medicines import (
    LIST_I,
    LIST_II,
    NARCOTIC,
    UNKNOWN,
    UNLISTED,
    Counter,
    a_line_of,
    a_medicine,
    at,
)
from ordonnance.domain.execution import Completeness

FFC, FFP, RFP, RFC = Completeness

# The first delivery


@pytest.mark.parametrize(
    ("product", "written", "on", "code"),
    [
        (LIST_I, "2026-02-01", "2026-04-30", ""),
        (LIST_I, "2026-02-01", "2026-05-01", "TOO_LATE"),
        (LIST_II, "2026-02-01", "2026-05-01", "TOO_LATE"),
        (NARCOTIC, "2026-02-01", "2026-05-01", "TOO_LATE"),
        (LIST_I, "2026-11-30", "2027-02-27", ""),  # no 30 February: three months end on the 28th
        (LIST_I, "2026-11-30", "2027-02-28", "TOO_LATE"),
        (LIST_I, "2027-11-29", "2028-02-28", ""),
        (LIST_I, "2027-11-29", "2028-02-29", "TOO_LATE"),
        # Days are those of Paris, whatever the offset it was written in.
        (LIST_I, "2026-01-31T23:30:00+00:00", "2026-04-30", ""),
        (LIST_I, "2026-02-01 00:10", "2026-04-30 23:59", ""),
        (LIST_I, "2026-02-01 00:10", "2026-05-01 00:01", "TOO_LATE"),
        (UNLISTED, "2026-02-01", "2027-02-01", ""),
        (UNLISTED, "2026-02-01", "2027-02-02", "TOO_LATE"),
        (UNKNOWN, "2026-02-01", "2027-02-02", ""),
    ],
)
def test_the_first_delivery_comes_in_time(product, written, on, code):  # MED-10, MED-22
    valid_until = at("2029-01-01")  # longer than the law's year
    counter = Counter(a_line_of(product, valid_until=valid_until), written=written)

    assert counter.deliver(on) == code


def test_a_first_delivery_too_late_says_the_last_day():  # MED-10
    counter = Counter(a_line_of(LIST_I))

    counter.deliver("2026-05-01")

    assert "le dernier jour était le jeu. 30 avr. 2026" in counter.sentence


def test_a_first_delivery_recorded_after_another_is_still_the_first():  # MED-10, TLS-27
    counter = Counter(a_line_of(LIST_I, repeats=1))
    counter.deliver("2026-06-20", override="TOO_LATE")

    assert counter.defer("2026-05-10", until="2026-06-21") == ""
    assert ("DEFERRED", "TOO_LATE") in counter.alerts


def test_a_renewal_may_come_after_three_months():  # MED-10
    counter = Counter(a_line_of(LIST_I, repeats=1))
    counter.deliver("2026-04-30")

    assert counter.deliver("2026-06-15") == ""


def test_what_was_not_delivered_or_was_taken_back_began_nothing():  # MED-10
    counter = Counter(a_line_of(LIST_I, repeats=1))
    counter.deliver("2026-02-01")
    counter.take_back(1, "2026-02-02")

    assert counter.deliver("2026-05-01") == "TOO_LATE"


def test_an_expired_line_is_not_told_too_late_too():  # MED-10
    line = a_line_of(LIST_I, valid_until=at("2026-06-01 12:00"))

    late, expired = Counter(line), Counter(line)

    assert late.deliver("2026-06-01 11:59") == "TOO_LATE"
    assert expired.deliver("2026-06-01 12:00", override="EXPIRED") == ""
    assert expired.alerts == [("OVERRIDE", "EXPIRED")]


def test_a_line_that_expired_since_was_too_late_on_its_day():  # MED-10, TLS-27
    counter = Counter(a_line_of(LIST_I, valid_until=at("2026-06-01")))

    assert counter.defer("2026-05-20", until="2026-06-02") == ""
    assert counter.alerts == [("DEFERRED", "TOO_LATE")]


# The pace


@pytest.mark.parametrize(
    ("product", "on", "code", "warnings"),
    [
        (LIST_I, "2026-03-02", "TOO_EARLY", None),  # the 30th day, covered
        (LIST_I, "2026-03-03", "", []),
        (LIST_II, "2026-03-02", "TOO_EARLY", None),
        (UNLISTED, "2026-03-02", "", ["TOO_EARLY"]),
        (UNLISTED, "2026-03-03", "", []),
        (UNKNOWN, "2026-02-02", "", ["PRODUCT_UNKNOWN"]),
        (a_medicine("liste I", holds=None), "2026-02-02", "", []),  # nobody knows what it holds
    ],
)
def test_a_renewal_waits_for_the_end_of_the_pack(product, on, code, warnings):  # MED-11, MED-22
    known = [product] if product is not UNKNOWN else [LIST_I]
    counter = Counter(a_line_of(product, repeats=1), products=known)
    counter.deliver("2026-02-01")

    assert counter.deliver(on) == code
    assert warnings is None or counter.warnings == warnings


def test_too_early_says_from_when():  # MED-11
    counter = Counter(a_line_of(LIST_I, repeats=1))
    counter.deliver("2026-02-01")

    counter.deliver("2026-02-20")

    assert "à partir du mar. 3 mars 2026" in counter.sentence


@pytest.mark.parametrize(
    ("written", "first", "again", "code"),
    [
        # The clocks change on 29 March and 25 October: a day stays a day.
        ("2026-03-01", "2026-03-01 23:50", "2026-03-30 23:59", "TOO_EARLY"),
        ("2026-03-01", "2026-03-01 23:50", "2026-03-31 00:05", ""),
        ("2026-10-01", "2026-10-01 00:10", "2026-10-30 23:59", "TOO_EARLY"),
        ("2026-10-01", "2026-10-01 00:10", "2026-10-31 00:01", ""),
        # 23.30 in Greenwich is the day after in Paris.
        ("2026-02-01", "2026-02-01T23:30:00+00:00", "2026-03-03", "TOO_EARLY"),
        ("2026-02-01", "2026-02-01T23:30:00+00:00", "2026-03-03T23:00:00+00:00", ""),
    ],
)
def test_days_are_those_of_paris(written, first, again, code):  # MED-11
    counter = Counter(a_line_of(LIST_I, written, repeats=1), written=written)
    assert counter.deliver(first) == ""

    assert counter.deliver(again) == code


def test_what_was_given_early_adds_up():  # MED-11
    counter = Counter(a_line_of(LIST_I, repeats=2))
    counter.deliver("2026-02-01")

    assert counter.deliver("2026-02-20") == "TOO_EARLY"
    assert counter.deliver("2026-02-20", override="TOO_EARLY") == ""
    assert counter.alerts == [("OVERRIDE", "TOO_EARLY")]
    assert counter.deliver("2026-04-01") == "TOO_EARLY"
    assert counter.deliver("2026-04-02") == ""


def test_who_came_late_waits_from_the_day_they_came():  # MED-11
    counter = Counter(a_line_of(LIST_I, repeats=2))
    counter.deliver("2026-02-01")
    counter.deliver("2026-03-20")

    assert counter.deliver("2026-04-18") == "TOO_EARLY"
    assert counter.deliver("2026-04-19") == ""


def test_what_was_taken_back_covers_nothing():  # MED-11, TLS-29
    counter = Counter(a_line_of(LIST_I, repeats=1))
    counter.deliver("2026-02-01")
    counter.take_back(1, "2026-02-02")

    assert counter.deliver("2026-02-02") == ""


def test_two_acts_of_one_request_follow_one_another():  # MED-11
    counter = Counter(a_line_of(LIST_I, repeats=1))

    code = counter.record(counter.an_act("2026-02-01"), counter.an_act("2026-02-01", entry=1))

    assert code == "TOO_EARLY"


def test_two_lines_of_one_medicine_are_paced_apart():  # MED-11
    counter = Counter(a_line_of(LIST_I), a_line_of(LIST_I, rank=2))
    counter.deliver("2026-02-01", line=1)

    assert counter.deliver("2026-02-01", line=2) == ""


# What a delivery says of itself


@pytest.mark.parametrize(
    ("first", "second", "warned"),
    [
        (FFC, RFC, [False, False]),
        (FFP, RFP, [False, False]),
        (RFC, RFC, [True, False]),
        (RFP, FFC, [True, True]),
        (None, FFP, [False, True]),
        (None, None, [False, False]),
    ],
)
def test_first_or_next_is_held_against_what_is_recorded(first, second, warned):  # MED-23
    counter = Counter(a_line_of(LIST_I, repeats=1))

    found = []
    for on, said in (("2026-02-01", first), ("2026-03-10", second)):
        counter.deliver(on, completeness=said)
        found.append("COMPLETENESS_UNEXPECTED" in counter.warnings)

    assert found == warned


def test_a_line_added_by_hand_is_said_so():  # MED-23
    counter = Counter(a_line_of(LIST_I))

    assert counter.record(replace(counter.an_act("2026-02-01"), prescribed=None)) == ""
    assert counter.warnings == ["ADDED_BY_HAND"]
