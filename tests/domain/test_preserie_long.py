"""Préséries of very many events are read in seconds."""

from dataclasses import replace
import time

from ordonnance.domain.preserie import Decision, State, state_of
from ordonnance.domain.preserie_value import Outcome
from preserie_stories import (
    DRAW,
    INSTALLED,
    RECEIVED_AT,
    RUNNING,
    SHARE,
    answer,
    decide,
    play,
    scor,
    traces,
)


def test_a_file_of_ten_thousand_events_is_read_in_seconds():  # PRE-96
    told = [
        one
        for rank in range(3_330)
        for one in (traces(rank % 5), scor(rank % 5), answer(rank % 5, user=f"u{rank}"))
    ]
    before = time.process_time()

    replayed = play(*INSTALLED, *told, DRAW)

    assert time.process_time() - before < 5
    assert replayed.refused == ()
    assert len(replayed.accepted) > 10_000


def test_where_it_stands_costs_the_same_after_many_decisions():  # PRE-96
    once = play(*RUNNING, DRAW, SHARE, decide("prolong")).preserie
    prolonged = Decision(at=RECEIVED_AT, outcome=(Outcome.PROLONG,))
    often = replace(once, decisions=(prolonged,) * 100_000)
    before = time.process_time()

    states = {state_of(often) for _ in range(1_000)}

    assert time.process_time() - before < 1
    assert states == {State.PROLONGED}
