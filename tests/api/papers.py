"""The bodies that tests of the API send: what a vendor's software would write, and regrets."""

from collections.abc import Callable
from datetime import datetime
import json
from typing import Any

from builders import NOW
from ordonnance.domain.delivery import read_regime
from ordonnance.domain.identifiers import CIP13, CIS, PrescriptionNumber
from ordonnance.domain.product import GenericRole, Product
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    write_cancel,
    write_execution,
    write_prescription,
    write_undo,
)
from ordonnance.simulation.population import ANNE, DOCTOR, Patient, Professional

AMOXICILLIN = Product(
    cis=CIS("69118175"),
    cip13=CIP13("3400933857042"),
    name="AMOXICILLINE BIOGARAN 500 mg, gélule",
    form="gélule",
    substances=("AMOXICILLINE",),
    generic_group="148",
    generic_role=GenericRole.GENERIC,
    regime=read_regime(["liste I"]),
    packaging="plaquette(s) aluminium PVC de 12 gélule(s)",
)
TWO_BOXES = Ordered(product=AMOXICILLIN, posology="1 gélule matin et soir", boxes=2)
ONE_BOX = Ordered(product=AMOXICILLIN, posology="1 gélule le soir", boxes=1)


def ordonnance(
    number: PrescriptionNumber,
    *lines: Ordered,
    at: datetime = NOW,
    patient: Patient = ANNE,
    prescriber: Professional = DOCTOR,
) -> bytes:
    """The Bundle of ``$issue``: two boxes of amoxicillin, unless *lines* say otherwise."""
    return write_prescription(
        number, lines or (TWO_BOXES,), patient=patient, prescriber=prescriber, at=at
    )


def delivery(number: PrescriptionNumber, *, at: datetime = NOW, **done: Any) -> bytes:
    """The Bundle of ``$execute``: one box of line 1, unless *done* says otherwise."""
    return write_execution(number, [Delivered(product=AMOXICILLIN, **done)], at=at)


def regret(number: PrescriptionNumber, rank: int = 1, reason: str = "Erreur de saisie") -> bytes:
    """The Parameters of ``$undo``: the first execution, unless *rank* says otherwise."""
    return write_undo(f"{number}-E{rank}", reason)


def cancelling(reason: str = "Traitement arrêté", *, whole: bool = False) -> bytes:
    """The Parameters of ``$cancel``."""
    return write_cancel(reason, whole=whole)


def spoil(body: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """A body of which *change* alters the last resource in place."""
    bundle = json.loads(body)
    change(bundle["entry"][-1]["resource"])
    return json.dumps(bundle).encode()
