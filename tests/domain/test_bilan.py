"""The five criteria: verdicts at their exact borders, what stands behind them, waivers."""

from dataclasses import replace
from fractions import Fraction

import pytest

from ordonnance.domain.bilan import bound, divide, say_mean, say_number, say_percent
from ordonnance.domain.modalites import PHARMACISTS_2025_07
from ordonnance.domain.preserie_result import describe_replay
from preserie_stories import (
    AMS,
    CHECK,
    DRAW,
    FIX,
    INSTALLED,
    OTHERS,
    RUNNING,
    SHARE,
    anomaly,
    answer,
    codes,
    decide,
    play,
    say,
    scor,
    traces,
)


def judge(*events, number, draw=DRAW, stage=INSTALLED, **others):
    """A criterion of the bilan drawn after *events*."""
    replayed = play(*stage, *events, draw, **others)
    assert codes(replayed) == []
    return describe_replay(replayed)["bilan"]["criteria"][number - 1]


def verdict(*events, **others):
    criterion = judge(*events, **others)
    return criterion["met"], criterion["met_by_text"], criterion["value"]


# Criterion 1


@pytest.mark.parametrize(
    ("attempts", "recorded", "refusals", "expected"),
    [
        (0, 0, 0, (False, False, None)),
        (100, 80, 0, (True, True, 0.8)),
        (1000, 799, 0, (False, False, 0.799)),
        (10**9, 8 * 10**8, 0, (True, True, 0.8)),
        (10**9, 8 * 10**8 - 1, 0, (False, False, 0.799999999)),
        (110, 80, 10, (True, False, 0.8)),
        (10, 0, 10, (False, False, None)),
        (5, 0, 0, (False, False, 0.0)),
        (5, 5, 0, (True, True, 1.0)),
    ],
)
def test_80_percent_are_recorded_to_the_unit(attempts, recorded, refusals, expected):  # PRE-24
    event = traces(0, attempts=attempts, recorded=recorded, refusals=refusals)

    assert verdict(event, number=1) == expected


def test_refusals_may_stay_in_the_denominator():  # PRE-24, PRE-34
    modalities = replace(PHARMACISTS_2025_07, refusals_excluded=False)
    event = traces(0, attempts=110, recorded=80, refusals=10)

    assert verdict(event, number=1, modalities=modalities) == (False, False, 80 / 110)


def test_what_the_text_asks_for_does_not_follow_other_modalities():  # PRE-34, PRE-35
    modalities = replace(PHARMACISTS_2025_07, rate_target=Fraction(95, 100))

    assert verdict(traces(0, recorded=90), number=1, modalities=modalities) == (False, True, 0.9)


def test_the_rate_is_told_by_pharmacy_version_and_operation():  # PRE-24, PRE-41
    criterion = judge(
        traces(0, attempts=50, recorded=45, refusals=2),
        traces(0, attempts=50, recorded=45),
        say("upgrade", am=AMS[0], version="5.1", on="2026-02-01"),
        traces(0, attempts=10, recorded=10),
        traces(1, attempts=40, recorded=20, version="4.9"),
        traces(2, attempts=0, recorded=0),
        traces(0, attempts=7, recorded=6, operation="consult"),
        say("withdraw", am=AMS[1], reason="Travaux"),
        number=1,
    )

    detail = criterion["detail"]
    assert (detail["recorded"], detail["attempts"], detail["business_refusals"]) == (120, 150, 2)
    assert (detail["counted"], detail["with_refusals"]) == (148, 0.8)
    assert criterion["value"] == pytest.approx(120 / 148)
    assert [(one["am"], one["value"]) for one in detail["pharmacies"]] == [
        (AMS[0], pytest.approx(100 / 108)),
        (AMS[1], 0.5),
        (AMS[2], None),
    ]
    assert [(one["version"], one["counted"]) for one in detail["versions"]] == [
        ("4.9", 40),
        ("5.0", 98),
        ("5.1", 10),
    ]
    assert [(one["operation"], one["recorded"]) for one in detail["operations"]] == [
        ("consult", 6),
        ("execute", 120),
    ]
    assert detail["worst"] == AMS[1]
    assert [one["am"] for one in detail["withdrawn"]] == [AMS[1]]


def test_since_a_fix_or_a_decision_only_later_counts_are_judged():  # PRE-24
    old, new = traces(0, recorded=10), traces(0, recorded=90)
    prolonged = (DRAW, SHARE, decide("prolong"))

    def since(what, *events):
        return verdict(*events, number=1, draw=say("draw_bilan", since=what))[2]

    assert since("opening", old, FIX, new) == 0.5
    assert since("fix", old, FIX, new) == 0.9
    assert since("fix", old, new) == 0.5
    assert since("decision", old, *prolonged, new) == 0.9
    assert since("decision", old, FIX, new) == 0.5
    assert since("fix", old, FIX) is None


# Criterion 2


def test_no_open_anomaly_is_both_intrinsic_and_blocking():  # PRE-25
    for intrinsic in (True, False):
        for blocking in (True, False):
            event = anomaly(intrinsic=intrinsic, blocking=blocking)
            is_free = not (intrinsic and blocking)
            found = verdict(event, number=2, stage=RUNNING)

            assert found == (is_free, is_free, 0 if is_free else 1)


def test_a_fixed_anomaly_is_closed_and_a_new_report_opens_it_again():  # PRE-25, PRE-39
    fixed = (anomaly(), say("fix_anomaly", anomaly="A1", version="5.1"))
    milder = anomaly(intrinsic=False, blocking=False)

    assert verdict(*fixed, number=2, stage=RUNNING)[0] is True
    assert verdict(*fixed, milder, number=2, stage=RUNNING)[0] is False


def test_the_cnam_qualifies_an_anomaly():  # PRE-39
    qualified = say("qualify_anomaly", anomaly="A1", intrinsic=False, blocking=True, reason="Box")
    before = judge(anomaly(), number=2, stage=RUNNING)
    after = judge(anomaly(), qualified, anomaly(), number=2, stage=RUNNING)

    assert before["detail"]["obstacles"][0]["to_qualify"] is True
    assert (after["met"], after["detail"]["obstacles"]) == (True, [])
    assert after["detail"]["others"] == [
        {
            "anomaly": "A1",
            "operation": "execute",
            "intrinsic": False,
            "blocking": True,
            "to_qualify": False,
            "fixed_in": None,
            "texts": ["Écran figé", "Box", "Écran figé"],
        }
    ]


def test_each_operation_is_used_once_at_least():  # PRE-25
    failing = traces(0, attempts=1, recorded=0, operation="undo")
    criterion = judge(traces(0), *OTHERS[:2], failing, number=2)
    modalities = replace(PHARMACISTS_2025_07, each_used=False)

    assert (criterion["met"], criterion["met_by_text"]) == (False, True)
    assert criterion["detail"]["operations_unused"] == ["undo"]
    assert verdict(traces(0), *OTHERS, number=2)[0] is True
    assert verdict(traces(0), number=2, modalities=modalities)[0] is True


# Criterion 3


@pytest.mark.parametrize(
    ("stopped", "sent", "stopped_wrongly", "sent_wrongly", "expected"),
    [
        (0, 0, 0, 0, (False, True, None)),
        (0, 12, 0, 0, (False, True, None)),
        (95, 0, 0, 5, (True, True, 0.05)),
        (949, 0, 0, 51, (False, True, 0.051)),
        (95 * 10**6, 0, 0, 5 * 10**6 + 1, (False, True, pytest.approx(0.05))),
        (100, 0, 1, 0, (False, True, 0.0)),
        (100, 50, 0, 0, (True, True, 0.0)),
    ],
)
def test_pieces_are_rarely_sent_and_never_stopped_wrongly(  # PRE-26
    stopped, sent, stopped_wrongly, sent_wrongly, expected
):
    event = scor(0, stopped, sent, stopped_wrongly=stopped_wrongly, sent_wrongly=sent_wrongly)

    assert verdict(event, number=3) == expected


def test_the_latest_check_counts():  # PRE-26
    wrong = say("check_scor_stop", conform=False, text="Lot 12")

    assert verdict(scor(0), wrong, number=3)[:2] == (False, False)
    assert verdict(scor(0), wrong, CHECK, number=3)[:2] == (True, True)


# Criterion 4


def test_prerequisites_are_stated():  # PRE-27
    stated = [say("state_prerequisites", text=text) for text in ("Lecteur", "Lecteur 2D")]

    assert verdict(number=4) == (False, False, False)
    assert verdict(*stated, number=4) == (True, True, True)
    assert judge(*stated, number=4)["detail"] == {"text": "Lecteur 2D"}


# Criterion 5: five pharmacies are installed


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], (False, False, None)),
        ([answer(0), answer(1)], (False, True, 4.0)),
        ([answer(0), answer(1), answer(2)], (True, True, 4.0)),
        ([answer(0), answer(0, user="B"), answer(0, user="C")], (False, True, 4.0)),
        ([answer(0, 3), answer(1, 3), answer(2, 3)], (True, True, 3.0)),
        ([answer(0, 3), answer(1, 3), answer(2, 2)], (False, True, pytest.approx(8 / 3))),
        ([answer(0), answer(1), answer(2, brake=True)], (False, False, 4.0)),
        ([answer(0, 1, brake=True), answer(1), answer(2), answer(0, 4)], (True, True, 4.0)),
        (
            [
                answer(0, brake=True, user="A"),
                answer(1),
                answer(2),
                answer(0, user="B"),
            ],
            (False, False, 4.0),
        ),
    ],
)
def test_enough_pharmacies_are_satisfied_without_a_brake(answers, expected):  # PRE-28
    assert verdict(*answers, number=5) == expected


def test_half_of_the_pharmacies_is_enough():  # PRE-28
    four = (*INSTALLED[:-1], answer(0), answer(1))

    assert verdict(number=5, stage=four)[0] is True


def test_another_number_of_answers_may_be_asked_for():  # PRE-28
    def with_min(count, *answers):
        return verdict(*answers, number=5, draw=say("draw_bilan", min_answers=count))[0]

    assert with_min(1, answer(0)) is True
    assert with_min(4, answer(0), answer(1), answer(2)) is False
    assert with_min(0) is False


def test_a_pharmacy_that_leaves_leaves_its_brake_and_its_figures():  # PRE-41
    leaves = say("withdraw", am=AMS[0], reason="")
    answers = (answer(0, brake=True), answer(1), answer(2), leaves)

    assert verdict(*answers, number=5)[0] is False
    assert verdict(*answers, answer(0, brake=False), number=5)[0] is True
    assert verdict(traces(0, recorded=10), traces(1), leaves, number=1)[2] == 0.525
    assert verdict(leaves, traces(0, recorded=10), number=1)[2] == 0.1
    assert judge(*answers, number=5)["detail"] == {
        "answers": 3,
        "answers_replaced": 0,
        "pharmacies_answered": 3,
        "pharmacies_installed": 5,
        "min_answers": None,
        "distribution": [0, 0, 0, 3, 0],
        "operations": [
            {"operation": one, "marks": 0, "total": 0, "value": None, "not_used": 0}
            for one in ("consult", "execute", "correct", "undo")
        ],
        "brakes": [{"am": AMS[0], "user": None, "text": "", "lifted_by": None}],
    }


def test_each_operation_has_its_marks_beside_and_they_judge_nothing():  # PRE-73
    low = {"consult": 1, "execute": 2, "correct": None}
    replaced = answer(0, answers={"consult": 5, "execute": 5})
    told = judge(replaced, answer(0, answers=low), answer(1, answers={"execute": 5}), number=5)

    assert [
        (one["marks"], one["value"], one["not_used"]) for one in told["detail"]["operations"]
    ] == [
        (1, 1.0, 0),
        (2, 3.5, 0),
        (0, None, 1),
        (0, None, 0),
    ]
    assert told["value"] == 4.0


def test_a_brake_says_what_would_lift_it():  # PRE-73
    told = judge(answer(0, brake=True, brake_="Un lecteur 2D"), number=5)

    assert told["detail"]["brakes"] == [
        {"am": AMS[0], "user": None, "text": "", "lifted_by": "Un lecteur 2D"}
    ]


# The bilan as a whole


def test_a_bilan_is_as_it_was_drawn():  # PRE-23
    later = play(*RUNNING, DRAW, SHARE, anomaly(), traces(0, attempts=10**6, recorded=0))
    told = describe_replay(later)["bilan"]

    assert told["met"] is True
    assert codes(play(*RUNNING, DRAW, SHARE, anomaly(), decide("deploy"))) == []


WAIVED = {"criterion": 5, "reason": "Le bilan porte sur deux pharmacies bavardes"}


def test_a_threshold_of_ours_may_be_waived_with_a_reason():  # PRE-35
    story = (*RUNNING[:-1], DRAW, SHARE)  # two answers of five pharmacies
    replayed = play(*story, decide("deploy", waives=[WAIVED]))
    told = describe_replay(replayed)["bilan"]

    assert codes(play(*story, decide("deploy"))) == ["CRITERIA_NOT_MET"]
    assert codes(replayed) == []
    assert told["waives"] == [WAIVED]
    assert told["met"] is False


@pytest.mark.parametrize(
    "story",
    [
        (*RUNNING, traces(1, attempts=10**4, recorded=10)),
        (*RUNNING, anomaly()),
        (*RUNNING, say("check_scor_stop", conform=False)),
        tuple(one for one in RUNNING if one["do"] != "state_prerequisites"),
        (*RUNNING, answer(0, brake=True)),
    ],
    ids=range(1, 6),
)
def test_what_the_text_demands_cannot_be_waived(story):  # PRE-23, PRE-35
    waives = [{"criterion": number, "reason": "Pressés"} for number in range(1, 6)]
    replayed = play(*story, DRAW, SHARE, decide("deploy", waives=waives))

    assert codes(replayed) == ["CRITERIA_NOT_MET"]


def test_each_criterion_says_its_text_then_our_reading():  # PRE-23, PRE-34
    told = [judge(number=number)["reading"] for number in range(1, 6)]

    assert all(reading[0].startswith("Texte : « ") for reading in told)
    assert [len(reading) for reading in told] == [3, 3, 3, 1, 3]
    assert told[4][2] == (
        "Notre lecture : le milieu de l’échelle de 1 à 5 : plutôt contents que non."
    )


# Arithmetic


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (8, 10, 0.4901625, 0.9433178),
        (81, 263, 0.2553, 0.3662),  # Newcombe, 1998, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_is_as_published(part, whole, low, high):  # PRE-38
    found = bound(part, whole)

    assert found[0] == pytest.approx(low, abs=5e-5)
    assert found[1] == pytest.approx(high, abs=5e-5)


def test_nothing_of_nothing_has_neither_rate_nor_interval():  # PRE-38
    assert divide(0, 0) is None
    assert bound(0, 0) == (None, None)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (Fraction(465, 490), "94,8 %"),
        (Fraction(7999, 10000), "79,9 %"),
        (Fraction(799999999, 10**9), "79,9 %"),
        (Fraction(8, 10), "80 %"),
        (Fraction(1), "100 %"),
        (Fraction(9999, 10000), "99,9 %"),
        (Fraction(0), "0 %"),
        (0.9433178, "94,3 %"),
    ],
)
def test_a_percentage_is_cut_never_rounded_up(rate, words):  # PRE-38
    assert say_percent(rate).replace("\u202f", " ") == words


def test_numbers_are_said_in_french():  # PRE-38
    assert say_number(12345) == "12\u202f345"
    assert say_mean(Fraction(8, 3)) == "2,66"
    assert say_mean(Fraction(4)) == "4,00"
