"""Which alerts a fact raises, whom they concern, and who is told, without a database."""

from dataclasses import replace

import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    OTHER_PRESCRIBER,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    a_number,
    a_prescription,
    after,
    an_act,
    an_issued,
    execute,
    issue,
    later,
    undo,
)
from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.alert import (
    Implicated,
    Watch,
    find_ended,
    is_told,
    list_raised,
    needs_dossier,
)
from ordonnance.domain.dossier import Dossier, identify
from ordonnance.domain.execution import Override
from ordonnance.domain.fact import Alert, AlertCode, Corrected, Objected

OVERRIDE = Override("RIGHTS_EXHAUSTED", "Patiente en voyage trois mois")
OPERATOR, CPAM = Actor(role=Role.OPERATOR), Actor(role=Role.CPAM, cpam="33")
LATE = later(hours=100)
DOUBLE = Alert(AlertCode.DOUBLE_DELIVERY, "RIGHTS_EXHAUSTED", 1)


def overridden():
    """Two boxes where one is left, all the same."""
    dossier = an_issued(a_line(boxes=1))
    act = an_act(dossier.number, boxes=2, overrides=(OVERRIDE,))
    return after(dossier, execute(dossier.number, act))


def waiting(number, actor=PHARMACY, key="w"):
    act = an_act(number, handed_over_at=later(hours=-1), deferred="Panne du réseau")
    return execute(number, act, actor=actor, key=key)


def objected(dossier):
    fact = Objected(
        rank=dossier.next_rank, at=NOW, by=THE_PATIENT, key="o", digest="", objects=True
    )
    return dossier.add(fact, None)


def test_an_override_concerns_its_site():  # TLS-63
    dossier = overridden()

    [raised] = list_raised(dossier, dossier.facts[-1])

    assert raised.identifier == f"{dossier.number}-A1.0"
    assert raised.implicated == (Implicated(1, "332000011"),)
    assert (raised.told_at, raised.alert.code, raised.alert.line) == (NOW, AlertCode.OVERRIDE, 1)


def test_a_correction_is_about_the_execution_it_says_anew():  # TLS-63
    dossier = overridden()
    first = dossier.facts[0]
    said = {"execution": 1, "reason": "Erreur", "acts": first.acts, "alerts": first.alerts}
    fact = Corrected(rank=2, at=NOW, by=PHARMACY, key="c", digest="", **said)

    [raised] = list_raised(dossier.add(fact, None), fact)

    assert (raised.identifier, raised.implicated) == (
        f"{dossier.number}-A2.0",
        (Implicated(1, "332000011"),),
    )


def test_what_waited_is_what_an_issue_raises_alerts_about():  # TLS-63
    number = a_number()
    commands = waiting(number), waiting(number, OTHER_PHARMACY)
    dossier = after(Dossier(number=number), *commands, issue(a_prescription(number)))
    fact = replace(dossier.issued, alerts=(DOUBLE, Alert(AlertCode.DEFERRED, "EXPIRED", 1)))

    raised = list_raised(dossier, fact)

    both = (Implicated(1, "332000011"), Implicated(2, "332000029"))
    assert [one.implicated for one in raised] == [both, both]
    assert [one.identifier for one in raised] == [f"{number}-A0.0", f"{number}-A0.1"]
    assert raised[0].senders == ("332000011", "332000029")


def test_what_came_after_an_issue_is_not_what_waited():  # TLS-63
    issued = an_issued(a_line(boxes=2))
    dossier = after(issued, execute(issued.number))
    fact = replace(dossier.issued, alerts=(DOUBLE,))

    assert [one.implicated for one in list_raised(dossier, fact)] == [()]


def test_what_waits_is_told_three_days_later():  # TLS-64
    number = a_number()
    dossier = after(Dossier(number=number), waiting(number))

    [raised] = list_raised(dossier, dossier.facts[0])

    assert (raised.alert.code, raised.told_at) == (AlertCode.WAITING, later(hours=72))
    watch = Watch(actor=PHARMACY)
    assert needs_dossier(raised, watch)
    assert is_told(raised, watch, dossier, LATE)
    assert not is_told(raised, watch, after(dossier, issue(a_prescription(number))), LATE)
    assert not is_told(replace(raised, is_over=True), watch, dossier, LATE)


@pytest.mark.parametrize(
    ("actor", "told", "while_objected"),
    [
        (PRESCRIBER, True, False),
        (OTHER_PRESCRIBER, False, False),
        (PHARMACY, True, True),
        (CPAM, True, True),
        (OPERATOR, True, True),
    ],
)
def test_while_the_patient_objects_the_prescriber_is_not_told(  # TLS-63
    actor, told, while_objected
):
    dossier = overridden()
    [raised] = list_raised(dossier, dossier.facts[-1])
    watch = Watch(actor=actor)

    assert is_told(raised, watch, dossier, LATE) is told
    assert is_told(raised, watch, objected(dossier), LATE) is while_objected
    assert needs_dossier(raised, watch) is (actor.role is not Role.EXECUTOR)


@pytest.mark.parametrize(
    ("actor", "told"), [(PRESCRIBER, True), (PHARMACY, True), (CPAM, False), (OPERATOR, False)]
)
def test_an_alert_tells_nobody_of_an_anonymous_abortion(actor, told):  # TLS-57
    dossier = overridden()
    [raised] = list_raised(dossier, dossier.facts[-1])
    prescription = replace(dossier.prescription, is_anonymous=True)
    anonymous = replace(dossier, issued=replace(dossier.issued, prescription=prescription))

    assert is_told(raised, Watch(actor=actor), anonymous, LATE) is told


def test_taking_back_ends_the_alerts_of_what_had_some():  # TLS-63
    dossier = overridden()
    execution = identify(dossier.number, dossier.facts[0])
    plain = after(an_issued(a_line(boxes=2)))
    plain = after(plain, execute(plain.number))
    plain_execution = identify(plain.number, plain.facts[0])

    undone = after(dossier, undo(dossier.number, execution))
    plainly = after(plain, undo(plain.number, plain_execution))

    assert find_ended(undone, undone.facts[-1]) == 1
    assert find_ended(plainly, plainly.facts[-1]) is None
    assert find_ended(undone, undone.facts[0]) is None
