"""What the description of the service says of traces postes and of SCOR.

Traces and lots are refused as an OperationOutcome, as everything outside of préséries is.

Source: PST-13.
"""

from typing import Any

from ordonnance.api import openapi_preserie
from ordonnance.api.errors import STATUS
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons
from ordonnance.domain.scor_lot import ScorReasons
from ordonnance.domain.trace import TraceReasons

_FHIR_JSON = "application/fhir+json"
_JSON = "application/json"
_CSV = "text/csv"
_ASKING = (
    Reasons.TOKEN_MISSING,
    Reasons.TOKEN_INVALID,
    Reasons.TOKEN_EXPIRED,
    Reasons.SOFTWARE_NOT_APPROVED,
    Reasons.ROLE_NOT_ALLOWED,
    Reasons.BUSY,
)
_SENDING = (
    *_ASKING,
    TraceReasons.MEDIA_TYPE_UNSUPPORTED,
    TraceReasons.BODY_TOO_LARGE,
    TraceReasons.BODY_MALFORMED,
)
_LOT = (
    *_SENDING,
    Reasons.ELEMENT_MISSING,
    Reasons.ELEMENT_INVALID,
    Reasons.INS_INVALID,
    Reasons.NUMBER_MALFORMED,
    ScorReasons.LOT_TAKEN,
)
_LOOKING = (*_ASKING, Reasons.NOT_ACCEPTABLE)
_SHEET = (*_LOOKING, PreserieReasons.PRESERIE_UNKNOWN, Reasons.ELEMENT_INVALID)

# Path, method, what it does, the status of success, the media types of the body, those of the
# answer, refusals.
Row = tuple[str, str, str, str, tuple[str, ...], tuple[str, ...], tuple[Reason, ...]]
ROWS: tuple[Row, ...] = (
    (
        "/traces",
        "post",
        "Envoyer des traces postes, une par ligne, comprimées ou non par gzip",
        "200",
        ("application/jsonl", "application/x-ndjson"),
        (_JSON,),
        (*_SENDING, TraceReasons.TRACES_NOT_EXPECTED),
    ),
    (
        "/traces/schema.json",
        "get",
        "Lire le schéma d’une trace poste",
        "200",
        (),
        ("application/schema+json",),
        (),
    ),
    (
        "/traces/workstations",
        "get",
        "Voir ce que chaque poste envoie, les pharmacies qui se taisent d’abord",
        "200",
        (),
        (_JSON,),
        _LOOKING,
    ),
    (
        "/traces/{word}",
        "get",
        "Suivre un appel, par le nom d’une trace ou la clé d’une commande, jusqu’à sa preuve",
        "200",
        (),
        (_JSON,),
        (*_LOOKING, TraceReasons.TRACE_UNKNOWN),
    ),
    (
        "/scor/lots",
        "post",
        "Envoyer un lot SCOR et recevoir son accusé, chaque pièce jugée",
        "201",
        ("multipart/form-data",),
        (_JSON,),
        _LOT,
    ),
    (
        "/scor/lots/{lot}",
        "get",
        "Relire un lot SCOR, jugé comme à sa réception et comme aujourd’hui",
        "200",
        (),
        (_JSON,),
        (*_ASKING, ScorReasons.LOT_UNKNOWN),
    ),
    (
        "/preseries/{id}/scor",
        "get",
        "Lire la fiche de vérification de l’arrêt de l’envoi par SCOR",
        "200",
        (),
        (_JSON, _CSV),
        _SHEET,
    ),
)
_PARAMETERS: dict[str, tuple[tuple[str, str], ...]] = {
    "/traces": (("Date", "header"),),
    "/preseries/{id}/scor": (("since", "query"), ("until", "query")),
}


def describe_traces_and_scor() -> dict[str, dict[str, Any]]:
    """The addresses of traces and of SCOR, by path then by method.

    Source: PST-13.
    """
    paths: dict[str, dict[str, Any]] = {}
    for row in ROWS:
        path, method, purpose, _, kinds, _, reasons = row
        operation: dict[str, Any] = {"summary": purpose, "parameters": describe_parameters(path)}
        if kinds:
            content = {kind: {"schema": {"type": "string"}} for kind in kinds}
            operation["requestBody"] = {"required": True, "content": content}
        if not reasons:
            operation["security"] = []
        operation["responses"] = describe_answers(row)
        paths.setdefault(path, {})[method] = operation
    return paths


def describe_parameters(path: str) -> list[dict[str, Any]]:
    """What the address and the headers hold."""
    text = {"schema": {"type": "string"}}
    named = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return [
        *({"name": name, "in": "path", "required": True, **text} for name in named),
        *(
            {"name": name, "in": place, "required": False, **text}
            for name, place in _PARAMETERS.get(path, ())
        ),
    ]


def describe_answers(row: Row) -> dict[str, Any]:
    """What may come back, by HTTP status; refusals name their codes."""
    path, _, _, status, _, kinds, reasons = row
    if path.startswith("/preseries"):
        answers = openapi_preserie.describe_answers(status, reasons)
    else:
        answers = {status: {"description": "Fait"}}
        codes: dict[str, list[str]] = {}
        for reason in reasons:
            codes.setdefault(STATUS[reason.nature].partition(" ")[0], []).append(reason.code)
        for number, those in sorted(codes.items()):
            content = {_FHIR_JSON: {"schema": {"type": "object"}}}
            answers[number] = {"description": ", ".join(those), "content": content}
    answers[status]["content"] = {kind: {"schema": schema_of(kind)} for kind in kinds}
    return answers


def schema_of(kind: str) -> dict[str, str]:
    """What an answer of that media type is."""
    return {"type": "string" if kind == _CSV else "object"}
