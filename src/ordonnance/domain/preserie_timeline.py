"""A présérie as a timeline: what is done, by whom and when; what is next; what comes after.

Source: PRE-66.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ordonnance.domain.bilan_criteria import is_answered_enough, standing_answers
from ordonnance.domain.bilan_rate import EXECUTE
from ordonnance.domain.days import day_in_paris, say_date, say_day
from ordonnance.domain.preserie import Preserie, minimum_of
from ordonnance.domain.preserie_decision import OUTCOME_WORDS
from ordonnance.domain.preserie_event import Event, Supply
from ordonnance.domain.preserie_opening import ITEM_WORDS, PREREQUISITES
from ordonnance.domain.preserie_party import Party
from ordonnance.domain.preserie_replay import Replay
from ordonnance.domain.preserie_value import Item
from ordonnance.domain.preserie_waiting import Todo, find_waiting, list_unqualified, say_count

_ONCE = ("declare_vendor", "declare_software")


class Progress(StrEnum):
    """Where a stage stands; DROPPED: never done, and it will not be."""

    DONE = "done"
    CURRENT = "current"
    TO_COME = "to_come"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a présérie.

    *name* is stable, *title* in French. *by*, *on* and *line* tell the last event about it: who
    said so (None: not said), on which day in Paris, at which line or rank; None before any.
    *todo* is what is awaited of it, only while it is CURRENT. *note* counts, in French: ``3 sur
    5``.
    """

    name: str
    title: str
    progress: Progress
    by: Party | None = None
    on: date | None = None
    line: int | None = None
    todo: Todo | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A stage as it is always: the events about it, and when it is done."""

    name: str
    title: str
    verbs: tuple[str, ...]
    is_done: Callable[[Preserie], bool]
    note: Callable[[Preserie], str] = lambda _: ""
    item: Item | None = None


def list_stages(replayed: Replay) -> tuple[Stage, ...]:
    """The stages of a présérie, in the order of the founding document.

    Source: PRE-66.
    """
    preserie = replayed.preserie
    last = _find_last(replayed.accepted)
    todos = {todo.verb: todo for todo in find_waiting(replayed).todos}
    return tuple(_place(plan, preserie, last, todos) for plan in _PLANS)


def _find_last(
    accepted: Mapping[int, Event],
) -> Mapping[tuple[str, Item | None], tuple[int, Event]]:
    """The last event of each verb, and of each prerequisite, with its line.

    A version declared later is no other declaration: the first one counts.
    """
    last: dict[tuple[str, Item | None], tuple[int, Event]] = {}
    for line, event in accepted.items():
        key = (event.verb, event.item if isinstance(event, Supply) else None)
        if key not in last or event.verb not in _ONCE:
            last[key] = (line, event)
    return last


def _place(
    plan: _Plan,
    preserie: Preserie,
    last: Mapping[tuple[str, Item | None], tuple[int, Event]],
    todos: Mapping[str, Todo],
) -> Stage:
    known = [last[verb, plan.item] for verb in plan.verbs if (verb, plan.item) in last]
    line, event = max(known, key=lambda one: one[0], default=(None, None))
    todo = next((todos[verb] for verb in plan.verbs if verb in todos), None)
    progress = _judge(plan, preserie, todo)
    return Stage(
        name=plan.name,
        title=plan.title,
        progress=progress,
        by=None if event is None else event.by,
        on=None if event is None else day_in_paris(event.at),
        line=line,
        todo=todo if progress is Progress.CURRENT else None,
        note=plan.note(preserie),
    )


def _judge(plan: _Plan, preserie: Preserie, todo: Todo | None) -> Progress:
    if plan.is_done(preserie):
        return Progress.DONE
    if todo is not None:
        return Progress.CURRENT
    is_over = preserie.is_validated and plan.name not in _AFTER
    if is_over or preserie.closed_because is not None:
        return Progress.DROPPED
    return Progress.TO_COME


def _each(*done: bool) -> bool:
    """Whether something is done for each, and there is somebody."""
    return bool(done) and all(done)


def _count(done: Iterable[bool]) -> str:
    each = list(done)
    return f"{sum(each)} sur {len(each)}" if each else ""


def _say_decisions(preserie: Preserie) -> str:
    said = (
        f"{' et '.join(OUTCOME_WORDS[outcome] for outcome in one.outcome)}, {say_day(one.at)}"
        for one in preserie.decisions
    )
    return " ; ".join(said)


def _say_call(preserie: Preserie) -> str:
    """When the launch meeting is to be held, once it is called. Source: PRE-56."""
    call = preserie.launch_call
    return "" if call is None or preserie.is_launched else f"convoquée {say_date(call.on)}"


def _has_executions(preserie: Preserie) -> bool:
    return any(key.operation == EXECUTE for key in preserie.figures) and bool(preserie.pieces)


def _is_free_of_anomalies(preserie: Preserie) -> bool:
    obstacles = any(one.is_obstacle for one in preserie.anomalies.values())
    return bool(preserie.installed) and not obstacles and not list_unqualified(preserie)


def _is_drawn(preserie: Preserie) -> bool:
    return preserie.is_validated or preserie.has_new_bilan


def _is_shared(preserie: Preserie) -> bool:
    bilan = preserie.bilan
    return _is_drawn(preserie) and bilan is not None and bool(bilan.shared_with)


def _plan_item(item: Item) -> _Plan:
    return _Plan(
        f"supply:{item.value}",
        f"Prérequis : {ITEM_WORDS[item]}",
        ("supply",),
        lambda preserie: item in preserie.supplied,
        item=item,
    )


_PREPARATION = (
    _Plan(
        "declaration",
        "Déclaration du logiciel",
        ("declare_vendor", "declare_software"),
        lambda one: bool(one.vendors and one.software),
    ),
    _Plan(
        "authorisation",
        "Autorisation du CNDA",
        ("authorise",),
        lambda one: any(software.is_authorised for software in one.software.values()),
    ),
    _Plan("opening", "Ouverture de la présérie", ("open",), lambda one: one.opened is not None),
    *map(_plan_item, PREREQUISITES),
    _Plan("cpam", "Choix des CPAM", ("choose_cpam",), lambda one: bool(one.cpam)),
    _Plan(
        "enrolment",
        "Inscription des pharmacies",
        ("enrol",),
        lambda one: len(one.active) >= minimum_of(one),
        lambda one: say_count(len(one.active), "pharmacie") if one.active else "",
    ),
    _Plan(
        "list",
        "Liste transmise au GIE et à la Cnam",
        ("submit_participants",),
        lambda one: _each(*(pharmacy.is_submitted for pharmacy in one.active)),
    ),
    _Plan(
        "launch",
        "Réunion de lancement",
        ("hold_launch_meeting",),
        lambda one: one.is_launched,
        _say_call,
    ),
)
_TRIAL = (
    _Plan(
        "planning",
        "Planning des installations",
        ("plan_installation",),
        lambda one: _each(*(pharmacy.planned_on is not None for pharmacy in one.active)),
        lambda one: _count(pharmacy.planned_on is not None for pharmacy in one.active),
    ),
    _Plan(
        "training",
        "Formations",
        ("train",),
        lambda one: _each(*(bool(pharmacy.trained_on) for pharmacy in one.active)),
        lambda one: _count(bool(pharmacy.trained_on) for pharmacy in one.active),
    ),
    _Plan(
        "installation",
        "Installations",
        ("install",),
        lambda one: _each(*(pharmacy.installed_on is not None for pharmacy in one.active)),
        lambda one: _count(pharmacy.installed_on is not None for pharmacy in one.active),
    ),
    _Plan(
        "check",
        "Vérification de l’arrêt de l’envoi par SCOR",
        ("check_scor_stop",),
        lambda one: one.is_checked,
    ),
    _Plan("executions", "Exécutions et pièces SCOR", ("traces", "scor"), _has_executions),
    _Plan(
        "anomalies",
        "Anomalies",
        ("report_anomaly", "qualify_anomaly", "fix_anomaly"),
        _is_free_of_anomalies,
        lambda one: say_count(len(one.anomalies), "signalée") if one.anomalies else "",
    ),
    _Plan(
        "prerequisites",
        "Prérequis techniques du déploiement",
        ("state_prerequisites",),
        lambda one: bool(one.prerequisites),
    ),
    _Plan(
        "questionnaire",
        "Questionnaire",
        ("answer_questionnaire",),
        lambda one: bool(one.installed) and is_answered_enough(one),
        lambda one: say_count(len(standing_answers(one)), "réponse") if one.installed else "",
    ),
    _Plan("bilan", "Bilan dressé", ("draw_bilan",), _is_drawn),
    _Plan("sharing", "Bilan partagé", ("share_bilan",), _is_shared),
    _Plan("decision", "Décision", ("decide",), lambda one: one.is_validated, _say_decisions),
)
_DEPLOYMENT = (
    _Plan(
        "deployment_meeting",
        "Réunion de démarrage du déploiement",
        ("hold_deployment_meeting",),
        lambda one: one.has_deployment_meeting,
    ),
    _Plan(
        "stop_traces",
        "Arrêt des traces",
        ("stop_traces",),
        lambda one: one.is_validated and not one.traces_active,
    ),
    _Plan(
        "deployment",
        "Autorisation de déploiement",
        ("authorise_deployment",),
        lambda one: one.terms is not None,
    ),
)
_PLANS = (*_PREPARATION, *_TRIAL, *_DEPLOYMENT)
_AFTER = frozenset(plan.name for plan in _DEPLOYMENT)
