"""What the nomenclature says of a code, when it is prescribed: it warns and never refuses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from builders import NOW, a_line, a_number, a_prescription, issue
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Caveat, CaveatCode
from ordonnance.domain.known import Known
from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import SAMPLE, Item, Nomenclature, System
from ordonnance.domain.order import Device, Order
from ordonnance.domain.product import NOTHING_KNOWN

SCOOTER = Item(
    system=System.LPP,
    code="4122392",
    label="Fauteuil roulant électrique",
    kind=Kind.DEVICE,
    needs_agreement=True,
)
BED = Item(
    system=System.LPP,
    code="1241763",
    label="Lit médical",
    kind=Kind.DEVICE,
    ends_on=date(2026, 11, 22),
)
PLAIN = Item(system=System.LPP, code="1215702", label="Seringues", kind=Kind.DEVICE)


def warned(code, *, version="lpp901", **more):
    """The codes and words of the warnings about a device of that LPP code, written at NOW."""
    known = Nomenclature.of((SCOOTER, BED, PLAIN), versions={System.LPP: version})
    line = a_line(
        kind=Kind.DEVICE,
        product=code,
        quantity=Decimal(1),
        order=Order(device=Device(unit="unité")),
        **more,
    )
    number = a_number()
    decision = decide(
        Dossier(number=number),
        issue(a_prescription(number, line)),
        NOW,
        Known(referential=replace(NOTHING_KNOWN, nomenclature=known)),
    )
    return decision.fact.caveats


@pytest.mark.parametrize(
    ("code", "caveats"),
    [
        ("1215702", ()),
        ("9999999", (Caveat(CaveatCode.CODE_UNKNOWN, 1),)),
        ("1241763", (Caveat(CaveatCode.CODE_OVER, 1, "le dim. 22 nov. 2026"),)),
        ("4122392", (Caveat(CaveatCode.CODE_NEEDS_AGREEMENT, 1, "Fauteuil roulant électrique"),)),
        (None, ()),
    ],
)
def test_a_code_is_looked_up(code, caveats):  # REF-25
    assert warned(code) == caveats


@pytest.mark.parametrize("code", ["9999999", "1241763", "4122392"])
def test_a_sample_warns_of_nothing(code):  # REF-25
    assert warned(code, version=SAMPLE) == ()
