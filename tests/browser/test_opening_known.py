"""A vendor that prepares a présérie first sees what is known of its software."""

from api.preseries import VENDOR
from browsing import plain
from preserie_stories import DEPLOYED, OPENED, a_software
from stories_told import open_story


def test_what_is_declared_and_what_is_covered_is_said_first(visit, site):  # PRE-5, PRE-77
    light = a_software("Alba Light", version="2.0")
    bought = a_software("Alba Mobile", version="1.0", module_origin="third_party")
    open_story(site, *DEPLOYED[:2], light, bought, *DEPLOYED[2:])
    vendor = visit(VENDOR)
    page = vendor.open("/portail/ouvrir")
    vendor.check("opening-known")

    known = list(map(plain, page.locator(".notice li").all_inner_texts()))
    assert [one.split(",")[0] for one in known] == ["Alba 5.0", "Alba Light 2.0", "Alba Mobile 1.0"]
    assert "couvert, sans autre présérie. Même éditeur, même module" in known[1]
    assert "acheté à un tiers : déclaré dans une présérie ● validée" in known[2]


def test_others_know_nothing_of_it(visit, site):  # PRE-46, PRE-77
    open_story(site, *OPENED)
    page = visit({"role": "vendor", "vendor": "Beryl"}).open("/portail/ouvrir")

    assert "Alba" not in plain(page.inner_text("main"))
    assert page.locator(".notice").count() == 0
