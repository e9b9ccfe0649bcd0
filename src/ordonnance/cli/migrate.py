"""``ordonnance migrate``: brings the schema up to date."""

import os

import click

from ordonnance.server import now
from ordonnance.settings import read_settings
from ordonnance.store.database import connect
from ordonnance.store.migrate import migrate as bring_up_to_date


@click.command()
@click.option("--database", metavar="URL", help="sqlite:///path or postgresql://…")
def migrate(database: str | None) -> None:
    """Bring the schema up to date.

    Also opens the months around today; run it again, it does nothing more.
    """
    connection = connect(database or read_settings(os.environ).database)
    try:
        done = bring_up_to_date(connection, now())
    finally:
        connection.close()
    for step in done:
        click.echo(f"  {step}")
    click.echo(f"{len(done)} steps applied." if done else "The schema is up to date.")
