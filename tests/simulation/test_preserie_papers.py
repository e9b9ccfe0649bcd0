"""What a pharmacy in présérie sends: the téléservice reads it as it was meant."""

from datetime import timedelta
import gzip

import pytest

from api.papers import AMOXICILLIN
from builders import NOW, a_number
from ordonnance.api.scor import read_lot
from ordonnance.domain.identifiers import AMNumber
from ordonnance.domain.scor import Decision
from ordonnance.domain.scor_lot import check_lot
from ordonnance.domain.trace import Mode, Result, read_lines
from ordonnance.simulation.population import ANNE, PILOTS
from ordonnance.simulation.preserie_papers import (
    Billed,
    Call,
    Installed,
    draw_scan,
    write_lot,
    write_traces,
)
from ordonnance.usecases.scan import check_scan

AM = PILOTS[0].claims["am"]
INSTALLED = Installed(vendor="Alba", software="Alba LGO", version="5.0", am=AM)


def a_call(trace_id="t1", **said):
    known = {
        "operation": "execute",
        "at": NOW,
        "milliseconds": 12,
        "command": "c1",
        "attempt": 1,
        "result": Result.DONE,
        "status": 201,
    }
    return Call(trace_id=trace_id, **(known | said))


def an_invoice(decision, name="F1"):
    return Billed(
        invoice=name,
        number=a_number(7),
        patient=ANNE.ins,
        product=AMOXICILLIN,
        execution=None,
        decision=decision,
        reason="NOT_RECORDED",
    )


def test_traces_are_read_as_they_were_written():
    calls = [
        a_call(mode=Mode.DEFERRED, attempt=2, execution="E1", outcomes=(("DELIVREE", 1),)),
        a_call("t2", result=Result.TIMED_OUT, status=None),
        a_call("t3", operation="consult", command=None, status=200),
        a_call(
            "t4", result=Result.BUSINESS_REFUSAL, status=409, code="RIGHTS_EXHAUSTED", command="c2"
        ),
    ]

    text = gzip.decompress(write_traces(calls, INSTALLED)).decode()
    traces, wrong = read_lines(text, am=AM, at=NOW)

    assert wrong == []
    assert [(one.trace_id, one.operation, one.command, one.attempt) for one in traces] == [
        ("t1", "execute", "c1", 2),
        ("t2", "execute", "c1", 1),
        ("t3", "consult", None, 1),
        ("t4", "execute", "c2", 1),
    ]
    assert [one.is_business_refusal for one in traces] == [False, False, False, True]
    assert all(abs(one.at - NOW) < timedelta(milliseconds=1) for one in traces)
    assert {one.version for one in traces} == {"5.0"}


def test_a_lot_names_a_part_for_each_piece_that_is_sent():
    invoices = [an_invoice(Decision.SENT), an_invoice(Decision.STOPPED, "F2")]

    lot = read_lot(write_lot("L1", AM, invoices, closed_at=NOW))
    check_lot(lot, AMNumber(AM), frozenset({"F1"}))

    assert lot.parts == {"F1"}
    assert [one.decision for one in lot.pieces] == [Decision.SENT, Decision.STOPPED]
    assert lot.invoices[0].patient == ANNE.ins.value


@pytest.mark.parametrize("kind", ["JPEG", "PDF"])
def test_a_scan_can_be_read(kind):
    assert check_scan(draw_scan(kind)) == ()
