"""Repeated commands: the first answer again, whatever came since."""

from dataclasses import replace
from decimal import Decimal

import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    PHARMACY,
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
    read,
    undo,
)
from ordonnance.domain.actor import Profession, Role
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override
from ordonnance.domain.fact import Alert, AlertCode
from ordonnance.domain.rights import states_of, status_of

WHY = "Réseau coupé"
MUCH_LATER = later(days=400)


def tell_a_story():
    """Commands and when they were received, in order: every fact there is, all on one number."""
    number = a_number()
    first, second, third, fourth = (f"{number.value}-E{rank}" for rank in (1, 3, 4, 6))
    late = an_act(number, deferred=WHY)
    prescription = a_prescription(number, a_line(boxes=4))
    delivery = an_act(number, handed_over_at=later(hours=5))
    return number, [
        (execute(number, late, key="1", actor=OTHER_PHARMACY), later(hours=1)),
        (undo(number, first, key="1", actor=OTHER_PHARMACY), later(hours=2)),
        (execute(number, late, key="1"), later(hours=3)),
        (issue(prescription, key="1"), later(hours=4)),
        (execute(number, delivery, key="2"), later(hours=5)),
        (undo(number, third, key="2"), later(hours=6)),
        (
            execute(number, replace(delivery, quantity=Decimal(3), deferred=WHY), key="3"),
            later(hours=7),
        ),
        (cancel(number, key="1"), later(hours=8)),
        (undo(number, fourth, key="3"), later(hours=9)),
        (undo(number, second, key="4"), MUCH_LATER),
    ]


@pytest.mark.parametrize("place", range(10))
def test_a_repeated_command_is_given_its_first_answer_whatever_came_since(place):  # TLS-12
    number, story = tell_a_story()
    dossier, firsts = Dossier(number=number), []
    for command, at in story:
        firsts.append(decide(dossier, command, at))
        dossier = firsts[-1].answer.dossier
    command, first = story[place][0], firsts[place].answer

    repeated = decide(dossier, command, later(days=380))

    answer = repeated.answer
    assert (repeated.fact, repeated.text, repeated.entry) == (None, None, None)
    assert (answer.is_replay, first.is_replay) == (True, False)
    assert (answer.at, answer.fact, answer.command) == (first.at, first.fact, first.command)
    assert answer.dossier.issued == first.dossier.issued
    assert answer.dossier.facts == first.dossier.facts
    assert states_of(answer.dossier, answer.at) == states_of(first.dossier, first.at)


def test_the_story_ends_with_everything_taken_back():  # TLS-29, TLS-30
    number, story = tell_a_story()
    dossier = Dossier(number=number)
    seen = []
    for command, at in story:
        dossier = decide(dossier, command, at).answer.dossier
        seen.append(status_of(dossier, states_of(dossier, at)).value)

    assert seen == [
        *["EN_ATTENTE"] * 3,
        *["EN_COURS"] * 3,
        *["EXECUTEE"] * 3,
        "ANNULEE",
    ]


def test_a_repeated_delivery_uses_its_rights_once():  # TLS-12
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number), execute(number), execute(number))

    assert [fact.rank for fact in dossier.facts] == [1]


@pytest.mark.parametrize(
    "command",
    [
        lambda n: issue(a_prescription(n, a_line(boxes=9))),
        lambda n: execute(n, an_act(n, 1, 2)),
        lambda n: undo(n, f"{n.value}-E1", reason="Autre motif"),
        lambda n: cancel(n, reason="Autre motif"),
    ],
)
def test_a_key_used_for_another_body_is_refused(command):  # TLS-12
    dossier = an_issued(a_line(boxes=3))
    number = dossier.number
    dossier = after(dossier, execute(number), undo(number, f"{number.value}-E1"), cancel(number))

    assert code_of(dossier, command(number)) == "IDEMPOTENCY_KEY_REUSED"


def test_a_key_belongs_to_its_sender():  # TLS-12
    dossier = an_issued(a_line(boxes=3))
    number = dossier.number
    dossier = after(dossier, execute(number, key="1"))

    same_site = decide(dossier, execute(number, key="1", actor=TECHNICIAN), NOW)
    elsewhere = decide(dossier, execute(number, key="1", actor=OTHER_PHARMACY), NOW)

    assert same_site.answer.is_replay
    assert elsewhere.fact.rank == 2


def test_rights_to_ask_are_checked_before_a_replay_is_given():  # TLS-11, TLS-12
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number))

    by_the_caisse = execute(number, actor=replace(PHARMACY, role=Role.CPAM))
    by_a_nurse = execute(number, actor=replace(PHARMACY, profession=Profession.NURSE))

    assert code_of(dossier, by_the_caisse) == "ROLE_NOT_ALLOWED"
    assert code_of(dossier, by_a_nurse) == "KIND_NOT_ALLOWED"


def test_a_key_is_needed_to_write_and_not_to_read():  # TLS-12
    dossier = an_issued()
    number = dossier.number

    for command in (cancel(number), execute(number), issue(dossier.prescription)):
        assert code_of(dossier, replace(command, key=None)) == "IDEMPOTENCY_KEY_MISSING"
    assert decide(dossier, read(number), NOW).entry.action == "consult"


def test_a_refusal_is_not_remembered_and_the_corrected_body_may_carry_the_key():  # TLS-12
    dossier = an_issued()
    number = dossier.number
    override = (Override("RIGHTS_EXHAUSTED", "Boîte perdue"),)

    refused = code_of(dossier, execute(number, an_act(number, 1, 2), key="counter-7"))
    corrected = decide(dossier, execute(number, an_act(number), key="counter-7"), NOW)
    decided = decide(
        dossier, execute(number, an_act(number, 1, 2, overrides=override), key="counter-7"), NOW
    )

    assert refused == "RIGHTS_EXHAUSTED"
    assert corrected.fact.alerts == ()
    assert decided.fact.alerts == (Alert(AlertCode.OVERRIDE, "RIGHTS_EXHAUSTED", 1),)


def test_a_replay_is_given_even_where_the_command_would_now_be_refused():  # TLS-12
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number), cancel(number))

    decision = decide(dossier, execute(number), MUCH_LATER)

    assert decision.answer.is_replay
    assert decision.answer.dossier.cancellation is None
