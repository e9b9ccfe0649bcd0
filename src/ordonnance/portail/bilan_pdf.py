"""The bilan as a PDF: accessible (PDF/UA-1), its fonts embedded, the same bytes each time.

Source: PRE-62.
"""

from datetime import UTC
from importlib.resources import files
import json
import re
import unicodedata

import typst

from ordonnance.domain.bilan_files import describe_told
from ordonnance.domain.bilan_told import BilanTold
from ordonnance.portail.chart import draw_all

# What the fonts of the compiler draw: Latin, Greek, Cyrillic, signs. PDF/UA forbids a hole, so one
# emoji, or one word of another writing, would leave the bilan without a PDF.
_UNDRAWN = re.compile(
    r"[^\n -~\u00a0-\u04ff\u1e00-\u2040\u2044-\u2052\u2054-\u20ff\u2116\u2122\u2190-\u22ff"
    r"\u2500-\u25ff\ufb00-\ufb06]"
)
_HOLE = "□"


def render_pdf(told: BilanTold) -> bytes:
    """The PDF of *told*, A4, 4 to 6 pages for ten pharmacies at most.

    It depends on *told* alone: fonts are those that the compiler brings, and its date is the day
    the bilan was drawn. It takes about a second: not for the thread that answers requests. A sign
    that no font draws is a hollow square; the page, the CSV and the JSON keep it.

    Source: PRE-62; ours (PRE-93) for the square.
    """
    template = files("ordonnance.portail").joinpath("templates/bilan.typ").read_bytes()
    return typst.compile(
        template,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={
            "told": _write(describe_told(told)),
            "charts": _write(draw_all(told)),
        },
        pdf_standards=["ua-1"],
        timestamp=told.drawn_at.astimezone(UTC).replace(microsecond=0),  # the compiler takes none
    )


def is_drawn(sign: str) -> bool:
    """Whether the fonts of a PDF draw a character. Source: ours (PRE-93)."""
    return _UNDRAWN.match(sign) is None and unicodedata.category(sign) != "Cn"


def _write(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return "".join(sign if is_drawn(sign) else _HOLE for sign in text)
