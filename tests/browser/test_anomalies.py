"""Anomalies in a browser: their thread and delays read by all, what is fixed said by the vendor."""

import pytest

from api.preseries import CNAM, VENDOR, a_pilot
from browsing import TELEPHONE, plain
from preserie_stories import AMS, FIX, INSTALLED, OPENED, anomaly, say
from stories_told import open_story


@pytest.fixture
def told(site):
    return lambda *story: open_story(site, *story)


def reported(name, rank, **more):
    return anomaly(name, am=AMS[rank], by=f"pilot:{AMS[rank]}", **more)


QUALIFIED = say(
    "qualify_anomaly", anomaly="A1", intrinsic=True, blocking=True, reason="Reproduit sur 5.0"
)
STORY = (
    *INSTALLED,
    reported("A1", 0),
    QUALIFIED,
    reported("A2", 1, blocking=False),
    reported("A3", 2),
    anomaly("A4", blocking=False, by="cnam"),
    say("fix_anomaly", anomaly="A3", version="5.1"),
    FIX,
)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_vendor_fixes_one_from_its_thread(visit, told, scripts):  # PRE-79
    vendor = visit(VENDOR, java_script_enabled=scripts)
    page = vendor.open(f"{told(*STORY)}/anomalies")
    assert "1 anomalie ouverte, due au logiciel, empêche l’usage nominal" in plain(
        page.inner_text("main")
    )
    assert page.locator(".thread h2").all_inner_texts()[0].startswith("A1 ■ ouverte")
    if scripts:
        vendor.check("anomalies")
    page.get_by_label("Corrigée dans la version").first.fill("5.2")
    page.get_by_role("button", name="Enregistrer").first.click()

    assert "anomalie corrigée" in plain(page.get_by_role("status").inner_text())
    assert "2 anomalies ouvertes, aucune due au logiciel et bloquante" in plain(
        page.inner_text("main")
    )
    assert "Corrigée dans la version 5.2." in plain(page.inner_text("main"))


def test_a_fix_without_a_version_is_asked_again(visit, told):  # PRE-72, PRE-79
    page = visit(VENDOR).open(f"{told(*STORY)}/anomalies")
    page.get_by_role("button", name="Enregistrer").first.click()

    assert "Corrigée dans la version : à remplir." in plain(page.get_by_role("alert").inner_text())


def test_fixes_and_prerequisites_are_told_on_the_page(visit, told):  # PRE-27, PRE-33, PRE-79
    page = visit(VENDOR).open(f"{told(*INSTALLED)}/anomalies")
    assert "Aucune anomalie n’est signalée" in plain(page.inner_text("main"))
    page.get_by_text("Déclarer un correctif").click()
    page.locator("[name=criterion][value='1']").check()
    page.get_by_label("Version", exact=True).fill("5.1")
    page.get_by_label("Ce qui est corrigé").fill("Reprise après coupure")
    page.get_by_role("button", name="Déclarer").click()
    assert "correctif déclaré" in plain(page.get_by_role("status").inner_text())
    page.get_by_text("Dire les prérequis techniques").click()
    page.get_by_label("Ce qu’il faut à une pharmacie").fill("Lecteur 2D")
    page.get_by_role("button", name="Enregistrer les prérequis").click()

    assert "Critère 1, version 5.1 : Reprise après coupure" in plain(page.inner_text("main"))
    assert "Lecteur 2D" in plain(page.inner_text("main"))


def test_the_cnam_qualifies_from_the_thread_and_fixes_nothing(visit, told):  # PRE-39, PRE-79
    cnam = visit(CNAM)
    page = cnam.open(f"{told(*STORY)}/anomalies")
    cnam.check("anomalies-cnam")
    assert page.get_by_label("Corrigée dans la version").count() == 0
    page.get_by_role("link", name="Qualifier A2").click()

    assert "qualify_anomaly?anomaly=A2" in page.url
    assert page.get_by_label("A2").is_checked()


def test_a_pilot_reads_its_own_and_not_the_words_of_others(visit, told):  # PRE-79
    pilot = visit(a_pilot(AMS[0]), viewport=TELEPHONE)
    page = pilot.open(f"{told(*STORY)}/anomalies")
    pilot.check("anomalies-telephone")

    said = plain(page.inner_text("main"))
    assert "Reproduit sur 5.0" in said
    assert "Pharmacie 1" not in said
    assert said.count("Anomalie d’une autre pharmacie") == 2
    assert "A4" in said
    assert page.get_by_role("link", name="Signaler une difficulté").count() == 1


def test_before_the_opening_nothing_is_asked(visit, told):  # PRE-79
    page = visit(VENDOR).open(f"{told(*OPENED[:-1])}/anomalies")

    assert page.locator("main form").count() == 0
