"""What one may do of a présérie now, and the page where it is done.

Source: PRE-66, PRE-80.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_possible import list_possible
from ordonnance.domain.preserie_waiting import Waiting
from ordonnance.portail.forms import FORMS
from ordonnance.portail.visitor import Visitor

# The page where a verb is told among what it is about, and the words of the door to it. Other
# verbs have the page of their form alone.
PLACES: Mapping[str, tuple[str, str]] = {
    "supply": ("prerequis#partager", "Partager les prérequis"),
    "enrol": ("pharmacies", "Inscrire les pharmacies"),
    "withdraw": ("pharmacies", "Retirer une pharmacie"),
    "submit_participants": ("pharmacies#transmettre", "Transmettre la liste des pharmacies"),
    "plan_installation": ("planning", "Donner le planning"),
    "train": ("planning", "Dire les formations"),
    "install": ("planning", "Enregistrer les installations"),
    "upgrade": ("planning", "Changer de version"),
    "check_scor_stop": ("scor", "Vérifier l’arrêt de l’envoi par SCOR"),
    "fix_anomaly": ("anomalies", "Corriger les anomalies"),
    "declare_fix": ("anomalies", "Déclarer un correctif"),
    "state_prerequisites": ("anomalies#deploiement", "Dire les prérequis techniques"),
    "share_bilan": ("bilan#accord", "Lire le bilan, le signer et le partager"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that one may say now: where, in which words, whether it is awaited."""

    place: str
    words: str
    is_awaited: bool


def list_acts(history: History, visitor: Visitor, waiting: Waiting) -> Sequence[Act]:
    """What one may say now, what is awaited of them first.

    What is told on a page of the présérie is there only where it is awaited: tabs lead to it.

    Source: PRE-66, PRE-80.
    """
    if visitor.party is None:
        return []
    awaited = {
        _begin(todo.verb, history.preserie)
        for todo in waiting.todos
        if visitor.party in todo.parties
    }
    possible = list_possible(history.preserie, visitor.party)
    acts = [_make_act(verb, is_awaited=verb in awaited) for verb in possible if _is_told(verb)]
    shown = [one for one in acts if one.is_awaited or one.place in FORMS]
    return sorted(shown, key=lambda one: not one.is_awaited)


def _begin(verb: str, preserie: Preserie) -> str:
    """What to begin with: a meeting is called before it is held. Source: PRE-56."""
    is_to_call = verb == "hold_launch_meeting" and preserie.launch_call is None
    return "call_launch_meeting" if is_to_call else verb


def _is_told(verb: str) -> bool:
    return verb in FORMS or verb in PLACES


def _make_act(verb: str, *, is_awaited: bool) -> Act:
    place, words = PLACES[verb] if verb in PLACES else (verb, FORMS[verb].title)
    return Act(place, words, is_awaited)
