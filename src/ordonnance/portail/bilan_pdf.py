"""The bilan as a PDF: accessible (PDF/UA-1), its fonts embedded, the same bytes each time.

Source: PRE-62.
"""

from datetime import UTC
from importlib.resources import files
import json

import typst

from ordonnance.domain.bilan_files import describe_told
from ordonnance.domain.bilan_told import BilanTold
from ordonnance.portail.chart import draw_all


def render_pdf(told: BilanTold) -> bytes:
    """The PDF of *told*, A4, 4 to 6 pages for ten pharmacies at most.

    It depends on *told* alone: fonts are those that the compiler brings, and its date is the day
    the bilan was drawn. It takes about a second: not for the thread that answers requests.

    Source: PRE-62.
    """
    template = files("ordonnance.portail").joinpath("templates/bilan.typ").read_bytes()
    return typst.compile(
        template,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={
            "told": json.dumps(describe_told(told), ensure_ascii=False),
            "charts": json.dumps(draw_all(told), ensure_ascii=False),
        },
        pdf_standards=["ua-1"],
        # The compiler takes whole seconds only, and the instants of a real service are not whole.
        timestamp=told.drawn_at.astimezone(UTC).replace(microsecond=0),
    )
