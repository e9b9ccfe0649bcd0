"""``ordonnance purge``: months past five years shown, then taken away."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
import os
from pathlib import Path
import sys
import time
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from ordonnance.cli.referentials import DATABASE, JSON, open_progress
from ordonnance.cli.referentials_report import say_number
from ordonnance.domain.bilan import say_count
from ordonnance.domain.days import day_in_paris, say_date
from ordonnance.domain.identifiers import month_of
from ordonnance.domain.purge import name_of
from ordonnance.server import SetupError, now
from ordonnance.settings import read_settings
from ordonnance.store.database import Database, DatabaseBusyError, connect
from ordonnance.store.migrate import pending
from ordonnance.store.months import BoundsError
from ordonnance.usecases import purge as usecase

WIDTH = 80
PAUSE_SECONDS = 0.02  # on SQLite, the service writes between two pieces
KINDS = {"prescription": "Ordonnances", "fact": "Faits", "journal_entry": "Entrées"}
UNDERWAY = "Une autre purge est en cours sur cette base."
BUSY = (
    "La base est lue depuis trop longtemps (sauvegarde, « journal verify ») : la purge s’est "
    "arrêtée. Rien n’est perdu ; relancez-la plus tard."
)
ASTRAY = (
    "La partition {} ne contient pas le mois que dit son nom : la purge s’est arrêtée sans y "
    "toucher."
)


BEFORE = click.option(
    "--before",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    required=True,
    help="The first day that stays, in Paris.",
)
DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Show what would go, change nothing.  [default]"
)
YES = click.option("--yes", is_flag=True, help="Take it away: nothing brings it back.")


@click.command()
@DATABASE
@DRY_RUN
@YES
@JSON
def purge(database: str | None, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Take away the months past five years.

    Shows first, month by month, what would go, and changes nothing; with --yes, takes it away.
    A month goes as a whole on the first day, in Paris, of the sixtieth month after it. The
    journal keeps that it went, when, and how much. The service may go on meanwhile. Stopped at
    any moment, run it again: it finishes.
    """
    check_asked(dry_run=dry_run, yes=yes)
    base = open_base(database or read_settings(os.environ).database)
    with closing(base), saying_obstacles():
        report = list(take_away(base) if yes else look(base))
    if as_json:
        click.echo(msgspec.json.encode({"purged": yes, "months": report}))
    else:
        tell(report, is_done=yes)


def check_asked(*, dry_run: bool, yes: bool, before: datetime | None = None) -> None:
    """Nothing, where a purge is asked for as one can be: up to a day *before* that has come.

    Raises:
        click.UsageError: it is to be shown and done, or its day is still to come.
    """
    if yes and dry_run:
        raise click.UsageError("--dry-run and --yes exclude each other.")
    if before is not None and before.date() > day_in_paris(now()):
        raise click.UsageError("--before is a day still to come.")


@contextmanager
def saying_obstacles() -> Iterator[None]:
    """Say what stopped a purge in a sentence.

    Raises:
        SetupError: with that sentence.
    """
    try:
        yield
    except usecase.PurgeUnderwayError as error:
        raise SetupError(UNDERWAY) from error
    except DatabaseBusyError as error:
        raise SetupError(BUSY) from error
    except BoundsError as error:
        raise SetupError(ASTRAY.format(error)) from error


def open_base(url: str) -> Database:
    """The database at *url*, as it stands.

    Raises:
        SetupError: there is none, or its schema is of another version.
    """
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).exists():
        raise SetupError(f"{path} n’existe pas : aucune base n’a encore été créée là.")
    database = connect(url)
    if pending(database):
        database.close()
        raise SetupError("The schema is not up to date: run « ordonnance migrate » first.")
    return database


def look(base: Database) -> Iterator[Mapping[str, Any]]:
    """The months that would go, as objects."""
    for due in usecase.look(base, on=day_in_paris(now())):
        begun = {"begun_at": due.begun_at}
        yield {**describe(due.held.month, due.held.counts), "bytes": due.held.size, **begun}


def take_away(base: Database) -> Iterator[Mapping[str, Any]]:
    """Purge, with a bar on standard error; the months that went, as objects."""
    with open_progress() as progress:
        task = progress.add_task("", total=None)

        def watch(step: usecase.Progress) -> None:
            name = name_of(step.month)
            progress.update(task, description=name, completed=step.done, total=step.total)
            time.sleep(PAUSE_SECONDS)

        purges = usecase.purge(base, clock=now, chance=os.urandom, watch=watch)
    for one in purges:
        instants = {"begun_at": one.begun_at, "ended_at": one.ended_at}
        yield {**describe(one.month, one.counts), **instants}


def describe(month: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """What is said of any month: ``2020-01``, its name, its rows by table."""
    return {"month": f"{month_of(month):%Y-%m}", "name": name_of(month), "rows": dict(counts)}


def tell(months: Sequence[Mapping[str, Any]], *, is_done: bool) -> None:
    """Print the months, a row each, and what comes next."""
    if not months:
        click.echo("Aucun mois n’a plus de cinq ans : rien à purger.")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("Mois")
    for column in (*KINDS.values(), "Taille"):
        table.add_column(column, justify="right")
    table.add_column("")
    for month in months:
        counts = [say_number(month["rows"].get(kind, 0)) for kind in KINDS]
        is_cut = not is_done and month["begun_at"] is not None
        table.add_row(
            month["name"], *counts, say_size(month.get("bytes")), "interrompu" if is_cut else ""
        )
    Console(width=WIDTH, highlight=False, file=sys.stdout).print(table)
    if is_done:
        purged = say_count(len(months), "mois purgé", "mois purgés")
        click.echo(f"{purged} ; le journal en garde la trace.")
    else:
        due = say_count(len(months), "mois à purger", "mois à purger")
        click.echo(f"{due} {say_date(day_in_paris(now()))}. Rien n’est changé.")
        click.echo("Pour les effacer, sans retour : ordonnance purge --yes")


def say_size(size: int | None) -> str:
    """Bytes as megabytes; a dash where they are not known."""
    return "–" if size is None else f"{say_number(round(size / 1_000_000))} Mo"
