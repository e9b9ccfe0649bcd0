"""The thread of an anomaly, and how long its answer and its fix took."""

from datetime import timedelta
import json
from time import perf_counter

import pytest

from ordonnance.domain.preserie_anomaly import follow, list_threads, say_delay
from ordonnance.domain.preserie_reading import read_line
from ordonnance.domain.preserie_rules import apply
from preserie_stories import AMS, INSTALLED, OPENED, anomaly, play, say

PILOT = f"pilot:{AMS[0]}"


def at(event, day, hour=9, by=None):
    said = event | {"at": f"2026-02-{day:02}T{hour:02}:00:00+01:00"}
    return said if by is None else said | {"by": by}


def threads(*events):
    replayed = play(*INSTALLED, *events)
    assert replayed.refused == ()
    return list_threads(replayed)


def qualify(name="A1", **fields):
    known = {"intrinsic": True, "blocking": True, "reason": "Reproduit"}
    return say("qualify_anomaly", anomaly=name, **(known | fields))


def fix(name="A1", version="5.1"):
    return say("fix_anomaly", anomaly=name, version=version)


def test_what_was_said_stands_in_order_with_who_said_it():  # PRE-79
    [thread] = threads(
        at(anomaly(am=AMS[0]), 2, by=PILOT), at(qualify(), 3, by="cnam"), at(fix(), 5, by="vendor")
    )

    assert [(str(one.by), one.verb, one.text) for one in thread.remarks] == [
        (PILOT, "report_anomaly", "Écran figé"),
        ("cnam", "qualify_anomaly", "Reproduit"),
        ("vendor", "fix_anomaly", "Corrigée dans la version 5.1."),
    ]
    assert thread.am == (AMS[0],)
    assert thread.answer_delay == timedelta(days=1)
    assert thread.fix_delay == timedelta(days=3)


def test_one_does_not_answer_oneself():  # PRE-79
    [thread] = threads(at(anomaly(), 2, by="vendor"), at(anomaly(), 3, by="vendor"))

    assert thread.answer_delay is None


def test_another_pilot_is_no_answer_and_the_vendor_is():  # PRE-79
    other = f"pilot:{AMS[1]}"
    [thread] = threads(
        at(anomaly(), 2, by=PILOT), at(anomaly(), 3, by=other), at(anomaly(), 4, by="vendor")
    )

    assert thread.answer_delay == timedelta(days=2)


def test_reopened_it_has_no_fix_and_its_delay_runs_from_the_first_time():  # PRE-39, PRE-79
    [reopened] = threads(at(anomaly(), 2), at(fix(), 3), at(anomaly(), 4))
    [fixed] = threads(at(anomaly(), 2), at(fix(), 3), at(anomaly(), 4), at(fix("A1", "5.2"), 6))

    assert reopened.fixed_at is None
    assert fixed.fix_delay == timedelta(days=4)


def test_obstacles_come_first_then_open_ones_then_fixed_ones():  # PRE-25, PRE-79
    found = threads(
        at(anomaly("Corrigée"), 2),
        at(fix("Corrigée"), 9),
        at(anomaly("Bénigne", blocking=False), 3),
        at(anomaly("Ancienne"), 4),
        at(anomaly("Récente"), 5),
    )

    assert [one.anomaly.name for one in found] == ["Récente", "Ancienne", "Bénigne", "Corrigée"]


@pytest.mark.parametrize(
    ("delay", "words"),
    [
        (None, "–"),
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=35), "35 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(days=2, hours=4, minutes=59), "2 j 4 h"),
        (timedelta(days=-1), "0 min"),
    ],
)
def test_a_delay_is_cut(delay, words):  # PRE-79
    assert say_delay(delay).replace("\u202f", " ") == words


def test_many_anomalies_take_no_longer_each_than_few():  # PRE-93
    preserie = play(*OPENED).preserie
    told = [read_line(json.dumps(anomaly(f"A{rank}"))) for rank in range(4000)]
    for event in told:
        preserie = apply(preserie, event)

    begun = perf_counter()
    threads = follow(preserie, told)

    assert len(threads) == 4000
    assert perf_counter() - begun < 3  # one look at all for each of them took ten seconds
