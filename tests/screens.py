"""``make screens``: the pictures that tests made, small enough for the documents.

``python tests/screens.py FROM TO`` writes each PNG of FROM into TO, with as many colours as fit.
"""

from io import BytesIO
from pathlib import Path
import sys

from PIL import Image

WIDTH_MAX = 1280
BYTES_MAX = 120_000
COLOURS = (128, 64, 32, 16)


def shrink(picture: Image.Image) -> bytes:
    """A PNG of *picture*, with a palette, at most ``WIDTH_MAX`` wide and ``BYTES_MAX`` long."""
    if picture.width > WIDTH_MAX:
        height = round(picture.height * WIDTH_MAX / picture.width)
        picture = picture.resize((WIDTH_MAX, height))
    for colours in COLOURS:
        out = BytesIO()
        picture.convert("RGB").quantize(colours).save(out, "PNG", optimize=True)
        if out.tell() <= BYTES_MAX:
            return out.getvalue()
    message = f"{picture.size} takes {out.tell()} bytes with {colours} colours"
    raise ValueError(message)


def main(made: Path, kept: Path) -> None:
    """Replace the pictures of *kept* by those of *made*."""
    for path in sorted(made.glob("*.png")):
        with Image.open(path) as picture:
            (kept / path.name).write_bytes(shrink(picture))


if __name__ == "__main__":
    main(*(Path(name) for name in sys.argv[1:]))
