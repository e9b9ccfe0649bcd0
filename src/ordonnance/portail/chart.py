"""Charts of a bilan as SVG: the same on a page, light or dark, and in the PDF.

Colours are attributes that the style sheet of the pages overrides by class; the PDF keeps them.
What is below a target is hatched or hollow, so that black and white tells it too. A chart is 420
units wide and its letters 16 high: 12 pixels where it is shown 320 wide, which is the least.

Source: PRE-63.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from math import ceil, floor

from ordonnance.domain.bilan import say_percent
from ordonnance.domain.bilan_told import Bar, BilanTold, Chart, ChartKind, Point, Series

WIDTH = 420
LETTER = 16
FONTS = "system-ui, 'Libertinus Serif', serif"
INK, SOFT, EDGE, PAPER, ACCENT, STOP = (
    "#16202e",
    "#515c69",
    "#858073",
    "#fbfaf7",
    "#0b5d66",
    "#9b2226",
)
_ROW = 46
_LETTERS_IN_ROW = 50
_LABELS_MAX = 5
_PANEL_WIDTH, _PANEL_HEIGHT, _PANEL_LETTERS = 200, 100, 24


def draw(chart: Chart) -> str:
    """*chart* as an ``<svg>`` element, ready to stand in a page; texts are escaped.

    Source: PRE-63.
    """
    height, parts = _DRAWERS[chart.kind](chart)
    key = chart.key
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'aria-labelledby="{key}-title {key}-desc" font-family="{FONTS}" '
        f'font-size="{LETTER}">'
    )
    hatch = (
        f'<defs><pattern id="{key}-hatch" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<line class="chart-hatch" x1="0" y1="0" x2="0" y2="6" stroke="{STOP}" '
        'stroke-width="5"/></pattern></defs>'
    )
    title = f'<title id="{key}-title">{escape(chart.title)}</title>'
    description = f'<desc id="{key}-desc">{escape(chart.description)}</desc>'
    return "".join((head, title, description, hatch, *parts, "</svg>"))


def draw_all(told: BilanTold) -> Mapping[str, str]:
    """Every chart of *told* by its key: what the template ``bilan.html`` calls ``charts``.

    Markup, its texts escaped.

    Source: PRE-62.
    """
    return {chart.key: draw(chart) for section in told.sections for chart in section.charts}


def _text(x: float, y: float, words: str, *, anchor: str = "start", style: str = "ink") -> str:
    colour = SOFT if style == "soft" else INK
    return (
        f'<text class="chart-{style}" x="{x:g}" y="{y:g}" text-anchor="{anchor}" '
        f'fill="{colour}">{escape(words)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, style: str = "edge") -> str:
    """A line: ``edge`` of a scale, ``target`` dashed, ``ink`` of an interval, ``halo`` under it."""
    colour, width, dash = {
        "edge": (EDGE, 1, ""),
        "target": (INK, 2, ' stroke-dasharray="6 4"'),
        "ink": (INK, 2, ""),
        "halo": (PAPER, 5, ""),
    }[style]
    return (
        f'<line class="chart-{style}-line" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
        f'stroke="{colour}" stroke-width="{width}"{dash}/>'
    )


def shorten(words: str, letters: int) -> str:
    """*words* in that many letters at most, the end cut where there are more."""
    return words if len(words) <= letters else f"{words[: max(1, letters - 1)].rstrip()}…"


def _draw_bars(chart: Chart) -> tuple[int, Iterator[str]]:
    top = LETTER + 8 if chart.target is not None else 0
    return top + _ROW * len(chart.bars) + 2, _each_bar(chart, top)


def _each_bar(chart: Chart, top: int) -> Iterator[str]:
    for rank, bar in enumerate(chart.bars):
        yield from _draw_bar(bar, top + _ROW * rank, chart.key)
    if chart.target is None:
        return
    x = float(chart.target) * WIDTH
    for rank in range(len(chart.bars)):
        # One dash a bar: a whole line would strike the names out.
        yield _line(x, top + _ROW * rank + 20, x, top + _ROW * rank + 40, "target")
    words = f"cible {say_percent(chart.target)}"
    yield _text(min(x, WIDTH - 50), LETTER - 2, words, anchor="middle", style="soft")


def _draw_bar(bar: Bar, y: float, key: str) -> Iterator[str]:
    name = shorten(bar.name, _LETTERS_IN_ROW - len(bar.words))
    yield _text(0, y + LETTER, name)
    yield _text(WIDTH, y + LETTER, bar.words, anchor="end")
    yield _line(0, y + 37, WIDTH, y + 37)
    length = float(bar.share or 0) * WIDTH
    if bar.is_wrong:
        fill = f'class="chart-wrong" fill="url(#{key}-hatch)" stroke="{STOP}" stroke-width="1.5"'
    else:
        fill = f'class="chart-bar" fill="{ACCENT}"'
    if length:
        yield f'<rect {fill} x="0" y="{y + 23:g}" width="{length:g}" height="14"/>'
    if bar.low is not None and bar.high is not None:
        low, high, middle = bar.low * WIDTH, bar.high * WIDTH, y + 30
        for style in ("halo", "ink"):
            yield _line(low, middle, high, middle, style)
        for x in (low, high):
            yield _line(x, middle - 5, x, middle + 5, "ink")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where rates and weeks stand: a box, the lowest rate at its bottom, how many weeks."""

    left: float
    top: float
    width: float
    height: float
    lowest: float
    count: int

    def x(self, rank: int) -> float:
        return self.left + self.width * (rank / (self.count - 1) if self.count > 1 else 0.5)

    def y(self, rate: float) -> float:
        return self.top + self.height * (1 - (rate - self.lowest) / (1 - self.lowest))


def _lowest(series: Sequence[Series], target: Fraction | None) -> float:
    """The tenth under the lowest of what is shown: a line, unlike a bar, need not begin at 0."""
    lows = [point.low for one in series for point in one.points]
    return max(0.0, min(0.9, floor(min([*lows, float(target or 1)]) * 10) / 10))


def _draw_weeks(chart: Chart) -> tuple[int, Iterator[str]]:
    (series,) = chart.series
    lowest = _lowest(chart.series, chart.target)
    frame = _Frame(60, 26, WIDTH - 92, 150, lowest, len(series.points))
    return 26 + 150 + 34, _each_week(chart, series, frame)


def _each_week(chart: Chart, series: Series, frame: _Frame) -> Iterator[str]:
    right = frame.left + frame.width
    for rate in {1.0, frame.lowest}:
        yield _line(frame.left, frame.y(rate), right, frame.y(rate))
        yield _text(
            frame.left - 10, frame.y(rate) + 5, say_percent(rate), anchor="end", style="soft"
        )
    yield from _draw_line(series.points, frame)
    if chart.target is not None:
        y = frame.y(float(chart.target))
        yield _line(frame.left - 6, y, right + 6, y, "target")
        yield _text(frame.left - 10, y + 5, say_percent(chart.target), anchor="end")
    yield from _mark(series.points, frame, chart.target)
    step = ceil(len(series.points) / _LABELS_MAX)
    for rank, point in enumerate(series.points):
        if rank % step == 0:
            yield _text(
                frame.x(rank),
                frame.top + frame.height + 24,
                point.name,
                anchor="middle",
                style="soft",
            )
    for rank in _list_labelled(series.points):
        point = series.points[rank]
        y = frame.y(float(point.rate)) - 12
        yield _text(frame.x(rank), max(LETTER, y), say_percent(point.rate), anchor="middle")


def _list_labelled(points: Sequence[Point]) -> list[int]:
    """The weeks whose rate is written: all, or where there are many the first, lowest and last."""
    if len(points) <= _LABELS_MAX:
        return list(range(len(points)))
    lowest = min(range(len(points)), key=lambda rank: points[rank].rate)
    return sorted({0, lowest, len(points) - 1})


def _draw_line(points: Sequence[Point], frame: _Frame) -> Iterator[str]:
    """The band of the interval, and the line over it."""
    places = list(enumerate(points))
    above = [f"{frame.x(rank):g},{frame.y(one.high):g}" for rank, one in places]
    below = [f"{frame.x(rank):g},{frame.y(one.low):g}" for rank, one in reversed(places)]
    yield (
        f'<polygon class="chart-band" points="{" ".join((*above, *below))}" fill="{ACCENT}" '
        'fill-opacity="0.18"/>'
    )
    line = " ".join(f"{frame.x(rank):g},{frame.y(float(one.rate)):g}" for rank, one in places)
    yield (
        f'<polyline class="chart-line" points="{line}" fill="none" stroke="{ACCENT}" '
        'stroke-width="2.5"/>'
    )


def _mark(points: Sequence[Point], frame: _Frame, target: Fraction | None) -> Iterator[str]:
    """A disc at or above the target, a hollow diamond below it."""
    for rank, one in enumerate(points):
        x, y = frame.x(rank), frame.y(float(one.rate))
        if target is not None and one.rate < target:
            yield (
                f'<path class="chart-below" d="M{x:g} {y - 7:g}l7 7l-7 7l-7 -7z" fill="{PAPER}" '
                f'stroke="{STOP}" stroke-width="2.5"/>'
            )
        else:
            yield f'<circle class="chart-bar" cx="{x:g}" cy="{y:g}" r="5" fill="{ACCENT}"/>'


def _draw_multiples(chart: Chart) -> tuple[int, Iterator[str]]:
    lines = ceil(len(chart.series) / 2)
    return lines * (_PANEL_HEIGHT + 12), _each_panel(chart)


def _each_panel(chart: Chart) -> Iterator[str]:
    lowest = _lowest(chart.series, chart.target)
    for rank, series in enumerate(chart.series):
        left = (rank % 2) * (WIDTH - _PANEL_WIDTH)
        top = (rank // 2) * (_PANEL_HEIGHT + 12)
        yield _text(left, top + LETTER, shorten(series.name, _PANEL_LETTERS))
        if not series.points:
            yield _text(left, top + 58, "aucune mesure", style="soft")
            continue
        frame = _Frame(left + 8, top + 32, 120, 52, lowest, len(series.points))
        yield _line(left, frame.y(lowest), left + 136, frame.y(lowest))
        if chart.target is not None:
            y = frame.y(float(chart.target))
            yield _line(left, y, left + 136, y, "target")
        yield from _draw_line(series.points, frame)
        yield from _mark(series.points[-1:], _last(frame), chart.target)
        last = series.points[-1]
        yield _text(left + 144, frame.y(float(last.rate)) + 5, say_percent(last.rate))


def _last(frame: _Frame) -> _Frame:
    """The same box, for its last week alone."""
    right = frame.x(max(0, frame.count - 1))
    return _Frame(right, frame.top, 0, frame.height, frame.lowest, 1)


_DRAWERS: Mapping[ChartKind, Callable[[Chart], tuple[int, Iterator[str]]]] = {
    ChartKind.BARS: _draw_bars,
    ChartKind.WEEKS: _draw_weeks,
    ChartKind.MULTIPLES: _draw_multiples,
}
