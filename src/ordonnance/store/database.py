"""The two engines behind one way of asking: the only file that knows a driver.

A query is the same text on both but for set parameters: on PostgreSQL a set travels as arrays in
one statement, on SQLite the statement runs once a row. Both answer with equal rows: instants are
aware and in UTC, documents are ``bytes``.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
import sqlite3
import time
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from typing_extensions import override

from ordonnance.store.queries import Engine, read_queries, split
from ordonnance.store.session import ADDRESS_DEFAULTS, POSTGRESQL_OPTIONS

Row = tuple[Any, ...]
Values = Mapping[str, Any]
RECONNECT_PAUSE_SECONDS = 0.1
SQLITE_WAIT_SECONDS = 5.0


class DatabaseAddressError(ValueError):
    """The address of the database is not one; the message says what it should be."""


class DatabaseRefusedError(Exception):
    """The database refused what was asked (a key already there, a value it cannot hold)."""


class DatabaseBusyError(DatabaseRefusedError):
    """Somebody held what was asked for, for too long: later it may be free."""


class DatabaseLostError(Exception):
    """The database cannot be reached, or was lost on the way: what was sent may be done or not."""


class Database(ABC):
    """One connection, used by one thread at a time. Queries are asked for by their names.

    Where a query leaves a place for a word (the name of a table), the word is ours, never input.
    """

    engine: Engine

    def __init__(self) -> None:
        self.queries = read_queries(self.engine)

    def text(self, name: str, words: Mapping[str, str]) -> str:
        """The text of a query, with its *words* in their places."""
        return self.queries[name].format(**words) if words else self.queries[name]

    @abstractmethod
    def fetch(self, name: str, values: Values | None = None, **words: str) -> list[Row]:
        """The rows that a query finds."""

    @abstractmethod
    def stream(self, name: str) -> Iterator[Row]:
        """The rows that a query finds, not all in memory at once; inside a snapshot."""

    @abstractmethod
    def execute(self, name: str, values: Values, **words: str) -> None:
        """Run a query that finds nothing."""

    @abstractmethod
    def fetch_sets(self, questions: Sequence[tuple[str, Sequence[Values]]]) -> list[list[Row]]:
        """For each question in order, the rows it finds for a set of keys.

        A question begins after the one before it has ended, and sees what was committed
        meanwhile by others: locks taken by the first hold before the second looks.
        """

    @abstractmethod
    def write_sets(self, writings: Sequence[tuple[str, Sequence[Values]]]) -> None:
        """Write each set of rows, one statement a set; sets without rows are passed over."""

    @abstractmethod
    def run(self, script: str) -> None:
        """Run a script of statements without parameters (the schema)."""

    def run_alone(self, script: str) -> None:
        """Run statements that no transaction may hold: each is done, durably, when it ends."""
        self.run(script)

    @abstractmethod
    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is committed at the end, durably, or leaves nothing.

        Raises:
            DatabaseRefusedError: nothing was written.
            DatabaseLostError: it is not known whether the commit happened.
        """

    @abstractmethod
    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is as the first reading finds it, whatever others commit.

        Nobody waits for it, however long it lasts. It is for reading: nothing is committed.
        """

    @abstractmethod
    def reconnect(self, *, within_seconds: float) -> None:
        """Open the connection again.

        Raises:
            DatabaseLostError: it could not be opened in time.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""


def connect(url: str) -> Database:
    """A connection to the base at *url*: ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        DatabaseAddressError: the address is neither.
        DatabaseLostError: nothing answers there.
    """
    scheme = urlsplit(url).scheme
    if scheme == Engine.SQLITE:
        return SQLite(Path(url.removeprefix("sqlite:///")))
    if scheme in ("postgresql", "postgres"):
        return PostgreSQL(url)
    message = "The database's address begins with sqlite:/// or postgresql://"
    raise DatabaseAddressError(message)


def _as_utc(text: bytes) -> datetime:
    return datetime.fromisoformat(text.decode())


def _as_text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


class SQLite(Database):
    """One file, one writer; every commit is on disk before it is answered."""

    engine = Engine.SQLITE

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        sqlite3.register_converter("timestamptz", _as_utc)
        sqlite3.register_adapter(datetime, _as_text)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path,
                timeout=SQLITE_WAIT_SECONDS,
                isolation_level=None,
                detect_types=sqlite3.PARSE_DECLTYPES,
                check_same_thread=False,
                cached_statements=256,
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -65536")
        except (OSError, sqlite3.DatabaseError) as error:
            raise DatabaseLostError(str(error)) from error
        return connection

    @override
    def fetch(self, name: str, values: Values | None = None, **words: str) -> list[Row]:
        return list(self._connection.execute(self.text(name, words), values or {}))

    @override
    def stream(self, name: str) -> Iterator[Row]:
        yield from self._connection.execute(self.queries[name])

    @override
    def execute(self, name: str, values: Values, **words: str) -> None:
        self._connection.execute(self.text(name, words), values)

    @override
    def fetch_sets(self, questions: Sequence[tuple[str, Sequence[Values]]]) -> list[list[Row]]:
        execute = self._connection.execute
        return [
            [row for values in keys for row in execute(self.queries[name], values)]
            for name, keys in questions
        ]

    @override
    def write_sets(self, writings: Sequence[tuple[str, Sequence[Values]]]) -> None:
        for name, rows in writings:
            if rows:
                self._connection.executemany(self.queries[name], rows)

    @override
    def run(self, script: str) -> None:
        for statement in split(script):
            self._connection.execute(statement)

    @override
    @contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                # Somebody else has been writing for too long: it may go better a little later.
                raise DatabaseLostError(str(error)) from error
            raise DatabaseRefusedError(str(error)) from error
        except BaseException:
            self._roll_back()
            raise

    @override
    @contextmanager
    def snapshot(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    @override
    def reconnect(self, *, within_seconds: float) -> None:
        self.close()
        self._connection = self._open()

    @override
    def close(self) -> None:
        self._connection.close()


class PostgreSQL(Database):
    """One session of a PostgreSQL server, READ COMMITTED."""

    engine = Engine.POSTGRESQL

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._connection = self._open()

    def _open(self) -> psycopg.Connection[Row]:
        try:
            connection = psycopg.connect(
                _with_defaults(self._url),
                options=POSTGRESQL_OPTIONS,
                connect_timeout=5,
                application_name="ordonnance",
            )
        except psycopg.OperationalError as error:
            raise DatabaseLostError(str(error)) from error
        connection.prepare_threshold = 0
        return connection

    @contextmanager
    def _naming_errors(self) -> Iterator[None]:
        """Say whether the database refused, or was lost."""
        try:
            yield
        except psycopg.Error as error:
            if self._connection.closed or isinstance(
                error, (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown)
            ):
                raise DatabaseLostError(str(error)) from error
            if isinstance(error, psycopg.errors.LockNotAvailable):
                raise DatabaseBusyError(str(error)) from error
            raise DatabaseRefusedError(str(error)) from error

    @override
    def fetch(self, name: str, values: Values | None = None, **words: str) -> list[Row]:
        with self._naming_errors():
            return self._execute(name, values, **words).fetchall()

    @override
    def stream(self, name: str) -> Iterator[Row]:
        with self._naming_errors(), self._connection.cursor(name) as cursor:
            yield from cursor.execute(self.queries[name])

    @override
    def execute(self, name: str, values: Values, **words: str) -> None:
        with self._naming_errors():
            self._execute(name, values, **words)

    @override
    def fetch_sets(self, questions: Sequence[tuple[str, Sequence[Values]]]) -> list[list[Row]]:
        # Sent together: the server runs the statements one after the other, each with a snapshot
        # of its own, taken once the one before it has its locks.
        with self._naming_errors():
            cursors = [
                self._execute(name, _as_arrays(keys)) if keys else None for name, keys in questions
            ]
            return [[] if cursor is None else cursor.fetchall() for cursor in cursors]

    @override
    def write_sets(self, writings: Sequence[tuple[str, Sequence[Values]]]) -> None:
        with self._naming_errors():
            for name, rows in writings:
                if rows:
                    self._execute(name, _as_arrays(rows))

    def _execute(self, name: str, values: Values | None, **words: str) -> psycopg.Cursor[Row]:
        return self._connection.execute(self.text(name, words), values, binary=True)

    @override
    def run(self, script: str) -> None:
        with self._naming_errors():
            for statement in split(script):
                self._connection.execute(statement, prepare=False)

    @override
    def run_alone(self, script: str) -> None:
        with self._naming_errors():
            self._connection.autocommit = True
            try:
                self.run(script)
            finally:
                with suppress(psycopg.Error):
                    self._connection.autocommit = False

    @override
    @contextmanager
    def transaction(self) -> Iterator[None]:
        # What is asked inside travels as a pipeline: nothing waits for the server but who reads
        # what it found, and the end of all, so that writing and commit are one round trip.
        try:
            with self._naming_errors(), self._connection.pipeline():
                yield
                # Not connection.commit(): inside a pipeline it waits for an answer before all is
                # sent, for ever where the documents of a set fill the socket (psycopg 3.3.9).
                self._connection.execute("COMMIT", prepare=False)
        except BaseException:
            with suppress(psycopg.Error):
                self._connection.rollback()
            raise

    @override
    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with self._naming_errors():
            self._connection.execute(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", prepare=False
            )
        try:
            yield
        finally:
            with suppress(psycopg.Error):
                self._connection.rollback()

    @override
    def reconnect(self, *, within_seconds: float) -> None:
        deadline = time.monotonic() + within_seconds
        self.close()
        while True:
            try:
                self._connection = self._open()
            except DatabaseLostError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(RECONNECT_PAUSE_SECONDS)
            else:
                return

    @override
    def close(self) -> None:
        self._connection.close()


def _with_defaults(url: str) -> str:
    """The address with what makes a silent or demoted server show, unless it says otherwise."""
    given = conninfo_to_dict(url)
    lacking = {name: value for name, value in ADDRESS_DEFAULTS.items() if name not in given}
    return make_conninfo(url, **lacking)


def _as_arrays(rows: Sequence[Values]) -> dict[str, list[Any]]:
    """The rows turned into one array a column, as ``unnest`` takes them."""
    return {name: [row[name] for row in rows] for name in rows[0]}
