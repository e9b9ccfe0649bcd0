"""The bench's measurements: rounds of floor, issue, consult and execute, and their medians."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from multiprocessing import get_context
import signal
from statistics import median
from typing import NamedTuple

from ordonnance.cli import floor
from ordonnance.cli.bench_base import Base, Served, cpu_seconds, family_cpu_seconds
from ordonnance.cli.floor import Floor
from ordonnance.domain.product import Product
from ordonnance.simulation import load
from ordonnance.simulation.load import Load, Measured
from ordonnance.store.database import Values
from ordonnance.store.product import read_extract
from ordonnance.store.queries import Engine

ROUNDS = 3
OPERATIONS = ("issue", "consult", "execute")
WARM_UP_SHARE = 0.25
PRODUCTS = ("3400930008829", "3400935656070")  # two medicines of the extract, no rule of their own
MICROSECONDS = 1e6

Advance = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFigures:
    """An operation under load; CPU is an operation's. *database_cpu_us* None: not apart, or far."""

    per_second: float
    p50_ms: float
    p99_ms: float
    service_cpu_us: float
    database_cpu_us: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorFigures:
    """The floor at the number of connections that does best; *cpu_us* of loop and database."""

    issue_per_second: float
    connections: int
    cpu_us: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured on an engine. *errors*: answers other than expected, by what came."""

    operations: dict[str, OperationFigures]
    floor: FloorFigures
    errors: dict[str, int]

    @property
    def ratio_issue_to_floor(self) -> float:
        """How many times the floor the service issues."""
        return round(self.operations["issue"].per_second / self.floor.issue_per_second, 3)


class CPU(NamedTuple):
    """CPU seconds used so far by the service and by the database's processes, if they are apart."""

    service: float
    database: float | None

    def since(self, before: "CPU") -> "CPU":
        """What was used since *before*."""
        if self.database is None or before.database is None:
            return CPU(self.service - before.service, None)
        return CPU(self.service - before.service, self.database - before.database)


class Cost(NamedTuple):
    """One measurement of an operation, and the CPU it took of service and database."""

    measured: Measured
    cpu: CPU


class FloorCost(NamedTuple):
    """One measurement of the floor, and the CPU seconds of loop and database together."""

    written: floor.Written
    cpu_seconds: float


def step_count(engine: Engine) -> int:
    """How many times ``Rounds.run`` says that it advanced."""
    return ROUNDS * (len(OPERATIONS) + len(connections_of(engine)))


def connections_of(engine: Engine) -> Sequence[int]:
    """The numbers of connections at which the floor is tried: SQLite has one writer."""
    return (1,) if engine is Engine.SQLITE else floor.CONNECTIONS


class Rounds:
    """The rounds on one base; *tokens* are the prescriber's and the pharmacist's.

    *clock* tells the instant it is: what is handed over must be recorded within minutes.
    """

    def __init__(
        self,
        base: Base,
        served: Served,
        *,
        tokens: tuple[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self._base = base
        self._served = served
        self._prescriber, self._pharmacist = tokens
        self._clock = clock
        self._written_at = clock()
        self._products = choose_products()
        self._issued = self._executed = self._floored = 0
        self._errors: Counter[str] = Counter()

    def run(self, seconds: float, advance: Advance) -> Figures:
        """The medians of the rounds, each measurement lasting *seconds*.

        *advance* is told each measurement, in words, once it is made.
        """
        costs: dict[str, list[Cost]] = {name: [] for name in OPERATIONS}
        floors: dict[int, list[FloorCost]] = {n: [] for n in connections_of(self._base.engine)}
        with start_process() as other:
            rows = self._warm_up(other, seconds * WARM_UP_SHARE)
            for _ in range(ROUNDS):
                for connections, floor_costs in floors.items():
                    floor_cost = self._measure_floor(other, rows, seconds, connections)
                    floor_costs.append(floor_cost)
                    said = f"floor, {connections} at once"
                    advance(f"{said}: {floor_cost.written.per_second:,.0f}/s")
                for operation, operation_costs in costs.items():
                    cost = self._measure(other, operation, self._plan(operation, seconds))
                    operation_costs.append(cost)
                    advance(f"{operation}: {cost.measured.per_second:,.0f}/s")
        return Figures(
            operations={name: summarise(rounds) for name, rounds in costs.items()},
            floor=summarise_floor(floors),
            errors=dict(self._errors),
        )

    def _warm_up(self, other: ProcessPoolExecutor, seconds: float) -> Values:
        """The rows that the first issue left, once the service has done a little of everything."""
        month = self._written_at.date()
        first = replace(self._plan("issue", seconds), numbers=range(1), connections=1)
        self._measure(other, "issue", first)
        rows = floor.read_rows(self._base.url, load.number_at(0, month))
        for operation in OPERATIONS:
            self._measure(other, operation, self._plan(operation, seconds))
        return rows

    def _plan(self, operation: str, seconds: float) -> Load:
        """The load of an operation: issue new numbers, consult and execute those not executed."""
        numbers = range(self._executed, self._issued)
        match operation:
            case "issue":
                request = load.write_issue(
                    self._products, token=self._prescriber, at=self._written_at
                )
                ready = ceil(seconds * load.NUMBERS_PER_SECOND_MAX)
                numbers = range(self._issued, self._issued + ready)
            case "consult":
                request = load.write_consult(token=self._pharmacist, at=self._written_at)
            case _:
                request = load.write_execute(
                    self._products, token=self._pharmacist, at=self._clock()
                )
        return Load(
            port=self._served.port,
            request=request,
            numbers=numbers,
            month=self._written_at.date(),
            seconds=seconds,
            again=operation == "consult",
        )

    def _measure(self, other: ProcessPoolExecutor, operation: str, work: Load) -> Cost:
        before = self._cpu()
        measured = other.submit(load.run, work).result()
        after = self._cpu()
        self._errors.update(measured.errors)
        if operation == "issue":
            self._issued += measured.taken
        elif operation == "execute":
            self._executed += measured.taken
        return Cost(measured, after.since(before))

    def _measure_floor(
        self, other: ProcessPoolExecutor, rows: Values, seconds: float, connections: int
    ) -> FloorCost:
        ready = ceil(seconds * floor.ROWS_PER_SECOND_MAX)
        work = Floor(
            url=self._base.url,
            rows=rows,
            numbers=range(self._floored, self._floored + ready),
            month=self._written_at.date(),
            chain=f"floor-{self._floored}",
            seconds=seconds,
            connections=connections,
        )
        self._floored += ready
        before = self._cpu()
        written = other.submit(floor.write, work).result()
        database = self._cpu().since(before).database or 0.0
        return FloorCost(written, written.cpu_seconds + database)

    def _cpu(self) -> CPU:
        postmaster = self._base.postmaster
        database = None if postmaster is None else family_cpu_seconds(postmaster)
        return CPU(cpu_seconds(self._served.process), database)


def start_process() -> ProcessPoolExecutor:
    """A process of its own for loops and load; Ctrl-C ends the bench, which then ends it."""
    return ProcessPoolExecutor(
        1,
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )


def summarise(costs: Sequence[Cost]) -> OperationFigures:
    """The medians of an operation's rounds."""
    return OperationFigures(
        per_second=round(median(cost.measured.per_second for cost in costs), 1),
        p50_ms=round(median(cost.measured.p50_ms for cost in costs), 2),
        p99_ms=round(median(cost.measured.p99_ms for cost in costs), 2),
        service_cpu_us=median_us((cost.cpu.service, cost.measured.count) for cost in costs),
        database_cpu_us=None
        if any(cost.cpu.database is None for cost in costs)
        else median_us((cost.cpu.database or 0.0, cost.measured.count) for cost in costs),
    )


def summarise_floor(costs: Mapping[int, Sequence[FloorCost]]) -> FloorFigures:
    """The median of the floor's rounds, at the number of connections whose median is highest."""
    rates = {n: median(cost.written.per_second for cost in rounds) for n, rounds in costs.items()}
    best = max(rates, key=lambda connections: rates[connections])
    return FloorFigures(
        issue_per_second=round(rates[best], 1),
        connections=best,
        cpu_us=median_us((cost.cpu_seconds, cost.written.count) for cost in costs[best]),
    )


def median_us(costs: Iterable[tuple[float, int]]) -> float:
    """The median of microseconds an operation, from pairs of CPU seconds and operations."""
    return round(median(MICROSECONDS * seconds / max(count, 1) for seconds, count in costs), 1)


def choose_products() -> list[Product]:
    """The two medicines that are prescribed: of the referential shipped with the package."""
    referential = read_extract()
    return [referential.by_cip13[code] for code in PRODUCTS]
