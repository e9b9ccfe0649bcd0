"""May this be asked of this prescription, by this caller? Number, role, kind, relation, in order.

Nothing here depends on what the command itself wants: that is decided after.

Source: TLS-13.
"""

from datetime import datetime

from ordonnance.domain.actor import ROLE_NAMES, Actor, Role
from ordonnance.domain.command import (
    Command,
    Correct,
    Execute,
    Issue,
    Propose,
    Replace,
    Undo,
    Writing,
)
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act
from ordonnance.domain.fact import Executed
from ordonnance.domain.journal import is_past_retention
from ordonnance.domain.line import Kind
from ordonnance.domain.prescribing_kinds import check_competence
from ordonnance.domain.prescription import Prescription, check_month, is_still_issuable
from ordonnance.domain.profession import kinds_executed_by
from ordonnance.domain.proposal import WHERE_LINE
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.sight import is_for_prescriber, is_known_to, is_patient
from ordonnance.domain.workflow import OPERATIONS


def check_access(dossier: Dossier, command: Command, at: datetime) -> None:
    """Refuse who may not ask this of *dossier*, in the order of the contract.

    Raises:
        Refusal: as the four checks below find.
    """
    check_number(dossier, command, at)
    check_role(command)
    check_kind(dossier, command)
    check_relation(dossier, command)


def check_number(dossier: Dossier, command: Command, at: datetime) -> None:
    """Refuse a number that designates nothing, or whose month is not the prescription's.

    From the day its month may be purged, a number designates nothing, purged or not yet; nor does
    one that the caller may not know of.

    Raises:
        Refusal: NUMBER_UNKNOWN, NUMBER_MONTH_INVALID.

    Source: TLS-57, TLS-72.
    """
    if isinstance(command, Issue):
        check_month_once(dossier, command, at)
        return
    is_past = is_past_retention(command.number.month_code, day_in_paris(at))
    is_held = (
        is_known_to(dossier, command.actor) if dossier.issued else is_awaited(dossier, command, at)
    )
    if is_past or not is_held:
        raise Refusal(Reasons.NUMBER_UNKNOWN)
    if isinstance(command, Replace):
        check_month_once(dossier, command, at)


def check_month_once(dossier: Dossier, command: Issue | Replace, at: datetime) -> None:
    """Refuse a number of another month than the writing; one recorded already is not too old.

    Raises:
        Refusal: NUMBER_MONTH_INVALID.

    Source: TLS-2, TLS-12: what was recorded on the last day it could be, and is repeated on the
    next, has its first answer, until it may be purged.
    """
    try:
        check_month(command.prescription, at)
    except Refusal:
        month = command.prescription.number.month_code
        if is_past_retention(month, day_in_paris(at)) or not is_repeated(dossier, command):
            raise


def is_repeated(dossier: Dossier, command: Command) -> bool:
    """Whether this very command was recorded already: what it says was checked then.

    The patient or the prescription may have become another since: a refusal would tell its
    sender, who only lacks the answer, that nothing was recorded.

    Source: TLS-12.
    """
    if not isinstance(command, Writing):
        return False
    fact = dossier.find_repeated(command)
    return fact is not None and fact.digest == command.digest


def is_awaited(dossier: Dossier, command: Command, at: datetime) -> bool:
    """Whether *command* may be about a prescription that has not come yet.

    A deferred execution may come before its prescription, and be read or taken back meanwhile by
    whoever recorded it.
    """
    if isinstance(command, Execute):
        done = [act for act in command.acts if act.is_done]
        is_deferred = bool(done) and all(act.deferred is not None for act in done)
        return is_deferred and is_still_issuable(command.number, at)
    return any(fact.by.sender == command.actor.sender for fact in dossier.facts)


def check_role(command: Command) -> None:
    """Refuse a role that the operation is not for.

    Raises:
        Refusal: ROLE_NOT_ALLOWED.

    Source: TLS-11.
    """
    allowed = OPERATIONS[command.operation].roles
    if command.actor.role not in allowed:
        names = ", ".join(ROLE_NAMES[role] for role in allowed)
        raise Refusal(Reasons.ROLE_NOT_ALLOWED, allowed=names)


def check_kind(dossier: Dossier, command: Command) -> None:
    """Refuse a profession what it does not prescribe, or does not execute.

    Raises:
        Refusal: KIND_NOT_ALLOWED.

    Source: TLS-10, TLS-43.
    """
    if isinstance(command, Issue | Replace):
        check_competence(command.actor, command.prescription)
    elif command.actor.role is Role.EXECUTOR:
        check_kinds_executed(dossier, command)


def check_kinds_executed(dossier: Dossier, command: Command) -> None:
    """Refuse an executor none of whose kinds the prescription bears: nothing of it is shown.

    Refuse too an act on a line of another kind. While the prescription is awaited its lines are
    unknown: an act then counts for what it is itself.

    Raises:
        Refusal: KIND_NOT_ALLOWED.

    Source: TLS-10, TLS-49.
    """
    kinds = kinds_executed_by(command.actor)
    prescription = prescription_met(dossier, command)
    if prescription is None:
        acts = command.acts if isinstance(command, Execute) else acts_of(dossier, command.actor)
        if not any(act.may_be_of(kinds) for act in acts):
            raise Refusal(Reasons.KIND_NOT_ALLOWED)
    elif kinds.isdisjoint([line.kind for line in prescription.lines]):
        raise Refusal(Reasons.KIND_NOT_ALLOWED)
    if isinstance(command, Execute | Correct):
        check_kinds_of_acts(prescription, command, kinds)
    elif isinstance(command, Propose) and prescription is not None:
        line = prescription.find_line(command.line)
        if line is not None and line.kind not in kinds:
            raise Refusal(Reasons.KIND_NOT_ALLOWED, WHERE_LINE)


def prescription_met(dossier: Dossier, command: Command) -> Prescription | None:
    """The prescription that *command* meets: none, where it came first before it, and is repeated.

    Source: TLS-12: whoever recorded on a number that was awaited has their first answer, which
    shows nothing of what came since.
    """
    issued = dossier.issued
    if issued is not None and issued.seen and isinstance(command, Writing):
        fact = dossier.find_repeated(command)
        if fact is not None:
            return dossier.cut_after(fact).prescription
    return dossier.prescription


def check_kinds_of_acts(
    prescription: Prescription | None, command: Execute | Correct, kinds: frozenset[Kind]
) -> None:
    """Refuse an act on a line of none of *kinds*; without a line, one that is itself of none.

    Raises:
        Refusal: KIND_NOT_ALLOWED.

    Source: TLS-10, TLS-49.
    """
    lines = () if prescription is None else prescription.lines
    are_all_theirs = kinds.issuperset([line.kind for line in lines])
    for act in command.acts:
        if are_all_theirs and act.may_be_of(kinds):
            continue
        line = None if prescription is None else prescription.find_line(act.prescribed)
        is_allowed = act.may_be_of(kinds) if line is None else line.kind in kinds
        if not is_allowed:
            raise Refusal(Reasons.KIND_NOT_ALLOWED, act.where_line)


def acts_of(dossier: Dossier, actor: Actor) -> list[Act]:
    """What the site of *actor* recorded of *dossier*, whether it stands or not."""
    return [
        act
        for fact in dossier.facts
        if isinstance(fact, Executed) and fact.by.sender == actor.sender
        for act in fact.acts
    ]


def check_relation(dossier: Dossier, command: Command) -> None:
    """Refuse who is not the prescriber, the patient or the site that the operation is for.

    Raises:
        Refusal: NOT_THE_PRESCRIBER, NOT_THE_PATIENT, EXECUTION_UNKNOWN, NOT_THE_EXECUTOR,
            PATIENT_MISMATCH.

    Source: TLS-11, TLS-58 (which INS is the patient's); CSP, art. R. 4071-1 and following for
    another prescriber's reading.
    """
    actor = command.actor
    prescription = command.prescription if isinstance(command, Issue) else dossier.prescription
    if actor.role is Role.PRESCRIBER:
        if prescription is None or not is_for_prescriber(prescription, command):
            raise Refusal(Reasons.NOT_THE_PRESCRIBER)
    elif actor.role is Role.PATIENT and not is_patient(dossier, actor.ins):
        raise Refusal(Reasons.NOT_THE_PATIENT)
    if isinstance(command, Undo | Correct):
        check_executor(dossier, command)
    if isinstance(command, Execute | Correct):
        check_patient(dossier, command)
    elif isinstance(command, Replace):
        check_successor(dossier, command)


def check_successor(dossier: Dossier, command: Replace) -> None:
    """Refuse to replace a prescription by somebody else's, or by one for another patient.

    Raises:
        Refusal: NOT_THE_PRESCRIBER, PATIENT_MISMATCH.

    Source: TLS-52.
    """
    prescription = command.prescription
    if prescription.prescriber != command.actor.rpps:
        raise Refusal(Reasons.NOT_THE_PRESCRIBER)
    is_theirs = dossier.issued is None or is_patient(dossier, prescription.patient)
    if not is_theirs and not is_repeated(dossier, command):
        raise Refusal(Reasons.PATIENT_MISMATCH, "Bundle.entry.resource.subject")


def check_patient(dossier: Dossier, command: Execute | Correct) -> None:
    """Refuse an execution that says it is for somebody else.

    Raises:
        Refusal: PATIENT_MISMATCH.
    """
    if dossier.prescription is None:
        return
    for act in command.acts:
        is_theirs = not act.patient or is_patient(dossier, act.patient)
        if not is_theirs and not is_repeated(dossier, command):
            raise Refusal(Reasons.PATIENT_MISMATCH, f"{act.where}.{act.form.patient}")


def check_executor(dossier: Dossier, command: Undo | Correct) -> Executed:
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
