"""A présérie as a timeline: stages, whose turn it is and since when, what each may say."""

import pytest

from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, Party, PartyKind, cpam
from ordonnance.domain.preserie_possible import list_possible
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_step import next_step
from ordonnance.domain.preserie_timeline import Progress, list_stages
from ordonnance.domain.preserie_waiting import Waiting, find_waiting
from preserie_stories import (
    AMS,
    AUTHORISED,
    CHECK,
    DECLARED,
    DEPLOYED,
    DRAWN,
    ENROLLED,
    FIX,
    INSTALLED,
    LAUNCHED,
    OPENED,
    PLANNED,
    RUNNING,
    SHARED,
    STARTED,
    SUBMITTED,
    SUPPLIED,
    anomaly,
    decide,
    install,
    plan,
    play,
    say,
    train,
)

PILOT = Party(PartyKind.PILOT, AMS[0])
NAMES = [
    *("declaration", "authorisation", "opening", "supply:support", "supply:installation_terms"),
    *("supply:training_terms", "supply:kit_manual", "supply:kit_tutorial", "cpam", "enrolment"),
    *("list", "launch", "planning", "training", "installation", "check", "executions", "anomalies"),
    *("prerequisites", "questionnaire", "bilan", "sharing", "decision", "deployment_meeting"),
    *("stop_traces", "deployment"),
]
AFTERWARDS = (
    say("hold_deployment_meeting"),
    *(say("stop_traces", am=am) for am in AMS[:5]),
    say("authorise_deployment", terms="Par vagues"),
)


def told(*story, reader=None):
    todo = find_waiting(play(*story)).find(reader)
    return None if todo is None else todo.say(reader)


def stages(*story):
    return {stage.name: stage for stage in list_stages(play(*story))}


def named(progress, *story):
    return [name for name, stage in stages(*story).items() if stage.progress is progress]


@pytest.mark.parametrize(
    ("story", "sentence"),
    [
        ((), "À l’éditeur : déclarer l’éditeur."),
        (DECLARED, "À la Cnam : enregistrer l’autorisation du CNDA."),
        (AUTHORISED, "À l’éditeur : ouvrir la présérie."),
        (
            SUPPLIED[:-2],
            "À l’éditeur : partager les prérequis (le mode d’emploi du kit, le tutoriel du kit).",
        ),
        (
            ENROLLED[:-1],
            "À l’éditeur : inscrire des pharmacies volontaires (4 inscrites sur 5 au moins).",
        ),
        (
            ENROLLED,
            "À l’éditeur : transmettre la liste des pharmacies (5 pharmacies à transmettre).",
        ),
        (SUBMITTED, "À la Cnam : tenir la réunion de lancement."),
        (
            (*LAUNCHED, plan(0), plan(1), plan(2), plan(3)),
            "À l’éditeur : donner le planning des installations (1 pharmacie sans date).",
        ),
        (
            (*PLANNED[:-2],),
            "À l’éditeur : former les utilisateurs (2 pharmacies sans formation).",
        ),
        (
            PLANNED,
            (
                "À l’éditeur : installer les pharmacies (5 pharmacies, la première prévue le lun. "
                "19 janv. 2026)."
            ),
        ),
        (STARTED, "Au GIE SESAM-Vitale ou à la Cnam : vérifier l’arrêt de l’envoi par SCOR."),
        (
            (*STARTED, say("check_scor_stop", conform=False)),
            (
                "Au GIE SESAM-Vitale ou à la Cnam : vérifier l’arrêt de l’envoi par SCOR (la "
                "dernière vérification n’est pas conforme)."
            ),
        ),
        (
            RUNNING[:-2],
            "Aux pharmacies pilotes : répondre au questionnaire (réponses de 1 pharmacie sur 5).",
        ),
        (SHARED, "À la Cnam : décider sur le bilan."),
        (
            (*DEPLOYED, AFTERWARDS[0]),
            "À l’éditeur : arrêter les traces (5 pharmacies).",
        ),
        ((*DEPLOYED, *AFTERWARDS), None),
        ((*RUNNING, say("close", reason="Module refait")), None),
    ],
)
def test_what_is_missing_is_said_to_whom_it_is_up_to(story, sentence):  # PRE-66
    assert told(*story) == sentence


def test_the_reader_is_told_that_it_is_their_turn():  # PRE-66
    assert told(*STARTED, reader=GIE) == "À vous : vérifier l’arrêt de l’envoi par SCOR."
    assert told(*STARTED, reader=VENDOR).startswith("Au GIE SESAM-Vitale ou à la Cnam : ")
    assert told(*RUNNING[:-3], reader=PILOT).startswith("À vous : répondre au questionnaire")
    assert told(*RUNNING[:-2], reader=PILOT).startswith("Aux pharmacies pilotes : ")  # it answered


def test_the_cnam_is_asked_to_qualify_beside_the_next_step():  # PRE-39, PRE-66
    reported = anomaly("A3", at="2026-03-02T10:00:00+01:00")
    waiting = find_waiting(play(*INSTALLED, reported, anomaly("A4", blocking=False)))

    assert waiting.parties == (VENDOR, CNAM)
    assert waiting.find(CNAM).say(CNAM) == "À vous : qualifier les anomalies (A3, A4)."
    assert waiting.find(CNAM).short == "qualifier les anomalies (A3, A4)"
    assert waiting.find(VENDOR).say(CNAM) == (
        "À l’éditeur : corriger les anomalies bloquantes (A3)."
    )
    assert waiting.find(VENDOR).since.isoformat() == "2026-03-02T10:00:00+01:00"
    assert (waiting.is_turn_of(CNAM), waiting.is_turn_of(GIE)) == (True, False)


def test_it_is_their_turn_since_the_event_that_made_it_so():  # PRE-66
    story = [
        event | {"at": f"2026-03-{day:02d}T09:00:00+01:00"}
        for day, event in enumerate((*AUTHORISED, *SUPPLIED[len(AUTHORISED) :]), start=1)
    ]

    since = [
        find_waiting(play(*story[:count])).find().since.day for count in (1, 2, 3, 4, 6, len(story))
    ]

    # Declared by the vendor on the 1st and 2nd, authorised by the Cnam on the 3rd.
    assert since == [1, 2, 3, 3, 3, 3]
    assert find_waiting(play()) == Waiting((find_waiting(play()).find(),))
    assert find_waiting(play()).find().since is None


def test_a_refused_event_does_not_pass_the_turn():  # PRE-66
    late = decide("deploy", at="2026-05-01T09:00:00+01:00")

    replayed = play(*DRAWN, late)

    assert [one.code for one in replayed.refused] == ["BILAN_MISSING"]
    assert find_waiting(replayed) == find_waiting(play(*DRAWN))


def test_stages_come_in_the_order_of_the_text():  # PRE-66
    assert [stage.name for stage in list_stages(play())] == NAMES
    assert named(Progress.CURRENT) == ["declaration"]
    assert named(Progress.DONE, *DEPLOYED, *AFTERWARDS) == NAMES


def test_a_stage_done_says_by_whom_on_which_day_and_at_which_line():  # PRE-66
    check = CHECK | {"by": "gie", "at": "2026-01-22T23:30:00+00:00"}
    found = stages(*STARTED, check)["check"]

    assert (found.progress, found.by) == (Progress.DONE, GIE)
    assert found.on.isoformat() == "2026-01-23"  # the day it was in Paris
    assert found.line == len(STARTED) + 1


def test_a_version_declared_later_leaves_the_declaration_at_its_day():  # PRE-66
    again = {**DECLARED[-1], "version": "9.9", "at": "2026-03-30T09:00:00+02:00"}

    assert stages(*OPENED, again)["declaration"].on == stages(*OPENED)["declaration"].on


def test_each_prerequisite_is_a_stage_of_its_own():  # PRE-66
    found = stages(*SUPPLIED[:-2])

    lit = ["supply:kit_manual", "supply:kit_tutorial"]
    assert named(Progress.CURRENT, *SUPPLIED[:-2]) == lit
    assert found["supply:support"].progress is Progress.DONE
    assert found["supply:support"].line == len(OPENED) + 1
    assert found["supply:kit_manual"].line is None


def test_the_next_stage_is_lit_and_counts_what_is_there():  # PRE-66
    story = (*LAUNCHED, plan(0), plan(1), train(0))
    found = stages(*story)

    assert named(Progress.CURRENT, *story) == ["planning"]
    assert found["planning"].todo.say(VENDOR) == (
        "À vous : donner le planning des installations (3 pharmacies sans date)."
    )
    assert (found["planning"].note, found["training"].note) == ("2 sur 5", "1 sur 5")
    assert (found["training"].progress, found["training"].todo) == (Progress.TO_COME, None)


def test_a_prolonged_preserie_waits_for_another_bilan():  # PRE-66
    story = (*SHARED, FIX, decide("prolong", at="2026-02-27T09:00:00+01:00"))
    found = stages(*story)

    assert named(Progress.CURRENT, *story) == ["bilan"]
    assert found["sharing"].progress is found["decision"].progress is Progress.TO_COME
    assert found["decision"].note == "la prolongation, le ven. 27 févr. 2026"


def test_what_will_never_be_done_is_not_to_come():  # PRE-66
    given_up = (*LAUNCHED, say("close", reason="Module refait"))
    left = stages(*given_up)
    late = stages(*DEPLOYED, anomaly())

    assert (left["launch"].progress, left["planning"].progress) == (
        Progress.DONE,
        Progress.DROPPED,
    )
    assert late["anomalies"].progress is Progress.DROPPED
    assert late["stop_traces"].progress is Progress.TO_COME


@pytest.mark.parametrize(
    ("story", "party", "verbs"),
    [
        ((), VENDOR, "declare_vendor"),
        ((), CNAM, "set_modalities"),
        (DECLARED, CNAM, "authorise set_modalities covers"),
        (AUTHORISED, VENDOR, "open declare_vendor declare_software covers"),
        (
            SUPPLIED,
            VENDOR,
            (
                "choose_cpam declare_vendor declare_software supply declare_fix "
                "state_prerequisites report_anomaly close covers"
            ),
        ),
        (SUPPLIED, GIE, "report_anomaly covers"),
        (ENROLLED[:-1], cpam("33"), "report_anomaly covers"),
        (ENROLLED[:-1], cpam("94"), "covers"),
        (STARTED, GIE, "check_scor_stop traces scor report_anomaly covers"),
        (STARTED, PILOT, "report_anomaly answer_questionnaire covers"),
        (
            SHARED,
            CNAM,
            (
                "decide authorise set_minimum check_scor_stop traces scor report_anomaly "
                "draw_bilan share_bilan close covers"
            ),
        ),
        (
            DEPLOYED,
            CNAM,
            (
                "hold_deployment_meeting authorise check_scor_stop traces scor report_anomaly "
                "share_bilan authorise_deployment covers"
            ),
        ),
        (
            (*DEPLOYED, *AFTERWARDS, say("withdraw", am=AMS[0], reason="Vente")),
            GIE,
            "check_scor_stop traces scor report_anomaly covers",
        ),
        ((*STARTED, say("close", reason="Fin")), VENDOR, "declare_vendor declare_software covers"),
    ],
)
def test_each_may_say_what_the_rules_take_the_awaited_first(story, party, verbs):  # PRE-66
    found = list_possible(play(*story).preserie, party)

    assert sorted(found) == sorted(verbs.split())
    assert found[0] == verbs.split()[0]
    rest = [verb for verb in found[1:] if verb != "qualify_anomaly"]
    assert rest == [verb for verb in EVENTS if verb in rest]


def test_what_must_wait_is_not_offered():  # PRE-66
    def offered(verb, *story):
        return verb in list_possible(play(*story).preserie, VENDOR)

    assert not offered("enrol", *SUPPLIED)
    assert not offered("submit_participants", *ENROLLED[:-1])
    assert offered("submit_participants", *ENROLLED)
    assert not offered("submit_participants", *SUBMITTED)
    assert not offered("plan_installation", *ENROLLED)
    assert not offered("install", *LAUNCHED, plan(0))
    assert offered("install", *LAUNCHED, plan(0), train(0))
    assert not offered("install", *STARTED)  # the fourth waits for the check
    assert offered("install", *STARTED, CHECK)
    assert not offered("fix_anomaly", *INSTALLED)
    assert offered("fix_anomaly", *INSTALLED, anomaly())
    assert not offered("install", *INSTALLED)


def test_the_cnam_qualifies_before_anything_else_than_the_next_step():  # PRE-66
    found = list_possible(play(*STARTED, anomaly()).preserie, CNAM)

    assert found[0] == "qualify_anomaly"


@pytest.mark.parametrize("count", range(len(DEPLOYED) + 1))
def test_the_step_awaited_is_always_possible_to_who_is_awaited(count):  # PRE-66
    replayed = play(*DEPLOYED[:count], install(0) if count == 0 else say("covers", software="Alba"))
    step = next_step(replayed.preserie)

    waiting = find_waiting(replayed)

    assert waiting.todos[0].verb == step
    for party in waiting.todos[0].parties:
        assert list_possible(replayed.preserie, party)[0] == step
