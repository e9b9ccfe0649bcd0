"""The patient's objection over HTTP: stated, lifted, and what prescribers see meanwhile."""

from itertools import count

import pytest

from api.papers import cancelling, delivery, ordonnance, regret
from api.services import ANOTHER_PATIENT, THE_PATIENT, code_of, sentence_of
from builders import a_number
from objections import a_consent, consenting, identifying, objecting
from ordonnance.simulation.population import DOCTOR, MARC, NURSE, OTHER_PHARMACIST, PHARMACIST

CAISSE = {"role": "cpam"}
OTHER_DOCTOR = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}
PRESCRIBERS = (DOCTOR.claims, OTHER_DOCTOR)
OBJECTED = a_consent("opposition")
_keys = count(1)


def issued(service, *consents):
    """The number of a prescription of two boxes, just issued."""
    number = a_number()
    assert service.issue(consenting(ordonnance(number), *consents)).status_code == 201
    return number


def state(service, number, *, objects=True, claims=THE_PATIENT):
    """The answer to ``$object``, under a key of its own."""
    key = f"object-{next(_keys)}"
    return service.act(number, "object", objecting(objects), claims=claims, key=key)


def executions_of(result):
    """The executions that a Task shows."""
    outputs = result.json.get("output", [])
    return [one["valueIdentifier"]["value"] for one in outputs if "valueIdentifier" in one]


def objection_of(result):
    """Whether a Task says that an objection stands."""
    return any(one["url"].endswith("/objection") for one in result.json.get("extension", []))


@pytest.mark.parametrize("claims", [THE_PATIENT, CAISSE, DOCTOR.claims])
def test_an_objection_hides_at_once_what_was_executed_before(service, claims):  # TLS-55, TLS-56
    number = issued(service)
    service.act(number, "execute", delivery(number))
    before = service.read(number, claims=DOCTOR.claims)

    stated = state(service, number, claims=claims)

    assert (before.json["status"], executions_of(before)) == ("in-progress", [f"{number}-E1"])
    assert stated.status_code == 200
    assert objection_of(stated)
    assert executions_of(stated) == ([] if claims == DOCTOR.claims else [f"{number}-E1"])
    for reader in PRESCRIBERS:
        seen = service.read(number, claims=reader, Reason="Suivi")
        whole = service.read(number, claims=reader, Reason="Suivi", whole=True)
        assert (seen.json["status"], executions_of(seen)) == ("requested", [])
        assert objection_of(seen)
        assert seen.headers["etag"] == 'W/"2-opposition"' != before.headers["etag"]
        assert "MedicationDispense" not in whole.text


def test_those_who_execute_and_the_patient_see_everything(service):  # TLS-56
    number = issued(service, OBJECTED)
    service.act(number, "execute", delivery(number))

    for claims in (PHARMACIST.claims, OTHER_PHARMACIST.claims, THE_PATIENT):
        seen = service.read(number, claims=claims)
        assert executions_of(seen) == [f"{number}-E1"]
        assert objection_of(seen)
        assert seen.headers["etag"] == 'W/"2"'
        assert "MedicationDispense" in service.read(number, claims=claims, whole=True).text


def test_an_objection_lifted_shows_everything_again(service):  # TLS-56
    number = issued(service, OBJECTED)
    service.act(number, "execute", delivery(number))

    lifted = state(service, number, objects=False, claims=CAISSE)

    seen = service.read(number, claims=DOCTOR.claims)
    assert not objection_of(lifted)
    assert (executions_of(seen), seen.headers["etag"]) == ([f"{number}-E1"], 'W/"3"')


def test_who_lifts_their_own_objection_sees_at_once(service):  # TLS-56
    number = issued(service, OBJECTED)
    service.act(number, "execute", delivery(number))
    send = {"claims": DOCTOR.claims, "key": "lift"}

    lifted = service.act(number, "object", objecting(False), **send)
    again = service.act(number, "object", objecting(False), **send)

    assert executions_of(lifted) == [f"{number}-E1"]
    assert (again.content, again.headers["etag"]) == (lifted.content, lifted.headers["etag"])


def test_the_prescriber_has_the_day_and_lifts_only_their_own(service):  # TLS-55
    number = issued(service)
    state(service, number)

    theirs = state(service, number, objects=False, claims=DOCTOR.claims)
    service.clock.advance(hours=14)
    late = state(service, number, claims=DOCTOR.claims)

    assert (theirs.status_code, code_of(theirs)) == (403, "ROLE_NOT_ALLOWED")
    assert (late.status_code, code_of(late)) == (422, "OBJECTION_TOO_LATE")
    assert "caisse" in sentence_of(late)
    assert state(service, number, objects=False).status_code == 200


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (PHARMACIST.claims, "ROLE_NOT_ALLOWED"),
        (NURSE.claims, "ROLE_NOT_ALLOWED"),
        ({"role": "operator"}, "ROLE_NOT_ALLOWED"),
        (OTHER_DOCTOR, "NOT_THE_PRESCRIBER"),
        (ANOTHER_PATIENT, "NOT_THE_PATIENT"),
    ],
)
def test_nobody_else_objects(service, claims, code):  # TLS-55, TLS-11
    number = issued(service)

    assert code_of(state(service, number, claims=claims)) == code
    assert not objection_of(service.read(number))


def test_an_objection_of_no_form_is_refused(service):  # TLS-55
    number = issued(service)

    refused = service.act(number, "object", b'{"resourceType":"Parameters"}', claims=THE_PATIENT)

    assert (refused.status_code, code_of(refused)) == (400, "ELEMENT_MISSING")
    assert code_of(state(service, a_number())) == "NUMBER_UNKNOWN"


def test_a_consent_that_is_not_understood_is_told(service):  # TLS-55
    number = a_number()

    answer = service.issue(consenting(ordonnance(number), a_consent("refus")))

    [note] = answer.json["note"]
    assert answer.status_code == 201
    assert note["extension"][0]["valueCode"] == "CONSENT_UNREAD"
    assert '"refus"' in service.read(number, whole=True).text


# Two prescriptions live the same days, but that only one of them is executed.


class Pair:
    """One prescription that is executed, another that is not: what is told of each."""

    def __init__(self, service, *consents):
        self.service = service
        self.executed, self.untouched = a_number(), a_number()
        self._consents = consents
        self._at = service.clock.at
        self._keys = count(1)

    def execute(self, operation, write, *, claims=PHARMACIST.claims):
        """Something done about one of them; it must be recorded."""
        body = write(self.executed)
        key = f"act-{next(self._keys)}"
        done = self.service.act(self.executed, operation, body, claims=claims, key=key)
        assert done.status_code in (200, 201, 202)

    def issue(self, key="issue"):
        """What the prescriber is told of both when they are issued."""
        return self._tell(
            lambda number: self.service.issue(
                consenting(ordonnance(number, at=self._at), *self._consents), key=key
            )
        )

    def ask(self, operation, body, *, claims=DOCTOR.claims, key="ask"):
        """What is told of both when the same is asked."""
        return self._tell(
            lambda number: self.service.act(number, operation, body, claims=claims, key=key)
        )

    def read(self, *, claims=DOCTOR.claims, **more):
        """What is told of both when they are read."""
        return self._tell(lambda number: self.service.read(number, claims=claims, **more))

    def _tell(self, ask):
        """Status, headers and bytes of both answers; only the number may differ."""
        told = []
        for number in (self.executed, self.untouched):
            answer = ask(number)
            text = answer.content.replace(number.value.encode(), b"NUMBER")
            headers = {
                name: value.replace(number.value, "NUMBER")
                for name, value in answer.headers.items()
            }
            told.append((answer.status_code, headers, text))
        return told


def read_all(pair):
    """What every prescriber is told by every reading."""
    for claims in PRESCRIBERS:
        for whole in (False, True):
            yield pair.read(claims=claims, whole=whole, Reason="Suivi")
            yield pair.read(claims=claims, whole=whole)


def ask_all(pair):
    """What the prescriber is told by everything that may be asked, allowed, repeated or refused."""
    yield pair.issue()
    yield pair.issue(key="another")
    yield pair.ask("execute", delivery(a_number()))
    yield pair.ask("undo", regret(a_number()))
    yield pair.ask("cancel", cancelling("", whole=True))
    yield pair.ask("cancel", cancelling(whole=True), claims=OTHER_DOCTOR)
    yield pair.ask("identify", identifying(MARC.ins, "FUSION"))
    yield pair.ask("object", objecting())
    yield pair.ask("object", objecting())
    yield pair.ask("object", objecting(False))
    yield pair.ask("object", b"{}")
    yield from read_all(pair)
    yield pair.ask("cancel", cancelling(whole=True))
    yield pair.ask("cancel", cancelling(whole=True))
    yield pair.ask("cancel", cancelling())
    yield pair.ask("cancel", cancelling(), key="another")
    yield from read_all(pair)


def act_all(pair, first):
    """All that pharmacies may do about two boxes; *first* is the rank of the next fact."""
    at = pair.service.clock.at
    decided = ("RIGHTS_EXHAUSTED", "Boîtes perdues par le patient")
    pair.execute("execute", lambda number: delivery(number, at=at))
    pair.execute("undo", lambda number: regret(number, first))
    pair.execute("execute", lambda number: delivery(number, not_done="RUPTURE"))
    pair.execute("execute", lambda number: delivery(number, boxes=1, at=at))
    pair.execute(
        "execute",
        lambda number: delivery(number, boxes=2, override=decided, at=at),
        claims=OTHER_PHARMACIST.claims,
    )
    pair.execute("execute", lambda number: delivery(number, line=None, at=at))


@pytest.fixture
def waiting(service):
    """A pair of which one was executed before it was issued, under objection."""
    pair = Pair(service, OBJECTED)
    at = service.clock.at
    late = "Téléservice injoignable"
    pair.execute("execute", lambda number: delivery(number, deferred=late, at=at))
    pair.execute("execute", lambda number: delivery(number, deferred=late, at=at))
    pair.execute("undo", regret)
    service.clock.advance(minutes=1)
    return pair


def test_a_prescriber_is_told_the_same_to_the_byte(service, waiting):  # TLS-56
    answers = [waiting.issue()]
    service.clock.advance(hours=1)
    act_all(waiting, 4)
    service.clock.advance(hours=1)
    answers += ask_all(waiting)
    service.clock.advance(days=400)
    answers += read_all(waiting)

    assert {status for (status, *_), _ in answers} >= {200, 201, 400, 403, 409, 422}
    for executed, untouched in answers:
        assert executed == untouched


@pytest.mark.parametrize("claims", [THE_PATIENT, CAISSE, DOCTOR.claims])
def test_and_so_of_an_objection_stated_after_the_executions(service, claims):  # TLS-56
    pair = Pair(service)
    first = pair.issue()
    act_all(pair, 1)
    [before, untouched] = pair.read()
    assert before != untouched, "without objection the prescriber sees what was executed"
    service.clock.advance(hours=1)
    [stated, _] = pair.ask("object", objecting(), claims=claims, key="stated")
    assert stated[0] == 200
    service.clock.advance(hours=1)

    answers = [first, *ask_all(pair)]

    assert [answers[1][0][0], answers[1][0][1]["idempotent-replayed"]] == [201, "true"]
    for executed, untouched in answers:
        assert executed == untouched


def test_what_was_answered_before_is_not_told_again(service):  # TLS-12, TLS-56
    number = issued(service)
    service.act(number, "execute", delivery(number))
    send = {"claims": DOCTOR.claims, "key": "cancel"}
    first = service.act(number, "cancel", cancelling(), **send)
    state(service, number)

    again = service.act(number, "cancel", cancelling(), **send)

    assert executions_of(first) == [f"{number}-E1"]
    assert (again.status_code, executions_of(again)) == (200, [])
    assert again.headers["idempotent-replayed"] == "true"
    [line] = again.json["input"]
    assert line["extension"][0]["valueCode"] == "ANNULEE"


def test_without_objection_a_whole_cancellation_is_refused(service):  # TLS-30
    number = issued(service)
    service.act(number, "execute", delivery(number))
    body = cancelling(whole=True)

    refused = service.act(number, "cancel", body, claims=DOCTOR.claims)
    state(service, number)
    done = service.act(number, "cancel", body, claims=DOCTOR.claims)

    assert code_of(refused) == "EXECUTION_STARTED"
    assert done.json["businessStatus"]["coding"][0]["code"] == "ANNULEE"
    # What was executed keeps its place for those who see it.
    assert executions_of(service.read(number)) == [f"{number}-E1"]
