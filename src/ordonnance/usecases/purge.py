"""Months past retention taken away, and told to the journal before and after.

Cut at any moment, it is run again: what it began is in the journal, what it took is in the tally,
and each step finds what the one before it left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.journal import is_past_retention
from ordonnance.domain.purge import MonthPurge, PurgeRecord, PurgeStep, fold
from ordonnance.store.database import Database
from ordonnance.store.months import HeldMonth, months_of
from ordonnance.store.partitions import PARTITIONED
from ordonnance.store.purge import read_records
from ordonnance.usecases.chain import Chain


class PurgeUnderwayError(Exception):
    """Somebody else is purging this base at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMonth:
    """A month that would go: how much of it is there, and the purge that began and was cut."""

    held: HeldMonth
    begun_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the purge of a month (its code) has come: pieces taken, of how many."""

    month: str
    done: int
    total: int


def look(database: Database, *, on: date) -> list[DueMonth]:
    """The months that a purge would take *on* a day in Paris, the oldest first; changes nothing."""
    database.run_alone(database.queries["prepare_purge"])
    months = months_of(database)
    with database.snapshot():
        purges = read_open(database, on)
        return [
            DueMonth(
                held=months.measure(month),
                begun_at=purges[month].begun_at if month in purges else None,
            )
            for month in find_due(database, on)
        ]


def purge(
    database: Database,
    *,
    clock: Callable[[], datetime],
    chance: Callable[[int], bytes],
    watch: Callable[[Progress], None],
) -> list[MonthPurge]:
    """Take away the months past retention; each one's purge, as the journal tells it.

    *clock* tells the instant, *chance* that many random bytes. *watch* is told after each piece,
    between transactions: whoever waits to write should be let through before it returns.

    Raises:
        PurgeUnderwayError: another purge is at it.
        DatabaseBusyError: somebody reads one of these months; what was done stays, run it again.
        DatabaseLostError: run it again.

    Source: TLS-70, TLS-71, TLS-72.
    """
    database.run_alone(database.queries["prepare_purge"])
    with database.transaction():
        [(is_ours,)] = database.fetch("claim_purge")
    if not is_ours:
        raise PurgeUnderwayError
    on = day_in_paris(clock())
    with database.snapshot():
        due = find_due(database, on)
    work = _Work(database, on, clock, chance)
    for month in due:
        work.purge(month, watch)
    with database.snapshot():
        purges = fold(read_records(database))
    return [purges[month] for month in due]


def read_open(database: Database, on: date) -> dict[str, MonthPurge]:
    """The purges begun and not ended, of months past retention *on* a day."""
    return {
        month: purge
        for month, purge in fold(read_records(database)).items()
        if purge.ended_at is None and is_past_retention(month, on)
    }


def find_due(database: Database, on: date) -> list[str]:
    """The codes of the months that a purge would take *on* a day, those begun included."""
    purges = read_open(database, on)
    return sorted({*months_of(database).find(on, purges), *purges})


class _Work:
    """Month after month, with a chain of its own, opened once there is something to tell."""

    def __init__(
        self,
        database: Database,
        on: date,
        clock: Callable[[], datetime],
        chance: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._on = on
        self._clock = clock
        self._chance = chance
        self._months = months_of(database)
        self._chain: Chain | None = None

    def purge(self, month: str, watch: Callable[[Progress], None]) -> None:
        """Take away a month, unless another purge did meanwhile."""
        self._tell(month, PurgeStep.BEGUN)
        with self._database.snapshot():
            removals = self._months.removals(month)
        for done, remove in enumerate(removals, start=1):
            remove()
            watch(Progress(month, done, len(removals)))
        self._tell(month, PurgeStep.ENDED)

    def _tell(self, month: str, step: PurgeStep) -> None:
        """Record that the purge of a month begins, or has ended; nothing, if that is told already.

        On SQLite another purge may be at the same month: what is told is looked at where nobody
        else writes, and what it took whole is not begun again.
        """
        at = self._clock()
        chain = self._chain or Chain.open(self._database, at=at, chance=self._chance)
        self._chain = chain
        with self._database.transaction():
            told = fold(read_records(self._database)).get(month)
            if self._is_told(told, month, step):
                return
            counts: dict[str, int] = {}
            if step is PurgeStep.ENDED:
                taken: dict[str, int] = dict(self._database.fetch("read_tally", {"month": month}))
                counts = {table: taken.get(table, 0) for table in PARTITIONED}
                self._database.execute("clear_tally", {"month": month})
                self._database.execute("forget_commands", {"month": month})
            record = PurgeRecord(month=month, step=step, at=at, counts=counts)
            chain, row = chain.add_record(record, at=at)
            self._database.execute("write_purge", row)
            self._database.write_sets([("write_blocks", chain.block_rows)])
        self._chain = chain

    def _is_told(self, told: MonthPurge | None, month: str, step: PurgeStep) -> bool:
        is_open = told is not None and told.ended_at is None
        if step is PurgeStep.ENDED:
            return not is_open
        return is_open or (told is not None and month not in find_due(self._database, self._on))
