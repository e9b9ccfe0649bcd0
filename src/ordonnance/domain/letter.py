"""What must be told by e-mail in a présérie: to whom, about what, with which date.

Letters are what its events make, as notices are; only whether each has left is kept. A letter has
a name that stays the same however often it is worked out.

Source: PRE-55, PRE-56, PRE-58.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ordonnance.domain.appointment import (
    KIND_TITLES,
    Appointment,
    AppointmentKind,
    list_changes,
    list_invited,
    pharmacy_of,
)
from ordonnance.domain.days import day_in_paris, say_date
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_event import Install
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import CNAM, VENDOR, Party, PartyKind
from ordonnance.domain.reminder import REMINDERS_MAX, find_due, is_awaited, list_due

REMINDER = "reminder"
# The text of what was told already, by these verbs, holds the date of an appointment of theirs.
_TOLD_WITH_DATE = ("call_launch_meeting", "plan_installation", "withdraw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One thing to tell *party*, of the event of that *rank*, received *at* that instant.

    *about* is its verb, or ``reminder``. *appointment*: the date it invites to, or that is off.
    """

    name: str
    rank: int
    at: datetime
    sender: Party
    party: Party
    about: str
    text: str
    appointment: Appointment | None = None


def list_letters(history: History, *, after: int = 0) -> Iterator[Letter]:
    """The letters of the events after a rank, in order; reminders aside.

    Each notice is one. The pharmacy is told besides of the dates that concern it, and given its
    link once it is installed: the notices of the text are for those who run the présérie.

    Source: PRE-55, PRE-56.
    """
    dates: dict[int, list[Appointment]] = {}
    for changed in list_changes(history):
        dates.setdefault(changed.rank, []).append(changed)
    notices: dict[int, list[Letter]] = {}
    for letter in _list_told(history, dates):
        notices.setdefault(letter.rank, []).append(letter)
    for rank, event in history.replayed.accepted.items():
        if rank <= after:
            continue
        told = notices.get(rank, [])
        yield from told
        at = history.records[rank - 1].at
        for changed in dates.get(rank, ()):
            yield from _list_invitations(history.preserie, changed, event.verb, told)
        if isinstance(event, Install):
            yield _welcome(history.preserie, event, rank, at)


def list_reminders(history: History, at: datetime) -> Iterator[Letter]:
    """The reminders due at the instant *at* to the pharmacies that have not answered.

    Source: PRE-58.
    """
    for rank, event, told_on in _list_installed(history):
        if is_awaited(history.preserie, pharmacy_of(history.preserie, event.am)):
            for number in list_due(told_on, at):
                yield _remind(
                    history.preserie, event, rank, at=find_due(told_on, number), number=number
                )


def index_letters(history: History) -> Mapping[str, Letter]:
    """Every letter there is or may be, reminders included, by its name. Source: PRE-55."""
    letters = {letter.name: letter for letter in list_letters(history)}
    for rank, event, told_on in _list_installed(history):
        for number in range(1, REMINDERS_MAX + 1):
            due_at = find_due(told_on, number)
            letter = _remind(history.preserie, event, rank, at=due_at, number=number)
            letters[letter.name] = letter
    return letters


def _list_installed(history: History) -> Iterator[tuple[int, Install, date]]:
    """Each installation by its rank, and the day on which its pharmacy was told."""
    for rank, event in history.replayed.accepted.items():
        if isinstance(event, Install):
            yield rank, event, max(event.on, day_in_paris(history.records[rank - 1].at))


def is_outdated(history: History, letter: Letter) -> bool:
    """Whether a letter that has not left yet must not leave any more: the answer came.

    Source: PRE-58.
    """
    if letter.about != REMINDER:
        return False
    return not is_awaited(history.preserie, pharmacy_of(history.preserie, letter.party.name))


def _list_told(history: History, dates: Mapping[int, list[Appointment]]) -> Iterator[Letter]:
    """One letter a notice, with the date that its event set, if any."""
    ordinals: dict[tuple[int, Party], int] = {}
    for rank, notice in history.replayed.told:
        ordinal = ordinals.get((rank, notice.recipient), 0)
        ordinals[(rank, notice.recipient)] = ordinal + 1
        changed = None
        if notice.about in _TOLD_WITH_DATE:
            ours = dates.get(rank, ())
            changed = next((one for one in ours if one.kind is not AppointmentKind.TRAINING), None)
        yield Letter(
            name=f"{rank}.{notice.recipient}" + (f".{ordinal}" if ordinal else ""),
            rank=rank,
            at=history.records[rank - 1].at,
            sender=notice.sender,
            party=notice.recipient,
            about=notice.about,
            text=notice.text,
            appointment=changed,
        )


def _list_invitations(
    preserie: Preserie, changed: Appointment, verb: str, told: list[Letter]
) -> Iterator[Letter]:
    """Letters about a date, to whom no notice told it; what is past, or done, invites nobody."""
    if changed.is_done or changed.on < day_in_paris(changed.at):
        return
    known = {one.party for one in told if one.appointment == changed}
    sender = CNAM if changed.kind is AppointmentKind.LAUNCH else VENDOR
    for party in list_invited(preserie, changed):
        # Who sets a date, and those whom the text names, know of it: unless it is off.
        is_pilot = party.kind is PartyKind.PILOT
        if party in known or party == sender or not (is_pilot or changed.is_cancelled):
            continue
        yield Letter(
            name=f"{changed.rank}.{party}.{changed.name}",
            rank=changed.rank,
            at=changed.at,
            sender=sender,
            party=party,
            about=verb,
            text=_say_date(preserie, changed),
            appointment=changed,
        )


def _say_date(preserie: Preserie, changed: Appointment) -> str:
    title, site = KIND_TITLES[changed.kind], ""
    if changed.am is not None:
        site = f" de {pharmacy_of(preserie, changed.am).name} ({changed.am})"
    if changed.is_cancelled:
        return f"{title}{site} : annulée. Elle était prévue {say_date(changed.on)}."
    moved = " Cette date remplace la précédente." if changed.sequence else ""
    return f"{title}{site} prévue {say_date(changed.on)}.{moved}"


def _welcome(preserie: Preserie, event: Install, rank: int, at: datetime) -> Letter:
    pharmacy = pharmacy_of(preserie, event.am)
    text = (
        f"Le logiciel {preserie.opened} est installé à {pharmacy.name} ({event.am}), "
        f"{say_date(event.on)}. Par votre lien personnel, sans compte, vous répondez au "
        "questionnaire quand vous le voulez, suivez votre présérie et signalez une difficulté."
    )
    return Letter(
        name=f"{rank}.welcome",
        rank=rank,
        at=at,
        sender=VENDOR,
        party=Party(PartyKind.PILOT, event.am),
        about=event.verb,
        text=text,
    )


def _remind(preserie: Preserie, event: Install, rank: int, *, at: datetime, number: int) -> Letter:
    last = " C’est notre dernier rappel." if number > 1 else ""
    text = (
        f"Vous essayez le logiciel {preserie.opened} et n’avez pas encore répondu au "
        "questionnaire. Il prend moins de trois minutes, et votre réponse compte dans le bilan."
        f"{last}"
    )
    return Letter(
        name=f"{rank}.{REMINDER}.{number}",
        rank=rank,
        at=at,
        sender=CNAM,
        party=Party(PartyKind.PILOT, event.am),
        about=REMINDER,
        text=text,
    )
