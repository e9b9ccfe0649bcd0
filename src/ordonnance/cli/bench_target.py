"""The service under load: what is asked of it, and what each asking costs."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from multiprocessing import active_children, get_context
import signal

from ordonnance.cli import bench_figures, floor
from ordonnance.cli.bench_base import Base, Served, serve
from ordonnance.cli.bench_figures import CPU, Cost, FloorCost
from ordonnance.cli.bench_fill import Stored
from ordonnance.cli.bench_machine import cpu_seconds, family_cpu_seconds, resident_kib
from ordonnance.cli.floor import Floor, connect_bare
from ordonnance.domain.product import Product
from ordonnance.server import SetupError
from ordonnance.simulation import load
from ordonnance.simulation.load import Load, Request, Series
from ordonnance.store.database import Database, Values
from ordonnance.store.journal import bucket_of_chain
from ordonnance.store.product import read_extract

PRODUCTS = ("3400930008829", "3400935656070")  # two medicines of the extract, no rule of their own
FIRST_SECONDS_MAX = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Who asks, and about what. *prescriber* and *pharmacist* are their tokens.

    *clock* tells the instant it is: what is handed over must be recorded within minutes.
    """

    prescriber: str
    pharmacist: str
    products: Sequence[Product]
    written_at: datetime
    clock: Callable[[], datetime]

    def series(self, name: str) -> Series:
        """Numbers of the month in which everything is written."""
        return Series(name, (self.written_at.date(),))

    def write(self, operation: str) -> Request:
        """The request of an operation."""
        match operation:
            case "issue":
                return load.write_issue(self.products, token=self.prescriber, at=self.written_at)
            case "consult" | bench_figures.CONSULT_OLD:
                return load.write_consult(token=self.pharmacist, at=self.written_at)
            case _:
                return load.write_execute(self.products, token=self.pharmacist, at=self.clock())


class Blocks:
    """The blocks of the chain that a service writes, one a settled set, read as they come.

    *rank* is that of the last one which is not to be read.
    """

    def __init__(self, database: Database, *, chain: str, rank: int) -> None:
        self._database = database
        self._chain = {"bucket": bucket_of_chain(chain), "chain": chain}
        self._rank = rank

    def read_new(self) -> list[int]:
        """How many commands each set settled, in order, of those not read yet."""
        rows = self._database.fetch("list_blocks_since", {**self._chain, "rank": self._rank})
        self._rank = rows[-1][0] if rows else self._rank
        return [count for _, count in rows]


class Target:
    """A service on a base, and the process *other* that asks it; the first issue is done.

    *rows* are those that the first issue left. With *stored*, the base held ordonnances before,
    and CONSULT_OLD is about them.
    """

    def __init__(
        self,
        base: Base,
        served: Served,
        *,
        script: Script,
        other: ProcessPoolExecutor,
        database: Database,
        stored: Stored | None,
    ) -> None:
        self.base = base
        self.stored = stored
        self.errors: Counter[str] = Counter()
        self._served = served
        self._script = script
        self._other = other
        self._database = database
        self._series = script.series("load")
        self.rows: Values = floor.read_rows(database, self._series.number_at(0))
        self._blocks = Blocks(database, chain=self.rows["chain"], rank=self.rows["rank"])
        self._taken = Counter(issue=1)
        self._floored = 0

    def measure(self, operation: str, *, seconds: float, connections: int) -> Cost:
        """What an operation costs, asked that long through that many connections."""
        series, numbers = self._choose(operation, ceil(seconds * load.NUMBERS_PER_SECOND_MAX))
        work = Load(
            port=self._served.port,
            request=self._script.write(operation),
            series=series,
            numbers=numbers,
            seconds=seconds,
            connections=connections,
            again=operation in ("consult", bench_figures.CONSULT_OLD),
        )
        before = self._cpu()
        measured = self._other.submit(load.run, work).result()
        cpu = self._cpu().since(before)
        self.errors.update(measured.errors)
        self._taken[operation] += measured.taken
        return Cost(measured, cpu, self._blocks.read_new())

    def _choose(self, operation: str, ready: int) -> tuple[Series, range]:
        """At most *ready* numbers: issue new ones, execute and consult those not executed."""
        issued, executed = self._taken["issue"], self._taken["execute"]
        if operation == "issue":
            return self._series, range(issued, issued + ready)
        if operation == bench_figures.CONSULT_OLD and self.stored is not None:
            return self.stored.series, self.stored.window(self._taken[operation], ready)
        return self._series, range(executed, min(issued, executed + ready))

    def measure_floor(self, *, seconds: float, connections: int) -> FloorCost:
        """What the database takes without the service, through that many connections."""
        ready = ceil(seconds * floor.ROWS_PER_SECOND_MAX)
        work = Floor(
            url=self.base.url,
            rows=self.rows,
            series=self._script.series("floor"),
            numbers=range(self._floored, self._floored + ready),
            chain=f"floor-{self._floored}",
            seconds=seconds,
            connections=connections,
        )
        self._floored += ready
        before = self._cpu()
        written = self._other.submit(floor.write, work).result()
        database = self._cpu().since(before).database or 0.0
        return FloorCost(written, written.cpu_seconds + database)

    def resident_kib(self) -> int:
        """The memory that the service holds."""
        return resident_kib(self._served.process)

    def partition_count(self) -> int:
        """Over how many months the base is spread; 0 where the engine has no partitions."""
        return int(self._database.fetch("count_partitions")[0][0])

    def _cpu(self) -> CPU:
        postmaster = self.base.postmaster
        database = None if postmaster is None else family_cpu_seconds(postmaster)
        return CPU(cpu_seconds(self._served.process), database)


@contextmanager
def open_target(
    base: Base, *, script: Script, other: ProcessPoolExecutor, stored: Stored | None = None
) -> Iterator[Target]:
    """A service started on *base*, once it has issued a first ordonnance.

    Raises:
        SetupError: it does not start, or does not issue.
    """
    with serve(base) as served, closing(connect_bare(base.url)) as database:
        first = Load(
            port=served.port,
            request=script.write("issue"),
            series=script.series("load"),
            numbers=range(1),
            seconds=FIRST_SECONDS_MAX,
            connections=1,
        )
        answered = other.submit(load.run, first).result()
        if answered.errors:
            raise SetupError(f"The service refused the first ordonnance: {answered.errors}")
        yield Target(base, served, script=script, other=other, database=database, stored=stored)


@contextmanager
def start_process() -> Iterator[ProcessPoolExecutor]:
    """A process of its own for loops and load; after Ctrl-C it is not waited for."""
    with ProcessPoolExecutor(
        1,
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    ) as other:
        try:
            yield other
        except BaseException:
            for child in active_children():
                child.terminate()
            raise


def choose_products() -> list[Product]:
    """The two medicines that are prescribed: of the referential shipped with the package."""
    referential = read_extract()
    return [referential.by_cip13[code] for code in PRODUCTS]
