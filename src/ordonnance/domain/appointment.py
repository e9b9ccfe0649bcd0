"""The dates of a présérie: meetings, installations and trainings, and each change to them.

Nothing is kept of them: they are what its events make.

Source: PRE-56, PRE-57.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import Participant, Preserie
from ordonnance.domain.preserie_event import (
    CallLaunchMeeting,
    Event,
    HoldLaunchMeeting,
    Install,
    PlanInstallation,
    Train,
    Withdraw,
)
from ordonnance.domain.preserie_event_bilan import Close, HoldDeploymentMeeting
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, Party, PartyKind, cpam


class AppointmentKind(StrEnum):
    """What happens on that date."""

    LAUNCH = "launch"
    INSTALLATION = "installation"
    TRAINING = "training"
    DEPLOYMENT = "deployment"


KIND_TITLES: Mapping[AppointmentKind, str] = {
    AppointmentKind.LAUNCH: "Réunion de lancement",
    AppointmentKind.INSTALLATION: "Installation",
    AppointmentKind.TRAINING: "Formation",
    AppointmentKind.DEPLOYMENT: "Réunion de démarrage du déploiement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A date of a présérie, as its event of that *rank* left it, received *at* that instant.

    *name* stays the same, unique in the présérie, when the date changes; *sequence* counts its
    changes from 0. *hour* is of Paris; None: the whole day. *am* None: a meeting.
    """

    name: str
    kind: AppointmentKind
    on: date
    hour: time | None = None
    place: str | None = None
    am: str | None = None
    is_done: bool = False
    is_cancelled: bool = False
    sequence: int = 0
    rank: int = 0
    at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is still to take place."""
        return not (self.is_done or self.is_cancelled)


def list_changes(history: History) -> tuple[Appointment, ...]:
    """Each state that each date went through, in the order of events. Source: PRE-56."""
    held: dict[str, Appointment] = {}
    changes: list[Appointment] = []
    for rank, event in history.replayed.accepted.items():
        at = history.records[rank - 1].at
        for changed in _change(held, event, at):
            known = held.get(changed.name)
            sequence = 0 if known is None else known.sequence + 1
            held[changed.name] = replace(changed, sequence=sequence, rank=rank, at=at)
            changes.append(held[changed.name])
    return tuple(changes)


def list_appointments(history: History) -> tuple[Appointment, ...]:
    """Each date as it stands, by day. Source: PRE-57."""
    latest = {one.name: one for one in list_changes(history)}
    return tuple(sorted(latest.values(), key=lambda one: (one.on, one.hour or time.min, one.name)))


def list_invited(preserie: Preserie, appointment: Appointment) -> tuple[Party, ...]:
    """Who is told of a date besides who sets it.

    The pharmacy and those who follow installations; those who must attend a meeting.

    Source: PRE-17, PRE-18, PRE-56.
    """
    if appointment.am is None:
        return (VENDOR, CNAM, GIE, *preserie.concerned)
    pilot = Party(PartyKind.PILOT, appointment.am)
    if appointment.kind is AppointmentKind.TRAINING:
        return (pilot,)
    return (pilot, GIE, CNAM, cpam(pharmacy_of(preserie, appointment.am).department))


def pharmacy_of(preserie: Preserie, am: str) -> Participant:
    """The pharmacy of a date; it is enrolled, since an accepted event names it."""
    return preserie.participants[am]


def _change(held: Mapping[str, Appointment], event: Event, at: datetime) -> Iterator[Appointment]:
    """The dates that *event* sets, changes or ends."""
    match event:
        case CallLaunchMeeting() | HoldLaunchMeeting() | HoldDeploymentMeeting():
            yield from _meet(held, event, at)
        case PlanInstallation() | Install() | Train():
            yield from _visit(held, event, at)
        case Withdraw():
            yield from _cancel(held, event, event.am)
        case Close():
            yield from _cancel(held, event, None)
        case _:
            pass


def _meet(
    held: Mapping[str, Appointment],
    event: CallLaunchMeeting | HoldLaunchMeeting | HoldDeploymentMeeting,
    at: datetime,
) -> Iterator[Appointment]:
    if isinstance(event, HoldDeploymentMeeting):
        kind = AppointmentKind.DEPLOYMENT
    else:
        kind = AppointmentKind.LAUNCH
    done = sum(one.kind is kind and one.is_done for one in held.values())
    name = f"{kind.value}-{done + 1}"
    if isinstance(event, CallLaunchMeeting):
        called = Appointment(
            name=name, kind=kind, on=event.on, hour=event.hour, place=event.place, at=at
        )
        if name not in held or not _is_same(held[name], called):
            yield called
        return
    on = day_in_paris(event.at)
    known = held.get(name) or Appointment(name=name, kind=kind, on=on, at=at)
    is_as_called = known.on == on
    yield replace(known, on=on, hour=known.hour if is_as_called else None, is_done=True)


def _visit(
    held: Mapping[str, Appointment], event: PlanInstallation | Install | Train, at: datetime
) -> Iterator[Appointment]:
    """A pharmacy is trained on several days at most: each is a date of its own."""
    kind = AppointmentKind.TRAINING if isinstance(event, Train) else AppointmentKind.INSTALLATION
    name = f"{kind.value}-{event.am}"
    if kind is AppointmentKind.TRAINING:
        name += f"-{event.on.isoformat()}"
    is_done = isinstance(event, Install)
    set_now = Appointment(name=name, kind=kind, on=event.on, am=event.am, is_done=is_done, at=at)
    if name not in held or not _is_same(held[name], set_now):
        yield set_now


def _is_same(known: Appointment, again: Appointment) -> bool:
    return replace(again, sequence=known.sequence, rank=known.rank, at=known.at) == known


def _cancel(held: Mapping[str, Appointment], event: Event, am: str | None) -> Iterator[Appointment]:
    """What was to come of a pharmacy that leaves, or of all once it is given up (None).

    A training whose day is past took place: nothing else says so.
    """
    today = day_in_paris(event.at)
    for one in tuple(held.values()):
        is_past = one.kind is AppointmentKind.TRAINING and one.on < today
        if one.is_open and not is_past and am in (None, one.am):
            yield replace(one, is_cancelled=True)
