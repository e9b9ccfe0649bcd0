"""The téléservice described in OpenAPI 3.1, for the vendors' tools."""

from typing import Any

from ordonnance.api.body import FORM_BYTES_MAX
from ordonnance.api.errors import STATUS
from ordonnance.api.openapi_life import ALIKE, LIFE
from ordonnance.api.openapi_preserie import describe_preseries
from ordonnance.domain import workflow
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import ALL_REASONS, Reasons
from ordonnance.fhir import conformance
from ordonnance.fhir.reading import BODY_BYTES_MAX

_FHIR_JSON = "application/fhir+json"
_FORM = (Reasons.BODY_MALFORMED, Reasons.ELEMENT_MISSING, Reasons.ELEMENT_INVALID)
_ALWAYS = (
    Reasons.TOKEN_MISSING,
    Reasons.TOKEN_INVALID,
    Reasons.TOKEN_EXPIRED,
    Reasons.SOFTWARE_NOT_APPROVED,
    Reasons.NOT_ACCEPTABLE,
    Reasons.NUMBER_MALFORMED,
    Reasons.ROLE_NOT_ALLOWED,
    Reasons.BUSY,
)
_WRITING = (
    *_ALWAYS,
    *_FORM,
    Reasons.BODY_TOO_LARGE,
    Reasons.MEDIA_TYPE_UNSUPPORTED,
    Reasons.IDEMPOTENCY_KEY_MISSING,
    Reasons.IDEMPOTENCY_KEY_REUSED,
)
_READING = (
    *_ALWAYS,
    Reasons.NUMBER_UNKNOWN,
    Reasons.KIND_NOT_ALLOWED,
    Reasons.NOT_THE_PRESCRIBER,
    Reasons.NOT_THE_PATIENT,
)

# Which refusals each operation raises: its path and method, what it does, its answer, its own
# refusals beside those of every operation. docs/teleservice.md says when.
_Row = tuple[str, str, str, str, tuple[Reason, ...]]
_FIRST: tuple[_Row, ...] = (
    (
        "/fhir/Task/$issue",
        "post",
        "Émettre une ordonnance",
        "201",
        (
            *_WRITING,
            Reasons.EXTENSION_UNKNOWN,
            Reasons.NUMBER_MONTH_INVALID,
            Reasons.DATE_IN_FUTURE,
            Reasons.KIND_NOT_ALLOWED,
            Reasons.KIND_EXCLUDED,
            Reasons.NOT_THE_PRESCRIBER,
            Reasons.NUMBER_TAKEN,
            Reasons.INS_INVALID,
            Reasons.RPPS_INVALID,
            Reasons.CIP_INVALID,
            Reasons.QUANTITY_INVALID,
            Reasons.DURATION_OR_QUANTITY_MISSING,
            Reasons.QUANTITY_IN_WORDS_MISSING,
            Reasons.NAMED_PHARMACY_MISSING,
        ),
    ),
    ("/fhir/Task/{number}", "get", "Lire où en est une ordonnance", "200", _READING),
    (
        "/fhir/Task/{number}/$consult",
        "get",
        "Consulter une ordonnance, ses lignes et ses exécutions",
        "200",
        _READING,
    ),
    (
        "/fhir/Task/{number}/$execute",
        "post",
        "Enregistrer ce qui a été exécuté, ligne par ligne",
        "201",
        (
            *_WRITING,
            Reasons.EXTENSION_UNKNOWN,
            Reasons.NUMBER_UNKNOWN,
            Reasons.KIND_NOT_ALLOWED,
            Reasons.PATIENT_MISMATCH,
            Reasons.CANCELLED,
            Reasons.REPLACED,
            Reasons.EXPIRED,
            Reasons.RESERVED_ELSEWHERE,
            Reasons.LINE_UNKNOWN,
            Reasons.INS_INVALID,
            Reasons.CIP_INVALID,
            Reasons.QUANTITY_INVALID,
            Reasons.REASON_MISSING,
            Reasons.AGREEMENT_MISSING,
            Reasons.DEFERRED_REASON_MISSING,
            Reasons.DATE_IN_FUTURE,
            Reasons.RIGHTS_EXHAUSTED,
            Reasons.TOO_EARLY,
            Reasons.TOO_LATE,
            Reasons.DURATION_EXCEEDED,
            Reasons.OVERLAP,
            Reasons.NOT_THE_NAMED_PHARMACY,
            Reasons.NOT_SUBSTITUTABLE,
            Reasons.SUBSTITUTION_REASON_MISSING,
        ),
    ),
    (
        "/fhir/Task/{number}/$undo",
        "post",
        "Annuler une exécution enregistrée à tort",
        "200",
        (
            *_WRITING,
            Reasons.NUMBER_UNKNOWN,
            Reasons.KIND_NOT_ALLOWED,
            Reasons.EXECUTION_UNKNOWN,
            Reasons.NOT_THE_EXECUTOR,
            Reasons.ALREADY_UNDONE,
            Reasons.REASON_MISSING,
        ),
    ),
    (
        "/fhir/Task/{number}/$cancel",
        "post",
        "Annuler ce qui n’a pas été exécuté",
        "200",
        (
            *_WRITING,
            Reasons.NUMBER_UNKNOWN,
            Reasons.NOT_THE_PRESCRIBER,
            Reasons.CANCELLED,
            Reasons.REPLACED,
            Reasons.EXECUTION_STARTED,
            Reasons.REASON_MISSING,
        ),
    ),
    (
        "/fhir/Task/{number}/$object",
        "post",
        "Dire ou lever l’opposition du patient à ce que le prescripteur voie les exécutions",
        "200",
        (
            *_WRITING,
            Reasons.NUMBER_UNKNOWN,
            Reasons.NOT_THE_PRESCRIBER,
            Reasons.NOT_THE_PATIENT,
            Reasons.OBJECTION_TOO_LATE,
        ),
    ),
    (
        "/fhir/Task/{number}/$identify",
        "post",
        "Corriger l’INS du patient, ou dire celui qui le remplace",
        "200",
        (
            *_WRITING,
            Reasons.NUMBER_UNKNOWN,
            Reasons.NOT_THE_PRESCRIBER,
            Reasons.INS_INVALID,
            Reasons.REASON_MISSING,
        ),
    ),
)


def _add_life(name: str, status: str, reasons: tuple[Reason, ...]) -> _Row:
    purpose = workflow.OPERATIONS[name].purpose
    return f"/fhir/Task/{{number}}/${name}", "post", purpose, status, reasons


_RAISED = {path.partition("$")[2]: reasons for path, _, _, _, reasons in _FIRST}
OPERATIONS: tuple[_Row, ...] = (
    *_FIRST,
    *(_add_life(name, status, (*_WRITING, *own)) for name, status, own in LIFE),
    *(
        _add_life(name, status, (*(one for one in _RAISED[like] if one not in never), *own))
        for name, status, like, never, own in ALIKE
    ),
)

# The products: public, in plain JSON. Path, what it does, its parameters, its refusals.
PRODUCTS: tuple[tuple[str, str, tuple[str, ...], tuple[Reason, ...]], ...] = (
    (
        "/products",
        "Chercher un produit, un dispositif ou un acte : un nom, un code, une classe, une boîte",
        ("q", "limit"),
        (Reasons.ELEMENT_MISSING, Reasons.ELEMENT_INVALID, Reasons.CIP_INVALID),
    ),
    (
        "/products/{code}",
        "Lire un produit, par son CIP13, son CIS ou son UCD13",
        ("code",),
        (Reasons.PRODUCT_UNKNOWN,),
    ),
    (
        "/products/{code}/rules",
        "Lire les règles d’un produit, chacune avec sa source et son texte",
        ("code",),
        (Reasons.PRODUCT_UNKNOWN,),
    ),
)


# Questions about many prescriptions: path, method, what it does, the headers and parameters of the
# address, the fields of the form, its refusals.
_QUESTION = tuple(reason for reason in _ALWAYS if reason is not Reasons.NUMBER_MALFORMED)
Question = tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[Reason, ...]]
QUESTIONS: tuple[Question, ...] = (
    (
        "/fhir/Task/_search",
        "post",
        "Chercher des ordonnances",
        ("Reason", "Presence"),
        ("patient", "status", "authored-on", "_count"),
        (
            *_QUESTION,
            Reasons.BODY_TOO_LARGE,
            Reasons.BODY_MALFORMED,
            Reasons.MEDIA_TYPE_UNSUPPORTED,
            Reasons.ELEMENT_INVALID,
            Reasons.ELEMENT_MISSING,
            Reasons.INS_INVALID,
            Reasons.NOT_THE_PATIENT,
            Reasons.KIND_NOT_ALLOWED,
            Reasons.REASON_MISSING,
        ),
    ),
    (
        "/fhir/Task",
        "get",
        "Lire la page suivante d’une recherche",
        ("next",),
        (),
        (*_QUESTION, Reasons.ELEMENT_INVALID, Reasons.KIND_NOT_ALLOWED),
    ),
    (
        "/fhir/DetectedIssue",
        "get",
        "Lire les alertes qui concernent l’appelant",
        ("_count", "next"),
        (),
        (*_QUESTION, Reasons.ELEMENT_INVALID),
    ),
)


def describe_service() -> dict[str, Any]:
    """The whole description as a JSON object."""
    paths: dict[str, Any] = {}
    for path, method, purpose, status, reasons in OPERATIONS:
        paths.setdefault(path, {})[method] = describe_operation(path, purpose, status, reasons)
    for path, method, purpose, names, fields, reasons in QUESTIONS:
        question = describe_question(purpose, names, fields, reasons)
        paths.setdefault(path, {})[method] = question
    for path, purpose, names, reasons in PRODUCTS:
        paths[path] = {"get": describe_reading(purpose, names, reasons)}
    paths |= describe_preseries()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Téléservice de l’ordonnance numérique",
            "version": conformance.VERSION,
            "description": "FHIR R4. Toute écriture porte Idempotency-Key : répétée avec le même "
            "corps, elle reçoit la première réponse. Tout refus est un OperationOutcome, et rien "
            "n’a alors été enregistré.",
        },
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
            "schemas": {
                "Refusal": {
                    "type": "string",
                    "description": "issue[0].details.coding[0].code",
                    "enum": [reason.code for reason in ALL_REASONS],
                }
            },
        },
    }


def describe_operation(
    path: str, purpose: str, status: str, reasons: tuple[Reason, ...]
) -> dict[str, Any]:
    """One operation: its parameters, its body, its answers."""
    parameters: list[dict[str, Any]] = []
    if "{number}" in path:
        schema = {"type": "string", "minLength": 18, "maxLength": 64}
        parameters.append({"name": "number", "in": "path", "required": True, "schema": schema})
    operation: dict[str, Any] = {"summary": purpose, "parameters": parameters}
    if Reasons.IDEMPOTENCY_KEY_MISSING in reasons:
        key = {"type": "string", "minLength": 1, "maxLength": 64}
        parameters.append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": key}
        )
        operation["requestBody"] = {
            "required": not path.endswith(("$reserve", "$release")),
            "description": f"{BODY_BYTES_MAX // 1024} Kio au plus",
            "content": {_FHIR_JSON: {"schema": {"type": "object"}}},
        }
    elif Reasons.NOT_THE_PRESCRIBER in reasons:
        parameters.append({"name": "Reason", "in": "header", "schema": {"type": "string"}})
    operation["responses"] = describe_answers(status, reasons)
    if path.endswith("$execute"):
        waiting = {
            **operation["responses"][status],
            "description": "Reçu, en attente de l’ordonnance",
        }
        operation["responses"]["202"] = waiting
    return operation


def describe_question(
    purpose: str, names: tuple[str, ...], fields: tuple[str, ...], reasons: tuple[Reason, ...]
) -> dict[str, Any]:
    """A question: its headers and parameters, the fields of its form, its answers."""
    text = {"schema": {"type": "string"}}
    question: dict[str, Any] = {
        "summary": purpose,
        "parameters": [
            {"name": name, "in": "header" if name[0].isupper() else "query", **text}
            for name in names
        ],
        "responses": describe_answers("200", reasons),
    }
    if fields:
        schema = {"type": "object", "properties": {name: {"type": "string"} for name in fields}}
        question["requestBody"] = {
            "description": f"{FORM_BYTES_MAX // 1024} Kio au plus",
            "content": {"application/x-www-form-urlencoded": {"schema": schema}},
        }
    return question


def describe_reading(
    purpose: str, names: tuple[str, ...], reasons: tuple[Reason, ...]
) -> dict[str, Any]:
    """A public reading in plain JSON: its parameters, its answers."""
    parameters = [
        {
            "name": name,
            "in": "path" if name == "code" else "query",
            "required": name != "limit",
            "schema": {"type": "integer" if name == "limit" else "string"},
        }
        for name in names
    ]
    answers = describe_answers("200", reasons)
    answers["200"]["content"] = {"application/json": {"schema": {"type": "object"}}}
    return {"summary": purpose, "parameters": parameters, "security": [], "responses": answers}


def describe_answers(status: str, reasons: tuple[Reason, ...]) -> dict[str, Any]:
    """What may come back, by HTTP status; refusals name their codes."""
    content = {_FHIR_JSON: {"schema": {"type": "object"}}}
    answers: dict[str, Any] = {status: {"description": "Fait", "content": content}}
    by_status: dict[str, list[str]] = {}
    for reason in reasons:
        by_status.setdefault(STATUS[reason.nature].partition(" ")[0], []).append(reason.code)
    for refused, codes in sorted(by_status.items()):
        answers[refused] = {"description": ", ".join(codes), "content": content}
    return answers
