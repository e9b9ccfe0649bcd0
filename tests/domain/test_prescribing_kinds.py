"""What a line of each kind should say, and is warned of where it does not."""

from decimal import Decimal

import pytest

from builders import a_line, a_number, a_prescription
from ordonnance.domain.caveat import CAVEAT_SENTENCES
from ordonnance.domain.fact import Caveat, CaveatCode
from ordonnance.domain.line import Kind
from ordonnance.domain.order import Biology, Course, Device, Order, Therapy
from ordonnance.domain.order_sentence import say_order
from ordonnance.domain.prescribing import check_prescribed
from ordonnance.domain.product import NOTHING_KNOWN

OPEN = {"boxes": None, "days": 365, "is_open": True}
RENEWALS = "le nombre de renouvellements (0 : aucun)"
COURSE = "si c’est un bilan, une rééducation ou les deux"


def told(kind, **line):
    """The warnings at the issue of a line of *kind*."""
    prescription = a_prescription(a_number(), a_line(kind=kind, **line))
    return check_prescribed(prescription, NOTHING_KNOWN)


@pytest.mark.parametrize(
    ("kind", "line", "missing"),
    [
        (Kind.DEVICE, {}, None),
        (Kind.DEVICE, {"are_repeats_said": False}, RENEWALS),
        (
            Kind.DEVICE,
            {**OPEN, "are_repeats_said": False},
            f"la quantité ou les jours de location ; {RENEWALS}",
        ),
        (Kind.DEVICE, {**OPEN, "order": Order(device=Device(rental_days=28))}, None),
        (Kind.BIOLOGY, {}, "la nature du prélèvement"),
        (Kind.BIOLOGY, {"order": Order(biology=Biology())}, "la nature du prélèvement"),
        (Kind.BIOLOGY, {"order": Order(biology=Biology(specimens=("sang",)))}, None),
        (Kind.NURSING, OPEN, "le nombre ou la fréquence des actes ; leur durée"),
        (Kind.NURSING, {**OPEN, "order": Order(pace="1 fois par jour")}, "leur durée"),
        (Kind.NURSING, {"boxes": None, "days": 10, "order": Order(pace="1 fois par jour")}, None),
        (Kind.NURSING, {"boxes": 3}, None),
        (Kind.PHYSIOTHERAPY, OPEN, None),
        (Kind.PODIATRY, OPEN, None),
        (Kind.SPEECH_THERAPY, OPEN, COURSE),
        (Kind.ORTHOPTICS, {"order": Order(therapy=Therapy())}, COURSE),
        (Kind.ORTHOPTICS, {"order": Order(therapy=Therapy(course=Course.ASSESSMENT))}, None),
    ],
)
def test_what_a_line_does_not_say_is_warned_of(kind, line, missing):  # TLS-40
    expected = () if missing is None else (Caveat(CaveatCode.CONTENT_MISSING, 1, missing),)

    assert told(kind, **line) == expected


def test_the_sentence_of_what_is_missing():  # TLS-40
    [caveat] = told(Kind.BIOLOGY)

    assert CAVEAT_SENTENCES[caveat.code].format(line=caveat.line, words=caveat.words) == (
        "Ligne 1 : l’ordonnance ne dit pas la nature du prélèvement. Complétez-la si vous le "
        "pouvez."
    )


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.MEDICINE])
def test_no_rule_of_medicines_looks_at_another_kind(kind):  # TLS-40
    codes = {caveat.code for caveat in told(kind, **OPEN, product="34009")}

    assert codes <= {CaveatCode.CONTENT_MISSING}


@pytest.mark.parametrize("kind", Kind)
def test_a_line_of_any_kind_can_be_told_though_it_says_nothing(kind):  # TLS-42
    assert "None" not in say_order(a_line(kind=kind))


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        ("1", "", "1 unité"),
        ("2", "", "2 unités"),
        ("1.5", "boîte", "1,5 boîte"),
        ("2", "boîtes", "2 boîtes"),
        ("3", "bas", "3 bas"),
        ("200", "bte(s)", "200 bte(s)"),
    ],
)
def test_how_many_of_a_device(number, unit, said):  # TLS-42
    line = a_line(kind=Kind.DEVICE, quantity=Decimal(number), order=Order(device=Device(unit=unit)))

    assert say_order(line) == said
