"""The table of the workflow: whole, and true of every history."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builders import (
    NOW,
    OTHER_PATIENT,
    OTHER_PHARMACY,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    a_number,
    a_prescription,
    an_act,
    cancel,
    execute,
    issue,
    undo,
)
from ordonnance.domain.command import Correct, Identify, Oppose, Propose, Release, Replace, Reserve
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import NotDone
from ordonnance.domain.fact import Cause
from ordonnance.domain.known import Known
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.rights import Status, states_of, status_of
from ordonnance.domain.workflow import IN_TIME, OPERATIONS

STATES = (None, *Status)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda one: one.name)
def test_every_state_is_allowed_refused_or_out_of_reach(operation):
    """Nothing is left unsaid: where the table is silent, there is nothing to ask it of."""
    silent = {state for state in STATES if state not in {*operation.leads, *operation.refused}}

    out_of_reach = {None} if operation.name not in ("issue", "execute") else set()
    if operation.name in ("correct", "undo"):
        out_of_reach.add(Status.TO_EXECUTE)  # nothing was executed
    assert silent == out_of_reach


def status(dossier, at):
    """Where *dossier* stands; None while nothing is known of its number."""
    if dossier.issued is None and not dossier.facts:
        return None
    return status_of(dossier, states_of(dossier, at))


STEPS = (
    "issue",
    "part",
    "rest",
    "late",
    "not done",
    "undo",
    "correct",
    "cancel",
    "replace",
    "reserve",
    "release",
    "propose",
    "object",
    "identify",
    "wait",
)


def command_of(step, number, rank):
    """What is asked; *rank* is that of the execution that is corrected or taken back."""
    said = {"number": number, "key": f"{step}-{rank}", "digest": "0"}
    named = {"execution": f"{number.value}-E{rank}", "reason": "Erreur de saisie"}
    act = an_act(number, handed_over_at=NOW, deferred="Réseau coupé")
    not_done = an_act(number, is_done=False, not_done=NotDone.OUT_OF_STOCK, quantity=None)
    commands = {
        "issue": lambda: issue(a_prescription(number, a_line(boxes=2, valid_until=WEEK))),
        "part": lambda: execute(number, an_act(number), key=said["key"]),
        "rest": lambda: execute(number, an_act(number, boxes=2), key=said["key"]),
        "late": lambda: execute(number, act, key=said["key"], actor=OTHER_PHARMACY),
        "not done": lambda: execute(number, not_done, key=said["key"]),
        "undo": lambda: undo(number, named["execution"], key=said["key"]),
        "correct": lambda: Correct(
            actor=PHARMACY, acts=(an_act(number, boxes=2),), resources=b"[]", **named, **said
        ),
        "cancel": lambda: cancel(number, key=said["key"]),
        "replace": lambda: Replace(
            actor=PRESCRIBER, prescription=a_prescription(a_number()), resources=b"[]", **said
        ),
        "reserve": lambda: Reserve(actor=PHARMACY, **said),
        "release": lambda: Release(actor=PHARMACY, **said),
        "propose": lambda: Propose(actor=PHARMACY, line=None, text="Passer à 250 mg", **said),
        "object": lambda: Oppose(actor=THE_PATIENT, objects=bool(rank % 2), **said),
        "identify": lambda: Identify(
            actor=PRESCRIBER,
            patient=OTHER_PATIENT,
            cause=Cause.MERGED,
            reason="NIR attribué",
            **said,
        ),
    }
    return commands[step]()


WEEK = NOW + timedelta(days=7)


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 4)), max_size=12))
def test_no_history_leaves_the_table(history):  # TLS-13
    number, at = a_number(), NOW
    dossier = Dossier(number=number)
    for step, rank in history:
        before = status(dossier, at)
        if step == "wait":
            at += timedelta(days=3)
            after = status(dossier, at)
            assert after == before or after in IN_TIME[before]
            continue
        command = command_of(step, number, rank)
        known = Known(
            successor=Dossier(number=getattr(command, "prescription", None).number)
            if step == "replace"
            else None
        )
        try:
            decision = decide(dossier, command, at, known)
        except Refusal:
            continue
        written = decision.also or decision
        if written.fact is not None:
            dossier = dossier.add(written.fact, None)
            assert status(dossier, at) in OPERATIONS[command.operation].leads[before], (
                step,
                before,
            )
