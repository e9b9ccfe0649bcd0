"""The table of the workflow walked through HTTP: every state, every operation, every role."""

from itertools import count

import pytest

from api.lives import answer, correction, parameters, proposal
from api.papers import cancelling, delivery, ordonnance, regret, spoil
from api.services import THE_PATIENT, code_of
from builders import NOW, a_number
from ordonnance.domain.actor import Role
from ordonnance.domain.rights import Status
from ordonnance.domain.workflow import OPERATIONS, Relation
from ordonnance.simulation.population import DOCTOR, MARC, PHARMACIST

CLAIMS = {
    Role.PRESCRIBER: DOCTOR.claims,
    Role.EXECUTOR: PHARMACIST.claims,
    Role.PATIENT: THE_PATIENT,
    Role.VENDOR: {"role": "vendor", "vendor": "Ordo"},
    Role.CNAM: {"role": "cnam"},
    Role.GIE: {"role": "gie"},
    Role.CPAM: {"role": "cpam", "cpam": "33"},
    Role.OPERATOR: {"role": "operator"},
}
SITES = count(1)  # a hundred executions of one site may wait at once: each test has a site
BEGUN = (Status.WAITING, Status.IN_PROGRESS, Status.EXECUTED)
STATES = (None, *Status)


def lasts_a_day(request):
    """Make what is prescribed expire at the end of tomorrow."""
    request["dispenseRequest"]["validityPeriod"] = {"end": "2026-11-24"}


def bring(service, state, pharmacy):
    """A prescription brought to *state* by HTTP alone, a proposal standing; None: no number."""
    number = a_number()
    if state is None:
        return number
    if state is Status.WAITING:
        body = delivery(number, deferred="Réseau coupé")
        service.act(number, "execute", body, claims=pharmacy, key="begun")
        return number
    service.issue(spoil(ordonnance(number), lasts_a_day))
    service.act(number, "propose", proposal(number), claims=pharmacy, key="proposed")
    boxes = {Status.IN_PROGRESS: 1, Status.EXECUTED: 2}.get(state)
    if boxes is not None:
        body = delivery(number, boxes=boxes)
        service.act(number, "execute", body, claims=pharmacy, key="begun")
    if state is Status.CANCELLED:
        service.act(number, "cancel", cancelling(), claims=DOCTOR.claims, key="end")
    if state is Status.REPLACED:
        body = ordonnance(a_number())
        service.act(number, "replace", body, claims=DOCTOR.claims, key="end")
    if state is Status.EXPIRED:
        service.clock.advance(days=2)
    return number


def stands(service, number, pharmacy):
    """Where the prescription stands, as the pharmacy that may execute it reads it."""
    read = service.read(number, claims=pharmacy)
    return Status(read.json["businessStatus"]["coding"][0]["code"])


def body_of(service, number, operation, state):
    """What each operation says, so that nothing but its state or its caller may stop it."""
    rank = 1 if state is Status.WAITING else 2  # the proposal came first
    now = service.clock.at
    a_patient = {
        "name": "patient",
        "valueIdentifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": MARC.ins.value},
    }
    cause = {"name": "cause", "valueCode": "CORRECTION"}
    reason = {"name": "reason", "valueString": "Mauvais dossier ouvert"}
    is_awaited = state in (None, Status.WAITING)
    bodies = {
        "issue": lambda: ordonnance(number, at=now),
        "reserve": lambda: b"",
        "release": lambda: b"",
        "execute": lambda: delivery(
            number, at=now, boxes=1, **({"deferred": "Réseau coupé"} if is_awaited else {})
        ),
        "correct": lambda: correction(number, rank, at=now),
        "undo": lambda: regret(number, rank),
        "propose": lambda: proposal(number),
        "reply": lambda: answer(number),
        "cancel": cancelling,
        "replace": lambda: ordonnance(a_number(at=now), at=now),
        "object": lambda: parameters({"name": "objection", "valueBoolean": True}),
        "identify": lambda: parameters(a_patient, cause, reason),
    }
    return bodies[operation]()


def ask(service, number, operation, claims, state):
    """The answer to *operation*, asked by who bears *claims*."""
    if operation == "consult":
        return service.read(number, claims=claims, whole=True)
    body = body_of(service, number, operation, state)
    if operation == "issue":
        return service.issue(body, claims=claims, key="asked")
    return service.act(number, operation, body, claims=claims, key="asked")


def expected(operation, state, role):
    """The code that the table gives; « done » where it allows."""
    rule = OPERATIONS[operation]
    is_known = state not in (None, Status.WAITING) or operation in ("issue", "execute")
    is_recorder = role is Role.EXECUTOR and state is Status.WAITING
    reasons = [
        ("NUMBER_UNKNOWN", not is_known and not is_recorder),
        ("ROLE_NOT_ALLOWED", role not in rule.roles),
        ("EXECUTION_UNKNOWN", Relation.RECORDER in rule.relation and state not in BEGUN),
        (rule.refused[state].code if state in rule.refused else "", state in rule.refused),
        # Two days have gone by.
        (
            "OBJECTION_TOO_LATE",
            operation == "object" and role is Role.PRESCRIBER and state is Status.EXPIRED,
        ),
    ]
    return next((code for code, is_so in reasons if is_so), "done")


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: "nothing" if state is None else state)
def test_each_role_is_answered_what_the_table_says(service, operation, state):  # TLS-11, TLS-13
    pharmacy = {**PHARMACIST.claims, "am": f"7524{next(SITES):05}"}
    everybody = {**CLAIMS, Role.EXECUTOR: pharmacy}
    told, after = {}, set()

    for role in Role:
        service.clock.at = NOW
        number = bring(service, state, pharmacy)
        told[role] = code_of(ask(service, number, operation, everybody[role], state))
        if told[role] == "done":
            after.add(stands(service, number, pharmacy))

    assert told == {role: expected(operation, state, role) for role in Role}
    assert after <= set(OPERATIONS[operation].leads.get(state, ()))
