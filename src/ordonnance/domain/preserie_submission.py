"""``decide``: what a request about a présérie records, and what is answered.

Who first, then what is asked for: the présérie, the form, the key, whether it moved on, the rules
of a présérie, and what préséries owe each other.

Source: PRE-44, PRE-45.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_access import (
    check_role,
    check_vendor,
    is_vendor_of,
    may_read,
    party_of,
)
from ordonnance.domain.preserie_event import Enrol, Event
from ordonnance.domain.preserie_event_bilan import Scor, Traces
from ordonnance.domain.preserie_history import (
    History,
    PreserieOperation,
    Recorded,
    name_preserie,
    write_line,
)
from ordonnance.domain.preserie_measure import (
    MEASURED_BEFORE,
    Counts,
    add_missing,
    find_missing,
    write_event,
)
from ordonnance.domain.preserie_party import Party
from ordonnance.domain.preserie_reading import read_line
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_form
from ordonnance.domain.preserie_rules import apply
from ordonnance.domain.refusal import Reasons, Refusal

EVENTS_MAX = 10_000
PRESERIES_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Events sent together, recorded all or none, and who sends them.

    *preserie* None: they open one. *documents* are JSON texts, one an event. *seen* is the rank of
    the last event that the sender knows of; None: whatever it is.
    """

    preserie: str | None
    actor: Actor
    at: datetime
    key: str | None
    digest: str
    documents: tuple[str, ...]
    seen: int | None = None

    @property
    def operation(self) -> PreserieOperation:
        """What is asked for."""
        return PreserieOperation.OPEN if self.preserie is None else PreserieOperation.TELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The présérie as answered, and what is to be recorded of it: nothing for a repeated request.

    *is_replay*: an earlier request left it so.
    """

    history: History
    records: tuple[Recorded, ...] = ()
    is_replay: bool = False


def decide(
    histories: Mapping[str, History], submission: Submission, counts: Counts | None = None
) -> Submitted:
    """What *submission* makes of the préséries known, by their identifiers.

    What *counts* add to the measures before is recorded first, unless something happened since
    they were taken; None: nothing was counted.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID, PRESERIE_UNKNOWN; for an event ROLE_NOT_ALLOWED,
            EVENT_MALFORMED; IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_REUSED, TOO_MANY_PRESERIES,
            TOO_MANY_EVENTS, PRESERIE_CHANGED; for an event those of its rule, ENROLLED_ELSEWHERE.

    Source: PRE-44, PRE-45, PRE-47, PRE-51.
    """
    by = party_of(submission.actor)
    if submission.preserie is None:
        check_role(submission.actor, Role.VENDOR)
    elif submission.preserie not in histories:
        raise Refusal(PreserieReasons.PRESERIE_UNKNOWN)
    else:
        check_sight(histories[submission.preserie], submission.actor)
    events = read_events(submission, by)
    if submission.key is None:
        raise Refusal(Reasons.IDEMPOTENCY_KEY_MISSING)
    name = submission.preserie or name_preserie(submission.actor.vendor or "", submission.key)
    history = histories.get(name, History(id=name))
    repeated = history.find_repeated(submission.operation, by, submission.key)
    if repeated:
        return replay(history, repeated[-1], submission.digest)
    measures: tuple[Event, ...] = ()
    if counts is not None and counts.rank == history.last:
        measures = find_missing(history.preserie, counts, at=events[0].at)
    documents = (*map(write_event, measures), *submission.documents)
    check_limits(histories, history, submission, more=len(documents))
    if submission.seen is not None and submission.seen != history.last:
        raise Refusal(PreserieReasons.PRESERIE_CHANGED)
    others = [one.preserie for one in histories.values() if one.id != name]
    check_rules(add_missing(history.preserie, measures), events, others, submission)
    return record(history, replace(submission, documents=documents), by, submission.key)


def is_measured(submission: Submission) -> bool:
    """Whether what is asked for, if it is allowed, is measured before.

    Source: PRE-51.
    """
    if submission.preserie is None:
        return False
    events = read_events(submission, party_of(submission.actor))
    return any(isinstance(event, MEASURED_BEFORE) for event in events)


def check_sight(history: History, actor: Actor) -> None:
    """Refuse who may not read a présérie as if there were none.

    Raises:
        Refusal: PRESERIE_UNKNOWN.

    Source: PRE-46.
    """
    if not may_read(history.preserie, actor):
        raise Refusal(PreserieReasons.PRESERIE_UNKNOWN)


def read_events(submission: Submission, by: Party) -> list[Event]:
    """The events of a request; a refusal says which one.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, EVENT_MALFORMED.

    Source: PRE-45.
    """
    events = []
    for number, document in enumerate(submission.documents, start=1):
        try:
            event = read_line(write_line(document, by, submission.at))
            check_vendor(event, submission.actor.vendor)
            check_measured(event)
        except Refusal as refusal:
            raise place(refusal, number, submission) from None
        events.append(event)
    return events


def check_measured(event: Event) -> None:
    """Refuse who tells counts as if the téléservice had measured them.

    Raises:
        Refusal: EVENT_MALFORMED.

    Source: PRE-51.
    """
    if isinstance(event, Traces | Scor) and (event.measured or event.period) is not None:
        refuse_form("« measured » et « period » ne se disent que par le téléservice")


def place(refusal: Refusal, number: int, submission: Submission) -> Refusal:
    """*refusal*, saying which of several events it is about."""
    is_alone = submission.preserie is not None and len(submission.documents) == 1
    return refusal if is_alone else refusal.at(f"line {number}")


def replay(history: History, record: Recorded, digest: str) -> Submitted:
    """The first answer again.

    Raises:
        Refusal: IDEMPOTENCY_KEY_REUSED.

    Source: PRE-44.
    """
    if record.digest != digest:
        raise Refusal(Reasons.IDEMPOTENCY_KEY_REUSED)
    return Submitted(history=history.cut_after(record.rank), is_replay=True)


def check_limits(
    histories: Mapping[str, History], history: History, submission: Submission, *, more: int
) -> None:
    """Refuse one more than can be kept at hand; *more* events are to be recorded.

    Raises:
        Refusal: TOO_MANY_PRESERIES, TOO_MANY_EVENTS.

    Source: ours (PRE-44): préséries are held in memory, and a sender that loops is a fault.
    """
    if history.last + more > EVENTS_MAX:
        raise Refusal(PreserieReasons.TOO_MANY_EVENTS, limit=str(EVENTS_MAX))
    if submission.preserie is not None:
        return
    vendor = submission.actor.vendor or ""
    unfinished = [
        one
        for one in histories.values()
        if is_unfinished(one.preserie) and is_vendor_of(one.preserie, vendor)
    ]
    if len(unfinished) >= PRESERIES_MAX:
        raise Refusal(PreserieReasons.TOO_MANY_PRESERIES, limit=str(PRESERIES_MAX))


def is_unfinished(preserie: Preserie) -> bool:
    """Whether it is neither given up nor decided to deploy."""
    return preserie.closed_because is None and not preserie.is_validated


def list_taken(others: Iterable[Preserie]) -> frozenset[str]:
    """The N° AM that take part in an open présérie of *others*. Source: PRE-47."""
    return frozenset(one.am for other in others if is_unfinished(other) for one in other.active)


def check_rules(
    preserie: Preserie, events: Iterable[Event], others: Iterable[Preserie], submission: Submission
) -> None:
    """Refuse the events that the rules of a présérie refuse, in their order.

    Raises:
        Refusal: those of each event's rule; ENROLLED_ELSEWHERE.

    Source: PRE-47.
    """
    elsewhere = list_taken(others)
    for number, event in enumerate(events, start=1):
        try:
            preserie = apply(preserie, event)
            if isinstance(event, Enrol) and event.am in elsewhere:
                raise Refusal(PreserieReasons.ENROLLED_ELSEWHERE, am=event.am)  # noqa: TRY301 - placed like those of the rules
        except Refusal as refusal:
            raise place(refusal, number, submission) from None


def record(history: History, submission: Submission, by: Party, key: str) -> Submitted:
    """The présérie once the events of *submission* are recorded."""
    records = tuple(
        Recorded(
            preserie=history.id,
            rank=rank,
            at=submission.at,
            operation=submission.operation,
            by=by,
            key=key,
            digest=submission.digest,
            document=document,
        )
        for rank, document in enumerate(submission.documents, start=history.last + 1)
    )
    return Submitted(history=history.add(records), records=records)
