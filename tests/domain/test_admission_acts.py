"""May an act of any kind be recorded, and with which answer: kind by kind, outcome by outcome."""

from dataclasses import replace

import pytest

from acts import (
    DECIDED,
    LAB,
    OTHER_LAB,
    OTHER_PHYSIO,
    PHYSIO,
    SUPPLIER,
    a_session,
    a_stage,
    a_supply,
    device,
    done,
    exam,
    issued,
    sessions,
    state,
    told,
)
from builders import (
    NOW,
    NURSE,
    OTHER_PATIENT,
    PHARMACY,
    a_line,
    a_number,
    after,
    an_act,
    code_of,
    execute,
    issue,
    later,
    not_delivered,
    read,
    refusal_of,
    undo,
)
from builders import a_prescription as of
from domain.medicines import LIST_I, NO_OVERLAP, Counter, a_line_of, a_medicine, day
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import NotDone, Override, Stage
from ordonnance.domain.line import Kind
from ordonnance.domain.overlap import covered_by, may_overlap

HERE = "Bundle.entry[0].resource"
LATE = {"deferred": "Tournée sans réseau"}
SAMPLED, PASSED_ON, SUSPENDED, ENDED = Stage


def alerts_of(dossier):
    """The alerts that the last execution raised."""
    return [(alert.code, alert.about) for alert in dossier.facts[-1].alerts]


def caveats_of(fact):
    """The warnings of a fact, but for the key of a numéro AM made up."""
    return [caveat.code for caveat in fact.caveats if caveat.code != "AM_KEY_DOUBTFUL"]


# Which resource for which line


@pytest.mark.parametrize(
    ("line", "act", "actor", "sentence"),
    [
        (device(), an_act, PHARMACY, "la ligne 1 s’exécute par SupplyDelivery, pas par M"),
        (a_line(), a_supply, PHARMACY, "la ligne 1 s’exécute par MedicationDispense, pas par S"),
        (sessions(), an_act, PHYSIO, "la ligne 1 s’exécute par Procedure, pas par MedicationD"),
        (exam(), a_supply, LAB, "la ligne 1 s’exécute par Procedure, pas par SupplyDelivery"),
        (a_line(), a_session, PHARMACY, "la ligne 1 s’exécute par MedicationDispense, pas par P"),
    ],
)
def test_a_line_is_executed_by_the_resource_of_its_kind(line, act, actor, sentence):  # TLS-45
    dossier = issued(line)
    number = dossier.number

    for changes in ({}, LATE, {"overrides": (Override("ELEMENT_INVALID", "Je le veux ainsi"),)}):
        refused = refusal_of(dossier, execute(number, act(number, **changes), actor=actor))
        assert (refused.reason.code, refused.where) == ("ELEMENT_INVALID", f"{HERE}.resourceType")
        assert sentence in refused.sentence
    not_done = replace(act(number), is_done=False, not_done=NotDone.OTHER, quantity=None)
    assert code_of(dossier, execute(number, not_done, actor=actor)) == "ELEMENT_INVALID"


def test_only_an_examination_has_a_sample():  # TLS-45, TLS-48
    dossier = issued(sessions())

    refused = refusal_of(
        dossier, execute(dossier.number, a_stage(dossier.number, SAMPLED), actor=PHYSIO)
    )

    assert (refused.reason.code, refused.where) == ("ELEMENT_INVALID", f"{HERE}.status")


# What each kind admits


@pytest.mark.parametrize(
    ("line", "act", "actor", "expected"),
    [
        (sessions(2), a_session, PHYSIO, ("EN_COURS", 1, None)),
        (sessions(2, kind=Kind.NURSING), a_session, NURSE, ("EN_COURS", 1, None)),
        (exam(), a_session, LAB, ("TERMINEE", 0, None)),
        (device(3), a_supply, PHARMACY, ("EN_COURS", 2, None)),
        (device(1), a_supply, SUPPLIER, ("TERMINEE", 0, None)),
    ],
)
def test_what_is_done_is_recorded(line, act, actor, expected):  # TLS-45, TLS-46
    dossier = issued(line)
    number = dossier.number

    dossier = done(dossier, act(number), actor=actor)

    assert told(dossier) == expected
    assert alerts_of(dossier) == caveats_of(dossier.facts[-1]) == []


@pytest.mark.parametrize(
    ("line", "act", "actor"),
    [
        (sessions(2), a_session, PHYSIO),
        (exam(), a_session, LAB),
        (device(3), a_supply, SUPPLIER),
    ],
)
def test_what_is_not_done_says_why_and_uses_nothing(line, act, actor):  # TLS-31, TLS-46
    dossier = issued(line)
    number = dossier.number
    absent = replace(act(number), is_done=False, not_done=NotDone.PATIENT_ABSENT, quantity=None)

    after_it = done(dossier, absent, actor=actor)
    silent = refusal_of(dossier, execute(number, replace(absent, not_done=None), actor=actor))

    assert told(after_it) == ("NON_DELIVREE", state(dossier).rights.remaining, None)
    assert silent.reason.code == "REASON_MISSING"
    assert silent.where == f"{HERE}.{act(number).form.reason}"


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        (SUSPENDED, "Indiquez le motif : pourquoi la série est interrompue."),
        (ENDED, "Indiquez le motif : pourquoi la série s’arrête."),
    ],
)
def test_an_interruption_and_an_end_say_why(stage, sentence):  # TLS-47
    dossier = issued(sessions())
    act = a_stage(dossier.number, stage, not_done=None)

    refused = refusal_of(dossier, execute(dossier.number, act, actor=PHYSIO))

    assert (refused.reason.code, refused.where) == ("REASON_MISSING", f"{HERE}.statusReason")
    assert refused.sentence == sentence


@pytest.mark.parametrize(
    ("line", "act", "actor", "sentence"),
    [
        (sessions(1), a_session, PHYSIO, "il reste 0 séance, vous en délivrez 1 séance."),
        (exam(), a_session, LAB, "il reste 0 examen, vous en délivrez 1 examen."),
        (device(1), a_supply, SUPPLIER, "il reste 0 boîte, vous en délivrez 1 boîte."),
    ],
)
def test_one_more_than_ordered_is_refused_unless_decided(line, act, actor, sentence):  # TLS-46
    dossier = issued(line)
    number = dossier.number
    dossier = done(dossier, act(number), actor=actor)

    refused = refusal_of(dossier, execute(number, act(number), key="2", actor=actor))
    decided = done(dossier, act(number, overrides=DECIDED), actor=actor)

    assert (refused.reason.code, refused.where) == ("RIGHTS_EXHAUSTED", HERE)
    assert sentence in refused.sentence
    assert alerts_of(decided) == [("OVERRIDE", "RIGHTS_EXHAUSTED")]
    assert told(decided)[:2] == ("TERMINEE", 0)


def test_sessions_of_one_request_count_one_after_another():  # TLS-46
    dossier = issued(sessions(2))
    number = dossier.number
    three = [a_session(number, entry=entry) for entry in range(3)]

    refused = refusal_of(dossier, execute(number, *three, actor=PHYSIO))

    assert (refused.reason.code, refused.where) == (
        "RIGHTS_EXHAUSTED",
        "Bundle.entry[2].resource",
    )
    assert decide(dossier, execute(number, *three[:2], actor=PHYSIO), NOW).fact.rank == 1


def test_two_physiotherapists_take_turns():  # TLS-46
    dossier = issued(sessions(4))
    number = dossier.number

    for rank, actor in enumerate((PHYSIO, OTHER_PHYSIO, PHYSIO, OTHER_PHYSIO), start=1):
        dossier = done(dossier, a_session(number), actor=actor)
        assert state(dossier).sessions == rank
    fifth = execute(number, a_session(number), key="5", actor=PHYSIO)

    assert told(dossier) == ("TERMINEE", 0, None)
    assert code_of(dossier, fifth) == "RIGHTS_EXHAUSTED"


def test_a_session_without_a_number_never_exhausts_its_line():  # TLS-46
    dossier = issued(sessions(None, days=30))
    number = dossier.number

    dossier = done(dossier, *([a_session(number)] * 40))
    past = a_session(number, handed_over_at=later(days=30))

    assert told(dossier) == ("EN_COURS", 30, None)
    refused = code_of(dossier, execute(number, past, key="x", actor=PHYSIO), later(days=30))
    assert refused == "RIGHTS_EXHAUSTED"


def test_a_session_after_the_end_is_refused_unless_decided():  # TLS-47
    dossier = issued(sessions(12))
    number = dossier.number
    dossier = done(dossier, a_session(number), a_stage(number, ENDED))
    more = a_session(number, handed_over_at=later(days=1))

    assert code_of(dossier, execute(number, more, key="x", actor=PHYSIO), later(days=1)) == (
        "RIGHTS_EXHAUSTED"
    )


@pytest.mark.parametrize(("line", "actor"), [(sessions(), PHYSIO), (exam(), LAB)])
def test_an_act_after_the_validity_is_refused_unless_decided(line, actor):  # TLS-24
    dossier = issued(replace(line, valid_until=later(days=30)))
    number, at = dossier.number, later(days=30)
    act = a_session(number, handed_over_at=at)
    decided = replace(act, overrides=(Override("EXPIRED", "Série commencée à temps"),))

    assert code_of(dossier, execute(number, act, actor=actor), at) == "EXPIRED"
    assert alerts_of(done(dossier, decided, actor=actor, at=at)) == [("OVERRIDE", "EXPIRED")]


def test_an_examination_sampled_in_time_is_done_in_time():  # TLS-48
    dossier = issued(exam(valid_until=later(days=30)))
    number, at = dossier.number, later(days=33)
    sample = a_stage(number, SAMPLED, handed_over_at=later(days=29))
    late_sample = a_stage(number, SAMPLED, handed_over_at=later(days=30))
    act = a_session(number, handed_over_at=at)

    sampled = done(dossier, sample, actor=LAB, at=later(days=29))

    assert told(done(sampled, act, actor=OTHER_LAB, at=at), at) == ("TERMINEE", 0, None)
    assert code_of(dossier, execute(number, late_sample, actor=LAB), later(days=30)) == "EXPIRED"


def test_a_sample_taken_too_late_begins_nothing():  # TLS-24, TLS-48
    dossier = issued(exam(valid_until=later(days=30)))
    number, at = dossier.number, later(days=30)
    decided = (Override("EXPIRED", "Patient revenu de voyage"),)
    sample = a_stage(number, SAMPLED, handed_over_at=at, overrides=decided)
    dossier = done(dossier, sample, actor=LAB, at=at)
    act = a_session(number, handed_over_at=at)

    assert code_of(dossier, execute(number, act, key="x", actor=LAB), at) == "EXPIRED"


def test_a_sample_of_what_is_already_examined_is_refused():  # TLS-48
    dossier = issued(exam())
    number = dossier.number
    dossier = done(dossier, a_session(number), actor=LAB)

    again = execute(number, a_stage(number, SAMPLED), key="x", actor=OTHER_LAB)

    assert code_of(dossier, again) == "RIGHTS_EXHAUSTED"


def test_a_device_is_counted_in_thousands_at_most():  # TLS-25
    dossier = issued(device(2000))
    act = a_supply(dossier.number, 1001)

    refused = refusal_of(dossier, execute(dossier.number, act))

    assert (refused.reason.code, refused.where) == (
        "QUANTITY_INVALID",
        f"{HERE}.suppliedItem.quantity",
    )


# Late, ahead, of somebody else


@pytest.mark.parametrize(
    ("line", "act", "actor", "element"),
    [
        (sessions(), a_session, PHYSIO, "performedDateTime"),
        (device(), a_supply, SUPPLIER, "occurrenceDateTime"),
    ],
)
def test_an_act_is_not_dated_of_the_future(line, act, actor, element):  # TLS-28
    dossier = issued(line)
    ahead = act(dossier.number, handed_over_at=later(minutes=6))

    refused = refusal_of(dossier, execute(dossier.number, ahead, actor=actor))

    assert (refused.reason.code, refused.where) == ("DATE_IN_FUTURE", f"{HERE}.{element}")


@pytest.mark.parametrize("stage", [None, SAMPLED])
def test_an_act_recorded_late_says_why(stage):  # TLS-27
    dossier = issued(exam())
    act = a_session(dossier.number, stage=stage, handed_over_at=later(minutes=-16))

    assert code_of(dossier, execute(dossier.number, act, actor=LAB)) == "DEFERRED_REASON_MISSING"
    assert done(dossier, replace(act, **LATE), actor=LAB).facts[-1].alerts == ()


def test_a_session_done_meanwhile_elsewhere_is_recorded_with_an_alert():  # TLS-27, TLS-46
    dossier = issued(sessions(1))
    number = dossier.number
    dossier = done(dossier, a_session(number), actor=OTHER_PHYSIO)

    dossier = done(dossier, a_session(number, **LATE))

    assert alerts_of(dossier) == [("DOUBLE_DELIVERY", "RIGHTS_EXHAUSTED")]


@pytest.mark.parametrize(
    ("line", "act", "actor", "element"),
    [
        (sessions(), a_session, PHYSIO, "subject"),
        (device(), a_supply, SUPPLIER, "patient"),
    ],
)
def test_an_act_for_somebody_else_is_refused(line, act, actor, element):  # TLS-11
    dossier = issued(line)
    other = act(dossier.number, patient=OTHER_PATIENT)

    refused = refusal_of(dossier, execute(dossier.number, other, actor=actor))

    assert (refused.reason.code, refused.where) == ("PATIENT_MISMATCH", f"{HERE}.{element}")


# Without a line, without a prescription


@pytest.mark.parametrize(
    ("act", "allowed", "refused"),
    [
        (an_act, [PHARMACY], [NURSE, LAB, SUPPLIER]),
        (a_supply, [PHARMACY, SUPPLIER], [NURSE, LAB]),
        (a_session, [NURSE, LAB, PHYSIO], [PHARMACY, SUPPLIER]),
    ],
)
def test_an_act_counts_for_what_it_is_while_its_line_is_not_known(
    act, allowed, refused
):  # TLS-10, TLS-49
    number = a_number()
    nothing = Dossier(number=number)
    mixed = issued(
        a_line(1), device(1, 2), sessions(1, 3), exam(4), sessions(1, 5, kind=Kind.NURSING)
    )

    for actor in (*allowed, *refused):
        awaited = execute(number, act(number, **LATE), actor=actor)
        by_hand = execute(mixed.number, replace(act(mixed.number), prescribed=None), actor=actor)
        if actor in allowed:
            assert decide(nothing, awaited, NOW).fact.is_waiting
            assert caveats_of(decide(mixed, by_hand, NOW).fact) == ["ADDED_BY_HAND"]
        else:
            assert code_of(nothing, awaited) == "KIND_NOT_ALLOWED"
            assert code_of(mixed, by_hand) == "KIND_NOT_ALLOWED"


def test_what_waits_is_read_and_taken_back_by_who_recorded_it():  # TLS-29, TLS-49
    number = a_number()
    waiting = done(Dossier(number=number), a_session(number, **LATE), actor=NURSE)
    taken_back = undo(number, f"{number.value}-E1", actor=NURSE)
    stranger = replace(NURSE, profession=PHARMACY.profession)

    assert decide(waiting, read(number, actor=NURSE), NOW).fact is None
    assert decide(waiting, taken_back, NOW).fact.rank == 2
    assert code_of(waiting, read(number, actor=PHYSIO)) == "NUMBER_UNKNOWN"
    assert code_of(waiting, read(number, actor=stranger)) == "KIND_NOT_ALLOWED"


def test_a_prescription_finds_the_sessions_that_waited_for_it():  # TLS-27, TLS-49
    number = a_number()
    dossier = done(Dossier(number=number), a_session(number, **LATE))

    dossier = after(dossier, issue(of(number, sessions(5))))

    assert told(dossier) == ("EN_COURS", 4, None)


# Medicines are not concerned


@pytest.mark.parametrize(("kind", "code"), [(Kind.MEDICINE, "TOO_LATE"), (Kind.DEVICE, "")])
def test_the_clocks_of_medicines_touch_no_other_kind(kind, code):  # TLS-46
    counter = Counter(a_line_of(LIST_I, kind=kind))

    assert counter.deliver("2026-06-01", kind=kind) == code


@pytest.mark.parametrize(("kind", "overlaps"), [(Kind.MEDICINE, True), (Kind.DEVICE, False)])
def test_only_medicines_overlap(kind, overlaps):  # MED-16, TLS-46
    product = a_medicine("liste I", NO_OVERLAP, holds=28)
    counter = Counter(a_line_of(product, kind=kind, days=28), products=(product,))
    counter.deliver("2026-02-01", kind=kind)
    delivered = execute(counter.number, counter.an_act("2026-02-01", kind=kind))
    referential = counter.known.referential

    covered = covered_by(counter.dossier, product, on=day("2026-02-01"), referential=referential)

    assert may_overlap(counter.dossier.prescription, delivered, referential) is overlaps
    assert (covered is not None) is overlaps


def test_a_medicine_tells_no_stage_and_no_session():  # TLS-45
    dossier = issued(a_line())

    dossier = after(dossier, execute(dossier.number, not_delivered(dossier.number)))

    assert state(dossier).stage is None
    assert state(dossier).sessions is None
