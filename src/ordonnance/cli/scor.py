"""``ordonnance scor``: lots that are old enough, purged."""

from contextlib import closing
from datetime import datetime
import os

import click
import msgspec

from ordonnance.cli.purge import BEFORE, DRY_RUN, YES, check_asked, open_base
from ordonnance.cli.referentials import DATABASE, JSON
from ordonnance.domain.bilan import say_count
from ordonnance.domain.days import say_date
from ordonnance.settings import read_settings
from ordonnance.usecases import scor as usecase


@click.group()
def scor() -> None:
    """SCOR: lots of pieces that sites sent."""


@scor.command()
@DATABASE
@BEFORE
@DRY_RUN
@YES
@JSON
def purge(
    database: str | None, before: datetime, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Take away the lots received before a day, with their scans.

    Shows first, site by site, how many would go, and changes nothing; with --yes, takes them away.
    They hold scanned ordonnances: keep none past five years. What is gone is counted no more.
    """
    check_asked(dry_run=dry_run, yes=yes, before=before)
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
