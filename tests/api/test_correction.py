"""Correct an execution over HTTP."""

import hashlib
import json

from joserfc.util import urlsafe_b64decode
import pytest

from api.lives import correction, outputs_of, parameters, say
from api.papers import AMOXICILLIN, cancelling, delivery, ordonnance, regret
from api.services import code_of, sentence_of, told
from builders import a_number, later
from ordonnance.simulation.papers import Ordered
from ordonnance.simulation.population import DOCTOR, MARC, OTHER_PHARMACIST

EXECUTION = "https://ordonnance.example/fhir/NamingSystem/execution"


@pytest.fixture
def number(service):
    """A prescription of two boxes, both delivered."""
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number, boxes=2))
    return number


def remaining(result):
    return [line["extension"][1]["valueQuantity"]["value"] for line in result.json["input"]]


def receipt_of(result):
    """What the receipt of the first execution says."""
    [output] = outputs_of(result, "receipt")
    return json.loads(urlsafe_b64decode(output["valueString"].split(".")[1].encode()))


def test_the_execution_keeps_its_name_and_says_something_else(service, number):  # TLS-51
    body = correction(number)

    done = service.act(number, "correct", body)

    assert (done.status_code, remaining(done)) == (200, [1])
    [execution] = outputs_of(done, "execution")
    assert execution["valueIdentifier"]["value"] == f"{number}-E1"
    whole = service.read(number, whole=True)
    [dispense] = [
        entry["resource"]
        for entry in whole.json["entry"]
        if entry["resource"]["resourceType"] == "MedicationDispense"
    ]
    assert dispense["quantity"]["value"] == 1
    assert dispense["identifier"] == [{"system": EXECUTION, "value": f"{number}-E1"}]


def test_its_receipt_is_over_the_correction(service, number):  # TLS-51, TLS-36
    service.clock.advance(days=2)
    body = correction(number)

    receipt = receipt_of(service.act(number, "correct", body))

    assert receipt["execution"] == f"{number}-E1"
    assert receipt["recorded_at"] == "2026-11-25T09:00:00+00:00"
    assert receipt["body_sha256"] == hashlib.sha256(body).hexdigest()
    assert receipt["lines"] == [{"line": f"{number}-1", "done": True, "quantity": "1"}]
    assert receipt_of(service.read(number)) == receipt


def test_the_last_correction_counts_and_undoing_takes_all_back(service, number):  # TLS-51, TLS-29
    service.act(number, "correct", correction(number, boxes=1), key="1")

    twice = service.act(number, "correct", correction(number, boxes=2), key="2")
    undone = service.act(number, "undo", regret(number))

    assert (remaining(twice), remaining(undone)) == ([0], [2])
    assert "output" not in undone.json
    refused = service.act(number, "correct", correction(number), key="3")
    assert (refused.status_code, code_of(refused)) == (409, "ALREADY_UNDONE")


def test_a_correction_names_the_parameter_in_question(service, number):  # TLS-51, TLS-34
    held = service.count_rows()

    refused = service.act(number, "correct", correction(number, boxes=3))

    place = "Parameters.parameter[2].resource"
    assert told(refused) == (409, ["RIGHTS_EXHAUSTED", "OVERRIDABLE"], place)
    assert "il reste 2 boîtes, vous en délivrez 3" in sentence_of(refused)
    malformed = service.act(number, "correct", correction(number).replace(b'"completed"', b'"x"'))
    assert told(malformed) == (400, ["ELEMENT_INVALID"], f"{place}.status")
    assert place in sentence_of(malformed)
    assert service.count_rows() == held


def test_each_obstacle_hides_those_behind_it(service, number):  # TLS-13
    service.act(number, "correct", correction(number), key="used")
    service.act(number, "undo", regret(number))
    elsewhere = {"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": MARC.ins.value}}
    wrong = json.loads(correction(number, reason="", line=9))
    wrong["parameter"][2]["resource"]["subject"] = elsewhere
    other_patient = json.dumps(wrong).encode()
    mine = correction(number, reason="", line=9)

    def told(body, **more):
        return code_of(service.act(number, "correct", body, **{"key": None, **more}))

    assert told(b"{}", claims=DOCTOR.claims) == "ELEMENT_MISSING"
    assert told(other_patient, claims=DOCTOR.claims) == "ROLE_NOT_ALLOWED"
    unknown = other_patient.replace(b"-E1", b"-E9")
    assert told(unknown, claims=OTHER_PHARMACIST.claims) == "EXECUTION_UNKNOWN"
    assert told(other_patient, claims=OTHER_PHARMACIST.claims) == "NOT_THE_EXECUTOR"
    assert told(other_patient) == "PATIENT_MISMATCH"
    assert told(mine) == "IDEMPOTENCY_KEY_MISSING"
    assert told(mine, key="used") == "IDEMPOTENCY_KEY_REUSED"
    assert told(mine, key="new") == "ALREADY_UNDONE"


def test_a_reason_is_due_before_the_line(service, number):  # TLS-13
    assert code_of(service.act(number, "correct", correction(number, reason=" ", line=9))) == (
        "REASON_MISSING"
    )


def test_what_was_cancelled_since_is_corrected_all_the_same(service, number):  # TLS-51
    service.act(number, "cancel", cancelling(), claims=DOCTOR.claims)
    service.clock.advance(days=400)

    done = service.act(number, "correct", correction(number))

    assert (done.status_code, remaining(done)) == (200, [0])
    late = correction(number, at=later(days=399))
    assert code_of(service.act(number, "correct", late, key="late")) == "EXPIRED"


def test_two_lines_are_corrected_at_once(service):  # TLS-51
    number = a_number()
    line = Ordered(product=AMOXICILLIN, posology="1 le soir", boxes=1)
    service.issue(ordonnance(number, line, line))
    service.act(number, "execute", delivery(number))
    both = [json.loads(correction(number, line=rank))["parameter"][2] for rank in (1, 2)]

    body = parameters(say("execution", f"{number}-E1"), say("reason", "Deux lignes"), *both)

    assert remaining(service.act(number, "correct", body)) == [0, 0]


def test_a_repeated_correction_gets_the_first_answer_to_the_byte(service, number):  # TLS-12
    first = service.act(number, "correct", correction(number))
    service.act(number, "correct", correction(number, boxes=2), key="since")
    held = service.count_rows()
    service.clock.advance(days=3)

    again = service.act(number, "correct", correction(number))

    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert service.count_rows() == held
