"""The official tables of the LPP and of the NABM: what is taken, set aside, refused, broken."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pytest

from dbase_files import (
    FILLERS,
    LPP_SHEETS,
    NABM_SHEETS,
    NABM_TERMS,
    filler,
    lpp_files,
    nabm_files,
    write_table,
)
from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import Item, Provision, System
from ordonnance.store import nomenclature_files
from ordonnance.store.nomenclature import read_item, write_items
from ordonnance.store.nomenclature_files import (
    digest_of,
    read_tables,
    release_of,
    systems_in,
)
from ordonnance.store.nomenclature_rows import split_name

TODAY = date(2026, 11, 23)
NABM, LPP = System.NABM, System.LPP


def read(system, files, on=TODAY):
    return read_tables(system, files, on=on, step=lambda name, count: None)


def find(system, files, code, on=TODAY):
    return {item.code: item for item in read(system, files, on).items}.get(code)


def broken(system, files):
    return {one.file: one.broken for one in read(system, files).files if one.broken}


# What is taken


def test_a_test_is_read_from_its_three_tables():  # REF-20, REF-22
    files = nabm_files(
        sheets=[["0552", "GLYC", "Glucose (glycémie)", "19850403", "20301231"]],
        terms=[["0552", "20200101", "O", "2"]],
        pairs=[["0552", filler("NABM", 3)], [filler("NABM", 1), "0552"]],
    )

    assert find(NABM, files, "0552") == Item(
        system=NABM,
        code="0552",
        label="Glucose (glycémie)",
        kind=Kind.BIOLOGY,
        needs_agreement=True,
        ends_on=date(2030, 12, 31),
        count_max=2,
        incompatible=("9001", "9003"),
    )
    assert find(NABM, files, "9003").incompatible == ("0552",)


def test_a_device_is_read_from_its_two_tables():  # REF-20, REF-22
    files = lpp_files(
        sheets=[["1241763", "LIT MÉDICAL,  LOCATION", "", "L"]],
        terms=[["1241763", "20200101", "N", "14.00"]],
    )

    assert find(LPP, files, "1241763") == Item(
        system=LPP,
        code="1241763",
        label="LIT MÉDICAL, LOCATION",
        kind=Kind.DEVICE,
        needs_agreement=False,
        provision=Provision.RENTAL,
    )


@pytest.mark.parametrize(
    ("letter", "provision"),
    [
        ("A", Provision.PURCHASE),
        ("L", Provision.RENTAL),
        ("S", Provision.SERVICE),
        ("X", None),
        ("", None),
    ],
)
def test_what_is_of_an_unknown_value_is_left_unsaid(letter, provision):  # REF-22
    files = lpp_files(
        sheets=[["1241763", "LIT", "", letter]], terms=[["1241763", "20200101", letter, ""]]
    )

    found = find(LPP, files, "1241763")
    assert (found.provision, found.needs_agreement) == (provision, None)
    assert read(LPP, files).files[1].refused == ()


def test_a_test_without_a_long_name_has_its_short_one():  # REF-22
    assert find(NABM, nabm_files([["0552", "GLYC", "", "", ""]]), "0552").label == "GLYC"


def test_a_code_kept_as_a_number_gets_its_zeros_back():  # REF-22
    numbers = [("CODE_NABM", "N", 4), *NABM_SHEETS[1:]]
    files = {
        **nabm_files(),
        "NABM_FICHE_TOT105.dbf": write_table(numbers, [["552", "", "Glycémie", "", ""]]),
    }

    assert [item.code for item in read(NABM, files).items] == ["0552"]


def test_dates_may_be_texts():  # REF-22
    texts = [*LPP_SHEETS[:2], ("DATE_FIN", "C", 10), LPP_SHEETS[3]]
    for text in ("20261231", "31/12/2026", "2026-12-31"):
        table = write_table(texts, [["1241763", "LIT", text, "A"]])
        files = {**lpp_files(), "LPP_FICHE_TOT901.dbf": table}

        assert find(LPP, files, "1241763").ends_on == date(2026, 12, 31)


# Which day holds


@pytest.mark.parametrize(
    ("on", "agreement", "count"),
    [
        (date(2009, 12, 31), None, None),
        (date(2010, 1, 1), True, 1),
        (date(2019, 12, 31), True, 1),
        (date(2026, 11, 23), False, 2),
        (date(2027, 1, 1), True, None),
    ],
)
def test_the_last_term_to_have_taken_effect_wins(on, agreement, count):  # REF-22
    files = nabm_files(
        sheets=[["0552", "", "Glycémie", "", ""]],
        terms=[
            ["0552", "20270101", "O", "0"],
            ["0552", "20200101", "N", "2"],
            ["0552", "20100101", "O", "1"],
        ],
    )

    found = find(NABM, files, "0552", on)
    assert (found.needs_agreement, found.count_max) == (agreement, count)


def test_of_two_terms_of_one_day_the_last_record_wins():  # REF-22
    files = nabm_files(
        sheets=[["0552", "", "Glycémie", "", ""]],
        terms=[["0552", "20200101", "N", "1"], ["0552", "20200101", "O", "3"]],
    )

    assert find(NABM, files, "0552").count_max == 3


# What is not


def test_each_record_refused_tells_its_number_and_why():  # REF-22
    files = nabm_files(
        sheets=[["05X2", "", "Glycémie", "", ""]],
        terms=[["0552", "20200101", "N", ""], [filler("NABM", 0), "", "N", ""]],
    )

    sheets, terms, pairs = read(NABM, files).files
    assert (sheets.file, sheets.taken, sheets.set_aside) == ("NABM_FICHE_TOT105.dbf", FILLERS, 0)
    assert sheets.refused == (("NABM_FICHE_TOT105.dbf", 26, "code NABM mal formé"),)
    assert (terms.taken, terms.set_aside) == (FILLERS, 1)
    assert terms.refused == (("NABM_HISTO_TOT105.dbf", 27, "date d’effet absente"),)
    assert (pairs.taken, pairs.broken) == (0, None)


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        (["1241", "LIT", "", "A"], None),
        (["124176X", "LIT", "", "A"], "code LPP mal formé"),
        (["", "LIT", "", "A"], "code LPP mal formé"),
        (["1241763", "", "", "A"], "libellé absent"),
        (["1241763", "LIT", "20261399", "A"], "date mal formée"),
        ([filler("LPP", 0), "LIT", "", "A"], "déjà dit plus haut"),
    ],
)
def test_a_sheet_that_cannot_be_taken_is_refused(sheet, reason):  # REF-22
    refused = read(LPP, lpp_files([sheet])).files[0].refused

    assert [row.reason for row in refused] == ([] if reason is None else [reason])


def test_erased_records_are_set_aside():  # REF-22
    table = write_table(
        LPP_SHEETS, [[filler("LPP", n), "LIT", "", "A"] for n in range(10)], erased=[0, 9]
    )

    reading = read(LPP, {**lpp_files(), "LPP_FICHE_TOT901.dbf": table})

    assert [one.set_aside for one in reading.files] == [2, 17]
    assert [item.code for item in reading.items] == [filler("LPP", n) for n in range(1, 9)]


# What is broken


def test_a_table_that_was_cut_is_broken():  # REF-22
    files = nabm_files()
    files["NABM_HISTO_TOT105.dbf"] = files["NABM_HISTO_TOT105.dbf"][:-40]

    assert broken(NABM, files) == {
        "NABM_HISTO_TOT105.dbf": "coupé : 22 lignes lues sur 25 annoncées"
    }
    assert read(NABM, files).items == ()


def test_a_required_table_that_is_absent_is_broken_and_another_is_not():  # REF-22
    files = nabm_files()
    del files["NABM_INCOMP_TOT105.dbf"]

    assert broken(NABM, files) == {}
    assert read(NABM, files).files[2].is_present is False

    del files["NABM_HISTO_TOT105.dbf"]
    assert broken(NABM, files) == {"NABM_HISTO_TOT.dbf": "absent, et obligatoire"}


def test_a_table_without_records_is_broken_but_for_the_pairs():  # REF-22
    files = {**nabm_files(), "NABM_HISTO_TOT105.dbf": write_table(NABM_TERMS, [])}

    assert broken(NABM, files) == {"NABM_HISTO_TOT105.dbf": "vide"}


def test_sheets_that_are_all_erased_are_broken():  # REF-22
    table = write_table(LPP_SHEETS, [["1241763", "LIT", "", "A"]], erased=[0])

    assert broken(LPP, {**lpp_files(), "LPP_FICHE_TOT901.dbf": table}) == {
        "LPP_FICHE_TOT901.dbf": "vide",
        "LPP_HISTO_TOT901.dbf": "vide",
    }


def test_more_than_one_refused_record_in_twenty_is_broken():  # REF-22
    files = lpp_files([["X", "LIT", "", "A"], ["Y", "LIT", "", "A"]])

    assert broken(LPP, files) == {
        "LPP_FICHE_TOT901.dbf": (
            "plus de 5 % de lignes refusées, d’abord la ligne 26 (code LPP mal formé)"
        )
    }


def test_tables_of_two_releases_are_not_mixed():  # REF-22
    files = {**nabm_files(), **nabm_files(release="106")}
    sentence = "plusieurs versions dans le dossier : n’en laissez qu’une"

    assert set(broken(NABM, files).values()) == {sentence}

    files = {**nabm_files(), **nabm_files(release="106")}
    del files["NABM_FICHE_TOT105.dbf"], files["NABM_HISTO_TOT106.dbf"]
    assert sentence in broken(NABM, files).values()


def test_a_table_that_is_too_large_is_broken(monkeypatch):  # REF-22
    monkeypatch.setattr(nomenclature_files, "FILE_BYTES_MAX", 1024**2)
    files = {**lpp_files(), "LPP_FICHE_TOT901.dbf": bytes(1024**2 + 1)}

    assert broken(LPP, files)["LPP_FICHE_TOT901.dbf"] == "plus de 1 Mio"


# Names


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("NABM_FICHE_TOT105.dbf", ("NABM_FICHE_TOT", "105")),
        ("nabm_histo_tot105.DBF", ("NABM_HISTO_TOT", "105")),
        ("LPP_FICHE_TOT.dbf", ("LPP_FICHE_TOT", "")),
        ("LPP_histo_tot901", ("LPP_HISTO_TOT", "901")),
        ("LPP901.zip", None),
        ("NABM_FICHE_TOT105.dbf.bak", None),
        ("ucd_total_00802_20260907.dbf", None),
    ],
)
def test_a_table_is_known_by_its_name(name, found):  # REF-22
    assert split_name(name) == found


def test_what_is_not_read_does_not_make_a_nomenclature():  # REF-22
    assert systems_in([*lpp_files(), "LPP_COMP_TOT901.dbf"]) == (LPP,)
    assert systems_in([*lpp_files(), *nabm_files()]) == (LPP, NABM)
    assert systems_in(["LPP_COMP_TOT901.dbf", "CIS_bdpm.txt"]) == ()
    assert release_of(NABM, nabm_files()) == "105"


def test_the_same_bytes_have_the_same_digest_whatever_the_order():  # REF-23
    files = nabm_files()
    turned = dict(reversed(files.items()))

    assert digest_of(NABM, files) == digest_of(NABM, turned)
    assert digest_of(NABM, files) != digest_of(NABM, nabm_files([["0552", "", "x", "", ""]]))


# Kept as rows


@given(
    st.builds(
        Item,
        system=st.sampled_from(System),
        code=st.text(max_size=8),
        label=st.text(max_size=40),
        kind=st.sampled_from(Kind),
        needs_agreement=st.one_of(st.none(), st.booleans()),
        ends_on=st.one_of(st.none(), st.dates()),
        provision=st.one_of(st.none(), st.sampled_from(Provision)),
        count_max=st.one_of(st.none(), st.integers(0, 999)),
        incompatible=st.lists(st.text(max_size=4), max_size=5).map(tuple),
    )
)
def test_every_code_round_trips_through_its_document(item):  # REF-23
    [row] = write_items([item], "lpp901-2026-11-23-00000000")

    assert row["code"] == item.code
    assert read_item(row["document"]) == item
