"""Versions of the referential: loaded whole or not at all, in force from their day on."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from bdpm_files import ATC, BOXES, MEDICINES, box, cip13, medicine, ucd13, write_files
from ordonnance.domain.product import NOTHING_KNOWN, Supply
from ordonnance.store.database import DatabaseRefusedError, connect
from ordonnance.usecases.referential import (
    Outcome,
    load,
    read_history,
    read_in_force,
    version_in_force,
)
from ordonnance.usecases.shelf import Shelf

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALPHA = "60000001"


def files_with(name: str) -> dict[str, bytes]:
    """A set of files in which one medicine is called *name*."""
    return write_files(
        MEDICINES=[medicine(ALPHA, name)],
        BOXES=[box(ALPHA, cip13(1)), box(ALPHA, cip13(2))],
        UCDS=[f"{ucd13(9000001)}\t{ALPHA}"],
        CONDITIONS=[f"{ALPHA}\tliste I", f"{ALPHA}\tà demander à la lune"],
        SUPPLIES=[f"{ALPHA}\t{cip13(2)}\t1\tRupture\t22/10/2025\t22/10/2025\t\t"],
    )


FIRST, SECOND = files_with("PREMIER"), files_with("SECOND")


@pytest.fixture
def database(database_url):
    with closing(connect(database_url)) as base:
        yield base


def load_now(database, files, at=NOW, on=TODAY):
    return load(database, files, at=at, effective_on=on, progress=lambda what, done, total: None)


def name_in_force(database, at=NOW):
    """How the medicine is called in the version in force; None: there is none."""
    referential = read_in_force(database, at)
    return referential and referential.find(ALPHA).name


def count_documents(database):
    """How many medicines are kept of each version."""
    versions = [version.name for version in read_history(database, NOW).versions]
    with database.transaction():
        return [len(database.fetch("load_products", {"version": version})) for version in versions]


def test_what_was_loaded_is_read_back(database):  # REF-1, REF-3, REF-4
    report = load_now(database, FIRST)

    assert report.outcome is Outcome.LOADED
    assert report.in_force == report.version.name == version_in_force(database, NOW)
    assert (report.version.medicine_count, report.version.product_count) == (26, 27)
    referential = read_in_force(database, NOW)
    assert referential.version == report.version.name
    assert len(referential.by_cip13) == 27
    found = referential.find(cip13(2))
    assert (found.name, found.packaging) == ("PREMIER", "plaquette de 30")
    assert found.conditions == ("liste I", "à demander à la lune")
    assert (found.availability.supply, found.availability.since) == (
        Supply.OUT_OF_STOCK,
        date(2025, 10, 22),
    )
    assert referential.find(ALPHA).cip13.value == cip13(1)
    assert referential.find(ucd13(9000001)) is referential.find(ALPHA)
    assert referential.find(ALPHA).availability is None


def test_a_version_is_named_by_its_day_and_its_files(database):  # REF-3
    files = {MEDICINES: b"", BOXES: b"abc"}

    report = load_now(database, files)

    assert report.version.name == "bdpm-2026-11-23-ba7816bf"
    assert report.version.source_digest.startswith("ba7816bf8f01cfea")


def test_a_base_without_version_has_none_in_force(database):  # REF-3
    assert version_in_force(database, NOW) is None
    assert read_in_force(database, NOW) is None
    assert read_history(database, NOW).versions == ()


# Atomicity


@pytest.mark.parametrize("broken", [MEDICINES, BOXES, ATC])
def test_a_broken_file_changes_nothing(database, broken):  # REF-2
    load_now(database, FIRST)
    before = read_history(database, NOW), count_documents(database)

    report = load_now(database, SECOND | {broken: b""}, at=NOW + HOUR)

    assert report.outcome is Outcome.BROKEN
    assert [file.file for file in report.files if file.broken] == [broken]
    assert (read_history(database, NOW), count_documents(database)) == before
    assert name_in_force(database, NOW + HOUR) == "PREMIER"


def test_a_load_that_fails_on_the_way_changes_nothing(database):  # REF-2
    load_now(database, FIRST)
    before = read_history(database, NOW), count_documents(database)
    database.queries["drop_products"] = "DELETE FROM nowhere"

    with pytest.raises(DatabaseRefusedError):
        load_now(database, SECOND, at=NOW + HOUR)

    assert (read_history(database, NOW), count_documents(database)) == before
    assert name_in_force(database, NOW + HOUR) == "PREMIER"


def test_a_second_load_takes_the_place_of_the_first(database):  # REF-2, REF-3
    load_now(database, FIRST)

    report = load_now(database, SECOND, at=NOW + HOUR)

    assert report.outcome is Outcome.LOADED
    assert name_in_force(database, NOW + HOUR) == "SECOND"
    history = read_history(database, NOW + HOUR)
    assert history.in_force == report.version.name
    assert [version.loaded_at for version in history.versions] == [NOW + HOUR, NOW]
    assert count_documents(database) == [26, 0]


def test_the_same_files_for_the_same_day_change_nothing(database):  # REF-3
    load_now(database, FIRST)
    before = read_history(database, NOW), count_documents(database)

    report = load_now(database, FIRST, at=NOW + HOUR)

    assert report.outcome is Outcome.ALREADY_THERE
    assert report.files[0].taken == 26
    assert (read_history(database, NOW), count_documents(database)) == before


def test_a_version_whose_place_was_taken_can_take_it_back(database):  # REF-3
    first = load_now(database, FIRST)
    load_now(database, SECOND, at=NOW + HOUR)

    report = load_now(database, FIRST, at=NOW + 2 * HOUR)

    assert (report.outcome, report.in_force) == (Outcome.LOADED, first.version.name)
    assert name_in_force(database, NOW + 2 * HOUR) == "PREMIER"
    assert count_documents(database) == [26, 0]


def test_progress_goes_from_the_files_to_the_base_and_ends_whole(database):  # REF-1
    told = []

    load(
        database,
        FIRST,
        at=NOW,
        effective_on=TODAY,
        progress=lambda what, done, total: told.append((what, done, total)),
    )

    assert [what for what, _, _ in told] == [
        "CIS_bdpm.txt",
        "CIS_CIP_bdpm.txt",
        "CIS_CPD_bdpm.txt",
        "CIS_CIP_Dispo_Spec.txt",
        "UCD_CIS.txt",
        "",
    ]
    assert [done for _, done, _ in told] == [26, 53, 55, 56, 57, 83]
    assert {total for _, _, total in told} == {83}


# Effective dates


def test_a_version_to_come_takes_effect_at_midnight_in_paris(database):  # REF-3
    load_now(database, FIRST)

    report = load_now(database, SECOND, at=NOW + HOUR, on=date(2026, 12, 1))

    assert report.version.name.startswith("bdpm-2026-12-01-")
    assert report.in_force != report.version.name
    assert count_documents(database) == [26, 26]
    assert name_in_force(database, datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)) == "PREMIER"
    assert name_in_force(database, datetime(2026, 11, 30, 23, tzinfo=UTC)) == "SECOND"


def test_a_version_to_come_alone_is_not_in_force_yet(database):  # REF-3
    report = load_now(database, FIRST, on=TODAY + DAY)

    assert (report.outcome, report.in_force) == (Outcome.LOADED, None)
    assert version_in_force(database, NOW) is None
    assert version_in_force(database, NOW + DAY) == report.version.name


def test_a_load_keeps_what_is_to_come(database):  # REF-3
    load_now(database, FIRST, on=TODAY + 8 * DAY)

    load_now(database, SECOND, at=NOW + HOUR)

    assert name_in_force(database, NOW + HOUR) == "SECOND"
    assert name_in_force(database, NOW + 8 * DAY) == "PREMIER"


def test_once_a_version_took_effect_the_one_before_goes_with_the_next_load(database):  # REF-3
    load_now(database, FIRST)
    load_now(database, SECOND, at=NOW + HOUR, on=TODAY + DAY)

    load_now(database, files_with("TROISIEME"), at=NOW + 2 * DAY, on=TODAY + 9 * DAY)

    assert count_documents(database) == [26, 26, 0]
    assert name_in_force(database, NOW + 2 * DAY) == "SECOND"


def test_files_older_than_the_version_in_force_are_not_loaded(database):  # REF-3
    load_now(database, FIRST)
    before = read_history(database, NOW), count_documents(database)

    report = load_now(database, SECOND, at=NOW + HOUR, on=TODAY - DAY)

    assert (report.outcome, report.files) == (Outcome.OUTDATED, ())
    assert (read_history(database, NOW), count_documents(database)) == before


def test_the_medicines_of_a_past_instant_are_gone_but_its_version_is_known(database):  # REF-3
    first = load_now(database, FIRST)
    load_now(database, SECOND, at=NOW + 2 * DAY, on=TODAY + 2 * DAY)

    assert version_in_force(database, NOW) == first.version.name
    assert read_in_force(database, NOW) is None


# What the service holds


def test_a_shelf_takes_the_version_in_force_once(database):  # REF-5
    shelf = Shelf(NOTHING_KNOWN)

    assert shelf.refresh(database, NOW) is False
    assert shelf.current is NOTHING_KNOWN

    report = load_now(database, FIRST)
    assert shelf.refresh(database, NOW) is True
    held = shelf.current
    assert held.version == report.version.name

    assert shelf.refresh(database, NOW + HOUR) is False
    assert shelf.current is held


def test_a_shelf_follows_a_version_that_takes_effect(database):  # REF-5
    shelf = Shelf(NOTHING_KNOWN)
    load_now(database, FIRST)
    load_now(database, SECOND, on=TODAY + DAY)
    shelf.refresh(database, NOW)

    assert shelf.refresh(database, NOW + DAY) is True
    assert shelf.current.find(ALPHA).name == "SECOND"


def test_a_shelf_whose_clock_is_late_keeps_what_it_holds(database):  # REF-5
    shelf = Shelf(NOTHING_KNOWN)
    load_now(database, FIRST)
    load_now(database, SECOND, at=NOW + DAY, on=TODAY + DAY)

    assert shelf.refresh(database, NOW) is False
    assert shelf.current is NOTHING_KNOWN
