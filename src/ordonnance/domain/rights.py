"""What remains on a line, and the states that follow from it.

Rights are packs where the prescription counts packs, else days of treatment. States are never
stored: they are what the facts say at a given instant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act
from ordonnance.domain.line import Line


class Unit(StrEnum):
    """What rights are counted in."""

    PACK = "boîte"
    DAY = "jour"


class LineStatus(StrEnum):
    """Where a line stands."""

    TO_EXECUTE = "A_EXECUTER"
    IN_PROGRESS = "EN_COURS"
    DONE = "TERMINEE"
    NOT_DELIVERED = "NON_DELIVREE"
    CANCELLED = "ANNULEE"
    EXPIRED = "EXPIREE"


class Status(StrEnum):
    """Where a prescription stands."""

    TO_EXECUTE = "A_EXECUTER"
    IN_PROGRESS = "EN_COURS"
    EXECUTED = "EXECUTEE"
    CANCELLED = "ANNULEE"
    REPLACED = "REMPLACEE"
    EXPIRED = "EXPIREE"
    WAITING = "EN_ATTENTE"


_CLOSED = (LineStatus.DONE, LineStatus.CANCELLED, LineStatus.EXPIRED)


@dataclass(frozen=True, slots=True)
class Rights:
    """What remains to be carried out: never negative, whatever was delivered beyond."""

    remaining: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class LineState:
    """A line, its status and its rights at an instant."""

    line: Line
    status: LineStatus
    rights: Rights


def say_quantity(quantity: Decimal, unit: Unit) -> str:
    """A quantity as a French sentence says it: ``2 boîtes``, ``1,5 boîte``, ``0 jour``."""
    number = f"{quantity.normalize():f}".replace(".", ",")
    return f"{number} {unit.value}{'s' if abs(quantity) >= 2 else ''}"  # noqa: PLR2004 - grammar


def unit_of(line: Line) -> Unit:
    """What the rights of *line* are counted in: packs as soon as it states packs."""
    return Unit.DAY if line.quantity is None else Unit.PACK


def acts_on(dossier: Dossier, line: Line) -> Iterator[Act]:
    """What was done, or not done, about *line* and stands; in order of recording."""
    designation = dossier.number.line(line.rank)
    for execution in dossier.executions:
        for act in execution.acts:
            if act.prescribed == designation:
                yield act


def rights_of(line: Line, acts: list[Act], at: datetime) -> Rights:
    """What remains on *line* at the instant *at*, *acts* having been done about it.

    Packs: one fill for each of 1 + renewals, less what was delivered. Days, where no number of
    packs stands: the treatment as often, less the days that the deliveries say they cover. As
    soon as one does not say, the days gone by since the first count where they are more. Nothing
    remains once the last fill is complete. Packs of unknown days never exhaust them.

    Source: TLS-21; days gone by count from the first delivery, and not at all for a patient who
    comes late and whose deliveries say what they cover: ours.
    """
    done = [act for act in acts if act.is_done]
    fills = 1 + line.repeats
    if line.quantity is not None:
        delivered = sum((act.quantity or Decimal(0) for act in done), Decimal(0))
        return Rights(max(line.quantity * fills - delivered, Decimal(0)), Unit.PACK)
    completed = sum(1 for act in done if act.completeness and act.completeness.completes)
    if completed >= fills:
        return Rights(Decimal(0), Unit.DAY)
    spent = sum((act.days or Decimal(0) for act in done), Decimal(0))
    handed_over = [act.handed_over_at for act in done if act.handed_over_at is not None]
    if handed_over and any(act.days is None for act in done):
        elapsed = (day_in_paris(at) - day_in_paris(min(handed_over))).days
        spent = max(spent, Decimal(elapsed))
    total = (line.days or Decimal(0)) * fills
    return Rights(max(total - spent, Decimal(0)), Unit.DAY)


def state_of(dossier: Dossier, line: Line, at: datetime) -> LineState:
    """Where *line* stands at the instant *at*.

    Source: TLS-22.
    """
    acts = list(acts_on(dossier, line))
    rights = rights_of(line, acts, at)
    if rights.remaining == 0:
        return LineState(line, LineStatus.DONE, rights)
    if dossier.cancellation is not None:
        return LineState(line, LineStatus.CANCELLED, Rights(Decimal(0), rights.unit))
    if at >= line.valid_until:
        return LineState(line, LineStatus.EXPIRED, rights)
    if any(act.is_done for act in acts):
        return LineState(line, LineStatus.IN_PROGRESS, rights)
    return LineState(line, LineStatus.NOT_DELIVERED if acts else LineStatus.TO_EXECUTE, rights)


def states_of(dossier: Dossier, at: datetime) -> tuple[LineState, ...]:
    """Where each line stands at the instant *at*, in their order; none while it is waiting."""
    if dossier.prescription is None:
        return ()
    return tuple(state_of(dossier, line, at) for line in dossier.prescription.lines)


def is_anything_executed(dossier: Dossier) -> bool:
    """Whether something was really carried out and stands."""
    return any(act.is_done for execution in dossier.executions for act in execution.acts)


def status_of(dossier: Dossier, states: tuple[LineState, ...]) -> Status:
    """Where the prescription stands, its lines standing as *states* say.

    A line not delivered stays open: the patient may still get it, here or elsewhere.

    Source: TLS-23.
    """
    if dossier.issued is None:
        return Status.WAITING
    if all(state.status in _CLOSED for state in states):
        if is_anything_executed(dossier):
            return Status.EXECUTED
        return Status.EXPIRED if dossier.cancellation is None else Status.CANCELLED
    return Status.IN_PROGRESS if dossier.executions else Status.TO_EXECUTE
