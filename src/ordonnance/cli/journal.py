"""``ordonnance journal``: the legal record, verified by anyone who may read the base."""

import os
import sys

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ordonnance.domain.bilan import say_count
from ordonnance.domain.days import day_in_paris, say_date
from ordonnance.domain.journal import Head
from ordonnance.domain.purge import MonthPurge
from ordonnance.domain.verification import Verdict
from ordonnance.server import now
from ordonnance.settings import read_settings
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases import journal as usecase

PURGES_TOLD = 12  # the last year's


@click.group()
def journal() -> None:
    """The legal record of who did what."""


@journal.command()
@click.option("--database", metavar="URL", help="sqlite:///path or postgresql://…")
@click.option(
    "--expect",
    metavar="HEAD",
    help="A head printed by an earlier verification: what it covered must still be there.",
)
def verify(database: str | None, expect: str | None) -> None:
    """Verify the whole journal.

    Checks every chain, every entry and every fact; status 1 and the place of the break if one is
    broken. The service may go on meanwhile. Keep the heads it prints: they cover everything.
    """
    expected = None
    if expect is not None:
        try:
            expected = Head.parse(expect)
        except ValueError as error:
            raise click.UsageError(f"--expect: {error}") from error
    connection = connect(database or read_settings(os.environ).database)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} lignes lues"),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("journal", total=None)
            verdict = usecase.verify(
                connection,
                PlainSeal(),
                on=day_in_paris(now()),
                progress=lambda count: progress.update(task, completed=count),
                expected=expected,
            )
    finally:
        connection.close()
    tell(verdict)
    sys.exit(0 if verdict.is_whole else 1)


def tell(verdict: Verdict) -> None:
    """Print a verdict."""
    counts = [
        say_count(verdict.chains, "chaîne"),
        say_count(verdict.blocks, "bloc"),
        say_count(verdict.entries, "entrée"),
        say_count(verdict.facts, "fait"),
        say_count(verdict.purged, "entrée purgée", "entrées purgées"),
    ]
    if verdict.events:
        counts.append(say_count(verdict.events, "événement", "événements") + " de préséries")
    click.echo(", ".join(counts) + ".")
    for found in verdict.breaks:
        click.echo(f"  rompu : {found.what}")
    if verdict.break_count > len(verdict.breaks):
        click.echo(f"  … et {verdict.break_count - len(verdict.breaks)} autres.")
    for purge in verdict.purges[-PURGES_TOLD:]:
        click.echo(f"  {say_purge(purge)}")
    if verdict.is_whole:
        click.echo("Le journal est entier.")
    else:
        click.echo(f"Le journal est rompu en {say_count(verdict.break_count, 'endroit')}.")
    if verdict.heads:
        click.echo("Têtes à conserver (--expect) :")
        for head in verdict.heads:
            click.echo(f"  {head.text}")


def say_purge(purge: MonthPurge) -> str:
    """A month that went: when, and how much of it. Source: TLS-70."""
    if purge.ended_at is None:
        begun = say_date(day_in_paris(purge.begun_at))
        return f"{purge.name} : purge commencée {begun}, pas finie : ordonnance purge --yes"
    kinds = {"prescription": "ordonnance", "fact": "fait", "journal_entry": "entrée"}
    counts = [say_count(purge.counts.get(kind, 0), word) for kind, word in kinds.items()]
    return f"{purge.name} : purgé {say_date(day_in_paris(purge.ended_at))}, {', '.join(counts)}"
