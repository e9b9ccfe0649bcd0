"""Real sockets cut, stalled and flooded: a fact is recorded once or not at all."""

from contextlib import ExitStack

import pytest

from journeys.service import (
    Ordonnance,
    Service,
    a_delivery,
    an_ordonnance,
    lines_of,
    resources_of,
    serving,
    wait_until,
)
from journeys.wire import ISSUE, Wire, execute_path
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.fhir.reading import BODY_BYTES_MAX
from ordonnance.simulation.population import DOCTOR, OTHER_PHARMACIST, PHARMACIST
from usecases.desks import locked

CONNECTIONS = 200
PADDING = b" " * 1000
CHUNKED = b"POST /fhir/Task/$issue HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
GARBAGE = {
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "zeros": bytes(4096),
    "words": b"BONJOUR\r\n\r\n",
    "negative length": b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "length and chunks": b"POST / HTTP/1.1\r\nContent-Length: 2\r\n" + CHUNKED[33:],
    "no chunk": CHUNKED + b"not a size\r\n",
}


def issue(service: Service, boxes: int = 2) -> Ordonnance:
    """An ordonnance of so many boxes, issued."""
    written = an_ordonnance(boxes=boxes)
    with service.connect(DOCTOR) as doctor:
        assert doctor.issue(written.body, key="issue").status == 201
    return written


def count_executions(service: Service, number: PrescriptionNumber) -> int:
    """How many executions stand."""
    with service.connect(PHARMACIST) as pharmacy:
        return len(resources_of(pharmacy.consult(number), "MedicationDispense"))


def assert_serves(service: Service) -> None:
    """Somebody else is served as if nothing were."""
    ordonnance = issue(service)
    with service.connect(PHARMACIST) as pharmacy:
        delivery = a_delivery(ordonnance.number)
        assert pharmacy.execute(ordonnance.number, delivery, key="execute").status == 201


def test_an_issue_whose_answer_was_never_read_is_answered_again(service):
    ordonnance = an_ordonnance()
    with service.connect(DOCTOR) as doctor:
        wire = Wire(service, DOCTOR)
        wire.post(ISSUE, ordonnance.body, key="once")
        wait_until(lambda: doctor.read(ordonnance.number).is_done, "the prescription recorded")

        wire.cut()
        again = doctor.issue(ordonnance.body, key="once")
        told = doctor.read(ordonnance.number)

    assert (again.status, again.is_replay) == (201, True)
    assert told.resource["meta"]["versionId"] == "1"


def test_an_execution_cut_before_its_answer_is_recorded_once(service):
    number = issue(service).number
    delivery = a_delivery(number)
    wire = Wire(service, PHARMACIST)
    with locked(service.database_url, number):
        wire.post(execute_path(number), delivery, key="once")
        service.let_pass()

        wire.cut()
        service.let_pass()
    wait_until(lambda: count_executions(service, number) == 1, "the execution recorded")
    with service.connect(PHARMACIST) as pharmacy:
        again = pharmacy.execute(number, delivery, key="once")

    assert (again.status, again.is_replay) == (201, True)
    assert lines_of(again) == [("EN_COURS", 1)]
    assert count_executions(service, number) == 1


@pytest.mark.parametrize("end", [Wire.cut, Wire.hang_up])
def test_whoever_leaves_at_once_and_comes_again_acts_once(service, end):
    number = issue(service, boxes=40).number
    delivery = a_delivery(number)
    with service.connect(PHARMACIST) as pharmacy:
        for attempt in range(20):
            wire = Wire(service, PHARMACIST)
            wire.post(execute_path(number), delivery, key=f"{attempt}")
            end(wire)

            assert pharmacy.execute(number, delivery, key=f"{attempt}").status == 201

        told = pharmacy.consult(number)

    assert len(resources_of(told, "MedicationDispense")) == 20
    assert lines_of(told) == [("EN_COURS", 20)]


@pytest.mark.parametrize("missing", [len(PADDING) + 400, len(PADDING) // 2])
def test_a_body_that_stops_before_its_end_leaves_nothing_and_blocks_nobody(service, missing):
    ordonnance = an_ordonnance()
    body = ordonnance.body + PADDING
    wire = Wire(service, DOCTOR)
    wire.send(wire.head(ISSUE, key="once", Content_Length=len(body)) + body[:-missing])
    service.let_pass()

    assert_serves(service)
    wire.hang_up()
    service.let_pass()
    with service.connect(DOCTOR) as doctor:
        unknown = doctor.read(ordonnance.number)
        whole = doctor.issue(body, key="once")

    assert unknown.refusal == "NUMBER_UNKNOWN"
    assert (whole.status, whole.is_replay) == (201, False)


def test_a_body_announced_too_large_is_refused_at_its_first_byte(service):  # TLS-17
    with Wire(service, DOCTOR) as wire:
        wire.send(wire.head(ISSUE, key="large", Content_Length=BODY_BYTES_MAX + 1) + b"{")

        refused = wire.read()

    assert (refused.status, refused.refusal) == (413, "BODY_TOO_LARGE")


def test_chunks_are_read_up_to_the_limit(service):  # TLS-17
    ordonnance = an_ordonnance()
    with Wire(service, DOCTOR) as wire:
        wire.send(wire.head(ISSUE, key="chunks", Transfer_Encoding="chunked"))
        for start in range(0, len(ordonnance.body), 100):
            wire.send_chunk(ordonnance.body[start : start + 100])
        wire.send_chunk(b"")

        assert wire.read().status == 201


def test_chunks_beyond_the_limit_are_refused(service):  # TLS-17
    ordonnance = an_ordonnance()
    with Wire(service, DOCTOR) as wire:
        wire.send(wire.head(ISSUE, key="chunks", Transfer_Encoding="chunked"))
        wire.send_chunk(ordonnance.body)
        for _ in range(8 * BODY_BYTES_MAX // 16_384):
            wire.send_chunk(b" " * 16_384)

        refused = wire.read()

    assert (refused.status, refused.refusal) == (413, "BODY_TOO_LARGE")
    with service.connect(DOCTOR) as doctor:
        assert doctor.read(ordonnance.number).refusal == "NUMBER_UNKNOWN"


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_what_is_not_http_is_turned_away(service, garbage):
    with Wire(service, DOCTOR) as wire:
        wire.send(garbage)

        assert wire.read_to_the_end().startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 401 "))

    assert_serves(service)
    assert "Traceback" not in service.log


def test_two_hundred_at_once_are_all_answered(service):
    number = issue(service, boxes=50).number
    with ExitStack() as stack:
        wires = [
            stack.enter_context(Wire(service, (PHARMACIST, OTHER_PHARMACIST)[turn % 2]))
            for turn in range(CONNECTIONS)
        ]
        for turn, wire in enumerate(wires):
            wire.post(execute_path(number), a_delivery(number), key=f"{turn}")
        replies = [wire.read() for wire in wires]

    said = [reply.refusal or reply.status for reply in replies]
    assert (said.count(201), said.count("RIGHTS_EXHAUSTED")) == (50, 150)
    assert count_executions(service, number) == 50


def test_whoever_waits_when_the_program_is_ended_is_answered_first(own_service):
    number = issue(own_service, boxes=30).number
    delivery = a_delivery(number)
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(own_service, PHARMACIST)) for _ in range(30)]
        with locked(own_service.database_url, number):
            for turn, wire in enumerate(wires):
                wire.post(execute_path(number), delivery, key=f"{turn}")
            own_service.let_pass()
            own_service.terminate()
            wait_until(lambda: not own_service.is_listening(), "a service that takes nobody more")
        replies = [wire.read() for wire in wires]
        status = own_service.wait()
    own_service.start()
    with own_service.connect(PHARMACIST) as pharmacy:
        again = [pharmacy.execute(number, delivery, key=f"{turn}") for turn in range(30)]

    assert status == 0
    assert [reply.status for reply in replies] == [201] * 30
    assert all(reply.is_replay for reply in again)
    assert [reply.resource for reply in again] == [reply.resource for reply in replies]
    assert count_executions(own_service, number) == 30


def test_a_silent_client_does_not_keep_the_program_from_ending(tmp_path):
    with serving(f"sqlite:///{tmp_path / 'ordonnance.db'}", tmp_path) as service:
        with Wire(service, DOCTOR) as wire:
            wire.send(wire.head(ISSUE, key="silent", Content_Length=1000) + b"{")
            service.let_pass()
            service.terminate()
            status = service.wait()

        assert status == 0
