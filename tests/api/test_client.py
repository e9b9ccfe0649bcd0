"""The SDK: every operation, pages that follow each other, nothing of a patient in an address."""

import httpx2
import pytest

from api.papers import delivery, ordonnance
from api.searches import NOBODY_YET, a_doctor, a_patient
from api.services import ANOTHER_PATIENT
from builders import NOW, a_number, later
from objections import identifying, objecting
from ordonnance.api import openapi
from ordonnance.poste.client import Reply, Teleservice
from ordonnance.simulation.population import ANNE, MARC, OTHER_PHARMACIST, PHARMACIST

NUMBER = a_number(7)
BODIES = ("execute", "undo", "cancel", "replace", "correct", "propose", "reply")
WHY = "Patiente en voyage trois mois"


class Tape(httpx2.BaseTransport):
    """A network that keeps what is asked, and answers each time with an empty page."""

    def __init__(self, answer=b'{"resourceType":"Bundle","type":"searchset","entry":[]}'):
        self.asked = []
        self._answer = answer

    def handle_request(self, request):
        request.read()
        self.asked.append(request)
        return httpx2.Response(200, content=self._answer)


@pytest.fixture
def doctor(service):
    """A prescriber whom no other test knows."""
    person = a_doctor(next(NOBODY_YET))
    with service.enter(person.claims) as connection:
        yield person, connection


@pytest.fixture
def patient():
    return a_patient(next(NOBODY_YET))


@pytest.fixture
def pharmacy(service):
    with service.enter(PHARMACIST.claims) as connection:
        yield connection


def issue(doctor, patient, *, at=NOW):
    """The number of a prescription just issued by *doctor* to *patient*."""
    person, connection = doctor
    number = a_number(at=at)
    body = ordonnance(number, at=at, patient=patient, prescriber=person)
    assert connection.issue(body, key="issue").status == 201
    return number


def ids_of(page):
    return [resource["id"] for resource in page.resources]


def ask_everything(connection):
    """Each method once."""
    connection.issue(b"{}", key="k")
    connection.read(NUMBER)
    connection.consult(NUMBER)
    for name in BODIES:
        getattr(connection, name)(NUMBER, b"{}", key="k")
    connection.reserve(NUMBER, key="k")
    connection.release(NUMBER, key="k")
    connection.oppose(NUMBER, b"{}", key="k")
    connection.identify(NUMBER, b"{}", key="k")
    connection.search()
    connection.alerts()
    link = {"relation": "next", "url": "/fhir/Task?next=there"}
    connection.next_page(Reply(status=200, resource={"link": [link]}))


def test_every_operation_has_its_method():
    tape = Tape()
    with Teleservice("http://localhost", "token", transport=tape) as connection:
        ask_everything(connection)

    asked = sorted(
        (one.method.lower(), one.url.path.replace(str(NUMBER), "{number}")) for one in tape.asked
    )
    described = sorted(
        (method, path)
        for path, methods in openapi.describe_service()["paths"].items()
        for method in methods
        if path.startswith("/fhir/")
    )
    assert asked == described


def test_a_search_says_nothing_in_its_address():
    tape = Tape()
    with Teleservice("http://localhost", "token", transport=tape) as connection:
        connection.search(
            patient=ANNE.ins,
            statuses=("A_EXECUTER", "in-progress"),
            written=("ge2026-06-01", "lt2026-07-01"),
            count=5,
            reason="Suivi\nde l’été",
            presence="carte-vitale",
        )
        connection.search()

    full, bare = tape.asked
    assert str(full.url) == str(bare.url) == "http://localhost/fhir/Task/_search"
    assert full.content.decode() == (
        "patient=urn%3Aoid%3A1.2.250.1.213.1.4.10%7C279035121518989"
        "&status=A_EXECUTER%2Cin-progress"
        "&authored-on=ge2026-06-01&authored-on=lt2026-07-01&_count=5"
    )
    assert full.headers["presence"] == "carte-vitale"
    assert dict(full.headers.raw)[b"Reason"] == "Suivi de l’été".encode()
    assert (bare.content, bare.headers["content-type"]) == (
        b"",
        "application/x-www-form-urlencoded",
    )
    assert not {"reason", "presence", "idempotency-key"} & set(bare.headers)


def test_a_patient_who_is_there_has_their_prescriptions_found(doctor, patient, pharmacy):
    older, newer = (issue(doctor, patient, at=later(minutes=n)) for n in (0, 1))
    issue(doctor, a_patient(next(NOBODY_YET)))

    found = pharmacy.search(patient=patient.ins, presence="carte-vitale")
    absent = pharmacy.search(patient=patient.ins)

    assert (found.status, ids_of(found)) == (200, [newer.value, older.value])
    assert found.next_url is None
    assert (absent.status, absent.refusal) == (422, "REASON_MISSING")


def test_criteria_narrow_what_is_found(doctor, patient, pharmacy):
    first, second = (issue(doctor, patient) for _ in range(2))
    pharmacy.execute(first, delivery(first), key="some")

    begun = doctor[1].search(patient=patient.ins, statuses=["EN_COURS"])
    both = doctor[1].search(statuses=["EN_COURS", "A_EXECUTER"])
    tomorrow = doctor[1].search(written=["ge2026-11-23", "gt2026-11-23"])

    assert ids_of(begun) == [first.value]
    assert sorted(ids_of(both)) == sorted([first.value, second.value])
    assert ids_of(tomorrow) == []


def test_pages_follow_each_other_to_the_last(doctor, patient):
    issued = [issue(doctor, patient, at=later(minutes=n)) for n in range(3)]

    page, shown = doctor[1].search(count=2), []
    while page is not None:
        assert page.status == 200
        shown.append(ids_of(page))
        page = doctor[1].next_page(page)

    newest_first = [number.value for number in reversed(issued)]
    assert shown == [newest_first[:2], newest_first[2:]]


def test_a_site_reads_its_alerts_page_by_page(service, doctor, patient):
    claims = {**OTHER_PHARMACIST.claims, "am": f"331{next(NOBODY_YET):06}"}
    numbers = [issue(doctor, patient) for _ in range(2)]
    with service.enter(claims) as site:
        for number in numbers:
            done = delivery(number, boxes=3, override=("RIGHTS_EXHAUSTED", WHY))
            assert site.execute(number, done, key="much").status == 201

        first = site.alerts(count=1)
        second = site.next_page(first)
        whole = site.alerts()

    assert [len(page.resources) for page in (first, second, whole)] == [1, 1, 2]
    assert first.resources + second.resources == whole.resources
    assert {one["code"]["coding"][0]["code"] for one in whole.resources} == {"OVERRIDE"}
    assert second.next_url is None


def test_a_patient_objects_and_takes_it_back(service, doctor, patient, pharmacy):
    number = issue(doctor, patient)
    pharmacy.execute(number, delivery(number), key="some")
    with service.enter(patient.claims) as own:
        said = own.oppose(number, objecting(), key="no")
        hidden = doctor[1].read(number).resource
        own.oppose(number, objecting(objects=False), key="yes")
        shown = doctor[1].read(number).resource

    assert (said.status, said.is_replay) == (200, False)
    assert "output" not in hidden
    assert [output["type"]["coding"][0]["code"] for output in shown["output"]] == ["execution"]


def test_an_ins_is_corrected(service, doctor, patient):
    number = issue(doctor, patient)

    changed = doctor[1].identify(number, identifying(MARC.ins), key="ins")

    with service.enter(ANOTHER_PATIENT) as marc:
        theirs = marc.read(number)
    assert changed.resource["for"]["identifier"]["value"] == MARC.ins.value
    assert (changed.status, theirs.status) == (200, 200)


def test_an_answer_that_is_no_bundle_holds_nothing():
    reply = Reply(status=200, resource={"resourceType": "Task"})

    assert (reply.resources, reply.next_url) == ([], None)


def test_the_last_page_has_none_after_it():
    tape = Tape()
    with Teleservice("http://localhost", "token", transport=tape) as connection:
        page = connection.search()
        after = connection.next_page(page)

    assert after is None
    assert len(tape.asked) == 1
