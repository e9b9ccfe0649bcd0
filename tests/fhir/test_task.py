from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
import json

import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    a_number,
    a_prescription,
    after,
    an_act,
    an_issued,
    cancel,
    execute,
    issue,
    later,
    not_delivered,
    read,
    undo,
)
from ordonnance.domain.answer import Answer
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Caveat, CaveatCode
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.fhir import task

NUMBER = PrescriptionNumber("012J0000000000005Z")
EXTENSION = "https://ordonnance.example/fhir/StructureDefinition/"


def sign(number, execution):
    """A receipt that anybody can read."""
    return f"receipt of {number.value}-E{execution.rank}"


def numbered(*lines, **more):
    """The dossier of the same prescription each time."""
    prescription = a_prescription(NUMBER, *lines, **more)
    return after(Dossier(number=NUMBER), issue(prescription))


def task_of(dossier, *, actor=PHARMACY, at=NOW):
    answer = Answer(dossier=dossier, at=at, command=read(dossier.number, actor=actor))
    return json.loads(task.write(answer, sign))


def resources_of(dossier, *, actor=PHARMACY, at=NOW):
    answer = Answer(dossier=dossier, at=at, command=read(dossier.number, actor=actor))
    bundle = json.loads(task.write_bundle(answer, sign))
    return bundle, [entry["resource"] for entry in bundle["entry"]]


def test_the_task_of_a_prescription_just_issued():  # TLS-33
    assert task_of(numbered()) == {
        "resourceType": "Task",
        "id": "012J0000000000005Z",
        "meta": {"versionId": "1", "lastUpdated": "2026-11-23T09:00:00.000Z"},
        "groupIdentifier": {
            "system": "urn:oid:1.2.250.1.215.500.1.1",
            "value": "012J0000000000005Z",
        },
        "status": "requested",
        "businessStatus": {
            "coding": [
                {
                    "system": "https://ordonnance.example/fhir/CodeSystem/statut",
                    "code": "A_EXECUTER",
                }
            ]
        },
        "intent": "order",
        "for": {
            "type": "Patient",
            "identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"},
        },
        "authoredOn": "2026-11-23T09:00:00+00:00",
        "requester": {
            "type": "Practitioner",
            "identifier": {"system": "https://rpps.esante.gouv.fr", "value": "10001045367"},
            "display": "Dr Camille Essai",
        },
        "restriction": {
            "period": {"start": "2026-11-23T09:00:00+00:00", "end": "2027-11-24T00:00:00+01:00"}
        },
        "input": [
            {
                "extension": [
                    {"url": f"{EXTENSION}line-status", "valueCode": "A_EXECUTER"},
                    {
                        "url": f"{EXTENSION}remaining",
                        "valueQuantity": {
                            "value": 1,
                            "unit": "boîte",
                            "system": "http://standardterms.edqm.eu",
                            "code": "30009000",
                        },
                    },
                    {"url": f"{EXTENSION}kind", "valueCode": "MEDICAMENT"},
                ],
                "type": {
                    "coding": [
                        {
                            "system": "https://ordonnance.example/fhir/CodeSystem/tache",
                            "code": "line",
                        }
                    ]
                },
                "valueReference": {
                    "identifier": {
                        "system": "urn:oid:1.2.250.1.215.500.1.1",
                        "value": "012J0000000000005Z-1",
                    },
                    "display": "Médicament 1",
                },
            }
        ],
    }


def test_days_are_told_as_days():  # TLS-33
    line = task_of(numbered(a_line(boxes=None, days=10)))["input"][0]

    assert line["extension"][1]["valueQuantity"] == {
        "value": 10,
        "unit": "jour",
        "system": "http://unitsofmeasure.org",
        "code": "d",
    }


@pytest.mark.parametrize(
    ("value", "written"),
    [("2", "2"), ("2.0", "2"), ("20", "20"), ("0", "0"), ("0.50", "0.5"), ("1E+1", "10")],
)
def test_as_written(value, written):
    assert f"{task.as_written(Decimal(value))}" == written


def test_a_quantity_is_written_as_a_number():
    line = replace(a_line(), quantity=Decimal("1.50"))
    answer = Answer(dossier=numbered(line), at=NOW, command=read(NUMBER))

    assert b'"valueQuantity":{"value":1.5,' in task.write(answer, sign)


def cancelled_after_one():
    dossier = an_issued(a_line(boxes=2))
    return after(dossier, execute(dossier.number), cancel(dossier.number))


def waiting():
    number = a_number()
    return after(Dossier(number=number), execute(number, an_act(number, deferred="Panne")))


def with_acts(*lines):
    """A dossier, and what to do about it, from its number."""
    dossier = an_issued(*lines)
    return dossier, dossier.number


def started():
    dossier, number = with_acts(a_line(boxes=2))
    return after(dossier, execute(number))


def executed():
    dossier, number = with_acts(a_line())
    return after(dossier, execute(number))


def cancelled():
    dossier, number = with_acts(a_line())
    return after(dossier, cancel(number))


def refused_by_patient():
    dossier, number = with_acts(a_line())
    return after(dossier, execute(number, not_delivered(number)))


@pytest.mark.parametrize(
    ("dossier", "at", "status", "business", "lines"),
    [
        (an_issued(a_line()), NOW, "requested", "A_EXECUTER", ["A_EXECUTER"]),
        (started(), NOW, "in-progress", "EN_COURS", ["EN_COURS"]),
        (refused_by_patient(), NOW, "in-progress", "EN_COURS", ["NON_DELIVREE"]),
        (executed(), NOW, "completed", "EXECUTEE", ["TERMINEE"]),
        (cancelled(), NOW, "cancelled", "ANNULEE", ["ANNULEE"]),
        (cancelled_after_one(), NOW, "completed", "EXECUTEE", ["ANNULEE"]),
        (an_issued(a_line()), later(days=366), "failed", "EXPIREE", ["EXPIREE"]),
        (started(), later(days=366), "completed", "EXECUTEE", ["EXPIREE"]),
    ],
)
def test_where_a_prescription_stands(dossier, at, status, business, lines):  # TLS-22, TLS-23
    told = task_of(dossier, at=at)

    assert told["status"] == status
    assert told["businessStatus"]["coding"][0]["code"] == business
    assert [line["extension"][0]["valueCode"] for line in told["input"]] == lines


def test_an_execution_that_waits_for_its_prescription():  # TLS-27
    told = task_of(waiting())

    assert (told["status"], told["businessStatus"]["coding"][0]["code"]) == (
        "received",
        "EN_ATTENTE",
    )
    assert not {"for", "requester", "authoredOn", "restriction", "input"} & set(told)


def test_a_version_counts_the_facts():
    dossier, number = with_acts(a_line(boxes=3))
    once = after(dossier, execute(number, key="1"), at=later(minutes=1))
    undone = after(once, undo(number, f"{number}-E1"), at=later(minutes=2))

    assert task_of(dossier)["meta"]["versionId"] == "1"
    assert task_of(once)["meta"] == {"versionId": "2", "lastUpdated": "2026-11-23T09:01:00.000Z"}
    assert task_of(undone)["meta"] == {"versionId": "3", "lastUpdated": "2026-11-23T09:02:00.000Z"}
    assert task_of(waiting())["meta"]["versionId"] == "1"


def output(kind, **value):
    coding = {"system": "https://ordonnance.example/fhir/CodeSystem/tache", "code": kind}
    return {"type": {"coding": [coding]}, **value}


EXECUTION = output(
    "execution",
    valueIdentifier={
        "system": "https://ordonnance.example/fhir/NamingSystem/execution",
        "value": "012J0000000000005Z-E1",
    },
)
RECEIPT = output("receipt", valueString="receipt of 012J0000000000005Z-E1")


@pytest.mark.parametrize(
    ("actor", "outputs"),
    [
        (PHARMACY, [EXECUTION, RECEIPT]),
        (OTHER_PHARMACY, [EXECUTION]),
        (PRESCRIBER, [EXECUTION]),
        (THE_PATIENT, [EXECUTION]),
    ],
)
def test_a_receipt_goes_to_the_site_that_recorded(actor, outputs):  # TLS-36
    dossier = after(numbered(), execute(NUMBER))

    assert task_of(dossier, actor=actor)["output"] == outputs


def test_an_execution_taken_back_is_told_no_more():  # TLS-29
    dossier = after(numbered(), execute(NUMBER), undo(NUMBER, f"{NUMBER}-E1"))

    assert "output" not in task_of(dossier)


def test_warnings_are_told_once_each_by_code_and_in_french():  # TLS-33
    number = a_number()
    prescription = a_prescription(
        number, a_line(boxes=None, days=365, is_open=True), a_line(2, boxes=3)
    )
    dossier = after(Dossier(number=number), issue(prescription))
    site = replace(PHARMACY, am=type(PHARMACY.am)("332000012"))  # its key is wrong
    twice = after(
        dossier,
        execute(number, an_act(number, 2), key="1", actor=site),
        execute(number, an_act(number, 2), key="2", actor=site),
    )

    assert task_of(twice)["note"] == [
        {
            "extension": [{"url": f"{EXTENSION}warning", "valueCode": "DURATION_OPEN"}],
            "text": "Ligne 1 : ni durée ni nombre de boîtes ne peut être compté. "
            "Les droits courent jusqu’à la fin de validité.",
        },
        {
            "extension": [{"url": f"{EXTENSION}warning", "valueCode": "AM_KEY_DOUBTFUL"}],
            "text": "La clé du numéro AM du site paraît fausse : vérifiez-le auprès de votre "
            "éditeur.",
        },
    ]
    assert "note" not in task_of(numbered())


@pytest.mark.parametrize("code", CaveatCode)
def test_each_warning_has_its_sentence(code):
    written = task.write_caveat(Caveat(code, 3))

    assert written["text"].endswith(".")
    assert "{" not in written["text"]


def test_instants_are_told_in_utc():
    at = datetime(2026, 11, 23, 10, 0, 0, 123_999, tzinfo=UTC)

    assert task.write_instant(at) == "2026-11-23T10:00:00.123Z"


LINE = b'{"resourceType":"MedicationRequest", "dose" : 72.50,"x":"\\u00e0"}'
DISPENSE = b'{"resourceType":"MedicationDispense","quantity":{"value":1.0}, "note" : [ ]}'
MEDICATION = b'{ "resourceType" : "Medication" }'


def test_a_consultation_gives_the_task_then_what_came_in():
    issued = issue(a_prescription(NUMBER, a_line(boxes=3)))
    delivered = replace(execute(NUMBER, key="1"), resources=b"[" + DISPENSE + b"]")
    again = replace(
        execute(NUMBER, key="2"), resources=b"[" + MEDICATION + b" , " + DISPENSE + b"]"
    )
    dossier = after(
        Dossier(number=NUMBER), replace(issued, resources=b"[" + LINE + b"]"), delivered, again
    )
    answer = Answer(dossier=dossier, at=NOW, command=read(NUMBER))

    text = task.write_bundle(answer, sign)

    identifier = b'"identifier":[{"system":"https://ordonnance.example/fhir/NamingSystem/execution"'
    dispense = DISPENSE[:-1].replace(b', "note" : [ ]', b',"note":[ ],') + identifier
    head, _, entries = text.partition(b'},{"resource":')
    assert head.startswith(
        b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Task",'
    )
    assert entries == (
        LINE
        + b'},{"resource":'
        + dispense
        + b',"value":"012J0000000000005Z-E1"}]}},{"resource":'
        + MEDICATION
        + b'},{"resource":'
        + dispense
        + b',"value":"012J0000000000005Z-E2"}]}}]}'
    )


def test_a_consultation_keeps_what_was_taken_back_to_itself():
    delivered = replace(execute(NUMBER), resources=b"[" + DISPENSE + b"]")
    dossier = after(numbered(), delivered, undo(NUMBER, f"{NUMBER}-E1"))

    _, resources = resources_of(dossier)

    assert [resource["resourceType"] for resource in resources] == ["Task"]


def test_a_consultation_while_the_prescription_is_awaited():
    number = a_number()
    act = an_act(number, deferred="Panne de réseau")
    delivered = replace(execute(number, act), resources=b"[" + DISPENSE + b"]")
    dossier = after(Dossier(number=number), delivered)

    bundle, resources = resources_of(dossier)

    assert bundle["type"] == "collection"
    assert [resource["resourceType"] for resource in resources] == ["Task", "MedicationDispense"]


def test_the_task_of_a_replay_is_the_first_one():  # TLS-12
    dossier, number = with_acts(a_line(boxes=2))
    first = decide(dossier, execute(number, key="1"), NOW).answer
    act = an_act(number, handed_over_at=later(hours=1))
    second = after(first.dossier, execute(number, act, key="2"), at=later(hours=1))

    replayed = decide(second, execute(number, key="1"), later(days=3)).answer

    assert task.write(replayed, sign) == task.write(first, sign)
