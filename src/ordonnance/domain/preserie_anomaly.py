"""The thread of each anomaly: what was said of it, by whom, when; how long answers and fixes took.

Nobody is given marks: « une organisation réactive » is a commitment, and delays are shown.

Source: PRE-79.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ordonnance.domain.preserie import Anomaly, Preserie
from ordonnance.domain.preserie_event import Event
from ordonnance.domain.preserie_event_bilan import FixAnomaly, QualifyAnomaly, ReportAnomaly
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.domain.preserie_replay import Replay

NARROW = "\u202f"
_ANSWERING = (PartyKind.VENDOR, PartyKind.CNAM, PartyKind.GIE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that was said of an anomaly; *by* None: the file does not say who."""

    at: datetime
    by: Party | None
    verb: str
    text: str
    am: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """An anomaly, and what was said of it, in order. *am*: the pharmacies that met it.

    *answered_at*: the first answer; *fixed_at* None: it is open.
    """

    anomaly: Anomaly
    remarks: tuple[Remark, ...]
    am: tuple[str, ...]
    answered_at: datetime | None
    fixed_at: datetime | None

    @property
    def reported_at(self) -> datetime:
        """When it was first reported: delays run from then, though it was fixed in between."""
        return self.remarks[0].at

    @property
    def answer_delay(self) -> timedelta | None:
        """From the report to the first answer; None: there is none."""
        return None if self.answered_at is None else self.answered_at - self.reported_at

    @property
    def fix_delay(self) -> timedelta | None:
        """From the report to the fix that stands; None: it is open."""
        return None if self.fixed_at is None else self.fixed_at - self.reported_at


def list_threads(replayed: Replay) -> tuple[Thread, ...]:
    """The threads of a présérie: obstacles first, then those open, then those fixed; latest first.

    An answer is the Cnam's qualification, a fix, or what vendor, Cnam or GIE say of what somebody
    else reported.

    Source: PRE-25, PRE-39, PRE-79.
    """
    threads = follow(replayed.preserie, replayed.accepted.values()).values()
    latest = sorted(threads, key=lambda one: one.remarks[-1].at, reverse=True)
    return tuple(
        sorted(latest, key=lambda one: (one.fixed_at is not None, not one.anomaly.is_obstacle))
    )


def follow(preserie: Preserie, events: Iterable[Event]) -> Mapping[str, Thread]:
    """The thread of each anomaly in *events*, by its name, in the order they were reported.

    Source: PRE-79; PRE-93: anybody of the présérie may report thousands, and events are read once.
    """
    remarks: dict[str, list[Remark]] = {name: [] for name in preserie.anomalies}
    for event in events:
        if isinstance(event, ReportAnomaly | QualifyAnomaly | FixAnomaly):
            remarks[event.anomaly].append(_remark(event))
    return {name: _follow(one, tuple(remarks[name])) for name, one in preserie.anomalies.items()}


def _follow(anomaly: Anomaly, remarks: tuple[Remark, ...]) -> Thread:
    first = remarks[0]
    answers = (one.at for one in remarks if one is not first and _is_answer(one, first))
    fixes = [one.at for one in remarks if one.verb == FixAnomaly.verb]
    return Thread(
        anomaly=anomaly,
        remarks=remarks,
        am=tuple(dict.fromkeys(one.am for one in remarks if one.am)),
        answered_at=next(answers, None),
        fixed_at=fixes[-1] if fixes and anomaly.fixed_in is not None else None,
    )


def _remark(event: ReportAnomaly | QualifyAnomaly | FixAnomaly) -> Remark:
    match event:
        case ReportAnomaly():
            return _make_remark(event, event.text, event.am)
        case QualifyAnomaly():
            return _make_remark(event, event.reason)
        case FixAnomaly():
            return _make_remark(event, f"Corrigée dans la version {event.version}.")


def _make_remark(event: Event, text: str, am: str | None = None) -> Remark:
    return Remark(at=event.at, by=event.by, verb=event.verb, text=text, am=am)


def _is_answer(remark: Remark, first: Remark) -> bool:
    if remark.verb != ReportAnomaly.verb:
        return True
    return remark.by is not None and remark.by.kind in _ANSWERING and remark.by != first.by


def say_delay(delay: timedelta | None) -> str:
    """A delay, cut: ``2 j 4 h``, ``35 min``; a dash for none. What is dated before took no time."""
    if delay is None:
        return "–"
    minutes = max(0, int(delay.total_seconds())) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = ((days, "j"), (hours, "h"), (0 if days else minutes, "min"))
    return " ".join(f"{count}{NARROW}{unit}" for count, unit in parts if count) or f"0{NARROW}min"
