"""A trend in a table's cell: one bar a week, the target as a line. Its words say the same.

Source: PRE-80.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ordonnance.domain.bilan import divide, say_percent
from ordonnance.domain.bilan_rate import whole_of
from ordonnance.domain.modalites import Modalities
from ordonnance.domain.preserie import Figures
from ordonnance.portail.page import show_day

HEIGHT = 28
STEP, BAR = 12, 8
WEEKS_MAX = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A week: where its bar stands, its top and height in pixels, and whether it is below."""

    x: int
    y: float
    height: float
    is_low: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The bars of the last weeks, the height of the target, and the words for who cannot see."""

    marks: tuple[Mark, ...]
    target_y: float
    words: str

    @property
    def width(self) -> int:
        """In pixels."""
        return STEP * len(self.marks)


def draw_trend(weeks: Mapping[date, Figures], modalities: Modalities) -> Trend | None:
    """The rate of executions of each week, in order; None before any."""
    rates = [
        (monday, rate)
        for monday, figures in weeks.items()
        if (rate := _rate(figures, modalities)) is not None
    ][-WEEKS_MAX:]
    if not rates:
        return None
    target = modalities.rate_target
    words = " ; ".join(f"semaine du {show_day(on)} : {say_percent(rate)}" for on, rate in rates)
    return Trend(
        tuple(_mark(place, rate, target) for place, (_, rate) in enumerate(rates)),
        HEIGHT - HEIGHT * float(target),
        words,
    )


def _rate(figures: Figures, modalities: Modalities) -> Fraction | None:
    whole = whole_of(figures, is_excluded=modalities.refusals_excluded)
    return divide(figures.recorded, whole)


def _mark(place: int, rate: Fraction, target: Fraction) -> Mark:
    height = max(1.0, HEIGHT * float(rate))
    return Mark(place * STEP, HEIGHT - height, height, rate < target)
