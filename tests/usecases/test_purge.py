"""The purge on both engines: what goes, what stays, what the journal says, whatever cuts it."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from builders import NOW, a_number, a_prescription, execute, issue, read
from ordonnance.domain.days import day_in_paris
from ordonnance.store.database import (
    DatabaseBusyError,
    DatabaseRefusedError,
    connect,
)
from ordonnance.store.months import BoundsError
from ordonnance.store.partitions import open_months
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.journal import verify
from ordonnance.usecases.purge import look
from ordonnance.usecases.settlement import Received, Settlement
from usecases.desks import raw_postgresql, say_all
from usecases.histories import find, intrude, verdict_of
from usecases.purges import (
    DECEMBER,
    FIRST_DAY_GONE,
    GONE_AT,
    ROWS,
    count_rows,
    purge_all,
    purge_on,
    write_month,
)

NEW = datetime(2031, 10, 31, 23, 30, tzinfo=UTC)
SHORT_WAIT = "SET lock_timeout = '50ms'"


@pytest.fixture
def base(database_url):
    """The address of a base of two months: November and December 2026."""
    write_month(database_url)
    write_month(database_url, DECEMBER)
    return database_url


def test_a_month_goes_whole_and_alone(base):  # TLS-15, TLS-70
    [purged] = purge_all(base)

    assert (purged.month, purged.counts) == ("2J", ROWS)
    assert purged.begun_at == purged.ended_at == GONE_AT
    assert count_rows(base) == {"2K": ROWS}


def test_nothing_goes_a_microsecond_before_the_first_day_in_paris(base):  # TLS-72
    assert purge_all(base, GONE_AT - timedelta(microseconds=1)) == []
    assert count_rows(base) == {"2J": ROWS, "2K": ROWS}
    assert verdict_of(base).purges == ()
    assert verdict_of(base).chains == 2  # those of the two months: the purge told nothing


@pytest.mark.parametrize(
    ("written_at", "gone_at"),
    [
        (datetime(2026, 8, 15, tzinfo=UTC), datetime(2031, 7, 31, 22, tzinfo=UTC)),  # in summer
        (datetime(2026, 10, 15, tzinfo=UTC), datetime(2031, 9, 30, 22, tzinfo=UTC)),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2031, 11, 30, 23, tzinfo=UTC)),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), datetime(2031, 12, 31, 23, tzinfo=UTC)),
        (datetime(2027, 2, 28, 12, tzinfo=UTC), datetime(2032, 1, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_month_goes_at_midnight_in_paris_and_not_before(
    database_url, written_at, gone_at
):  # TLS-72
    write_month(database_url, written_at, size=1)
    purge_all(database_url, gone_at - timedelta(microseconds=1))
    before = count_rows(database_url)

    purge_all(database_url, gone_at)

    assert [rows["prescription"] for rows in before.values()] == [1]
    assert count_rows(database_url) == {}


def test_only_what_is_past_is_found_whatever_the_instant(database_url):  # TLS-72
    firsts = {"2J": (2031, 11), "2K": (2031, 12), "2M": (2032, 1), "2N": (2032, 2)}
    for days in (0, 30, 60, 80):
        write_month(database_url, NOW + timedelta(days=days), size=1)
    with closing(connect(database_url)) as database:

        @given(st.integers(0, 140 * 24 * 60))
        @settings(deadline=None, max_examples=60)
        def look_at(minutes):
            on = day_in_paris(datetime(2031, 10, 20, tzinfo=UTC) + timedelta(minutes=minutes))
            found = [one.held.month for one in look(database, on=on)]
            assert found == [code for code, first in firsts.items() if (on.year, on.month) >= first]

        look_at()


def test_a_look_says_what_would_go_and_changes_nothing(base):  # TLS-70
    before = verdict_of(base)
    with closing(connect(base)) as database:
        due = look(database, on=FIRST_DAY_GONE)

    assert [(one.held.month, one.held.counts, one.begun_at) for one in due] == [("2J", ROWS, None)]
    assert verdict_of(base) == before
    assert count_rows(base) == {"2J": ROWS, "2K": ROWS}


def test_bytes_are_told_where_they_are_known(base):
    with closing(connect(base)) as database:
        [due] = look(database, on=FIRST_DAY_GONE)

    if base.startswith("sqlite"):
        assert due.held.size is None
    else:
        assert due.held.size > 8192


def test_the_journal_tells_the_purge_and_still_verifies(base):  # TLS-70
    purged = purge_all(base)

    verdict = verdict_of(base, on=FIRST_DAY_GONE)

    assert verdict.breaks == ()
    assert verdict.purges == tuple(purged)
    assert (verdict.entries, verdict.facts, verdict.purged) == (9, 6, 9)


def test_what_the_journal_keeps_names_nobody(base):  # TLS-70
    purge_all(base)
    counts = '{"prescription":3,"fact":3,"patient_index":3,"journal_entry":9,"alert":0}'
    with closing(connect(base)) as database, database.snapshot():
        documents = [document.decode() for _, _, document in database.fetch("list_purges")]

    assert documents == [
        '{"month":"2J","step":"begun","at":"2031-10-31T23:00:00Z","counts":{}}',
        f'{{"month":"2J","step":"ended","at":"2031-10-31T23:00:00Z","counts":{counts}}}',
    ]


def test_all_months_that_are_due_go_the_oldest_first(base):  # TLS-70
    purged = purge_all(base, GONE_AT + timedelta(days=40))

    assert [one.month for one in purged] == ["2J", "2K"]
    assert count_rows(base) == {}
    assert find(base, on=FIRST_DAY_GONE + timedelta(days=40)) == []


def test_purging_again_finds_nothing_and_tells_nothing(base):  # TLS-71
    purge_all(base)
    before = verdict_of(base, on=FIRST_DAY_GONE)

    assert purge_all(base) == []
    assert verdict_of(base, on=FIRST_DAY_GONE) == before


def test_a_purged_number_is_unknown_and_is_not_issued_again(database_url):  # TLS-72
    [number, *_] = write_month(database_url)
    commands = [
        read(number),
        read(number, whole=False),
        execute(number, key="again"),
        issue(a_prescription(number), key="again"),
        issue(a_prescription(number, authored_at=NEW), key="again"),
    ]
    with closing(connect(database_url)) as database:
        settlement = Settlement(database, PlainSeal(), os.urandom)
        asked = [Received(command, NEW) for command in commands]

        before = say_all(settlement.settle(asked))
        purge_all(database_url)
        after = say_all(settlement.settle(asked))

    assert before == after == ["NUMBER_UNKNOWN"] * 3 + ["NUMBER_MONTH_INVALID"] * 2


def test_the_service_goes_on_meanwhile(base):  # TLS-71
    with closing(connect(base)) as database, closing(connect(base)) as other:
        with other.transaction():
            open_months(other, NEW)
        settlement = Settlement(other, PlainSeal(), os.urandom)
        said = []

        def settle_meanwhile(_):
            number = a_number(at=NEW)
            prescription = a_prescription(number, authored_at=NEW)
            for command in (issue(prescription), read(number)):
                said.extend(say_all(settlement.settle([Received(command, NEW)])))

        purge_on(database, watch=settle_meanwhile)

    assert len(said) >= 6
    assert set(said) == {"done"}
    assert find(base, on=FIRST_DAY_GONE) == []


# PostgreSQL


def test_a_verification_under_way_is_not_disturbed(fresh_postgresql):  # TLS-71
    [number, *_] = write_month(fresh_postgresql)
    with closing(connect(fresh_postgresql)) as database:
        settlement = Settlement(database, PlainSeal(), os.urandom)
        for _ in range(5):
            settlement.settle([Received(read(number), NOW)] * 200)
    said = []

    def purge_meanwhile(_):
        with closing(connect(fresh_postgresql)) as database:
            database.queries["prepare_purge"] = SHORT_WAIT
            with pytest.raises(DatabaseBusyError):
                purge_on(database)
            said.append("busy")

    with closing(connect(fresh_postgresql)) as database:
        verdict = verify(database, PlainSeal(), on=FIRST_DAY_GONE, progress=purge_meanwhile)

    assert (verdict.breaks, verdict.entries) == ((), 1009)
    assert set(said) == {"busy"}
    [purged] = purge_all(fresh_postgresql)
    assert purged.counts["journal_entry"] == 1009
    assert find(fresh_postgresql, on=FIRST_DAY_GONE) == []


def test_a_partition_left_half_out_is_taken_out(fresh_postgresql):  # TLS-71
    write_month(fresh_postgresql)
    with (
        raw_postgresql(fresh_postgresql) as reader,
        closing(connect(fresh_postgresql)) as database,
    ):
        database.queries["prepare_purge"] = SHORT_WAIT
        reader.execute("BEGIN")
        reader.execute("SELECT FROM fact")
        with pytest.raises(DatabaseBusyError):
            purge_on(database)
        pending = reader.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhdetachpending"
        ).fetchall()

    assert pending == [("fact_2026_11",)]
    assert find(fresh_postgresql, on=FIRST_DAY_GONE) == []
    [purged] = purge_all(fresh_postgresql)
    assert purged.counts == ROWS
    assert find(fresh_postgresql, on=FIRST_DAY_GONE) == []


def test_a_partition_that_holds_other_numbers_than_its_name_says_is_not_touched(
    fresh_postgresql,
):  # TLS-72
    write_month(fresh_postgresql, DECEMBER)
    with raw_postgresql(fresh_postgresql) as connection:
        connection.execute("ALTER TABLE fact_2026_11 RENAME TO aside")
        connection.execute("ALTER TABLE fact_2026_12 RENAME TO fact_2026_11")

    with pytest.raises(BoundsError, match="fact_2026_11"):
        purge_all(fresh_postgresql)

    assert count_rows(fresh_postgresql) == {"2K": ROWS}
    assert verdict_of(fresh_postgresql).purges == ()


def test_a_table_that_somebody_put_aside_is_not_ours(fresh_postgresql):  # TLS-72
    with raw_postgresql(fresh_postgresql) as connection:
        connection.execute("CREATE TABLE fact_2020_01 (LIKE fact)")
        connection.execute("CREATE TABLE fact_2019_12 (LIKE fact)")

    purge_all(fresh_postgresql)

    with raw_postgresql(fresh_postgresql) as connection:
        assert connection.execute("SELECT count(*) FROM fact_2020_01, fact_2019_12").fetchone()


def test_the_connection_serves_again_after_a_statement_that_ran_alone(fresh_postgresql):
    with closing(connect(fresh_postgresql)) as database:
        with pytest.raises(DatabaseRefusedError):
            database.run_alone("VACUUM nothing_of_that_name")
        database.run_alone("VACUUM fact")
        with database.transaction():
            assert database.fetch("ping") == [(1,)]


# SQLite


def test_what_was_purged_is_no_more_in_the_file(fresh_sqlite):  # TLS-70
    path = Path(fresh_sqlite.removeprefix("sqlite:///"))
    numbers = [number.value.encode() for number in write_month(fresh_sqlite, size=40)]
    assert any(number in path.read_bytes() for number in numbers)

    purge_all(fresh_sqlite)

    assert not any(number in path.read_bytes() for number in numbers)


def test_rows_of_no_month_are_left_alone(fresh_sqlite):  # TLS-72
    write_month(fresh_sqlite)
    intrude(fresh_sqlite, "UPDATE patient_index SET number = '00' || number")

    purge_all(fresh_sqlite)

    with closing(connect(fresh_sqlite)) as database:
        database.queries["left"] = "SELECT count(*) FROM patient_index"
        assert database.fetch("left") == [(3,)]
