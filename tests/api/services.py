"""What tests of the API share: the whole program in memory, its clock, and what it holds."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
import json
import re
import sqlite3
from typing import Any

from falcon.testing import ASGIConductor, Result
import httpx2
import psycopg

from builders import NOW
from ordonnance.api import openapi
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.raised import REASONS_OF
from ordonnance.poste.client import Teleservice
from ordonnance.server import Program, compose, demo_issuer
from ordonnance.settings import Settings
from ordonnance.simulation.population import ANNE, DOCTOR, MARC, PHARMACIST

FHIR_JSON = "application/fhir+json"
COUNTS = (
    "(SELECT count(*) FROM prescription), (SELECT count(*) FROM patient_index), "
    "(SELECT count(*) FROM fact), (SELECT count(*) FROM journal_entry)"
)
THE_PATIENT = {"role": "patient", "ins": ANNE.ins.value}
ANOTHER_PATIENT = {"role": "patient", "ins": MARC.ins.value}


class Clock:
    """The instant it is, as a test decides."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **delay: float) -> None:
        """Let that much time pass."""
        self.at += timedelta(**delay)


class Service(httpx2.BaseTransport):
    """The program on a real database, asked in memory; what the SDK speaks through."""

    def __init__(
        self, settings: Settings, clock: Clock, conductor: ASGIConductor, runner: asyncio.Runner
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.app: Program = conductor.app
        self._conductor = conductor
        self._runner = runner
        self._is_stopped = False
        self._observer: sqlite3.Connection | psycopg.Connection[Any] | None = None

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: bytes | None = None,
        key: str | None = None,
        query: str = "",
        **headers: str,
    ) -> Result:
        """The answer to a request; other headers are named with underscores."""
        sent = {"Accept": FHIR_JSON}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = FHIR_JSON
        if key is not None:
            sent["Idempotency-Key"] = key
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        result: Result = self.run(
            self._conductor.simulate_request(
                method, path, headers=sent, body=body or b"", query_string=query
            )
        )
        hold(method, path, result.headers, result.content)
        return result

    def stream(
        self, path: str, chunks: list[bytes], headers: list[tuple[bytes, bytes]]
    ) -> tuple[int, bytes]:
        """The status and the answer to a POST that comes in *chunks*, then hangs up."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"host", b"localhost"), *headers],
            "scheme": "http",
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 50000),
            "root_path": "",
        }
        received: list[dict[str, Any]] = [
            {"type": "http.request", "body": chunk, "more_body": rank < len(chunks)}
            for rank, chunk in enumerate(chunks, start=1)
        ]
        pending = iter([*received, {"type": "http.disconnect"}])
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            event = next(pending, None)
            if event is None:
                await asyncio.sleep(3600)
            return event or {}

        async def send(event: dict[str, Any]) -> None:
            sent.append(event)

        self.run(self.app(scope, receive, send))
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        content = b"".join(event.get("body", b"") for event in sent[1:])
        hold("POST", path, told, content)
        return sent[0]["status"], content

    def issue(
        self,
        body: bytes,
        *,
        claims: dict[str, Any] | None = None,
        key: str | None = "issue",
        **headers: str,
    ) -> Result:
        """The answer to an ``$issue``, by the doctor unless *claims* say otherwise."""
        token = self.token(DOCTOR.claims if claims is None else claims)
        return self.send("POST", "/fhir/Task/$issue", token=token, body=body, key=key, **headers)

    def act(
        self,
        number: PrescriptionNumber | str,
        operation: str,
        body: bytes,
        *,
        claims: dict[str, Any] | None = None,
        key: str | None = "act",
        **headers: str,
    ) -> Result:
        """The answer to an operation, by the pharmacist unless *claims* say otherwise."""
        token = self.token(PHARMACIST.claims if claims is None else claims)
        path = f"/fhir/Task/{number}/${operation}"
        return self.send("POST", path, token=token, body=body, key=key, **headers)

    def read(
        self,
        number: PrescriptionNumber | str,
        *,
        claims: dict[str, Any] | None = None,
        whole: bool = False,
        **headers: str,
    ) -> Result:
        """The answer to a reading, by the pharmacist unless *claims* say otherwise."""
        token = self.token(PHARMACIST.claims if claims is None else claims)
        path = f"/fhir/Task/{number}" + ("/$consult" if whole else "")
        return self.send("GET", path, token=token, **headers)

    def stop(self) -> None:
        """Close the desk and its database, as the server does when it ends."""
        if not self._is_stopped:
            self._is_stopped = True
            self.run(self._conductor.__aexit__(None, None, None))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """The result of some asynchronous work."""
        return self._runner.run(work)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """What the SDK's connection does instead of a network: bytes come as they are sent."""
        raw = request.headers.raw
        result = self.run(
            self._conductor.simulate_request(
                request.method,
                request.url.path,
                headers=[(name.decode(), value.decode("latin-1")) for name, value in raw],
                body=request.read(),
                query_string=request.url.query.decode(),
            )
        )
        hold(request.method, request.url.path, result.headers, result.content)
        return httpx2.Response(
            result.status_code, headers=list(result.headers.items()), content=result.content
        )

    def token(self, claims: dict[str, Any], *, seconds: int = 3600) -> str:
        """A token of the demonstration issuer, valid from now on."""
        issuer = demo_issuer(self.settings)
        return issuer.write_token(claims, at=self.clock.at, seconds=seconds)

    def enter(self, claims: dict[str, Any]) -> Teleservice:
        """The SDK in the hands of who *claims* says."""
        return Teleservice("http://localhost", self.token(claims), transport=self)

    def count_rows(self) -> tuple[int, ...]:
        """How many prescriptions, patients, facts and journal entries there are."""
        return self.ask(COUNTS)

    def ask(self, columns: str, *values: Any) -> tuple[Any, ...]:
        """The one row that a query finds, by a connection that owes nothing to our code."""
        if self._observer is None:
            url = self.settings.database
            self._observer = (
                sqlite3.connect(url.removeprefix("sqlite:///"))
                if url.startswith("sqlite")
                else psycopg.connect(url, autocommit=True)
            )
        mark = "?" if isinstance(self._observer, sqlite3.Connection) else "%s"
        cursor = self._observer.execute(f"SELECT {columns}".replace("?", mark), values)
        return tuple(cursor.fetchone() or ())

    def stop_observing(self) -> None:
        """Stop looking at the database."""
        if self._observer is not None:
            self._observer.close()


def expect_all(_am: str) -> bool:
    """Traces are expected of every site."""
    return True


@contextmanager
def running(
    url: str, *, expects: Callable[[str], bool] | None = expect_all, **settings: Any
) -> Iterator[Service]:
    """The program on the database at *url*, in demonstration unless *settings* say otherwise.

    *expects* tells whether the traces of a site are expected; None: as préséries say. No e-mail
    leaves unless *settings* say how.
    """
    clock = Clock()
    chosen = Settings(**{"database": url, "demo": True, "mail": "off", **settings})
    with asyncio.Runner() as runner:
        conductor = ASGIConductor(compose(chosen, clock=clock, expects=expects))
        runner.run(conductor.__aenter__())
        service = Service(chosen, clock, conductor, runner)
        try:
            yield service
        finally:
            service.stop_observing()
            service.stop()


# Every operation, by its method and its address.
OPERATIONS = {
    (method.upper(), path): name
    for name, (path, method, *_) in {
        **openapi.OPERATIONS,
        **openapi.QUESTIONS,
        **{name: (path, "get") for name, (path, *_) in openapi.PRODUCTS.items()},
    }.items()
}


def operation_of(method: str, path: str) -> str | None:
    """The operation that a request asks for, by its name; None: no operation is there."""
    known = OPERATIONS.get((method, path))
    if known is None and (found := re.fullmatch(r"/fhir/Task/[^/]*(/\$\w+)?", path)):
        known = OPERATIONS.get((method, f"/fhir/Task/{{number}}{found[1] or ''}"))
    if known is None and (found := re.fullmatch(r"/products/[^/]*(/rules)?", path)):
        known = OPERATIONS.get((method, f"/products/{{code}}{found[1] or ''}"))
    return known


DESCRIBED = openapi.describe_service()["paths"]
# Addresses whose refusals are in the description, and in no table of the téléservice.
OURS = ("/traces", "/scor", "/preseries")


def described_at(path: str) -> dict[str, Any]:
    """What the description says of an address, by method; what is written whole comes first."""
    for known in sorted(DESCRIBED, key=lambda one: one.count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path):
            return dict(DESCRIBED[known])
    return {}


def hold_described(method: str, path: str, headers: Mapping[str, str], content: bytes) -> None:
    """Fail where traces, SCOR or a présérie are refused for what the description does not say."""
    if not content or "json" not in headers.get("content-type", ""):
        return
    answer = json.loads(content)
    details = answer["issue"][0].get("details", {}) if "issue" in answer else {}
    codes = [one["code"] for one in details.get("coding", [])]
    codes += [answer["code"]] if {"code", "sentence"} <= set(answer) else []
    operation = described_at(path).get(method.lower())
    if operation is None or not codes or codes[0] in ("NOT_FOUND", "FAILURE"):
        return
    refused = [one for status, one in operation["responses"].items() if status[0] != "2"]
    known = {code for one in refused for code in one["description"].split(", ")}
    assert codes[0] in known, f"the description has no {codes[0]} for « {method} {path} »"


def hold(method: str, path: str, headers: Mapping[str, str], content: bytes) -> None:
    """Fail where an operation is refused for what the table of refusals does not say of it.

    Traces, SCOR and préséries have their catalogues in the description.
    """
    if path.startswith(OURS):
        hold_described(method, path, headers, content)
    if not path.startswith(("/fhir", "/products")):
        return
    if not content or not headers.get("content-type", "").startswith(FHIR_JSON):
        return
    answer = json.loads(content)
    details = answer["issue"][0].get("details", {}) if "issue" in answer else {}
    if not details.get("coding"):
        return  # no refusal: done, an address that does not exist, or a failure of ours
    name, code = operation_of(method, path), details["coding"][0]["code"]
    known = [] if name is None else [reason.code for reason in REASONS_OF[name]]
    assert code in known, f"domain/raised.py has no row of {code} for « {name} »"


def code_of(result: Result) -> str:
    """The code of a refusal; « done » if there was none."""
    return "done" if result.status_code < 300 else codes_of(result)[0]


def codes_of(result: Result) -> list[str]:
    """All that a refusal is coded with."""
    return [coding["code"] for coding in result.json["issue"][0]["details"]["coding"]]


def told(result: Result) -> tuple[int, list[str], str | None]:
    """The status, the codes and the place of a refusal, which must be one in due form."""
    [issue] = result.json["issue"]
    assert result.json["resourceType"] == "OperationOutcome"
    assert issue["severity"] == "error"
    assert result.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert result.headers["cache-control"] == "no-store"
    assert "etag" not in result.headers
    assert "location" not in result.headers
    [place] = issue.get("expression", [None])
    return result.status_code, codes_of(result), place


def sentence_of(result: Result) -> str:
    """What a refusal says to the professional."""
    return str(result.json["issue"][0]["details"]["text"])
