from itertools import product

import pytest

from ordonnance.domain.scan import Page, guess_dpi, judge_page
from ordonnance.domain.scor import (
    DECISIONS,
    SENTENCES,
    Because,
    Case,
    Decision,
    Owed,
    Phase,
    State,
    Verdict,
    decide,
    judge,
)

ALL = {"reimbursed": frozenset({"a", "b"}), "covered": frozenset({"a", "b", "c"})}


def a_case(**said):
    return Case(**{"phase": Phase.TWO, "state": State.RECORDED, **ALL, **said})


@pytest.mark.parametrize(
    ("said", "decision", "because"),
    [
        ({}, "STOPPED", "RECORDED"),
        ({"phase": Phase.ONE}, "SENT", "PHASE_1"),
        ({"is_degraded": True}, "SENT", "DEGRADED"),
        ({"is_degraded": True, "reimbursed": frozenset()}, "SENT", "DEGRADED"),
        ({"reimbursed": frozenset()}, "STOPPED", "NOTHING_REIMBURSED"),
        ({"state": State.NONE}, "SENT", "NOT_RECORDED"),
        ({"state": State.NONE, "may_wait": True}, "HELD", "NOT_RECORDED"),
        ({"state": State.AWAITED}, "SENT", "AWAITED"),
        ({"state": State.AWAITED, "may_wait": True}, "HELD", "AWAITED"),
        ({"state": State.UNDONE}, "SENT", "UNDONE"),
        ({"state": State.UNDONE, "may_wait": True}, "SENT", "UNDONE"),
        ({"is_same_patient": False}, "SENT", "OTHER_PATIENT"),
        ({"is_same_site": False}, "SENT", "OTHER_SITE"),
        ({"covered": frozenset({"a"})}, "SENT", "NOT_COVERED"),
    ],
)
def test_the_scan_is_owed_unless_every_line_is_recorded(said, decision, because):  # SCOR-1
    assert decide(a_case(**said)) == Owed(Decision(decision), Because(because))


def test_whatever_the_case_a_scan_is_stopped_only_where_all_is_recorded():  # SCOR-1
    flags = (False, True)
    sets = (frozenset(), frozenset({"a"}), frozenset({"a", "b"}))
    for phase, state, degraded, patient, site, asked, covered, wait in product(
        Phase, State, flags, flags, flags, sets, sets, flags
    ):
        case = Case(
            phase=phase,
            state=state,
            is_degraded=degraded,
            is_same_patient=patient,
            is_same_site=site,
            reimbursed=asked,
            covered=covered,
            may_wait=wait,
        )
        is_proven = state is State.RECORDED and patient and site and asked <= covered
        may_stop = phase is Phase.TWO and not degraded and (is_proven or not asked)

        assert (decide(case).decision is Decision.STOPPED) is may_stop


def test_every_reason_has_its_sentence_and_its_row():  # SCOR-1
    assert set(SENTENCES) == set(Because) == {because for _, _, because in DECISIONS}


@pytest.mark.parametrize(
    ("said", "owed", "readable", "verdict"),
    [
        ("STOPPED", "STOPPED", True, "RIGHT"),
        ("STOPPED", "SENT", True, "WRONG_STOP"),
        ("STOPPED", "HELD", True, "WRONG_STOP"),
        ("SENT", "SENT", True, "RIGHT"),
        ("SENT", "SENT", False, "UNREADABLE"),
        ("SENT", "HELD", True, "RIGHT"),
        ("SENT", "STOPPED", True, "WRONG_SEND"),
        ("SENT", "STOPPED", False, "WRONG_SEND"),
        ("HELD", "HELD", True, "RIGHT"),
        ("HELD", "STOPPED", True, "RIGHT"),
        ("HELD", "SENT", True, "WRONG_STOP"),
    ],
)
def test_an_error_is_classed_by_what_it_costs(said, owed, readable, verdict):  # SCOR-2
    found = judge(Decision(said), Owed(Decision(owed), Because.RECORDED), is_readable=readable)

    assert found is Verdict(verdict)


def levels(**counts):
    found = [0] * 256
    for level, count in counts.items():
        found[int(level[1:])] = count
    return found


@pytest.mark.parametrize(
    ("counts", "anomalies"),
    [
        ({"_255": 96_000, "_0": 4_000}, []),
        ({"_255": 99_980, "_0": 20}, ["BLANK"]),
        ({"_255": 60_000, "_250": 40_000}, ["BLANK"]),
        ({"_0": 100_000}, ["BLACK"]),
        ({"_0": 99_900, "_255": 100}, ["BLACK"]),
        ({"_255": 90_000, "_215": 10_000}, ["CONTRAST"]),
        ({"_20": 70_000, "_230": 30_000}, []),
    ],
)
def test_a_page_is_judged_by_its_ink_and_its_paper(counts, anomalies):  # SCOR-5
    page = Page(levels=levels(**counts), dpi=200.0, inches=None)

    assert list(judge_page(page)) == anomalies


@pytest.mark.parametrize(
    ("dpi", "inches", "anomalies"),
    [
        (199.5, (8.27, 11.69), []),
        (150.0, (8.27, 11.69), ["RESOLUTION"]),
        (200.0, (8.27, 5.83), []),
        (200.0, (8.27, 4.0), ["TRUNCATED"]),
        (None, None, []),
    ],
)
def test_a_page_is_fine_enough_and_whole(dpi, inches, anomalies):  # SCOR-5
    page = Page(levels=levels(_255=90_000, _0=10_000), dpi=dpi, inches=inches)

    assert list(judge_page(page)) == anomalies


def test_an_image_that_does_not_say_its_resolution_is_taken_for_an_a4():  # SCOR-5
    assert round(guess_dpi(1654)) == 200
