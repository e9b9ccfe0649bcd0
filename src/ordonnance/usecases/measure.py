"""What préséries come to at this moment: counted in the traces and the base, added to their events.

Source: PRE-51, PRE-52, PRE-54.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ordonnance.domain.bilan import Bilan
from ordonnance.domain.bilan_criteria import draw
from ordonnance.domain.bilan_rate import EXECUTE
from ordonnance.domain.call import CallFilter, CallOutcome, Step
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import FigureKey, Figures, Pieces, Preserie
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_measure import (
    Counts,
    Periods,
    add_missing,
    find_missing,
    keep_pieces,
    list_periods,
    list_sites,
)
from ordonnance.domain.preserie_submission import is_unfinished
from ordonnance.domain.preserie_value import Since
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.scor import Decision, Verdict
from ordonnance.store.database import Database, DatabaseLostError, DatabaseRefusedError
from ordonnance.store.trace import Calls
from ordonnance.usecases.call import list_attempts
from ordonnance.usecases.scor import Know, PieceCounts, count_invoices, count_pieces
from ordonnance.usecases.trace import count_calls

CLOCK_AHEAD = timedelta(days=1)  # of a workstation: its traces are told by its own hour
HELD_SECONDS = 5.0
HELD_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The executions that a pharmacy attempted in a day, or in the week of a Monday *on*."""

    am: str
    on: date
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A présérie as recorded, and as it stands with what is measured and not recorded yet.

    *bilan* is the one that would be drawn now. In a list of several, pieces of SCOR are counted as
    they were judged when they came; of one présérie, as they are judged now.
    """

    history: History
    preserie: Preserie
    bilan: Bilan
    measured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Live(Glance):
    """The same of one présérie, with its executions day by day, and the steps really used.

    *days* are in order of sites, then of days; those without an attempt are not there. *steps*: by
    site, how often each was used; all the steps, in their order.

    Source: PRE-52, PRE-54.
    """

    days: tuple[Day, ...]
    steps: Mapping[str, Mapping[Step, int]]

    @property
    def weeks(self) -> tuple[Day, ...]:
        """The days put together by weeks, each told by its Monday."""
        sums: dict[tuple[str, date], Figures] = {}
        for day in self.days:
            key = (day.am, day.on - timedelta(days=day.on.weekday()))
            sums[key] = sums.get(key, Figures()) + day.figures
        return tuple(Day(am=am, on=on, figures=one) for (am, on), one in sums.items())


class Measures:
    """Préséries as they stand now, on connections made by *connect*; *know* judges their pieces.

    What was measured less than *held_seconds* ago is told again, unless something happened to the
    présérie since.
    """

    def __init__(
        self, connect: Callable[[], Database], know: Know, *, held_seconds: float = HELD_SECONDS
    ) -> None:
        self._connect = connect
        self._know = know
        self._held_for = timedelta(seconds=held_seconds)
        self._held: dict[tuple[str, Since], Live] = {}

    def measure(self, history: History, at: datetime, since: Since = Since.OPENING) -> Live:
        """A présérie as it stands; its bilan counts from *since* on.

        The caller sees that whom it is told to may read it (``Preseries.read``).

        Raises:
            Refusal: BUSY where the base does not answer.

        Source: PRE-52.
        """
        held = self._held.get((history.id, since))
        if held is not None and self._holds(held, history, at):
            return held
        try:
            with closing(self._connect()) as database:
                live = look(database, self._know, history, at=at, since=since)
        except (DatabaseLostError, DatabaseRefusedError):
            raise Refusal(Reasons.BUSY) from None
        if len(self._held) >= HELD_MAX:
            self._held = {}
        self._held[history.id, since] = live
        return live

    def measure_all(self, histories: Iterable[History], at: datetime) -> list[Glance]:
        """Préséries as they stand since their opening, in the order given; two queries for all.

        Those that are finished are told as they were recorded.

        Raises:
            Refusal: BUSY where the base does not answer.

        Source: PRE-52.
        """
        known = list(histories)
        running = [one for one in known if is_unfinished(one.preserie)]
        days = [on for one in running for on in list_sites(one.preserie).values()]
        counted = Counted()
        if days:
            try:
                with closing(self._connect()) as database:
                    counted = count_roughly(database, since=min(days), at=at)
            except (DatabaseLostError, DatabaseRefusedError):
                raise Refusal(Reasons.BUSY) from None
        return [glance_roughly(one, counted, at) for one in known]

    def _holds(self, held: Live, history: History, at: datetime) -> bool:
        is_fresh = timedelta() <= at - held.measured_at < self._held_for
        return is_fresh and held.history.last == history.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of several sites: their calls, and their pieces each with its first day."""

    calls: tuple[Calls, ...] = ()
    pieces: tuple[tuple[date, PieceCounts], ...] = ()


def count(database: Database, know: Know, history: History, at: datetime) -> Counts:
    """What traces and base hold of the pharmacies of a présérie, by the periods of its bilans.

    Source: PRE-51.
    """
    periods = list_periods(history)
    return sum_up(history, periods, count_exactly(database, know, history, at), at)


def count_exactly(database: Database, know: Know, history: History, at: datetime) -> Counted:
    """The calls and the pieces of the pharmacies of a présérie; pieces are judged as they are now.

    Source: PRE-51.
    """
    ends, sites = list_periods(history).ends, list_sites(history.preserie)
    if not sites:
        return Counted()
    until = day_in_paris(at + CLOCK_AHEAD)
    known = know(database, at)
    return Counted(
        calls=count_calls(database, since=min(sites.values()), until=until, ends=ends),
        pieces=tuple(
            (since, pieces)
            for am, since in sites.items()
            for pieces in count_pieces(known, since=since, until=until, am=am, ends=ends)
        ),
    )


def count_roughly(database: Database, *, since: date, at: datetime) -> Counted:
    """The calls and the pieces of all sites since a day; pieces as they were judged at reception.

    Source: PRE-52.
    """
    until = day_in_paris(at + CLOCK_AHEAD)
    values = {"since": since.isoformat(), "until": until.isoformat()}
    calls = count_calls(database, since=since, until=until)
    with database.snapshot():
        rows = database.fetch("count_verdicts", values)
    pieces = tuple(
        (date.fromisoformat(on), _sort(am, Decision(decision), Verdict(verdict), int(number)))
        for am, on, decision, verdict, number in rows
    )
    return Counted(calls=calls, pieces=pieces)


def sum_up(history: History, periods: Periods, counted: Counted, at: datetime) -> Counts:
    """What is counted of the pharmacies of a présérie, each from its installation on.

    A version is told without outer blanks, as events tell it.
    """
    sites = list_sites(history.preserie)
    figures: dict[FigureKey, Figures] = {}
    first_on: dict[tuple[str, str], date] = {}
    for one in counted.calls:
        if one.am not in sites or one.on < sites[one.am]:
            continue
        version = one.version.strip()
        key = FigureKey(one.am, one.operation, version, periods.starts[one.period])
        figures[key] = figures.get(key, Figures()) + figures_of(one)
        if one.operation == EXECUTE:
            first_on[one.am, version] = min(one.on, first_on.get((one.am, version), one.on))
    sums: dict[tuple[str, int], Pieces] = {}
    for on, each in counted.pieces:
        if each.am not in sites or on < sites[each.am]:
            continue
        place = (each.am, periods.starts[each.period])
        sums[place] = sums.get(place, Pieces()) + Pieces(
            each.stopped_rightly, each.sent_rightly, each.stopped_wrongly, each.sent_wrongly
        )
    return Counts(
        at=at,
        rank=history.last,
        periods=periods,
        sites=frozenset(sites),
        figures=figures,
        pieces=sums,
        first_on=first_on,
    )


def glance(
    history: History, counts: Counts | None, at: datetime, since: Since = Since.OPENING
) -> Glance:
    """A présérie with what *counts* add to what was measured of it; None: nothing is counted."""
    known = history.preserie
    missing = () if counts is None else find_missing(known, counts, at=at)
    preserie = add_missing(known, missing)
    answers = known.bilan.min_answers if known.bilan is not None else None
    return Glance(
        history=history,
        preserie=preserie,
        bilan=draw(preserie, at, since, answers),
        measured_at=at,
    )


def glance_roughly(history: History, counted: Counted, at: datetime) -> Glance:
    """A présérie with what was counted of all sites at once; a finished one as it was recorded.

    Source: PRE-52.
    """
    if not is_unfinished(history.preserie):
        return glance(history, None, at)
    counts = sum_up(history, Periods(), counted, at)
    return glance(history, keep_pieces(history.preserie, counts), at)


def look(database: Database, know: Know, history: History, *, at: datetime, since: Since) -> Live:
    """A présérie as it stands, with its days and its steps. Source: PRE-52, PRE-54."""
    counted = count_exactly(database, know, history, at)
    counts = sum_up(history, list_periods(history), counted, at)
    seen = glance(history, counts, at, since)
    sites = list_sites(history.preserie)
    return Live(
        history=history,
        preserie=seen.preserie,
        bilan=seen.bilan,
        measured_at=at,
        days=tuple(list_days(counted.calls, sites)),
        steps={am: count_steps(database, know, am, counts, since=on) for am, on in sites.items()},
    )


def list_days(calls: Iterable[Calls], sites: Mapping[str, date]) -> Iterator[Day]:
    """The executions attempted at *sites*, each from its day on, by site and day."""
    sums: dict[tuple[str, date], Figures] = {}
    for one in calls:
        if one.operation == EXECUTE and one.am in sites and one.on >= sites[one.am]:
            sums[one.am, one.on] = sums.get((one.am, one.on), Figures()) + figures_of(one)
    for am, on in sorted(sums):
        yield Day(am=am, on=on, figures=sums[am, on])


def count_steps(
    database: Database, know: Know, am: str, counts: Counts, *, since: date
) -> Mapping[Step, int]:
    """How often a site used each step since a day: of what is recorded, as its traces tell it.

    Source: PRE-54.
    """
    until = day_in_paris(counts.at + CLOCK_AHEAD)
    recorded = CallFilter(outcome=CallOutcome.RECORDED)
    used: Counter[Step] = Counter()
    for call in list_attempts(database, am, recorded, since=since, until=until):
        used.update(call.steps)
    known = know(database, counts.at)
    used[Step.INVOICED] = count_invoices(known, since=since, until=until, am=am)
    used[Step.SCOR_STOPPED] = sum(
        pieces.stopped_rightly for (site, _), pieces in counts.pieces.items() if site == am
    )
    return {step: used[step] for step in Step}


def figures_of(calls: Calls) -> Figures:
    """Counts of calls as a présérie keeps them."""
    return Figures(calls.attempts, calls.recorded, calls.business_refusals)


def _sort(am: str, decision: Decision, verdict: Verdict, number: int) -> PieceCounts:
    is_sent = decision is Decision.SENT
    is_wrong = verdict in (Verdict.WRONG_STOP, Verdict.WRONG_SEND)
    return PieceCounts(
        am=am,
        stopped_rightly=number if not is_sent and not is_wrong else 0,
        sent_rightly=number if is_sent and not is_wrong else 0,
        stopped_wrongly=number if not is_sent and is_wrong else 0,
        sent_wrongly=number if is_sent and is_wrong else 0,
    )
