"""Searching over HTTP: who finds what, by what, and what is refused."""

from datetime import datetime
import json

import pytest

from api.papers import cancelling, delivery, ordonnance
from api.searches import (
    NOBODY_YET,
    PRESENT,
    a_doctor,
    a_patient,
    entries_of,
    ids_of,
    search,
    token_of,
)
from api.services import code_of, sentence_of
from builders import a_number, later
from ordonnance.simulation.population import DOCTOR, NURSE, PHARMACIST


class Case:
    """A patient and two doctors of their own, and what was prescribed, the newest last."""

    def __init__(self, service):
        self.service = service
        n = next(NOBODY_YET)
        self.patient, self.doctor, self.other = a_patient(n), a_doctor(n), a_doctor(500_000 + n)
        self.token = token_of(self.patient.ins)

    def issue(self, *, doctor=None, patient=None, at=None):
        doctor = doctor or self.doctor
        at = at or self.service.clock.at
        number = a_number(at=at)
        body = ordonnance(number, at=at, patient=patient or self.patient, prescriber=doctor)
        assert code_of(self.service.issue(body, claims=doctor.claims)) == "done"
        return number

    def search(self, claims=None, headers=None, **fields):
        named = {name.replace("_on", "-on"): value for name, value in fields.items()}
        return search(self.service, named, claims=claims, **(headers or {}))

    def found(self, *args, **fields):
        return ids_of(self.search(*args, **fields))


@pytest.fixture
def case(service):
    return Case(service)


def values(*numbers):
    return [number.value for number in numbers]


def test_a_prescriber_finds_their_own_newest_first(case):  # TLS-60
    first = case.issue(at=later(hours=-2))
    newest = case.issue(patient=a_patient(999_900), at=later(hours=-1))
    middle = case.issue(at=later(hours=-1, minutes=-30))
    case.issue(doctor=case.other)

    assert case.found(case.doctor.claims) == values(newest, middle, first)


def test_a_prescriber_finds_their_own_of_a_patient(case):  # TLS-60
    mine = case.issue()
    case.issue(patient=a_patient(999_901))
    case.issue(doctor=case.other)

    assert case.found(case.doctor.claims, patient=case.token) == values(mine)


def test_a_reason_shows_all_of_a_patient_and_is_journalled(case):  # TLS-60
    mine, theirs = case.issue(at=later(hours=-1)), case.issue(doctor=case.other)
    reason = {"Reason": "Relais de garde"}

    assert case.found(case.doctor.claims, reason, patient=case.token) == values(theirs, mine)

    [document] = case.service.ask(
        "document FROM journal_entry WHERE number = ? ORDER BY rank DESC LIMIT 1", theirs.value
    )
    entry = json.loads(bytes(document))
    assert (entry["action"], entry["reason"]) == ("search", "Relais de garde")
    assert entry["by"]["rpps"]["value"] == case.doctor.rpps.value


def test_a_reason_without_a_patient_shows_no_more_than_one_s_own(case):  # TLS-60
    case.issue(doctor=case.other)

    assert case.found(case.doctor.claims, {"Reason": "Curiosité"}) == []


def test_an_executor_finds_those_of_the_patient_present(case):  # TLS-60
    number = case.issue()
    case.issue(patient=a_patient(999_902))

    assert case.found(PHARMACIST.claims, PRESENT, patient=case.token) == values(number)

    [document] = case.service.ask(
        "document FROM journal_entry WHERE number = ? ORDER BY rank DESC LIMIT 1", number.value
    )
    entry = json.loads(bytes(document))
    assert (entry["action"], entry["reason"]) == ("search", "carte-vitale")


def test_an_executor_of_other_kinds_finds_nothing_of_medicines(case):  # TLS-60, TLS-10
    number = case.issue()

    assert case.found(NURSE.claims, PRESENT, patient=case.token) == []
    assert entries_of(case.service, number, "search") == 0


def test_patients_find_their_own(case):  # TLS-60
    number = case.issue()
    case.issue(patient=a_patient(999_903))
    claims = case.patient.claims

    assert case.found(claims) == values(number)
    assert case.found(claims, patient=case.token) == values(number)
    refused = case.search(claims, patient=token_of(a_patient(999_903).ins))
    assert (refused.status_code, code_of(refused)) == (403, "NOT_THE_PATIENT")


@pytest.mark.parametrize("role", ["vendor", "cnam", "gie", "cpam", "operator"])
def test_nobody_else_searches(case, role):  # TLS-60
    refused = case.search({"role": role}, PRESENT, patient=case.token)

    assert (refused.status_code, code_of(refused)) == (403, "ROLE_NOT_ALLOWED")


def test_what_is_shown_is_the_task_as_it_is_read(case):
    number = case.issue()
    case.service.act(number, "execute", delivery(number))

    found = case.search(PHARMACIST.claims, PRESENT, patient=case.token)

    assert found.headers["cache-control"] == "no-store"
    assert found.headers["content-type"] == "application/fhir+json; charset=utf-8"
    [entry] = found.json["entry"]
    assert entry["resource"] == case.service.read(number).json
    assert {output["type"]["coding"][0]["code"] for output in entry["resource"]["output"]} == {
        "execution",
        "receipt",
    }


def test_each_prescription_shown_leaves_an_entry_and_no_other(case):  # TLS-60, TLS-14
    shown, hidden = case.issue(), case.issue()
    case.service.act(hidden, "cancel", cancelling(), claims=case.doctor.claims)

    case.found(case.doctor.claims, status="requested")
    case.found(case.doctor.claims, status="requested")

    assert entries_of(case.service, shown, "search") == 2
    assert entries_of(case.service, hidden, "search") == 0


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("requested", ["new"]),
        ("A_EXECUTER", ["new"]),
        ("in-progress", ["begun"]),
        ("EN_COURS,ANNULEE", ["cancelled", "begun"]),
        ("requested,EN_COURS", ["begun", "new"]),
        ("cancelled", ["cancelled"]),
        ("https://ordonnance.example/fhir/CodeSystem/statut|EN_COURS", ["begun"]),
        ("completed", []),
        ("received", []),
    ],
)
def test_statuses_are_fhir_s_and_ours(case, status, found):  # TLS-61
    new = case.issue(at=later(hours=-3))
    begun = case.issue(at=later(hours=-2))
    cancelled = case.issue(at=later(hours=-1))
    case.service.act(begun, "execute", delivery(begun))
    case.service.act(cancelled, "cancel", cancelling(), claims=case.doctor.claims)
    names = {new.value: "new", begun.value: "begun", cancelled.value: "cancelled"}

    assert [names[one] for one in case.found(case.doctor.claims, status=status)] == found


def test_expiry_is_computed_at_the_search(case):  # TLS-61
    number = case.issue()

    assert case.found(case.doctor.claims, status="failed") == []
    case.service.clock.advance(days=370)
    assert case.found(case.doctor.claims, status="failed") == values(number)


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (["2026-11-20"], ["noon", "first"]),
        (["eq2026-11-20"], ["noon", "first"]),
        (["ge2026-11-20"], ["next", "noon", "first"]),
        (["gt2026-11-20"], ["next"]),
        (["le2026-11-20"], ["noon", "first", "before"]),
        (["lt2026-11-20"], ["before"]),
        (["ge2026-11-20", "lt2026-11-21"], ["noon", "first"]),
        (["eq2026-11-20T12:00:00+01:00"], ["noon"]),
        (["ge2026-11-20T11:00:00Z"], ["next", "noon"]),
        (["gt2026-11-20T11:00:00Z"], ["next"]),
        (["lt2026-11-20T12:00:00.000+01:00"], ["first", "before"]),
        (["ge2027-01-01"], []),
        (["lt2019-01-01"], []),
        (["ge2026-11-21", "lt2026-11-20"], []),
    ],
)
def test_days_are_those_of_paris(case, criteria, found):  # TLS-61
    written = {
        "before": "2026-11-19T23:59:59+01:00",
        "first": "2026-11-20T00:00:00+01:00",
        "noon": "2026-11-20T12:00:00+01:00",
        "next": "2026-11-20T23:00:00+00:00",
    }
    names = {case.issue(at=datetime.fromisoformat(at)).value: name for name, at in written.items()}
    fields = [("authored-on", text) for text in criteria]

    result = search(case.service, fields, claims=case.doctor.claims)

    assert [names[one] for one in ids_of(result)] == found


def test_a_month_written_in_another_offset_is_found(case):  # TLS-61, TLS-62
    """Its number is of the month it was there, a day before or after it was in Paris."""
    east = case.issue(at=datetime.fromisoformat("2026-11-01T00:30:00+14:00"))
    west = case.issue(at=datetime.fromisoformat("2026-10-31T20:30:00-10:00"))
    claims = case.doctor.claims

    assert [east.month_code, west.month_code] == ["2J", "2H"]
    assert case.found(claims, authored_on="eq2026-10-31") == values(east)
    assert case.found(claims, authored_on="eq2026-11-01") == values(west)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"patient": "279035121518989"}, "ELEMENT_INVALID"),
        ({"patient": "urn:oid:1.2.3|279035121518989"}, "ELEMENT_INVALID"),
        ({"patient": "urn:oid:1.2.250.1.213.1.4.10|279035121518988"}, "INS_INVALID"),
        ({"patient": ""}, "ELEMENT_INVALID"),
        ({"status": "active"}, "ELEMENT_INVALID"),
        ({"status": "requested,"}, "ELEMENT_INVALID"),
        ({"authored-on": "2026"}, "ELEMENT_INVALID"),
        ({"authored-on": "ne2026-11-20"}, "ELEMENT_INVALID"),
        ({"authored-on": "ge2026-11-20T10:00:00"}, "ELEMENT_INVALID"),
        ({"authored-on": "ge2026-02-30"}, "ELEMENT_INVALID"),
        ({"authored-on:missing": "true"}, "ELEMENT_INVALID"),
        ({"_count": "0"}, "ELEMENT_INVALID"),
        ({"_count": "51"}, "ELEMENT_INVALID"),
        ({"_count": "vingt"}, "ELEMENT_INVALID"),
        ({"_count": "\uff11"}, "ELEMENT_INVALID"),
        ({"subject": "279035121518989"}, "ELEMENT_INVALID"),
        ([("_count", "1"), ("_count", "2")], "ELEMENT_INVALID"),
        (b"patient", "ELEMENT_INVALID"),
        (b"patient=%ff", "ELEMENT_INVALID"),
        (b"patient=\xff", "ELEMENT_INVALID"),
        (b"status=" + b"x" * 9000, "BODY_TOO_LARGE"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(service, fields, code):  # TLS-61
    refused = search(service, fields, claims=DOCTOR.claims)

    assert code_of(refused) == code
    assert "279035121518989" not in refused.text


def test_an_empty_form_and_a_format_ask_for_nothing_more(case):
    number = case.issue()

    assert ids_of(search(case.service, b"", claims=case.doctor.claims)) == values(number)
    assert case.found(case.doctor.claims, _format="json") == values(number)


def test_a_patient_may_be_named_as_fhir_names_a_reference(case):
    number = case.issue()
    fields = {"patient:identifier": case.token.removeprefix("urn:oid:")}

    assert ids_of(search(case.service, fields, **PRESENT)) == values(number)


def test_each_obstacle_hides_those_behind_it(service):  # TLS-60, TLS-13
    unready = {"role": "executor", "am": "332001239"}
    token = token_of(a_patient(999_904).ins)

    def told(fields, *, claims=PHARMACIST.claims, query="", **headers):
        sent = service.token(claims) if claims else None
        given = {"Content_Type": "application/x-www-form-urlencoded", **headers}
        path = "/fhir/Task/_search"
        return code_of(service.send("POST", path, token=sent, body=fields, query=query, **given))

    wrong = b"status=x" * 2000
    assert told(wrong, claims=None, Accept="text/html") == "TOKEN_MISSING"
    assert told(wrong, Accept="text/html", Content_Type="text/plain") == "NOT_ACCEPTABLE"
    assert told(wrong, Content_Type="application/fhir+json") == "MEDIA_TYPE_UNSUPPORTED"
    assert told(wrong, query="patient=x") == "ELEMENT_INVALID"
    assert told(wrong) == "BODY_TOO_LARGE"
    assert told(b"status=x", claims={"role": "vendor"}) == "ELEMENT_INVALID"
    assert told(b"", claims={"role": "vendor"}) == "ROLE_NOT_ALLOWED"
    assert told(b"", claims=unready) == "ELEMENT_MISSING"
    named = f"patient={token}".encode()
    assert told(named, claims=unready) == "KIND_NOT_ALLOWED"
    assert told(named) == "REASON_MISSING"
    assert told(named, Presence="  ") == "REASON_MISSING"
    assert told(named, Presence="carte-vitale") == "done"


def test_presence_is_asked_for_in_words_that_say_how(service):
    refused = search(service, {"patient": token_of(a_patient(999_905).ins)})

    assert refused.status_code == 422
    assert sentence_of(refused) == (
        "Indiquez le motif : comment la présence du patient est établie (en-tête Presence)."
    )
