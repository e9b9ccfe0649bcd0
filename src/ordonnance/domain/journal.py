"""The legal record: who did what to which prescription, in blocks that anyone can verify.

An entry's document is sealed, then its digest is SHA-256(salt ‖ sealed document). A block holds
the digests of the entries of one settled set and the hash of the block before it. Without its
salt a digest says nothing: entries and salts may be purged, blocks stay and still verify.

Source: TLS-14.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from ordonnance.domain.actor import Actor
from ordonnance.domain.dossier import Alert
from ordonnance.domain.identifiers import PrescriptionNumber

DIGEST_BYTES = 32
MONTH_CHARACTERS = 2
GENESIS = bytes(DIGEST_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was done.

    *action* is an operation, or ``read`` and ``consult``. *rank* is the fact it left, None where
    it left none; *document* the SHA-256, in hexadecimal, of that fact as it was stored, so that
    a fact changed behind the journal's back shows.
    """

    at: datetime
    action: str
    number: PrescriptionNumber
    by: Actor
    rank: int | None = None
    reason: str | None = None
    alerts: tuple[Alert, ...] = ()
    document: str | None = None


class Head(NamedTuple):
    """The last block of a chain, as another chain's first block remembers it."""

    chain: str
    rank: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One settled set in a chain.

    *digests* are those of its entries, one after the other; *months* the month codes of the
    prescriptions they are about, in the same order (they tell which entries were purged).
    *heads* are the other chains' last blocks, in the first block of a chain, else none.
    """

    chain: str
    rank: int
    previous: bytes
    at: datetime
    digests: bytes
    months: str
    heads: tuple[Head, ...] = ()

    @property
    def count(self) -> int:
        """How many entries it holds."""
        return len(self.digests) // DIGEST_BYTES

    @property
    def hash(self) -> bytes:
        """What the next block remembers of this one: it covers every field."""
        heads = ";".join(f"{head.chain},{head.rank},{head.hash.hex()}" for head in self.heads)
        written = f"{self.chain}\n{self.rank}\n{self.at.isoformat()}\n{self.months}\n{heads}\n"
        return sha256(self.previous + self.digests + written.encode()).digest()


def digest_of(salt: bytes, sealed: bytes) -> bytes:
    """The digest by which a block holds an entry."""
    return sha256(salt + sealed).digest()


def follow(
    head: Head | None, *, at: datetime, digests: Iterable[tuple[bytes, str]], chain: str
) -> Block:
    """The block that comes after *head* in *chain*; *digests* come with their month codes."""
    pairs = list(digests)
    return Block(
        chain=chain,
        rank=0 if head is None else head.rank + 1,
        previous=GENESIS if head is None else head.hash,
        at=at,
        digests=b"".join(digest for digest, _ in pairs),
        months="".join(month for _, month in pairs),
    )
