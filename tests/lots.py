"""Lots of SCOR as a workstation sends them: synthetic."""

from itertools import count
import json
from typing import Any

from api.papers import AMOXICILLIN
from api.services import Service
from builders import NOW
from ordonnance.simulation.population import ANNE, PHARMACIST
from scans import PAGE

AM = PHARMACIST.claims["am"]
BOUNDARY = "x" * 30
CIP = AMOXICILLIN.cip13.value
_names = count(1)


def name_lot() -> str:
    """A name that no lot bears yet."""
    return f"L{next(_names)}"


def a_piece(decision: str, **said: Any) -> dict[str, Any]:
    """A piece; one that is sent names the part ``scan``."""
    part = {"part": "scan"} if decision == "SENT" else {}
    return {"piece": "P1", "decision": decision, "reason": "RECORDED", **part, **said}


def an_invoice(*pieces: dict[str, Any], **said: Any) -> dict[str, Any]:
    """An invoice of one reimbursed box, for Anne; its name is another each time."""
    return {
        "invoice": f"F{next(_names)}",
        "patient": ANNE.ins.value,
        "lines": [{"cip": CIP, "reimbursed": True}],
        "pieces": list(pieces),
        **said,
    }


def a_lot(*invoices: dict[str, Any], **said: Any) -> dict[str, Any]:
    """A lot in phase 2, closed now."""
    return {
        "lot": name_lot(),
        "am": AM,
        "closed_at": NOW.isoformat(),
        "phase": 2,
        "invoices": list(invoices),
        **said,
    }


def write_parts(lot: dict[str, Any] | bytes, boundary: str = BOUNDARY, **scans: bytes) -> bytes:
    """The multipart body."""
    document = lot if isinstance(lot, bytes) else json.dumps(lot).encode()
    parts = [("lot", "application/json", document)]
    parts += [(name, "image/jpeg", scan) for name, scan in scans.items()]
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: {media}\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, media, content in parts
    )
    return body + f"--{boundary}--\r\n".encode()


def send_lot(service: Service, lot: Any, *, boundary: str = BOUNDARY, claims=None, **scans: bytes):
    """The answer to ``POST /scor/lots``; the part ``scan`` is there if the lot names it."""
    if not scans and b'"scan"' in (lot if isinstance(lot, bytes) else json.dumps(lot).encode()):
        scans = {"scan": PAGE}
    return service.send(
        "POST",
        "/scor/lots",
        token=service.token(claims or PHARMACIST.claims),
        body=write_parts(lot, boundary, **scans),
        Content_Type=f"multipart/form-data; boundary={boundary}",
        Accept="application/json",
    )


def read_lot(service: Service, lot: str, claims=None):
    """The answer to ``GET /scor/lots/{lot}``."""
    token = service.token(claims or PHARMACIST.claims)
    return service.send("GET", f"/scor/lots/{lot}", token=token, Accept="application/json")
