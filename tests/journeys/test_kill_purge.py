"""A purge killed by kill -9, at a chosen place and at random ones; the next one finishes it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
import random  # noqa: TID251 - seeded
import subprocess
import time

import psycopg
import pytest

from journeys.service import COMMAND, PATIENCE_SECONDS, environment, run, wait_until
from ordonnance.store.database import connect
from usecases.desks import beside, raw_postgresql
from usecases.purges import count_rows, write_month

JANUARY = datetime(2020, 1, 15, 12, tzinfo=UTC)
KILLS = 3
PENDING = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhdetachpending"
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


@pytest.fixture
def old(database_url):
    """The address of a base of one month long past, and one of today."""
    write_month(database_url, JANUARY, size=30)
    write_month(database_url)
    return database_url


@contextmanager
def purging(url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The purge as a process, killed at the end."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "purge", "--yes", "--database", url],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)


def has_begun(url: str) -> Callable[[], bool]:
    """Whether the journal tells that a purge has begun."""

    def is_told() -> bool:
        with closing(connect(url)) as database, database.snapshot():
            return bool(database.fetch("list_purges"))

    return is_told


def assert_is_whole(url: str) -> str:
    """The journal verifies; what was said of it."""
    verified = run("journal", "verify", "--database", url)
    assert verified.returncode == 0, verified.stdout
    return verified.stdout


def finish(url: str) -> None:
    """Purge again, once the server has noticed that who was killed is gone."""

    def is_done() -> bool:
        return run("purge", "--yes", "--database", url).returncode == 0

    wait_until(is_done, "a purge that nobody holds up")


def test_killed_at_random_it_is_finished_by_the_next(old):  # TLS-71
    chance = random.Random(20)  # noqa: S311 - nobody must not guess it
    for _ in range(KILLS):
        with beside(old) as url:
            with purging(url) as process:
                wait_until(
                    lambda url=url, process=process: has_begun(url)() or process.poll() is not None,
                    "a purge that has begun",
                )
                time.sleep(chance.uniform(0, 0.3))
                process.kill()
            assert_is_whole(url)

            finish(url)

            said = assert_is_whole(url)
            assert "janv. 2020 : purgé le" in said
            assert "30 ordonnances, 30 faits, 90 entrées" in said
            assert set(count_rows(url)) == {"2J"}


def test_killed_while_a_partition_leaves_it_is_finished_by_the_next(old):  # TLS-71
    if old.startswith("sqlite"):
        return  # nothing there leaves half
    with psycopg.connect(old) as reader, raw_postgresql(old) as watcher:
        reader.execute("SELECT FROM fact")  # and its transaction goes on
        with purging(old) as process:
            wait_until(
                lambda: watcher.execute(PENDING).fetchall() == [("fact_2020_01",)],
                "a partition half out of its table",
            )
            process.kill()
        wait_until(
            lambda: watcher.execute(SLEEPING).fetchone() == (2,), "a server that has noticed"
        )
        assert watcher.execute(PENDING).fetchall() == [("fact_2020_01",)]
        said = run("purge", "--database", old).stdout
        reader.rollback()

    assert "interrompu" in said
    assert "pas finie" in assert_is_whole(old)
    finish(old)
    assert "30 ordonnances, 30 faits, 90 entrées" in assert_is_whole(old)
    assert set(count_rows(old)) == {"2J"}
