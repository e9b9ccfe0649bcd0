"""What a request carries: its body within limits, its headers read once."""

from contextlib import suppress
import re

from falcon.asgi import Request

from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir.reading import BODY_BYTES_MAX

_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?", re.ASCII)
_ACCEPTED = ("application/fhir+json", "application/json")
REASON_LENGTH_MAX = 500


def check_accept(req: Request) -> None:
    """Refuse who does not read FHIR in JSON.

    Raises:
        Refusal: NOT_ACCEPTABLE.
    """
    is_plain = req.accept in _ACCEPTED  # what software sends; the rest has weights and wildcards
    if not is_plain and not any(req.client_accepts(kind) for kind in _ACCEPTED):
        raise Refusal(Reasons.NOT_ACCEPTABLE)


async def read_body(req: Request) -> bytes:
    """The body of a writing request.

    Raises:
        Refusal: NOT_ACCEPTABLE, MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, BODY_MALFORMED.

    Source: TLS-17.
    """
    check_accept(req)
    kind = (req.content_type or "").partition(";")[0].strip().lower()
    if kind not in _ACCEPTED:
        raise Refusal(Reasons.MEDIA_TYPE_UNSUPPORTED)
    too_large = Refusal(Reasons.BODY_TOO_LARGE, problem="256 Kio au plus")
    if (req.content_length or 0) > BODY_BYTES_MAX:
        raise too_large
    chunks = []
    size = 0
    async for chunk in req.stream:
        size += len(chunk)
        if size > BODY_BYTES_MAX:
            raise too_large
        chunks.append(chunk)
    if size < (req.content_length or 0):
        # The client hung up. What it had sent may read as a whole (spaces may come last), but
        # it is another body: its digest would refuse the whole one under the same key.
        raise Refusal(Reasons.BODY_MALFORMED, problem="il s’arrête avant sa fin")
    return b"".join(chunks)


async def read_optional_body(req: Request) -> bytes:
    """The body of a writing request that may have none; an empty one has no media type.

    Raises:
        Refusal: as ``read_body`` finds.

    Source: TLS-50.
    """
    if not req.content_length and req.get_header("Transfer-Encoding") is None:
        check_accept(req)
        return b""
    return await read_body(req)


def read_key(req: Request) -> str | None:
    """The ``Idempotency-Key``: 1 to 64 printable ASCII characters; None: missing or ill-formed."""
    key = req.get_header("Idempotency-Key")
    return key if key is not None and _KEY.fullmatch(key) else None


def read_reason(req: Request) -> str | None:
    """Why a prescriber reads what is not theirs (header ``Reason``); None: not said.

    It is read as UTF-8, which the poste writes, and as ISO 8859-1 where it is not UTF-8.
    """
    reason = req.get_header("Reason")
    if reason is None:
        return None
    with suppress(UnicodeError):
        reason = reason.encode("latin-1").decode()
    return reason.strip()[:REASON_LENGTH_MAX] or None
