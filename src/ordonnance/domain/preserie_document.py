"""Documents of a présérie: prerequisites, kits, minutes; their versions, and who reads them.

A document is named by the SHA-256 of its bytes; the event that shares it repeats it, and the
journal holds the event: nobody changes a document afterwards without its being seen.

Source: PRE-8, PRE-9, PRE-68.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
import re
import unicodedata

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.preserie_access import check_role
from ordonnance.domain.preserie_event import Supply
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import Party
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.preserie_value import Document, Item
from ordonnance.domain.refusal import Refusal

MEBIBYTE = 1024 * 1024
BYTES_MAX = 25 * MEBIBYTE
DOCUMENTS_MAX = 200
WRITERS = (Role.VENDOR, Role.CNAM, Role.GIE)
KITS = (Item.KIT_MANUAL, Item.KIT_TUTORIAL, Item.KIT_OTHER)
ANY_MEDIA_TYPE = "application/octet-stream"
_NAME_DEFAULT = "document"
_NAME_LENGTH_MAX = 120
_ENDING_LENGTH_MAX = 10
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}", re.ASCII)
_UNSAFE = re.compile(r'[<>:"|?*\s]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document as it comes for a présérie: who sends it, and the digest that they announce.

    *name* and *media_type* are what they say: empty, they say nothing.
    """

    preserie: str
    sha256: str
    name: str
    media_type: str
    at: datetime
    by: Party
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document as it is kept: since when, from whom. *content* None: not read."""

    sha256: str
    name: str
    media_type: str
    size: int
    at: datetime
    by: Party
    content: bytes | None = None

    @property
    def document(self) -> Document:
        """How an event names it."""
        return Document(self.name, self.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One sharing of a prerequisite: at which rank of the history, when, by whom, what.

    *document* None: there was none; its *contact* then says something.
    """

    rank: int
    at: datetime
    by: Party | None
    document: Document | None
    contact: str | None


def check_upload(upload: Upload) -> Upload:
    """A document that came, its name and type made clean.

    Raises:
        Refusal: DOCUMENT_MALFORMED where its bytes are none, too many, or not those announced.

    Source: PRE-68.
    """
    if not upload.content:
        raise Refusal(PreserieReasons.DOCUMENT_MALFORMED, problem="il est vide")
    if len(upload.content) > BYTES_MAX:
        problem = f"il dépasse {BYTES_MAX // MEBIBYTE} Mio"
        raise Refusal(PreserieReasons.DOCUMENT_MALFORMED, problem=problem)
    if upload.sha256 != digest_of(upload.content):
        problem = "les octets reçus n’ont pas l’empreinte SHA-256 annoncée"
        raise Refusal(PreserieReasons.DOCUMENT_MALFORMED, problem=problem)
    name, media_type = clean_name(upload.name), clean_media_type(upload.media_type)
    return replace(upload, name=name, media_type=media_type)


def digest_of(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal: the name of a document."""
    return sha256(content).hexdigest()


def is_digest(text: str) -> bool:
    """Whether *text* is a SHA-256 in lower-case hexadecimal."""
    return _DIGEST.fullmatch(text) is not None


def clean_name(text: str) -> str:
    """A file name that no system takes for a path, a command or another ending.

    What hides (controls, marks that turn the writing round) goes, and so do folders; it is cut
    before its ending.

    Source: ours (PRE-68).
    """
    shown = "".join(
        " " if unicodedata.category(one)[0] in "CZ" else one
        for one in unicodedata.normalize("NFC", text)
    )
    last = re.split(r"[/\\]", shown)[-1]
    name = _UNSAFE.sub(" ", last).strip(" .")
    if len(name) > _NAME_LENGTH_MAX:
        stem, dot, ending = name.rpartition(".")
        tail = dot + ending if stem and len(ending) <= _ENDING_LENGTH_MAX else ""
        name = name[: _NAME_LENGTH_MAX - len(tail)].strip(" .") + tail
    return name or _NAME_DEFAULT


def clean_media_type(text: str) -> str:
    """The media type that a header says, without its parameters; any bytes where it is none."""
    kind = text.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) else ANY_MEDIA_TYPE


def check_writer(actor: Actor) -> None:
    """Refuse who has no document to file.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID.

    Source: PRE-68.
    """
    check_role(actor, *WRITERS)


def check_document_reader(history: History, actor: Actor, digest: str) -> None:
    """Refuse a pilot what is no part of the kit; the others read all of a présérie they read.

    Raises:
        Refusal: DOCUMENT_UNKNOWN: what one may not read does not exist.

    Source: PRE-9, PRE-46, PRE-68.
    """
    if actor.role is not Role.EXECUTOR:
        return
    kits = (one.document for item in KITS for one in list_versions(history, item))
    if not any(one and one.sha256 and one.sha256.lower() == digest for one in kits):
        raise Refusal(PreserieReasons.DOCUMENT_UNKNOWN)


def list_versions(history: History, item: Item) -> tuple[Version, ...]:
    """Each sharing of a prerequisite, in order: the last one counts, none is lost.

    Source: PRE-8, PRE-68.
    """
    return tuple(
        Version(rank=rank, at=event.at, by=event.by, document=event.document, contact=event.contact)
        for rank, event in history.replayed.accepted.items()
        if isinstance(event, Supply) and event.item is item
    )
