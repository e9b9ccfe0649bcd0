import json

import pytest

from ordonnance.domain.reason import Nature, Reason
from ordonnance.domain.refusal import ALL_REASONS, Reasons, Refusal
from ordonnance.fhir import outcome


def test_a_refusal_tells_its_code_its_sentence_and_its_place():  # TLS-34
    refusal = Refusal(Reasons.DURATION_OR_QUANTITY_MISSING, "Bundle.entry[2].resource", line="3")

    assert json.loads(outcome.write(refusal)) == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "business-rule",
                "details": {
                    "coding": [
                        {
                            "system": "https://ordonnance.example/fhir/CodeSystem/refus",
                            "code": "DURATION_OR_QUANTITY_MISSING",
                        }
                    ],
                    "text": "Ligne 3 : indiquez une durée de traitement ou un nombre de boîtes.",
                },
                "expression": ["Bundle.entry[2].resource"],
            }
        ],
    }


def test_a_refusal_without_a_place_names_none():
    issue = json.loads(outcome.write(Refusal(Reasons.TOKEN_MISSING)))["issue"][0]

    assert "expression" not in issue


def test_what_the_professional_may_set_aside_is_marked():  # TLS-26
    refusal = Refusal(Reasons.EXPIRED, when="le lun. 1er nov. 2027")

    issue = json.loads(outcome.write(refusal))["issue"][0]

    assert [coding["code"] for coding in issue["details"]["coding"]] == ["EXPIRED", "OVERRIDABLE"]


@pytest.mark.parametrize(
    ("nature", "code"),
    [
        (Nature.MALFORMED, "structure"),
        (Nature.UNAUTHENTICATED, "login"),
        (Nature.FORBIDDEN, "forbidden"),
        (Nature.UNKNOWN, "not-found"),
        (Nature.CONFLICT, "conflict"),
        (Nature.TOO_LARGE, "too-long"),
        (Nature.MEDIA_TYPE, "not-supported"),
        (Nature.NOT_ACCEPTABLE, "not-supported"),
        (Nature.RULE, "business-rule"),
        (Nature.TOO_MANY, "throttled"),
        (Nature.BUSY, "transient"),
    ],
)
def test_each_nature_has_a_code_of_fhir(nature, code):
    refusal = Refusal(Reason("X", nature, "Non."))

    assert json.loads(outcome.write(refusal))["issue"][0]["code"] == code


def test_every_nature_was_looked_at():
    assert set(outcome.ISSUE_TYPE) == set(Nature)


@pytest.mark.parametrize("reason", ALL_REASONS, ids=lambda reason: reason.code)
def test_each_reason_can_be_written(reason):
    words = dict.fromkeys(
        ("problem", "line", "when", "until", "remaining", "asked", "limit", "allowed", "successor"),
        "{mot}",
    )

    issue = json.loads(outcome.write(Refusal(reason, **words)))["issue"][0]

    assert issue["details"]["coding"][0]["code"] == reason.code
    assert issue["details"]["text"].endswith(".")


def test_words_that_hold_braces_or_nul_are_said_as_they_are():
    refusal = Refusal(Reasons.ELEMENT_INVALID, "Bundle.{x}", problem='{problem} "\0"')

    issue = json.loads(outcome.write(refusal))["issue"][0]

    assert issue["expression"] == ["Bundle.{x}"]
    assert '{problem} "\0"' in issue["details"]["text"]


def test_a_failure_tells_its_reference_and_nothing_else():
    assert json.loads(outcome.write_failure("0af3")) == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "fatal",
                "code": "exception",
                "details": {
                    "text": "Le téléservice a rencontré une erreur. Renvoyez avec la même clé ; "
                    "si cela se répète, donnez au support la référence 0af3."
                },
            }
        ],
    }


def test_an_address_where_nothing_is():
    issue = json.loads(outcome.write_unknown("GET /fhir/Patient"))["issue"][0]

    assert issue["code"] == "not-found"
    assert "GET /fhir/Patient" in issue["details"]["text"]
