"""Tables of dBase: what is read of their bytes, and which bytes are refused."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pytest

from dbase_files import DBASE_III, DBASE_IV, write_table
from ordonnance.store.bdpm_rows import BrokenFileError
from ordonnance.store.dbase import read_table

FIELDS = [("CODE", "C", 4), ("NOM", "C", 30), ("JOUR", "D", 8), ("NOMBRE", "N", 5)]
ROWS = [["0552", "Glycémie à jeun", "20260131", "3"], ["1104", "Hémogramme", "", ""]]
COLUMNS = ("code", "nom", "jour", "nombre")
FIRST = {"code": "0552", "nom": "Glycémie à jeun", "jour": date(2026, 1, 31), "nombre": 3}
SECOND = {"code": "1104", "nom": "Hémogramme", "jour": None, "nombre": None}


@pytest.mark.parametrize("version", [DBASE_III, DBASE_IV, 0x83, 0x8B])
def test_records_are_read_in_code_page_850(version):  # REF-22
    content = write_table(FIELDS, ROWS, version=version)

    assert b"Glyc\x82mie \x85 jeun" in content
    assert list(read_table(content, COLUMNS)) == [(1, FIRST), (2, SECOND)]


def test_only_the_columns_asked_for_are_read():  # REF-22
    content = write_table(FIELDS, ROWS)

    assert list(read_table(content, ("nom",))) == [
        (1, {"nom": "Glycémie à jeun"}),
        (2, {"nom": "Hémogramme"}),
    ]


def test_an_erased_record_keeps_its_number_and_has_no_values():  # REF-22
    content = write_table(FIELDS, ROWS, erased=[0])

    assert list(read_table(content, COLUMNS)) == [(1, None), (2, SECOND)]


def test_a_table_without_records_is_empty():  # REF-22
    assert list(read_table(write_table(FIELDS, []), COLUMNS)) == []


def test_a_number_that_is_none_is_nothing():  # REF-22
    content = write_table(FIELDS, [["0552", "", "", "abc"]])

    assert next(read_table(content, ("nombre",))) == (1, {"nombre": None})


def test_what_the_end_of_the_file_is_marked_by_does_not_matter():  # REF-22
    content = write_table(FIELDS, ROWS).removesuffix(b"\x1a")

    assert len(list(read_table(content, COLUMNS))) == 2


@pytest.mark.parametrize("lost", [2, 10, 50])
def test_a_table_that_ends_before_its_last_record_is_broken(lost):  # REF-22
    content = write_table(FIELDS, ROWS)[:-lost]

    with pytest.raises(BrokenFileError, match=r"coupé : \d lignes? lues? sur 2 annoncées"):
        list(read_table(content, COLUMNS))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x03",
        write_table(FIELDS, ROWS)[:31],
        write_table(FIELDS, ROWS)[:100],
        b"<html><body>Service indisponible</body></html>" * 20,
        b"CODE;NOM\n0552;Glycemie\n" * 20,
        bytes(500),
    ],
)
def test_what_is_no_dbase_is_broken(content):  # REF-22
    with pytest.raises(BrokenFileError, match="pas une table dBase"):
        list(read_table(content, COLUMNS))


def test_a_table_that_lacks_a_column_is_broken():  # REF-22
    with pytest.raises(BrokenFileError, match="colonne absente : tarif, rmo1"):
        list(read_table(write_table(FIELDS, ROWS), ("code", "tarif", "rmo1")))


@pytest.mark.parametrize(("day", "number"), [("2026é131", ""), ("20260131", "inf")])
def test_a_day_or_a_number_out_of_any_alphabet_is_said_with_its_line(day, number):  # REF-22
    rows = [ROWS[0], ["1104", "x", day, number]]

    with pytest.raises(BrokenFileError, match="ligne 2 illisible"):
        list(read_table(write_table(FIELDS, rows), COLUMNS))


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail_otherwise(noise):  # REF-22
    for content in (noise, write_table(FIELDS, ROWS)[:90] + noise):
        try:
            for _ in read_table(content, COLUMNS):
                pass
        except BrokenFileError:
            pass


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[0-9]{4}", fullmatch=True),
            st.text("abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùûü '-", max_size=30).map(str.strip),
            st.dates(),
            st.integers(0, 99999),
        ),
        max_size=20,
    )
)
def test_every_record_round_trips(rows):  # REF-22
    written = [[code, name, f"{day:%4Y%m%d}", str(n)] for code, name, day, n in rows]
    written = [[a, b, c.rjust(8, "0"), d] for a, b, c, d in written]

    read = list(read_table(write_table(FIELDS, written), COLUMNS))

    assert [number for number, _ in read] == list(range(1, len(rows) + 1))
    assert [tuple(values.values()) for _, values in read] == rows
