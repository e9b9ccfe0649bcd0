"""The vendor enrols pharmacies in a browser: a list pasted or imported, looked at, enrolled."""

import pytest

from api.preseries import CNAM, GIE, VENDOR
from browsing import TELEPHONE, plain
from preserie_stories import AMS, ENROLLED, INSTALLED, OPENED, PLACED, a_pharmacy
from stories_told import open_story

HEADER = "numéro AM;nom;département;accord le;équipement compatible;version"
RIGHT = "\n".join(
    f"{am};Pharmacie {rank};{am[:2]};10/01/2026;oui;5.0" for rank, am in enumerate(AMS[:5])
)


@pytest.fixture
def told(site):
    return lambda *story: open_story(site, *story)


def look(page, lines):
    page.get_by_label("Liste collée").fill(lines)
    page.get_by_role("button", name="Vérifier la liste").click()


def enrolled(page):
    return page.locator("table tbody tr").count()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_pasted_list_is_looked_at_then_enrolled_then_sent(visit, told, scripts):  # PRE-77
    address = told(*PLACED)
    vendor = visit(VENDOR, java_script_enabled=scripts)
    page = vendor.open(f"{address}/pharmacies")
    assert "5 au moins, 10 au plus" in plain(page.inner_text("main"))
    look(page, f"{HEADER}\n{RIGHT}")
    if scripts:
        vendor.check("pharmacies-looked")
    assert "Rien n’est encore enregistré" in plain(page.inner_text("main"))
    page.get_by_role("button", name="Inscrire ces 5 pharmacies").click()
    assert "5 pharmacies inscrites" in plain(page.get_by_role("status").inner_text())
    if scripts:
        vendor.check("pharmacies")
    page.get_by_role("button", name="Transmettre la liste des 5 pharmacies").click()

    assert "Liste transmise au GIE" in plain(page.inner_text("main"))
    assert enrolled(page) == 5


def test_all_that_is_wrong_is_said_by_line_and_nothing_is_enrolled(visit, told):  # PRE-69, PRE-77
    address = told(*PLACED)
    vendor = visit(VENDOR)
    page = vendor.open(f"{address}/pharmacies")
    lines = (
        f"{HEADER}\n{RIGHT}\n12345;Courte;33;10/01/2026;oui;5.0\n332000045;Sans accord;33;;oui;5.0"
    )
    look(page, lines)

    alert = plain(page.get_by_role("alert").inner_text())
    assert "Ligne 7 : Le numéro AM n’est pas valable" in alert
    assert "Ligne 8 : La pharmacie 332000045 n’a pas donné son accord" in alert
    assert page.get_by_label("Liste collée").input_value() == lines
    vendor.check("pharmacies-wrong")
    vendor.open(f"{address}/pharmacies")
    assert enrolled(page) == 0


def test_a_file_of_a_french_spreadsheet_is_read(visit, told):  # PRE-77
    page = visit(VENDOR).open(f"{told(*PLACED)}/pharmacies")
    content = f"{HEADER}\r\n332000011;Pharmacie de l’Étoile;33;10/01/2026;oui;5.0".encode("cp1252")
    file = {"name": "pharmacies.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Ou fichier CSV").set_input_files(file)
    page.get_by_role("button", name="Vérifier la liste").click()
    page.get_by_role("button", name="Inscrire cette pharmacie").click()

    assert "Pharmacie de l’Étoile" in plain(page.inner_text("main"))


def test_numbers_alone_are_completed_by_what_is_said_once(visit, told):  # PRE-77
    vendor = visit(VENDOR)
    page = vendor.open(f"{told(*PLACED)}/pharmacies")
    page.get_by_text("pour les lignes qui ne les disent pas").click()
    page.get_by_label("Accord de principe donné le").fill("2026-01-10")
    page.get_by_label("Oui").check()
    look(page, "332000011 Pharmacie du Quai\n382000012 Pharmacie des Alpes")
    remarks = plain(page.inner_text("main"))
    page.get_by_role("button", name="Inscrire ces 2 pharmacies").click()

    assert "Ligne 1 : Le département manque : 33 est lu dans le numéro AM." in remarks
    assert enrolled(page) == 2


def test_a_pharmacy_leaves_with_a_reason(visit, told):  # PRE-41, PRE-77
    page = visit(VENDOR).open(f"{told(*INSTALLED)}/pharmacies")
    page.get_by_role("link", name="Retirer Pharmacie 1").click()
    page.get_by_role("button", name="Retirer").click()
    alert = plain(page.get_by_role("alert").inner_text())
    page.get_by_label("Motif").fill("Déménagement")
    page.get_by_role("button", name="Retirer").click()

    assert "Motif : à remplir." in alert
    assert "pharmacie retirée" in plain(page.get_by_role("status").inner_text())
    assert "a quitté : Déménagement" in plain(page.locator("table tbody tr").last.inner_text())


def test_the_list_is_not_sent_before_it_can_be(visit, told):  # PRE-14, PRE-77
    page = visit(VENDOR).open(f"{told(*PLACED, a_pharmacy(0))}/pharmacies")

    assert "Pas encore Il manque 4 pharmacies." in plain(page.inner_text("main"))
    assert page.get_by_role("button", name="Transmettre").count() == 0


def test_the_cpam_are_chosen_first(visit, told):  # PRE-10, PRE-77
    page = visit(VENDOR).open(f"{told(*OPENED)}/pharmacies")

    assert page.get_by_role("link", name="Choisir les CPAM").count() == 1
    assert page.get_by_label("Liste collée").count() == 0


def test_a_list_sent_twice_is_enrolled_once(visit, told):  # PRE-72, PRE-77
    address = told(*PLACED)
    page = visit(VENDOR).open(f"{address}/pharmacies")
    form = {"verb": "enrol", "lines": f"{HEADER}\n{RIGHT}", "key": "k1", "seen": ""}

    answers = [page.request.post(f"{address}/pharmacies", multipart=form) for _ in range(2)]

    assert [one.status for one in answers] == [200, 200]
    assert [one.url.partition("?")[0].endswith("/pharmacies") for one in answers] == [True, True]
    page.reload()
    assert enrolled(page) == 5


def test_the_cnam_reads_and_enrols_nobody(visit, told):  # PRE-77
    address = told(*ENROLLED)
    cnam = visit(CNAM, viewport=TELEPHONE)
    page = cnam.open(f"{address}/pharmacies")

    assert enrolled(page) == 5
    assert page.locator("main form").count() == 0
    cnam.check("pharmacies-telephone")
    form = {"verb": "enrol", "lines": RIGHT, "key": "k"}
    assert page.request.post(f"{address}/pharmacies", multipart=form).status == 404


def test_personal_links_are_for_who_may_hand_them_over(visit, told):  # PRE-90
    address = told(*ENROLLED)
    shown = {}
    for name, claims in (("vendor", VENDOR), ("cnam", CNAM), ("gie", GIE)):
        page = visit(claims).open(f"{address}/pharmacies")
        shown[name] = page.locator("#liens input").count()

    assert shown == {"vendor": 5, "cnam": 5, "gie": 0}
