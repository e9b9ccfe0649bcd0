"""Where a story is played: people with a connection each, a clock, and a network that may fail."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import msgspec
from typing_extensions import override

from ordonnance.domain.days import PARIS
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.product import Product, Referential
from ordonnance.poste.client import Teleservice
from ordonnance.simulation.correspondent import Correspondent
from ordonnance.simulation.population import (
    ALBA,
    ANNE,
    CAISSE,
    CNAM,
    CORAIL,
    DOCTOR,
    GIE,
    LABORATORY,
    MARC,
    NURSE,
    ORTHOPTIST,
    OTHER_PHARMACIST,
    OTHER_PILOTS,
    PHARMACIST,
    PHYSIOTHERAPIST,
    PILOTS,
    PODIATRIST,
    SPEECH_THERAPIST,
    SUPPLIER,
    Person,
)

CAST: tuple[Person, ...] = (
    DOCTOR,
    PHARMACIST,
    OTHER_PHARMACIST,
    NURSE,
    SUPPLIER,
    LABORATORY,
    PHYSIOTHERAPIST,
    SPEECH_THERAPIST,
    ORTHOPTIST,
    PODIATRIST,
    ANNE,
    MARC,
    CNAM,
    GIE,
    CAISSE,
    ALBA,
    CORAIL,
    *PILOTS,
    *OTHER_PILOTS,
)
A_DAY = timedelta(days=1)
FIVE_DAYS = 5 * A_DAY
OUTAGE = timedelta(minutes=40)
PRESERIES = timedelta(weeks=7)  # six weeks, and less than one until they begin on a Monday
LATE = FIVE_DAYS + OUTAGE + PRESERIES  # how late the clock of the story begins
NUMBERS_AT_ONCE, NUMBERS_LATER = 3, 2
_PAGES = ("_search", "DetectedIssue")


class Clock:
    """The real clock, kept *late* for as long as a story needs time to go by in it.

    Both the service and the people read it, so that « five days later » is true for all.
    """

    def __init__(self, real: Callable[[], datetime], *, late: timedelta) -> None:
        self._real = real
        self._late = late

    def __call__(self) -> datetime:
        """The instant it is in the story."""
        return self._real() - self._late

    def skip(self, span: timedelta) -> None:
        """Let *span* go by in the story, or what the clock is still late where that is less."""
        self._late -= min(span, self._late)

    def catch_up(self) -> timedelta:
        """Make it the real time; how long that let go by."""
        late, self._late = self._late, timedelta()
        return late

    def wait_until(self, at: datetime) -> None:
        """Let go by what parts it from *at*, if that is still to come."""
        self.skip(max(at - self(), timedelta()))


class Wire(httpx2.BaseTransport):
    """The network of everybody in the story, which counts what the téléservice answers.

    *tally* counts by operation (``$issue``…, or the end of the address) and by what came of it:
    « recorded », « replayed », « read » or « refused ». Of a page, each thing it shows is read.
    """

    def __init__(self) -> None:
        self._transport = httpx2.HTTPTransport()
        self._is_cut = False
        self._loses_answers = False
        self.tally: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Meanwhile nothing passes."""
        self._is_cut = True
        try:
            yield
        finally:
            self._is_cut = False

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        """Meanwhile requests arrive, and their answers do not."""
        self._loses_answers = True
        try:
            yield
        finally:
            self._loses_answers = False

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._is_cut:
            message = "the network is cut"
            raise httpx2.ConnectError(message, request=request)
        response = self._transport.handle_request(request)
        operation, outcome = operation_of(request), outcome_of(request, response)
        is_page = operation in _PAGES and outcome == "read"
        self.tally[operation, outcome] += count_shown(response) if is_page else 1
        if self._loses_answers:
            response.close()
            message = "the answer was lost on its way"
            raise httpx2.ReadError(message, request=request)
        return response

    @override
    def close(self) -> None:
        self._transport.close()


def operation_of(request: httpx2.Request) -> str:
    """What a request asks for, as ``Wire.tally`` counts it: the end of its address."""
    return request.url.path.rpartition("/")[2]


def count_shown(page: httpx2.Response) -> int:
    """How many ordonnances, or alerts, a *page* shows."""
    return len(msgspec.json.decode(page.read())["entry"])


def outcome_of(request: httpx2.Request, response: httpx2.Response) -> str:
    """What came of a request, as ``Wire.tally`` counts it."""
    if response.is_error:
        return "refused"
    if request.method == "GET" or operation_of(request) in _PAGES:
        return "read"
    return "replayed" if "Idempotent-Replayed" in response.headers else "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a story plays with.

    *first*, *second* and *mixed* are the numbers of the ordonnances written at its beginning;
    *chances* the random bits of those written later. *keys* is the service's public JWK set,
    *products* what the prescriber's and the pharmacy's software know of medicines.
    """

    clock: Clock
    wire: Wire
    connections: Mapping[Person, Teleservice]
    correspondents: Mapping[Person, Correspondent]
    keys: Mapping[str, Any]
    products: Referential
    first: PrescriptionNumber
    second: PrescriptionNumber
    mixed: PrescriptionNumber
    chances: tuple[int, ...]

    def of(self, person: Person) -> Teleservice:
        """The connection of *person*."""
        return self.connections[person]

    def by(self, person: Person) -> Correspondent:
        """The connection of *person* for what is about a présérie."""
        return self.correspondents[person]

    def product(self, cip13: str) -> Product:
        """The medicine in the box *cip13*."""
        return self.products.by_cip13[cip13]

    @property
    def at(self) -> datetime:
        """The instant it is in the story, on a French clock."""
        return self.clock().astimezone(PARIS)

    def draw_number(self, place: int, at: datetime) -> PrescriptionNumber:
        """The number of an ordonnance written at *at*; *place*, from 0, is its rank among them."""
        return PrescriptionNumber.mint(at.date(), self.chances[place])


@contextmanager
def open_stage(
    url: str,
    tokens: Mapping[Person, str],
    *,
    clock: Clock,
    products: Referential,
    chances: Sequence[int],
) -> Iterator[Stage]:
    """A stage before the téléservice at *url*; each of *tokens* is somebody's bearer token.

    *chances* are the random bits of its numbers: ``NUMBERS_AT_ONCE``, then ``NUMBERS_LATER``.
    """
    written_on = clock().astimezone(PARIS).date()
    first, second, mixed = (
        PrescriptionNumber.mint(written_on, chance) for chance in chances[:NUMBERS_AT_ONCE]
    )
    wire = Wire()
    with httpx2.Client(base_url=url, transport=wire) as http:
        yield Stage(
            clock=clock,
            wire=wire,
            connections={
                person: Teleservice(url, token, transport=wire) for person, token in tokens.items()
            },
            correspondents={
                person: Correspondent(url, token, transport=wire)
                for person, token in tokens.items()
            },
            keys=msgspec.json.decode(http.get("/.well-known/jwks.json").content),
            products=products,
            first=first,
            second=second,
            mixed=mixed,
            chances=tuple(chances[NUMBERS_AT_ONCE:]),
        )
