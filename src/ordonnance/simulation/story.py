"""The life of five ordonnances, step by step: each step drives the téléservice and tells it.

A step yields what is told as it happens, and stops with ``PlotError`` where the téléservice does
not answer as the story says: whoever tells the story to its end has tried it.
"""

from collections.abc import Callable, Iterator, Mapping

from ordonnance.simulation.stage import Stage
from ordonnance.simulation.story_counter import (
    consult,
    deliver,
    issue,
    refuse,
    send_again,
    undo,
)
from ordonnance.simulation.story_kinds import mix
from ordonnance.simulation.story_later import cancel, defer, look
from ordonnance.simulation.story_life import object_to, share
from ordonnance.simulation.story_medicine import deliver_unknown, prescribe, present_late, renew
from ordonnance.simulation.telling import Table, Title, Told

Step = Callable[[Stage], Iterator[Told]]

STEPS: tuple[tuple[str, Step], ...] = (
    ("L’ordonnance est émise", issue),
    ("Le QR code est scanné", consult),
    ("La délivrance est enregistrée", deliver),
    ("Une réponse se perd", send_again),
    ("Une erreur se reprend", undo),
    ("Trois refus", refuse),
    ("Un stupéfiant s’écrit en toutes lettres", prescribe),
    ("Une ordonnance, huit natures", mix),
    ("Un renouvellement vient trop tôt", renew),
    ("Le stupéfiant est présenté le cinquième jour", present_late),
    ("Un produit inconnu ne bloque rien", deliver_unknown),
    ("Le réseau tombe", defer),
    ("L’ordonnance passe de main en main", share),
    ("Le prescripteur annule ce qui reste", cancel),
    ("La patiente voit son ordonnance", look),
    ("Le patient s’oppose, le site est alerté", object_to),
)
COUNT = len(STEPS) + 1  # the journal is verified last, by whoever keeps the base


def tell(stage: Stage) -> Iterator[Told]:
    """The whole story, played on *stage*.

    Raises:
        PlotError: the téléservice did not answer as the story says.
    """
    for number, (title, step) in enumerate(STEPS, 1):
        yield Title(number, title, COUNT)
        yield from step(stage)


def count_up(tally: Mapping[tuple[str, str], int]) -> Table:
    """What a story left behind it, from the *tally* of its wire."""
    recorded = {operation: n for (operation, outcome), n in tally.items() if outcome == "recorded"}
    totals = {
        outcome: sum(n for (_, found), n in tally.items() if found == outcome)
        for outcome in ("replayed", "refused")
    }
    kept = recorded["$reserve"] + recorded["$release"]
    rows = (
        ("ordonnances émises", recorded["$issue"], "l’une après son exécution"),
        ("ordonnance remplacée", recorded["$replace"], "deux faits : l’ancienne, la nouvelle"),
        ("exécutions enregistrées", recorded["$execute"], "1 trop tôt, 2 différées"),
        ("exécution reprise", recorded["$undo"], "ses droits sont revenus"),
        ("exécution corrigée", recorded["$correct"], "elle garde son numéro"),
        ("réservation, puis rendue", kept, "quinze minutes au plus"),
        ("annulation du reste", recorded["$cancel"], "ce qui est fait garde sa place"),
        ("opposition", recorded["$object"], "dite par le patient"),
        ("lectures", readings_in(tally), "chacune est au journal"),
        ("envoi répété", totals["replayed"], "reconnu : rien de plus n’est écrit"),
        ("refus", totals["refused"], "rien n’est écrit"),
    )
    return Table(
        ("acte", "nombre", "à retenir"),
        tuple((what, str(count), remark) for what, count, remark in rows),
    )


def facts_in(tally: Mapping[tuple[str, str], int]) -> int:
    """How many facts a story left in the base: to replace is one of the old, one of the new."""
    recorded = sum(n for (_, outcome), n in tally.items() if outcome == "recorded")
    return recorded + tally["$replace", "recorded"]


def readings_in(tally: Mapping[tuple[str, str], int]) -> int:
    """How many times somebody saw an ordonnance or an alert, which the journal tells too."""
    return sum(
        n
        for (operation, outcome), n in tally.items()
        if outcome == "read" and operation != "jwks.json"
    )
