"""The command ``ordonnance`` and its subcommands; the top that catches everything."""

import sys
from typing import NoReturn

import click

from ordonnance.cli.bench import bench
from ordonnance.cli.check import check
from ordonnance.cli.demo import demo
from ordonnance.cli.journal import journal
from ordonnance.cli.mail import mail
from ordonnance.cli.migrate import migrate
from ordonnance.cli.openapi import export_openapi
from ordonnance.cli.preserie import preserie
from ordonnance.cli.preserie_bilan import bilan
from ordonnance.cli.products import products
from ordonnance.cli.purge import purge
from ordonnance.cli.referentials import referentials
from ordonnance.cli.rules import rules
from ordonnance.cli.scor import scor
from ordonnance.cli.serve import serve
from ordonnance.cli.token import token
from ordonnance.cli.traces import traces
from ordonnance.log import describe
from ordonnance.server import SetupError
from ordonnance.settings import SettingError
from ordonnance.store.database import DatabaseAddressError, DatabaseLostError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ordonnance", prog_name="ordonnance")
def cli() -> None:
    """L'ordonnance numérique : téléservice, poste et portail."""


for command in (
    demo,
    serve,
    migrate,
    check,
    token,
    journal,
    purge,
    products,
    referentials,
    rules,
    preserie,
    mail,
    traces,
    scor,
    export_openapi,
    bench,
):
    cli.add_command(command)
preserie.add_command(bilan)


def main() -> None:
    """Run the command; end with 0 (done), 1 (refused or failed) or 2 (misused)."""
    try:
        cli(prog_name="ordonnance")
    except (SetupError, SettingError, DatabaseAddressError) as error:
        fail(str(error))
    except DatabaseLostError as error:
        fail(f"the database does not answer: {error}")
    except Exception as error:  # noqa: BLE001 - the top: where it happened, nobody's data
        fail(f"unexpected failure, please report it: {' < '.join(reversed(describe(error)))}")


def fail(sentence: str) -> NoReturn:
    """Say what went wrong on one line of standard error; end with 1."""
    click.echo(f"ordonnance: {' '.join(sentence.split())}", err=True)
    sys.exit(1)
