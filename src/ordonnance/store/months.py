"""What a base holds by month, found and taken away piece by piece, on each engine.

A piece is a partition on PostgreSQL, and on SQLite one bucket of every table, as much as goes in
one short transaction. What it holds is written in the month's tally, so that the count is right
however often the work is cut.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

from typing_extensions import override

from ordonnance.domain.identifiers import first_of_month, month_of
from ordonnance.domain.journal import is_past_retention
from ordonnance.domain.purge import first_month_kept
from ordonnance.store.database import Database
from ordonnance.store.partitions import PARTITIONED, Month, parse_partition, partitions_of
from ordonnance.store.queries import Engine


class BoundsError(Exception):
    """A partition does not hold what its name says; nothing was done to it."""


class HeldMonth(NamedTuple):
    """How much of a month (its code) the base holds: rows by table; bytes, where they are known."""

    month: str
    counts: Mapping[str, int]
    size: int | None


class Months(ABC):
    """The months past retention on one base."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @abstractmethod
    def find(self, on: date, begun: Collection[str]) -> list[str]:
        """The codes of the months past retention *on* a day that are there, the oldest first.

        *begun*: those of which a purge has begun; of the others, nothing may be half gone.
        """

    @abstractmethod
    def measure(self, month: str) -> HeldMonth:
        """How much there is of a month."""

    @abstractmethod
    def removals(self, month: str) -> Sequence[Callable[[], None]]:
        """What takes a month away, piece by piece, in that order.

        Each adds what it took to the month's tally, and does nothing where its piece is gone. It
        raises DatabaseBusyError where somebody has been reading it for too long.
        """


def months_of(database: Database) -> Months:
    """The months of a base."""
    kinds = {Engine.POSTGRESQL: PartitionedMonths, Engine.SQLITE: PlainMonths}
    return kinds[database.engine](database)


def tally(month: str, table: str, count: int) -> Mapping[str, Any]:
    """What the tally of a month says of a table."""
    return {"month": month, "kind": table, "row_count": count}


def sort_past(months: Iterable[str], on: date) -> list[str]:
    """Those of the codes that are months past retention *on* a day, the oldest first.

    Whatever else was found there, nothing but these is ever taken away.

    Source: TLS-72.
    """
    return sorted(month for month in set(months) if is_past_retention(month, on))


class Standing(StrEnum):
    """Where a partition stands: in its table, half out of it (a purge was cut there), or out."""

    IN = "in"
    LEAVING = "leaving"
    OUT = "out"


class Found(NamedTuple):
    """A table that is named like a partition: how it stands, its bounds if any, its bytes."""

    part: Month
    standing: Standing
    bounds: str | None
    size: int

    def check(self) -> None:
        """Nothing, if it holds what its name says: a partition that is out was looked at before.

        Raises:
            BoundsError: it holds other numbers.
        """
        expected = f"FOR VALUES FROM ('{self.part.low}') TO ('{self.part.high}')"
        if self.bounds not in (None, expected):
            raise BoundsError(self.part.name)


class PartitionedMonths(Months):
    """On PostgreSQL a month is a partition of each table: it is detached, then dropped.

    Detaching waits for who reads or writes at that moment, and makes nobody wait.

    Source: TLS-15.
    """

    @override
    def find(self, on: date, begun: Collection[str]) -> list[str]:
        # A table of such a name that is out of its table is ours only if we took it out.
        found = [
            one
            for one in self._look().values()
            if one.standing is not Standing.OUT or one.part.month in begun
        ]
        months = sort_past((one.part.month for one in found), on)
        for one in found:
            if one.part.month in months:
                one.check()
        return months

    @override
    def measure(self, month: str) -> HeldMonth:
        found = [one for one in self._look().values() if one.part.month == month]
        counts = {one.part.table: self._count(one.part) for one in found}
        ordered = {table: counts.get(table, 0) for table in PARTITIONED}
        return HeldMonth(month, ordered, sum(one.size for one in found))

    @override
    def removals(self, month: str) -> Sequence[Callable[[], None]]:
        return [partial(self._remove, part) for part in partitions_of(month_of(month))]

    def _remove(self, part: Month) -> None:
        with self._database.transaction():
            found = self._look().get(part.name)
        if found is None:
            return
        found.check()
        if found.standing is Standing.IN:
            self._run_alone("detach_month", part)
        elif found.standing is Standing.LEAVING:
            self._run_alone("finish_detaching", part)
        # Out of its table it changes no more: counted again after a cut, it is the same. Not one
        # transaction: after a DROP in a pipeline, psycopg 3.3.9 forgets what it has prepared.
        with self._database.transaction():
            self._database.execute("set_tally", tally(part.month, part.table, self._count(part)))
        self._run_alone("drop_month", part)

    def _look(self) -> dict[str, Found]:
        found = {}
        for name, standing, bounds, size in self._database.fetch("list_month_tables"):
            part = parse_partition(name)
            if part is not None:
                found[name] = Found(part, Standing(standing), bounds, size)
        return found

    def _run_alone(self, name: str, part: Month) -> None:
        words = {"table": part.table, "partition": part.name}
        self._database.run_alone(self._database.text(name, words))

    def _count(self, part: Month) -> int:
        [(count,)] = self._database.fetch("count_rows", partition=part.name)
        return int(count)


class PlainMonths(Months):
    """On SQLite a month is a range of numbers, which goes bucket by bucket from all tables at once.

    A prescription lies in one bucket: it goes whole, with its facts and its journal entries.
    """

    @override
    def find(self, on: date, begun: Collection[str]) -> list[str]:
        before = {"before": first_of_month(first_month_kept(on))}
        return sort_past(
            (
                month
                for table in PARTITIONED
                for (month,) in self._database.fetch("list_old_months", before, table=table)
            ),
            on,
        )

    @override
    def measure(self, month: str) -> HeldMonth:
        counts = {table: sum(self._count_by_bucket(month, table).values()) for table in PARTITIONED}
        return HeldMonth(month, counts, None)

    @override
    def removals(self, month: str) -> Sequence[Callable[[], None]]:
        buckets = {
            bucket for table in PARTITIONED for bucket in self._count_by_bucket(month, table)
        }
        return [partial(self._remove, month, bucket) for bucket in sorted(buckets)]

    def _remove(self, month: str, bucket: int) -> None:
        with self._database.transaction():
            for part in partitions_of(month_of(month)):
                values = {"bucket": bucket, "low": part.low, "high": part.high}
                [(count,)] = self._database.fetch("count_in_bucket", values, table=part.table)
                if count:
                    self._database.execute("empty_bucket", values, table=part.table)
                    self._database.execute("add_to_tally", tally(month, part.table, count))

    def _count_by_bucket(self, month: str, table: str) -> dict[int, int]:
        part = next(part for part in partitions_of(month_of(month)) if part.table == table)
        values = {"low": part.low, "high": part.high}
        return dict(self._database.fetch("list_month_buckets", values, table=table))
