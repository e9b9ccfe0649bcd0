"""Lots of SCOR as rows: the lot as it came, its acknowledgement, its pieces, its scans."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.identifiers import month_code
from ordonnance.domain.scor_arl import Acknowledgement, Scan
from ordonnance.domain.scor_lot import Lot
from ordonnance.store.database import Row
from ordonnance.store.seal import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A lot as it is kept: its digest, what it said, what was answered."""

    digest: str
    lot: Lot
    acknowledgement: Acknowledgement


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Acknowledgement).decode
_decode_lot = msgspec.json.Decoder(Lot).decode


def write_lot(
    acknowledgement: Acknowledgement, *, digest: str, document: bytes, seal: Seal
) -> dict[str, Any]:
    """The row of a lot: *document* is its JSON as it came."""
    on = day_in_paris(acknowledgement.received_at)
    return {
        "am": acknowledgement.am,
        "lot": acknowledgement.lot,
        "digest": digest,
        "received_on": on.isoformat(),
        "received_at": acknowledgement.received_at,
        "document": seal.seal(month_code(on), document),
        "arl": _encode(acknowledgement),
        "phase": acknowledgement.phase,
    }


def write_pieces(acknowledgement: Acknowledgement) -> Iterator[dict[str, Any]]:
    """The rows of its pieces."""
    for one in acknowledgement.pieces:
        yield {
            "am": acknowledgement.am,
            "lot": acknowledgement.lot,
            "received_at": acknowledgement.received_at,
            "invoice": one.invoice,
            "piece": one.piece,
            "decision": one.decision.value,
            "verdict": one.verdict.value,
        }


def write_scan(
    acknowledgement: Acknowledgement, part: str, scan: Scan, seal: Seal
) -> dict[str, Any]:
    """The row of a scan, named by its part."""
    month = month_code(day_in_paris(acknowledgement.received_at))
    return {
        "am": acknowledgement.am,
        "lot": acknowledgement.lot,
        "part": part,
        "media": scan.media,
        "document": seal.seal(month, scan.document),
    }


def read_kept(row: Row, seal: Seal) -> Kept:
    """The lot of a row (digest, day, document, acknowledgement)."""
    digest, received_on, document, arl = row
    opened = seal.open(month_code(date.fromisoformat(received_on)), document)
    return Kept(digest=digest, lot=_decode_lot(opened), acknowledgement=_decode(arl))
