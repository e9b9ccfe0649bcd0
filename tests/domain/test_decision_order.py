"""The order of refusals: of two faults, the one that the contract checks first is told."""

from dataclasses import replace
from itertools import combinations

import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PATIENT,
    OTHER_PHARMACY,
    OTHER_PRESCRIBER,
    PATIENT,
    PHARMACY,
    PRESCRIBER,
    a_number,
    a_prescription,
    after,
    an_act,
    an_issued,
    cancel,
    code_of,
    execute,
    issue,
    later,
    read,
    undo,
)
from ordonnance.domain.actor import Profession, Role
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override

MUCH_LATER = later(days=400)


def empty(number=None):
    return Dossier(number=number or a_number())


EXECUTE_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "KIND_NOT_ALLOWED",
    "PATIENT_MISMATCH",
    "IDEMPOTENCY_KEY_MISSING",
    "CANCELLED",
    "EXPIRED",
    "LINE_UNKNOWN",
    "REASON_MISSING",
    "DATE_IN_FUTURE",
    "RIGHTS_EXHAUSTED",
)


def try_to_execute(faults):
    """The code met by a delivery with these *faults*."""
    number = a_number()
    at = MUCH_LATER if "EXPIRED" in faults else NOW
    dossier = empty(number)
    if "NUMBER_UNKNOWN" not in faults:
        dossier = after(dossier, issue(a_prescription(number)))
        if "CANCELLED" in faults:
            dossier = after(dossier, cancel(number))
    actor = PHARMACY
    if "KIND_NOT_ALLOWED" in faults:
        actor = NURSE
    if "ROLE_NOT_ALLOWED" in faults:
        actor = replace(actor, role=Role.OPERATOR)
    ahead = 6 if "DATE_IN_FUTURE" in faults else 0
    act = an_act(
        number,
        line=9 if "LINE_UNKNOWN" in faults else 1,
        boxes=5 if "RIGHTS_EXHAUSTED" in faults else 1,
        patient=OTHER_PATIENT if "PATIENT_MISMATCH" in faults else PATIENT,
        handed_over_at=at + (later(minutes=ahead) - NOW),
        overrides=(Override("TOO_EARLY", "trop"),) if "REASON_MISSING" in faults else (),
    )
    command = execute(number, act, actor=actor)
    if "IDEMPOTENCY_KEY_MISSING" in faults:
        command = replace(command, key=None)
    return code_of(dossier, command, at)


UNDO_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "KIND_NOT_ALLOWED",
    "NOT_THE_EXECUTOR",
    "IDEMPOTENCY_KEY_MISSING",
    "ALREADY_UNDONE",
    "REASON_MISSING",
)


def try_to_undo(faults):
    """The code met by an undoing with these *faults*."""
    dossier = an_issued()
    number = dossier.number
    actor = OTHER_PHARMACY if "NOT_THE_EXECUTOR" in faults else PHARMACY
    if "KIND_NOT_ALLOWED" in faults:
        actor = replace(actor, profession=Profession.NURSE)
    if "ROLE_NOT_ALLOWED" in faults:
        actor = replace(actor, role=Role.OPERATOR)
    execution = f"{number.value}-E1"
    dossier = after(dossier, execute(number))
    if "ALREADY_UNDONE" in faults:
        dossier = after(dossier, undo(number, execution, key="before"))
    if "NUMBER_UNKNOWN" in faults:
        dossier = empty(number)
    command = undo(
        number, execution, actor=actor, reason=" " if "REASON_MISSING" in faults else "Erreur"
    )
    if "IDEMPOTENCY_KEY_MISSING" in faults:
        command = replace(command, key=None)
    return code_of(dossier, command)


CANCEL_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "NOT_THE_PRESCRIBER",
    "IDEMPOTENCY_KEY_MISSING",
    "CANCELLED",
    "EXECUTION_STARTED",
    "REASON_MISSING",
)


def try_to_cancel(faults):
    """The code met by a cancellation with these *faults*."""
    dossier = an_issued()
    number = dossier.number
    if "EXECUTION_STARTED" in faults:
        dossier = after(dossier, execute(number))
    if "CANCELLED" in faults:
        dossier = after(dossier, cancel(number, key="before"))
    if "NUMBER_UNKNOWN" in faults:
        dossier = empty(number)
    actor = OTHER_PRESCRIBER if "NOT_THE_PRESCRIBER" in faults else PRESCRIBER
    if "ROLE_NOT_ALLOWED" in faults:
        actor = replace(actor, role=Role.PATIENT)
    reason = "" if "REASON_MISSING" in faults else "Allergie"
    command = cancel(number, actor=actor, reason=reason, whole="EXECUTION_STARTED" in faults)
    if "IDEMPOTENCY_KEY_MISSING" in faults:
        command = replace(command, key=None)
    return code_of(dossier, command)


ISSUE_ORDER = (
    "NUMBER_MONTH_INVALID",
    "ROLE_NOT_ALLOWED",
    "NOT_THE_PRESCRIBER",
    "IDEMPOTENCY_KEY_MISSING",
    "NUMBER_TAKEN",
    "DATE_IN_FUTURE",
)


def try_to_issue(faults):
    """The code met by an issue with these *faults*."""
    number = a_number(at=later(days=-60) if "NUMBER_MONTH_INVALID" in faults else NOW)
    prescription = a_prescription(
        number, authored_at=later(minutes=6 if "DATE_IN_FUTURE" in faults else 0)
    )
    dossier = empty(number)
    if "NUMBER_TAKEN" in faults:
        # Recorded by another, so that it cannot be taken for a repeated request.
        taken = issue(a_prescription(a_number()))
        dossier = replace(after(empty(taken.number), taken), number=number)
    actor = OTHER_PRESCRIBER if "NOT_THE_PRESCRIBER" in faults else PRESCRIBER
    if "ROLE_NOT_ALLOWED" in faults:
        actor = replace(actor, role=Role.EXECUTOR)
    command = issue(prescription, key="again", actor=actor)
    if "IDEMPOTENCY_KEY_MISSING" in faults:
        command = replace(command, key=None)
    return code_of(dossier, command)


READ_ORDER = ("NUMBER_UNKNOWN", "ROLE_NOT_ALLOWED", "KIND_NOT_ALLOWED")


def try_to_read(faults):
    """The code met by a reading with these *faults*."""
    dossier = an_issued()
    actor = NURSE if "KIND_NOT_ALLOWED" in faults else PHARMACY
    if "ROLE_NOT_ALLOWED" in faults:
        actor = replace(actor, role=Role.CPAM)
    if "NUMBER_UNKNOWN" in faults:
        dossier = empty(dossier.number)
    return code_of(dossier, read(dossier.number, actor=actor))


ORDERS = (
    (try_to_execute, EXECUTE_ORDER),
    (try_to_undo, UNDO_ORDER),
    (try_to_cancel, CANCEL_ORDER),
    (try_to_issue, ISSUE_ORDER),
    (try_to_read, READ_ORDER),
)


@pytest.mark.parametrize(
    ("attempt", "fault"), [(attempt, fault) for attempt, order in ORDERS for fault in order]
)
def test_a_fault_alone_is_told(attempt, fault):  # TLS-13
    assert attempt({fault}) == fault


@pytest.mark.parametrize(
    ("attempt", "earlier", "later_fault"),
    [(attempt, *pair) for attempt, order in ORDERS for pair in combinations(order, 2)],
)
def test_of_two_faults_the_earlier_is_told(attempt, earlier, later_fault):  # TLS-13
    assert attempt({earlier, later_fault}) == earlier


@pytest.mark.parametrize(("attempt", "order"), ORDERS)
def test_of_all_faults_the_first_is_told(attempt, order):  # TLS-13
    assert attempt(set(order)) == order[0]
