"""Cases of what is refused for where a prescription stands, or for what an operation asks."""

from datetime import timedelta
from functools import partial
import json
from typing import Any

from api.lives import proposal
from api.papers import cancelling, delivery, ordonnance, regret, spoil
from api.refusals import (
    ACCEPTED,
    OUTAGE,
    Cases,
    Pair,
    Request,
    a_site,
    add,
    altered,
    changing,
    edited,
    executed,
    form,
    issued,
    must,
)
from api.searches import FORM
from api.services import Service
from builders import a_number
from fhir.bodies import NUMBER, PATIENT, PRACTITIONER, bundle_of
from fhir.bodies import a_line as a_medicine
from fhir.orders import sessions
from objections import identifying, objecting
from ordonnance.domain.identifiers import INS, INSAuthority, PrescriptionNumber
from ordonnance.domain.raised_row import RECORDED
from ordonnance.simulation.population import (
    DOCTOR,
    MARC,
    OTHER_PHARMACIST,
    PHARMACIST,
    Patient,
)

CASES: Cases = {}
ASKED = ("reserve", "propose", "cancel", "replace")


def moved(good: Request, number: PrescriptionNumber) -> Request:
    """The same request about another prescription, its body too."""
    body = (good.body or b"").replace(str(good.number).encode(), number.value.encode())
    return good.but(number=number, body=body)


# Numbers already taken


def taken(service: Service, name: str) -> Pair:
    """The number of another prescription; one that nobody took."""
    good, number = ACCEPTED[name](service), issued(service)
    new = json.loads(good.body or b"")["entry"][-1]["resource"]["groupIdentifier"]["value"]
    return good.but(body=(good.body or b"").replace(new.encode(), number.value.encode())), good


def replaced_by_itself(service: Service, name: str) -> Pair:
    good = ACCEPTED[name](service)
    number = PrescriptionNumber.parse(str(good.number))
    return good.but(body=ordonnance(number, at=service.clock.at)), good


add(CASES, "NUMBER_TAKEN", ("issue", "replace"), taken)
add(CASES, "NUMBER_TAKEN", ("replace",), replaced_by_itself, rank=1)


# Where the prescription stands


def cancelled(service: Service) -> PrescriptionNumber:
    number = issued(service)
    must(service.act(number, "cancel", cancelling(), claims=DOCTOR.claims, key="first"))
    return number


def superseded(service: Service) -> PrescriptionNumber:
    number, body = issued(service), ordonnance(a_number(at=service.clock.at), at=service.clock.at)
    must(service.act(number, "replace", body, claims=DOCTOR.claims, key="first"))
    return number


def over(service: Service, name: str, *, bring: Any) -> Pair:
    """Asked of a prescription that *bring* brought to its end; of one that is open."""
    good, number = ACCEPTED[name](service), bring(service)
    return moved(good, number), good


def undeferred(service: Service, name: str, *, bring: Any) -> Pair:
    """Done now; done before, and told after the event."""
    number, at = bring(service), service.clock.at
    good = Request(
        name=name,
        number=number,
        claims=PHARMACIST.claims,
        body=delivery(number, at=at, deferred=OUTAGE),
    )
    return good.but(body=delivery(number, at=at)), good


for code, bring in (("CANCELLED", cancelled), ("REPLACED", superseded)):
    add(CASES, code, ASKED, partial(over, bring=bring))
    add(CASES, code, ("execute",), partial(undeferred, bring=bring))


def lasts_a_day(resource: dict[str, Any]) -> None:
    resource["dispenseRequest"]["validityPeriod"] = {"end": "2026-11-24"}


def past(service: Service, name: str) -> Pair:
    """Two days later, of a prescription of one day; of one of a year."""
    good = ACCEPTED[name](service)
    number = issued(service, lambda number, at: spoil(ordonnance(number, at=at), lasts_a_day))
    service.clock.advance(days=2)
    return moved(good, number), good


def carried_out(service: Service) -> PrescriptionNumber:
    return executed(service, boxes=2)


def reserved(service: Service) -> PrescriptionNumber:
    number = issued(service)
    must(service.act(number, "reserve", b"", key="first"))
    return number


def reserved_elsewhere(service: Service, name: str) -> Pair:
    """By another site than who reserved; by who did."""
    good = moved(ACCEPTED[name](service), reserved(service))
    return good.but(claims=OTHER_PHARMACIST.claims), good


add(CASES, "EXPIRED", ("reserve", "propose"), past)
add(CASES, "RIGHTS_EXHAUSTED", ("reserve",), partial(over, bring=carried_out))
add(CASES, "RESERVED_ELSEWHERE", ("reserve", "release", "execute"), reserved_elsewhere)


def started(service: Service, name: str) -> Pair:
    """The whole, once something was executed; what remains."""
    number = executed(service)
    good = Request(name=name, number=number, claims=DOCTOR.claims, body=cancelling())
    return good.but(body=cancelling(whole=True)), good


def undone(service: Service, name: str) -> Pair:
    """About an execution that was taken back; about one that stands."""
    good, number = ACCEPTED[name](service), executed(service)
    must(service.act(number, "undo", regret(number), key="before"))
    return moved(good, number), good


add(CASES, "EXECUTION_STARTED", ("cancel",), started)
add(CASES, "ALREADY_UNDONE", RECORDED, undone)


def for_another(service: Service, name: str) -> Pair:
    good = ACCEPTED[name](service)
    body = ordonnance(a_number(at=service.clock.at), at=service.clock.at, patient=MARC)
    return good.but(body=body), good


add(CASES, "PATIENT_MISMATCH", ("replace",), for_another)


# What the operation asks for


def mixed(number: PrescriptionNumber, **_: Any) -> bytes:
    """An ordonnance of a medicine, then of sessions."""
    body = bundle_of(PATIENT, PRACTITIONER, a_medicine(), sessions())
    return body.replace(NUMBER.encode(), number.value.encode())


def of_other_kind(service: Service, name: str) -> Pair:
    number = issued(service, mixed)
    good = Request(name=name, number=number, claims=PHARMACIST.claims, body=proposal(number))
    return good.but(body=proposal(number, 2)), good


def of_no_line(service: Service, name: str) -> Pair:
    number = issued(service)
    good = Request(name=name, number=number, claims=PHARMACIST.claims, body=proposal(number))
    return good.but(body=proposal(number, 2)), good


add(CASES, "KIND_NOT_ALLOWED", ("propose",), of_other_kind, rank=1)
add(CASES, "LINE_UNKNOWN", ("propose",), of_no_line)


def next_day(service: Service, name: str) -> Pair:
    """The prescriber, the day after; the day of writing."""
    good = Request(name=name, number=issued(service), claims=DOCTOR.claims, body=objecting())
    return good.but(at=service.clock.at + timedelta(days=1)), good.but(at=service.clock.at)


add(CASES, "OBJECTION_TOO_LATE", ("object",), next_day)


def unreasoned(_: Service, good: Request) -> Request:
    """The same, its reason blank."""

    def change(said: dict[str, Any]) -> None:
        [reason] = [one for one in said["parameter"] if one["name"] == "reason"]
        reason["valueString"] = " "

    return good.but(body=edited(good.body, change))


def absent(_: Service, good: Request) -> Request:
    return good.but(headers={"Content_Type": FORM})


add(CASES, "REASON_MISSING", ("undo", "cancel", "identify"), altered(unreasoned))
add(CASES, "REASON_MISSING", ("correct",), altered(unreasoned), rank=1)
add(CASES, "REASON_MISSING", ("search",), altered(absent))

MISTYPED = INS("279035121518988", INSAuthority.TEST)
NOBODY = Patient(ins=MISTYPED, family="ESSAI", given="Anne", born_on="1979-03-14", gender="female")
add(CASES, "INS_INVALID", ("identify",), changing(body=identifying(MISTYPED)))
add(CASES, "INS_INVALID", ("search",), changing(body=form(NOBODY)))


def crowded(service: Service, name: str) -> Pair:
    """The hundred and first paper of a site without its ordonnance; that of another site."""
    first, second = a_site(), a_site()
    for _ in range(100):
        number = a_number()
        done = delivery(number, deferred=OUTAGE)
        must(service.act(number, "execute", done, claims=first))
    number = a_number()
    good = Request(name=name, number=number, claims=second, body=delivery(number, deferred=OUTAGE))
    return good.but(claims=first), good


add(CASES, "TOO_MANY_REQUESTS", ("execute",), crowded)
