"""Préséries side by side: one row each, whose turn it is, what is missing, the five verdicts.

Source: PRE-67.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ordonnance.domain.bilan import CRITERION_NAMES, Bilan, Criterion
from ordonnance.domain.csv_table import write_csv
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import State, state_of
from ordonnance.domain.preserie_access import fold
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import Party
from ordonnance.domain.preserie_waiting import find_waiting, say_turn
from ordonnance.domain.preserie_words import STATES


class Verdict(StrEnum):
    """How a criterion stands; NOTHING: there is nothing to judge yet."""

    MET = "met"
    UNMET = "unmet"
    NOTHING = "nothing"


class Group(StrEnum):
    """Under which heading a présérie stands for its reader."""

    YOURS = "yours"
    RUNNING = "running"
    CLOSED = "closed"


GROUP_WORDS: Mapping[Group, str] = {
    Group.YOURS: "À vous",
    Group.RUNNING: "En cours",
    Group.CLOSED: "Closes",
}
VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.MET: "atteint",
    Verdict.UNMET: "non atteint",
    Verdict.NOTHING: "rien à juger",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A présérie among others.

    *version* holds the declared versions, in order. *verdicts*: of the five criteria. *turn* is in
    French for its reader, empty once nothing is awaited; *days* they have been awaited, None with
    it. *missing* is short. *moved_at*: when its last event was received.
    """

    id: str
    vendor: str
    software: str
    version: str
    cpam: tuple[str, ...]
    state: State
    weeks: int | None
    verdicts: tuple[Verdict, ...]
    group: Group
    turn: str
    days: int | None
    missing: str
    moved_at: datetime

    @property
    def state_words(self) -> str:
        """Its state in French: ``en cours``."""
        return STATES[self.state][2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows are asked for; None: any. Letter case of a vendor aside."""

    cpam: str | None = None
    vendor: str | None = None
    state: State | None = None


def list_rows(
    histories: Iterable[History],
    *,
    at: datetime,
    reader: Party | None = None,
    bilans: Mapping[str, Bilan] | None = None,
) -> tuple[Row, ...]:
    """A row for each présérie: the reader's turn first, then those that wait longest.

    *bilans*, by identifier, gives the verdicts as they stand; without it, those last drawn.

    Source: PRE-67.
    """
    live = bilans or {}
    rows = [
        describe_row(one, at=at, reader=reader, bilan=live.get(one.id, one.preserie.bilan))
        for one in histories
        if one.records
    ]
    order = list(Group)
    return tuple(sorted(rows, key=lambda row: (order.index(row.group), -(row.days or 0), row.id)))


def describe_row(
    history: History, *, at: datetime, reader: Party | None, bilan: Bilan | None
) -> Row:
    """A présérie that has an event, as a row. Source: PRE-67."""
    preserie = history.preserie
    waiting = find_waiting(history.replayed)
    todo = waiting.find(reader)
    name = preserie.opened or next(iter(preserie.software), None)
    software = None if name is None else preserie.software[name]
    since = None if todo is None else todo.since
    return Row(
        id=history.id,
        vendor=(preserie.vendor or "") if software is None else software.vendor,
        software=name or "",
        version=", ".join(software.versions) if software else "",
        cpam=preserie.cpam,
        state=state_of(preserie),
        weeks=preserie.weeks,
        verdicts=judge(bilan),
        group=_group(is_awaited=todo is not None, is_own=waiting.is_turn_of(reader)),
        turn="" if todo is None else say_turn(todo.parties, reader),
        days=None if since is None else count_days(since, at),
        missing="" if todo is None else todo.short,
        moved_at=history.records[-1].at,
    )


def judge(bilan: Bilan | None) -> tuple[Verdict, ...]:
    """The marks of the five criteria, in order."""
    if bilan is None:
        return (Verdict.NOTHING,) * len(CRITERION_NAMES)
    return tuple(map(_judge, bilan.criteria))


def count_days(since: datetime, at: datetime) -> int:
    """Days of the calendar in Paris from one instant to another; none where it is to come."""
    return max(0, (day_in_paris(at) - day_in_paris(since)).days)


def select_rows(rows: Iterable[Row], wanted: Filter) -> tuple[Row, ...]:
    """The rows that *wanted* asks for, in their order. Source: PRE-67."""
    return tuple(
        row
        for row in rows
        if (wanted.cpam is None or wanted.cpam in row.cpam)
        and (wanted.vendor is None or fold(wanted.vendor) == fold(row.vendor))
        and (wanted.state is None or wanted.state is row.state)
    )


def group_rows(rows: Iterable[Row]) -> Mapping[Group, tuple[Row, ...]]:
    """The rows under their headings, each of which is there even if empty. Source: PRE-67."""
    listed = tuple(rows)
    return {group: tuple(row for row in listed if row.group is group) for group in Group}


def write_rows(rows: Sequence[Row]) -> str:
    """The rows as a CSV file. Source: PRE-67."""
    header = (
        *("présérie", "éditeur", "logiciel", "versions", "CPAM", "état", "semaines"),
        *(f"critère {number}" for number in CRITERION_NAMES),
        *("à qui", "jours d’attente", "ce qui manque", "dernier événement"),
    )
    return write_csv(header, map(_write_row, rows))


def _write_row(row: Row) -> tuple[object, ...]:
    return (
        *(row.id, row.vendor, row.software, row.version, " ".join(row.cpam)),
        *(row.state_words, row.weeks),
        *(VERDICT_WORDS[verdict] for verdict in row.verdicts),
        *(row.turn, row.days, row.missing, day_in_paris(row.moved_at).isoformat()),
    )


def _judge(criterion: Criterion) -> Verdict:
    if criterion.value is None:
        return Verdict.NOTHING
    return Verdict.MET if criterion.met else Verdict.UNMET


def _group(*, is_awaited: bool, is_own: bool) -> Group:
    if not is_awaited:
        return Group.CLOSED
    return Group.YOURS if is_own else Group.RUNNING
