"""A présérie as it is kept: its accepted events in order, each as it came, and what they make.

Nothing else is kept of it: what is told is what ``replay`` makes of its lines.

Source: PRE-43.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_party import Party, parse_party
from ordonnance.domain.preserie_reading import read_members
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.preserie_replay import Replay, follow
from ordonnance.domain.refusal import Refusal

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAME_LENGTH = 16


class PreserieOperation(StrEnum):
    """By which request an event came: the one that opens a présérie, or one of those after it."""

    OPEN = "open"
    TELL = "tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An accepted event, of that rank (from 1) in its présérie.

    *at* is the instant at which it was received, *by* who sent it as the token says, *key* and
    *digest* the request's; *document* the JSON text as it came.
    """

    preserie: str
    rank: int
    at: datetime
    operation: PreserieOperation
    by: Party
    key: str
    digest: str
    document: str

    @property
    def line(self) -> str:
        """Its line in a replay file. Source: PRE-48."""
        return write_line(self.document, self.by, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A présérie by its identifier: what was recorded, in order, and what that makes."""

    id: str
    records: tuple[Recorded, ...] = ()
    replayed: Replay = field(default_factory=lambda: Replay(preserie=Preserie()))

    @property
    def preserie(self) -> Preserie:
        """Where it stands."""
        return self.replayed.preserie

    @property
    def last(self) -> int:
        """The rank of its last event; 0: none."""
        return len(self.records)

    def add(self, records: Iterable[Recorded]) -> "History":
        """The présérie once these were recorded too."""
        more = tuple(records)
        replayed = follow(self.replayed, (one.line for one in more), first=self.last + 1)
        return History(id=self.id, records=(*self.records, *more), replayed=replayed)

    def cut_after(self, rank: int) -> "History":
        """The présérie as its event of that rank left it."""
        return self if rank == self.last else History(id=self.id).add(self.records[:rank])

    def find_repeated(
        self, operation: PreserieOperation, by: Party, key: str
    ) -> tuple[Recorded, ...]:
        """What an earlier request of the same sender, by the same key, left."""
        asked = (operation, by, key)
        return tuple(one for one in self.records if (one.operation, one.by, one.key) == asked)

    def write_lines(self) -> Iterator[str]:
        """The lines of its replay file. Source: PRE-48."""
        return (one.line for one in self.records)


def name_preserie(vendor: str, key: str) -> str:
    """The identifier of the présérie that *vendor* opens with a request of that key.

    It follows from both: the same request sent again, to two processes at once too, is about the
    same présérie, and nothing has to be remembered for it.

    Source: ours (PRE-44).
    """
    number = int.from_bytes(sha256(f"{vendor}\n{key}".encode()).digest())
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in range(_NAME_LENGTH))


def write_line(document: str, by: Party, at: datetime) -> str:
    """An event as a line of a replay file: on one line, its sender and its instant said.

    A document that does not say when it happened happened when it was received.

    Raises:
        Refusal: EVENT_MALFORMED; ROLE_NOT_ALLOWED if it says that somebody else sent it.

    Source: PRE-45, PRE-48.
    """
    members = read_members(document)
    said = members.get("by")
    party = parse_party(said) if isinstance(said, str) else None
    if party is not None and party != by:
        raise Refusal(PreserieReasons.ROLE_NOT_ALLOWED, allowed=party.words)
    more = []
    if said is None:
        more.append(f'"by": "{by}"')
    if members.get("at") is None:
        more.append(f'"at": "{at.isoformat()}"')
    # Between its tokens alone may a JSON text hold an end of line.
    line = document.replace("\r", " ").replace("\n", " ").strip()
    if not more:
        return line
    # Said last: of a member said twice, the last one counts.
    parts = [line.removesuffix("}").rstrip(), ", ".join(more)]
    return (", " if members else "").join(parts) + "}"
