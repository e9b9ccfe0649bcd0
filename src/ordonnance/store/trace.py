"""Traces postes as rows: one a trace, one a workstation, one a command that was recorded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from ordonnance.domain.call import Call, CallOutcome, list_steps
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.fact import LaterFact
from ordonnance.domain.trace import Result, Trace
from ordonnance.store.database import Row


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


def write_command(fact: LaterFact, is_traced: Callable[[str], bool]) -> list[dict[str, Any]]:
    """The row by which a trace finds that its command was recorded.

    None for who has no AM, nor for a site that is not traced.

    Source: PST-5.
    """
    am = fact.by.am
    if am is None or not is_traced(am.value):
        return []
    on = day_in_paris(fact.at).isoformat()
    command = {"am": am.value, "operation": fact.operation, "command": fact.key}
    return [{**command, "recorded_on": on}]


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


def read_attempt(row: Row, am: str) -> Call:
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
