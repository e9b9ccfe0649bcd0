"""What tests of the write path share: desks on real databases, threads and locks in the open."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
import os
from pathlib import Path
import sqlite3
from threading import Event
import time
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg

from builders import NOW, a_number, read
from ordonnance.domain.answer import Answer
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.journal import GENESIS
from ordonnance.domain.refusal import Refusal
from ordonnance.store.database import Database, connect
from ordonnance.store.dossier import read_dossiers, write_keys
from ordonnance.store.journal import read_block
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.settlement import Outcome, Received, Settlement

PATIENCE_SECONDS = 20.0
T = TypeVar("T")


class HeldChance:
    """Chance that comes when it is let: until then the settlement that asked for it stands still.

    It stands inside its transaction, where everything is locked, loaded and decided, and nothing
    is written yet. *attempts* counts how often that point was reached.
    """

    def __init__(self) -> None:
        self.attempts = 0
        self.is_inside = Event()
        self._may_go = Event()
        self._may_go.set()

    def hold(self) -> None:
        """From now on, make who asks wait."""
        self.is_inside.clear()
        self._may_go.clear()

    def release(self) -> None:
        """Let whoever waits go on."""
        self._may_go.set()

    def wait_until_inside(self) -> None:
        """Until somebody has asked since ``hold``."""
        assert self.is_inside.wait(PATIENCE_SECONDS), "no settlement came as far as its salts"

    def __call__(self, count: int) -> bytes:
        self.attempts += 1
        self.is_inside.set()
        assert self._may_go.wait(PATIENCE_SECONDS), "chance was held and never released"
        return os.urandom(count)


class Counter:
    """A settlement with its own connection, chance and thread."""

    def __init__(self, url: str, **options: float) -> None:
        self.database = connect(url)
        self.chance = HeldChance()
        self.settlement = Settlement(self.database, PlainSeal(), self.chance, **options)
        self._thread = ThreadPoolExecutor(1)
        self.settle(read(a_number()))  # opens its chain of journal blocks

    def settle(self, *commands, at=NOW) -> list[Outcome]:
        """The outcomes of a set."""
        return self.settlement.settle([Received(command, at) for command in commands])

    def ask(self, *commands, at=NOW) -> "Future[list[Outcome]]":
        """The outcomes of a set that is settled in this counter's thread."""
        return self.run(self.settle, *commands, at=at)

    def run(self, work: Callable[..., T], *values, **named) -> "Future[T]":
        """The result of some work done in this counter's thread."""
        return self._thread.submit(work, *values, **named)

    def close(self) -> None:
        """Give everything back."""
        self.chance.release()
        self._thread.shutdown()
        self.database.close()


@contextmanager
def opened(url: str, count: int = 2, **options: float) -> Iterator[Sequence[Counter]]:
    """So many counters, on the same database."""
    with ExitStack() as stack:
        counters = []
        for _ in range(count):
            counters.append(Counter(url, **options))
            stack.callback(counters[-1].close)
        yield counters


def outcome_of(future: "Future[list[Outcome]]") -> Outcome:
    """The only outcome of a set that somebody else settles."""
    [outcome] = outcomes_of(future)
    return outcome


def outcomes_of(future: "Future[list[Outcome]]") -> list[Outcome]:
    """The outcomes of a set that somebody else settles."""
    return future.result(PATIENCE_SECONDS)


def say(outcome: Outcome) -> str:
    """An outcome in a word: the code of a refusal, ``done``, ``replay``, or an exception's type."""
    if isinstance(outcome, Refusal):
        return outcome.reason.code
    if isinstance(outcome, Answer):
        return "replay" if outcome.is_replay else "done"
    return type(outcome).__name__


def say_all(outcomes: Sequence[Outcome]) -> list[str]:
    """Each outcome in a word."""
    return [say(outcome) for outcome in outcomes]


def load(url: str, *numbers: PrescriptionNumber) -> list[Dossier]:
    """The dossiers as a connection opened just now finds them, texts included."""
    database = connect(url)
    keys = write_keys(dict.fromkeys(numbers, True))
    with database.transaction():
        prescriptions, facts = database.fetch_sets(
            [("load_prescriptions", keys), ("load_facts", keys)]
        )
    database.close()
    return list(read_dossiers(numbers, prescriptions, facts, PlainSeal()).values())


def boxes_delivered(dossier: Dossier) -> int:
    """How many boxes the executions that stand delivered, all lines together."""
    acts = [act for execution in dossier.executions for act in execution.acts]
    return int(sum(act.quantity for act in acts if act.is_done))


def assert_journal_is_whole(url: str) -> None:
    """Every chain goes from 0 without a hole, each block holding the hash of the one before."""
    database = connect(url)
    with database.transaction():
        blocks = [read_block(row) for row in database.fetch("stream_blocks")]
    database.close()
    hashes: dict[str, list[bytes]] = {}
    for block in blocks:
        known = hashes.setdefault(block.chain, [])
        assert block.rank == len(known)
        assert block.previous == (known[-1] if known else GENESIS)
        known.append(block.hash)


def blocks_of(database: Database) -> dict[str, list[int]]:
    """The ranks of the blocks of each chain, in order."""
    with database.transaction():
        rows = database.fetch("stream_blocks")
    ranks: dict[str, list[int]] = {}
    for chain, rank, *_ in rows:
        ranks.setdefault(chain, []).append(rank)
    return ranks


@contextmanager
def raw_postgresql(url: str) -> Iterator[psycopg.Connection]:
    """A connection that commits each statement and owes nothing to our code."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def wait_for_waiters(url: str, count: int) -> None:
    """Until *count* sessions of the database wait for a lock.

    On SQLite who waits cannot be seen from outside, and nobody needs to: nothing is loaded
    before the only lock is held.
    """
    if url.startswith("sqlite"):
        return
    waiting = (
        "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.002) "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    with raw_postgresql(url) as connection:
        while connection.execute(waiting).fetchone() != (count,):
            assert time.monotonic() < deadline, f"never did {count} sessions wait for a lock"


@contextmanager
def locked(url: str, *numbers: PrescriptionNumber) -> Iterator[None]:
    """Somebody who knows nothing of our code holds the lock on these prescriptions."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT 1 FROM prescription WHERE number = ANY(%s) FOR UPDATE",
            [[number.value for number in numbers]],
        )
        yield
        connection.rollback()


@contextmanager
def beside(url: str) -> Iterator[str]:
    """Another base like the one at *url*, which nobody uses meanwhile."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        copy = path.with_name(f"{path.stem}-beside.db")
        with closing(sqlite3.connect(path)) as base, closing(sqlite3.connect(copy)) as other:
            base.backup(other)
        yield f"sqlite:///{copy}"
        return
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    server = urlunsplit(parts._replace(path="/postgres"))
    with raw_postgresql(server) as connection:
        connection.execute(f"CREATE DATABASE {name}_beside TEMPLATE {name} STRATEGY FILE_COPY")
        try:
            yield urlunsplit(parts._replace(path=f"/{name}_beside"))
        finally:
            connection.execute(f"DROP DATABASE {name}_beside WITH (FORCE)")
