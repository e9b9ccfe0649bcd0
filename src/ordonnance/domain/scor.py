"""SCOR: is the scan of an ordonnance still owed for this invoice? One rule for both sides.

The workstation decides by it when a lot closes; the téléservice judges by it what was decided. In
phase 2 the scan is stopped if, and only if, every reimbursed line of the invoice is covered by an
execution that the téléservice recorded, for the same patient, by the same site, and that stands.

Source: SCOR-1; « suppression de l’envoi des ordonnances par SCOR (phase 2 indiquée dans les
spécifications) ». The specifications are not public: the table is our reading.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Whether recorded executions stand in for scans."""

    ONE = "1"
    TWO = "2"


class Decision(StrEnum):
    """What becomes of a piece."""

    SENT = "SENT"
    STOPPED = "STOPPED"
    HELD = "HELD"


class State(StrEnum):
    """What the téléservice knows of the execution that the invoice bills."""

    NONE = "NONE"
    AWAITED = "AWAITED"
    RECORDED = "RECORDED"
    UNDONE = "UNDONE"


class Because(StrEnum):
    """Why a piece is owed or not; kept with each piece."""

    DEGRADED = "DEGRADED"
    PHASE_1 = "PHASE_1"
    NOTHING_REIMBURSED = "NOTHING_REIMBURSED"
    NOT_RECORDED = "NOT_RECORDED"
    AWAITED = "AWAITED"
    UNDONE = "UNDONE"
    OTHER_PATIENT = "OTHER_PATIENT"
    OTHER_SITE = "OTHER_SITE"
    NOT_COVERED = "NOT_COVERED"
    RECORDED = "RECORDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rule looks at.

    *is_degraded*: the piece is a feuille de soins, which is owed whatever the ordonnance.
    *reimbursed* are the codes of the reimbursed lines, *covered* those that the execution covers.
    *may_wait*: the day of the lot is not over, and what is not known yet may still come.
    """

    phase: Phase
    state: State
    is_degraded: bool = False
    is_same_patient: bool = True
    is_same_site: bool = True
    reimbursed: frozenset[str] = frozenset()
    covered: frozenset[str] = frozenset()
    may_wait: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """What becomes of a piece, and why."""

    decision: Decision
    because: Because


# Read from top to bottom: the first row that holds decides.
_Row = tuple[Callable[[Case], bool], Decision, Because]
DECISIONS: tuple[_Row, ...] = (
    (lambda case: case.is_degraded, Decision.SENT, Because.DEGRADED),
    (lambda case: case.phase is Phase.ONE, Decision.SENT, Because.PHASE_1),
    (lambda case: not case.reimbursed, Decision.STOPPED, Because.NOTHING_REIMBURSED),
    (lambda case: case.state is State.UNDONE, Decision.SENT, Because.UNDONE),
    (
        lambda case: case.state is State.AWAITED and case.may_wait,
        Decision.HELD,
        Because.AWAITED,
    ),
    (lambda case: case.state is State.AWAITED, Decision.SENT, Because.AWAITED),
    (
        lambda case: case.state is State.NONE and case.may_wait,
        Decision.HELD,
        Because.NOT_RECORDED,
    ),
    (lambda case: case.state is State.NONE, Decision.SENT, Because.NOT_RECORDED),
    (lambda case: not case.is_same_patient, Decision.SENT, Because.OTHER_PATIENT),
    (lambda case: not case.is_same_site, Decision.SENT, Because.OTHER_SITE),
    (lambda case: not case.reimbursed <= case.covered, Decision.SENT, Because.NOT_COVERED),
    (lambda case: case.state is State.RECORDED, Decision.STOPPED, Because.RECORDED),
)


def decide(case: Case) -> Owed:
    """What becomes of a piece of *case*: sent, stopped, or held until the day is over.

    Source: SCOR-1.
    """
    for holds, decision, because in DECISIONS:
        if holds(case):
            return Owed(decision, because)
    raise AssertionError("every state of an execution has its row")


class Verdict(StrEnum):
    """How a decision is judged."""

    RIGHT = "RIGHT"
    WRONG_STOP = "WRONG_STOP"
    WRONG_SEND = "WRONG_SEND"
    UNREADABLE = "UNREADABLE"


class Gravity(StrEnum):
    """What an error costs: the proof itself, or a useless sending."""

    MAJOR = "major"
    MINOR = "minor"


GRAVITIES = {Verdict.WRONG_STOP: Gravity.MAJOR, Verdict.WRONG_SEND: Gravity.MINOR}


def judge(said: Decision, owed: Owed, *, is_readable: bool = True) -> Verdict:
    """How the decision *said* of a piece is judged, knowing what was *owed*.

    What is not sent and is owed has no proof: a wrong stop, once it may no longer wait. What is
    sent and not owed is useless, legible or not.

    Source: SCOR-2.
    """
    if said is Decision.SENT:
        if owed.decision is Decision.STOPPED:
            return Verdict.WRONG_SEND
        return Verdict.RIGHT if is_readable else Verdict.UNREADABLE
    may_be_held = said is Decision.HELD and owed.decision is Decision.HELD
    if owed.decision is Decision.STOPPED or may_be_held:
        return Verdict.RIGHT
    return Verdict.WRONG_STOP


SENTENCES = {
    Because.DEGRADED: "Feuille de soins : elle est due même quand l’ordonnance ne l’est pas.",
    Because.PHASE_1: "Phase 1 : la numérisation reste due pour chaque facture.",
    Because.NOTHING_REIMBURSED: "Aucune ligne remboursée : rien n’est dû.",
    Because.NOT_RECORDED: "Aucune exécution enregistrée pour cette facture : envoyez la pièce.",
    Because.AWAITED: "L’exécution attend son ordonnance : gardez la pièce jusqu’au soir, puis "
    "envoyez-la.",
    Because.UNDONE: "L’exécution a été annulée : envoyez la pièce dans un lot complémentaire.",
    Because.OTHER_PATIENT: "L’exécution est d’un autre patient : vérifiez, et envoyez la pièce.",
    Because.OTHER_SITE: "L’exécution est d’un autre site : vérifiez, et envoyez la pièce.",
    Because.NOT_COVERED: "Une ligne remboursée n’est pas dans l’exécution : envoyez la pièce.",
    Because.RECORDED: "Toutes les lignes remboursées sont enregistrées : la pièce n’est pas due.",
}
