"""What operators read: enough to find a failure, nothing of anybody's health."""

from contextlib import closing
from io import StringIO
import json
import logging
import re
import sqlite3
import sys

import psycopg
import pytest

from api.papers import cancelling, delivery, ordonnance, regret, spoil
from api.searches import NOBODY_YET, a_patient, search, token_of
from api.services import ANOTHER_PATIENT, code_of
from builders import a_number
from ordonnance.log import LOGGER, start_logging
from ordonnance.simulation.population import DOCTOR, MARC, NURSE, PHARMACIST

KEY = "a-key-that-says-much"


@pytest.fixture
def logs(caplog, monkeypatch):
    """A function that gives all that was logged since it was last asked, by us and by others."""
    stream = StringIO()
    monkeypatch.setattr(LOGGER, "handlers", [])
    monkeypatch.setattr(LOGGER, "propagate", True)
    monkeypatch.setattr(LOGGER, "level", LOGGER.level)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        start_logging()
    caplog.set_level(logging.DEBUG)

    def said() -> str:
        others = "\n".join(f"{record.__dict__}" for record in caplog.records)
        caplog.clear()
        ours = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return ours + others

    return said


def secrets_of(number, *tokens):
    """What no log may ever hold."""
    people = ("279035121518989", MARC.ins.value, "ESSAI", "Anne", "1979-03-14", "Modèle")
    return (
        number.value,
        number.value.lower(),
        number.grouped,
        *people,
        "10001045367",
        "AMOXICILLINE",
        "3400933857042",
        "69118175",
        "gélule",
        KEY,
        *tokens,
    )


def spoil_stored(service, number):
    """Break what the base holds of a prescription: nobody can read it any more."""
    query = "UPDATE prescription SET document = ? WHERE number = ?"
    values = (b'{"patient":"279035121518989 AMOXICILLINE', number.value)
    url = service.settings.database
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute(query, values)
            connection.commit()
        return
    with psycopg.connect(url) as connection:
        connection.execute(query.replace("?", "%s"), values)


def ask_everything(service, number):
    """The answer to each request about a prescription, with all there is to betray."""
    bodies = {"execute": delivery(number), "undo": regret(number), "cancel": cancelling()}
    yield service.read(number, Reason="Suivi de Mme ESSAI")
    yield service.read(number, whole=True)
    for operation, body in bodies.items():
        claims = DOCTOR.claims if operation == "cancel" else PHARMACIST.claims
        yield service.act(number, operation, body, claims=claims, key=KEY)
    yield service.issue(ordonnance(number), key=KEY)


def search_everything(service):
    """The answers to searches, with all there is to betray, wrongly written in addresses too."""
    ins = "urn:oid:1.2.250.1.213.1.4.10|279035121518989"
    fields = {"patient": ins, "_count": "1"}
    present = {"Presence": "Carte de Mme ESSAI"}
    yield search(service, fields, **present)
    yield search(service, {**fields, "name": "ESSAI"}, **present)
    yield search(service, fields, claims=DOCTOR.claims, Reason="Suivi de Mme ESSAI")
    yield search(service, {"patient": ins[:-1]}, **present)
    token = service.token(PHARMACIST.claims)
    for path in ("/fhir/Task", "/fhir/Task/_search", "/fhir/DetectedIssue", "/fhir/Patient"):
        yield service.send("GET", path, token=token, query=f"patient={ins}&name=ESSAI")
    yield service.send("GET", "/fhir/DetectedIssue", token=token)


def test_a_search_that_fails_says_nothing_of_whom(service, logs):  # TLS-60
    number, patient = a_number(), a_patient(next(NOBODY_YET))
    service.issue(ordonnance(number, patient=patient))
    spoil_stored(service, number)
    logs()

    fields = {"patient": token_of(patient.ins), "_count": "1"}
    answer = search(service, fields, Presence="Carte de Mme ESSAI")

    said = logs()
    assert (answer.status_code, '"route":"/fhir/Task/_search"' in said) == (500, True)
    for secret in secrets_of(number, patient.ins.value):
        assert secret not in said
        assert secret not in answer.text


def test_a_failure_is_told_by_a_reference_that_stands_in_the_log(service, logs):
    number = a_number()
    service.issue(ordonnance(number))
    spoil_stored(service, number)
    logs()

    for answer in ask_everything(service, number):
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        [issue] = answer.json["issue"]
        assert (issue["severity"], issue["code"]) == ("fatal", "exception")
        [reference] = re.findall(r"la référence ([0-9a-f]{12})\.", issue["details"]["text"])
        said = logs()
        line = json.loads(said.partition("\n")[0])
        assert (line["level"], line["message"], line["correlation"]) == (
            "ERROR",
            "failure",
            reference,
        )
        assert line["route"].startswith("/fhir/Task/")
        assert "read_dossiers" in " ".join(line["error"])
        for secret in secrets_of(number):
            assert secret not in said
            assert secret not in answer.text


def test_a_failure_concerns_its_prescription_alone(service, logs):
    broken, sound = a_number(), a_number()
    service.issue(ordonnance(broken))
    service.issue(ordonnance(sound))
    spoil_stored(service, broken)

    assert service.read(broken).status_code == 500
    assert service.read(sound).status_code == 200
    assert service.act(sound, "execute", delivery(sound)).status_code == 201
    assert service.send("GET", "/health/ready").status_code == 200
    assert logs().count('"message":"failure"') == 1


def test_what_is_done_and_what_is_refused_leaves_no_word_in_the_log(service, logs):
    number, unknown = a_number(), a_number()
    logs()

    answers = [
        service.issue(ordonnance(number), key=KEY),
        *ask_everything(service, number),
        *ask_everything(service, unknown),
        service.read(number, claims=NURSE.claims),
        service.read(number, claims=ANOTHER_PATIENT, whole=True),
        service.issue(spoil(ordonnance(unknown), lambda it: it.update(status="AMOXICILLINE"))),
        service.issue(ordonnance(unknown)[:-9], key=KEY),
        service.send("GET", f"/fhir/Task/{number}/AMOXICILLINE"),
        service.send("GET", f"/fhir/Task/{number}", token=MARC.ins.value),
        *search_everything(service),
    ]
    said = logs()

    assert {answer.status_code // 100 for answer in answers} == {2, 4}
    assert "DONE" in {code_of(answer).upper() for answer in answers[:3]}
    for secret in secrets_of(number):
        assert secret not in said


def test_no_refusal_shows_who_the_patient_is(service):
    number = a_number()
    service.issue(ordonnance(number))

    refused = [
        service.read(number, claims=NURSE.claims, whole=True),
        service.read(number, claims=ANOTHER_PATIENT, whole=True),
        service.read(number, claims={"role": "operator"}, whole=True),
        service.act(number, "execute", delivery(number), claims=NURSE.claims),
        service.act(number, "execute", delivery(number, line=9)),
        service.act(number, "execute", delivery(number, boxes=9)),
        service.act(number, "undo", regret(number, 9)),
        service.issue(ordonnance(number), key="another"),
    ]

    for answer in refused:
        assert 400 <= answer.status_code < 500
        for secret in ("279035121518989", "ESSAI", "Anne", "AMOXICILLINE", "10001045367"):
            assert secret not in answer.text


def test_a_line_of_the_log_is_one_object(logs):
    LOGGER.warning("months not opened: %s", "DatabaseRefusedError")

    line = json.loads(logs().partition("\n")[0])
    assert (line["level"], line["message"]) == (
        "WARNING",
        "months not opened: DatabaseRefusedError",
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["at"])


def test_the_sdk_tells_a_failure_as_one(service):
    number = a_number()
    service.issue(ordonnance(number))
    spoil_stored(service, number)

    with service.enter(PHARMACIST.claims) as pharmacist:
        reply = pharmacist.undo(number, regret(number), key=KEY)

    assert (reply.status, reply.is_done, reply.refusal) == (500, False, "FAILURE")
    assert reply.sentence.startswith("Le téléservice a rencontré une erreur.")
