"""Journal entries and blocks as rows."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import msgspec

from ordonnance.domain.journal import (
    Block,
    Entry,
    FiledEntry,
    Head,
    HeldEntry,
    StoredFact,
    UnreadableBlock,
    digest_of,
)
from ordonnance.store.database import Row
from ordonnance.store.dossier import digest_as_stored, write_key
from ordonnance.store.seal import Seal

SALT_BYTES = 16
BUCKETS = 1024

_encode = msgspec.json.Encoder().encode
_decode_entry = msgspec.json.Decoder(Entry).decode
_decode_heads = msgspec.json.Decoder(list[tuple[str, int, str]]).decode


def bucket_of_chain(chain: str) -> int:
    """The bucket in which a chain's blocks lie together."""
    return crc32(chain.encode()) % BUCKETS


def write_entries(
    entries: Sequence[Entry], salts: bytes, seal: Seal
) -> tuple[list[dict[str, Any]], list[tuple[bytes, str]]]:
    """The rows of a set's entries, not yet in a chain, and each one's digest and month code.

    *salts* holds 16 bytes of chance for each entry.
    """
    rows = []
    digests = []
    for position, entry in enumerate(entries):
        month = entry.number.month_code
        salt = salts[position * SALT_BYTES : (position + 1) * SALT_BYTES]
        sealed = seal.seal(month, _encode(entry))
        digests.append((digest_of(salt, sealed), month))
        rows.append(
            {
                **write_key(entry.number),
                "position": position,
                "at": entry.at,
                "salt": salt,
                "document": sealed,
            }
        )
    return rows, digests


def read_entry(month: str, sealed: bytes, seal: Seal) -> Entry:
    """The entry that was sealed."""
    return _decode_entry(seal.open(month, sealed))


def write_block(block: Block) -> dict[str, Any]:
    """The row of a block."""
    return {
        "bucket": bucket_of_chain(block.chain),
        "chain": block.chain,
        "rank": block.rank,
        "previous": block.previous,
        "at": block.at,
        "digests": block.digests,
        "months": block.months,
        "heads": _encode(
            [(head.chain, head.rank, head.hash.hex()) for head in block.heads]
        ).decode(),
    }


def read_block(row: Row) -> Block:
    """The block of a row (chain, rank, previous, at, digests, months, heads).

    Raises:
        ValueError: the heads are unreadable.
    """
    chain, rank, previous, at, digests, months, heads = row
    return Block(
        chain=chain,
        rank=rank,
        previous=previous,
        at=at,
        digests=digests,
        months=months,
        heads=tuple(
            Head(name, last, bytes.fromhex(end)) for name, last, end in _decode_heads(heads)
        ),
    )


def read_any_block(row: Row) -> Block | UnreadableBlock:
    """The block of a row, whatever somebody did to it."""
    try:
        return read_block(row)
    except ValueError:
        chain, rank = row[:2]
        return UnreadableBlock(chain, rank)


def read_held(row: Row) -> HeldEntry:
    """What a row (chain, rank, position, salt, document) says of an entry to its block."""
    chain, rank, position, salt, document = row
    return HeldEntry(chain, rank, position, digest_of(salt, document))


def read_filed(row: Row, seal: Seal) -> FiledEntry:
    """What a row (bucket, number, chain, rank, position, at, document) says of a prescription."""
    bucket, number, chain, rank, position, at, document = row
    try:
        entry = read_entry(number[2:4], document, seal)
    except ValueError:
        entry = None
    return FiledEntry(bucket, number, chain, rank, position, at, entry)


def read_stored(row: Row) -> StoredFact:
    """The fact of a row (bucket, number, rank, recorded_at, operation, document, resources)."""
    bucket, number, rank, at, operation, document, resources = row
    return StoredFact(bucket, number, rank, at, operation, digest_as_stored(document, resources))
