"""The calendar of all préséries in a browser: by week, what moved, where each pharmacy is."""

from datetime import UTC, datetime

import httpx2

from api.preseries import CNAM, a_caisse, a_pilot
from browsing import TELEPHONE, plain


def test_installations_are_read_by_week_and_by_caisse(visit, site):  # PRE-82
    site.clock.at = datetime(2026, 1, 21, 9, tzinfo=UTC)
    site.play("validee", until="check_scor_stop")
    officer = visit(CNAM, java_script_enabled=False)

    page = officer.open("/portail/calendrier")

    week = plain(page.locator(".week").first.inner_text())
    assert "Pharmacie du Port" in week
    assert "installation faite" in week
    page.locator("[name=cpam]").select_option("38")
    page.get_by_role("button", name="Filtrer").click()
    assert "Pharmacie du Port" not in plain(page.inner_text("main"))
    assert "Pharmacie Chartreuse" in plain(page.inner_text("main"))


def test_what_moved_is_told_and_each_pharmacy_is_in_one_place(visit, site):  # PRE-82
    site.clock.at = datetime(2026, 1, 21, 9, tzinfo=UTC)
    name, vendor = site.play("validee", until="check_scor_stop")
    move = {"do": "plan_installation", "am": "382000020", "on": "2026-01-29"}
    headers = {"Authorization": f"Bearer {site.token(vendor)}", "Idempotency-Key": "move"}
    httpx2.post(f"{site.address}/preseries/{name}/events", json=move, headers=headers)
    officer = visit(CNAM)

    page = officer.open("/portail/calendrier")

    assert "du mar. 27 janv. 2026 au jeu. 29 janv. 2026" in plain(
        page.locator(".moves").inner_text()
    )
    assert "déplacée, était le mar. 27 janv. 2026" in plain(page.locator(".week").last.inner_text())
    officer.check("calendrier-cnam")
    page.get_by_text("Une pharmacie n’est que dans une présérie").click()
    row = page.locator("tr", has_text="382000020").last
    assert "Alba · Alba Officine 5.0" in plain(row.inner_text())


def test_the_feed_is_one_s_own(visit, site):  # PRE-82
    site.play("prolongee", until="draw_bilan")
    caisse = visit(a_caisse("33"))
    page = caisse.open("/portail/calendrier")
    address = page.get_by_role("link", name="Adresse de votre agenda").get_attribute("href")

    feed = page.request.get(address)

    assert feed.status == 200
    assert "332000011" in feed.text()
    assert "382000012" not in feed.text()


def test_a_caisse_and_a_pilot_read_their_own_dates(visit, site):  # PRE-82
    site.play("prolongee", until="draw_bilan")
    caisse = visit(a_caisse("33"), viewport=TELEPHONE)
    words = plain(caisse.open("/portail/calendrier").inner_text("main"))
    assert "Pharmacie du Port" in words
    assert "Vercors" not in words
    caisse.check("calendrier-cpam-telephone")

    pilot = visit(a_pilot("332000011"))
    words = plain(pilot.open("/portail/calendrier").inner_text("main"))
    assert "Pharmacie du Port" in words
    assert "Quais" not in words


def test_before_any_date_the_page_says_what_will_be_there(visit):  # PRE-82
    officer = visit(CNAM)

    page = officer.open("/portail/calendrier")

    assert "Aucune date." in plain(page.inner_text("main"))
    officer.check("calendrier-vide")
