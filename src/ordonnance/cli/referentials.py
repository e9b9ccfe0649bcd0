"""``ordonnance referentials``: the official files of products and codes, loaded and shown."""

from datetime import datetime
import os
from pathlib import Path
import sys
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from ordonnance.cli import nomenclatures_report as codes
from ordonnance.cli.referentials_report import (
    describe_history,
    describe_report,
    say_obstacle,
    tell_history,
    tell_report,
)
from ordonnance.domain.days import day_in_paris
from ordonnance.server import SetupError, now, open_database
from ordonnance.settings import read_settings
from ordonnance.store.bdpm import FILE_BYTES_MAX
from ordonnance.store.bdpm_rows import BDPMFile
from ordonnance.store.database import Database
from ordonnance.store.nomenclature_rows import split_name
from ordonnance.usecases import nomenclature, referential
from ordonnance.usecases.loading import Loading, load_folder

DATABASE = click.option("--database", metavar="URL", help="sqlite:///path or postgresql://…")
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@click.group()
def referentials() -> None:
    """The products and the codes that the service knows."""


@referentials.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@DATABASE
@click.option(
    "--effective-on",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="YYYY-MM-DD, from when on they are in force.  [default: today, in Paris]",
)
@click.option("--all", "tells_all", is_flag=True, help="List every row refused, not only twenty.")
@JSON
def load(
    folder: str,
    database: str | None,
    effective_on: datetime | None,
    *,
    tells_all: bool,
    as_json: bool,
) -> None:
    """Load the official files of medicines (BDPM), devices (LPP) and tests (NABM).

    DIR holds them by their names: CIS_bdpm.txt, CIS_CIP_bdpm.txt and CIS_CPD_bdpm.txt; where they
    are there, CIS_COMPO_bdpm.txt, CIS_GENER_bdpm.txt, CIS_CIP_Dispo_Spec.txt, CIS_MITM.txt and
    UCD_CIS.txt (a UCD13 and a CIS, parted by a tab). Beside them or alone, LPP_FICHE_TOT*.dbf and
    LPP_HISTO_TOT*.dbf; NABM_FICHE_TOT*.dbf, NABM_HISTO_TOT*.dbf and NABM_INCOMP_TOT*.dbf. Says
    which rows were taken and which refused. A broken file changes nothing, with status 1; the same
    files again change nothing either. A service that runs takes what is new within a minute.
    """
    at = now()
    files = read_folder(Path(folder))
    base = open_base(database)
    try:
        with open_progress() as progress:
            task = progress.add_task("", total=None)
            loading = load_folder(
                base,
                files,
                at=at,
                effective_on=effective_on.date() if effective_on else day_in_paris(at),
                progress=lambda what, done, total: progress.update(
                    task, description=what or "écriture", completed=done, total=total
                ),
            )
    finally:
        base.close()
    if as_json:
        click.echo(msgspec.json.encode(describe(loading)))
    else:
        tell(loading, tells_all=tells_all)
    conclude(loading)


@referentials.command()
@DATABASE
@JSON
def show(database: str | None, *, as_json: bool) -> None:
    """Show which versions are in force, and what is to come."""
    at = now()
    on = day_in_paris(at)
    url = database or read_settings(os.environ).database
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).exists():
        raise SetupError(f"{path} n’existe pas : aucune base n’a encore été créée là.")
    base = open_base(database)
    try:
        history = referential.read_history(base, at)
        editions = nomenclature.read_history(base, at)
    finally:
        base.close()
    if as_json:
        told = {
            **describe_history(history, on=on),
            "nomenclatures": codes.describe_editions(editions, on=on),
        }
        click.echo(msgspec.json.encode(told))
    else:
        tell_history(history, on=on)
        codes.tell_editions(editions, on=on)


def tell(loading: Loading, *, tells_all: bool) -> None:
    """Print what a load did, medicines first. Source: REF-1, REF-23."""
    if loading.products is not None:
        tell_report(loading.products, tells_all=tells_all)
    for report in loading.nomenclatures:
        codes.tell_codes(report, tells_all=tells_all)


def describe(loading: Loading) -> dict[str, Any]:
    """The JSON object of a load; without medicines it has *nomenclatures* alone."""
    told = {} if loading.products is None else describe_report(loading.products)
    return {**told, "nomenclatures": list(map(codes.describe_codes, loading.nomenclatures))}


def conclude(loading: Loading) -> None:
    """Say on standard error why nothing changed, where something should have; end with 1."""
    products = None if loading.products is None else say_obstacle(loading.products)
    others = map(codes.say_obstacle, loading.nomenclatures)
    obstacle = codes.join_obstacles([products, *others])
    if obstacle is not None:
        click.echo(f"ordonnance: rien n’est changé : {obstacle}.", err=True)
        sys.exit(1)


def open_base(url: str | None) -> Database:
    """The database that is named, or that the settings name; SQLite is migrated on the way."""
    return open_database(url or read_settings(os.environ).database, now())


def open_progress() -> Progress:
    """A progress bar on standard error, if somebody watches it."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description:<22}"),
        BarColumn(30),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def read_folder(folder: Path) -> dict[str, bytes]:
    """The bytes of the official files in *folder*, by their names; of each, no more than a limit.

    Raises:
        SetupError: one of them cannot be read.

    Source: REF-1, REF-22.
    """
    files = {}
    official = {name.value for name in BDPMFile}
    for path in sorted(folder.iterdir()):
        if path.name not in official and split_name(path.name) is None:
            continue
        try:
            with path.open("rb") as file:
                files[path.name] = file.read(FILE_BYTES_MAX + 1)
        except OSError as error:
            raise SetupError(f"{path} cannot be read: {error.strerror}") from error
    return files
