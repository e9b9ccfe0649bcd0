"""The first page in a browser: préséries by whose turn it is, twelve without scrolling."""

from itertools import count

import httpx2
import pytest

from api.preseries import CNAM, GIE, a_caisse, a_pilot
from browsing import TELEPHONE, plain

KEYS = count(1)
AUTHORISED = {"do": "authorise", "authority": "CNDA", "reference": "CNDA-2026-021"}
NAMES = ("Beryl", "Cobalt", "Dolomie", "Emeraude", "Fluorine", "Galène", "Halite", "Iolite")
MORE = ("Jade", "Kunzite", "Lazurite", "Malachite", "Nacre", "Onyx")


def prepare(site, vendor, *, steps=0):
    """A présérie of *vendor* that waits for the Cnam, or is some *steps* further."""
    software = {"do": "declare_software", "software": f"{vendor} LGO", "version": "12.0"}
    about = {"profession": "pharmacien", "module": "on", "module_origin": "own"}
    said = [{"do": "declare_vendor", "vendor": vendor}, software | about]
    with httpx2.Client(base_url=site.address) as http:
        answer = send(http, site, "/preseries", said, {"role": "vendor", "vendor": vendor})
        path = f"/preseries/{answer.json()['id']}/events"
        for said, claims in list_next(vendor)[:steps]:
            send(http, site, path, said, claims)


def list_next(vendor):
    """What happens to it next: it waits for the vendor, then is opened, then given up."""
    software = {"software": f"{vendor} LGO"}
    return [
        (AUTHORISED | software, CNAM),
        ({"do": "open", **software}, {"role": "vendor", "vendor": vendor}),
        ({"do": "close", "reason": "L’éditeur arrête ce logiciel."}, CNAM),
    ]


def send(http, site, path, said, claims):
    headers = {"Accept": "application/json", "Authorization": f"Bearer {site.token(claims)}"}
    answer = http.post(path, json=said, headers=headers | {"Idempotency-Key": f"key {next(KEYS)}"})
    assert answer.status_code == 201, answer.text
    return answer


@pytest.fixture
def many(site):
    """Sixteen préséries that wait for somebody, six of them for the Cnam, and one given up."""
    for name in NAMES[:5]:
        prepare(site, name)
    for name in (*NAMES[5:], *MORE):
        prepare(site, name, steps=1)
    prepare(site, "Péridot", steps=3)
    site.play("validee")
    site.prolonged = site.play("prolongee", until="decide")[1]
    return site


def find_bottom(page, rank):
    """Where the row of that rank ends, in pixels from the top of the page."""
    box = page.locator(".board tbody tr").nth(rank - 1).bounding_box()
    return box["y"] + box["height"]


def test_twelve_rows_are_seen_without_scrolling(visit, many):  # PRE-81
    officer = visit(CNAM)

    page = officer.open("/portail")

    assert find_bottom(page, 12) <= 900
    officer.check("tableau-cnam")


def test_one_s_own_turn_comes_first_and_what_is_closed_is_folded(visit, many):  # PRE-81
    officer = visit(CNAM, java_script_enabled=False)

    page = officer.open("/portail")

    captions = page.locator(".board caption").all_inner_texts()
    assert captions[:2] == ["À vous (6)", "En cours (10)"]
    first = page.locator(".board tbody tr").first
    assert "décider sur le bilan" in plain(first.inner_text())
    marks = first.locator(".verdicts .visually-hidden").all_text_contents()
    assert len(marks) == 5
    assert all(mark.endswith(("atteint", "rien à juger")) for mark in marks)
    closed = page.get_by_text("Péridot LGO")
    assert not closed.is_visible()
    page.locator("summary").click()
    assert closed.is_visible()


def test_filters_are_a_form_and_the_file_follows_them(visit, site):  # PRE-81
    for name in NAMES[:4]:
        prepare(site, name)
    officer = visit(CNAM)
    page = officer.open("/portail")
    page.get_by_label("Éditeur").select_option("Cobalt")
    page.get_by_role("button", name="Filtrer").click()

    assert page.locator(".board tbody tr").count() == 1
    officer.check("tableau-filtre")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger en CSV").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Cobalt LGO" in lines[1]
    officer.open("/portail?editeur=Personne")
    assert "Aucune présérie ne répond à ce filtre." in plain(page.inner_text("main"))
    officer.open("/portail?etat=rien")
    assert page.locator(".board tbody tr").count() == 4


def test_pharmacies_that_went_silent_come_first_for_vendor_and_gie(visit, many):  # PST-11
    for name, claims in (("gie", GIE), ("editeur", many.prolonged)):
        someone = visit(claims)
        page = someone.open("/portail")
        notice = plain(page.locator(".notice").inner_text())
        assert "pharmacies n’envoient plus de traces depuis deux jours ouvrés" in notice
        assert "aucune reçue depuis son installation" in notice
        someone.check(f"tableau-{name}")
    other = visit({"role": "vendor", "vendor": "Beryl"})
    assert other.open("/portail").locator(".notice").count() == 0


def test_everybody_has_the_page_with_what_they_may_read(visit, many):  # PRE-81
    caisse = visit(a_caisse("33"), viewport=TELEPHONE)
    page = caisse.open("/portail")
    assert "Cobalt" not in plain(page.inner_text("main"))
    caisse.check("tableau-cpam-telephone")

    pilot = visit(a_pilot("332000011"))
    page = pilot.open("/portail")
    assert page.locator(".verdicts").count() == 0
    pilot.check("tableau-pilote")
    file = page.request.get("/portail/preseries.csv")
    assert file.status == 404
