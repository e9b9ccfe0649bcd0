"""What is measured, as events: added to what came before, never more taken back than measured."""

from datetime import UTC, datetime

import pytest

from ordonnance.domain.preserie import FigureKey, Figures, Pieces
from ordonnance.domain.preserie_measure import Counts, Periods, find_missing, write_event
from ordonnance.domain.preserie_reading import read_line
from ordonnance.domain.preserie_refusal import PreserieReasons
from preserie_stories import AMS, FIX, INSTALLED, codes, play, scor, traces

AT = datetime(2026, 2, 20, 9, tzinfo=UTC)
MEASURED = "2026-02-20T10:00:00+01:00"


def of(rank=0, *, epoch=0, version="5.0", operation="execute"):
    return FigureKey(AMS[rank], operation, version, epoch)


OPENING = Periods()


def missing(replayed, periods=OPENING, **counts):
    counted = Counts(at=AT, rank=1, periods=periods, sites=frozenset(AMS), **counts)
    return find_missing(replayed.preserie, counted, at=AT)


def measured(rank=0, **fields):
    return traces(rank, measured=MEASURED, version="5.0", **fields)


def test_what_is_missing_is_what_was_not_measured():  # PRE-51
    replayed = play(*INSTALLED, measured(attempts=3, recorded=2), traces(0, attempts=9, recorded=9))

    [event] = missing(replayed, figures={of(): Figures(5, 3, 1)})

    assert (event.attempts, event.recorded, event.business_refusals) == (2, 1, 1)


def test_an_event_is_written_as_it_is_read():  # PRE-51
    pieces = {(AMS[0], 0): Pieces(1, 2, 3, 4)}
    [told, sent] = missing(play(*INSTALLED), figures={of(): Figures(5, 3, 1)}, pieces=pieces)

    assert read_line(write_event(told)) == told
    assert read_line(write_event(sent)) == sent


def test_a_trace_that_tells_of_an_earlier_version_moves_its_attempt():  # PRE-51
    replayed = play(*INSTALLED, measured(attempts=2, recorded=2))

    events = missing(replayed, figures={of(version="4.9"): Figures(1, 1), of(): Figures(1, 1)})

    assert [(one.version, one.attempts, one.recorded) for one in events] == [
        ("4.9", 1, 1), ("5.0", -1, -1)
    ]  # fmt: skip


def test_of_what_was_purged_nothing_is_taken_back():  # PRE-51
    counted = scor(0, stopped=3, sent=0, sent_wrongly=0) | {"measured": MEASURED}
    replayed = play(*INSTALLED, measured(attempts=4, recorded=2), counted)

    few = {(AMS[0], 0): Pieces(stopped_wrongly=2)}

    assert missing(replayed, figures={of(): Figures(3, 3)}, pieces=few) == ()
    assert missing(replayed) == ()


def test_periods_are_measured_apart():  # PRE-24, PRE-51
    replayed = play(
        *INSTALLED, measured(attempts=4, recorded=2), FIX, measured(attempts=1, recorded=1)
    )

    events = missing(
        replayed,
        Periods((0, 1), (AT,)),
        figures={of(): Figures(4, 3), of(epoch=1): Figures(2, 1)},
    )

    assert [(one.period, one.attempts, one.recorded) for one in events] == [(0, 0, 1), (1, 1, 0)]
    after = play(*INSTALLED, measured(attempts=4, recorded=2), FIX, *map(write_event, events))
    assert after.preserie.figures == {
        of(): Figures(4, 3), of(epoch=1): Figures(1, 0)
    }  # fmt: skip


@pytest.mark.parametrize(
    "event",
    [
        measured(attempts=-1, recorded=0),
        measured(attempts=0, recorded=1),
        measured(attempts=0, recorded=0, refusals=-1),
        measured(attempts=1, recorded=1, period=1),
        scor(0, stopped=-1, sent=0, sent_wrongly=0) | {"measured": MEASURED},
        traces(0, attempts=-1, recorded=0),
        scor(0, stopped=-1),
        traces(0) | {"measured": "hier"},
    ],
    ids=["attempts", "recorded", "refusals", "period", "pieces", "told", "told pieces", "instant"],
)
def test_fewer_than_none_is_not_a_count(event):  # PRE-24, PRE-51
    replayed = play(*INSTALLED, event)

    assert codes(replayed) == [PreserieReasons.EVENT_MALFORMED.code]
    assert replayed.preserie.figures == replayed.preserie.pieces == {}


def test_a_measure_takes_back_nothing_of_after_a_fix_that_was_before_it():  # PRE-51
    story = (*INSTALLED, measured(attempts=3, recorded=1), FIX)

    assert codes(play(*story, measured(attempts=0, recorded=1))) == ["EVENT_MALFORMED"]
    assert codes(play(*story, measured(attempts=0, recorded=1, period=0))) == []
