"""SCOR over HTTP: ``POST /scor/lots`` in several parts, and a lot judged again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from falcon import HTTPError, status_codes
from falcon.asgi import App, Request, Response
from falcon.media import MultipartFormHandler
import msgspec

from ordonnance.api.service import Service
from ordonnance.api.trace import site_of
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.scor import GRAVITIES, SENTENCES
from ordonnance.domain.scor_arl import Acknowledgement, Judged, Scan
from ordonnance.domain.scor_lot import Lot, ScorReasons, check_lot, is_name
from ordonnance.usecases import scor
from ordonnance.usecases.aside import Aside
from ordonnance.usecases.scan import Scans
from ordonnance.usecases.scor import Arrival, Know, Review

MEBIBYTE = 1024 * 1024
PIECE_BYTES_MAX = 10 * MEBIBYTE
LOT_BYTES_MAX = 20 * MEBIBYTE
DOCUMENT_BYTES_MAX = MEBIBYTE
PARTS_MAX = 500
UPLOADS_MAX = 8
_LOT = "lot"
_MULTIPART = "multipart/form-data"

_decode = msgspec.json.Decoder(Lot).decode


@dataclass(slots=True)
class Parts:
    """What came in parts: the JSON of the lot, and the scans by their names."""

    document: bytes = b""
    scans: dict[str, Scan] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What makes it the same lot when it comes again, whatever the boundary between parts.

        Source: SCOR-7.
        """
        whole = sha256(sha256(self.document).digest())
        for name, scan in sorted(self.scans.items()):
            whole.update(name.encode() + b"\0" + sha256(scan.document).digest())
        return whole.hexdigest()


class Limited:
    """The bytes of a request, refused beyond a limit, before they are in memory."""

    def __init__(self, req: Request, bytes_max: int) -> None:
        self._stream = req.stream
        self._left = bytes_max

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Each chunk as it comes.

        Raises:
            Refusal: BODY_TOO_LARGE.
        """
        async for chunk in self._stream:
            self._left -= len(chunk)
            if self._left < 0:
                raise Refusal(ScorReasons.BODY_TOO_LARGE, problem="20 Mio au plus par lot")
            yield chunk


class Lots:
    """``POST /scor/lots`` and ``GET /scor/lots/{lot}``."""

    def __init__(self, service: Service, aside: Aside, scans: Scans, know: Know) -> None:
        self._service = service
        self._aside = aside
        self._scans = scans
        self._know = know
        self._uploads = 0
        self._form = MultipartFormHandler()
        self._form.parse_options.max_body_part_count = PARTS_MAX

    async def on_post(self, req: Request, resp: Response) -> None:
        """The acknowledgement of a lot: each of its pieces judged.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE,
                BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID, INS_INVALID, NUMBER_MALFORMED,
                LOT_TAKEN, BUSY.

        Source: SCOR-3, SCOR-7.
        """
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        site = site_of(actor, ScorReasons.ROLE_NOT_ALLOWED)
        if self._uploads >= UPLOADS_MAX:
            raise Refusal(Reasons.BUSY)
        self._uploads += 1
        try:
            parts = await self._read(req)
            lot = read_lot(parts.document)
            check_lot(lot, site, frozenset(parts.scans))
            answered, is_replay = await self._settle(lot, parts, at)
        finally:
            self._uploads -= 1
        resp.status = status_codes.HTTP_201
        resp.set_header("Location", f"/scor/lots/{lot.lot}")
        resp.set_header("Cache-Control", "no-store")
        if is_replay:
            resp.set_header("Idempotent-Replayed", "true")
        resp.media = write_acknowledgement(answered)

    async def on_get(self, req: Request, resp: Response, lot: str) -> None:
        """A lot of the site, its pieces judged at reception and now.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, LOT_UNKNOWN, BUSY.

        Source: SCOR-8.
        """
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        site = site_of(actor, ScorReasons.ROLE_NOT_ALLOWED).value
        if not is_name(lot):
            raise Refusal(ScorReasons.LOT_UNKNOWN)
        answered, reviews = await self._aside.do(
            lambda database: scor.review(self._know(database, at), am=site, lot=lot)
        )
        resp.set_header("Cache-Control", "no-store")
        resp.media = write_review(answered, reviews, at)

    async def _settle(self, lot: Lot, parts: Parts, at: datetime) -> tuple[Acknowledgement, bool]:
        """What is answered to a lot, and whether it was answered before."""
        digest = parts.digest
        answered = await self._aside.do(
            lambda database: scor.find(
                self._know(database, at), am=lot.am, lot=lot.lot, digest=digest
            )
        )
        if answered is not None:
            return answered, True
        flaws = await self._scans.check({name: scan.document for name, scan in parts.scans.items()})
        arrival = Arrival(
            lot=lot, document=parts.document, digest=digest, scans=parts.scans, flaws=flaws
        )
        received = await self._aside.do(
            lambda database: scor.receive(self._know(database, at), arrival)
        )
        return received, False

    async def _read(self, req: Request) -> Parts:
        """The parts of a request.

        Raises:
            Refusal: MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, BODY_MALFORMED.

        Source: SCOR-3.
        """
        kind = (req.content_type or "").partition(";")[0].strip().lower()
        if kind != _MULTIPART:
            raise Refusal(ScorReasons.MEDIA_TYPE_UNSUPPORTED)
        if (req.content_length or 0) > LOT_BYTES_MAX:
            raise Refusal(ScorReasons.BODY_TOO_LARGE, problem="20 Mio au plus par lot")
        parts = Parts()
        try:
            form = await self._form.deserialize_async(
                Limited(req, LOT_BYTES_MAX),  # type: ignore[arg-type]  # it is iterated, never read
                req.content_type,
                req.content_length,
            )
            async for part in form:
                limit = DOCUMENT_BYTES_MAX if part.name == _LOT else PIECE_BYTES_MAX
                content = await part.stream.read(limit + 1)
                add_part(parts, part.name, Scan(part.content_type, content), limit)
        except HTTPError:
            problem = "ses parties ne se lisent pas"
            raise Refusal(ScorReasons.BODY_MALFORMED, problem=problem) from None
        if not parts.document:
            raise Refusal(Reasons.ELEMENT_MISSING, _LOT, problem="la partie « lot »")
        return parts


def add_scor_routes(
    app: App[Request, Response], service: Service, aside: Aside, scans: Scans, *, know: Know
) -> None:
    """Open SCOR in *app*, whose error handlers answer refusals."""
    lots = Lots(service, aside, scans, know)
    app.add_route("/scor/lots", lots)
    app.add_route("/scor/lots/{lot}", lots)


def add_part(parts: Parts, name: str | None, scan: Scan, limit: int) -> None:
    """Add a part to those that came.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED where its name is none, or came already.

    Source: SCOR-3.
    """
    if len(scan.document) > limit:
        problem = f"{limit // MEBIBYTE} Mio au plus par partie"
        raise Refusal(ScorReasons.BODY_TOO_LARGE, problem=problem)
    if (
        name is None
        or not is_name(name)
        or name in parts.scans
        or (name == _LOT and parts.document)
    ):
        raise Refusal(
            ScorReasons.BODY_MALFORMED, problem="une partie n’a pas de nom, ou un nom pris"
        )
    if name == _LOT:
        parts.document = scan.document
    else:
        parts.scans[name] = scan


def read_lot(document: bytes) -> Lot:
    """The lot that JSON says; what it says besides is left alone.

    Raises:
        Refusal: BODY_MALFORMED, ELEMENT_INVALID with the place, never with what stands there.

    Source: SCOR-3.
    """
    try:
        return _decode(document)
    except msgspec.ValidationError as error:
        place = str(error).rpartition("`$")[2].rstrip("`").lstrip(".") or _LOT
        problem = "attendu un autre type, ou un champ de plus"
        raise Refusal(Reasons.ELEMENT_INVALID, place, problem=problem) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        problem = "la partie « lot » n’est pas du JSON"
        raise Refusal(ScorReasons.BODY_MALFORMED, problem=problem) from None


def write_acknowledgement(answered: Acknowledgement) -> dict[str, object]:
    """The ARL as a JSON object. Source: SCOR-2."""
    return {
        "lot": answered.lot,
        "am": answered.am,
        "phase": answered.phase,
        "received_at": answered.received_at.isoformat(),
        "pieces": [write_judged(one) for one in answered.pieces],
    }


def write_judged(one: Judged) -> dict[str, object]:
    """A piece as a JSON object. Source: SCOR-2."""
    gravity = GRAVITIES.get(one.verdict)
    return {
        "invoice": one.invoice,
        "piece": one.piece,
        "decision": one.decision.value,
        "verdict": one.verdict.value,
        "gravity": None if gravity is None else gravity.value,
        "owed": one.owed.value,
        "because": one.because.value,
        "sentence": SENTENCES[one.because],
        "flaws": [{"page": flaw.page, "anomaly": flaw.anomaly.value} for flaw in one.flaws],
    }


def write_review(
    answered: Acknowledgement, reviews: tuple[Review, ...], at: datetime
) -> dict[str, object]:
    """A lot judged again, as a JSON object. Source: SCOR-8."""
    return {
        **write_acknowledgement(answered),
        "as_of": at.isoformat(),
        "pieces": [
            {
                **write_judged(one.now),
                "verdict_at_receipt": one.first.verdict.value,
                "complemented": one.is_complemented,
            }
            for one in reviews
        ],
    }
