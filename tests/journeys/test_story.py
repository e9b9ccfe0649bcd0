"""The first story end to end, told by the real program on both engines."""

import pytest

from journeys.service import (
    AMLOR,
    IBUPROFEN,
    a_delivery,
    an_ordonnance,
    lines_of,
    outputs_of,
    resources_of,
    run,
    serving,
    status_of,
    wait_until,
)
from ordonnance.domain.identifiers import RPPS
from ordonnance.poste.client import Teleservice
from ordonnance.simulation.papers import Ordered, write_cancel, write_undo
from ordonnance.simulation.population import (
    ANNE,
    DOCTOR,
    MARC,
    NURSE,
    OTHER_PHARMACIST,
    PHARMACIST,
    Professional,
)
from ordonnance.store.database import connect
from usecases.desks import blocks_of

OTHER_DOCTOR = Professional(
    role=DOCTOR.role, profession=DOCTOR.profession, name="Dr Autre", rpps=RPPS("10104335319")
)


@pytest.fixture
def doctor(service):
    with service.connect(DOCTOR) as connection:
        yield connection


@pytest.fixture
def pharmacy(service):
    with service.connect(PHARMACIST) as connection:
        yield connection


@pytest.fixture
def rival(service):
    with service.connect(OTHER_PHARMACIST) as connection:
        yield connection


def test_what_is_issued_is_consulted_executed_and_counted(doctor, pharmacy, rival):
    two_lines = an_ordonnance(
        Ordered(product=AMLOR, posology="1 gélule le matin", boxes=3),
        Ordered(product=IBUPROFEN, posology="1 comprimé si douleur", boxes=1),
    )
    number = two_lines.number

    issued = doctor.issue(two_lines.body, key="issue")
    seen = pharmacy.consult(number)
    first = pharmacy.execute(number, a_delivery(number, boxes=2), key="first")
    second = rival.execute(number, a_delivery(number, boxes=1), key="second")
    other_line = a_delivery(number, product=IBUPROFEN, line=2)
    third = rival.execute(number, other_line, key="third")
    told = pharmacy.consult(number)

    assert (issued.status, status_of(issued)) == (201, "A_EXECUTER")
    lines = resources_of(seen, "MedicationRequest")
    assert [line["medicationCodeableConcept"]["text"] for line in lines] == [
        AMLOR.name,
        IBUPROFEN.name,
    ]
    assert resources_of(seen, "Patient")[0]["name"][0]["family"] == "ESSAI"
    assert (first.status, status_of(first)) == (201, "EN_COURS")
    assert lines_of(first) == [("EN_COURS", 1), ("A_EXECUTER", 1)]
    assert lines_of(second) == [("TERMINEE", 0), ("A_EXECUTER", 1)]
    assert (third.status, status_of(third)) == (201, "EXECUTEE")
    assert len(resources_of(told, "MedicationDispense")) == 3
    assert len(outputs_of(told, "execution")) == 3
    assert outputs_of(told, "receipt") == outputs_of(first, "receipt")


def test_the_same_key_gives_the_first_answer_again_whatever_came_since(doctor, pharmacy):
    ordonnance = an_ordonnance(boxes=2)
    number = ordonnance.number
    delivery = a_delivery(number)
    issued = doctor.issue(ordonnance.body, key="issue")
    executed = pharmacy.execute(number, delivery, key="execute")
    pharmacy.execute(number, delivery, key="another")

    issued_again = doctor.issue(ordonnance.body, key="issue")
    executed_again = pharmacy.execute(number, delivery, key="execute")
    other_body = pharmacy.execute(number, a_delivery(number, boxes=2), key="execute")

    assert not issued.is_replay
    assert not executed.is_replay
    assert issued_again.is_replay
    assert executed_again.is_replay
    assert (issued_again.status, issued_again.resource) == (201, issued.resource)
    assert (executed_again.status, executed_again.resource) == (201, executed.resource)
    assert (other_body.status, other_body.refusal) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_an_undone_execution_gives_its_rights_back_once(doctor, pharmacy, rival):
    ordonnance = an_ordonnance(boxes=2)
    number = ordonnance.number
    doctor.issue(ordonnance.body, key="issue")
    executed = pharmacy.execute(number, a_delivery(number, boxes=2), key="execute")
    [execution] = outputs_of(executed, "execution")
    regret = write_undo(execution, "Erreur de saisie")

    too_many = rival.execute(number, a_delivery(number, boxes=2), key="rival")
    not_theirs = rival.undo(number, regret, key="undo")
    undone = pharmacy.undo(number, regret, key="undo")
    twice = pharmacy.undo(number, regret, key="undo again")
    corrected = rival.execute(number, a_delivery(number, boxes=2), key="rival")

    assert (too_many.status, too_many.refusal) == (409, "RIGHTS_EXHAUSTED")
    assert (not_theirs.status, not_theirs.refusal) == (403, "NOT_THE_EXECUTOR")
    assert (undone.status, lines_of(undone)) == (200, [("A_EXECUTER", 2)])
    assert outputs_of(undone, "execution") == []
    assert (twice.status, twice.refusal) == (409, "ALREADY_UNDONE")
    assert (corrected.status, corrected.is_replay) == (201, False)


def test_what_is_cancelled_can_no_longer_be_executed(doctor, pharmacy):
    ordonnance = an_ordonnance(boxes=2)
    number = ordonnance.number
    doctor.issue(ordonnance.body, key="issue")
    pharmacy.execute(number, a_delivery(number), key="execute")

    whole = doctor.cancel(number, write_cancel("Intolérance", whole=True), key="whole")
    rest = doctor.cancel(number, write_cancel("Intolérance"), key="rest")
    again = doctor.cancel(number, write_cancel("Intolérance"), key="rest")
    late = pharmacy.execute(number, a_delivery(number), key="late")
    told = pharmacy.consult(number)

    assert (whole.status, whole.refusal) == (409, "EXECUTION_STARTED")
    assert (rest.status, rest.is_replay) == (200, False)
    assert (again.status, again.is_replay) == (200, True)
    assert (late.status, late.refusal) == (409, "CANCELLED")
    assert len(resources_of(told, "MedicationDispense")) == 1


def test_patients_see_their_own_ordonnances_alone(service, doctor, pharmacy):
    ordonnance = an_ordonnance(boxes=2, patient=ANNE)
    number = ordonnance.number
    doctor.issue(ordonnance.body, key="issue")
    pharmacy.execute(number, a_delivery(number), key="execute")

    with service.connect(ANNE) as anne, service.connect(MARC) as marc:
        own = anne.consult(number)
        alone = anne.read(number)
        others = marc.consult(number)
        written = anne.execute(number, a_delivery(number), key="mine")

    assert (own.status, lines_of(own)) == (200, [("EN_COURS", 1)])
    assert len(resources_of(own, "MedicationDispense")) == 1
    assert (alone.status, status_of(alone)) == (200, "EN_COURS")
    assert (others.status, others.refusal) == (403, "NOT_THE_PATIENT")
    assert (written.status, written.refusal) == (403, "ROLE_NOT_ALLOWED")


def test_each_refusal_says_why_and_leaves_nothing(service, doctor, pharmacy):
    ordonnance = an_ordonnance(boxes=2)
    number = ordonnance.number
    unknown = an_ordonnance()
    doctor.issue(ordonnance.body, key="issue")
    with (
        service.connect(None) as nobody,
        service.connect(NURSE) as nurse,
        service.connect(OTHER_DOCTOR) as other_doctor,
        Teleservice(service.url, "no token") as forger,
    ):
        replies = [
            nobody.consult(number),
            forger.consult(number),
            pharmacy.issue(unknown.body, key="issue"),
            nurse.consult(number),
            other_doctor.consult(number),
            other_doctor.issue(unknown.body, key="issue"),
            pharmacy.consult(unknown.number),
            doctor.issue(b"{", key="issue"),
            doctor.issue(ordonnance.body, key="another"),
            pharmacy.execute(number, a_delivery(number, line=2), key="line"),
            pharmacy.execute(number, a_delivery(number, boxes=0), key="none"),
            pharmacy.execute(number, a_delivery(number, boxes=3), key="three"),
            pharmacy.execute(number, a_delivery(number), key="k" * 65),
        ]
    told = pharmacy.read(number)

    assert [(reply.status, reply.refusal) for reply in replies] == [
        (401, "TOKEN_MISSING"),
        (401, "TOKEN_INVALID"),
        (403, "ROLE_NOT_ALLOWED"),
        (403, "KIND_NOT_ALLOWED"),
        (403, "NOT_THE_PRESCRIBER"),
        (403, "NOT_THE_PRESCRIBER"),
        (404, "NUMBER_UNKNOWN"),
        (400, "BODY_MALFORMED"),
        (409, "NUMBER_TAKEN"),
        (422, "LINE_UNKNOWN"),
        (422, "QUANTITY_INVALID"),
        (409, "RIGHTS_EXHAUSTED"),
        (400, "IDEMPOTENCY_KEY_MISSING"),
    ]
    assert all(reply.sentence for reply in replies)
    assert told.resource["meta"]["versionId"] == "1"


def test_what_was_acknowledged_outlives_the_program(own_service):
    ordonnance = an_ordonnance(boxes=2)
    number = ordonnance.number
    with own_service.connect(DOCTOR) as doctor, own_service.connect(PHARMACIST) as pharmacy:
        doctor.issue(ordonnance.body, key="issue")
        executed = pharmacy.execute(number, a_delivery(number), key="execute")

    own_service.terminate()
    status = own_service.wait()
    own_service.start()
    with own_service.connect(PHARMACIST) as pharmacy:
        told = pharmacy.read(number)

    assert status == 0
    assert told.resource == executed.resource
    assert "Traceback" not in own_service.log


def test_a_token_printed_by_the_command_is_accepted(service, doctor):
    ordonnance = an_ordonnance()
    doctor.issue(ordonnance.body, key="issue")
    claims = [f"--{name}={value}" for name, value in PHARMACIST.claims.items()]

    printed = run("token", *claims)
    other_key = run("token", *claims, ORDONNANCE_DEMO_KEY="not the service's")

    with Teleservice(service.url, printed.stdout.strip()) as bearer:
        assert bearer.consult(ordonnance.number).status == 200
    with Teleservice(service.url, other_key.stdout.strip()) as bearer:
        assert bearer.consult(ordonnance.number).refusal == "TOKEN_INVALID"
    assert (printed.returncode, printed.stderr) == (0, "")


def test_two_workers_agree(fresh_postgresql, tmp_path):
    ordonnance = an_ordonnance(boxes=2)
    number = ordonnance.number
    with serving(fresh_postgresql, tmp_path, workers=2) as service:

        def send(person, operation, *words, **named):
            """Send it by a connection of its own: whichever worker is free takes it."""
            with service.connect(person) as connection:
                return getattr(connection, operation)(*words, **named)

        def have_both_settled():
            send(PHARMACIST, "consult", number)
            database = connect(fresh_postgresql)
            try:
                return len(blocks_of(database)) == 2
            finally:
                database.close()

        issued = send(DOCTOR, "issue", ordonnance.body, key="issue")
        wait_until(have_both_settled, "both workers having opened their chain of the journal")
        delivery = a_delivery(number, boxes=2)
        executed = send(PHARMACIST, "execute", number, delivery, key="execute")
        told = [send(PHARMACIST, "read", number) for _ in range(20)]
        again = [send(PHARMACIST, "execute", number, delivery, key="execute") for _ in range(20)]
        rivals = [send(OTHER_PHARMACIST, "execute", number, delivery, key="2") for _ in range(20)]
        service.terminate()
        status = service.wait()

    assert status == 0
    assert (issued.status, executed.status) == (201, 201)
    assert all(reply.resource == executed.resource for reply in told)
    assert all(reply.is_replay and reply.resource == executed.resource for reply in again)
    assert {reply.refusal for reply in rivals} == {"RIGHTS_EXHAUSTED"}
