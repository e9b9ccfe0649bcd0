"""Whether the journal holds: every place where what is stored is not what was recorded.

What is stored is added in order, block by block, then prescription by prescription, and forgotten
as it goes: only chains and months are remembered, so that a base of any size can be verified.

- Blocks: each follows the one before it, is the one that others remember, and holds the digests
  of its entries, no more, no less.
- Prescriptions: each entry that names a fact finds it as it was, and each fact is named once. An
  entry and its fact lie under the same number: comparing number by number finds a fact smuggled
  in and says which, where comparing counts would miss it as soon as another was taken out.

- Préséries: each event is in its block, as entries are.
- Purges: each record is in its block; what lacks of a month past retention is excused where the
  records say that it was purged, and as many entries went as they say.

What no later block covers cannot be vouched for: the end of the newest chains. Who keeps their
heads elsewhere (``Verdict.heads``) can have them compared.

Source: TLS-14, TLS-70, PRE-43.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.journal import (
    DIGEST_BYTES,
    GENESIS,
    MONTH_CHARACTERS,
    Block,
    FiledEntry,
    Head,
    HeldEntry,
    StoredFact,
    UnreadableBlock,
    is_past_retention,
)
from ordonnance.domain.purge import HeldRecord, MonthPurge, fold, name_of

BREAKS_LISTED_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where the journal does not hold; *what* says it to an operator, in French.

    *rank* is a block's and *position* that of an entry in it, both from 0; each is None where
    the break is not about one chain, one block, one entry.
    """

    what: str
    chain: str | None = None
    rank: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was looked at, and what was found.

    *entries*, *facts* and *events* (of préséries) count those stored, *purged* the entries that
    blocks remember and that went with their month. Of the *break_count* breaks, *breaks* lists
    the first 20. *heads* are those that no chain remembers, by name of chain: kept elsewhere, they
    cover the whole journal.
    *purges* are the months that went, or are going, the oldest first.
    """

    chains: int
    blocks: int
    entries: int
    purged: int
    facts: int
    events: int
    break_count: int
    breaks: tuple[Break, ...]
    heads: tuple[Head, ...]
    purges: tuple[MonthPurge, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.break_count == 0


class Verification:
    """A verification under way: fed with blocks by chain and rank, then with prescriptions.

    *openings* are the first blocks of all chains: they remember heads. *records* are those of
    purges, fed with their blocks like entries. *expected* is a head that an auditor kept; *on* the
    day from which retention is counted back.
    """

    def __init__(
        self,
        *,
        on: date,
        openings: Iterable[Block],
        records: Sequence[HeldRecord],
        expected: Head | None,
    ) -> None:
        memories = [(head, f"la chaîne {one.chain}") for one in openings for head in one.heads]
        self._remembered = {head for head, _ in memories}
        if expected is not None:
            memories.append((expected, "l’auditeur"))
        self._memories: dict[tuple[str, int], list[tuple[Head, str]]] = {}
        for head, who in memories:
            self._memories.setdefault((head.chain, head.rank), []).append((head, who))
        self._head: Head | None = None
        self._heads: list[Head] = []
        self._chains = self._blocks = self._entries = self._purged = self._facts = 0
        self._breaks: list[Break] = []
        self._break_count = 0
        self._record_count = len(records)
        self._events = 0
        self.add_breaks(*(found for one in records for found in check_record(one)))
        self._purges = fold(one.record for one in records if one.record is not None)
        self._missing_entries = Missing(on, "les entrées", self._purges)
        self._missing_facts = Missing(on, "les faits", self._purges)

    def add_breaks(self, *breaks: Break) -> None:
        """Count breaks, and list them while there is room."""
        self._break_count += len(breaks)
        self._breaks.extend(breaks[: BREAKS_LISTED_MAX - len(self._breaks)])

    def note_event(self, held: HeldEntry) -> HeldEntry:
        """*held*, an event of a présérie, counted as such: blocks hold it as they hold entries.

        Source: PRE-43.
        """
        self._events += 1
        return held

    def add_block(self, block: Block, held: Sequence[HeldEntry]) -> None:
        """The next block, and the entries, or the record, that say they are in it."""
        self._blocks += 1
        self._entries += len(held)
        if self._head is not None and self._head.chain != block.chain:
            self._end_chain(self._head)
        self.add_breaks(*check_link(self._head, block))
        self._head = Head(block.chain, block.rank, block.hash)
        for head, who in self._memories.pop((block.chain, block.rank), ()):
            if head != self._head:
                self.add_breaks(changed_block(head, who))
        self.add_breaks(*check_held(block, held))
        for position in sorted(set(range(block.count)) - {entry.position for entry in held}):
            found = at_entry(block.chain, block.rank, position, "manque")
            self._purged += self._lack(self._missing_entries, block.month_at(position), found)

    def add_unreadable(self, block: UnreadableBlock, held: Sequence[HeldEntry]) -> None:
        """The next block, of which nothing can be read: the one after it will miss it."""
        self._blocks += 1
        self._entries += len(held)
        what = f"le bloc {block.rank} est illisible"
        self.add_breaks(Break(what=what, chain=block.chain, rank=block.rank))

    def add_without_block(self, held: Sequence[HeldEntry]) -> None:
        """Entries that say they are in a block that does not exist."""
        self._entries += len(held)
        chain, rank = held[0].chain, held[0].rank
        what = f"des entrées désignent le bloc {rank}, qui n’existe pas"
        self.add_breaks(Break(what=what, chain=chain, rank=rank))

    def add_prescription(self, filed: Sequence[FiledEntry], facts: Sequence[StoredFact]) -> None:
        """The entries and the facts stored under the same bucket and number."""
        self._facts += len(facts)
        month = (filed[0].number if filed else facts[0].number)[2:4]
        if filed:
            self._missing_entries.note_present(month)
        if facts:
            self._missing_facts.note_present(month)
        stored = {fact.rank: fact for fact in facts}
        unnamed = dict(stored)
        for one in filed:
            if not one.is_filed_right:
                self.add_breaks(say_misfiled(one))
            elif one.fact_rank is not None and one.fact_rank not in stored:
                self._lack(self._missing_facts, month, say_fact_of(one, "manque"))
            elif one.fact_rank is not None:
                fact = unnamed.pop(one.fact_rank, None)
                self.add_breaks(*check_fact(one, fact))
        for fact in unnamed.values():
            what = f"le fait {fact.rank} de l’ordonnance {fact.number} n’a pas d’entrée au journal"
            self._lack(self._missing_entries, month, Break(what=what))

    def end_blocks(self) -> None:
        """Every block was added: what is remembered and was not seen is missing."""
        if self._head is not None:
            self._end_chain(self._head)
        for memories in self._memories.values():
            self.add_breaks(*(missing_block(head, who) for head, who in memories))

    def conclude(self) -> Verdict:
        """The verdict, once everything was added."""
        self.add_breaks(*self._missing_entries.conclude(), *self._missing_facts.conclude())
        entries, facts = self._missing_entries, self._missing_facts
        for purge in self._purges.values():
            found = check_purge(
                purge,
                is_there=entries.is_present(purge.month) or facts.is_present(purge.month),
                gone_count=entries.count(purge.month),
            )
            self.add_breaks(*found)
        return Verdict(
            chains=self._chains,
            blocks=self._blocks,
            entries=self._entries - self._record_count - self._events,
            purged=self._purged,
            facts=self._facts,
            events=self._events,
            break_count=self._break_count,
            breaks=tuple(self._breaks),
            heads=tuple(self._heads),
            purges=tuple(self._purges.values()),
        )

    def _end_chain(self, head: Head) -> None:
        self._chains += 1
        if head not in self._remembered:
            self._heads.append(head)
        self._head = None

    def _lack(self, missing: "Missing", month: str, found: Break) -> bool:
        """Whether *found* is excused for now; it counts as a break where it is not."""
        is_excused = missing.may_excuse(month, found)
        if not is_excused:
            self.add_breaks(found)
        return is_excused


class Missing:
    """What is missing of months past retention: excused where their purge is recorded.

    Source: TLS-14, TLS-15, TLS-70; CSP, art. R. 4071-1, 2° (five years).
    """

    def __init__(self, on: date, what: str, purges: Mapping[str, MonthPurge]) -> None:
        self._on = on
        self._what = what
        self._purges = purges
        self._present: set[str] = set()
        self._first: dict[str, Break] = {}
        self._counts: dict[str, int] = {}

    def note_present(self, month: str) -> None:
        """Something of that month is there."""
        self._present.add(month)

    def is_present(self, month: str) -> bool:
        """Whether something of that month is there."""
        return month in self._present

    def count(self, month: str) -> int:
        """How much of that month lacks, and is past retention."""
        return self._counts.get(month, 0)

    def may_excuse(self, month: str, found: Break) -> bool:
        """Whether the month may have been purged; *found* then waits for the conclusion."""
        if not is_past_retention(month, self._on):
            return False
        self._first.setdefault(month, found)
        self._counts[month] = self.count(month) + 1
        return True

    def conclude(self) -> Iterator[Break]:
        """For each month of which something went and no purge: what lacks first, or all of it."""
        for month, found in self._first.items():
            if month in self._purges:
                continue
            if month in self._present:
                yield found
            else:
                what = f"{self._what} de {name_of(month)} manquent, sans purge au journal"
                yield Break(what=what)


def check_record(one: HeldRecord) -> Iterator[Break]:
    """What is wrong of the record of a purge, whatever holds it."""
    record = one.record
    if record is None:
        what = f"la purge inscrite au bloc {one.rank} est illisible"
        yield Break(what=what, chain=one.chain, rank=one.rank)
    elif not is_past_retention(record.month, day_in_paris(record.at)):
        what = f"la purge de {name_of(record.month)} est datée d’avant la fin des cinq ans"
        yield Break(what=what, chain=one.chain, rank=one.rank)


def check_purge(purge: MonthPurge, *, is_there: bool, gone_count: int) -> Iterator[Break]:
    """What is wrong of a month whose purge has ended: it is there, or its count is not right.

    *gone_count*: how many entries the blocks remember of it that are no more.
    """
    if purge.ended_at is None:
        return
    told = purge.counts.get("journal_entry", 0)
    if is_there:
        yield Break(what=f"{purge.name} a été purgé, et il en reste : relancez la purge")
    elif told != gone_count:
        what = f"la purge de {purge.name} dit {told} entrées, les blocs en retiennent {gone_count}"
        yield Break(what=what)


def check_link(head: Head | None, block: Block) -> Iterator[Break]:
    """What is wrong between a block and the *head* before it in its chain (None: it is first)."""
    due = 0 if head is None else head.rank + 1
    if block.rank > due:
        last = block.rank - 1
        what = f"le bloc {due} manque" if due == last else f"les blocs {due} à {last} manquent"
        yield Break(what=what, chain=block.chain, rank=due)
    elif block.rank < due:
        what = f"le bloc {block.rank} n’a pas sa place dans la chaîne"
        yield Break(what=what, chain=block.chain, rank=block.rank)
    elif head is not None and block.previous != head.hash:
        yield changed_block(head, f"le bloc {block.rank}")
    elif head is None and block.previous != GENESIS:
        what = f"le bloc {block.rank} a été modifié : il commence la chaîne et en suit un autre"
        yield Break(what=what, chain=block.chain, rank=block.rank)
    sizes = (block.count * DIGEST_BYTES, block.count * MONTH_CHARACTERS)
    if sizes != (len(block.digests), len(block.months)):
        what = f"le bloc {block.rank} a été modifié : ses empreintes et ses mois ne concordent pas"
        yield Break(what=what, chain=block.chain, rank=block.rank)


def check_held(block: Block, held: Iterable[HeldEntry]) -> Iterator[Break]:
    """What is wrong of the entries that say they are in a block, whatever is missing."""
    right: set[int] = set()
    wrong: list[HeldEntry] = []
    for entry in held:
        if entry.position not in right and entry.digest == block.digest_at(entry.position):
            right.add(entry.position)
        else:
            wrong.append(entry)
    for entry in wrong:
        is_extra = entry.position in right or block.digest_at(entry.position) is None
        what = "a été ajoutée" if is_extra else "a été modifiée"
        yield at_entry(block.chain, block.rank, entry.position, what)


def check_fact(one: FiledEntry, fact: StoredFact | None) -> Iterator[Break]:
    """What is wrong of the fact that an entry names; None: another entry named it before."""
    if fact is None:
        yield say_fact_of(one, "est déjà nommé par une autre")
    elif one.entry is None or not fact.is_told_by(one.entry):
        yield say_fact_of(one, "a été modifié")


def say_misfiled(one: FiledEntry) -> Break:
    """The break of an entry that is unreadable, or is not where it says."""
    misfiled = "est rangée sous un autre numéro ou un autre instant que les siens"
    what = "est illisible" if one.entry is None else misfiled
    return at_entry(one.chain, one.rank, one.position, what)


def say_fact_of(one: FiledEntry, what: str) -> Break:
    """The break that *what* says of the fact named by an entry."""
    sentence = f"le fait nommé par l’entrée {one.position} du bloc {one.rank} {what}"
    return Break(what=sentence, chain=one.chain, rank=one.rank, position=one.position)


def at_entry(chain: str, rank: int, position: int, what: str) -> Break:
    """The break that *what* says of an entry."""
    sentence = f"l’entrée {position} du bloc {rank} {what}"
    return Break(what=sentence, chain=chain, rank=rank, position=position)


def changed_block(head: Head, who: str) -> Break:
    """The break of a block that is not the one remembered."""
    what = f"le bloc {head.rank} n’est plus celui dont {who} garde l’empreinte"
    return Break(what=what, chain=head.chain, rank=head.rank)


def missing_block(head: Head, who: str) -> Break:
    """The break of a block that is remembered and does not exist."""
    what = f"le bloc {head.rank}, dont {who} garde l’empreinte, manque"
    return Break(what=what, chain=head.chain, rank=head.rank)
