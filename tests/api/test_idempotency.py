import json

import pytest

from api.papers import cancelling, delivery, ordonnance, regret, spoil
from api.services import code_of
from builders import a_number
from ordonnance.simulation.population import DOCTOR, OTHER_PHARMACIST, PHARMACIST


@pytest.fixture
def number(service):
    """A prescription of two boxes, just issued."""
    number = a_number()
    service.issue(ordonnance(number))
    return number


def commands(number):
    """The four writings of a prescription's life, in order: how to send each, and its answer."""
    return [
        ("issue", ordonnance(number), DOCTOR.claims, 201),
        ("execute", delivery(number), PHARMACIST.claims, 201),
        ("undo", regret(number), PHARMACIST.claims, 200),
        ("cancel", cancelling(), DOCTOR.claims, 200),
    ]


def send(service, number, operation, body, claims, *, key="the same key"):
    if operation == "issue":
        return service.issue(body, key=key, claims=claims)
    return service.act(number, operation, body, claims=claims, key=key)


def test_a_repeated_command_gets_the_first_answer_to_the_byte(service):  # TLS-12
    number = a_number()
    first = []
    for operation, body, claims, status in commands(number):
        answer = send(service, number, operation, body, claims)
        assert (answer.status_code, "idempotent-replayed" in answer.headers) == (status, False)
        first.append(answer)
        service.clock.advance(hours=1) if operation == "undo" else None
    held = service.count_rows()
    service.clock.advance(days=200)

    for answer, (operation, body, claims, status) in zip(first, commands(number), strict=True):
        again = send(service, number, operation, body, claims)
        assert again.status_code == status
        assert again.headers["idempotent-replayed"] == "true"
        assert again.headers["etag"] == answer.headers["etag"]
        assert again.headers.get("location") == answer.headers.get("location")
        assert again.content == answer.content
    assert service.count_rows() == held


def test_the_same_key_with_another_body_is_refused(service):  # TLS-12
    number = a_number()
    for operation, body, claims, _ in commands(number):
        send(service, number, operation, body, claims)
    held = service.count_rows()

    for operation, body, claims, _ in commands(number):
        again = send(service, number, operation, body + b" ", claims)
        assert (again.status_code, code_of(again)) == (422, "IDEMPOTENCY_KEY_REUSED")
        assert "idempotent-replayed" not in again.headers
    assert service.count_rows() == held


def test_a_key_belongs_to_its_sender(service, number):  # TLS-12
    body = delivery(number)
    service.act(number, "execute", body, key="k")

    other = service.act(number, "execute", body, key="k", claims=OTHER_PHARMACIST.claims)

    assert other.status_code == 201
    assert "idempotent-replayed" not in other.headers
    assert other.json["output"][1]["valueIdentifier"]["value"] == f"{number}-E2"


def test_a_key_belongs_to_its_number_and_its_operation(service, number):  # TLS-12
    other = a_number()
    service.issue(ordonnance(other))

    answers = [
        service.act(number, "execute", delivery(number), key="k"),
        service.act(other, "execute", delivery(other), key="k"),
        service.act(number, "undo", regret(number), key="k"),
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 200]


def test_colleagues_of_one_site_send_as_one(service, number):  # TLS-4
    colleague = {"role": "executor", "profession": "G15_39", "am": PHARMACIST.am.value}
    first = service.act(number, "execute", delivery(number))

    again = service.act(number, "execute", delivery(number), claims=colleague)

    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content


def test_a_refusal_is_not_remembered(service, number):  # TLS-12
    wrong = delivery(number, line=7)

    first = service.act(number, "execute", wrong, key="k")
    second = service.act(number, "execute", wrong, key="k")
    corrected = service.act(number, "execute", delivery(number), key="k")

    assert [code_of(first), code_of(second), code_of(corrected)] == [
        "LINE_UNKNOWN",
        "LINE_UNKNOWN",
        "done",
    ]


def test_the_professional_decides_under_the_same_key(service, number):  # TLS-12, TLS-26
    override = ("RIGHTS_EXHAUSTED", "Boîte perdue, le patient part demain")

    refused = service.act(number, "execute", delivery(number, boxes=3), key="k")
    decided = service.act(number, "execute", delivery(number, boxes=3, override=override), key="k")

    assert (code_of(refused), code_of(decided)) == ("RIGHTS_EXHAUSTED", "done")
    assert decided.json["output"][0]["valueIdentifier"]["value"] == f"{number}-E1"


def test_a_replay_is_not_given_to_who_may_no_longer_ask(service, number):  # TLS-12
    body = delivery(number)
    service.act(number, "execute", body, key="k")
    stranger = {**PHARMACIST.claims, "profession": "G15_60"}

    again = service.act(number, "execute", body, key="k", claims=stranger)

    assert (again.status_code, code_of(again)) == (403, "KIND_NOT_ALLOWED")


def test_a_number_taken_by_somebody_else_stays_theirs(service, number):  # TLS-2
    held = service.count_rows()

    other_key = service.issue(ordonnance(number), key="another key")
    other_body = service.issue(
        spoil(ordonnance(number), lambda line: line["dosageInstruction"][0].update(text="2")),
        key="another key",
    )

    assert [code_of(other_key), code_of(other_body)] == ["NUMBER_TAKEN", "NUMBER_TAKEN"]
    assert service.count_rows() == held


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("k", "done"),
        ("k" * 64, "done"),
        ("a key with spaces ~!", "done"),
        ("é", "IDEMPOTENCY_KEY_MISSING"),
        ("k" * 65, "IDEMPOTENCY_KEY_MISSING"),
        ("", "IDEMPOTENCY_KEY_MISSING"),
        ("a\tb", "IDEMPOTENCY_KEY_MISSING"),
        (None, "IDEMPOTENCY_KEY_MISSING"),
    ],
)
def test_a_key_has_1_to_64_printable_characters(service, number, key, code):  # TLS-12
    assert code_of(service.act(number, "execute", delivery(number), key=key)) == code


@pytest.mark.parametrize("operation", ["issue", "execute", "undo", "cancel"])
def test_every_writing_needs_a_key(service, number, operation):  # TLS-12
    service.act(number, "execute", delivery(number), key="k")
    wanted = number if operation != "issue" else a_number()
    [(_, body, claims, _)] = [one for one in commands(wanted) if one[0] == operation]

    answer = send(service, wanted, operation, body, claims, key=None)

    assert (answer.status_code, code_of(answer)) == (400, "IDEMPOTENCY_KEY_MISSING")


def test_readings_need_no_key(service, number):
    assert code_of(service.read(number)) == "done"
    assert code_of(service.read(number, whole=True)) == "done"


def test_what_the_sdk_repeats_is_told(service):
    number = a_number()

    with service.enter(DOCTOR.claims) as doctor:
        first = doctor.issue(ordonnance(number), key="k")
        again = doctor.issue(ordonnance(number), key="k")

    assert (first.is_replay, again.is_replay) == (False, True)
    assert json.dumps(again.resource) == json.dumps(first.resource)
