from contextlib import closing
from datetime import timedelta
import json

import pytest

from api.papers import delivery, ordonnance, regret
from api.services import code_of, running, told
from builders import NOW, a_number
from lots import AM, CIP, a_lot, a_piece, an_invoice, read_lot, send_lot, write_parts
from ordonnance.domain.product import NOTHING_KNOWN
from ordonnance.simulation.population import ANNE, DOCTOR, MARC, OTHER_PHARMACIST
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.scor import Known, count_pieces, list_wrong_stops
from scans import PAGE, draw_page, write

TODAY = NOW.date()
MEBIBYTE = 1024 * 1024
OTHER = "3400930000014"


@pytest.fixture(params=["sqlite", "postgresql"])
def alone(request):
    """A téléservice on a base of its own, on each engine in turn."""
    with running(request.getfixturevalue(f"fresh_{request.param}")) as service:
        yield service


@pytest.fixture
def done(service):
    """What an invoice says of an execution that is recorded."""
    return execute(service)


def execute(service, **more):
    number = a_number()
    service.issue(ordonnance(number))
    assert service.act(number, "execute", delivery(number), **more).status_code == 201
    return {"number": number.value, "execution": f"{number}-E1"}


def verdict_of(answer):
    [piece] = answer.json["pieces"]
    return piece["verdict"], piece["because"]


def say(service, question, **values):
    with closing(connect(service.settings.database)) as database:
        known = Known(database, PlainSeal(), NOTHING_KNOWN, service.clock.at)
        return question(known, since=TODAY, until=TODAY + timedelta(days=30), **values)


@pytest.mark.parametrize(
    ("decision", "verdict", "gravity"),
    [("STOPPED", "RIGHT", None), ("SENT", "WRONG_SEND", "minor"), ("HELD", "RIGHT", None)],
)
def test_of_what_is_recorded_the_scan_is_not_owed(
    service, done, decision, verdict, gravity
):  # SCOR-2, SCOR-4
    answer = send_lot(service, a_lot(an_invoice(a_piece(decision), **done, invoice="F-A")))

    assert answer.status_code == 201
    [piece] = answer.json["pieces"]
    assert piece == {
        "invoice": "F-A",
        "piece": "P1",
        "decision": decision,
        "verdict": verdict,
        "gravity": gravity,
        "owed": "STOPPED",
        "because": "RECORDED",
        "sentence": "Toutes les lignes remboursées sont enregistrées : la pièce n’est pas due.",
        "flaws": [],
    }
    assert ANNE.ins.value not in answer.text
    assert done["number"] not in answer.text


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"number": None, "execution": None}, "NOT_RECORDED"),
        ({"patient": MARC.ins.value}, "OTHER_PATIENT"),
        ({"lines": [{"cip": cip, "reimbursed": True} for cip in (CIP, OTHER)]}, "NOT_COVERED"),
    ],
)  # fmt: skip
def test_what_is_stopped_without_proof_is_a_major_error(  # SCOR-2, SCOR-4
    service, done, said, because
):
    invoice, days_ago = {**done, **said}, "2026-11-20T18:00:00Z"
    stopped, sent = (
        a_lot(an_invoice(a_piece(decision), **invoice), closed_at=days_ago)
        for decision in ("STOPPED", "SENT")
    )

    assert verdict_of(send_lot(service, stopped)) == ("WRONG_STOP", because)
    assert verdict_of(send_lot(service, sent)) == ("RIGHT", because)


def test_a_line_that_is_not_reimbursed_needs_no_proof(service, done):  # SCOR-4
    lines = [{"cip": CIP, "reimbursed": True}, {"code": "PARA", "reimbursed": False}]

    answer = send_lot(service, a_lot(an_invoice(a_piece("STOPPED"), **done, lines=lines)))

    assert verdict_of(answer) == ("RIGHT", "RECORDED")


def test_a_line_added_by_hand_is_not_on_the_e_prescription(service):  # SCOR-4
    number = a_number()
    service.issue(ordonnance(number))
    service.act(number, "execute", delivery(number, line=None))

    lot = a_lot(an_invoice(a_piece("STOPPED"), execution=f"{number}-E1"))

    assert verdict_of(send_lot(service, lot)) == ("WRONG_STOP", "NOT_COVERED")


def test_the_execution_of_another_site_proves_nothing(service):  # SCOR-4
    elsewhere = execute(service, claims=OTHER_PHARMACIST.claims)

    answer = send_lot(service, a_lot(an_invoice(a_piece("STOPPED"), **elsewhere)))

    assert verdict_of(answer) == ("WRONG_STOP", "OTHER_SITE")


def test_what_waits_for_its_prescription_is_held_until_the_evening(service):  # SCOR-1, SCOR-4
    number = a_number()
    late = delivery(number, at=NOW - timedelta(hours=1), deferred="Panne du réseau")
    assert service.act(number, "execute", late).status_code == 202
    invoice = {"execution": f"{number}-E1", "number": number.value}
    lot = a_lot(an_invoice(a_piece("HELD"), **invoice))

    assert verdict_of(send_lot(service, lot)) == ("RIGHT", "AWAITED")
    service.clock.advance(days=1)
    assert verdict_of(read_lot(service, lot["lot"])) == ("WRONG_STOP", "AWAITED")
    service.issue(ordonnance(number))
    assert verdict_of(read_lot(service, lot["lot"])) == ("RIGHT", "RECORDED")


@pytest.mark.parametrize(
    ("said", "piece", "because"),
    [({"phase": 1}, {}, "PHASE_1"), ({}, {"reason": "DEGRADED"}, "DEGRADED")],
)
def test_phase_1_and_the_degraded_mode_always_owe(service, done, said, piece, because):  # SCOR-1
    lot = a_lot(an_invoice(a_piece("STOPPED", **piece), **done), **said)

    assert verdict_of(send_lot(service, lot)) == ("WRONG_STOP", because)


def test_without_the_execution_the_last_of_the_week_is_looked_at(service, done):  # SCOR-4
    invoice = an_invoice(a_piece("STOPPED"), number=done["number"])

    now = send_lot(service, a_lot(invoice))
    later = send_lot(service, a_lot(invoice, closed_at=(NOW + timedelta(days=8)).isoformat()))

    assert verdict_of(now) == ("RIGHT", "RECORDED")
    assert verdict_of(later) == ("WRONG_STOP", "NOT_RECORDED")


def test_a_piece_that_is_owed_and_cannot_be_read_says_why(service):  # SCOR-2, SCOR-5
    lot = a_lot(an_invoice(a_piece("SENT")))

    answer = send_lot(service, lot, scan=write(draw_page(ink=None), "PDF"))

    assert verdict_of(answer)[0] == "UNREADABLE"
    assert answer.json["pieces"][0]["flaws"] == [{"page": 1, "anomaly": "BLANK"}]


def test_a_lot_sent_twice_is_the_same_lot(alone):  # SCOR-7
    lot = a_lot(an_invoice(a_piece("SENT")))

    first = send_lot(alone, lot)
    alone.clock.advance(days=2)
    again = send_lot(alone, lot, boundary="y" * 20)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert first.headers["location"] == f"/scor/lots/{lot['lot']}"
    counts = "(SELECT count(*) FROM scor_lot), (SELECT count(*) FROM scor_scan)"
    assert alone.ask(counts) == (1, 1)
    [kept] = alone.ask("document FROM scor_scan")
    assert bytes(kept) == PAGE


def test_another_lot_of_the_same_name_is_refused_and_a_site_has_its_own_names(
    service, done
):  # SCOR-7
    lot = a_lot(an_invoice(a_piece("STOPPED"), **done))
    send_lot(service, lot)

    changed = send_lot(service, {**lot, "phase": 1})
    elsewhere = send_lot(
        service, {**lot, "am": OTHER_PHARMACIST.claims["am"]}, claims=OTHER_PHARMACIST.claims
    )

    assert told(changed) == (409, ["LOT_TAKEN"], "lot")
    assert elsewhere.status_code == 201


def test_an_execution_undone_after_the_lot_left_makes_the_scan_owed(service):  # SCOR-8
    done = execute(service)
    lot = a_lot(an_invoice(a_piece("STOPPED"), **done, invoice=done["number"]))
    first = send_lot(service, lot)
    service.act(done["number"], "undo", regret(done["number"]), key="undo")

    [piece] = read_lot(service, lot["lot"]).json["pieces"]
    assert (piece["verdict_at_receipt"], piece["verdict"], piece["because"]) == (
        "RIGHT", "WRONG_STOP", "UNDONE"
    )  # fmt: skip
    assert piece["complemented"] is False
    assert verdict_of(first) == ("RIGHT", "RECORDED")

    complement = a_lot(an_invoice(a_piece("SENT"), **done, invoice=done["number"]))
    assert verdict_of(send_lot(service, complement)) == ("RIGHT", "UNDONE")
    [piece] = read_lot(service, lot["lot"]).json["pieces"]
    assert (piece["verdict"], piece["complemented"]) == ("RIGHT", True)


def test_a_lot_is_told_to_its_site_alone(service, done):  # SCOR-8
    lot = a_lot(an_invoice(a_piece("STOPPED"), **done))
    send_lot(service, lot)

    assert code_of(read_lot(service, lot["lot"], OTHER_PHARMACIST.claims)) == "LOT_UNKNOWN"
    assert code_of(read_lot(service, lot["lot"], DOCTOR.claims)) == "ROLE_NOT_ALLOWED"
    assert code_of(read_lot(service, "a b")) == "LOT_UNKNOWN"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"am": "332000029"}, "ELEMENT_INVALID"),
        ({"lot": "a/b"}, "ELEMENT_INVALID"),
        ({"phase": 3}, "ELEMENT_INVALID"),
        ({"closed_at": "2026-11-23T09:00:00"}, "ELEMENT_INVALID"),
        ({"closed_at": "hier"}, "ELEMENT_INVALID"),
        ({"invoices": [an_invoice(patient="279035121518988")]}, "INS_INVALID"),
        ({"invoices": [an_invoice(number="012J7K3M9QW2XR5TVX")]}, "NUMBER_MALFORMED"),
        ({"invoices": [an_invoice(execution="E1")]}, "ELEMENT_INVALID"),
        ({"invoices": [an_invoice(lines=[{"reimbursed": True}])]}, "ELEMENT_INVALID"),
        ({"invoices": [an_invoice(a_piece("SENT", part=None))]}, "ELEMENT_MISSING"),
        ({"invoices": [an_invoice(a_piece("SENT", part="other"))]}, "ELEMENT_MISSING"),
        ({"invoices": [an_invoice(a_piece("MAYBE"))]}, "ELEMENT_INVALID"),
        ({"invoices": [an_invoice(a_piece("HELD"), a_piece("HELD"))]}, "ELEMENT_INVALID"),
        ({"invoices": [an_invoice()] * 501}, "ELEMENT_INVALID"),
    ],
)
def test_a_lot_that_cannot_be_is_refused_whole(service, change, code):  # SCOR-3
    before = service.ask("count(*) FROM scor_lot")

    answer = send_lot(service, {**a_lot(), **change})

    assert code_of(answer) == code
    assert service.ask("count(*) FROM scor_lot") == before


@pytest.mark.parametrize(
    ("lot", "scans", "code"),
    [
        (b"{", {}, "BODY_MALFORMED"),
        (b"", {}, "ELEMENT_MISSING"),
        (b"x" * (MEBIBYTE + 1), {}, "BODY_TOO_LARGE"),
        (a_lot(), {"unnamed": PAGE}, "ELEMENT_INVALID"),
        (a_lot(an_invoice(a_piece("SENT"))), {"scan": bytes(10 * MEBIBYTE + 1)}, "BODY_TOO_LARGE"),
        (a_lot(), {name: bytes(8 * MEBIBYTE) for name in ("a", "b", "c")}, "BODY_TOO_LARGE"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_is_too_large_is_refused(service, lot, scans, code):  # SCOR-3
    assert code_of(send_lot(service, lot, **scans)) == code


@pytest.mark.parametrize(
    ("media", "cut", "code"),
    [
        ("application/json", 0, "MEDIA_TYPE_UNSUPPORTED"),
        ("multipart/form-data", 0, "BODY_MALFORMED"),
        ("multipart/form-data; boundary=other", 0, "BODY_MALFORMED"),
        ("multipart/form-data; boundary=" + "x" * 30, 60, "BODY_MALFORMED"),
    ],
)
def test_parts_that_do_not_read_are_refused(service, media, cut, code):  # SCOR-3
    body = write_parts(a_lot())

    answer = service.send(
        "POST",
        "/scor/lots",
        token=service.token({"role": "executor", "am": AM, "profession": "G15_21"}),
        body=body[: len(body) - cut],
        Content_Type=media,
    )

    assert code_of(answer) == code


def test_pieces_are_counted_by_site_and_wrong_stops_listed_for_the_cpam(alone):  # SCOR-9
    done, undone, complemented = (execute(alone, key=f"k{n}") for n in range(3))
    pieces = [
        an_invoice(a_piece("STOPPED"), **done, invoice="right"),
        an_invoice(a_piece("STOPPED"), **undone, invoice="undone"),
        an_invoice(a_piece("STOPPED"), **complemented, invoice="complemented"),
        an_invoice(a_piece("STOPPED"), invoice="unproven"),
        an_invoice(a_piece("SENT"), invoice="sent"),
        an_invoice(a_piece("SENT"), **done, invoice="useless"),
    ]
    lot = a_lot(*pieces)
    send_lot(alone, lot)
    for one in (undone, complemented):
        alone.act(one["number"], "undo", regret(one["number"]), key="undo")
    send_lot(alone, a_lot(an_invoice(a_piece("SENT"), **complemented, invoice="complemented")))

    [counts] = say(alone, count_pieces, am=AM)

    assert (counts.stopped_rightly, counts.stopped_wrongly) == (2, 2)
    assert (counts.sent_rightly, counts.sent_wrongly) == (2, 1)
    wrong = say(alone, list_wrong_stops, department="33")
    assert [(one.lot, one.first.invoice) for one in wrong] == [
        (lot["lot"], "undone"), (lot["lot"], "unproven")
    ]  # fmt: skip
    assert say(alone, list_wrong_stops, department="75") == ()


def test_nothing_of_a_lot_is_logged(service, done, capfd):  # SCOR-3
    send_lot(service, a_lot(an_invoice(a_piece("STOPPED"), **done)))
    send_lot(service, json.dumps(a_lot(an_invoice(patient=5))).encode())

    out = "".join(capfd.readouterr())
    assert ANNE.ins.value not in out
    assert done["number"] not in out
