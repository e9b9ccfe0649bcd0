"""The schema, the months and the named queries: the same on both engines, whatever the way."""

from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from itertools import count
import os
from pathlib import Path
import re
import sqlite3
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.store.database import connect
from ordonnance.store.dossier import write_key
from ordonnance.store.migrate import migrate, pending, read_migrations
from ordonnance.store.partitions import PARTITIONED, open_months
from ordonnance.store.queries import Engine, parse, read_queries

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
PARIS_IN_WINTER = timezone(timedelta(hours=1))
STORE = files("ordonnance.store")
SOURCES = "\n".join(
    path.read_text("utf-8") for path in Path(str(files("ordonnance"))).rglob("*.py")
)
_empties = count(1)

CATALOGS = (
    """
    SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default,
        collation_name
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
    """,
    """
    SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
    """,
    """
    SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2
    """,
    """
    SELECT partrelid::regclass::text, pg_get_partkeydef(partrelid) FROM pg_partitioned_table
    ORDER BY 1
    """,
    """
    SELECT relname, relkind, relpersistence, reloptions, pg_get_expr(relpartbound, oid)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1
    """,
)


@contextmanager
def empty_postgresql(postgresql_url):
    """The address of a base in which nothing is."""
    name = f"ordonnance_empty_{os.getpid()}_{next(_empties)}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
        try:
            yield urlunsplit(urlsplit(postgresql_url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def describe_postgresql(url):
    """Everything the catalogs say of the schema."""
    with psycopg.connect(url) as connection:
        return [connection.execute(catalog).fetchall() for catalog in CATALOGS]


def describe_sqlite(url):
    """Everything SQLite says of the schema."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:

        def ask(pragma, name):
            return connection.execute(f"PRAGMA {pragma}({name})").fetchall()

        tables = connection.execute("PRAGMA table_list").fetchall()
        owned = sorted(row for row in tables if not row[1].startswith("sqlite_"))
        indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
        return [
            owned,
            [(row[1], ask("table_xinfo", row[1]), ask("index_list", row[1])) for row in owned],
            sorted((name, " ".join((sql or "").split())) for name, sql in indexes),
            [
                (name, ask("index_xinfo", name))
                for row in owned
                for _, name, *_ in ask("index_list", row[1])
            ],
        ]


def load_schema(database):
    """Make the schema as schema.<engine>.sql says it stands, without the migrations."""
    with database.transaction():
        database.run(STORE.joinpath(f"schema.{database.engine}.sql").read_text("utf-8"))
        database.run(database.queries["create_versions"])
        open_months(database, AT)


def test_migrations_and_schema_give_the_same_on_postgresql(postgresql_url, fresh_postgresql):
    with empty_postgresql(postgresql_url) as url:
        with closing(connect(url)) as database:
            load_schema(database)

        described = describe_postgresql(url)

    columns, keys, indexes, partitioned, relations = described
    assert all(described)
    assert ("fact", 2, "number", "text", "NO", None, "C") in columns
    assert ("fact", "RANGE (number)") in partitioned
    assert len(relations) > len(indexes) > len(partitioned) == len(PARTITIONED)
    assert described == describe_postgresql(fresh_postgresql)
    assert ("fact", "fact_pkey", "p", "PRIMARY KEY (bucket, number, rank)") in keys


def test_migrations_and_schema_give_the_same_on_sqlite(tmp_path, fresh_sqlite):
    url = f"sqlite:///{tmp_path / 'schema.db'}"
    with closing(connect(url)) as database:
        load_schema(database)

    described = describe_sqlite(url)

    assert {row[1] for row in described[0]} == {
        *PARTITIONED,
        "journal_block",
        "purge",
        "purge_tally",
        "nomenclature",
        "nomenclature_code",
        "preserie_document",
        "preserie_event",
        "referential",
        "referential_product",
        "recorded_command",
        "schema_version",
        "scor_lot",
        "scor_piece",
        "scor_scan",
        "trace",
        "trace_workstation",
    }
    assert described == describe_sqlite(fresh_sqlite)


def test_both_engines_have_the_same_columns(fresh_postgresql, fresh_sqlite):
    columns = [
        (table, name, kind, nullable == "NO")
        for table, _, name, kind, nullable, *_ in describe_postgresql(fresh_postgresql)[0]
        if not re.search(r"_\d{4}_\d{2}$", table)
    ]
    kinds = {"timestamptz": "timestamp with time zone"}

    assert columns == [
        (table, name, kinds.get(kind.lower(), kind.lower()), bool(is_required))
        for table, infos, _ in sorted(describe_sqlite(fresh_sqlite)[1])
        for _, name, kind, is_required, *_ in infos
    ]


def test_every_table_by_number_has_months_that_are_purged(fresh_sqlite):  # TLS-70
    by_number = {
        table
        for table, columns, _ in describe_sqlite(fresh_sqlite)[1]
        if "number" in {name for _, name, *_ in columns}
    }

    assert by_number == set(PARTITIONED)


def test_migrating_twice_does_nothing(database_url):
    with closing(connect(database_url)) as database:
        assert pending(database) == []
        assert migrate(database, AT) == []


def test_an_empty_base_lacks_every_step_and_says_what_was_done(tmp_path):
    with closing(connect(f"sqlite:///{tmp_path / 'new' / 'ordonnance.db'}")) as database:
        assert pending(database) == read_migrations(Engine.SQLITE)
        assert migrate(database, AT)[0] == "0001 base"
        assert pending(database) == []


def test_a_step_that_fails_leaves_nothing(database_url, tmp_path):
    with closing(connect(database_url)) as database:
        database.queries["table_names"] = (
            "SELECT name FROM sqlite_master"
            if database.engine is Engine.SQLITE
            else "SELECT relname FROM pg_class"
        )
        with pytest.raises(Exception, match="nowhere"), database.transaction():
            database.run("CREATE TABLE half (a integer);\nINSERT INTO nowhere VALUES (1);\n")

        with database.transaction():
            assert ("half",) not in database.fetch("table_names")


def months_of(url):
    """The first and last months open for each table, and how many there are."""
    names = [row[0] for row in describe_postgresql(url)[4] if row[1] == "r" and row[4]]
    months = {table: [] for table in PARTITIONED}
    for name in names:
        table, year, month = re.fullmatch(r"(\w+)_(\d{4})_(\d{2})", name).groups()
        months[table].append(f"{year}-{month}")
    return {(min(found), max(found), len(found)) for found in months.values()}


def test_months_are_open_from_fourteen_back_to_three_ahead(fresh_postgresql):  # TLS-15
    assert months_of(fresh_postgresql) == {("2025-09", "2027-02", 18)}


def test_every_month_has_the_index_of_patients(fresh_postgresql):  # TLS-15
    with closing(connect(fresh_postgresql)) as database, database.transaction():
        open_months(database, AT + timedelta(days=31))

    indexes = describe_postgresql(fresh_postgresql)[2]

    found = {
        table
        for table, _, definition in indexes
        if table.startswith("patient_index_") and definition.endswith("(patient_key, number)")
    }
    assert len(found) == 19
    assert "patient_index_2027_03" in found


def test_time_going_by_opens_the_next_month(fresh_postgresql):  # TLS-15
    with closing(connect(fresh_postgresql)) as database:
        with database.transaction():
            last_instant = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)  # still November in Paris
            assert open_months(database, last_instant) == []
            made = open_months(database, last_instant + timedelta(minutes=1))
        with database.transaction():
            assert open_months(database, last_instant + timedelta(days=1)) == []

    assert made == [f"{table}_2027_03" for table in PARTITIONED]
    assert months_of(fresh_postgresql) == {("2025-09", "2027-03", 19)}


def test_months_touch_each_other(fresh_postgresql):  # TLS-15
    bounds = [
        re.fullmatch(r"FOR VALUES FROM \('(\w+)'\) TO \('(\w+)'\)", row[4]).groups()
        for row in describe_postgresql(fresh_postgresql)[4]
        if row[0].startswith("fact_2") and row[1] == "r"
    ]

    assert bounds[0][0] == "0124"  # September 2025 is month 68
    assert bounds[-1][1] == "012P"  # March 2027 is month 86
    assert [high for _, high in bounds[:-1]] == [low for low, _ in bounds[1:]]


@pytest.mark.parametrize("engine", Engine)
def test_every_named_query_is_used(engine):
    unused = [name for name in read_queries(engine) if not re.search(rf'"{name}"', SOURCES)]

    assert unused == []


@pytest.mark.parametrize("engine", Engine)
def test_no_name_stands_for_two_queries(engine):
    texts = [
        file.read_text("utf-8")
        for file in STORE.joinpath("sql").iterdir()
        if file.name.split(".")[1:] in (["sql"], [engine, "sql"])
    ]

    named = sum(text.count("-- name: ") for text in texts)

    assert named == len(read_queries(engine))


@pytest.mark.parametrize(
    "word", ["settlement", "journal", "referential", "nomenclature", "alert", "preserie", "trace"]
)
def test_what_is_written_twice_answers_to_the_same_names(word):
    postgresql, sqlite = (
        parse(STORE.joinpath(f"sql/{word}.{engine}.sql").read_text("utf-8"), engine)
        for engine in (Engine.POSTGRESQL, Engine.SQLITE)
    )

    assert set(postgresql) == set(sqlite)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1;\n-- name: late\nSELECT 2;\n",
        "-- A comment.\nDROP TABLE fact;\n-- name: late\nSELECT 2;\n",
        "SELECT 1;\n",
    ],
)
def test_sql_before_the_first_name_is_refused(text):
    with pytest.raises(ValueError, match="before the first"):
        parse(text, Engine.SQLITE)


def test_a_query_loses_its_comments_and_its_semicolon():
    text = "-- About the file.\n\n-- name: one\n-- Why.\nSELECT 1;\n\n-- name: two\nSELECT 2\n"

    assert parse(text, Engine.SQLITE) == {"one": "SELECT 1", "two": "SELECT 2"}


def test_parameters_are_written_as_each_driver_wants_them():
    text = "-- name: cast\nSELECT :a, CAST(:b AS text[]), :c::date, d::text, '12:30' WHERE e = :a"

    assert parse(text, Engine.POSTGRESQL)["cast"] == (
        "SELECT %(a)b, CAST(%(b)b AS text[]), %(c)b::date, d::text, '12:30' WHERE e = %(a)b"
    )
    assert parse(text, Engine.SQLITE)["cast"] == text.removeprefix("-- name: cast\n")


NUMBERS = [PrescriptionNumber.mint(AT.date(), chance << 40) for chance in (7, 8, 9)]
INSTANT = datetime(2026, 11, 23, 10, 0, 0, 123456, PARIS_IN_WINTER)


def write_some_rows(database):
    """Rows of every table, with what travels badly: bytes, offsets, accents, nothing."""
    keys = [write_key(number) for number in NUMBERS]
    fact = {"recorded_at": INSTANT, "document": b"\x00\xff'\\", "resources": None}
    entry = {"chain": "é", "rank": 1, "at": INSTANT, "salt": b"", "document": bytes(range(256))}
    block = {"bucket": 1, "chain": "é", "rank": 0, "at": INSTANT, "previous": bytes(32)}
    patient = {"patient_key": "279035121518989", "authored_at": INSTANT, "prescriber": "1"}
    alert = {"told_at": INSTANT, "code": "WAITING", "sender": "332000011", "document": b"{}"}
    lacking = {"execution": None, "department": None, "prescriber": None}
    writings = [
        ("write_prescriptions", [{**key, **fact, "resources": b"[]"} for key in keys]),
        ("write_patients", [{**key, **patient} for key in keys]),
        (
            "write_facts",
            [
                {**key, **fact, "rank": rank, "operation": "exécuter"}
                for key in keys
                for rank in (1, 2_000_000_000)
            ],
        ),
        (
            "write_alerts",
            [{**key, **alert, **lacking, "rank": 1, "position": n} for n, key in enumerate(keys)],
        ),
        ("write_entries", [{**key, **entry, "position": n} for n, key in enumerate(keys)]),
        ("write_blocks", [{**block, "digests": b"\x00" * 32, "months": "2J", "heads": "[]"}]),
    ]
    with database.transaction():
        database.write_sets(writings)
        record = {"bucket": 1, "chain": "é", "rank": 0, "document": bytes(range(256))}
        database.execute("write_purge", record)
        event = {"preserie": "A", "rank": 1, "recorded_at": INSTANT, "operation": "open"}
        event |= {"party": "vendor", "key": "é", "digest": "0", "document": b"\x00\xff'\\"}
        place = {"chain": "é", "block": 0, "position": 0}
        database.execute("write_preserie_event", event | place)
        for _ in range(2):
            tally = {"month": "2J", "kind": "fact", "row_count": 3_000_000_000}
            database.execute("add_to_tally", tally)


def read_all_rows(database):
    """The same rows, by every query that reads them."""
    keys = [
        {**write_key(number), "whole": whole}
        for number, whole in zip(NUMBERS, (True, False, True), strict=True)
    ]
    streams = sorted(name for name in database.queries if name.startswith("stream_"))
    with database.transaction():
        found = database.fetch_sets(
            [(name, keys) for name in ("lock_prescriptions", "load_prescriptions", "load_facts")]
        )
        found.append(database.fetch("list_openings"))
        found.append(database.fetch("load_last_block", {"bucket": 1, "chain": "é"}))
        found.append(database.fetch("list_versions"))
        found.append(database.fetch("list_purges"))
        found.append(database.fetch("read_tally", {"month": "2J"}))
        found.append(database.fetch("list_preserie_heads"))
        found.append(database.fetch("load_preserie_events", {"preserie": "A", "after": 0}))
    with database.snapshot():
        found.extend(list(database.stream(name)) for name in streams)
    return found


def test_both_engines_give_equal_rows(fresh_postgresql, fresh_sqlite):
    found = []
    for url in (fresh_postgresql, fresh_sqlite):
        with closing(connect(url)) as database:
            write_some_rows(database)
            found.append(read_all_rows(database))

    first, second = found
    assert first == second
    assert all(first)
    values = [value for rows in found for answer in rows for row in answer for value in row]
    instants = [value for value in values if isinstance(value, datetime)]
    assert {instant.isoformat() for instant in instants} == {"2026-11-23T09:00:00.123456+00:00"}
    assert {type(value) for value in values} == {datetime, bytes, str, int, type(None)}
    types = [[[tuple(map(type, row)) for row in rows] for rows in answers] for answers in found]
    assert types[0] == types[1]


@pytest.mark.parametrize("url", ["mysql://localhost/ordonnance", "ordonnance.db", ""])
def test_an_address_of_neither_engine_is_refused(url):
    with pytest.raises(ValueError, match="sqlite:/// or postgresql://"):
        connect(url)
