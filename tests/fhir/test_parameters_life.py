"""The Parameters of what happens to a prescription besides its executions and its end."""

import json

import pytest

from fhir.bodies import NUMBER, refusal_of
from ordonnance.fhir.parameters import (
    read_correction,
    read_nothing,
    read_proposal,
    read_reply,
)

DISPENSE = {
    "resourceType": "MedicationDispense",
    "status": "completed",
    "medicationCodeableConcept": {"text": "Médicament"},
    "quantity": {"value": 1},
    "whenHandedOver": "2026-11-23T10:00:00+01:00",
}
EXECUTION = {"name": "execution", "valueString": f" {NUMBER.lower()}-e1"}
REASON = {"name": "reason", "valueString": " Erreur de saisie "}
LINE = {"name": "line", "resource": DISPENSE}


def parameters(*parameter) -> bytes:
    return json.dumps({"resourceType": "Parameters", "parameter": list(parameter)}).encode()


@pytest.mark.parametrize("body", [b"", b" \r\n", parameters(), parameters(REASON)])
def test_nothing_is_asked_of_a_body_that_says_nothing(body):  # TLS-50
    assert read_nothing(body) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"null", "ELEMENT_INVALID"),
        (b"\xff", "BODY_MALFORMED"),
        (b'{"resourceType": "Task"}', "ELEMENT_INVALID"),
        (b" " * (256 * 1024) + b"{}", "BODY_TOO_LARGE"),
    ],
)
def test_a_body_that_says_something_says_it_in_parameters(body, code):  # TLS-50
    assert refusal_of(read_nothing, body).reason.code == code


def test_a_correction_is_read_with_its_acts():  # TLS-51
    name, reason, acts, resources = read_correction(parameters(EXECUTION, REASON, LINE, LINE))

    assert (name, reason) == (f"{NUMBER}-E1", "Erreur de saisie")
    assert [act.entry for act in acts] == [2, 3]
    assert json.loads(resources) == [DISPENSE, DISPENSE]


def test_an_act_may_point_to_a_medicine_beside_it():  # TLS-51
    medicine = {"resourceType": "Medication", "id": "m", "code": {"text": "Préparation"}}
    pointing = {**DISPENSE, "medicationReference": {"reference": "Medication/m"}}
    del pointing["medicationCodeableConcept"]

    _, _, [act], resources = read_correction(
        parameters(
            EXECUTION,
            {"name": "line", "resource": pointing},
            {"name": "line", "resource": medicine},
        )
    )

    assert act.label == "Préparation"
    assert json.loads(resources) == [pointing, medicine]


PLACE = "Parameters.parameter"


@pytest.mark.parametrize(
    ("given", "code", "where"),
    [
        ((REASON, LINE), "ELEMENT_MISSING", f"{PLACE}[name='execution'].valueString"),
        ((EXECUTION, REASON), "ELEMENT_MISSING", "Bundle.entry"),
        ((EXECUTION, {"name": "line"}), "ELEMENT_MISSING", f"{PLACE}[1].resource"),
        (
            (EXECUTION, {"name": "line", "valueString": "x"}),
            "ELEMENT_MISSING",
            f"{PLACE}[1].resource",
        ),
        (
            (EXECUTION, {"name": "line", "resource": {}}),
            "ELEMENT_MISSING",
            f"{PLACE}[1].resource.resourceType",
        ),
        (
            (EXECUTION, {"name": "line", "resource": {**DISPENSE, "status": "x"}}),
            "ELEMENT_INVALID",
            f"{PLACE}[1].resource.status",
        ),
        (
            (EXECUTION, {"name": "line", "resource": {**DISPENSE, "statut": "x"}}),
            "ELEMENT_INVALID",
            f"{PLACE}[1].resource.statut",
        ),
        (
            (EXECUTION, {"name": "line", "resource": {"resourceType": "Task"}}),
            "ELEMENT_INVALID",
            f"{PLACE}[1].resource.resourceType",
        ),
        (
            (EXECUTION, {**LINE, "modifierExtension": []}),
            "EXTENSION_UNKNOWN",
            "Parameters",
        ),
        ((EXECUTION, *[LINE] * 41), "BODY_TOO_LARGE", "Bundle.entry"),
    ],
)
def test_a_correction_that_cannot_be_read_names_its_place(given, code, where):  # TLS-51
    refusal = refusal_of(read_correction, parameters(*given))

    assert (refusal.reason.code, refusal.where) == (code, where)
    assert "Bundle" not in (refusal.within(PLACE).where or "")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (({"name": "text", "valueString": " dix lettres "},), (None, "dix lettres")),
        (
            (
                {"name": "line", "valueString": f"{NUMBER.lower()}-1 "},
                {"name": "text", "valueString": "dix lettres"},
            ),
            (f"{NUMBER}-1", "dix lettres"),
        ),
    ],
)
def test_read_proposal(given, read):  # TLS-54
    assert read_proposal(parameters(*given)) == read


@pytest.mark.parametrize(
    ("accepts", "text", "read"),
    [
        (True, None, (f"{NUMBER}-D1", True, "")),
        (False, " Non ", (f"{NUMBER}-D1", False, "Non")),
    ],
)
def test_read_reply(accepts, text, read):  # TLS-54
    said = [] if text is None else [{"name": "text", "valueString": text}]
    body = parameters(
        {"name": "proposal", "valueString": f"{NUMBER.lower()}-d1"},
        {"name": "accepts", "valueBoolean": accepts},
        *said,
    )

    assert read_reply(body) == read


def test_words_of_a_reply_have_a_limit():  # TLS-54
    body = parameters(
        {"name": "proposal", "valueString": "X"},
        {"name": "accepts", "valueBoolean": True},
        {"name": "text", "valueString": "x" * 2001},
    )

    assert refusal_of(read_reply, body).reason.code == "ELEMENT_INVALID"
