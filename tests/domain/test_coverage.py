"""How many days a delivery covers, and until which day."""

from datetime import date
from decimal import Decimal

import pytest

from domain.medicines import (
    AS_NEEDED,
    LIST_I,
    UNKNOWN,
    Counter,
    a_line_of,
    a_medicine,
    day,
    knowing,
)
from ordonnance.domain.coverage import (
    Delivery,
    add_days,
    covered_until,
    days_covered,
    find_product,
    pack_lasts,
    total_days,
    treatment_days,
)
from ordonnance.domain.line import Intake
from ordonnance.domain.product import GenericRole

UNREADABLE = a_medicine("liste I", holds=None)
PRINCEPS = a_medicine("liste I", generic_group="1", generic_role=GenericRole.PRINCEPS)
GENERIC = a_medicine("liste I", holds=28, generic_group="1", generic_role=GenericRole.GENERIC)
HALF_DOSE = a_medicine("liste I", generic_group="1", generic_role=GenericRole.COMPLEMENTARY)
PRODUCTS = (LIST_I, UNREADABLE, PRINCEPS, GENERIC, HALF_DOSE)


def covered(line, boxes=1, days=None, product=None):
    """The days that a delivery covers, as a text; None where nothing tells."""
    act = Counter(line, products=PRODUCTS).an_act("2026-02-01", boxes, days=days, product=product)
    referential = knowing(*PRODUCTS).referential
    prescribed, given = (find_product(code, referential) for code in (line.product, act.product))
    found = days_covered(line, act, prescribed=prescribed, given=given)
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("more", "boxes", "days", "expected"),
    [
        # What the professional says comes first,
        ({}, 1, 24, "24"),
        ({"days": 90}, 1, "0.5", "0.5"),
        # then what the packs hold by the posology,
        ({}, 1, None, "30.00"),
        ({"days": 7}, 1, None, "30.00"),
        ({}, 2, None, "60.00"),
        ({}, "0.5", None, "15.00"),
        ({"intake": Intake(1, 2, "comprimé")}, 1, None, "60.00"),
        ({"intake": Intake(2, 7, "comprimé")}, 1, None, "105.00"),
        ({"intake": Intake(7, 1, "comprimé")}, 1, None, "4.28"),  # never more than there is
        ({"intake": Intake(9, 1, "comprimé")}, 3, None, "10.00"),
        ({"intake": Intake(1, 1, "comprimé pelliculé")}, 1, None, "30.00"),
        ({"intake": Intake(1, 1, "")}, 1, None, "30.00"),
        ({"intake": Intake(1, 10**9, "comprimé")}, 1000, None, "36600.00"),
        ({"intake": Intake(10**9, 1, "comprimé")}, 1, None, "0.00"),
        # then the part of a fill that they are.
        ({"intake": Intake(500, 1, "milligramme"), "days": 30}, 1, None, "30.00"),
        ({"intake": None, "days": 30, "boxes": 3}, 1, None, "10.00"),
        ({"intake": None, "fill_days": 28, "boxes": 3}, 2, None, "18.66"),
        ({"intake": None, "fill_days": 28, "boxes": 3, "repeats": 2}, 3, None, "28.00"),
        # Nothing tells.
        ({"intake": None, "days": 90, "repeats": 2}, 1, None, None),
        ({"intake": None, "days": 30, "boxes": None}, 1, None, None),
        ({"intake": None, "days": 365, "boxes": None, "is_open": True}, 1, None, None),
        ({"intake": None}, 1, None, None),
        ({}, None, None, None),
        ({}, -1, None, None),
        ({}, 0, None, None),
        ({}, "-1E+300", None, None),
        ({}, "1E+300", None, "36600.00"),
    ],
)
def test_what_a_delivery_covers(more, boxes, days, expected):  # MED-11
    assert covered(a_line_of(LIST_I, **more), boxes, days) == expected


@pytest.mark.parametrize(
    ("prescribed", "given", "expected"),
    [
        (PRINCEPS, None, "30.00"),
        (PRINCEPS, GENERIC, "28.00"),  # what is given is what covers
        (PRINCEPS, HALF_DOSE, None),  # two for one, perhaps
        (HALF_DOSE, PRINCEPS, None),
        (HALF_DOSE, HALF_DOSE, "30.00"),
        (PRINCEPS, LIST_I, None),  # another group: its strength is not known
        (UNKNOWN, GENERIC, "28.00"),
        (PRINCEPS, UNKNOWN, "30.00"),
        (UNKNOWN, None, None),
        (UNREADABLE, None, None),
    ],
)
def test_what_may_be_of_another_strength_tells_nothing(prescribed, given, expected):  # MED-11
    line = a_line_of(prescribed)

    assert covered(line, product=None if given is None else given.cip13.value) == expected


@pytest.mark.parametrize(
    ("packaging", "form", "unit", "expected"),
    [
        ("plaquette(s) de 20 gélule(s)", "gélule", "gélule", "20"),
        ("plaquette(s) de 20 gélule(s)", "gélule", "unité", "20"),
        ("plaquette(s) de 20 gélule(s)", "gélule", "comprimé", None),
        ("1 flacon de 150 ml", "sirop", "millilitre", "150"),
        ("1 flacon de 150 ml", "sirop", "", None),  # one of what?
        ("1 flacon de 150 ml", "sirop", "cuillère", None),
        ("1 tube de 30 g", "crème", "gramme", "30"),
        ("10 sachets", "poudre pour solution buvable", "sachet", "10"),
        ("10 sachets", "poudre pour solution buvable", "", None),
        ("ce que l’on veut", "comprimé", "comprimé", None),
    ],
)
def test_how_long_a_pack_lasts(packaging, form, unit, expected):  # MED-4, MED-11
    product = a_medicine(packaging=packaging, form=form)
    line = a_line_of(product, intake=Intake(1, 1, unit))

    found = pack_lasts(line, product)

    assert found == (None if expected is None else Decimal(expected))


def test_no_pack_of_an_unknown_product_lasts():  # MED-11, MED-22
    assert pack_lasts(a_line_of(LIST_I), None) is None
    assert pack_lasts(a_line_of(LIST_I, intake=None), LIST_I) is None


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({}, 30),  # what the pack holds, at one a day
        ({"intake": AS_NEEDED}, None),
        ({"days": 28}, 28),
        ({"days": 28, "repeats": 1}, 56),  # of a fill, which packs of 30 make
        ({"days": 84, "repeats": 2}, 84),  # of all of them
        ({"days": 28, "repeats": 1, "intake": AS_NEEDED}, None),  # it is not said of which
        ({"days": 28, "fill_days": 14, "repeats": 1}, 28),
        ({"days": 90, "fill_days": 30}, 30),
        ({"fill_days": 30, "repeats": 2}, 90),
        ({"boxes": None, "days": 28}, 28),
        ({"boxes": None, "days": 28, "repeats": 2}, 84),
        ({"boxes": None}, None),
        ({"boxes": None, "days": 365, "is_open": True}, None),
    ],
)
def test_how_long_a_treatment_is_said_to_last(more, days):  # MED-11
    assert treatment_days(a_line_of(LIST_I, **more), LIST_I) == days


@pytest.mark.parametrize(
    ("given", "until"),
    [
        ([], None),
        ([("2026-02-01", 28)], "2026-03-01"),
        ([("2026-02-01", "4.9")], "2026-02-05"),  # whole days
        ([("2026-02-01", "0.5")], "2026-02-01"),
        ([("2026-02-01", 28), ("2026-02-20", 28)], "2026-03-29"),  # one after the other
        ([("2026-02-01", 28), ("2026-03-10", 28)], "2026-04-07"),  # a gap
        ([("2026-02-01", 28), ("2026-02-02", None)], None),
        ([("2026-02-01", None)], None),
        ([("2026-03-01", 30)], "2026-03-31"),
        ([("2026-02-01", 36600)] * 90, "9999-12-31"),
    ],
)
def test_until_when_deliveries_cover(given, until):  # MED-11
    deliveries = [
        Delivery(an_act(), day(on), None if days is None else Decimal(str(days)))
        for on, days in given
    ]

    assert covered_until(deliveries) == (None if until is None else day(until))


def an_act():
    return Counter(a_line_of(LIST_I)).an_act("2026-02-01", None)


def test_a_delivery_without_packs_has_none():  # MED-11
    assert Delivery(an_act(), day("2026-02-01"), None).packs == 0


def test_days_are_added_up_to_the_last_there_is():  # MED-11
    assert add_days(day("2026-02-01"), Decimal("1E+30")) == date.max
    assert add_days(day("2026-02-01"), Decimal("0.9")) == day("2026-02-01")


def test_unknown_days_count_for_nothing_in_a_total():  # MED-13
    given = [Delivery(an_act(), day("2026-02-01"), days) for days in (Decimal(28), None)]

    assert total_days(given) == 28
