"""Who may ask for what: number, role, kind and relation."""

from dataclasses import replace

import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PATIENT,
    OTHER_PHARMACY,
    OTHER_PRESCRIBER,
    PATIENT,
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
    not_delivered,
    read,
    refusal_of,
    undo,
)
from ordonnance.domain.actor import Actor, Profession, Role
from ordonnance.domain.days import add_months
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Alert, AlertCode
from ordonnance.domain.identifiers import INS, AMNumber, INSAuthority, PrescriptionNumber
from ordonnance.domain.line import Kind
from ordonnance.domain.refusal import Refusal

WHY = "Réseau coupé"
LABORATORY = Actor(role=Role.EXECUTOR, is_laboratory=True, am=AMNumber("333000014"))


def empty(number=None):
    return Dossier(number=number or a_number())


def waiting(number):
    """The dossier of a number not issued yet, on which PHARMACY recorded a delivery."""
    return after(Dossier(number=number), execute(number, an_act(number, deferred=WHY)))


# Number


def commands_on(number):
    return (
        execute(number),
        undo(number, f"{number.value}-E1"),
        cancel(number),
        read(number),
        read(number, actor=PRESCRIBER),
        read(number, actor=THE_PATIENT),
    )


def test_a_number_that_designates_nothing_is_unknown_to_every_command():  # TLS-13
    dossier = empty()

    for command in commands_on(dossier.number):
        assert code_of(dossier, command) == "NUMBER_UNKNOWN"


def test_what_waits_for_its_prescription_is_known_to_who_recorded_it_only():  # TLS-13
    number = a_number()
    dossier = waiting(number)

    assert decide(dossier, read(number), NOW).answer.dossier is dossier
    assert decide(dossier, read(number, actor=TECHNICIAN), NOW).answer.dossier is dossier
    assert code_of(dossier, read(number, actor=OTHER_PHARMACY)) == "NUMBER_UNKNOWN"
    assert code_of(dossier, read(number, actor=PRESCRIBER)) == "NUMBER_UNKNOWN"
    assert code_of(dossier, read(number, actor=THE_PATIENT)) == "NUMBER_UNKNOWN"
    assert code_of(dossier, cancel(number)) == "NUMBER_UNKNOWN"
    assert code_of(dossier, undo(number, f"{number.value}-E1", actor=OTHER_PHARMACY)) == (
        "NUMBER_UNKNOWN"
    )


@pytest.mark.parametrize(
    ("role", "refused"),
    [(Role.PRESCRIBER, "NOT_THE_PRESCRIBER"), (Role.PATIENT, "NOT_THE_PATIENT")],
)
def test_a_site_reads_what_it_recorded_as_the_executor_that_it_was(role, refused):  # TLS-11
    number = a_number()
    actor = replace(PHARMACY, role=role, ins=PATIENT)

    assert code_of(waiting(number), read(number, actor=actor)) == refused


@pytest.mark.parametrize(
    ("acts", "is_admitted"),
    [
        (["deferred"], True),
        (["deferred", "deferred"], True),
        (["deferred", "not done"], True),
        (["now"], False),
        (["deferred", "now"], False),
        (["not done"], False),
    ],
)
def test_a_delivery_may_come_before_its_prescription_if_it_is_deferred(acts, is_admitted):  # TLS-27
    number = a_number()
    of_name = {
        "deferred": an_act(number, deferred=WHY, patient=PATIENT),
        "now": an_act(number),
        "not done": not_delivered(number),
    }
    command = execute(number, *(of_name[name] for name in acts))

    if is_admitted:
        assert decide(empty(number), command, NOW).fact.alerts == (Alert(AlertCode.WAITING),)
    else:
        assert code_of(empty(number), command) == "NUMBER_UNKNOWN"


# Role, kind


@pytest.mark.parametrize(
    ("command", "allowed", "sentence"),
    [
        (
            read,
            {"prescriber", "executor", "patient"},
            "prescripteur, professionnel qui exécute, patient",
        ),
        (execute, {"executor"}, "professionnel qui exécute"),
        (
            lambda number, actor: undo(number, "", actor=actor),
            {"executor"},
            "professionnel qui exécute",
        ),
        (cancel, {"prescriber"}, "prescripteur"),
        (
            lambda number, actor: issue(a_prescription(number), actor=actor),
            {"prescriber"},
            "prescripteur",
        ),
    ],
)
def test_each_operation_is_for_its_roles(command, allowed, sentence):  # TLS-11
    dossier = an_issued()
    refused = {}
    for role in Role:
        try:
            decide(dossier, command(dossier.number, actor=Actor(role=role)), NOW)
        except Refusal as refusal:
            if refusal.reason.code == "ROLE_NOT_ALLOWED":
                refused[role] = refusal.sentence

    assert set(refused) == {role.value for role in Role} - allowed
    assert set(refused.values()) == {
        f"Votre rôle ne permet pas cette opération. Elle revient à : {sentence}."
    }


MIXED = (
    a_line(1, kind=Kind.MEDICINE),
    a_line(2, kind=Kind.NURSING),
    a_line(3, kind=Kind.BIOLOGY),
)


@pytest.mark.parametrize(
    ("actor", "line"), [(PHARMACY, 1), (TECHNICIAN, 1), (NURSE, 2), (LABORATORY, 3)]
)
def test_each_executor_carries_out_the_lines_of_its_kinds(actor, line):  # TLS-10
    dossier = an_issued(*MIXED)
    number = dossier.number

    assert decide(dossier, read(number, actor=actor), NOW).fact is None
    for other, kind in ((1, Kind.MEDICINE), (2, None), (3, None)):
        command = execute(number, an_act(number, other, entry=4, kind=kind), actor=actor)
        if other == line:
            assert decide(dossier, command, NOW).fact.rank == 1
        else:
            refused = refusal_of(dossier, command)
            assert refused.reason.code == "KIND_NOT_ALLOWED"
            element = "basedOn[0]" if kind is None else "authorizingPrescription[0]"
            assert refused.where == f"Bundle.entry[4].resource.{element}"
            assert refused.sentence == (
                "Votre profession n’exécute ou ne prescrit pas cette ordonnance, ou pas la ligne "
                "désignée. Orientez le patient vers le professionnel concerné."
            )


def test_a_line_of_another_kind_is_refused_before_anything_else_is_said_of_it():  # TLS-10, TLS-13
    dossier = an_issued(*MIXED)
    number = dossier.number
    dossier = after(dossier, cancel(number))
    act = an_act(number, 2, deferred=WHY, patient=OTHER_PATIENT)

    assert code_of(dossier, execute(number, act)) == "KIND_NOT_ALLOWED"


@pytest.mark.parametrize("actor", [NURSE, LABORATORY, Actor(role=Role.EXECUTOR)])
def test_an_executor_without_a_line_of_its_kinds_sees_nothing(actor):  # TLS-10
    dossier = an_issued()
    number = dossier.number
    by_hand = execute(number, an_act(number, None), actor=actor)

    for command in (read(number, actor=actor), by_hand, undo(number, "", actor=actor)):
        refused = refusal_of(dossier, command)

        assert refused.reason.code == "KIND_NOT_ALLOWED"
        assert refused.where is None


def test_who_executes_nothing_cannot_record_before_the_prescription_either():  # TLS-10
    number = a_number()
    actor = Actor(role=Role.EXECUTOR, profession=Profession.PHYSICIAN, am=AMNumber("331000010"))

    command = execute(number, an_act(number, deferred=WHY), actor=actor)

    assert code_of(empty(number), command) == "KIND_NOT_ALLOWED"


# Relation


@pytest.mark.parametrize("whole", [True, False])
def test_the_prescriber_the_patient_and_executors_read(whole):  # TLS-11
    dossier = an_issued()

    for actor in (PRESCRIBER, THE_PATIENT, PHARMACY, OTHER_PHARMACY, TECHNICIAN):
        decision = decide(dossier, read(dossier.number, actor=actor, whole=whole), NOW)

        assert decision.answer.dossier is dossier


def test_another_prescriber_reads_with_a_reason_only():  # TLS-11
    dossier = an_issued()
    number = dossier.number

    refused = refusal_of(dossier, read(number, actor=OTHER_PRESCRIBER))
    decision = decide(dossier, read(number, actor=OTHER_PRESCRIBER, reason="Suivi"), NOW)

    assert refused.reason.code == "NOT_THE_PRESCRIBER"
    assert refused.sentence == (
        "Seul le prescripteur de cette ordonnance peut faire cela. Pour la lire dans le cadre "
        "du suivi du patient, indiquez le motif (en-tête Reason)."
    )
    assert code_of(dossier, read(number, actor=OTHER_PRESCRIBER, reason="")) == "NOT_THE_PRESCRIBER"
    assert decision.entry.reason == "Suivi"


def test_another_prescriber_cancels_nothing():  # TLS-11
    dossier = an_issued()

    assert code_of(dossier, cancel(dossier.number, actor=OTHER_PRESCRIBER)) == "NOT_THE_PRESCRIBER"


@pytest.mark.parametrize("rpps", [OTHER_PRESCRIBER.rpps, None])
def test_a_prescription_is_issued_by_its_requester(rpps):  # TLS-11
    prescription = a_prescription(a_number())
    actor = replace(PRESCRIBER, rpps=rpps, am=AMNumber("331000010"))

    refused = code_of(empty(prescription.number), issue(prescription, actor=actor))

    assert refused == "NOT_THE_PRESCRIBER"


@pytest.mark.parametrize(
    "ins", [OTHER_PATIENT, None, INS("279035121518989", INSAuthority.DEMONSTRATION)]
)
def test_a_patient_reads_their_own_prescriptions_only(ins):  # TLS-11
    dossier = an_issued()
    actor = Actor(role=Role.PATIENT, ins=ins)

    assert code_of(dossier, read(dossier.number, actor=actor, reason="Suivi")) == "NOT_THE_PATIENT"


def test_an_execution_for_somebody_else_is_refused():  # TLS-11
    dossier = an_issued(a_line(boxes=3))
    number = dossier.number
    acts = [
        an_act(number),
        an_act(number, patient=PATIENT),
        an_act(number, entry=2, patient=OTHER_PATIENT, deferred=WHY),
    ]

    refused = refusal_of(dossier, execute(number, *acts))

    assert decide(dossier, execute(number, *acts[:2]), NOW).fact.rank == 1
    assert refused.reason.code == "PATIENT_MISMATCH"
    assert refused.where == "Bundle.entry[2].resource.subject"


@pytest.mark.parametrize("end", ["-E2", "-1", "", "-E0"])
def test_an_execution_that_does_not_exist_cannot_be_undone(end):  # TLS-29
    dossier = an_issued()
    number = dossier.number
    dossier = after(dossier, execute(number))

    refused = refusal_of(dossier, undo(number, f"{number.value}{end}"))

    assert refused.reason.code == "EXECUTION_UNKNOWN"
    assert refused.where == "Parameters.parameter[name='execution']"


def test_a_nurse_records_no_delivery_on_a_number_not_yet_issued():  # TLS-10
    number = a_number()
    act = an_act(number, deferred="Réseau coupé", handed_over_at=NOW)

    with pytest.raises(Refusal) as refused:
        decide(Dossier(number=number), execute(number, act, actor=NURSE), NOW)

    assert refused.value.reason.code == "KIND_NOT_ALLOWED"


@pytest.mark.parametrize("months_back", [14, -2])
def test_nothing_waits_for_a_number_that_can_no_longer_be_issued(months_back):  # TLS-2
    on = add_months(NOW.date(), -months_back)
    number = PrescriptionNumber.mint(on, 7)
    act = an_act(number, deferred="Réseau coupé", handed_over_at=NOW)

    with pytest.raises(Refusal) as refused:
        decide(Dossier(number=number), execute(number, act), NOW)

    assert refused.value.reason.code == "NUMBER_UNKNOWN"
