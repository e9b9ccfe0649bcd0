"""Alerts over HTTP: who is told of which, until when; and how many executions may wait."""

import pytest

from api.papers import delivery, ordonnance, regret
from api.searches import (
    NOBODY_YET,
    a_doctor,
    a_patient,
    entries_of,
    follow,
    ids_of,
    next_of,
    pages_of,
)
from api.services import THE_PATIENT, code_of, sentence_of
from builders import NOW, a_number, later
from ordonnance.domain import executing
from ordonnance.usecases import search as usecase

ADDRESS = "/fhir/DetectedIssue"
OUTAGE = "Téléservice injoignable"
WHY = "Patiente en voyage trois mois"


def a_site(department="33"):
    """A pharmacy of its own in a département."""
    return {"role": "executor", "profession": "G15_21", "am": f"{department}2{next(NOBODY_YET):06}"}


@pytest.fixture
def site():
    return a_site()


@pytest.fixture
def doctor():
    return a_doctor(next(NOBODY_YET))


def issue(service, doctor):
    number = a_number(at=service.clock.at)
    body = ordonnance(number, at=service.clock.at, patient=a_patient(999_990), prescriber=doctor)
    assert code_of(service.issue(body, claims=doctor.claims)) == "done"
    return number


def execute(service, number, claims, *, key="act", **done):
    at = done.pop("at", service.clock.at)
    return service.act(number, "execute", delivery(number, at=at, **done), claims=claims, key=key)


def override(service, number, claims):
    done = execute(service, number, claims, boxes=3, override=("RIGHTS_EXHAUSTED", WHY))
    assert done.status_code == 201, done.text


def deliver_twice(service, doctor, first, second):
    """A prescription of two boxes, that one site delivers, then the other, late."""
    number = issue(service, doctor)
    assert execute(service, number, first, boxes=2).status_code == 201
    at = service.clock.at
    service.clock.advance(hours=1)
    late = execute(service, number, second, boxes=2, at=at, deferred=OUTAGE)
    assert late.status_code == 201, late.text
    return number


def alerts(service, claims, query=""):
    return service.send("GET", ADDRESS, token=service.token(claims), query=query)


def told(service, claims):
    """The alerts that somebody is told of, all pages together: bases hold those of other tests."""
    pages = pages_of(service, alerts(service, claims, "_count=50"), claims)
    return [entry["resource"] for page in pages for entry in page.json["entry"]]


def test_an_override_is_told_to_its_site_its_prescriber_its_caisse_and_the_operator(
    service, site, doctor
):  # TLS-63
    number = issue(service, doctor)
    override(service, number, site)

    [alert] = told(service, site)

    assert alert == {
        "resourceType": "DetectedIssue",
        "id": f"{number}-A1.0",
        "identifier": [
            {
                "system": "https://ordonnance.example/fhir/NamingSystem/alerte",
                "value": f"{number}-A1.0",
            }
        ],
        "status": "final",
        "code": {
            "coding": [
                {
                    "system": "https://ordonnance.example/fhir/CodeSystem/alerte",
                    "code": "OVERRIDE",
                    "display": "Le professionnel a passé outre",
                }
            ],
            "text": "Le professionnel a passé outre",
        },
        "severity": "moderate",
        "identifiedDateTime": "2026-11-23T09:00:00.000Z",
        "implicated": [
            {
                "type": "Task",
                "identifier": {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": number.value},
            },
            {"identifier": {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": f"{number}-1"}},
            {
                "identifier": {
                    "system": "https://ordonnance.example/fhir/NamingSystem/execution",
                    "value": f"{number}-E1",
                }
            },
            {
                "type": "Organization",
                "identifier": {
                    "system": "https://ordonnance.example/fhir/NamingSystem/numero-am",
                    "value": site["am"],
                },
            },
        ],
        "detail": "Un refus a été passé outre avec un motif (ligne 1). "
        "Vérifiez que le motif tient.",
        "evidence": [
            {
                "code": [
                    {
                        "coding": [
                            {
                                "system": "https://ordonnance.example/fhir/CodeSystem/refus",
                                "code": "RIGHTS_EXHAUSTED",
                            }
                        ]
                    }
                ]
            }
        ],
    }
    [seen] = told(service, doctor.claims)
    assert seen == {**alert, "implicated": alert["implicated"][:3]}
    assert alert in told(service, {"role": "cpam", "cpam": "33"})
    assert alert not in told(service, {"role": "cpam", "cpam": "75"})
    assert alert in told(service, {"role": "operator"})
    assert told(service, a_site()) == []
    assert told(service, a_doctor(next(NOBODY_YET)).claims) == []


def test_both_sites_are_told_of_a_double_delivery_and_of_each_other(service, doctor):  # TLS-63
    first, second = a_site("33"), a_site("75")
    number = deliver_twice(service, doctor, first, second)

    [alert] = told(service, first)

    assert told(service, second) == [alert]
    assert alert["code"]["coding"][0]["code"] == "DOUBLE_DELIVERY"
    assert alert["severity"] == "high"
    said = [reference["identifier"]["value"] for reference in alert["implicated"]]
    assert said == [
        number.value,
        f"{number}-1",
        f"{number}-E2",
        f"{number}-E1",
        second["am"],
        first["am"],
    ]
    for department in ("33", "75"):
        assert alert in told(service, {"role": "cpam", "cpam": department})
    assert told(service, {"role": "operator"}).count(alert) == 1


def test_two_sites_of_a_departement_make_one_alert_for_its_caisse(service, doctor):  # TLS-63
    sites = a_site("88"), a_site("88")
    deliver_twice(service, doctor, *sites)
    override(service, issue(service, doctor), sites[0])
    claims = {"role": "cpam", "cpam": "88"}

    pages = [
        ids_of(page) for page in pages_of(service, alerts(service, claims, "_count=1"), claims)
    ]

    shown = [one for page in pages for one in page]
    assert len(shown) == len(set(shown)) == len(told(service, claims)) == 2
    assert max(map(len, pages)) == 1


def test_what_was_taken_back_is_told_as_over(service, site, doctor):  # TLS-63
    number = issue(service, doctor)
    override(service, number, site)
    execute(service, number, site, key="more", boxes=1, override=("RIGHTS_EXHAUSTED", WHY))
    service.act(number, "undo", regret(number), claims=site)

    assert [(one["id"], one["status"]) for one in told(service, site)] == [
        (f"{number}-A2.0", "final"),
        (f"{number}-A1.0", "cancelled"),
    ]


def test_most_executions_raise_nothing(service, site, doctor):  # TLS-63
    number = issue(service, doctor)
    execute(service, number, site)

    assert told(service, site) == []
    assert service.ask("count(*) FROM alert WHERE number = ?", number.value) == (0,)


def test_an_alert_tells_neither_the_patient_nor_the_product(service, site, doctor):  # TLS-63
    number = issue(service, doctor)
    override(service, number, site)
    rows = service.ask("count(*), max(document) FROM alert WHERE number = ?", number.value)
    said = alerts(service, site).text + bytes(rows[1]).decode()

    assert rows[0] == 1
    for secret in (a_patient(999_990).ins.value, "ESSAI", "AMOXICILLINE", "3400933857042", WHY):
        assert secret not in said


def test_each_alert_told_leaves_an_entry(service, site, doctor):  # TLS-63, TLS-14
    number = issue(service, doctor)
    override(service, number, site)
    told(service, site)
    told(service, a_site())

    assert entries_of(service, number, "alert") == 1


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (THE_PATIENT, "ROLE_NOT_ALLOWED"),
        ({"role": "vendor"}, "ROLE_NOT_ALLOWED"),
        ({"role": "cnam"}, "ROLE_NOT_ALLOWED"),
        ({"role": "gie"}, "ROLE_NOT_ALLOWED"),
        ({"role": "cpam"}, "TOKEN_INVALID"),
        ({"role": "cpam", "cpam": "Gironde"}, "TOKEN_INVALID"),
        ({"role": "cpam", "cpam": "2a"}, "done"),
        ({"role": "operator"}, "done"),
    ],
)
def test_alerts_are_for_those_who_may_act(service, claims, code):  # TLS-63
    assert code_of(alerts(service, claims)) == code


@pytest.mark.parametrize(
    "query", ["_count=0", "_count=51", "patient=x", "next=x", "_count=1&_count=2"]
)
def test_alerts_are_asked_for_by_page_alone(service, site, query):
    assert code_of(alerts(service, site, query)) == "ELEMENT_INVALID"


def test_alerts_are_read_page_by_page_whatever_is_raised_meanwhile(service, site, doctor):  # TLS-62
    numbers = []
    for _ in range(5):
        numbers.append(issue(service, doctor))
        override(service, numbers[-1], site)
        service.clock.advance(minutes=1)
    first = alerts(service, site, "_count=2")

    override(service, issue(service, doctor), site)
    pages = [ids_of(page) for page in pages_of(service, first, site)]

    expected = [f"{number}-A1.0" for number in reversed(numbers)]
    assert pages == [expected[:2], expected[2:4], expected[4:]]
    refused = follow(service, next_of(first), a_site())
    assert code_of(refused) == "ELEMENT_INVALID"


def test_alerts_that_are_not_for_a_prescriber_still_end(service, site, doctor, monkeypatch):
    monkeypatch.setattr(usecase, "PAGE_DOSSIERS_MAX", 2)
    for _ in range(5):
        override(service, issue(service, doctor), site)
    service.clock.advance(minutes=1)
    claims = doctor.claims

    pages = [ids_of(page) for page in pages_of(service, alerts(service, claims), claims)]

    assert [len(page) for page in pages] == [2, 2, 1]


def wait(service, site, *, key="act"):
    """The number of a paper whose prescription has not come, executed all the same."""
    number = a_number(at=service.clock.at)
    at = service.clock.at
    service.clock.advance(hours=1)
    done = execute(service, number, site, key=key, at=at, deferred=OUTAGE)
    return number, done


def test_what_waits_is_an_alert_after_three_days(service, site):  # TLS-64
    number, done = wait(service, site)

    assert done.status_code == 202
    service.clock.at = later(hours=72, minutes=59)
    assert told(service, site) == []
    service.clock.at = later(hours=73)
    [alert] = told(service, site)
    assert alert["id"] == f"{number}-A1.0"
    assert alert["code"]["coding"][0]["code"] == "WAITING"
    assert alert["identifiedDateTime"] == "2026-11-26T10:00:00.000Z"
    assert alert in told(service, {"role": "operator"})


def test_what_no_longer_waits_is_no_alert(service, site, doctor):  # TLS-64
    issued, undone = wait(service, site)[0], wait(service, site)[0]
    service.act(undone, "undo", regret(undone), claims=site)
    body = ordonnance(issued, at=NOW, patient=a_patient(999_990), prescriber=doctor)
    assert code_of(service.issue(body, claims=doctor.claims)) == "done"

    service.clock.at = later(hours=100)

    assert told(service, site) == []


def test_a_hundred_may_wait_and_no_more(service, site, doctor, monkeypatch):  # TLS-64
    assert executing.WAITING_MAX == 100
    monkeypatch.setattr(executing, "WAITING_MAX", 3)
    waiting = [wait(service, site)[0] for _ in range(3)]

    number, refused = wait(service, site)

    assert (refused.status_code, code_of(refused)) == (429, "TOO_MANY_REQUESTS")
    assert refused.headers["retry-after"] == "600"
    assert sentence_of(refused) == (
        "Trop de demandes : 3 exécutions de votre site attendent déjà leur ordonnance. Annulez "
        "celles qui sont fausses ; sinon patientez, puis renvoyez avec la même clé. Rien n’a été "
        "enregistré."
    )
    assert service.ask("count(*) FROM fact WHERE number = ?", number.value) == (0,)
    # Others are not concerned, nor is what has its ordonnance, nor what was sent already.
    assert wait(service, a_site())[1].status_code == 202
    known = issue(service, doctor)
    at = service.clock.at
    service.clock.advance(hours=1)
    assert execute(service, known, site, at=at, deferred=OUTAGE).status_code == 201
    again = execute(service, waiting[0], site, at=NOW, deferred=OUTAGE)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (202, "true")


@pytest.mark.parametrize("way", ["issue", "undo", "months"])
def test_one_that_no_longer_waits_makes_room(service, site, doctor, monkeypatch, way):  # TLS-64
    monkeypatch.setattr(executing, "WAITING_MAX", 1)
    number, _ = wait(service, site)
    assert code_of(wait(service, site)[1]) == "TOO_MANY_REQUESTS"

    if way == "issue":
        body = ordonnance(number, at=NOW, patient=a_patient(999_990), prescriber=doctor)
        service.issue(body, claims=doctor.claims)
    elif way == "undo":
        service.act(number, "undo", regret(number), claims=site)
    else:
        service.clock.advance(days=31 * 3)
        monkeypatch.setattr("ordonnance.store.alert.MONTHS_BACK_MAX", 2)

    assert wait(service, site)[1].status_code == 202
