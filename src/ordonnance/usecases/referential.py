"""The referential: official files loaded as a version, and the version in force read back.

A version is in force from a day on, in Paris, until another takes effect. Its files are read
before anything is written, and everything is written in one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.delivery import Regime
from ordonnance.domain.product import Product, Referential
from ordonnance.store.bdpm import FileReport, count_lines, digest_of, read_files
from ordonnance.store.bdpm_rows import BDPMFile
from ordonnance.store.database import Database
from ordonnance.store.referential import (
    Version,
    name_version,
    read_referential,
    read_version,
    write_products,
    write_version,
)

WRITTEN_AT_ONCE = 1000

Progress = Callable[[str, int, int], None]
"""Told the file being read, or "" while writing; how much of the work is done; and how much is."""


class Outcome(StrEnum):
    """What a load did; HELD: its files are right, but others that came with them are not."""

    LOADED = "loaded"
    ALREADY_THERE = "already_there"
    HELD = "held"
    OUTDATED = "outdated"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a load did. But for LOADED, the base is as it was.

    *in_force* is the version in force at the load, once it is over; None: none. *files* and
    *regimes* are empty where the files were not read: OUTDATED, which is said of files that would
    take effect before the version in force. *regimes* types each distinct
    text on prescription and delivery. *several_groups_count* counts the medicines of several
    generic groups, of which they keep one.
    """

    outcome: Outcome
    version: Version
    in_force: str | None
    files: Sequence[FileReport] = ()
    regimes: Mapping[str, Regime]
    several_groups_count: int = 0


class Count:
    """How much of a load is done, in lines read and medicines written."""

    def __init__(self, files: Mapping[str, bytes], progress: Progress) -> None:
        # A medicine is a line of CIS_bdpm, and is written once.
        self._total = count_lines(files) + count_lines(files, only=BDPMFile.MEDICINES)
        self._done = 0
        self._progress = progress

    def add(self, what: str, more: int) -> None:
        """*more* is done of *what*."""
        self._done = min(self._done + more, self._total)
        self._progress(what, self._done, self._total)


@dataclass(frozen=True, slots=True)
class Draft:
    """A load that was read and not written: what it will have done, and its products."""

    report: Report
    products: tuple[Product, ...]
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every version ever loaded, the latest to take effect first; *in_force*: its name, if any."""

    in_force: str | None
    versions: tuple[Version, ...]


def load(
    database: Database,
    files: Mapping[str, bytes],
    *,
    at: datetime,
    effective_on: date,
    progress: Progress,
) -> Report:
    """Make *files*, their bytes by their names, the version that takes effect on a day in Paris.

    At the instant *at* the version in force and those to come keep their medicines; those of
    other versions are dropped, their rows in the history stay. The same files for the same day
    change nothing, unless another version took their place: they then take it back.

    Source: REF-2, REF-3.
    """
    drafted = draft(database, files, at=at, effective_on=effective_on, progress=progress)
    if drafted.report.outcome is not Outcome.LOADED:
        return drafted.report
    with database.transaction():
        return write(database, drafted)


def draft(
    database: Database,
    files: Mapping[str, bytes],
    *,
    at: datetime,
    effective_on: date,
    progress: Progress,
) -> Draft:
    """*files* read, and what loading them would do; nothing is written.

    Source: REF-2, REF-3.
    """
    digest = digest_of(files)
    version = Version(
        name=name_version(digest, effective_on),
        source_digest=digest,
        effective_on=effective_on,
        loaded_at=at,
        medicine_count=0,
        product_count=0,
    )
    count = Count(files, progress)
    outcome, in_force = _foresee(database, version)
    if outcome is Outcome.OUTDATED:
        report = Report(outcome=outcome, version=version, in_force=in_force, regimes={})
        return Draft(report, (), count)
    reading = read_files(files, count.add)
    if reading.is_broken:
        outcome = Outcome.BROKEN
    elif outcome is Outcome.LOADED:
        version = replace(
            version,
            medicine_count=len({product.cis for product in reading.products}),
            product_count=sum(1 for product in reading.products if product.cip13 is not None),
        )
    report = Report(
        outcome=outcome,
        version=version,
        in_force=in_force,
        files=reading.files,
        regimes=reading.regimes,
        several_groups_count=reading.several_groups_count,
    )
    return Draft(report, reading.products, count)


def write(database: Database, drafted: Draft) -> Report:
    """Write a version and drop those that it supersedes, inside the transaction that is open.

    Source: REF-2, REF-3.
    """
    version = drafted.report.version
    rows = write_products(drafted.products, version.name)
    database.execute("forget_referential", {"version": version.name})
    database.execute("write_referential", write_version(version))
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        written = rows[start : start + WRITTEN_AT_ONCE]
        database.write_sets([("write_products", written)])
        drafted.count.add("", len(written))
    in_force = _find_in_force(database, version.loaded_at)
    today = day_in_paris(version.loaded_at).isoformat()
    database.execute("drop_products", {"effective_on": today, "version": in_force or ""})
    return replace(drafted.report, in_force=in_force)


def read_history(database: Database, at: datetime) -> History:
    """The versions ever loaded, and which is in force at *at*.

    Source: REF-3.
    """
    with database.snapshot():
        return History(
            in_force=_find_in_force(database, at),
            versions=tuple(map(read_version, database.fetch("list_referentials"))),
        )


def version_in_force(database: Database, at: datetime) -> str | None:
    """The version in force at *at*, one row read; None: none was loaded that takes effect by then.

    Source: REF-3.
    """
    with database.snapshot():
        return _find_in_force(database, at)


def read_in_force(database: Database, at: datetime) -> Referential | None:
    """The referential in force at *at*, whole; None: none is, or its medicines were dropped.

    They were if *at* is in the past, and another version has taken effect since.

    Source: REF-3, REF-5.
    """
    with database.snapshot():
        version = _find_in_force(database, at)
        if version is None:
            return None
        rows = database.fetch("load_products", {"version": version})
    return read_referential((document for (document,) in rows), version) if rows else None


def _foresee(database: Database, version: Version) -> tuple[Outcome, str | None]:
    """What loading *version* would do, if its files are right; and the version in force."""
    with database.snapshot():
        in_force = _find_in_force(database, version.loaded_at)
        versions = {
            known.name: known for known in map(read_version, database.fetch("list_referentials"))
        }
        has_products = bool(database.fetch("find_product", {"version": version.name}))
    if has_products:
        return Outcome.ALREADY_THERE, in_force
    if in_force is not None and version.effective_on < versions[in_force].effective_on:
        return Outcome.OUTDATED, in_force
    return Outcome.LOADED, in_force


def _find_in_force(database: Database, at: datetime) -> str | None:
    on = day_in_paris(at).isoformat()
    rows = database.fetch("find_version_in_force", {"effective_on": on})
    return rows[0][0] if rows else None
