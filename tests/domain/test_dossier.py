"""A dossier: what is read from its facts, and what it was at an earlier one."""

import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    PHARMACY,
    PRESCRIBER,
    TECHNICIAN,
    a_line,
    a_number,
    a_prescription,
    after,
    an_act,
    an_issued,
    cancel,
    execute,
    issue,
    undo,
)
from ordonnance.domain.dossier import Dossier, identify
from ordonnance.domain.fact import Cancelled, Executed, Issued, Undone
from ordonnance.domain.identifiers import PrescriptionNumber


def deferred(number):
    return an_act(number, deferred="Téléservice indisponible")


def test_facts_are_ranked_from_the_issue_on():
    dossier = an_issued(a_line(boxes=2))
    number = dossier.number

    dossier = after(dossier, execute(number), undo(number, f"{number.value}-E1"), cancel(number))

    assert dossier.issued.rank == 0
    assert [(type(fact), fact.rank) for fact in dossier.facts] == [
        (Executed, 1),
        (Undone, 2),
        (Cancelled, 3),
    ]


def test_nothing_is_known_of_a_new_dossier():
    dossier = Dossier(number=a_number())

    assert dossier.prescription is None
    assert dossier.executions == ()
    assert dossier.cancellation is None
    assert dossier.find_repeated(cancel(dossier.number)) is None


def test_an_execution_is_identified_by_the_number_and_its_rank():  # TLS-32
    number = PrescriptionNumber("012J7K3M9QW2XR5TVW")
    dossier = after(Dossier(number=number), execute(number, deferred(number)))

    assert identify(number, dossier.facts[0]) == "012J7K3M9QW2XR5TVW-E1"


def test_an_execution_taken_back_no_longer_stands_but_is_still_found():  # TLS-29
    dossier = an_issued(a_line(boxes=2))
    number = dossier.number

    dossier = after(dossier, execute(number, key="1"), execute(number, key="2"))
    dossier = after(dossier, undo(number, f"{number.value}-E1"))

    assert [execution.rank for execution in dossier.executions] == [2]
    assert dossier.find_execution(f"{number.value}-E1").rank == 1


@pytest.mark.parametrize("end", ["E3", "E2", "E01", "1", ""])
def test_what_is_no_execution_is_not_found(end):
    dossier = an_issued(a_line(boxes=2))
    number = dossier.number
    dossier = after(dossier, execute(number), cancel(number))

    assert dossier.find_execution(f"{number.value}-{end}") is None


def test_the_execution_of_another_prescription_is_not_found():
    dossier = an_issued()
    dossier = after(dossier, execute(dossier.number))

    assert dossier.find_execution(f"{a_number().value}-E1") is None


def test_the_cancellation_is_the_one_that_was_recorded():
    dossier = an_issued()

    dossier = after(dossier, cancel(dossier.number, reason="Allergie"))

    assert dossier.cancellation.reason == "Allergie"


def test_resources_are_kept_by_the_rank_of_the_fact_that_said_them():
    prescription = a_prescription(a_number())
    number = prescription.number

    dossier = after(Dossier(number=number), issue(prescription), execute(number), cancel(number))

    assert dossier.texts == {0: b"[]", 1: b"[]"}


# Repeated commands


@pytest.mark.parametrize(
    ("key", "actor", "rank"),
    [
        ("first", PHARMACY, 1),
        ("second", PHARMACY, 2),
        ("first", TECHNICIAN, 1),  # of the same site
        ("first", OTHER_PHARMACY, None),
        ("third", PHARMACY, None),
        ("FIRST", PHARMACY, None),
    ],
)
def test_a_repeated_command_is_known_by_its_sender_and_its_key(key, actor, rank):  # TLS-12
    dossier = an_issued(a_line(boxes=2))
    number = dossier.number
    dossier = after(dossier, execute(number, key="first"), execute(number, key="second"))

    fact = dossier.find_repeated(execute(number, key=key, actor=actor))

    assert (None if fact is None else fact.rank) == rank


def test_one_key_serves_once_for_each_operation():  # TLS-12
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number, key="key"))

    assert dossier.find_repeated(undo(number, f"{number.value}-E1", key="key")) is None
    assert dossier.find_repeated(cancel(number, key="key", actor=PHARMACY)) is None


def test_the_issue_is_found_again_whatever_its_body():  # TLS-12
    prescription = a_prescription(a_number())
    dossier = after(Dossier(number=prescription.number), issue(prescription, key="key"))
    other = a_prescription(prescription.number, a_line(boxes=9))

    assert dossier.find_repeated(issue(other, key="key")) is dossier.issued
    assert dossier.find_repeated(issue(other, key="other")) is None
    assert isinstance(dossier.issued, Issued)
    assert dossier.issued.by is PRESCRIBER


# Cut


def test_a_dossier_cut_at_a_fact_is_what_it_was_when_it_was_recorded():  # TLS-12
    dossier = an_issued(a_line(boxes=3))
    number = dossier.number
    whole = after(dossier, execute(number, key="1"), execute(number, key="2"), cancel(number))

    first, second, cancellation = whole.facts

    assert whole.cut_after(dossier.issued).facts == ()
    assert whole.cut_after(first).facts == (first,)
    assert whole.cut_after(second).facts == (first, second)
    assert whole.cut_after(cancellation) == whole
    assert whole.cut_after(first).issued is dossier.issued


def test_a_dossier_cut_before_the_issue_knows_no_prescription():  # TLS-12
    prescription = a_prescription(a_number(), a_line(boxes=3))
    number = prescription.number
    waiting = after(
        Dossier(number=number),
        execute(number, deferred(number), key="1"),
        undo(number, f"{number.value}-E1"),
    )
    whole = after(waiting, issue(prescription), execute(number, key="2"))

    execution, undone, later_execution = whole.facts

    assert whole.issued.seen == 2
    assert (whole.cut_after(execution).issued, whole.cut_after(execution).facts) == (
        None,
        (execution,),
    )
    assert (whole.cut_after(undone).issued, whole.cut_after(undone).facts) == (
        None,
        (execution, undone),
    )
    assert whole.cut_after(whole.issued).facts == (execution, undone)
    assert whole.cut_after(whole.issued).issued is whole.issued
    assert whole.cut_after(later_execution).issued is whole.issued
    assert whole.cut_after(later_execution).facts == whole.facts


def test_a_dossier_still_waiting_is_cut_too():  # TLS-12
    number = a_number()
    whole = after(
        Dossier(number=number),
        execute(number, deferred(number), key="1"),
        execute(number, deferred(number), key="2"),
    )

    cut = whole.cut_after(whole.facts[0])

    assert cut.issued is None
    assert cut.facts == whole.facts[:1]


def test_what_waited_at_the_very_instant_of_the_issue_did_not_see_it():  # TLS-12
    # Two desks at once: neither the issue nor the delivery saw the other.
    prescription = a_prescription(a_number(), a_line(boxes=2))
    number = prescription.number
    at_one_desk = after(Dossier(number=number), execute(number, deferred(number)))
    at_the_other = after(Dossier(number=number), issue(prescription))
    whole = at_one_desk.add(at_the_other.issued, None)

    assert whole.issued.seen == 0
    assert whole.cut_after(whole.facts[0]).issued is None
    assert whole.cut_after(whole.facts[0]).facts == whole.facts
    assert whole.cut_after(whole.issued).facts == ()


def test_a_fact_keeps_when_by_whom_and_by_which_request():  # TLS-12
    dossier = an_issued()
    command = execute(dossier.number, key="counter-7")

    (fact,) = after(dossier, command).facts

    assert (fact.at, fact.by, fact.key, fact.digest) == (
        NOW,
        PHARMACY,
        "counter-7",
        command.digest,
    )
