"""How pages name a présérie, and say its state."""

from ordonnance.domain.preserie import Preserie, state_of
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_words import STATES


def say_title(history: History) -> str:
    """A présérie as pages name it: ``Beryl · Beryl LGO 12.0``."""
    preserie = history.preserie
    name = preserie.opened or next(iter(preserie.software), None)
    if name is None:
        return preserie.vendor or "Présérie"
    software = preserie.software[name]
    return f"{software.vendor} · {software.name} {software.versions[-1]}"


def say_state(preserie: Preserie) -> str:
    """Its state, shape and words: ``◑ en cours``."""
    shape, _, words = STATES[state_of(preserie)]
    return f"{shape} {words}"
