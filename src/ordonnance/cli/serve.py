"""``ordonnance serve``: the téléservice and the portail in one program."""

from dataclasses import replace
import os
import signal
import sys

import click
import uvicorn

from ordonnance.server import (
    SetupError,
    create_app,
    now,
    open_database,
    open_gate,
    open_post,
    open_signer,
)
from ordonnance.settings import (
    DEFAULT_DATABASE,
    DEMO_KEY,
    Settings,
    read_settings,
    write_environment,
)

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - a service is there to be reached
# A request may wait for a database that comes back within 5 s; a client that fell silent in the
# middle of its own keeps the program no longer than this.
GRACE_SECONDS = 10
PORT_MAX = 65_535


@click.command()
@click.option(
    "--database",
    metavar="URL",
    help=f"sqlite:///path or postgresql://…  [default: {DEFAULT_DATABASE}]",
)
@click.option(
    "--host", help=f"Address to listen on.  [default: {EVERYWHERE}; with --demo {LOOPBACK}]"
)
@click.option(
    "--port",
    type=click.IntRange(0, PORT_MAX),
    default=8000,
    show_default=True,
    help="Port to listen on.",
)
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
    if settings.demo and not settings.address:
        # Whoever looks at the demonstration's e-mails finds its pages by them.
        settings = replace(settings, address=f"http://{address}:{port}")
    os.environ.update(write_environment(settings))
    if workers > 1:
        check_start(settings)
    app = create_app() if workers == 1 else "ordonnance.server:create_app"
    engine = settings.database.partition(":")[0]
    click.echo(f"ordonnance listens on http://{address}:{port} ({engine})", err=True)
    # Once everybody is answered, uvicorn raises again the signal that ended it: to be asked to
    # end is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
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
            proxy_headers=False,  # nobody asks for the address of a client
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    except SystemExit as end:  # uvicorn has statuses of its own, and has said what went wrong
        sys.exit(1 if end.code else 0)


def check_start(settings: Settings) -> None:
    """Nothing, where the program can start on *settings*; the months of its base are then open.

    For workers: each would find what is wrong, say it at length, end, and be started again.

    Raises:
        SetupError: the schema is of another version, or a key is missing.
        DatabaseLostError: the database does not answer.
    """
    open_database(settings.database, now()).close()
    open_gate(settings)
    open_signer(settings)
    open_post(settings)
