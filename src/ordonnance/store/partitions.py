"""The months of the base: on PostgreSQL each table of a prescription has a partition a month."""

from datetime import datetime

from ordonnance.domain.days import add_months, day_in_paris
from ordonnance.domain.identifiers import month_code
from ordonnance.store.database import Database
from ordonnance.store.queries import Engine

PARTITIONED = ("prescription", "fact", "patient_index", "journal_entry")
MONTHS_BACK = 14
MONTHS_AHEAD = 3


def open_months(database: Database, at: datetime) -> list[str]:
    """Make the partitions that lack, from 14 months before *at* to 3 after; their names.

    A prescription may be written 13 months back; one month more, since it is then counted in
    days and in its own offset. SQLite has no partitions: nothing is made.

    Source: TLS-15.
    """
    if database.engine is not Engine.POSTGRESQL:
        return []
    existing = {name for (name,) in database.fetch("list_partitions")}
    made = []
    for offset in range(-MONTHS_BACK, MONTHS_AHEAD + 1):
        first_on = add_months(day_in_paris(at).replace(day=1), offset)
        low, high = f"01{month_code(first_on)}", f"01{month_code(add_months(first_on, 1))}"
        for table in PARTITIONED:
            name = f"{table}_{first_on:%Y_%m}"
            if name not in existing:
                database.run(
                    database.queries["open_month"].format(
                        name=name, table=table, low=low, high=high
                    )
                )
                made.append(name)
    return made
