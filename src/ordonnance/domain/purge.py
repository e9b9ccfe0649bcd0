"""The purge: a month goes as a whole, five years after it began, and the journal remembers it.

A purge of a month leaves two records, when it begins and when it has ended, each held by a block
of its own. They say which month, when, and how many rows went: no number, nobody, so they stay
like the blocks, and need no salt.

Source: TLS-70; CSP, art. R. 4071-1, 2° (five years from the writing).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from ordonnance.domain.days import add_months, say_month
from ordonnance.domain.identifiers import month_of
from ordonnance.domain.journal import RETENTION_MONTHS

# In a block, what stands for the month of a record: no month, so that none excuses its absence.
RECORD_MARK = "--"


class PurgeStep(StrEnum):
    """Where the purge of a month stands: under way, or over."""

    BEGUN = "begun"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeRecord:
    """What the journal keeps of a purge of a month (its code).

    *counts*: once ended, how many rows went, by table; before, none.
    """

    month: str
    step: PurgeStep
    at: datetime
    counts: Mapping[str, int] = field(default_factory=dict)


class HeldRecord(NamedTuple):
    """A record (None: unreadable) as it is stored, and the place it says it has in a chain."""

    chain: str
    rank: int
    digest: bytes
    record: PurgeRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPurge:
    """The purge of a month, all its records together.

    *ended_at* is None where it is under way, or was interrupted. A row that a late clock wrote
    after it makes the month go again: *counts* are then those of both times.
    """

    month: str
    begun_at: datetime
    ended_at: datetime | None
    counts: Mapping[str, int]

    @property
    def name(self) -> str:
        """The month as it is said: ``nov. 2026``."""
        return name_of(self.month)


def name_of(month: str) -> str:
    """A month code as it is said: ``nov. 2026``; a code that is none, as it is written."""
    try:
        return say_month(month_of(month))
    except ValueError:
        return month


def fold(records: Iterable[PurgeRecord]) -> dict[str, MonthPurge]:
    """The purges that *records* tell, in any order, by month code; the oldest month first."""
    by_month: dict[str, list[PurgeRecord]] = {}
    for record in records:
        by_month.setdefault(record.month, []).append(record)
    return {month: _fold_month(month, by_month[month]) for month in sorted(by_month)}


def _fold_month(month: str, records: list[PurgeRecord]) -> MonthPurge:
    # Counted rather than put in order: an instant is somebody's clock.
    begun = [record for record in records if record.step is PurgeStep.BEGUN]
    ended = [record for record in records if record.step is PurgeStep.ENDED]
    counts: dict[str, int] = {}
    for record in ended:
        for table, count in record.counts.items():
            counts[table] = counts.get(table, 0) + count
    return MonthPurge(
        month=month,
        begun_at=min(record.at for record in begun or records),
        ended_at=max(record.at for record in ended) if len(ended) >= len(begun) else None,
        counts=counts,
    )


def first_month_kept(on: date) -> date:
    """The first day of the oldest month that is not past retention *on* a day.

    Source: TLS-15.
    """
    return add_months(on.replace(day=1), 1 - RETENTION_MONTHS)
