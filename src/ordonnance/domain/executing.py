"""An executor records what was done, and takes back what was recorded wrongly."""

from datetime import datetime

from ordonnance.domain.access import check_executor
from ordonnance.domain.admission import admit
from ordonnance.domain.answer import Decision, check_reason, record
from ordonnance.domain.command import Execute, Undo
from ordonnance.domain.days import say_day
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Caveat, CaveatCode, Executed, Undone
from ordonnance.domain.known import Known
from ordonnance.domain.refusal import Reasons, Refusal

WAITING_MAX = 100


def execute(dossier: Dossier, command: Execute, at: datetime, known: Known) -> Decision:
    """The acts are recorded, with the alerts they raise.

    Raises:
        Refusal: as ``admission.admit`` finds; TOO_MANY_REQUESTS where too many wait already.
    """
    admission = admit(dossier, command, at, known)
    check_waiting(dossier, known)
    am = command.actor.am
    doubts = () if am is None or am.key_is_right else (Caveat(CaveatCode.AM_KEY_DOUBTFUL),)
    fact = Executed(
        rank=dossier.next_rank,
        at=at,
        by=command.actor,
        key=command.key or "",
        digest=command.digest,
        acts=command.acts,
        caveats=(*doubts, *admission.caveats),
        alerts=admission.alerts,
        referential=known.referential.version,
    )
    return record(dossier, command, fact, text=command.resources)


def check_waiting(dossier: Dossier, known: Known) -> None:
    """Refuse one more execution that waits, of a site where a hundred do.

    Raises:
        Refusal: TOO_MANY_REQUESTS.

    Source: ours (TLS-64): so many papers without their ordonnance are a fault, or a fraud, that
    somebody must look at; one that was taken back no longer counts.
    """
    if dossier.issued is None and known.waiting >= WAITING_MAX:
        problem = f"{WAITING_MAX} exécutions de votre site attendent déjà leur ordonnance"
        raise Refusal(Reasons.TOO_MANY_REQUESTS, problem=problem)


def undo(dossier: Dossier, command: Undo, at: datetime, _known: Known) -> Decision:
    """The execution is taken back; its rights come back with it.

    Raises:
        Refusal: ALREADY_UNDONE, REASON_MISSING.

    Source: TLS-29.
    """
    execution = check_executor(dossier, command)
    for known in dossier.facts:
        if isinstance(known, Undone) and known.execution == execution.rank:
            raise Refusal(Reasons.ALREADY_UNDONE, when=say_day(known.at))
    check_reason(command.reason, "pourquoi l’exécution est annulée")
    fact = Undone(
        rank=dossier.next_rank,
        at=at,
        by=command.actor,
        key=command.key or "",
        digest=command.digest,
        execution=execution.rank,
        reason=command.reason,
    )
    return record(dossier, command, fact)
