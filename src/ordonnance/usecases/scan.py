"""Scans measured, page by page, by real image libraries: the only file that knows them.

What comes in is anybody's: formats are named, sizes are looked at before a pixel is decoded, and
whatever a library trips on makes the piece unreadable, never the service.

Source: SCOR-5, SCOR-6.
"""

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Lock

from PIL import Image
import pypdfium2

from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.scan import (
    PAGES_MAX,
    PIXELS_MAX,
    Anomaly,
    Flaw,
    Page,
    guess_dpi,
    judge_page,
)

LOTS_MAX = 8
POINTS_PER_INCH = 72
RENDERED_DPI = 100
RENDERED_PIXELS_MAX = 4_000_000
_PDF = b"%PDF-"
_PDF_END = b"%%EOF"
_PDF_END_BYTES = 2048
_IMAGES = {b"\xff\xd8\xff": "JPEG", b"II*\0": "TIFF", b"MM\0*": "TIFF"}
_DEPTH_MAX = 5
_PDFIUM = Lock()  # the library keeps one state for the whole process


class _FlawedError(Exception):
    def __init__(self, page: int, anomaly: Anomaly) -> None:
        super().__init__(anomaly.value)
        self.flaw = Flaw(page, anomaly)


class Scans:
    """One thread that measures, so that one lot's pixels are in memory at a time.

    While *lots_max* are waiting, the answer is BUSY.
    """

    def __init__(self, *, lots_max: int = LOTS_MAX) -> None:
        self._lots_max = lots_max
        self._waiting = 0
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scans")

    async def check(self, parts: Mapping[str, bytes]) -> dict[str, tuple[Flaw, ...]]:
        """What is wrong with each part, by its name; nothing: it can be read.

        Raises:
            Refusal: BUSY.

        Source: SCOR-5.
        """
        if self._waiting >= self._lots_max:
            raise Refusal(Reasons.BUSY)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._executor, _check_all, parts)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Stop once what was taken is measured."""
        self._executor.shutdown(wait=True)


def _check_all(parts: Mapping[str, bytes]) -> dict[str, tuple[Flaw, ...]]:
    return {name: check_scan(scan) for name, scan in parts.items()}


def check_scan(scan: bytes) -> tuple[Flaw, ...]:
    """What is wrong with a scan, told by its own bytes to be PDF, TIFF or JPEG.

    Source: SCOR-5, SCOR-6.
    """
    try:
        pages = list(_measure(scan))
    except _FlawedError as error:
        return (error.flaw,)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return (Flaw(1, Anomaly.OVERSIZED),)
    except Exception:  # noqa: BLE001 - whatever a library trips on, the piece cannot be read
        return (Flaw(1, Anomaly.TRUNCATED),)
    return tuple(
        Flaw(place, one) for place, page in enumerate(pages, 1) for one in judge_page(page)
    )


def _measure(scan: bytes) -> Iterator[Page]:
    kind = next((kind for start, kind in _IMAGES.items() if scan.startswith(start)), None)
    if kind is not None:
        return _measure_image(scan, kind)
    if not scan.startswith(_PDF):
        raise _FlawedError(1, Anomaly.FORMAT)
    if _PDF_END not in scan[-_PDF_END_BYTES:]:  # the library would mend it in silence
        raise _FlawedError(1, Anomaly.TRUNCATED)
    return _measure_pdf(scan)


def _measure_image(scan: bytes, kind: str) -> Iterator[Page]:
    with Image.open(BytesIO(scan), formats=(kind,)) as image:
        count = getattr(image, "n_frames", 1)
        if count > PAGES_MAX:
            raise _FlawedError(1, Anomaly.OVERSIZED)
        for place in range(count):
            image.seek(place)
            width, height = image.size
            if width * height > PIXELS_MAX:
                raise _FlawedError(place + 1, Anomaly.OVERSIZED)
            said = image.info.get("dpi")
            dpi = min(map(float, said)) if said and min(said) > 1 else None
            yield Page(
                levels=image.convert("L").histogram(),
                dpi=guess_dpi(min(width, height)) if dpi is None else dpi,
                inches=None if dpi is None else (width / dpi, height / dpi),
            )


def _measure_pdf(scan: bytes) -> Iterator[Page]:
    with _PDFIUM:
        document = pypdfium2.PdfDocument(scan)
        try:
            if not 0 < len(document) <= PAGES_MAX:
                raise _FlawedError(1, Anomaly.OVERSIZED)
            for place in range(len(document)):
                page = document[place]
                try:
                    yield _measure_page(page, place + 1)
                finally:
                    page.close()
        finally:
            document.close()


def _measure_page(page: pypdfium2.PdfPage, place: int) -> Page:
    width, height = page.get_size()
    dpi = _find_dpi(page, width * height, place)
    scale = RENDERED_DPI / POINTS_PER_INCH
    if width * height * scale * scale > RENDERED_PIXELS_MAX:
        scale = (RENDERED_PIXELS_MAX / (width * height)) ** 0.5
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    levels = bitmap.to_pil().convert("L").histogram()
    bitmap.close()
    inches = (width / POINTS_PER_INCH, height / POINTS_PER_INCH)
    return Page(levels=levels, dpi=dpi, inches=inches)


def _find_dpi(page: pypdfium2.PdfPage, area: float, place: int) -> float | None:
    """The resolution of the image that fills most of a page; None: the page is drawn, not scanned.

    Raises:
        _FlawedError: an image is too large to be decoded.
    """
    dpi, most = None, area / 2
    kinds = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    for image in page.get_objects(filter=kinds, max_depth=_DEPTH_MAX):
        told = image.get_metadata()
        if told.width * told.height > PIXELS_MAX:
            raise _FlawedError(place, Anomaly.OVERSIZED)
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) >= most:
            most = (right - left) * (top - bottom)
            dpi = float(min(told.horizontal_dpi, told.vertical_dpi))
    return dpi
