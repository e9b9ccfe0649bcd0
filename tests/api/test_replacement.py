"""Replace a prescription over HTTP."""

import pytest

from api.lives import EXTENSION, correction, extension_of
from api.papers import ONE_BOX, TWO_BOXES, cancelling, delivery, ordonnance
from api.services import THE_PATIENT, code_of, sentence_of, told
from builders import a_number, later
from ordonnance.domain.actor import Profession, Role
from ordonnance.domain.identifiers import RPPS
from ordonnance.simulation.population import DOCTOR, MARC, PHARMACIST, Professional

OTHER_DOCTOR = Professional(
    role=Role.PRESCRIBER,
    profession=Profession.PHYSICIAN,
    name="Dr Autre Essai",
    rpps=RPPS("10104335319"),
)


@pytest.fixture
def number(service):
    """A prescription of two lines, the first delivered."""
    number = a_number()
    service.issue(ordonnance(number, ONE_BOX, TWO_BOXES))
    service.act(number, "execute", delivery(number))
    return number


def replace(service, number, body, *, claims=DOCTOR.claims, key="replace"):
    return service.act(number, "replace", body, claims=claims, key=key)


def link(name, number):
    identifier = {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": str(number)}
    return {"url": EXTENSION + name, "valueIdentifier": identifier}


def states(result):
    lines = [line["extension"][0]["valueCode"] for line in result.json["input"]]
    return [result.json["businessStatus"]["coding"][0]["code"], *lines]


def test_the_answer_is_the_new_prescription(service, number):  # TLS-52
    new = a_number()

    done = replace(service, number, ordonnance(new))

    assert done.status_code == 201
    assert done.headers["location"] == f"/fhir/Task/{new}"
    assert done.json["id"] == str(new)
    assert states(done) == ["A_EXECUTER", "A_EXECUTER"]
    assert extension_of(done, "replaces") == [link("replaces", number)]
    assert service.act(new, "execute", delivery(new)).status_code == 201


@pytest.mark.parametrize("claims", [DOCTOR.claims, PHARMACIST.claims, THE_PATIENT])
def test_who_reads_the_old_one_is_told_the_new_one(service, number, claims):  # TLS-52
    new = a_number()
    replace(service, number, ordonnance(new))

    old = service.read(number, claims=claims)

    assert (old.json["status"], states(old)) == ("cancelled", ["REMPLACEE", "TERMINEE", "ANNULEE"])
    assert extension_of(old, "replacedBy") == [link("replacedBy", new)]
    assert extension_of(old, "replaces") == []


def test_who_executes_the_old_one_is_told_too(service, number):  # TLS-52
    new = a_number()
    replace(service, number, ordonnance(new))
    body = delivery(number, line=2)

    refused = service.act(number, "execute", body, key="late")

    assert told(refused) == (409, ["REPLACED"], None)
    assert f"par l’ordonnance {new}." in sentence_of(refused)
    deferred = delivery(number, line=2, deferred="Réseau coupé")
    assert service.act(number, "execute", deferred, key="late").status_code == 201
    assert service.act(number, "correct", correction(number)).status_code == 200


def test_both_are_journalled_and_verified(service, number):  # TLS-52, TLS-14
    new = a_number()
    before = service.count_rows()

    replace(service, number, ordonnance(new))

    assert tuple(
        after - held for after, held in zip(service.count_rows(), before, strict=True)
    ) == (1, 1, 1, 2)


def test_what_is_over_is_not_replaced(service, number):  # TLS-52
    new = a_number()
    replace(service, number, ordonnance(new))

    refused = replace(service, number, ordonnance(a_number()), key="again")
    assert (refused.status_code, code_of(refused)) == (409, "REPLACED")
    assert code_of(service.act(number, "cancel", cancelling(), claims=DOCTOR.claims)) == "REPLACED"
    service.act(new, "cancel", cancelling(), claims=DOCTOR.claims)
    assert code_of(replace(service, new, ordonnance(a_number()))) == "CANCELLED"


def test_each_obstacle_hides_those_behind_it(service, number):  # TLS-13
    taken = a_number()
    service.issue(ordonnance(taken, patient=MARC))
    replace(service, number, ordonnance(a_number()), key="used")
    ahead = {"at": later(minutes=6)}

    def told(body, at_number=number, **more):
        return code_of(replace(service, at_number, body, **{"key": None, **more}))

    assert told(b"{}", claims=PHARMACIST.claims) == "ELEMENT_MISSING"
    theirs = ordonnance(taken, prescriber=OTHER_DOCTOR, patient=MARC, **ahead)
    assert told(theirs, a_number(), claims=PHARMACIST.claims) == "NUMBER_UNKNOWN"
    past = ordonnance(a_number(at=later(days=-60)), patient=MARC, **ahead)
    assert told(past, claims=PHARMACIST.claims) == "NUMBER_MONTH_INVALID"
    assert told(theirs, claims=PHARMACIST.claims) == "ROLE_NOT_ALLOWED"
    assert told(theirs, claims=OTHER_DOCTOR.claims) == "NOT_THE_PRESCRIBER"
    assert told(theirs) == "NOT_THE_PRESCRIBER"
    assert told(ordonnance(taken, patient=MARC, **ahead)) == "PATIENT_MISMATCH"
    mine = ordonnance(taken, **ahead)
    assert told(mine) == "IDEMPOTENCY_KEY_MISSING"
    assert told(mine, key="used") == "IDEMPOTENCY_KEY_REUSED"
    assert told(mine, key="new") == "REPLACED"


@pytest.mark.parametrize("other", [False, True], ids=["the same", "another"])
def test_a_number_taken_is_refused_before_a_date(service, number, other):  # TLS-13, TLS-52
    taken = a_number() if other else number
    if other:
        service.issue(ordonnance(taken))
    held = service.count_rows()

    assert code_of(replace(service, number, ordonnance(taken, at=later(minutes=6)))) == (
        "NUMBER_TAKEN"
    )
    ahead = ordonnance(a_number(), at=later(minutes=6))
    assert code_of(replace(service, number, ahead)) == "DATE_IN_FUTURE"
    assert service.count_rows() == held
    assert states(service.read(number)) == ["EN_COURS", "TERMINEE", "A_EXECUTER"]


def test_a_repeated_replacement_gets_the_first_answer_to_the_byte(service, number):  # TLS-12
    new = a_number()
    first = replace(service, number, ordonnance(new))
    service.act(new, "execute", delivery(new))
    held = service.count_rows()
    service.clock.advance(days=2)

    again = replace(service, number, ordonnance(new))

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert service.count_rows() == held


def test_what_waited_for_the_new_number_is_found(service, number):  # TLS-53
    new = a_number()
    waiting = service.act(new, "execute", delivery(new, deferred="Réseau coupé"))
    assert waiting.status_code == 202

    done = replace(service, number, ordonnance(new))

    assert states(done) == ["EN_COURS", "EN_COURS"]
