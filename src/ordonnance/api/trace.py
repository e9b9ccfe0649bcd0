"""Traces postes over HTTP: ``POST /traces`` and the schema they follow."""

from collections.abc import Callable
from datetime import UTC, datetime
import zlib

from falcon import HTTPError, status_codes
from falcon.asgi import App, Request, Response

from ordonnance.api.body import read_raw
from ordonnance.api.service import Service
from ordonnance.domain.actor import ROLE_NAMES, Actor, Role
from ordonnance.domain.identifiers import AMNumber
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.trace import LINES_MAX, TraceReasons, write_schema
from ordonnance.usecases.aside import Aside
from ordonnance.usecases.trace import Taken, take

BODY_BYTES_MAX = 1024 * 1024
INFLATED_BYTES_MAX = 8 * 1024 * 1024
WRONG_TOLD_MAX = 100
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_KINDS = (
    *("application/jsonl", "application/x-ndjson", "application/ndjson", "application/json"),
    *("application/gzip", "application/octet-stream", "text/plain", ""),
)
SCHEMA_JSON = "application/schema+json"


class Traces:
    """``POST /traces``. *expects* tells whether the traces of a site are awaited, by its AM."""

    def __init__(self, service: Service, aside: Aside, expects: Callable[[str], bool]) -> None:
        self._service = service
        self._aside = aside
        self._expects = expects

    async def on_post(self, req: Request, resp: Response) -> None:
        """How many were taken, were there already, and which lines were not kept and why.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, TRACES_NOT_EXPECTED, MEDIA_TYPE_UNSUPPORTED,
                BODY_TOO_LARGE, BODY_MALFORMED.

        Source: PST-3, PST-4, PST-8.
        """
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        am = site_of(actor, TraceReasons.ROLE_NOT_ALLOWED).value
        if not self._expects(am):
            raise Refusal(TraceReasons.TRACES_NOT_EXPECTED)
        text = await read_text(req)
        sent_at = read_date(req)
        taken = await self._aside.do(
            lambda database: take(database, text, am=am, at=at, sent_at=sent_at)
        )
        resp.status = status_codes.HTTP_200
        resp.set_header("Cache-Control", "no-store")
        resp.media = write_taken(taken)


class TraceSchema:
    """``GET /traces/schema.json``."""

    async def on_get(self, _req: Request, resp: Response) -> None:
        """The JSON Schema of a trace. Source: PST-1."""
        resp.media = write_schema()
        resp.set_header("Cache-Control", "public, max-age=3600")


def add_trace_routes(
    app: App[Request, Response],
    service: Service,
    aside: Aside,
    *,
    expects: Callable[[str], bool],
) -> None:
    """Open the traces in *app*, whose error handlers answer refusals."""
    app.add_route("/traces", Traces(service, aside, expects))
    app.add_route("/traces/schema.json", TraceSchema())


def site_of(actor: Actor, reason: Reason) -> AMNumber:
    """The site of an executor.

    Raises:
        Refusal: with *reason*, for another role, or an executor without an AM.

    Source: PST-8.
    """
    if actor.role is not Role.EXECUTOR or actor.am is None:
        raise Refusal(reason, allowed=f"{ROLE_NAMES[Role.EXECUTOR]}, sous son numéro AM")
    return actor.am


async def read_text(req: Request) -> str:
    """The lines that were sent, inflated.

    Raises:
        Refusal: MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, BODY_MALFORMED.

    Source: PST-4.
    """
    if (req.content_type or "").partition(";")[0].strip().lower() not in _KINDS:
        raise Refusal(TraceReasons.MEDIA_TYPE_UNSUPPORTED)
    too_large = Refusal(TraceReasons.BODY_TOO_LARGE, problem="1 Mio au plus, 8 Mio décomprimés")
    body = await read_raw(
        req,
        BODY_BYTES_MAX,
        too_large=too_large,
        cut=Refusal(TraceReasons.BODY_MALFORMED, problem="il s’arrête avant sa fin"),
    )
    if body.startswith(_GZIP):
        body = inflate(body, too_large)
    if body.count(b"\n") >= LINES_MAX and len(body.splitlines()) > LINES_MAX:
        raise Refusal(TraceReasons.BODY_TOO_LARGE, problem=f"{LINES_MAX} lignes au plus")
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Refusal(TraceReasons.BODY_MALFORMED, problem="il n’est pas en UTF-8") from None


def inflate(body: bytes, too_large: Refusal) -> bytes:
    """What *body* holds, compressed by gzip; never more than the limit is inflated.

    Raises:
        Refusal: *too_large*; BODY_MALFORMED where it is cut, or no gzip.

    Source: PST-4.
    """
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    try:
        text = inflater.decompress(body, INFLATED_BYTES_MAX + 1)
    except zlib.error:
        raise Refusal(TraceReasons.BODY_MALFORMED, problem="sa compression est fausse") from None
    if len(text) > INFLATED_BYTES_MAX:
        raise too_large
    if not inflater.eof or inflater.unused_data:
        raise Refusal(TraceReasons.BODY_MALFORMED, problem="sa compression est incomplète")
    return text


def read_date(req: Request) -> datetime | None:
    """The hour that the workstation says it is (header ``Date``); None: it does not, or wrongly.

    Source: PST-6.
    """
    try:
        said = req.date
    except HTTPError:
        return None
    return None if said is None else said.replace(tzinfo=UTC)


def write_taken(taken: Taken) -> dict[str, object]:
    """What became of the lines, as a JSON object; the first wrong ones are told.

    Source: PST-3.
    """
    return {
        "lines": taken.line_count,
        "taken": taken.taken,
        "duplicates": taken.duplicates,
        "refused_count": len(taken.wrong),
        "refused": [
            {"line": one.line, "rule": one.rule, "sentence": one.sentence}
            for one in taken.wrong[:WRONG_TOLD_MAX]
        ],
    }
