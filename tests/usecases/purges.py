"""What tests of the purge share: a base of three months, purges at an instant, purges cut short."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import count
import os

from builders import NOW, a_number, a_prescription, an_act, execute, issue, read
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.purge import MonthPurge
from ordonnance.store.database import Database, connect
from ordonnance.store.partitions import PARTITIONED, partitions_of
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.purge import Progress, purge
from ordonnance.usecases.settlement import Received, Settlement
from usecases.desks import raw_postgresql

DECEMBER = datetime(2026, 12, 5, 9, tzinfo=UTC)
FIRST_DAY_GONE = date(2031, 11, 1)
GONE_AT = datetime(2031, 10, 31, 23, tzinfo=UTC)  # midnight in Paris, in winter
ROWS = {"prescription": 3, "fact": 3, "patient_index": 3, "alert": 0, "journal_entry": 9}


_chances = count(1)


class CutError(Exception):
    """The purge ends here, as if it had been killed."""


def write_month(url: str, at: datetime = NOW, *, size: int = 3) -> list[PrescriptionNumber]:
    """Prescriptions of the month of *at*, in different buckets, issued, executed and consulted."""
    drop_empty_months(url)
    open_month(url, at)
    numbers = [a_number((n << 55) + next(_chances), at=at) for n in range(size)]
    with closing(connect(url)) as database:
        settlement = Settlement(database, PlainSeal(), os.urandom)
        for number in numbers:
            prescription = a_prescription(number, authored_at=at)
            act = an_act(number, handed_over_at=at)
            for command in (issue(prescription), execute(number, act), read(number)):
                [outcome] = settlement.settle([Received(command, at)])
                assert not isinstance(outcome, Exception), outcome
    return numbers


def drop_empty_months(url: str) -> None:
    """On PostgreSQL, the months before November 2026 that hold nothing are no more."""
    if url.startswith("sqlite"):
        return
    with raw_postgresql(url) as connection:
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"
        ).fetchall():
            is_empty = connection.execute(f"SELECT FROM {name} LIMIT 1").fetchone() is None
            if is_empty and name[-7:] < "2026_11":
                connection.execute(f"DROP TABLE {name}")


def open_month(url: str, at: datetime) -> None:
    """The month of an instant is open."""
    if url.startswith("sqlite"):
        return
    with closing(connect(url)) as database, database.transaction():
        for part in partitions_of(at.date().replace(day=1)):
            database.run(database.queries["open_month"].format(**part._asdict()))


def ignore(_: Progress) -> None:
    """Let the purge go on."""


def purge_on(
    database: Database, at: datetime = GONE_AT, watch: Callable[[Progress], None] = ignore
) -> list[MonthPurge]:
    """The purge, at an instant that stands still."""
    return purge(database, clock=lambda: at, chance=os.urandom, watch=watch)


def purge_all(url: str, at: datetime = GONE_AT) -> list[MonthPurge]:
    """The purge of somebody who has just connected."""
    with closing(connect(url)) as database:
        return purge_on(database, at)


def count_rows(url: str) -> dict[str, dict[str, int]]:
    """How many rows each table holds of each month; months without any are left out."""
    with closing(connect(url)) as database:
        for table in PARTITIONED:
            database.queries[f"months_{table}"] = (
                f"SELECT substr(number, 3, 2), count(*) FROM {table} GROUP BY 1"  # noqa: S608 - ours
            )
        with database.snapshot():
            found = {table: database.fetch(f"months_{table}") for table in PARTITIONED}
    months = {month for rows in found.values() for month, _ in rows}
    return {
        month: {table: dict(rows).get(month, 0) for table, rows in found.items()}
        for month in sorted(months)
    }
