"""Each code that an issue and any body meet, reached over HTTP; and nothing is written."""

from datetime import timedelta

import pytest

from api.papers import ordonnance, spoil
from api.services import sentence_of, told
from builders import NOW, a_number, later
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.simulation.population import DOCTOR, PHARMACIST

LAST = "Bundle.entry[2].resource"

# An ordonnance spoilt, what it is refused for, where, and the words that say so.
ISSUES = [
    (lambda line: line.pop("status"), 400, "ELEMENT_MISSING", f"{LAST}.status", "Il manque un"),
    (
        lambda line: line.update(status="draft"),
        400,
        "ELEMENT_INVALID",
        f"{LAST}.status",
        "status (valeur inconnue 'draft')",
    ),
    (
        lambda line: line["groupIdentifier"].update(value="123"),
        400,
        "NUMBER_MALFORMED",
        f"{LAST}.groupIdentifier.value",
        "Ce n’est pas un numéro d’ordonnance",
    ),
    (
        lambda line: line.update(authoredOn="2026-10-31T23:59:59+01:00"),
        422,
        "NUMBER_MONTH_INVALID",
        "Bundle.entry.resource.authoredOn",
        "Le mois inscrit dans le numéro n’est pas celui",
    ),
    (
        lambda line: line.update(authoredOn=(NOW + timedelta(minutes=6)).isoformat()),
        422,
        "DATE_IN_FUTURE",
        "Bundle.entry.resource.authoredOn",
        "La date est dans le futur.",
    ),
    (
        lambda line: line.update(
            subject={
                "identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518988"}
            }
        ),
        422,
        "INS_INVALID",
        "Bundle.entry.resource.subject.identifier[0].value",
        "L’INS n’est pas valable",
    ),
    (
        lambda line: line["medicationCodeableConcept"]["coding"][0].update(code="3400933857043"),
        422,
        "CIP_INVALID",
        f"{LAST}.medicationCodeableConcept",
        "Le code CIP13 n’est pas valable",
    ),
    (
        lambda line: line["dispenseRequest"]["quantity"].update(value=-1),
        422,
        "QUANTITY_INVALID",
        f"{LAST}.dispenseRequest.quantity",
        "La quantité n’est pas un nombre de boîtes",
    ),
    (
        lambda line: line.pop("dispenseRequest"),
        422,
        "DURATION_OR_QUANTITY_MISSING",
        LAST,
        "Ligne 1 : indiquez une durée de traitement ou un nombre de boîtes.",
    ),
    (
        lambda line: line.update(modifierExtension=[]),
        422,
        "EXTENSION_UNKNOWN",
        LAST,
        "L’envoi porte une extension qui change le sens",
    ),
]


@pytest.mark.parametrize(("change", "status", "code", "place", "words"), ISSUES)
def test_an_issue_refused_leaves_nothing(service, change, status, code, place, words):  # TLS-34
    held = service.count_rows()

    refused = service.issue(spoil(ordonnance(a_number()), change))

    assert told(refused) == (status, [code], place)
    assert words in sentence_of(refused)
    assert service.count_rows() == held


def test_a_prescriber_s_wrong_number_is_refused(service):  # TLS-5
    body = ordonnance(a_number()).replace(b"10001045367", b"10001045368")

    refused = service.issue(body)

    assert told(refused) == (
        422,
        ["RPPS_INVALID"],
        "Bundle.entry[1].resource.identifier[0].value",
    )


@pytest.mark.parametrize(
    ("body", "status", "code", "words"),
    [
        (b"", 400, "BODY_MALFORMED", "il est coupé avant sa fin"),
        (b'{"resourceType":', 400, "BODY_MALFORMED", "il est coupé avant sa fin"),
        (b"\xff", 400, "BODY_MALFORMED", "erreur à l’octet 0"),
        (b"[" * 33, 413, "BODY_TOO_LARGE", "32 niveaux au plus"),
        (b" " * (256 * 1024 + 1), 413, "BODY_TOO_LARGE", "256 Kio au plus"),
    ],
)
@pytest.mark.parametrize("operation", ["issue", "execute", "undo", "cancel"])
def test_a_body_that_is_none_is_refused(service, operation, body, status, code, words):  # TLS-17
    claims = DOCTOR.claims if operation in ("issue", "cancel") else PHARMACIST.claims
    number = "" if operation == "issue" else f"{a_number()}/"
    held = service.count_rows()

    refused = service.send(
        "POST", f"/fhir/Task/{number}${operation}", token=service.token(claims), body=body, key="k"
    )

    assert told(refused) == (status, [code], None)
    assert words in sentence_of(refused)
    assert service.count_rows() == held


def test_a_number_of_another_month_is_refused_before_it_is_looked_up(service):  # TLS-2
    number = PrescriptionNumber.mint(later(days=60).date(), 12)

    assert told(service.issue(ordonnance(number)))[1] == ["NUMBER_MONTH_INVALID"]
