"""Paging: nothing skipped, nothing shown twice, whatever is written meanwhile."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from api.papers import cancelling, delivery, ordonnance
from api.searches import (
    NOBODY_YET,
    PRESENT,
    a_doctor,
    a_patient,
    entries_of,
    follow,
    ids_of,
    next_of,
    pages_of,
    search,
    token_of,
)
from api.services import code_of, running
from builders import NOW, a_number
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.simulation.population import DOCTOR, OTHER_PHARMACIST, PHARMACIST
from ordonnance.usecases import search as usecase


def issue(service, doctor, patient, *, minutes=0):
    """A prescription written so many minutes before NOW."""
    at = NOW - timedelta(minutes=minutes)
    number = a_number(at=at)
    body = ordonnance(number, at=at, patient=patient, prescriber=doctor)
    assert code_of(service.issue(body, claims=doctor.claims)) == "done"
    return number.value


@pytest.fixture
def people():
    n = next(NOBODY_YET)
    return a_doctor(n), a_patient(n)


def test_pages_follow_each_other_to_the_end(service, people):  # TLS-62
    doctor, patient = people
    issued = [issue(service, doctor, patient, minutes=n) for n in (0, 1, 1, 1, 2, 60 * 24 * 40, 9)]
    first = search(service, {"_count": "2"}, claims=doctor.claims)

    pages = [ids_of(page) for page in pages_of(service, first, doctor.claims)]

    assert [len(page) for page in pages] == [2, 2, 2, 1]
    shown = [one for page in pages for one in page]
    assert sorted(shown) == sorted(issued)
    assert (shown[0], shown[4:]) == (issued[0], [issued[4], issued[6], issued[5]])
    assert shown[1:4] == sorted(issued[1:4], reverse=True)


def test_a_page_that_holds_all_is_the_last(service, people):
    doctor, patient = people
    for n in range(3):
        issue(service, doctor, patient, minutes=n)

    assert next_of(search(service, {"_count": "3"}, claims=doctor.claims)) is None
    assert next_of(search(service, {"_count": "2"}, claims=doctor.claims)) is not None


def test_the_next_page_keeps_the_question_and_the_reason(service, people):  # TLS-62
    doctor, patient = people
    numbers = [issue(service, doctor, patient, minutes=n) for n in range(3)]
    begun = a_number()
    service.issue(ordonnance(begun, patient=patient, prescriber=doctor), claims=doctor.claims)
    service.act(begun, "execute", delivery(begun))
    fields = {"patient": token_of(patient.ins), "status": "requested", "_count": "2"}
    first = search(service, fields, **PRESENT)

    second = follow(service, next_of(first), PHARMACIST.claims)

    assert ids_of(first) + ids_of(second) == numbers
    last = PrescriptionNumber(numbers[2])
    [document] = service.ask(
        "document FROM journal_entry WHERE number = ? AND rank = "
        "(SELECT max(rank) FROM journal_entry WHERE number = ?)",
        last.value,
        last.value,
    )
    assert b'"reason":"carte-vitale"' in bytes(document)
    assert entries_of(service, last, "search") == 1


@pytest.fixture
def a_link(service, people):
    doctor, patient = people
    for n in range(2):
        issue(service, doctor, patient, minutes=n)
    fields = {"patient": token_of(patient.ins), "_count": "1"}
    return next_of(search(service, fields, **PRESENT))


def test_a_link_is_for_who_asked(service, a_link):  # TLS-62
    for claims in (OTHER_PHARMACIST.claims, DOCTOR.claims, {"role": "operator"}):
        refused = follow(service, a_link, claims)
        assert (refused.status_code, code_of(refused)) == (400, "ELEMENT_INVALID")
    assert follow(service, a_link, PHARMACIST.claims).status_code == 200


def test_a_link_lasts_an_hour(service, a_link):  # TLS-62
    service.clock.advance(hours=1)
    assert follow(service, a_link, PHARMACIST.claims).status_code == 200
    service.clock.advance(seconds=1)
    assert code_of(follow(service, a_link, PHARMACIST.claims)) == "ELEMENT_INVALID"


def test_a_link_tells_nobody_anything(service, people, a_link):  # TLS-60, TLS-62
    _, patient = people

    assert a_link.startswith("/fhir/Task?next=eyJ")
    assert patient.ins.value not in a_link
    assert len(a_link) < 2000
    spoilt = a_link[:-2] + ("A" if a_link[-2] != "A" else "B") + a_link[-1]
    assert code_of(follow(service, spoilt, PHARMACIST.claims)) == "ELEMENT_INVALID"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "next=",
        "next=x",
        "next=a.b.c.d.e",
        "patient=279035121518989",
        "next=x&next=y",
        "next=" + "x" * 5000,
        "status=requested",
    ],
)
def test_an_address_holds_a_link_and_nothing_else(service, query):  # TLS-60
    refused = service.send("GET", "/fhir/Task", token=service.token(DOCTOR.claims), query=query)

    assert (refused.status_code, code_of(refused)) == (400, "ELEMENT_INVALID")
    assert "279035121518989" not in refused.text


def test_a_link_of_alerts_is_no_link_of_prescriptions(service, a_link):
    swapped = a_link.replace("/fhir/Task", "/fhir/DetectedIssue")

    assert code_of(follow(service, swapped, PHARMACIST.claims)) == "ELEMENT_INVALID"


def test_two_processes_follow_each_other_s_links(tmp_path, people):  # TLS-62
    doctor, patient = people
    url = f"sqlite:///{tmp_path / 'ordonnance.db'}"
    with running(url) as first:
        numbers = [issue(first, doctor, patient, minutes=n) for n in range(2)]
        link = next_of(search(first, {"_count": "1"}, claims=doctor.claims))
    with running(url) as second:
        assert ids_of(follow(second, link, doctor.claims)) == numbers[1:]


def test_a_page_costs_a_bounded_number_of_prescriptions(service, people, monkeypatch):  # TLS-62
    monkeypatch.setattr(usecase, "PAGE_DOSSIERS_MAX", 5)
    doctor, patient = people
    for n in range(12):
        issue(service, doctor, patient, minutes=n)
    wanted = issue(service, doctor, patient, minutes=20)
    service.act(wanted, "cancel", cancelling(), claims=doctor.claims)
    first = search(service, {"status": "cancelled"}, claims=doctor.claims)

    pages = [ids_of(page) for page in pages_of(service, first, doctor.claims)]

    assert pages == [[], [], [wanted]]


WRITES = st.lists(
    st.tuples(
        st.sampled_from(["issue now", "issue back", "execute", "cancel"]), st.integers(0, 40)
    ),
    max_size=4,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    minutes=st.lists(st.integers(0, 30), min_size=1, max_size=9),
    size=st.integers(1, 4),
    writes=st.lists(WRITES, max_size=9),
    is_of_patient=st.booleans(),
)
def test_what_is_written_between_pages_skips_and_repeats_none(  # TLS-62
    service, minutes, size, writes, is_of_patient
):
    n = next(NOBODY_YET)
    doctor, patient = a_doctor(n), a_patient(n)
    claims = doctor.claims
    before = [issue(service, doctor, patient, minutes=at) for at in minutes]
    known = {*before}
    fields = {"_count": str(size)} | ({"patient": token_of(patient.ins)} if is_of_patient else {})
    shown = []

    todo = iter(writes)
    for page in pages_of(service, search(service, fields, claims=claims), claims):
        assert len(ids_of(page)) <= size
        shown += ids_of(page)
        for what, where in next(todo, []):
            number = before[where % len(before)]
            if what == "execute":
                service.act(number, "execute", delivery(PrescriptionNumber(number)), key=f"{where}")
            elif what == "cancel":
                service.act(number, "cancel", cancelling(), claims=claims, key=f"{where}")
            else:
                at = 0 if what == "issue now" else where
                issue(service, doctor, patient, minutes=at)

    assert len(shown) == len(set(shown))
    assert known <= set(shown)
