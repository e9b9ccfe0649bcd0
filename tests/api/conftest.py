"""One program an engine for the whole session: prescriptions do not know each other."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path

import psycopg
import pytest

from api.services import Service, running
from builders import NOW
from conftest import name_database


@contextmanager
def copied(postgresql_url: str, migrated: str, name: str) -> Iterator[str]:
    """The address of a copy of *migrated*, called after *name*, while it is used."""
    name = f"ordonnance_{name}_{os.getpid()}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated} STRATEGY FILE_COPY")
        yield name_database(postgresql_url, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("api")
    with running(f"sqlite:///{folder / 'ordonnance.db'}") as service:
        yield service


@pytest.fixture(scope="session")
def postgresql_service(
    postgresql_url: str, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    name = tmp_path_factory.mktemp("api").name
    with copied(postgresql_url, migrated, name) as url, running(url) as service:
        yield service


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest) -> Service:
    """The téléservice on each engine in turn, its clock at NOW."""
    running_service: Service = request.getfixturevalue(f"{request.param}_service")
    running_service.clock.at = NOW
    return running_service
