"""``decide``: what a command leaves and what is answered, knowing nothing but the dossier.

The order of the checks is the contract's: number, role, kind, relation, key, state, then what
the command itself asks for. A refusal is raised; nothing was then decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ordonnance.domain.actor import ROLE_NAMES, Role
from ordonnance.domain.admission import admit
from ordonnance.domain.command import (
    Cancel,
    Command,
    Execute,
    Issue,
    Read,
    Undo,
    Writing,
    WritingCommand,
)
from ordonnance.domain.days import day_in_paris, say_day
from ordonnance.domain.dossier import (
    Cancelled,
    Caveat,
    CaveatCode,
    Dossier,
    Executed,
    Issued,
    LaterFact,
    Undone,
)
from ordonnance.domain.journal import Entry, is_past_retention
from ordonnance.domain.known import NOTHING, Known
from ordonnance.domain.line import Kind, kinds_executed_by
from ordonnance.domain.prescribing import check_prescribed
from ordonnance.domain.prescription import check_month, check_writing_date, is_still_issuable
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.rights import is_anything_executed

# Who may ask for what (TLS-11).
ALLOWED: Mapping[type[Command], tuple[Role, ...]] = {
    Read: (Role.PRESCRIBER, Role.EXECUTOR, Role.PATIENT),
    Issue: (Role.PRESCRIBER,),
    Execute: (Role.EXECUTOR,),
    Undo: (Role.EXECUTOR,),
    Cancel: (Role.PRESCRIBER,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered: the dossier as it stands at *at*, and the fact that this is about.

    *is_replay*: an earlier request left that fact; the dossier is cut just after it.
    """

    dossier: Dossier
    at: datetime
    command: Command
    fact: Issued | LaterFact | None = None
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be written (nothing, for a reading or a repeated request) and answered."""

    answer: Answer
    fact: Issued | LaterFact | None = None
    text: bytes | None = None
    entry: Entry | None = None


def decide(dossier: Dossier, command: Command, at: datetime, known: Known = NOTHING) -> Decision:
    """What *command*, received at *at*, changes in *dossier*, and its answer.

    *known* is what the rules of medicines know besides: with nothing known, none applies.

    Raises:
        Refusal: in the order of the contract; nothing is then to be written.

    Source: TLS-13 (order of refusals), TLS-12 (repeated commands).
    """
    check_number(dossier, command, at)
    check_role(command)
    check_kind(dossier, command)
    check_relation(dossier, command)
    if isinstance(command, Read):
        return read(dossier, command, at)
    return write(dossier, command, at, known)


def write(dossier: Dossier, command: WritingCommand, at: datetime, known: Known) -> Decision:
    """What a writing command changes, or the first answer again where it is repeated.

    Raises:
        Refusal: as the command's own decision finds.
    """
    repeated = find_repeated(dossier, command)
    if repeated is not None:
        return replay(dossier, command, repeated)
    match command:
        case Issue():
            return issue(dossier, command, at, known)
        case Execute():
            return execute(dossier, command, at, known)
        case Undo():
            return undo(dossier, command, at)
        case Cancel():  # pragma: no branch - these are all, mypy says
            return cancel(dossier, command, at)


def check_number(dossier: Dossier, command: Command, at: datetime) -> None:
    """Refuse a number that designates nothing, or whose month is not the prescription's.

    From the day its month may be purged, a number designates nothing, purged or not yet. A
    deferred execution may come before its prescription, and be read or taken back meanwhile by
    whoever recorded it.

    Raises:
        Refusal: NUMBER_UNKNOWN, NUMBER_MONTH_INVALID.

    Source: TLS-72.
    """
    if isinstance(command, Issue):
        check_month(command.prescription, at)
        return
    if is_past_retention(command.number.month_code, day_in_paris(at)):
        raise Refusal(Reasons.NUMBER_UNKNOWN)
    if dossier.issued is not None:
        return
    if isinstance(command, Execute):
        done = [act for act in command.acts if act.is_done]
        is_deferred = done and all(act.deferred is not None for act in done)
        if is_deferred and is_still_issuable(command.number, at):
            return
    elif any(fact.by.sender == command.actor.sender for fact in dossier.facts):
        return
    raise Refusal(Reasons.NUMBER_UNKNOWN)


def check_role(command: Command) -> None:
    """Refuse a role that the operation is not for.

    Raises:
        Refusal: ROLE_NOT_ALLOWED.

    Source: TLS-11.
    """
    allowed = ALLOWED[type(command)]
    if command.actor.role not in allowed:
        names = ", ".join(ROLE_NAMES[role] for role in allowed)
        raise Refusal(Reasons.ROLE_NOT_ALLOWED, allowed=names)


def check_kind(dossier: Dossier, command: Command) -> None:
    """Refuse an executor none of whose kinds the prescription bears: nothing of it is shown.

    Refuse too an act on a line of another kind. While the prescription is awaited its lines are
    unknown: an act then counts for what it is itself, and all acts are so far of medicines.

    Raises:
        Refusal: KIND_NOT_ALLOWED.

    Source: TLS-10.
    """
    if command.actor.role is not Role.EXECUTOR:
        return
    kinds = kinds_executed_by(command.actor)
    prescription = dossier.prescription
    concerned = {Kind.MEDICINE}
    if prescription is not None:
        concerned = {line.kind for line in prescription.lines}
    if kinds.isdisjoint(concerned):
        raise Refusal(Reasons.KIND_NOT_ALLOWED)
    if prescription is None or not isinstance(command, Execute) or kinds >= concerned:
        return
    for act in command.acts:
        line = prescription.find_line(act.prescribed)
        if line is not None and line.kind not in kinds:
            raise Refusal(Reasons.KIND_NOT_ALLOWED, act.where_line)


def check_relation(dossier: Dossier, command: Command) -> None:
    """Refuse who is not the prescriber, the patient or the site that the operation is for.

    Raises:
        Refusal: NOT_THE_PRESCRIBER, NOT_THE_PATIENT, EXECUTION_UNKNOWN, NOT_THE_EXECUTOR,
            PATIENT_MISMATCH.

    Source: TLS-11; CSP, art. R. 4071-1 and following for another prescriber's reading.
    """
    actor = command.actor
    prescription = command.prescription if isinstance(command, Issue) else dossier.prescription
    if actor.role is Role.PRESCRIBER:
        may_read = isinstance(command, Read) and bool(command.reason)
        if prescription is None or (prescription.prescriber != actor.rpps and not may_read):
            raise Refusal(Reasons.NOT_THE_PRESCRIBER)
    elif actor.role is Role.PATIENT and (prescription is None or prescription.patient != actor.ins):
        raise Refusal(Reasons.NOT_THE_PATIENT)
    if isinstance(command, Undo):
        check_executor(dossier, command)
    elif isinstance(command, Execute):
        check_patient(dossier, command)


def check_patient(dossier: Dossier, command: Execute) -> None:
    """Refuse an execution that says it is for somebody else.

    Raises:
        Refusal: PATIENT_MISMATCH.
    """
    prescription = dossier.prescription
    for act in command.acts:
        if act.patient and prescription and act.patient != prescription.patient:
            raise Refusal(Reasons.PATIENT_MISMATCH, f"{act.where}.subject")


def check_executor(dossier: Dossier, command: Undo) -> Executed:
    """The execution to take back, if the site that recorded it asks.

    Raises:
        Refusal: EXECUTION_UNKNOWN, NOT_THE_EXECUTOR.
    """
    execution = dossier.find_execution(command.execution)
    if execution is None:
        raise Refusal(Reasons.EXECUTION_UNKNOWN, "Parameters.parameter[name='execution']")
    if execution.by.sender != command.actor.sender:
        raise Refusal(Reasons.NOT_THE_EXECUTOR)
    return execution


def find_repeated(dossier: Dossier, command: Writing) -> Issued | LaterFact | None:
    """The fact that this very command left before; None if it is new.

    Raises:
        Refusal: IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_REUSED.

    Source: TLS-12.
    """
    if command.key is None:
        raise Refusal(Reasons.IDEMPOTENCY_KEY_MISSING)
    fact = dossier.find_repeated(command)
    if fact is not None and fact.digest != command.digest:
        raise Refusal(Reasons.IDEMPOTENCY_KEY_REUSED)
    return fact


def replay(dossier: Dossier, command: WritingCommand, fact: Issued | LaterFact) -> Decision:
    """The first answer again, rebuilt from the dossier as that fact left it."""
    cut = dossier.cut_after(fact)
    return Decision(
        answer=Answer(dossier=cut, at=fact.at, command=command, fact=fact, is_replay=True)
    )


def read(dossier: Dossier, command: Read, at: datetime) -> Decision:
    """The dossier as it stands; the reading leaves a journal entry and no fact."""
    entry = Entry(
        at=at,
        action="consult" if command.whole else "read",
        number=command.number,
        by=command.actor,
        reason=command.reason,
    )
    return Decision(answer=Answer(dossier=dossier, at=at, command=command), entry=entry)


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
        caveats=check_prescribed(command.prescription, known.referential),
        referential=known.referential.version,
    )
    return record(dossier, command, fact, text=command.resources)


def execute(dossier: Dossier, command: Execute, at: datetime, known: Known) -> Decision:
    """The acts are recorded, with the alerts they raise.

    Raises:
        Refusal: as ``admission.admit`` finds.
    """
    admission = admit(dossier, command, at, known)
    am = command.actor.am
    doubts = () if am is None or am.key_is_right else (Caveat(CaveatCode.AM_KEY_DOUBTFUL),)
    fact = Executed(
        rank=len(dossier.facts) + 1,
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


def undo(dossier: Dossier, command: Undo, at: datetime) -> Decision:
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
        rank=len(dossier.facts) + 1,
        at=at,
        by=command.actor,
        key=command.key or "",
        digest=command.digest,
        execution=execution.rank,
        reason=command.reason,
    )
    return record(dossier, command, fact)


def cancel(dossier: Dossier, command: Cancel, at: datetime) -> Decision:
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
        rank=len(dossier.facts) + 1,
        at=at,
        by=command.actor,
        key=command.key or "",
        digest=command.digest,
        reason=command.reason,
    )
    return record(dossier, command, fact)


def check_reason(reason: str, problem: str) -> None:
    """Refuse an empty reason.

    Raises:
        Refusal: REASON_MISSING.
    """
    if not reason.strip():
        raise Refusal(
            Reasons.REASON_MISSING, "Parameters.parameter[name='reason']", problem=problem
        )


def record(
    dossier: Dossier,
    command: WritingCommand,
    fact: Issued | LaterFact,
    *,
    text: bytes | None = None,
) -> Decision:
    """The decision to write *fact*, with its journal entry; the answer shows it written."""
    entry = Entry(
        at=fact.at,
        action=fact.operation,
        number=command.number,
        by=command.actor,
        rank=fact.rank,
        alerts=fact.alerts if isinstance(fact, Executed) else (),
    )
    answer = Answer(dossier=dossier.add(fact, text), at=fact.at, command=command, fact=fact)
    return Decision(answer=answer, fact=fact, text=text, entry=entry)
