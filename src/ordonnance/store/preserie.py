"""Events of préséries as rows, each with its place in a block of the journal.

Source: PRE-43.
"""

from datetime import UTC
from typing import Any

import msgspec

from ordonnance.domain.journal import HeldEntry, digest_of
from ordonnance.domain.preserie_history import PreserieOperation, Recorded
from ordonnance.domain.preserie_party import parse_party
from ordonnance.store.database import Row

_NO_SALT = b""  # préséries are told to all who run them: there is nothing to hide, or to forget

_encode = msgspec.json.Encoder().encode


def write_event(record: Recorded) -> tuple[dict[str, Any], bytes]:
    """The row of an event, not yet in a chain, and its digest."""
    row = {
        "preserie": record.preserie,
        "rank": record.rank,
        "recorded_at": record.at.astimezone(UTC),
        "operation": record.operation.value,
        "party": str(record.by),
        "key": record.key,
        "digest": record.digest,
        "document": record.document.encode(),
    }
    return row, _digest_of(*row.values())


def place_event(row: dict[str, Any], chain: str, block: int, position: int) -> dict[str, Any]:
    """The row of an event at that position of a block."""
    return {**row, "chain": chain, "block": block, "position": position}


def read_event(row: Row) -> Recorded:
    """The event of a row (preserie, rank, recorded_at, operation, party, key, digest, document).

    Raises:
        ValueError: somebody altered it beyond reading.
    """
    preserie, rank, at, operation, party, key, digest, document = row
    by = parse_party(party)
    if by is None:
        message = "an event is somebody's"
        raise ValueError(message)
    return Recorded(
        preserie=preserie,
        rank=rank,
        at=at,
        operation=PreserieOperation(operation),
        by=by,
        key=key,
        digest=digest,
        document=document.decode(),
    )


def read_place(row: Row) -> HeldEntry:
    """What a row (chain, block, position, then the event) says of an event to its block."""
    chain, block, position, *event = row
    return HeldEntry(chain, block, position, _digest_of(*event))


def _digest_of(*event: Any) -> bytes:  # noqa: ANN401 - the columns of a row, whatever is there
    """The digest by which a block holds an event: of all its columns, the document as it came."""
    *columns, document = event
    return digest_of(_NO_SALT, _encode(columns) + b"\n" + document)
