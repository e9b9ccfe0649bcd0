"""Traces postes as rows: one a trace, one a workstation, one a command that was recorded."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from ordonnance.domain.call import Call, CallOutcome, list_steps
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.evidence import Attempt
from ordonnance.domain.fact import Corrected, Executed, LaterFact, Undone
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.trace import Result, Trace, Wrong
from ordonnance.store.database import Row
from ordonnance.store.seal import Seal


class _Said(msgspec.Struct):
    """What is read again of a trace as it came."""

    horodatage_utc: str
    duree_ms: int
    editeur: str
    resultat: str
    mode: str
    code_retour: str | None = None
    http_status: int | None = None
    nb_lignes_par_issue: dict[str, int] | None = None
    scor_decision: str | None = None
    scor_motif: str | None = None


_decode = msgspec.json.Decoder(_Said).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What one site attempted with one version, of one operation, in one day; by distinct command.

    *recorded* stand in the base; *business_refusals* do not, because of the prescription or its
    patient. *period*: before how many of the instants asked about they did not come, from 0.
    """

    am: str
    version: str
    operation: str
    on: date
    attempts: int
    recorded: int
    business_refusals: int
    period: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workstation:
    """What one workstation of a site sends.

    *gap_seconds* is how late its clock is, at its last sending that told its hour: ours less its
    own; None: none did.
    """

    am: str
    name: str
    last_received_at: datetime
    gap_seconds: float | None
    taken_count: int
    duplicate_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLines:
    """The lines of a site that were refused under one rule: how many, and the last one.

    *workstation* is empty where none could be told: what is wrong is not read further.
    *last_line* is the rank, from 1, of the last one in its sending.
    """

    am: str
    workstation: str
    rule: str
    count: int
    last_line: int
    last_received_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """A command that was recorded on a day; *number* and *rank*: the execution that it touched.

    None: it touched none, or was recorded before these were kept.
    """

    on: date
    number: PrescriptionNumber | None = None
    rank: int | None = None


def write_traces(traces: Iterable[Trace], at: datetime) -> list[dict[str, Any]]:
    """The rows of *traces*, received at an instant, in the order that keeps two writers apart."""
    return [
        {
            "am": trace.am,
            "trace_id": trace.trace_id,
            "operation": trace.operation,
            "command": trace.command or "",
            "version": trace.version,
            "workstation": trace.workstation,
            "made_on": trace.on.isoformat(),
            "made_at": trace.at,
            "received_at": at,
            "attempt": trace.attempt,
            "is_done": int(trace.result is Result.DONE),
            "is_business_refusal": int(trace.is_business_refusal),
            "document": trace.document.encode(),
        }
        for trace in sorted(traces, key=lambda trace: trace.trace_id)
    ]


def write_command(
    number: PrescriptionNumber, fact: LaterFact, seal: Seal, is_traced: Callable[[str], bool]
) -> list[dict[str, Any]]:
    """The row by which a trace finds that its command was recorded, and what it left.

    None for who has no AM, nor for a site that is not traced. The prescription and the rank of the
    execution stand in a document alone, sealed as of the month of the number, with
    which it goes.

    Source: PST-5, PST-9.
    """
    am = fact.by.am
    if am is None or not is_traced(am.value):
        return []
    on = day_in_paris(fact.at)
    rank = rank_touched(fact)
    document = None if rank is None else f"{number} {rank}".encode()
    return [
        {
            "am": am.value,
            "operation": fact.operation,
            "command": fact.key,
            "recorded_on": on.isoformat(),
            "document": None if document is None else seal.seal(number.month_code, document),
            "month": number.month_code,
        }
    ]


def rank_touched(fact: LaterFact) -> int | None:
    """The rank of the execution that *fact* is, corrects or takes back; None: of none.

    Source: PST-9.
    """
    if isinstance(fact, Executed):
        return fact.rank
    return fact.execution if isinstance(fact, Corrected | Undone) else None


def read_recorded(row: Row, seal: Seal) -> RecordedCommand:
    """The recorded command of a row (day, document, month of the prescription)."""
    recorded_on, document, month = row
    on = date.fromisoformat(recorded_on)
    if document is None:
        return RecordedCommand(on)
    number, rank = seal.open(month, document).decode().split()
    return RecordedCommand(on, PrescriptionNumber.parse(number), int(rank))


def write_refusals(
    wrong: Sequence[Wrong], *, am: str, workstation: str, at: datetime
) -> list[dict[str, Any]]:
    """The rows that count the refused lines of a sending, one a rule; never what stood there.

    Source: PST-10.
    """
    counts = Counter(one.rule for one in wrong)
    last = {one.rule: one.line for one in wrong}
    return [
        {
            "am": am,
            "workstation": workstation,
            "rule": rule,
            "refused_count": counts[rule],
            "last_line": last[rule],
            "last_received_at": at,
            "last_received_on": day_in_paris(at).isoformat(),
        }
        for rule in sorted(counts)
    ]


def read_refused(row: Row) -> RefusedLines:
    """The refused lines of a row (am, workstation, rule, count, line, instant)."""
    am, workstation, rule, count, last_line, last_received_at = row
    return RefusedLines(
        am=am,
        workstation=workstation,
        rule=rule,
        count=count,
        last_line=last_line,
        last_received_at=last_received_at,
    )


def read_attempt(row: Row) -> Attempt:
    """The attempt of a row (name, version, workstation, two instants, rank, document)."""
    trace_id, version, workstation, made_at, received_at, attempt, document = row
    said = _decode(document)
    return Attempt(
        trace_id=trace_id,
        version=version,
        workstation=workstation,
        at=made_at,
        received_at=received_at,
        attempt=attempt,
        duration_ms=said.duree_ms,
        result=said.resultat,
        code=said.code_retour,
        status=said.http_status,
        mode=said.mode,
        scor_decision=said.scor_decision,
        scor_because=said.scor_motif,
    )


def read_calls(row: Row) -> Calls:
    """The counts of a row (am, version, operation, day, three counts, period)."""
    am, version, operation, made_on, attempts, recorded, business_refusals, period = row
    return Calls(
        am=am,
        version=version,
        operation=operation,
        on=date.fromisoformat(made_on),
        attempts=int(attempts),
        recorded=int(recorded),
        business_refusals=int(business_refusals),
        period=period,
    )


def read_call(row: Row, am: str) -> Call:
    """The attempt of the site *am* in a row (trace, command, workstation, version, …, document)."""
    trace_id, command, workstation, version, operation, made_on, tries, outcome, document = row
    said = _decode(document)
    return Call(
        trace_id=trace_id,
        command=command or None,
        am=am,
        workstation=workstation,
        vendor=said.editeur,
        version=version.strip(),
        operation=operation,
        on=date.fromisoformat(made_on),
        at=datetime.fromisoformat(said.horodatage_utc),
        result=said.resultat,
        code=said.code_retour,
        http_status=said.http_status,
        duration_ms=said.duree_ms,
        tries=tries,
        outcome=CallOutcome(outcome),
        steps=list_steps(operation, said.mode, said.nb_lignes_par_issue or {}),
    )


def read_workstation(row: Row) -> Workstation:
    """The workstation of a row (am, workstation, instant, gap, two counts)."""
    am, name, last_received_at, gap_ms, taken_count, duplicate_count = row
    return Workstation(
        am=am,
        name=name,
        last_received_at=last_received_at,
        gap_seconds=None if gap_ms is None else gap_ms / 1000,
        taken_count=taken_count,
        duplicate_count=duplicate_count,
    )


def read_tally(rows: Iterable[Row]) -> Mapping[str, int]:
    """The counts of rows (am, count), by site."""
    return {am: int(count) for am, count in rows}
