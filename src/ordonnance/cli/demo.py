"""``ordonnance demo``: the story in the terminal, through a real service on a new base."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
import os
from pathlib import Path
import signal
import socket
import tempfile
from threading import Thread
import time

import click
import httpx2
from rich.console import Console
import uvicorn

from ordonnance.cli.journal import say_count
from ordonnance.domain.days import day_in_paris
from ordonnance.log import start_logging
from ordonnance.server import SetupError, compose, demo_issuer, now
from ordonnance.settings import Settings, read_settings
from ordonnance.simulation.population import PHARMACIST
from ordonnance.simulation.stage import CAST, Clock, Stage, open_stage
from ordonnance.simulation.story import STEPS, count_up, facts_in, readings_in, tell
from ordonnance.simulation.telling import (
    Answer,
    Note,
    PlotError,
    Speech,
    Table,
    Title,
    Told,
    Verbatim,
    insist,
)
from ordonnance.simulation.terminal import open_console, show
from ordonnance.store.database import connect
from ordonnance.store.product import read_extract
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.journal import verify

LOOPBACK = "127.0.0.1"
PORT = 8000
OUTAGE = timedelta(minutes=40)
TOKEN_SECONDS = 4 * 3600
START_SECONDS_MAX = 20.0
STOP_SECONDS_MAX = 5
PAUSE_SECONDS = 0.25
CHANCE_BYTES = 9  # 72 bits, of which a number takes 65


@click.command()
@click.option("--exit", "ends", is_flag=True, help="End with the story.")
def demo(*, ends: bool) -> None:
    """Tell the life of an ordonnance, step by step.

    Starts the service on loopback with a temporary base, removed at the end, and plays each step
    through HTTP. Without --exit, the service then stays up until Ctrl-C.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C does, leave nothing behind
        signal.signal(ending, signal.default_int_handler)
    start_logging()
    console = open_console()
    clock = Clock(now, late=OUTAGE)
    with tempfile.TemporaryDirectory(prefix="ordonnance-demo-") as folder:
        base = f"sqlite:///{Path(folder) / 'demo.db'}"
        settings = replace(read_settings(os.environ), database=base, demo=True)
        with serving(settings, clock, console) as url:
            pause = 0 if ends or not console.is_terminal else PAUSE_SECONDS
            play(settings, clock, url, console=console, pause=pause)
            ...
