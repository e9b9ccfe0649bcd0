"""A prescriber issues a prescription, and cancels what remains of it."""

from datetime import datetime

from ordonnance.domain.answer import Decision, check_reason, record
from ordonnance.domain.command import Cancel, Issue
from ordonnance.domain.days import say_day
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Cancelled, Issued
from ordonnance.domain.known import Known
from ordonnance.domain.objection import warn_of_consent
from ordonnance.domain.prescribing import check_prescribed
from ordonnance.domain.prescription import check_writing_date
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.rights import is_anything_executed


def issue(dossier: Dossier, command: Issue, at: datetime, known: Known) -> Decision:
    """The prescription is recorded, unless its number is taken or it is not written yet.

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
            *warn_of_consent(command.prescription),
            *check_prescribed(command.prescription, known.referential),
        ),
        referential=known.referential.version,
    )
    return record(dossier, command, fact, text=command.resources)


def cancel(dossier: Dossier, command: Cancel, at: datetime, _known: Known) -> Decision:
    """What has not been executed is cancelled; what has been keeps its place.

    Raises:
        Refusal: CANCELLED, EXECUTION_STARTED, REASON_MISSING.

    Source: TLS-30.
    """
    if dossier.cancellation is not None:
        raise Refusal(Reasons.CANCELLED, when=say_day(dossier.cancellation.at))
    if command.whole and is_anything_executed(dossier):
        raise Refusal(Reasons.EXECUTION_STARTED)
    check_reason(command.reason, "pourquoi l’ordonnance est annulée")
    fact = Cancelled(
        rank=dossier.next_rank,
        at=at,
        by=command.actor,
        key=command.key or "",
        digest=command.digest,
        reason=command.reason,
    )
    return record(dossier, command, fact)
