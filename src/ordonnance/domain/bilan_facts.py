"""What a bilan is told from: the présérie as it stood when it was drawn, week by week.

Source: PRE-62.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from ordonnance.domain.bilan import Bilan
from ordonnance.domain.bilan_rate import EXECUTE
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.modalites import Modalities
from ordonnance.domain.preserie import Figures, Preserie
from ordonnance.domain.preserie_anomaly import Thread, follow
from ordonnance.domain.preserie_event import CheckScorStop, Event
from ordonnance.domain.preserie_event_bilan import (
    Decide,
    DeclareFix,
    DrawBilan,
    FixAnomaly,
    Traces,
)
from ordonnance.domain.preserie_replay import Replay
from ordonnance.domain.preserie_rules import apply
from ordonnance.domain.preserie_value import Since

# By N° AM, how many times each step of the process was really used.
Used = Mapping[str, Mapping[str, int]]
# Executions by N° AM, then by Monday.
Weeks = Mapping[str, Mapping[date, Figures]]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a bilan is told from.

    *preserie* is as it stood when the bilan was drawn; *bilan*, as it is now. *weeks*: executions
    by N° AM and by Monday. *reader*: the pharmacy it is told to, others' names withheld; None:
    whoever may read all.
    """

    bilan: Bilan
    preserie: Preserie
    weeks: Weeks
    threads: Mapping[str, Thread]
    checks: tuple[CheckScorStop, ...]
    decision: Decide | None
    used: Used = field(default_factory=dict)
    reader: str | None = None

    @property
    def modalities(self) -> Modalities:
        """Those it was opened under."""
        return self.preserie.modalities

    def name(self, am: str) -> str:
        """How a pharmacy is called: by its name, or « Pharmacie B » to another one.

        Source: ours (PRE-64).
        """
        if self.may_name(am):
            one = self.preserie.participants.get(am)
            return one.name if one else am
        others = [other for other in self.preserie.participants if other != self.reader]
        rank = others.index(am) if am in others else len(others)
        letter = _LETTERS[rank] if rank < len(_LETTERS) else str(rank + 1)
        return f"Pharmacie {letter}"

    def number(self, am: str) -> str:
        """Its N° AM, or a dash to another one. Source: ours (PRE-64)."""
        return am if self.may_name(am) else "–"

    def may_name(self, am: str | None) -> bool:
        """Whether a pharmacy, and what it wrote, may be shown as it is. Source: ours (PRE-64)."""
        return self.reader is None or am == self.reader


def redact(facts: Facts, am: str) -> Facts:
    """The same, as the pilot of N° AM *am* may read it: the others are letters and counts.

    What other pharmacies wrote is left out: it may name them.

    Source: ours (PRE-64).
    """
    return replace(facts, reader=am)


def gather(replayed: Replay, used: Used | None = None) -> Facts | None:
    """What the bilan last drawn is told from; None: none was drawn.

    The events before it are followed again, so that nothing after it is told as if it were known.

    Source: PRE-23, PRE-62.
    """
    bilan = replayed.preserie.bilan
    if bilan is None:
        return None
    events = list_events(replayed)
    drawn = max(rank for rank, event in enumerate(events) if isinstance(event, DrawBilan))
    before, after = events[:drawn], events[drawn + 1 :]
    preserie = Preserie(modalities=replayed.preserie.modalities)
    for event in before:
        preserie = apply(preserie, event)
    return Facts(
        bilan=bilan,
        preserie=preserie,
        weeks=count_weeks(before[_begin(before, bilan.since) :]),
        threads=follow(preserie, before),
        checks=tuple(one for one in before if isinstance(one, CheckScorStop)),
        decision=next((one for one in after if isinstance(one, Decide)), None),
        used=used or {},
    )


def gather_now(
    replayed: Replay,
    bilan: Bilan,
    preserie: Preserie,
    *,
    weeks: Weeks,
    used: Used | None = None,
) -> Facts:
    """What *bilan*, which would be drawn now on *preserie*, is told from.

    *weeks*: executions measured in the base, by the week in which they happened; they stand in for
    the measures recorded before. None measured: those recorded are told, by the week of reading.

    Source: PRE-52, PRE-86.
    """
    events = list_events(replayed)
    is_measured = any(weeks.values())
    counted = [
        one
        for one in events
        if not (is_measured and isinstance(one, Traces) and one.measured is not None)
    ]
    return Facts(
        bilan=bilan,
        preserie=preserie,
        weeks=_add_weeks(count_weeks(counted[_begin(counted, bilan.since) :]), weeks),
        threads=follow(preserie, events),
        checks=tuple(one for one in events if isinstance(one, CheckScorStop)),
        decision=None,
        used=used or {},
    )


def _add_weeks(one: Weeks, other: Weeks) -> Weeks:
    return {
        am: {
            monday: one.get(am, {}).get(monday, Figures())
            + other.get(am, {}).get(monday, Figures())
            for monday in {*one.get(am, {}), *other.get(am, {})}
        }
        for am in {*one, *other}
    }


def list_events(replayed: Replay) -> list[Event]:
    """The accepted events, in the order of their lines."""
    return [replayed.accepted[line] for line in sorted(replayed.accepted)]


def _begin(events: Sequence[Event], since: Since) -> int:
    """The rank from which on events count, as ``bilan_criteria.epoch_of`` says it. PRE-24."""
    kinds: tuple[type[Event], ...] = ()
    match since:
        case Since.DECISION:
            kinds = (Decide,)
        case Since.FIX:
            kinds = (FixAnomaly, DeclareFix)
        case Since.OPENING:
            pass
    ranks = [rank for rank, event in enumerate(events) if isinstance(event, kinds)]
    return ranks[-1] + 1 if ranks else 0


def count_weeks(events: Sequence[Event]) -> Weeks:
    """Counts of executions by N° AM, then by the Monday of the week in which they were read.

    Source: ours (PRE-63): a reading says what came since the one before it.
    """
    weeks: dict[str, dict[date, Figures]] = {}
    for event in events:
        if isinstance(event, Traces) and event.operation == EXECUTE:
            day = day_in_paris(event.at)
            monday = day - timedelta(days=day.weekday())
            counts = weeks.setdefault(event.am, {})
            more = Figures(event.attempts, event.recorded, event.business_refusals)
            counts[monday] = counts.get(monday, Figures()) + more
    return weeks
