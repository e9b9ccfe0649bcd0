"""The nomenclatures: official tables loaded as editions, and those in force read back.

Each nomenclature has its own editions, for they do not come out together. An edition is in force
from a day on, in Paris, until another of the same nomenclature takes effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.nomenclature import Item, Nomenclature, System
from ordonnance.store.bdpm import FileReport, Step
from ordonnance.store.database import Database
from ordonnance.store.nomenclature import (
    Edition,
    name_edition,
    read_edition,
    read_item,
    write_edition,
    write_items,
)
from ordonnance.store.nomenclature_files import digest_of, read_tables, release_of
from ordonnance.usecases.referential import WRITTEN_AT_ONCE, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a load did of one nomenclature. But for LOADED, the base is as it was.

    *in_force* is its edition in force at the load, once it is over; None: none. *files* are empty
    where they were not read: OUTDATED.
    """

    outcome: Outcome
    edition: Edition
    in_force: str | None
    files: Sequence[FileReport] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A load that was read and not written: what it will have done, and its codes."""

    report: Report
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every edition ever loaded, the latest to take effect first; *in_force*: by nomenclature."""

    in_force: Mapping[System, str]
    editions: tuple[Edition, ...]


def draft(
    database: Database,
    system: System,
    files: Mapping[str, bytes],
    *,
    at: datetime,
    effective_on: date,
    step: Step,
) -> Draft:
    """The tables of *system* among *files* read, and what loading them would do.

    Nothing is written. What holds of a code is what has taken effect by the day *effective_on*.

    Source: REF-22, REF-23.
    """
    digest = digest_of(system, files)
    edition = Edition(
        name=name_edition(system, release_of(system, files), digest, effective_on),
        system=system,
        source_digest=digest,
        effective_on=effective_on,
        loaded_at=at,
        code_count=0,
    )
    outcome, in_force = _foresee(database, edition)
    if outcome is Outcome.OUTDATED:
        return Draft(Report(outcome=outcome, edition=edition, in_force=in_force), ())
    reading = read_tables(system, files, on=effective_on, step=step)
    if reading.is_broken:
        outcome = Outcome.BROKEN
    elif outcome is Outcome.LOADED:
        edition = replace(edition, code_count=len(reading.items))
    report = Report(outcome=outcome, edition=edition, in_force=in_force, files=reading.files)
    return Draft(report, reading.items)


def write(database: Database, drafted: Draft) -> Report:
    """Write an edition and drop those that it supersedes, inside the transaction that is open.

    Source: REF-23.
    """
    edition = drafted.report.edition
    rows = write_items(drafted.items, edition.name)
    database.execute("forget_edition", {"version": edition.name})
    database.execute("write_edition", write_edition(edition))
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        database.write_sets([("write_codes", rows[start : start + WRITTEN_AT_ONCE])])
    in_force = _find_in_force(database, edition.loaded_at).get(edition.system)
    database.execute(
        "drop_codes",
        {
            "system": edition.system.value,
            "effective_on": day_in_paris(edition.loaded_at).isoformat(),
            "version": in_force or "",
        },
    )
    return replace(drafted.report, in_force=in_force)


def read_history(database: Database, at: datetime) -> History:
    """The editions ever loaded, and which are in force at *at*.

    Source: REF-23.
    """
    with database.snapshot():
        return History(
            in_force=_find_in_force(database, at),
            editions=tuple(map(read_edition, database.fetch("list_editions"))),
        )


def read_in_force(database: Database, held: Nomenclature, at: datetime) -> Nomenclature:
    """*held* with the editions in force at *at* in the place of what it knows of them.

    Itself where they are what it holds; a nomenclature of which none was loaded is left as it is,
    and so is one whose codes another process dropped a moment ago.

    Source: REF-5, REF-23.
    """
    with database.snapshot():
        found = {
            system: (version, database.fetch("load_codes", {"version": version}))
            for system, version in _find_in_force(database, at).items()
            if held.versions.get(system) != version
        }
    read = {system: rows for system, (_, rows) in found.items() if rows}
    if not read:
        return held
    kept = [item for (system, _), item in held.items.items() if system not in read]
    taken = [read_item(document) for rows in read.values() for (document,) in rows]
    versions = {**held.versions, **{system: found[system][0] for system in read}}
    return Nomenclature.of([*kept, *taken], versions=versions)


def _foresee(database: Database, edition: Edition) -> tuple[Outcome, str | None]:
    """What loading *edition* would do, if its files are right; and the edition in force."""
    with database.snapshot():
        in_force = _find_in_force(database, edition.loaded_at).get(edition.system)
        editions = {
            known.name: known for known in map(read_edition, database.fetch("list_editions"))
        }
        has_codes = bool(database.fetch("find_code", {"version": edition.name}))
    if has_codes:
        return Outcome.ALREADY_THERE, in_force
    if in_force is not None and edition.effective_on < editions[in_force].effective_on:
        return Outcome.OUTDATED, in_force
    return Outcome.LOADED, in_force


def _find_in_force(database: Database, at: datetime) -> dict[System, str]:
    on = day_in_paris(at).isoformat()
    found: dict[System, str] = {}
    for system, version in database.fetch("find_editions_in_force", {"effective_on": on}):
        found.setdefault(System(system), version)
    return found
