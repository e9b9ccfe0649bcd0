"""Two prescriptions that live the same days, but that only one is executed: what is told of each.

Each has a prescriber and a patient of its own, so that searches and alerts can be compared too;
whatever names them is then made the same.
"""

from collections.abc import Callable, Iterator
from itertools import count
import re
from typing import Any, NamedTuple

from falcon.testing import Result

from api.searches import NOBODY_YET, a_doctor, a_patient, search
from api.services import Service
from api.test_kinds import an_ordonnance
from builders import a_number
from fhir.bodies import RPPS
from fhir.bodies import a_line as a_medicine
from fhir.orders import a_device, a_test, ours, sessions
from objections import consenting
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.simulation.population import ANNE, Patient, Professional

Told = tuple[int, dict[str, str], bytes]
Write = Callable[[PrescriptionNumber], bytes]
OTHER_DOCTOR = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}
STATUSES = (
    *("status=requested", "status=in-progress", "status=completed", "status=cancelled"),
    *("status=failed", "status=received", "status=A_EXECUTER", "status=REMPLACEE", ""),
)
CURSOR = re.compile(rb"next=[^\"]+")


class Twin(NamedTuple):
    """One of the two: its number, that of what replaces it, its prescriber, its patient."""

    number: PrescriptionNumber
    successor: PrescriptionNumber
    doctor: Professional
    patient: Patient
    locum_of: str

    def ordonnance(self, number: PrescriptionNumber, *consents: dict[str, Any]) -> bytes:
        """The Bundle of ``$issue``: a line of four kinds each."""
        replaced = [ours("replaced", valueIdentifier={"system": RPPS, "value": self.locum_of})]
        lines = a_medicine(extension=replaced), a_device(), a_test(), sessions()
        body = consenting(an_ordonnance(number, *lines), *consents)
        body = body.replace(ANNE.ins.value.encode(), self.patient.ins.value.encode())
        assert self.doctor.rpps is not None
        return body.replace(b"10001045367", self.doctor.rpps.value.encode())

    def anonymous(self, text: bytes) -> bytes:
        """*text* without what tells it from the other."""
        assert self.doctor.rpps is not None
        names = (
            (self.number.value, "NUMBER"),
            (self.successor.value, "SUCCESSOR"),
            (self.doctor.rpps.value, "PRESCRIBER"),
            (self.patient.ins.value, "PATIENT"),
            (self.locum_of, "REPLACED"),
        )
        for value, name in names:
            text = text.replace(value.encode(), name.encode())
        return CURSOR.sub(lambda found: f"next={len(found[0])}".encode(), text)


def a_twin() -> Twin:
    """A prescription whose people no other has."""
    doctor, patient, replaced = (next(NOBODY_YET) for _ in range(3))
    rpps = a_doctor(replaced).rpps
    assert rpps is not None
    return Twin(a_number(), a_number(), a_doctor(doctor), a_patient(patient), rpps.value)


class Twins:
    """The one that is executed, and the one that is not."""

    def __init__(self, service: Service, *consents: dict[str, Any]) -> None:
        self.service = service
        self.executed, self.untouched = a_twin(), a_twin()
        self._consents = consents
        self._keys = count(1)

    def execute(
        self, claims: dict[str, Any], operation: str, write: Write, *, of: str = "number"
    ) -> None:
        """Something that is done about one of them alone; it must be recorded."""
        number = getattr(self.executed, of)
        key = f"act-{next(self._keys)}"
        done = self.service.act(number, operation, write(number), claims=claims, key=key)
        assert done.status_code in (200, 201, 202), done.text

    def share(self, claims: dict[str, Any], operation: str, write: Write) -> None:
        """Something that is done about both, and that everybody sees; it must be recorded."""
        key = f"share-{next(self._keys)}"
        for twin in (self.executed, self.untouched):
            body = write(twin.number)
            done = self.service.act(twin.number, operation, body, claims=claims, key=key)
            assert done.status_code == 200, done.text

    def issue(self, key: str = "issue") -> tuple[Told, Told]:
        """What is told of both when they are issued."""
        return self.tell(
            lambda twin: self.service.issue(
                twin.ordonnance(twin.number, *self._consents),
                claims=twin.doctor.claims,
                key=key,
            )
        )

    def ask(
        self,
        operation: str,
        body: bytes | Callable[[Twin], bytes],
        *,
        key: str | None = "ask",
        of: str = "number",
        claims: dict[str, Any] | None = None,
    ) -> tuple[Told, Told]:
        """What is told of both when a prescriber asks the same; theirs, unless *claims* say."""
        return self.tell(
            lambda twin: self.service.act(
                getattr(twin, of),
                operation,
                body if isinstance(body, bytes) else body(twin),
                claims=claims or twin.doctor.claims,
                key=key,
            )
        )

    def send(self, method: str, path: str, who: str = "doctor", **more: str) -> tuple[Told, Told]:
        """What is told when *who* sends the same about both; ``{0.number}`` names one."""
        return self.tell(
            lambda twin: self.service.send(
                method,
                path.format(twin),
                token=self.service.token(self.claims(twin, who)),
                **more,
            )
        )

    def search(self, who: str, fields: str, **headers: str) -> tuple[Told, Told]:
        """What *who* is told by a search of both."""
        return self.tell(
            lambda twin: search(
                self.service, fields.format(twin).encode(), claims=self.claims(twin, who), **headers
            )
        )

    def claims(self, twin: Twin, who: str) -> dict[str, Any]:
        """The token of a prescriber: the one of the prescription, the replaced one, another."""
        replaced = {**OTHER_DOCTOR, "rpps": twin.locum_of}
        return {"doctor": twin.doctor.claims, "replaced": replaced, "other": OTHER_DOCTOR}[who]

    def tell(self, ask: Callable[[Twin], Result]) -> tuple[Told, Told]:
        """Status, headers and bytes of both answers, whatever names each made the same."""
        first, second = (self._tell(ask(twin), twin) for twin in (self.executed, self.untouched))
        return first, second

    def _tell(self, answer: Result, twin: Twin) -> Told:
        text = twin.anonymous(answer.content)
        headers = {
            name: twin.anonymous(value.encode()).decode()
            for name, value in answer.headers.items()
            if name != "content-length" or "next=" not in answer.text
        }
        return answer.status_code, headers, text


def every_reading(twins: Twins) -> Iterator[tuple[Told, Told]]:
    """What every prescriber is told by every reading, search and listing."""
    for who in ("doctor", "replaced", "other"):
        for path in ("/fhir/Task/{0.number}", "/fhir/Task/{0.number}/$consult"):
            yield twins.send("GET", path, who)
            yield twins.send("GET", path, who, Reason="Suivi")
        for path in ("/fhir/Task/{0.successor}", "/fhir/Task/{0.successor}/$consult"):
            yield twins.send("GET", path, who, Reason="Suivi")
    for method in ("HEAD", "OPTIONS", "DELETE"):
        yield twins.send(method, "/fhir/Task/{0.number}")
        yield twins.send(method, "/fhir/Task/{0.number}/$consult")
    # Another prescriber's own, and their alerts, are those of other tests.
    for who in ("doctor", "replaced"):
        for query in ("", "_count=1", "_count=0"):
            yield twins.send("GET", "/fhir/DetectedIssue", who, query=query)
    yield from every_search(twins)


def every_search(twins: Twins) -> Iterator[tuple[Told, Told]]:
    """What prescribers are told by every search: of whom, in which state, how many at once."""
    patient = "patient=urn:oid:1.2.250.1.213.1.4.10|{0.patient.ins.value}"
    for status in STATUSES:
        yield twins.search("doctor", f"{status}&_count=1")
        yield twins.search("other", f"{patient}&{status}", Reason="Suivi")
    for more in ("", "&_count=1", "&authored-on=ge2026-11-23", "&status=EN_COURS,EXECUTEE"):
        for who in ("doctor", "replaced", "other"):
            yield twins.search(who, patient + more)
            yield twins.search(who, patient + more, Reason="Suivi")
        yield twins.search("replaced", more)
