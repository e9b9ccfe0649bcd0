"""All that is known of one prescription: what was prescribed, and the facts since.

Facts are append-only and numbered by *rank*: the issue is 0, what came since counts from 1.
States are derived from them (``rights``), never stored alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from ordonnance.domain.actor import Actor
from ordonnance.domain.command import Writing
from ordonnance.domain.execution import Act
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.prescription import Prescription


class CaveatCode(StrEnum):
    """What the professional is warned of; nothing is refused for it."""

    ADDED_BY_HAND = "ADDED_BY_HAND"
    AM_KEY_DOUBTFUL = "AM_KEY_DOUBTFUL"
    COMPLETENESS_UNEXPECTED = "COMPLETENESS_UNEXPECTED"
    DAYS_UNKNOWN = "DAYS_UNKNOWN"
    DURATION_EXCEEDED = "DURATION_EXCEEDED"
    DURATION_OPEN = "DURATION_OPEN"
    NAMED_PHARMACY_UNCHECKED = "NAMED_PHARMACY_UNCHECKED"
    PRESCRIBER_RESERVED = "PRESCRIBER_RESERVED"
    PRESENTED_LATE = "PRESENTED_LATE"
    PRODUCT_UNKNOWN = "PRODUCT_UNKNOWN"
    RENEWED_BY_LAW = "RENEWED_BY_LAW"
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

    *referential* is the version of the products that the decision knew; empty: none.
    """

    operation: ClassVar[str] = "issue"
    prescription: Prescription
    seen: int
    caveats: tuple[Caveat, ...] = ()
    referential: str = ""


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


LaterFact = Executed | Undone | Cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One prescription and its facts, in order of rank.

    *issued* is None while the prescription is not known yet (executions may wait for it).
    *texts* gives, by rank, the JSON array of the resources as they came in, where loaded.
    """

    number: PrescriptionNumber
    issued: Issued | None = None
    facts: tuple[LaterFact, ...] = ()
    texts: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def prescription(self) -> Prescription | None:
        """What was prescribed; None while it is not known yet."""
        return None if self.issued is None else self.issued.prescription

    @property
    def executions(self) -> tuple[Executed, ...]:
        """The executions that stand: recorded, and not taken back since."""
        if not self.facts:
            return ()
        undone = {fact.execution for fact in self.facts if isinstance(fact, Undone)}
        return tuple(
            [fact for fact in self.facts if isinstance(fact, Executed) and fact.rank not in undone]
        )

    @property
    def cancellation(self) -> Cancelled | None:
        """The cancellation, if there was one."""
        for fact in self.facts:
            if isinstance(fact, Cancelled):
                return fact
        return None

    def find_execution(self, identifier: str) -> Executed | None:
        """The execution that *identifier* names, taken back or not; None if there is none."""
        for fact in self.facts:
            if isinstance(fact, Executed) and identify(self.number, fact) == identifier:
                return fact
        return None

    def find_repeated(self, command: Writing) -> Issued | LaterFact | None:
        """The fact that an earlier request of the same scope left; None if there is none.

        The scope is the number, the sender, the operation and the key; the body is not compared.

        Source: TLS-12.
        """
        known = self.facts if self.issued is None else (self.issued, *self.facts)
        for fact in known:
            if (
                fact.key == command.key
                and fact.operation == command.operation
                and fact.by.sender == command.actor.sender
            ):
                return fact
        return None

    def add(self, fact: Issued | LaterFact, text: bytes | None) -> "Dossier":
        """The dossier with *fact* in it, and the resources that said it."""
        issued, facts = self.issued, self.facts
        if isinstance(fact, Issued):
            issued = fact
        else:
            facts = (*facts, fact)
        texts = self.texts if text is None else {**self.texts, fact.rank: text}
        return Dossier(number=self.number, issued=issued, facts=facts, texts=texts)

    def cut_after(self, fact: Issued | LaterFact) -> "Dossier":
        """The dossier as it was when *fact* had just been recorded.

        The issue may come after executions that waited for it: it says how many it saw. One
        recorded at the same instant by another desk saw no issue, nor did the issue see it.
        """
        if isinstance(fact, Issued):
            return replace(self, facts=self.facts[: fact.seen])
        facts = self.facts[: fact.rank]
        was_waiting = isinstance(fact, Executed) and fact.is_waiting
        was_waiting |= self.issued is not None and fact.rank <= self.issued.seen
        return replace(self, issued=None if was_waiting else self.issued, facts=facts)


def identify(number: PrescriptionNumber, execution: Executed) -> str:
    """The identifier of an execution, unique in the base: ``<number>-E<rank>``.

    Source: ours (TLS-32): it needs no chance, so a repeated request gets the same one.
    """
    return f"{number.value}-E{execution.rank}"
