"""Lines of every kind for tests, in FHIR, to be spoilt one element at a time."""

from typing import Any

from fhir.bodies import NUMBER, NUMBER_SYSTEM, changed

NATURE = "https://ordonnance.example/fhir/CodeSystem/nature"
NGAP = "https://ordonnance.example/fhir/CodeSystem/ngap"
LPP = "urn:oid:1.2.250.1.215.200.2.1"
NABM = "https://smt.esante.gouv.fr/terminologie-nabm"
CISIS = "https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis"
EXTENSION = "https://ordonnance.example/fhir/StructureDefinition/"

_COMMON = {
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/anne"},
    "authoredOn": "2026-11-23T10:00:00+01:00",
    "requester": {"reference": "Practitioner/camille"},
}
DEVICE = {
    "resourceType": "DeviceRequest",
    "groupIdentifier": {"system": NUMBER_SYSTEM, "value": NUMBER},
    **_COMMON,
    "codeCodeableConcept": {
        "coding": [{"system": LPP, "code": "2190351"}],
        "text": "Bas de compression, classe 2",
    },
    "parameter": [
        {"code": {"text": "quantity"}, "valueQuantity": {"value": 2, "unit": "paire"}},
        {"code": {"text": "renewals"}, "valueQuantity": {"value": 1}},
    ],
}


def nature(code: str) -> list[dict[str, Any]]:
    """The category of a nature."""
    return [{"coding": [{"system": NATURE, "code": code}]}]


def ours(name: str, **value: Any) -> dict[str, Any]:
    """An extension of ours."""
    return {"url": EXTENSION + name, **value}


def a_device(**changes: Any) -> dict[str, Any]:
    """A prescribed device; ``...`` takes an element away."""
    return changed(DEVICE, **changes)


def an_act(kind: str, **changes: Any) -> dict[str, Any]:
    """A prescribed line of biology or of care, of which nothing but its nature is said."""
    return changed(
        {
            "resourceType": "ServiceRequest",
            "requisition": {"system": NUMBER_SYSTEM, "value": NUMBER},
            **_COMMON,
            "category": nature(kind),
        },
        **changes,
    )


def a_test(**changes: Any) -> dict[str, Any]:
    """A prescribed examination of biology."""
    said = {
        "code": {
            "coding": [{"system": NABM, "code": "1104", "display": "Hémogramme"}],
        },
        "specimen": [{"display": "sang veineux"}],
    }
    return an_act("BIOLOGIE", **{**said, **changes})


def a_care(**changes: Any) -> dict[str, Any]:
    """Prescribed nursing care."""
    said = {
        "code": {"text": "Injection sous-cutanée d’anticoagulant"},
        "occurrenceTiming": {
            "repeat": {
                "frequency": 2,
                "period": 1,
                "periodUnit": "d",
                "boundsDuration": {
                    "value": 10,
                    "unit": "jours",
                    "system": "http://unitsofmeasure.org",
                    "code": "d",
                },
            }
        },
        "extension": [ours("holidays", valueBoolean=True)],
        "locationCode": [{"coding": [{"code": "PTRES"}]}],
    }
    return an_act("INFIRMIER", **{**said, **changes})


def sessions(**changes: Any) -> dict[str, Any]:
    """Prescribed sessions of physiotherapy."""
    said = {
        "quantityQuantity": {"value": 10, "unit": "séances"},
        "bodySite": [{"text": "épaule droite"}],
        "category": [
            *nature("KINESITHERAPIE"),
            {"coding": [{"system": CISIS, "code": "MED-1094"}]},
        ],
    }
    return an_act("KINESITHERAPIE", **{**said, **changes})


def an_observation(code: str, *, answer: Any = True, **more: Any) -> dict[str, Any]:
    """An Observation that answers to a flag."""
    return {
        "resourceType": "Observation",
        "id": "flag",
        "status": "final",
        "code": {"coding": [{"system": CISIS, "code": code}]},
        "valueBoolean": answer,
        **more,
    }
