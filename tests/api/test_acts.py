"""Sessions, examinations and devices through HTTP, on both engines."""

import os

import pytest

from acts import (
    LAB,
    OTHER_PHYSIO,
    OURS,
    PHYSIO,
    SUPPLIER,
    a_procedure,
    a_supply_delivery,
    device,
    exam,
    sent,
    sessions,
    why,
)
from api.papers import delivery, regret
from api.services import THE_PATIENT, code_of, sentence_of, told
from builders import NOW, a_line, a_number, a_prescription, issue, later
from ordonnance.domain.line import Kind
from ordonnance.simulation.population import DOCTOR, NURSE, PHARMACIST
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.settlement import Received, Settlement

HERE = "Bundle.entry[0].resource"
UCUM = "http://unitsofmeasure.org"


def claims_of(actor):
    """What the token of *actor* says."""
    said = {"role": actor.role.value, "profession": actor.profession.value, "am": actor.am.value}
    return {**said, "lab": True} if actor.is_laboratory else said


KINE, OTHER_KINE, LABORATORY, LPP = map(claims_of, (PHYSIO, OTHER_PHYSIO, LAB, SUPPLIER))


@pytest.fixture
def ordered(service):
    """Issues a prescription of *lines*, of any kind, and gives its number."""

    def order(*lines):
        prescription = a_prescription(a_number(), *lines, prescriber=DOCTOR.rpps)
        database = connect(service.settings.database)
        try:
            settlement = Settlement(database, PlainSeal(), os.urandom)
            [outcome] = settlement.settle([Received(issue(prescription), NOW)])
        finally:
            database.close()
        assert outcome.dossier.issued is not None
        return prescription.number

    return order


def input_of(result, line=1):
    """The extensions of a line of the Task, by name; several of one name are not expected."""
    extensions = result.json["input"][line - 1]["extension"]
    return {extension["url"].rpartition("/")[2]: extension for extension in extensions}


def stands(result, line=1):
    """The status of a line, what remains of it, its stage."""
    said = input_of(result, line)
    return (
        said["line-status"]["valueCode"],
        said["remaining"]["valueQuantity"]["value"],
        said.get("stage", {}).get("valueCode"),
    )


def session_of(result):
    """Session k of N, as the Task tells it."""
    parts = input_of(result)["session"]["extension"]
    return {part["url"]: part["valueInteger"] for part in parts}


def test_a_series_is_told_session_by_session(service, ordered):  # TLS-46
    number = ordered(sessions(2))

    first = service.act(number, "execute", sent(a_procedure(number)), claims=KINE, key="1")
    last = service.act(number, "execute", sent(a_procedure(number)), claims=OTHER_KINE, key="2")
    third = service.act(number, "execute", sent(a_procedure(number)), claims=KINE, key="3")

    assert first.status_code == last.status_code == 201
    assert input_of(first)["remaining"]["valueQuantity"] == {
        "value": 1,
        "unit": "séance",
        "system": UCUM,
        "code": "{session}",
    }
    assert (stands(first), session_of(first)) == (
        ("EN_COURS", 1, None),
        {"done": 1, "planned": 2},
    )
    assert (stands(last), session_of(last)) == (
        ("TERMINEE", 0, None),
        {"done": 2, "planned": 2},
    )
    assert last.json["businessStatus"]["coding"][0]["code"] == "EXECUTEE"
    assert told(third) == (409, ["RIGHTS_EXHAUSTED", "OVERRIDABLE"], HERE)
    assert "il reste 0 séance, vous en délivrez 1 séance" in sentence_of(third)


def test_a_series_without_a_number_tells_the_sessions_done(service, ordered):  # TLS-46
    number = ordered(sessions(None, days=30))

    done = service.act(number, "execute", sent(a_procedure(number)), claims=KINE)

    assert input_of(done)["remaining"]["valueQuantity"]["code"] == "d"
    assert session_of(done) == {"done": 1}


def test_a_series_is_interrupted_resumed_and_ended(service, ordered):  # TLS-47
    number = ordered(sessions(12))
    happened = [
        a_procedure(number),
        a_procedure(number, status="on-hold", statusReason=why("PATIENT_HOSPITALISE")),
        a_procedure(number),
        a_procedure(number, status="stopped", statusReason=why("OBJECTIF_ATTEINT")),
    ]

    answers = [
        service.act(number, "execute", sent(resource), claims=KINE, key=str(key))
        for key, resource in enumerate(happened)
    ]

    assert [stands(answer) for answer in answers] == [
        ("EN_COURS", 11, None),
        ("EN_COURS", 11, "INTERROMPUE"),
        ("EN_COURS", 10, None),
        ("TERMINEE", 0, "FIN_DE_SERIE"),
    ]
    reopened = service.act(number, "undo", regret(number, 4), claims=KINE, key="undo")
    assert stands(reopened) == ("EN_COURS", 10, None)


def test_the_last_session_may_end_the_series(service, ordered):  # TLS-47
    number = ordered(sessions(12))
    last = a_procedure(number, extension=[{"url": f"{OURS}last", "valueBoolean": True}])

    done = service.act(number, "execute", sent(last), claims=KINE)

    assert (stands(done), session_of(done)["done"]) == (("TERMINEE", 0, "FIN_DE_SERIE"), 1)


def test_a_laboratory_takes_a_sample_and_tells_what_it_did(service, ordered):  # TLS-48
    number = ordered(exam(1), exam(2), exam(3))
    sampled = [a_procedure(number, line, status="preparation") for line in (1, 2, 3)]
    told_of = [
        a_procedure(number, 1),
        a_procedure(number, 2, status="not-done", statusReason=why("PRELEVEMENT_NON_CONFORME")),
        a_procedure(
            number,
            3,
            status="not-done",
            statusReason=why("TRANSMIS"),
            extension=[{"url": f"{OURS}passedTo", "valueString": "Laboratoire du Fleuve"}],
        ),
    ]

    first = service.act(number, "execute", sent(*sampled), claims=LABORATORY, key="1")
    second = service.act(number, "execute", sent(*told_of), claims=LABORATORY, key="2")

    assert [stands(first, line) for line in (1, 2, 3)] == [("EN_COURS", 1, "PRELEVE")] * 3
    assert stands(second, 1) == ("TERMINEE", 0, None)
    assert stands(second, 2)[:2] == ("EN_COURS", 1)
    assert stands(second, 3) == ("EN_COURS", 1, "TRANSMIS")
    assert "session" not in input_of(second)
    assert input_of(second)["remaining"]["valueQuantity"] == {
        "value": 0,
        "unit": "examen",
        "system": UCUM,
        "code": "{exam}",
    }
    assert second.json["businessStatus"]["coding"][0]["code"] == "EN_COURS"


def test_a_device_is_delivered_and_comes_back_as_it_was_sent(service, ordered):  # TLS-45
    number = ordered(device(2))
    bed = {"resourceType": "Device", "id": "d", "type": {"text": "Attelle"}}
    supply = a_supply_delivery(number)
    supply["suppliedItem"] = {"quantity": {"value": 1}, "itemReference": {"reference": "Device/d"}}

    done = service.act(number, "execute", sent(bed, supply), claims=LPP)
    consulted = service.read(number, claims=LPP, whole=True).json["entry"]

    assert stands(done) == ("EN_COURS", 1, None)
    assert input_of(done)["remaining"]["valueQuantity"]["code"] == "30009000"
    assert [entry["resource"] for entry in consulted][-2:] == [
        bed,
        {
            **supply,
            "identifier": [
                {
                    "system": "https://ordonnance.example/fhir/NamingSystem/execution",
                    "value": f"{number}-E1",
                }
            ],
        },
    ]


def test_a_device_is_not_delivered_for_a_reason(service, ordered):  # TLS-45
    number = ordered(device(2))
    supply = a_supply_delivery(number, status="abandoned", suppliedItem=...)
    supply["extension"].append({"url": f"{OURS}reason", "valueCode": "RUPTURE"})

    done = service.act(number, "execute", sent(supply), claims=PHARMACIST.claims)

    assert stands(done) == ("NON_DELIVREE", 2, None)


def test_each_profession_carries_out_its_lines_of_a_mixed_prescription(
    service, ordered
):  # TLS-10, TLS-45
    number = ordered(a_line(1), device(1, 2), exam(3), sessions(3, 4, kind=Kind.NURSING))
    pharmacy = delivery(number)
    supply = sent(a_supply_delivery(number, 2))
    analysis, care = sent(a_procedure(number, 3)), sent(a_procedure(number, 4))

    assert code_of(service.act(number, "execute", care, claims=LABORATORY)) == "KIND_NOT_ALLOWED"
    for key, (body, claims) in enumerate(
        [
            (pharmacy, PHARMACIST.claims),
            (supply, LPP),
            (analysis, LABORATORY),
            (care, NURSE.claims),
        ]
    ):
        last = service.act(number, "execute", body, claims=claims, key=str(key))
        assert last.status_code == 201

    seen = service.read(number, claims=DOCTOR.claims)
    assert [stands(seen, line)[0] for line in (1, 2, 3, 4)] == [
        "TERMINEE",
        "TERMINEE",
        "TERMINEE",
        "EN_COURS",
    ]


def test_the_wrong_resource_is_told_which_one_to_send(service, ordered):  # TLS-45
    number = ordered(device(2))

    refused = service.act(number, "execute", delivery(number))

    assert told(refused) == (400, ["ELEMENT_INVALID"], f"{HERE}.resourceType")
    assert sentence_of(refused) == (
        "Un élément n’a pas la forme attendue : la ligne 1 s’exécute par SupplyDelivery, pas par "
        "MedicationDispense. Corrigez-le et renvoyez."
    )
    assert service.read(number).headers["etag"] == 'W/"1"'


def test_a_session_for_somebody_else_is_refused(service, ordered):  # TLS-45
    number = ordered(sessions())
    marc = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "255081416802538"}
    other = a_procedure(number, subject={"identifier": marc})

    refused = service.act(number, "execute", sent(other), claims=KINE)

    assert told(refused) == (409, ["PATIENT_MISMATCH"], f"{HERE}.subject")


def test_a_session_sent_twice_counts_once(service, ordered):  # TLS-12, TLS-46
    number = ordered(sessions(3))
    body = sent(a_procedure(number))

    first = service.act(number, "execute", body, claims=KINE)
    again = service.act(number, "execute", body, claims=KINE)

    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert session_of(service.read(number, claims=THE_PATIENT)) == {"done": 1, "planned": 3}


def test_a_session_may_come_before_its_prescription(service):  # TLS-27, TLS-49
    number = a_number()
    late = a_procedure(
        number,
        performedDateTime=later(hours=-2).isoformat(),
        extension=[{"url": f"{OURS}deferred", "valueString": "Tournée sans réseau"}],
    )

    awaited = service.act(number, "execute", sent(late), claims=NURSE.claims)
    by_a_pharmacist = service.act(number, "execute", sent(late), key="other")

    assert awaited.status_code == 202
    assert service.read(number, claims=NURSE.claims).status_code == 200
    assert code_of(by_a_pharmacist) == "KIND_NOT_ALLOWED"


def test_the_statement_names_what_executions_are_said_with(service):  # TLS-45
    [server] = service.send("GET", "/fhir/metadata").json["rest"]

    kinds = {resource["type"] for resource in server["resource"]}
    assert {"MedicationDispense", "SupplyDelivery", "Procedure"} <= kinds
