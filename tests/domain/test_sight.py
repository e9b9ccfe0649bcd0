"""Who may know of a prescription, whose it is, and what a prescriber sees under objection."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builders import (
    NOW,
    OTHER_PATIENT,
    OTHER_PHARMACY,
    OTHER_PRESCRIBER,
    PATIENT,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    a_number,
    a_prescription,
    after,
    an_act,
    an_issued,
    cancel,
    code_of,
    execute,
    issue,
    not_delivered,
    read,
    undo,
)
from objections import CAISSE, OPERATOR, THIRD_PATIENT, identify, oppose
from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override
from ordonnance.domain.fact import Alert, AlertCode, Cause, LaterFact
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.sight import (
    is_found_by,
    is_known_to,
    is_of_same_patient,
    is_patient,
    patients_of,
)
from ordonnance.fhir import task

REPLACED = OTHER_PRESCRIBER
FORMER = Actor(role=Role.PATIENT, ins=PATIENT)
OTHER = Actor(role=Role.PATIENT, ins=OTHER_PATIENT)


# Anonymity


@pytest.mark.parametrize(
    ("actor", "is_known"),
    [
        (PRESCRIBER, True),
        (PHARMACY, True),
        (OTHER_PHARMACY, True),
        (OTHER_PRESCRIBER, False),
        (THE_PATIENT, False),
        (CAISSE, False),
        (OPERATOR, False),
        (Actor(role=Role.CNAM), False),
    ],
)
def test_an_anonymous_prescription_is_known_to_few(actor, is_known):  # TLS-57
    assert is_known_to(an_issued(is_anonymous=True), actor) is is_known
    assert is_known_to(an_issued(), actor)


def test_a_number_that_may_not_be_known_designates_nothing():  # TLS-57
    dossier = an_issued(is_anonymous=True, replaced=REPLACED.rpps)
    number = dossier.number

    for command in (
        read(number, actor=OTHER_PRESCRIBER, reason="Suivi"),
        read(number, actor=THE_PATIENT),
        read(number, actor=OPERATOR),
        cancel(number, actor=OTHER_PRESCRIBER),
        oppose(number),
        oppose(number, actor=CAISSE),
        identify(number, actor=OPERATOR),
    ):
        assert code_of(dossier, command) == "NUMBER_UNKNOWN"
        assert code_of(Dossier(number=number), command) == "NUMBER_UNKNOWN"


# Whose it is


def test_the_patient_is_the_one_that_was_written():  # TLS-58
    assert an_issued().patient == PATIENT
    assert patients_of(an_issued()) == (PATIENT,)
    assert Dossier(number=a_number()).patient is None
    assert patients_of(Dossier(number=a_number())) == ()


@pytest.mark.parametrize(
    ("changes", "patients"),
    [
        ([(OTHER_PATIENT, Cause.MERGED)], (PATIENT, OTHER_PATIENT)),
        ([(OTHER_PATIENT, Cause.CORRECTED)], (OTHER_PATIENT,)),
        (
            [(OTHER_PATIENT, Cause.MERGED), (THIRD_PATIENT, Cause.MERGED)],
            (PATIENT, OTHER_PATIENT, THIRD_PATIENT),
        ),
        ([(OTHER_PATIENT, Cause.MERGED), (THIRD_PATIENT, Cause.CORRECTED)], (THIRD_PATIENT,)),
        (
            [(OTHER_PATIENT, Cause.CORRECTED), (THIRD_PATIENT, Cause.MERGED)],
            (OTHER_PATIENT, THIRD_PATIENT),
        ),
        ([(OTHER_PATIENT, Cause.MERGED), (PATIENT, Cause.MERGED)], (OTHER_PATIENT, PATIENT)),
        ([(OTHER_PATIENT, Cause.CORRECTED), (PATIENT, Cause.CORRECTED)], (PATIENT,)),
    ],
)
def test_an_ins_changes_and_the_former_still_is_theirs_or_not(changes, patients):  # TLS-58
    dossier = an_issued()
    for rank, (ins, cause) in enumerate(changes):
        dossier = after(dossier, identify(dossier.number, ins, cause, key=str(rank)))

    assert patients_of(dossier) == patients
    assert dossier.patient == patients[-1]
    for ins in (PATIENT, OTHER_PATIENT, THIRD_PATIENT):
        assert is_patient(dossier, ins) is (ins in patients)
        assert is_found_by(dossier, ins) is (ins in patients)
    assert not is_patient(dossier, None)


def test_nobody_is_found_behind_anonymity():  # TLS-57
    anonymous, known = an_issued(is_anonymous=True), an_issued()

    assert not is_found_by(anonymous, PATIENT)
    assert is_patient(anonymous, PATIENT)
    assert not is_of_same_patient(anonymous, known)
    assert not is_of_same_patient(known, anonymous)
    assert is_of_same_patient(known, an_issued())
    assert not is_of_same_patient(known, an_issued(patient=OTHER_PATIENT))
    assert not is_of_same_patient(Dossier(number=a_number()), known)


def test_two_are_of_one_patient_by_a_number_that_was_replaced():  # TLS-58
    dossier = an_issued()
    merged = after(dossier, identify(dossier.number, OTHER_PATIENT, Cause.MERGED))
    corrected = after(dossier, identify(dossier.number, OTHER_PATIENT, Cause.CORRECTED))

    assert is_of_same_patient(merged, an_issued())
    assert is_of_same_patient(an_issued(), merged)
    assert is_of_same_patient(merged, an_issued(patient=OTHER_PATIENT))
    assert not is_of_same_patient(corrected, an_issued())
    assert not is_of_same_patient(an_issued(), corrected)


@pytest.mark.parametrize(
    ("cause", "code"), [(Cause.MERGED, "done"), (Cause.CORRECTED, "NOT_THE_PATIENT")]
)
def test_a_former_ins_reads_while_it_is_the_patient_s(cause, code):  # TLS-58
    dossier = an_issued()
    dossier = after(dossier, identify(dossier.number, OTHER_PATIENT, cause))

    assert outcome(dossier, read(dossier.number, actor=FORMER)) == code
    assert outcome(dossier, read(dossier.number, actor=OTHER)) == "done"


@pytest.mark.parametrize(
    ("cause", "code"), [(Cause.MERGED, "done"), (Cause.CORRECTED, "PATIENT_MISMATCH")]
)
def test_an_execution_is_for_the_patient_under_any_of_their_numbers(cause, code):  # TLS-58
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, identify(number, OTHER_PATIENT, cause))

    assert outcome(dossier, execute(number, an_act(number, patient=PATIENT))) == code
    assert outcome(dossier, execute(number, an_act(number, patient=OTHER_PATIENT))) == "done"


def outcome(dossier, command):
    try:
        decide(dossier, command, NOW)
    except Refusal as refusal:
        return refusal.reason.code
    return "done"


# Who was replaced


@pytest.mark.parametrize(
    ("actor", "reason", "code"),
    [
        (PRESCRIBER, None, "done"),
        (REPLACED, None, "done"),
        (REPLACED, "Suivi", "done"),
        (replace(REPLACED, rpps=PHARMACY.rpps), None, "NOT_THE_PRESCRIBER"),
    ],
)
def test_who_was_replaced_reads_without_a_reason(actor, reason, code):  # TLS-59
    dossier = an_issued(replaced=REPLACED.rpps)

    assert outcome(dossier, read(dossier.number, actor=actor, reason=reason)) == code
    assert outcome(an_issued(), read(dossier.number, actor=REPLACED)) == "NOT_THE_PRESCRIBER"


def test_who_was_replaced_does_no_more_than_read():  # TLS-59
    dossier = an_issued(replaced=REPLACED.rpps)
    number = dossier.number

    for command in (
        cancel(number, actor=REPLACED),
        oppose(number, actor=REPLACED),
        identify(number, actor=REPLACED),
    ):
        assert code_of(dossier, command) == "NOT_THE_PRESCRIBER"


# Under objection


def test_what_executors_left_is_hidden_from_prescribers_only():  # TLS-56
    dossier = an_issued(a_line(boxes=2), is_objected=True)
    number = dossier.number
    dossier = after(dossier, execute(number), undo(number, f"{number.value}-E1"))

    seen = dossier.seen_by(PRESCRIBER)

    assert (seen.facts, seen.hidden, seen.is_veiled, seen.texts) == ((), 2, True, {0: b"[]"})
    assert seen.next_rank == dossier.next_rank == 3
    for actor in (PHARMACY, OTHER_PHARMACY, THE_PATIENT, CAISSE):
        assert dossier.seen_by(actor) is dossier


@pytest.mark.parametrize("kind", get_args(LaterFact))
def test_each_kind_of_fact_is_hidden_or_shown(kind):  # TLS-56
    dossier = an_issued(is_objected=True)
    told_by_executors = {"execute", "undo", "correct", "reserve", "release"}
    values = {field.name: True for field in fields(kind)}  # that the patient objects, too
    fact = kind(**{**values, "rank": 1})

    seen = dossier.add(fact, None).seen_by(PRESCRIBER)

    assert seen.facts == (() if kind.operation in told_by_executors else (fact,))
    assert seen.hidden == (kind.operation in told_by_executors)


def test_what_the_issue_found_waiting_is_hidden_too():  # TLS-56
    dossier = an_issued(is_objected=True)
    alert = Alert(AlertCode.DEFERRED, "RIGHTS_EXHAUSTED", 1)
    told = replace(dossier, issued=replace(dossier.issued, seen=3, alerts=(alert,)))

    assert told.seen_by(PRESCRIBER) == dossier.seen_by(PRESCRIBER)
    assert told.seen_by(PHARMACY).issued.alerts == (alert,)


def test_who_lifts_an_objection_sees_at_once():  # TLS-56
    dossier = an_issued(a_line(boxes=2), is_objected=True)
    number = dossier.number
    dossier = after(dossier, execute(number))

    answer = decide(dossier, oppose(number, objects=False, actor=PRESCRIBER), NOW).answer

    assert [execution.rank for execution in answer.dossier.executions] == [1]
    again = dossier.add(answer.fact, None)
    repeated = decide(again, answer.command, NOW).answer
    assert task.write(repeated, no_receipt) == task.write(answer, no_receipt)


def no_receipt(_number, _execution):
    return "reçu"


DECIDED = (Override("RIGHTS_EXHAUSTED", "Boîte perdue par le patient"),)
COMMANDS = {
    "deliver": lambda it, key, at: execute(
        it.number, an_act(it.number, handed_over_at=at), key=key
    ),
    "decline": lambda it, key, _at: execute(
        it.number, not_delivered(it.number, 2), key=key, actor=OTHER_PHARMACY
    ),
    "late": lambda it, key, _at: execute(
        it.number, an_act(it.number, 2, deferred="Panne"), key=key, actor=OTHER_PHARMACY
    ),
    "override": lambda it, key, at: execute(
        it.number, an_act(it.number, boxes=9, handed_over_at=at, overrides=DECIDED), key=key
    ),
    "take back": lambda it, key, _at: undo(
        it.number, f"{it.number.value}-E{'abc'.index(key) + 1}", key=key
    ),
    "cancel": lambda it, key, _at: cancel(it.number, key=key),
    "cancel whole": lambda it, key, _at: cancel(it.number, key=key, whole=True),
    "object": lambda it, key, _at: oppose(it.number, key=key),
    "identify": lambda it, key, _at: identify(
        it.number, OTHER_PATIENT if key == "a" else PATIENT, key=key
    ),
    "issue again": lambda it, _key, _at: issue(it),
    "issue anew": lambda it, key, _at: issue(it, key=key),
    "read": lambda it, _key, _at: read(it.number, actor=OTHER_PRESCRIBER, reason="Suivi"),
}
EXECUTORS = ("deliver", "decline", "late", "override", "take back")


def play(dossier, command, at):
    """What the sender is told, byte by byte, and the dossier afterwards."""
    try:
        decision = decide(dossier, command, at)
    except Refusal as refusal:
        return (refusal.reason.code, refusal.where, refusal.sentence), dossier
    if decision.fact is not None:
        dossier = dossier.add(decision.fact, decision.text)
    said = (
        task.write(decision.answer, no_receipt),
        task.write_bundle(decision.answer, no_receipt),
        task.write_version(decision.answer.dossier),
        decision.answer.is_replay,
    )
    return said, dossier


# A step is what executors do, or what everybody sees: alone, the latter must leave the same.
steps = st.lists(
    st.tuples(
        st.sampled_from([*sorted(COMMANDS), *["deliver", "take back"] * 3]),
        st.sampled_from("abc"),
        st.integers(0, 40).map(lambda days: timedelta(days=days)),
    ),
    min_size=4,
    max_size=12,
)


@given(steps, st.lists(st.sampled_from("abc"), max_size=2, unique=True))
def test_no_sequence_tells_a_prescriber_that_anything_was_executed(plan, waiting):  # TLS-56
    lines = (a_line(boxes=2), a_line(2, boxes=None, days=30))
    prescription = a_prescription(a_number(), *lines, is_objected=True)
    number, at = prescription.number, NOW
    executed = untouched = Dossier(number=number)
    for key in waiting:
        executed = after(executed, COMMANDS["late"](prescription, key, at))
    told, executed = play(executed, issue(prescription), at)
    told_of_nothing, untouched = play(untouched, issue(prescription), at)
    assert told == told_of_nothing
    for step, key, delay in plan:
        at += delay
        command = COMMANDS[step](prescription, key, at)
        told, executed = play(executed, command, at)
        if step not in EXECUTORS:
            told_of_nothing, untouched = play(untouched, command, at)
        if command.actor.role is Role.PRESCRIBER:
            assert told == told_of_nothing
        for actor in (PRESCRIBER, OTHER_PRESCRIBER):
            consult = read(number, actor=actor, reason="Suivi")
            assert play(executed, consult, at)[0] == play(untouched, consult, at)[0]
