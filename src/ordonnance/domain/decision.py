"""``decide``: what a command leaves and what is answered, knowing nothing but the dossier.

The order of the checks is the contract's: number, role, kind, relation, key, state, then what
the command itself asks for. A refusal is raised; nothing was then decided.
"""

from collections.abc import Callable, Mapping
import dataclasses
from datetime import datetime
from typing import Any

from ordonnance.domain.access import check_access
from ordonnance.domain.answer import Answer, Decision
from ordonnance.domain.command import (
    Cancel,
    Command,
    Correct,
    Execute,
    Identify,
    Issue,
    Oppose,
    Propose,
    Read,
    Release,
    Replace,
    Reply,
    Reserve,
    Undo,
    Writing,
    WritingCommand,
)
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.executing import correct, execute, undo
from ordonnance.domain.fact import Issued, LaterFact
from ordonnance.domain.identity import identify
from ordonnance.domain.issuing import cancel, issue, replace
from ordonnance.domain.journal import Entry
from ordonnance.domain.known import NOTHING, Known
from ordonnance.domain.objection import oppose
from ordonnance.domain.proposal import propose, reply
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.reservation import release, reserve


def decide(dossier: Dossier, command: Command, at: datetime, known: Known = NOTHING) -> Decision:
    """What *command*, received at *at*, changes in *dossier*, and its answer.

    *known* is what the rules of medicines know besides: with nothing known, none applies. What
    the caller may not see decides nothing and shows nowhere: only ranks come from the whole.

    Raises:
        Refusal: in the order of the contract; nothing is then to be written.

    Source: TLS-13 (order of refusals), TLS-12 (repeated commands).
    """
    seen = dossier.seen_by(command.actor)
    check_access(seen, command, at)
    if isinstance(command, Read):
        return read(seen, command, at)
    decision = write(seen, command, at, known)
    return decision if seen is dossier else show_again(decision, dossier, command)


def write(dossier: Dossier, command: WritingCommand, at: datetime, known: Known) -> Decision:
    """What a writing command changes, or the first answer again where it is repeated.

    Raises:
        Refusal: as the command's own decision finds.
    """
    repeated = find_repeated(dossier, command)
    if repeated is not None:
        if isinstance(command, Replace):
            return replay_issue(command, known)
        return replay(dossier, command, repeated)
    return DECIDED_BY[type(command)](dossier, command, at, known)


def show_again(decision: Decision, dossier: Dossier, command: WritingCommand) -> Decision:
    """*decision*, its answer showing what may be seen of the whole *dossier* once it is written.

    It was taken on what its sender saw before: what they write may lift an objection. An answer
    about another prescription stays as it is.

    Source: TLS-56.
    """
    if decision.fact is None or decision.answer.dossier.number != dossier.number:
        return decision
    after = dossier.add(decision.fact, decision.text).seen_by(command.actor)
    answer = dataclasses.replace(decision.answer, dossier=after)
    return dataclasses.replace(decision, answer=answer)


def find_repeated(dossier: Dossier, command: Writing) -> Issued | LaterFact | None:
    """The fact that this very command left before; None if it is new.

    Raises:
        Refusal: IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_REUSED.

    Source: TLS-12.
    """
    if command.key is None:
        raise Refusal(Reasons.IDEMPOTENCY_KEY_MISSING)
    fact = dossier.find_repeated(command)
    if fact is not None and fact.digest != command.digest:
        raise Refusal(Reasons.IDEMPOTENCY_KEY_REUSED)
    return fact


def replay(dossier: Dossier, command: WritingCommand, fact: Issued | LaterFact) -> Decision:
    """The first answer again, rebuilt from the dossier as that fact left it.

    What an objection hid from its sender then stays hidden, though it be lifted since.

    Source: TLS-12, TLS-56.
    """
    cut = dossier.cut_after(fact).seen_by(command.actor)
    return Decision(
        answer=Answer(dossier=cut, at=fact.at, command=command, fact=fact, is_replay=True)
    )


def replay_issue(command: Replace, known: Known) -> Decision:
    """The first answer again of a replacement, which is about the prescription it issued.

    Source: TLS-12, TLS-52.
    """
    successor = known.successor
    if successor is None or successor.issued is None:
        message = "a replacement and the issue of its successor are written together"
        raise AssertionError(message)
    return replay(successor.seen_by(command.actor), command, successor.issued)


def read(dossier: Dossier, command: Read, at: datetime) -> Decision:
    """The dossier as it stands; the reading leaves a journal entry and no fact."""
    entry = Entry(
        at=at,
        action="consult" if command.whole else "read",
        number=command.number,
        by=command.actor,
        reason=command.reason,
    )
    return Decision(answer=Answer(dossier=dossier, at=at, command=command), entry=entry)


# Who decides each writing command.
Decided = Callable[[Dossier, Any, datetime, Known], Decision]
DECIDED_BY: Mapping[type[Writing], Decided] = {
    Issue: issue,
    Execute: execute,
    Undo: undo,
    Cancel: cancel,
    Replace: replace,
    Reserve: reserve,
    Release: release,
    Correct: correct,
    Propose: propose,
    Reply: reply,
    Oppose: oppose,
    Identify: identify,
}
