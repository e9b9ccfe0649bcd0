"""In the state in which the prescription stands, may this be asked of it? Read off the workflow.

Whoever asks is answered from what they see: a prescriber to whom executions are hidden finds a
prescription that nobody has begun.

Source: TLS-13.
"""

from collections.abc import Iterator
from datetime import datetime

from ordonnance.domain.command import Asked
from ordonnance.domain.days import say_day
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Replaced
from ordonnance.domain.profession import kinds_executed_by
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.rights import (
    LineState,
    LineStatus,
    Status,
    say_quantity,
    states_of,
    status_of,
)
from ordonnance.domain.workflow import OPERATIONS

OPEN = (LineStatus.TO_EXECUTE, LineStatus.IN_PROGRESS, LineStatus.NOT_DELIVERED)


def check_status(dossier: Dossier, command: Asked, at: datetime) -> None:
    """Refuse what the workflow does not allow where *dossier* stands at the instant *at*.

    Raises:
        Refusal: the reason that ``OPERATIONS`` gives for that state.

    Source: TLS-13.
    """
    refused = OPERATIONS[command.operation].refused
    states = states_of(dossier, at)
    for status in find_statuses(dossier, states):
        if status in refused:
            mine = kinds_executed_by(command.actor)
            own = tuple([state for state in states if state.line.kind in mine])
            raise refuse(dossier, refused[status], own)


def find_statuses(dossier: Dossier, states: tuple[LineState, ...]) -> Iterator[Status]:
    """Where the prescription stands, in the order in which refusals are told.

    A cancelled one, or one whose time has passed, shows as executed where something had been: it
    is cancelled, or past, all the same.
    """
    if dossier.cancellation is not None:
        yield Status.CANCELLED
    if dossier.replacement is not None:
        yield Status.REPLACED
    found = {state.status for state in states}
    if LineStatus.EXPIRED in found and found.isdisjoint(OPEN):
        yield Status.EXPIRED
    yield status_of(dossier, states)


def refuse(dossier: Dossier, reason: Reason, own: tuple[LineState, ...]) -> Refusal:
    """The refusal for *reason*, its sentence filled with what the dossier says.

    *own* are the lines that the caller carries out.
    """
    cancellation, replacement = dossier.cancellation, dossier.replacement
    prescription = dossier.prescription
    if reason is Reasons.CANCELLED and cancellation is not None:
        return Refusal(reason, when=say_day(cancellation.at))
    if reason is Reasons.REPLACED and replacement is not None:
        return refuse_replaced(replacement)
    if reason is Reasons.EXPIRED and prescription is not None:
        return Refusal(reason, when=say_day(prescription.valid_until))
    if reason is Reasons.RIGHTS_EXHAUSTED:
        return refuse_exhausted(own)
    return Refusal(reason)


def refuse_replaced(replacement: Replaced) -> Refusal:
    """The refusal that names the prescription to look at instead.

    Source: TLS-52.
    """
    return Refusal(Reasons.REPLACED, successor=replacement.successor.value)


def refuse_exhausted(states: tuple[LineState, ...]) -> Refusal:
    """The refusal of what would carry out lines, one at least, of which nothing remains."""
    return Refusal(
        Reasons.RIGHTS_EXHAUSTED,
        line=", ".join([str(state.line.rank) for state in states]),
        remaining=say_quantity(states[0].rights.remaining, states[0].rights.unit),
        asked="davantage",
    )
