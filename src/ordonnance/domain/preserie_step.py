"""Which verb a présérie awaits next.

Source: PRE-42.
"""

from collections.abc import Iterator

from ordonnance.domain.bilan_criteria import is_answered_enough
from ordonnance.domain.bilan_rate import EXECUTE
from ordonnance.domain.preserie import Preserie, State, minimum_of, state_of
from ordonnance.domain.preserie_opening import PREREQUISITES
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_reading import EVENTS


def next_step(preserie: Preserie) -> str | None:
    """The verb awaited next; None: nothing is any more.

    The first of what is missing, in the order of the founding document; it forbids nothing else.

    Source: ours (PRE-42).
    """
    awaited: Iterator[str] = iter(())
    match state_of(preserie):
        case State.PREPARATION:
            awaited = _await_launch(preserie)
        case State.BILAN:
            awaited = _await_decision(preserie)
        case State.VALIDATED | State.GENERALISED:
            awaited = _await_deployment(preserie)
        case State.GIVEN_UP:
            pass
        case State.LAUNCHED | State.RUNNING | State.PROLONGED | State.EXTENDED:
            awaited = _await_bilan(preserie)
    return next(awaited, None)


def turn_of(preserie: Preserie) -> tuple[PartyKind, ...]:
    """Whose turn it is: who may say the verb awaited next; nobody's, once nothing is awaited.

    Source: PRE-46.
    """
    step = next_step(preserie)
    return () if step is None else EVENTS[step].roles


def _await_launch(preserie: Preserie) -> Iterator[str]:
    if preserie.opened is None:
        yield from _await_opening(preserie)
    if any(item not in preserie.supplied for item in PREREQUISITES):
        yield "supply"
    if not preserie.cpam:
        yield "choose_cpam"
    if len(preserie.active) < minimum_of(preserie):
        yield "enrol"
    if not all(one.is_submitted for one in preserie.active):
        yield "submit_participants"
    yield "hold_launch_meeting"


def _await_opening(preserie: Preserie) -> Iterator[str]:
    if not preserie.vendors:
        yield "declare_vendor"
    if not preserie.software:
        yield "declare_software"
    if not any(one.is_authorised for one in preserie.software.values()):
        yield "authorise"
    yield "open"


def _await_bilan(preserie: Preserie) -> Iterator[str]:
    """What a bilan needs: everyone installed, then the five criteria."""
    if any(one.is_obstacle for one in preserie.anomalies.values()):
        yield "fix_anomaly"
    if not all(one.is_submitted for one in preserie.active):
        yield "submit_participants"
    yield from _await_installations(preserie)
    if not preserie.is_checked:
        yield "check_scor_stop"
    yield from _await_evidence(preserie)
    yield "draw_bilan"


def _await_installations(preserie: Preserie) -> Iterator[str]:
    waiting = [one for one in preserie.active if one.installed_on is None]
    if not waiting:
        return
    limit = preserie.modalities.first_week_installations
    if len(preserie.installed) >= limit and not preserie.is_checked:
        yield "check_scor_stop"
    if any(one.planned_on is None for one in waiting):
        yield "plan_installation"
    if any(not one.trained_on for one in waiting):
        yield "train"
    yield "install"


def _await_evidence(preserie: Preserie) -> Iterator[str]:
    if not any(key.operation == EXECUTE for key in preserie.figures):
        yield "traces"
    if not preserie.pieces:
        yield "scor"
    if not preserie.prerequisites:
        yield "state_prerequisites"
    if not is_answered_enough(preserie):
        yield "answer_questionnaire"


def _await_decision(preserie: Preserie) -> Iterator[str]:
    if preserie.bilan is not None and not preserie.bilan.shared_with:
        yield "share_bilan"
    yield "decide"


def _await_deployment(preserie: Preserie) -> Iterator[str]:
    if not preserie.has_deployment_meeting:
        yield "hold_deployment_meeting"
    if preserie.traces_active:
        yield "stop_traces"
    if preserie.terms is None:
        yield "authorise_deployment"
