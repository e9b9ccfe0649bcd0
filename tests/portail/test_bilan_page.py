"""The bilan as a page: same words as told, in order, nothing in it but what is told."""

import itertools
import re

from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined
import pytest

from bilan_stories import NAMES, TOLD, USED
from ordonnance.domain.bilan_telling import tell_bilan
from ordonnance.portail.chart import draw_all
from portail.test_home import Page
from preserie_stories import AMS, play, say

BASE = (
    "<html><title>{% block title %}{% endblock %}</title>"
    "<main>{% block main %}{% endblock %}</main></html>"
)


def render(told):
    environment = Environment(
        loader=ChoiceLoader([DictLoader({"base.html": BASE}), PackageLoader("ordonnance.portail")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("bilan.html").render(told=told, charts=draw_all(told))


@pytest.fixture(scope="module")
def told():
    return tell_bilan(play(*TOLD), used=USED)


def words(text):
    return " ".join(text.split())


def test_a_page_says_what_is_told(told):  # PRE-62
    text = words(Page(render(told)).text)

    for row in told.rows:
        assert words(f"{row.shape} {row.words} {row.figure}") in text
    for sentence in (told.verdict, told.decision, told.signature, *told.disagreements):
        assert words(sentence) in text
    for section in told.sections:
        for table in section.tables:
            assert all(words(cell) in text for row in table.rows for cell in row)
        assert all(words(one.words) in text for one in section.readings)
    assert all(words(one.reading.words) in text for one in told.settings)


def test_headings_follow_one_another(told):  # PRE-62
    levels = [int(tag[1]) for tag, _, _ in Page(render(told)).elements if re.fullmatch(r"h\d", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_identifier_is_there_once_and_every_reference_leads_somewhere(told):  # PRE-62
    page = Page(render(told))
    identifiers = page.values("id")

    assert len(identifiers) == len(set(identifiers))
    named = [one for value in page.values("aria-labelledby") for one in value.split()]
    linked = [one.removeprefix("#") for one in page.values("href")]
    assert {*named, *linked} <= set(identifiers)


def test_tables_have_a_caption_and_headings(told):  # PRE-62
    page = Page(render(told))

    assert len(page.all("caption")) == len(page.all("table"))
    assert {one.get("scope") for one in page.all("th")} == {"row", "col"}


def test_words_are_escaped():  # PRE-62
    hostile = say("state_prerequisites", text="<script>alert(1)</script>")
    told = tell_bilan(play(*TOLD, hostile, say("draw_bilan")))

    assert "<script" not in render(told)


def test_a_pilot_sees_its_own_name_alone():  # PRE-64
    html = render(tell_bilan(play(*TOLD), used=USED, reader=AMS[0]))

    assert NAMES[0] in html
    assert not [one for one in (*NAMES[1:], *AMS[1:5]) if one in html]
