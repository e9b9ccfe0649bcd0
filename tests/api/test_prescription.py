from datetime import datetime, timedelta
import json

import pytest

from api.papers import AMOXICILLIN, ONE_BOX, TWO_BOXES, cancelling, delivery, ordonnance, spoil
from api.services import THE_PATIENT
from builders import NOW, a_number
from ordonnance.domain.days import PARIS
from ordonnance.simulation.papers import Ordered
from ordonnance.simulation.population import DOCTOR, PHARMACIST

FHIR_JSON = "application/fhir+json; charset=utf-8"


def test_an_issue_answers_201_and_the_task(service):  # TLS-18, TLS-33
    number = a_number()

    issued = service.issue(ordonnance(number))

    assert issued.status_code == 201
    assert issued.headers["location"] == f"/fhir/Task/{number}"
    assert issued.headers["etag"] == 'W/"1"'
    assert issued.headers["cache-control"] == "no-store"
    assert issued.headers["content-type"] == FHIR_JSON
    assert "idempotent-replayed" not in issued.headers
    assert (issued.json["resourceType"], issued.json["id"]) == ("Task", number.value)
    assert issued.json["businessStatus"]["coding"][0]["code"] == "A_EXECUTER"
    assert issued.json["meta"]["lastUpdated"] == "2026-11-23T09:00:00.000Z"


def test_a_reading_answers_200_and_the_task_as_it_stands(service):  # TLS-33
    number = a_number()
    issued = service.issue(ordonnance(number))

    read = service.read(number)

    assert read.status_code == 200
    assert read.headers["etag"] == 'W/"1"'
    assert read.headers["cache-control"] == "no-store"
    assert read.headers["content-type"] == FHIR_JSON
    assert "location" not in read.headers
    assert read.content == issued.content


def test_a_consultation_gives_the_resources_as_they_came_in(service):  # TLS-18
    number = a_number()
    sent = ordonnance(number, TWO_BOXES, ONE_BOX)
    service.issue(sent)

    consulted = service.read(number, whole=True)

    assert consulted.status_code == 200
    assert consulted.headers["etag"] == 'W/"1"'
    assert consulted.headers["content-type"] == FHIR_JSON
    assert (consulted.json["resourceType"], consulted.json["type"]) == ("Bundle", "collection")
    task, *resources = [entry["resource"] for entry in consulted.json["entry"]]
    assert task == service.read(number).json
    wanted = [entry["resource"] for entry in json.loads(sent)["entry"]]
    for rank, line in enumerate(wanted[2:], start=1):
        line["identifier"] = [
            {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": f"{number}-{rank}"}
        ]
    assert resources == wanted


def test_a_consultation_gives_what_was_delivered_and_its_identifier(service):
    number = a_number()
    sent = delivery(number)
    service.issue(ordonnance(number))
    service.act(number, "execute", sent)

    consulted = service.read(number, whole=True, claims=DOCTOR.claims)

    [delivered] = [entry["resource"] for entry in json.loads(sent)["entry"]]
    assert consulted.json["entry"][-1]["resource"] == {
        **delivered,
        "identifier": [
            {
                "system": "https://ordonnance.example/fhir/NamingSystem/execution",
                "value": f"{number}-E1",
            }
        ],
    }


def test_each_reading_leaves_a_journal_entry_and_no_fact(service):
    number = a_number()
    service.issue(ordonnance(number))
    prescriptions, patients, facts, entries = service.count_rows()

    service.read(number)
    service.read(number, whole=True)

    assert service.count_rows() == (prescriptions, patients, facts, entries + 2)


def test_a_number_is_read_as_people_write_it(service):
    number = a_number()
    service.issue(ordonnance(number))

    for written in (number.value.lower(), number.grouped.replace(" ", "-")):
        assert service.read(written).json["id"] == number.value


def test_a_line_that_comes_with_a_code_and_no_words_is_named(service):  # TLS-9
    number = a_number()
    body = spoil(ordonnance(number), lambda line: line["medicationCodeableConcept"].pop("text"))

    issued = service.issue(body)

    named = issued.json["input"][0]["valueReference"]["display"]
    assert named == "AMOXICILLINE BIOGARAN 500 mg, gélule"


def test_a_line_without_a_count_is_taken_with_a_warning(service):
    number = a_number()
    tablets = {"value": 30, "unit": "gélule"}
    body = spoil(ordonnance(number), lambda line: line["dispenseRequest"].update(quantity=tablets))

    issued = service.issue(body)

    assert issued.status_code == 201
    [note] = issued.json["note"]
    assert note["extension"][0]["valueCode"] == "DURATION_OPEN"


@pytest.mark.parametrize("count", [1, 40])
def test_from_1_to_40_lines_are_issued(service, count):  # TLS-17
    number = a_number()

    issued = service.issue(ordonnance(number, *[ONE_BOX] * count))

    assert len(issued.json["input"]) == count


def test_a_prescription_stands_under_its_own_offset(service):  # TLS-2
    # Written on 1 December in Nouméa, while it is still November in Paris.
    service.clock.at = datetime(2026, 11, 30, 14, 0, tzinfo=PARIS)
    written = datetime.fromisoformat("2026-12-01T00:00:00+11:00")
    number = a_number(at=written)

    issued = service.issue(ordonnance(number, at=written))

    assert issued.status_code == 201
    assert issued.json["authoredOn"] == "2026-12-01T00:00:00+11:00"
    assert number.month_code == "2K"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (NOW + timedelta(minutes=5), 201),
        (NOW + timedelta(minutes=5, seconds=1), 422),
        (datetime(2025, 10, 23, 0, 0, tzinfo=PARIS), 201),
        (datetime(2025, 10, 22, 23, 59, 59, tzinfo=PARIS), 422),
    ],
)
def test_a_prescription_is_written_5_minutes_ahead_at_most_and_13_months_back(
    service, written, code
):  # TLS-2
    number = a_number(at=written)

    assert service.issue(ordonnance(number, at=written)).status_code == code


def test_a_cancellation_answers_200_and_what_remains_is_cancelled(service):  # TLS-30
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number))

    cancelled = service.act(number, "cancel", cancelling(), claims=DOCTOR.claims)

    assert cancelled.status_code == 200
    assert cancelled.headers["etag"] == 'W/"3"'
    assert cancelled.headers["cache-control"] == "no-store"
    assert cancelled.json["status"] == "completed"
    assert cancelled.json["input"][0]["extension"][0]["valueCode"] == "ANNULEE"
    assert cancelled.json["input"][0]["extension"][1]["valueQuantity"]["value"] == 0


def test_nothing_executed_can_be_cancelled_whole(service):  # TLS-30
    number = a_number()
    service.issue(ordonnance(number))

    cancelled = service.act(number, "cancel", cancelling(whole=True), claims=DOCTOR.claims)

    assert cancelled.status_code == 200
    assert cancelled.json["status"] == "cancelled"


def test_a_prescription_expires_at_the_end_of_its_last_day(service):  # TLS-20
    number = a_number()
    service.issue(ordonnance(number))

    service.clock.at = datetime(2027, 11, 23, 23, 59, 59, tzinfo=PARIS)
    last = service.read(number).json
    service.clock.at = datetime(2027, 11, 24, 0, 0, tzinfo=PARIS)
    after = service.read(number).json

    assert (last["status"], after["status"]) == ("requested", "failed")
    assert after["businessStatus"]["coding"][0]["code"] == "EXPIREE"


def test_a_story_told_through_the_sdk(service):
    number = a_number()
    lines = [TWO_BOXES, Ordered(product=AMOXICILLIN, posology="1 gélule", days=10)]

    with (
        service.enter(DOCTOR.claims) as doctor,
        service.enter(PHARMACIST.claims) as pharmacist,
        service.enter(THE_PATIENT) as patient,
    ):
        issued = doctor.issue(ordonnance(number, *lines), key="1")
        delivered = pharmacist.execute(number, delivery(number, boxes=2), key="2")
        seen = patient.consult(number)
        again = pharmacist.execute(number, delivery(number, boxes=1), key="3")
        cancelled = doctor.cancel(number, cancelling(), key="4")

    assert (issued.status, issued.is_done, issued.refusal, issued.sentence) == (201, True, None, "")
    assert delivered.resource["businessStatus"]["coding"][0]["code"] == "EN_COURS"
    assert len(seen.resource["entry"]) == 6
    assert (again.status, again.refusal) == (409, "RIGHTS_EXHAUSTED")
    assert again.sentence.startswith("Ligne 1 : il reste 0 boîte, vous en délivrez 1 boîte.")
    assert [line["extension"][0]["valueCode"] for line in cancelled.resource["input"]] == [
        "TERMINEE",
        "ANNULEE",
    ]
