"""The counter of a pharmacy in présérie: it executes, keeps traces of its calls, closes its lot."""

from collections import Counter as Tally
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
import time
from typing import Any

import httpx2

from ordonnance.domain.execution import NotDone
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.product import Product
from ordonnance.domain.scor import Because, Decision
from ordonnance.domain.trace import Mode, Result
from ordonnance.poste.client import Reply
from ordonnance.simulation.correspondent import accepted
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    Taken,
    write_correction,
    write_delivery,
    write_execution,
    write_prescription,
    write_undo,
)
from ordonnance.simulation.population import DOCTOR, Patient, Professional
from ordonnance.simulation.preserie_papers import (
    SCAN_KINDS,
    Billed,
    Call,
    Installed,
    draw_scan,
    write_lot,
    write_traces,
)
from ordonnance.simulation.preserie_plan import Scene
from ordonnance.simulation.stage import Stage
from ordonnance.simulation.story_counter import (
    AMOXICILLINE,
    AMOXICILLINE_500,
    CLAMOXYL,
    PARACETAMOL,
)
from ordonnance.simulation.telling import expect, insist, outputs_of

SERVED_IN = timedelta(minutes=10)
ONE_BOX_ONLY = "Une seule boîte a été remise."
KEYED_IN_TWICE = "Saisie par erreur."
NOT_DONE = NotDone.OUT_OF_STOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is prescribed and handed over in a scene; *refusal*: the code that it meets."""

    prescribed: str = PARACETAMOL
    given: str = PARACETAMOL
    boxes: int = 1
    handed: int = 1
    is_done: bool = True
    refusal: str | None = None
    outcome: str = "DELIVREE"


SCRIPTS: Mapping[Scene, Script] = {
    Scene.PARTIAL: Script(boxes=2, outcome="PARTIELLE"),
    Scene.SUBSTITUTED: Script(prescribed=CLAMOXYL, given=AMOXICILLINE, outcome="SUBSTITUEE"),
    Scene.NOT_DELIVERED: Script(is_done=False, outcome="NON_DELIVREE"),
    Scene.CORRECTED: Script(boxes=2, handed=2),
    Scene.UNREASONED: Script(
        prescribed=CLAMOXYL, given=AMOXICILLINE_500, refusal="SUBSTITUTION_REASON_MISSING"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An ordonnance at the counter, and what is going to be recorded of it under *key*."""

    number: PrescriptionNumber
    patient: Patient
    given: Product
    script: Script
    handed_at: datetime
    key: str


@dataclass(slots=True, kw_only=True)
class Counter:
    """A pharmacy's counter. *chances*: the random bits of the ordonnances that come to it, in turn.

    *sent* counts what the téléservice answered: « execute 201 », « execute 422 », « traces »,
    « STOPPED RIGHT »… and « execute lost » for what got no answer. *calls* and *invoices* are what
    the evening will send, *last_calls* what it sent last; *lots* the names of the lots sent,
    *billed* all that they hold, *faults* the pieces of theirs that were judged wrong.
    """

    stage: Stage
    who: Professional
    installed: Installed
    chances: Callable[[], int]
    sent: Tally[str] = field(default_factory=Tally)
    calls: list[Call] = field(default_factory=list)
    invoices: list[Billed] = field(default_factory=list)
    billed: list[Billed] = field(default_factory=list)
    lots: list[str] = field(default_factory=list)
    faults: list[Mapping[str, Any]] = field(default_factory=list)
    served: int = 0
    traced: int = 0
    last_calls: tuple[Call, ...] = ()

    def serve(self, scene: Scene, patient: Patient) -> None:
        """Play *scene*, from the ordonnance's issue to the decision about its scan.

        Raises:
            PlotError: the téléservice did not answer as the scene says.
        """
        paper = self.receive(scene, patient)
        if scene in (Scene.LOST, Scene.LOST_AND_STOPPED):
            insist("nothing passes", is_so=self.try_in_vain(paper))
            is_sent = scene is Scene.LOST
            self.bill(paper, None, Decision.SENT if is_sent else Decision.STOPPED)
            return
        reply = self.execute(paper)
        if paper.script.refusal is not None:
            insist("it is refused", is_so=reply.refusal == paper.script.refusal)
            self.bill(paper, None, Decision.SENT)
            return
        self.go_on(scene, paper, outputs_of(expect(reply, 201).resource, "execution")[-1])

    def receive(self, scene: Scene, patient: Patient) -> Paper:
        """The ordonnance that *patient* presents, issued and consulted."""
        self.stage.clock.skip(SERVED_IN)
        self.served += 1
        script, stage, at = SCRIPTS.get(scene, Script()), self.stage, self.stage.at
        number = PrescriptionNumber.mint(at.date(), self.chances())
        ordered = Ordered(
            product=stage.product(script.prescribed),
            taken=Taken(amount=1, unit="prise", times_a_day=2),
            boxes=script.boxes,
        )
        body = write_prescription(number, [ordered], patient=patient, prescriber=DOCTOR, at=at)
        key = f"{self.installed.am}-{self.served:02}"
        expect(stage.of(DOCTOR).issue(body, key=f"emission-{key}"), 201)
        self.call("consult", None, partial(stage.of(self.who).consult, number))
        return Paper(
            number=number,
            patient=patient,
            given=stage.product(script.given),
            script=script,
            handed_at=stage.at,
            key=key,
        )

    def execute(
        self, paper: Paper, *, key: str = "", deferred: str | None = None, attempt: int = 1
    ) -> Reply:
        """What is answered to the execution of *paper*; *deferred*: why it comes late."""
        script = paper.script
        delivered = Delivered(
            product=paper.given,
            boxes=script.handed,
            is_substitute=script.prescribed != script.given and script.refusal is None,
            not_done=None if script.is_done else NOT_DONE.value,
            deferred=deferred,
        )
        body = write_execution(paper.number, [delivered], at=paper.handed_at)
        name = key or paper.key
        return self.call(
            "execute",
            name,
            partial(self.stage.of(self.who).execute, paper.number, body, key=name),
            attempt=attempt,
            mode=Mode.NOMINAL if deferred is None else Mode.DEFERRED,
            outcomes=((script.outcome, 1),),
        )

    def try_in_vain(self, paper: Paper) -> bool:
        """Try to record *paper* while the network is cut; whether nothing passed."""
        try:
            with self.stage.wire.cut():
                self.execute(paper)
        except httpx2.ConnectError:
            return True
        return False

    def go_on(self, scene: Scene, paper: Paper, execution: str) -> None:
        """What follows a recorded *execution* in *scene*."""
        number = paper.number
        if scene is Scene.UNDONE:
            self.undo(number, execution)
            return
        if scene is Scene.CORRECTED:
            act = write_delivery(number, Delivered(product=paper.given), paper.handed_at)
            key, body = f"{paper.key}-fix", write_correction(execution, ONE_BOX_ONLY, [act])
            send = partial(self.stage.of(self.who).correct, number, body, key=key)
            expect(self.call("correct", key, send, execution=rank_of(execution)), 200)
        if scene is Scene.EXHAUSTED:
            again = self.execute(paper, key=f"{paper.key}-again")
            insist("nothing remains", is_so=again.refusal == "RIGHTS_EXHAUSTED")
        if scene is not Scene.NOT_DELIVERED:
            is_sent = scene is Scene.SENT_TOO
            self.bill(paper, execution, Decision.SENT if is_sent else Decision.STOPPED)

    def undo(self, number: PrescriptionNumber, execution: str) -> None:
        """Take back an execution.

        Raises:
            PlotError: it is refused.
        """
        key = f"{self.installed.am}-u{self.traced}"
        regret = write_undo(execution, KEYED_IN_TWICE)
        send = partial(self.stage.of(self.who).undo, number, regret, key=key)
        expect(self.call("undo", key, send, execution=rank_of(execution)), 200)

    def call(
        self,
        operation: str,
        command: str | None,
        send: Callable[[], Reply],
        **said: Any,  # noqa: ANN401 - members of a Call
    ) -> Reply:
        """What is answered to *send*, of which a trace is kept, answered or not."""
        at, start = self.stage.clock(), time.perf_counter()
        reply: Reply | None = None
        try:
            reply = send()
        finally:
            self.traced += 1
            call = Call(
                trace_id=f"{self.installed.am}-t{self.traced:03}",
                operation=operation,
                at=at,
                milliseconds=round((time.perf_counter() - start) * 1000),
                command=command,
                attempt=said.pop("attempt", 1),
                result=Result.TIMED_OUT if reply is None else result_of(reply),
                status=None if reply is None else reply.status,
                code=None if reply is None else reply.refusal,
                **said,
            )
            self.calls.append(call)
            self.sent[f"{operation} {'lost' if reply is None else reply.status}"] += 1
        return reply

    def bill(self, paper: Paper, execution: str | None, decision: Decision) -> None:
        """Put an invoice in the lot of the day; *execution*: the one that it bills."""
        invoice = Billed(
            invoice=f"F{len(self.billed) + 1}",
            number=paper.number,
            patient=paper.patient.ins,
            product=paper.given,
            execution=execution,
            decision=decision,
            reason=(Because.NOT_RECORDED if execution is None else Because.RECORDED).value,
        )
        self.invoices.append(invoice)
        self.billed.append(invoice)

    def close(self) -> None:
        """Send what the day left: its traces, and its lot.

        Raises:
            PlotError: they are not taken.
        """
        mine = self.stage.by(self.who)
        if self.calls:
            body = write_traces(self.calls, self.installed)
            taken = accepted(mine.send_traces(body), 200)
            insist("every trace is taken", is_so=taken["taken"] == len(self.calls))
            self.sent["traces"] += taken["taken"]
            self.last_calls = tuple(self.calls)
            self.calls.clear()
        if self.invoices:
            self.send_lot(self.invoices)
            self.invoices.clear()

    def send_lot(self, invoices: list[Billed]) -> list[Mapping[str, Any]]:
        """The pieces of the acknowledgement of a lot of *invoices*, closed now.

        Raises:
            PlotError: it is not taken.
        """
        at = self.stage.at
        name = f"{at:%Y-%m-%d}-{len(self.lots) + 1:02}"
        lot = write_lot(name, self.installed.am, invoices, closed_at=at)
        sent = [one.invoice for one in invoices if one.decision is Decision.SENT]
        kinds = dict(zip(sent, SCAN_KINDS * len(sent), strict=False))
        scans = {part: (media, draw_scan(kind)) for part, (kind, media) in kinds.items()}
        arl = accepted(self.stage.by(self.who).send_lot(lot, scans))
        self.lots.append(name)
        pieces: list[Mapping[str, Any]] = arl["pieces"]
        self.sent.update(f"{piece['decision']} {piece['verdict']}" for piece in pieces)
        self.faults += [piece for piece in pieces if piece["gravity"] is not None]
        return pieces

    def upgrade(self, version: str) -> None:
        """Its software is of another version from now on."""
        self.installed = replace(self.installed, version=version)


def rank_of(execution: str) -> str:
    """The rank of an execution in its ordonnance (``E1``), which alone a trace may tell."""
    return execution.rpartition("-")[2]


def result_of(reply: Reply) -> Result:
    """How a call that was answered ended, as a trace says it."""
    if reply.is_done:
        return Result.DONE
    is_business = reply.status in (409, 422)
    return Result.BUSINESS_REFUSAL if is_business else Result.TECHNICAL_ERROR
