"""Whether the journal holds: every place where what is stored is not what was recorded.

What is stored is added in order, block by block then prescription by prescription, and forgotten
as it goes: only chains and months are remembered, so that a base of any size can be verified.

- Blocks and entries: each block follows the one before it, is the one that others remember, and
  holds the digests of its entries, no more, no less.
- Prescriptions: each entry that names a fact finds it as it was; each fact is named once. An
  entry and the facts it names lie under the same number, so that comparing number by number finds
  a fact smuggled in exactly, where comparing counts would not.

What no later block covers cannot be vouched for: the end of the newest chains. Who keeps their
heads elsewhere (``Verdict.heads``) can have them compared.

Source: TLS-14.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from ordonnance.domain.journal import Block, Entry, Head

BREAKS_LISTED_MAX = 20
RETENTION_MONTHS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where the journal does not hold; *what* says it to an operator, in French.

    *rank* is a block's, *position* that of an entry in it, both from 0; None where it is not
    about a chain, not about one block, not about one entry.
    """

    what: str
    chain: str | None = None
    rank: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was looked at, and what was found.

    *entries* and *facts* count those that are stored, *purged* the entries that blocks remember
    and that went with their month. Of the *break_count* breaks, *breaks* lists the first 20.
    *heads* are those that no chain remembers: kept elsewhere, they cover the whole journal.
    """

    chains: int
    blocks: int
    entries: int
    purged: int
    facts: int
    break_count: int
    breaks: tuple[Break, ...]
    heads: tuple[Head, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.break_count == 0


class HeldEntry(NamedTuple):
    """The digest of an entry as it is stored, and the place it says it has in a block."""

    chain: str
    rank: int
    position: int
    digest: bytes


class FiledEntry(NamedTuple):
    """An entry under the number where it is stored; *entry* is None where it is unreadable."""

    bucket: int
    number: str
    chain: str
    rank: int
    position: int
    at: datetime
    entry: Entry | None

    @property
    def name(self) -> str:
        """The entry as a sentence names it."""
        return name_entry(self.position, self.rank)

    @property
    def is_filed_right(self) -> bool:
        """Whether it lies under the number and the instant that it says."""
        entry = self.entry
        return entry is not None and (self.bucket, self.number, self.at) == (
            entry.number.bucket,
            entry.number.value,
            entry.at,
        )

    def breaks(self, what: str) -> Break:
        """The break that *what* says, at this entry."""
        return Break(what=what, chain=self.chain, rank=self.rank, position=self.position)


class StoredFact(NamedTuple):
    """A fact as it is stored; *digest* is what the journal would remember of it."""

    bucket: int
    number: str
    rank: int
    at: datetime
    operation: str
    digest: str

    def is_told_by(self, entry: Entry) -> bool:
        """Whether it is what *entry* remembers."""
        told = (entry.at, entry.action, entry.document)
        return (self.at, self.operation, self.digest) == told


class Lacks:
    """What is missing: a break, unless its month is past retention and went as a whole.

    Source: TLS-14, TLS-31; CSP, art. R. 4071-1, 2° (five years).
    """

    def __init__(self, on: date) -> None:
        self._on = on
        self._present: set[str] = set()
        self._first: dict[str, Break] = {}
        self.forgiven = 0

    def note_present(self, month: str) -> None:
        """Something of that month is there."""
        self._present.add(month)

    def note_missing(self, month: str, found: Break) -> Iterator[Break]:
        """*found* itself where the month cannot have been purged, else nothing yet."""
        if not is_past_retention(month, self._on):
            yield found
            return
        self.forgiven += 1
        self._first.setdefault(month, found)

    def conclude(self) -> Iterator[Break]:
        """For each month past retention that is partly there, the first break found in it."""
        yield from (found for month, found in self._first.items() if month in self._present)


class Verification:
    """A verification under way: fed in order, then concluded.

    Blocks by chain and rank, then prescriptions by bucket and number. *openings* are the first
    blocks of all chains: they remember heads. *expected* is a head that an auditor kept, *on*
    the day from which retention is counted back.
    """

    def __init__(self, *, on: date, openings: Iterable[Block], expected: Head | None) -> None:
        memories = [(head, f"la chaîne {one.chain}") for one in openings for head in one.heads]
        self._remembered = {head for head, _ in memories}
        if expected is not None:
            memories.append((expected, "l’auditeur"))
        self._memories: dict[tuple[str, int], list[tuple[Head, str]]] = {}
        for head, who in memories:
            self._memories.setdefault((head.chain, head.rank), []).append((head, who))
        self._head: Head | None = None
        self._heads: list[Head] = []
        self._chains = self._blocks = self._entries = self._facts = 0
        self._entry_lacks = Lacks(on)
        self._fact_lacks = Lacks(on)
        self._breaks: list[Break] = []
        self._break_count = 0

    def add_breaks(self, breaks: Iterable[Break]) -> None:
        """Count breaks, and list them while there is room."""
        for found in breaks:
            self._break_count += 1
            if len(self._breaks) < BREAKS_LISTED_MAX:
                self._breaks.append(found)

    def add_block(self, block: Block, held: Sequence[HeldEntry]) -> None:
        """The next block, and the entries stored as being in it."""
        self._blocks += 1
        self._entries += len(held)
        if self._head is not None and self._head.chain != block.chain:
            self._end_chain()
        self.add_breaks(check_link(self._head, block))
        self._head = Head(block.chain, block.rank, block.hash)
        for head, who in self._memories.pop((block.chain, block.rank), ()):
            if head != self._head:
                self.add_breaks([changed_block(head, who)])
        self.add_breaks(check_held(block, held))
        self.add_breaks(self._check_missing(block, held))

    def add_without_block(self, held: Sequence[HeldEntry]) -> None:
        """Entries that say to be in a block that is not there."""
        self._entries += len(held)
        first = held[0]
        what = f"des entrées désignent le bloc {first.rank}, qui n’existe pas"
        self.add_breaks([Break(what=what, chain=first.chain, rank=first.rank)])

    def add_prescription(self, filed: Sequence[FiledEntry], facts: Sequence[StoredFact]) -> None:
        """The entries and the facts stored under one bucket and number."""
        self._facts += len(facts)
        unnamed = {fact.rank: fact for fact in facts}
        month = (filed or facts)[0].number[2:4]
        if filed:
            self._entry_lacks.note_present(month)
        if facts:
            self._fact_lacks.note_present(month)
        for one in filed:
            if one.entry is None:
                self.add_breaks([one.breaks(f"{one.name} est illisible")])
            elif not one.is_filed_right:
                what = f"{one.name} est rangée sous un autre numéro ou un autre instant"
                self.add_breaks([one.breaks(what)])
            elif one.entry.rank is not None:
                fact = unnamed.pop(one.entry.rank, None)
                self.add_breaks(self._check_fact(one, one.entry, fact))
        for fact in unnamed.values():
            what = f"le fait {fact.rank} de l’ordonnance {fact.number} n’a pas d’entrée au journal"
            self.add_breaks(self._entry_lacks.note_missing(month, Break(what=what)))

    def conclude(self) -> Verdict:
        """The verdict, once everything was added."""
        if self._head is not None:
            self._end_chain()
        for memories in self._memories.values():
            self.add_breaks(missing_block(head, who) for head, who in memories)
        self.add_breaks(self._entry_lacks.conclude())
        self.add_breaks(self._fact_lacks.conclude())
        return Verdict(
            chains=self._chains,
            blocks=self._blocks,
            entries=self._entries,
            purged=self._purged,
            facts=self._facts,
            break_count=self._break_count,
            breaks=tuple(self._breaks),
            heads=tuple(self._heads),
        )
