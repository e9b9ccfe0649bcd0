"""``ordonnance bench``: that it measures and what it says, never how fast."""

import json
import os
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree as ET

import click
import psycopg
import pytest

from ordonnance.cli.bench import conclude, read_connections
from ordonnance.cli.bench_base import new_postgresql
from ordonnance.cli.bench_figures import Figures, FloorFigures, OperationFigures
from ordonnance.cli.bench_machine import children_of, read_stat
from ordonnance.cli.bench_report import Report
from ordonnance.server import SetupError
from ordonnance.store.queries import Engine

PATIENCE_SECONDS = 120
OPERATIONS = ("issue", "consult", "execute")
OPERATION_KEYS = {
    "per_second",
    "p50_ms",
    "p99_ms",
    "service_cpu_us",
    "database_cpu_us",
    "set_mean",
    "set_p50",
    "set_max",
}
LEFT_BEHIND = "SELECT datname FROM pg_database WHERE datname LIKE 'ordonnance_bench_%'"


def write_command(*arguments):
    """``ordonnance bench`` in a very short run."""
    return [sys.executable, "-m", "ordonnance", "bench", "--seconds", "0.1", *arguments]


def run_bench(*arguments):
    """What ``ordonnance bench`` says in a very short run."""
    return subprocess.run(  # noqa: S603 - our own command
        write_command(*arguments),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def wait_until(is_so):
    """Nothing, once it is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def assert_operations(operations, *, connections):
    """The figures of the three operations through that many connections."""
    for name in OPERATIONS:
        figures = operations[name]
        assert set(figures) == OPERATION_KEYS
        assert figures["per_second"] > 0
        assert figures["p99_ms"] >= figures["p50_ms"] > 0
        assert 1 <= figures["set_p50"] <= figures["set_max"] <= connections
        assert 1 <= figures["set_mean"] <= figures["set_max"]


def assert_shape(figures, engine, *, connections):
    """The figures that a bench gives; the headline is of the last of *connections*."""
    assert figures["engine"] == engine
    assert figures["python"] == figures["versions"]["python"]
    assert figures["connections"] == connections[-1]
    assert list(figures["by_connections"]) == [str(n) for n in connections]
    assert_operations(figures, connections=connections[-1])
    for n in connections:
        assert_operations(figures["by_connections"][str(n)], connections=n)
    assert set(figures["floor"]) == {"issue_per_second", "connections", "cpu_us"}
    assert figures["floor"]["issue_per_second"] > 0
    assert figures["ratio_issue_to_floor"] > 0
    assert figures["errors"] == {}
    assert set(figures["machine"]) == {"cpu", "kernel"}
    assert {engine, "falcon", "uvicorn", "msgspec", "psycopg"} < set(figures["versions"])


def assert_stored(stored, *, count, partitions, connections):
    """The figures of a base that held *count* ordonnances beforehand."""
    assert (stored["count"], stored["partitions"]) == (count, partitions)
    assert_operations(stored, connections=connections)
    assert set(stored["ratios"]) == {*OPERATIONS, "consult_old"}
    assert set(stored["consult_old"]) == OPERATION_KEYS
    assert min(stored["ratios"].values()) > 0


def test_measures_sqlite_in_one_object_beside_the_file_it_does_not_touch(tmp_path):
    done = run_bench(
        "--json", "--connections", "1,3", "--database", f"sqlite:///{tmp_path}/mine.db"
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert_shape(figures, "sqlite", connections=(1, 3))
    assert figures["floor"]["connections"] == 1
    assert figures["issue"]["database_cpu_us"] is None
    assert (figures["stored"], figures["memory"]) == (None, None)
    assert list(tmp_path.iterdir()) == []


def test_measures_postgresql_on_bases_of_its_own(fresh_postgresql):
    done = run_bench(
        "--json", "--connections", "2", "--stored", "200", "--database", fresh_postgresql
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert_shape(figures, "postgresql", connections=(2,))
    assert figures["floor"]["connections"] in (1, 4, 8, 16)
    assert_stored(figures["stored"], count=200, partitions=20, connections=2)
    with psycopg.connect(fresh_postgresql) as connection:
        assert connection.execute("SELECT count(*) FROM prescription").fetchone() == (0,)
        assert connection.execute(LEFT_BEHIND).fetchall() == []


def test_a_table_at_80_columns_a_file_and_charts_say_the_same(tmp_path):
    file, charts = tmp_path / "new" / "bench.json", tmp_path / "charts"
    done = run_bench(
        *("--database", f"sqlite:///{tmp_path}/mine.db", "--connections", "1,2"),
        *("--stored", "200", "--soak", "0.3", "--save", str(file), "--charts", str(charts)),
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_bytes())
    assert_shape(figures, "sqlite", connections=(1, 2))
    assert_stored(figures["stored"], count=200, partitions=0, connections=2)
    memory = figures["memory"]
    held = [kib for _, kib in memory["samples"]]
    assert (memory["first_kib"], memory["last_kib"]) == (held[0], held[-1])
    assert memory["largest_kib"] == max(held) >= min(held) > 0
    assert memory["seconds"] == memory["samples"][-1][0] > 0
    assert memory["operations"] >= 3 * len(held)
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert [words[0] for words in lines][:11] == [
        *("SQLite", "a", "issue", "consult", "execute", "floor,", "issue"),
        *("200", "memory", "issue", "connections"),
    ]
    assert lines[2][1] == f"{figures['issue']['per_second']:,.0f}"
    assert lines[11][0] == "1"
    assert sorted(path.name for path in charts.iterdir()) == [
        "costs-sqlite.svg",
        "memory-sqlite.svg",
        "rates-sqlite.svg",
    ]
    rates = ET.parse(charts / "rates-sqlite.svg").getroot()  # noqa: S314 - we wrote it
    assert f"{figures['issue']['per_second']:,.0f}" in {mark.text for mark in rates.iter()}


def test_the_file_is_what_json_prints(tmp_path):
    file = tmp_path / "bench.json"
    done = run_bench(
        *("--json", "--save", str(file), "--connections", "2"),
        *("--database", f"sqlite:///{tmp_path}/mine.db"),
    )

    assert done.stdout == file.read_text("utf-8")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_an_interrupted_bench_leaves_nothing_behind(engine, tmp_path, request):
    url = f"sqlite:///{tmp_path}/mine.db"
    if engine == "postgresql":
        url = request.getfixturevalue("fresh_postgresql")
    command = write_command("--seconds", "600", "--stored", "20", "--database", url)
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - ours
    # Two services, the load, and what Python keeps to tidy up after it.
    wait_until(lambda: len(children_of(running.pid)) == 4 or running.poll() is not None)
    started = children_of(running.pid)

    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=PATIENCE_SECONDS)

    assert len(started) == 4, said
    assert running.returncode == 1
    assert "Traceback" not in said
    wait_until(lambda: not any(read_stat(process) for process in started))
    assert list(tmp_path.iterdir()) == []
    if engine == "postgresql":
        with psycopg.connect(url) as connection:
            assert connection.execute(LEFT_BEHIND).fetchall() == []


def test_says_when_commits_are_not_on_disk(fresh_postgresql):
    with psycopg.connect(fresh_postgresql) as connection:
        is_durable = connection.execute("SHOW fsync").fetchone() == ("on",)

    with new_postgresql(fresh_postgresql, "new") as base:
        assert base.is_durable is is_durable


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (
            ("--database", "mysql://somewhere"),
            2,
            "the address begins with sqlite:/// or postgresql://",
        ),
        (
            ("--database", "sqlite:////nowhere/at/all/mine.db"),
            1,
            "There is no folder /nowhere/at/all",
        ),
        (
            ("--database", "postgresql://127.0.0.1:1/postgres"),
            1,
            "the database does not answer",
        ),
        (("--connections", "1,many"), 2, "numbers of connections, such as 1,8,64"),
        (("--save", "/dev/null/bench.json"), 1, "There can be no folder /dev/null"),
    ],
)
def test_says_in_a_sentence_what_cannot_be_measured(arguments, status, sentence):
    done = run_bench(*arguments)

    assert (done.returncode, done.stdout) == (status, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [("64", (64,)), ("64,1,8", (1, 8, 64)), ("8, 8,512", (8, 512))],
)
def test_numbers_of_connections_are_read_in_ascending_order(text, expected):
    assert read_connections(None, None, text) == expected


@pytest.mark.parametrize("text", ["", "1,", "0,1", "1,513", "-1", "1,2,3,4,5,6,7,8,9", "x"])
def test_other_numbers_of_connections_are_refused(text):
    with pytest.raises(click.BadParameter):
        read_connections(None, None, text)


def test_a_server_that_refuses_a_base_is_said_and_what_is_there_stays(fresh_postgresql):
    mine = f"ordonnance_bench_{os.getpid()}_new"
    with psycopg.connect(fresh_postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {mine}")
        try:
            with pytest.raises(SetupError, match="already exists"):
                new_postgresql(fresh_postgresql, "new").__enter__()
        finally:
            connection.execute(f"DROP DATABASE {mine}")


def test_a_run_with_errors_ends_with_1(capsys):
    one = OperationFigures(
        per_second=1.0,
        p50_ms=1.0,
        p99_ms=1.0,
        service_cpu_us=1.0,
        database_cpu_us=None,
        set_mean=1.0,
        set_p50=1,
        set_max=1,
    )
    figures = Figures(
        by_connections={64: {"issue": one, "consult": one, "execute": one}},
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
