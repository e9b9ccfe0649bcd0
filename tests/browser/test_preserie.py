"""A présérie in a browser: where it stands, whose turn it is, what one may do."""

import pytest

from api.preseries import CNAM, GIE, VENDOR, a_caisse
from browsing import TELEPHONE, plain
from preserie_stories import LAUNCHED, OPENED, PLACED, STARTED, SUBMITTED
from stories_told import open_story


@pytest.mark.parametrize("name", ["validee", "prolongee"])
def test_a_preserie_says_where_it_stands(visit, site, name):  # PRE-80
    identifier, vendor = site.play(name)
    officer = visit(CNAM)

    page = officer.open(f"/portail/preseries/{identifier}")

    assert page.locator(".timeline li").count() > 15
    assert page.locator("tbody").first.locator("tr").count() == 5
    operation = {"validee": "consulter", "prolongee": "corriger"}[name]
    assert plain(page.locator(".threads summary").inner_text()).startswith(f"A1, {operation} ")
    officer.check(f"preserie-{name}-cnam")
    for who, claims in (("editeur", vendor), ("gie", GIE), ("cpam", a_caisse("33"))):
        other = visit(claims)
        other.open(f"/portail/preseries/{identifier}")
        other.check(f"preserie-{name}-{who}")
    telephone = visit(CNAM, viewport=TELEPHONE)
    telephone.open(f"/portail/preseries/{identifier}")
    telephone.check(f"preserie-{name}-telephone")


@pytest.mark.parametrize(
    ("story", "claims", "words", "place"),
    [
        (OPENED, VENDOR, "Partager les prérequis", "prerequis#partager"),
        (PLACED, VENDOR, "Inscrire les pharmacies", "pharmacies"),
        (SUBMITTED, CNAM, "Convoquer la réunion de lancement", "call_launch_meeting"),
        (LAUNCHED, VENDOR, "Donner le planning", "planning"),
        (STARTED, GIE, "Vérifier l’arrêt de l’envoi par SCOR", "scor"),
    ],
)
def test_what_is_awaited_has_a_door_to_the_page_where_it_is_done(
    visit, site, story, claims, words, place
):  # PRE-80
    address = open_story(site, *story)
    page = visit(claims).open(address)

    page.get_by_role("link", name=words).click()

    assert page.url == f"{site.address}{address}/{place}"


def test_what_is_awaited_is_said_once_and_nothing_is_judged_too_early(visit, site):  # PRE-80
    page = visit(VENDOR).open(open_story(site, *OPENED))

    assert page.locator(".timeline .todo").count() == 1
    assert page.get_by_text("non atteint").count() == 0
