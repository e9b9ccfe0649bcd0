"""The QR code of a number: drawn for a terminal, read by a scanner that owes nothing to it."""

import pytest
import zxingcpp

from builders import a_number
from ordonnance.simulation.qr import draw, scan

PIXELS = 8
DARK = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}


def photograph(drawing, *, inverted=False):
    """The picture that a camera takes of *drawing*."""
    rows = []
    for line in drawing:
        for half in (0, 1):
            row = b"".join(
                (b"\x00" if DARK[character][half] != inverted else b"\xff") * PIXELS
                for character in line
            )
            rows.extend([row] * PIXELS)
    return memoryview(b"".join(rows)).cast("B", (len(rows), len(rows[0])))


def read_all(picture):
    return zxingcpp.read_barcodes(picture, try_invert=False, try_rotate=False)


@pytest.mark.parametrize("chance", [0, 1, 2**65 - 1, 0x1234_5678_9ABC_DEF0, 2**64])
def test_a_scanner_reads_the_bare_number_in_the_drawing(chance):
    number = a_number(chance)

    [found] = read_all(photograph(draw(number)))

    assert found.text == number.value
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.ec_level in ("M", "Q", "H")


def test_the_drawing_is_the_smallest_code_with_its_quiet_zone():
    drawing = draw(a_number(7))

    # Version 1 has 21 modules a side: at level M it holds 18 characters only as alphanumeric.
    assert {len(line) for line in drawing} == {21 + 4 + 4}
    assert len(drawing) == (21 + 4 + 4 + 1) // 2
    assert all(line[:4] == line[-4:] == "    " for line in drawing)
    assert {*drawing[:2], *drawing[-2:]} == {" " * 29}
    assert drawing[2].strip() != ""
    assert drawing[12].strip() != ""


def test_the_drawing_is_dark_on_light():
    assert read_all(photograph(draw(a_number(7)), inverted=True)) == []


def test_what_is_drawn_is_scanned():
    number = a_number(42)

    assert scan(draw(number)) == number.value


def test_a_drawing_without_a_code_says_nothing():
    assert scan([]) is None
    assert scan([" " * 29] * 15) is None
    assert scan(draw(a_number(42))[:8]) is None


def test_a_drawing_is_made_of_half_blocks():
    with pytest.raises(KeyError):
        scan(["#"])
