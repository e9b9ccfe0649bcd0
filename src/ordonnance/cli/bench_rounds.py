"""The bench's rounds: floor, issue, consult and execute again and again, then a long mixed load."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
import time

from ordonnance.cli import floor
from ordonnance.cli.bench_figures import (
    OPERATIONS,
    STORED_OPERATIONS,
    Cost,
    Figures,
    FloorCost,
    Memory,
    StoredFigures,
    headline_of,
    summarise,
    summarise_floor,
)
from ordonnance.cli.bench_target import Target
from ordonnance.store.queries import Engine

ROUNDS = 3
WARM_UP_SHARE = 0.25
SLICE_SECONDS = 3.0
SLICES_MIN = 4

Advance = Callable[[str], None]
Asking = tuple[Target, int, str]  # of whom, through how many connections, for what


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured on each engine: each measurement lasts *seconds*.

    *stored*: ordonnances that a second base holds beforehand, none if 0. *soak*: seconds of mixed
    load after the rounds.
    """

    seconds: float
    connections: tuple[int, ...]
    stored: int
    soak: float

    @property
    def headline(self) -> int:
        """The number of connections that is told first."""
        return headline_of(self.connections)

    @property
    def slice_count(self) -> int:
        """In how many slices the mixed load is cut."""
        return max(ceil(self.soak / SLICE_SECONDS), SLICES_MIN) if self.soak else 0

    def step_count(self, engine: Engine) -> int:
        """How many times ``run`` says that it advanced."""
        asked = len(OPERATIONS) * len(self.connections)
        asked += len(STORED_OPERATIONS) * bool(self.stored)
        return ROUNDS * (len(floor.CONNECTIONS[engine]) + asked) + self.slice_count


def run(new: Target, filled: Target | None, *, plan: Plan, advance: Advance) -> Figures:
    """The medians of the rounds on a new base, and on a filled one beside it.

    *advance* is told each measurement, in words, once it is made.
    """
    targets = [new] if filled is None else [new, filled]
    for target in targets:
        for operation in operations_of(target):
            seconds = plan.seconds * WARM_UP_SHARE
            target.measure(operation, seconds=seconds, connections=plan.headline)
    floors: dict[int, list[FloorCost]] = {n: [] for n in floor.CONNECTIONS[new.base.engine]}
    costs: dict[Asking, list[Cost]] = {asking: [] for asking in list_askings(targets, plan)}
    for _ in range(ROUNDS):
        for connections, floor_costs in floors.items():
            floor_cost = new.measure_floor(seconds=plan.seconds, connections=connections)
            floor_costs.append(floor_cost)
            advance(f"floor, {connections} at once: {floor_cost.written.per_second:,.0f}/s")
        for (target, connections, operation), operation_costs in costs.items():
            cost = target.measure(operation, seconds=plan.seconds, connections=connections)
            operation_costs.append(cost)
            advance(f"{operation}, {connections} at once: {cost.measured.per_second:,.0f}/s")
    figures = {asking: summarise(rounds) for asking, rounds in costs.items()}
    memory = soak(new, plan, advance=advance) if plan.soak else None
    return Figures(
        by_connections={
            n: {name: figures[new, n, name] for name in OPERATIONS} for n in plan.connections
        },
        floor=summarise_floor(floors),
        errors=sum((target.errors for target in targets), start=Counter()),
        stored=None
        if filled is None
        else StoredFigures(
            count=plan.stored,
            partitions=filled.partition_count(),
            operations={name: figures[filled, plan.headline, name] for name in STORED_OPERATIONS},
        ),
        memory=memory,
    )


def list_askings(targets: Sequence[Target], plan: Plan) -> Iterator[Asking]:
    """What a round asks, in order: of the filled base too at the headline's connections."""
    for connections in plan.connections:
        for operation in STORED_OPERATIONS:
            for target in targets if connections == plan.headline else targets[:1]:
                if operation in operations_of(target):
                    yield target, connections, operation


def operations_of(target: Target) -> Sequence[str]:
    """What is asked of a base: of a filled one, what it held too."""
    return OPERATIONS if target.stored is None else STORED_OPERATIONS


def soak(target: Target, plan: Plan, *, advance: Advance) -> Memory:
    """What the service holds during a mixed load, read after each slice of the three operations."""
    seconds = plan.soak / plan.slice_count / len(OPERATIONS)
    operation_count = 0
    samples: list[tuple[float, int]] = []
    start = time.perf_counter()
    for _ in range(plan.slice_count):
        for operation in OPERATIONS:
            cost = target.measure(operation, seconds=seconds, connections=plan.headline)
            operation_count += cost.measured.count
        kib = target.resident_kib()
        samples.append((round(time.perf_counter() - start, 1), kib))
        advance(f"mixed load: the service holds {kib:,} KiB")
    return Memory(operations=operation_count, samples=samples)
