"""A pharmacist asks, the prescriber answers; an agreement dates the adaptation it is about."""

from dataclasses import replace
from datetime import date

import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PHARMACY,
    OTHER_PRESCRIBER,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    a_number,
    after,
    an_act,
    an_issued,
    cancel,
    code_of,
    execute,
    later,
    refusal_of,
)
from lives import correct, propose, reply
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Adaptation, Swap
from ordonnance.domain.fact import Proposed, Replied
from ordonnance.domain.line import Kind
from ordonnance.domain.proposal import name_proposal, proposals_of

LATE_IN_PARIS = later(hours=14, minutes=30)  # 00:30 in Paris, the day after
AGREED = date(2026, 11, 24)


def asked(*lines, **more):
    """The dossier of two lines about which PHARMACY asks something."""
    dossier = an_issued(*(lines or (a_line(1), a_line(2))))
    return after(dossier, propose(dossier.number, **more))


def adapted(number, line=1, on=None, **more):
    return an_act(number, line, adaptation=Adaptation(on, "250 mg"), **more)


def test_a_proposal_is_recorded_for_the_prescriber():  # TLS-54
    dossier = an_issued()

    decision = decide(dossier, propose(dossier.number), NOW)

    assert isinstance(decision.fact, Proposed)
    assert (decision.fact.rank, decision.fact.line) == (1, 1)
    assert decision.fact.text == "Passer au dosage de 250 mg"
    assert decision.entry.action == "propose"
    [proposal] = proposals_of(decision.answer.dossier.seen_by(PRESCRIBER))
    assert (proposal.place, proposal.reply) == (1, None)


def test_proposals_are_counted_apart_from_other_facts():  # TLS-54
    dossier = an_issued(a_line(1), a_line(2), is_objected=True)
    number = dossier.number
    busy = after(
        dossier, execute(number), propose(number, 2, key="a"), propose(number, None, key="b")
    )

    for actor in (PRESCRIBER, PHARMACY, THE_PATIENT):
        seen = proposals_of(busy.seen_by(actor))
        assert [(one.place, one.fact.line) for one in seen] == [(1, 2), (2, None)]
    assert name_proposal(number, 2) == f"{number.value}-D2"
    answered = decide(busy, reply(number, 2), NOW)
    assert (answered.fact.proposal, answered.fact.rank) == (3, 4)


def test_the_prescriber_answers_and_may_change_their_mind():  # TLS-54
    dossier = asked()
    number = dossier.number

    decision = decide(dossier, reply(number, text="D’accord"), NOW)
    changed = after(decision.answer.dossier, reply(number, accepts=False, key="second"))

    assert isinstance(decision.fact, Replied)
    assert (decision.fact.proposal, decision.fact.accepts, decision.fact.text) == (
        1,
        True,
        "D’accord",
    )
    [proposal] = proposals_of(changed)
    assert [one.accepts for one in proposal.replies] == [True, False]
    assert proposal.reply.accepts is False


def test_an_unknown_proposal_is_not_answered():  # TLS-54
    dossier = asked()

    refusal = refusal_of(dossier, reply(dossier.number, 2))

    assert refusal.reason.code == "ELEMENT_INVALID"
    assert refusal.where == "Parameters.parameter[name='proposal']"


# What an agreement is worth


def test_an_agreement_dates_an_adaptation_of_its_line():  # TLS-54, MED-20
    dossier = asked()
    number = dossier.number
    assert code_of(dossier, execute(number, adapted(number))) == "AGREEMENT_MISSING"

    agreed = after(dossier, reply(number), at=LATE_IN_PARIS)
    decision = decide(
        agreed, execute(number, adapted(number, handed_over_at=LATE_IN_PARIS)), LATE_IN_PARIS
    )

    assert decision.fact.acts[0].adaptation == Adaptation(AGREED, "250 mg")


def test_what_the_pharmacist_says_comes_first():  # TLS-54
    dossier = asked()
    number = dossier.number
    agreed = after(dossier, reply(number))

    decision = decide(agreed, execute(number, adapted(number, on=date(2026, 11, 20))), NOW)

    assert decision.fact.acts[0].adaptation.agreement_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("line", "answers", "adapted_line"),
    [
        (1, [False], 1),
        (1, [True, False], 1),
        (1, [True], 2),
        (1, [True], None),
        (2, [True], 1),
        (1, [], 1),
    ],
    ids=["no", "no longer", "another line", "by hand", "of another line", "unanswered"],
)
def test_nothing_else_is_an_agreement(line, answers, adapted_line):  # TLS-54
    dossier = asked(line=line)
    number = dossier.number
    for turn, accepts in enumerate(answers):
        dossier = after(dossier, reply(number, accepts=accepts, key=str(turn)))

    assert code_of(dossier, execute(number, adapted(number, adapted_line))) == "AGREEMENT_MISSING"


def test_an_agreement_to_the_whole_is_one_to_each_line():  # TLS-54
    dossier = asked(line=None)
    number = dossier.number

    done = after(dossier, reply(number), execute(number, adapted(number, 2)))

    assert done.executions[0].acts[0].adaptation.agreement_on == date(2026, 11, 23)


def test_the_last_agreement_counts_and_serves_another_site_too():  # TLS-54
    dossier = asked(key="a")
    number = dossier.number
    agreed = after(dossier, propose(number, key="b"), reply(number, 2, key="c"))
    agreed = after(agreed, reply(number, 1, key="d"), at=LATE_IN_PARIS)
    act = adapted(number, handed_over_at=LATE_IN_PARIS)

    done = after(agreed, execute(number, act, actor=OTHER_PHARMACY), at=LATE_IN_PARIS)

    assert done.executions[0].acts[0].adaptation.agreement_on == AGREED


def test_a_product_changed_by_agreement_needs_no_other_words():  # TLS-54
    dossier = asked()
    number = dossier.number
    act = an_act(number, swap=Swap.AGREED)
    assert code_of(dossier, execute(number, act)) == "AGREEMENT_MISSING"

    done = after(dossier, reply(number), execute(number, act))

    assert done.executions[0].acts[0].adaptation == Adaptation(date(2026, 11, 23), "")


def test_a_correction_takes_it_too():  # TLS-54, TLS-51
    dossier = asked()
    number = dossier.number
    done = after(dossier, execute(number), reply(number))

    corrected = after(done, correct(number, adapted(number), rank=2))

    assert corrected.executions[0].acts[0].adaptation.agreement_on == date(2026, 11, 23)


# Who, and when


def test_each_obstacle_to_a_proposal_hides_those_behind_it():  # TLS-13
    dossier = an_issued(a_line(1), a_line(2, kind=Kind.NURSING))
    number = dossier.number
    over = after(dossier, cancel(number))
    command = replace(propose(number, 2), key=None)

    assert code_of(Dossier(number=number), replace(command, actor=PRESCRIBER)) == "NUMBER_UNKNOWN"
    assert code_of(over, replace(command, actor=PRESCRIBER)) == "ROLE_NOT_ALLOWED"
    refusal = refusal_of(over, command)
    assert refusal.reason.code == "KIND_NOT_ALLOWED"
    assert refusal.where == "Parameters.parameter[name='line']"
    unknown = replace(command, line=number.line(9))
    assert code_of(over, unknown) == "IDEMPOTENCY_KEY_MISSING"
    assert code_of(over, replace(unknown, key="k")) == "CANCELLED"
    assert code_of(dossier, replace(unknown, key="k"), later(days=400)) == "EXPIRED"
    assert code_of(dossier, replace(unknown, key="k")) == "LINE_UNKNOWN"
    after(dossier, propose(number, 2, actor=NURSE))


def test_each_obstacle_to_a_reply_hides_those_behind_it():  # TLS-13
    dossier = asked()
    number = dossier.number
    command = replace(reply(number, 7), key=None)

    assert code_of(Dossier(number=number), replace(command, actor=PHARMACY)) == "NUMBER_UNKNOWN"
    assert code_of(dossier, replace(command, actor=PHARMACY)) == "ROLE_NOT_ALLOWED"
    assert code_of(dossier, replace(command, actor=OTHER_PRESCRIBER)) == "NOT_THE_PRESCRIBER"
    assert code_of(dossier, command) == "IDEMPOTENCY_KEY_MISSING"
    assert code_of(dossier, replace(command, key="k")) == "ELEMENT_INVALID"


def test_nothing_is_asked_of_a_prescription_that_is_awaited():  # TLS-54
    number = a_number()
    waiting = after(
        Dossier(number=number), execute(number, an_act(number, deferred="Réseau coupé"))
    )

    assert code_of(waiting, propose(number)) == "NUMBER_UNKNOWN"


def test_an_answer_comes_whatever_happened_since():  # TLS-54
    dossier = asked()

    after(after(dossier, cancel(dossier.number)), reply(dossier.number), at=later(days=400))


@pytest.mark.parametrize("make", [propose, reply])
def test_a_request_repeated_gets_the_first_answer(make):  # TLS-12
    dossier = asked(key="before")
    command = make(dossier.number)
    first = decide(dossier, command, NOW)
    since = after(first.answer.dossier, reply(dossier.number, accepts=False, key="since"))

    again = decide(since, command, later(days=1))

    assert again.fact is None
    assert again.answer == replace(first.answer, is_replay=True)
    assert code_of(since, replace(command, digest="other")) == "IDEMPOTENCY_KEY_REUSED"
