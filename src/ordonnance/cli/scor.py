"""``ordonnance scor``: lots that are old enough, purged."""

from contextlib import closing
from datetime import datetime
import os

import click
import msgspec

from ordonnance.cli.journal import say_count
from ordonnance.cli.purge import open_base
from ordonnance.cli.referentials import DATABASE, JSON
from ordonnance.domain.days import day_in_paris, say_date
from ordonnance.server import now
from ordonnance.settings import read_settings
from ordonnance.usecases import scor as usecase


@click.group()
def scor() -> None:
    """SCOR: lots of pieces that sites sent."""


@scor.command()
@DATABASE
@click.option(
    "--before",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    required=True,
    help="The first day of reception that stays, in Paris.",
)
@click.option("--dry-run", is_flag=True, help="Show what would go, change nothing.  [default]")
@click.option("--yes", is_flag=True, help="Take it away: nothing brings it back.")
@JSON
def purge(
    database: str | None, before: datetime, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Take away the lots received before a day, with their scans.

    Shows first, site by site, how many would go, and changes nothing; with --yes, takes them away.
    They hold scanned ordonnances: keep none past five years. What is gone is counted no more.
    """
    if yes and dry_run:
        raise click.UsageError("--dry-run and --yes exclude each other.")
    if before.date() > day_in_paris(now()):
        raise click.UsageError("--before is a day still to come.")
    ask = usecase.purge if yes else usecase.look
    with closing(open_base(database or read_settings(os.environ).database)) as base:
        lots = ask(base, before=before.date())
    if as_json:
        report = {"purged": yes, "before": before.date().isoformat(), "lots": dict(lots)}
        click.echo(msgspec.json.encode(report))
        return
    for am, count in lots.items():
        click.echo(f"{am}  {say_count(count, 'lot')}")
    total, day = say_count(sum(lots.values()), "lot"), say_date(before.date())
    if yes:
        click.echo(f"Effacé, ce qui précède {day} : {total}.")
    else:
        click.echo(f"À effacer, ce qui précède {day} : {total}. Rien n’est changé.")
        click.echo("Pour les effacer, sans retour : ajoutez --yes.")
