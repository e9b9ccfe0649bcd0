"""A prescriber issues a prescription, replaces it, cancels what remains of it."""

import dataclasses
from datetime import datetime

from ordonnance.domain.answer import Decision, check_reason, origin_of, record
from ordonnance.domain.awaited import recheck
from ordonnance.domain.command import Cancel, Issue, Replace
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Cancelled, Issued, Replaced
from ordonnance.domain.guard import check_status
from ordonnance.domain.known import Known
from ordonnance.domain.objection import warn_of_consent
from ordonnance.domain.prescribing import check_prescribed
from ordonnance.domain.prescribing_kinds import limits_of
from ordonnance.domain.prescription import Prescription, check_writing_date
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.rights import is_anything_executed


def issue(dossier: Dossier, command: Issue, at: datetime, known: Known) -> Decision:
    """The prescription is recorded, unless its number is taken or it is not written yet.

    Raises:
        Refusal: as ``write_issue`` finds.
    """
    fact = write_issue(dossier, command, at, known)
    return record(dossier, command, fact, text=command.resources)


def write_issue(dossier: Dossier, command: Issue | Replace, at: datetime, known: Known) -> Issued:
    """The fact that *command* leaves in *dossier*, that of the number it gives.

    Raises:
        Refusal: NUMBER_TAKEN, DATE_IN_FUTURE, and as ``prescribing.check_prescribed`` finds.
    """
    if dossier.issued is not None:
        raise Refusal(Reasons.NUMBER_TAKEN)
    check_writing_date(command.prescription, at)
    fact = Issued(
        rank=0,
        at=at,
        by=command.actor,
        key=command.key or "",
        digest=command.digest,
        prescription=command.prescription,
        seen=len(dossier.facts),
        caveats=(
            *limits_of(command.actor, command.prescription),
            *warn_of_consent(command.prescription),
            *check_prescribed(command.prescription, known.referential),
        ),
        referential=known.referential.version,
        replaces=command.number if isinstance(command, Replace) else None,
    )
    if dossier.facts:
        fact = dataclasses.replace(fact, alerts=recheck(dossier, fact, known))
    return fact


def replace(dossier: Dossier, command: Replace, at: datetime, known: Known) -> Decision:
    """Another prescription takes the place of this one: what remains of this one is cancelled.

    Both know each other. The answer is about the new one; *also* is what is written of this one.

    Raises:
        Refusal: CANCELLED, REPLACED, NUMBER_TAKEN (the same number is taken too), DATE_IN_FUTURE,
            NUMBER_UNKNOWN where this one is still awaited, and as for an issue.

    Source: TLS-52.
    """
    successor = known.successor
    if successor is None:
        message = "whoever settles a replacement loads the dossier of the number it gives"
        raise AssertionError(message)
    check_status(dossier, command, at)
    command = dataclasses.replace(command, prescription=carry_over(dossier, command.prescription))
    issued = write_issue(successor, command, at, known)
    fact = Replaced(
        **origin_of(dossier, command, at),
        successor=command.prescription.number,
        is_anonymous=command.prescription.is_anonymous,
    )
    decision = record(successor, command, issued, text=command.resources)
    return dataclasses.replace(decision, also=record(dossier, command, fact))


def carry_over(dossier: Dossier, prescription: Prescription) -> Prescription:
    """*prescription* with what the patient had obtained for the one it replaces.

    Source: TLS-52; ours: an objection, or the anonymity of an abortion, is the patient's, and a
    prescriber who writes anew does not lift it.
    """
    former = dossier.prescription
    return dataclasses.replace(
        prescription,
        is_objected=prescription.is_objected or dossier.is_objected,
        is_anonymous=prescription.is_anonymous or (former is not None and former.is_anonymous),
    )


def cancel(dossier: Dossier, command: Cancel, at: datetime, _known: Known) -> Decision:
    """What has not been executed is cancelled; what has been keeps its place.

    Raises:
        Refusal: CANCELLED, REPLACED, EXECUTION_STARTED, REASON_MISSING, NUMBER_UNKNOWN where the
            prescription is still awaited.

    Source: TLS-30, TLS-52 (what was replaced).
    """
    check_status(dossier, command, at)
    if command.whole and is_anything_executed(dossier):
        raise Refusal(Reasons.EXECUTION_STARTED)
    check_reason(command.reason, "pourquoi l’ordonnance est annulée")
    fact = Cancelled(
        **origin_of(dossier, command, at),
        reason=command.reason,
    )
    return record(dossier, command, fact)
