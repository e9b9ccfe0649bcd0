"""FHIR bodies for tests, to be spoilt one element at a time."""

from collections.abc import Callable
import json
from typing import Any

from ordonnance.domain.line import Line
from ordonnance.domain.refusal import Refusal
from ordonnance.fhir import execution, prescription

NUMBER = "012J0000000000005Z"
NUMBER_SYSTEM = "urn:oid:1.2.250.1.215.500.1.1"
CIP = "http://data.esante.gouv.fr/ansm/medicament/Presentation"
UCUM = "http://unitsofmeasure.org"
EDQM = "http://standardterms.edqm.eu"
OURS = "https://ordonnance.example/fhir/StructureDefinition/"
INS_TEST = "urn:oid:1.2.250.1.213.1.4.10"
RPPS = "https://rpps.esante.gouv.fr"

PATIENT = {
    "resourceType": "Patient",
    "id": "anne",
    "identifier": [{"system": INS_TEST, "value": "279035121518989"}],
}
PRACTITIONER = {
    "resourceType": "Practitioner",
    "id": "camille",
    "identifier": [{"system": RPPS, "value": "10001045367"}],
    "name": [{"text": "Dr Camille Modèle"}],
}
LINE = {
    "resourceType": "MedicationRequest",
    "groupIdentifier": {"system": NUMBER_SYSTEM, "value": NUMBER},
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"text": "AMOXICILLINE 500 mg, gélule"},
    "subject": {"reference": "Patient/anne"},
    "authoredOn": "2026-11-23T10:00:00+01:00",
    "requester": {"reference": "Practitioner/camille"},
    "dispenseRequest": {"quantity": {"value": 2, "unit": "boîte"}},
}
DISPENSE = {
    "resourceType": "MedicationDispense",
    "status": "completed",
    "medicationCodeableConcept": {"text": "AMOXICILLINE 500 mg, gélule"},
    "authorizingPrescription": [{"identifier": {"system": NUMBER_SYSTEM, "value": f"{NUMBER}-1"}}],
    "quantity": {"value": 2, "unit": "boîte"},
    "whenHandedOver": "2026-11-23T10:00:00+01:00",
}


def changed(resource: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The resource with other elements; ``...`` takes one away."""
    return {name: value for name, value in {**resource, **changes}.items() if value is not ...}


def a_line(**changes: Any) -> dict[str, Any]:
    """A prescribed line."""
    return changed(LINE, **changes)


def a_dispense(**changes: Any) -> dict[str, Any]:
    """A delivery."""
    return changed(DISPENSE, **changes)


def bundle_of(*entries: Any) -> bytes:
    """A Bundle of resources: an object, a text that stands as it is, or an address and either."""
    texts = []
    for entry in entries:
        url, resource = entry if isinstance(entry, tuple) else (None, entry)
        text = resource if isinstance(resource, bytes) else json.dumps(resource).encode()
        address = b"" if url is None else b'"fullUrl":' + json.dumps(url).encode() + b","
        texts.append(b"{" + address + b'"resource":' + text + b"}")
    return b'{"resourceType":"Bundle","type":"collection","entry":[' + b",".join(texts) + b"]}"


def ordonnance(*lines: Any, people: tuple[Any, ...] = (PATIENT, PRACTITIONER)) -> bytes:
    """A Bundle of ``$issue``: the people first, so that the first line is entry 2."""
    return bundle_of(*people, *lines)


def with_line(**changes: Any) -> bytes:
    """A Bundle of ``$issue`` of one line, changed."""
    return ordonnance(a_line(**changes))


def lines_of(body: bytes) -> tuple[Line, ...]:
    """The lines that a Bundle of ``$issue`` orders."""
    return prescription.read(body)[0].lines


def refused(read: Callable[[bytes], Any], body: bytes) -> tuple[str, str | None]:
    """The code and the place of the refusal that a body meets; it must meet one."""
    refusal = refusal_of(read, body)
    return refusal.reason.code, refusal.where


def refusal_of(read: Callable[[bytes], Any], body: bytes) -> Refusal:
    """The refusal that a body meets; it must meet one."""
    try:
        read(body)
    except Refusal as refusal:
        return refusal
    raise AssertionError("nothing was refused")


def issue_refused(body: bytes) -> tuple[str, str | None]:
    """The code and the place of the refusal of a Bundle of ``$issue``."""
    return refused(prescription.read, body)


def execute_refused(body: bytes) -> tuple[str, str | None]:
    """The code and the place of the refusal of a Bundle of ``$execute``."""
    return refused(execution.read, body)
