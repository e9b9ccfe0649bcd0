"""Whether a scanned page can be read: all white, all black, illegible, cut, or too coarse.

Source: SCOR-5; arrêté du 31 mars 2022, annexe XV (the anomalies that count). The thresholds: ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

DPI_MIN = 200
PIXELS_MAX = 50_000_000  # an A3 at 400 dpi holds 31
PAGES_MAX = 20
_DPI_ROUNDING = 1.0
_A4_SHORT_INCHES = 8.27
_A5_INCHES = (5.83, 8.27)
_TOLERANCE = 0.9  # a sheet is never quite straight
_INK_SHARE = 0.0005  # two words on an A4
_PAPER_SHARE = 0.5
_GLARE_SHARE = 0.995
_CONTRAST_NONE = 20
_CONTRAST_MIN = 60
_DARK = 128


class Anomaly(StrEnum):
    """What is wrong with a scan."""

    BLANK = "BLANK"
    BLACK = "BLACK"
    CONTRAST = "CONTRAST"
    TRUNCATED = "TRUNCATED"
    RESOLUTION = "RESOLUTION"
    FORMAT = "FORMAT"
    OVERSIZED = "OVERSIZED"


@dataclass(frozen=True, slots=True)
class Flaw:
    """An anomaly, and the page that shows it, from 1."""

    page: int
    anomaly: Anomaly


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page measured. *levels* counts its pixels by level, black (0) to white (255).

    *dpi* is None where nothing tells it; *inches* are its sides, None where they are not known.
    """

    levels: Sequence[int]
    dpi: float | None
    inches: tuple[float, float] | None


def guess_dpi(short_pixels: int) -> float:
    """The resolution of an image that does not tell it, as if it showed a whole A4.

    Source: SCOR-5; ours.
    """
    return short_pixels / _A4_SHORT_INCHES


def judge_page(page: Page) -> tuple[Anomaly, ...]:
    """What is wrong with *page*; nothing: it can be read.

    Source: SCOR-5.
    """
    found = [judge_levels(page.levels)]
    if page.dpi is not None and page.dpi < DPI_MIN - _DPI_ROUNDING:
        found.append(Anomaly.RESOLUTION)
    if page.inches is not None:
        sides = zip(sorted(page.inches), _A5_INCHES, strict=True)
        if any(side < least * _TOLERANCE for side, least in sides):
            found.append(Anomaly.TRUNCATED)
    return tuple(anomaly for anomaly in found if anomaly is not None)


def judge_levels(levels: Sequence[int]) -> Anomaly | None:
    """Whether ink can be told from paper.

    Source: SCOR-5.
    """
    ink, paper = level_at(levels, _INK_SHARE), level_at(levels, _PAPER_SHARE)
    if paper < _DARK and level_at(levels, _GLARE_SHARE) - ink < _CONTRAST_MIN:
        return Anomaly.BLACK
    if paper - ink < _CONTRAST_NONE:
        return Anomaly.BLANK if paper >= _DARK else None
    return Anomaly.CONTRAST if paper - ink < _CONTRAST_MIN and paper >= _DARK else None


def level_at(levels: Sequence[int], share: float) -> int:
    """The level that this *share* of the pixels, the darkest, do not go beyond."""
    wanted = share * sum(levels)
    seen = 0
    for level, count in enumerate(levels):
        seen += count
        if seen >= wanted:
            return level
    return len(levels) - 1
