"""What the téléservice says of itself: ``GET /fhir/metadata``."""

from typing import Any

import msgspec

from ordonnance.domain import workflow
from ordonnance.fhir import terms

VERSION = "0.1.0"
DATE = "2026-11-23"

# Each operation of Task, and what it is for.
OPERATIONS = tuple(
    (operation.name, operation.purpose) for operation in workflow.OPERATIONS.values()
)
# What Task is searched by, in the body of POST _search only.
SEARCH = [
    {"name": name, "type": kind, "documentation": purpose}
    for name, kind, purpose in (
        ("patient", "token", "L’INS du patient, système et valeur ; jamais dans l’adresse"),
        ("status", "token", "Un état de Task.status ou de businessStatus ; la virgule vaut « ou »"),
        ("authored-on", "date", "Jour de Paris ou instant, avec ge, gt, le, lt ou eq"),
    )
]
ALERTS = {
    "type": "DetectedIssue",
    "documentation": "Les alertes qui concernent l’appelant, par _count et next seulement.",
    "interaction": [{"code": "search-type"}],
}
PROFILES = (
    "https://interop.esante.gouv.fr/ig/fhir/eprescription/StructureDefinition/fr-medicationrequest",
    "http://hl7.eu/fhir/mpd/StructureDefinition/MedicationRequest-eu-mpd",
)


def write() -> bytes:
    """The CapabilityStatement."""
    return msgspec.json.encode(capabilities())


def capabilities() -> dict[str, Any]:
    """The CapabilityStatement as a JSON object."""
    operations = [
        {
            "name": name,
            "definition": f"{terms.BASE}/OperationDefinition/{name}",
            "documentation": purpose,
        }
        for name, purpose in OPERATIONS
    ]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": {"name": "ordonnance", "version": VERSION},
        "implementation": {"description": "Téléservice de l’ordonnance numérique"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "Toute écriture porte Idempotency-Key : répétée avec le même "
                "corps, elle reçoit la première réponse.",
                "security": {
                    "cors": False,
                    "description": "Jeton porteur (JWT, ES256 ou RS256) de l’émetteur configuré.",
                },
                "resource": [
                    {
                        "type": "Task",
                        "documentation": "Une ordonnance ; son id est le numéro imprimé.",
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": SEARCH,
                        "operation": operations,
                    },
                    ALERTS,
                    {"type": "MedicationRequest", "supportedProfile": list(PROFILES)},
                    {"type": "DeviceRequest"},
                    {"type": "ServiceRequest"},
                    {"type": "MedicationDispense"},
                    {"type": "SupplyDelivery"},
                    {"type": "Procedure"},
                ],
            }
        ],
    }
