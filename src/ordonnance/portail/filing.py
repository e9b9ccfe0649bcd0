"""Documents that come with a form of a présérie: read within a limit, kept, named by an event.

Source: PRE-77, PRE-92.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ordonnance.domain.preserie_access import party_of
from ordonnance.domain.preserie_document import Upload, digest_of
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.portail.portal import Portal, Visit
from ordonnance.portail.upload import File

UPLOADS_MAX = 4


class Uploads:
    """Lets a few documents come at once: each is in memory while it is read and kept."""

    def __init__(self) -> None:
        self._count = 0

    @contextmanager
    def enter(self) -> Iterator[None]:
        """One more, while this lasts.

        Raises:
            Refusal: BUSY.
        """
        if self._count >= UPLOADS_MAX:
            raise Refusal(Reasons.BUSY)
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1


async def keep_file(portal: Portal, visit: Visit, preserie: str, file: File) -> Mapping[str, str]:
    """The document as an event names it, once *file* is kept in the présérie.

    Raises:
        Refusal: as ``Documents.keep``.

    Source: PRE-68.
    """
    actor = visit.visitor.actor
    upload = Upload(
        preserie=preserie,
        sha256=digest_of(file.content),
        name=file.name,
        media_type=file.media_type,
        at=portal.clock(),
        by=party_of(actor),
        content=file.content,
    )
    kept, _ = await portal.ask(lambda: portal.documents.keep(upload, actor))
    return {"name": kept.name, "sha256": kept.sha256}
