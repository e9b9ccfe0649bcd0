"""Bodies of what happens to a prescription besides its issue, its executions and its end."""

import json
from typing import Any

from api.papers import delivery
from builders import NOW
from ordonnance.domain.identifiers import PrescriptionNumber

EXTENSION = "https://ordonnance.example/fhir/StructureDefinition/"


def parameters(*given: dict[str, Any]) -> bytes:
    """Parameters, in order."""
    return json.dumps({"resourceType": "Parameters", "parameter": list(given)}).encode()


def say(name: str, text: str) -> dict[str, Any]:
    """A parameter that is a string."""
    return {"name": name, "valueString": text}


def correction(
    number: PrescriptionNumber, rank: int = 1, *, reason: str = "Erreur de saisie", **done: Any
) -> bytes:
    """The Parameters of ``$correct``: one box of line 1, unless *done* says otherwise."""
    bundle = json.loads(delivery(number, **{"at": NOW, **done}))
    lines = [{"name": "line", "resource": entry["resource"]} for entry in bundle["entry"]]
    return parameters(say("execution", f"{number}-E{rank}"), say("reason", reason), *lines)


def proposal(
    number: PrescriptionNumber, line: int | None = 1, text: str = "Passer au dosage de 250 mg"
) -> bytes:
    """The Parameters of ``$propose``."""
    named = [] if line is None else [say("line", number.line(line))]
    return parameters(*named, say("text", text))


def answer(
    number: PrescriptionNumber, place: int = 1, *, accepts: bool = True, text: str = ""
) -> bytes:
    """The Parameters of ``$reply``."""
    said = [] if not text else [say("text", text)]
    accepted = {"name": "accepts", "valueBoolean": accepts}
    return parameters(say("proposal", f"{number}-D{place}"), accepted, *said)


def extension_of(result: Any, name: str) -> list[Any]:
    """The extensions of a Task that are called *name*."""
    return [one for one in result.json.get("extension", []) if one["url"] == EXTENSION + name]


def outputs_of(result: Any, *kinds: str) -> list[Any]:
    """The outputs of a Task of some *kinds*, in order."""
    outputs = result.json.get("output", [])
    return [one for one in outputs if one["type"]["coding"][0]["code"] in kinds]
