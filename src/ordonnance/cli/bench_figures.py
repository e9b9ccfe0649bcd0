"""The bench's figures: what each measurement cost, and the medians of its rounds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import fmean, median, median_low
from typing import NamedTuple

from ordonnance.cli.floor import Written
from ordonnance.simulation.load import Measured

OPERATIONS = ("issue", "consult", "execute")
CONSULT_OLD = (
    "consult_old"  # what was stored beforehand, where consult asks for what was just issued
)
STORED_OPERATIONS = (*OPERATIONS, CONSULT_OLD)
HEADLINE = 64
MICROSECONDS = 1e6


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
    """One measurement of an operation, the CPU it took, and how many commands each set settled."""

    measured: Measured
    cpu: CPU
    sets: Sequence[int]


class FloorCost(NamedTuple):
    """One measurement of the floor, and the CPU seconds of loop and database together."""

    written: Written
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFigures:
    """An operation under load; CPU is an operation's. *database_cpu_us* None: not apart, or far.

    Sets are told by how many commands they settled: mean, median and largest of all rounds.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    service_cpu_us: float
    database_cpu_us: float | None
    set_mean: float
    set_p50: int
    set_max: int


Operations = Mapping[str, OperationFigures]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorFigures:
    """The floor at the number of connections that does best; *cpu_us* of loop and database."""

    issue_per_second: float
    connections: int
    cpu_us: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFigures:
    """The operations on a base that held *count* ordonnances beforehand, over *partitions* months.

    Besides the three, CONSULT_OLD. *partitions* is 0 where the engine has none.
    """

    count: int
    partitions: int
    operations: Operations


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the service held during a long mixed load.

    *samples*: seconds since its start, and KiB; the first once everything was asked for a while.
    """

    operations: int
    samples: Sequence[tuple[float, int]]

    @property
    def seconds(self) -> float:
        """How long the load lasted."""
        return self.samples[-1][0]

    @property
    def kib(self) -> Sequence[int]:
        """What was held, in order."""
        return [kib for _, kib in self.samples]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured on an engine. *errors*: answers other than expected, by what came."""

    by_connections: Mapping[int, Operations]
    floor: FloorFigures
    errors: Mapping[str, int]
    stored: StoredFigures | None = None
    memory: Memory | None = None

    @property
    def connections(self) -> int:
        """The number of connections of the headline."""
        return headline_of(self.by_connections)

    @property
    def operations(self) -> Operations:
        """The headline."""
        return self.by_connections[self.connections]

    @property
    def ratio_issue_to_floor(self) -> float:
        """How many times the floor the service issues."""
        return ratio(self.operations["issue"].per_second, self.floor.issue_per_second)

    @property
    def ratios_stored_to_new(self) -> Mapping[str, float]:
        """How many times what a new base takes the filled one takes, by operation.

        To consult what is old is held against consulting on the new base.
        """
        if self.stored is None:
            return {}
        new = {**self.operations, CONSULT_OLD: self.operations["consult"]}
        return {
            name: ratio(filled.per_second, new[name].per_second)
            for name, filled in self.stored.operations.items()
        }


def headline_of(connections: Iterable[int]) -> int:
    """The number of connections that is told first: 64, or the largest where 64 is not asked."""
    return max(connections, key=lambda n: (n == HEADLINE, n))


def ratio(part: float, whole: float) -> float:
    """How many times *whole* is *part*; 0 of nothing."""
    return round(part / whole, 3) if whole else 0.0


def summarise(costs: Sequence[Cost]) -> OperationFigures:
    """The medians of an operation's rounds, and the sets of all of them."""
    sets = [*chain.from_iterable(cost.sets for cost in costs)] or [0]
    return OperationFigures(
        per_second=round(median(cost.measured.per_second for cost in costs), 1),
        p50_ms=round(median(cost.measured.p50_ms for cost in costs), 2),
        p99_ms=round(median(cost.measured.p99_ms for cost in costs), 2),
        service_cpu_us=median_us((cost.cpu.service, cost.measured.count) for cost in costs),
        database_cpu_us=None
        if any(cost.cpu.database is None for cost in costs)
        else median_us((cost.cpu.database or 0.0, cost.measured.count) for cost in costs),
        set_mean=round(fmean(sets), 2),
        set_p50=median_low(sets),
        set_max=max(sets),
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
