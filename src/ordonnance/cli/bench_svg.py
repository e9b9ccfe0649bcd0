"""A few marks of SVG: what the bench's charts are drawn with.

Nothing but plain attributes and one style sheet, so that a page, a PDF and GitHub draw the same.
Lengths are in pixels, from the top left. Dark where the reader's screen is.
"""

from collections.abc import Sequence
from html import escape
from typing import Literal

WIDTH = 760
MARGIN = 24
CHARACTER = 7.2  # about as wide as a character of a label, to keep two labels apart

_FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" \
height="{height}" role="img" aria-labelledby="t d">
  <title id="t">{title}</title>
  <desc id="d">{description}</desc>
  <style>
    text {{ font: 13px system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; \
font-variant-numeric: tabular-nums; fill: #16202e }}
    .title {{ font-size: 17px; font-weight: 600 }}
    .name {{ font-size: 14px; font-weight: 600 }}
    .soft {{ fill: #55606e }}
    .mark {{ fill: #8a5a00; font-weight: 600 }}
    .halo {{ paint-order: stroke; stroke: #fbfaf7; stroke-width: 4px; stroke-linejoin: round }}
    .paper {{ fill: #fbfaf7 }}
    .full {{ fill: #0b5d66; stroke: #0b5d66 }}
    .pale {{ fill: #cfdfdf; stroke: #0b5d66 }}
    .hatched {{ fill: url(#hatch); stroke: #0b5d66 }}
    .stripe {{ stroke: #0b5d66; stroke-width: 1.5 }}
    .axis {{ stroke: #8b929b }}
    .grid {{ stroke: #d9d6ce }}
    .limit {{ stroke: #8a5a00; stroke-width: 2 }}
    .apart {{ stroke: #fbfaf7; stroke-width: 6 }}
    .dashed {{ stroke-dasharray: 6 4 }}
    .curve {{ fill: none; stroke: #0b5d66; stroke-width: 2; stroke-linejoin: round }}
    @media (prefers-color-scheme: dark) {{
      text {{ fill: #e9e6df }}
      .soft {{ fill: #a9b2bd }}
      .mark {{ fill: #e3b75f }}
      .halo, .apart {{ stroke: #141b24 }}
      .paper {{ fill: #141b24 }}
      .full {{ fill: #6cc5ce; stroke: #6cc5ce }}
      .pale {{ fill: #22424a; stroke: #6cc5ce }}
      .hatched, .stripe, .curve {{ stroke: #6cc5ce }}
      .axis {{ stroke: #7d8894 }}
      .grid {{ stroke: #3a4654 }}
      .limit {{ stroke: #e3b75f }}
    }}
  </style>
  <defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" \
patternTransform="rotate(45)">
      <path class="stripe" d="M0 0V6"/>
    </pattern>
  </defs>
  <rect class="paper" width="{width}" height="{height}" rx="12"/>
  {marks}
</svg>
"""


def frame(title: str, said: str, *, height: float, marks: Sequence[str], description: str) -> str:
    """A chart: its *title* and what is *said* under it, its marks, and its figures in words.

    Words are drawn last: no bar and no line crosses them.
    """
    heading = (text(MARGIN, 36, title, style="title"), text(MARGIN, 58, said, style="soft"))
    drawn = sorted((*heading, *marks), key=lambda mark: mark.startswith("<text"))
    return _FRAME.format(
        width=WIDTH,
        height=_write(height),
        title=escape(title),
        description=escape(description),
        marks="\n  ".join(drawn),
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    style: str = "",
    anchor: Literal["start", "middle", "end"] = "start",
) -> str:
    """Words on the line *y*."""
    place = f'x="{_write(x)}" y="{_write(y)}" text-anchor="{anchor}"'
    return f'<text class="{style}" {place}>{escape(words)}</text>'


def bar(x: float, y: float, *, width: float, height: float, style: str) -> str:
    """A rectangle, its edge inside."""
    place = f'x="{_write(x + 0.5)}" y="{_write(y + 0.5)}"'
    size = f'width="{_write(max(width - 1, 0))}" height="{_write(max(height - 1, 0))}"'
    return f'<rect class="{style}" {place} {size}/>'


def line(points: Sequence[tuple[float, float]], *, style: str) -> str:
    """A line through points."""
    places = "L".join(f"{_write(x)} {_write(y)}" for x, y in points)
    return f'<path class="{style}" d="M{places}"/>'


def dot(x: float, y: float) -> str:
    """A point that is named."""
    return f'<circle class="full" cx="{_write(x)}" cy="{_write(y)}" r="3.5"/>'


def _write(length: float) -> str:
    """A length to a tenth of a pixel."""
    return f"{length:.1f}".removesuffix(".0")
