"""Events of a présérie read from JSON lines: who may say so, then the form."""

import json

import pytest

from ordonnance.domain.preserie_event import Enrol, Supply
from ordonnance.domain.preserie_reading import EVENTS, LINE_LENGTH_MAX, read_line
from ordonnance.domain.preserie_rules import RULES
from ordonnance.domain.preserie_value import Document
from ordonnance.domain.refusal import Refusal
from preserie_stories import (
    AMS,
    CHECK,
    DRAW,
    OPENED,
    RUNNING,
    SAMPLES,
    STARTED,
    a_pharmacy,
    a_software,
    anomaly,
    answer,
    codes,
    decide,
    plan,
    play,
    say,
    traces,
)

VENDOR = """declare_vendor declare_software open supply choose_cpam enrol withdraw
    submit_participants plan_installation train install upgrade fix_anomaly declare_fix
    state_prerequisites stop_traces"""
CNAM = """authorise set_modalities set_minimum call_launch_meeting hold_launch_meeting
    hold_deployment_meeting
    qualify_anomaly decide authorise_deployment"""
ALLOWED = {
    **{key: {"vendor"} for key in VENDOR.split()},
    **{key: {"cnam"} for key in CNAM.split()},
    "check_scor_stop": {"gie", "cnam"},
    **{key: {"vendor", "cnam"} for key in ("draw_bilan", "share_bilan", "close")},
    **{key: {"vendor", "cnam", "gie"} for key in ("traces", "scor")},
    "report_anomaly": {"vendor", "cnam", "gie", "cpam:33", f"pilot:{AMS[0]}"},
    "covers": {"vendor", "cnam", "gie", "cpam:33", f"pilot:{AMS[0]}"},
    "answer_questionnaire": {f"pilot:{AMS[0]}"},
}
EVERY_ROLE = ("vendor", "cnam", "gie", "cpam:33", f"pilot:{AMS[0]}")
NOBODY = ("pilots", "profession:FSPF", "other:X", "patient", "cpam", "vendor:Alba", "")


def read(event):
    return read_line(event if isinstance(event, str) else json.dumps(event))


def refused(event):
    with pytest.raises(Refusal) as caught:
        read(event)
    return caught.value


def test_every_verb_has_a_sample_a_rule_and_its_roles():
    assert set(EVENTS) == set(SAMPLES) == set(ALLOWED)
    assert set(EVENTS.values()) == set(RULES)


@pytest.mark.parametrize("verb", SAMPLES)
def test_a_verb_may_be_said_by_its_roles_and_no_other(verb):  # PRE-36
    said = {}
    for role in (*EVERY_ROLE, *NOBODY):
        try:
            said[role] = read(SAMPLES[verb] | {"by": role}).verb
        except Refusal as refusal:
            said[role] = refusal.reason.code

    assert {role for role, found in said.items() if found == verb} == ALLOWED[verb]
    assert set(said.values()) <= {verb, "ROLE_NOT_ALLOWED"}


def test_who_may_say_so_is_said():  # PRE-36
    sentence = refused(SAMPLES["decide"] | {"by": "vendor"}).sentence

    assert sentence == ("Votre rôle ne permet pas cette opération. Elle revient à : la Cnam.")


def test_the_role_comes_before_the_form():  # PRE-36
    event = say("decide", by="vendor", outcome=3)

    assert refused(event).reason.code == "ROLE_NOT_ALLOWED"


def test_a_pilot_answers_for_itself():  # PRE-36
    assert codes(play(*RUNNING, answer(0, by=f"pilot:{AMS[1]}"))) == ["ROLE_NOT_ALLOWED"]
    assert codes(play(*RUNNING, answer(1, by=f"pilot:{AMS[1]}"))) == []


def test_an_anomaly_is_reported_by_who_is_of_the_preserie():  # PRE-36
    found = {
        by: codes(play(*STARTED, anomaly(by=by)))
        for by in (f"pilot:{AMS[4]}", "cpam:38", "pilot:999999999", "cpam:94")
    }

    assert found == {
        f"pilot:{AMS[4]}": [],
        "cpam:38": [],
        "pilot:999999999": ["ROLE_NOT_ALLOWED"],
        "cpam:94": ["ROLE_NOT_ALLOWED"],
    }


def required_of(verb):
    return [name for name in SAMPLES[verb] if name not in {"do", "by"}]


OPTIONAL = {
    "market_share_percent",
    "vendor?",
    "architecture",
    "interface",
    "agreement_on",
}


@pytest.mark.parametrize("verb", SAMPLES)
def test_each_required_member_is_required_and_typed(verb):  # PRE-37
    for name in required_of(verb):
        if name in OPTIONAL:
            continue
        missing = {key: value for key, value in SAMPLES[verb].items() if key != name}
        for wrong in (missing, SAMPLES[verb] | {name: {"x": 1}}, SAMPLES[verb] | {name: None}):
            assert refused(wrong).reason.code == "EVENT_MALFORMED", (verb, name)


MALFORMED = [
    "",
    "{",
    "[]",
    "null",
    '{"at": NaN}',
    "[" * 20_000,
    '{"do": "open", "at": "2026-01-05T09:00:00+01:00", "software": "' + "A" * LINE_LENGTH_MAX,
    say("fly"),
    {"at": "2026-01-05T09:00:00+01:00"},
    say("covers", software="Alba", at="2026-01-05T09:00:00"),
    say("covers", software="Alba", at="2026-01-05"),
    say("covers", software="Alba", at="0001-01-01T00:00:00+14:00"),
    say("covers", software="Alba", at=5),
    say("covers", software="Alba", by=5),
    say("covers", software="  "),
    say("covers", software="\ud800"),
    say("covers", software="Alba", unknown="\ud800"),
    say("covers", software="Alba", unknown={"\ud800": 1}),
    say("\ud800"),
    say("share_bilan", with_=["vendor", "cnam", "other:\ud800"]),
    say("share_bilan", with_=["vendor", "cnam", "other:a\0b"]),
    say("share_bilan", with_=["vendor", "cnam", "profession:a\nb"]),
    plan(0, "2026-02-30"),
    plan(0, "20260130"),
    plan(0, "2026-W05-1"),
    plan(0, "9999-12-31"),
    traces(0, attempts=True),
    traces(0, attempts=95.5),
    traces(0, attempts=-1),
    traces(0, attempts=10**10),
    traces(0, attempts=96, recorded=95, refusals=2),
    traces(0, operation="exceute"),
    answer(0, 0),
    answer(0, 6),
    answer(0, "4"),
    answer(0, brake=1),
    answer(0, answers=[4]),
    answer(0, answers={"exceute": 4}),
    answer(0, answers={"execute": 6}),
    answer(0, answers={"execute": True}),
    answer(0, brake=True, brake_="  "),
    say("declare_vendor", vendor="Alba", market_share_percent="12"),
    say("declare_vendor", vendor="Alba", market_share_percent=-1),
    say("declare_vendor", vendor="Alba", market_share_percent=100.5),
    (
        '{"at": "2026-01-05T09:00:00+01:00", "do": "declare_vendor", "vendor": "A", '
        '"market_share_percent": 1e999999999}'
    ),
    (
        '{"at": "2026-01-05T09:00:00+01:00", "do": "declare_vendor", "vendor": "A", '
        '"market_share_percent": 1e-999999999}'
    ),
    say("supply", item="cake"),
    say("supply", item="support", document=3),
    say("supply", item="support", document={"sha256": "0"}),
    say("choose_cpam", cpam="33"),
    say("choose_cpam", cpam=[33]),
    say("state_prerequisites", text="  "),
    say("declare_fix", criterion=6, version="5", text=""),
    say("draw_bilan", since="yesterday"),
    say("share_bilan", with_=["vendor", "cnam", "nobody"]),
    say("hold_launch_meeting", attendees="vendor"),
    decide([]),
    decide(["deploy"]),
    decide(["deploy", "extend"]),
    decide("stop"),
    decide("deploy", waives=[{"criterion": 1}]),
    decide("deploy", waives=[{"criterion": 1, "reason": " "}]),
    decide("deploy", waives=["1"]),
]


@pytest.mark.parametrize("event", MALFORMED, ids=range(len(MALFORMED)))
def test_what_has_not_the_form_is_refused_and_says_what_to_do(event):  # PRE-37
    refusal = refused(event)

    assert refusal.reason.code == "EVENT_MALFORMED"
    assert refusal.sentence.endswith("Corrigez-le et renvoyez.")


def test_a_verb_almost_right_is_guessed():  # PRE-37
    assert refused(say("instal")).sentence == (
        "L’événement n’a pas la forme attendue : « instal » n’est pas un verbe connu (peut-être "
        "« install »). Corrigez-le et renvoyez."
    )


def test_null_is_a_value_where_it_may_be_left_out():  # PRE-37
    event = read(a_pharmacy(0, agreement_on=None, by=None))

    assert isinstance(event, Enrol)
    assert (event.agreement_on, event.by) == (None, None)


@pytest.mark.parametrize(
    ("event", "names"),
    [
        (DRAW, ("min_answers", "since")),
        (decide("deploy"), ("waives",)),
        (CHECK, ("am", "text")),
        (a_software(), ("vendor", "architecture", "interface", "market_share_percent")),
        (traces(0), ("first_on", "version")),
    ],
    ids=lambda value: value["do"] if isinstance(value, dict) else "",
)
def test_what_may_be_left_out_may_be_null(event, names):  # PRE-37
    bare = {name: value for name, value in event.items() if name not in names}

    assert read(event | dict.fromkeys(names)) == read(bare)


@pytest.mark.parametrize("digest", ["sha256", "sha-256"])
def test_a_document_is_a_name_or_an_object(digest):  # PRE-8
    named = read(say("supply", item="support", document="aide.pdf"))
    whole = read(say("supply", item="support", document={"name": "aide.pdf", digest: "ab"}))

    assert isinstance(named, Supply)
    assert named.document == Document("aide.pdf")
    assert whole.document == Document("aide.pdf", "ab")


def test_what_a_verb_does_not_know_is_passed_over():  # PRE-37
    assert codes(play(*OPENED, say("choose_cpam", cpam=["33"], color="bleu"))) == []


def test_blank_lines_count_and_say_nothing():  # PRE-37
    replayed = play("", "   ", "{")

    assert [(one.line, one.code) for one in replayed.refused] == [(3, "EVENT_MALFORMED")]
