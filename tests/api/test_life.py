"""A prescription's whole life through the SDK."""

import pytest

from api.lives import answer, correction, outputs_of, proposal
from api.papers import cancelling, delivery, ordonnance, spoil
from builders import a_number
from ordonnance.domain.rights import Status
from ordonnance.simulation.population import DOCTOR, PHARMACIST


def expire_tomorrow(request):
    request["dispenseRequest"]["validityPeriod"] = {"end": "2026-11-24"}


@pytest.mark.parametrize("state", [Status.TO_EXECUTE, Status.CANCELLED, Status.EXPIRED])
def test_an_answer_is_given_in_any_state(service, state):  # TLS-54
    number = a_number()
    service.issue(spoil(ordonnance(number), expire_tomorrow))
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
