"""A présérie from its opening to its end: states, steps, notifications, warnings, coverage."""

from dataclasses import replace

import pytest

from ordonnance.domain.modalites import PHARMACISTS_2025_07, MinimumReduced
from ordonnance.domain.preserie_result import describe_replay
from preserie_stories import (
    AMS,
    AUTHORISED,
    CHECK,
    DECLARED,
    DEPLOYED,
    DRAW,
    DRAWN,
    ENROLLED,
    EVERYONE,
    EVIDENCE,
    FILES,
    FIX,
    INSTALLED,
    LAUNCHED,
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
    codes,
    decide,
    install,
    plan,
    play,
    say,
    traces,
    warnings,
)

CLOSE = say("close", reason="Module refait")
TERMS = say("authorise_deployment", terms="Par vagues")


def tell(*events, **others):
    replayed = play(*events, **others)
    assert codes(replayed) == []
    return describe_replay(replayed)


STEPS = [
    ((), "PREPARATION", "declare_vendor"),
    (DECLARED[:1], "PREPARATION", "declare_software"),
    (DECLARED, "PREPARATION", "authorise"),
    (AUTHORISED, "PREPARATION", "open"),
    (OPENED, "PREPARATION", "supply"),
    (SUPPLIED, "PREPARATION", "choose_cpam"),
    (PLACED, "PREPARATION", "enrol"),
    (ENROLLED, "PREPARATION", "submit_participants"),
    (SUBMITTED, "PREPARATION", "hold_launch_meeting"),
    (LAUNCHED, "LANCEE", "plan_installation"),
    ((*LAUNCHED, *(plan(rank) for rank in range(5))), "LANCEE", "train"),
    (PLANNED, "LANCEE", "install"),
    (STARTED, "EN_COURS", "check_scor_stop"),
    ((*STARTED, CHECK), "EN_COURS", "install"),
    (INSTALLED, "EN_COURS", "traces"),
    ((*INSTALLED, *EVIDENCE[:8]), "EN_COURS", "scor"),
    ((*INSTALLED, *EVIDENCE[:13]), "EN_COURS", "state_prerequisites"),
    ((*INSTALLED, *EVIDENCE[:14]), "EN_COURS", "answer_questionnaire"),
    (RUNNING, "EN_COURS", "draw_bilan"),
    ((*RUNNING, anomaly()), "EN_COURS", "fix_anomaly"),
    (DRAWN, "BILAN", "share_bilan"),
    (SHARED, "BILAN", "decide"),
    ((*SHARED, decide("prolong")), "PROLONGEE", "draw_bilan"),
    ((*SHARED, FIX, decide("extend")), "ETENDUE", "draw_bilan"),
    ((*SHARED, FIX, decide("extend"), a_pharmacy(5)), "ETENDUE", "submit_participants"),
    ((*SHARED, FIX, decide(["prolong", "extend"])), "ETENDUE", "draw_bilan"),
    ((*SHARED, decide("prolong"), DRAW), "BILAN", "share_bilan"),
    (DEPLOYED, "VALIDEE", "hold_deployment_meeting"),
    ((*DEPLOYED, say("hold_deployment_meeting")), "VALIDEE", "stop_traces"),
    ((*DEPLOYED, TERMS), "GENERALISEE", "hold_deployment_meeting"),
    ((*DEPLOYED, TERMS, say("hold_deployment_meeting")), "GENERALISEE", "stop_traces"),
    ((*RUNNING, CLOSE), "ABANDONNEE", None),
]


@pytest.mark.parametrize(("story", "state", "step"), STEPS, ids=range(len(STEPS)))
def test_a_preserie_stands_somewhere_and_awaits_something(story, state, step):  # PRE-42
    told = tell(*story)

    assert (told["state"], told["step"]) == (state, step)


def test_nothing_is_awaited_once_all_traces_are_off():  # PRE-31, PRE-42
    stops = [say("stop_traces", am=am) for am in AMS[:5]]
    told = tell(*DEPLOYED, say("hold_deployment_meeting"), *stops, TERMS)

    assert (told["state"], told["step"], told["traces_active"]) == ("GENERALISEE", None, [])


def test_traces_are_active_where_installed_until_stopped():  # PRE-20, PRE-31
    assert tell(*STARTED)["traces_active"] == list(AMS[:3])
    assert tell(*DEPLOYED, say("stop_traces", am=AMS[1]))["traces_active"] == [
        AMS[0],
        *AMS[2:5],
    ]
    assert tell(*STARTED, say("withdraw", am=AMS[0], reason=""))["traces_active"] == list(AMS[1:3])
    assert tell(*STARTED, CLOSE)["traces_active"] == []


# Notifications


def sent(told, about):
    return [
        (one["from"], one["to"], one["text"])
        for one in told["notifications"]
        if one["about"] == about
    ]


def test_the_list_goes_to_the_gie_and_the_cnam_which_tells_each_cpam():  # PRE-13, PRE-16, PRE-40
    told = tell(*SUBMITTED)

    found = sent(told, "submit_participants")
    assert [(sender, to) for sender, to, _ in found] == [
        ("vendor", "gie"),
        ("vendor", "cnam"),
        ("cnam", "cpam:33"),
        ("cnam", "cpam:38"),
    ]
    assert all(am in found[0][2] for am in AMS[:5])
    assert found[3][2] == (
        "La présérie du logiciel Alba démarre dans votre département, 38 (Isère) : "
        "Pharmacie 3 (382000012), Pharmacie 4 (382000020)."
    )


def test_another_list_once_launched_says_that_it_goes_on():  # PRE-16
    found = sent(tell(*LAUNCHED, a_pharmacy(5), SUBMIT), "submit_participants")

    assert [to for _, to, _ in found] == ["gie", "cnam", "cpam:33", "cpam:38"] * 2
    assert found[6][2].startswith("La présérie du logiciel Alba se poursuit dans votre département")


def test_a_date_goes_to_the_gie_and_the_cnam_then_the_cpam():  # PRE-18, PRE-40
    text = "Installation de Pharmacie 3 (382000012) prévue le lun. 26 janv. 2026."

    assert sent(tell(*LAUNCHED, plan(3)), "plan_installation") == [
        ("vendor", "gie", text),
        ("vendor", "cnam", text),
        ("cnam", "cpam:38", text),
    ]


def test_everyone_told_of_a_date_is_told_of_its_change():  # PRE-18
    told = tell(*LAUNCHED, plan(3), plan(3), plan(3, "2026-01-28"))

    found = sent(told, "plan_installation")
    assert [to for _, to, _ in found] == ["gie", "cnam", "cpam:38"] * 2
    assert found[-1][2] == (
        "Changement : l’installation de Pharmacie 3 (382000012), qui était prévue le lun. 26 "
        "janv. 2026, l’est le mer. 28 janv. 2026."
    )
    assert told["participants"][3]["planned_on"] == "2026-01-28"


def test_what_is_supplied_is_shared_with_the_cnam():  # PRE-8, PRE-9
    assert sent(tell(*SUPPLIED), "supply")[3] == (
        "vendor",
        "cnam",
        "L’éditeur Alba partage le mode d’emploi du kit (Alba).",
    )


def test_the_bilan_goes_to_whom_it_is_shared_with():  # PRE-3, PRE-29
    found = sent(tell(*SHARED), "share_bilan")

    assert [(sender, to) for sender, to, _ in found] == [
        ("vendor", "cnam"),
        ("cnam", "vendor"),
        ("cnam", "gie"),
        ("cnam", "cpam:33"),
        ("cnam", "cpam:38"),
        ("cnam", "pilots"),
        ("cnam", "profession:FSPF"),
    ]
    assert found[0][2].endswith("vous est partagé : critères atteints : 5 sur 5.")


def test_the_terms_of_the_deployment_go_to_everyone():  # PRE-32
    found = sent(tell(*DEPLOYED, TERMS), "authorise_deployment")

    assert [to for _, to, _ in found] == ["vendor", "gie", "cpam:33", "cpam:38", "pilots"]
    assert found[0][2] == "Le déploiement du logiciel Alba est autorisé. Modalités : Par vagues"


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("prolong", "la prolongation est décidée."),
        ("extend", "l’extension à d’autres pharmacies est décidée."),
        (
            ["extend", "prolong"],
            "la prolongation et l’extension à d’autres pharmacies sont décidées.",
        ),
        ("deploy", "le déploiement est décidé."),
    ],
)
def test_a_decision_is_told(outcome, sentence):  # PRE-40
    found = sent(tell(*SHARED, FIX, decide(outcome)), "decide")

    assert [to for _, to, _ in found] == ["vendor", "gie", "cpam:33", "cpam:38"]
    assert found[0][2] == f"Présérie du logiciel Alba : {sentence}"


def test_an_anomaly_is_told_to_the_vendor_and_the_cnam():  # PRE-25
    by_pilot = sent(tell(*STARTED, anomaly(by=f"pilot:{AMS[0]}")), "report_anomaly")
    by_vendor = sent(tell(*STARTED, anomaly(by="vendor")), "report_anomaly")

    assert [to for _, to, _ in by_pilot] == ["vendor", "cnam"]
    assert [to for _, to, _ in by_vendor] == ["cnam"]


def test_who_knew_of_a_pharmacy_learns_that_it_leaves():  # PRE-41
    leaves = say("withdraw", am=AMS[3], reason="Travaux")

    assert [to for _, to, _ in sent(tell(*SUBMITTED, leaves), "withdraw")] == [
        *("gie", "cnam", "cpam:38"),
    ]
    assert sent(tell(*ENROLLED, leaves), "withdraw") == []


# Participants


def test_a_pharmacy_that_comes_back_is_on_another_list():  # PRE-13, PRE-41
    story = (*SUBMITTED, say("withdraw", am=AMS[0], reason=""), a_pharmacy(0))

    assert codes(play(*story, plan(0))) == ["NOT_SUBMITTED"]
    assert codes(play(*story, SUBMIT, plan(0))) == []


def test_a_pharmacy_that_leaves_makes_room_in_the_first_week():  # PRE-15
    story = (*LAUNCHED, plan(0), plan(1), plan(2), say("withdraw", am=AMS[1], reason=""))

    assert codes(play(*story, plan(3, "2026-01-22"))) == []


def test_an_extension_admits_more_than_ten():  # PRE-14, PRE-33
    ten = tuple(a_pharmacy(rank) for rank in range(5, 10))
    story = (*INSTALLED, traces(0, recorded=1), *ten, DRAW, SHARE, FIX)

    assert codes(play(*story, a_pharmacy(10))) == ["TOO_MANY_PARTICIPANTS"]
    assert codes(play(*story, decide("prolong"), a_pharmacy(10))) == ["TOO_MANY_PARTICIPANTS"]
    assert codes(play(*story, decide("extend"), a_pharmacy(10), a_pharmacy(11))) == []


def test_an_extension_may_have_a_limit():  # PRE-34
    modalities = replace(PHARMACISTS_2025_07, participants_max=5, extended_max=6)
    story = (*SHARED, FIX, decide("extend"), a_pharmacy(5), a_pharmacy(6))

    assert codes(play(*story, modalities=modalities)) == ["TOO_MANY_PARTICIPANTS"]


MINIMUMS = [
    # of the vendor, of the software, set by the Cnam, does 3 suffice?
    (12.5, None, None, False),
    (1, None, None, False),
    (0.999, None, None, True),
    (None, None, None, False),
    (12.5, 0.4, None, True),
    (0.4, 1.0, None, False),
    (0.4, None, 5, False),
    (0.4, None, 3, True),
    (None, None, 3, True),
    (12.5, None, 3, True),
]


@pytest.mark.parametrize(("vendor", "software", "kept", "suffices"), MINIMUMS)
def test_three_pharmacies_suffice_below_one_percent(vendor, software, kept, suffices):  # PRE-22
    story = (
        say("declare_vendor", vendor="Alba", market_share_percent=vendor),
        a_software(market_share_percent=software),
        *PLACED[2:],
        *(a_pharmacy(rank) for rank in range(3)),
        *(() if kept is None else (say("set_minimum", participants=kept, reason=""),)),
    )

    expected = [] if suffices else ["TOO_FEW_PARTICIPANTS"]
    assert codes(play(*story, SUBMIT)) == expected
    assert codes(play(*story, a_pharmacy(3), a_pharmacy(4), SUBMIT)) == []


def test_a_reduced_minimum_may_have_to_be_granted():  # PRE-22, PRE-34
    modalities = replace(PHARMACISTS_2025_07, minimum_reduced=MinimumReduced.GRANTED)
    story = (
        say("declare_vendor", vendor="Alba", market_share_percent=0.2),
        *PLACED[1:],
        *(a_pharmacy(rank) for rank in range(3)),
    )
    grant = say("set_minimum", participants=3, reason="")

    assert codes(play(*story, SUBMIT, modalities=modalities)) == ["TOO_FEW_PARTICIPANTS"]
    assert codes(play(*story, grant, SUBMIT, modalities=modalities)) == []


# Warnings


def test_another_profession_has_these_modalities_by_analogy():  # PRE-4
    story = (*DECLARED[:1], a_software(profession="infirmier"), AUTHORISED[2], OPEN)

    assert warnings(play(*story)) == ["MODALITIES_BY_ANALOGY"]
    assert warnings(play(*OPENED)) == []


def test_a_minimum_granted_beyond_the_share_is_warned_of():  # PRE-22
    assert warnings(play(*OPENED, say("set_minimum", participants=3, reason=""))) == [
        "MINIMUM_BEYOND_TEXT"
    ]
    assert warnings(play(*OPENED, say("set_minimum", participants=5, reason=""))) == []


def test_each_actor_left_out_of_a_bilan_is_warned_of():  # PRE-3
    replayed = play(*DRAWN, say("share_bilan", with_=["vendor", "cnam", "other:HAS"]))
    told = describe_replay(replayed)

    assert warnings(replayed) == ["BILAN_NOT_SHARED_WITH"] * 5
    assert told["warnings"][1] == {
        "line": len(DRAWN) + 1,
        "code": "BILAN_NOT_SHARED_WITH",
        "sentence": (
            "Le bilan n’est pas partagé avec la CPAM 33 (Gironde). Partagez-le avec tous les "
            "acteurs du projet."
        ),
    }


def test_who_has_the_bilan_already_is_not_left_out():  # PRE-3
    again = say("share_bilan", with_=["vendor", "cnam"])

    assert warnings(play(*SHARED, again)) == []


def test_a_decision_to_go_on_is_warned_of_where_the_text_says_otherwise():  # PRE-12, PRE-33
    failed = (*INSTALLED, DRAW, SHARE)
    cases = {
        "no fix": (*failed, decide("prolong")),
        "fix": (*failed, FIX, decide("prolong")),
        "met": (*SHARED, FIX, decide("prolong")),
        "met, no fix": (*SHARED, decide("prolong")),
        "extended": (*failed, FIX, decide("extend")),
    }

    def not_shared(replayed):
        return [code for code in warnings(replayed) if code != "BILAN_NOT_SHARED_WITH"]

    assert {name: not_shared(play(*story)) for name, story in cases.items()} == {
        "no fix": ["FIX_AWAITED"],
        "fix": [],
        "met": ["CRITERIA_MET"],
        "met, no fix": ["FIX_AWAITED", "CRITERIA_MET"],
        "extended": [],
    }


# Duration


def test_it_begins_with_the_first_executions_sent():  # PRE-11
    consulted = traces(0, operation="consult", first_on="2026-01-10")
    none = traces(0, attempts=0, recorded=0, first_on="2026-01-11")
    later = traces(1, first_on="2026-01-28")
    first = traces(0, first_on="2026-01-26")

    assert tell(*INSTALLED, consulted, none)["started_on"] is None
    assert tell(*INSTALLED, consulted, none)["weeks"] is None
    assert tell(*INSTALLED, later, first, consulted)["started_on"] == "2026-01-26"
    assert tell(*INSTALLED, traces(0))["started_on"] == "2026-02-20"


@pytest.mark.parametrize(
    ("at", "weeks"),
    [
        ("2026-01-26T09:00:00+01:00", 3),
        ("2026-02-22T23:30:00+01:00", 3),
        ("2026-02-22T23:30:00Z", 4),
        ("2026-03-02T09:00:00+01:00", 5),
    ],
)
def test_its_weeks_are_whole_and_counted_in_paris(at, weeks):  # PRE-11
    story = (*INSTALLED, traces(0, first_on="2026-01-26"))

    assert tell(*story, say("state_prerequisites", text="Lecteur", at=at))["weeks"] == weeks


def test_what_follows_the_decision_does_not_lengthen_it():  # PRE-11
    late = say("hold_deployment_meeting", at="2026-12-01T09:00:00+01:00")

    assert tell(*DEPLOYED, late)["weeks"] == tell(*DEPLOYED)["weeks"]


# Coverage

OTHERS = {
    "same": {},
    "other profession": {"profession": "infirmier"},
    "other module": {"module": "autre"},
    "other architecture": {"architecture": "web"},
    "architecture unsaid": {"architecture": None},
    "other interface": {"interface": "B"},
    "bought": {"module_origin": "third_party"},
    "other vendor": {"vendor": "Beryl"},
}


def cover(**own):
    others = [a_software(name, **fields) for name, fields in OTHERS.items()]
    return tell(
        say("declare_vendor", vendor="Beryl"),
        *DEPLOYED[:1],
        a_software(**own),
        *others,
        *DEPLOYED[2:],
        *(say("covers", software=name) for name in OTHERS),
    )


def test_a_preserie_covers_the_same_module_of_the_same_vendor():  # PRE-1, PRE-5, PRE-6
    told = cover()

    assert told["valid_for"] == ["Alba", "same"]
    assert [one["covered"] for one in told["covers"]] == [True] + [False] * 7
    assert len({one["because"] for one in told["covers"]}) == 7  # architecture twice


def test_a_module_bought_from_another_covers_its_own_software_only():  # PRE-6
    assert cover(module_origin="third_party")["valid_for"] == ["Alba"]


@pytest.mark.parametrize("story", [SHARED, (*SHARED, decide("prolong")), (*RUNNING, CLOSE)])
def test_a_preserie_not_decided_covers_nothing(story):  # PRE-1, PRE-12
    told = tell(*story, say("covers", software="Alba"))

    assert told["valid_for"] == []
    assert [one["covered"] for one in told["covers"]] == [False]


# Files


def test_a_pilot_that_succeeds():  # PRE-23, PRE-30, PRE-37
    lines = (FILES / "validee.jsonl").read_text("utf-8").split("\n")
    replayed = play(*lines)
    told = describe_replay(replayed)

    assert (told["state"], told["step"], told["weeks"]) == ("GENERALISEE", "stop_traces", 5)
    assert [(one["line"], one["code"]) for one in told["refusals"]] == [
        (5, "NOT_AUTHORISED"),
        (19, "NOT_IN_CHOSEN_CPAM"),
        (32, "FIRST_WEEK_PACE"),
        (72, "BILAN_MISSING"),
    ]
    assert told["bilan"]["met"] is True
    assert told["bilan"]["criteria"][0]["value"] == pytest.approx(460 / 490)
    assert told["valid_for"] == ["Alba Officine", "Alba Mobile"]
    assert [(one["line"], one["covered"]) for one in told["covers"]] == [
        (70, False),
        (81, True),
        (82, False),
    ]
    assert told["traces_active"] == ["382000020"]
    assert told["warnings"] == []


def test_a_pilot_that_fails_and_is_prolonged():  # PRE-12, PRE-33
    lines = (FILES / "prolongee.jsonl").read_text("utf-8").split("\n")
    told = describe_replay(play(*lines))

    assert (told["state"], told["step"]) == ("PROLONGEE", "state_prerequisites")
    assert [(one["line"], one["code"]) for one in told["refusals"]] == [(55, "CRITERIA_NOT_MET")]
    assert [one["met"] for one in told["bilan"]["criteria"]] == [False, False, True, False, False]
    assert [one["code"] for one in told["warnings"]] == [
        *["BILAN_NOT_SHARED_WITH"] * 4,
        "FIX_AWAITED",
    ]
    assert told["bilan"]["shared_with"] == EVERYONE[:3]
    assert {one["version"] for one in told["participants"]} == {"5.1"}


def test_a_participant_is_told_with_its_days():
    told = tell(*PLANNED, install(0), a_pharmacy(5, agreement_on="2026-01-30"))

    assert told["participants"][0] == {
        "am": AMS[0],
        "name": "Pharmacie 0",
        "department": "33",
        "version": "5.0",
        "agreement_on": "2026-01-10",
        "submitted": True,
        "planned_on": "2026-01-19",
        "trained_on": "2026-01-19",
        "installed_on": "2026-01-19",
        "traces": True,
        "withdrawn": False,
        "withdrawn_because": None,
    }
    assert told["participants"][5]["planned_on"] is None
