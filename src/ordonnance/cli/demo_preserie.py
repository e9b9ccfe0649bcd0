"""The end of ``ordonnance demo``: two préséries, their bilans told and as PDF, where they are."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
import json
from pathlib import Path

import pypdfium2
from rich.console import Console

from ordonnance.cli.preserie_report import tell_bilan
from ordonnance.domain.bilan import Bilan
from ordonnance.domain.modalites import PHARMACISTS_2025_07
from ordonnance.domain.preserie_replay import replay
from ordonnance.domain.preserie_result import describe_replay
from ordonnance.simulation.correspondent import accepted
from ordonnance.simulation.population import CNAM
from ordonnance.simulation.preserie_play import Play, Trial
from ordonnance.simulation.telling import Answer, Note, Speech, Title, Told, Verbatim, insist
from ordonnance.simulation.terminal import NARROW, typeset
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


def draw_bilans(play: Play, url: str, pdf: Path | None) -> Iterator[Told | Drawn]:
    """Both bilans, from their events in the base at *url*: they give what is answered.

    *pdf*: the folder where their PDF are saved; None: they are not kept.
    """
    for trial in play.trials:
        with closing(connect(url)) as database:
            replayed = replay(export(database, trial.name), PHARMACISTS_2025_07)
        answered = accepted(play.stage.by(CNAM).read(trial.name), 200)
        told = json.loads(json.dumps(describe_replay(replayed)))
        insist("its events tell what was answered", is_so=told == answered)
        yield Title(None, f"{trial.software} : le bilan")
        if replayed.preserie.bilan is not None:
            yield Drawn(replayed.preserie.bilan, reads=trial is play.alba)
        yield from take_pdf(play, trial, pdf)


def take_pdf(play: Play, trial: Trial, folder: Path | None) -> Iterator[Told]:
    """The bilan as a PDF, as the Cnam downloads it; saved in *folder*, unless None."""
    taken = play.stage.by(CNAM).take_bilan(trial.name)
    with closing(pypdfium2.PdfDocument(taken.content)) as document:
        pages = len(document)
    yield Speech("La Cnam", "emporte ce bilan, en PDF.")
    size = f"{len(taken.content):,}".replace(",", NARROW)
    yield Answer(200, f"{taken.name} : {pages} pages, {size} octets.")
    if folder is None:
        return
    path = folder / taken.name
    path.write_bytes(taken.content)
    yield Note("Il est enregistré :")
    yield Verbatim((str(path),))


def show_bilan(console: Console, drawn: Drawn) -> None:
    """Print a bilan, set as the rest of the story is."""
    with console.capture() as captured:
        tell_bilan(console, drawn.bilan, PHARMACISTS_2025_07, reads=drawn.reads)
    console.file.write(typeset(captured.get()))


def list_addresses(play: Play, url: str, link: str) -> tuple[tuple[str, str], ...]:
    """What can be opened in a browser, in words that say by whom, and the address of each.

    *link* is the personal link of a pharmacy. The one place that says where préséries are seen.
    """
    alba, corail = (f"{url}/portail/preseries/{trial.name}" for trial in play.trials)
    return (
        ("La page du service, pour tous", f"{url}/"),
        ("Le tableau des préséries, pour la Cnam, le GIE ou un éditeur", f"{url}/portail"),
        ("La présérie d’Alba, généralisée, pour la Cnam ou Alba", alba),
        ("… et son bilan, signé", f"{alba}/bilan"),
        ("La présérie de Corail, prolongée, pour la Cnam ou Corail", corail),
        ("… et son bilan, signé", f"{corail}/bilan"),
        ("Les logiciels généralisés, pour tous", f"{url}/logiciels"),
        (f"La page de la {play.corail.pilots[0].name}, par son lien personnel", link),
    )
