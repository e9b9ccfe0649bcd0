"""The bench's charts: well-formed, titled, and saying the figures."""

from xml.etree import ElementTree as ET

import pytest

from ordonnance.cli.bench_charts import draw_charts
from ordonnance.cli.bench_figures import Figures, FloorFigures, Memory, OperationFigures
from ordonnance.cli.bench_report import Report
from ordonnance.store.queries import Engine

SVG = "{http://www.w3.org/2000/svg}"


def an_operation(per_second, *, service, database):
    return OperationFigures(
        per_second=per_second,
        p50_ms=2.0,
        p99_ms=9.0,
        service_cpu_us=service,
        database_cpu_us=database,
        set_mean=4.0,
        set_p50=4,
        set_max=9,
    )


def a_report(engine, *, database, scale=1.0, kib=(81_920, 122_880)):
    operations = {
        "issue": an_operation(1234.4 * scale, service=280.4, database=database),
        "consult": an_operation(4321.0 * scale, service=90.0, database=database),
        "execute": an_operation(1111.0 * scale, service=400.0, database=database),
    }
    return Report(
        engine=engine,
        version="18 <beta>",
        is_durable=True,
        seconds=2.0,
        figures=Figures(
            by_connections=dict.fromkeys((1, 64), operations),
            floor=FloorFigures(issue_per_second=2468.8, connections=4, cpu_us=300.0),
            errors={},
            memory=Memory(operations=5_000, samples=[(30.0, kib[0]), (60.0, kib[1])]),
        ),
    )


def read(chart):
    """The root of a chart, and all its words in order."""
    root = ET.fromstring(chart)  # noqa: S314 - we wrote it
    return root, [mark.text for mark in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("engine", list(Engine))
@pytest.mark.parametrize("name", ["rates", "costs", "memory"])
def test_a_chart_is_titled_and_described_for_who_does_not_see_it(engine, name):
    root, words = read(draw_charts(a_report(engine, database=None))[name])

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "t d"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title.get("id"), description.get("id")) == ("t", "d")
    assert title.text == words[0]
    assert "18 <beta>" in title.text
    assert description.text


def test_rates_are_told_by_connections_beside_the_floor():
    root, words = read(draw_charts(a_report(Engine.POSTGRESQL, database=60.0))["rates"])

    assert words[0] == "PostgreSQL 18 <beta>: 1,234 issues a second, 0.50 times the floor"
    assert words[2:] == [
        *("issue", "1,234", "1", "1,234", "64"),
        *("consult", "4,321", "1", "4,321", "64"),
        *("execute", "1,111", "1", "1,111", "64"),
        "floor 2,469",
    ]
    assert "consult: 4,321 a second through 1, 4,321 a second through 64" in (
        root.find(f"{SVG}desc").text
    )


def test_a_bar_is_as_tall_as_its_rate():
    root, _ = read(draw_charts(a_report(Engine.SQLITE, database=None))["rates"])

    bars = [mark for mark in root.iter(f"{SVG}rect") if mark.get("class") in ("full", "pale")]
    heights = [float(mark.get("height")) + 1 for mark in bars]
    assert [mark.get("class") for mark in bars] == ["pale", "full"] * 3
    assert heights[2] == 160
    assert heights[0] == pytest.approx(160 * 1234.4 / 4321, abs=0.1)


def test_costs_are_told_apart_beside_the_target():
    root, words = read(draw_charts(a_report(Engine.POSTGRESQL, database=60.0))["costs"])

    assert words[0] == "PostgreSQL 18 <beta>: 280 µs of CPU an issue, for a target of 300"
    assert words[2:6] == ["issue", "service 280 µs", "database 60 µs", "target 300"]
    assert root.find(f"{SVG}desc").text == (
        "issue: service 280 µs; database 60 µs; target 300. "
        "consult: service 90 µs; database 60 µs; target 150. "
        "execute: service 400 µs; database 60 µs; target 350"
    )


def test_costs_of_a_database_inside_the_service_are_the_service_s():
    _, words = read(draw_charts(a_report(Engine.SQLITE, database=None))["costs"])

    assert words[2:5] == ["issue", "service 280 µs", "target 300"]


@pytest.mark.parametrize(
    ("kib", "levels"),
    [
        ((81_920, 122_880), ["0", "25", "50", "75", "100", "125"]),
        ((1_024, 2_048), ["0", "5"]),
        ((4_000_000, 5_000_000), ["0", "1000", "2000", "3000", "4000", "5000"]),
    ],
)
def test_memory_is_drawn_from_nothing_up(kib, levels):
    _, words = read(draw_charts(a_report(Engine.SQLITE, database=None, kib=kib))["memory"])

    assert words[2 : 2 + len(levels)] == levels


def test_memory_says_where_it_began_and_ended():
    root, words = read(draw_charts(a_report(Engine.SQLITE, database=None))["memory"])

    assert words[0] == "SQLite 18 <beta>: 120.0 MiB after 5,000 operations, +40.0"
    assert words[-4:] == ["80.0", "120.0", "0", "60 s"]
    assert len(list(root.iter(f"{SVG}circle"))) == 2


def test_a_run_without_a_long_load_has_no_chart_of_memory():
    report = a_report(Engine.SQLITE, database=None)
    figures = Figures(
        by_connections=report.figures.by_connections, floor=report.figures.floor, errors={}
    )
    short = Report(engine=report.engine, version="3", is_durable=True, seconds=2.0, figures=figures)

    assert list(draw_charts(short)) == ["rates", "costs"]


def test_a_service_that_answered_nothing_has_charts_all_the_same():
    words = read(draw_charts(a_report(Engine.SQLITE, database=None, scale=0.0))["rates"])[1]

    assert words[0] == "SQLite 18 <beta>: 0 issues a second, 0.00 times the floor"
