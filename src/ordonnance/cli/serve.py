"""``ordonnance serve``: the téléservice and the portail in one program."""

from dataclasses import replace
import os

import click
import uvicorn

from ordonnance.server import SetupError, create_app
from ordonnance.settings import DEFAULT_DATABASE, DEMO_KEY, read_settings, write_environment

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - a service is there to be reached


@click.command()
@click.option(
    "--database",
    metavar="URL",
    help=f"sqlite:///path or postgresql://…  [default: {DEFAULT_DATABASE}]",
)
@click.option(
    "--host", help=f"Address to listen on.  [default: {EVERYWHERE}; with --demo {LOOPBACK}]"
)
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes (PostgreSQL only).")
@click.option("--demo", is_flag=True, help="Accept tokens of the demonstration issuer.")
def serve(database: str | None, host: str | None, port: int, workers: int, *, demo: bool) -> None:
    """Serve the téléservice and the portail."""
    given = read_settings(os.environ)
    settings = replace(given, database=database or given.database, demo=demo or given.demo)
    if workers < 1 or (workers > 1 and settings.database.startswith("sqlite")):
        raise click.UsageError("SQLite has one writer: serve it with one worker.")
    address = host or (LOOPBACK if settings.demo else EVERYWHERE)
    if settings.demo and settings.demo_key == DEMO_KEY and address not in (LOOPBACK, "localhost"):
        raise SetupError(
            "Everybody knows the default demonstration key: set ORDONNANCE_DEMO_KEY to listen "
            "elsewhere than on loopback."
        )
    os.environ.update(write_environment(settings))
    app = create_app() if workers == 1 else "ordonnance.server:create_app"
    engine = settings.database.partition(":")[0]
    click.echo(f"ordonnance listens on http://{address}:{port} ({engine})", err=True)
    uvicorn.run(
        app,
        factory=workers > 1,
        workers=workers,
        host=address,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
