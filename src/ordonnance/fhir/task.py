"""A dossier written as a FHIR Task, or as the Bundle of ``$consult``."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.caveat import CAVEAT_SENTENCES
from ordonnance.domain.decision import Answer
from ordonnance.domain.dossier import Caveat, Dossier, Executed, identify
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.rights import LineState, Rights, Status, Unit, states_of, status_of
from ordonnance.fhir import terms
from ordonnance.fhir.reading import add_identifier
from ordonnance.fhir.structs import AnyResource, Members

Receipt = Callable[[PrescriptionNumber, Executed], str]

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode_texts = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_members = msgspec.json.Decoder(Members).decode
_decode_any = msgspec.json.Decoder(AnyResource).decode

# FHIR's own status for each of ours (Task.status).
TASK_STATUS = {
    Status.TO_EXECUTE: "requested",
    Status.IN_PROGRESS: "in-progress",
    Status.EXECUTED: "completed",
    Status.CANCELLED: "cancelled",
    Status.REPLACED: "cancelled",
    Status.EXPIRED: "failed",
    Status.WAITING: "received",
}


def write(answer: Answer, receipt: Receipt) -> bytes:
    """The Task of a dossier as the caller may see it; *receipt* signs an execution."""
    return _encode(task_of(answer, receipt))


def write_bundle(answer: Answer, receipt: Receipt) -> bytes:
    """The Bundle of ``$consult``: the Task, the resources as they came in, the executions.

    Executions bear the identifier by which they are corrected or undone; the medicines that
    they point to come with them.
    """
    dossier = answer.dossier
    texts = [_encode(task_of(answer, receipt))]
    if 0 in dossier.texts:
        texts.append(dossier.texts[0].strip()[1:-1])
    for execution in dossier.executions:
        identifier = identify(dossier.number, execution)
        for text in _decode_texts(dossier.texts.get(execution.rank, b"[]")):
            is_medicine = _decode_any(text).resource_type == "Medication"
            members = _decode_members(text)
            texts.append(
                bytes(text) if is_medicine else add_identifier(members, terms.EXECUTION, identifier)
            )
    return _wrap(texts)


def _wrap(texts: list[bytes]) -> bytes:
    """A Bundle of resources given as texts: the first is one, the second may be several."""
    entries = b",".join(
        b'{"resource":' + bytes(text) + b"}"
        for joined in texts
        for text in _decode_texts(b"[" + joined + b"]")
    )
    return b'{"resourceType":"Bundle","type":"collection","entry":[' + entries + b"]}"


def task_of(answer: Answer, receipt: Receipt) -> dict[str, Any]:
    """The Task as a JSON object.

    Source: TLS-33.
    """
    dossier, prescription = answer.dossier, answer.dossier.prescription
    states = states_of(dossier, answer.at)
    status = status_of(dossier, states)
    task: dict[str, Any] = {
        "resourceType": "Task",
        "id": dossier.number.value,
        "meta": {
            "versionId": write_version(dossier),
            "lastUpdated": write_instant(last_change(dossier, answer.at)),
        },
        "groupIdentifier": {"system": terms.NUMBER, "value": dossier.number.value},
        "status": TASK_STATUS[status],
        "businessStatus": {"coding": [{"system": terms.STATUS, "code": status.value}]},
        "intent": "order",
    }
    if prescription is not None:
        task |= write_prescribed(prescription)
        task["input"] = [write_line(dossier.number, state) for state in states]
    version = referential_of(dossier)
    if version:
        task["extension"] = [{"url": f"{terms.EXTENSION}referential", "valueString": version}]
    notes = [write_caveat(caveat) for caveat in caveats_of(dossier)]
    if notes:
        task["note"] = notes
    outputs = [
        output
        for execution in dossier.executions
        for output in write_execution(dossier.number, execution, answer.command.actor, receipt)
    ]
    if outputs:
        task["output"] = outputs
    return task


def write_prescribed(prescription: Prescription) -> dict[str, Any]:
    """What the Task says of the prescription itself."""
    patient, prescriber = prescription.patient, prescription.prescriber
    requester: dict[str, Any] = {
        "type": "Practitioner",
        "identifier": {"system": terms.RPPS, "value": prescriber.value},
    }
    if prescription.prescriber_name:
        requester["display"] = prescription.prescriber_name
    return {
        "for": {
            "type": "Patient",
            "identifier": {
                "system": f"urn:oid:{patient.authority.value}",
                "value": patient.value,
            },
        },
        "authoredOn": prescription.authored_at.isoformat(),
        "requester": requester,
        "restriction": {
            "period": {
                "start": prescription.authored_at.isoformat(),
                "end": prescription.valid_until.isoformat(),
            }
        },
    }


def write_line(number: PrescriptionNumber, state: LineState) -> dict[str, Any]:
    """A line: where it stands, what remains of it, how it is taken, what it is flagged with."""
    line = state.line
    extensions: list[dict[str, Any]] = [
        {"url": f"{terms.EXTENSION}line-status", "valueCode": state.status.value},
        {"url": f"{terms.EXTENSION}remaining", "valueQuantity": write_rights(state.rights)},
    ]
    if line.posology:
        extensions.append({"url": f"{terms.EXTENSION}posology", "valueString": line.posology})
    extensions += [
        {"url": f"{terms.EXTENSION}flag", "valueCode": flag.value} for flag in line.particular.flags
    ]
    return {
        "extension": extensions,
        "type": {"coding": [{"system": terms.TASK, "code": "line"}]},
        "valueReference": {
            "identifier": {"system": terms.NUMBER, "value": number.line(line.rank)},
            "display": line.label,
        },
    }


def write_rights(rights: Rights) -> dict[str, Any]:
    """What remains, as a FHIR Quantity."""
    unit = terms.PACK if rights.unit is Unit.PACK else terms.DAY
    return {"value": as_written(rights.remaining), **unit}


def as_written(value: Decimal) -> Decimal:
    """The number without the zeros that nobody wrote: ``2``, not ``2.0`` nor ``2E+1``."""
    whole = Decimal(int(value))
    return whole if whole == value else value.normalize()


def write_execution(
    number: PrescriptionNumber, execution: Executed, actor: Actor, receipt: Receipt
) -> list[dict[str, Any]]:
    """An execution's identifier; and, for the site that recorded it, its signed receipt."""
    outputs = [
        {
            "type": {"coding": [{"system": terms.TASK, "code": "execution"}]},
            "valueIdentifier": {
                "system": terms.EXECUTION,
                "value": identify(number, execution),
            },
        }
    ]
    if actor.role is Role.EXECUTOR and actor.sender == execution.by.sender:
        outputs.append(
            {
                "type": {"coding": [{"system": terms.TASK, "code": "receipt"}]},
                "valueString": receipt(number, execution),
            }
        )
    return outputs


def referential_of(dossier: Dossier) -> str:
    """The version of the products by which the last decision was taken; empty: none was known.

    Source: REF-3.
    """
    used = ["" if dossier.issued is None else dossier.issued.referential]
    used += [fact.referential for fact in dossier.facts if isinstance(fact, Executed)]
    return next(filter(None, reversed(used)), "")


def caveats_of(dossier: Dossier) -> list[Caveat]:
    """The warnings that stand: the issue's, then those of the executions that stand."""
    caveats = list(dossier.issued.caveats) if dossier.issued is not None else []
    for execution in dossier.executions:
        caveats.extend(execution.caveats)
    return list(dict.fromkeys(caveats))


def write_caveat(caveat: Caveat) -> dict[str, Any]:
    """A warning as a note: its code for software, its sentence for people."""
    sentence = CAVEAT_SENTENCES[caveat.code].format(line=caveat.line, words=caveat.words)
    extension = {"url": f"{terms.EXTENSION}warning", "valueCode": caveat.code.value}
    return {"extension": [extension], "text": sentence}


def write_version(dossier: Dossier) -> str:
    """The version of a dossier: how many facts it holds."""
    return str(len(dossier.facts) + (dossier.issued is not None))


def last_change(dossier: Dossier, at: datetime) -> datetime:
    """When the last fact was recorded; *at*, where there is none."""
    known = [fact.at for fact in dossier.facts]
    if dossier.issued is not None:
        known.append(dossier.issued.at)
    return max(known, default=at)


def write_instant(at: datetime) -> str:
    """An instant in UTC, to the millisecond, as FHIR's ``instant``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
