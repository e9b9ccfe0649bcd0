from io import BytesIO
import struct
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
import pytest

from ordonnance.usecases.scan import check_scan
from scans import A5_AT_200, PAGE, draw_page, write

PDF = write(draw_page(), "PDF")
TIFF = write(draw_page().convert("1"), "TIFF")


def flaws_of(scan):
    return [(flaw.page, flaw.anomaly.value) for flaw in check_scan(scan)]


def a_bomb(width=60_000, height=60_000):
    """A TIFF that announces more pixels than memory, and holds none."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1),
               (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height),
               (279, 4, 1, 4)]  # fmt: skip
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", len(entries)) + body + bytes(8)


def a_pdf_bomb():
    """A PDF whose image announces more pixels than memory."""
    stream = zlib.compress(bytes(1000))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
            b"/Resources<</XObject<</I 4 0 R>>>>>>"
        ),
        b"<</Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
        % (len(stream), stream),
        b"<</Length 26>>stream\nq 595 0 0 842 0 0 cm /I Do Q\nendstream",
    ]
    file, places = b"%PDF-1.4\n", []
    for place, part in enumerate(parts, 1):
        places.append(len(file))
        file += b"%d 0 obj%b endobj\n" % (place, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        file
        + b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (table, len(file))
    )


@pytest.mark.parametrize(
    "scan",
    [
        PAGE,
        PDF,
        TIFF,
        write(draw_page(A5_AT_200)),
        write(draw_page(), dpi=None),
        write(draw_page().convert("RGB"), "TIFF", more=[draw_page().convert("RGB")]),
        write(draw_page(paper=200, ink=60)),
    ],
)
def test_a_legible_scan_has_no_flaw(scan):  # SCOR-5
    assert flaws_of(scan) == []


@pytest.mark.parametrize(
    ("scan", "flaws"),
    [
        (write(draw_page(ink=None)), [(1, "BLANK")]),
        (write(draw_page(ink=None), "PDF"), [(1, "BLANK")]),
        (write(draw_page(paper=0, ink=None), "TIFF"), [(1, "BLACK")]),
        (write(draw_page(ink=225), "TIFF"), [(1, "CONTRAST")]),
        (write(draw_page(), dpi=100), [(1, "RESOLUTION")]),
        (write(draw_page((827, 1170)), "PDF", dpi=100), [(1, "RESOLUTION")]),
        (write(draw_page((827, 1170)), dpi=None), [(1, "RESOLUTION")]),
        (write(draw_page((1654, 600))), [(1, "TRUNCATED")]),
        (write(draw_page(), "TIFF", more=[draw_page(ink=None)]), [(2, "BLANK")]),
        (write(draw_page(), "PDF", more=[draw_page(ink=None)]), [(2, "BLANK")]),
        (PAGE[: len(PAGE) // 2], [(1, "TRUNCATED")]),
        (PDF[: len(PDF) // 2], [(1, "TRUNCATED")]),
        (TIFF[: len(TIFF) // 2], [(1, "TRUNCATED")]),
        (b"", [(1, "FORMAT")]),
        (b"GIF89a", [(1, "FORMAT")]),
        (b"%PDF-1.4 nothing %%EOF", [(1, "TRUNCATED")]),
    ],
)
def test_a_scan_that_cannot_be_read_says_why(scan, flaws):  # SCOR-5
    assert flaws_of(scan) == flaws


@pytest.mark.parametrize(
    "scan",
    [
        a_bomb(),
        a_pdf_bomb(),
        write(Image.new("1", (8000, 8000)), "TIFF"),
        write(Image.new("1", (100, 100)), "TIFF", more=[Image.new("1", (100, 100))] * 20),
    ],
)
def test_a_bomb_is_refused_before_it_is_inflated(scan):  # SCOR-6
    assert flaws_of(scan) == [(1, "OVERSIZED")]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([PAGE, PDF, TIFF]), st.data())
def test_whatever_the_bytes_there_is_an_answer(scan, data):  # SCOR-6
    spoilt = bytearray(scan)
    for _ in range(data.draw(st.integers(1, 20))):
        spoilt[data.draw(st.integers(0, min(len(scan), 3000) - 1))] = data.draw(st.integers(0, 255))

    assert isinstance(check_scan(bytes(spoilt)), tuple)


def test_another_format_is_not_opened_under_the_name_of_a_scan():  # SCOR-6
    file = BytesIO()
    draw_page().save(file, "PNG")

    assert flaws_of(file.getvalue()) == [(1, "FORMAT")]
