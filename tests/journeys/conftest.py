"""The fixtures of journeys: the real program as a process, on each engine in turn."""

from collections.abc import Iterator
import os
from pathlib import Path

import psycopg
import pytest

from conftest import name_database
from journeys.service import Service, serving


@pytest.fixture(scope="session")
def sqlite_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("journeys")
    with serving(f"sqlite:///{folder / 'ordonnance.db'}", folder) as service:
        yield service


@pytest.fixture(scope="session")
def postgresql_process(
    postgresql_url: str, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    name = f"ordonnance_journeys_{os.getpid()}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated} STRATEGY FILE_COPY")
        url = name_database(postgresql_url, name)
        with serving(url, tmp_path_factory.mktemp("journeys")) as service:
            yield service
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest) -> Service:
    """A service that many tests ask, one an engine: prescriptions do not know each other."""
    return request.getfixturevalue(f"{request.param}_process")


@pytest.fixture
def own_service(database_url: str, tmp_path: Path) -> Iterator[Service]:
    """A service of one's own, to be stopped and started."""
    with serving(database_url, tmp_path) as service:
        yield service
