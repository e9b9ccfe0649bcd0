"""A lease of fifteen minutes: who holds it, what it keeps others from, and how it ends."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builders import (
    NOW,
    NURSE,
    OTHER_PHARMACY,
    PHARMACY,
    PRESCRIBER,
    TECHNICIAN,
    a_line,
    a_number,
    after,
    an_act,
    an_issued,
    cancel,
    code_of,
    execute,
    later,
    not_delivered,
    refusal_of,
)
from lives import release, replace_by, reserve, settle_replacement
from ordonnance.domain.actor import Actor, Profession, Role
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override
from ordonnance.domain.fact import Alert, AlertCode, Released, Reserved
from ordonnance.domain.identifiers import AMNumber
from ordonnance.domain.line import Kind
from ordonnance.domain.reservation import Lease, leases_of

SUPPLIER = Actor(role=Role.EXECUTOR, profession=Profession.LPP_SUPPLIER, am=AMNumber("332000037"))
QUARTER = later(minutes=15)
FIVE_MINUTES_LATE = later(minutes=5)
BOTH_KINDS = (a_line(1), a_line(2, kind=Kind.NURSING))


def reserved(*lines, actor=PHARMACY):
    """The dossier of a prescription of two boxes that *actor* reserved at NOW."""
    dossier = an_issued(*(lines or (a_line(boxes=2),)))
    return after(dossier, reserve(dossier.number, actor=actor))


def test_a_reservation_keeps_the_lines_of_ones_kinds_for_fifteen_minutes():  # TLS-50
    dossier = an_issued(*BOTH_KINDS)

    decision = decide(dossier, reserve(dossier.number), NOW)

    assert decision.fact == Reserved(
        rank=1,
        at=NOW,
        by=PHARMACY,
        key="reserve",
        digest=decision.fact.digest,
        until=QUARTER,
        kinds=(Kind.MEDICINE,),
    )
    assert decision.entry.action == "reserve"
    assert decision.entry.rank == 1
    lease = Lease("332000011", QUARTER, frozenset({Kind.MEDICINE}))
    assert leases_of(decision.answer.dossier, NOW) == (lease,)


def test_another_site_meets_the_lease_and_is_told_until_when():  # TLS-50
    dossier = reserved()

    refusal = refusal_of(dossier, reserve(dossier.number, actor=OTHER_PHARMACY))

    assert refusal.reason.code == "RESERVED_ELSEWHERE"
    assert "jusqu’à 10 h 15" in refusal.sentence  # in Paris
    assert "332000011" not in refusal.sentence


def test_the_lease_ends_at_its_instant_and_then_anybody_takes_over():  # TLS-50
    dossier, just_before = reserved(), QUARTER - timedelta(microseconds=1)
    command = reserve(dossier.number, actor=OTHER_PHARMACY)

    assert code_of(dossier, command, just_before) == "RESERVED_ELSEWHERE"
    taken = after(dossier, command, at=QUARTER)
    assert [lease.sender for lease in leases_of(taken, QUARTER)] == ["332000029"]
    assert code_of(taken, reserve(dossier.number, key="again"), QUARTER) == "RESERVED_ELSEWHERE"


def test_the_same_site_extends_its_lease():  # TLS-50, TLS-4
    dossier = reserved()

    longer = after(
        dossier, reserve(dossier.number, key="again", actor=TECHNICIAN), at=FIVE_MINUTES_LATE
    )

    assert [lease.until for lease in leases_of(longer, QUARTER)] == [later(minutes=20)]


def test_sites_that_carry_out_other_kinds_do_not_hinder_each_other():  # TLS-50
    dossier = an_issued(*BOTH_KINDS)

    both = after(dossier, reserve(dossier.number), reserve(dossier.number, actor=NURSE))

    assert [(lease.sender, set(lease.kinds)) for lease in leases_of(both, NOW)] == [
        ("332000011", {Kind.MEDICINE}),
        ("336000017", {Kind.NURSING}),
    ]


def test_one_kind_in_common_is_enough_to_meet():  # TLS-50
    dossier = an_issued(a_line(1), a_line(2, kind=Kind.DEVICE))
    held = after(dossier, reserve(dossier.number, actor=SUPPLIER))

    assert code_of(held, reserve(dossier.number)) == "RESERVED_ELSEWHERE"


def test_only_kinds_that_are_open_are_reserved():  # TLS-50
    dossier = an_issued(a_line(1), a_line(2, kind=Kind.DEVICE))
    done = after(dossier, execute(dossier.number))

    held = after(done, reserve(dossier.number))

    assert [lease.kinds for lease in leases_of(held, NOW)] == [{Kind.DEVICE}]


# How it ends


def test_the_holder_releases():  # TLS-50
    dossier = reserved()

    decision = decide(dossier, release(dossier.number), NOW)

    assert isinstance(decision.fact, Released)
    assert leases_of(decision.answer.dossier, NOW) == ()
    after(decision.answer.dossier, reserve(dossier.number, actor=OTHER_PHARMACY))


def test_releasing_what_nobody_holds_is_done_and_recorded():  # TLS-50
    dossier = an_issued()

    decision = decide(dossier, release(dossier.number), NOW)

    assert decision.fact.rank == 1
    assert leases_of(decision.answer.dossier, NOW) == ()


def test_nobody_releases_what_another_site_holds():  # TLS-50
    dossier = reserved()

    assert code_of(dossier, release(dossier.number, actor=OTHER_PHARMACY)) == "RESERVED_ELSEWHERE"
    after(dossier, release(dossier.number, actor=OTHER_PHARMACY), at=QUARTER)


def test_a_holder_releases_its_own_whatever_others_hold():  # TLS-50
    dossier = an_issued(*BOTH_KINDS)
    both = after(dossier, reserve(dossier.number), reserve(dossier.number, actor=NURSE))

    freed = after(both, release(dossier.number))

    assert [lease.sender for lease in leases_of(freed, NOW)] == ["336000017"]


def test_what_the_holder_carries_out_ends_its_lease():  # TLS-50
    dossier = reserved()

    done = after(dossier, execute(dossier.number))

    assert leases_of(done, NOW) == ()


def test_what_others_do_does_not_end_it():  # TLS-50
    dossier = reserved()

    done = after(
        dossier, execute(dossier.number, not_delivered(dossier.number), actor=OTHER_PHARMACY)
    )

    assert [lease.sender for lease in leases_of(done, NOW)] == ["332000011"]


# What it keeps others from


def test_another_site_does_not_deliver_during_the_lease():  # TLS-50
    dossier = reserved()

    refusal = refusal_of(dossier, execute(dossier.number, actor=OTHER_PHARMACY))

    assert (refusal.reason.code, refusal.reason.overridable) == ("RESERVED_ELSEWHERE", True)
    assert refusal.where == "Bundle.entry[0].resource"
    after(dossier, execute(dossier.number, actor=OTHER_PHARMACY), at=QUARTER)
    after(dossier, execute(dossier.number))


@pytest.mark.parametrize(
    ("line", "kind"), [(None, Kind.MEDICINE), (2, Kind.NURSING)], ids=["by hand", "another kind"]
)
def test_a_lease_is_on_the_lines_of_its_kinds(line, kind):  # TLS-50
    dossier = reserved(a_line(1), a_line(2, kind=kind))
    actor = OTHER_PHARMACY if line is None else NURSE

    act = an_act(dossier.number, line, kind=kind if line is None else None)
    after(dossier, execute(dossier.number, act, actor=actor))


def test_the_professional_decides_otherwise():  # TLS-50, TLS-26
    dossier = reserved()
    act = an_act(
        dossier.number, overrides=(Override("RESERVED_ELSEWHERE", "Le patient est devant moi"),)
    )

    decision = decide(dossier, execute(dossier.number, act, actor=OTHER_PHARMACY), NOW)

    assert decision.fact.alerts == (Alert(AlertCode.OVERRIDE, "RESERVED_ELSEWHERE", 1),)


def test_what_was_done_during_an_outage_is_recorded_with_an_alert():  # TLS-50, TLS-27
    dossier = reserved()
    act = an_act(dossier.number, handed_over_at=later(hours=-1), deferred="Réseau coupé")

    decision = decide(dossier, execute(dossier.number, act, actor=OTHER_PHARMACY), NOW)

    assert decision.fact.alerts == (Alert(AlertCode.DEFERRED, "RESERVED_ELSEWHERE", 1),)


def test_a_reservation_comes_after_the_state_and_before_the_line():  # TLS-13
    dossier = reserved()
    wrong = execute(dossier.number, an_act(dossier.number, 9, boxes=0), actor=OTHER_PHARMACY)
    beside = an_act(dossier.number)  # the line that is reserved, in the same request

    held = replace(wrong, acts=(*wrong.acts, beside))
    assert code_of(dossier, held) == "RESERVED_ELSEWHERE"
    assert code_of(after(dossier, cancel(dossier.number)), held) == "CANCELLED"
    assert code_of(dossier, wrong) == "LINE_UNKNOWN"


# When it is refused


def test_what_is_over_is_not_reserved():  # TLS-50, TLS-13
    dossier = an_issued()
    number = dossier.number
    command = reserve(number)

    done = after(dossier, execute(number))
    assert code_of(done, command) == "RIGHTS_EXHAUSTED"
    assert refusal_of(done, command).sentence.startswith("Ligne 1 : il reste 0 boîte")
    assert code_of(after(dossier, cancel(number)), command) == "CANCELLED"
    assert code_of(dossier, command, later(days=400)) == "EXPIRED"
    _, replaced, _ = settle_replacement(dossier, replace_by(number))
    assert code_of(replaced, command) == "REPLACED"


def test_the_state_is_that_of_the_callers_own_lines():  # TLS-50
    dossier = an_issued(a_line(1), a_line(2, kind=Kind.NURSING))
    done = after(dossier, execute(dossier.number))

    refusal = refusal_of(done, reserve(dossier.number))

    assert (refusal.reason.code, refusal.sentence[:9]) == ("RIGHTS_EXHAUSTED", "Ligne 1 :")
    after(done, reserve(dossier.number, actor=NURSE))
    short = an_issued(a_line(1, valid_until=later(days=1)), a_line(2, kind=Kind.NURSING))
    assert code_of(short, reserve(short.number), later(days=2)) == "EXPIRED"


@pytest.mark.parametrize("make", [reserve, release])
def test_what_is_awaited_is_neither_reserved_nor_released(make):  # TLS-50
    number = a_number()
    act = an_act(number, deferred="Réseau coupé")
    waiting = after(Dossier(number=number), execute(number, act))

    assert code_of(waiting, make(number)) == "NUMBER_UNKNOWN"
    assert code_of(waiting, make(number, actor=OTHER_PHARMACY)) == "NUMBER_UNKNOWN"


@pytest.mark.parametrize("make", [reserve, release])
def test_only_who_executes_a_line_reserves(make):  # TLS-11, TLS-10
    dossier = an_issued()

    assert code_of(dossier, make(dossier.number, actor=PRESCRIBER)) == "ROLE_NOT_ALLOWED"
    assert code_of(dossier, make(dossier.number, actor=NURSE)) == "KIND_NOT_ALLOWED"
    keyless = replace(make(dossier.number), key=None)
    assert code_of(dossier, keyless) == "IDEMPOTENCY_KEY_MISSING"


def test_a_reservation_repeated_gets_the_first_answer():  # TLS-12
    dossier = an_issued()
    first = decide(dossier, reserve(dossier.number), NOW)
    since = after(first.answer.dossier, release(dossier.number))

    again = decide(since, reserve(dossier.number), FIVE_MINUTES_LATE)

    assert again.fact is None
    assert again.answer == replace(first.answer, is_replay=True)
    assert leases_of(again.answer.dossier, again.answer.at)[0].until == QUARTER


steps = st.lists(
    st.tuples(
        st.sampled_from([reserve, release, execute]),
        st.sampled_from([PHARMACY, OTHER_PHARMACY]),
        st.integers(0, 20),
    ),
    max_size=12,
)


@given(steps)
def test_two_sites_never_hold_one_kind_at_once(history):  # TLS-50
    dossier = an_issued(a_line(boxes=99))
    at = NOW
    for turn, (make, actor, minutes) in enumerate(history):
        at += timedelta(minutes=minutes)
        act = an_act(dossier.number, handed_over_at=at)
        acts = (act,) if make is execute else ()
        command = make(dossier.number, *acts, key=str(turn), actor=actor)
        held = {lease.sender for lease in leases_of(dossier, at)}
        assert len(held) <= 1
        if held and actor.sender not in held:
            assert code_of(dossier, command, at) == "RESERVED_ELSEWHERE"
        else:
            dossier = after(dossier, command, at=at)
