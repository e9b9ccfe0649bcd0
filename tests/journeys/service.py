"""What journeys share: the real program in its own process, people with tokens, ordonnances."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import signal
import socket
import subprocess
import sys
import time

import httpx2

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.poste.client import Reply, Teleservice
from ordonnance.server import demo_issuer, now
from ordonnance.settings import PREFIX, Settings
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    write_execution,
    write_prescription,
)
from ordonnance.simulation.population import ANNE, DOCTOR, Patient, Professional
from ordonnance.store.product import read_extract

PATIENCE_SECONDS = 30.0
COMMAND = (sys.executable, "-m", "ordonnance")
AMLOR = read_extract().by_cip13["3400933313586"]
IBUPROFEN = read_extract().by_cip13["3400932959419"]
Person = Professional | Patient


def environment(**settings: str) -> dict[str, str]:
    """The environment of the program: ours, without the settings that somebody gave us."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**bare, **settings}


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command ``ordonnance`` run to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Until *is_so*; fails where it does not come about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"never came about: {what}"
        time.sleep(0.005)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def write_token(person: Person) -> str:
    """A token of the demonstration issuer."""
    claims = person.claims if isinstance(person, Professional) else {"role": "patient"}
    if isinstance(person, Patient):
        claims["ins"] = person.ins.value
    return demo_issuer(Settings()).write_token(claims, at=now(), seconds=3600)


class Service:
    """``ordonnance serve --demo`` as a process, on one database and one port for good.

    It leads a process group of its own, so that its workers are killed with it.
    """

    def __init__(self, database_url: str, log: Path, *, workers: int = 1) -> None:
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._workers = workers
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What it said on standard error, all starts together."""
        return self._log.read_text()

    def start(self) -> None:
        """Start it, and wait until it can serve."""
        options = {
            "--port": str(self.port),
            "--database": self.database_url,
            "--workers": str(self._workers),
        }
        words = [word for option in options.items() for word in option]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [*COMMAND, "serve", "--demo", *words],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        with httpx2.Client(base_url=self.url) as client:
            wait_until(lambda: self._is_ready(client), "a service that is ready")

    def _is_ready(self, client: httpx2.Client) -> bool:
        assert self._process.poll() is None, f"the service ended at its start:\n{self.log}"
        try:
            return client.get("/health/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def kill(self) -> None:
        """Kill it and its workers at once; nothing, where it has ended."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def wait(self) -> int:
        """Its status, once it has ended."""
        status = self._process.wait(PATIENCE_SECONDS)
        self._process = None
        return status

    def is_listening(self) -> bool:
        """Whether somebody takes connections on its port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def let_pass(self) -> None:
        """Until it has read what was sent to it before: it serves connections as they come."""
        for _ in range(2):
            assert httpx2.get(f"{self.url}/health/live").status_code == 200

    def connect(self, person: Person | None) -> Teleservice:
        """A connection of *person*; None: without a token."""
        return Teleservice(self.url, None if person is None else write_token(person))


@contextmanager
def serving(database_url: str, folder: Path, *, workers: int = 1) -> Iterator[Service]:
    """A service that is ready, killed at the end whatever happens."""
    service = Service(database_url, folder / "service.log", workers=workers)
    try:
        service.start()
        yield service
    finally:
        service.kill()


@dataclass(frozen=True, slots=True)
class Ordonnance:
    """A prescription not sent yet: its number and the Bundle of ``$issue``."""

    number: PrescriptionNumber
    body: bytes


def an_ordonnance(
    *lines: Ordered, boxes: int = 2, patient: Patient = ANNE, prescriber: Professional = DOCTOR
) -> Ordonnance:
    """An ordonnance written now: of *lines*, or of so many *boxes* of one medicine."""
    at = now()
    number = PrescriptionNumber.mint(at.date(), int.from_bytes(os.urandom(9)))
    ordered = lines or (Ordered(product=AMLOR, posology="1 gélule par jour", boxes=boxes),)
    body = write_prescription(number, ordered, patient=patient, prescriber=prescriber, at=at)
    return Ordonnance(number, body)


def a_delivery(number: PrescriptionNumber, *, boxes: int = 1, **more: object) -> bytes:
    """The Bundle that says *boxes* of a line (the first) were handed over just now."""
    delivered = Delivered(**{"product": AMLOR, "boxes": boxes, **more})
    return write_execution(number, [delivered], at=now())


def resources_of(reply: Reply, kind: str) -> list[dict]:
    """The resources of a kind in the Bundle of ``$consult``."""
    entries = [entry["resource"] for entry in reply.resource["entry"]]
    return [resource for resource in entries if resource["resourceType"] == kind]


def task_of(reply: Reply) -> dict:
    """The Task of a reply, alone or in the Bundle of ``$consult``."""
    is_alone = reply.resource["resourceType"] == "Task"
    return reply.resource if is_alone else resources_of(reply, "Task")[0]


def status_of(reply: Reply) -> str:
    """Where the prescription stands."""
    return task_of(reply)["businessStatus"]["coding"][0]["code"]


def lines_of(reply: Reply) -> list[tuple[str, int]]:
    """Of each line: where it stands, and what remains of it."""
    found = []
    for line in task_of(reply)["input"]:
        status, remaining = line["extension"][:2]
        found.append((status["valueCode"], remaining["valueQuantity"]["value"]))
    return found


def outputs_of(reply: Reply, kind: str) -> list[str]:
    """The executions (or the receipts) that a Task tells of."""
    return [
        output["valueIdentifier"]["value"] if kind == "execution" else output["valueString"]
        for output in task_of(reply).get("output", [])
        if output["type"]["coding"][0]["code"] == kind
    ]
