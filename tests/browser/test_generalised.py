"""What anybody reads of préséries: software that are generalised, and whether one is covered."""

from api.preseries import CNAM
from browsing import TELEPHONE, plain


def test_before_any_the_page_says_what_will_be_there(visit):  # PRE-83
    somebody = visit(viewport=TELEPHONE)

    page = somebody.open("/logiciels")

    assert "Aucun encore." in plain(page.inner_text("main"))
    somebody.check("logiciels-vide")


def test_anybody_reads_what_is_generalised_and_asks_about_a_software(visit, site):  # PRE-83
    site.play("validee")
    somebody = visit(java_script_enabled=False)
    page = somebody.open("/logiciels")
    assert "Alba · Alba Officine" in plain(page.locator("tbody").inner_text())
    assert "Généralisation par vagues de 500 pharmacies." in plain(
        page.locator("tbody").inner_text()
    )

    page.get_by_label("Nom du logiciel").fill("alba mob")
    page.get_by_role("button", name="Chercher").click()
    answer = plain(page.get_by_role("status").inner_text())
    assert "Alba Mobile 2.1" in answer
    assert "Couvert. Même éditeur, même module" in answer

    page.get_by_label("Nom du logiciel").fill("soins")
    page.get_by_role("button", name="Chercher").click()
    assert "Non couvert : il s’adresse à une autre profession." in plain(page.inner_text("main"))
    reader = visit()
    reader.open("/logiciels?nom=alba")
    reader.check("logiciels-alba")


def test_a_trial_that_goes_on_is_not_told(visit, site):  # PRE-83
    site.play("prolongee", until="share_bilan")
    somebody = visit()

    page = somebody.open("/logiciels?nom=alba")

    assert "Aucun logiciel de ce nom" in plain(page.get_by_role("status").inner_text())
    assert "Officine" not in plain(page.inner_text("main"))


def test_who_is_known_keeps_their_head(visit):  # PRE-83
    officer = visit(CNAM)

    page = officer.open("/logiciels")

    assert "Cnam" in plain(page.locator(".visitor").inner_text())
