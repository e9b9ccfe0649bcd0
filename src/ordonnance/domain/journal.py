"""The legal record: who did what to which prescription, in blocks that anyone can verify.

An entry's document is sealed, then its digest is SHA-256(salt ‖ sealed document). A block holds
the digests of the entries of one settled set and the hash of the block before it. Without its
salt a digest says nothing: entries and salts may be purged, blocks stay and still verify.

Source: TLS-14.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
import re
from typing import NamedTuple

from ordonnance.domain.actor import Actor
from ordonnance.domain.days import add_months
from ordonnance.domain.fact import Alert
from ordonnance.domain.identifiers import PrescriptionNumber, month_of

DIGEST_BYTES = 32
MONTH_CHARACTERS = 2
GENESIS = bytes(DIGEST_BYTES)
RETENTION_MONTHS = 60

_HEAD = re.compile(r"([0-9A-Za-z-]{1,64}):([0-9]{1,9}):([0-9A-Fa-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was done.

    *action* is an operation, or ``read``, ``consult``, ``search`` and ``alert``. *rank* is the
    fact it left, None where it left none; *document* the SHA-256, in hexadecimal, of that fact
    as it was stored, so that a fact changed behind the journal's back shows.
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
    """The last block of a chain, as another chain's first block, or an auditor, remembers it."""

    chain: str
    rank: int
    hash: bytes

    @classmethod
    def parse(cls, text: str) -> "Head":
        """The head that an auditor kept, as ``text`` wrote it.

        Raises:
            ValueError: it is not ``chain:rank:hash``, the hash in 64 hexadecimal digits.
        """
        written = _HEAD.fullmatch(text)
        if written is None:
            message = "une tête s’écrit chaîne:rang:empreinte (64 chiffres hexadécimaux)"
            raise ValueError(message)
        chain, rank, end = written.groups()
        return cls(chain, int(rank), bytes.fromhex(end))

    @property
    def text(self) -> str:
        """The head as an auditor keeps it: ``chain:rank:hash``."""
        return f"{self.chain}:{self.rank}:{self.hash.hex()}"


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

    def digest_at(self, position: int) -> bytes | None:
        """The digest of its entry at *position*; None where it holds no such entry."""
        if not 0 <= position < self.count:
            return None
        return self.digests[position * DIGEST_BYTES : (position + 1) * DIGEST_BYTES]

    def month_at(self, position: int) -> str:
        """The month code of its entry at *position*."""
        return self.months[position * MONTH_CHARACTERS : (position + 1) * MONTH_CHARACTERS]

    @property
    def hash(self) -> bytes:
        """What the next block remembers of this one: it covers every field."""
        heads = ";".join(f"{head.chain},{head.rank},{head.hash.hex()}" for head in self.heads)
        written = f"{self.chain}\n{self.rank}\n{self.at.isoformat()}\n{self.months}\n{heads}\n"
        return sha256(self.previous + self.digests + written.encode()).digest()


class UnreadableBlock(NamedTuple):
    """A block of which somebody left nothing but the place."""

    chain: str
    rank: int


class HeldEntry(NamedTuple):
    """The digest of an entry as it is stored, and the place it says it has in a block."""

    chain: str
    rank: int
    position: int
    digest: bytes


class FiledEntry(NamedTuple):
    """An entry (None: unreadable) as it is stored: the keys it is found by, and its place."""

    bucket: int
    number: str
    chain: str
    rank: int
    position: int
    at: datetime
    entry: Entry | None

    @property
    def is_filed_right(self) -> bool:
        """Whether it lies under the number and the instant that it says itself."""
        entry = self.entry
        return (
            entry is not None
            and self.number == entry.number.value
            and self.bucket == entry.number.bucket
            and self.at == entry.at
        )

    @property
    def fact_rank(self) -> int | None:
        """The rank of the fact it names; None where it names none or is unreadable."""
        return None if self.entry is None else self.entry.rank


class StoredFact(NamedTuple):
    """A fact as it is stored; *document* is what the journal would remember of it."""

    bucket: int
    number: str
    rank: int
    at: datetime
    operation: str
    document: str

    def is_told_by(self, entry: Entry) -> bool:
        """Whether it is what *entry* remembers."""
        told = (entry.at, entry.action, entry.document)
        return (self.at, self.operation, self.document) == told


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


@lru_cache(maxsize=256)  # asked of every number that is named
def is_past_retention(month: str, on: date) -> bool:
    """Whether the prescriptions of a month code may be gone *on* a day.

    Source: TLS-15: a month goes on the first day of the sixtieth month after it.
    """
    try:
        return add_months(month_of(month), RETENTION_MONTHS) <= on
    except ValueError:  # no month at all: somebody altered it, and nothing excuses it
        return False
