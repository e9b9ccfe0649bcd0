"""Cases of what is refused of any request: its form, who sends it, what number it is about."""

from datetime import timedelta
from typing import Any

from api.lives import proposal
from api.papers import delivery, ordonnance
from api.refusals import (
    ACCEPTED,
    OTHER_DOCTOR,
    OUTAGE,
    Cases,
    Pair,
    Request,
    add,
    altered,
    awaited,
    changing,
    edited,
    form,
    issued,
    must,
    send,
)
from api.searches import FORM, NOBODY_YET, a_patient
from api.services import ANOTHER_PATIENT, THE_PATIENT, Service
from builders import a_number
from objections import a_consent, consenting, identifying, objecting
from ordonnance.domain.raised_row import (
    ACTS,
    EVERYWHERE,
    ISSUES,
    NUMBERED,
    RECORDED,
    WRITINGS,
    but,
)
from ordonnance.server import demo_issuer
from ordonnance.simulation.population import (
    ANNE,
    DOCTOR,
    NURSE,
    OTHER_PHARMACIST,
    PHARMACIST,
)

CASES: Cases = {}
VENDOR = {"role": "vendor", "vendor": "Éditeur"}
OPTICIAN = {**DOCTOR.claims, "profession": "G15_28"}
NO_PROFESSION = {"role": "executor", "am": PHARMACIST.am and PHARMACIST.am.value}
QUESTIONED = ("read", "consult")


# The request itself


def without_patient(_: Service, good: Request) -> Request:
    return good.but(body=b"_count=1")


add(CASES, "BODY_MALFORMED", WRITINGS, changing(body=b'{"resourceType":'))
add(CASES, "ELEMENT_MISSING", WRITINGS, changing(body=b"{}"))
add(CASES, "ELEMENT_MISSING", ("search",), altered(without_patient))
add(CASES, "ELEMENT_MISSING", ("products",), changing(query="limit=1"))
add(CASES, "ELEMENT_INVALID", WRITINGS, changing(body=b"[]"))
add(
    CASES,
    "ELEMENT_INVALID",
    ("search",),
    altered(lambda _, good: good.but(body=(good.body or b"") + b"&subject=x")),
)
add(CASES, "ELEMENT_INVALID", ("page", "alerts"), changing(query="next=x"))
add(CASES, "ELEMENT_INVALID", ("alerts",), changing(query="_count=51"), rank=1)
add(CASES, "ELEMENT_INVALID", ("products",), changing(query="q=doliprane&limit=101"))


add(
    CASES,
    "ELEMENT_INVALID",
    ("search", "page", "alerts"),
    changing(query="patient=x"),
    variant="address",
)


def turned_late(service: Service, name: str) -> Pair:
    """A page turned more than an hour after the one before; within the hour."""
    good = ACCEPTED[name](service).but(at=service.clock.at + timedelta(minutes=59))
    return good.but(at=service.clock.at + timedelta(minutes=61)), good


add(CASES, "ELEMENT_INVALID", ("page",), turned_late, variant="old")
add(CASES, "ELEMENT_INVALID", ("products",), changing(query=f"q={'x' * 201}"), variant="long")


def other_proposal(_: Service, good: Request) -> Request:
    return good.but(body=(good.body or b"").replace(b"-D1", b"-D2"))


add(CASES, "ELEMENT_INVALID", ("reply",), altered(other_proposal), rank=1)
add(CASES, "ELEMENT_INVALID", ("identify",), changing(body=identifying(ANNE.ins)), rank=1)


def misnumbered(_: Service, good: Request) -> Request:
    """The lines' number with another check character."""

    def change(bundle: dict[str, Any]) -> None:
        bundle["entry"][-1]["resource"]["groupIdentifier"]["value"] = "012J0000000000005Y"

    return good.but(body=edited(good.body, change))


add(CASES, "NUMBER_MALFORMED", NUMBERED, changing(number="012J-oops"))
add(CASES, "NUMBER_MALFORMED", ("issue",), altered(misnumbered))
add(CASES, "NUMBER_MALFORMED", ("replace",), altered(misnumbered), rank=1)
add(CASES, "IDEMPOTENCY_KEY_MISSING", WRITINGS, changing(key=None))


add(CASES, "IDEMPOTENCY_KEY_MISSING", WRITINGS, changing(key="é" * 3), variant="ill-formed")


def repeated(service: Service, name: str) -> Pair:
    """What was done, under its key with a space more; then just as it was."""
    good = ACCEPTED[name](service)
    must(send(service, good))
    return good.but(body=(good.body or b"") + b" "), good


add(CASES, "IDEMPOTENCY_KEY_REUSED", WRITINGS, repeated)
add(CASES, "BODY_TOO_LARGE", WRITINGS, changing(body=b" " * (256 * 1024 + 1)))
add(CASES, "BODY_TOO_LARGE", WRITINGS, changing(body=b"[" * 33), variant="deep")
add(CASES, "BODY_TOO_LARGE", ("search",), changing(body=b"_count=1&" * 1000))
add(
    CASES,
    "MEDIA_TYPE_UNSUPPORTED",
    (*WRITINGS, "search"),
    altered(lambda _, good: good.but(headers={**good.headers, "Content_Type": "text/plain"})),
)
add(
    CASES,
    "NOT_ACCEPTABLE",
    EVERYWHERE,
    altered(lambda _, good: good.but(headers={**good.headers, "Accept": "text/html"})),
)

# Who asks


def expired(service: Service, good: Request) -> Request:
    """The same, with a token that was good for a minute, two hours ago."""
    then = service.clock.at - timedelta(hours=2)
    issuer = demo_issuer(service.settings)
    return good.but(token=issuer.write_token(dict(good.claims or {}), at=then, seconds=60))


add(CASES, "TOKEN_MISSING", EVERYWHERE, changing(claims=None))
add(CASES, "TOKEN_INVALID", EVERYWHERE, changing(token="a.b.c"))  # noqa: S106 - it is none
add(CASES, "TOKEN_INVALID", EVERYWHERE, changing(claims={"role": "patient"}), variant="claim")
add(CASES, "TOKEN_EXPIRED", EVERYWHERE, altered(expired))


def nameless_caisse(_: Service, name: str) -> Pair:
    good = Request(name=name, claims={"role": "cpam", "cpam": "33"}, key=None)
    return good.but(claims={"role": "cpam"}), good


add(CASES, "TOKEN_INVALID", ("alerts",), nameless_caisse, rank=1)
add(CASES, "ROLE_NOT_ALLOWED", but(EVERYWHERE, "page"), changing(claims=VENDOR))


def lifted(service: Service, name: str) -> Pair:
    """The prescriber lifts what the patient stated; what the prescriber stated."""
    theirs, own = issued(service), issued(service)
    must(service.act(theirs, "object", objecting(), claims=THE_PATIENT, key="first"))
    must(service.act(own, "object", objecting(), claims=DOCTOR.claims, key="first"))
    good = Request(name=name, number=own, claims=DOCTOR.claims, body=objecting(False))
    return good.but(number=theirs), good


add(CASES, "ROLE_NOT_ALLOWED", ("object",), lifted, rank=1)
add(
    CASES,
    "KIND_NOT_ALLOWED",
    ("read", "consult", "reserve", "release", *ACTS, "undo", "propose"),
    changing(claims=NURSE.claims),
)
add(CASES, "KIND_NOT_ALLOWED", ISSUES, changing(claims=OPTICIAN))
add(CASES, "KIND_NOT_ALLOWED", ("search",), changing(claims=NO_PROFESSION))


def demoted(_: Service, good: Request) -> Request:
    """The same caller, whose token no longer says their profession."""
    claims = {name: said for name, said in (good.claims or {}).items() if name != "profession"}
    return good.but(claims=claims)


add(CASES, "KIND_NOT_ALLOWED", ("page",), altered(demoted))


def unexplained(service: Service, name: str) -> Pair:
    good = ACCEPTED[name](service).but(claims=OTHER_DOCTOR, headers={"Reason": "Garde"})
    return good.but(headers={}), good


def by_doctor(service: Service, name: str) -> Pair:
    """By a prescriber who did not issue it; by who did."""
    good = ACCEPTED[name](service).but(claims=DOCTOR.claims)
    return good.but(claims=OTHER_DOCTOR), good


def of_another(_: Service, good: Request) -> Request:
    """The new prescription of another prescriber than who replaces."""
    return good.but(body=(good.body or b"").replace(b"10001045367", b"10104335319"))


add(CASES, "NOT_THE_PRESCRIBER", QUESTIONED, unexplained)
add(
    CASES,
    "NOT_THE_PRESCRIBER",
    ("reply", "cancel", "replace", "object", "identify", "issue"),
    by_doctor,
)
add(CASES, "NOT_THE_PRESCRIBER", ("replace",), altered(of_another), rank=1)
add(CASES, "NOT_THE_EXECUTOR", RECORDED, changing(claims=OTHER_PHARMACIST.claims))


def by_patient(service: Service, name: str) -> Pair:
    good = ACCEPTED[name](service).but(claims=THE_PATIENT)
    return good.but(claims=ANOTHER_PATIENT), good


def searched_by_patient(_: Service, name: str) -> Pair:
    own, other = a_patient(next(NOBODY_YET)), a_patient(next(NOBODY_YET))
    headers = {"Content_Type": FORM}
    good = Request(name=name, claims=own.claims, body=form(own), key=None, headers=headers)
    return good.but(body=form(other)), good


add(CASES, "NOT_THE_PATIENT", ("read", "consult", "object"), by_patient)
add(CASES, "NOT_THE_PATIENT", ("search",), searched_by_patient)

# What is asked for

add(
    CASES,
    "NUMBER_UNKNOWN",
    but(NUMBERED, "execute"),
    altered(lambda service, good: good.but(number=a_number(at=service.clock.at))),
)


def undeferred(service: Service, name: str) -> Pair:
    number = a_number()
    good = Request(
        name=name,
        number=number,
        claims=PHARMACIST.claims,
        body=delivery(number, deferred=OUTAGE),
    )
    return good.but(body=delivery(number, at=service.clock.at)), good


add(CASES, "NUMBER_UNKNOWN", ("execute",), undeferred)


def not_come(service: Service, name: str) -> Pair:
    """Asked while the prescription is awaited; once it has come."""
    good, number = ACCEPTED[name](service), awaited(service)
    text = str(good.number).encode()
    return good.but(
        number=number, body=(good.body or b"").replace(text, number.value.encode())
    ), good


add(CASES, "NUMBER_UNKNOWN", ("reserve", "release", "propose"), not_come, rank=1)


def anonymous(service: Service, name: str) -> Pair:
    """An abortion under anonymity, asked about by another prescriber; by who issued it."""
    number = a_number(at=service.clock.at)
    body = consenting(ordonnance(number, at=service.clock.at), a_consent("ivg-anonymat"))
    must(service.issue(body))
    must(service.act(number, "propose", proposal(number), key="first"))
    plain = ACCEPTED[name](service)
    text = str(plain.number).encode()
    good = plain.but(
        number=number,
        claims=DOCTOR.claims,
        body=None if plain.body is None else plain.body.replace(text, number.value.encode()),
    )
    return good.but(claims=OTHER_DOCTOR, headers={"Reason": "Garde"}), good


add(
    CASES,
    "NUMBER_UNKNOWN",
    ("read", "consult", "reply", "cancel", "replace", "object", "identify"),
    anonymous,
    rank=1,
)
add(
    CASES,
    "EXECUTION_UNKNOWN",
    RECORDED,
    altered(lambda _, good: good.but(body=(good.body or b"").replace(b"-E1", b"-E7"))),
)
add(CASES, "PRODUCT_UNKNOWN", ("product", "rules"), changing(number="3400930000007"))
add(CASES, "CIP_INVALID", ("products",), changing(query="q=3400935955839"))
add(
    CASES,
    "CIP_INVALID",
    ("products",),
    changing(query="q=(01)03400935955839(17)270331(10)AB12"),
    variant="pack",
)
