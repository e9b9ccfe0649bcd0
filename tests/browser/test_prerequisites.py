"""The vendor shares its prerequisites in a browser: every version is kept and given back."""

import pytest

from api.preseries import CNAM, VENDOR, a_pilot
from browsing import TELEPHONE, plain
from preserie_stories import AMS, AUTHORISED, ENROLLED, OPENED, SUPPLIED
from stories_told import open_story

PDF = "application/pdf"


@pytest.fixture
def told(site):
    return lambda *story: open_story(site, *story)


def share(page, item, content=None, name="mode-d-emploi.pdf", contact=""):
    page.get_by_label("Document", exact=True).select_option(item)
    if content is not None:
        file = {"name": name, "mimeType": PDF, "buffer": content}
        page.get_by_label("Fichier").set_input_files(file)
    page.get_by_label("Contact du support").fill(contact)
    page.get_by_role("button", name="Partager").click()


def row(page, words):
    return page.locator("table.shared tbody tr", has_text=words)


@pytest.mark.parametrize("scripts", [True, False])
def test_each_version_is_kept_and_given_back(visit, told, scripts):  # PRE-77
    address = told(*OPENED)
    vendor = visit(VENDOR, java_script_enabled=scripts)
    page = vendor.open(f"{address}/prerequis")
    share(page, "kit_manual", b"%PDF-1.4 un")
    share(page, "kit_manual", b"%PDF-1.4 deux", name="mode-d-emploi-v2.pdf")

    assert "prérequis partagé" in plain(page.get_by_role("status").inner_text())
    manual = row(page, "mode d’emploi")
    assert "mode-d-emploi-v2.pdf" in plain(manual.inner_text())
    links = [one.get_attribute("href") for one in manual.locator("a[href*='/documents/']").all()]
    answers = [page.request.get(link) for link in links]
    assert [one.body() for one in answers] == [b"%PDF-1.4 deux", b"%PDF-1.4 un"]
    assert "attachment" in answers[0].headers["content-disposition"]
    assert "sandbox" in answers[0].headers["content-security-policy"]
    if scripts:
        vendor.check("prerequisites")


def test_what_is_missing_is_said_and_proposed_first(visit, told):  # PRE-77
    vendor = visit(VENDOR)
    page = vendor.open(f"{told(*OPENED)}/prerequis")

    assert "À vous : partager le support aux professionnels" in plain(page.inner_text("main"))
    assert page.get_by_label("Document", exact=True).input_value() == "support"
    assert page.locator(".mark-of.is-warn").count() == 5
    vendor.check("prerequisites-begun")


def test_a_contact_is_enough_for_the_support_alone(visit, told):  # PRE-8, PRE-77
    page = visit(VENDOR).open(f"{told(*OPENED)}/prerequis")
    share(page, "kit_manual", contact="01 23 45 67 89")
    alert = plain(page.get_by_role("alert").inner_text())
    share(page, "support", contact="01 23 45 67 89")

    assert "Kit : mode d’emploi : joignez le fichier." in alert
    assert "Contact : 01 23 45 67 89" in plain(row(page, "Support").inner_text())


def test_nothing_empty_is_shared(visit, told):  # PRE-77
    address = told(*OPENED)
    vendor = visit(VENDOR)
    page = vendor.open(f"{address}/prerequis")
    share(page, "kit_manual", b"")

    assert "Rien n’a été enregistré" in plain(page.get_by_role("alert").inner_text())
    assert "manque" in plain(row(page, "mode d’emploi").inner_text())


def test_before_the_opening_one_is_told_to_wait(visit, told):  # PRE-77
    page = visit(VENDOR).open(f"{told(*AUTHORISED)}/prerequis")

    assert "une fois la présérie ouverte" in plain(page.inner_text("main"))
    assert page.get_by_role("button", name="Partager").count() == 0


def test_the_cnam_reads_and_shares_nothing(visit, told):  # PRE-77
    address = told(*SUPPLIED)
    cnam = visit(CNAM)
    page = cnam.open(f"{address}/prerequis")

    assert "Tous les prérequis sont partagés" in plain(page.inner_text("main"))
    assert page.get_by_role("button", name="Partager").count() == 0
    form = {"item": "support", "contact": "x", "key": "k"}
    assert page.request.post(f"{address}/prerequis", multipart=form).status == 404


def test_a_pilot_reads_the_kit_alone(visit, told):  # PRE-9, PRE-68, PRE-77
    address = told(*ENROLLED)
    vendor = visit(VENDOR).open(f"{address}/prerequis")
    share(vendor, "kit_manual", b"%PDF-1.4 kit")
    share(vendor, "training_terms", b"%PDF-1.4 formation", name="formation.pdf")
    terms = row(vendor, "Modalités de formation").locator("a[href*='/documents/']")
    pilot = visit(a_pilot(AMS[0]), viewport=TELEPHONE)
    page = pilot.open(f"{address}/prerequis")

    assert page.locator("table.shared tbody tr").count() == 3
    link = page.get_by_role("link", name="mode-d-emploi.pdf").get_attribute("href")
    assert page.request.get(link).body() == b"%PDF-1.4 kit"
    assert page.request.get(terms.get_attribute("href")).status == 404
    pilot.check("kit-telephone")
