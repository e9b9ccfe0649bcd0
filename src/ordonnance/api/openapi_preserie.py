"""What the description of the service says of préséries: plain JSON, refusals in plain JSON.

Source: PRE-44.
"""

from typing import Any

from ordonnance.api.errors import STATUS
from ordonnance.domain.preserie_refusal import (
    ALL_PRESERIE_REASONS,
    PRESERIE_DOCUMENT_REASONS,
    PreserieReasons,
)
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons

_JSON = "application/json"
_LINES = "application/x-ndjson"
_READING = (
    Reasons.TOKEN_MISSING,
    Reasons.TOKEN_INVALID,
    Reasons.TOKEN_EXPIRED,
    Reasons.NOT_ACCEPTABLE,
    Reasons.ROLE_NOT_ALLOWED,
    Reasons.BUSY,
)
_WRITING = (
    *_READING,
    Reasons.MEDIA_TYPE_UNSUPPORTED,
    Reasons.BODY_TOO_LARGE,
    Reasons.IDEMPOTENCY_KEY_MISSING,
    Reasons.IDEMPOTENCY_KEY_REUSED,
)
_ABOUT_ONE = (PreserieReasons.PRESERIE_UNKNOWN,)
_OF_EVENTS = tuple(
    one
    for one in ALL_PRESERIE_REASONS
    if one
    not in (
        *_READING,
        *PRESERIE_DOCUMENT_REASONS,
        PreserieReasons.PRESERIE_UNKNOWN,
        PreserieReasons.TOO_MANY_PRESERIES,
    )
)
# Path, method, what it does, the status of success, the media types of the body, refusals.
_ROWS: tuple[tuple[str, str, str, str, tuple[str, ...], tuple[Reason, ...]], ...] = (
    ("/preseries", "get", "Lister les préséries de l’appelant", "200", (), _READING),
    (
        "/preseries",
        "post",
        "Ouvrir une présérie par ses premiers événements, tous ou aucun",
        "201",
        (_JSON, _LINES),
        (*_WRITING, *_OF_EVENTS, PreserieReasons.TOO_MANY_PRESERIES),
    ),
    ("/preseries/{id}", "get", "Lire une présérie", "200", (), (*_READING, *_ABOUT_ONE)),
    (
        "/preseries/{id}/events",
        "post",
        "Dire un événement d’une présérie",
        "201",
        (_JSON,),
        (*_WRITING, *_OF_EVENTS, *_ABOUT_ONE),
    ),
)
_DOCUMENT = "/preseries/{id}/documents/{sha256}"
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def describe_preseries() -> dict[str, dict[str, Any]]:
    """The addresses of préséries, by path then by method."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method, purpose, status, kinds, reasons in _ROWS:
        text = {"schema": {"type": "string"}, "required": True}
        parameters = [{"name": "id", "in": "path", **text}] if "{id}" in path else []
        operation: dict[str, Any] = {"summary": purpose, "parameters": parameters}
        if kinds:
            parameters.append({"name": "Idempotency-Key", "in": "header", **text})
            parameters.append({"name": "If-Match", "in": "header", **text, "required": False})
            content = {kind: {"schema": {"type": ["object", "array"]}} for kind in kinds}
            operation["requestBody"] = {"required": True, "content": content}
        operation["responses"] = describe_answers(status, reasons)
        paths.setdefault(path, {})[method] = operation
    paths[_DOCUMENT] = describe_documents()
    return paths


def describe_documents() -> dict[str, Any]:
    """What can be asked of a document, by method. Source: PRE-68."""
    text = {"schema": {"type": "string"}}
    place = [{"name": name, "in": "path", **text, "required": True} for name in ("id", "sha256")]
    reading = tuple(one for one in _READING if one is not Reasons.NOT_ACCEPTABLE)
    unknown = (*reading, *_ABOUT_ONE, PreserieReasons.DOCUMENT_UNKNOWN)
    writing = (
        *(*reading, *_ABOUT_ONE, Reasons.BODY_TOO_LARGE),
        *(PreserieReasons.DOCUMENT_MALFORMED, PreserieReasons.TOO_MANY_DOCUMENTS),
    )
    got = describe_answers("200", unknown)
    got["200"]["content"] = _BYTES
    put = describe_answers("201", writing)
    put["200"] = {**put["201"], "description": "Gardé déjà"}
    return {
        "get": {"summary": "Lire un document", "parameters": place, "responses": got},
        "put": {
            "summary": "Garder un document, nommé par son empreinte SHA-256",
            "parameters": [*place, {"name": "name", "in": "query", **text, "required": False}],
            "requestBody": {"required": True, "content": _BYTES},
            "responses": put,
        },
    }


def describe_answers(status: str, reasons: tuple[Reason, ...]) -> dict[str, Any]:
    """What may come back, by HTTP status; refusals name their codes."""
    said = {"code": {"type": "string"}, "sentence": {"type": "string"}, "where": {"type": "string"}}
    refused = {"type": "object", "properties": said, "required": ["code", "sentence"]}
    answers: dict[str, Any] = {
        status: {"description": "Fait", "content": {_JSON: {"schema": {"type": "object"}}}}
    }
    codes: dict[str, list[str]] = {}
    for reason in reasons:
        codes.setdefault(STATUS[reason.nature].partition(" ")[0], []).append(reason.code)
    for number, those in sorted(codes.items()):
        content = {_JSON: {"schema": refused}}
        answers[number] = {"description": ", ".join(those), "content": content}
    return answers
