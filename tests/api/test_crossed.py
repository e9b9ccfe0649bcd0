"""What one thing that happens to a prescription does to another, over HTTP."""

import json

import pytest

from api.lives import correction, extension_of
from api.papers import cancelling, delivery, ordonnance, regret
from api.searches import NOBODY_YET, PRESENT, a_doctor, a_patient, ids_of, search, token_of
from api.services import THE_PATIENT, code_of
from api.test_alerts import OUTAGE, WHY, a_site, execute, told, wait
from api.test_kinds import an_ordonnance
from builders import NOW, a_number, later
from fhir.orders import sessions
from objections import a_consent, consenting, identifying, objecting
from ordonnance.domain import executing
from ordonnance.simulation.population import ANNE, DOCTOR, MARC, NURSE, PHARMACIST

CAISSE = {"role": "cpam", "cpam": "33"}
OTHER_CAISSE = {"role": "cpam", "cpam": "75"}
OPERATOR = {"role": "operator"}


def for_patient(body, patient=ANNE):
    """A delivery that says whom it is for."""
    bundle = json.loads(body)
    system = f"urn:oid:{patient.ins.authority.value}"
    whom = {"identifier": {"system": system, "value": patient.ins.value}}
    bundle["entry"][0]["resource"]["subject"] = whom
    return json.dumps(bundle).encode()


# Repeated after the patient or the prescription has become another


def test_what_was_recorded_for_a_patient_whose_ins_was_wrong_has_its_first_answer(service):
    # TLS-12, TLS-58
    number, new = a_number(), a_number()
    service.issue(ordonnance(number))
    sent = [
        ("execute", for_patient(delivery(number)), PHARMACIST.claims),
        ("replace", ordonnance(new), DOCTOR.claims),
    ]
    first = [service.act(number, name, body, claims=who) for name, body, who in sent]
    service.act(number, "identify", identifying(MARC.ins), claims=CAISSE)

    again = [service.act(number, name, body, claims=who) for name, body, who in sent]

    assert [one.status_code for one in first] == [201, 201]
    assert [one.content for one in again] == [one.content for one in first]
    assert {one.headers["idempotent-replayed"] for one in again} == {"true"}
    # A new act for the former patient is for somebody else.
    body = for_patient(delivery(number, at=NOW, deferred=OUTAGE))
    assert code_of(service.act(number, "execute", body, key="new")) == "PATIENT_MISMATCH"


def test_what_waited_for_another_patient_has_its_first_answer(service):  # TLS-12, TLS-53
    number = a_number()
    body = for_patient(delivery(number, deferred=OUTAGE), MARC)
    service.clock.advance(hours=1)
    first = service.act(number, "execute", body)
    service.issue(ordonnance(number))

    again = service.act(number, "execute", body)

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content


def test_what_waited_for_lines_of_another_profession_has_its_first_answer(service):
    # TLS-12, TLS-53
    number = a_number()
    body = delivery(number, deferred=OUTAGE)
    service.clock.advance(hours=1)
    first = service.act(number, "execute", body)
    issued = service.issue(an_ordonnance(number, sessions()))
    assert issued.status_code == 201, issued.text

    again = service.act(number, "execute", body)

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    # Rights are those of who asks: nothing else is shown to them, nor anything to a nurse.
    assert code_of(service.read(number)) == "KIND_NOT_ALLOWED"
    other = {**NURSE.claims, "am": PHARMACIST.claims["am"]}
    assert code_of(service.act(number, "execute", body, claims=other)) == "KIND_NOT_ALLOWED"


def test_what_was_issued_on_the_last_day_has_its_first_answer_on_the_next(service):  # TLS-12, TLS-2
    number, new = a_number(), a_number()
    service.clock.at = later(days=395)  # 23 December 2027, thirteen months after
    body, replacing = ordonnance(number, at=NOW), ordonnance(new, at=NOW)
    first = service.issue(body)
    replaced = service.act(number, "replace", replacing, claims=DOCTOR.claims)
    service.clock.advance(days=1)

    again = service.issue(body)
    replaced_again = service.act(number, "replace", replacing, claims=DOCTOR.claims)

    assert (first.status_code, replaced.status_code) == (201, 201)
    assert (again.content, replaced_again.content) == (first.content, replaced.content)
    assert code_of(service.issue(ordonnance(a_number(), at=NOW))) == "NUMBER_MONTH_INVALID"
    assert code_of(service.issue(ordonnance(number, at=later(hours=1)))) == "NUMBER_MONTH_INVALID"
    service.clock.at = later(days=5 * 366)
    assert code_of(service.issue(body)) == "NUMBER_MONTH_INVALID"
    gone = service.act(number, "replace", replacing, claims=DOCTOR.claims)
    assert code_of(gone) == "NUMBER_UNKNOWN"


def test_what_an_objection_hid_stays_hidden_in_the_answer_repeated(service):  # TLS-12, TLS-56
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number))
    service.act(number, "object", objecting(), claims=THE_PATIENT, key="object")
    first = service.act(number, "cancel", cancelling(), claims=DOCTOR.claims)
    service.act(number, "object", objecting(False), claims=THE_PATIENT, key="lift")

    again = service.act(number, "cancel", cancelling(), claims=DOCTOR.claims)

    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert f"{number}-E1" not in again.text
    assert f"{number}-E1" in service.read(number, claims=DOCTOR.claims).text


def test_two_caisses_that_share_a_key_are_not_one(service):  # TLS-12, TLS-55
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "object", objecting(), claims=CAISSE)
    service.act(number, "object", objecting(False), claims=THE_PATIENT)

    other = service.act(number, "object", objecting(), claims=OTHER_CAISSE)
    own = service.act(number, "object", objecting(), claims=CAISSE)

    assert "idempotent-replayed" not in other.headers
    assert own.headers["idempotent-replayed"] == "true"
    assert extension_of(service.read(number), "objection")


# Waiting, corrected


def test_what_waits_is_counted_and_told_once_however_often_corrected(service, monkeypatch):
    # TLS-51, TLS-64
    monkeypatch.setattr(executing, "WAITING_MAX", 2)
    site = a_site()
    number, _ = wait(service, site)
    late = {"at": NOW, "deferred": OUTAGE}
    for key in "abc":
        body = correction(number, **late)
        done = service.act(number, "correct", body, claims=site, key=key)
        assert done.status_code == 200, done.text

    assert wait(service, site)[1].status_code == 202
    assert wait(service, site)[1].status_code == 429
    service.clock.at = later(hours=73)
    assert [one["id"] for one in told(service, site)] == [f"{number}-A1.0"]


# Past five years, purged or not yet


def test_what_may_be_purged_is_found_by_nobody_and_told_to_nobody(service):  # TLS-72, TLS-60
    doctor, patient, site = a_doctor(next(NOBODY_YET)), a_patient(next(NOBODY_YET)), a_site()
    number = a_number()
    service.issue(ordonnance(number, patient=patient, prescriber=doctor), claims=doctor.claims)
    execute(service, number, site, boxes=3, override=("RIGHTS_EXHAUSTED", WHY))
    named = {"patient": token_of(patient.ins)}

    def find():
        yield from ids_of(search(service, {}, claims=doctor.claims))
        yield from ids_of(search(service, {}, claims=patient.claims))
        yield from ids_of(search(service, named, claims=site, **PRESENT))
        yield from [one["id"] for one in told(service, site)]
        yield from [one["id"] for one in told(service, doctor.claims)]

    service.clock.at = later(days=5 * 365 - 30)
    assert len(list(find())) == 5
    service.clock.at = later(days=5 * 365 - 10)  # in November 2031
    assert code_of(service.read(number, claims=doctor.claims)) == "NUMBER_UNKNOWN"
    assert list(find()) == []


# Anonymity, and what was known before


OTHER_DOCTOR = {"role": "prescriber", "profession": "G15_10", "rpps": "10104335319"}


def test_nothing_tells_that_an_anonymous_one_took_the_place_of_another(service):  # TLS-57, TLS-52
    patient, doctor, site = a_patient(next(NOBODY_YET)), a_doctor(next(NOBODY_YET)), a_site()
    number, new = a_number(), a_number()
    people = {"patient": patient, "prescriber": doctor}
    service.issue(ordonnance(number, **people), claims=doctor.claims)
    secret = consenting(ordonnance(new, **people), a_consent("ivg-anonymat"))
    replaced = service.act(number, "replace", secret, claims=doctor.claims)
    named = {"patient": token_of(patient.ins)}

    answers = [
        *(
            service.read(number, claims=claims, whole=whole, Reason="Suivi")
            for claims in (patient.claims, site, OTHER_DOCTOR)
            for whole in (False, True)
        ),
        service.act(number, "object", objecting(), claims=CAISSE),
        service.act(number, "identify", identifying(MARC.ins, "FUSION"), claims=OPERATOR),
        execute(service, number, site),
        service.act(number, "reserve", b"", claims=site),
        search(service, named, claims=OTHER_DOCTOR, Reason="Suivi"),
        search(service, named, claims=site, **PRESENT),
        search(service, {}, claims=patient.claims),
    ]

    assert replaced.status_code == 201
    for answer in answers:
        assert str(new) not in answer.text
        assert "REMPLACEE" not in answer.text
        assert "REPLACED" not in answer.text
    assert [code_of(answer) for answer in answers[8:10]] == ["CANCELLED", "CANCELLED"]
    own = service.read(number, claims=doctor.claims)
    assert extension_of(own, "replacedBy")[0]["valueIdentifier"]["value"] == str(new)
    again = service.act(number, "replace", secret, claims=doctor.claims)
    assert (again.status_code, again.content) == (201, replaced.content)
    # Its number in hand, it is executed.
    assert execute(service, new, site).status_code == 201


def test_two_anonymous_ones_know_each_other(service):  # TLS-57, TLS-52
    number, new = a_number(), a_number()
    service.issue(consenting(ordonnance(number), a_consent("ivg-anonymat")))
    service.act(number, "replace", ordonnance(new), claims=DOCTOR.claims)

    refused = service.act(number, "execute", delivery(number))

    assert (code_of(refused), str(new) in refused.text) == ("REPLACED", True)
    assert extension_of(service.read(new), "anonymity")


@pytest.mark.parametrize("is_alone", [True, False])
def test_what_waited_and_is_taken_back_is_told_as_over(service, is_alone):  # TLS-53, TLS-63
    doctor, patient, site = a_doctor(next(NOBODY_YET)), a_patient(next(NOBODY_YET)), a_site()
    number = a_number()
    service.clock.advance(hours=1)
    for key in ("first",) if is_alone else ("first", "second"):
        execute(service, number, site, key=key, boxes=3, at=NOW, deferred=OUTAGE)
    body = ordonnance(number, patient=patient, prescriber=doctor)
    service.issue(body, claims=doctor.claims)
    assert {one["status"] for one in told(service, site)} == {"final"}

    service.act(number, "undo", regret(number), claims=site)

    assert {one["status"] for one in told(service, site)} == {"cancelled" if is_alone else "final"}
