"""A prescription's whole life through the SDK, and the workflow's table against HTTP."""

import pytest

from api.lives import answer, correction, outputs_of, proposal
from api.papers import cancelling, delivery, ordonnance, spoil
from api.services import code_of
from builders import a_number
from ordonnance.domain.rights import Status
from ordonnance.domain.workflow import OPERATIONS
from ordonnance.simulation.population import DOCTOR, PHARMACIST


def bring(service, state):
    """A prescription brought to *state*, by HTTP alone."""
    number = a_number()
    if state is Status.WAITING:
        service.act(number, "execute", delivery(number, deferred="Réseau coupé"), key="wait")
        return number
    service.issue(spoil(ordonnance(number), lasts_a_day))
    boxes = {Status.IN_PROGRESS: 1, Status.EXECUTED: 2}.get(state)
    if boxes is not None:
        service.act(number, "execute", delivery(number, boxes=boxes), key="some")
    if state is Status.CANCELLED:
        service.act(number, "cancel", cancelling(), claims=DOCTOR.claims, key="end")
    if state is Status.REPLACED:
        body = ordonnance(a_number())
        service.act(number, "replace", body, claims=DOCTOR.claims, key="end")
    if state is Status.EXPIRED:
        service.clock.advance(days=2)
    return number


def lasts_a_day(request):
    """Make what is prescribed expire at the end of tomorrow."""
    request["dispenseRequest"]["validityPeriod"] = {"end": "2026-11-24"}


def attempts(service, number):
    """How each operation of a life is asked: its body, by whom."""
    now = service.clock.at
    return {
        "reserve": (b"", PHARMACIST),
        "release": (b"", PHARMACIST),
        "propose": (proposal(number), PHARMACIST),
        "replace": (ordonnance(a_number(at=now), at=now), DOCTOR),
        "cancel": (cancelling(), DOCTOR),
    }


@pytest.mark.parametrize("state", Status)
@pytest.mark.parametrize("operation", ["reserve", "release", "propose", "replace", "cancel"])
def test_a_state_refuses_what_the_workflow_says(service, operation, state):  # TLS-13
    number = bring(service, state)
    body, who = attempts(service, number)[operation]

    done = service.act(number, operation, body, claims=who.claims)

    expected = OPERATIONS[operation].refused.get(state)
    assert code_of(done) == ("done" if expected is None else expected.code)


@pytest.mark.parametrize("state", [Status.TO_EXECUTE, Status.CANCELLED, Status.EXPIRED])
def test_an_answer_is_given_in_any_state(service, state):  # TLS-54
    number = a_number()
    service.issue(spoil(ordonnance(number), lasts_a_day))
    service.act(number, "propose", proposal(number))
    if state is Status.CANCELLED:
        service.act(number, "cancel", cancelling(), claims=DOCTOR.claims)
    if state is Status.EXPIRED:
        service.clock.advance(days=2)

    assert service.act(number, "reply", answer(number), claims=DOCTOR.claims).status_code == 200


def test_a_whole_life_through_the_sdk(service):  # TLS-50, TLS-51, TLS-52, TLS-54
    number, new = a_number(), a_number()
    with service.enter(DOCTOR.claims) as doctor, service.enter(PHARMACIST.claims) as pharmacy:
        replies = [
            doctor.issue(ordonnance(number), key="1"),
            pharmacy.reserve(number, key="2"),
            pharmacy.release(number, key="3"),
            pharmacy.propose(number, proposal(number), key="4"),
            doctor.reply(number, answer(number), key="5"),
            pharmacy.execute(number, delivery(number, boxes=2), key="6"),
            pharmacy.correct(number, correction(number, 5), key="7"),
            doctor.replace(number, ordonnance(new), key="8"),
            pharmacy.execute(number, delivery(number), key="9"),
        ]

    assert [reply.status for reply in replies] == [201, 200, 200, 200, 200, 201, 200, 201, 409]
    assert replies[-1].refusal == "REPLACED"


def test_what_was_just_recorded_is_the_last_output(service):  # TLS-33, TLS-54
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "propose", proposal(number))

    done = service.act(number, "execute", delivery(number))

    assert [one["valueString"] for one in outputs_of(done, "receipt")] == [
        done.json["output"][-1]["valueString"]
    ]
