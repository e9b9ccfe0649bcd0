"""``/portail/calendrier``: installations and trainings of all préséries, week by week.

Source: PRE-82.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_planning import (
    OCCASION_WORDS,
    Appointment,
    Move,
    Occasion,
    list_moves,
    list_planning,
)
from ordonnance.domain.preserie_submission import is_unfinished
from ordonnance.portail.naming import say_title
from ordonnance.portail.overview import find
from ordonnance.portail.portal import Page, Visit
from ordonnance.portail.visitor import Visitor
from ordonnance.usecases.link import Invited, Links

MOVES_MAX = 50
GRID_WEEKS_MAX = 8
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What happens in the week of a Monday: *is_past* once it is over."""

    on: date
    appointments: tuple[Appointment, ...]
    is_past: bool

    @property
    def done_count(self) -> int:
        """How many took place."""
        return sum(one.is_done for one in self.appointments)

    @property
    def planned_count(self) -> int:
        """How many are still to come."""
        return len(self.appointments) - self.done_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pharmacy, and the only présérie under way that it may be in."""

    am: str
    name: str
    cpam: str
    preserie: str
    title: str


_Dated = TypeVar("_Dated", Appointment, Move, Place)


class CalendarPage(Page):
    """The planning over the préséries that one may read."""

    async def show(self, visit: Visit) -> None:
        """By week, then by CPAM; what moved; where each pharmacy is; the feed to subscribe to.

        A CPAM is shown its own pharmacies, a pilot itself.

        Source: PRE-82.
        """
        visitor = visit.visitor
        histories = await find(self.portal, visit)
        today = day_in_paris(self.portal.clock())
        cpam = caisse_of(visitor) or visit.asked("cpam") or None
        everything = list_planning(histories, today=today, cpam=caisse_of(visitor))
        planning = keep(list_planning(histories, today=today, cpam=cpam), visitor)
        weeks = list_weeks(planning, today)
        self.portal.pages.show(
            visit.resp,
            "calendar.html",
            visitor=visitor,
            today=today,
            cpam=cpam,
            caisses=sorted({one.cpam for one in everything}),
            may_choose=not visitor.is_a(PartyKind.CPAM, PartyKind.PILOT),
            coming=[one for one in weeks if not one.is_past],
            past=[one for one in reversed(weeks) if one.is_past],
            grid=count_grid(planning, today),
            moves=keep(list_moves(histories, cpam=cpam), visitor)[:MOVES_MAX],
            places=keep(list_places(histories, cpam), visitor),
            words=OCCASION_WORDS,
            feed=write_feed_address(visit, self.portal.links, histories),
        )


def caisse_of(visitor: Visitor) -> str | None:
    """The department of a CPAM; None: the visitor is none. Source: PRE-57."""
    return visitor.actor.cpam if visitor.is_a(PartyKind.CPAM) else None


def keep(all_: Iterable[_Dated], visitor: Visitor) -> list[_Dated]:
    """Those that a visitor may read: a pilot, its own. Source: PRE-57, PRE-82."""
    own = visitor.party.name if visitor.party and visitor.is_a(PartyKind.PILOT) else None
    return [one for one in all_ if own is None or one.am == own]


def list_weeks(planning: Sequence[Appointment], today: date) -> list[Week]:
    """What happens, by weeks, in order; a week is past once its Sunday is."""
    weeks: dict[date, list[Appointment]] = {}
    for one in planning:
        weeks.setdefault(monday_of(one.day), []).append(one)
    return [
        Week(on=on, appointments=tuple(weeks[on]), is_past=on < monday_of(today))
        for on in sorted(weeks)
    ]


def monday_of(day: date) -> date:
    """The Monday of the week of *day*."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Grid:
    """How many installations by CPAM and by week: ``(done, planned)`` in each cell."""

    weeks: tuple[date, ...]
    rows: Mapping[str, tuple[tuple[int, int], ...]]


def count_grid(planning: Sequence[Appointment], today: date) -> Grid:
    """Installations by CPAM over the weeks nearest to today that have one, at most eight."""
    installations = [one for one in planning if one.what is Occasion.INSTALLATION]
    this_week = monday_of(today)
    known = {monday_of(one.day) for one in installations}
    nearest = sorted(known, key=lambda on: (abs(on - this_week), on))[:GRID_WEEKS_MAX]
    weeks = tuple(sorted(nearest))
    rows = {
        cpam: tuple(
            _count([one for one in installations if (one.cpam, monday_of(one.day)) == (cpam, on)])
            for on in weeks
        )
        for cpam in sorted({one.cpam for one in installations})
    }
    return Grid(weeks, rows)


def _count(appointments: Sequence[Appointment]) -> tuple[int, int]:
    done = sum(one.is_done for one in appointments)
    return done, len(appointments) - done


def list_places(histories: Iterable[History], cpam: str | None) -> Iterator[Place]:
    """Where each pharmacy is, by N° AM: none is in two préséries under way.

    Source: PRE-47, PRE-82.
    """
    found = [
        Place(
            am=one.am,
            name=one.name,
            cpam=one.department,
            preserie=history.id,
            title=say_title(history),
        )
        for history in histories
        if is_unfinished(history.preserie)
        for one in history.preserie.active
        if cpam is None or one.department == cpam
    ]
    yield from sorted(found, key=lambda one: one.am)


def write_feed_address(
    visit: Visit, links: Links | None, histories: Sequence[History]
) -> str | None:
    """The visitor's own calendar feed; None: there are no personal links, or nothing to follow.

    A vendor's names the first of its préséries: the same address, whatever is opened next.

    Source: PRE-57.
    """
    party = visit.visitor.party
    if links is None or party is None or not histories:
        return None
    oldest = min(histories, key=lambda one: (one.records[0].at, one.id))
    word = links.write(Invited(oldest.id, party))
    return f"{visit.req.forwarded_prefix}/agenda/{word}.ics"
