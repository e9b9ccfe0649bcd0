"""The DataMatrix of a box: made and read by a library that owes nothing to ours."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pytest
import zxingcpp

from ordonnance.domain.datamatrix import (
    Pack,
    is_cip13_mistyped,
    is_datamatrix,
    read_cip13,
    read_elements,
    read_foreign_gtin,
    read_pack,
)
from ordonnance.domain.identifiers import CIP13
from ordonnance.domain.refusal import Refusal

ON = date(2026, 11, 23)
BRACKETED = "(01)03400935955838(17)270331(10)AB12(21)XYZ987"
RAW = "010340093595583817270331" + "10AB12\x1d" + "21XYZ987"
BOX = Pack(
    cip13=CIP13("3400935955838"),
    gtin="03400935955838",
    lot="AB12",
    expires_on=date(2027, 3, 31),
    serial="XYZ987",
)


def scan(bracketed):
    """What a scanner sends of a DataMatrix printed with these elements."""
    printed = zxingcpp.create_barcode(bracketed, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    [read] = zxingcpp.read_barcodes(printed.to_image(scale=4))
    assert read.symbology_identifier in ("]d2", "]d8")  # square, oblong
    return read.bytes.decode("ascii")


def reason_of(text):
    with pytest.raises(Refusal) as caught:
        read_pack(text, on=ON)
    return caught.value.reason.code


@pytest.mark.parametrize(
    "bracketed",
    [
        BRACKETED,
        "(01)03400935955838(10)AB12(17)270331(21)XYZ987",
        "(21)XYZ987(01)03400935955838(10)AB12(17)270300",
        "(17)270331(10)AB12(21)XYZ987(01)03400935955838",
        "(01)03400935955838(11)250401(17)270331(10)AB12(21)XYZ987(91)internal",
    ],
)
def test_a_real_code_is_read_in_any_order(bracketed):  # REF-12
    scanned = scan(bracketed)

    assert read_pack(scanned, on=ON) == BOX
    assert read_pack("]d2" + scanned, on=ON) == BOX
    assert read_pack(bracketed, on=ON) == BOX
    assert is_datamatrix(scanned)
    assert is_datamatrix(bracketed)


@pytest.mark.parametrize(
    "text",
    [
        "\x1d" + RAW,
        RAW + "\x1d",
        RAW + "\r\n",
        RAW.replace("\x1d", "<GS>"),
        RAW.replace("\x1d", "^]"),
        RAW.replace("\x1d", "|"),
        RAW.replace("\x1d", "\u241d"),
        "(01) 03400935955838 (17) 270331 (10) AB12 (21) XYZ987",
    ],
)
def test_what_scanners_make_of_it_is_read_alike(text):  # REF-12
    assert read_pack(text, on=ON) == BOX


def test_two_spellings_of_a_separator_are_not_guessed():  # REF-12
    pack = read_pack(RAW.replace("\x1d", "|") + "^]9112", on=ON)

    assert (pack.cip13, pack.lot, pack.serial) == (BOX.cip13, None, None)
    assert read_pack(RAW + "|", on=ON).serial is None


@pytest.mark.parametrize(
    ("text", "lot", "serial"),
    [
        (RAW.replace("\x1d", ""), None, None),
        (RAW.replace("\x1d", "") + "X" * 15, None, None),
        ("010340093595583817270331" + "10AB12", "AB12", None),
        ("010340093595583817270331" + "10AB21", "AB21", None),
        ("010340093595583817270331" + "10A2100", None, None),
        ("010340093595583817270331" + "10A2100\x1d", "A2100", None),
        ("0103400935955838" + "10AB1217270331", None, None),
    ],
)
def test_without_separator_no_lot_is_made_up(text, lot, serial):  # REF-12
    pack = read_pack(text, on=ON)

    assert pack.cip13 == CIP13("3400935955838")
    assert (pack.lot, pack.serial) == (lot, serial)


@pytest.mark.parametrize(
    ("day", "expires_on"),
    [
        ("280200", date(2028, 2, 29)),
        ("270228", date(2027, 2, 28)),
        ("760101", date(2076, 1, 1)),
        ("770101", date(1977, 1, 1)),
        ("991231", date(1999, 12, 31)),
    ],
)
def test_the_century_and_the_last_of_the_month_follow_from_the_day(day, expires_on):  # REF-12
    assert read_pack(f"010340093595583817{day}", on=ON).expires_on == expires_on


def test_late_in_a_century_the_next_one_is_near():  # REF-12
    assert read_pack("010340093595583817490101", on=date(2099, 1, 1)).expires_on == date(2149, 1, 1)


def test_a_wrong_key_is_a_box_to_scan_again():  # REF-12
    assert reason_of("0103400935955839") == "CIP_INVALID"


def test_a_box_of_another_market_has_a_gtin_and_no_cip13():  # REF-12
    pack = read_pack("(01)04012345678901(10)L1", on=ON)

    assert (pack.gtin, pack.cip13, pack.lot) == ("04012345678901", None, "L1")


def test_a_french_number_beside_another_gtin_is_the_cip13():  # REF-12
    assert read_cip13("(01)04012345678901(711)3400935955838") == CIP13("3400935955838")
    assert read_cip13("(01)04012345678901(710)12345678") is None
    assert reason_of("(01)04012345678901(711)3400935955839") == "CIP_INVALID"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "]d2",
        "doliprane",
        "17270331",
        "010340093595583",
        "(01)0340093595583A",
        "(01)03400935955838(01)03400931587538",
        "(01)04012345678901(711)é",
        "(01)03400935955838(99999)A",
        "(01)03400935955838(42)A",
        "010340093595583842A",
        "(01)03400935955838(10)" + "A" * 200,
    ],
)
def test_what_cannot_be_read_is_refused(text):  # REF-12
    assert reason_of(text) == "ELEMENT_INVALID"


@pytest.mark.parametrize(
    ("text", "lot", "expires_on", "serial"),
    [
        (BRACKETED.replace("270331", "270231"), "AB12", None, "XYZ987"),
        (BRACKETED.replace("270331", "271331"), "AB12", None, "XYZ987"),
        (BRACKETED.replace("270331", "2703"), "AB12", None, "XYZ987"),
        (BRACKETED.replace("AB12", ""), None, BOX.expires_on, "XYZ987"),
        (BRACKETED.replace("AB12", "A" * 21), None, BOX.expires_on, "XYZ987"),
        (BRACKETED.replace("AB12", "é"), None, BOX.expires_on, "XYZ987"),
        (BRACKETED + "(10)B", None, BOX.expires_on, "XYZ987"),
        (RAW.replace("270331", "270231"), "AB12", None, "XYZ987"),
        (RAW.replace("AB12", ""), None, BOX.expires_on, "XYZ987"),
        (RAW.replace("AB12", "A" * 21), None, BOX.expires_on, "XYZ987"),
        (RAW.replace("\x1d", "\x1d\x1d"), "AB12", BOX.expires_on, "XYZ987"),
        (RAW.replace("270331", "27033A"), None, None, None),
    ],
)
def test_a_sure_product_is_read_without_what_is_unreadable(text, lot, expires_on, serial):  # REF-12
    pack = read_pack(text, on=ON)

    assert pack.cip13 == BOX.cip13
    assert (pack.lot, pack.expires_on, pack.serial) == (lot, expires_on, serial)


@pytest.mark.parametrize(
    ("text", "is_mistyped"),
    [
        ("3400935955838", False),
        ("3400935955839", True),
        ("34009 359 5583 9", True),
        ("03400935955839", True),
        ("3400892088311", True),
        ("4012345678901", False),
        ("340093595583", False),
        ("doliprane", False),
    ],
)
def test_a_wrong_key_is_told_in_a_typed_french_code(text, is_mistyped):  # REF-11
    assert is_cip13_mistyped(text) is is_mistyped


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("4012345678901", "04012345678901"),
        ("04012345678901", "04012345678901"),
        ("4012345678902", None),
        ("3400935955838", None),
        ("13400935955835", None),
        ("60234100", None),
        ("doliprane 1 g", None),
    ],
)
def test_a_code_of_another_market_is_told(text, gtin):  # REF-11
    assert read_foreign_gtin(text) == gtin


@pytest.mark.parametrize(
    "text", ["", "doliprane 1g", "3400935955838", "10 mg | 20 mg", "(sans sucre)", "2800 UI"]
)
def test_a_name_or_a_code_is_no_datamatrix(text):  # REF-12
    assert not is_datamatrix(text)


def test_what_a_refusal_says_repeats_nothing_of_the_box():  # REF-12
    with pytest.raises(Refusal) as caught:
        read_pack(BRACKETED.replace("(10)AB12", "(42)SECRET"), on=ON)

    assert "SECRET" not in caught.value.sentence + str(caught.value)


@given(st.text(max_size=220), st.dates())
def test_any_text_is_read_or_refused(text, on):
    try:
        read_pack("01" + text, on=on)
    except Refusal:
        assert True


VALUES = st.text("ABCXYZabc0123456789-/.", min_size=1, max_size=20)


@given(VALUES, VALUES, st.permutations(["10", "21", "01"]))
def test_what_was_written_is_read_back(lot, serial, order):  # REF-12
    values = {"10": lot, "21": serial, "01": "03400935955838"}
    text = "".join(ai + values[ai] + ("" if ai == "01" else "\x1d") for ai in order)

    assert dict(read_elements(text)) == values
