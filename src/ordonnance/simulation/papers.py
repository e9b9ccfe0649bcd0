"""The FHIR bodies that a vendor's software would send: ordonnances, deliveries, regrets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.line import Exclusion
from ordonnance.domain.product import Product
from ordonnance.fhir import terms
from ordonnance.simulation.population import Patient, Professional

_encode = msgspec.json.Encoder().encode
PATIENT_URL = "urn:uuid:00000000-0000-4000-8000-000000000001"
PRACTITIONER_URL = "urn:uuid:00000000-0000-4000-8000-000000000002"
SUBSTITUTION = "http://terminology.hl7.org/CodeSystem/v3-substanceAdminSubstitution"
GENERIC = {"coding": [{"system": SUBSTITUTION, "code": "G"}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How a medicine is taken, structured: so many units, so often a day, at which moments.

    *times_a_day* None: once at each of *when*, moments of FHIR (``MORN``). *condition*: on what
    it depends, in words.
    """

    amount: int
    unit: str
    times_a_day: int | None = None
    when: tuple[str, ...] = ()
    condition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A line to prescribe: *boxes* a fill, or *days* of treatment, and how it is taken.

    *posology* says it in the prescriber's words, *taken* in structure. *exclusion*: why the
    prescriber excludes substitution.
    """

    product: Product
    posology: str = ""
    taken: Taken | None = None
    boxes: int | None = None
    days: int | None = None
    repeats: int = 0
    exclusion: Exclusion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What was done about a line. *line* None: added by hand. *not_done*: why it was not.

    *days* of treatment that the boxes cover, where the professional says so. *is_substitute*: it
    is another product of the same generic group than the one prescribed.
    """

    product: Product
    line: int | None = 1
    boxes: int = 1
    days: int | None = None
    is_substitute: bool = False
    not_done: str | None = None
    override: tuple[str, str] | None = None
    deferred: str | None = None


def write_prescription(
    number: PrescriptionNumber,
    lines: Sequence[Ordered],
    *,
    patient: Patient,
    prescriber: Professional,
    at: datetime,
) -> bytes:
    """The Bundle of ``$issue``."""
    requests = [write_line(number, line, at) for line in lines]
    return write_orders(requests, patient=patient, prescriber=prescriber)


def write_orders(
    requests: Sequence[dict[str, Any]], *, patient: Patient, prescriber: Professional
) -> bytes:
    """The Bundle of ``$issue`` of lines that are written, whatever their kinds."""
    entries: list[dict[str, Any]] = [
        {
            "fullUrl": PATIENT_URL,
            "resource": {
                "resourceType": "Patient",
                "identifier": [{"use": "official", **write_ins(patient)}],
                "name": [{"use": "official", "family": patient.family, "given": [patient.given]}],
                "gender": patient.gender,
                "birthDate": patient.born_on,
            },
        },
        {
            "fullUrl": PRACTITIONER_URL,
            "resource": {
                "resourceType": "Practitioner",
                "identifier": [
                    {"system": terms.RPPS, "value": prescriber.rpps and prescriber.rpps.value}
                ],
                "name": [{"text": prescriber.name}],
            },
        },
    ]
    entries += [{"resource": request} for request in requests]
    return _encode({"resourceType": "Bundle", "type": "collection", "entry": entries})


def write_ins(patient: Patient) -> dict[str, str]:
    """Who a patient is, as an Identifier."""
    return {"system": f"urn:oid:{patient.ins.authority.value}", "value": patient.ins.value}


def write_line(number: PrescriptionNumber, line: Ordered, at: datetime) -> dict[str, Any]:
    """The MedicationRequest of a line."""
    dispense: dict[str, Any] = {"numberOfRepeatsAllowed": line.repeats}
    if line.boxes is not None:
        dispense["quantity"] = {"value": line.boxes, **terms.PACK}
    request: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "groupIdentifier": {"system": terms.NUMBER, "value": number.value},
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": write_product(line.product),
        "subject": {"reference": PATIENT_URL},
        "authoredOn": at.isoformat(timespec="seconds"),
        "requester": {"reference": PRACTITIONER_URL},
        "dosageInstruction": [write_dosage(line)],
        "dispenseRequest": dispense,
    }
    if line.exclusion is not None:
        reason = {"text": line.exclusion.value}
        request["substitution"] = {"allowedBoolean": False, "reason": reason}
    return request


def write_dosage(line: Ordered) -> dict[str, Any]:
    """The Dosage of a line: its words, its structure, how long it goes on."""
    dosage: dict[str, Any] = {"text": line.posology} if line.posology else {}
    repeat: dict[str, Any] = {}
    if line.taken is not None:
        taken = line.taken
        dosage["doseAndRate"] = [{"doseQuantity": {"value": taken.amount, "unit": taken.unit}}]
        if taken.times_a_day is not None:
            repeat |= {"frequency": taken.times_a_day, "period": 1, "periodUnit": "d"}
        if taken.when:
            repeat["when"] = taken.when
        if taken.condition is not None:
            dosage["asNeededCodeableConcept"] = {"text": taken.condition}
    if line.days is not None:
        repeat["boundsDuration"] = {"value": line.days, **terms.DAY}
    if repeat:
        dosage["timing"] = {"repeat": repeat}
    return dosage


def write_product(product: Product) -> dict[str, Any]:
    """A medicine by its CIP13, its CIS and its name."""
    coding = [{"system": terms.CIS[0], "code": product.cis.value}]
    if product.cip13 is not None:
        coding.insert(0, {"system": terms.CIP13[0], "code": product.cip13.value})
    return {"coding": coding, "text": product.name}


def write_execution(
    number: PrescriptionNumber, deliveries: Sequence[Delivered], *, at: datetime
) -> bytes:
    """The Bundle of ``$execute``; *at* is when it was handed over."""
    return write_acts([write_delivery(number, done, at) for done in deliveries])


def write_acts(acts: Sequence[dict[str, Any]]) -> bytes:
    """The Bundle of ``$execute`` of acts that are written, whatever their kinds."""
    entries = [{"resource": act} for act in acts]
    return _encode({"resourceType": "Bundle", "type": "collection", "entry": entries})


def write_delivery(number: PrescriptionNumber, done: Delivered, at: datetime) -> dict[str, Any]:
    """The MedicationDispense of a delivery."""
    dispense: dict[str, Any] = {
        "resourceType": "MedicationDispense",
        "status": "completed" if done.not_done is None else "declined",
        "medicationCodeableConcept": write_product(done.product),
    }
    if done.line is not None:
        identifier = {"system": terms.NUMBER, "value": number.line(done.line)}
        dispense["authorizingPrescription"] = [{"identifier": identifier}]
    if done.not_done is not None:
        coding = {"system": terms.NOT_DONE, "code": done.not_done}
        return {**dispense, "statusReasonCodeableConcept": {"coding": [coding]}}
    extensions = []
    if done.override is not None:
        code, reason = done.override
        parts = [
            {"url": "code", "valueCode": code},
            {"url": "reason", "valueString": reason},
        ]
        extensions.append({"url": f"{terms.EXTENSION}override", "extension": parts})
    if done.deferred is not None:
        extensions.append({"url": f"{terms.EXTENSION}deferred", "valueString": done.deferred})
    if extensions:
        dispense["extension"] = extensions
    if done.days is not None:
        dispense["daysSupply"] = {"value": done.days, **terms.DAY}
    if done.is_substitute:
        dispense["substitution"] = {"wasSubstituted": True, "type": GENERIC}
    return {
        **dispense,
        "quantity": {"value": done.boxes, **terms.PACK},
        "whenHandedOver": at.isoformat(timespec="milliseconds"),
    }


def write_undo(execution: str, reason: str) -> bytes:
    """The Parameters of ``$undo``."""
    return _write_parameters(
        {"name": "execution", "valueString": execution}, {"name": "reason", "valueString": reason}
    )


def write_correction(execution: str, reason: str, acts: Sequence[dict[str, Any]]) -> bytes:
    """The Parameters of ``$correct``: *acts* are all that the execution was."""
    return _write_parameters(
        {"name": "execution", "valueString": execution},
        {"name": "reason", "valueString": reason},
        *({"name": "line", "resource": act} for act in acts),
    )


def write_objection(*, objects: bool) -> bytes:
    """The Parameters of ``$object``."""
    return _write_parameters({"name": "objection", "valueBoolean": objects})


def write_cancel(reason: str, *, whole: bool = False) -> bytes:
    """The Parameters of ``$cancel``."""
    return _write_parameters(
        {"name": "reason", "valueString": reason}, {"name": "whole", "valueBoolean": whole}
    )


def _write_parameters(*parameters: dict[str, Any]) -> bytes:
    return _encode({"resourceType": "Parameters", "parameter": list(parameters)})
