"""What a request carries: its body within limits, its headers read once."""

from contextlib import suppress
import re
from urllib.parse import parse_qsl

from falcon.asgi import Request

from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir.reading import BODY_BYTES_MAX, refuse_element

_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?", re.ASCII)
_ACCEPTED = ("application/fhir+json", "application/json")
_FORM = "application/x-www-form-urlencoded"
REASON_LENGTH_MAX = 500
FORM_BYTES_MAX = 8 * 1024


def check_accept(req: Request) -> None:
    """Refuse who does not read FHIR in JSON.

    Raises:
        Refusal: NOT_ACCEPTABLE.
    """
    is_plain = req.accept in _ACCEPTED  # what software sends; the rest has weights and wildcards
    if not is_plain and not any(req.client_accepts(kind) for kind in _ACCEPTED):
        raise Refusal(Reasons.NOT_ACCEPTABLE)


async def read_form(req: Request) -> list[tuple[str, str]]:
    """The names and values of a search form, decoded, in their order.

    Raises:
        Refusal: NOT_ACCEPTABLE, MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, BODY_MALFORMED,
            ELEMENT_INVALID where it is no form of UTF-8, or something is asked in the address.

    Source: TLS-60 (no INS in an address: whoever writes one there learns it at once).
    """
    check_accept(req)
    if (req.content_type or "").partition(";")[0].strip().lower() != _FORM:
        raise Refusal(Reasons.MEDIA_TYPE_UNSUPPORTED)
    if req.query_string:
        raise refuse_element("_search", "les critères vont dans le corps, jamais dans l’adresse")
    body = await read_stream(req, FORM_BYTES_MAX, f"{FORM_BYTES_MAX // 1024} Kio au plus")
    try:
        text = body.decode("ascii").strip()
        return parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")
    except ValueError:
        raise refuse_element("_search", "attendu un formulaire nom=valeur, en UTF-8") from None


async def read_body(req: Request, kinds: tuple[str, ...] = _ACCEPTED) -> bytes:
    """The body of a writing request, of one of these media types.

    Raises:
        Refusal: NOT_ACCEPTABLE, MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, BODY_MALFORMED.

    Source: TLS-17.
    """
    check_accept(req)
    kind = (req.content_type or "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise Refusal(Reasons.MEDIA_TYPE_UNSUPPORTED)
    return await read_stream(req, BODY_BYTES_MAX, "256 Kio au plus")


async def read_stream(req: Request, bytes_max: int, problem: str) -> bytes:
    """The bytes of a request; *problem* says its limit.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED.
    """
    return await read_raw(
        req,
        bytes_max,
        too_large=Refusal(Reasons.BODY_TOO_LARGE, problem=problem),
        cut=Refusal(Reasons.BODY_MALFORMED, problem="il s’arrête avant sa fin"),
    )


async def read_raw(req: Request, bytes_max: int, *, too_large: Refusal, cut: Refusal) -> bytes:
    """The bytes of a request.

    Raises:
        Refusal: *too_large* beyond *bytes_max*; *cut* where they end before their announced end.
    """
    if (req.content_length or 0) > bytes_max:
        raise too_large
    chunks = []
    size = 0
    async for chunk in req.stream:
        size += len(chunk)
        if size > bytes_max:
            raise too_large
        chunks.append(chunk)
    if size < (req.content_length or 0):
        # The client hung up. What it had sent may read as a whole (spaces may come last), but
        # it is another body: its digest would refuse the whole one under the same key.
        raise cut
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


def read_reason(req: Request, name: str = "Reason") -> str | None:
    """Why a prescriber reads what is not theirs (header ``Reason``); None: not said.

    It is read as UTF-8, which the poste writes, and as ISO 8859-1 where it is not UTF-8. The
    header ``Presence`` of an executor is read in the same way.
    """
    reason = req.get_header(name)
    if reason is None:
        return None
    with suppress(UnicodeError):
        reason = reason.encode("latin-1").decode()
    return reason.strip()[:REASON_LENGTH_MAX] or None
