"""The command ``ordonnance`` and its subcommands; the top that catches everything."""

import sys

import click

from ordonnance.cli.check import check
from ordonnance.cli.journal import journal
from ordonnance.cli.migrate import migrate
from ordonnance.cli.openapi import export_openapi
from ordonnance.cli.serve import serve
from ordonnance.cli.token import token
from ordonnance.server import SetupError
from ordonnance.store.database import DatabaseLostError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ordonnance", prog_name="ordonnance")
def cli() -> None:
    """L'ordonnance numérique : téléservice, poste et portail."""


for command in (serve, migrate, check, token, journal, export_openapi):
    cli.add_command(command)


def main() -> None:
    """Run the command; end with 0 (done), 1 (refused or failed) or 2 (misused)."""
    try:
        cli(prog_name="ordonnance")
    except SetupError as error:
        click.echo(f"ordonnance: {error}", err=True)
        sys.exit(1)
    except DatabaseLostError as error:
        click.echo(f"ordonnance: the database does not answer: {error}", err=True)
        sys.exit(1)
