"""Every writing operation sent again, once everything else has happened, on both engines."""

import json

from api.lives import answer, correction, proposal
from api.papers import TWO_BOXES, cancelling, delivery, ordonnance, regret
from api.services import THE_PATIENT, code_of
from builders import NOW, a_number
from objections import identifying, objecting
from ordonnance.simulation.population import DOCTOR, MARC, OTHER_PHARMACIST, PHARMACIST

DOCTORS, PHARMACY, OTHER = DOCTOR.claims, PHARMACIST.claims, OTHER_PHARMACIST.claims
CAISSE = {"role": "cpam", "cpam": "33"}
LATE = {"at": NOW, "deferred": "Téléservice injoignable"}


def life_of(number, new):
    """Each request of a life, in order: operation, number, body, who; no two share a scope."""
    return [
        ("execute", number, delivery(number, boxes=1, **LATE), PHARMACY),
        ("correct", number, correction(number, 1, **LATE), PHARMACY),
        ("issue", number, ordonnance(number, TWO_BOXES, TWO_BOXES), DOCTORS),
        ("reserve", number, b"", OTHER),
        ("release", number, b"", OTHER),
        ("propose", number, proposal(number), OTHER),
        ("reply", number, answer(number), DOCTORS),
        ("execute", number, delivery(number, boxes=3, **LATE), OTHER),
        ("object", number, objecting(), THE_PATIENT),
        ("object", number, objecting(False), CAISSE),
        ("undo", number, regret(number, 1), PHARMACY),
        ("identify", number, identifying(MARC.ins, "FUSION"), CAISSE),
        ("replace", number, ordonnance(new), DOCTORS),
        ("cancel", new, cancelling(), DOCTORS),
        ("identify", new, identifying(MARC.ins), DOCTORS),
    ]


def send(service, request, body=None):
    """The answer to a request, all under one key."""
    operation, number, own, claims = request
    sent = own if body is None else body
    if operation == "issue":
        return service.issue(sent, claims=claims, key="one key for all")
    return service.act(number, operation, sent, claims=claims, key="one key for all")


def test_whatever_is_sent_again_has_its_first_answer_and_writes_nothing(service):  # TLS-12
    number, new = a_number(), a_number()
    requests = life_of(number, new)
    service.clock.advance(hours=1)
    first = []
    for request in requests:
        first.append(send(service, request))
        service.clock.advance(minutes=1)
    assert {answer.status_code for answer in first} == {200, 201, 202}
    service.clock.advance(days=40)
    rows = service.count_rows()

    again = [send(service, request) for request in requests]

    for before, after in zip(first, again, strict=True):
        headers = {**before.headers, "idempotent-replayed": "true"}
        assert (after.status_code, after.content) == (before.status_code, before.content)
        assert dict(after.headers) == headers
    assert service.count_rows() == rows


def test_another_body_under_the_same_key_is_another_request(service):  # TLS-12
    number, new = a_number(), a_number()
    requests = life_of(number, new)
    service.clock.advance(hours=1)
    for request in requests:
        send(service, request)
    rows = service.count_rows()

    for request in requests:
        operation, _, body, _ = request
        empty = b'{"resourceType":"Parameters"}'
        other = json.dumps(json.loads(body), indent=1).encode() if body else empty
        assert code_of(send(service, request, other)) == "IDEMPOTENCY_KEY_REUSED", operation
    assert service.count_rows() == rows


def test_a_successor_is_issued_once_by_whichever_way_it_is_sent(service):  # TLS-12, TLS-52
    number, new = a_number(), a_number()
    body = ordonnance(new)
    service.issue(ordonnance(number))
    replaced = send(service, ("replace", number, body, DOCTORS))

    # The same body and key as an issue: it is there, and that is the answer.
    issued = send(service, ("issue", new, body, DOCTORS))
    other_key = service.issue(body, key="another key")
    crosswise = service.act(new, "replace", ordonnance(number), claims=DOCTORS)

    assert (issued.status_code, issued.content) == (201, replaced.content)
    assert issued.headers["idempotent-replayed"] == "true"
    assert (code_of(other_key), code_of(crosswise)) == ("NUMBER_TAKEN", "NUMBER_TAKEN")
    # Issued first, it replaces nothing: the former stands, and the patient has one or the other.
    third, fourth = a_number(), a_number()
    service.issue(ordonnance(third))
    send(service, ("issue", fourth, ordonnance(fourth), DOCTORS))
    refused = send(service, ("replace", third, ordonnance(fourth), DOCTORS))
    assert code_of(refused) == "NUMBER_TAKEN"
    assert service.read(third).json["status"] == "requested"


def test_a_chain_of_replacements_is_told_link_by_link(service):  # TLS-12, TLS-52
    first, second, third = a_number(), a_number(), a_number()
    service.issue(ordonnance(first))
    links = [(first, second), (second, third)]
    requests = [("replace", old, ordonnance(new), DOCTORS) for old, new in links]
    answers = [send(service, request) for request in requests]
    service.act(third, "cancel", cancelling(), claims=DOCTORS)

    again = [send(service, request) for request in requests]

    assert [one.content for one in again] == [one.content for one in answers]
    for old, new in links:
        refused = service.act(old, "execute", delivery(old), key="sale")
        assert (code_of(refused), str(new) in refused.text) == ("REPLACED", True)
        late = delivery(old, at=NOW, deferred="Téléservice injoignable")
        assert service.act(old, "execute", late, key="late").status_code == 201
