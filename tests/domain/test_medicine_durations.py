"""How much is delivered at once, and how long in all."""

import pytest

from domain.medicines import (
    AS_NEEDED,
    LIST_I,
    LIST_II,
    ONE_A_DAY,
    UNKNOWN,
    UNLISTED,
    Counter,
    a_line_of,
    a_medicine,
)
from ordonnance.domain.line import Intake

# One delivery


@pytest.mark.parametrize(
    ("holds", "boxes", "code"),
    [
        (7, 4, ""),
        (7, 5, "DURATION_EXCEEDED"),
        (10, 3, ""),
        (10, 4, "DURATION_EXCEEDED"),
        (14, 2, ""),
        (14, 3, "DURATION_EXCEEDED"),
        (16, 2, ""),
        (20, 2, ""),  # one pack alone would not make four weeks
        (20, 3, "DURATION_EXCEEDED"),
        (28, 1, ""),
        (28, 2, "DURATION_EXCEEDED"),
        (30, 1, ""),
        (30, "1.5", "DURATION_EXCEEDED"),
        (30, 2, "DURATION_EXCEEDED"),
        (84, 1, ""),  # a pack of a quarter
        (84, "0.5", ""),
        (84, 2, "DURATION_EXCEEDED"),
        (90, 1, ""),
        (100, 1, ""),  # no smaller pack may be
        (90, 1000, "DURATION_EXCEEDED"),
        (1, 30, ""),
        (1, 31, "DURATION_EXCEEDED"),
    ],
)
def test_one_delivery_covers_a_month_by_its_packs(holds, boxes, code):  # MED-12
    product = a_medicine("liste I", holds=holds)
    counter = Counter(a_line_of(product, boxes=1000, repeats=99), products=[product])

    assert counter.deliver("2026-02-01", boxes) == code


@pytest.mark.parametrize(
    ("boxes", "code"),
    [(3, ""), (4, "DURATION_EXCEEDED")],  # thirds do not add up
)
def test_packs_that_last_a_third_of_four_weeks_are_three(boxes, code):  # MED-12
    three_a_day = Intake(3, 1, "comprimé")
    product = a_medicine("liste I", holds=28)
    counter = Counter(a_line_of(product, boxes=9, intake=three_a_day), products=[product])

    assert counter.deliver("2026-02-01", boxes) == code


@pytest.mark.parametrize(
    ("holds", "boxes", "code"),
    [
        (21, 3, ""),  # three cycles, with seven days without between them
        (21, 4, "DURATION_EXCEEDED"),
        (28, 3, ""),
        (28, 4, "DURATION_EXCEEDED"),
        (63, 1, ""),
        (63, 2, "DURATION_EXCEEDED"),
        (84, 1, ""),
        (84, 2, "DURATION_EXCEEDED"),
        (364, 1, ""),
    ],
)
def test_contraceptives_are_delivered_for_twelve_weeks(holds, boxes, code):  # MED-12
    pill = a_medicine("liste I", holds=holds, atc="G03AA07")
    counter = Counter(a_line_of(pill, boxes=13), products=[pill])

    assert counter.deliver("2026-02-01", boxes) == code
    if code:
        assert "un contraceptif se délivre pour douze semaines au plus" in counter.sentence


@pytest.mark.parametrize(
    ("product", "boxes", "code", "warnings"),
    [
        (LIST_I, 2, "DURATION_EXCEEDED", None),
        (LIST_II, 2, "DURATION_EXCEEDED", None),
        (UNLISTED, 2, "", ["DURATION_EXCEEDED"]),
        (UNKNOWN, 2, "", ["PRODUCT_UNKNOWN"]),
        (a_medicine("liste I", holds=None), 2, "", []),
    ],
)
def test_what_is_not_listed_or_not_known_is_not_stopped(
    product, boxes, code, warnings
):  # MED-12, MED-22
    known = [product] if product is not UNKNOWN else [LIST_I]
    counter = Counter(a_line_of(product, boxes=2), products=known)

    assert counter.deliver("2026-02-01", boxes) == code
    assert warnings is None or counter.warnings == warnings


@pytest.mark.parametrize(
    ("days", "boxes", "intake", "code", "warnings"),
    [
        (30, 2, ONE_A_DAY, "", []),  # what the professional says comes first
        (31, 2, ONE_A_DAY, "DURATION_EXCEEDED", None),
        (60, 2, AS_NEEDED, "DURATION_EXCEEDED", None),
        (45, 1, ONE_A_DAY, "DURATION_EXCEEDED", None),  # thirty tablets at one a day
        (45, 1, AS_NEEDED, "", []),  # taken less often than the posology allows
        (93, 1, AS_NEEDED, "", []),
        (94, 1, AS_NEEDED, "", ["DURATION_EXCEEDED"]),  # said to outlast a quarter
        (93, 1, None, "", []),  # a pack of a quarter, for all that is known
    ],
)
def test_days_that_the_professional_states_come_first(
    days, boxes, intake, code, warnings
):  # MED-12
    counter = Counter(a_line_of(LIST_I, boxes=2, intake=intake))

    assert counter.deliver("2026-02-01", boxes, days=days) == code
    assert warnings is None or counter.warnings == warnings


def test_the_label_of_what_is_given_says_how_long_it_lasts():  # MED-12
    small = a_medicine("liste I")
    large = a_medicine("liste I", holds=180, cis=small.cis)
    counter = Counter(a_line_of(small), products=[small, large])

    assert counter.deliver("2026-02-01", product=large.cip13.value) == ""
    assert counter.warnings == []


@pytest.mark.parametrize(
    ("days", "holds", "boxes", "code"),
    [
        (10, 16, 2, ""),
        (24, 14, 2, ""),  # the last pack outlives a treatment of 24 days
        (24, 14, 3, "DURATION_EXCEEDED"),  # and this one is not needed
        (30, 28, 2, ""),
        (45, 30, 2, "DURATION_EXCEEDED"),
        (90, 30, 3, "DURATION_EXCEEDED"),
    ],
)
def test_packs_cover_no_more_than_the_treatment(days, holds, boxes, code):  # MED-12
    product = a_medicine("liste I", holds=holds)
    counter = Counter(a_line_of(product, boxes=boxes, days=days), products=[product])

    assert counter.deliver("2026-02-01", boxes) == code


def test_too_many_days_are_said_with_the_limit():  # MED-12
    product = a_medicine("liste I", holds=16)
    line = a_line_of(product, boxes=9, intake=Intake(3, 1, "comprimé"))
    counter = Counter(line, products=[product])

    counter.deliver("2026-02-01", 7)

    assert (
        "vous délivrez 37,3 jours de traitement, et la durée permise est dépassée : "
        "une délivrance couvre quatre semaines ou trente jours au plus." in counter.sentence
    )


def test_one_override_is_enough_for_a_journey():  # MED-11, MED-12, TLS-26
    counter = Counter(a_line_of(LIST_I, boxes=1, repeats=2))
    counter.deliver("2026-02-01")

    assert counter.deliver("2026-02-10", override="TOO_EARLY") == ""
    assert counter.alerts == [("OVERRIDE", "TOO_EARLY")]


# In all


def test_twelve_months_are_twelve_packs_of_thirty():  # MED-13
    counter = Counter(a_line_of(LIST_I, repeats=20))
    months = [
        *("2026-02-01", "2026-03-03", "2026-04-02", "2026-05-02", "2026-06-01", "2026-07-01"),
        *("2026-07-31", "2026-08-30", "2026-09-29", "2026-10-29", "2026-11-28", "2026-12-28"),
    ]

    assert [counter.deliver(on) for on in months] == [""] * 12
    assert counter.deliver("2027-01-27") == "DURATION_EXCEEDED"
    assert "un traitement dure douze mois au plus (déjà délivré : 360 jours)" in counter.sentence
    assert counter.deliver("2027-01-27", override="DURATION_EXCEEDED") == ""


def test_what_is_renewed_by_law_is_counted_too():  # MED-13, MED-14
    product = a_medicine("liste II", "prescription limitée à 12 semaines", holds=28)
    line = a_line_of(product, days=28, are_repeats_said=False)
    counter = Counter(line, products=[product])

    on_time = [counter.deliver(on) for on in ("2026-02-01", "2026-03-01", "2026-03-29")]

    assert on_time == ["", "", ""]
    assert counter.deliver("2026-04-26") == "DURATION_EXCEEDED"


def test_what_is_renewed_by_law_adds_to_the_first_fill():  # MED-13, MED-14
    product = a_medicine("liste II", "prescription limitée à 4 semaines", holds=28)
    line = a_line_of(product, days=28, are_repeats_said=False)
    counter = Counter(line, products=[product])
    counter.deliver("2026-02-01")

    assert counter.deliver("2026-03-01") == "DURATION_EXCEEDED"


def test_the_last_pack_of_a_treatment_said_outlives_the_ceiling():  # MED-13
    product = a_medicine("liste I", "prescription limitée à 12 semaines", holds=30)
    said = Counter(a_line_of(product, boxes=3, days=84), products=[product])
    unsaid = Counter(a_line_of(product, boxes=3), products=[product])
    for counter in (said, unsaid):
        counter.deliver("2026-02-01")
        counter.deliver("2026-03-03")

    assert said.deliver("2026-04-02") == ""
    assert unsaid.deliver("2026-04-02") == "DURATION_EXCEEDED"
    assert unsaid.deliver("2026-04-02", days=24) == ""


@pytest.mark.parametrize(
    ("text", "days", "code"),
    [
        ("prescription limitée à 2 semaines", 14, ""),
        ("prescription limitée à 2 semaines", 15, "DURATION_EXCEEDED"),
        ("prescription limitée à 4 semaines", 28, ""),
        ("prescription limitée à 4 semaines", 29, "DURATION_EXCEEDED"),
        ("prescription limitée à 7 jours ou 28 jours", 28, ""),
        ("prescription limitée à 7 jours", 8, "DURATION_EXCEEDED"),
        ("prescription limitée à 3 jours", 4, "DURATION_EXCEEDED"),
        ("liste I", 30, ""),
    ],
)
def test_shorter_ceilings_are_those_of_the_texts(text, days, code):  # MED-13
    product = a_medicine("liste I", text)
    counter = Counter(a_line_of(product, boxes=3), products=[product])

    assert counter.deliver("2026-02-01", days=days) == code
    assert code == "" or text in counter.sentence


@pytest.mark.parametrize(
    ("written", "days", "code"),
    [
        ("2026-02-01", 181, ""),
        ("2026-02-01", 182, "DURATION_EXCEEDED"),
        ("2026-07-01", 184, ""),  # six months of the calendar are longer in summer
    ],
)
def test_months_are_those_of_the_calendar_from_the_writing(written, days, code):  # MED-13
    product = a_medicine("liste I", "prescription limitée à 6 mois", holds=None)
    counter = Counter(a_line_of(product, written), written=written, products=[product])

    assert counter.deliver(written, days=days) == code


@pytest.mark.parametrize(
    ("holds", "days", "boxes", "code", "warnings"),
    [
        (30, None, 1, "", ["DURATION_EXCEEDED"]),  # 30 tablets for 28 days: nobody may split them
        (30, 30, 1, "DURATION_EXCEEDED", None),  # but who says 30 days means them
        (15, None, 2, "DURATION_EXCEEDED", None),
        (14, None, 2, "", []),
    ],
)
def test_a_first_pack_that_outlasts_the_ceiling_warns(holds, days, boxes, code, warnings):  # MED-13
    product = a_medicine("liste I", "prescription limitée à 4 semaines", holds=holds)
    counter = Counter(a_line_of(product, boxes=2), products=[product])

    assert counter.deliver("2026-02-01", boxes, days=days) == code
    assert warnings is None or counter.warnings == warnings


def test_an_implant_of_three_years_is_delivered():  # MED-12, MED-13
    implant = a_medicine("liste I", atc="G03AC08", packaging="1 sachet", form="implant")
    line = a_line_of(implant, intake=Intake(1, 1095, "sachet"))
    counter = Counter(line, products=[implant])

    assert counter.deliver("2026-02-01") == ""
    assert counter.warnings == ["DURATION_EXCEEDED"]


def test_a_pregnancy_prevention_programme_limits_some_patients_only():  # MED-13
    product = a_medicine(
        *("liste I", "prescription limitée à 1 mois"),
        "pour les femmes en âge de procréer : voir programme de prévention de la grossesse",
    )
    counter = Counter(a_line_of(product, repeats=2), products=[product])
    counter.deliver("2026-02-01")

    assert counter.deliver("2026-03-03") == ""
