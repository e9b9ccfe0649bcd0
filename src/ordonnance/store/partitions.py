"""The months of the base: on PostgreSQL each table of a prescription has a partition a month."""

from collections.abc import Iterator
from datetime import date, datetime
import re
from typing import NamedTuple

from ordonnance.domain.days import add_months, day_in_paris
from ordonnance.domain.identifiers import first_of_month
from ordonnance.store.database import Database
from ordonnance.store.queries import Engine

PARTITIONED = ("prescription", "fact", "patient_index", "journal_entry", "alert")
MONTHS_BACK = 14
MONTHS_AHEAD = 3


class Month(NamedTuple):
    """A partition: its name, its table, its first number and the first of the next."""

    name: str
    table: str
    low: str
    high: str

    @property
    def month(self) -> str:
        """Its month code."""
        return self.low[2:]


_NAME = re.compile(rf"(?:{'|'.join(PARTITIONED)})_(\d{{4}})_(\d{{2}})", re.ASCII)


def partitions_of(first_on: date) -> Iterator[Month]:
    """The partitions of the month that begins *first_on*, one a table."""
    low, high = first_of_month(first_on), first_of_month(add_months(first_on, 1))
    for table in PARTITIONED:
        yield Month(f"{table}_{first_on:%Y_%m}", table, low, high)


def parse_partition(name: str) -> Month | None:
    """The partition that is named so; None for another table."""
    written = _NAME.fullmatch(name)
    if written is None:
        return None
    try:
        parts = list(partitions_of(date(int(written[1]), int(written[2]), 1)))
    except ValueError:  # no such month, or one before numbers began
        return None
    return next(part for part in parts if part.name == name)


def months_around(at: datetime) -> Iterator[Month]:
    """The partitions that should stand, from 14 months before *at* to 3 after.

    A prescription may be written 13 months back; one month more, since it is then counted in
    days and in its own offset.

    Source: TLS-15.
    """
    for offset in range(-MONTHS_BACK, MONTHS_AHEAD + 1):
        yield from partitions_of(add_months(day_in_paris(at).replace(day=1), offset))


def missing_months(database: Database, at: datetime) -> list[Month]:
    """Those that do not stand yet; none on SQLite, which has no partitions."""
    if database.engine is not Engine.POSTGRESQL:
        return []
    existing = {name for (name,) in database.fetch("list_partitions")}
    return [month for month in months_around(at) if month.name not in existing]


def open_months(database: Database, at: datetime) -> list[str]:
    """Make the partitions that lack around *at*; their names.

    Source: TLS-15.
    """
    missing = missing_months(database, at)
    for month in missing:
        database.run(database.queries["open_month"].format(**month._asdict()))
    return [month.name for month in missing]
