"""The end of ``ordonnance demo``: two préséries, their bilans in the terminal, where they are."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
import json

from rich.console import Console

from ordonnance.cli.preserie_report import tell_bilan
from ordonnance.domain.bilan import Bilan
from ordonnance.domain.modalites import PHARMACISTS_2025_07
from ordonnance.domain.preserie_replay import replay
from ordonnance.domain.preserie_result import describe_replay
from ordonnance.simulation.correspondent import accepted
from ordonnance.simulation.population import CNAM
from ordonnance.simulation.preserie_play import Play
from ordonnance.simulation.telling import Note, Title, Told, insist
from ordonnance.simulation.terminal import typeset
from ordonnance.store.database import connect
from ordonnance.usecases.preserie import export


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bilan to be shown as ``ordonnance preserie replay`` shows it.

    *reads*: with what the text says, and how it was read.
    """

    bilan: Bilan
    reads: bool


def introduce_preseries(play: Play) -> Iterator[Told]:
    """What is going to be seen."""
    pharmacies = sum(len(trial.pilots) for trial in play.trials)
    yield Title(None, "Deux préséries, de l’ouverture au bilan")
    yield Note(
        f"Deux éditeurs essaient leur logiciel dans {pharmacies} pharmacies. Ouverture un lundi, "
        "cinq semaines et demie d’un trait : les délivrances, les traces des postes, les lots de "
        "SCOR passent par le même service. Chaque chiffre est une de ses réponses."
    )


def draw_bilans(play: Play, url: str) -> Iterator[Told | Drawn]:
    """Both bilans, from their events in the base at *url*: they give what is answered."""
    for trial in play.trials:
        with closing(connect(url)) as database:
            replayed = replay(export(database, trial.name), PHARMACISTS_2025_07)
        answered = accepted(play.stage.by(CNAM).read(trial.name), 200)
        told = json.loads(json.dumps(describe_replay(replayed)))
        insist("its events tell what was answered", is_so=told == answered)
        yield Title(None, f"{trial.software} : le bilan")
        if replayed.preserie.bilan is not None:
            yield Drawn(replayed.preserie.bilan, reads=trial is play.alba)


def show_bilan(console: Console, drawn: Drawn) -> None:
    """Print a bilan, set as the rest of the story is."""
    with console.capture() as captured:
        tell_bilan(console, drawn.bilan, PHARMACISTS_2025_07, reads=drawn.reads)
    console.file.write(typeset(captured.get()))


def list_addresses(play: Play, url: str) -> tuple[tuple[str, str], ...]:
    """What can be opened of the préséries, in words, and the address of each.

    The one place that says where they are seen: whatever else shows a bilan is a row here.
    """
    return tuple(
        (f"la présérie {trial.vendor.name}", f"{url}/portail/preseries/{trial.name}")
        for trial in play.trials
    )
