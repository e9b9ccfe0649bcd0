"""How often a medicine is renewed, by its list."""

from decimal import Decimal

import pytest

from domain.medicines import IN_WORDS, LIST_II, Counter, a_line_of, a_medicine
from ordonnance.domain.line import Intake


@pytest.mark.parametrize(
    ("conditions", "repeats", "are_said", "code", "warnings"),
    [
        (("liste I",), 0, False, "RIGHTS_EXHAUSTED", None),
        (("liste I",), 0, True, "RIGHTS_EXHAUSTED", None),
        (("liste I",), 1, True, "", []),
        (("liste II",), 0, False, "", ["RENEWED_BY_LAW"]),
        (("liste II",), 0, True, "RIGHTS_EXHAUSTED", None),  # none, expressly
        (("liste II",), 1, True, "", []),
        (("liste I", "liste II"), 0, False, "RIGHTS_EXHAUSTED", None),
        (("stupéfiants", IN_WORDS), 0, False, "RIGHTS_EXHAUSTED", None),
        ((), 0, False, "RIGHTS_EXHAUSTED", None),
    ],
)
def test_a_renewal_depends_on_the_list(conditions, repeats, are_said, code, warnings):  # MED-14
    product = a_medicine(*conditions)
    line = a_line_of(product, repeats=repeats, are_repeats_said=are_said)
    counter = Counter(line, products=[product])
    counter.deliver("2026-02-01")

    assert counter.deliver("2026-03-03") == code
    assert warnings is None or counter.warnings == warnings


@pytest.mark.parametrize(
    ("boxes", "on", "code"),
    [
        (2, "2026-03-03", ""),
        (1, "2026-03-03", ""),
        (3, "2026-03-03", "RIGHTS_EXHAUSTED"),  # one fill at a time
        (2, "2026-03-02", "TOO_EARLY"),
        (Decimal("2.01"), "2026-03-03", "RIGHTS_EXHAUSTED"),
    ],
)
def test_a_renewal_by_law_is_one_fill(boxes, on, code):  # MED-14
    line = a_line_of(LIST_II, boxes=2, are_repeats_said=False, intake=Intake(2, 1, "comprimé"))
    counter = Counter(line)
    counter.deliver("2026-02-01", 2)

    assert counter.deliver(on, boxes) == code


def test_a_treatment_in_days_is_renewed_only_where_that_is_said():  # MED-14
    counter = Counter(a_line_of(LIST_II, boxes=None, days=30, are_repeats_said=False))
    counter.deliver("2026-02-01", days=30)

    assert counter.deliver("2026-03-10", days=30) == "RIGHTS_EXHAUSTED"


@pytest.mark.parametrize(("days", "code"), [(14, ""), (None, ""), (15, "RIGHTS_EXHAUSTED")])
def test_a_fill_said_in_days_is_renewed_as_one_in_packs(days, code):  # MED-14
    line = a_line_of(LIST_II, boxes=None, days=14, fill_days=14, are_repeats_said=False)
    counter = Counter(line)
    counter.deliver("2026-02-01", days=14)

    assert counter.deliver("2026-03-03", days=days) == code
