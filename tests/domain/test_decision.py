"""What each command leaves: a fact, a journal entry, an answer."""

from dataclasses import replace

import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    OTHER_PRESCRIBER,
    PHARMACY,
    PRESCRIBER,
    TECHNICIAN,
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
    later,
    not_delivered,
    read,
    refusal_of,
    undo,
)
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override
from ordonnance.domain.fact import (
    Alert,
    AlertCode,
    Cancelled,
    Caveat,
    CaveatCode,
    Executed,
    Issued,
    Undone,
)
from ordonnance.domain.identifiers import AMNumber
from ordonnance.domain.journal import Entry
from ordonnance.domain.rights import states_of, status_of

WHY = "Réseau coupé"
MUCH_LATER = later(days=400)


def empty(number=None):
    return Dossier(number=number or a_number())


def waiting(number):
    """The dossier of a number not issued yet, on which PHARMACY recorded a delivery."""
    return after(Dossier(number=number), execute(number, an_act(number, deferred=WHY)))


# Issue


def test_an_issue_leaves_the_prescription_and_a_journal_entry():
    prescription = a_prescription(a_number())
    command = replace(issue(prescription, key="disk-1"), resources=b'[{"id":"1"}]')

    decision = decide(empty(prescription.number), command, NOW)

    assert decision.fact == Issued(
        rank=0,
        at=NOW,
        by=PRESCRIBER,
        key="disk-1",
        digest=command.digest,
        prescription=prescription,
        seen=0,
    )
    assert decision.text == b'[{"id":"1"}]'
    assert decision.entry == Entry(
        at=NOW, action="issue", number=prescription.number, by=PRESCRIBER, rank=0
    )
    assert decision.answer.dossier.issued is decision.fact
    assert decision.answer.dossier.texts == {0: b'[{"id":"1"}]'}
    assert decision.answer.fact is decision.fact
    assert not decision.answer.is_replay


def test_an_issue_warns_of_each_line_whose_duration_is_open():
    prescription = a_prescription(
        a_number(), a_line(1), a_line(2, is_open=True), a_line(3, is_open=True)
    )

    fact = decide(empty(prescription.number), issue(prescription), NOW).fact

    assert fact.caveats == (
        Caveat(CaveatCode.DURATION_OPEN, 2),
        Caveat(CaveatCode.DURATION_OPEN, 3),
    )


def test_a_number_serves_once():  # TLS-12
    dossier = an_issued()
    again = issue(a_prescription(dossier.number, a_line(boxes=5)), key="another")
    # The key belongs to its sender.
    of_another = a_prescription(dossier.number, prescriber=OTHER_PRESCRIBER.rpps)
    by_another = issue(of_another, key="issue", actor=OTHER_PRESCRIBER)

    assert code_of(dossier, again) == "NUMBER_TAKEN"
    assert code_of(dossier, by_another) == "NUMBER_TAKEN"


def test_a_prescription_joins_what_waited_for_it():  # TLS-23, TLS-27
    number = a_number()
    prescription = a_prescription(number, a_line(boxes=2))

    decision = decide(waiting(number), issue(prescription), later(days=1))

    (state,) = states_of(decision.answer.dossier, later(days=1))
    assert decision.fact.seen == 1
    assert state.rights.remaining == 1
    assert status_of(decision.answer.dossier, (state,)) == "EN_COURS"


# Execute


def test_an_execution_leaves_its_acts_and_a_journal_entry():
    dossier = an_issued()
    number = dossier.number
    override = (Override("RIGHTS_EXHAUSTED", "Boîte perdue"),)
    actor = replace(PHARMACY, am=AMNumber("332000017"))
    act = an_act(number, 1, 2, overrides=override)
    command = execute(number, act, key="counter-7", actor=actor)
    command = replace(command, resources=b'[{"id":"2"}]')

    decision = decide(dossier, command, later(minutes=1))

    alerts = (Alert(AlertCode.OVERRIDE, "RIGHTS_EXHAUSTED", 1),)
    assert decision.fact == Executed(
        rank=1,
        at=later(minutes=1),
        by=actor,
        key="counter-7",
        digest=command.digest,
        acts=(act,),
        alerts=alerts,
    )
    assert decision.text == b'[{"id":"2"}]'
    assert decision.entry == Entry(
        at=later(minutes=1), action="execute", number=number, by=actor, rank=1, alerts=alerts
    )
    assert decision.answer.dossier.facts == (decision.fact,)
    assert decision.answer.dossier.texts[1] == b'[{"id":"2"}]'


@pytest.mark.parametrize(
    ("am", "caveats"),
    [
        (AMNumber("332000017"), ()),
        (AMNumber("332000011"), (Caveat(CaveatCode.AM_KEY_DOUBTFUL),)),
        (None, ()),
    ],
)
def test_a_doubtful_am_number_is_warned_of_and_never_refused(am, caveats):  # TLS-7
    dossier = an_issued()
    actor = replace(PHARMACY, am=am)

    assert decide(dossier, execute(dossier.number, actor=actor), NOW).fact.caveats == caveats


def test_a_refused_execution_leaves_the_dossier_as_it_was():
    dossier = an_issued()
    number = dossier.number

    assert code_of(dossier, execute(number, an_act(number, 1, 2))) == "RIGHTS_EXHAUSTED"
    assert dossier.facts == ()


# Undo


def test_an_undoing_leaves_the_execution_and_takes_its_rights_back():  # TLS-29
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number))
    command = undo(number, f"{number.value}-E1", key="oops", reason="Mauvais patient")

    decision = decide(dossier, command, later(hours=1))

    assert decision.fact == Undone(
        rank=2,
        at=later(hours=1),
        by=PHARMACY,
        key="oops",
        digest=command.digest,
        execution=1,
        reason="Mauvais patient",
    )
    assert decision.text is None
    assert decision.entry == Entry(
        at=later(hours=1), action="undo", number=number, by=PHARMACY, rank=2
    )
    (state,) = states_of(decision.answer.dossier, NOW)
    assert (state.status, state.rights.remaining) == ("A_EXECUTER", 1)


def test_an_execution_is_undone_once():  # TLS-29
    dossier = an_issued(a_line(boxes=2))
    number = dossier.number
    dossier = after(dossier, execute(number, key="1"), execute(number, key="2"))
    dossier = after(dossier, undo(number, f"{number.value}-E1"))

    refused = refusal_of(dossier, undo(number, f"{number.value}-E1", key="again"), later(days=2))

    assert refused.reason.code == "ALREADY_UNDONE"
    assert refused.sentence == (
        "Cette exécution a déjà été annulée le lun. 23 nov. 2026. Il n’y a rien à faire."
    )
    assert decide(dossier, undo(number, f"{number.value}-E2", key="2"), NOW).fact.execution == 2


def test_a_technician_undoes_what_their_site_recorded():  # TLS-29
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number))

    decision = decide(dossier, undo(number, f"{number.value}-E1", actor=TECHNICIAN), NOW)

    assert decision.fact.by is TECHNICIAN
    assert code_of(dossier, undo(number, f"{number.value}-E1", actor=OTHER_PHARMACY)) == (
        "NOT_THE_EXECUTOR"
    )


@pytest.mark.parametrize("at", [NOW, MUCH_LATER])
def test_an_execution_is_undone_even_on_a_cancelled_or_expired_prescription(at):  # TLS-29
    dossier = an_issued(a_line(boxes=2))
    number = dossier.number
    dossier = after(dossier, execute(number))
    if at is NOW:
        dossier = after(dossier, cancel(number))

    assert decide(dossier, undo(number, f"{number.value}-E1"), at).fact.execution == 1


def test_a_delivery_that_waits_may_be_undone_while_it_waits():  # TLS-29
    number = a_number()

    decision = decide(waiting(number), undo(number, f"{number.value}-E1"), NOW)

    assert decision.fact.execution == 1
    assert decision.answer.dossier.executions == ()


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (lambda n, reason: undo(n, f"{n.value}-E1", reason=reason), "l’exécution"),
        (lambda n, reason: cancel(n, reason=reason), "l’ordonnance"),
    ],
)
@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_taking_back_says_why(command, problem, reason):  # TLS-29, TLS-30
    dossier = an_issued()
    dossier = after(dossier, execute(dossier.number))

    refused = refusal_of(dossier, command(dossier.number, reason))

    assert refused.reason.code == "REASON_MISSING"
    assert refused.where == "Parameters.parameter[name='reason']"
    assert refused.sentence == f"Indiquez le motif : pourquoi {problem} est annulée."


# Cancel


def test_a_cancellation_leaves_its_reason_and_a_journal_entry():  # TLS-30
    dossier = an_issued()
    command = cancel(dossier.number, key="stop", reason="Allergie")

    decision = decide(dossier, command, later(hours=1))

    assert decision.fact == Cancelled(
        rank=1,
        at=later(hours=1),
        by=PRESCRIBER,
        key="stop",
        digest=command.digest,
        reason="Allergie",
    )
    assert decision.text is None
    assert decision.entry == Entry(
        at=later(hours=1), action="cancel", number=dossier.number, by=PRESCRIBER, rank=1
    )
    assert status_of(decision.answer.dossier, states_of(decision.answer.dossier, NOW)) == "ANNULEE"


def test_a_cancellation_keeps_what_was_executed():  # TLS-30
    dossier = an_issued(a_line(1), a_line(2))
    number = dossier.number
    dossier = after(dossier, execute(number))

    cancelled = decide(dossier, cancel(number), NOW).answer.dossier

    states = states_of(cancelled, NOW)
    assert [state.status for state in states] == ["TERMINEE", "ANNULEE"]
    assert status_of(cancelled, states) == "EXECUTEE"


@pytest.mark.parametrize(
    ("what", "is_admitted"),
    [
        ("nothing", True),
        ("delivered", False),
        ("not delivered", True),
        ("delivered and undone", True),
        ("by hand", False),
    ],
)
def test_a_prescription_is_cancelled_whole_if_nothing_was_executed(what, is_admitted):  # TLS-30
    dossier = an_issued()
    number = dossier.number
    commands = {
        "nothing": [],
        "delivered": [execute(number)],
        "not delivered": [execute(number, not_delivered(number))],
        "delivered and undone": [execute(number), undo(number, f"{number.value}-E1")],
        "by hand": [execute(number, an_act(number, None))],
    }
    dossier = after(dossier, *commands[what])

    if is_admitted:
        assert decide(dossier, cancel(number, whole=True), NOW).fact.operation == "cancel"
    else:
        assert code_of(dossier, cancel(number, whole=True)) == "EXECUTION_STARTED"
        assert decide(dossier, cancel(number, whole=False), NOW).fact.operation == "cancel"


def test_a_prescription_is_cancelled_once():  # TLS-30
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, cancel(number))

    refused = refusal_of(dossier, cancel(number, key="again"), later(days=2))

    assert refused.reason.code == "CANCELLED"
    assert "le lun. 23 nov. 2026" in refused.sentence


# Read


@pytest.mark.parametrize(("whole", "action"), [(True, "consult"), (False, "read")])
def test_a_reading_leaves_a_journal_entry_and_no_fact(whole, action):
    dossier = an_issued()

    decision = decide(dossier, read(dossier.number, whole=whole), later(hours=1))

    assert decision.fact is None
    assert decision.text is None
    assert decision.entry == Entry(
        at=later(hours=1), action=action, number=dossier.number, by=PHARMACY
    )
    assert decision.answer.dossier is dossier
    assert decision.answer.at == later(hours=1)
    assert decision.answer.fact is None


def test_a_prescription_is_read_whatever_became_of_it():  # TLS-22
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number), cancel(number))

    for actor in (PRESCRIBER, THE_PATIENT, PHARMACY):
        assert decide(dossier, read(number, actor=actor), MUCH_LATER).answer.dossier is dossier
