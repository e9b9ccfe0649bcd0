"""What remains on a line, in packs and in days."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from builders import (
    NOW,
    a_line,
    a_number,
    an_act,
    later,
    not_delivered,
)
from ordonnance.domain.execution import Completeness
from ordonnance.domain.rights import (
    Unit,
    rights_of,
    say_quantity,
)

NUMBER = a_number()
FFC, FFP, RFP, RFC = (Completeness(code) for code in ("FFC", "FFP", "RFP", "RFC"))


def handed_over(boxes=None, *, day=0, days=None, kind=None):
    """A delivery on that day after NOW, that says which days it covers and what it completes."""
    return an_act(
        NUMBER,
        boxes=boxes,
        days=None if days is None else Decimal(days),
        completeness=kind,
        handed_over_at=later(days=day),
    )


# Packs


@pytest.mark.parametrize(
    ("quantity", "repeats", "delivered", "remaining"),
    [
        (1, 0, [], "1"),
        (1, 0, ["1"], "0"),
        (3, 0, ["1"], "2"),
        (3, 0, ["1", "2"], "0"),
        (2, 3, [], "8"),
        (2, 3, ["2", "2"], "4"),
        (2, 3, ["2", "2", "2", "2"], "0"),
        (2, 0, ["0.5"], "1.5"),
        (1, 0, ["0.25", "0.25", "0.25", "0.25"], "0"),
        (2, 0, ["5"], "0"),  # beyond the rights: never negative
        (1, 1, ["1", "2"], "0"),
    ],
)
def test_packs_remain_for_each_fill_less_what_was_delivered(
    quantity, repeats, delivered, remaining
):  # TLS-21
    line = a_line(boxes=quantity, repeats=repeats)

    rights = rights_of(line, [handed_over(boxes) for boxes in delivered], NOW)

    assert rights.remaining == Decimal(remaining)
    assert rights.unit == "boîte"


def test_what_was_not_delivered_uses_no_packs():  # TLS-21
    rights = rights_of(
        a_line(boxes=2), [not_delivered(NUMBER), handed_over(1), not_delivered(NUMBER)], NOW
    )

    assert rights.remaining == 1


def test_packs_are_counted_whatever_a_delivery_says_it_completes():  # TLS-21
    acts = [handed_over(1, kind=FFC), handed_over(1, kind=RFC)]

    assert rights_of(a_line(boxes=3), acts, NOW).remaining == 1


def test_packs_are_counted_as_soon_as_they_stand_whatever_the_days():  # TLS-21
    rights = rights_of(a_line(boxes=2, days=30), [handed_over(1, days=30)], later(days=60))

    assert rights.remaining == 1
    assert rights.unit is Unit.PACK


def test_packs_do_not_pass_with_time():  # TLS-21
    assert rights_of(a_line(boxes=2), [handed_over(1)], later(days=300)).remaining == 1


# Days


@pytest.mark.parametrize(
    ("days", "repeats", "acts", "at_day", "remaining"),
    [
        (30, 0, [], 0, 30),
        (30, 2, [], 0, 90),
        (30, 2, [], 200, 90),  # a treatment begins when it is handed over
        # Days that the deliveries say they cover.
        (30, 2, [handed_over(1, days=28)], 0, 62),
        (30, 2, [handed_over(1, days=28), handed_over(1, days=28)], 0, 34),
        (30, 0, [handed_over(1, days=28)], 0, 2),
        (30, 0, [handed_over(1, days=30)], 0, 0),
        (30, 0, [handed_over(1, days=100)], 0, 0),
        # Days gone by since the first of them.
        (30, 0, [handed_over(1)], 10, 20),
        (30, 0, [handed_over(1)], 29, 1),
        (30, 0, [handed_over(1)], 30, 0),
        (30, 0, [handed_over(1)], 300, 0),
        (30, 2, [handed_over(1, day=5), handed_over(1, day=20)], 20, 75),
        (30, 2, [handed_over(1, day=20), handed_over(1, day=5)], 20, 75),
        # Who comes late loses nothing, where the deliveries say what they cover.
        (30, 2, [handed_over(1, days=28)], 27, 62),
        (30, 2, [handed_over(1, days=28)], 40, 62),
        # As soon as one does not say: the larger of what is said and what has gone by.
        (30, 2, [handed_over(1, days=28), handed_over(1, day=20)], 20, 62),
        (30, 2, [handed_over(1, days=28), handed_over(1, day=20)], 40, 50),
        # Packs of unknown days never exhaust them.
        (30, 0, [handed_over(50)], 0, 30),
        (30, 0, [handed_over(50), handed_over(50)], 0, 30),
        # A delivery recorded for a later instant than the one asked about takes nothing back.
        (30, 0, [handed_over(1, day=10)], 0, 30),
    ],
)
def test_days_remain_for_each_fill_less_those_covered_or_gone_by(
    days, repeats, acts, at_day, remaining
):  # TLS-21
    line = a_line(boxes=None, days=days, repeats=repeats)

    rights = rights_of(line, acts, later(days=at_day))

    assert rights.remaining == remaining
    assert rights.unit == "jour"


@pytest.mark.parametrize(
    ("repeats", "kinds", "remaining"),
    [
        (0, [FFC], 0),
        (0, [RFC], 0),
        (0, [FFP], 30),
        (0, [FFP, RFP], 30),
        (0, [FFP, RFP, RFC], 0),
        (1, [FFC], 60),
        (1, [FFC, RFP], 60),
        (1, [FFC, RFC], 0),
        (1, [FFP, RFC, RFP], 60),
        (1, [FFP, RFC, RFP, RFC], 0),
        (2, [FFC, RFC], 90),
        (2, [FFC, RFC, RFC], 0),
        (2, [None, None, None], 90),
    ],
)
def test_days_are_over_once_the_last_fill_is_complete(repeats, kinds, remaining):  # TLS-21
    line = a_line(boxes=None, days=30, repeats=repeats)

    rights = rights_of(line, [handed_over(1, kind=kind) for kind in kinds], NOW)

    assert rights.remaining == remaining


def test_what_was_not_delivered_begins_no_treatment():  # TLS-21
    line = a_line(boxes=None, days=30)

    assert rights_of(line, [not_delivered(NUMBER)], later(days=60)).remaining == 30


def test_a_delivery_without_a_date_begins_no_treatment():  # TLS-21
    line = a_line(boxes=None, days=30)
    undated = an_act(NUMBER, handed_over_at=None, days=Decimal(7))

    assert rights_of(line, [undated], later(days=60)).remaining == 23


def test_days_gone_by_change_at_midnight_in_paris():  # TLS-21
    line = a_line(boxes=None, days=30)
    in_the_evening = an_act(NUMBER, handed_over_at=datetime(2026, 11, 23, 22, 30, tzinfo=UTC))

    before = rights_of(line, [in_the_evening], datetime(2026, 11, 23, 22, 59, tzinfo=UTC))
    past = rights_of(line, [in_the_evening], datetime(2026, 11, 23, 23, 0, tzinfo=UTC))

    assert before.remaining == 30
    assert past.remaining == 29


@pytest.mark.parametrize(
    ("quantity", "unit", "said"),
    [
        ("0", Unit.PACK, "0 boîte"),
        ("0.5", Unit.PACK, "0,5 boîte"),
        ("1", Unit.PACK, "1 boîte"),
        ("1.0", Unit.PACK, "1 boîte"),
        ("1.5", Unit.PACK, "1,5 boîte"),
        ("1.99", Unit.PACK, "1,99 boîte"),
        ("2", Unit.PACK, "2 boîtes"),
        ("2.50", Unit.PACK, "2,5 boîtes"),
        ("10", Unit.PACK, "10 boîtes"),
        ("1000", Unit.PACK, "1000 boîtes"),
        ("1", Unit.DAY, "1 jour"),
        ("90", Unit.DAY, "90 jours"),
        ("0E+2", Unit.DAY, "0 jour"),
    ],
)
def test_a_quantity_is_said_as_a_french_sentence_says_it(quantity, unit, said):
    assert say_quantity(Decimal(quantity), unit) == said
