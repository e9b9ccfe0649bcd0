"""What the command says when the program cannot start, and what it leaves when it can."""

from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from journeys.service import Service, free_port, run, serving

NOBODY_THERE = "postgresql://ordonnance@127.0.0.1:1/ordonnance"


@pytest.fixture
def bare_postgresql(fresh_postgresql):
    """The address of a database without a schema."""
    parts = urlsplit(fresh_postgresql)
    name = f"{parts.path.removeprefix('/')}_bare"
    with psycopg.connect(fresh_postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(parts._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def serve(*arguments: str, **settings: str):
    """``ordonnance serve`` where it cannot: it ends by itself."""
    return run("serve", "--port", str(free_port()), *arguments, **settings)


def assert_said(ended, sentence: str) -> None:
    """It failed, and said so in one line and nothing else."""
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"ordonnance: {sentence}")
    assert len(ended.stderr.splitlines()) == 1


def test_sqlite_is_not_served_by_two_workers(fresh_sqlite):
    ended = serve("--demo", "--workers", "2", "--database", fresh_sqlite)

    assert ended.returncode == 2
    assert "SQLite has one writer: serve it with one worker." in ended.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_schema_that_waits_for_its_migrations_is_not_served(bare_postgresql, workers):
    ended = serve("--demo", "--workers", workers, "--database", bare_postgresql)

    assert_said(ended, "The schema is not up to date: run « ordonnance migrate » first.")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_without_its_database_the_service_does_not_start(workers):
    ended = serve("--demo", "--workers", workers, "--database", NOBODY_THERE)

    assert_said(ended, "the database does not answer: connection failed")


def test_without_its_database_nothing_is_migrated():
    ended = run("migrate", "--database", NOBODY_THERE)

    assert_said(ended, "the database does not answer: connection failed")


def test_the_key_that_everybody_knows_is_for_the_loopback(fresh_sqlite):
    everywhere = "0.0.0.0"  # noqa: S104 - what is refused
    ended = serve("--demo", "--host", everywhere, "--database", fresh_sqlite)

    assert_said(ended, "Everybody knows the default demonstration key: set ORDONNANCE_DEMO_KEY")


def test_without_an_issuer_of_tokens_nothing_is_served(database_url):
    ended = serve("--database", database_url)

    assert_said(ended, "No token issuer is set: give ORDONNANCE_ISSUER and ORDONNANCE_JWKS")


def test_a_setting_that_cannot_be_read_is_named(tmp_path):
    nonsense = tmp_path / "nonsense.db"
    nonsense.write_text("not a database")

    assert_said(serve(ORDONNANCE_DEMO="maybe"), "ORDONNANCE_DEMO is yes or no, not 'maybe'")
    assert_said(
        serve("--demo", "--database", "mysql://somewhere"),
        "The database's address begins with sqlite:/// or postgresql://",
    )
    assert_said(
        serve("--demo", "--database", f"sqlite:///{nonsense}"),
        "the database does not answer: file is not a database",
    )


def test_a_port_that_is_taken_is_named(service: Service, tmp_path):
    url = f"sqlite:///{tmp_path / 'another.db'}"

    ended = run("serve", "--demo", "--port", str(service.port), "--database", url)

    assert ended.returncode == 1
    assert f"('127.0.0.1', {service.port}): address already in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_migrate_makes_a_base_that_can_be_served(bare_postgresql, tmp_path):
    first = run("migrate", "--database", bare_postgresql)
    second = run("migrate", "--database", bare_postgresql)

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[-1].endswith("steps applied.")
    assert (second.returncode, second.stdout) == (0, "The schema is up to date.\n")
    with serving(bare_postgresql, tmp_path) as service:
        assert service.is_listening()


def test_on_sqlite_serve_migrates_by_itself(tmp_path):
    url = f"sqlite:///{tmp_path / 'new' / 'ordonnance.db'}"
    with serving(url, tmp_path):
        migrated = run("migrate", "--database", url)

    assert (migrated.returncode, migrated.stdout) == (0, "The schema is up to date.\n")
