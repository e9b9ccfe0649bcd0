"""Alerts as they are told: which a fact raises, whom they concern, when they are over.

A fact only says what it raised (``fact.Alert``); here it is put with the executions and the
sites in question, so that both sites of a double delivery are told of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ordonnance.domain.actor import ROLE_NAMES, Actor, Role
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Alert, AlertCode, Corrected, Executed, Issued, LaterFact, Undone
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.journal import Entry, is_past_retention
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.search import COUNT_DEFAULT
from ordonnance.domain.sight import is_known_to

WAITING_DELAY = timedelta(hours=72)
WATCHERS = (Role.EXECUTOR, Role.PRESCRIBER, Role.CPAM, Role.OPERATOR)


class Implicated(NamedTuple):
    """An execution that an alert is about, by its rank, and the sender who recorded it."""

    execution: int
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alert as it is told from *told_at* on.

    *rank* is that of the fact that raised it, *position* its place among those of that fact.
    *is_over*: the execution was taken back since.
    """

    number: PrescriptionNumber
    rank: int
    position: int
    alert: Alert
    told_at: datetime
    implicated: tuple[Implicated, ...]
    is_over: bool = False

    @property
    def identifier(self) -> str:
        """What designates it, unique in the base: ``<number>-A<rank>.<position>``."""
        return f"{self.number.value}-A{self.rank}.{self.position}"

    @property
    def senders(self) -> tuple[str, ...]:
        """The senders it concerns, each once, who raised it first."""
        return tuple(dict.fromkeys([one.sender for one in self.implicated]))


class Mark(NamedTuple):
    """An alert's place among those listed, newest first: it never changes."""

    told_at: datetime
    number: str
    rank: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who asks for alerts, how many, and from which place on (*after*; None: from the newest)."""

    actor: Actor
    count: int = COUNT_DEFAULT
    after: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page of alerts, newest first; *following* is where the next one begins, None: the end."""

    alerts: tuple[Raised, ...]
    following: Mark | None


def check_watch(watch: Watch) -> None:
    """Refuse who is not told of alerts, and a caisse that does not say which it is.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID.

    Source: TLS-63.
    """
    if watch.actor.role not in WATCHERS:
        names = ", ".join(ROLE_NAMES[role] for role in WATCHERS)
        raise Refusal(Reasons.ROLE_NOT_ALLOWED, allowed=names)
    if watch.actor.role is Role.CPAM and watch.actor.cpam is None:
        raise Refusal(Reasons.TOKEN_INVALID, problem="cpam manque")


def list_raised(dossier: Dossier, fact: Issued | LaterFact) -> tuple[Raised, ...]:
    """The alerts that *fact* raised in *dossier*, as those concerned are told of them.

    An execution that waits is told as an alert once it has waited for 72 hours; corrected, it
    does not wait anew: it is told, and counted, once.

    Source: TLS-63, TLS-64 (72 hours: ours, a week-end of outage is no reason to worry anybody).
    """
    if not isinstance(fact, Executed | Corrected | Issued):
        return ()
    return tuple(
        [
            Raised(
                number=dossier.number,
                rank=fact.rank,
                position=position,
                alert=alert,
                told_at=fact.at + WAITING_DELAY if alert.code is AlertCode.WAITING else fact.at,
                implicated=tuple(dict.fromkeys(list_implicated(dossier, fact, alert))),
            )
            for position, alert in enumerate(fact.alerts)
            if not (alert.code is AlertCode.WAITING and isinstance(fact, Corrected))
        ]
    )


def list_implicated(
    dossier: Dossier, fact: Executed | Corrected | Issued, alert: Alert
) -> Iterator[Implicated]:
    """The executions that *alert* is about: the fact's own, then those of others, in order.

    An issue raises alerts about the executions that waited for it; a double delivery is also
    about what other sites delivered of the same line.
    """
    if isinstance(fact, Executed):
        yield Implicated(fact.rank, fact.by.sender)
    elif isinstance(fact, Corrected):
        yield Implicated(fact.execution, fact.by.sender)
    elif alert.code is not AlertCode.DOUBLE_DELIVERY:
        yield from list_others(dossier, None, before=fact.seen + 1)
        return
    if alert.code is AlertCode.DOUBLE_DELIVERY:
        before = fact.seen + 1 if isinstance(fact, Issued) else fact.rank
        yield from list_others(dossier, alert.line, before=before)


def list_others(dossier: Dossier, line: int | None, *, before: int) -> Iterator[Implicated]:
    """The executions recorded *before* a rank that delivered something of *line* (None: any)."""
    designation = None if line is None else dossier.number.line(line)
    for execution in dossier.executions:
        concerned = [
            act
            for act in execution.acts
            if act.is_done and (designation is None or act.prescribed == designation)
        ]
        if concerned and execution.rank < before:
            yield Implicated(execution.rank, execution.by.sender)


def find_ended(dossier: Dossier, fact: Issued | LaterFact) -> int | None:
    """The rank of the execution whose alerts *fact* puts an end to; None: of none.

    Taking back what raised no alert, where the issue raised none either, ends none.
    """
    if not isinstance(fact, Undone):
        return None
    if dossier.issued is not None and dossier.issued.alerts:
        return fact.execution
    for known in dossier.facts:
        about = known.execution if isinstance(known, Corrected) else known.rank
        if isinstance(known, Executed | Corrected) and about == fact.execution and known.alerts:
            return fact.execution
    return None


def is_told(raised: Raised, watch: Watch, dossier: Dossier, at: datetime) -> bool:
    """Whether *raised* is told to who watches at *at*, *dossier* being as it stands then.

    An execution no longer waits once its prescription is there, or once it was taken back. While
    the patient objects, alerts go to the caisse and to executors only; of what is anonymous, to
    executors only. Of what may be purged, to nobody.

    Source: TLS-57, TLS-63, TLS-72; CSP, art. R. 4071-1 and following (objection).
    """
    if is_past_retention(raised.number.month_code, day_in_paris(at)):
        return False
    if raised.alert.code is AlertCode.WAITING and (raised.is_over or dossier.issued is not None):
        return False
    if not is_known_to(dossier, watch.actor):
        return False
    if watch.actor.role is not Role.PRESCRIBER:
        return True
    prescription = dossier.prescription
    is_own = prescription is not None and prescription.prescriber == watch.actor.rpps
    return is_own and not dossier.is_objected


def needs_dossier(raised: Raised, watch: Watch) -> bool:
    """Whether ``is_told`` looks at the dossier: who lists alerts then loads it."""
    is_waiting = raised.alert.code is AlertCode.WAITING and not raised.is_over
    return is_waiting or watch.actor.role is not Role.EXECUTOR


def entry_of(raised: Raised, watch: Watch, at: datetime) -> Entry:
    """The journal entry that an alert told leaves."""
    return Entry(at=at, action="alert", number=raised.number, by=watch.actor)
