"""The first QR code of an ordonnance: drawn with half blocks, read back as a scanner would.

Two modules stand in one character, one above the other, so that modules are square in a terminal.
Ink is for dark modules: the drawing is right on paper as it is, and right on any screen once it
is shown black on white.
"""

from collections.abc import Sequence
from typing import cast

from typing_extensions import Buffer
import zxingcpp

from ordonnance.domain.identifiers import PrescriptionNumber

QUIET_MODULES = 4
FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_PIXELS = 6  # a module on the image that is scanned
_LIGHT, _DARK = 255, 0
_INK = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_MODULES = {ink: pair for pair, ink in _INK.items()}


def draw(number: PrescriptionNumber) -> tuple[str, ...]:
    """The QR code of the bare *number* with its quiet zone, line by line.

    Error correction M; 18 characters fit the smallest code only in alphanumeric mode, which is
    how a scanner tells it from a code of bytes. An odd height gets one more light row.

    Source: TLS-1.
    """
    code = zxingcpp.create_barcode(number.value, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    # One byte a module; the library's own quiet zone follows its own idea of how wide it is.
    image = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)
    height, width = image.shape
    pixels = bytes(cast("Buffer", image))  # it is one; the library's types do not say so
    margin = [False] * QUIET_MODULES
    empty = [False] * (width + 2 * QUIET_MODULES)
    rows = [empty] * QUIET_MODULES
    for start in range(0, height * width, width):
        modules = [pixel == _DARK for pixel in pixels[start : start + width]]
        rows.append([*margin, *modules, *margin])
    rows += [empty] * (QUIET_MODULES + (len(rows) + QUIET_MODULES) % 2)
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return tuple("".join(map(_ink, upper, lower)) for upper, lower in pairs)


def scan(drawing: Sequence[str]) -> str | None:
    """What a scanner reads on a *drawing*, dark on light; None: nothing.

    Raises:
        KeyError: it holds another character than half blocks.
    """
    pixels = bytearray()
    for line in drawing:
        pairs = [_MODULES[character] for character in line]
        for modules in zip(*pairs, strict=True):
            row = b"".join(bytes([_DARK if dark else _LIGHT]) * _PIXELS for dark in modules)
            pixels += row * _PIXELS
    width = len(drawing[0]) * _PIXELS if drawing else 0
    if not width:
        return None
    image = memoryview(pixels).cast("B", (len(pixels) // width, width))
    found = zxingcpp.read_barcode(image, FORMATS, try_invert=False)
    return None if found is None else found.text


def _ink(upper: bool, lower: bool) -> str:  # noqa: FBT001 - two modules, one above the other
    return _INK[upper, lower]
