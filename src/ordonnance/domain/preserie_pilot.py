"""What a pilot pharmacy is shown of its présérie: its own part, and nobody else's.

Source: PRE-75.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ordonnance.domain.bilan import Bilan
from ordonnance.domain.bilan_hash import hash_bilan
from ordonnance.domain.bilan_rate import EXECUTE, count_rate
from ordonnance.domain.preserie import Figures, Pieces, Preserie, State, state_of
from ordonnance.domain.preserie_event import Event
from ordonnance.domain.preserie_event_bilan import (
    AnswerQuestionnaire,
    FixAnomaly,
    QualifyAnomaly,
    ReportAnomaly,
)
from ordonnance.domain.preserie_party import CNAM, PILOTS, VENDOR, Party, PartyKind
from ordonnance.domain.preserie_replay import Replay
from ordonnance.domain.preserie_result import (
    describe_bilan,
    describe_notice,
    describe_participant,
    describe_replay,
)


class Asked(StrEnum):
    """What is asked of a pilot now."""

    WAIT = "wait"  # no day of installation is known
    PREPARE = "prepare"  # its installation is planned
    ANSWER = "answer"  # it works with the software and has not answered
    GO_ON = "go_on"  # it has answered; the bilan will count that
    JUDGED = "judged"  # a bilan counted what it answered, and is being decided on
    NOTHING = "nothing"  # it left, or the présérie is over


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was said of a difficulty.

    *by* None: another pharmacy said so; its words and its name are its own, *text* is empty.
    """

    event: Event
    by: Party | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """A difficulty that the pharmacy reported, and what followed, in order.

    *fixed_in* None: it is open. *is_qualified*: the Cnam said what it is.
    """

    name: str
    operation: str
    is_blocking: bool
    is_qualified: bool
    is_intrinsic: bool
    fixed_in: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A pharmacy's own figures: its executions and its pieces."""

    executions: Figures
    pieces: Pieces


def ask_of(preserie: Preserie, am: str) -> Asked:
    """What is asked of the pharmacy *am*, which takes part or did.

    Source: PRE-75.
    """
    participant = preserie.participants[am]
    if not participant.is_active or is_over(preserie):
        return Asked.NOTHING
    if participant.installed_on is None:
        return Asked.WAIT if participant.planned_on is None else Asked.PREPARE
    has_answered = any(one.am == am for one in preserie.answers)
    if not has_answered:
        return Asked.ANSWER
    return Asked.JUDGED if preserie.has_new_bilan else Asked.GO_ON


def is_over(preserie: Preserie) -> bool:
    """Whether nothing that a pilot says can count any more: decided to deploy, or given up."""
    over = (State.VALIDATED, State.GENERALISED, State.GIVEN_UP)
    return state_of(preserie) in over


def may_answer(preserie: Preserie, am: str) -> bool:
    """Whether the pharmacy *am* may answer the questionnaire, or answer again.

    One that left after it was installed still may: its brake stands until it says otherwise.

    Source: PRE-28, PRE-41, PRE-74.
    """
    return preserie.participants[am].installed_on is not None and not is_over(preserie)


def list_answers(replayed: Replay, am: str) -> Mapping[int, AnswerQuestionnaire]:
    """The standing answers of a pharmacy by the rank of their event: the last of each user.

    Source: PRE-28.
    """
    by_user = {
        event.user: (rank, event)
        for rank, event in replayed.accepted.items()
        if isinstance(event, AnswerQuestionnaire) and event.am == am
    }
    return dict(by_user.values())


def measure(preserie: Preserie, am: str) -> Measured:
    """The pharmacy's own figures since the opening.

    Source: PRE-75; PRE-24, PRE-26 for what they count.
    """
    own = (
        figures
        for key, figures in preserie.iterate_figures()
        if key.am == am and key.operation == EXECUTE
    )
    pieces = (one for (whose, _), one in preserie.pieces.items() if whose == am)
    return Measured(executions=count_rate(own), pieces=sum(pieces, Pieces()))


def list_difficulties(replayed: Replay, am: str) -> tuple[Difficulty, ...]:
    """The difficulties that a pharmacy reported, or that were reported of it; open ones first.

    Source: PRE-75; PRE-39 for their thread.
    """
    threads: dict[str, list[Event]] = {}
    for event in replayed.accepted.values():
        if isinstance(event, ReportAnomaly | QualifyAnomaly | FixAnomaly):
            threads.setdefault(event.anomaly, []).append(event)
    own = [
        _tell(replayed.preserie, name, thread, am)
        for name, thread in threads.items()
        if any(isinstance(event, ReportAnomaly) and _is_about(event, am) for event in thread)
    ]
    return tuple(sorted(own, key=lambda one: one.fixed_in is not None))


def _is_about(event: ReportAnomaly, am: str) -> bool:
    return event.am == am or event.by == Party(PartyKind.PILOT, am)


def _tell(preserie: Preserie, name: str, thread: list[Event], am: str) -> Difficulty:
    known = preserie.anomalies[name]
    return Difficulty(
        name=name,
        operation=known.operation,
        is_blocking=known.blocking,
        is_qualified=known.is_qualified,
        is_intrinsic=known.intrinsic,
        fixed_in=known.fixed_in,
        steps=tuple(_show(event, am) for event in thread),
    )


def _show(event: Event, am: str) -> Step:
    """Source: ours (PRE-75): another pharmacy's words may tell who it is."""
    own = Party(PartyKind.PILOT, am)
    match event:
        case QualifyAnomaly():
            return Step(event, event.by or CNAM, event.reason)
        case ReportAnomaly() if _is_about(event, am):
            return Step(event, event.by or own, event.text)
        case ReportAnomaly(am=None, by=Party(kind=kind) as by) if kind is not PartyKind.PILOT:
            return Step(event, by, event.text)
        case ReportAnomaly():
            return Step(event, None, "")
        case _:
            return Step(event, event.by or VENDOR, "")


def find_shared(preserie: Preserie) -> Bilan | None:
    """The bilan last shared with the pilots; None: none was.

    Source: PRE-29, PRE-75.
    """
    shared = (one for one in reversed(preserie.bilans) if PILOTS in one.shared_with)
    return next(shared, None)


def describe_own(replayed: Replay, am: str) -> Mapping[str, object]:
    """The JSON object of a replay, with what it says of the pharmacy *am* and of all together.

    Its members are those of ``describe_replay``. The bilan is the one shared with the pilots, its
    figures by pharmacy those of *am*; what the others wrote is not there.

    Source: ours (PRE-94): what a page withholds, another door must not give.
    """
    preserie, shared = replayed.preserie, find_shared(replayed.preserie)
    own = Party(PartyKind.PILOT, am)
    return {
        **describe_replay(replayed),
        "participants": [describe_participant(preserie, preserie.participants[am])],
        "bilan": None if shared is None else _describe_shared(shared, am),
        "notifications": [
            describe_notice(one) for one in preserie.notices if own in (one.sender, one.recipient)
        ],
        "traces_active": [one for one in preserie.traces_active if one == am],
    }


def _describe_shared(bilan: Bilan, am: str) -> Mapping[str, object]:
    criteria = [replace(one, detail=_keep_own(one.detail, am)) for one in bilan.criteria]
    told = describe_bilan(replace(bilan, criteria=tuple(criteria)))
    return {**told, "hash": hash_bilan(bilan)}  # that of what was signed


def _keep_own(detail: Mapping[str, object], am: str) -> Mapping[str, object]:
    """Source: PRE-94: lists name pharmacies by ``am``; ``texts`` are anybody's words."""
    kept = {name: _keep_rows(value, am) for name, value in detail.items()}
    return {**kept, "worst": None} if kept.get("worst", am) != am else kept


def _keep_rows(value: object, am: str) -> object:
    if not isinstance(value, list):
        return value
    return [
        {**row, "texts": []} if isinstance(row, dict) and "texts" in row else row
        for row in value
        if not isinstance(row, dict) or row.get("am", am) == am
    ]
