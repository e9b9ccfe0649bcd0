"""Real prescriptions of the French and European guides, issued and given back."""

from decimal import Decimal
import json
from typing import Any

import msgspec
import pytest

from builders import NOW, a_number
from ordonnance.simulation.population import DOCTOR, PHARMACIST

NUMBER_SYSTEM = "urn:oid:1.2.250.1.215.500.1.1"
PATIENT = {
    "resourceType": "Patient",
    "id": "test-patient",
    "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"}],
}
PRACTITIONER = {
    "resourceType": "Practitioner",
    "id": "test-practitioner",
    "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "10001045367"}],
}
POINTED = {
    "subject": {"reference": "Patient/test-patient"},
    "requester": {"reference": "Practitioner/test-practitioner"},
}

# What remains of each line just issued, where it says a duration; elsewhere, the one box added.
REMAINING = {
    "Bundle-HAS-22-Presc-Prednisolone": ["42 jour"],
    "Bundle-HAS-28-Presc-LOVENOX": ["10 jour"],
    "Bundle-HAS-32-2-Presc-ULTIBRO-BREEZ": ["30 jour"],
    "Bundle-MultiLine-Presc-METHOTREXATE-LEDERFOLINE": ["28 jour", "28 jour"],
    "Bundle-Presc-Betamethasone-ApplCut": ["5 jour"],
    "Bundle-Presc-CLARADOL-TL6h-MedCodeableConcept": ["5 jour"],
    "Bundle-Presc-Capecitabine-Dose-Calculee": ["14 jour"],
    "Bundle-Presc-EFFERALGAN": ["5 jour"],
    "Bundle-Presc-MV-PerfGl-NaCl-KCl": ["5 jour"],
    "Bundle-Presc-MiniperfCefotaxime-En20min-Pdt4j": ["4 jour"],
    "Bundle-Presc-Paracetamol": ["5 jour"],
    "Bundle-Presc-Paracetamol-DoseEvolutive": ["5 jour"],
    "Bundle-Presc-PerfGl-NaCl-KCl-1l": ["5 jour"],
    "Bundle-TradPN13FHIR-MultiLine-Presc-Alt-METFORMINE-GLICLAZIDE": ["29 jour", "29 jour"],
    "Bundle-TradPN13FHIR-Presc-Morphine-PCA": ["4 jour"],
    "Bundle-TradPN13FHIR-Presc-perfusion-6-composants": ["365 jour"],  # it has no end
}
# Three files do resolve to the patient they bear: of a false key, or without an INS.
REFUSED_AS_THEY_ARE = {
    "Bundle-TradPN13FHIR-MultiLine-Presc-Alt-METFORMINE-GLICLAZIDE": "INS_INVALID",
    "Bundle-TradPN13FHIR-Presc-Morphine-PCA": "INS_INVALID",
    "Bundle-TradPN13FHIR-Presc-perfusion-6-composants": "ELEMENT_MISSING",
}

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


def as_written(text: bytes | str) -> Any:
    """A JSON text with its numbers as they are written and its elements in their order."""
    return json.loads(
        text,
        parse_float=lambda number: ("number", number),
        parse_int=lambda number: ("number", number),
        object_pairs_hook=lambda pairs: ("object", *pairs),
    )


def lasts(line: dict[str, Any]) -> bool:
    """Whether a line says a quantity or a duration."""
    repeats = [
        dosage.get("timing", {}).get("repeat", {}) for dosage in line.get("dosageInstruction", [])
    ]
    has_bounds = any(name.startswith("bounds") for repeat in repeats for name in repeat)
    return has_bounds or "quantity" in line.get("dispenseRequest", {})


def prescribed(line: dict[str, Any], number: str, people: dict[str, Any]) -> dict[str, Any]:
    """A line of the guides made one of this number, written now."""
    group = {"system": NUMBER_SYSTEM, "value": number}
    made = {**line, "groupIdentifier": group, "authoredOn": NOW.isoformat(), **people}
    if not lasts(line):
        box = {"value": 1, "unit": "boîte"}
        made["dispenseRequest"] = {**line.get("dispenseRequest", {}), "quantity": box}
    return made


def wrap(resources: list[dict[str, Any]], number: str, people: dict[str, Any]) -> list[bytes]:
    """The texts of the resources of an issue: those of the guide, then the people."""
    return [
        _encode(
            prescribed(resource, number, people)
            if resource["resourceType"] == "MedicationRequest"
            else resource
        )
        for resource in [*resources, PATIENT, PRACTITIONER]
    ]


def bundle_of(texts: list[bytes]) -> bytes:
    entries = b",".join(b'{"resource":' + text + b"}" for text in texts)
    return b'{"resourceType":"Bundle","type":"collection","entry":[' + entries + b"]}"


def expected(texts: list[bytes], number: str) -> list[Any]:
    """What is to be given back: what was sent, each line with its own identifier."""
    given_back = []
    rank = 0
    for written in map(as_written, texts):
        if ("resourceType", "MedicationRequest") not in written:
            given_back.append(written)
            continue
        rank += 1
        own = ("object", ("system", NUMBER_SYSTEM), ("value", f"{number}-{rank}"))
        names = [name for name, _ in written[1:]]
        members = [
            (name, [*value, own] if name == "identifier" else value) for name, value in written[1:]
        ]
        added = [] if "identifier" in names else [("identifier", [own])]
        given_back.append(("object", *members, *added))
    return given_back


def issue_and_consult(service, resources, people) -> tuple[Any, list[Any], list[Any]]:
    """The Task of an issue, what a pharmacist is then given, and what they ought to be."""
    number = a_number()
    texts = wrap(resources, number.value, people)

    issued = service.send(
        "POST",
        "/fhir/Task/$issue",
        token=service.token(DOCTOR.claims),
        body=bundle_of(texts),
        key="issue",
    )
    consulted = service.send(
        "GET", f"/fhir/Task/{number}/$consult", token=service.token(PHARMACIST.claims)
    )

    if issued.status_code != 201:
        assert consulted.status_code == 404
        return issued.json, [], []
    [(_, entries)] = [member for member in as_written(consulted.text)[1:] if member[0] == "entry"]
    resources_given = [dict(entry[1:])["resource"] for entry in entries]
    return issued.json, resources_given[1:], expected(texts, number.value)


def remaining(task: dict[str, Any]) -> list[str]:
    """What remains of each line, in words."""
    quantities = [line["extension"][1]["valueQuantity"] for line in task["input"]]
    return [f"{quantity['value']} {quantity['unit']}" for quantity in quantities]


def french(shared) -> dict[str, list[dict[str, Any]]]:
    """The resources of each French example, by the name of its file."""
    folder = shared / "data" / "fhir" / "fr-eprescription"
    return {
        path.stem: [entry["resource"] for entry in _decode(path.read_bytes())["entry"]]
        for path in sorted(folder.glob("*.json"))
    }


def european(shared) -> dict[str, list[dict[str, Any]]]:
    """The resources of each European prescription, and beside each what it may point to."""
    folder = shared / "data" / "fhir" / "eu-mpd"
    files = {path.stem: _decode(path.read_bytes()) for path in sorted(folder.glob("*.json"))}
    beside = [
        files[name] for name in files if name.startswith(("Medication-", "Patient", "Practitioner"))
    ]
    return {
        name: [entry["resource"] for entry in content["entry"]]
        if content["resourceType"] == "Bundle"
        else [content, *beside]
        for name, content in files.items()
        if content["resourceType"] in ("Bundle", "MedicationRequest")
    }


def test_the_french_examples_are_issued_and_given_back(shared, service):  # TLS-18
    examples = french(shared)
    assert len(examples) == 29

    for name, resources in examples.items():
        task, given_back, sent = issue_and_consult(service, resources, POINTED)

        assert task["resourceType"] == "Task", (name, task)
        assert remaining(task) == REMAINING.get(name, ["1 boîte"]), name
        assert given_back == sent, name


def test_the_french_examples_are_taken_with_their_broken_references(shared, service):  # TLS-18
    for name, resources in french(shared).items():
        task, given_back, sent = issue_and_consult(service, resources, {})

        if name in REFUSED_AS_THEY_ARE:
            coding = task["issue"][0]["details"]["coding"]
            assert coding[0]["code"] == REFUSED_AS_THEY_ARE[name], name
        else:
            assert task["resourceType"] == "Task", (name, task)
            assert given_back == sent, name


def test_the_european_examples_are_issued_and_given_back(shared, service):  # TLS-18
    examples = european(shared)
    assert list(examples) == [
        "Bundle-100A-multiitem-prescription-with-orchestration",
        "MedicationRequest-100C-3-medication-prescription-request2",
        "MedicationRequest-200C-2-medication-prescription-request2",
        "MedicationRequest-400C-prescription-cefuroxime-singleline",
    ]

    for name, resources in examples.items():
        task, given_back, sent = issue_and_consult(service, resources, POINTED)

        assert task["resourceType"] == "Task", (name, task)
        assert given_back == sent, name


@pytest.mark.parametrize("number", ["72.50", "1.0", "1E-2", "0.1", "12345678901234567890"])
def test_numbers_are_compared_as_they_are_written(number):
    assert as_written(f'{{"value":{number}}}') == ("object", ("value", ("number", number)))
