"""The order of refusals in a prescription's life: of two faults, the earlier check is told.

As ``test_decision_order``, of what may be asked besides issue, execution, undoing, cancellation.
"""

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
    a_line,
    a_number,
    a_prescription,
    after,
    an_act,
    an_issued,
    cancel,
    execute,
    later,
    undo,
)
from lives import correct, propose, release, replace_by, reply, reserve
from objections import identify, oppose
from ordonnance.domain.actor import Profession, Role
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.known import Known
from ordonnance.domain.refusal import Refusal

AT = later(minutes=10)


def issued(faults, *commands):
    """A prescription of one box, past its validity at AT if that is a fault, after *commands*."""
    until = later(minutes=5) if "EXPIRED" in faults else later(days=300)
    dossier = an_issued(a_line(valid_until=until))
    return after(dossier, *(command(dossier.number) for command in commands))


def told(faults, dossier, command, *, at=AT, known=None):
    """The code that *command* meets with the faults of every command besides its own."""
    if "ROLE_NOT_ALLOWED" in faults:
        command = replace(command, actor=replace(command.actor, role=Role.GIE))
    if "IDEMPOTENCY_KEY_MISSING" in faults:
        command = replace(command, key=None)
    if "NUMBER_UNKNOWN" in faults:
        dossier = Dossier(number=dossier.number)
    try:
        decide(dossier, command, at, known or Known())
    except Refusal as refusal:
        return refusal.reason.code
    raise AssertionError("nothing was refused")


def executor_of(faults):
    return NURSE if "KIND_NOT_ALLOWED" in faults else PHARMACY


def prescriber_of(faults):
    return OTHER_PRESCRIBER if "NOT_THE_PRESCRIBER" in faults else PRESCRIBER


RESERVE_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "KIND_NOT_ALLOWED",
    "IDEMPOTENCY_KEY_MISSING",
    "CANCELLED",
    "EXPIRED",
    "RESERVED_ELSEWHERE",
)


def try_to_reserve(faults):
    """The code met by a reservation with these *faults*."""
    dossier = issued(faults)
    number = dossier.number
    if "RESERVED_ELSEWHERE" in faults:
        dossier = after(dossier, reserve(number, actor=OTHER_PHARMACY))
    if "CANCELLED" in faults:
        dossier = after(dossier, cancel(number))
    return told(faults, dossier, reserve(number, actor=executor_of(faults)))


RELEASE_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "KIND_NOT_ALLOWED",
    "IDEMPOTENCY_KEY_MISSING",
    "RESERVED_ELSEWHERE",
)


def try_to_release(faults):
    """The code met by a release with these *faults*."""
    dossier = issued(faults)
    if "RESERVED_ELSEWHERE" in faults:
        dossier = after(dossier, reserve(dossier.number, actor=OTHER_PHARMACY))
    return told(faults, dossier, release(dossier.number, actor=executor_of(faults)))


PROPOSE_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "KIND_NOT_ALLOWED",
    "IDEMPOTENCY_KEY_MISSING",
    "CANCELLED",
    "EXPIRED",
    "LINE_UNKNOWN",
)


def try_to_propose(faults):
    """The code met by a proposal with these *faults*."""
    dossier = issued(faults, *([cancel] if "CANCELLED" in faults else []))
    line = 9 if "LINE_UNKNOWN" in faults else 1
    return told(faults, dossier, propose(dossier.number, line, actor=executor_of(faults)))


CORRECT_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "KIND_NOT_ALLOWED",
    "NOT_THE_EXECUTOR",
    "PATIENT_MISMATCH",
    "IDEMPOTENCY_KEY_MISSING",
    "ALREADY_UNDONE",
    "REASON_MISSING",
    "EXPIRED",
    "LINE_UNKNOWN",
    "QUANTITY_INVALID",
    "DATE_IN_FUTURE",
)


def try_to_correct(faults):
    """The code met by a correction with these *faults*."""
    dossier = issued(faults, execute)
    number = dossier.number
    if "ALREADY_UNDONE" in faults:
        dossier = after(dossier, undo(number, f"{number.value}-E1"))
    actor = OTHER_PHARMACY if "NOT_THE_EXECUTOR" in faults else PHARMACY
    if "KIND_NOT_ALLOWED" in faults:
        actor = replace(actor, profession=Profession.NURSE)
    act = an_act(
        number,
        line=9 if "LINE_UNKNOWN" in faults else 1,
        boxes=0 if "QUANTITY_INVALID" in faults else 1,
        patient=OTHER_PATIENT if "PATIENT_MISMATCH" in faults else PATIENT,
        handed_over_at=later(minutes=16 if "DATE_IN_FUTURE" in faults else 10),
    )
    reason = " " if "REASON_MISSING" in faults else "Erreur de saisie"
    return told(faults, dossier, correct(number, act, actor=actor, reason=reason))


REPLY_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "NOT_THE_PRESCRIBER",
    "IDEMPOTENCY_KEY_MISSING",
    "ELEMENT_INVALID",
)


def try_to_reply(faults):
    """The code met by a reply with these *faults*."""
    dossier = issued(faults, propose)
    place = 2 if "ELEMENT_INVALID" in faults else 1
    return told(faults, dossier, reply(dossier.number, place, actor=prescriber_of(faults)))


REPLACE_ORDER = (
    "NUMBER_UNKNOWN",
    "NUMBER_MONTH_INVALID",
    "ROLE_NOT_ALLOWED",
    "KIND_NOT_ALLOWED",
    "NOT_THE_PRESCRIBER",
    "PATIENT_MISMATCH",
    "IDEMPOTENCY_KEY_MISSING",
    "CANCELLED",
    "NUMBER_TAKEN",
    "DATE_IN_FUTURE",
)


def try_to_replace(faults):
    """The code met by a replacement with these *faults*."""
    dossier = issued(faults, *([cancel] if "CANCELLED" in faults else []))
    new = a_number(at=later(days=-60) if "NUMBER_MONTH_INVALID" in faults else NOW)
    prescription = a_prescription(
        new,
        patient=OTHER_PATIENT if "PATIENT_MISMATCH" in faults else PATIENT,
        authored_at=later(minutes=16 if "DATE_IN_FUTURE" in faults else 0),
    )
    actor = prescriber_of(faults)
    if "KIND_NOT_ALLOWED" in faults:
        actor = replace(actor, profession=Profession.OPTICIAN)
    taken = an_issued() if "NUMBER_TAKEN" in faults else Dossier(number=new)
    command = replace_by(dossier.number, prescription, actor=actor)
    return told(faults, dossier, command, known=Known(successor=taken))


OBJECT_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "NOT_THE_PRESCRIBER",
    "IDEMPOTENCY_KEY_MISSING",
    "OBJECTION_TOO_LATE",
)


def try_to_object(faults):
    """The code met by an objection, stated by a prescriber, with these *faults*."""
    dossier = issued(faults)
    at = later(days=1) if "OBJECTION_TOO_LATE" in faults else AT
    return told(faults, dossier, oppose(dossier.number, actor=prescriber_of(faults)), at=at)


IDENTIFY_ORDER = (
    "NUMBER_UNKNOWN",
    "ROLE_NOT_ALLOWED",
    "NOT_THE_PRESCRIBER",
    "IDEMPOTENCY_KEY_MISSING",
    "REASON_MISSING",
    "ELEMENT_INVALID",
)


def try_to_identify(faults):
    """The code met by a change of INS with these *faults*."""
    dossier = issued(faults)
    patient = PATIENT if "ELEMENT_INVALID" in faults else OTHER_PATIENT
    reason = "" if "REASON_MISSING" in faults else "Mauvais dossier ouvert"
    actor = prescriber_of(faults)
    return told(faults, dossier, identify(dossier.number, patient, actor=actor, reason=reason))


ORDERS = (
    (try_to_reserve, RESERVE_ORDER),
    (try_to_release, RELEASE_ORDER),
    (try_to_propose, PROPOSE_ORDER),
    (try_to_correct, CORRECT_ORDER),
    (try_to_reply, REPLY_ORDER),
    (try_to_replace, REPLACE_ORDER),
    (try_to_object, OBJECT_ORDER),
    (try_to_identify, IDENTIFY_ORDER),
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


@pytest.mark.parametrize("attempt", [attempt for attempt, _ in ORDERS])
def test_without_a_fault_nothing_is_refused(attempt):
    with pytest.raises(AssertionError, match="nothing was refused"):
        attempt(set())
