"""A dossier written as a FHIR Task, or as the Bundle of ``$consult``."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.answer import Answer
from ordonnance.domain.caveat import CAVEAT_SENTENCES
from ordonnance.domain.dossier import Dossier, identify
from ordonnance.domain.fact import Caveat, Corrected, Executed
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.rights import (
    LineState,
    LineStatus,
    Rights,
    Status,
    Unit,
    states_of,
    status_of,
)
from ordonnance.fhir import terms
from ordonnance.fhir.life import write_extensions, write_instant, write_proposals
from ordonnance.fhir.reading import add_identifier
from ordonnance.fhir.structs import AnyResource, Members

Receipt = Callable[[PrescriptionNumber, Executed], str]

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode_texts = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_members = msgspec.json.Decoder(Members).decode
_decode_any = msgspec.json.Decoder(AnyResource).decode

_BUNDLE_BEGINS = b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":'

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
# What is said again in every Task is encoded once.
_BUSINESS_STATUS = {
    status: msgspec.Raw(_encode({"coding": [{"system": terms.STATUS, "code": status}]}))
    for status in Status
}
_LINE_STATUS = {
    status: msgspec.Raw(_encode({"url": terms.LINE_STATUS, "valueCode": status}))
    for status in LineStatus
}
_IS_LINE, _IS_EXECUTION, _IS_RECEIPT = (
    msgspec.Raw(_encode({"coding": [{"system": terms.TASK, "code": code}]}))
    for code in ("line", "execution", "receipt")
)


def write(answer: Answer, receipt: Receipt) -> bytes:
    """The Task of a dossier as the caller may see it; *receipt* signs an execution."""
    return _encode(task_of(answer, receipt))


def write_bundle(answer: Answer, receipt: Receipt) -> bytes:
    """The Bundle of ``$consult``: the Task, the resources as they came in, the executions.

    Executions bear the identifier by which they are corrected or undone; the medicines that
    they point to come with them.
    """
    dossier = answer.dossier
    texts: list[bytes | msgspec.Raw] = [_encode(task_of(answer, receipt))]
    texts += _decode_texts(dossier.texts.get(0, b"[]"))
    for execution in dossier.executions:
        identifier = identify(dossier.number, execution)
        for text in _decode_texts(dossier.text_of(execution)):
            is_medicine = _decode_any(text).resource_type == "Medication"
            texts.append(
                text
                if is_medicine
                else add_identifier(_decode_members(text), terms.EXECUTION, identifier)
            )
    entries = b'},{"resource":'.join(texts)
    return b"".join((_BUNDLE_BEGINS, entries, b"}]}"))


def task_of(answer: Answer, receipt: Receipt) -> dict[str, Any]:
    """The Task as a JSON object.

    Source: TLS-33.
    """
    dossier = answer.dossier
    number, prescription, executions = dossier.number, dossier.prescription, dossier.executions
    states = states_of(dossier, answer.at)
    status = status_of(dossier, states)
    task: dict[str, Any] = {
        "resourceType": "Task",
        "id": number.value,
        "meta": {
            "versionId": write_version(dossier),
            "lastUpdated": write_instant(last_change(dossier, answer.at)),
        },
        "groupIdentifier": {"system": terms.NUMBER, "value": number.value},
        "status": TASK_STATUS[status],
        "businessStatus": _BUSINESS_STATUS[status],
        "intent": "order",
    }
    if prescription is not None:
        task |= write_prescribed(prescription)
        task["input"] = [write_line(state) for state in states]
    version = referential_of(dossier)
    extensions = write_extensions(answer)
    if version:
        extensions.insert(0, {"url": terms.REFERENTIAL, "valueString": version})
    if extensions:
        task["extension"] = extensions
    notes = [write_caveat(caveat) for caveat in caveats_of(dossier, executions)]
    if notes:
        task["note"] = notes
    # Executions come last: who has just recorded one finds it at the end.
    outputs = write_proposals(dossier, answer.command.actor)
    outputs += [
        output
        for execution in executions
        for output in write_execution(number, execution, answer.command.actor, receipt)
    ]
    if outputs:
        task["output"] = outputs
    return task


def write_prescribed(prescription: Prescription) -> dict[str, Any]:
    """What the Task says of the prescription itself."""
    patient, prescriber = prescription.patient, prescription.prescriber
    written = prescription.authored_at.isoformat()
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
        "authoredOn": written,
        "requester": requester,
        "restriction": {"period": {"start": written, "end": prescription.valid_until.isoformat()}},
    }


def write_line(state: LineState) -> dict[str, Any]:
    """A line: where it stands, what remains of it, how it is taken, what it is flagged with."""
    line = state.line
    extensions: list[Any] = [
        _LINE_STATUS[state.status],
        write_rights(state.rights),
    ]
    if line.posology:
        extensions.append({"url": terms.POSOLOGY, "valueString": line.posology})
    if line.particulars is not None:
        extensions += [{"url": terms.FLAG, "valueCode": flag} for flag in line.particulars.flags]
    return {
        "extension": extensions,
        "type": _IS_LINE,
        "valueReference": {
            "identifier": {"system": terms.NUMBER, "value": state.designation},
            "display": line.label,
        },
    }


# Almost every line has one of a few dozen quantities left: their texts are kept.
@lru_cache(maxsize=1_000)
def write_rights(rights: Rights) -> msgspec.Raw:
    """What remains, as the text of an extension that holds a FHIR Quantity."""
    unit = terms.PACK if rights.unit is Unit.PACK else terms.DAY
    quantity = {"value": as_written(rights.remaining), **unit}
    return msgspec.Raw(_encode({"url": terms.REMAINING, "valueQuantity": quantity}))


def as_written(value: Decimal) -> Decimal | int:
    """The number without the zeros that nobody wrote: ``2``, not ``2.0`` nor ``2E+1``."""
    whole = int(value)
    return whole if whole == value else value.normalize()


def write_execution(
    number: PrescriptionNumber, execution: Executed, actor: Actor, receipt: Receipt
) -> list[dict[str, Any]]:
    """An execution's identifier; and, for the site that recorded it, its signed receipt."""
    outputs: list[dict[str, Any]] = [
        {
            "type": _IS_EXECUTION,
            "valueIdentifier": {
                "system": terms.EXECUTION,
                "value": identify(number, execution),
            },
        }
    ]
    if actor.role is Role.EXECUTOR and actor.sender == execution.by.sender:
        outputs.append(
            {
                "type": _IS_RECEIPT,
                "valueString": receipt(number, execution),
            }
        )
    return outputs


def referential_of(dossier: Dossier) -> str:
    """The version of the products by which the last decision was taken; empty: none was known.

    Source: REF-3.
    """
    for fact in reversed(dossier.facts):
        if isinstance(fact, Executed | Corrected) and fact.referential:
            return fact.referential
    return "" if dossier.issued is None else dossier.issued.referential


def caveats_of(dossier: Dossier, executions: Iterable[Executed]) -> list[Caveat]:
    """The warnings that stand: the issue's, then those of the *executions* that stand."""
    caveats = list(dossier.issued.caveats) if dossier.issued is not None else []
    for execution in executions:
        caveats += execution.caveats
    return list(dict.fromkeys(caveats))


def write_caveat(caveat: Caveat) -> dict[str, Any]:
    """A warning as a note: its code for software, its sentence for people."""
    sentence = CAVEAT_SENTENCES[caveat.code].format(line=caveat.line, words=caveat.words)
    extension = {"url": terms.WARNING, "valueCode": caveat.code}
    return {"extension": [extension], "text": sentence}


def write_version(dossier: Dossier) -> str:
    """The version of a dossier: how many facts it holds."""
    return str(len(dossier.facts) + (dossier.issued is not None))


def last_change(dossier: Dossier, at: datetime) -> datetime:
    """When the last fact was recorded; *at*, where there is none."""
    if not dossier.facts:
        return at if dossier.issued is None else dossier.issued.at
    last = max([fact.at for fact in dossier.facts])
    return last if dossier.issued is None else max(last, dossier.issued.at)
