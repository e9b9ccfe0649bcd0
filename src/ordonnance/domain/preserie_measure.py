"""What the téléservice measures of a présérie itself, told as events like any other count.

Cumulative counts come from the traces and the base; what is recorded is what they add to the
measures before. So a présérie replayed from its events gives the same bilan, and the journal holds
its figures.

Source: PRE-51.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
import json
from typing import Any

from ordonnance.domain.bilan_rate import EXECUTE
from ordonnance.domain.preserie import FigureKey, Figures, Pieces, Preserie
from ordonnance.domain.preserie_event import Event, Withdraw
from ordonnance.domain.preserie_event_bilan import (
    Decide,
    DeclareFix,
    DrawBilan,
    FixAnomaly,
    Scor,
    Traces,
)
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_rules import apply
from ordonnance.domain.preserie_value import Change, Count, Name, Operation, Text

# A bilan shows what is measured; a fix or a decision cuts what came before it from what follows;
# a pharmacy that leaves is measured a last time.
MEASURED_BEFORE = (DrawBilan, FixAnomaly, DeclareFix, Decide, Withdraw)


@dataclass(frozen=True, slots=True)
class Periods:
    """What fixes and decisions part: epochs at which a bilan may begin to count, rising from 0.

    *ends*: the instants of reception at which all but the last end.
    """

    starts: tuple[int, ...] = (0,)
    ends: tuple[datetime, ...] = ()

    def find_start(self, epoch: int) -> int:
        """The first epoch of the period of *epoch*."""
        return max(start for start in self.starts if start <= epoch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What traces and base hold, at an instant, of the pharmacies of a présérie, all told.

    *rank* is the last event of the présérie then. Keys have the first epoch of their period.
    *first_on*: by site and version, the day of the first execution attempted. *sites*: those that
    were counted.
    """

    at: datetime
    rank: int
    periods: Periods
    sites: frozenset[str]
    figures: Mapping[FigureKey, Figures] = field(default_factory=dict)
    pieces: Mapping[tuple[str, int], Pieces] = field(default_factory=dict)
    first_on: Mapping[tuple[str, str], date] = field(default_factory=dict)


def list_sites(preserie: Preserie) -> Mapping[str, date]:
    """The N° AM that are measured, each from the day on which it was installed.

    None of a présérie given up.

    Source: ours (PRE-51): what was tried before the installation is not of the présérie.
    """
    if preserie.closed_because is not None:
        return {}
    return {one.am: one.installed_on for one in preserie.active if one.installed_on is not None}


def list_periods(history: History) -> Periods:
    """What its last decision and its last fix part.

    A bilan never begins to count elsewhere, now or later: earlier ones have been drawn.

    Source: PRE-24, PRE-51.
    """
    accepted = history.replayed.accepted
    kinds = ((Decide,), (FixAnomaly, DeclareFix))
    ranks = [max(_list_ranks(accepted, kind), default=0) for kind in kinds]
    epochs = (history.preserie.decision_epoch, history.preserie.fix_epoch)
    cuts = sorted((epoch, rank) for epoch, rank in zip(epochs, ranks, strict=True) if rank)
    return Periods(
        starts=(0, *(epoch for epoch, _ in cuts)),
        ends=tuple(history.records[rank - 1].at for _, rank in cuts),
    )


def _list_ranks(accepted: Mapping[int, Event], kinds: tuple[type[Event], ...]) -> Iterator[int]:
    return (rank for rank, event in accepted.items() if isinstance(event, kinds))


def find_missing(preserie: Preserie, counts: Counts, *, at: datetime) -> tuple[Event, ...]:
    """The counts that lack between what was measured before and *counts*, as events of *at*.

    They may take back: a piece rightly stopped is so no longer once its execution is undone. Of an
    operation of which fewer attempts are there than were measured, traces were purged: nothing
    is taken back. So with pieces.

    Source: PRE-51.
    """
    return (*_find_figures(preserie, counts, at), *_find_pieces(preserie, counts, at))


def _find_figures(preserie: Preserie, counts: Counts, at: datetime) -> Iterator[Event]:
    known = _sum_figures(preserie, counts)
    there, before = (_count_attempts(one) for one in (counts.figures, known))
    for key in sorted({*counts.figures, *known}, key=_place_of):
        now, told = counts.figures.get(key, Figures()), known.get(key, Figures())
        group = (key.am, key.operation, key.epoch)
        if now == told or there.get(group, 0) < before.get(group, 0):
            continue
        is_begun = key.operation == EXECUTE and now.attempts > told.attempts
        yield Traces(
            at=at,
            am=Text(key.am),
            operation=Operation(key.operation),
            attempts=Change(now.attempts - told.attempts),
            recorded=Change(now.recorded - told.recorded),
            business_refusals=Change(now.refusals - told.refusals),
            first_on=counts.first_on.get((key.am, key.version)) if is_begun else None,
            version=Name(key.version),
            measured=counts.at,
            period=Count(key.epoch),
        )


def _sum_figures(preserie: Preserie, counts: Counts) -> Mapping[FigureKey, Figures]:
    """What was measured of the sites counted, by period."""
    sums: dict[FigureKey, Figures] = {}
    for key, figures in preserie.measured_figures.items():
        if key.am in counts.sites:
            start = counts.periods.find_start(key.epoch)
            period = FigureKey(key.am, key.operation, key.version, start)
            sums[period] = sums.get(period, Figures()) + figures
    return sums


def _count_attempts(figures: Mapping[FigureKey, Figures]) -> Mapping[tuple[str, str, int], int]:
    """Attempts whatever the version: a trace that comes late may tell of an earlier one."""
    sums: dict[tuple[str, str, int], int] = {}
    for key, one in figures.items():
        group = (key.am, key.operation, key.epoch)
        sums[group] = sums.get(group, 0) + one.attempts
    return sums


def _place_of(key: FigureKey) -> tuple[int, str, str, str]:
    return key.epoch, key.am, key.operation, key.version


def keep_pieces(preserie: Preserie, counts: Counts) -> Counts:
    """*counts* with no fewer pieces of a kind than were measured.

    For pieces counted as they were judged when they came: a measure judged them later, and knows
    of those stopped wrongly since.

    Source: PRE-52.
    """
    pieces = dict(counts.pieces)
    for key, told in _sum_pieces(preserie, counts).items():
        now, before = asdict(pieces.get(key, Pieces())), asdict(told)
        pieces[key] = Pieces(**{name: max(now[name], before[name]) for name in now})
    return replace(counts, pieces=pieces)


def _sum_pieces(preserie: Preserie, counts: Counts) -> Mapping[tuple[str, int], Pieces]:
    """What was measured of the sites counted, by period."""
    sums: dict[tuple[str, int], Pieces] = {}
    for (am, epoch), pieces in preserie.measured_pieces.items():
        if am in counts.sites:
            key = (am, counts.periods.find_start(epoch))
            sums[key] = sums.get(key, Pieces()) + pieces
    return sums


def _find_pieces(preserie: Preserie, counts: Counts, at: datetime) -> Iterator[Event]:
    known = _sum_pieces(preserie, counts)
    for am, epoch in sorted({*counts.pieces, *known}, key=lambda key: (key[1], key[0])):
        now = asdict(counts.pieces.get((am, epoch), Pieces()))
        told = asdict(known.get((am, epoch), Pieces()))
        if now == told or sum(now.values()) < sum(told.values()):
            continue
        more: dict[str, Any] = {name: Change(now[name] - told[name]) for name in now}
        yield Scor(at=at, am=Text(am), measured=counts.at, period=Count(epoch), **more)


def add_missing(preserie: Preserie, events: Iterable[Event]) -> Preserie:
    """The présérie once *events* are recorded. Source: PRE-52."""
    for event in events:
        preserie = apply(preserie, event)
    return preserie


def write_event(event: Event) -> str:
    """An event as the JSON text that is kept of it. Source: PRE-51."""
    members = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(event).items()
        if value is not None
    }
    return json.dumps({"at": members.pop("at"), "do": event.verb, **members}, ensure_ascii=False)
