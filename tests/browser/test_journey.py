"""From the opening of a présérie to the decision, by its pages alone, each by who does it.

Only the figures are told over HTTP: software sends them, nobody types them.
"""

from itertools import pairwise

from api.preseries import CNAM, GIE, VENDOR
from browsing import TELEPHONE, plain
from preserie_stories import ITEMS, OTHERS, scor, traces
from stories_told import tell_more

AMS = ("332000011", "332000029", "332000037", "332000045", "332000052")
DAYS = ("2026-11-16", "2026-11-17", "2026-11-18", "2026-11-23", "2026-11-23")
LIST = "\n".join(f"{am};Pharmacie {am[-2:]};33;10/01/2026;oui;5.0" for am in AMS)
ANSWERS = ("5 très bonne",) * 5 + ("Non, aucun frein", "Envoyer")
FIGURES = (*(traces(0) | {"am": am} for am in AMS), *OTHERS, *(scor(0) | {"am": am} for am in AMS))


def press(page, name):
    page.get_by_role("button", name=name).first.click()


def follow(page, name):
    page.get_by_role("link", name=name, exact=True).first.click()


def come_back(page):
    """From the list of préséries to the only one."""
    follow(page, "Préséries")
    page.locator("tbody a").first.click()


def attach(page, name):
    page.locator("[type=file]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": f"%PDF-1.4 {name}".encode()}
    )


def open_one(vendor, officer):
    vendor.goto("/portail")
    follow(vendor, "Préparer une présérie")
    for name, value in (("software", "Alba LGO"), ("version", "5.0"), ("module", "alba-on")):
        vendor.locator(f"[name={name}]").fill(value)
    vendor.get_by_label("le vôtre").check()
    press(vendor, "Déclarer")
    officer.goto("/portail")
    officer.locator("tbody a").first.click()
    follow(officer, "Enregistrer l’autorisation du CNDA")
    officer.locator("[name=reference]").fill("CNDA-2026-021")
    press(officer, "Enregistrer")
    come_back(vendor)
    follow(vendor, "Ouvrir la présérie")
    press(vendor, "Ouvrir")


def prepare(vendor):
    follow(vendor, "Partager les prérequis")
    for item in ITEMS:
        vendor.locator("[name=item]").select_option(item)
        attach(vendor, f"{item}.pdf")
        press(vendor, "Partager")
    follow(vendor, "Présérie")
    follow(vendor, "Choisir les CPAM")
    vendor.get_by_label("33 (Gironde)").check()
    press(vendor, "Choisir")
    follow(vendor, "Inscrire les pharmacies")
    vendor.get_by_label("Liste collée").fill(LIST)
    for step in ("Vérifier la liste", "Inscrire ces 5", "Transmettre la liste"):
        press(vendor, step)


def launch(officer):
    officer.reload()
    follow(officer, "Convoquer la réunion de lancement")
    officer.get_by_label("Jour").fill("2026-11-24")
    press(officer, "Convoquer")
    officer.get_by_text("Ce que vous pouvez dire d’autre").click()
    follow(officer, "La réunion de lancement a eu lieu")
    attach(officer, "lancement.pdf")
    press(officer, "Enregistrer")


def install(vendor, technician):
    come_back(vendor)
    follow(vendor, "Donner le planning")
    for am, on in zip(AMS, DAYS, strict=True):
        vendor.locator(f"[name=planned-{am}]").fill(on)
        vendor.locator(f"[name=trained-{am}]").fill(on)
    press(vendor, "Enregistrer le planning")
    record(vendor, 0, 3)
    technician.goto("/portail")
    technician.locator("tbody a").first.click()
    follow(technician, "Vérifier l’arrêt de l’envoi par SCOR")
    technician.get_by_label("Oui").check()
    press(technician, "Enregistrer la vérification")
    record(vendor, 3, 5)


def record(vendor, start, end):
    follow(vendor, "Planning")
    for am, on in list(zip(AMS, DAYS, strict=True))[start:end]:
        vendor.locator(f"[name=installed-{am}]").fill(on)
        vendor.locator(f"[name=traces-{am}]").check()
    press(vendor, "Enregistrer le planning")


def decide(vendor, officer):
    follow(vendor, "Anomalies")
    vendor.get_by_text("Dire les prérequis techniques").click()
    vendor.locator("#champ-prerequis").fill("Lecteur 2D")
    press(vendor, "Enregistrer les prérequis")
    come_back(officer)
    follow(officer, "Dresser le bilan")
    press(officer, "Dresser")
    for one in (officer, vendor):
        come_back(one)
        follow(one, "Bilan")
        press(one, "Partager et signer")
    officer.reload()
    follow(officer, "Décider")
    officer.locator("[value=deploy]").check()
    press(officer, "Décider")


def test_a_preserie_goes_from_its_opening_to_the_decision_by_its_pages(visit, site):
    # PRE-80, PRE-90, PRE-92
    vendor, officer, technician = (visit(one).page for one in (VENDOR, CNAM, GIE))
    open_one(vendor, officer)
    prepare(vendor)
    launch(officer)
    install(vendor, technician)
    tell_more(site, officer.url.removeprefix(site.address).partition("?")[0], *FIGURES)
    follow(vendor, "Pharmacies")
    vendor.get_by_text("Liens personnels").click()
    links = [one.input_value() for one in vendor.get_by_label("Lien personnel, ").all()]
    for link in links[:3]:
        pilot = visit(viewport=TELEPHONE).page
        pilot.goto(link)
        follow(pilot, "Répondre")
        for words in ANSWERS:
            press(pilot, words)
    decide(vendor, officer)

    assert all(one != other for one, other in pairwise(links))
    assert "décision" in plain(officer.get_by_role("status").inner_text())
    assert "validée" in plain(officer.locator(".subject").inner_text())
    with officer.expect_download() as minutes:
        follow(officer, "Compte rendu")
    assert minutes.value.suggested_filename == "lancement.pdf"
