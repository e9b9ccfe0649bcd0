"""The composition root: settings, clock, chance and database put together into one program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
import os
from pathlib import Path
import secrets
import time
from typing import Any, TypeVar

from falcon.asgi import App, Request, Response
from joserfc.jwk import KeySet, OKPKey
import msgspec

from ordonnance.api.auth import Gate
from ordonnance.api.calendar import add_calendar_routes
from ordonnance.api.call import add_call_routes
from ordonnance.api.document import add_document_routes
from ordonnance.api.evidence import add_evidence_routes
from ordonnance.api.keys import DemoIssuer, ReceiptSigner
from ordonnance.api.preserie import add_preserie_routes
from ordonnance.api.product import add_product_routes
from ordonnance.api.routes import add_routes
from ordonnance.api.scor import add_scor_routes
from ordonnance.api.service import Service
from ordonnance.api.trace import add_trace_routes
from ordonnance.domain.preserie_gate import GateMode
from ordonnance.domain.refusal import Refusal
from ordonnance.keeper import Lifespan, spare_the_collector
from ordonnance.log import start_logging
from ordonnance.portail.page import Pages
from ordonnance.portail.portal import Portal
from ordonnance.portail.routes import add_home, add_portal
from ordonnance.portail.visitor import SESSION_SECONDS, Visitors
from ordonnance.settings import DEMO_ISSUER, Settings, read_settings
from ordonnance.store.database import (
    Database,
    connect,
)
from ordonnance.store.migrate import migrate, pending
from ordonnance.store.partitions import open_months
from ordonnance.store.product import read_extract
from ordonnance.store.queries import Engine
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.aside import Aside
from ordonnance.usecases.asking import Threads
from ordonnance.usecases.call import find_calls
from ordonnance.usecases.desk import Desk
from ordonnance.usecases.document import Documents
from ordonnance.usecases.link import Links
from ordonnance.usecases.mail import Post
from ordonnance.usecases.mail_carrier import open_carrier
from ordonnance.usecases.mail_message import Stationery
from ordonnance.usecases.mail_setting import check_sender, read_contacts_file, read_secret
from ordonnance.usecases.measure import Measures
from ordonnance.usecases.preserie import Preseries
from ordonnance.usecases.scan import Scans
from ordonnance.usecases.scor import Know, Known
from ordonnance.usecases.settlement import Settlement
from ordonnance.usecases.shelf import Shelf

Program = App[Request, Response]
Seen = TypeVar("Seen")


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
    shelf = Shelf(read_extract())

    def know(base: Database, at: datetime) -> Known:
        return Known(base, PlainSeal(), shelf.current, at)

    reach = partial(connect, settings.database)
    preseries = Preseries(reach, secrets.token_bytes, know)
    preseries.refresh(database)
    is_traced = expects or preseries.is_traced
    desk = Desk(Settlement(database, PlainSeal(), secrets.token_bytes, is_traced=is_traced))
    aside, scans = Aside(settings.database), Scans()
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
    lifespan = Lifespan(service, database, settings.database, (aside, scans), open_post(settings))
    app: Program = App(middleware=lifespan)
    add_routes(app, service, name_failure=lambda: secrets.token_hex(6))
    add_product_routes(app, lambda: (shelf.current, shelf.catalogue), clock)
    add_trace_routes(app, service, aside, expects=expects or preseries.expects)
    add_scor_routes(app, service, aside, scans, know=know)
    add_pilots(app, service, settings, Ground(reach, know, aside))
    return app


@dataclass(frozen=True, slots=True)
class Ground:
    """What préséries stand on: the base, what judges pieces, and what looks beside the desk."""

    reach: Callable[[], Database]
    know: Know
    aside: Aside


def add_pilots(app: Program, service: Service, settings: Settings, ground: Ground) -> None:
    """Open in *app* what préséries answer, over HTTP and as pages."""
    links, documents = open_links(settings), Documents(ground.reach, service.preseries)
    add_preserie_routes(app, service)
    add_document_routes(app, service, documents)
    add_call_routes(app, service, partial(find_calls, ground.reach))
    add_evidence_routes(app, service, ground.aside, know=ground.know)
    add_calendar_routes(app, service, links, settings.address.rstrip("/"))
    pages = Pages(is_demo=settings.demo, clock=service.clock)
    add_home(app, pages, partial(look_at, service.desk))
    portal = Portal(
        pages=pages,
        visitors=Visitors(service.gate.recognise, links, service.clock),
        preseries=service.preseries,
        measures=Measures(ground.reach, ground.know),
        documents=documents,
        links=links,
        find_calls=partial(find_calls, ground.reach),
        consult=partial(consult, service, ground),
        threads=Threads(),
        draw=lambda: secrets.token_hex(16),
        name_failure=lambda: secrets.token_hex(6),
    )
    add_portal(app, portal, partial(write_token, service, settings) if settings.demo else None)


async def consult(service: Service, ground: Ground, work: Callable[[Known], Seen]) -> Seen:
    """What *work* sees in the base, beside the desk.

    Raises:
        Refusal: BUSY, and as *work* finds.
    """
    return await ground.aside.do(lambda base: work(ground.know(base, service.clock())))


def write_token(service: Service, settings: Settings, claims: dict[str, object]) -> str:
    """A token of the demonstration that says *claims*."""
    issuer = demo_issuer(settings)
    return issuer.write_token(claims, at=service.clock(), seconds=SESSION_SECONDS)


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


def open_links(settings: Settings) -> Links | None:
    """What writes and reads personal links; None: no secret is set, there are none.

    Raises:
        SetupError: the secret cannot be read, or is too short.

    Source: PRE-50, PRE-58.
    """
    if not settings.link_key:
        return Links.derive(settings.demo_key) if settings.demo else None
    try:
        return Links(read_secret(settings.link_key))
    except ValueError as error:
        raise SetupError(str(error)) from error


def open_post(settings: Settings) -> Post:
    """What sends the e-mails of préséries, as set.

    Raises:
        SetupError: a setting of theirs is none.

    Source: PRE-55.
    """
    try:
        stationery = Stationery(
            contacts=read_contacts_file(settings.contacts),
            sender=check_sender(settings.sender),
            address=settings.address.rstrip("/"),
            links=open_links(settings),
        )
        return Post(stationery, open_carrier(settings.mail, settings.database))
    except ValueError as error:
        raise SetupError(str(error)) from error


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
