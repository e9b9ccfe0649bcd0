"""What is answered to a command, and what is to be written of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from ordonnance.domain.actor import Actor
from ordonnance.domain.command import Command, Writing, WritingCommand
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Corrected, Executed, Issued, LaterFact
from ordonnance.domain.journal import Entry
from ordonnance.domain.refusal import Reasons, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered: the dossier as the caller sees it at *at*, and the fact it is about.

    *is_replay*: an earlier request left that fact; the dossier is cut just after it.
    """

    dossier: Dossier
    at: datetime
    command: Command
    fact: Issued | LaterFact | None = None
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be written (nothing, for a reading or a repeated request) and answered.

    *also* is what is to be written of another prescription, in the same transaction.
    """

    answer: Answer
    fact: Issued | LaterFact | None = None
    text: bytes | None = None
    entry: Entry | None = None
    also: "Decision | None" = None


class Origin(TypedDict):
    """What every fact since the issue says: its rank, when, by whom, and by which request."""

    rank: int
    at: datetime
    by: Actor
    key: str
    digest: str


def origin_of(dossier: Dossier, command: Writing, at: datetime) -> Origin:
    """Where the fact that *command* leaves in *dossier* at the instant *at* comes from."""
    return Origin(
        rank=dossier.next_rank,
        at=at,
        by=command.actor,
        key=command.key or "",
        digest=command.digest,
    )


def record(
    dossier: Dossier,
    command: WritingCommand,
    fact: Issued | LaterFact,
    *,
    text: bytes | None = None,
) -> Decision:
    """The decision to write *fact*, with its journal entry; the answer shows it written."""
    entry = Entry(
        at=fact.at,
        action=fact.operation,
        number=dossier.number,
        by=command.actor,
        rank=fact.rank,
        alerts=fact.alerts if isinstance(fact, Executed | Issued | Corrected) else (),
    )
    after = dossier.add(fact, text).seen_by(command.actor)
    answer = Answer(dossier=after, at=fact.at, command=command, fact=fact)
    return Decision(answer=answer, fact=fact, text=text, entry=entry)


def check_reason(reason: str, problem: str) -> None:
    """Refuse an empty reason.

    Raises:
        Refusal: REASON_MISSING.
    """
    if not reason.strip():
        raise Refusal(
            Reasons.REASON_MISSING, "Parameters.parameter[name='reason']", problem=problem
        )
