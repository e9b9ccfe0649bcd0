"""What tests of the API share: the whole program in memory, its clock, and what it holds."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
import json
import sqlite3
from typing import Any

from falcon.testing import ASGIConductor, Result
import httpx2
import psycopg

from builders import NOW
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.poste.client import Teleservice
from ordonnance.server import Program, compose, demo_issuer
from ordonnance.settings import Settings
from ordonnance.simulation.population import ANNE

FHIR_JSON = "application/fhir+json"
TABLES = ("prescription", "patient_index", "fact", "journal_entry")
PATIENT_CLAIMS = {"role": "patient", "ins": ANNE.ins.value}


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

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: bytes | None = None,
        key: str | None = None,
        **headers: str,
    ) -> Result:
        """The answer to a request; headers are named with underscores."""
        sent = {"Accept": FHIR_JSON}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = FHIR_JSON
        if key is not None:
            sent["Idempotency-Key"] = key
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.run(
            self._conductor.simulate_request(method, path, headers=sent, body=body or b"")
        )

    def run(self, work: Any) -> Any:
        """The result of some asynchronous work."""
        return self._runner.run(work)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        result = self.run(
            self._conductor.simulate_request(
                request.method,
                request.url.path,
                headers=dict(request.headers),
                body=request.read(),
            )
        )
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

    def count_rows(self) -> dict[str, int]:
        """How many rows each table holds."""
        return {table: self._fetch(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608 - names of ours

    def count_of(self, number: PrescriptionNumber) -> dict[str, int]:
        """How many rows each table holds of one prescription."""
        where = f"WHERE number = '{number}'"
        return {table: self._fetch(f"SELECT count(*) FROM {table} {where}") for table in TABLES}  # noqa: S608 - names of ours

    def _fetch(self, query: str) -> int:
        url = self.settings.database
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
                return int(connection.execute(query).fetchone()[0])
        with psycopg.connect(url) as connection:
            return int(connection.execute(query).fetchone()[0])


@contextmanager
def running(url: str, **settings: Any) -> Iterator[Service]:
    """The program on the database at *url*, in demonstration unless *settings* say otherwise."""
    clock = Clock()
    chosen = Settings(**{"database": url, "demo": True, **settings})
    with asyncio.Runner() as runner:
        conductor = ASGIConductor(compose(chosen, clock=clock))
        runner.run(conductor.__aenter__())
        try:
            yield Service(chosen, clock, conductor, runner)
        finally:
            runner.run(conductor.__aexit__(None, None, None))


def code_of(result: Result) -> str:
    """The code of a refusal."""
    return str(json.loads(result.content)["issue"][0]["details"]["coding"][0]["code"])
