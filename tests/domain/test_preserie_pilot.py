"""What a pilot is shown of its présérie: what is asked of it, its figures, its difficulties."""

import pytest

from ordonnance.domain.preserie import Figures, Pieces
from ordonnance.domain.preserie_pilot import (
    Asked,
    ask_of,
    find_shared,
    list_answers,
    list_difficulties,
    may_answer,
    measure,
)
from preserie_stories import (
    AMS,
    DEPLOYED,
    DRAW,
    ENROLLED,
    INSTALLED,
    PLANNED,
    RUNNING,
    SHARE,
    STARTED,
    anomaly,
    answer,
    decide,
    play,
    say,
    scor,
    traces,
)

AM = AMS[0]
LEAVES = say("withdraw", am=AM, reason="Travaux")


@pytest.mark.parametrize(
    ("story", "asked", "may"),
    [
        (ENROLLED, Asked.WAIT, False),
        (PLANNED, Asked.PREPARE, False),
        (STARTED, Asked.ANSWER, True),
        ((*INSTALLED, answer(1)), Asked.ANSWER, True),
        ((*INSTALLED, answer(0)), Asked.GO_ON, True),
        ((*INSTALLED, answer(0), DRAW), Asked.JUDGED, True),
        ((*INSTALLED, answer(0), DRAW, SHARE, decide("prolong")), Asked.GO_ON, True),
        ((*INSTALLED, DRAW), Asked.ANSWER, True),
        ((*INSTALLED, LEAVES), Asked.NOTHING, True),
        ((*PLANNED, LEAVES), Asked.NOTHING, False),
        (DEPLOYED, Asked.NOTHING, False),
        ((*INSTALLED, say("close", reason="Module refait")), Asked.NOTHING, False),
    ],
)
def test_what_is_asked_follows_from_what_happened(story, asked, may):  # PRE-74, PRE-75
    preserie = play(*story).preserie

    assert ask_of(preserie, AM) is asked
    assert may_answer(preserie, AM) is may


def test_figures_are_its_own_executions_of_every_version():  # PRE-75
    replayed = play(
        *INSTALLED,
        traces(0, attempts=50, recorded=40, refusals=2),
        say("upgrade", am=AM, version="5.1", on="2026-02-01"),
        traces(0, attempts=10, recorded=10) | {"at": "2026-02-21T09:00:00+01:00"},
        traces(0, attempts=7, recorded=1, operation="consult")
        | {"at": "2026-02-22T09:00:00+01:00"},
        traces(1),
        scor(0, stopped=9, sent=1, stopped_wrongly=1, sent_wrongly=2),
        scor(1),
    )

    measured = measure(replayed.preserie, AM)
    assert measured.executions == Figures(60, 50, 2)
    assert measured.pieces == Pieces(9, 1, 1, 2)


def test_nothing_measured_is_nothing():  # PRE-75
    measured = measure(play(*INSTALLED, traces(1), scor(1)).preserie, AM)

    assert (measured.executions, measured.pieces) == (Figures(), Pieces())


def test_difficulties_are_its_own_the_open_ones_first_with_what_followed():  # PRE-75
    replayed = play(
        *INSTALLED,
        anomaly("A1", by=f"pilot:{AM}"),
        anomaly("A2", by=f"pilot:{AMS[1]}", am=AMS[1]),
        anomaly("A3", by="vendor", am=AM, blocking=False),
        say("qualify_anomaly", anomaly="A1", intrinsic=True, blocking=True, reason="Reproduite"),
        say("fix_anomaly", anomaly="A1", version="5.1"),
        anomaly("A1", by=f"pilot:{AMS[1]}") | {"text": "Nous aussi"},
        say("fix_anomaly", anomaly="A1", version="5.2"),
    )

    open_one, fixed = list_difficulties(replayed, AM)
    assert (open_one.name, open_one.fixed_in, open_one.is_qualified) == ("A3", None, False)
    assert (fixed.name, fixed.fixed_in, fixed.is_qualified) == ("A1", "5.2", True)
    assert [(step.by and str(step.by), step.text) for step in fixed.steps] == [
        (f"pilot:{AM}", "Écran figé"),
        ("cnam", "Reproduite"),
        ("vendor", ""),
        (None, ""),
        ("vendor", ""),
    ]


def test_standing_answers_are_the_last_of_each_user():  # PRE-74
    replayed = play(*INSTALLED, answer(0, 1), answer(0, 2, user="titulaire"), answer(1), answer(0))

    first = len(INSTALLED)
    assert {
        rank: (one.user, one.satisfaction) for rank, one in list_answers(replayed, AM).items()
    } == {
        first + 4: (None, 4),
        first + 2: ("titulaire", 2),
    }


def test_a_bilan_is_shown_once_it_is_shared_with_pilots():  # PRE-75
    without = SHARE | {"with": ["vendor", "cnam"]}

    assert find_shared(play(*RUNNING, DRAW, without).preserie) is None
    shared = play(*RUNNING, DRAW, SHARE, decide("prolong"), DRAW).preserie
    assert find_shared(shared) is shared.bilans[0]
