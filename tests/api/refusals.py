"""What tests of refusals share: a request of each operation that is accepted, and cases.

A case makes two requests of one operation: the first is refused, the second is the same without
the cause, and is not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
import json
from typing import Any
from urllib.parse import urlencode

from falcon.testing import Result

from api.lives import answer, correction, proposal
from api.papers import cancelling, delivery, ordonnance, regret
from api.searches import FORM, NOBODY_YET, PRESENT, a_patient, next_of, token_of
from api.services import OPERATIONS, THE_PATIENT, Service
from builders import a_number
from objections import identifying, objecting
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.simulation.population import DOCTOR, MARC, PHARMACIST, Patient

NOTHING = b'{"resourceType":"Parameters"}'
OTHER_DOCTOR = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}
OUTAGE = "Téléservice injoignable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request of the operation *name*; *at* sets the clock before it is sent.

    *token* None: the one that *claims* give; no claims and no token: none. *headers* are named
    with underscores.
    """

    name: str
    number: PrescriptionNumber | str = ""
    claims: Mapping[str, Any] | None = None
    token: str | None = None
    body: bytes | None = None
    key: str | None = "act"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None

    def but(self, **changes: Any) -> "Request":
        """The same request, but for *changes*."""
        return replace(self, **changes)


Pair = tuple[Request, Request]
Prepare = Callable[[Service, str], Pair]
# By operation, code, place among the causes that the table gives the operation for the code, and
# a word for what else that cause may be, empty for the first.
Cases = dict[tuple[str, str, int, str], Prepare]

ADDRESSES = {name: address for address, name in OPERATIONS.items()}


def send(service: Service, request: Request) -> Result:
    """The answer to a request."""
    if request.at is not None:
        service.clock.at = request.at
    method, path = ADDRESSES[request.name]
    token = request.token
    if token is None and request.claims is not None:
        token = service.token(dict(request.claims))
    return service.send(
        method,
        path.replace("{number}", str(request.number)).replace("{code}", str(request.number)),
        token=token,
        body=request.body,
        key=request.key,
        query=request.query,
        **request.headers,
    )


def must(result: Result) -> Result:
    """What must have been accepted, so that what follows says something."""
    assert result.status_code < 300, result.text
    return result


def issued(service: Service, body: Callable[..., bytes] = ordonnance) -> PrescriptionNumber:
    """The number of a prescription of two boxes, just issued."""
    number = a_number(at=service.clock.at)
    must(service.issue(body(number, at=service.clock.at)))
    return number


def executed(service: Service, **done: Any) -> PrescriptionNumber:
    """The number of a prescription of two boxes, of which one was delivered."""
    number = issued(service)
    body = delivery(number, **{"at": service.clock.at, **done})
    must(service.act(number, "execute", body, key="first"))
    return number


def awaited(service: Service) -> PrescriptionNumber:
    """The number of a prescription that has not come, executed all the same."""
    number = a_number(at=service.clock.at)
    must(service.act(number, "execute", delivery(number, deferred=OUTAGE), key="first"))
    return number


def a_site() -> dict[str, str]:
    """A pharmacist of a pharmacy of its own."""
    return {**PHARMACIST.claims, "am": f"332{next(NOBODY_YET):06}"}


def form(patient: Patient, **more: str) -> bytes:
    """The form of a search for the prescriptions of a patient."""
    return urlencode({"patient": token_of(patient.ins), **more}).encode()


def a_search(service: Service) -> Request:
    """A search of two prescriptions, one a page, of a patient whom nobody else knows."""
    patient = a_patient(next(NOBODY_YET))
    for _ in range(2):
        number = a_number(at=service.clock.at)
        must(service.issue(ordonnance(number, patient=patient, at=service.clock.at)))
    return Request(
        name="search",
        claims=PHARMACIST.claims,
        body=form(patient, _count="1"),
        key=None,
        headers={"Content_Type": FORM, **PRESENT},
    )


def a_page(service: Service) -> Request:
    """The next page of that search."""
    url = next_of(must(send(service, a_search(service))))
    assert url is not None
    query = url.partition("?")[2]
    return Request(name="page", claims=PHARMACIST.claims, query=query, key=None)


def of(
    service: Service,
    name: str,
    body: Callable[[PrescriptionNumber], bytes],
    claims: Mapping[str, Any],
    prepare: Callable[[Service], PrescriptionNumber] = issued,
) -> Request:
    """A request about a prescription just prepared."""
    number = prepare(service)
    return Request(name=name, number=number, claims=claims, body=body(number))


def proposed(service: Service) -> PrescriptionNumber:
    """The number of a prescription whose adaptation was asked for."""
    number = issued(service)
    must(service.act(number, "propose", proposal(number), key="first"))
    return number


def an_issue(service: Service) -> Request:
    """An ``$issue``."""
    number = a_number(at=service.clock.at)
    body = ordonnance(number, at=service.clock.at)
    return Request(name="issue", claims=DOCTOR.claims, body=body)


def a_reading(service: Service, name: str) -> Request:
    """A reading of what was just issued."""
    return Request(name=name, number=issued(service), claims=PHARMACIST.claims, key=None)


ACCEPTED: Mapping[str, Callable[[Service], Request]] = {
    "issue": an_issue,
    "read": lambda service: a_reading(service, "read"),
    "consult": lambda service: a_reading(service, "consult"),
    "reserve": lambda s: of(s, "reserve", lambda _: NOTHING, PHARMACIST.claims),
    "release": lambda s: of(s, "release", lambda _: NOTHING, PHARMACIST.claims),
    "execute": lambda s: of(s, "execute", lambda n: delivery(n, at=s.clock.at), PHARMACIST.claims),
    "correct": lambda s: of(
        s, "correct", lambda n: correction(n, at=s.clock.at), PHARMACIST.claims, executed
    ),
    "undo": lambda s: of(s, "undo", regret, PHARMACIST.claims, executed),
    "propose": lambda s: of(s, "propose", proposal, PHARMACIST.claims),
    "reply": lambda s: of(s, "reply", answer, DOCTOR.claims, proposed),
    "cancel": lambda s: of(s, "cancel", lambda _: cancelling(), DOCTOR.claims),
    "replace": lambda s: of(
        s,
        "replace",
        lambda _: ordonnance(a_number(at=s.clock.at), at=s.clock.at),
        DOCTOR.claims,
    ),
    "object": lambda s: of(s, "object", lambda _: objecting(), THE_PATIENT),
    "identify": lambda s: of(s, "identify", lambda _: identifying(MARC.ins), DOCTOR.claims),
    "search": a_search,
    "page": a_page,
    "alerts": lambda _: Request(name="alerts", claims=a_site(), key=None),
    "products": lambda _: Request(name="products", query="q=doliprane", key=None),
    "product": lambda _: Request(name="product", number="3400935955838", key=None),
    "rules": lambda _: Request(name="rules", number="3400935955838", key=None),
}


def altered(change: Callable[[Service, Request], Request]) -> Prepare:
    """The request of an operation that *change* spoils, and the request itself."""

    def prepare(service: Service, name: str) -> Pair:
        good = ACCEPTED[name](service)
        return change(service, good), good

    return prepare


def changing(**changes: Any) -> Prepare:
    """The request of an operation with some *changes*, and the request itself."""
    return altered(lambda _, good: good.but(**changes))


def edited(body: bytes | None, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """A body in JSON that *change* altered in place."""
    content = json.loads(body or b"")
    change(content)
    return json.dumps(content).encode()


def add(
    cases: Cases,
    code: str,
    by: tuple[str, ...],
    prepare: Prepare,
    *,
    rank: int = 0,
    variant: str = "",
) -> None:
    """Add a case to *cases*, for each of the operations; the same one twice is a mistake."""
    for name in by:
        assert (name, code, rank, variant) not in cases, (name, code, rank, variant)
        cases[name, code, rank, variant] = prepare
