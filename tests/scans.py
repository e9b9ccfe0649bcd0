"""Scans made up for tests: pages of invented words, drawn and never scanned."""

from io import BytesIO

from PIL import Image, ImageDraw

A4_AT_200 = (1654, 2339)
A5_AT_200 = (1165, 1654)
WHITE, BLACK = 255, 0


def draw_page(
    size: tuple[int, int] = A4_AT_200, *, paper: int = WHITE, ink: int | None = BLACK
) -> Image.Image:
    """A page of forty lines of strokes; without ink, nothing."""
    image = Image.new("L", size, paper)
    draw = ImageDraw.Draw(image)
    width, height = size
    for line in range(40 if ink is not None else 0):
        top = height * (line + 4) // 50
        for word in range(8):
            left = width * (word + 1) // 10
            draw.rectangle([left, top, left + width // 14, top + height // 160], fill=ink)
    return image


def write(image: Image.Image, kind: str = "JPEG", *, dpi: int | None = 200, more=()) -> bytes:
    """The bytes of a scan; *more* are its following pages (TIFF, PDF)."""
    file = BytesIO()
    said = {} if dpi is None else {"resolution": dpi} if kind == "PDF" else {"dpi": (dpi, dpi)}
    following = {"save_all": True, "append_images": list(more)} if more else {}
    image.save(file, kind, **said, **following)
    return file.getvalue()


PAGE = write(draw_page())
