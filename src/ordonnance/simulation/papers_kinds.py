"""The FHIR of what is no medicine: devices, examinations, care and sessions, ordered and done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.line import Kind
from ordonnance.domain.order import Course
from ordonnance.fhir import terms
from ordonnance.simulation.papers import PATIENT_URL, PRACTITIONER_URL, write_ins
from ordonnance.simulation.population import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A line to prescribe: so many *units* of a device of the LPP, never renewed."""

    name: str
    code: str
    units: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """A line to prescribe: acts of a *kind*, *name* saying which.

    *code* is in the nomenclature of the kind. *count* sessions, or acts; *days* of them, as often
    a day as *times_a_day* says. *specimen* is what a laboratory takes, *course* what is asked of a
    speech therapist or an orthoptist, *grade* that of a diabetic foot.
    """

    kind: Kind
    name: str
    code: str | None = None
    count: int | None = None
    times_a_day: int | None = None
    days: int | None = None
    specimen: str | None = None
    course: Course | None = None
    grade: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done about a *line* of acts, by the status of its Procedure.

    ``preparation``: the sample was taken; ``on-hold``: the series is interrupted, for the *reason*
    whose code is given. *is_last*: no session follows.
    """

    line: int
    name: str
    status: str = "completed"
    reason: str | None = None
    is_last: bool = False


def write_request(number: PrescriptionNumber, line: Device | Care, at: datetime) -> dict[str, Any]:
    """The DeviceRequest or the ServiceRequest of a line."""
    common = {
        "status": "active",
        "intent": "order",
        "subject": {"reference": PATIENT_URL},
        "authoredOn": at.isoformat(timespec="seconds"),
        "requester": {"reference": PRACTITIONER_URL},
    }
    group = {"system": terms.NUMBER, "value": number.value}
    match line:
        case Device():
            return {
                "resourceType": "DeviceRequest",
                "groupIdentifier": group,
                **common,
                "codeCodeableConcept": _write_concept(line.name, terms.LPP[0], line.code),
                "parameter": [
                    {"code": {"text": "quantity"}, "valueQuantity": {"value": line.units}},
                    {"code": {"text": "renewals"}, "valueQuantity": {"value": 0}},
                ],
            }
        case Care():
            nature = {"coding": [{"system": terms.NATURE, "code": line.kind.value}]}
            return {
                "resourceType": "ServiceRequest",
                "requisition": group,
                **common,
                "category": [nature],
                **write_care(line),
            }


def write_care(line: Care) -> dict[str, Any]:
    """What a ServiceRequest says of its own."""
    system = terms.NABM[0] if line.kind is Kind.BIOLOGY else terms.NGAP
    care: dict[str, Any] = {"code": _write_concept(line.name, system, line.code)}
    if line.count is not None:
        care["quantityQuantity"] = {"value": line.count}
    if line.times_a_day is not None:
        repeat = {"frequency": line.times_a_day, "period": 1, "periodUnit": "d"}
        bounds = {"value": line.days, **terms.DAY}
        care["occurrenceTiming"] = {"repeat": {**repeat, "boundsDuration": bounds}}
    if line.specimen is not None:
        care["specimen"] = [{"display": line.specimen}]
    extensions: list[dict[str, Any]] = []
    if line.course is not None:
        extensions.append({"url": f"{terms.EXTENSION}course", "valueCode": line.course.value})
    if line.grade is not None:
        extensions.append({"url": f"{terms.EXTENSION}grade", "valueInteger": line.grade})
    return {**care, "extension": extensions} if extensions else care


def write_supply(
    number: PrescriptionNumber, line: int, device: Device, at: datetime
) -> dict[str, Any]:
    """The SupplyDelivery of a *device*, all its units handed over at the instant *at*."""
    identifier = {"system": terms.NUMBER, "value": number.line(line)}
    return {
        "resourceType": "SupplyDelivery",
        "extension": [{"url": f"{terms.EXTENSION}line", "valueIdentifier": identifier}],
        "status": "completed",
        "suppliedItem": {
            "quantity": {"value": device.units},
            "itemCodeableConcept": _write_concept(device.name, terms.LPP[0], device.code),
        },
        "occurrenceDateTime": at.isoformat(timespec="milliseconds"),
    }


def write_act(
    number: PrescriptionNumber, done: Done, *, patient: Patient, at: datetime
) -> dict[str, Any]:
    """The Procedure of what was done for *patient* at the instant *at*."""
    identifier = {"system": terms.NUMBER, "value": number.line(done.line)}
    procedure: dict[str, Any] = {
        "resourceType": "Procedure",
        "basedOn": [{"identifier": identifier}],
        "status": done.status,
        "code": {"text": done.name},
        "subject": {"identifier": write_ins(patient)},
        "performedDateTime": at.isoformat(timespec="milliseconds"),
    }
    if done.reason is not None:
        coding = {"system": terms.NOT_DONE, "code": done.reason}
        procedure["statusReason"] = {"coding": [coding]}
    if done.is_last:
        procedure["extension"] = [{"url": f"{terms.EXTENSION}last", "valueBoolean": True}]
    return procedure


def _write_concept(text: str, system: str, code: str | None) -> dict[str, Any]:
    concept: dict[str, Any] = {"text": text}
    if code is not None:
        concept["coding"] = [{"system": system, "code": code}]
    return concept
