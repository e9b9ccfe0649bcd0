"""Records of purges as rows."""

from typing import Any

import msgspec

from ordonnance.domain.journal import digest_of
from ordonnance.domain.purge import HeldRecord, PurgeRecord
from ordonnance.store.database import Database, Row
from ordonnance.store.journal import bucket_of_chain

NO_SALT = b""  # a record says nothing that has to be hidden, or forgotten

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(PurgeRecord).decode


def write_record(record: PurgeRecord) -> tuple[dict[str, Any], bytes]:
    """The row of a record, not yet in a chain, and its digest."""
    document = _encode(record)
    return {"document": document}, digest_of(NO_SALT, document)


def place_record(row: dict[str, Any], chain: str, rank: int) -> dict[str, Any]:
    """The row of a record in the block of that rank."""
    return {**row, "bucket": bucket_of_chain(chain), "chain": chain, "rank": rank}


def read_record(row: Row) -> HeldRecord:
    """The record of a row (chain, rank, document), whatever somebody did to it."""
    chain, rank, document = row
    try:
        record = _decode(document)
    except ValueError:
        record = None
    return HeldRecord(chain, rank, digest_of(NO_SALT, document), record)


def read_records(database: Database) -> list[PurgeRecord]:
    """Every record that can be read."""
    held = (read_record(row) for row in database.fetch("list_purges"))
    return [one.record for one in held if one.record is not None]
