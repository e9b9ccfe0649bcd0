"""What a site is answered to a lot of SCOR (« ARL »): each piece judged.

Source: SCOR-2.
"""

from dataclasses import dataclass
from datetime import datetime

from ordonnance.domain.scan import Flaw
from ordonnance.domain.scor import Because, Decision, Verdict


@dataclass(frozen=True, slots=True)
class Scan:
    """A part of a lot: its media type as it was said, and its bytes."""

    media: str
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A piece of a lot, what was decided, what was owed, and how that is judged."""

    invoice: str
    piece: str
    decision: Decision
    verdict: Verdict
    owed: Decision
    because: Because
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What a site is answered (« ARL »): each piece, in the order of the lot. It names nobody."""

    lot: str
    am: str
    phase: str
    received_at: datetime
    pieces: tuple[Judged, ...]
