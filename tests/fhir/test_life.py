"""Who is told what of leases and proposals, by the kinds they carry out."""

import json

import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PHARMACY,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    after,
    an_issued,
    execute,
    read,
)
from lives import correct, propose, release, reserve
from ordonnance.domain.answer import Answer
from ordonnance.domain.line import Kind
from ordonnance.fhir import task

EXTENSION = "https://ordonnance.example/fhir/StructureDefinition/"


def task_of(dossier, actor):
    answer = Answer(dossier=dossier, at=NOW, command=read(dossier.number, actor=actor))
    return json.loads(task.write(answer, lambda number, execution: execution.digest))


def told(dossier, actor):
    """The proposals that *actor* is told of, by their identifiers."""
    outputs = task_of(dossier, actor).get("output", [])
    return [one["valueIdentifier"]["value"][-2:] for one in outputs]


@pytest.fixture
def mixed():
    return an_issued(a_line(1), a_line(2, kind=Kind.NURSING))


def test_a_lease_is_told_to_those_whose_lines_it_keeps(mixed):  # TLS-50
    held = after(mixed, reserve(mixed.number))

    def leases(actor):
        extensions = task_of(held, actor).get("extension", [])
        return [one["extension"][1]["valueBoolean"] for one in extensions]

    assert (leases(PHARMACY), leases(OTHER_PHARMACY)) == ([True], [False])
    assert (leases(NURSE), leases(PRESCRIBER), leases(THE_PATIENT)) == ([], [], [])
    assert "extension" not in task_of(after(held, release(mixed.number)), PHARMACY)


def test_a_proposal_is_told_to_those_it_concerns(mixed):  # TLS-54, TLS-10
    number = mixed.number
    asked = after(
        mixed,
        propose(number, 1, key="1"),
        propose(number, 2, key="2", actor=NURSE),
        propose(number, None, key="3"),
        propose(number, None, key="4", actor=NURSE),
    )

    assert told(asked, PHARMACY) == ["D1", "D3"]
    assert told(asked, NURSE) == ["D2", "D4"]
    assert told(asked, PRESCRIBER) == told(asked, THE_PATIENT) == ["D1", "D2", "D3", "D4"]


def test_a_corrected_execution_shows_the_correction_in_its_place():  # TLS-51
    dossier = an_issued(a_line(boxes=2))
    number = dossier.number
    command = correct(number)
    corrected = after(dossier, execute(number), execute(number, key="second"), command)

    outputs = task_of(corrected, PHARMACY)["output"]
    answer = Answer(dossier=corrected, at=NOW, command=read(number))
    bundle = json.loads(task.write_bundle(answer, lambda *_: ""))

    assert outputs[0]["valueIdentifier"]["value"] == f"{number.value}-E1"
    assert outputs[1]["valueString"] == command.digest
    assert outputs[2]["valueIdentifier"]["value"] == f"{number.value}-E2"
    assert bundle["entry"][1]["resource"] == {
        "resourceType": "MedicationDispense",
        "identifier": [
            {
                "system": "https://ordonnance.example/fhir/NamingSystem/execution",
                "value": f"{number.value}-E1",
            }
        ],
    }
