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
from ordonnance.domain.line import Kind
from ordonnance.domain.order_sentence import say_order
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
from ordonnance.domain.visibility import View, view_of
from ordonnance.fhir import terms
from ordonnance.fhir.life import write_extensions, write_instant, write_proposals
from ordonnance.fhir.reading import add_identifier
from ordonnance.fhir.sight import keep_from, write_marks, write_patient
from ordonnance.fhir.structs import AnyResource, Members
from ordonnance.fhir.visible import keep_executed, keep_prescribed

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
_LINE_KIND = {kind: msgspec.Raw(_encode({"url": terms.KIND, "valueCode": kind})) for kind in Kind}
_UNITS = {
    Unit.PACK: terms.PACK,
    Unit.DAY: terms.DAY,
    Unit.SESSION: terms.SESSIONS,
    Unit.EXAM: terms.EXAMS,
}
# What comes with an execution, and is none.
_POINTED_TO = frozenset({"Device", "Medication"})
_IS_LINE, _IS_EXECUTION, _IS_RECEIPT = (
    msgspec.Raw(_encode({"coding": [{"system": terms.TASK, "code": code}]}))
    for code in ("line", "execution", "receipt")
)


def write(answer: Answer, receipt: Receipt) -> bytes:
    """The Task of a dossier as the caller may see it; *receipt* signs an execution."""
    return _encode(task_of(answer, receipt))


def write_bundle(answer: Answer, receipt: Receipt) -> bytes:
    """The Bundle of ``$consult``: the Task, the resources as they came in, the executions.

    Executions bear the identifier by which they are corrected or undone; the medicines and
    devices that they point to come with them.
    """
    dossier = answer.dossier
    view = view_of(dossier, answer.command.actor)
    texts: list[bytes | msgspec.Raw] = [_encode(task_of(answer, receipt, view))]
    texts += keep_prescribed(view, _decode_texts(dossier.texts.get(0, b"[]")))
    for execution in view.executions(dossier):
        identifier = identify(dossier.number, execution)
        for text in keep_executed(view, execution, _decode_texts(dossier.text_of(execution))):
            is_pointed_to = _decode_any(text).resource_type in _POINTED_TO
            texts.append(
                text
                if is_pointed_to
                else add_identifier(_decode_members(text), terms.EXECUTION, identifier)
            )
    entries = b'},{"resource":'.join(texts)
    return b"".join((_BUNDLE_BEGINS, entries, b"}]}"))


def task_of(answer: Answer, receipt: Receipt, view: View | None = None) -> dict[str, Any]:
    """The Task as a JSON object: of the lines that the caller sees, and where the whole stands.

    *view* is what the caller sees, where it is known already.

    Source: TLS-33, TLS-44.
    """
    dossier = answer.dossier
    view = view or view_of(dossier, answer.command.actor)
    number, prescription, executions = (
        dossier.number,
        dossier.prescription,
        view.executions(dossier),
    )
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
        task |= write_patient(dossier)
        task |= write_prescribed(prescription)
        if view.kinds is not None:
            states = tuple(state for state in states if view.sees_line(state.line))
        task["input"] = [write_line(state) for state in states]
    extensions = [*write_origin(dossier), *write_extensions(answer), *write_marks(dossier)]
    if extensions:
        task["extension"] = extensions
    notes = [write_caveat(caveat) for caveat in caveats_of(dossier, executions, view)]
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
    return keep_from(answer.command.actor, task)


def write_origin(dossier: Dossier) -> list[dict[str, Any]]:
    """The version of the products, and the prescriber in whose stead a locum prescribed."""
    version = referential_of(dossier)
    extensions: list[dict[str, Any]] = []
    if version:
        extensions.append({"url": terms.REFERENTIAL, "valueString": version})
    replaced = None if dossier.prescription is None else dossier.prescription.replaced
    if replaced is not None:
        who = {
            "type": "Practitioner",
            "identifier": {"system": terms.RPPS, "value": replaced.value},
        }
        extensions.append({"url": terms.REPLACED, "valueReference": who})
    return extensions


def write_prescribed(prescription: Prescription) -> dict[str, Any]:
    """What the Task says of the prescription itself."""
    prescriber, written = prescription.prescriber, prescription.authored_at.isoformat()
    requester: dict[str, Any] = {
        "type": "Practitioner",
        "identifier": {"system": terms.RPPS, "value": prescriber.value},
    }
    if prescription.prescriber_name:
        requester["display"] = prescription.prescriber_name
    return {
        "authoredOn": written,
        "requester": requester,
        "restriction": {"period": {"start": written, "end": prescription.valid_until.isoformat()}},
    }


def write_line(state: LineState) -> dict[str, Any]:
    """A line: where it stands, what remains, its kind, what it says, what it is flagged with.

    Source: TLS-42.
    """
    line = state.line
    extensions: list[Any] = [
        _LINE_STATUS[state.status],
        write_rights(state.rights),
        _LINE_KIND[line.kind],
    ]
    if line.kind is not Kind.MEDICINE:
        extensions += write_progress(state)
    if line.posology:
        extensions.append({"url": terms.POSOLOGY, "valueString": line.posology})
    ordered = "" if line.order is None else say_order(line)
    if ordered:
        extensions.append({"url": terms.ORDER, "valueString": ordered})
    if line.particulars is not None:
        said = line.particulars
        extensions += [{"url": terms.FLAG, "valueCode": flag} for flag in said.flags]
        extensions += [{"url": terms.QUALIFIER, "valueCode": one} for one in said.qualifiers]
    return {
        "extension": extensions,
        "type": _IS_LINE,
        "valueReference": {
            "identifier": {"system": terms.NUMBER, "value": state.designation},
            "display": line.label,
        },
    }


def write_progress(state: LineState) -> list[Any]:
    """Where a series or an examination stands: its stage, and session k of N.

    Source: TLS-46, TLS-47, TLS-48.
    """
    extensions: list[Any] = []
    if state.stage is not None:
        extensions.append({"url": terms.STAGE, "valueCode": state.stage})
    if state.sessions is not None:
        parts = [{"url": "done", "valueInteger": state.sessions}]
        if state.sessions_planned is not None:
            parts.append({"url": "planned", "valueInteger": int(state.sessions_planned)})
        extensions.append({"url": terms.SESSION, "extension": parts})
    return extensions


# Almost every line has one of a few dozen quantities left: their texts are kept.
@lru_cache(maxsize=1_000)
def write_rights(rights: Rights) -> msgspec.Raw:
    """What remains, as the text of an extension that holds a FHIR Quantity."""
    quantity = {"value": as_written(rights.remaining), **_UNITS[rights.unit]}
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


def caveats_of(dossier: Dossier, executions: Iterable[Executed], view: View) -> list[Caveat]:
    """The warnings that stand and are seen: the issue's, then those of *executions*."""
    caveats = list(dossier.issued.caveats) if dossier.issued is not None else []
    for execution in executions:
        caveats += execution.caveats
    if view.kinds is None:
        return list(dict.fromkeys(caveats))
    return [caveat for caveat in dict.fromkeys(caveats) if view.sees_caveat(caveat)]


def write_caveat(caveat: Caveat) -> dict[str, Any]:
    """A warning as a note: its code for software, its sentence for people."""
    sentence = CAVEAT_SENTENCES[caveat.code].format(line=caveat.line, words=caveat.words)
    extension = {"url": terms.WARNING, "valueCode": caveat.code}
    return {"extension": [extension], "text": sentence}


def write_version(dossier: Dossier) -> str:
    """The version of a dossier: how many facts it holds; marked where some may be hidden.

    A view that hides executions holds fewer facts than the one before it, maybe as many as one
    that showed some: without the mark, who keeps answers by their version would show them still.

    Source: TLS-56.
    """
    version = str(len(dossier.facts) + (dossier.issued is not None))
    return f"{version}-opposition" if dossier.is_veiled and dossier.is_objected else version


def last_change(dossier: Dossier, at: datetime) -> datetime:
    """When the last fact was recorded; *at*, where there is none."""
    if not dossier.facts:
        return at if dossier.issued is None else dossier.issued.at
    last = max([fact.at for fact in dossier.facts])
    return last if dossier.issued is None else max(last, dossier.issued.at)
