"""The plans of the hot queries: by key, one partition a number, whatever the statistics say."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
import re

import psycopg
import pytest

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.store.database import connect
from ordonnance.store.dossier import write_key
from ordonnance.store.partitions import open_months
from usecases.desks import PATIENCE_SECONDS, wait_for_waiters

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
IN_TWO_MONTHS = datetime(2027, 1, 23, 9, tzinfo=UTC)
MONTHS = [date(2025, 11, 1), *(date(2026, month, 1) for month in range(1, 13)), date(2027, 1, 1)]
READINGS = ("lock_prescriptions", "load_prescriptions", "load_facts")


def a_number(chance: int, on: date) -> PrescriptionNumber:
    """A number whose bucket depends on *chance*, like those that software mints."""
    return PrescriptionNumber.mint(on, chance * 0x9E3779B97F4A7C15)


def a_prescription(number: PrescriptionNumber) -> dict:
    return {
        **write_key(number),
        "recorded_at": NOW,
        "document": b"x" * 300,
        "resources": b"y" * 900,
    }


def a_fact(number: PrescriptionNumber, rank: int) -> dict:
    return {**a_prescription(number), "rank": rank, "operation": "execute"}


def an_entry(number: PrescriptionNumber) -> dict:
    place = {"chain": "chain", "rank": 1, "position": 0, "at": NOW}
    return {**write_key(number), **place, "salt": b"salt", "document": b"x" * 300}


def a_patient(number: PrescriptionNumber) -> dict:
    found_by = {"patient_key": "279035121518989", "prescriber": "10001045367"}
    return {**write_key(number), **found_by, "authored_at": NOW}


def an_alert_of(number: PrescriptionNumber) -> dict:
    told = {"told_at": NOW, "code": "OVERRIDE", "execution": 1, "document": b"x" * 200}
    whom = {"sender": "752100008", "department": "75", "prescriber": "10104335319"}
    return {**write_key(number), "rank": 1, "position": 0, **told, **whom}


ASKED = [
    a_number(1, date(2026, 11, 1)),
    a_number(2, date(2026, 11, 1)),
    a_number(3, date(2026, 12, 1)),
    a_number(4, date(2025, 11, 1)),
]
WRITINGS = {
    "write_prescriptions": ("prescription", [a_prescription(number) for number in ASKED]),
    "write_patients": ("patient_index", [a_patient(number) for number in ASKED]),
    "write_facts": ("fact", [a_fact(number, 9) for number in ASKED]),
    "write_alerts": ("alert", [an_alert_of(number) for number in ASKED]),
    "write_entries": ("journal_entry", [an_entry(number) for number in ASKED]),
}


@pytest.fixture
def database(fresh_postgresql):
    """A base of twenty months."""
    base = connect(fresh_postgresql)
    with closing(base):
        with base.transaction():
            open_months(base, IN_TWO_MONTHS)
        yield base


def fill(database):
    """Some thousands of rows, in all buckets and in most months."""
    numbers = [*ASKED, *(a_number(n, MONTHS[n % len(MONTHS)]) for n in range(10, 3000))]
    with database.transaction():
        database.write_sets(
            [
                ("write_prescriptions", [a_prescription(number) for number in numbers]),
                ("write_facts", [a_fact(n, rank) for n in numbers for rank in (1, 2)]),
            ]
        )


def explain(database, name: str, rows: list[dict]) -> dict:
    """The plan by which the query just ran: the generic one, as its connection always uses."""
    places: dict[str, str] = {}

    def place(parameter: re.Match) -> str:
        return places.setdefault(parameter[1], f"${len(places) + 1}")

    text = re.sub(r"%\((\w+)\)b", place, database.queries[name])
    values = ", ".join(
        psycopg.sql.Literal([row[column] for row in rows]).as_string() for column in places
    )
    with database.transaction():
        database.run(f"PREPARE hot_{name} AS {text}")
        database.queries["explain"] = (
            f"EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) EXECUTE hot_{name}({values})"
        )
        [(found,)] = database.fetch("explain")
        database.run(f"DEALLOCATE hot_{name}")
    return found[0]["Plan"]


def nodes_of(plan: dict) -> Iterator[dict]:
    """The plan's nodes, from the top."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def assert_reads_by_key(plan: dict, table: str) -> None:
    """Nested loops from the numbers asked for to the key of the one partition each lies in."""
    nodes = list(nodes_of(plan))
    types = Counter(node["Node Type"] for node in nodes)
    assert types["Nested Loop"] == types["Function Scan"] == types["Append"] == 1
    assert set(types) <= {
        *("LockRows", "Sort", "Result", "Nested Loop", "Function Scan", "Append", "Index Scan"),
        "Subquery Scan",
    }
    [asked] = (node for node in nodes if node["Node Type"] == "Function Scan")
    assert "$1" in asked["Function Call"], "the plan is not the generic one"
    scans = [node for node in nodes if node["Node Type"] == "Index Scan"]
    assert len(scans) == 20
    for scan in scans:
        assert scan["Index Name"] == f"{scan['Relation Name']}_pkey"
        condition = scan["Index Cond"]
        assert re.search(r"\.bucket = asked\.bucket\)", condition)
        assert re.search(r"\.number = \(?asked\.number\)?", condition)
        assert "Filter" not in scan
    searches = {scan["Relation Name"]: scan["Actual Loops"] for scan in scans}
    assert {name: loops for name, loops in searches.items() if loops} == {
        f"{table}_2026_11": 2,
        f"{table}_2026_12": 1,
        f"{table}_2025_11": 1,
    }


def test_a_set_is_read_by_its_keys_in_one_partition_a_number(database):  # TLS-16
    keys = [{**write_key(number), "whole": True} for number in ASKED]

    def check_all(rows_found: tuple[int, ...]) -> None:
        for name, rows in zip(READINGS, rows_found, strict=True):
            plan = explain(database, name, keys)
            assert_reads_by_key(plan, "fact" if name == "load_facts" else "prescription")
            assert plan["Actual Rows"] == rows

    check_all((0, 0, 0))  # a month that begins
    fill(database)
    check_all((4, 4, 8))  # before anybody counted
    with database.transaction():
        database.run("ANALYZE")
    check_all((4, 4, 8))


@pytest.mark.parametrize("is_counted", [False, True])
def test_a_plan_made_while_the_base_was_empty_is_still_good_once_it_is_full(
    fresh_postgresql, database, is_counted
):
    keys = [{**write_key(number), "whole": True} for number in ASKED]
    if is_counted:  # a table never counted is thought to hold a little; one counted empty, nothing
        with psycopg.connect(fresh_postgresql, autocommit=True) as raw:
            raw.execute("VACUUM (ANALYZE)")
    with database.transaction():
        before = database.fetch_sets([(name, keys) for name in READINGS])
    fill(database)

    with database.transaction():
        count_before = count_rows_read(database)
        found = database.fetch_sets([(name, keys) for name in READINGS])
        count_after = count_rows_read(database)

    assert before == [[], [], []]
    assert [len(rows) for rows in found] == [4, 4, 8]
    assert count_after - count_before == 4 + 4 + 8


def count_rows_read(database) -> int:
    """How many rows this session has fetched from tables, by whatever way."""
    database.queries["count_rows_read"] = (
        "SELECT CAST(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) AS integer) "
        "FROM pg_stat_xact_user_tables"
    )
    [(count,)] = database.fetch("count_rows_read")
    return count


@pytest.mark.parametrize("name", WRITINGS)
def test_a_set_is_written_without_looking_at_what_is_there(database, name):
    table, rows = WRITINGS[name]

    plan = explain(database, name, rows)

    types = [node["Node Type"] for node in nodes_of(plan)]
    assert types == ["ModifyTable", "Function Scan"]
    query = f"SELECT tableoid::regclass::text FROM {table}"  # noqa: S608 - a name of ours
    database.queries["placed"] = query
    with database.transaction():
        placed = Counter(name for (name,) in database.fetch("placed"))
    assert placed == {f"{table}_2026_11": 2, f"{table}_2026_12": 1, f"{table}_2025_11": 1}


def test_locks_are_taken_in_the_order_of_numbers(database):
    keys = [write_key(number) for number in ASKED]

    plan = explain(database, "lock_prescriptions", keys)

    assert plan["Node Type"] == "Nested Loop"
    asked, locked = plan["Plans"]
    [order] = (node for node in nodes_of(asked) if node["Node Type"] == "Sort")
    assert order["Sort Key"] == ['asked.number COLLATE "C"']
    assert [node["Node Type"] for node in nodes_of(locked)].count("LockRows") == 1


def test_on_sqlite_a_number_is_read_by_its_key(fresh_sqlite):
    with closing(connect(fresh_sqlite)) as database:
        for name in READINGS:
            database.queries["explain"] = f"EXPLAIN QUERY PLAN {database.queries[name]}"
            values = {**write_key(ASKED[0]), "whole": True}
            steps = [row[3] for row in database.fetch("explain", values)]
            table = "fact" if name == "load_facts" else "prescription"
            assert steps == [f"SEARCH {table} USING PRIMARY KEY (bucket=? AND number=?)"]


RECENT = {"patient_key": "279035121518989", "oldest": "012D"}  # from June 2026 on


def test_a_patient_s_recent_numbers_are_found_by_an_index_in_recent_months(database):  # MED-16
    with database.transaction():
        database.write_sets([("write_patients", [a_patient(number) for number in ASKED])])
    places = {"patient_key": "$1", "oldest": "$2"}
    text = re.sub(r"%\((\w+)\)b", lambda name: places[name[1]], database.queries["list_recent"])

    with database.transaction():
        database.run(f"PREPARE recent (text, text) AS {text}")
        database.queries["explain"] = (
            "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE recent('279035121518989', '012D')"
        )
        [(found,)] = database.fetch("explain")
        numbers = [number for (number,) in database.fetch("list_recent", RECENT)]

    scans = [node for node in nodes_of(found[0]["Plan"]) if "Relation Name" in node]
    run = {scan["Relation Name"] for scan in scans if scan["Actual Loops"]}
    assert {scan["Node Type"] for scan in scans} <= {"Index Scan", "Index Only Scan"}
    assert min(run) == "patient_index_2026_06"
    assert numbers == sorted(number.value for number in ASKED[:3])


def test_on_sqlite_a_patient_s_recent_numbers_are_found_by_an_index(fresh_sqlite):  # MED-16
    with closing(connect(fresh_sqlite)) as database:
        database.queries["explain"] = f"EXPLAIN QUERY PLAN {database.queries['list_recent']}"

        [step] = [row[3] for row in database.fetch("explain", RECENT)]

    assert "patient_index_patient (patient_key=? AND number>?)" in step


def test_who_waited_for_a_lock_reads_what_was_committed_meanwhile(fresh_postgresql):  # TLS-16
    number = ASKED[0]
    keys = [{**write_key(number), "whole": True}]
    questions = [(name, keys) for name in READINGS]

    def wait_and_read(database) -> list[list[tuple]]:
        with database.transaction():
            return database.fetch_sets(questions)

    with (
        ThreadPoolExecutor(1) as thread,
        closing(connect(fresh_postgresql)) as first,
        closing(connect(fresh_postgresql)) as second,
    ):
        with first.transaction():
            first.write_sets([("write_prescriptions", [a_prescription(number)])])
        with first.transaction():
            first.fetch_sets(questions)
            first.write_sets([("write_facts", [a_fact(number, 1)])])
            waiting = thread.submit(wait_and_read, second)
            wait_for_waiters(fresh_postgresql, 1)
        locked, prescriptions, facts = waiting.result(PATIENCE_SECONDS)

    assert [len(locked), len(prescriptions), len(facts)] == [1, 1, 1]
    assert facts[0][:3] == (number.value, "execute", 1)
