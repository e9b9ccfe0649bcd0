"""The composition root: settings, clock, chance and database put together into one program."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
import gc
from hashlib import sha256
import os
from pathlib import Path
import secrets
import time
from typing import Any

from falcon.asgi import App, Request, Response
from joserfc.jwk import KeySet, OKPKey
import msgspec

from ordonnance.api.auth import Gate
from ordonnance.api.document import add_document_routes
from ordonnance.api.keys import DemoIssuer, ReceiptSigner
from ordonnance.api.preserie import add_preserie_routes
from ordonnance.api.product import add_product_routes
from ordonnance.api.routes import add_routes
from ordonnance.api.scor import add_scor_routes
from ordonnance.api.service import Service
from ordonnance.api.trace import add_trace_routes
from ordonnance.domain.preserie_gate import GateMode
from ordonnance.domain.refusal import Refusal
from ordonnance.log import LOGGER, start_logging
from ordonnance.portail.page import Pages
from ordonnance.portail.portal import Portal
from ordonnance.portail.routes import add_home, add_portal
from ordonnance.portail.visitor import SESSION_SECONDS, Visitors
from ordonnance.settings import DEMO_ISSUER, Settings, read_settings
from ordonnance.store.database import (
    Database,
    DatabaseLostError,
    DatabaseRefusedError,
    connect,
)
from ordonnance.store.migrate import migrate, pending
from ordonnance.store.partitions import open_months
from ordonnance.store.product import read_extract
from ordonnance.store.queries import Engine
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.aside import Aside
from ordonnance.usecases.asking import Asking
from ordonnance.usecases.desk import Desk
from ordonnance.usecases.document import Documents
from ordonnance.usecases.link import Links
from ordonnance.usecases.preserie import Preseries
from ordonnance.usecases.scan import Scans
from ordonnance.usecases.scor import Known
from ordonnance.usecases.settlement import Settlement
from ordonnance.usecases.shelf import Shelf

MONTHS_CHECK_SECONDS = 6 * 3600
SHELF_CHECK_SECONDS = 20
PILOTS_CHECK_SECONDS = 5
COLLECTOR_PACE = (10_000, 20, 50)  # an issue makes 400 objects that a collection looks at
Program = App[Request, Response]


class SetupError(Exception):
    """The program cannot start as it is set; the message says what to do."""


def now() -> datetime:
    """The instant it is."""
    return datetime.now(UTC)


def create_app(environment: Mapping[str, str] | None = None) -> Program:
    """The whole program as an ASGI application, set by *environment* (the process's own)."""
    start_logging()
    app = compose(read_settings(os.environ if environment is None else environment))
    spare_the_collector()
    return app


def compose(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = now,
    expects: Callable[[str], bool] | None = None,
) -> Program:
    """The téléservice and the portail on the database that *settings* names.

    *clock* tells the instant at which each request comes. *expects* tells whether the traces
    postes of a site are expected, by its AM: by default, what préséries say.

    Raises:
        SetupError: the schema is of another version, or a key is missing.
        DatabaseLostError: the database does not answer.
    """
    database = open_database(settings.database, clock())
    preseries = Preseries(partial(connect, settings.database), secrets.token_bytes)
    preseries.refresh(database)
    is_traced = expects or preseries.is_traced
    desk = Desk(Settlement(database, PlainSeal(), secrets.token_bytes, is_traced=is_traced))
    aside, scans = Aside(settings.database), Scans()
    shelf = Shelf(read_extract())
    shelf.refresh(database, clock())
    service = Service(
        desk=desk,
        gate=open_gate(settings),
        signer=open_signer(settings),
        shelf=shelf,
        clock=clock,
        preseries=preseries,
        gate_mode=GateMode(settings.preserie_gate),
    )

    def know(base: Database, at: datetime) -> Known:
        return Known(base, PlainSeal(), shelf.current, at)

    app: Program = App(middleware=Lifespan(service, database, settings.database, (aside, scans)))
    add_routes(app, service, name_failure=lambda: secrets.token_hex(6))
    add_preserie_routes(app, service)
    add_document_routes(app, service, Documents(partial(connect, settings.database), preseries))
    add_product_routes(app, lambda: (shelf.current, shelf.catalogue), clock)
    add_trace_routes(app, service, aside, expects=expects or preseries.expects)
    add_scor_routes(app, service, aside, scans, know=know)
    add_portail(app, service, settings, desk)
    return app


def add_portail(app: Program, service: Service, settings: Settings, desk: Desk) -> None:
    """Open the pages in *app*."""
    clock = service.clock
    pages = Pages(is_demo=settings.demo, clock=clock)
    add_home(app, pages, partial(look_at, desk))
    links = Links(read_link_secret(settings))
    portal = Portal(
        pages=pages,
        visitors=Visitors(service.gate.recognise, links, clock),
        preseries=service.preseries,
        documents=Documents(partial(connect, settings.database), service.preseries),
        asking=Asking(),
        draw=lambda: secrets.token_hex(16),
        name_failure=lambda: secrets.token_hex(6),
    )

    def write_token(claims: dict[str, object]) -> str:
        return demo_issuer(settings).write_token(claims, at=clock(), seconds=SESSION_SECONDS)

    add_portal(app, portal, write_token if settings.demo else None)


def read_link_secret(settings: Settings) -> bytes:
    """The secret of personal links; where none is set, one that lasts as long as the process.

    Source: PRE-50.
    """
    if settings.demo:
        return sha256(f"ordonnance/links/{settings.demo_key}".encode()).digest()
    return settings.link_key.encode() or secrets.token_bytes(32)


def spare_the_collector() -> None:
    """Have the collector of cycles pass over what is loaded by now, and pass less often.

    The products are a hundred thousand objects that stay, and a request leaves almost no cycle:
    as Python is set, looking for them took a twelfth of the CPU of an issue (measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_PACE)


async def look_at(desk: Desk) -> float | None:
    """How many milliseconds the desk and its database took to answer; None: not in time."""
    start = time.perf_counter()
    try:
        await desk.check()
    except Refusal:
        return None
    return (time.perf_counter() - start) * 1000


def open_database(url: str, at: datetime) -> Database:
    """A connection to a base whose schema is up to date; SQLite is migrated on the way.

    The months around *at* are open.

    Raises:
        SetupError: migrations are pending on PostgreSQL.
        DatabaseLostError: the database does not answer.
    """
    database = connect(url)
    if database.engine is Engine.SQLITE:
        migrate(database, at)
    elif pending(database):
        database.close()
        message = "The schema is not up to date: run « ordonnance migrate » first."
        raise SetupError(message)
    else:
        with database.transaction():
            open_months(database, at)
    return database


def open_gate(settings: Settings) -> Gate:
    """The gate for the issuer that *settings* names, or for the demonstration's.

    Raises:
        SetupError: no issuer is named, or its keys cannot be read.
    """
    if settings.demo:
        issuer = demo_issuer(settings)
        return Gate(
            issuer.keys,
            issuer=DEMO_ISSUER,
            audience=settings.audience,
            accepts_tests=True,
            approved=settings.approved,
        )
    if not (settings.issuer and settings.jwks):
        message = (
            "No token issuer is set: give ORDONNANCE_ISSUER and ORDONNANCE_JWKS (the file of its "
            "public keys), or start with --demo."
        )
        raise SetupError(message)
    return Gate(
        KeySet.import_key_set(read_json(settings.jwks)),
        issuer=settings.issuer,
        audience=settings.audience,
        accepts_tests=not settings.production,
        approved=settings.approved,
    )


def demo_issuer(settings: Settings) -> DemoIssuer:
    """The issuer of the demonstration's tokens."""
    return DemoIssuer(settings.demo_key, issuer=DEMO_ISSUER, audience=settings.audience)


def open_signer(settings: Settings) -> ReceiptSigner:
    """The signer of receipts.

    Raises:
        SetupError: no key is set, or it cannot be read.
    """
    if settings.receipt_key:
        return ReceiptSigner(OKPKey.import_key(read_json(settings.receipt_key)))
    if settings.demo:
        return ReceiptSigner.derive(settings.demo_key)
    message = "No receipt key is set: give ORDONNANCE_RECEIPT_KEY (an Ed25519 key as a JWK)."
    raise SetupError(message)


def read_json(path: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """What a JSON file holds.

    Raises:
        SetupError: it cannot be read.
    """
    try:
        return msgspec.json.decode(Path(path).read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        message = f"{path} cannot be read: {error}"
        raise SetupError(message) from error


class Lifespan:
    """Opens the desk with the program; closes it, and its database, after the last answer."""

    def __init__(
        self,
        service: Service,
        database: Database,
        database_url: str,
        asides: tuple[Aside | Scans, ...],
    ) -> None:
        self._desk = service.desk
        self._database = database
        self._database_url = database_url
        self._shelf = service.shelf
        self._preseries = service.preseries
        self._asides = asides
        self._keepers: list[asyncio.Task[None]] = []

    async def process_startup(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:  # noqa: ARG002 - ASGI's names
        """Start settling; keep months open, products and pilots up to date."""
        self._desk.open()
        self._keepers = [
            asyncio.create_task(self._keep(self._open_months, every=MONTHS_CHECK_SECONDS)),
            asyncio.create_task(self._keep(self._refresh_shelf, every=SHELF_CHECK_SECONDS)),
            asyncio.create_task(self._keep(self._refresh_pilots, every=PILOTS_CHECK_SECONDS)),
        ]

    async def process_shutdown(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:  # noqa: ARG002 - ASGI's names
        """Settle what was taken, then stop."""
        for keeper in self._keepers:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
        for aside in self._asides:
            await asyncio.to_thread(aside.close)
        await asyncio.to_thread(self._desk.close)
        self._database.close()

    async def _keep(self, work: Callable[[Database], object], *, every: float) -> None:
        """Do *work* on a connection of its own, again and again; a failure is tried again."""
        while True:
            await asyncio.sleep(every)
            try:
                await asyncio.to_thread(self._work, work)
            except (DatabaseLostError, DatabaseRefusedError) as error:
                # Another process may be opening months at this moment: next time they stand.
                LOGGER.warning("%s failed: %s", work.__name__, type(error).__name__)

    def _work(self, work: Callable[[Database], object]) -> None:
        database = connect(self._database_url)
        try:
            work(database)
        finally:
            database.close()

    def _open_months(self, database: Database) -> None:
        with database.transaction():
            open_months(database, now())

    def _refresh_shelf(self, database: Database) -> None:
        if self._shelf.refresh(database, now()):
            spare_the_collector()
            LOGGER.info("referential in force: %s", self._shelf.current.version)

    def _refresh_pilots(self, database: Database) -> None:
        if self._preseries.refresh(database):
            LOGGER.info("software in présérie: %s", len(self._preseries.pilots.installed))
