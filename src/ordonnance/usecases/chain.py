"""A chain of journal blocks: opened by a process, one block a settled set.

Two settlements never share a chain, so blocks need no lock: the head is known in memory, and the
key (chain, rank) keeps an impostor out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ordonnance.domain.journal import GENESIS, Block, Entry, Head, follow
from ordonnance.domain.purge import RECORD_MARK, PurgeRecord
from ordonnance.store.database import Database, Values
from ordonnance.store.journal import bucket_of_chain, read_block, write_block, write_entries
from ordonnance.store.purge import place_record, write_record
from ordonnance.store.seal import Seal

NAME_BYTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain and its head; the rows are those of the block just added."""

    name: str
    head: Head
    entry_rows: Sequence[Values] = field(default=(), repr=False)
    block_rows: Sequence[Values] = field(default=(), repr=False)

    @classmethod
    def open(cls, database: Database, *, at: datetime, chance: Callable[[int], bytes]) -> "Chain":
        """A new chain, its first block written: it remembers where the other chains end.

        Only heads that no other first block remembers are listed: each chain's last block is
        thus remembered at least once, and a chain cut short or missing shows.
        """
        name = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{chance(NAME_BYTES).hex()}"
        with database.transaction():
            openings = [read_block(row) for row in database.fetch("list_openings")]
            remembered = {head for opening in openings for head in opening.heads}
            heads = (load_head(database, opening.chain) for opening in openings)
            first = Block(
                chain=name,
                rank=0,
                previous=GENESIS,
                at=at.astimezone(UTC),
                digests=b"",
                months="",
                heads=tuple(sorted(head for head in heads if head and head not in remembered)),
            )
            database.write_sets([("write_blocks", [write_block(first)])])
        return cls(name=name, head=Head(name, 0, first.hash))

    def add(self, entries: Sequence[Entry], salts: bytes, *, at: datetime, seal: Seal) -> "Chain":
        """The chain with one more block that holds *entries*; itself, where there are none."""
        if not entries:
            return replace(self, entry_rows=(), block_rows=())
        rows, digests = write_entries(entries, salts, seal)
        longer = self._extend(digests, at=at)
        place = {"chain": longer.name, "rank": longer.head.rank}
        for row in rows:
            row.update(place)
        return replace(longer, entry_rows=rows)

    def add_record(self, record: PurgeRecord, *, at: datetime) -> tuple["Chain", Values]:
        """The chain with one more block that holds a record alone, and the record's row.

        Source: TLS-70.
        """
        row, digest = write_record(record)
        longer = self._extend([(digest, RECORD_MARK)], at=at)
        return longer, place_record(row, longer.name, longer.head.rank)

    def add_digests(self, digests: Sequence[bytes], *, at: datetime) -> "Chain":
        """The chain with one more block that holds what has these digests: no month excuses it.

        Source: PRE-43.
        """
        return self._extend([(digest, RECORD_MARK) for digest in digests], at=at)

    def _extend(self, digests: Sequence[tuple[bytes, str]], *, at: datetime) -> "Chain":
        block = follow(self.head, at=at.astimezone(UTC), digests=digests, chain=self.name)
        head = Head(self.name, block.rank, block.hash)
        return replace(self, head=head, entry_rows=(), block_rows=(write_block(block),))

    def reload(self, database: Database) -> "Chain | None":
        """The chain as the database knows it, after a commit whose outcome was unknown.

        None where it knows it no more: another server took over without its last commits.
        """
        with database.transaction():
            head = load_head(database, self.name)
        return None if head is None else replace(self, head=head)


def load_head(database: Database, chain: str) -> Head | None:
    """The last block of *chain*; None if it has none."""
    rows = database.fetch("load_last_block", {"bucket": bucket_of_chain(chain), "chain": chain})
    blocks = [read_block(row) for row in rows]
    return Head(chain, blocks[0].rank, blocks[0].hash) if blocks else None
