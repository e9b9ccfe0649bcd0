"""Traces postes: taken, counted against what the base recorded, purged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ordonnance.domain.trace import Trace, Wrong, read_lines
from ordonnance.store.database import Database
from ordonnance.store.trace import (
    Calls,
    RefusedLines,
    Workstation,
    read_calls,
    read_refused,
    read_tally,
    read_workstation,
    write_refusals,
    write_traces,
)

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
RETRY_DAYS = 31  # a command still sent again a month later counts twice: none is


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of what a workstation sent: how many taken, there already, and the wrong lines.

    *line_count* counts the lines that were not blank.
    """

    line_count: int
    taken: int
    duplicates: int
    wrong: Sequence[Wrong]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """What a purge takes, or took, by site: the traces, and the commands kept to be joined."""

    before: date
    traces: Mapping[str, int]
    commands: Mapping[str, int]


def take(
    database: Database, text: str, *, am: str, at: datetime, sent_at: datetime | None
) -> Taken:
    """Keep the traces of *text* that are not there yet; what became of each.

    *sent_at* is the hour that the workstation says it is; None: it does not say. The same traces
    again change nothing but the count of duplicates; wrong lines are counted each time.

    Source: PST-3, PST-4, PST-6, PST-10.
    """
    traces, wrong = read_lines(text, am=am, at=at)
    rows = write_traces(traces, at)
    refusals = write_refusals(wrong, am=am, workstation=name_sender(traces), at=at)
    kept: list[str] = []
    if rows or refusals:
        with database.transaction():
            [found] = database.fetch_sets([("write_traces", rows)])
            kept = [trace_id for (trace_id,) in found]
            gap_ms = None if sent_at is None else round((at - sent_at).total_seconds() * 1000)
            workstations = tally(traces, kept, am=am, at=at, gap_ms=gap_ms)
            database.write_sets(
                [("write_workstations", workstations), ("write_trace_refusals", refusals)]
            )
    return Taken(
        line_count=len(traces) + len(wrong),
        taken=len(kept),
        duplicates=len(traces) - len(kept),
        wrong=wrong,
    )


def name_sender(traces: Sequence[Trace]) -> str:
    """The workstation that sends *traces*; empty where they are of none, or of several.

    Source: ours (PST-10): a wrong line is not believed when it says whose it is.
    """
    names = {trace.workstation for trace in traces}
    return names.pop() if len(names) == 1 else ""


def tally(
    traces: Sequence[Trace],
    kept: Sequence[str],
    *,
    am: str,
    at: datetime,
    gap_ms: int | None,
) -> list[dict[str, object]]:
    """The rows that say what came from each workstation, in the order of their names."""
    owner = {trace.trace_id: trace.workstation for trace in reversed(traces)}
    taken = Counter(owner[trace_id] for trace_id in kept)
    came = Counter(trace.workstation for trace in traces)
    return [
        {
            "am": am,
            "workstation": name,
            "last_received_at": at,
            "gap_ms": gap_ms,
            "taken_count": taken[name],
            "duplicate_count": max(came[name] - taken[name], 0),
        }
        for name in sorted(came)
    ]


def count_calls(
    database: Database,
    *,
    since: date,
    until: date,
    am: str | None = None,
    ends: tuple[datetime, ...] = (),
) -> tuple[Calls, ...]:
    """What was attempted and recorded from a day to another, both included, in Paris.

    By site, version, operation and day, in that order; of the site *am* alone where one is named.
    An attempt counts once, at the day of its first trace, with the version of that trace. Where
    *ends* are told, two at most and rising, it counts in the period that the first of its traces
    came in: 0 up to the first of them.

    Source: PST-5; PRE-24, PRE-51.
    """
    first_end, second_end = (*ends, NEVER, NEVER)[:2]
    values = {
        "first_end": first_end,
        "second_end": second_end,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "earliest": (since - timedelta(days=RETRY_DAYS)).isoformat(),
        "latest": (until + timedelta(days=RETRY_DAYS)).isoformat(),
        "am": am,
    }
    with database.snapshot():
        return tuple(map(read_calls, database.fetch("count_calls", values)))


def list_workstations(database: Database, *, am: str | None = None) -> tuple[Workstation, ...]:
    """The workstations that ever sent traces, by site; of the site *am* alone where one is named.

    Source: PST-6.
    """
    with database.snapshot():
        return tuple(map(read_workstation, database.fetch("list_workstations", {"am": am})))


def list_refused(database: Database, *, am: str | None = None) -> tuple[RefusedLines, ...]:
    """The lines that were refused, by site, workstation and rule; of the site *am* alone, or all.

    Source: PST-10.
    """
    with database.snapshot():
        return tuple(map(read_refused, database.fetch("list_trace_refusals", {"am": am})))


def look(database: Database, *, before: date) -> Purge:
    """What a purge of the traces made before a day would take; nothing is changed.

    Source: PST-7.
    """
    with database.snapshot():
        return _count(database, before)


def purge(database: Database, *, before: date) -> Purge:
    """Take away the traces made before a day, and the commands recorded before it; what it took.

    Source: PST-7.
    """
    with database.transaction():
        taken = _count(database, before)
        values = {"before": before.isoformat()}
        database.execute("drop_traces", values)
        database.execute("drop_commands", values)
        database.execute("drop_workstations", {})
        database.execute("drop_trace_refusals", values)
    return taken


def _count(database: Database, before: date) -> Purge:
    values = {"before": before.isoformat()}
    return Purge(
        before=before,
        traces=read_tally(database.fetch("count_traces_before", values)),
        commands=read_tally(database.fetch("count_commands_before", values)),
    )
