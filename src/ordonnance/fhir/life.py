"""What a Task says of a life besides executions: leases, links, proposals."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.answer import Answer
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Replied
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.profession import kinds_executed_by
from ordonnance.domain.proposal import Proposal, name_proposal, proposals_of
from ordonnance.domain.reservation import leases_of
from ordonnance.fhir import terms

_IS_PROPOSAL, _IS_REPLY = (
    msgspec.Raw(msgspec.json.encode({"coding": [{"system": terms.TASK, "code": code}]}))
    for code in ("proposal", "reply")
)


def write_extensions(answer: Answer) -> list[dict[str, Any]]:
    """The extensions of a Task that tell its links and its leases; none for most."""
    dossier = answer.dossier
    extensions = write_links(dossier)
    if dossier.facts and answer.command.actor.role is Role.EXECUTOR:
        extensions += write_leases(dossier, answer.command.actor, answer.at)
    return extensions


def write_links(dossier: Dossier) -> list[dict[str, Any]]:
    """The prescription that this one replaces, and the one that replaces it.

    Source: TLS-52.
    """
    issued, replacement, links = dossier.issued, dossier.replacement, []
    if issued is not None and issued.replaces is not None:
        links.append(write_link("replaces", issued.replaces))
    if replacement is not None:
        links.append(write_link("replacedBy", replacement.successor))
    return links


def write_link(name: str, number: PrescriptionNumber) -> dict[str, Any]:
    """An extension of ours that names a prescription."""
    identifier = {"system": terms.NUMBER, "value": number.value}
    return {"url": terms.EXTENSION + name, "valueIdentifier": identifier}


def write_leases(dossier: Dossier, actor: Actor, at: datetime) -> Iterator[dict[str, Any]]:
    """The leases on lines of the kinds of *actor*: until when, and whether theirs; never whose.

    Source: TLS-50.
    """
    kinds = kinds_executed_by(actor)
    for lease in leases_of(dossier, at):
        if lease.kinds & kinds:
            yield {
                "url": f"{terms.EXTENSION}reserved",
                "extension": [
                    {"url": "until", "valueInstant": write_instant(lease.until)},
                    {"url": "mine", "valueBoolean": lease.sender == actor.sender},
                ],
            }


def write_proposals(dossier: Dossier, actor: Actor) -> list[dict[str, Any]]:
    """The outputs of a Task that tell what was proposed, each with its replies.

    An executor is not told of what concerns the lines of other professions only.

    Source: TLS-54.
    """
    outputs = []
    for proposal in proposals_of(dossier):
        if concerns(dossier, proposal, actor):
            outputs.append(write_proposal(dossier, proposal))
            outputs += [write_reply(dossier.number, proposal, one) for one in proposal.replies]
    return outputs


def concerns(dossier: Dossier, proposal: Proposal, actor: Actor) -> bool:
    """Whether *actor* is told of a proposal: by its line's kind, else by who made it."""
    if actor.role is not Role.EXECUTOR:
        return True
    line, kinds = proposal.fact.line, kinds_executed_by(actor)
    if line is None or dossier.prescription is None:
        return not kinds.isdisjoint(kinds_executed_by(proposal.fact.by))
    return any(one.rank == line and one.kind in kinds for one in dossier.prescription.lines)


def write_proposal(dossier: Dossier, proposal: Proposal) -> dict[str, Any]:
    """What was proposed: its identifier, its line if it names one, its words."""
    extensions: list[dict[str, Any]] = []
    if proposal.fact.line is not None:
        line = {"system": terms.NUMBER, "value": dossier.number.line(proposal.fact.line)}
        extensions.append({"url": f"{terms.EXTENSION}line", "valueIdentifier": line})
    extensions.append(write_words(proposal.fact.text))
    return {
        "extension": extensions,
        "type": _IS_PROPOSAL,
        "valueIdentifier": write_name(dossier.number, proposal),
    }


def write_reply(number: PrescriptionNumber, proposal: Proposal, reply: Replied) -> dict[str, Any]:
    """Whether the prescriber agreed, to what, in which words, and on which day."""
    name = write_name(number, proposal)
    extensions: list[dict[str, Any]] = [
        {"url": f"{terms.EXTENSION}proposal", "valueIdentifier": name}
    ]
    if reply.accepts:
        on = day_in_paris(reply.at).isoformat()
        extensions.append({"url": f"{terms.EXTENSION}agreementOn", "valueDate": on})
    if reply.text:
        extensions.append(write_words(reply.text))
    return {"extension": extensions, "type": _IS_REPLY, "valueBoolean": reply.accepts}


def write_name(number: PrescriptionNumber, proposal: Proposal) -> dict[str, str]:
    """The identifier of a proposal."""
    return {"system": terms.PROPOSAL, "value": name_proposal(number, proposal.place)}


def write_words(text: str) -> dict[str, Any]:
    """What somebody wrote, as an extension."""
    return {"url": f"{terms.EXTENSION}text", "valueString": text}


def write_instant(at: datetime) -> str:
    """An instant in UTC, to the millisecond, as FHIR's ``instant``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
