"""A base that has lived: ordonnances stored before the bench begins, over seventeen months."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from ordonnance.cli.floor import connect_bare
from ordonnance.domain.days import PARIS, add_months, day_in_paris
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.simulation.load import Series
from ordonnance.store.database import Database, Values, connect
from ordonnance.store.dossier import write_key
from ordonnance.store.journal import bucket_of_chain
from ordonnance.store.partitions import MONTHS_BACK, open_months

STORED_MONTHS_BACK = 16  # with three ahead, twenty partitions
SET_SIZE = 256
CHAIN = "stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a base holds beforehand: the first *count* numbers of *series*."""

    series: Series
    count: int

    def window(self, start: int, size: int) -> range:
        """At most *size* ranks from *start* on, begun again from the first once all were given."""
        first = start % self.count
        return range(first, min(first + size, self.count))


def stored_before(at: datetime, count: int) -> Stored:
    """*count* ordonnances, evenly over the months from 16 back to that of *at*."""
    this = day_in_paris(at).replace(day=1)
    months = tuple(add_months(this, -back) for back in range(STORED_MONTHS_BACK, -1, -1))
    return Stored(series=Series("stored", months), count=count)


def fill(url: str, stored: Stored, *, rows: Values, advance: Callable[[int], None]) -> None:
    """Store the ordonnances: each is *rows*, those that a real issue left, under its own number.

    A dossier is read, consulted and executed like any other. The journal is as large as a real
    one, a block a set, but does not verify: digests and salts are the first issue's. All is
    written by one connection with the service's own queries, month after month, then left as it
    would be once the server had the time. *advance* is told how many were stored, set by set.
    """
    months = stored.series.months
    with closing(connect_bare(url)) as database:
        open_lacking_months(database, months[-1])
    rank = 0
    with closing(connect(url)) as database:
        for month in range(len(months)):
            ranks = range(month, stored.count, len(months))
            for start in range(0, len(ranks), SET_SIZE):
                rank += 1
                numbers = [stored.series.number_at(n) for n in ranks[start : start + SET_SIZE]]
                write_set(database, numbers, rows=rows, rank=rank)
                advance(len(numbers))
    with closing(connect_bare(url)) as database:
        database.run(database.queries["settle_down"])


def open_lacking_months(database: Database, this_month: date) -> None:
    """Make the partitions that are older than those a service opens by itself."""
    earlier = add_months(this_month, MONTHS_BACK - STORED_MONTHS_BACK)
    open_months(database, datetime.combine(earlier, time(12), PARIS))


def write_set(
    database: Database, numbers: Sequence[PrescriptionNumber], *, rows: Values, rank: int
) -> None:
    """Write a set of ordonnances, in number order as the service does, and its block."""
    placed = {**rows, "chain": CHAIN, "rank": rank}
    issues = [
        {**rename(placed, number), "position": position}
        for position, number in enumerate(sorted(numbers, key=lambda number: number.value))
    ]
    block = {
        **placed,
        "bucket": bucket_of_chain(CHAIN),
        "digests": rows["digests"] * len(issues),
        "months": rows["months"] * len(issues),
    }
    with database.transaction():
        database.write_sets(
            [
                ("write_prescriptions", issues),
                ("write_patients", issues),
                ("write_entries", [{**issue, "document": issue["entry"]} for issue in issues]),
                ("write_blocks", [block]),
            ]
        )


def rename(rows: Values, number: PrescriptionNumber) -> dict[str, Any]:
    """The rows of an issue under another number, inside documents too."""
    old, new = rows["number"].encode(), number.value.encode()
    texts = {name: rows[name].replace(old, new) for name in ("document", "resources", "entry")}
    return {**rows, **texts, **write_key(number)}
