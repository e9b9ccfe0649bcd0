"""``ordonnance traces``: what workstations send, shown; what is too old, purged."""

from contextlib import closing
from datetime import datetime
import os
import sys
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from ordonnance.cli.purge import BEFORE, DRY_RUN, YES, check_asked, open_base
from ordonnance.cli.referentials import DATABASE, JSON
from ordonnance.cli.referentials_report import say_number
from ordonnance.domain.bilan import say_count
from ordonnance.domain.days import say_date, say_day, say_hour
from ordonnance.settings import read_settings
from ordonnance.store.trace import Workstation
from ordonnance.usecases import trace as usecase

WIDTH = 80
GAP_SECONDS_MAX = 60  # beyond, a clock is wrong enough to be told


@click.group()
def traces() -> None:
    """Traces postes: calls as workstations saw them."""


@traces.command()
@DATABASE
@click.option("--am", metavar="N", help="This site alone.")
@JSON
def show(database: str | None, am: str | None, *, as_json: bool) -> None:
    """Show what each workstation sends.

    When traces last came, how late its clock is, how many traces were taken, and how many came
    again.
    """
    with closing(open_base(database or read_settings(os.environ).database)) as base:
        found = usecase.list_workstations(base, am=am)
    if as_json:
        click.echo(msgspec.json.encode({"workstations": list(found)}))
    else:
        tell(found)


@traces.command()
@DATABASE
@BEFORE
@DRY_RUN
@YES
@JSON
def purge(
    database: str | None, before: datetime, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Take away the traces made before a day.

    Shows first, site by site, how many would go, and changes nothing; with --yes, takes them away.
    Prescriptions, executions, and the events of a présérie are not touched. Count what a bilan
    needs before: what is gone is counted no more.
    """
    check_asked(dry_run=dry_run, yes=yes, before=before)
    ask = usecase.purge if yes else usecase.look
    with closing(open_base(database or read_settings(os.environ).database)) as base:
        report = ask(base, before=before.date())
    if as_json:
        click.echo(msgspec.json.encode({"purged": yes, **describe(report)}))
    else:
        tell_purge(report, is_done=yes)


def describe(report: usecase.Purge) -> dict[str, Any]:
    """The JSON object of a purge. Source: PST-7."""
    return {
        "before": report.before.isoformat(),
        "traces": dict(report.traces),
        "commands": dict(report.commands),
    }


def tell(found: tuple[Workstation, ...]) -> None:
    """Print the workstations, a row each. Source: PST-6."""
    if not found:
        click.echo("Aucun poste n’a envoyé de trace.")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("N° AM", "Poste", "Dernière réception"):
        table.add_column(column)
    for column in ("Horloge", "Prises", "En double"):
        table.add_column(column, justify="right")
    for one in found:
        last = one.last_received_at
        table.add_row(
            one.am,
            one.name,
            f"{say_day(last).removeprefix('le ')}, {say_hour(last)}",
            say_gap(one.gap_seconds),
            say_number(one.taken_count),
            say_number(one.duplicate_count),
        )
    Console(width=WIDTH, highlight=False, file=sys.stdout).print(table)


def say_gap(seconds: float | None) -> str:
    """Whether a clock is right: ``à l’heure``, ``retard 3 min``, ``avance 3 min``; a dash: unknown.

    Source: PST-6.
    """
    if seconds is None:
        return "–"
    if abs(seconds) < GAP_SECONDS_MAX:
        return "à l’heure"
    word = "avance" if seconds < 0 else "retard"
    return f"{word} {say_number(round(abs(seconds) / 60))} min"


def tell_purge(report: usecase.Purge, *, is_done: bool) -> None:
    """Print what a purge takes, site by site. Source: PST-7."""
    before = say_date(report.before)
    if not report.traces and not report.commands:
        click.echo(f"Aucune trace n’est antérieure à ce jour : {before}. Rien à purger.")
        return
    for am in sorted({*report.traces, *report.commands}):
        counts = (
            say_count(report.traces.get(am, 0), "trace"),
            say_count(report.commands.get(am, 0), "commande"),
        )
        click.echo(f"{am}  {', '.join(counts)}")
    total = say_count(sum(report.traces.values()), "trace")
    if is_done:
        click.echo(f"Effacé, ce qui précède {before} : {total}.")
    else:
        click.echo(f"À effacer, ce qui précède {before} : {total}. Rien n’est changé.")
        click.echo("Pour les effacer, sans retour : ajoutez --yes.")
