"""A form that comes with a file: read part by part, never more in memory than its limit.

Source: PRE-77.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from falcon import HTTPError
from falcon.asgi import Request
from falcon.media import MultipartFormHandler

from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.portail.portal import FORM_FIELDS_MAX, FORM_LENGTH_MAX, Form

MEBIBYTE = 1024 * 1024
# What comes beyond a limit is read and let go, so that the browser hears why it is refused.
_PATIENCE = 4


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came: the name and the type that its sender says, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form says, and the file that came with it; None: none was chosen."""

    said: Form
    file: File | None


class _Limited:
    """The bytes of a request, refused beyond a limit."""

    def __init__(self, req: Request, bytes_max: int) -> None:
        self._stream = req.stream
        self._bytes_max = bytes_max

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Each chunk as it comes.

        Raises:
            Refusal: BODY_TOO_LARGE.
        """
        count = 0
        async for chunk in self._stream:
            count += len(chunk)
            if count <= self._bytes_max:
                yield chunk
            elif count > _PATIENCE * self._bytes_max:
                break
        if count > self._bytes_max:
            problem = f"{(self._bytes_max - FORM_LENGTH_MAX) // MEBIBYTE} Mio au plus par fichier"
            raise Refusal(Reasons.BODY_TOO_LARGE, problem=problem)


async def read_upload(req: Request, file_bytes_max: int) -> Sent:
    """What a form with a file says.

    Raises:
        Refusal: BODY_TOO_LARGE, ELEMENT_INVALID.

    Source: PRE-77.
    """
    bytes_max = file_bytes_max + FORM_LENGTH_MAX
    handler = MultipartFormHandler()
    handler.parse_options.max_body_part_count = FORM_FIELDS_MAX
    said: dict[str, list[str]] = {}
    file = None
    try:
        form = await handler.deserialize_async(
            _Limited(req, bytes_max),  # type: ignore[arg-type]  # it is iterated, never read
            req.content_type,
            req.content_length,
        )
        async for part in form:
            content = await part.stream.read(bytes_max)
            if part.filename is None:
                said.setdefault(part.name or "", []).append(content.decode())
            elif part.filename or content:
                file = File(part.filename, part.content_type, content)
    except (HTTPError, UnicodeDecodeError):
        problem = "le formulaire ne se lit pas"
        raise Refusal(Reasons.ELEMENT_INVALID, problem=problem) from None
    return Sent(said, file)
