"""Editions of the nomenclatures: loaded whole or not at all, each in force from its day on."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from bdpm_files import BOXES, CONDITIONS, MEDICINES, write_files
from dbase_files import FILLERS, filler, lpp_files, nabm_files
from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import System
from ordonnance.store.database import DatabaseRefusedError, connect
from ordonnance.store.product import read_extract
from ordonnance.usecases import nomenclature, referential
from ordonnance.usecases.loading import load_folder
from ordonnance.usecases.referential import Outcome
from ordonnance.usecases.shelf import Shelf

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LPP, NABM, NGAP = System


def nabm_with(name):
    """Tables of the NABM in which one test is called *name*."""
    return nabm_files(
        sheets=[["0552", "", name, "", ""]],
        terms=[["0552", "20200101", "O", "2"]],
        pairs=[["0552", filler("NABM", 0)]],
    )


FIRST, SECOND = nabm_with("Première"), nabm_with("Seconde")
DEVICES = lpp_files([["1241763", "LIT MÉDICAL", "20301231", "L"]])
MEDICINE_FILES = write_files()


@pytest.fixture
def database(database_url):
    with closing(connect(database_url)) as base:
        yield base


def load_now(database, files, at=NOW, on=TODAY):
    return load_folder(
        database, files, at=at, effective_on=on, progress=lambda what, done, total: None
    )


def shelf_at(database, at=NOW):
    shelf = Shelf(read_extract())
    shelf.refresh(database, at)
    return shelf.current


def name_in_force(database, at=NOW):
    """How the test is called at an instant."""
    return shelf_at(database, at).find_code(Kind.BIOLOGY, "0552").label


def history(database, at=NOW):
    return nomenclature.read_history(database, at)


def count_codes(database):
    """How many codes are kept of each edition."""
    names = [edition.name for edition in history(database).editions]
    with database.transaction():
        return [len(database.fetch("load_codes", {"version": name})) for name in names]


def test_what_was_loaded_is_read_back(database):  # REF-22, REF-23, REF-24
    loading = load_now(database, {**FIRST, **DEVICES})

    devices, tests = loading.nomenclatures
    assert loading.products is None
    assert (devices.outcome, tests.outcome) == (Outcome.LOADED, Outcome.LOADED)
    assert devices.edition.code_count == tests.edition.code_count == FILLERS + 1
    assert tests.in_force == tests.edition.name
    known = shelf_at(database)
    found = known.find_code(Kind.BIOLOGY, "0552")
    assert (found.label, found.needs_agreement, found.count_max) == ("Première", True, 2)
    assert found.incompatible == ("9000",)
    bed = known.find_code(Kind.DEVICE, "1241763")
    assert (bed.label, bed.ends_on) == ("LIT MÉDICAL", date(2030, 12, 31))
    assert known.nomenclature.versions == {
        LPP: devices.edition.name,
        NABM: tests.edition.name,
        NGAP: "echantillon",
    }


def test_an_edition_is_named_by_its_release_its_day_and_its_files(database):  # REF-23
    [report] = load_now(database, FIRST).nomenclatures

    assert report.edition.name.startswith("nabm105-2026-11-23-")
    assert report.edition.name.endswith(report.edition.source_digest[:8])


def test_what_is_loaded_takes_the_place_of_the_sample(database):  # REF-21, REF-23
    assert shelf_at(database).find_code(Kind.BIOLOGY, "1104") is not None

    load_now(database, FIRST)

    known = shelf_at(database)
    assert known.find_code(Kind.BIOLOGY, "1104") is None
    assert known.find_code(Kind.NURSING, "AMI 1") is not None
    assert known.nomenclature.is_sample(LPP)
    assert not known.nomenclature.is_sample(NABM)


def test_each_nomenclature_has_editions_of_its_own(database):  # REF-23
    load_now(database, {**FIRST, **DEVICES})
    before = history(database).in_force[LPP]

    load_now(database, SECOND, at=NOW + HOUR)

    assert name_in_force(database, NOW + HOUR) == "Seconde"
    assert history(database).in_force[LPP] == before
    assert sorted(count_codes(database)) == [0, FILLERS + 1, FILLERS + 1]


def test_the_same_files_again_change_nothing(database):  # REF-23
    load_now(database, FIRST)
    before = history(database)

    [report] = load_now(database, FIRST, at=NOW + HOUR).nomenclatures

    assert report.outcome is Outcome.ALREADY_THERE
    assert history(database) == before


def test_files_of_before_take_their_place_back(database):  # REF-23
    load_now(database, FIRST)
    load_now(database, SECOND, at=NOW + HOUR)

    [report] = load_now(database, FIRST, at=NOW + 2 * HOUR).nomenclatures

    assert report.outcome is Outcome.LOADED
    assert name_in_force(database, NOW + 2 * HOUR) == "Première"


def test_an_edition_to_come_takes_effect_at_midnight_in_paris(database):  # REF-23
    load_now(database, FIRST)
    load_now(database, SECOND, on=date(2026, 12, 1))

    assert name_in_force(database, datetime(2026, 11, 30, 22, 59, tzinfo=UTC)) == "Première"
    assert name_in_force(database, datetime(2026, 11, 30, 23, tzinfo=UTC)) == "Seconde"


def test_files_older_than_the_edition_in_force_are_not_loaded(database):  # REF-23
    load_now(database, FIRST)

    [report] = load_now(database, SECOND, on=TODAY - DAY).nomenclatures

    assert (report.outcome, report.files) == (Outcome.OUTDATED, ())
    assert name_in_force(database) == "Première"


# All or nothing


def test_medicines_and_codes_are_loaded_together(database):  # REF-23
    loading = load_now(database, {**MEDICINE_FILES, **FIRST})

    assert [one.outcome for one in loading.reports] == [Outcome.LOADED, Outcome.LOADED]
    assert referential.version_in_force(database, NOW) == loading.products.version.name
    assert shelf_at(database).version == loading.products.version.name
    assert name_in_force(database) == "Première"


def test_a_broken_table_holds_everything_else_back(database):  # REF-23
    cut = {**FIRST, "NABM_HISTO_TOT105.dbf": FIRST["NABM_HISTO_TOT105.dbf"][:-60]}

    loading = load_now(database, {**MEDICINE_FILES, **DEVICES, **cut})

    assert [one.outcome for one in loading.reports] == [
        Outcome.HELD,
        Outcome.HELD,
        Outcome.BROKEN,
    ]
    assert referential.version_in_force(database, NOW) is None
    assert history(database).editions == ()


def test_broken_medicines_hold_the_codes_back(database):  # REF-2, REF-23
    loading = load_now(database, {MEDICINES: b"", BOXES: b"", CONDITIONS: b"", **FIRST})

    assert [one.outcome for one in loading.reports] == [Outcome.BROKEN, Outcome.HELD]
    assert history(database).editions == ()


def test_a_folder_in_which_nothing_is_known_lacks_the_medicines(database):  # REF-2, REF-23
    loading = load_now(database, {})

    assert loading.products.outcome is Outcome.BROKEN
    assert loading.nomenclatures == ()


def test_a_failure_while_writing_leaves_the_base_as_it_was(database, monkeypatch):  # REF-23
    load_now(database, FIRST)
    before = history(database), count_codes(database)
    write_sets = database.write_sets

    def fail_at_the_codes(writings):
        write_sets(writings)
        if writings[0][0] == "write_codes":
            raise DatabaseRefusedError("no more room")

    monkeypatch.setattr(database, "write_sets", fail_at_the_codes)
    with pytest.raises(DatabaseRefusedError):
        load_now(database, {**MEDICINE_FILES, **SECOND}, at=NOW + HOUR)

    assert (history(database), count_codes(database)) == before
    assert referential.version_in_force(database, NOW + HOUR) is None


# What the service holds


def test_a_shelf_takes_what_is_loaded_and_keeps_the_medicines(database):  # REF-5, REF-23
    shelf = Shelf(read_extract())
    held, catalogue = shelf.current, shelf.catalogue

    assert shelf.refresh(database, NOW) is False
    load_now(database, FIRST)
    assert shelf.refresh(database, NOW) is True
    assert shelf.refresh(database, NOW) is False

    assert shelf.current.by_cis is held.by_cis
    assert shelf.catalogue is catalogue
    assert shelf.current.find_code(Kind.BIOLOGY, "0552").label == "Première"


def test_a_shelf_keeps_the_codes_when_the_medicines_change(database):  # REF-5, REF-23
    shelf = Shelf(read_extract())
    load_now(database, FIRST)
    shelf.refresh(database, NOW)

    load_now(database, MEDICINE_FILES, at=NOW + HOUR)

    assert shelf.refresh(database, NOW + HOUR) is True
    assert shelf.current.version.startswith("bdpm-2026-11-23-")
    assert shelf.current.find_code(Kind.BIOLOGY, "0552").label == "Première"


def test_a_shelf_whose_clock_is_late_keeps_the_codes_it_holds(database):  # REF-5, REF-23
    shelf = Shelf(read_extract())
    load_now(database, FIRST)
    load_now(database, SECOND, at=NOW + DAY, on=TODAY + DAY)

    assert shelf.refresh(database, NOW) is False
    assert shelf.current.nomenclature.is_sample(NABM)
