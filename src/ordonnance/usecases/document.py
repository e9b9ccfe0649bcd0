"""Documents of préséries: kept once, read by who may.

Source: PRE-68.
"""

from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from ordonnance.domain.actor import Actor
from ordonnance.domain.preserie_document import (
    DOCUMENTS_MAX,
    Kept,
    Upload,
    check_document_reader,
    check_upload,
    check_writer,
)
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.store.database import Database, DatabaseLostError, DatabaseRefusedError
from ordonnance.store.document import read_document, write_document
from ordonnance.usecases.preserie import Preseries

_Found = TypeVar("_Found")


class Documents:
    """The documents of *preseries*, on connections made by *connect*, one a request.

    Any number of threads may ask.
    """

    def __init__(self, connect: Callable[[], Database], preseries: Preseries) -> None:
        self._connect = connect
        self._preseries = preseries

    def check(self, name: str, actor: Actor) -> None:
        """Refuse who may file nothing in a présérie, before what they send is read.

        Raises:
            Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID, PRESERIE_UNKNOWN, BUSY.

        Source: PRE-68.
        """
        check_writer(actor)
        self._preseries.read(name, actor)

    def keep(self, upload: Upload, actor: Actor) -> tuple[Kept, bool]:
        """The document as it is kept, and whether it was there already: the same is kept once.

        Raises:
            Refusal: as ``check``; DOCUMENT_MALFORMED, TOO_MANY_DOCUMENTS, BUSY.

        Source: PRE-68.
        """
        self.check(upload.preserie, actor)
        checked = check_upload(upload)
        return self._ask(lambda database: keep(database, checked))

    def read(self, name: str, digest: str, actor: Actor) -> Kept:
        """A document of the présérie *name*, with its bytes, for who may read it.

        Raises:
            Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID, PRESERIE_UNKNOWN, DOCUMENT_UNKNOWN, BUSY.

        Source: PRE-46, PRE-68.
        """
        history = self._preseries.read(name, actor)
        check_document_reader(history, actor, digest)
        kept = self._ask(lambda database: read(database, name, digest))
        if kept is None:
            raise Refusal(PreserieReasons.DOCUMENT_UNKNOWN)
        return kept

    def _ask(self, work: Callable[[Database], _Found]) -> _Found:
        try:
            with closing(self._connect()) as database:
                return work(database)
        except (DatabaseLostError, DatabaseRefusedError):
            raise Refusal(Reasons.BUSY) from None


def keep(database: Database, upload: Upload) -> tuple[Kept, bool]:
    """Keep a document; the one that is kept, and whether it was there already.

    Two that send the same at once keep one.

    Raises:
        Refusal: TOO_MANY_DOCUMENTS.

    Source: PRE-68.
    """
    key = {"preserie": upload.preserie, "sha256": upload.sha256}
    with database.transaction():
        known = database.fetch("find_preserie_document", key)
        if not known:
            [(count,)] = database.fetch("count_preserie_documents", key)
            if count >= DOCUMENTS_MAX:
                limit = str(DOCUMENTS_MAX)
                raise Refusal(PreserieReasons.TOO_MANY_DOCUMENTS, limit=limit)
            database.execute("write_preserie_document", write_document(upload))
        [row] = known or database.fetch("find_preserie_document", key)
    return read_document(row), bool(known)


def read(database: Database, preserie: str, digest: str) -> Kept | None:
    """A document with its bytes; None: there is no such document.

    Source: PRE-68.
    """
    with database.snapshot():
        key = {"preserie": preserie, "sha256": digest}
        rows = database.fetch("read_preserie_document", key)
    return read_document(rows[0]) if rows else None
