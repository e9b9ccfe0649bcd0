"""Documents of préséries as rows.

Source: PRE-68.
"""

from datetime import UTC
from typing import Any

from ordonnance.domain.preserie_document import Kept, Upload
from ordonnance.domain.preserie_party import parse_party
from ordonnance.store.database import Row


def write_document(upload: Upload) -> dict[str, Any]:
    """The row of a document."""
    return {
        "preserie": upload.preserie,
        "sha256": upload.sha256,
        "name": upload.name,
        "media_type": upload.media_type,
        "size": len(upload.content),
        "kept_at": upload.at.astimezone(UTC),
        "party": str(upload.by),
        "content": upload.content,
    }


def read_document(row: Row) -> Kept:
    """The document of a row (sha256, name, media_type, size, kept_at, party, content or none).

    Raises:
        ValueError: somebody altered it beyond reading.
    """
    sha256, name, media_type, size, kept_at, party, *content = row
    by = parse_party(party)
    if by is None:
        message = "a document is somebody's"
        raise ValueError(message)
    return Kept(
        sha256=sha256,
        name=name,
        media_type=media_type,
        size=size,
        at=kept_at,
        by=by,
        content=content[0] if content else None,
    )
