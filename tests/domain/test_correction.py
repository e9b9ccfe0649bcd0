"""An execution said anew: it stands in its own place, as if it had been so from the beginning."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PATIENT,
    OTHER_PHARMACY,
    PRESCRIBER,
    TECHNICIAN,
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
    later,
    not_delivered,
    refusal_of,
    undo,
)
from lives import correct, replace_by, reserve, settle_replacement
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier, identify
from ordonnance.domain.execution import Override
from ordonnance.domain.fact import Alert, AlertCode, Corrected
from ordonnance.domain.line import Kind
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.rights import states_of, status_of

TWO_DAYS_ON = later(days=2)


def delivered(boxes=3, *, lines=()):
    """The dossier of a prescription of three boxes, of which PHARMACY delivered some."""
    dossier = an_issued(*(lines or (a_line(boxes=3),)))
    return after(dossier, execute(dossier.number, an_act(dossier.number, boxes=boxes)))


def remaining(dossier, at=NOW):
    return [int(state.rights.remaining) for state in states_of(dossier, at)]


def boxes(dossier):
    """How many boxes each execution that stands delivered."""
    return [int(sum(act.quantity or 0 for act in one.acts)) for one in dossier.executions]


def test_what_was_corrected_stands_in_its_own_place():  # TLS-51
    dossier = delivered()
    number = dossier.number
    command = correct(number, an_act(number, boxes=1))

    decision = decide(dossier, command, TWO_DAYS_ON)

    fact, seen = decision.fact, decision.answer.dossier
    assert isinstance(fact, Corrected)
    assert (fact.rank, fact.execution, fact.reason) == (2, 1, "Erreur de saisie")
    assert (decision.entry.action, decision.entry.rank) == ("correct", 2)
    [execution] = seen.executions
    assert identify(number, execution) == f"{number.value}-E1"
    assert (execution.at, execution.digest, execution.acts) == (
        TWO_DAYS_ON,
        command.digest,
        command.acts,
    )
    assert seen.text_of(execution) == command.resources
    assert remaining(seen) == [2]


def test_rights_are_counted_again_without_what_was_said_before():  # TLS-51, TLS-21
    dossier = delivered(2)
    number = dossier.number

    assert remaining(after(dossier, correct(number, an_act(number, boxes=3)))) == [0]
    refusal = refusal_of(dossier, correct(number, an_act(number, boxes=4)))
    assert refusal.reason.code == "RIGHTS_EXHAUSTED"
    assert "il reste 3 boîtes, vous en délivrez 4 boîtes" in refusal.sentence


def test_what_others_took_since_is_counted():  # TLS-51
    dossier = delivered(1)
    number = dossier.number
    shared = after(
        dossier, execute(number, an_act(number, boxes=2), key="other", actor=OTHER_PHARMACY)
    )

    assert code_of(shared, correct(number, an_act(number, boxes=2))) == "RIGHTS_EXHAUSTED"
    assert boxes(after(shared, correct(number, an_act(number, boxes=1)))) == [1, 2]


def test_the_professional_may_decide_otherwise_in_a_correction_too():  # TLS-51, TLS-26
    dossier = delivered(2)
    number = dossier.number
    act = an_act(number, boxes=4, overrides=(Override("RIGHTS_EXHAUSTED", "Départ à l’étranger"),))

    decision = decide(dossier, correct(number, act), NOW)

    alert = Alert(AlertCode.OVERRIDE, "RIGHTS_EXHAUSTED", 1)
    assert decision.fact.alerts == decision.entry.alerts == (alert,)
    assert decision.answer.dossier.executions[0].alerts == (alert,)


def test_of_two_corrections_the_last_counts():  # TLS-51
    dossier = delivered()
    number = dossier.number

    twice = after(
        dossier,
        correct(number, an_act(number, boxes=2), key="first"),
        correct(number, an_act(number, boxes=1), key="second"),
    )

    assert boxes(twice) == [1]
    assert twice.text_of(twice.executions[0]) == twice.texts[3]


def test_a_correction_may_say_that_nothing_was_delivered():  # TLS-51
    dossier = delivered()

    corrected = after(dossier, correct(dossier.number, not_delivered(dossier.number)))

    [state] = states_of(corrected, NOW)
    assert (state.status, int(state.rights.remaining)) == ("NON_DELIVREE", 3)


def test_to_undo_takes_back_the_execution_with_its_corrections():  # TLS-51, TLS-29
    dossier = delivered()
    number = dossier.number
    corrected = after(dossier, correct(number, an_act(number, boxes=1)))

    undone = after(corrected, undo(number, f"{number.value}-E1"))

    assert undone.executions == ()
    assert remaining(undone) == [3]
    assert code_of(undone, correct(number, key="late")) == "ALREADY_UNDONE"


def test_it_is_not_asked_again_why_it_is_late():  # TLS-51, TLS-27
    dossier = delivered(1)

    after(dossier, correct(dossier.number), at=TWO_DAYS_ON)
    assert code_of(dossier, execute(dossier.number, key="late"), TWO_DAYS_ON) == (
        "DEFERRED_REASON_MISSING"
    )


def test_what_was_done_before_the_end_may_be_corrected_after_it():  # TLS-51
    dossier = delivered()
    number = dossier.number
    command = correct(number, an_act(number, boxes=1))
    _, replaced, _ = settle_replacement(dossier, replace_by(number))

    for over in (after(dossier, cancel(number)), replaced):
        corrected = after(over, command, at=TWO_DAYS_ON)
        assert boxes(corrected) == [1]
        assert remaining(corrected, TWO_DAYS_ON) == [0]  # the rest is cancelled
    assert boxes(after(dossier, command, at=later(days=400))) == [1]


def test_a_hand_over_said_to_be_past_the_validity_is_refused():  # TLS-51, TLS-24
    dossier = delivered()
    late = an_act(dossier.number, handed_over_at=later(days=399))

    assert code_of(dossier, correct(dossier.number, late), later(days=400)) == "EXPIRED"


def test_another_sites_lease_does_not_hinder_a_correction():  # TLS-51, TLS-50
    dossier = delivered(1)
    held = after(dossier, reserve(dossier.number, actor=OTHER_PHARMACY))

    after(held, correct(dossier.number))


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ({"line": 9}, "LINE_UNKNOWN"),
        ({"boxes": 0}, "QUANTITY_INVALID"),
        ({"handed_over_at": later(minutes=6)}, "DATE_IN_FUTURE"),
    ],
)
def test_the_acts_are_held_against_the_rules_of_an_execution(act, code):  # TLS-51
    dossier = delivered(1)

    assert code_of(dossier, correct(dossier.number, an_act(dossier.number, **act))) == code


def test_each_obstacle_to_a_correction_hides_those_behind_it():  # TLS-13
    dossier = delivered(1, lines=(a_line(1, boxes=3), a_line(2, kind=Kind.NURSING)))
    number = dossier.number
    undone = after(dossier, undo(number, f"{number.value}-E1"))
    wrong = an_act(number, 9, patient=OTHER_PATIENT)
    command = replace(correct(number, wrong, reason=" "), key=None)

    def told(where=undone, **changes):
        return code_of(where, replace(command, **changes))

    assert told(Dossier(number=number)) == "NUMBER_UNKNOWN"
    assert told(actor=PRESCRIBER) == "ROLE_NOT_ALLOWED"
    nursing = an_act(number, 2, patient=OTHER_PATIENT)
    assert told(acts=(nursing,), execution="X") == "KIND_NOT_ALLOWED"
    assert told(execution="X", actor=OTHER_PHARMACY) == "EXECUTION_UNKNOWN"
    assert told(actor=OTHER_PHARMACY) == "NOT_THE_EXECUTOR"
    assert told() == "PATIENT_MISMATCH"
    mine = {"acts": (an_act(number, 9),)}
    assert told(**mine) == "IDEMPOTENCY_KEY_MISSING"
    assert told(**mine, key="k") == "ALREADY_UNDONE"
    assert told(dossier, **mine, key="k") == "REASON_MISSING"
    assert told(dossier, **mine, key="k", reason="Erreur") == "LINE_UNKNOWN"


def test_a_colleague_of_the_site_corrects():  # TLS-4
    dossier = delivered(1)

    after(dossier, correct(dossier.number, actor=TECHNICIAN))
    assert code_of(dossier, correct(dossier.number, actor=NURSE)) == "KIND_NOT_ALLOWED"


def test_what_waits_for_its_prescription_is_corrected_meanwhile():  # TLS-51, TLS-27
    number = a_number()
    act = an_act(number, boxes=2, deferred="Réseau coupé")
    waiting = after(Dossier(number=number), execute(number, act))

    corrected = after(waiting, correct(number, replace(act, quantity=Decimal(1))))

    assert status_of(corrected, ()) == "EN_ATTENTE"
    assert corrected.facts[1].alerts == (Alert(AlertCode.WAITING),)
    issued = after(corrected, issue(a_prescription(number, a_line(boxes=3))))
    assert remaining(issued) == [2]
    again = decide(issued, correct(number, replace(act, quantity=Decimal(1))), NOW)
    assert again.answer.is_replay
    assert again.answer.dossier.issued is None


def test_a_correction_repeated_gets_the_first_answer():  # TLS-12
    dossier = delivered()
    number = dossier.number
    command = correct(number, an_act(number, boxes=1))
    first = decide(dossier, command, NOW)
    since = after(first.answer.dossier, correct(number, an_act(number, boxes=2), key="other"))

    again = decide(since, command, TWO_DAYS_ON)

    assert again.fact is None
    assert boxes(again.answer.dossier) == [1]
    assert replace(again.answer, dossier=first.answer.dossier) == replace(
        first.answer, is_replay=True
    )
    changed = replace(command, digest="another body")
    assert code_of(since, changed) == "IDEMPOTENCY_KEY_REUSED"


steps = st.lists(
    st.tuples(
        st.sampled_from(["execute", "correct", "undo"]), st.integers(1, 4), st.integers(1, 4)
    ),
    max_size=12,
)


@given(steps)
def test_corrections_never_give_more_than_the_rights(history):  # TLS-51, TLS-21
    dossier = an_issued(a_line(boxes=4))
    number = dossier.number
    for turn, (verb, rank, quantity) in enumerate(history):
        act, key = an_act(number, boxes=quantity), str(turn)
        command = {
            "execute": lambda act=act, key=key: execute(number, act, key=key),
            "correct": lambda act=act, key=key, rank=rank: correct(number, act, rank=rank, key=key),
            "undo": lambda key=key, rank=rank: undo(number, f"{number.value}-E{rank}", key=key),
        }[verb]()
        with suppress(Refusal):
            dossier = after(dossier, command)
        assert sum(boxes(dossier)) + remaining(dossier)[0] == 4
        assert [fact.rank for fact in dossier.facts] == list(range(1, len(dossier.facts) + 1))
