"""What remains on a line, and the states that follow from it.

Rights are packs, sessions or examinations where the prescription counts them, else days of
treatment. States are never stored: they are what the facts say at a given instant.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act, Stage
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.series import count_sessions, is_ended, is_session, stage_of


class Unit(StrEnum):
    """What rights are counted in."""

    PACK = "boîte"
    DAY = "jour"
    SESSION = "séance"
    EXAM = "examen"


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


# What is counted of a kind; sessions, of the others.
_COUNTED_IN = {Kind.MEDICINE: Unit.PACK, Kind.DEVICE: Unit.PACK, Kind.BIOLOGY: Unit.EXAM}
_CLOSED = (LineStatus.DONE, LineStatus.CANCELLED, LineStatus.EXPIRED)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rights:
    """What remains to be carried out: never negative, whatever was delivered beyond."""

    remaining: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class LineState:
    """A line, what designates it, its status and its rights at an instant.

    *stage* is where its series or its examination stands, None where that says no more than the
    status. *sessions* counts those done; None where the line orders no sessions.
    """

    line: Line
    designation: str
    status: LineStatus
    rights: Rights
    stage: Stage | None = None
    sessions: int | None = None

    @property
    def sessions_planned(self) -> Decimal | None:
        """How many sessions the line orders, its renewals included; None: no number is stated."""
        quantity = self.line.quantity
        return None if quantity is None else quantity * self.line.fills


def say_quantity(quantity: Decimal, unit: Unit) -> str:
    """A quantity as a French sentence says it: ``2 boîtes``, ``1,5 boîte``, ``0 jour``."""
    number = f"{quantity.normalize():f}".replace(".", ",")
    return f"{number} {unit.value}{'s' if abs(quantity) >= 2 else ''}"  # noqa: PLR2004 - grammar


def unit_of(line: Line) -> Unit:
    """What the rights of *line* are counted in: packs, or acts, as soon as it states how many.

    Source: TLS-21, TLS-46.
    """
    if line.quantity is None:
        return Unit.DAY
    return _COUNTED_IN.get(line.kind, Unit.SESSION)


def acts_by_line(dossier: Dossier) -> dict[str | None, list[Act]]:
    """What was done, or not done, and stands; in order of recording, by the line it designates."""
    acts: dict[str | None, list[Act]] = {}
    for execution in dossier.executions:
        for act in execution.acts:
            acts.setdefault(act.prescribed, []).append(act)
    return acts


def rights_of(line: Line, acts: Sequence[Act], at: datetime) -> Rights:
    """What remains on *line* at the instant *at*, *acts* having been done about it.

    Packs: one fill for each of 1 + renewals, less what was delivered. Days, where no number of
    packs stands: the treatment as often, less the days that the deliveries say they cover. As
    soon as one does not say, the days gone by since the first count where they are more. Nothing
    remains once the last fill is complete. Packs of unknown days never exhaust them. Sessions and
    examinations are counted as packs are, each being one; an ended series leaves nothing. Where
    neither number nor days are stated, the line lasts as long as it is valid.

    Source: TLS-21, TLS-46, TLS-47; days gone by count from the first delivery, and not at all for
    a patient who comes late and whose deliveries say what they cover: ours.
    """
    if line.kind is not Kind.MEDICINE and is_ended(acts, at):
        return Rights(_ZERO, unit_of(line))
    if line.quantity is None and line.days is None:
        return Rights(Decimal(max((line.valid_until - at).days, 1)), Unit.DAY)
    done = [act for act in acts if act.is_done]
    fills = 1 + line.repeats
    if line.quantity is not None:
        delivered = sum([act.quantity or _ZERO for act in done], _ZERO)
        return Rights(max(line.quantity * fills - delivered, _ZERO), unit_of(line))
    completed = sum(1 for act in done if act.completeness and act.completeness.completes)
    if completed >= fills:
        return Rights(_ZERO, Unit.DAY)
    spent = sum([act.days or _ZERO for act in done], _ZERO)
    handed_over = [act.handed_over_at for act in done if act.handed_over_at is not None]
    if handed_over and any(act.days is None for act in done):
        elapsed = (day_in_paris(at) - day_in_paris(min(handed_over))).days
        spent = max(spent, Decimal(elapsed))
    total = (line.days or _ZERO) * fills
    return Rights(max(total - spent, _ZERO), Unit.DAY)


def find_status(
    line: Line, acts: Sequence[Act], at: datetime, *, rights: Rights, is_cancelled: bool
) -> LineStatus:
    """Where *line* stands at the instant *at*: *acts* were done about it, and *rights* remain.

    Source: TLS-22.
    """
    if not rights.remaining:
        return LineStatus.DONE
    if is_cancelled:
        return LineStatus.CANCELLED
    if at >= line.valid_until:
        return LineStatus.EXPIRED
    if any(act.is_done for act in acts):
        return LineStatus.IN_PROGRESS
    return LineStatus.NOT_DELIVERED if acts else LineStatus.TO_EXECUTE


def states_of(dossier: Dossier, at: datetime) -> tuple[LineState, ...]:
    """Where each line stands at the instant *at*, in their order; none while it is waiting."""
    prescription = dossier.prescription
    if prescription is None:
        return ()
    by_line = acts_by_line(dossier)
    is_cancelled = dossier.cancellation is not None or dossier.replacement is not None
    # Two instants are compared five times as fast in one time zone, and lines mostly share theirs.
    at = at.astimezone(prescription.lines[0].valid_until.tzinfo)
    states = []
    for line in prescription.lines:
        designation = dossier.number.line(line.rank)
        acts = by_line.get(designation, ())
        rights = rights_of(line, acts, at)
        status = find_status(line, acts, at, rights=rights, is_cancelled=is_cancelled)
        if status is LineStatus.CANCELLED:
            rights = Rights(_ZERO, rights.unit)
        state = LineState(line, designation, status, rights)
        states.append(state if line.kind is Kind.MEDICINE else tell_acts(state, acts, at))
    return tuple(states)


def tell_acts(state: LineState, acts: Sequence[Act], at: datetime) -> LineState:
    """*state* with where the series or the examination of its line stands at *at*.

    Source: TLS-47, TLS-48.
    """
    line, is_exhausted = state.line, not state.rights.remaining
    return replace(
        state,
        stage=stage_of(acts, at, is_exhausted=is_exhausted) if acts else None,
        sessions=count_sessions(acts) if is_session(line) else None,
    )


def is_anything_executed(dossier: Dossier) -> bool:
    """Whether something was really carried out and stands."""
    return any(act.is_done for execution in dossier.executions for act in execution.acts)


def status_of(dossier: Dossier, states: tuple[LineState, ...]) -> Status:
    """Where the prescription stands, its lines standing as *states* say.

    A line not delivered stays open: the patient may still get it, here or elsewhere. What was
    replaced says so, whatever had been executed: another prescription is to be looked at.

    Source: TLS-23, TLS-52.
    """
    if dossier.issued is None:
        return Status.WAITING
    if dossier.replacement is not None:
        return Status.REPLACED
    if all(state.status in _CLOSED for state in states):
        if is_anything_executed(dossier):
            return Status.EXECUTED
        is_expired = any(state.status is LineStatus.EXPIRED for state in states)
        is_expired &= dossier.cancellation is None
        return Status.EXPIRED if is_expired else Status.CANCELLED
    return Status.IN_PROGRESS if dossier.executions else Status.TO_EXECUTE
