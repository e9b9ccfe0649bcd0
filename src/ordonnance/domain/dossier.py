"""All that is known of one prescription: what was prescribed, and the facts since.

Facts are append-only and numbered by *rank*: the issue is 0, what came since counts from 1.
States are derived from them (``rights``), never stored alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.command import Writing
from ordonnance.domain.fact import (
    OF_EXECUTORS,
    Cancelled,
    Corrected,
    Executed,
    Identified,
    Issued,
    LaterFact,
    Objected,
    Replaced,
    Undone,
)
from ordonnance.domain.identifiers import INS, PrescriptionNumber
from ordonnance.domain.prescription import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One prescription and its facts, in order of rank.

    *issued* is None while the prescription is not known yet (executions may wait for it).
    *texts* gives, by rank, the JSON array of the resources as they came in, where loaded.
    *hidden* counts the facts that this view of the dossier does not show (``seen_by``);
    *is_veiled*: it may hide some, whether there were any or not.
    """

    number: PrescriptionNumber
    issued: Issued | None = None
    facts: tuple[LaterFact, ...] = ()
    texts: Mapping[int, bytes] = field(default_factory=dict)
    hidden: int = 0
    is_veiled: bool = False

    @property
    def prescription(self) -> Prescription | None:
        """What was prescribed; None while it is not known yet."""
        return None if self.issued is None else self.issued.prescription

    @property
    def patient(self) -> INS | None:
        """The patient's INS in force: as it was written, or as it was corrected since.

        None while the prescription is not known yet. ``sight`` says which others still match.

        Source: TLS-58.
        """
        for fact in reversed(self.facts):
            if isinstance(fact, Identified):
                return fact.patient
        return None if self.issued is None else self.issued.prescription.patient

    @property
    def executions(self) -> tuple[Executed, ...]:
        """The executions that stand: recorded, and not taken back since.

        One that was corrected is as its last correction says, at its own rank.
        """
        if not self.facts:
            return ()
        executed = [fact for fact in self.facts if isinstance(fact, Executed)]
        if len(executed) == len(self.facts):
            return tuple(executed)
        undone = {fact.execution for fact in self.facts if isinstance(fact, Undone)}
        said_anew = self._corrections
        return tuple(
            [
                restate(fact, said_anew.get(fact.rank))
                for fact in executed
                if fact.rank not in undone
            ]
        )

    @property
    def _corrections(self) -> dict[int, Corrected]:
        """The last correction of each execution, by its rank."""
        return {fact.execution: fact for fact in self.facts if isinstance(fact, Corrected)}

    def text_of(self, execution: Executed) -> bytes:
        """The JSON array of the resources that say what *execution* was, where loaded."""
        correction = self._corrections.get(execution.rank)
        rank = execution.rank if correction is None else correction.rank
        return self.texts.get(rank, b"[]")

    def without(self, rank: int) -> "Dossier":
        """The dossier as if the execution of that *rank* had not been recorded.

        Its ranks are no longer those of the base: it is to be looked at, not written to.
        """
        facts = [
            fact
            for fact in self.facts
            if fact.rank != rank
            and not (isinstance(fact, Undone | Corrected) and fact.execution == rank)
        ]
        return replace(self, facts=tuple(facts))

    @property
    def next_rank(self) -> int:
        """The rank of the next fact, whatever this view shows."""
        return len(self.facts) + self.hidden + 1

    @property
    def is_objected(self) -> bool:
        """Whether the patient objects to the prescriber's seeing what was executed."""
        for fact in reversed(self.facts):
            if isinstance(fact, Objected):
                return fact.objects
        return self.issued is not None and self.issued.prescription.is_objected

    def seen_by(self, actor: Actor) -> "Dossier":
        """The dossier as *actor* may see it: all they are told is computed from it.

        A prescriber sees none of what executors did while the patient objects, nor what the issue
        found of it: the view is the one they would have had if nobody had executed anything.

        Source: TLS-56; CSP, art. R. 4071-3 and following.
        """
        known = self._without_anonymous_successor(actor) if self.facts else self
        if actor.role is not Role.PRESCRIBER or not self.is_objected:
            return known
        facts = tuple([fact for fact in known.facts if not isinstance(fact, OF_EXECUTORS)])
        shown = {0, *(fact.rank for fact in facts)}
        return replace(
            known,
            issued=None if self.issued is None else replace(self.issued, seen=0, alerts=()),
            facts=facts,
            texts={rank: text for rank, text in self.texts.items() if rank in shown},
            hidden=self.hidden + len(self.facts) - len(facts),
            is_veiled=True,
        )

    def _without_anonymous_successor(self, actor: Actor) -> "Dossier":
        """The dossier, cancelled rather than replaced where the successor is an anonymous one.

        But for who issued both: to name it would tell that it exists, and whose it is. Who
        executes it is handed its number by the patient.

        Source: TLS-57; ours.
        """
        replacement, issued = self.replacement, self.issued
        if replacement is None or not replacement.is_anonymous or issued is None:
            return self
        is_prescriber = actor.role is Role.PRESCRIBER
        if issued.prescription.is_anonymous or (
            is_prescriber and actor.rpps == issued.prescription.prescriber
        ):
            return self
        cancelled = Cancelled(
            rank=replacement.rank,
            at=replacement.at,
            by=replacement.by,
            key=replacement.key,
            digest=replacement.digest,
            reason="",
        )
        facts = [cancelled if fact is replacement else fact for fact in self.facts]
        return replace(self, facts=tuple(facts))

    @property
    def cancellation(self) -> Cancelled | None:
        """The cancellation, if there was one."""
        for fact in self.facts:
            if isinstance(fact, Cancelled):
                return fact
        return None

    @property
    def replacement(self) -> Replaced | None:
        """The replacement by another prescription, if there was one."""
        for fact in self.facts:
            if isinstance(fact, Replaced):
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
        return Dossier(  # not by ``replace``, which takes thrice as long
            number=self.number,
            issued=issued,
            facts=facts,
            texts=self.texts if text is None else {**self.texts, fact.rank: text},
            hidden=self.hidden,
            is_veiled=self.is_veiled,
        )

    def cut_after(self, fact: Issued | LaterFact) -> "Dossier":
        """The dossier as it was when *fact* had just been recorded.

        The issue may come after executions that waited for it: it says how many it saw. One
        recorded at the same instant by another desk saw no issue, nor did the issue see it.
        """
        if isinstance(fact, Issued):
            return self._cut(fact.seen, self.issued)
        was_waiting = isinstance(fact, Executed | Corrected) and fact.is_waiting
        was_waiting |= self.issued is not None and fact.rank <= self.issued.seen
        return self._cut(fact.rank, None if was_waiting else self.issued)

    def _cut(self, rank: int, issued: Issued | None) -> "Dossier":
        """The dossier with its facts up to *rank*, and *issued*."""
        facts = tuple([fact for fact in self.facts if fact.rank <= rank])
        return replace(self, issued=issued, facts=facts)


def restate(execution: Executed, correction: Corrected | None) -> Executed:
    """*execution* as *correction* says it anew, at the same rank; itself, without any.

    Source: TLS-51.
    """
    if correction is None:
        return execution
    return Executed(
        rank=execution.rank,
        at=correction.at,
        by=correction.by,
        key=correction.key,
        digest=correction.digest,
        acts=correction.acts,
        caveats=correction.caveats,
        alerts=correction.alerts,
        referential=correction.referential,
    )


def identify(number: PrescriptionNumber, execution: Executed) -> str:
    """The identifier of an execution, unique in the base: ``<number>-E<rank>``.

    Source: ours (TLS-32): it needs no chance, so a repeated request gets the same one.
    """
    return f"{number.value}-E{execution.rank}"
