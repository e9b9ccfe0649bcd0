"""A light load on a téléservice: many connections that each ask again as soon as they are answered.

Made to cost little beside what it measures: raw HTTP/1.1 on connections kept alive, of each answer
only the status and the length are read. A request is written once; another prescription's is the
same bytes with another number in them, so before the clock starts everything is ready but one
join of bytes (a third of a microsecond; whole requests would fill gigabytes on a long run).
"""

import array
import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import cycle
from math import ceil
import time
from typing import Self, cast

from typing_extensions import override
import uvloop

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.product import Product
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    write_execution,
    write_prescription,
)
from ordonnance.simulation.population import ANNE, DOCTOR

NUMBERS_PER_SECOND_MAX = 10_000  # twice what was ever seen; without numbers left a run ends early
ANSWER_SECONDS_MAX = 10.0
FHIR = b"application/fhir+json"
_CHANCE_BYTES = 9  # 72 bits, of which a number takes 65


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that are the same each time, spread as chance would be; written in *months* in turn.

    *name* tells them from those of another series.
    """

    name: str
    months: tuple[date, ...]

    def number_at(self, rank: int) -> PrescriptionNumber:
        """The number at *rank*."""
        chance = int.from_bytes(sha256(f"{self.name}/{rank}".encode()).digest()[:_CHANCE_BYTES])
        return PrescriptionNumber.mint(self.months[rank % len(self.months)], chance)


@dataclass(frozen=True, slots=True)
class Request:
    """A request about any prescription: its bytes *parts*, a number between each two.

    *status* is that of the only answer that is not an error.
    """

    parts: tuple[bytes, ...]
    status: bytes

    @classmethod
    def about(cls, number: PrescriptionNumber, text: bytes, *, status: int) -> Self:
        """The request of which *text* is the one about *number*."""
        return cls(tuple(text.split(number.value.encode())), str(status).encode())

    def write(self, number: bytes) -> bytes:
        """The request about *number*."""
        return number.join(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to ask, how long, and of whom: a téléservice that listens on loopback at *port*.

    The prescriptions are those of *numbers*, ranks in *series*, each once and in this order, or
    again and again with *again*.
    """

    port: int
    request: Request
    series: Series
    numbers: range
    seconds: float
    connections: int
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of a load: how many right answers, in how long, and how long each took.

    *errors* counts what else came: a status, or ``lost`` for a connection that ended or fell
    silent. *taken* numbers were used, from the first on.
    """

    count: int
    taken: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: Mapping[str, int]

    @property
    def per_second(self) -> float:
        """Right answers a second."""
        return self.count / self.seconds if self.seconds else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of *values*, sorted, that at least *share* of them do not exceed; 0 if none."""
    return values[max(ceil(share * len(values)), 1) - 1] if values else 0.0


def any_number(at: datetime) -> PrescriptionNumber:
    """A number to write a request with, before another takes its place."""
    return Series("any", (at.date(),)).number_at(0)


def write_issue(products: Sequence[Product], *, token: str, at: datetime) -> Request:
    """``$issue`` of one box of each of *products*, written at the instant *at*."""
    number = any_number(at)
    lines = [Ordered(product=p, posology="1 comprimé par jour", boxes=1) for p in products]
    body = write_prescription(number, lines, patient=ANNE, prescriber=DOCTOR, at=at)
    text = _write_post("/fhir/Task/$issue", number, body, token)
    return Request.about(number, text, status=201)


def write_consult(*, token: str, at: datetime) -> Request:
    """``$consult``."""
    number = any_number(at)
    head = _write_head("GET", f"/fhir/Task/{number}/$consult", token)
    return Request.about(number, head + b"\r\n", status=200)


def write_execute(products: Sequence[Product], *, token: str, at: datetime) -> Request:
    """``$execute`` of one box of each of *products*, line by line, handed over at *at*."""
    number = any_number(at)
    done = [Delivered(product=product, line=n) for n, product in enumerate(products, 1)]
    body = write_execution(number, done, at=at)
    text = _write_post(f"/fhir/Task/{number}/$execute", number, body, token)
    return Request.about(number, text, status=201)


def _write_head(method: str, path: str, token: str) -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}")
    return "\r\n".join(lines).encode() + b"\r\nAccept: " + FHIR + b"\r\n"


def _write_post(path: str, number: PrescriptionNumber, body: bytes, token: str) -> bytes:
    head = _write_head("POST", path, token) + b"Content-Type: " + FHIR
    head += f"\r\nIdempotency-Key: {number}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return head + body


def run(load: Load) -> Measured:
    """What came of *load*; meant for a process of its own, whose CPU is not the service's."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_Run(load).measure())


class _Run:
    """One load under way, and what its connections share."""

    def __init__(self, load: Load) -> None:
        self._load = load
        numbers = [load.series.number_at(rank).value.encode() for rank in load.numbers]
        self._numbers: Iterator[bytes] = cycle(numbers) if load.again else iter(numbers)
        self.request = load.request
        self.taken = 0
        self.deadline = 0.0
        self.latencies = array.array("d")
        self.errors: Counter[str] = Counter()
        self._busy = 0
        self._is_over = asyncio.Event()

    def next_number(self, at: float) -> bytes | None:
        """The prescription to ask about next; None where the time, or the numbers, are over."""
        number = next(self._numbers, None) if at < self.deadline else None
        self.taken += number is not None
        return number

    def leave(self) -> None:
        """One connection has nothing more to ask."""
        self._busy -= 1
        if self._busy == 0:
            self._is_over.set()

    async def measure(self) -> Measured:
        loop = asyncio.get_running_loop()
        callers = [
            (await loop.create_connection(lambda: _Caller(self), "127.0.0.1", self._load.port))[1]
            for _ in range(self._load.connections)
        ]
        self._busy = len(callers)
        start = time.perf_counter()
        self.deadline = start + self._load.seconds
        for caller in callers:
            caller.ask(start)
        # Answers under way at the deadline are waited for and counted, in the time they took.
        try:
            await asyncio.wait_for(self._is_over.wait(), self._load.seconds + ANSWER_SECONDS_MAX)
        except TimeoutError:
            self.errors["lost"] += self._busy
        seconds = time.perf_counter() - start
        for caller in callers:
            caller.close()
        latencies = sorted(self.latencies)
        return Measured(
            count=len(latencies),
            taken=self.taken,
            seconds=seconds,
            p50_ms=percentile(latencies, 0.50) * 1000,
            p99_ms=percentile(latencies, 0.99) * 1000,
            errors=dict(self.errors),
        )


class _Caller(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again."""

    def __init__(self, load: _Run) -> None:
        self._run = load
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._asked_at: float | None = None

    def ask(self, at: float) -> None:
        """Ask about the next prescription, if there is one."""
        number = self._run.next_number(at)
        if number is None or self._transport is None:
            self._asked_at = None
            self._run.leave()
            return
        self._asked_at = at
        self._transport.write(self._run.request.write(number))

    def close(self) -> None:
        """Close the connection: nothing more is expected from it."""
        self._asked_at = None
        if self._transport is not None:
            self._transport.close()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's by their methods, not by their class.
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        if not is_whole(self._received) or self._asked_at is None:
            return
        status = self._received[9:12]
        self._received = b""
        now = time.perf_counter()
        if status == self._run.request.status:
            self._run.latencies.append(now - self._asked_at)
        else:
            self._run.errors[status.decode("latin-1")] += 1
        self.ask(now)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._asked_at is not None:
            self._asked_at = None
            self._run.errors["lost"] += 1
            self._run.leave()


def is_whole(received: bytes) -> bool:
    """Whether an HTTP answer is there to its end, as its ``Content-Length`` says.

    An answer without that header (the service never gives one) counts as ended with its head.
    """
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    length = rest.partition(b"\r\n")[0].strip()
    return len(body) >= int(length or b"0")
