"""Cases of what is refused of an ordonnance: when it is issued, and when it replaces another."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from api.papers import TWO_BOXES, ordonnance, spoil
from api.refusals import Cases, Pair, Prepare, Request, add, issued
from api.services import Service
from builders import a_number
from fhir.bodies import NUMBER, PATIENT, PRACTITIONER, bundle_of
from fhir.orders import an_act
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.raised_row import ISSUES
from ordonnance.simulation.papers import Ordered
from ordonnance.simulation.population import DOCTOR, PHARMACIST
from ordonnance.store.product import read_extract

CASES: Cases = {}
EXTRACT = read_extract()
ACTISKENAN = EXTRACT.by_cip13["3400934990007"]  # a narcotic
SUBUTEX = EXTRACT.by_cip13["3400933943998"]  # names its pharmacy
IN_WORDS = "une gélule matin et soir"
EXTENSION = "https://ordonnance.example/fhir/StructureDefinition/"
INS_SYSTEM = "urn:oid:1.2.250.1.213.1.4.10"
Write = Callable[[PrescriptionNumber, datetime], bytes]


def plain(number: PrescriptionNumber, at: datetime) -> bytes:
    return ordonnance(number, at=at)


def ordering(bad: Write, good: Write = plain) -> Prepare:
    """An ordonnance as *bad* writes it, then as *good* does, each of a number of its own."""

    def prepare(service: Service, name: str) -> Pair:
        at = service.clock.at
        replaced = issued(service) if name == "replace" else ""
        first, second = a_number(at=at), a_number(at=at)
        accepted = Request(name=name, number=replaced, claims=DOCTOR.claims, body=good(second, at))
        return accepted.but(body=bad(first, at)), accepted

    return prepare


def line(change: Callable[[dict[str, Any]], Any], write: Write = plain) -> Write:
    """An ordonnance of which *change* alters the line in place."""
    return lambda number, at: spoil(write(number, at), change)


def of(product: Any, posology: str, **more: Any) -> Write:
    """An ordonnance of one product."""
    ordered = Ordered(product=product, posology=posology, **more)
    return lambda number, at: ordonnance(number, ordered, at=at)


def nature(code: str) -> Write:
    """An ordonnance of one act of a nature."""
    body = bundle_of(PATIENT, PRACTITIONER, an_act(code))
    return lambda number, _: body.replace(NUMBER.encode(), number.value.encode())


def of_structure(finess: str) -> Write:
    """The plain ordonnance, from a structure of that FINESS."""
    structure = (
        f'"resource":{{"resourceType":"Organization","identifier":[{{"system":'
        f'"https://finess.esante.gouv.fr","value":"{finess}"}}]}}'
    )
    return replacing(b'"entry":[', f'"entry":[{{{structure}}},'.encode())


def replacing(old: bytes, new: bytes) -> Write:
    """The plain ordonnance, some bytes of it replaced."""
    return lambda number, at: plain(number, at).replace(old, new)


def set_code(resource: dict[str, Any]) -> None:
    resource["medicationCodeableConcept"]["coding"][0]["code"] = "3400933857043"


def set_subject(resource: dict[str, Any]) -> None:
    mistyped = {"system": INS_SYSTEM, "value": "279035121518988"}
    resource["subject"] = {"identifier": mistyped}


def set_pharmacy(resource: dict[str, Any]) -> None:
    assert PHARMACIST.am is not None
    named = {"identifier": {"value": PHARMACIST.am.value}}
    resource["dispenseRequest"]["performer"] = named


TWO_DOSES: dict[str, Any] = {"boxes": 4, "days": 28}
SPOILT: dict[str, tuple[Write, Write]] = {
    "NUMBER_MONTH_INVALID": (
        line(lambda it: it.update(authoredOn="2026-10-31T23:59:59+01:00")),
        line(lambda it: it.update(authoredOn="2026-11-01T00:00:00+01:00")),
    ),
    "KIND_EXCLUDED": (nature("IMAGERIE"), nature("KINESITHERAPIE")),
    "INS_INVALID": (line(set_subject), plain),
    "RPPS_INVALID": (replacing(b"10001045367", b"10001045368"), plain),
    "FINESS_INVALID": (of_structure("330781197"), of_structure("330781196")),
    "CIP_INVALID": (line(set_code), plain),
    "QUANTITY_INVALID": (
        line(lambda it: it["dispenseRequest"]["quantity"].update(value=1001)),
        line(lambda it: it["dispenseRequest"]["quantity"].update(value=1000)),
    ),
    "QUANTITY_IN_WORDS_MISSING": (
        of(ACTISKENAN, "selon la douleur", boxes=1),
        of(ACTISKENAN, IN_WORDS, boxes=1),
    ),
    "NAMED_PHARMACY_MISSING": (
        of(SUBUTEX, IN_WORDS, **TWO_DOSES),
        line(set_pharmacy, of(SUBUTEX, IN_WORDS, **TWO_DOSES)),
    ),
    "DURATION_OR_QUANTITY_MISSING": (
        line(lambda it: it.pop("dispenseRequest")),
        of(TWO_BOXES.product, "1 gélule", days=7),
    ),
    "DATE_IN_FUTURE": (
        lambda number, at: plain(number, at + timedelta(minutes=6)),
        lambda number, at: plain(number, at + timedelta(minutes=4)),
    ),
    "EXTENSION_UNKNOWN": (line(lambda it: it.update(modifierExtension=[])), plain),
}
for code, (bad, good) in SPOILT.items():
    add(CASES, code, ISSUES, ordering(bad, good))


def ago(months: int) -> Write:
    """An ordonnance written some months ago, of a number of that month."""

    def write(_: PrescriptionNumber, at: datetime) -> bytes:
        then = at - timedelta(days=31 * months)
        return ordonnance(a_number(at=then), at=then)

    return write


def standing_in(rpps: str) -> Write:
    """An ordonnance of a locum, who says whom they stand in for."""
    identifier = {"system": "https://rpps.esante.gouv.fr", "value": rpps}
    replaced = {"url": f"{EXTENSION}replaced", "valueIdentifier": identifier}
    return line(lambda it: it.update(extension=[replaced]))


def october(resource: dict[str, Any]) -> None:
    resource["authoredOn"] = "2026-10-31T23:59:59+01:00"


def of_lines(count: int) -> Write:
    """An ordonnance of many lines."""
    return lambda number, at: ordonnance(number, *[TWO_BOXES] * count, at=at)


VARIANTS: dict[tuple[str, str], tuple[Write, Write]] = {
    ("NUMBER_MONTH_INVALID", "old"): (ago(14), ago(12)),
    ("NUMBER_MONTH_INVALID", "lines of two months"): (line(october, of_lines(2)), of_lines(2)),
    ("KIND_EXCLUDED", "transport"): (nature("TRANSPORT"), nature("ORTHOPTIE")),
    ("RPPS_INVALID", "replaced"): (standing_in("10104335318"), standing_in("10104335319")),
    ("BODY_TOO_LARGE", "lines"): (of_lines(41), of_lines(40)),
}
for (code, variant), (bad, good) in VARIANTS.items():
    add(CASES, code, ISSUES, ordering(bad, good), variant=variant)
