"""The journal verified as a whole, on one snapshot, while the service goes on writing.

The base is read in two ordered passes, each a merge of streams: nothing is held in memory but one
block, or one prescription, at a time. Entries are read twice, in the order of blocks and in that
of numbers: reading facts as entries name them would cost a search in the base for each.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from heapq import merge
from itertools import groupby

from ordonnance.domain.journal import (
    Block,
    FiledEntry,
    Head,
    HeldEntry,
    StoredFact,
    UnreadableBlock,
)
from ordonnance.domain.purge import HeldRecord
from ordonnance.domain.verification import Verdict, Verification
from ordonnance.store.database import Database, Row
from ordonnance.store.journal import read_any_block, read_filed, read_held, read_stored
from ordonnance.store.preserie import read_place
from ordonnance.store.purge import read_record
from ordonnance.store.seal import Seal

PROGRESS_ROWS = 1000
EVENTS = "stream_preserie_events"


def verify(
    database: Database,
    seal: Seal,
    *,
    on: date,
    progress: Callable[[int], None] | None = None,
    expected: Head | None = None,
) -> Verdict:
    """Whether the journal, and the facts it tells of, are as they were recorded.

    *on* is today in Paris: months that are past retention that day may be gone. *progress* is
    told every thousand rows how many were read so far; each entry is read twice. *expected* is a
    head that an auditor kept, for what no later block covers. A purge under way waits.

    Source: TLS-14.
    """
    reading = _Reading(database, progress)
    with database.snapshot():
        database.execute("hold_tables", {})
        # In memory, unlike the rest: a process start opens one chain, and a month is purged once.
        firsts = [read_any_block(row) for row in database.fetch("list_openings")]
        openings = [block for block in firsts if isinstance(block, Block)]
        records = [read_record(row) for row in database.fetch("list_purges")]
        verification = Verification(on=on, openings=openings, records=records, expected=expected)
        reading.add_blocks(verification, records)
        reading.add_prescriptions(verification, seal)
    return verification.conclude()


class _Reading:
    """The base read in order, each row counted."""

    def __init__(self, database: Database, progress: Callable[[int], None] | None) -> None:
        self._database = database
        self._progress = progress
        self._count = 0

    def add_blocks(self, verification: Verification, records: Sequence[HeldRecord]) -> None:
        """Feed every block with the entries, the record or the events that say they are in it."""
        blocks = map(read_any_block, self._stream("stream_blocks"))
        entries = map(read_held, self._stream("stream_entries"))
        # A record is alone in its block: its place is the first.
        alone = sorted(HeldEntry(one.chain, one.rank, 0, one.digest) for one in records)
        events = map(verification.note_event, map(read_place, self._stream(EVENTS)))
        all_four: Iterator[Block | UnreadableBlock | HeldEntry] = merge(
            blocks, entries, alone, events, key=_place
        )
        for _, together in groupby(all_four, key=_place):
            found = list(together)
            held = [one for one in found if isinstance(one, HeldEntry)]
            if len(held) == len(found):
                verification.add_without_block(held)
            for one in found:
                if isinstance(one, Block):
                    verification.add_block(one, held)
                elif isinstance(one, UnreadableBlock):
                    verification.add_unreadable(one, held)
        verification.end_blocks()

    def add_prescriptions(self, verification: Verification, seal: Seal) -> None:
        """Feed every prescription: its entries and its facts."""
        entries = (read_filed(row, seal) for row in self._stream("stream_entries_by_number"))
        issues = map(read_stored, self._stream("stream_prescriptions_by_number"))
        facts = map(read_stored, self._stream("stream_facts_by_number"))
        all_three: Iterator[FiledEntry | StoredFact] = merge(entries, issues, facts, key=_number)
        for _, together in groupby(all_three, key=_number):
            found = list(together)
            verification.add_prescription(
                [one for one in found if isinstance(one, FiledEntry)],
                [one for one in found if isinstance(one, StoredFact)],
            )

    def _stream(self, name: str) -> Iterator[Row]:
        for row in self._database.stream(name):
            self._count += 1
            if self._progress is not None and self._count % PROGRESS_ROWS == 0:
                self._progress(self._count)
            yield row


def _place(one: Block | UnreadableBlock | HeldEntry) -> tuple[str, int]:
    return one.chain, one.rank


def _number(one: FiledEntry | StoredFact) -> tuple[int, str]:
    return one.bucket, one.number
