"""``ordonnance demo``: the story in the terminal, through a real service on a new base."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
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
import uvicorn

from ordonnance.cli.demo_mail import FOLDER, Postman, find_link, set_post, tell_mails
from ordonnance.cli.demo_preserie import (
    Drawn,
    draw_bilans,
    introduce_preseries,
    list_addresses,
    show_bilan,
)
from ordonnance.domain.days import day_in_paris
from ordonnance.log import start_logging
from ordonnance.server import SetupError, compose, demo_issuer, now
from ordonnance.settings import Settings, read_settings
from ordonnance.simulation.population import OUTSIDER, PHARMACIST, Person, say_options
from ordonnance.simulation.preserie_play import make_play
from ordonnance.simulation.stage import (
    CAST,
    LATE,
    NUMBERS_AT_ONCE,
    NUMBERS_LATER,
    Clock,
    Stage,
    open_stage,
)
from ordonnance.simulation.story import COUNT, count_up, facts_in, readings_in, tell
from ordonnance.simulation.story_preserie import tell_preseries
from ordonnance.simulation.telling import (
    Answer,
    Note,
    PlotError,
    Progress,
    Speech,
    Table,
    Title,
    Told,
    Verbatim,
    insist,
)
from ordonnance.simulation.terminal import Screen, open_console, show
from ordonnance.store.database import connect
from ordonnance.store.product import read_extract
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.journal import verify

LOOPBACK = "127.0.0.1"
PORT = 8000
TOKEN_SECONDS = int((LATE + timedelta(hours=4)).total_seconds())
START_SECONDS_MAX = 20.0
STOP_SECONDS_MAX = 5
PAUSE_SECONDS = 0.25
CHANCE_BYTES = 9  # 72 bits, of which a number takes 65


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How the story is told: by a service set so, at an address.

    *mails*: the folder of its e-mails. *pdf*: that of the bilans, None: they are not kept. *ends*:
    nobody stays to look.
    """

    settings: Settings
    clock: Clock
    url: str
    mails: Path
    pdf: Path | None
    ends: bool


@click.command()
@click.option("--exit", "ends", is_flag=True, help="End with the story.")
@click.option(
    "--pdf",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Save the bilans of the préséries there, as PDF.",
)
def demo(*, ends: bool, pdf: Path | None) -> None:
    """Tell the life of an ordonnance, step by step.

    Starts the service on loopback with a temporary base, removed at the end, and plays each step
    through HTTP. Without --exit, the service then stays up until Ctrl-C.
    """
    if pdf is not None:
        make_folder(pdf)
    for ending in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C does, leave nothing behind
        signal.signal(ending, signal.default_int_handler)
    start_logging()
    console = open_console()
    clock = Clock(now, late=LATE)
    pause = PAUSE_SECONDS if console.is_terminal and not ends else 0.0
    with tempfile.TemporaryDirectory(prefix="ordonnance-demo-") as folder, ExitStack() as stack:
        listener = stack.enter_context(listen())
        performance = set_up(Path(folder), clock, listener, pdf=pdf, ends=ends)
        with console.status("Le téléservice démarre…"):
            thread = stack.enter_context(serving(performance.settings, clock, listener))
        screen = Screen(console)
        stack.callback(screen.close)
        try:
            for told in perform(performance):
                time.sleep(pause if isinstance(told, Title) else 0)
                if isinstance(told, Drawn):
                    show_bilan(console, told)
                else:
                    screen.show(told)
        except (PlotError, httpx2.TransportError) as error:
            message = f"the service did not answer as the story says: {error}"
            raise click.ClickException(message) from error
        if not ends:
            with suppress(KeyboardInterrupt), console.status("Le service est ouvert."):
                thread.join()
    if not ends:
        show(console, Note("Le service est arrêté, la base est effacée."))


def make_folder(folder: Path) -> None:
    """Make a folder that is to be written to, before the story begins.

    Raises:
        click.BadParameter: it cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(f"{folder}: {error.strerror}", param_hint="--pdf") from error


def set_up(
    folder: Path, clock: Clock, listener: socket.socket, *, pdf: Path | None, ends: bool
) -> Performance:
    """A performance whose base and e-mails stand in *folder*, whatever the environment says."""
    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    settings = replace(
        read_settings(os.environ),
        database=f"sqlite:///{folder / 'demo.db'}",
        demo=True,
        software="",
        preserie_gate="warn",
    )
    return Performance(
        settings=set_post(settings, folder, url),
        clock=clock,
        url=url,
        mails=folder / FOLDER,
        pdf=pdf,
        ends=ends,
    )


def write_tokens(settings: Settings, at: datetime) -> dict[Person, str]:
    """The token of each person of the story."""
    issuer = demo_issuer(settings)
    return {
        person: issuer.write_token(dict(person.claims), at=at, seconds=TOKEN_SECONDS)
        for person in (*CAST, OUTSIDER)
    }


def perform(it: Performance) -> Iterator[Told | Drawn]:
    """All that is told, from the start of the service to where to go next."""
    url, clock = it.url, it.clock
    tokens, postman = write_tokens(it.settings, clock()), Postman(it.settings, clock)
    chances = [draw_chance() for _ in range(NUMBERS_AT_ONCE + NUMBERS_LATER)]
    products = read_extract()
    with open_stage(url, tokens, clock=clock, products=products, chances=chances) as stage:
        yield from introduce(url)
        yield from tell(stage)
        yield from audit(stage, it.settings.database)
        play = make_play(stage)
        yield from introduce_preseries(play)
        for told in tell_preseries(play):
            if isinstance(told, Progress):
                postman.call()
            yield told
        yield from draw_bilans(play, it.settings.database, it.pdf)
        yield from tell_mails(play, it.mails, stays=not it.ends)
        link = find_link(it.mails, play.corail.pilots[0])
        yield from conclude(stage, url, () if it.ends else list_addresses(play, url, link))


def introduce(url: str) -> Iterator[Told]:
    """What is going to be seen."""
    yield Title(None, f"L’ordonnance numérique, en {COUNT} étapes")
    yield Note(
        f"Le téléservice vient de démarrer sur {url}, avec une base SQLite temporaire. Tout ce "
        "qui suit lui est demandé par HTTP. Les personnes sont inventées ; l’horloge du service "
        "retarde de près de huit semaines, que l’histoire rattrapera : des "
        "ordonnances pendant cinq jours, puis deux préséries."
    )


def audit(stage: Stage, url: str) -> Iterator[Told]:
    """The journal is verified, and says as much as the story did."""
    yield Title(COUNT, "Le journal se vérifie", COUNT)
    yield Speech("Qui tient la base", "peut la montrer : le journal est relu, bloc par bloc.")
    with closing(connect(url)) as database:
        verdict = verify(database, PlainSeal(), on=day_in_paris(stage.clock()))
    facts, readings = facts_in(stage.wire.tally), readings_in(stage.wire.tally)
    insist("the journal is whole", is_so=verdict.is_whole)
    insist("it tells every fact", is_so=verdict.facts == facts)
    insist("and every reading", is_so=verdict.entries == facts + readings)
    yield Answer(
        "",
        f"Entier : {verdict.blocks} blocs chaînés, {verdict.entries} entrées : {facts} faits et "
        f"{readings} lectures. Rien n’a été changé, ajouté ni retiré.",
    )
    yield Title(None, "Ce qui est enregistré")
    yield count_up(stage.wire.tally)


def conclude(stage: Stage, url: str, addresses: Sequence[tuple[str, str]]) -> Iterator[Told]:
    """Where to go next; *addresses* are what can be seen of the préséries, none if it ends now."""
    yield Title(None, "Et maintenant")
    documents = (
        ("comprendre", "README.md"),
        ("raccorder un logiciel", "docs/teleservice.md"),
        ("mener une présérie", "docs/preserie.md"),
        ("exploiter le service", "docs/exploitation.md"),
        ("tout essayer", "make test"),
    )
    if not addresses:
        yield Table(("pour", "voir"), (("rester dans la démonstration", "make demo"), *documents))
        return
    yield Note(
        "Le service reste ouvert. À voir dans un navigateur ; une page qui demande qui vous êtes "
        "mène à « Se connecter » : choisissez une personne, sans mot de passe."
    )
    yield Verbatim(tuple(line for words, address in addresses for line in (words, f"  {address}")))
    yield Table(("pour", "voir"), documents)
    yield Note("Dans un autre terminal, lire la première ordonnance en pharmacien :")
    yield Verbatim(
        (
            "TOKEN=$(.venv/bin/ordonnance token \\",
            f"  {say_options(PHARMACIST)})",
            'curl -H "Authorization: Bearer $TOKEN" \\',
            f"  '{url}/fhir/Task/{stage.first}/$consult'",
        )
    )
    yield Note("Ctrl-C arrête le service et efface la base.")


@contextmanager
def serving(
    settings: Settings, clock: Callable[[], datetime], listener: socket.socket
) -> Iterator[Thread]:
    """The service on *listener*, in a thread of this program; ended after.

    Raises:
        SetupError: it does not start.
    """
    server = uvicorn.Server(
        uvicorn.Config(
            compose(settings, clock=clock),
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS_MAX,
        )
    )
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="service")
    thread.start()
    try:
        wait_until_started(server, thread)
        yield thread
    finally:
        server.should_exit = True
        thread.join()


def listen() -> socket.socket:
    """A socket that listens on loopback: the usual port, or a free one where it is taken."""
    try:
        return socket.create_server((LOOPBACK, PORT))
    except OSError:
        return socket.create_server((LOOPBACK, 0))


def wait_until_started(server: uvicorn.Server, thread: Thread) -> None:
    """Nothing, once the service takes requests.

    Raises:
        SetupError: it ended, or was not there in time.
    """
    deadline = time.monotonic() + START_SECONDS_MAX
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            message = "The service of the demonstration did not start; its log says why."
            raise SetupError(message)
        time.sleep(0.01)


def draw_chance() -> int:
    """Random bits for a number."""
    return int.from_bytes(os.urandom(CHANCE_BYTES))
