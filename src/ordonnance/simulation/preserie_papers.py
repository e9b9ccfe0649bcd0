"""What a pharmacy in présérie sends besides ordonnances: traces of its calls, lots, scans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
import gzip
from io import BytesIO

import msgspec
from PIL import Image, ImageDraw

from ordonnance.domain.identifiers import INS, PrescriptionNumber
from ordonnance.domain.product import Product
from ordonnance.domain.scor import Decision
from ordonnance.domain.trace import SCHEMA_VERSION, Mode, Result

DPI = 200
A4_PIXELS = (1654, 2339)
INK, PAPER = 0, 255
SCAN_KINDS = (("JPEG", "image/jpeg"), ("PDF", "application/pdf"))
PHASE = 2

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of the téléservice as a workstation saw it.

    *trace_id* names it among those of the site. *command* None: the call bore no key. *status*
    None: no answer came. *outcomes* counts lines by what became of them.
    """

    trace_id: str
    operation: str
    at: datetime
    milliseconds: int
    command: str | None
    attempt: int
    result: Result
    status: int | None
    code: str | None = None
    execution: str | None = None
    mode: Mode = Mode.NOMINAL
    outcomes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What is installed at a pharmacy: whose software, in which version, at which site."""

    vendor: str
    software: str
    version: str
    am: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """An invoice of one piece: what is billed of which execution, and what was decided of it.

    *execution* None: none was recorded, as far as the pharmacy knows.
    """

    invoice: str
    number: PrescriptionNumber
    patient: INS
    product: Product
    execution: str | None
    decision: Decision
    reason: str


def write_traces(calls: Sequence[Call], of: Installed) -> bytes:
    """The body of ``POST /traces``: JSON lines, compressed."""
    return gzip.compress(b"".join(_encode(_write_trace(call, of)) + b"\n" for call in calls))


def _write_trace(call: Call, of: Installed) -> dict[str, object]:
    return {
        "schema": SCHEMA_VERSION,
        "trace_id": call.trace_id,
        "horodatage_utc": f"{call.at:%Y-%m-%dT%H:%M:%S}.{call.at.microsecond // 1000:03}Z",
        "duree_ms": call.milliseconds,
        "editeur": of.vendor,
        "logiciel": of.software,
        "version_logiciel": of.version,
        "id_poste": "comptoir-1",
        "n_am": of.am,
        "profession": "pharmacien",
        "operation": call.operation,
        "command": call.command,
        "execution_id": call.execution,
        "tentative": call.attempt,
        "resultat": call.result.value,
        "code_retour": call.code,
        "http_status": call.status,
        "mode": call.mode.value,
        "qr": "LU",
        "nb_lignes": sum(count for _, count in call.outcomes) or None,
        "nb_lignes_par_issue": dict(call.outcomes) or None,
    }


def write_lot(name: str, am: str, invoices: Sequence[Billed], *, closed_at: datetime) -> bytes:
    """The part ``lot`` of ``POST /scor/lots``, in phase 2; a piece is named as its invoice is."""
    return _encode(
        {
            "lot": name,
            "am": am,
            "closed_at": closed_at.isoformat(),
            "phase": PHASE,
            "invoices": [_write_invoice(one) for one in invoices],
        }
    )


def _write_invoice(one: Billed) -> dict[str, object]:
    piece = {"piece": "P1", "decision": one.decision.value, "reason": one.reason}
    if one.decision is Decision.SENT:
        piece["part"] = one.invoice
    code = one.product.cip13
    billed = {"code": one.product.name} if code is None else {"cip": code.value}
    return {
        "invoice": one.invoice,
        "patient": one.patient.value,
        "number": one.number.value,
        "execution": one.execution,
        "lines": [{**billed, "reimbursed": True}],
        "pieces": [piece],
    }


def draw_scan(kind: str) -> bytes:
    """A scanned page (``JPEG``, ``PDF``), forty lines of strokes on an A4: nobody's words."""
    width, height = A4_PIXELS
    page = Image.new("L", A4_PIXELS, PAPER)
    pen = ImageDraw.Draw(page)
    for line in range(40):
        top = height * (line + 4) // 50
        pen.rectangle((width // 10, top, width * 9 // 10, top + height // 200), fill=INK)
    file = BytesIO()
    resolution = {"resolution": DPI} if kind == "PDF" else {"dpi": (DPI, DPI)}
    page.save(file, kind, **resolution)
    return file.getvalue()
