"""Charts: well formed, readable without colours, large enough, their texts escaped."""

from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
import re
from xml.etree import ElementTree as ET

import pytest

from bilan_stories import TOLD
from ordonnance.domain.bilan_telling import tell_bilan
from ordonnance.domain.bilan_told import Bar, Chart, ChartKind, Point, Series
from ordonnance.portail.chart import WIDTH, draw, draw_all, shorten
from preserie_stories import play

SVG = "{http://www.w3.org/2000/svg}"
CHARTS = {
    chart.key: chart for section in tell_bilan(play(*TOLD)).sections for chart in section.charts
}
of_each_chart = pytest.mark.parametrize("key", CHARTS)


def parse(chart):
    return ET.fromstring(draw(chart))  # noqa: S314 - our own


def texts(root):
    return ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]


def classes(root):
    return {one.get("class") for one in root.iter() if one.get("class")}


def test_every_kind_of_chart_is_drawn():  # PRE-63
    assert {chart.kind for chart in CHARTS.values()} == set(ChartKind)
    assert set(draw_all(tell_bilan(play(*TOLD)))) == set(CHARTS)


@of_each_chart
def test_a_chart_is_told_to_who_cannot_see_it(key):  # PRE-63
    root = parse(CHARTS[key])

    assert root.get("role") == "img"
    titles = root.get("aria-labelledby").split()
    found = {one.get("id"): one.text for one in root.iter() if one.get("id")}
    assert [found[one] for one in titles] == [CHARTS[key].title, CHARTS[key].description]


@of_each_chart
def test_letters_are_twelve_pixels_high_where_a_chart_is_320_wide(key):  # PRE-63
    root = parse(CHARTS[key])

    sizes = {float(one.get("font-size")) for one in root.iter() if one.get("font-size")}
    assert min(sizes) * 320 / WIDTH >= 12


@of_each_chart
def test_nothing_is_drawn_outside(key):  # PRE-63
    root = parse(CHARTS[key])
    _, _, width, height = map(float, root.get("viewBox").split())

    for one in root.iter():
        for name, limit in (("x", width), ("x1", width), ("x2", width), ("cx", width)):
            assert 0 <= float(one.get(name, 0)) <= limit
        for name in ("y", "y1", "y2", "cy"):
            assert 0 <= float(one.get(name, 0)) <= height
    points = re.findall(r"([\d.]+),([\d.]+)", draw(CHARTS[key]))
    assert all(float(x) <= width and float(y) <= height for x, y in points)


@of_each_chart
def test_colours_can_be_overridden_and_nothing_is_styled_in_line(key):  # PRE-63
    root = parse(CHARTS[key])

    assert not [one for one in root.iter() if one.get("style") or one.tag == f"{SVG}style"]
    coloured = [one for one in root.iter() if (one.get("fill") or "").startswith("#")]
    assert coloured
    assert all(one.get("class") for one in coloured)


def test_bars_below_the_target_are_hatched_and_the_others_are_not():  # PRE-63
    chart = CHARTS["rate-pharmacies"]
    fills = [one.get("fill") for one in parse(chart).iter(f"{SVG}rect")]

    assert fills == ["url(#rate-pharmacies-hatch)", *["#0b5d66"] * 4]
    assert "cible 80\u202f%" in texts(parse(chart))


def test_a_bar_is_as_long_as_its_share():  # PRE-63
    half = Bar(name="a", words="b", share=Fraction(1, 2))
    none = Bar(name="c", words="d", share=None)
    chart = replace(CHARTS["rate-pharmacies"], bars=(half, none))

    assert [one.get("width") for one in parse(chart).iter(f"{SVG}rect")] == ["210"]


def test_weeks_below_the_target_are_hollow_diamonds():  # PRE-63
    root = parse(CHARTS["rate-weeks"])

    assert len([one for one in root.iter(f"{SVG}path") if one.get("class") == "chart-below"]) == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 4
    assert {"chart-band", "chart-line", "chart-target-line"} <= classes(root)


def test_each_pharmacy_has_its_own_small_chart():  # PRE-63
    root = parse(CHARTS["rate-multiples"])

    assert len(list(root.iter(f"{SVG}polyline"))) == 5
    assert "Pharmacie du Vercors" in texts(root)


def test_a_name_is_escaped_and_cut():  # PRE-63
    hostile = Bar(name="<script>&\"'" + "x" * 90, words="1", share=Fraction(1))
    chart = replace(CHARTS["scor-pieces"], title="<b>&", bars=(hostile,))

    assert "<script" not in draw(chart)
    assert "<b>" not in draw(chart)
    assert texts(parse(chart))[0].endswith("x…")
    assert shorten("abc", 3) == "abc"


def test_a_pharmacy_without_figures_says_so():  # PRE-63
    empty = replace(CHARTS["rate-multiples"], series=(Series(name="Vide", points=()),))

    assert "aucune mesure" in texts(parse(empty))


def test_a_rate_of_zero_and_one_week_are_drawn():  # PRE-63
    point = Point(name="5 janv.", part=0, whole=3, low=0.0, high=0.56)
    weeks = Chart(
        key="k",
        kind=ChartKind.WEEKS,
        title="t",
        description="d",
        legend="l",
        series=(Series(name="s", points=(point,)),),
        target=Fraction(1),
    )

    assert "0\u202f%" in texts(parse(weeks))


@of_each_chart
def test_the_style_sheet_knows_every_mark(key):  # PRE-63
    sheet = files("ordonnance.portail").joinpath("templates", "chart.css").read_text("utf-8")

    assert classes(parse(CHARTS[key])) <= set(re.findall(r"\.([\w-]+)", sheet))
