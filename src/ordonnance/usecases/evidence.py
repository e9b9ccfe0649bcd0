"""From the name of a trace, or the key of a command, to everything that it left.

Its attempts, whether the base recorded it, the execution, and the pieces of SCOR that bill it: what
the GIE looks at when a workstation and the base do not agree.

Source: PST-9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.evidence import Attempt, ExecutionSeen, see_execution
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.store.dossier import read_dossiers, write_keys
from ordonnance.store.trace import RecordedCommand, read_attempt, read_recorded
from ordonnance.usecases.scor import Known, find_kept, list_lots
from ordonnance.usecases.scor_proof import Proved, prove

COMMANDS_MAX = 20
WORD_LENGTH_MAX = 64
BILLED_DAYS = timedelta(days=92)  # an invoice, and the lots that complete it, come within weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSeen:
    """One command of a site, and what it left.

    *command* None: a call without key, known by its trace alone. *recorded_on* None: the base holds
    no such command. *execution* is the one that it made, corrected or took back; None: none, or
    recorded before commands kept it. *pieces* bill that execution, in the order of their lots.
    """

    am: str
    operation: str
    command: str | None
    attempts: tuple[Attempt, ...]
    recorded_on: date | None
    execution: ExecutionSeen | None
    pieces: tuple[Proved, ...]

    @property
    def is_recorded(self) -> bool:
        """Whether the base recorded it, whatever the workstation knows. Source: PST-5."""
        return self.recorded_on is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a word leads to: mostly one command; several where sites or operations share a key."""

    word: str
    commands: tuple[CommandSeen, ...]


def find(known: Known, word: str, *, am: frozenset[str] | None) -> Evidence | None:
    """What the trace, or the command, of that name left; None: nothing is known of it.

    *am* are the sites whose calls may be seen; None: all. The first twenty commands are told.

    Source: PST-9, PRE-93.
    """
    if not 0 < len(word) <= WORD_LENGTH_MAX or "\0" in word:
        return None
    with known.database.snapshot():
        rows = known.database.fetch("find_commands", {"word": word})
    meant = [row for row in rows if am is None or row[0] in am][:COMMANDS_MAX]
    if not meant:
        return None
    return Evidence(word=word, commands=tuple(_follow(known, *row) for row in meant))


def _follow(known: Known, am: str, operation: str, command: str, trace_id: str) -> CommandSeen:
    call = {"am": am, "operation": operation, "command": command}
    with known.database.snapshot():
        attempts = known.database.fetch("list_command_traces", {**call, "trace_id": trace_id})
        rows = known.database.fetch("find_recorded", call) if command else []
        recorded = read_recorded(rows[0], known.seal) if rows else None
        dossier = _load(known, recorded)
    execution: ExecutionSeen | None = None
    pieces: tuple[Proved, ...] = ()
    if dossier is not None and recorded is not None and recorded.rank is not None:
        execution = see_execution(dossier, recorded.rank)
        pieces = _list_pieces(known, am, recorded)
    return CommandSeen(
        am=am,
        operation=operation,
        command=command or None,
        attempts=tuple(map(read_attempt, attempts)),
        recorded_on=None if recorded is None else recorded.on,
        execution=execution,
        pieces=pieces,
    )


def _load(known: Known, recorded: RecordedCommand | None) -> Dossier | None:
    if recorded is None or recorded.number is None:
        return None
    wanted: Mapping[PrescriptionNumber, bool] = {recorded.number: False}
    keys = write_keys(wanted)
    prescriptions, facts = known.database.fetch_sets(
        [("load_prescriptions", keys), ("load_facts", keys)]
    )
    return read_dossiers(wanted, prescriptions, facts, known.seal)[recorded.number]


def _list_pieces(known: Known, am: str, recorded: RecordedCommand) -> tuple[Proved, ...]:
    """The pieces of the site's lots that bill the execution that a command touched.

    The command may be a correction that came after the lot: lots are looked for around it.
    """
    until = min(recorded.on + BILLED_DAYS, day_in_paris(known.at))
    found: list[Proved] = []
    for _, lot in list_lots(known, since=recorded.on - BILLED_DAYS, until=until, am=am):
        with known.database.snapshot():
            kept = find_kept(known, am, lot)
        if kept is None or all(one.prescription != recorded.number for one in kept.lot.invoices):
            continue
        found += [
            one
            for one in prove(known, am=am, lot=lot)
            if one.number == recorded.number
            and one.execution is not None
            and one.execution.rank == recorded.rank
        ]
    return tuple(found)
