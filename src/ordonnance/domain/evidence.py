"""What a call left: its attempts as the workstation saw them, the execution, its lines counted.

Nothing of the patient is in it: no prescription number, no INS, no product, no reason.

Source: PST-9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act
from ordonnance.domain.fact import Corrected, Executed, Undone
from ordonnance.domain.identity_scan import tells_identity
from ordonnance.domain.trace import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One trace of a call. *at* is the workstation's own clock, *attempt* counts from 1.

    *result*, *mode*, *scor_decision* and *scor_because* are the words of the trace; *code* and
    *status* are those of the answer. None: the trace does not say.
    """

    trace_id: str
    version: str
    workstation: str
    at: datetime
    received_at: datetime
    attempt: int
    duration_ms: int
    result: str
    code: str | None
    status: int | None
    mode: str
    scor_decision: str | None
    scor_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionSeen:
    """An execution as it stands, without what was executed nor for whom.

    *name* is its rank (``E1``), *recorded_at* the instant of its acknowledgement, *key* the key of
    the command that made it. *is_awaiting*: its prescription has not come. *undone_at* None: it
    stands. *lines* counts them, by what became of them (``count_lines``).
    """

    name: str
    key: str
    recorded_at: datetime
    is_awaiting: bool
    undone_at: datetime | None
    correction_count: int
    lines: Mapping[str, int]


LINE_WORDS: Mapping[str, str] = {
    "lines": "lignes",
    "done": "exécutées",
    "partial": "en partie",
    "not_done": "non exécutées",
    "substituted": "substituées",
    "adapted": "adaptées",
    "deferred": "différées",
    "by_hand": "ajoutées à la main",
}


def may_be_shown(word: str, on: date) -> bool:
    """Whether a word that somebody seeks may stand in an address, on the day *on*.

    A prescription number or an INS may not: addresses are kept by browsers and by servers. An
    identifier drawn at random may look like one, and is none.

    Source: ours (PST-15).
    """
    return UUID.fullmatch(word) is not None or not tells_identity(word, on)


def count_lines(acts: Sequence[Act]) -> Mapping[str, int]:
    """How many lines there are, and of each kind: the keys of ``LINE_WORDS``.

    A line may count under several.

    Source: PST-9.
    """
    return {
        "lines": len(acts),
        "done": sum(act.is_done for act in acts),
        "partial": sum(
            act.is_done and act.completeness is not None and not act.completeness.completes
            for act in acts
        ),
        "not_done": sum(not act.is_done for act in acts),
        "substituted": sum(act.swap is not None for act in acts),
        "adapted": sum(act.adaptation is not None for act in acts),
        "deferred": sum(act.deferred is not None for act in acts),
        "by_hand": sum(act.prescribed is None for act in acts),
    }


def see_execution(dossier: Dossier, rank: int) -> ExecutionSeen | None:
    """The execution of that *rank*; None: it is not there, or no more.

    Taken back, its lines are those that it had.

    Source: PST-9.
    """
    found = next(
        (one for one in dossier.facts if isinstance(one, Executed) and one.rank == rank), None
    )
    if found is None:
        return None
    corrected = [
        one for one in dossier.facts if isinstance(one, Corrected) and one.execution == rank
    ]
    undone = [one for one in dossier.facts if isinstance(one, Undone) and one.execution == rank]
    acts = corrected[-1].acts if corrected else found.acts
    return ExecutionSeen(
        name=f"E{rank}",
        key=found.key,
        recorded_at=found.at,
        is_awaiting=dossier.issued is None,
        undone_at=undone[-1].at if undone else None,
        correction_count=len(corrected),
        lines=count_lines(acts),
    )
