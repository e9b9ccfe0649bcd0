"""Brings the schema up to date, one numbered file after the other, each in a transaction."""

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from typing import NamedTuple

from ordonnance.store.database import Database
from ordonnance.store.partitions import open_months
from ordonnance.store.queries import Engine


class Migration(NamedTuple):
    """A numbered step of the schema."""

    version: int
    name: str
    script: str


def read_migrations(engine: Engine) -> list[Migration]:
    """The steps for *engine*, in order; a file without an engine in its name serves both."""
    migrations = []
    folder = files("ordonnance.store").joinpath("migrations")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        stem, *words = file.name.split(".")
        if words in (["sql"], [engine.value, "sql"]):
            version, _, name = stem.partition("_")
            migrations.append(Migration(int(version), name, file.read_text("utf-8")))
    return migrations


def pending(database: Database) -> Sequence[Migration]:
    """The steps not yet applied, in order."""
    with database.transaction():
        database.run(database.queries["create_versions"])
        applied = {version for (version,) in database.fetch("list_versions")}
    return [step for step in read_migrations(database.engine) if step.version not in applied]


def migrate(database: Database, at: datetime) -> list[str]:
    """Apply what is missing and open the months around *at*; the names of what was done.

    Run by two processes at once, one of them finds a step already there and fails: run it again.
    """
    done = []
    for step in pending(database):
        with database.transaction():
            database.run(step.script)
            database.execute(
                "record_version", {"version": step.version, "name": step.name, "applied_at": at}
            )
        done.append(f"{step.version:04} {step.name}")
    with database.transaction():
        done.extend(open_months(database, at))
    return done
