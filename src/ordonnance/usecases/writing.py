"""What a set of decisions leaves in the base, table by table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ordonnance.domain.answer import Decision
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Identified, Issued, LaterFact
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.journal import Entry
from ordonnance.store.alert import write_alerts, write_end, write_listed
from ordonnance.store.dossier import (
    digest_as_stored,
    write_fact,
    write_identified,
    write_key,
    write_patient,
)
from ordonnance.store.seal import Seal
from ordonnance.store.trace import write_command


@dataclass(frozen=True, slots=True)
class Writing:
    """Rows to write, by table, and the journal entries that go with them."""

    prescriptions: list[dict[str, Any]] = field(default_factory=list)
    patients: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)
    listed: list[dict[str, Any]] = field(default_factory=list)
    awaited: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)


def prepare(
    decisions: Sequence[Decision],
    dossiers: Mapping[PrescriptionNumber, Dossier],
    seal: Seal,
    *,
    is_traced: Callable[[str], bool],
) -> Writing:
    """The rows that *decisions* leave, in number order so that desks never wait crosswise.

    *dossiers* are as the decisions left them. *is_traced* tells of which sites, by their AM,
    traces are joined with what is recorded.
    """
    writing = Writing()
    for decision in decisions:
        entry = decision.entry
        if decision.fact is not None:
            number = decision.answer.dossier.number
            row = write_fact(number, decision.fact, decision.text, seal)
            if entry is not None:
                digest = digest_as_stored(row["document"], row["resources"])
                entry = replace(entry, document=digest)
            if isinstance(decision.fact, Issued):
                writing.prescriptions.append(row)
                writing.patients.append(write_patient(decision.fact, seal))
            else:
                writing.facts.append(row)
                writing.commands.extend(write_command(number, decision.fact, seal, is_traced))
            if isinstance(decision.fact, Identified):
                dossier = decision.answer.dossier
                writing.patients.extend(write_identified(dossier, decision.fact, seal))
            add_alerts(writing, decision.fact, dossiers[number], seal)
        if entry is not None:
            writing.entries.append(entry)
    for rows in (
        *(writing.prescriptions, writing.patients, writing.facts),
        *(writing.alerts, writing.ended, writing.listed, writing.awaited),
    ):
        rows.sort(key=lambda row: row["number"])
    writing.commands.sort(key=lambda row: (row["am"], row["operation"], row["command"]))
    return writing


def add_alerts(writing: Writing, fact: Issued | LaterFact, dossier: Dossier, seal: Seal) -> None:
    """Add the alerts that *fact* raises, ends, hides or shows: most facts do none of it."""
    if isinstance(fact, Issued) and fact.seen:
        writing.awaited.append({**write_key(dossier.number), "at": fact.at})
    if getattr(fact, "alerts", ()):
        writing.alerts.extend(write_alerts(dossier, fact, seal))
    for rows, write in ((writing.ended, write_end), (writing.listed, write_listed)):
        row = write(dossier, fact)
        if row is not None:
            rows.append(row)
