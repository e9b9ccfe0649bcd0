"""Préséries of very many events: read whole, and where they stand costs no more for it."""

from dataclasses import replace
from typing import NoReturn

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


class Last(tuple[Decision, ...]):
    """Decisions of which nobody looks at more than one."""

    __slots__ = ()

    def __iter__(self) -> NoReturn:
        raise AssertionError("every decision is looked at, at every event")


def test_a_file_of_ten_thousand_events_is_read():  # PRE-96
    told = [
        one
        for rank in range(3_330)
        for one in (traces(rank % 5), scor(rank % 5), answer(rank % 5, user=f"u{rank}"))
    ]

    replayed = play(*INSTALLED, *told, DRAW)

    assert replayed.refused == ()
    assert len(replayed.accepted) > 10_000


def test_where_it_stands_is_read_from_the_last_decision_alone():  # PRE-96
    once = play(*RUNNING, DRAW, SHARE, decide("prolong")).preserie
    prolonged = Decision(at=RECEIVED_AT, outcome=(Outcome.PROLONG,))

    state = state_of(replace(once, decisions=Last((prolonged,) * 1_000)))

    assert state is State.PROLONGED
