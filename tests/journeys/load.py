"""A load that remembers what it was told: every request sent, and the answer it got or did not."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event

import httpx2

from journeys.service import (
    PATIENCE_SECONDS,
    Service,
    a_delivery,
    an_ordonnance,
    wait_until,
)
from journeys.wire import Wire, execute_path
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.poste.client import Reply, Teleservice
from ordonnance.simulation.population import (
    DOCTOR,
    OTHER_PHARMACIST,
    PHARMACIST,
    Professional,
)

RIVALS = (PHARMACIST, OTHER_PHARMACIST)
BOXES = 2
VOLLEY_CASES = 20


@dataclass(slots=True)
class Sent:
    """A request and its answer; None: nobody knows what became of it."""

    number: PrescriptionNumber
    by: Professional
    body: bytes
    key: str
    reply: Reply | None = None

    def send(self, connection: Teleservice) -> Reply:
        """Its answer, this time."""
        if self.by is DOCTOR:
            return connection.issue(self.body, key=self.key)
        return connection.execute(self.number, self.body, key=self.key)

    def try_once(self, connection: Teleservice) -> bool:
        """Send it; whether it was answered."""
        try:
            self.reply = self.send(connection)
        except httpx2.TransportError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Case:
    """One prescription of two boxes, and two rivals who both want two of them."""

    issue: Sent
    executions: tuple[Sent, ...]

    @property
    def all_sent(self) -> tuple[Sent, ...]:
        """What was sent about it; the rivals come once it is issued."""
        is_issued = self.issue.reply is not None
        return (self.issue, *self.executions) if is_issued else (self.issue,)


def a_case(key: str) -> Case:
    """A case of which nothing has been sent yet; *key* is that of all its requests."""
    ordonnance = an_ordonnance(boxes=BOXES)
    delivery = a_delivery(ordonnance.number, boxes=BOXES)
    return Case(
        Sent(ordonnance.number, DOCTOR, ordonnance.body, key),
        tuple(Sent(ordonnance.number, rival, delivery, key) for rival in RIVALS),
    )


class Street:
    """A prescriber and two rival pharmacies, each with a connection, who work until cut off."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.cases: list[Case] = []

    @property
    def acknowledged(self) -> int:
        """How many answers came."""
        return sum(sent.reply is not None for case in list(self.cases) for sent in case.all_sent)

    def work(self, service: Service, is_over: Event) -> None:
        """Issue and execute until an answer fails to come."""
        with (
            connected(service) as connections,
            ThreadPoolExecutor(len(RIVALS)) as rivals,
        ):
            while not is_over.is_set():
                case = a_case(f"{self._name}-{len(self.cases)}")
                self.cases.append(case)
                if not case.issue.try_once(connections[DOCTOR.name]):
                    return
                answered = rivals.map(
                    lambda sent: sent.try_once(connections[sent.by.name]), case.executions
                )
                if not all(list(answered)):
                    return


class Volley:
    """Executions of rivals on connections of their own, shot all at once: nobody waits for the
    answers, so that many are on their way when the service is killed.
    """

    def __init__(self, service: Service) -> None:
        self.cases = [a_case(f"volley-{turn}") for turn in range(VOLLEY_CASES)]
        self._wires = []
        with service.connect(DOCTOR) as doctor:
            for case in self.cases:
                assert case.issue.try_once(doctor)
                self._wires += [(Wire(service, sent.by), sent) for sent in case.executions]

    def shoot(self) -> None:
        """Send them all."""
        for wire, sent in self._wires:
            wire.post(execute_path(sent.number), sent.body, key=sent.key)

    def close(self) -> None:
        """Give the connections back."""
        for wire, _ in self._wires:
            wire.hang_up()


@contextmanager
def connected(service: Service) -> Iterator[dict[str, Teleservice]]:
    """A connection for each who takes part, by name."""
    with ExitStack() as stack:
        yield {
            person.name: stack.enter_context(service.connect(person))
            for person in (DOCTOR, *RIVALS)
        }


def load_until_killed(
    service: Service, *, streets: int, moment: int, delay: float
) -> Sequence[Case]:
    """What was sent until the service was killed, *delay* seconds after *moment* answers."""
    volley = Volley(service)
    busy = [Street(f"{street}") for street in range(streets)]
    is_over = Event()
    with ThreadPoolExecutor(streets) as pool:
        work = [pool.submit(street.work, service, is_over) for street in busy]
        try:
            wait_until(
                lambda: sum(street.acknowledged for street in busy) >= moment,
                f"{moment} answers",
            )
            volley.shoot()
            is_over.wait(delay)
        finally:
            service.kill()
            is_over.set()
            volley.close()
        for street in work:
            street.result(PATIENCE_SECONDS)
    return [*volley.cases, *(case for street in busy for case in street.cases)]
