"""The one write path: a set of commands is locked, loaded, decided, written and committed.

Two desks may settle at once. Locks are taken in number order and loading begins once they are
held; facts are numbered, so two decisions on the same past cannot both be written: the loser
settles again, on what the winner left.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ordonnance.domain.answer import Answer, Decision
from ordonnance.domain.command import Command, Correct, Execute, Read, Replace
from ordonnance.domain.days import add_months, day_in_paris
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.executing import WAITING_MAX
from ordonnance.domain.fact import Executed
from ordonnance.domain.identifiers import INS, PrescriptionNumber, first_of_month
from ordonnance.domain.known import Known
from ordonnance.domain.overlap import may_overlap
from ordonnance.domain.product import NOTHING_KNOWN, Referential
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.sight import is_of_same_patient, patients_of
from ordonnance.store.alert import write_count
from ordonnance.store.database import Database, DatabaseLostError, DatabaseRefusedError
from ordonnance.store.dossier import (
    read_dossiers,
    write_key,
    write_keys,
)
from ordonnance.store.journal import SALT_BYTES
from ordonnance.store.seal import Seal
from ordonnance.usecases.chain import Chain
from ordonnance.usecases.search import Inquest, Inquiry, Page
from ordonnance.usecases.writing import Writing, prepare

ATTEMPTS_MAX = 5
RECONNECT_SECONDS_MAX = 5.0
OVERLAP_MONTHS = 6  # no narcotic covers more: 28 days, presented within three months


@dataclass(frozen=True, slots=True)
class Received:
    """A command, the instant at which it was received, and the products as known then."""

    command: Command
    at: datetime
    referential: Referential = NOTHING_KNOWN


Outcome = Answer | Page | Exception


class Settlement:
    """Settles sets of commands on one connection, in one thread.

    *chance* gives that many random bytes: the salts of journal entries. *is_traced* tells of which
    sites, by their AM, traces postes are joined with what is recorded.
    """

    def __init__(
        self,
        database: Database,
        seal: Seal,
        chance: Callable[[int], bytes],
        *,
        is_traced: Callable[[str], bool] = lambda _am: True,
        reconnect_seconds_max: float = RECONNECT_SECONDS_MAX,
    ) -> None:
        self._database = database
        self._seal = seal
        self._chance = chance
        self._is_traced = is_traced
        self._reconnect_seconds_max = reconnect_seconds_max
        self._chain: Chain | None = None

    def settle(self, received: Sequence[Received | Inquiry]) -> list[Outcome]:
        """The outcome of each command, in their order: an answer, or the exception to raise.

        An answer means committed. A refusal, or a failure, concerns its command alone. Where the
        database is lost everything is settled again once it is back: a commit may have happened,
        the keys then find what it left. If it does not come back in time, the answer is BUSY:
        the sender comes again with the same key.

        Source: TLS-16.
        """
        try:
            return self._settle_or_split(received)
        except DatabaseLostError:
            try:
                self._reconnect()
                return self._settle_or_split(received)
            except DatabaseLostError:
                return [Refusal(Reasons.BUSY) for _ in received]

    def check(self) -> None:
        """Nothing, if the database answers; connects again if it was lost.

        Raises:
            DatabaseLostError: it does not.
        """
        try:
            with self._database.transaction():
                self._database.fetch("ping")
        except DatabaseLostError:
            self._reconnect()

    def _settle_or_split(self, received: Sequence[Received | Inquiry]) -> list[Outcome]:
        """Settle the set; where it fails, one by one, so that who is at fault fails alone.

        Raises:
            DatabaseLostError: it is not known what was committed.
        """
        try:
            return self._settle_set(received)
        except DatabaseLostError:
            raise
        except Exception:  # noqa: BLE001 - it rises again for the command that is at fault
            return [self._settle_alone(one) for one in received]

    def _settle_alone(self, one: Received | Inquiry) -> Outcome:
        """Settle one command whose set failed.

        Another desk may have come first: then the next attempt sees what it left. So may a
        commit of ours that the loss of the connection had cut off from us: its block is then in
        the chain, and the chain is read again.
        """
        outcome: Outcome = Refusal(Reasons.BUSY)
        for _ in range(ATTEMPTS_MAX):
            try:
                return self._settle_set([one])[0]
            except DatabaseLostError:
                raise
            except DatabaseRefusedError as error:
                outcome = error
                self._reload_chain()
            except Exception as error:  # noqa: BLE001 - this command's own, given back to it
                return error
        return outcome

    def _reconnect(self) -> None:
        self._database.reconnect(within_seconds=self._reconnect_seconds_max)
        self._reload_chain()

    def _reload_chain(self) -> None:
        self._chain = None if self._chain is None else self._chain.reload(self._database)

    def _settle_set(self, received: Sequence[Received | Inquiry]) -> list[Outcome]:
        chain = self._chain or Chain.open(self._database, at=received[0].at, chance=self._chance)
        self._chain = chain
        with self._database.transaction():
            inquest = Inquest(self._database, self._seal)
            pages = [inquest.answer(one) for one in received if isinstance(one, Inquiry)]
            asked = [one for one in received if isinstance(one, Received)]
            dossiers = self._load([one.command for one in asked])
            others = self._load_others(asked, dossiers)
            waiting = self._count_waiting(asked, dossiers)
            outcomes, decisions = decide_all(asked, dossiers, others, waiting)
            writing = prepare(decisions, dossiers, self._seal, is_traced=self._is_traced)
            writing.entries.extend(inquest.entries)
            chain = chain.add(
                writing.entries,
                self._chance(SALT_BYTES * len(writing.entries)),
                at=received[-1].at,
                seal=self._seal,
            )
            self._write(writing, chain)
        self._chain = chain
        return outcomes if not pages else list(merge(received, outcomes, pages))

    def _load(self, commands: Sequence[Command]) -> dict[PrescriptionNumber, Dossier]:
        """Lock the numbers that may be written to, then load what is known of all of them."""
        wanted: dict[PrescriptionNumber, bool] = {}
        for command in commands:
            is_whole = isinstance(command, Read) and command.whole
            wanted[command.number] = wanted.get(command.number, False) or is_whole
            if isinstance(command, Replace):
                wanted.setdefault(command.prescription.number, False)
        numbers = {number: wanted[number] for number in sorted(wanted, key=lambda n: n.value)}
        written = {command.number for command in commands if not isinstance(command, Read)}
        written |= {one.prescription.number for one in commands if isinstance(one, Replace)}
        keys = write_keys(numbers)
        _, prescriptions, facts = self._database.fetch_sets(
            [
                ("lock_prescriptions", [write_key(n) for n in numbers if n in written]),
                ("load_prescriptions", keys),
                ("load_facts", keys),
            ]
        )
        return read_dossiers(numbers, prescriptions, facts, self._seal)

    def _load_others(
        self, received: Sequence[Received], dossiers: dict[PrescriptionNumber, Dossier]
    ) -> Mapping[INS, Sequence[PrescriptionNumber]]:
        """The patients' other numbers where a treatment may not overlap; loads their dossiers.

        They are not locked: two pharmacies that deliver two ordonnances of one patient in the
        same instant do not see each other, and the overlap shows at the next delivery.

        An anonymous prescription is held against no other.

        Source: MED-16, TLS-57.
        """
        others: dict[INS, Sequence[PrescriptionNumber]] = {}
        for one in received:
            dossier = dossiers[one.command.number]
            prescription = dossier.prescription
            if prescription is None or not isinstance(one.command, Execute | Correct):
                continue
            if prescription.is_anonymous:
                continue
            patients = [ins for ins in patients_of(dossier) if ins not in others]
            if patients and may_overlap(prescription, one.command, one.referential):
                others |= {patient: self._list_recent(patient, one.at) for patient in patients}
        missing = {n: False for numbers in others.values() for n in numbers if n not in dossiers}
        if missing:
            keys = write_keys(missing)
            prescriptions, facts = self._database.fetch_sets(
                [("load_prescriptions", keys), ("load_facts", keys)]
            )
            dossiers |= read_dossiers(missing, prescriptions, facts, self._seal)
        return others

    def _list_recent(self, patient: INS, at: datetime) -> Sequence[PrescriptionNumber]:
        """The numbers of *patient*'s prescriptions of the last months, the latest last."""
        oldest = add_months(day_in_paris(at), -OVERLAP_MONTHS)
        rows = self._database.fetch(
            "list_recent",
            {"patient_key": self._seal.patient_key(patient), "oldest": first_of_month(oldest)},
        )
        return [PrescriptionNumber(number) for (number,) in rows]

    def _count_waiting(
        self, received: Sequence[Received], dossiers: Mapping[PrescriptionNumber, Dossier]
    ) -> Counter[str]:
        """How many executions of each sender wait, where a deferred one might be one more.

        They are not locked: two desks in the same instant may let a few more in.

        Source: TLS-64.
        """
        waiting: Counter[str] = Counter()
        for one in received:
            command = one.command
            if not isinstance(command, Execute) or dossiers[command.number].issued is not None:
                continue
            sender = command.actor.sender
            if sender not in waiting and any(act.deferred for act in command.acts):
                values = write_count(sender, at=one.at, size=WAITING_MAX)
                [(count,)] = self._database.fetch("count_waiting", values)
                waiting[sender] = count
        return waiting

    def _write(self, writing: Writing, chain: Chain) -> None:
        self._database.write_sets(
            [
                ("write_prescriptions", writing.prescriptions),
                ("write_patients", writing.patients),
                ("write_facts", writing.facts),
                ("write_commands", writing.commands),
                ("end_waiting", writing.awaited),
                ("write_alerts", writing.alerts),
                ("end_alerts", writing.ended),
                ("list_alerts_under", writing.listed),
                ("write_entries", chain.entry_rows),
                ("write_blocks", chain.block_rows),
            ]
        )


def decide_all(
    received: Sequence[Received],
    dossiers: dict[PrescriptionNumber, Dossier],
    others: Mapping[INS, Sequence[PrescriptionNumber]],
    waiting: Counter[str],
) -> tuple[list[Outcome], list[Decision]]:
    """Decide each command in order of arrival, on the dossier as those before it left it.

    *dossiers* and *waiting* are brought up to date on the way. *others* names, by patient, the
    dossiers among them that a treatment may not overlap; *waiting* counts, by sender, the
    executions that wait for their prescription.
    """
    outcomes: list[Outcome] = []
    decisions: list[Decision] = []
    for one in received:
        number = one.command.number
        along = list_along(dossiers[number], dossiers, others)
        successor = None
        if isinstance(one.command, Replace):
            successor = dossiers[one.command.prescription.number]
        known = Known(
            referential=one.referential,
            others=along,
            successor=successor,
            waiting=waiting[one.command.actor.sender] if waiting else 0,
        )
        try:
            decision = decide(dossiers[number], one.command, one.at, known)
        except Exception as problem:  # noqa: BLE001 - a poisoned command must not fail its neighbours
            outcomes.append(problem)
            continue
        outcomes.append(decision.answer)
        for written in (decision, decision.also):
            if written is not None:
                decisions.append(written)
                bring_up_to_date(dossiers, waiting, written)
    return outcomes, decisions


def bring_up_to_date(
    dossiers: dict[PrescriptionNumber, Dossier], waiting: Counter[str], written: Decision
) -> None:
    """Add to *dossiers*, and to what is *waiting*, the fact that *written* leaves."""
    fact, after = written.fact, written.answer.dossier
    if fact is None:
        return
    if after.is_veiled:  # the answer hides some of what there is
        after = dossiers[after.number].add(fact, written.text)
    dossiers[after.number] = after
    if isinstance(fact, Executed) and fact.is_waiting:
        waiting[fact.by.sender] += 1


def list_along(
    dossier: Dossier,
    dossiers: Mapping[PrescriptionNumber, Dossier],
    others: Mapping[INS, Sequence[PrescriptionNumber]],
) -> list[Dossier]:
    """The other dossiers of the patient of *dossier*, of those that *others* names by patient.

    Under every INS that is theirs; what was found by one that no longer is, is not theirs.

    Source: MED-16, TLS-58.
    """
    if not others:
        return []
    numbers = {number: None for ins in patients_of(dossier) for number in others.get(ins, ())}
    found = [dossiers[number] for number in numbers]
    return [other for other in found if is_of_same_patient(dossier, other)]


def merge(
    received: Sequence[Received | Inquiry],
    outcomes: Sequence[Outcome],
    pages: Sequence[Page | Exception],
) -> Iterator[Outcome]:
    """The outcomes of commands and the pages of questions, in the order they were received."""
    commands, questions = iter(outcomes), iter(pages)
    for one in received:
        yield next(questions) if isinstance(one, Inquiry) else next(commands)
