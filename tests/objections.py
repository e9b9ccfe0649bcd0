"""What tests of objection, anonymity and identity share: commands, and the bodies of requests."""

import json
from typing import Any

from builders import OTHER_PATIENT, PRESCRIBER, THE_PATIENT, digest
from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.command import Identify, Oppose
from ordonnance.domain.fact import Cause
from ordonnance.domain.identifiers import INS, INSAuthority, PrescriptionNumber

CAISSE = Actor(role=Role.CPAM)
OPERATOR = Actor(role=Role.OPERATOR)
THIRD_PATIENT = INS("184062A00412324", INSAuthority.TEST)
CONSENT_CODES = "https://ordonnance.example/fhir/CodeSystem/consentement"


def oppose(
    number: PrescriptionNumber,
    objects: bool = True,  # noqa: FBT001, FBT002 - what the patient says
    *,
    actor: Actor = THE_PATIENT,
    key: str = "object",
) -> Oppose:
    """The patient objects, or no longer does."""
    return Oppose(number=number, actor=actor, key=key, digest=digest(objects), objects=objects)


def identify(
    number: PrescriptionNumber,
    patient: INS = OTHER_PATIENT,
    cause: Cause = Cause.CORRECTED,
    *,
    actor: Actor = PRESCRIBER,
    key: str = "identify",
    reason: str = "Mauvais dossier ouvert",
) -> Identify:
    """The patient's INS is *patient*."""
    return Identify(
        number=number,
        actor=actor,
        key=key,
        digest=digest(patient.value, cause, reason),
        patient=patient,
        cause=cause,
        reason=reason,
    )


def a_consent(*codes: str, **changes: Any) -> dict[str, Any]:
    """A Consent of these codes of ours."""
    coding = [{"system": CONSENT_CODES, "code": code} for code in codes]
    consent = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"text": "Confidentialité"},
        "category": [{"coding": coding}],
        "provision": {"type": "deny"},
    }
    return {**consent, **changes}


def consenting(body: bytes, *consents: dict[str, Any]) -> bytes:
    """The Bundle of ``$issue`` with *consents* before its lines."""
    bundle = json.loads(body)
    bundle["entry"][2:2] = [{"resource": consent} for consent in consents]
    return json.dumps(bundle).encode()


def objecting(objects: Any = True) -> bytes:  # noqa: FBT002 - what the patient says
    """The Parameters of ``$object``."""
    return _parameters({"name": "objection", "valueBoolean": objects})


def identifying(
    ins: INS, cause: str = "CORRECTION", reason: str | None = "Mauvais dossier ouvert"
) -> bytes:
    """The Parameters of ``$identify``."""
    system = f"urn:oid:{ins.authority.value}"
    words = [] if reason is None else [{"name": "reason", "valueString": reason}]
    return _parameters(
        {"name": "patient", "valueIdentifier": {"system": system, "value": ins.value}},
        {"name": "cause", "valueCode": cause},
        *words,
    )


def _parameters(*parameters: dict[str, Any]) -> bytes:
    return json.dumps({"resourceType": "Parameters", "parameter": parameters}).encode()
