"""May this be asked of this prescription, by this caller? Number, role, kind, relation, in order.

Nothing here depends on what the command itself wants: that is decided after.

Source: TLS-13.
"""

from datetime import datetime

from ordonnance.domain.actor import ROLE_NAMES, Role
from ordonnance.domain.command import Command, Correct, Execute, Issue, Undo
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Executed
from ordonnance.domain.line import Kind, kinds_executed_by
from ordonnance.domain.prescription import check_month, is_still_issuable
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

    A deferred execution may come before its prescription, and be read or taken back meanwhile by
    whoever recorded it. To who may not know of a prescription, its number designates nothing.

    Raises:
        Refusal: NUMBER_UNKNOWN, NUMBER_MONTH_INVALID.

    Source: TLS-57 (who may not know of it).
    """
    if isinstance(command, Issue):
        check_month(command.prescription, at)
        return
    if dossier.issued is not None:
        if is_known_to(dossier, command.actor):
            return
        raise Refusal(Reasons.NUMBER_UNKNOWN)
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
    allowed = OPERATIONS[command.operation].roles
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
    elif isinstance(command, Execute):
        check_patient(dossier, command)


def check_patient(dossier: Dossier, command: Execute) -> None:
    """Refuse an execution that says it is for somebody else.

    Raises:
        Refusal: PATIENT_MISMATCH.
    """
    if dossier.prescription is None:
        return
    for act in command.acts:
        if act.patient and not is_patient(dossier, act.patient):
            raise Refusal(Reasons.PATIENT_MISMATCH, f"{act.where}.subject")


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
