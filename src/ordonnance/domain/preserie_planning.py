"""The calendar of installations and trainings over all préséries, and what moved in it.

Source: PRE-67.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ordonnance.domain.preserie import Participant, Preserie
from ordonnance.domain.preserie_event import Install, PlanInstallation, Withdraw
from ordonnance.domain.preserie_history import History


class Occasion(StrEnum):
    """What happens at a pharmacy on a day."""

    INSTALLATION = "installation"
    TRAINING = "training"


OCCASION_WORDS = {Occasion.INSTALLATION: "installation", Occasion.TRAINING: "formation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What happens, or happened, at a pharmacy on a day.

    *cpam*: its department. *is_done*: it took place. *moved_from*: the day for which it was
    planned just before; None: it never moved.
    """

    day: date
    cpam: str
    am: str
    name: str
    vendor: str
    software: str
    preserie: str
    what: Occasion
    is_done: bool
    moved_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of the planning, received at that instant; *after* None: the pharmacy left."""

    at: datetime
    cpam: str
    am: str
    name: str
    vendor: str
    software: str
    preserie: str
    before: date
    after: date | None


def list_planning(
    histories: Iterable[History], *, today: date, cpam: str | None = None
) -> tuple[Appointment, ...]:
    """Installations and trainings, by day, then CPAM, then N° AM; of one CPAM, or of all.

    A training took place once its day is past, or its pharmacy is installed. Given-up préséries
    tell only what was done in them.

    Source: PRE-18, PRE-19, PRE-67.
    """
    found = [one for history in histories for one in _list_appointments(history, today)]
    kept = (one for one in found if cpam is None or one.cpam == cpam)
    return tuple(sorted(kept, key=lambda one: (one.day, one.cpam, one.am, one.what)))


def list_moves(
    histories: Iterable[History], *, since: datetime | None = None, cpam: str | None = None
) -> tuple[Move, ...]:
    """What moved in the planning from *since* on, the latest first.

    Source: PRE-18, PRE-67.
    """
    found = [one for history in histories for one in _list_moves(history)]
    kept = (
        one
        for one in found
        if (since is None or one.at >= since) and (cpam is None or one.cpam == cpam)
    )
    return tuple(sorted(kept, key=lambda one: (one.at, one.am), reverse=True))


def _list_appointments(history: History, today: date) -> Iterator[Appointment]:
    preserie = history.preserie
    if preserie.opened is None:
        return
    moved = {one.am: one.before for one in _list_moves(history) if one.after is not None}
    for one in preserie.participants.values():
        place = _place(history, preserie, one)
        is_installed = one.installed_on is not None
        day = one.installed_on or one.planned_on
        if day is not None and (is_installed or _goes_on(preserie, one)):
            yield Appointment(
                **place,
                day=day,
                what=Occasion.INSTALLATION,
                is_done=is_installed,
                moved_from=moved.get(one.am),
            )
        for on in dict.fromkeys(one.trained_on):
            is_done = on < today or (is_installed and on <= today)
            if is_done or _goes_on(preserie, one):
                yield Appointment(
                    **place, day=on, what=Occasion.TRAINING, is_done=is_done, moved_from=None
                )


def _goes_on(preserie: Preserie, participant: Participant) -> bool:
    """Whether what is planned for a pharmacy will take place."""
    return participant.is_active and preserie.closed_because is None and not preserie.is_validated


def _list_moves(history: History) -> Iterator[Move]:
    """The moves of one présérie, in the order of its events."""
    planned: dict[str, date] = {}
    for rank, event in history.replayed.accepted.items():
        match event:
            case PlanInstallation():
                before = planned.get(event.am)
                planned[event.am] = event.on
                if before is not None and before != event.on:
                    yield _make_move(history, rank, event.am, before, event.on)
            case Install():
                planned.pop(event.am, None)
            case Withdraw() if event.am in planned:
                yield _make_move(history, rank, event.am, planned.pop(event.am), None)


def _make_move(history: History, rank: int, am: str, before: date, after: date | None) -> Move:
    place = _place(history, history.preserie, history.preserie.participants[am])
    return Move(**place, at=history.records[rank - 1].at, before=before, after=after)


def _place(history: History, preserie: Preserie, participant: Participant) -> dict[str, str]:
    software = preserie.software[preserie.opened or ""]
    return {
        "cpam": participant.department,
        "am": participant.am,
        "name": participant.name,
        "vendor": software.vendor,
        "software": software.name,
        "preserie": history.id,
    }
