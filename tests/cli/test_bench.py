"""The bench: that it measures, never how fast."""

from datetime import date
import json
import os
import subprocess
import sys

import psycopg
import pytest

from builders import NOW
from ordonnance.cli.bench import Report, conclude
from ordonnance.cli.bench_base import (
    find_postmaster,
    new_postgresql,
    new_sqlite,
    read_stat,
    serve,
)
from ordonnance.cli.bench_rounds import (
    CPU,
    Cost,
    Figures,
    FloorCost,
    FloorFigures,
    median_us,
    summarise,
    summarise_floor,
)
from ordonnance.cli.floor import Written
from ordonnance.server import SetupError
from ordonnance.simulation.load import (
    Load,
    Measured,
    Request,
    is_whole,
    number_at,
    percentile,
    run,
    write_consult,
)
from ordonnance.store.queries import Engine

PATIENCE_SECONDS = 120
OPERATION_KEYS = {"per_second", "p50_ms", "p99_ms", "service_cpu_us", "database_cpu_us"}


def run_bench(*arguments):
    """What ``ordonnance bench`` says in a very short run."""
    command = [sys.executable, "-m", "ordonnance", "bench", "--seconds", "0.1", *arguments]
    return subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def assert_shape(figures, engine):
    """The figures that a bench gives."""
    assert figures["engine"] == engine
    assert figures["python"] == figures["versions"]["python"]
    for operation in ("issue", "consult", "execute"):
        assert set(figures[operation]) == OPERATION_KEYS
        assert figures[operation]["per_second"] > 0
        assert figures[operation]["p99_ms"] >= figures[operation]["p50_ms"] > 0
    assert set(figures["floor"]) == {"issue_per_second", "connections", "cpu_us"}
    assert figures["floor"]["issue_per_second"] > 0
    assert figures["ratio_issue_to_floor"] > 0
    assert figures["errors"] == {}
    assert figures["connections"] == 64
    assert {engine, "falcon", "uvicorn", "msgspec", "psycopg"} < set(figures["versions"])


def test_measures_sqlite_in_one_object_beside_the_file_it_does_not_touch(tmp_path):
    done = run_bench("--json", "--database", f"sqlite:///{tmp_path}/mine.db")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert_shape(figures, "sqlite")
    assert figures["floor"]["connections"] == 1
    assert figures["issue"]["database_cpu_us"] is None
    assert list(tmp_path.iterdir()) == []


def test_measures_postgresql_on_a_base_of_its_own(fresh_postgresql):
    done = run_bench("--json", "--database", fresh_postgresql)

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert_shape(figures, "postgresql")
    assert figures["floor"]["connections"] in (1, 4, 8, 16)
    with psycopg.connect(fresh_postgresql) as connection:
        assert connection.execute("SELECT count(*) FROM prescription").fetchone() == (0,)
        left = "SELECT datname FROM pg_database WHERE datname LIKE 'ordonnance_bench_%'"
        assert connection.execute(left).fetchall() == []


def test_says_when_commits_are_not_on_disk(fresh_postgresql):
    with psycopg.connect(fresh_postgresql) as connection:
        is_durable = connection.execute("SHOW fsync").fetchone() == ("on",)

    with new_postgresql(fresh_postgresql) as base:
        assert base.is_durable is is_durable


def test_the_table_fits_80_columns(tmp_path):
    done = run_bench("--database", f"sqlite:///{tmp_path}/mine.db")

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines if line.strip()][:6] == [
        "sqlite",
        "a",
        "issue",
        "consult",
        "execute",
        "floor,",
    ]


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("mysql://somewhere", 2, "the address begins with sqlite:/// or postgresql://"),
        ("sqlite:////nowhere/at/all/mine.db", 1, "There is no folder /nowhere/at/all"),
        ("postgresql://127.0.0.1:1/postgres", 1, "the database does not answer"),
    ],
)
def test_says_in_a_sentence_what_cannot_be_measured(address, status, sentence):
    done = run_bench("--database", address)

    assert (done.returncode, done.stdout) == (status, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (0.75, 3.0), (0.76, 4.0), (0.99, 4.0), (1, 4.0)]
)
def test_percentile_is_the_smallest_value_that_the_share_does_not_exceed(share, expected):
    assert percentile([1.0, 2.0, 3.0, 4.0], share) == expected


def test_percentile_of_nothing_is_zero():
    assert percentile([], 0.99) == 0.0


def test_median_cpu_is_per_operation_and_survives_a_round_without_any():
    assert median_us([(0.5, 1000), (0.2, 1000), (0.3, 1000)]) == 300.0
    assert median_us([(0.5, 0), (0.2, 1000), (0.3, 1000)]) == 300.0


def a_cost(count, *, p50, p99, service, database):
    measured = Measured(count=count, taken=count, seconds=2.0, p50_ms=p50, p99_ms=p99, errors={})
    return Cost(measured, CPU(service, database))


def test_an_operation_is_told_by_the_medians_of_its_rounds():
    figures = summarise(
        [
            a_cost(2000, p50=10.0, p99=90.0, service=0.4, database=0.2),
            a_cost(4000, p50=30.0, p99=50.0, service=1.6, database=0.4),
            a_cost(1000, p50=20.0, p99=70.0, service=0.3, database=0.3),
        ]
    )

    assert figures.per_second == 1000.0
    assert (figures.p50_ms, figures.p99_ms) == (20.0, 70.0)
    assert (figures.service_cpu_us, figures.database_cpu_us) == (300.0, 100.0)


def test_the_database_s_cpu_is_unknown_where_one_round_does_not_know_it():
    figures = summarise([a_cost(10, p50=1.0, p99=1.0, service=0.1, database=None)])

    assert figures.database_cpu_us is None


def test_the_floor_is_that_of_the_connections_that_do_best():
    def cost(count):
        return FloorCost(Written(count=count, seconds=1.0, cpu_seconds=0.1), 0.2)

    figures = summarise_floor(
        {1: [cost(100), cost(900), cost(200)], 4: [cost(300), cost(500), cost(400)]}
    )

    assert (figures.connections, figures.issue_per_second, figures.cpu_us) == (4, 400.0, 500.0)


def test_cpu_since_is_a_difference():
    assert CPU(3.0, 2.0).since(CPU(1.0, 0.5)) == (2.0, 1.5)
    assert CPU(3.0, None).since(CPU(1.0, None)) == (2.0, None)


def test_numbers_are_the_same_each_time_and_differ_between_series():
    month = date(2026, 11, 1)

    assert number_at(0, month).value == number_at(0, month).value
    assert len({number_at(rank, month).value for rank in range(1000)}) == 1000
    assert number_at(0, month) != number_at(0, month, series="floor")


def test_a_request_is_written_about_another_prescription():
    one, other = (number_at(rank, date(2026, 11, 1)) for rank in (1, 2))
    text = f"GET /{one} HTTP/1.1\r\nX: {one}\r\n\r\n".encode()

    request = Request.about(one, text, status=200)

    assert request.status == b"200"
    assert request.write(other.value.encode()) == (
        f"GET /{other} HTTP/1.1\r\nX: {other}\r\n\r\n".encode()
    )


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (b"", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"HTTP/1.1 200 OK\r\nx: y\r\ncontent-length:3\r\nz: 0\r\n\r\nabc", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    ],
)
def test_an_answer_is_whole_when_its_length_is_there(received, expected):
    assert is_whole(received) is expected


def test_a_process_that_is_not_postgresql_has_no_postmaster():
    assert find_postmaster(os.getpid()) is None
    assert read_stat(2**22 + 1) == []


def test_a_server_that_refuses_a_base_is_said_and_what_is_there_stays(fresh_postgresql):
    mine = f"ordonnance_bench_{os.getpid()}"
    with psycopg.connect(fresh_postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {mine}")
        try:
            with pytest.raises(SetupError, match="already exists"):
                new_postgresql(fresh_postgresql).__enter__()
        finally:
            connection.execute(f"DROP DATABASE {mine}")


def test_another_answer_than_the_one_expected_is_an_error():
    with new_sqlite(None) as base, serve(base) as served:
        request = write_consult(token="nobody's", at=NOW)  # noqa: S106 - it opens nothing
        measured = run(
            Load(
                port=served.port,
                request=request,
                numbers=range(7),
                month=NOW.date(),
                seconds=PATIENCE_SECONDS,
                connections=2,
            )
        )

    assert (measured.count, measured.taken, measured.errors) == (0, 7, {"401": 7})
    assert (measured.per_second, measured.p50_ms) == (0.0, 0.0)


def test_a_run_with_errors_ends_with_1(capsys):
    one = summarise([a_cost(1, p50=1.0, p99=1.0, service=0.1, database=None)])
    figures = Figures(
        operations={"issue": one, "consult": one, "execute": one},
        floor=FloorFigures(issue_per_second=1.0, connections=1, cpu_us=1.0),
        errors={"503": 2},
    )
    report = Report(
        engine=Engine.SQLITE, version="3", is_durable=False, seconds=1.0, figures=figures
    )

    with pytest.raises(SystemExit, match="1"):
        conclude({Engine.SQLITE: report})

    said = capsys.readouterr()
    assert said.out == ""
    assert "answers a commit before it is on disk" in said.err
    assert "503 (2 times)" in said.err
