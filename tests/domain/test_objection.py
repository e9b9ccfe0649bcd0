"""The patient objects, or no longer does; the patient's INS is changed: who may, until when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import (
    NOW,
    OTHER_PATIENT,
    OTHER_PRESCRIBER,
    PATIENT,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_number,
    after,
    an_act,
    an_issued,
    code_of,
    execute,
    refusal_of,
)
from objections import CAISSE, OPERATOR, identify, oppose
from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Cause, Caveat, CaveatCode, Identified, Objected
from ordonnance.domain.identity import identify as decide_identity
from ordonnance.domain.known import NOTHING
from ordonnance.domain.objection import stated_by
from ordonnance.domain.refusal import Refusal

LATER = NOW + timedelta(days=300)


@pytest.mark.parametrize("actor", [THE_PATIENT, CAISSE])
def test_the_patient_and_the_caisse_state_and_lift_an_objection_at_any_time(actor):  # TLS-55
    dossier = an_issued()
    number = dossier.number

    objected = after(dossier, oppose(number, actor=actor, key="1"), at=LATER)
    lifted = after(objected, oppose(number, objects=False, actor=actor, key="2"), at=LATER)

    assert (dossier.is_objected, objected.is_objected, lifted.is_objected) == (False, True, False)
    assert isinstance(objected.facts[0], Objected)
    assert objected.facts[0].by is actor


@pytest.mark.parametrize(
    ("authored_at", "at", "code"),
    [
        # In Paris the 23rd of November lasts from 22 November 23:00 to 23 November 23:00 UTC.
        (NOW, datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), "done"),
        (NOW, datetime(2026, 11, 23, 23, 0, tzinfo=UTC), "OBJECTION_TOO_LATE"),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), NOW, "done"),
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), NOW, "OBJECTION_TOO_LATE"),
        (NOW + timedelta(minutes=4), NOW, "done"),
    ],
)
def test_the_prescriber_has_the_day_of_writing(authored_at, at, code):  # TLS-55
    dossier = an_issued(authored_at=authored_at)

    assert outcome(dossier, oppose(dossier.number, actor=PRESCRIBER), at) == code


def outcome(dossier, command, at=NOW):
    try:
        decide(dossier, command, at)
    except Refusal as refusal:
        return refusal.reason.code
    return "done"


def test_what_was_recorded_in_time_is_answered_again_after_midnight():  # TLS-12, TLS-55
    dossier = an_issued()
    command = oppose(dossier.number, actor=PRESCRIBER)
    dossier = after(dossier, command)

    assert decide(dossier, command, LATER).answer.is_replay
    assert outcome(dossier, oppose(dossier.number, actor=PRESCRIBER, key="2"), LATER) == (
        "OBJECTION_TOO_LATE"
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([], "done"),
        ([(PRESCRIBER, True)], "done"),
        ([(THE_PATIENT, True)], "ROLE_NOT_ALLOWED"),
        ([(CAISSE, True)], "ROLE_NOT_ALLOWED"),
        # To say it again does not make it one's own.
        ([(THE_PATIENT, True), (PRESCRIBER, True)], "ROLE_NOT_ALLOWED"),
        ([(THE_PATIENT, True), (THE_PATIENT, False), (PRESCRIBER, True)], "done"),
    ],
)
@pytest.mark.parametrize("is_written", [False, True])
def test_the_prescriber_lifts_what_they_stated_only(said, code, is_written):  # TLS-55
    dossier = an_issued(is_objected=is_written)
    number = dossier.number
    for rank, (actor, objects) in enumerate(said):
        dossier = after(dossier, oppose(number, objects, actor=actor, key=str(rank)))

    lift = oppose(number, objects=False, actor=PRESCRIBER, key="lift")

    assert outcome(dossier, lift) == code
    if code != "done":
        assert "patient, caisse" in refusal_of(dossier, lift).sentence
    assert outcome(dossier, oppose(number, objects=False, actor=THE_PATIENT, key="lift")) == "done"


def test_who_stated_an_objection_is_known_while_it_stands():  # TLS-55
    dossier = an_issued(is_objected=True)
    number = dossier.number

    both = after(dossier, oppose(number, actor=CAISSE))
    lifted = after(both, oppose(number, objects=False, key="2"))

    assert stated_by(dossier) == {Role.PRESCRIBER}
    assert stated_by(both) == {Role.PRESCRIBER, Role.CPAM}
    assert stated_by(lifted) == stated_by(an_issued()) == stated_by(Dossier(number=number)) == set()


def test_an_objection_taken_over_from_another_prescription_is_the_patient_s():  # TLS-55
    dossier = an_issued(is_objected=True)
    successor = replace(dossier, issued=replace(dossier.issued, replaces=a_number()))

    assert stated_by(successor) == {Role.PATIENT}
    lift = oppose(dossier.number, objects=False, actor=PRESCRIBER)
    assert outcome(dossier, lift) == "done"
    assert outcome(successor, lift) == "ROLE_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (PHARMACY, "ROLE_NOT_ALLOWED"),
        (OPERATOR, "ROLE_NOT_ALLOWED"),
        (OTHER_PRESCRIBER, "NOT_THE_PRESCRIBER"),
        (Actor(role=Role.PATIENT, ins=OTHER_PATIENT), "NOT_THE_PATIENT"),
    ],
)
def test_nobody_else_objects(actor, code):  # TLS-55, TLS-11
    dossier = an_issued()

    assert code_of(dossier, oppose(dossier.number, actor=actor)) == code


def test_a_number_that_waits_takes_neither_objection_nor_identity():  # TLS-13
    number = an_issued().number
    late = execute(number, an_act(number, deferred="Panne du réseau"))
    waiting = after(Dossier(number=number), late)

    for command in (oppose(number), oppose(number, actor=CAISSE), identify(number, actor=CAISSE)):
        assert code_of(waiting, command) == "NUMBER_UNKNOWN"
    with pytest.raises(Refusal, match="NUMBER_UNKNOWN"):
        decide_identity(waiting, identify(number), NOW, NOTHING)


def test_a_consent_that_was_not_understood_warns():  # TLS-55
    assert an_issued(is_consent_unread=True).issued.caveats == (Caveat(CaveatCode.CONSENT_UNREAD),)
    assert an_issued().issued.caveats == ()


# The patient's INS


@pytest.mark.parametrize("actor", [PRESCRIBER, CAISSE, OPERATOR])
def test_an_ins_is_changed_and_the_former_stays_in_the_fact(actor):  # TLS-58
    dossier = an_issued()

    decision = decide(dossier, identify(dossier.number, actor=actor), LATER)

    fact = decision.fact
    assert isinstance(fact, Identified)
    assert (fact.former, fact.patient, fact.cause) == (PATIENT, OTHER_PATIENT, Cause.CORRECTED)
    assert (fact.reason, fact.by, fact.at) == ("Mauvais dossier ouvert", actor, LATER)
    assert (decision.entry.action, decision.entry.rank) == ("identify", 1)
    assert decision.answer.dossier.patient == OTHER_PATIENT


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (PHARMACY, "ROLE_NOT_ALLOWED"),
        (THE_PATIENT, "ROLE_NOT_ALLOWED"),
        (OTHER_PRESCRIBER, "NOT_THE_PRESCRIBER"),
    ],
)
def test_nobody_else_changes_an_ins(actor, code):  # TLS-58, TLS-11
    dossier = an_issued()

    assert code_of(dossier, identify(dossier.number, actor=actor)) == code


def test_an_ins_is_changed_for_another_and_for_a_reason():  # TLS-58
    dossier = an_issued()
    number = dossier.number

    same = refusal_of(dossier, identify(number, PATIENT))

    assert same.reason.code == "ELEMENT_INVALID"
    assert PATIENT.value not in same.sentence
    assert code_of(dossier, identify(number, reason="  ")) == "REASON_MISSING"


def test_a_repeated_change_of_ins_is_made_once():  # TLS-12, TLS-58
    dossier = an_issued()
    command = identify(dossier.number)
    dossier = after(dossier, command)

    answer = decide(dossier, command, LATER).answer

    assert answer.is_replay
    assert code_of(dossier, identify(dossier.number, PATIENT)) == "IDEMPOTENCY_KEY_REUSED"
