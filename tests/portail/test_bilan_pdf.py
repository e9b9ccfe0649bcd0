"""The bilan as a PDF, read back: same figures as told, 4 to 6 pages, tagged, always the same."""

from dataclasses import replace
import re

import pypdfium2
from pypdfium2 import raw
import pytest

from bilan_stories import BEFORE, DRAW, TEN, TOLD, USED, USED_BY_TEN
from ordonnance.domain.bilan_telling import tell_bilan
from ordonnance.portail.bilan_pdf import is_drawn, render_pdf
from preserie_stories import AMS, FILES, play, say


def told_of(name):
    return tell_bilan(play(*(FILES / name).read_text("utf-8").splitlines()))


STORIES = {
    "validated": lambda: told_of("validee.jsonl"),
    "prolonged": lambda: told_of("prolongee.jsonl"),
    "six weeks": lambda: tell_bilan(play(*TOLD), used=USED),
    "a pilot's": lambda: tell_bilan(play(*TOLD), used=USED, reader=AMS[1]),
    "ten pharmacies": lambda: tell_bilan(play(*TEN), used=USED_BY_TEN),
}


@pytest.fixture(scope="module", params=STORIES)
def rendered(request):
    told = STORIES[request.param]()
    return told, render_pdf(told)


def words(text):
    """*text* without any blank or hyphen: lines are broken where the page ends them."""
    return re.sub(r"[\s\u00a0\u202f\u00ad\ufffe-]", "", text)


def pages(content):
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded() for page in document]


def test_it_has_four_to_six_pages(rendered):  # PRE-62
    assert 4 <= len(pages(rendered[1])) <= 6


def test_it_says_the_figures_that_are_told(rendered):  # PRE-62
    told, content = rendered
    text = words(" ".join(pages(content)))

    for row in told.rows:
        assert words(row.figure) in text
        assert words(row.words) in text
    for section in told.sections:
        for table in section.tables:
            for row in table.rows:
                assert all(words(cell) in text for cell in row)
        for chart in section.charts:
            assert words(chart.title) in text
    assert words(told.verdict) in text


def test_a_bilan_drawn_between_two_seconds_has_one(rendered):  # PRE-62
    told, content = rendered
    between = replace(told, drawn_at=told.drawn_at.replace(microsecond=1814))

    assert render_pdf(between) == content


def test_each_page_says_what_it_is_of(rendered):  # PRE-62
    told, content = rendered
    told_pages = pages(content)

    for number, text in enumerate(told_pages, start=1):
        whole = words(text)
        assert words(f"Présérie {told.software} {told.versions}") in whole
        assert words(told.period) in whole
        assert told.content in whole
        assert words(f"Page {number} sur {len(told_pages)}") in whole


def test_the_last_page_says_what_the_text_says_and_what_we_read(rendered):  # PRE-62
    last = words(pages(rendered[1])[-1])

    assert words("Ce que dit le document, ce que nous avons lu") in last
    for setting in rendered[0].settings:
        assert words(setting.name) in last
        assert words(setting.reading.badge) in last


def test_it_is_tagged_in_french_with_a_title(rendered):  # PRE-62
    document = pypdfium2.PdfDocument(rendered[1])

    assert raw.FPDFCatalog_IsTagged(document.raw)
    assert document.get_metadata_value("Title").startswith("Bilan de la présérie")
    assert b"/Lang (fr)" in rendered[1] or b"/Lang(fr" in rendered[1]
    assert b"pdfuaid:part" in rendered[1]


def test_its_fonts_are_inside_and_its_bytes_always_the_same(rendered):  # PRE-62
    told, content = rendered

    assert content == render_pdf(told)
    assert b"Libertinus" in content or b"/FontFile" in content


def test_it_does_not_depend_on_when_it_is_rendered():  # PRE-62
    drawn = told_of("validee.jsonl")

    stamp = pypdfium2.PdfDocument(render_pdf(drawn)).get_metadata_value("CreationDate")
    assert stamp.startswith("D:20260226")


def test_a_bilan_drawn_when_its_event_came_in_is_rendered():  # PRE-62
    drawn = told_of("validee.jsonl")
    drawn_at = drawn.drawn_at.replace(microsecond=123456)  # as any clock tells it

    stamp = pypdfium2.PdfDocument(render_pdf(replace(drawn, drawn_at=drawn_at)))
    assert stamp.get_metadata_value("CreationDate").startswith("D:20260226")


def test_hostile_words_are_only_words():  # PRE-62
    text = "#panic() *a* $x$ \\ <b> @y /* ` ]"
    told = tell_bilan(play(*BEFORE, say("state_prerequisites", text=text), DRAW))

    assert words(text) in words(" ".join(pages(render_pdf(told))))


def test_a_name_with_characters_that_nobody_sees_is_drawn():  # PRE-62
    name = "Pharmacie\x00 du\x1b[31m \u202eport\ufffe <&>"
    story = [{**one, "name": name} if one["do"] == "enrol" else one for one in BEFORE]
    told = tell_bilan(play(*story, DRAW))

    assert words("du [31m port <&>") in words(pages(render_pdf(told))[0])


def test_a_sign_that_no_font_draws_leaves_a_bilan_with_its_pdf():  # PRE-93
    told = told_of("validee.jsonl")
    waived = replace(told, vendor="Alba 👍", waivers=("Merci 👩‍👩‍👧 薬局 ภาษา",))

    text = words("".join(pages(render_pdf(waived))))

    assert "Alba□" in text
    assert "Merci□" in text


def test_the_fonts_draw_every_sign_that_is_kept():  # PRE-93
    kept = [chr(code) for code in range(0xA0, 0x10000) if is_drawn(chr(code))]
    told = replace(told_of("validee.jsonl"), waivers=(" ".join(kept),))

    assert len(kept) > 2000
    assert render_pdf(told).startswith(b"%PDF")
