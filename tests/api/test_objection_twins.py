"""Under objection, every operation and every view of a prescriber, on twins."""

from datetime import timedelta
from functools import partial
from itertools import product

import pytest

from acts import a_procedure, a_supply_delivery, sent, why
from api.lives import answer, correction, parameters, proposal, say
from api.papers import cancelling, delivery, regret
from api.services import THE_PATIENT
from api.test_acts import KINE, LABORATORY, LPP
from api.twins import OTHER_DOCTOR, STATUSES, Twin, Twins, every_reading
from builders import NOW
from objections import a_consent, identifying, objecting
from ordonnance.simulation.population import MARC, OTHER_PHARMACIST, PHARMACIST
from ordonnance.usecases import search as usecase

PHARMACY, OTHER_PHARMACY = PHARMACIST.claims, OTHER_PHARMACIST.claims
CAISSE = {"role": "cpam", "cpam": "33"}
OBJECTED = a_consent("opposition")
OUTAGE = "Téléservice injoignable"
LOST = ("RIGHTS_EXHAUSTED", "Boîtes perdues par le patient")


def wait_for_it(twins):
    """Two sites deliver before the prescription comes; one corrects, another takes back."""
    late = {"at": twins.service.clock.at, "deferred": OUTAGE}
    twins.service.clock.advance(hours=1)
    for claims in (PHARMACY, OTHER_PHARMACY):
        twins.execute(claims, "execute", lambda it: delivery(it, boxes=2, **late))
    twins.execute(PHARMACY, "correct", lambda it: correction(it, 1, **late))
    twins.execute(PHARMACY, "execute", lambda it: delivery(it, line=9, **late))
    twins.execute(PHARMACY, "undo", lambda it: regret(it, 4))


def carry_out(twins, first):
    """All that is done about every line, in every way; *first* is the rank of the next fact."""
    at, ins = twins.service.clock.at, twins.executed.patient.ins
    whom = {"identifier": {"system": f"urn:oid:{ins.authority.value}", "value": ins.value}}

    def act(number, line, **more):
        now = twins.service.clock.at.isoformat()
        said = {"subject": whom, "performedDateTime": now, **more}
        return sent(a_procedure(number, line, **said))

    def supply(number):
        now = twins.service.clock.at.isoformat()
        return sent(a_supply_delivery(number, 2, occurrenceDateTime=now))

    twins.execute(PHARMACY, "reserve", lambda it: b"")
    twins.execute(PHARMACY, "release", lambda it: b"")
    twins.execute(OTHER_PHARMACY, "reserve", lambda it: b"")
    by_hand, now = first + 3, {"line": None, "at": at}
    twins.execute(PHARMACY, "execute", lambda it: delivery(it, **now))
    twins.execute(PHARMACY, "correct", lambda it: correction(it, by_hand, **now))
    twins.execute(PHARMACY, "execute", lambda it: delivery(it, not_done="RUPTURE"))
    twins.share(PHARMACY, "propose", proposal)
    lost = {"boxes": 9, "override": LOST, "at": at}
    twins.execute(OTHER_PHARMACY, "execute", lambda it: delivery(it, **lost))
    twins.service.clock.advance(hours=1)
    late = {"boxes": 2, "at": at, "deferred": OUTAGE}
    twins.execute(PHARMACY, "execute", lambda it: delivery(it, **late))
    twins.execute(PHARMACY, "undo", lambda it: regret(it, by_hand))
    twins.execute(LPP, "execute", supply)
    twins.execute(LABORATORY, "execute", lambda it: act(it, 3, status="preparation"))
    twins.execute(LABORATORY, "execute", lambda it: act(it, 3))
    twins.execute(KINE, "execute", lambda it: act(it, 4))
    ended = {"status": "stopped", "statusReason": why("OBJECTIF_ATTEINT")}
    twins.execute(KINE, "execute", lambda it: act(it, 4, **ended))
    twins.share(KINE, "propose", lambda it: proposal(it, 4, "Deux séances de plus par semaine"))


def reply_to(name, twin):
    """The prescriber agrees to what is called that way."""
    said = say("proposal", f"{twin.number}-{name}")
    return parameters(said, {"name": "accepts", "valueBoolean": True})


def refuse_all(twins):
    """Everything that is refused to a prescriber, in whatever state: malformed, not theirs."""
    bodies = (b"", b"{", b"{}", parameters(), parameters(say("reason", "")), objecting())
    names = (
        "issue execute undo correct reserve release propose reply cancel replace object identify"
    )
    for name, body in product(names.split(), bodies):
        if (name, body) != ("object", objecting()):
            yield twins.ask(name, body)
    yield twins.ask("undo", lambda it: regret(it.number))
    yield twins.ask("correct", lambda it: correction(it.number, at=NOW))
    yield twins.ask("propose", lambda it: proposal(it.number))
    yield twins.ask("execute", lambda it: delivery(it.number))
    yield twins.ask("cancel", cancelling(), key=None)
    yield twins.ask("cancel", cancelling(""))
    yield twins.ask("cancel", cancelling(""), claims=OTHER_DOCTOR)
    yield twins.ask("cancel", cancelling("", whole=True))
    for name in ("E1", "D0", "D3", "A0.0", "1"):
        yield twins.ask("reply", partial(reply_to, name))
    yield twins.issue(key="another")


def write_all(twins, end):
    """Everything that a prescriber may write, once, again, and otherwise under the same key."""
    yield twins.issue()
    for name in ("D2", "D1", "D2"):
        yield twins.ask("reply", partial(reply_to, name), key=f"reply-{name}")
    yield twins.ask("reply", lambda it: answer(it.number, 1, accepts=False), key="reply-D1")
    yield twins.ask("object", objecting(), key="object")
    yield twins.ask("identify", identifying(MARC.ins, "FUSION"), key="identify")
    yield twins.ask("identify", identifying(MARC.ins, "FUSION"), key="identify again")
    yield from end(twins)
    yield twins.ask("reply", lambda it: answer(it.number, 1, accepts=False), key="late reply")
    yield twins.issue()


def replace(twins):
    """The prescription is replaced, and its successor, which was awaited, lives."""
    at = twins.service.clock.at
    late = {"at": at, "deferred": OUTAGE}
    twins.service.clock.advance(hours=1)
    twins.execute(PHARMACY, "execute", lambda it: delivery(it, **late), of="successor")

    def new(twin: Twin) -> bytes:
        return twin.ordonnance(twin.successor)

    yield twins.ask("replace", new, key="replace")
    now = {"at": twins.service.clock.at}
    twins.execute(PHARMACY, "execute", lambda it: delivery(it, **now), of="successor")
    yield from every_reading(twins)
    twins.execute(PHARMACY, "undo", regret, of="successor")
    yield twins.ask("replace", new, key="another")
    yield twins.ask("replace", lambda it: it.ordonnance(it.number), key="replace")
    yield twins.ask("cancel", cancelling(whole=True), key="cancel")
    yield twins.ask("cancel", cancelling(whole=True), key="cancel", of="successor")
    yield twins.ask("replace", new, key="replace")
    yield twins.ask("cancel", cancelling(), key="another", of="successor")


def cancel(twins):
    """The prescription is cancelled, as a whole."""
    yield twins.ask("cancel", cancelling(whole=True), key="cancel")
    yield twins.ask("cancel", cancelling(whole=True), key="cancel")
    yield twins.ask("cancel", cancelling(), key="cancel")
    yield twins.ask("cancel", cancelling(), key="another")


def leave(twins):
    """Nothing ends it but time."""
    twins.service.clock.advance(days=370)
    return iter(())


def compare(answers):
    """Both are told the same, and what is told is various enough to mean something."""
    statuses, found = set(), 0
    for executed, untouched in answers:
        assert executed == untouched
        assert executed[0] < 500
        statuses.add(executed[0])
        found += b'"searchset"' in executed[2] and b'"id":"NUMBER"' in executed[2]
    assert statuses >= {200, 201, 400, 403, 404, 405, 409, 422}
    assert found > len(STATUSES)


@pytest.mark.parametrize("end", [replace, cancel, leave])
def test_what_is_executed_shows_in_nothing_a_prescriber_asks(service, end):  # TLS-56
    twins = Twins(service, OBJECTED)
    wait_for_it(twins)

    def live():
        yield twins.issue()
        service.clock.advance(hours=1)
        carry_out(twins, 6)
        yield from every_reading(twins)
        service.clock.advance(hours=1)
        yield from refuse_all(twins)
        yield from write_all(twins, end)
        yield from every_reading(twins)
        yield from refuse_all(twins)
        service.clock.at += timedelta(days=400)
        yield from every_reading(twins)

    compare(live())


@pytest.mark.parametrize("claims", [THE_PATIENT, CAISSE])
def test_nor_once_it_is_stated_afterwards(service, claims):  # TLS-56
    twins = Twins(service)
    wait_for_it(twins)
    twins.issue()
    service.clock.advance(hours=1)
    carry_out(twins, 6)
    [seen, untouched] = twins.send("GET", "/fhir/Task/{0.number}")
    [told, _] = twins.send("GET", "/fhir/DetectedIssue")
    assert (seen != untouched, b"DOUBLE_DELIVERY" in told[2]) == (True, True)
    service.clock.advance(hours=1)

    state(twins, claims)
    compare(iter([*every_reading(twins), *refuse_all(twins), *write_all(twins, replace)]))


def state(twins, claims, *, of="number"):
    """The patient, or the caisse, states the objection on both."""
    for twin in (twins.executed, twins.untouched):
        who = twin.patient.claims if claims == THE_PATIENT else claims
        done = twins.service.act(getattr(twin, of), "object", objecting(), claims=who, key="stated")
        assert done.status_code == 200, done.text


def test_nor_in_the_answer_repeated_of_a_replacement(service):  # TLS-12, TLS-56
    twins = Twins(service)
    twins.issue()
    late = {"at": service.clock.at, "deferred": OUTAGE}
    service.clock.advance(hours=1)
    twins.execute(PHARMACY, "execute", lambda it: delivery(it, **late), of="successor")
    [first, _] = twins.ask("replace", lambda it: it.ordonnance(it.successor))
    state(twins, THE_PATIENT, of="successor")

    executed, untouched = twins.ask("replace", lambda it: it.ordonnance(it.successor))

    assert b"SUCCESSOR-E1" in first[2]
    assert executed == untouched
    assert (executed[0], executed[1]["idempotent-replayed"]) == (201, "true")


@pytest.mark.parametrize("is_stated_first", [True, False])
def test_nor_in_how_many_pages_alerts_are_told(service, monkeypatch, is_stated_first):  # TLS-56
    monkeypatch.setattr(usecase, "PAGE_DOSSIERS_MAX", 2)
    twins = Twins(service, *([OBJECTED] if is_stated_first else []))
    twins.issue()
    lost = {"boxes": 9, "override": LOST, "at": service.clock.at}
    for _ in range(4):
        twins.execute(PHARMACY, "execute", lambda it: delivery(it, **lost))
    if not is_stated_first:
        assert b'"next"' in twins.send("GET", "/fhir/DetectedIssue")[0][2]
        state(twins, THE_PATIENT)
        twins.execute(PHARMACY, "execute", lambda it: delivery(it, **lost))

    executed, untouched = twins.send("GET", "/fhir/DetectedIssue")

    assert executed == untouched
    lift = {"claims": CAISSE, "key": "lift"}
    twins.ask("object", objecting(False), **lift)
    assert b'"next"' in twins.send("GET", "/fhir/DetectedIssue")[0][2]
