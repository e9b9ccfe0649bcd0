"""The purge cut at any statement, and two at once: the next one finishes, with the right count."""

from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from builders import NOW
from ordonnance.store.database import PostgreSQL, SQLite, connect
from ordonnance.store.partitions import PARTITIONED, open_months
from ordonnance.usecases.purge import PurgeUnderwayError, look
from usecases.desks import beside
from usecases.histories import find, intrude, verdict_of
from usecases.purges import (
    DECEMBER,
    FIRST_DAY_GONE,
    GONE_AT,
    ROWS,
    CutError,
    count_rows,
    purge_all,
    purge_on,
    write_month,
)


@pytest.fixture
def base(database_url):
    """The address of a base of two months: November and December 2026."""
    write_month(database_url)
    write_month(database_url, DECEMBER)
    return database_url


class Cutting:
    """A connection that is cut before its nth statement; *count* tells how many there were."""

    cut_at = 0
    count = 0

    def _step(self):
        self.count += 1
        if self.count == self.cut_at:
            raise CutError

    def fetch(self, *args, **words):
        self._step()
        return super().fetch(*args, **words)

    def execute(self, *args, **words):
        self._step()
        super().execute(*args, **words)

    def run(self, script):
        self._step()
        super().run(script)

    def write_sets(self, writings):
        super().write_sets(writings)
        self._step()  # everything is written, nothing is committed


class CuttingSQLite(Cutting, SQLite):
    pass


class CuttingPostgreSQL(Cutting, PostgreSQL):
    pass


def connect_cutting(url, cut_at):
    """A connection that will be cut."""
    if url.startswith("sqlite"):
        database = CuttingSQLite(Path(url.removeprefix("sqlite:///")))
    else:
        database = CuttingPostgreSQL(url)
    database.cut_at = cut_at
    return database


def test_cut_at_any_statement_it_is_finished_by_the_next(base):  # TLS-71
    for cut_at in count(1):
        with beside(base) as copy:
            with closing(connect_cutting(copy, cut_at)) as database:
                try:
                    purge_on(database)
                except CutError:
                    was_cut = True
                else:
                    was_cut = False
            assert find(copy, on=FIRST_DAY_GONE) == []

            purge_all(copy)

            verdict = verdict_of(copy, on=FIRST_DAY_GONE)
            assert verdict.breaks == ()
            assert [(one.counts, one.ended_at) for one in verdict.purges] == [(ROWS, GONE_AT)]
            assert count_rows(copy) == {"2K": ROWS}
        if not was_cut:
            break

    assert cut_at > 25


def test_cut_after_any_piece_it_is_finished_by_the_next(database_url):  # TLS-71
    written = 0
    for cut_after in range(1, 5):
        write_month(database_url)
        written += 3
        with closing(connect(database_url)) as database:

            def cut(progress, cut_after=cut_after):
                if progress.done == cut_after:
                    raise CutError

            with pytest.raises(CutError):
                purge_on(database, watch=cut)
        with closing(connect(database_url)) as database:
            due = look(database, on=FIRST_DAY_GONE)
        assert [one.begun_at for one in due] == [GONE_AT]
        assert verdict_of(database_url, on=FIRST_DAY_GONE).purges[0].ended_at is None
        assert find(database_url, on=FIRST_DAY_GONE) == []
        if database_url.startswith("postgresql") or cut_after == 3:
            break

    [purged] = purge_all(database_url)

    assert purged.counts["journal_entry"] == 3 * written
    assert find(database_url, on=FIRST_DAY_GONE) == []


def test_two_at_once_do_not_harm(base):  # TLS-71
    said = []
    with closing(connect(base)) as first:

        def purge_too(_):
            try:
                said.append([one.counts for one in purge_all(base)])
            except PurgeUnderwayError:
                said.append("underway")

        purged = purge_on(first, watch=purge_too)

    if base.startswith("sqlite"):
        assert said == [[ROWS], [], []]
    else:
        assert said == ["underway"] * len(PARTITIONED)
    assert [one.counts for one in purged] == [ROWS]
    assert count_rows(base) == {"2K": ROWS}
    assert find(base, on=FIRST_DAY_GONE) == []


def test_of_two_on_sqlite_what_one_has_ended_the_other_does_not_begin(fresh_sqlite):  # TLS-71
    write_month(fresh_sqlite)
    write_month(fresh_sqlite, DECEMBER)
    at = GONE_AT + timedelta(days=40)
    with closing(connect(fresh_sqlite)) as first:

        def purge_too(progress):
            if progress.month == "2J":
                purge_all(fresh_sqlite, at)

        purge_on(first, at, watch=purge_too)

    with closing(connect(fresh_sqlite)) as database, database.snapshot():
        assert len(database.fetch("list_purges")) == 4
    assert find(fresh_sqlite, on=FIRST_DAY_GONE + timedelta(days=40)) == []


def test_a_row_that_came_late_shows_and_goes_with_the_next(base):  # TLS-70
    purge_all(base)
    with closing(connect(base)) as database, database.transaction():
        open_months(database, NOW)
    late = (
        "INSERT INTO fact (bucket, number, rank, recorded_at, operation, document)"
        " SELECT bucket, '{FIRST}', rank, recorded_at, operation, document FROM fact LIMIT 1"
    )
    intrude(base, late)

    assert find(base, on=FIRST_DAY_GONE)[0] == (
        "- nov. 2026 a été purgé, et il en reste : relancez la purge"
    )
    purged = purge_all(base)

    assert purged[-1].counts == {**ROWS, "fact": 4}
    assert find(base, on=FIRST_DAY_GONE) == []
