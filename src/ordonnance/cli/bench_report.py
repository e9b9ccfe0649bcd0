"""What a run of the bench says: of each engine, as a JSON object."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
import os
import platform
import sys
from typing import Any

import msgspec

from ordonnance.cli.bench_figures import Figures, Memory, Operations
from ordonnance.cli.bench_machine import describe_machine
from ordonnance.cli.bench_rounds import ROUNDS
from ordonnance.store.queries import Engine

NAMES = {Engine.POSTGRESQL: "PostgreSQL", Engine.SQLITE: "SQLite"}
PACKAGES = ("falcon", "uvicorn", "msgspec", "psycopg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was measured on an engine, and on which version of it."""

    engine: Engine
    version: str
    is_durable: bool
    seconds: float
    figures: Figures

    @property
    def title(self) -> str:
        """The engine and its version, as people write them."""
        return f"{NAMES[self.engine]} {self.version}"


Reports = Mapping[Engine, Report]


def write_json(reports: Reports) -> bytes:
    """The JSON object of a run: one engine's, or PostgreSQL's with SQLite's inside."""
    described = {engine: describe(report) for engine, report in reports.items()}
    if len(described) == 1:
        return msgspec.json.encode(next(iter(described.values())))
    both = {**described[Engine.POSTGRESQL], Engine.SQLITE.value: described[Engine.SQLITE]}
    return msgspec.json.encode(both)


def describe(report: Report) -> dict[str, Any]:
    """The JSON object of an engine, then what the figures depend on."""
    figures = report.figures
    return {
        "engine": report.engine.value,
        "python": platform.python_version(),
        **describe_operations(figures.operations),
        "floor": asdict(figures.floor),
        "ratio_issue_to_floor": figures.ratio_issue_to_floor,
        "connections": figures.connections,
        "by_connections": {
            str(n): describe_operations(operations)
            for n, operations in figures.by_connections.items()
        },
        "stored": describe_stored(figures),
        "memory": figures.memory and describe_memory(figures.memory),
        "errors": figures.errors,
        "durable": report.is_durable,
        "seconds": report.seconds,
        "rounds": ROUNDS,
        "cpu_count": os.cpu_count(),
        "machine": describe_machine(),
        "interpreter": f"{platform.python_implementation()} {sys.version}",
        "versions": {
            "python": platform.python_version(),
            report.engine.value: report.version,
            **{package: version(package) for package in PACKAGES},
        },
    }


def describe_operations(operations: Operations) -> dict[str, Any]:
    """The figures of each operation by its name."""
    return {name: asdict(one) for name, one in operations.items()}


def describe_stored(figures: Figures) -> dict[str, Any] | None:
    """The operations on the filled base, and what they are to those on the new one."""
    if figures.stored is None:
        return None
    return {
        "count": figures.stored.count,
        "partitions": figures.stored.partitions,
        **describe_operations(figures.stored.operations),
        "ratios": figures.ratios_stored_to_new,
    }


def describe_memory(memory: Memory) -> dict[str, Any]:
    """What the service held during the mixed load."""
    return {
        "seconds": memory.seconds,
        "operations": memory.operations,
        "first_kib": memory.kib[0],
        "last_kib": memory.kib[-1],
        "largest_kib": max(memory.kib),
        "samples": memory.samples,
    }
