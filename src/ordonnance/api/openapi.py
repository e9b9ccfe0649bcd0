"""The téléservice described in OpenAPI 3.1, for the vendors' tools.

Source: TLS-34 (what each operation is refused for).
"""

from collections.abc import Mapping
from typing import Any

from ordonnance.api.body import FORM_BYTES_MAX
from ordonnance.api.errors import STATUS
from ordonnance.api.openapi_preserie import describe_preseries
from ordonnance.api.openapi_trace import describe_traces_and_scor
from ordonnance.domain import workflow
from ordonnance.domain.raised import REASONS_OF
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import ALL_REASONS, Reasons
from ordonnance.fhir import conformance
from ordonnance.fhir.reading import BODY_BYTES_MAX

_FHIR_JSON = "application/fhir+json"

# Each operation by its name: its path and method, and its answer. What it does is said by the
# workflow; what it is refused for, by the table of refusals.
OPERATIONS: Mapping[str, tuple[str, str, str]] = {
    "issue": ("/fhir/Task/$issue", "post", "201"),
    "read": ("/fhir/Task/{number}", "get", "200"),
    "consult": ("/fhir/Task/{number}/$consult", "get", "200"),
    **{
        name: (
            f"/fhir/Task/{{number}}/${name}",
            "post",
            "201" if name in ("execute", "replace") else "200",
        )
        for name, operation in workflow.OPERATIONS.items()
        if operation.is_writing and name != "issue"
    },
}
_READ = "Lire où en est une ordonnance"

# The products: public, in plain JSON. Path, what it does, its parameters.
PRODUCTS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "products": (
        "/products",
        "Chercher un produit, un dispositif ou un acte : un nom, un code, une classe, une boîte",
        ("q", "limit"),
    ),
    "product": (
        "/products/{code}",
        "Lire un produit, par son CIP13, son CIS ou son UCD13",
        ("code",),
    ),
    "rules": (
        "/products/{code}/rules",
        "Lire les règles d’un produit, chacune avec sa source et son texte",
        ("code",),
    ),
}

# Questions about many prescriptions: path, method, what it does, the headers and parameters of the
# address, the fields of the form.
Question = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]
QUESTIONS: Mapping[str, Question] = {
    "search": (
        "/fhir/Task/_search",
        "post",
        "Chercher des ordonnances",
        ("Reason", "Presence"),
        ("patient", "status", "authored-on", "_count"),
    ),
    "page": (
        "/fhir/Task",
        "get",
        "Lire la page suivante d’une recherche",
        ("next",),
        (),
    ),
    "alerts": (
        "/fhir/DetectedIssue",
        "get",
        "Lire les alertes qui concernent l’appelant",
        ("_count", "next"),
        (),
    ),
}


def describe_service() -> dict[str, Any]:
    """The whole description as a JSON object."""
    paths: dict[str, Any] = {}
    for name, (path, method, status) in OPERATIONS.items():
        told = workflow.OPERATIONS.get(name)
        purpose = _READ if told is None else told.purpose
        operation = describe_operation(path, purpose, status, REASONS_OF[name])
        paths.setdefault(path, {})[method] = operation
    for name, (path, method, purpose, names, fields) in QUESTIONS.items():
        question = describe_question(purpose, names, fields, REASONS_OF[name])
        paths.setdefault(path, {})[method] = question
    for name, (path, purpose, names) in PRODUCTS.items():
        paths[path] = {"get": describe_reading(purpose, names, REASONS_OF[name])}
    paths |= describe_preseries() | describe_traces_and_scor()
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
