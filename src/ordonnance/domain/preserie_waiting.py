"""What a présérie waits for: from whom, since when, in sentences for people.

Source: PRE-66.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ordonnance.domain.bilan_criteria import standing_answers
from ordonnance.domain.days import say_date
from ordonnance.domain.preserie import Participant, Preserie, minimum_of
from ordonnance.domain.preserie_event_bilan import ReportAnomaly
from ordonnance.domain.preserie_opening import ITEM_WORDS, PREREQUISITES
from ordonnance.domain.preserie_party import PILOTS, Party, PartyKind
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_replay import Replay
from ordonnance.domain.preserie_step import next_step

QUALIFY = "qualify_anomaly"
# What is missing says nothing of what to do: a name, a count.
_SAID_WITH_ACT = (QUALIFY, "fix_anomaly", "stop_traces")
_TO: Mapping[PartyKind, str] = {
    PartyKind.VENDOR: "à l’éditeur",
    PartyKind.CNAM: "à la Cnam",
    PartyKind.GIE: "au GIE SESAM-Vitale",
    PartyKind.PILOT: "aux pharmacies pilotes",
    PartyKind.PILOTS: "aux pharmacies pilotes",
}
_ACTS: Mapping[str, str] = {
    "declare_vendor": "déclarer l’éditeur",
    "declare_software": "déclarer le logiciel et sa version",
    "authorise": "enregistrer l’autorisation du CNDA",
    "open": "ouvrir la présérie",
    "supply": "partager les prérequis",
    "choose_cpam": "choisir les CPAM",
    "enrol": "inscrire des pharmacies volontaires",
    "submit_participants": "transmettre la liste des pharmacies",
    "hold_launch_meeting": "tenir la réunion de lancement",
    "plan_installation": "donner le planning des installations",
    "train": "former les utilisateurs",
    "install": "installer les pharmacies",
    "check_scor_stop": "vérifier l’arrêt de l’envoi par SCOR",
    "traces": "relever les exécutions",
    "scor": "relever les pièces SCOR",
    QUALIFY: "qualifier les anomalies",
    "fix_anomaly": "corriger les anomalies bloquantes",
    "state_prerequisites": "énoncer les prérequis techniques du déploiement",
    "answer_questionnaire": "répondre au questionnaire",
    "draw_bilan": "dresser le bilan",
    "share_bilan": "partager le bilan",
    "decide": "décider sur le bilan",
    "hold_deployment_meeting": "tenir la réunion de démarrage du déploiement",
    "stop_traces": "arrêter les traces",
    "authorise_deployment": "communiquer l’autorisation et les modalités du déploiement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Something awaited of *parties*, any of whom may say the verb; since when it is their turn.

    *act* is what to do, an infinitive; *lacking* what is missing exactly, or nothing more.
    """

    verb: str
    parties: tuple[Party, ...]
    since: datetime | None
    act: str
    lacking: str = ""

    @property
    def short(self) -> str:
        """What is missing, as short as a column wants it: ``2 pharmacies sans date``."""
        if self.lacking and self.verb in _SAID_WITH_ACT:
            return f"{self.act} ({self.lacking})"
        return self.lacking or self.act

    def say(self, reader: Party | None = None) -> str:
        """The sentence that tells *reader*: ``À vous : décider sur le bilan.`` is one."""
        lacking = f" ({self.lacking})" if self.lacking else ""
        return f"{say_turn(self.parties, reader)} : {self.act}{lacking}."


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that a présérie waits for now: the next step first, then what may be done beside it."""

    todos: tuple[Todo, ...] = ()

    @property
    def parties(self) -> tuple[Party, ...]:
        """Whose turn it is."""
        return tuple(dict.fromkeys(party for todo in self.todos for party in todo.parties))

    def find(self, reader: Party | None = None) -> Todo | None:
        """What to tell *reader* first: what is theirs, else what comes next; None: nothing."""
        own = (todo for todo in self.todos if reader in todo.parties)
        return next(own, next(iter(self.todos), None))

    def is_turn_of(self, reader: Party | None) -> bool:
        """Whether *reader* is awaited."""
        return reader in self.parties


def find_waiting(replayed: Replay) -> Waiting:
    """What the présérie waits for; nothing once it is closed, or all is done.

    Beside the next step, the Cnam is asked to qualify the open anomalies.

    Source: PRE-39, PRE-66.
    """
    preserie = replayed.preserie
    todos = []
    step = next_step(preserie)
    if step is not None:
        parties = _list_parties(preserie, step)
        todos.append(_make_todo(preserie, step, parties, replayed.turned_at))
    unqualified = set(list_unqualified(preserie))
    if unqualified and step != QUALIFY:
        reported = [
            event.at
            for event in replayed.accepted.values()
            if isinstance(event, ReportAnomaly) and event.anomaly in unqualified
        ]
        parties = _list_parties(preserie, QUALIFY)
        todos.append(_make_todo(preserie, QUALIFY, parties, min(reported, default=None)))
    return Waiting(tuple(todos))


def list_unqualified(preserie: Preserie) -> tuple[str, ...]:
    """The open anomalies that the Cnam has not qualified, while that can change something.

    Source: PRE-39.
    """
    if preserie.is_validated or preserie.closed_because is not None:
        return ()
    return tuple(
        one.name
        for one in preserie.anomalies.values()
        if one.fixed_in is None and not one.is_qualified
    )


def say_turn(parties: tuple[Party, ...], reader: Party | None = None) -> str:
    """To whom something is: ``À vous``, ``À l’éditeur``, ``Au GIE SESAM-Vitale ou à la Cnam``."""
    if reader is not None and reader in parties:
        return "À vous"
    words = " ou ".join(dict.fromkeys(_TO[party.kind] for party in parties))
    return words[:1].upper() + words[1:]


def say_count(count: int, one: str, several: str = "") -> str:
    """A count with its noun: ``1 pharmacie``, ``2 pharmacies``."""
    return f"{count} {one if count < 2 else several or one + 's'}"  # noqa: PLR2004 - French plurals begin at two


def _make_todo(
    preserie: Preserie, verb: str, parties: tuple[Party, ...], since: datetime | None
) -> Todo:
    lack = _LACKS.get(verb)
    return Todo(
        verb=verb,
        parties=parties,
        since=since,
        act=_ACTS[verb],
        lacking="" if lack is None else lack(preserie),
    )


def _list_parties(preserie: Preserie, verb: str) -> tuple[Party, ...]:
    """Who is awaited: of the pharmacies, those that have not answered, or all if all left."""
    kinds = EVENTS[verb].roles
    if kinds != (PartyKind.PILOT,):
        return tuple(Party(kind) for kind in kinds)
    return tuple(Party(PartyKind.PILOT, am) for am in _list_silent(preserie)) or (PILOTS,)


def _list_silent(preserie: Preserie) -> list[str]:
    answered = {one.am for one in standing_answers(preserie)}
    installed = [one.am for one in preserie.installed if one.is_active]
    return [am for am in installed if am not in answered] or installed


def _lack_items(preserie: Preserie) -> str:
    return ", ".join(ITEM_WORDS[item] for item in PREREQUISITES if item not in preserie.supplied)


def _lack_pharmacies(preserie: Preserie) -> str:
    enrolled = say_count(len(preserie.active), "inscrite")
    return f"{enrolled} sur {minimum_of(preserie)} au moins"


def _lack_submitted(preserie: Preserie) -> str:
    count = sum(not one.is_submitted for one in preserie.active)
    return f"{say_count(count, 'pharmacie')} à transmettre"


def _list_uninstalled(preserie: Preserie) -> list[Participant]:
    return [one for one in preserie.active if one.installed_on is None]


def _lack_days(preserie: Preserie) -> str:
    count = sum(one.planned_on is None for one in _list_uninstalled(preserie))
    return f"{say_count(count, 'pharmacie')} sans date"


def _lack_training(preserie: Preserie) -> str:
    count = sum(not one.trained_on for one in _list_uninstalled(preserie))
    return f"{say_count(count, 'pharmacie')} sans formation"


def _lack_installations(preserie: Preserie) -> str:
    waiting = _list_uninstalled(preserie)
    first_on = min(one.planned_on for one in waiting if one.planned_on)
    return f"{say_count(len(waiting), 'pharmacie')}, la première prévue {say_date(first_on)}"


def _lack_check(preserie: Preserie) -> str:
    return "la dernière vérification n’est pas conforme" if preserie.checks else ""


def _lack_fixes(preserie: Preserie) -> str:
    return ", ".join(one.name for one in preserie.anomalies.values() if one.is_obstacle)


def _lack_answers(preserie: Preserie) -> str:
    answered = len({one.am for one in standing_answers(preserie)})
    return f"réponses de {say_count(answered, 'pharmacie')} sur {len(preserie.installed)}"


def _lack_stops(preserie: Preserie) -> str:
    return say_count(len(preserie.traces_active), "pharmacie")


_LACKS: Mapping[str, Callable[[Preserie], str]] = {
    "supply": _lack_items,
    "enrol": _lack_pharmacies,
    "submit_participants": _lack_submitted,
    "plan_installation": _lack_days,
    "train": _lack_training,
    "install": _lack_installations,
    "check_scor_stop": _lack_check,
    QUALIFY: lambda preserie: ", ".join(list_unqualified(preserie)),
    "fix_anomaly": _lack_fixes,
    "answer_questionnaire": _lack_answers,
    "stop_traces": _lack_stops,
}
