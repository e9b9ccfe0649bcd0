"""The database goes away and comes back."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
import sqlite3
from urllib.parse import urlsplit

import psycopg

from api.papers import ordonnance
from api.services import running, sentence_of, told
from builders import a_number
from conftest import name_database

NOT_READY = {"status": "not ready", "because": "the database does not answer"}


@contextmanager
def away(url: str) -> Iterator[None]:
    """Nobody is served by the database meanwhile: it is locked, or its sessions are ended."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
        return
    name = urlsplit(url).path.removeprefix("/")
    with psycopg.connect(name_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )
        yield
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


def test_without_its_database_the_service_lives_and_is_not_ready(database_url):  # TLS-16
    with running(database_url) as service:
        with away(database_url):
            ready = service.send("GET", "/health/ready")
            live = service.send("GET", "/health/live")
        back = service.send("GET", "/health/ready")

    assert (ready.status_code, ready.json) == (503, NOT_READY)
    assert live.status_code == 200
    assert back.status_code == 200


def test_without_its_database_the_service_asks_to_come_again(fresh_postgresql):  # TLS-16
    body = ordonnance(number := a_number())
    with running(fresh_postgresql) as service:
        with away(fresh_postgresql):
            refused = service.issue(body)
        issued = service.issue(body)
        rows = service.count_rows()

    assert told(refused) == (503, ["BUSY"], None)
    assert refused.headers["retry-after"] == "2"
    assert sentence_of(refused).startswith("Le téléservice est momentanément saturé")
    assert (issued.status_code, issued.json["id"]) == (201, number.value)
    assert "idempotent-replayed" not in issued.headers
    assert rows == (1, 1, 0, 1)


def test_what_was_issued_outlives_the_program(fresh_sqlite):
    with running(fresh_sqlite) as service:
        assert service.issue(ordonnance(a_number())).status_code == 201

    with running(fresh_sqlite) as again:
        assert again.count_rows() == (1, 1, 0, 1)
        assert again.send("GET", "/health/ready").status_code == 200
