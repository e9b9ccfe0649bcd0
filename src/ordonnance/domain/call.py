"""The calls behind a figure of a bilan: one an attempt, who may see it, and the steps it shows.

Source: PRE-53, PRE-54.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
import re
from typing import NoReturn, TypeVar

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.csv_table import write_csv
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_access import fold, may_read
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.trace import Mode, TracedOperation

CALLS_MAX = 500
FILTER_NAMES = ("am", "operation", "day", "version", "outcome")
VALUE_LENGTH_MAX = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Choice = TypeVar("_Choice", bound=StrEnum)


class CallOutcome(StrEnum):
    """What became of an attempt; each has one.

    Failed: the workstation saw that it was not recorded. Never recorded: the workstation saw it
    done, and the base has nothing of it.
    """

    RECORDED = "recorded"
    BUSINESS_REFUSAL = "business_refusal"
    FAILED = "failed"
    NEVER_RECORDED = "never_recorded"


OUTCOME_WORDS: Mapping[CallOutcome, str] = {
    CallOutcome.RECORDED: "enregistrée",
    CallOutcome.BUSINESS_REFUSAL: "refus métier",
    CallOutcome.FAILED: "en échec",
    CallOutcome.NEVER_RECORDED: "jamais enregistrée",
}


class Step(StrEnum):
    """A step of the whole process that a pharmacy may have used. Source: PRE-54."""

    CONSULTED = "consulted"
    TOTAL = "total"
    PARTIAL = "partial"
    NOT_DELIVERED = "not_delivered"
    SUBSTITUTED = "substituted"
    CORRECTED = "corrected"
    UNDONE = "undone"
    DEFERRED = "deferred"
    INVOICED = "invoiced"
    SCOR_STOPPED = "scor_stopped"


STEP_WORDS: Mapping[Step, str] = {
    Step.CONSULTED: "Consultation",
    Step.TOTAL: "Délivrance totale",
    Step.PARTIAL: "Délivrance partielle",
    Step.NOT_DELIVERED: "Non-délivrance",
    Step.SUBSTITUTED: "Substitution",
    Step.CORRECTED: "Correction",
    Step.UNDONE: "Annulation",
    Step.DEFERRED: "Enregistrement différé",
    Step.INVOICED: "Facturation",
    Step.SCOR_STOPPED: "Envoi par SCOR arrêté",
}
_OF_OPERATIONS = {"consult": Step.CONSULTED, "correct": Step.CORRECTED, "undo": Step.UNDONE}
# The words of ``nb_lignes_par_issue`` that are read.
_OF_ISSUES = {
    "DELIVREE": Step.TOTAL,
    "PARTIELLE": Step.PARTIAL,
    "NON_DELIVREE": Step.NOT_DELIVERED,
    "SUBSTITUEE": Step.SUBSTITUTED,
}
_EXECUTE = "execute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An attempt: a distinct command, told by its last trace; *version* and *on* by its first.

    *vendor* is who made the software that called, *command* None where the call bears no key, *at*
    by the workstation's clock. *tries*: how many of its traces came. *steps*: those it shows, if
    it was recorded.
    """

    trace_id: str
    command: str | None
    am: str
    workstation: str
    vendor: str
    version: str
    operation: str
    on: date
    at: datetime
    result: str
    code: str | None
    http_status: int | None
    duration_ms: int
    tries: int
    outcome: CallOutcome
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Which calls are asked for; None: any. *on* is a day in Paris."""

    am: str | None = None
    operation: str | None = None
    version: str | None = None
    on: date | None = None
    outcome: CallOutcome | None = None


def read_filter(said: Mapping[str, str]) -> CallFilter:
    """What is asked for, from values named as ``FILTER_NAMES``; an empty one asks for any.

    Raises:
        Refusal: ELEMENT_INVALID where one is of another form.

    Source: PRE-53.
    """
    for name, value in said.items():
        if len(value) > VALUE_LENGTH_MAX or "\0" in value:
            refuse_filter(name, "un texte court, une seule fois")
    return CallFilter(
        am=said.get("am") or None,
        operation=_read_choice("operation", said.get("operation"), TracedOperation),
        version=said.get("version") or None,
        on=_read_day(said.get("day")),
        outcome=_read_choice("outcome", said.get("outcome"), CallOutcome),
    )


def refuse_filter(name: str, expected: str) -> NoReturn:
    """Refuse a value that is not what it should be.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    raise Refusal(Reasons.ELEMENT_INVALID, name, problem=f"{name} (attendu {expected})")


def _read_choice(name: str, value: str | None, kind: type[_Choice]) -> _Choice | None:
    if not value:
        return None
    known = {one.value: one for one in kind}
    if value not in known:
        refuse_filter(name, f"l’un de : {', '.join(known)}")
    return known[value]


def _read_day(value: str | None) -> date | None:
    if not value:
        return None
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    return refuse_filter("day", "un jour AAAA-MM-JJ")


def list_visible_sites(preserie: Preserie, actor: Actor) -> Mapping[str, date]:
    """The N° AM whose calls *actor* may see, each from its installation on; none: no business.

    A pilot sees its own; who may read the présérie, those of all its pharmacies, those that left
    included.

    Source: PRE-53.
    """
    if not may_read(preserie, actor):
        return {}
    own = actor.am.value if actor.role is Role.EXECUTOR and actor.am is not None else None
    return {
        one.am: one.installed_on
        for one in preserie.installed
        if one.installed_on is not None and own in (None, one.am)
    }


def may_see(preserie: Preserie, actor: Actor, call: Call) -> bool:
    """Whether *actor* may see a call: of a pharmacy it may see, since that was installed.

    A vendor sees the calls of its own software alone, whatever else a pharmacy uses.

    Source: PRE-53: the failures of a vendor are not its competitors' business.
    """
    since = list_visible_sites(preserie, actor).get(call.am)
    if since is None or call.on < since:
        return False
    if actor.role is not Role.VENDOR:
        return True
    return actor.vendor is not None and fold(call.vendor) == fold(actor.vendor)


def list_steps(operation: str, mode: str, issues: Mapping[str, int]) -> tuple[Step, ...]:
    """The steps that a call shows: what it does, and with which outcomes of lines.

    *issues* counts lines by the words of ``nb_lignes_par_issue``; another word shows nothing.

    Source: PRE-54.
    """
    steps = [_OF_OPERATIONS[operation]] if operation in _OF_OPERATIONS else []
    if operation == _EXECUTE:
        steps += [step for word, step in _OF_ISSUES.items() if issues.get(word)]
        steps += [Step.DEFERRED] if mode == Mode.DEFERRED else []
    return tuple(steps)


_HEADERS = (
    *("Trace", "Commande", "Numéro AM", "Poste", "Version", "Opération", "Instant (UTC)"),
    *("Résultat", "Code", "Statut HTTP", "Durée (ms)", "Envois", "Issue"),
)


def write_calls(calls: Iterable[Call]) -> str:
    """*calls* as a CSV file, a line each. Source: PRE-53."""
    return write_csv(_HEADERS, map(_list_cells, calls))


def _list_cells(call: Call) -> tuple[object, ...]:
    return (
        *(call.trace_id, call.command, call.am, call.workstation, call.version),
        *(call.operation, call.at.isoformat(), call.result, call.code),
        *(call.http_status, call.duration_ms, call.tries, OUTCOME_WORDS[call.outcome]),
    )
