"""What a reason to say no is made of: its code, its kind, its sentence."""

from dataclasses import dataclass
from enum import StrEnum


class Nature(StrEnum):
    """What kind of no it is; the faces turn it into their own terms (an HTTP status)."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    TOO_LARGE = "too-large"
    MEDIA_TYPE = "media-type"
    NOT_ACCEPTABLE = "not-acceptable"
    RULE = "rule"
    TOO_MANY = "too-many"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to refuse.

    *sentence* is French, may hold ``{names}`` filled by the refusal, and tells what to do.
    *overridable*: the professional may decide otherwise, with a reason that is recorded.
    """

    code: str
    nature: Nature
    sentence: str
    overridable: bool = False
