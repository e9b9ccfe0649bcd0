import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.util import urlsafe_b64decode
import pytest

from api.papers import AMOXICILLIN, ONE_BOX, TWO_BOXES, delivery, ordonnance, regret, spoil
from api.services import THE_PATIENT, code_of
from builders import NOW, a_number, later
from ordonnance.simulation.papers import Ordered
from ordonnance.simulation.population import DOCTOR, OTHER_PHARMACIST, PHARMACIST

EXECUTION = "https://ordonnance.example/fhir/NamingSystem/execution"


@pytest.fixture
def number(service):
    """A prescription of two boxes, just issued."""
    number = a_number()
    service.issue(ordonnance(number))
    return number


def remaining(result):
    """What remains of each line."""
    return [line["extension"][1]["valueQuantity"]["value"] for line in result.json["input"]]


def states(result):
    """Where the prescription stands, then each line."""
    lines = [line["extension"][0]["valueCode"] for line in result.json["input"]]
    return [result.json["businessStatus"]["coding"][0]["code"], *lines]


def receipts(result):
    """The receipts that a Task shows."""
    return [
        output["valueString"]
        for output in result.json.get("output", [])
        if output["type"]["coding"][0]["code"] == "receipt"
    ]


def test_an_execution_answers_201_and_its_identifier(service, number):  # TLS-31
    done = service.act(number, "execute", delivery(number))

    assert done.status_code == 201
    assert done.headers["location"] == f"/fhir/Task/{number}"
    assert done.headers["etag"] == 'W/"2"'
    assert done.headers["cache-control"] == "no-store"
    assert done.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert done.json["output"][0]["valueIdentifier"] == {
        "system": EXECUTION,
        "value": f"{number}-E1",
    }
    assert (states(done), remaining(done)) == (["EN_COURS", "EN_COURS"], [1])


def test_executions_add_up_until_nothing_remains(service, number):  # TLS-21
    service.act(number, "execute", delivery(number), key="1")
    service.act(number, "execute", delivery(number), key="2", claims=OTHER_PHARMACIST.claims)

    done = service.read(number)

    assert (states(done), remaining(done)) == (["EXECUTEE", "TERMINEE"], [0])
    assert done.headers["etag"] == 'W/"3"'


def test_an_execution_taken_back_gives_its_rights_back(service, number):  # TLS-29
    service.act(number, "execute", delivery(number, boxes=2))

    undone = service.act(number, "undo", regret(number), key="undo")

    assert undone.status_code == 200
    assert "location" not in undone.headers
    assert undone.headers["etag"] == 'W/"3"'
    assert (states(undone), remaining(undone)) == (["A_EXECUTER", "A_EXECUTER"], [2])
    assert "output" not in undone.json


def test_a_line_may_be_not_delivered_and_delivered_later(service, number):  # TLS-31
    refused = service.act(number, "execute", delivery(number, not_done="RUPTURE"), key="1")
    done = service.act(number, "execute", delivery(number, boxes=2), key="2")

    assert (refused.status_code, states(refused)) == (201, ["EN_COURS", "NON_DELIVREE"])
    assert (done.status_code, states(done)) == (201, ["EXECUTEE", "TERMINEE"])


def test_a_line_added_by_hand_takes_no_right(service, number):
    done = service.act(number, "execute", delivery(number, line=None))

    assert (done.status_code, remaining(done)) == (201, [2])


def test_what_the_professional_decides_is_recorded(service, number):  # TLS-26
    override = ("RIGHTS_EXHAUSTED", "Boîte perdue, le patient part demain")

    done = service.act(number, "execute", delivery(number, boxes=3, override=override))

    assert (done.status_code, remaining(done)) == (201, [0])


def test_an_act_recorded_after_the_event_is_never_lost(service, number):  # TLS-27
    service.act(
        number,
        "cancel",
        b'{"resourceType":"Parameters","parameter":[{"name":"reason","valueString":"Erreur"}]}',
        claims=DOCTOR.claims,
    )

    done = service.act(
        number, "execute", delivery(number, deferred="Panne de réseau", at=later(hours=-1))
    )

    assert done.status_code == 201


def test_packs_of_unknown_days_never_exhaust_a_duration(service):  # TLS-21
    number = a_number()
    ten_days = Ordered(product=AMOXICILLIN, posology="1 gélule le soir", days=10)
    service.issue(ordonnance(number, ten_days))

    for key in "12345":
        done = service.act(number, "execute", delivery(number), key=key)
        assert (states(done), remaining(done)) == (["EN_COURS", "EN_COURS"], [10])
    last = service.act(
        number,
        "execute",
        spoil(delivery(number), lambda it: it.update(type={"coding": [{"code": "FFC"}]})),
        key="6",
    )

    assert (states(last), remaining(last)) == (["EXECUTEE", "TERMINEE"], [0])


def test_a_medicine_described_apart_comes_back_with_the_execution(service, number):
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "AMOXICILLINE"}}
    bundle = json.loads(delivery(number))
    bundle["entry"].insert(0, {"resource": medication})
    dispense = bundle["entry"][1]["resource"]
    del dispense["medicationCodeableConcept"]
    dispense["medicationReference"] = {"reference": "Medication/m"}

    service.act(number, "execute", json.dumps(bundle).encode())

    consulted = [entry["resource"] for entry in service.read(number, whole=True).json["entry"]]
    assert consulted[-2] == medication
    assert consulted[-1]["identifier"] == [{"system": EXECUTION, "value": f"{number}-E1"}]


def test_an_act_may_come_before_its_prescription(service):  # TLS-27
    number = a_number()
    late = delivery(number, deferred="Téléservice injoignable", at=later(hours=-2))

    awaited = service.act(number, "execute", late)
    seen = service.read(number)
    stranger = service.read(number, claims=OTHER_PHARMACIST.claims)
    patient = service.read(number, claims=THE_PATIENT)

    assert awaited.status_code == 202
    assert awaited.headers["location"] == f"/fhir/Task/{number}"
    assert awaited.json["status"] == "received"
    assert awaited.json["businessStatus"]["coding"][0]["code"] == "EN_ATTENTE"
    assert awaited.json["output"][0]["valueIdentifier"]["value"] == f"{number}-E1"
    assert "for" not in awaited.json
    assert seen.content == awaited.content
    assert (code_of(stranger), code_of(patient)) == ("NUMBER_UNKNOWN", "NUMBER_UNKNOWN")


def test_the_prescription_then_finds_what_waited_for_it(service):  # TLS-27
    number = a_number()
    late = delivery(number, deferred="Téléservice injoignable", at=later(hours=-2))
    awaited = service.act(number, "execute", late)

    issued = service.issue(ordonnance(number))
    replayed = service.act(number, "execute", late)

    assert (issued.status_code, issued.headers["etag"]) == (201, 'W/"2"')
    assert (states(issued), remaining(issued)) == (["EN_COURS", "EN_COURS"], [1])
    assert replayed.status_code == 202
    assert replayed.content == awaited.content
    assert service.issue(ordonnance(number)).content == issued.content


def test_what_waits_can_be_taken_back(service):  # TLS-29
    number = a_number()
    late = delivery(number, deferred="Téléservice injoignable", at=later(hours=-2))
    service.act(number, "execute", late)

    undone = service.act(number, "undo", regret(number), key="undo")
    issued = service.issue(ordonnance(number))

    assert undone.status_code == 200
    assert remaining(issued) == [2]


def public_key(service):
    """The key that anybody finds in the open, by its identifier."""
    answer = service.send("GET", "/.well-known/jwks.json")
    assert answer.status_code == 200
    [key] = answer.json["keys"]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("OKP", "Ed25519", "EdDSA", "sig")
    assert "d" not in key
    return key["kid"], Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["x"].encode()))


def test_a_receipt_proves_that_one_execution_was_recorded(service, number):  # TLS-36
    body = delivery(number)
    [receipt] = receipts(service.act(number, "execute", body))
    kid, key = public_key(service)

    header, payload, signature = receipt.split(".")
    key.verify(urlsafe_b64decode(signature.encode()), f"{header}.{payload}".encode())

    assert json.loads(urlsafe_b64decode(header.encode())) == {
        "alg": "EdDSA",
        "kid": kid,
        "typ": "ordonnance-receipt+jws",
    }
    said = json.loads(urlsafe_b64decode(payload.encode()))
    assert len(said.pop("body_sha256")) == 64
    assert said == {
        "execution": f"{number}-E1",
        "number": number.value,
        "recorded_at": "2026-11-23T09:00:00+00:00",
        "sender": "332001239",
        "lines": [{"line": f"{number}-1", "done": True, "quantity": "1"}],
    }


def test_a_receipt_altered_proves_nothing(service, number):  # TLS-36
    [receipt] = receipts(service.act(number, "execute", delivery(number)))
    _, key = public_key(service)
    header, payload, signature = receipt.split(".")

    with pytest.raises(InvalidSignature):
        key.verify(urlsafe_b64decode(signature.encode()), f"{header}.{payload[:-1]}".encode())


def test_a_receipt_names_nobody_and_no_product(service, number):  # TLS-36
    [receipt] = receipts(service.act(number, "execute", delivery(number)))

    said = urlsafe_b64decode(receipt.split(".")[1].encode()).decode()

    for secret in ("279035121518989", "ESSAI", "Anne", "AMOXI", "3400933857042", "69118175"):
        assert secret not in said


def test_a_receipt_is_the_same_at_each_reading(service, number):  # TLS-36
    [first] = receipts(service.act(number, "execute", delivery(number), key="1"))
    [replayed] = receipts(service.act(number, "execute", delivery(number), key="1"))
    service.clock.advance(days=3)
    [second, other] = receipts(
        service.act(number, "execute", delivery(number, at=service.clock.at), key="2")
    )

    assert first == replayed == second
    assert first != other


def test_a_receipt_is_for_the_site_that_recorded(service, number):  # TLS-36
    service.act(number, "execute", delivery(number))

    for claims in (OTHER_PHARMACIST.claims, DOCTOR.claims, THE_PATIENT):
        read = service.read(number, claims=claims)
        assert len(read.json["output"]) == 1
        assert receipts(read) == []
    assert len(receipts(service.read(number, claims=PHARMACIST.claims))) == 1


def test_two_lines_are_executed_together_or_not_at_all(service):
    number = a_number()
    service.issue(ordonnance(number, TWO_BOXES, ONE_BOX))
    bundle = json.loads(delivery(number))
    bundle["entry"] += json.loads(delivery(number, line=2, boxes=2))["entry"]

    refused = service.act(number, "execute", json.dumps(bundle).encode())

    assert (code_of(refused), refused.json["issue"][0]["expression"]) == (
        "RIGHTS_EXHAUSTED",
        ["Bundle.entry[1].resource"],
    )
    assert remaining(service.read(number)) == [2, 1]


def test_an_act_of_15_minutes_ago_is_on_time(service, number):  # TLS-27
    on_time = service.act(number, "execute", delivery(number, at=later(minutes=-15)), key="1")
    late = service.act(number, "execute", delivery(number, at=later(minutes=-16)), key="2")

    assert (code_of(on_time), code_of(late)) == ("done", "DEFERRED_REASON_MISSING")
    assert service.clock.at == NOW
