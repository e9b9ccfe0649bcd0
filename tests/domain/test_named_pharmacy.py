"""The pharmacy that a prescriber names, and those that deliver."""

import pytest

from builders import OTHER_PHARMACY, PHARMACY
from domain.medicines import (
    IN_WORDS,
    LIST_I,
    NARCOTIC,
    UNKNOWN,
    UNLISTED,
    Counter,
    a_line_of,
    a_medicine,
)
from ordonnance.domain.line import Intake

SECURED = a_medicine("liste I", IN_WORDS)
HERE = PHARMACY.am.value


@pytest.mark.parametrize(
    ("product", "pharmacy", "actor", "code", "is_warned"),
    [
        (SECURED, HERE, PHARMACY, "", False),
        (SECURED, HERE, OTHER_PHARMACY, "NOT_THE_NAMED_PHARMACY", None),
        (NARCOTIC, HERE, OTHER_PHARMACY, "NOT_THE_NAMED_PHARMACY", None),
        (SECURED, "", OTHER_PHARMACY, "", True),  # named otherwise than by its numéro AM
        (SECURED, None, OTHER_PHARMACY, "", False),
        # The patient chooses the pharmacy of the others.
        (LIST_I, HERE, OTHER_PHARMACY, "", True),
        (UNLISTED, HERE, OTHER_PHARMACY, "", True),
        (UNKNOWN, HERE, OTHER_PHARMACY, "", True),
    ],
)
def test_a_pharmacy_is_named_for_narcotics(product, pharmacy, actor, code, is_warned):  # MED-17
    known = (SECURED, NARCOTIC, LIST_I, UNLISTED)
    line = a_line_of(product, days=28, pharmacy=pharmacy, intake=Intake(1, 1, ""))
    counter = Counter(line, products=known)

    assert counter.deliver("2026-02-01", days=28, actor=actor) == code
    if is_warned is not None:
        assert ("NAMED_PHARMACY_UNCHECKED" in counter.warnings) == is_warned


def test_another_pharmacy_may_decide_otherwise():  # MED-17, TLS-26
    counter = Counter(a_line_of(NARCOTIC, days=28, pharmacy=HERE))

    code = counter.deliver(
        "2026-02-01", days=28, actor=OTHER_PHARMACY, override="NOT_THE_NAMED_PHARMACY"
    )

    assert code == ""
    assert counter.alerts == [("OVERRIDE", "NOT_THE_NAMED_PHARMACY")]
