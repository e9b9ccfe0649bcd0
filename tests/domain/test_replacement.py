"""A prescription takes the place of another: what remained is cancelled, both are linked."""

from dataclasses import replace

import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PATIENT,
    OTHER_PRESCRIBER,
    PRESCRIBER,
    a_line,
    a_number,
    a_prescription,
    after,
    an_act,
    an_issued,
    cancel,
    execute,
    later,
    refusal_of,
)
from lives import propose, replace_by, reply, settle_replacement
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override
from ordonnance.domain.fact import Alert, AlertCode, Issued, Replaced
from ordonnance.domain.known import Known
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.rights import states_of, status_of


def code_of(dossier, command, successor=None, at=NOW):
    """The code of the refusal that *command* meets."""
    known = Known(successor=successor or Dossier(number=command.prescription.number))
    with pytest.raises(Refusal) as refused:
        decide(dossier, command, at, known)
    return refused.value.reason.code


def replaced(dossier, **more):
    """*dossier*, replaced by another of one box, and the other."""
    command = replace_by(dossier.number, a_prescription(a_number(), **more))
    return settle_replacement(dossier, command)[1:]


def test_both_are_written_and_know_each_other():  # TLS-52
    dossier = an_issued()
    command = replace_by(dossier.number)

    decision, old, new = settle_replacement(dossier, command, at=later(hours=1))

    assert isinstance(decision.fact, Issued)
    assert decision.fact.replaces == dossier.number
    assert decision.fact.prescription == command.prescription
    assert decision.text == command.resources
    assert isinstance(decision.also.fact, Replaced)
    assert decision.also.fact.successor == command.prescription.number
    assert (decision.also.fact.rank, decision.also.text) == (1, None)
    assert decision.answer.dossier == new
    assert old.replacement == decision.also.fact
    entries = [(one.entry.action, one.entry.number) for one in (decision, decision.also)]
    assert entries == [("issue", new.number), ("replace", old.number)]


def test_what_remained_is_cancelled_and_what_was_executed_stays():  # TLS-52
    dossier = an_issued(a_line(1), a_line(2, boxes=2), a_line(3))
    number = dossier.number
    begun = after(dossier, execute(number, an_act(number, 1), an_act(number, 2)))

    old, new = replaced(begun)

    states = states_of(old, NOW)
    assert [state.status for state in states] == ["TERMINEE", "ANNULEE", "ANNULEE"]
    assert [int(state.rights.remaining) for state in states] == [0, 0, 0]
    assert status_of(old, states) == "REMPLACEE"
    assert len(old.executions) == 1
    assert status_of(new, states_of(new, NOW)) == "A_EXECUTER"


@pytest.mark.parametrize("days", [0, 400])
@pytest.mark.parametrize("is_executed", [False, True])
def test_it_is_said_to_be_replaced_whatever_had_been_done(days, is_executed):  # TLS-52, TLS-23
    dossier = an_issued()
    if is_executed:
        dossier = after(dossier, execute(dossier.number))

    old, _ = replaced(dossier)

    assert status_of(old, states_of(old, later(days=days))) == "REMPLACEE"


def test_who_executes_the_old_one_is_told_the_new_one():  # TLS-52
    old, new = replaced(an_issued())

    refusal = refusal_of(old, execute(old.number))

    assert (refusal.reason.code, refusal.reason.overridable) == ("REPLACED", False)
    assert f"par l’ordonnance {new.number.value}." in refusal.sentence
    act = an_act(old.number, overrides=(Override("REPLACED", "Je n’ai pas l’autre"),))
    assert refusal_of(old, execute(old.number, act)).reason.code == "REPLACED"


def test_what_was_done_meanwhile_is_recorded_with_an_alert():  # TLS-52, TLS-27
    old, _ = replaced(an_issued())
    act = an_act(old.number, handed_over_at=later(hours=-1), deferred="Réseau coupé")

    decision = decide(old, execute(old.number, act), NOW)

    assert decision.fact.alerts == (Alert(AlertCode.DEFERRED, "REPLACED", 1),)


def test_only_one_takes_the_place_and_the_other_chains():  # TLS-52
    old, new = replaced(an_issued())

    assert code_of(old, replace_by(old.number, key="again")) == "REPLACED"
    newer, newest = replaced(new)
    assert newer.issued.replaces == old.number
    assert newer.replacement.successor == newest.number


def test_what_is_over_changes_no_more():  # TLS-52, TLS-30
    old, _ = replaced(an_issued())

    assert refusal_of(old, cancel(old.number)).reason.code == "REPLACED"
    assert refusal_of(old, propose(old.number)).reason.code == "REPLACED"
    begun = an_issued(a_line(1), a_line(2))
    cancelled = after(begun, execute(begun.number), cancel(begun.number))
    assert code_of(cancelled, replace_by(begun.number)) == "CANCELLED"  # it shows as executed


def test_what_is_past_or_executed_is_replaced_all_the_same():  # TLS-52
    dossier = an_issued(a_line(valid_until=later(days=1)))

    old, _ = settle_replacement(dossier, replace_by(dossier.number), at=later(days=2))[1:]
    assert old.replacement.at == later(days=2)


def test_the_new_one_is_held_against_the_rules_of_an_issue():  # TLS-52, TLS-2
    dossier = an_issued()
    number = dossier.number
    month = a_prescription(a_number(at=later(days=-60)))
    ahead = a_prescription(a_number(), authored_at=later(minutes=6))

    assert code_of(dossier, replace_by(number, month)) == "NUMBER_MONTH_INVALID"
    assert code_of(dossier, replace_by(number, ahead)) == "DATE_IN_FUTURE"
    other = an_issued()
    taken = replace_by(number, other.prescription)
    assert code_of(dossier, taken, other) == "NUMBER_TAKEN"
    same = replace_by(number, dossier.prescription)
    assert code_of(dossier, same, dossier) == "NUMBER_TAKEN"


def test_each_obstacle_hides_those_behind_it():  # TLS-13
    old, _ = replaced(an_issued())
    taken = an_issued(patient=OTHER_PATIENT)
    wrong = replace(
        taken.prescription, prescriber=OTHER_PRESCRIBER.rpps, authored_at=later(days=-60)
    )
    command = replace(replace_by(old.number, wrong), key=None, actor=NURSE)

    def told(where=old, **changes):
        return code_of(where, replace(command, **changes), taken)

    assert told(Dossier(number=old.number)) == "NUMBER_UNKNOWN"
    assert told() == "NUMBER_MONTH_INVALID"
    now = replace(wrong, authored_at=later(minutes=6))
    assert told(prescription=now) == "ROLE_NOT_ALLOWED"
    assert told(prescription=now, actor=OTHER_PRESCRIBER) == "NOT_THE_PRESCRIBER"
    assert told(prescription=now, actor=PRESCRIBER) == "NOT_THE_PRESCRIBER"
    mine = replace(now, prescriber=PRESCRIBER.rpps)
    assert told(prescription=mine, actor=PRESCRIBER) == "PATIENT_MISMATCH"
    right = {"prescription": replace(mine, patient=old.prescription.patient), "actor": PRESCRIBER}
    assert told(**right) == "IDEMPOTENCY_KEY_MISSING"
    assert told(**right, key="k") == "REPLACED"
    assert told(an_issued(), **right, key="k") == "NUMBER_TAKEN"


def test_executions_that_waited_for_the_new_one_are_found():  # TLS-52, TLS-53
    dossier, number = an_issued(), a_number()
    act = an_act(number, boxes=2, deferred="Réseau coupé")
    waiting = after(Dossier(number=number), execute(number, act))
    command = replace_by(dossier.number, a_prescription(number))

    decision, _, new = settle_replacement(dossier, command, waiting)

    assert decision.fact.alerts == (Alert(AlertCode.DEFERRED, "RIGHTS_EXHAUSTED", 1),)
    assert decision.fact.seen == 1
    assert status_of(new, states_of(new, NOW)) == "EXECUTEE"


def test_an_objection_and_an_anonymity_are_carried_over():  # TLS-52
    _, plain = replaced(an_issued())
    assert (plain.is_objected, plain.prescription.is_anonymous) == (False, False)

    _, objected = replaced(an_issued(is_objected=True))
    _, anonymous = replaced(an_issued(is_anonymous=True))

    assert (objected.is_objected, objected.prescription.is_anonymous) == (True, False)
    assert (anonymous.is_objected, anonymous.prescription.is_anonymous) == (False, True)


def test_a_rank_tells_a_prescriber_nothing_and_is_still_the_next():  # TLS-52
    dossier = an_issued(is_objected=True)
    hidden = after(dossier, execute(dossier.number))

    decision, old, _ = settle_replacement(hidden, replace_by(dossier.number))

    assert decision.also.fact.rank == 2
    assert decision.also.answer.dossier.executions == ()
    assert len(old.executions) == 1


def test_a_replacement_repeated_gets_the_first_answer():  # TLS-12
    dossier = an_issued()
    command = replace_by(dossier.number)
    first, old, new = settle_replacement(dossier, command)
    since = after(new, execute(new.number))

    again = decide(old, command, later(days=1), Known(successor=since))

    assert (again.fact, again.also) == (None, None)
    cut = replace(again.answer.dossier, texts=first.answer.dossier.texts)
    assert replace(again.answer, dossier=cut) == replace(first.answer, is_replay=True)
    assert code_of(old, replace(command, digest="other")) == "IDEMPOTENCY_KEY_REUSED"


def test_a_request_for_the_old_one_may_still_be_answered():  # TLS-54
    dossier = an_issued()
    asked = after(dossier, propose(dossier.number))

    old, _ = replaced(asked)

    after(old, reply(dossier.number))
