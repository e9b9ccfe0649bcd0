"""The floor of the bench: what the database itself takes, with no HTTP, no reading and no rule.

The rows that one issue leaves are read back from the base, after the service wrote them, and
written again and again by a bare loop, ready made, one transaction a prescription. Only what must
differ does: the number and its bucket, and where the block stands in its chain. The number inside
the documents stays the first one's: the same bytes travel, and nobody reads them.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
import time
from typing import Any

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.simulation.load import Series
from ordonnance.store.database import Database, PostgreSQL, Values, connect
from ordonnance.store.dossier import write_key
from ordonnance.store.journal import bucket_of_chain
from ordonnance.store.queries import Engine

ROWS_PER_SECOND_MAX = 10_000
# The numbers of connections at which it is tried: SQLite has one writer.
CONNECTIONS = {Engine.SQLITE: (1,), Engine.POSTGRESQL: (1, 4, 8, 16)}
_COLUMNS = (
    "number",
    "recorded_at",
    "document",
    "resources",
    "patient_key",
    "authored_at",
    "prescriber",
    "chain",
    "rank",
    "position",
    "at",
    "salt",
    "entry",
    "previous",
    "digests",
    "months",
    "heads",
)


class AutocommitPostgreSQL(PostgreSQL):
    """A session where each statement is a transaction by itself: one round trip, not three."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._connection.autocommit = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What to write, how long, through how many connections at once.

    *rows*: the columns that all prescriptions share. *numbers*: ranks in *series*, which the
    service never sees; *chain* begins the names of the chains, one a connection.
    """

    url: str
    rows: Values
    series: Series
    numbers: range
    chain: str
    seconds: float
    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many prescriptions were written in how long, and the loop's own CPU."""

    count: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Prescriptions a second."""
        return self.count / self.seconds


def connect_bare(url: str) -> Database:
    """A connection as a bare loop wants it.

    Raises:
        DatabaseLostError: nothing answers there.
    """
    return connect(url) if url.startswith("sqlite") else AutocommitPostgreSQL(url)


def read_rows(database: Database, number: PrescriptionNumber) -> Values:
    """The columns of the rows that the issue of *number* left, and its place in the journal."""
    row = database.fetch("floor_rows", write_key(number))[0]
    return dict(zip(_COLUMNS, row, strict=True))


def write(floor: Floor) -> Written:
    """What was written; meant for a process of its own, whose CPU is then the loop's.

    Threads, since a connection spends its time waiting for its database: split over two or four
    processes, the same number of connections wrote no more (measured).
    """
    piles = [list(prepare(floor, rank)) for rank in range(floor.connections)]
    with ExitStack() as stack:
        databases = [connect_bare(floor.url) for _ in piles]
        for database in databases:
            stack.callback(database.close)
        threads = stack.enter_context(ThreadPoolExecutor(floor.connections))
        start, cpu = time.perf_counter(), time.process_time()
        deadline = start + floor.seconds
        loops = [
            threads.submit(write_pile, database, pile, deadline=deadline)
            for database, pile in zip(databases, piles, strict=True)
        ]
        count = sum(loop.result() for loop in loops)
        seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    return Written(count=count, seconds=seconds, cpu_seconds=cpu_seconds)


def prepare(floor: Floor, connection: int) -> Iterator[dict[str, Any]]:
    """The rows that one of the floor's connections writes, ready made."""
    chain = f"{floor.chain}-{connection}"
    shared = {**floor.rows, "chain": chain, "chain_bucket": bucket_of_chain(chain)}
    for rank, n in enumerate(floor.numbers[connection :: floor.connections], 1):
        yield {**shared, **write_key(floor.series.number_at(n)), "rank": rank}


def write_pile(database: Database, pile: Sequence[dict[str, Any]], *, deadline: float) -> int:
    """How many prescriptions of *pile* were written before *deadline* (``perf_counter``)."""
    write_one = write_by_table if database.engine is Engine.SQLITE else write_at_once
    for count, row in enumerate(pile):
        if time.perf_counter() >= deadline:
            return count
        write_one(database, row)
    return len(pile)


def write_at_once(database: Database, row: dict[str, Any]) -> None:
    """Write a prescription in one statement, which commits itself."""
    database.execute("write_issue_at_once", row)


def write_by_table(database: Database, row: dict[str, Any]) -> None:
    """Write a prescription table by table, in one transaction."""
    with database.transaction():
        database.execute("write_prescriptions", row)
        database.execute("write_patients", row)
        database.execute("write_entries", {**row, "document": row["entry"]})
        database.execute("write_blocks", {**row, "bucket": row["chain_bucket"]})
