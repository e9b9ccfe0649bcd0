"""Documents of préséries over HTTP: put by their digest, got as attachments.

Source: PRE-68.
"""

from email.message import Message
from email.policy import HTTP

from falcon import status_codes
from falcon.asgi import App, Request, Response
import msgspec

from ordonnance.api.body import read_raw
from ordonnance.api.service import Service
from ordonnance.domain.preserie_access import party_of
from ordonnance.domain.preserie_document import BYTES_MAX, MEBIBYTE, Kept, Upload, is_digest
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.usecases.asking import Threads
from ordonnance.usecases.document import Documents

UPLOADS_MAX = 4
NAME_LENGTH_MAX = 1000

_encode = msgspec.json.Encoder().encode


class PreserieDocuments:
    """``PUT`` and ``GET /preseries/{name}/documents/{digest}``."""

    def __init__(self, service: Service, documents: Documents) -> None:
        self._service = service
        self._documents = documents
        self._threads = Threads()
        self._uploads = 0

    async def on_put(self, req: Request, resp: Response, name: str, digest: str) -> None:
        """Keep a document: 201, or 200 where it was there; its name and digest, for ``supply``.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, PRESERIE_UNKNOWN, BODY_TOO_LARGE,
                DOCUMENT_MALFORMED, TOO_MANY_DOCUMENTS, BUSY.

        Source: PRE-68.
        """
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        await self._threads.ask(lambda: self._documents.check(name, actor))
        if self._uploads >= UPLOADS_MAX:
            raise Refusal(Reasons.BUSY)
        self._uploads += 1
        try:
            upload = Upload(
                preserie=name,
                sha256=digest,
                name=read_name(req),
                media_type=req.content_type or "",
                at=at,
                by=party_of(actor),
                content=await read_content(req),
            )
            kept, was_there = await self._threads.ask(lambda: self._documents.keep(upload, actor))
        finally:
            self._uploads -= 1
        resp.status = status_codes.HTTP_200 if was_there else status_codes.HTTP_201
        resp.data = _encode(describe_kept(kept))
        resp.content_type = "application/json"
        resp.set_header("Cache-Control", "no-store")
        resp.set_header("Location", f"/preseries/{name}/documents/{kept.sha256}")

    async def on_get(self, req: Request, resp: Response, name: str, digest: str) -> None:
        """The document, to be saved: no browser is to show, guess or run it.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, PRESERIE_UNKNOWN, DOCUMENT_UNKNOWN, BUSY.

        Source: PRE-68.
        """
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        if not is_digest(digest):
            raise Refusal(PreserieReasons.DOCUMENT_UNKNOWN)
        kept = await self._threads.ask(lambda: self._documents.read(name, digest, actor))
        answer_document(resp, kept)


def answer_document(resp: Response, kept: Kept) -> None:
    """Answer with a document, as an attachment."""
    resp.data = kept.content
    resp.content_type = kept.media_type
    resp.downloadable_as = kept.name
    resp.set_header("Cache-Control", "no-store")
    resp.set_header("X-Content-Type-Options", "nosniff")
    resp.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
    resp.set_header("ETag", f'"{kept.sha256}"')


def describe_kept(kept: Kept) -> dict[str, object]:
    """A document as JSON: ``name`` and ``sha256`` are what an event says of it."""
    return {
        "name": kept.name,
        "sha256": kept.sha256,
        "media_type": kept.media_type,
        "size": kept.size,
        "kept_at": kept.at.isoformat(),
        "by": str(kept.by),
    }


def read_name(req: Request) -> str:
    """The file name that a request says: ``?name=``, else its ``Content-Disposition``, or none."""
    said = req.get_param("name")
    disposition = req.get_header("Content-Disposition")
    if said is None and disposition is not None:
        message = Message(policy=HTTP)
        message["Content-Disposition"] = disposition[:NAME_LENGTH_MAX]
        said = message.get_filename()
    return (said or "")[:NAME_LENGTH_MAX]


async def read_content(req: Request) -> bytes:
    """The bytes of a document.

    Raises:
        Refusal: BODY_TOO_LARGE; DOCUMENT_MALFORMED where they end before their announced end.
    """
    problem = f"{BYTES_MAX // MEBIBYTE} Mio au plus par document"
    cut = "il s’arrête avant sa fin"
    return await read_raw(
        req,
        BYTES_MAX,
        too_large=Refusal(Reasons.BODY_TOO_LARGE, problem=problem),
        cut=Refusal(PreserieReasons.DOCUMENT_MALFORMED, problem=cut),
    )


def add_document_routes(
    app: App[Request, Response], service: Service, documents: Documents
) -> None:
    """Open the documents of préséries in *app*, whose error handlers answer refusals."""
    app.add_route("/preseries/{name}/documents/{digest}", PreserieDocuments(service, documents))
