"""Executions that came before their prescription, looked at again when it arrives."""

from dataclasses import replace

import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PATIENT,
    OTHER_PHARMACY,
    PATIENT,
    PHARMACY,
    a_line,
    a_number,
    a_prescription,
    after,
    an_act,
    execute,
    issue,
    later,
    not_delivered,
    undo,
)
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override
from ordonnance.domain.fact import Alert, AlertCode
from ordonnance.domain.line import Kind

WHY = "Réseau coupé"


def deferred(number, line=1, boxes=1, **more):
    return an_act(number, line, boxes, **{"deferred": WHY, **more})


TWO_BOXES = (a_line(boxes=2),)


def arrive(*executions, lines=TWO_BOXES, **more):
    """The decision to issue a prescription for which *executions* waited: (site, acts)."""
    number = a_number()
    dossier = Dossier(number=number)
    for turn, (actor, make) in enumerate(executions):
        made = make(number)
        acts = made if isinstance(made, list) else [made]
        dossier = after(dossier, execute(number, *acts, key=str(turn), actor=actor))
    return decide(dossier, issue(a_prescription(number, *lines, **more)), NOW)


def test_what_was_done_rightly_raises_nothing():  # TLS-53
    decision = arrive(
        (PHARMACY, deferred), (OTHER_PHARMACY, lambda n: deferred(n, patient=PATIENT))
    )

    assert decision.fact.alerts == ()
    assert len(decision.answer.dossier.executions) == 2


def test_what_two_sites_delivered_too_much_of_is_a_double_delivery():  # TLS-53
    decision = arrive(
        (PHARMACY, lambda n: deferred(n, boxes=2)), (OTHER_PHARMACY, lambda n: deferred(n, boxes=2))
    )

    alert = Alert(AlertCode.DOUBLE_DELIVERY, "RIGHTS_EXHAUSTED", 1)
    assert decision.fact.alerts == decision.entry.alerts == (alert,)
    assert len(decision.answer.dossier.executions) == 2


def test_one_site_alone_delivers_twice_only_to_itself():  # TLS-53
    decision = arrive((PHARMACY, lambda n: deferred(n, boxes=3)))

    assert decision.fact.alerts == (Alert(AlertCode.DEFERRED, "RIGHTS_EXHAUSTED", 1),)


@pytest.mark.parametrize(
    ("actor", "act", "alert"),
    [
        (PHARMACY, {"patient": OTHER_PATIENT}, (1, "PATIENT_MISMATCH")),
        (PHARMACY, {"line": 7}, (None, "LINE_UNKNOWN")),
        (PHARMACY, {"line": 2}, (2, "KIND_NOT_ALLOWED", "ELEMENT_INVALID")),
        (PHARMACY, {"line": 3, "handed_over_at": NOW}, (3, "EXPIRED")),
    ],
    ids=["patient", "line", "kind", "expired"],
)
def test_what_could_not_be_checked_becomes_an_alert(actor, act, alert):  # TLS-53
    lines = (
        a_line(boxes=2),
        a_line(2, kind=Kind.NURSING),
        a_line(3, valid_until=later(hours=-1)),
    )

    decision = arrive((actor, lambda n: deferred(n, **act)), lines=lines)

    rank, *codes = alert
    assert decision.fact.alerts == tuple(Alert(AlertCode.DEFERRED, code, rank) for code in codes)
    assert len(decision.answer.dossier.executions) == 1


def test_a_line_not_delivered_is_looked_at_too():  # TLS-53
    decision = arrive((PHARMACY, lambda n: [deferred(n), not_delivered(n, 7)]))

    assert decision.fact.alerts == (Alert(AlertCode.DEFERRED, "LINE_UNKNOWN"),)


def test_what_the_professional_set_aside_stays_their_decision():  # TLS-53, TLS-26
    override = (Override("EXPIRED", "Le prescripteur est joint"),)
    act = {"deferred": None, "overrides": override}
    number = a_number()
    waiting = after(Dossier(number=number), execute(number, deferred(number)))
    [fact] = waiting.facts
    decided = replace(fact, acts=(replace(fact.acts[0], **act),))
    short = a_prescription(number, a_line(valid_until=later(hours=-1)))

    decision = decide(replace(waiting, facts=(decided,)), issue(short), NOW)

    assert decision.fact.alerts == (Alert(AlertCode.OVERRIDE, "EXPIRED", 1),)


def test_what_was_taken_back_meanwhile_is_not_looked_at():  # TLS-53
    number = a_number()
    waiting = after(
        Dossier(number=number),
        execute(number, deferred(number, 7)),
        undo(number, f"{number.value}-E1"),
    )

    decision = decide(waiting, issue(a_prescription(number)), NOW)

    assert decision.fact.alerts == ()
    assert decision.fact.seen == 2


def test_one_alert_is_enough_for_one_cause():  # TLS-53
    decision = arrive((PHARMACY, lambda n: [deferred(n, 7), deferred(n, 8)]))

    assert decision.fact.alerts == (Alert(AlertCode.DEFERRED, "LINE_UNKNOWN"),)


def test_it_is_not_asked_why_they_are_late():  # TLS-53, TLS-27
    number = a_number()
    waiting = after(
        Dossier(number=number),
        execute(number, deferred(number, handed_over_at=later(hours=-2))),
    )

    decision = decide(waiting, issue(a_prescription(number)), later(days=3))

    assert decision.fact.alerts == ()


def test_an_issue_for_which_nothing_waited_raises_nothing():  # TLS-53
    number = a_number()

    decision = decide(Dossier(number=number), issue(a_prescription(number)), NOW)

    assert (decision.fact.alerts, decision.fact.seen) == ((), 0)


def test_a_nurse_who_recorded_a_medicine_by_mistake_is_told():  # TLS-53, TLS-10
    number = a_number()
    waiting = after(Dossier(number=number), execute(number, deferred(number)))
    fact = replace(waiting.facts[0], by=NURSE)

    decision = decide(
        replace(waiting, facts=(fact,)), issue(a_prescription(number, a_line(boxes=2))), NOW
    )

    assert decision.fact.alerts == (Alert(AlertCode.DEFERRED, "KIND_NOT_ALLOWED", 1),)
