"""Every refusal of a présérie: reached by its cause, and by nothing else."""

from dataclasses import replace
import re

import pytest

from ordonnance.domain.modalites import PHARMACISTS_2025_07, FirstWeek
from ordonnance.domain.preserie_refusal import ALL_PRESERIE_REASONS, PRESERIE_HTTP_REASONS
from ordonnance.domain.refusal import Refusal
from preserie_stories import (
    AMS,
    CHECK,
    DECLARED,
    DEPLOYED,
    DRAW,
    DRAWN,
    ENROLLED,
    EVERYONE,
    FIX,
    INSTALLED,
    ITEMS,
    LAUNCHED,
    MEETING,
    OPEN,
    OPENED,
    PLACED,
    PLANNED,
    RUNNING,
    SHARE,
    SHARED,
    STARTED,
    SUBMIT,
    SUBMITTED,
    SUPPLIED,
    a_pharmacy,
    a_software,
    anomaly,
    answer,
    codes,
    decide,
    install,
    plan,
    play,
    say,
    scor,
    traces,
    train,
)

TEN = (*PLACED, *(a_pharmacy(rank) for rank in range(10)))
FOUR = PLACED + tuple(a_pharmacy(rank) for rank in range(4))
FAILED = (*INSTALLED, traces(0, recorded=10), DRAW, SHARE)


def authorise(**fields):
    return say(
        "authorise", **({"software": "Alba", "authority": "CNDA", "reference": "R"} | fields)
    )


def choose(*departments):
    return say("choose_cpam", cpam=list(departments))


def without(stage, event):
    return tuple(one for one in stage if one != event)


# The stage, the event refused there, its code, and the event that the same stage accepts.
CASES = [
    # PRE-7
    (DECLARED, authorise(software="Zeta"), "UNKNOWN_SOFTWARE", authorise()),
    (DECLARED, authorise(authority="ANSM"), "AUTHORITY_UNKNOWN", authorise()),
    (DECLARED, OPEN, "NOT_AUTHORISED", authorise()),
    ((*DECLARED, authorise(version="4.0")), OPEN, "NOT_AUTHORISED", authorise(version="5.0")),
    ((*DECLARED, authorise()), say("open", software="Zeta"), "UNKNOWN_SOFTWARE", OPEN),
    (OPENED, OPEN, "OUT_OF_STEP", choose("33")),
    # PRE-10
    (OPENED, choose(), "CPAM_COUNT", choose("33")),
    (OPENED, choose("33", "38", "44", "49"), "CPAM_COUNT", choose("33", "38", "44")),
    (OPENED, choose("75"), "CPAM_NOT_REFERENT", choose("08")),
    (ENROLLED, choose("33"), "CPAM_IN_USE", choose("33", "38", "94")),
    # PRE-22
    (
        OPENED,
        say("set_minimum", participants=4, reason=""),
        "EVENT_MALFORMED",
        say("set_minimum", participants=3, reason=""),
    ),
    # PRE-2, PRE-10, PRE-13, PRE-14, PRE-21
    (PLACED, a_pharmacy(0, am="33200001"), "AM_INVALID", a_pharmacy(0)),
    (PLACED, a_pharmacy(0, am="33200001A"), "AM_INVALID", a_pharmacy(0)),
    (PLACED, a_pharmacy(0, am="٣32000011"), "AM_INVALID", a_pharmacy(0)),
    (PLACED, a_pharmacy(0, department="75"), "NOT_IN_CHOSEN_CPAM", a_pharmacy(0)),
    (ENROLLED, a_pharmacy(0), "ALREADY_ENROLLED", a_pharmacy(5)),
    (PLACED, a_pharmacy(0, agreement_on=None), "AGREEMENT_MISSING", a_pharmacy(0)),
    (PLACED, a_pharmacy(0, equipment_compatible=False), "EQUIPMENT_NOT_COMPATIBLE", a_pharmacy(0)),
    (PLACED, a_pharmacy(0, software_version="4.9"), "VERSION_NOT_COMPATIBLE", a_pharmacy(0)),
    (TEN, a_pharmacy(10), "TOO_MANY_PARTICIPANTS", SUBMIT),
    # PRE-8, PRE-9, PRE-14
    (FOUR, SUBMIT, "TOO_FEW_PARTICIPANTS", a_pharmacy(4)),
    *(
        (
            without(ENROLLED, say("supply", item=item)),
            SUBMIT,
            "PREREQUISITE_MISSING",
            say("supply", item=item),
        )
        for item in ITEMS
    ),
    # PRE-17
    *(
        (
            SUBMITTED,
            say("hold_launch_meeting", attendees=[one for one in EVERYONE if one != gone]),
            "ATTENDEE_MISSING",
            MEETING,
        )
        for gone in EVERYONE
    ),
    (ENROLLED, MEETING, "OUT_OF_STEP", SUBMIT),
    # PRE-15, PRE-18
    (ENROLLED, plan(0), "NOT_SUBMITTED", SUBMIT),
    ((*SUBMITTED, a_pharmacy(5)), plan(5, "2026-02-01"), "NOT_SUBMITTED", SUBMIT),
    (LAUNCHED, say("plan_installation", am="999999999", on="2026-01-19"), "NOT_ENROLLED", plan(0)),
    (
        (*LAUNCHED, plan(0), plan(1), plan(2)),
        plan(3, "2026-01-25"),
        "FIRST_WEEK_PACE",
        plan(3, "2026-01-26"),
    ),
    (
        (*LAUNCHED, plan(0), plan(1), plan(2)),
        plan(3, "2026-01-16"),
        "FIRST_WEEK_PACE",
        plan(3, "2026-01-15"),
    ),
    (STARTED, plan(0, "2026-01-30"), "OUT_OF_STEP", plan(3, "2026-01-30")),
    # PRE-19
    (LAUNCHED, say("train", am="999999999", on="2026-01-19"), "NOT_ENROLLED", train(0)),
    # PRE-15, PRE-17, PRE-18, PRE-19, PRE-20
    (
        LAUNCHED,
        say("install", am="999999999", on="2026-01-19", traces_on=True),
        "NOT_ENROLLED",
        plan(0),
    ),
    ((*SUBMITTED, plan(0), train(0)), install(0), "NOT_LAUNCHED", MEETING),
    ((*LAUNCHED, train(0)), install(0), "NOT_PLANNED", plan(0)),
    ((*LAUNCHED, plan(0)), install(0), "NOT_TRAINED", train(0)),
    (
        (*LAUNCHED, plan(0), train(0, "2026-01-20")),
        install(0),
        "NOT_TRAINED",
        install(0, "2026-01-20"),
    ),
    (PLANNED, install(0, traces_on=False), "TRACES_OFF", install(0)),
    (STARTED, install(3), "FIRST_WEEK_PACE", CHECK),
    (
        (*STARTED, CHECK, say("check_scor_stop", conform=False)),
        install(3),
        "FIRST_WEEK_PACE",
        CHECK,
    ),
    (
        (*STARTED, CHECK, train(3, "2026-01-23")),
        install(3, "2026-01-25"),
        "FIRST_WEEK_PACE",
        install(3),
    ),
    (STARTED, install(0), "OUT_OF_STEP", CHECK),
    (
        PLANNED,
        say("upgrade", am="999999999", version="5.1", on="2026-01-20"),
        "NOT_ENROLLED",
        say("upgrade", am=AMS[0], version="5.1", on="2026-01-20"),
    ),
    # PRE-26
    (PLANNED, CHECK, "NOT_INSTALLED", install(0)),
    (
        STARTED,
        say("check_scor_stop", conform=True, am=[AMS[0], AMS[3]]),
        "NOT_INSTALLED",
        say("check_scor_stop", conform=True, am=[AMS[0]]),
    ),
    (STARTED, say("check_scor_stop", conform=True, am=["999999999"]), "NOT_ENROLLED", CHECK),
    # PRE-24, PRE-25, PRE-26, PRE-28
    (STARTED, traces(3), "OUT_OF_STEP", traces(0)),
    (STARTED, traces(0) | {"am": "999999999"}, "NOT_ENROLLED", traces(0)),
    (STARTED, scor(3), "OUT_OF_STEP", scor(0)),
    (STARTED, scor(0) | {"am": "999999999"}, "NOT_ENROLLED", scor(0)),
    (STARTED, answer(3), "OUT_OF_STEP", answer(0)),
    (STARTED, answer(0) | {"am": "999999999"}, "NOT_ENROLLED", answer(0)),
    (DECLARED, anomaly(), "OUT_OF_STEP", authorise()),
    (STARTED, anomaly(am="999999999"), "NOT_ENROLLED", anomaly(am=AMS[0])),
    (STARTED, say("fix_anomaly", anomaly="A9", version="5.1"), "OUT_OF_STEP", anomaly("A9")),
    (
        STARTED,
        say("qualify_anomaly", anomaly="A9", intrinsic=True, blocking=True, reason=""),
        "OUT_OF_STEP",
        anomaly("A9"),
    ),
    # PRE-3, PRE-23, PRE-29
    (PLANNED, DRAW, "OUT_OF_STEP", install(0)),
    (RUNNING, SHARE, "OUT_OF_STEP", DRAW),
    (DRAWN, say("share_bilan", with_=["cnam", "gie"]), "SHARE_INCOMPLETE", SHARE),
    (DRAWN, say("share_bilan", with_=["vendor", "gie"]), "SHARE_INCOMPLETE", SHARE),
    (RUNNING, decide("deploy"), "BILAN_MISSING", DRAW),
    (DRAWN, decide("deploy"), "BILAN_MISSING", SHARE),
    ((*SHARED, DRAW), decide("deploy"), "BILAN_MISSING", SHARE),
    ((*SHARED, decide("prolong")), decide("prolong"), "BILAN_MISSING", DRAW),
    (DEPLOYED, decide("prolong"), "BILAN_MISSING", say("hold_deployment_meeting")),
    (FAILED, decide("deploy"), "CRITERIA_NOT_MET", decide("prolong")),
    # PRE-33
    (FAILED, decide("extend"), "FIX_MISSING", FIX),
    (FAILED, decide(["prolong", "extend"]), "FIX_MISSING", FIX),
    ((*INSTALLED, FIX, DRAW, SHARE), decide("extend"), "FIX_MISSING", FIX),
    # PRE-1, PRE-30, PRE-31, PRE-32
    (SHARED, say("hold_deployment_meeting"), "NOT_DECIDED", decide("deploy")),
    (SHARED, say("stop_traces", am=AMS[0]), "NOT_DECIDED", decide("deploy")),
    (SHARED, say("authorise_deployment", terms=""), "NOT_DECIDED", decide("deploy")),
    (DEPLOYED, say("stop_traces", am="999999999"), "NOT_ENROLLED", say("stop_traces", am=AMS[0])),
    # PRE-42
    (DEPLOYED, DRAW, "OUT_OF_STEP", SHARE),
    (DEPLOYED, a_pharmacy(5), "OUT_OF_STEP", traces(0)),
    (DEPLOYED, say("close", reason=""), "OUT_OF_STEP", a_software(version="6.0")),
    (
        (*RUNNING, say("close", reason="Module refait")),
        DRAW,
        "OUT_OF_STEP",
        a_software(version="6.0"),
    ),
    # PRE-5
    (DECLARED, say("covers", software="Zeta"), "UNKNOWN_SOFTWARE", say("covers", software="Alba")),
    # PRE-41
    ((*ENROLLED, say("withdraw", am=AMS[0], reason="")), train(0), "NOT_ENROLLED", a_pharmacy(0)),
    (
        ENROLLED,
        say("withdraw", am="999999999", reason=""),
        "NOT_ENROLLED",
        say("withdraw", am=AMS[0], reason=""),
    ),
    # PRE-37: before anything is declared, or open
    ((), a_software(), "OUT_OF_STEP", say("declare_vendor", vendor="Alba")),
    (DECLARED, a_software("Beryl", vendor="Beryl"), "OUT_OF_STEP", a_software("Beryl")),
    (DECLARED, say("supply", item="support"), "OUT_OF_STEP", authorise()),
    (DECLARED, choose("33"), "OUT_OF_STEP", authorise()),
    (DECLARED, say("set_minimum", participants=3, reason=""), "OUT_OF_STEP", authorise()),
    (DECLARED, FIX, "OUT_OF_STEP", authorise()),
    (DECLARED, say("state_prerequisites", text="Lecteur"), "OUT_OF_STEP", authorise()),
    (DECLARED, say("close", reason=""), "OUT_OF_STEP", authorise()),
]


@pytest.mark.parametrize(
    ("stage", "event", "code", "accepted"),
    CASES,
    ids=[f"{event['do']}-{code}-{rank}" for rank, (_, event, code, _) in enumerate(CASES)],
)
def test_a_refusal_is_reached_by_its_cause_and_changes_nothing(stage, event, code, accepted):
    before = play(*stage)

    after = play(*stage, event)

    assert codes(before) == []
    assert codes(after) == [code]
    assert after.refused[0].line == len(stage) + 1
    assert after.preserie == before.preserie
    assert codes(play(*stage, accepted)) == []


def test_each_reason_is_reached_by_a_case():
    reached = {code for _, _, code, _ in CASES}

    told = {*ALL_PRESERIE_REASONS} - {*PRESERIE_HTTP_REASONS}
    assert {reason.code for reason in told} - reached == {"ROLE_NOT_ALLOWED"}


# Everything that could be wrong at once: what is put right, then the next code.
ENROLMENT = [
    ("AM_INVALID", {"am": AMS[0]}),
    ("NOT_IN_CHOSEN_CPAM", {"department": "33"}),
    ("ALREADY_ENROLLED", {"am": AMS[5]}),
    ("AGREEMENT_MISSING", {"agreement_on": "2026-01-10"}),
    ("EQUIPMENT_NOT_COMPATIBLE", {"equipment_compatible": True}),
    ("VERSION_NOT_COMPATIBLE", {"software_version": "5.0"}),
    ("TOO_MANY_PARTICIPANTS", {}),
]


def test_an_enrolment_is_refused_in_the_order_of_the_contract():  # PRE-13, PRE-21
    event = a_pharmacy(
        0,
        am="1",
        department="75",
        agreement_on=None,
        equipment_compatible=False,
        software_version="1",
    )
    full = (*TEN[:-10], *(a_pharmacy(rank) for rank in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10)))
    found = []
    for _, change in ENROLMENT:
        found += codes(play(*full, event))
        event |= change

    assert found == [code for code, _ in ENROLMENT]


def test_an_installation_is_refused_in_the_order_of_the_contract():  # PRE-15
    three = (
        *SUBMITTED,
        *(plan(rank) for rank in range(3)),
        *(train(rank) for rank in range(3)),
    )
    wrong = install(3, traces_on=False)
    steps = [
        (three, "NOT_LAUNCHED"),
        ((*three, MEETING, *(install(rank) for rank in range(3))), "NOT_PLANNED"),
        ((*three, MEETING, *(install(rank) for rank in range(3)), plan(3)), "NOT_TRAINED"),
    ]
    trained = (*steps[-1][0], train(3))

    assert [codes(play(*stage, wrong)) for stage, _ in steps] == [[code] for _, code in steps]
    assert codes(play(*trained, wrong)) == ["TRACES_OFF"]
    assert codes(play(*trained, install(3))) == ["FIRST_WEEK_PACE"]
    assert codes(play(*trained, CHECK, install(3))) == []


def test_too_few_comes_before_what_is_missing():  # PRE-14
    assert codes(play(*OPENED, SUBMIT)) == ["TOO_FEW_PARTICIPANTS"]


def test_a_refusal_of_its_own_comes_before_the_step():  # PRE-37
    stages = [
        (DECLARED, choose("75"), "CPAM_NOT_REFERENT"),
        (DECLARED, a_pharmacy(0), "NOT_IN_CHOSEN_CPAM"),
        (SUPPLIED, say("hold_launch_meeting", attendees=[]), "ATTENDEE_MISSING"),
        (RUNNING, say("share_bilan", with_=[]), "SHARE_INCOMPLETE"),
    ]

    assert [codes(play(*stage, event)) for stage, event, _ in stages] == [
        [code] for _, _, code in stages
    ]


@pytest.mark.parametrize("reason", ALL_PRESERIE_REASONS, ids=lambda reason: reason.code)
def test_a_sentence_is_whole_and_typeset_in_french(reason):
    names = re.findall(r"{(\w+)}", reason.sentence)
    sentence = Refusal(reason, **dict.fromkeys(names, "Alba")).sentence

    assert not re.search(r"[{}\"']|\.\.\.", sentence)
    assert not re.search(r"\S[:;!?»]|\s[.,]|\s\s", sentence)
    assert sentence[0].isupper()
    assert sentence.endswith(".")


def test_the_sentence_of_a_pace_says_from_when_on():  # PRE-15
    refused = play(*LAUNCHED, plan(0), plan(1), plan(2), plan(3, "2026-01-25")).refused

    assert refused[0].sentence == (
        "3 installations au plus en première semaine, le temps de vérifier l’arrêt de l’envoi par "
        "SCOR. Planifiez celle-ci au plus tôt le lun. 26 janv. 2026."
    )


def test_planning_the_first_later_moves_the_week():  # PRE-15
    story = (*LAUNCHED, *(plan(rank) for rank in range(4)), plan(4, "2026-01-26"))

    assert codes(play(*story, plan(0, "2026-02-09"))) == ["FIRST_WEEK_PACE"]
    assert codes(play(*story, plan(3, "2026-02-09"), plan(0, "2026-02-10"))) == []


def test_the_first_week_may_begin_with_what_is_installed():  # PRE-15, PRE-34
    modalities = replace(PHARMACISTS_2025_07, first_week=FirstWeek.INSTALLED)
    story = (
        *LAUNCHED,
        *(train(rank) for rank in range(4)),
        *(plan(rank) for rank in range(4)),
        *(install(rank, on=f"2026-01-{25 + rank}") for rank in range(3)),
        CHECK,
    )

    early = play(*story, install(3, "2026-01-31"), modalities=modalities)
    later = play(*story, install(3, "2026-02-01"), modalities=modalities)

    assert codes(early) == ["FIRST_WEEK_PACE"]
    assert codes(later) == []
