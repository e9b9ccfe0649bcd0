"""The load, and the service under it: real bases, real requests."""

from contextlib import ExitStack, closing
from datetime import date

import pytest

from builders import NOW
from ordonnance.cli.bench import write_script
from ordonnance.cli.bench_base import new_postgresql, new_sqlite, serve
from ordonnance.cli.bench_fill import Stored, fill, stored_before
from ordonnance.cli.bench_target import Script, open_target, start_process
from ordonnance.cli.floor import connect_bare
from ordonnance.server import SetupError, now
from ordonnance.simulation.load import (
    Load,
    Request,
    Series,
    is_whole,
    percentile,
    run,
    write_consult,
)

PATIENCE_SECONDS = 120
SHORT_SECONDS = 0.1
STORED_COUNT = 600  # more than one set a month for no month, some months one more than others


@pytest.fixture(params=["sqlite", "postgresql"])
def new_base(request):
    """What makes new bases on each engine in turn."""
    if request.param == "sqlite":
        return lambda name: new_sqlite(None, name)
    url = request.getfixturevalue("fresh_postgresql")
    return lambda name: new_postgresql(url, name)


def test_the_sets_of_a_measurement_add_up_to_what_was_answered(new_base):
    with (
        new_base("new") as base,
        start_process() as other,
        open_target(base, script=write_script(), other=other) as target,
    ):
        costs = {
            operation: target.measure(operation, seconds=SHORT_SECONDS, connections=5)
            for operation in ("issue", "consult", "execute")
        }
        target.measure_floor(seconds=SHORT_SECONDS, connections=1)
        alone = target.measure("issue", seconds=SHORT_SECONDS, connections=1)

    assert target.errors == {}
    for cost in (*costs.values(), alone):
        assert sum(cost.sets) == cost.measured.count > 0
        assert max(cost.sets) <= 5
    assert set(alone.sets) == {1}


def test_a_base_that_has_lived_is_consulted_about_what_it_holds(new_base):
    script = write_script()
    stored = stored_before(script.written_at, STORED_COUNT)
    told = []
    with ExitStack() as stack:
        bases = [stack.enter_context(new_base(name)) for name in ("new", "filled")]
        other = stack.enter_context(start_process())
        with open_target(bases[0], script=script, other=other) as new:
            rows = new.rows
        fill(bases[1].url, stored, rows=rows, advance=told.append)
        filled = stack.enter_context(
            open_target(bases[1], script=script, other=other, stored=stored)
        )
        consulted = run(
            Load(
                port=filled._served.port,  # noqa: SLF001 - each number once, which it never asks
                request=script.write("consult"),
                series=stored.series,
                numbers=range(stored.count),
                seconds=PATIENCE_SECONDS,
                connections=4,
            )
        )
        cost = filled.measure("consult_old", seconds=SHORT_SECONDS, connections=2)
        with closing(connect_bare(bases[1].url)) as database:
            by_month = count_by_month(database)

    assert sum(told) == STORED_COUNT
    assert (consulted.count, consulted.errors) == (STORED_COUNT, {})
    assert cost.measured.count > 0
    assert filled.errors == {}
    assert len(by_month) == 17
    assert sum(by_month.values()) == STORED_COUNT + 1
    assert max(by_month.values()) - min(by_month.values()) <= 2


def count_by_month(database):
    """How many prescriptions a base holds of each month code."""
    rows = database.fetch("stream_prescriptions_by_number")
    codes = [row[1][2:4] for row in rows]
    return {code: codes.count(code) for code in codes}


def test_what_is_stored_is_spread_over_the_months_that_are_consulted_and_back():
    stored = stored_before(NOW, 40)

    assert stored.series.months[0] == date(2025, 7, 1)
    assert stored.series.months[-1] == date(2026, 11, 1)
    assert stored.series.number_at(16).month_on == date(2026, 11, 1)
    assert stored.series.number_at(17).month_on == date(2025, 7, 1)


@pytest.mark.parametrize(
    ("start", "size", "expected"),
    [(0, 3, range(3)), (8, 5, range(8, 10)), (12, 5, range(2, 7)), (10, 50, range(10))],
)
def test_what_is_stored_is_asked_for_in_turn(start, size, expected):
    stored = Stored(series=Series("stored", (date(2026, 11, 1),)), count=10)

    assert stored.window(start, size) == expected


def test_a_service_that_refuses_the_first_ordonnance_is_said():
    nobody = Script(prescriber="x", pharmacist="x", products=[], written_at=now(), clock=now)

    with (
        new_sqlite(None, "new") as base,
        start_process() as other,
        pytest.raises(SetupError, match="refused the first ordonnance"),
    ):
        open_target(base, script=nobody, other=other).__enter__()


def test_another_answer_than_the_one_expected_is_an_error():
    with new_sqlite(None, "new") as base, serve(base) as served:
        request = write_consult(token="nobody's", at=NOW)  # noqa: S106 - it opens nothing
        measured = run(
            Load(
                port=served.port,
                request=request,
                series=Series("load", (NOW.date(),)),
                numbers=range(7),
                seconds=PATIENCE_SECONDS,
                connections=2,
            )
        )

    assert (measured.count, measured.taken, measured.errors) == (0, 7, {"401": 7})
    assert (measured.per_second, measured.p50_ms) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (0.75, 3.0), (0.76, 4.0), (0.99, 4.0), (1, 4.0)]
)
def test_percentile_is_the_smallest_value_that_the_share_does_not_exceed(share, expected):
    assert percentile([1.0, 2.0, 3.0, 4.0], share) == expected


def test_percentile_of_nothing_is_zero():
    assert percentile([], 0.99) == 0.0


def test_numbers_are_the_same_each_time_and_differ_between_series():
    series = Series("load", (date(2026, 11, 1),))

    assert series.number_at(0).value == series.number_at(0).value
    assert len({series.number_at(rank).value for rank in range(1000)}) == 1000
    assert series.number_at(0) != Series("floor", series.months).number_at(0)


def test_a_request_is_written_about_another_prescription():
    series = Series("load", (date(2026, 11, 1),))
    one, other = series.number_at(1), series.number_at(2)
    text = f"GET /{one} HTTP/1.1\r\nX: {one}\r\n\r\n".encode()

    request = Request.about(one, text, status=200)

    assert request.status == b"200"
    assert request.write(other.value.encode()) == (
        f"GET /{other} HTTP/1.1\r\nX: {other}\r\n\r\n".encode()
    )


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (b"", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"HTTP/1.1 200 OK\r\nx: y\r\ncontent-length:3\r\nz: 0\r\n\r\nabc", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    ],
)
def test_an_answer_is_whole_when_its_length_is_there(received, expected):
    assert is_whole(received) is expected
