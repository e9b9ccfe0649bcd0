"""An executor records what was done, corrects it, takes back what was recorded wrongly."""

from dataclasses import replace
from datetime import datetime

from ordonnance.domain.access import check_executor
from ordonnance.domain.admission import admit
from ordonnance.domain.answer import Decision, check_reason, origin_of, record
from ordonnance.domain.command import Correct, Execute, Undo
from ordonnance.domain.days import say_day
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Caveat, CaveatCode, Corrected, Executed, Undone
from ordonnance.domain.known import Known
from ordonnance.domain.proposal import with_agreements
from ordonnance.domain.refusal import Reasons, Refusal

WAITING_MAX = 100


def execute(dossier: Dossier, command: Execute, at: datetime, known: Known) -> Decision:
    """The acts are recorded, with the alerts they raise.

    Raises:
        Refusal: as ``admission.admit`` finds; TOO_MANY_REQUESTS where too many wait already.
    """
    acts = with_agreements(dossier, command.acts)
    if acts is not command.acts:
        command = replace(command, acts=acts)
    admission = admit(dossier, command, at, known)
    check_waiting(dossier, known)
    fact = Executed(
        **origin_of(dossier, command, at),
        acts=command.acts,
        caveats=(*doubt_site(command), *admission.caveats),
        alerts=admission.alerts,
        referential=known.referential.version,
    )
    return record(dossier, command, fact, text=command.resources)


def doubt_site(command: Execute | Correct) -> tuple[Caveat, ...]:
    """The warnings about a site: the key of its numéro AM looks wrong, its software is on trial.

    Source: PRE-49 (elsewhere than where the software on trial is installed).
    """
    am = command.actor.am
    is_doubtful = am is not None and not am.key_is_right
    doubts = (
        (CaveatCode.AM_KEY_DOUBTFUL, is_doubtful),
        (CaveatCode.SOFTWARE_IN_PRESERIE, command.is_outside_pilot),
    )
    return tuple(Caveat(code) for code, is_so in doubts if is_so)


def correct(dossier: Dossier, command: Correct, at: datetime, known: Known) -> Decision:
    """The execution is said anew, as if it had been so from the beginning.

    Its rights are counted again without what it said before; that it is late was said already,
    and what was done before a cancellation may be corrected after it.

    Raises:
        Refusal: ALREADY_UNDONE, REASON_MISSING, and as ``admission.admit`` finds.

    Source: TLS-51.
    """
    execution = check_executor(dossier, command)
    check_standing(dossier, execution)
    check_reason(command.reason, "pourquoi l’exécution est corrigée")
    said = Execute(
        number=command.number,
        actor=command.actor,
        key=command.key,
        digest=command.digest,
        acts=with_agreements(dossier, command.acts),
        resources=command.resources,
    )
    without = dossier.without(execution.rank)
    admission = admit(without, said, at, known, is_recorded=True)
    fact = Corrected(
        **origin_of(dossier, command, at),
        execution=execution.rank,
        reason=command.reason,
        acts=said.acts,
        caveats=(*doubt_site(command), *admission.caveats),
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
    check_standing(dossier, execution)
    check_reason(command.reason, "pourquoi l’exécution est annulée")
    fact = Undone(
        **origin_of(dossier, command, at),
        execution=execution.rank,
        reason=command.reason,
    )
    return record(dossier, command, fact)


def check_standing(dossier: Dossier, execution: Executed) -> None:
    """Refuse to touch what was taken back already.

    Raises:
        Refusal: ALREADY_UNDONE.

    Source: TLS-29.
    """
    for fact in dossier.facts:
        if isinstance(fact, Undone) and fact.execution == execution.rank:
            raise Refusal(Reasons.ALREADY_UNDONE, when=say_day(fact.at))
