"""Facts: what has happened to one prescription, append-only and numbered, and what each raised.

The issue is rank 0; what came since counts from 1. Nothing is ever changed or taken away: who
takes an execution back, or corrects it, adds a fact that says so.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from ordonnance.domain.actor import Actor
from ordonnance.domain.execution import Act
from ordonnance.domain.identifiers import INS, PrescriptionNumber
from ordonnance.domain.line import Kind
from ordonnance.domain.prescription import Prescription


class CaveatCode(StrEnum):
    """What the professional is warned of; nothing is refused for it."""

    ADDED_BY_HAND = "ADDED_BY_HAND"
    AM_KEY_DOUBTFUL = "AM_KEY_DOUBTFUL"
    CODE_NEEDS_AGREEMENT = "CODE_NEEDS_AGREEMENT"
    CODE_OVER = "CODE_OVER"
    CODE_UNKNOWN = "CODE_UNKNOWN"
    COMPLETENESS_UNEXPECTED = "COMPLETENESS_UNEXPECTED"
    CONTENT_MISSING = "CONTENT_MISSING"
    CONSENT_UNREAD = "CONSENT_UNREAD"
    DAYS_UNKNOWN = "DAYS_UNKNOWN"
    DURATION_EXCEEDED = "DURATION_EXCEEDED"
    DURATION_OPEN = "DURATION_OPEN"
    NAMED_PHARMACY_UNCHECKED = "NAMED_PHARMACY_UNCHECKED"
    PRESCRIBER_LIMITED = "PRESCRIBER_LIMITED"
    PRESCRIBER_RESERVED = "PRESCRIBER_RESERVED"
    PRESENTED_LATE = "PRESENTED_LATE"
    PRODUCT_UNKNOWN = "PRODUCT_UNKNOWN"
    RENEWED_BY_LAW = "RENEWED_BY_LAW"
    SOFTWARE_IN_PRESERIE = "SOFTWARE_IN_PRESERIE"
    SUBSTITUTION_REASON_MISSING = "SUBSTITUTION_REASON_MISSING"
    SUBSTITUTION_OUT_OF_GROUP = "SUBSTITUTION_OUT_OF_GROUP"
    TOO_EARLY = "TOO_EARLY"


@dataclass(frozen=True, slots=True)
class Caveat:
    """A warning, and the line it is about (None: the whole).

    *words* complete its sentence: a date, a number of days, a text of the BDPM.
    """

    code: CaveatCode
    line: int | None = None
    words: str = ""


class AlertCode(StrEnum):
    """What the sites concerned, the caisse and the operator should look at."""

    OVERRIDE = "OVERRIDE"
    DOUBLE_DELIVERY = "DOUBLE_DELIVERY"
    DEFERRED = "DEFERRED"
    WAITING = "WAITING"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert; *about* is the code of the rule set aside, *line* the rank of the line."""

    code: AlertCode
    about: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact says: its rank, when, by whom, and by which request (key and body)."""

    operation: ClassVar[str]
    rank: int
    at: datetime
    by: Actor
    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued(Fact):
    """The prescription was issued. *seen* counts the facts that were waiting for it.

    *referential* is the version of the products that the decision knew; empty: none. *replaces*
    is the prescription whose place it takes. *alerts* tell what is wrong with those that waited.
    """

    operation: ClassVar[str] = "issue"
    prescription: Prescription
    seen: int
    caveats: tuple[Caveat, ...] = ()
    alerts: tuple[Alert, ...] = ()
    referential: str = ""
    replaces: PrescriptionNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed(Fact):
    """Something was carried out, or was not and why.

    *referential* is the version of the products that the decision knew; empty: none.
    """

    operation: ClassVar[str] = "execute"
    acts: tuple[Act, ...]
    caveats: tuple[Caveat, ...] = ()
    alerts: tuple[Alert, ...] = ()
    referential: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether it was recorded on a number not known to be issued."""
        return any(alert.code is AlertCode.WAITING for alert in self.alerts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Fact):
    """The execution of rank *execution* was taken back."""

    operation: ClassVar[str] = "undo"
    execution: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Fact):
    """The prescriber cancelled what had not been executed."""

    operation: ClassVar[str] = "cancel"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced(Fact):
    """The prescriber cancelled what remained, in favour of the prescription *successor*.

    *is_anonymous*: the successor may not be known of (``sight.is_known_to``).
    """

    operation: ClassVar[str] = "replace"
    successor: PrescriptionNumber
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved(Fact):
    """A site keeps the lines of these *kinds* for itself, to the instant *until*."""

    operation: ClassVar[str] = "reserve"
    until: datetime
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Fact):
    """A site let go of what it had reserved."""

    operation: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Fact):
    """The execution of rank *execution* was said anew: *acts* stand in place of what it said."""

    operation: ClassVar[str] = "correct"
    execution: int
    reason: str
    acts: tuple[Act, ...]
    caveats: tuple[Caveat, ...] = ()
    alerts: tuple[Alert, ...] = ()
    referential: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether it was recorded on a number not known to be issued."""
        return any(alert.code is AlertCode.WAITING for alert in self.alerts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected(Fact):
    """The patient objects to the prescriber's seeing executions, or no longer does."""

    operation: ClassVar[str] = "object"
    objects: bool


class Cause(StrEnum):
    """Why a patient's INS is another than the one that was written."""

    MERGED = "FUSION"
    CORRECTED = "CORRECTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified(Fact):
    """The patient's INS is *patient*, and no longer *former*.

    By *cause*, it was the same person under another number, or somebody else.
    """

    operation: ClassVar[str] = "identify"
    patient: INS
    former: INS
    cause: Cause
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Fact):
    """An executor asks the prescriber to agree to an adaptation of the line of rank *line*."""

    operation: ClassVar[str] = "propose"
    line: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(Fact):
    """The prescriber agrees, or not, to what the fact of rank *proposal* asked."""

    operation: ClassVar[str] = "reply"
    proposal: int
    accepts: bool
    text: str


LaterFact = (
    Executed
    | Undone
    | Cancelled
    | Replaced
    | Reserved
    | Released
    | Corrected
    | Objected
    | Identified
    | Proposed
    | Replied
)
# What tells the prescriber that something was executed: hidden while the patient objects.
OF_EXECUTORS = (Executed, Undone, Corrected, Reserved, Released)
