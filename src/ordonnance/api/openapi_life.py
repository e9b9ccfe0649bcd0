"""The life of a prescription, described: reserve, correct, replace, propose and their like."""

from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons

_KNOWN = (Reasons.NUMBER_UNKNOWN, Reasons.KIND_NOT_ALLOWED)
_PRESCRIBED = (Reasons.NUMBER_UNKNOWN, Reasons.NOT_THE_PRESCRIBER)
_OVER = (Reasons.CANCELLED, Reasons.REPLACED)

# Each operation, its answer, and the refusals it raises beside those of every writing.
LIFE: tuple[tuple[str, str, tuple[Reason, ...]], ...] = (
    (
        "reserve",
        "200",
        (
            *_KNOWN,
            *_OVER,
            Reasons.EXPIRED,
            Reasons.RIGHTS_EXHAUSTED,
            Reasons.RESERVED_ELSEWHERE,
        ),
    ),
    ("release", "200", (*_KNOWN, Reasons.RESERVED_ELSEWHERE)),
    ("propose", "200", (*_KNOWN, *_OVER, Reasons.EXPIRED, Reasons.LINE_UNKNOWN)),
    ("reply", "200", _PRESCRIBED),
)

# These take what another operation takes, and raise what it raises: the operation and its answer,
# the one it is like, what it never raises of that, and what it raises besides.
ALIKE: tuple[tuple[str, str, str, frozenset[Reason], tuple[Reason, ...]], ...] = (
    (
        "correct",
        "200",
        "execute",
        frozenset((*_OVER, Reasons.RESERVED_ELSEWHERE)),
        (Reasons.EXECUTION_UNKNOWN, Reasons.NOT_THE_EXECUTOR, Reasons.ALREADY_UNDONE),
    ),
    (
        "replace",
        "201",
        "issue",
        frozenset(),
        (Reasons.NUMBER_UNKNOWN, Reasons.PATIENT_MISMATCH, *_OVER),
    ),
)
