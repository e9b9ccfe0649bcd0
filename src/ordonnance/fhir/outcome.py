"""Refusals and failures written as OperationOutcomes."""

from typing import Any

import msgspec

from ordonnance.domain.reason import Nature
from ordonnance.domain.refusal import Refusal
from ordonnance.fhir import terms

# FHIR's IssueType for each nature of refusal (value set issue-type).
ISSUE_TYPE = {
    Nature.MALFORMED: "structure",
    Nature.UNAUTHENTICATED: "login",
    Nature.FORBIDDEN: "forbidden",
    Nature.UNKNOWN: "not-found",
    Nature.CONFLICT: "conflict",
    Nature.TOO_LARGE: "too-long",
    Nature.MEDIA_TYPE: "not-supported",
    Nature.NOT_ACCEPTABLE: "not-supported",
    Nature.RULE: "business-rule",
    Nature.TOO_MANY: "throttled",
    Nature.BUSY: "transient",
}
OVERRIDABLE = "OVERRIDABLE"

_encode = msgspec.json.Encoder().encode


def write(refusal: Refusal) -> bytes:
    """The OperationOutcome of a refusal: its code, its sentence, the element in question.

    Source: TLS-34.
    """
    codings = [{"system": terms.REFUSAL, "code": refusal.reason.code}]
    if refusal.reason.overridable:
        codings.append({"system": terms.REFUSAL, "code": OVERRIDABLE})
    issue: dict[str, Any] = {
        "severity": "error",
        "code": ISSUE_TYPE[refusal.reason.nature],
        "details": {"coding": codings, "text": refusal.sentence},
    }
    if refusal.where is not None:
        issue["expression"] = [refusal.where]
    return _encode({"resourceType": "OperationOutcome", "issue": [issue]})


def write_failure(correlation: str) -> bytes:
    """The OperationOutcome of a failure of ours: nothing but what to say to the support."""
    issue = {
        "severity": "fatal",
        "code": "exception",
        "details": {
            "text": "Le téléservice a rencontré une erreur. Renvoyez avec la même clé ; si cela "
            f"se répète, donnez au support la référence {correlation}."
        },
    }
    return _encode({"resourceType": "OperationOutcome", "issue": [issue]})


def write_unknown(path: str) -> bytes:
    """The OperationOutcome of an address where nothing is."""
    issue = {
        "severity": "error",
        "code": "not-found",
        "details": {"text": f"Il n’y a rien à cette adresse : {path}. Voyez GET /fhir/metadata."},
    }
    return _encode({"resourceType": "OperationOutcome", "issue": [issue]})
