"""A pilot pharmacist on a telephone: the own page, the questionnaire, a difficulty."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.preseries import a_pilot
from browsing import DESK, TELEPHONE, plain
from pilots import open_preserie, post_form, tell, write_link
from preserie_stories import (
    AMS,
    DRAW,
    INSTALLED,
    PLANNED,
    SHARE,
    anomaly,
    answer,
    say,
    scor,
    traces,
)

AM = AMS[0]
PILOT = f"pilot:{AM}"
CONTACT = say("supply", item="support", contact="01 23 45 67 89, du lundi au samedi, de 8 h à 20 h")
MANUAL = say("supply", item="kit_manual", document={"name": "alba-ordonnance-mode-d-emploi.pdf"})
LIVED = (
    *INSTALLED,
    CONTACT,
    MANUAL,
    traces(0, attempts=493, recorded=465, refusals=3),
    scor(0, stopped=431, sent=28, stopped_wrongly=1, sent_wrongly=5),
    anomaly("A1", by=PILOT, am=AM)
    | {"operation": "correct", "text": "L’écran se ferme à la correction."},
    say("qualify_anomaly", anomaly="A1", intrinsic=True, blocking=True, reason="Reproduite."),
    say("fix_anomaly", anomaly="A1", version="5.1"),
    anomaly("A2", by=PILOT, am=AM, blocking=False) | {"text": "Le QR froissé n’est pas lu."},
    anomaly("A3", by=f"pilot:{AMS[1]}", am=AMS[1]) | {"text": "Rien ne va chez nous."},
)


def press(visit, name):
    visit.page.get_by_role("button", name=name).first.click()


def answer_all(visit, brake="Non, aucun frein"):
    for words in ("4 bonne", "5 très bonne", "3 moyenne", "Pas encore employée", "4 bonne", brake):
        press(visit, words)


@pytest.mark.parametrize("viewport", [TELEPHONE, DESK], ids=["telephone", "desk"])
def test_a_pilot_sees_its_own_part_and_nobody_elses(visit, site, viewport):  # PRE-75
    name = open_preserie(site, *LIVED)
    someone = visit(viewport=viewport, java_script_enabled=viewport is DESK)
    page = someone.open(write_link(site.settings, name, AM))

    text = plain(page.locator("main").inner_text())
    assert "94,8 % (465 sur 490)" in text
    assert "L’écran se ferme à la correction." in text
    assert "Reproduite." in text
    assert "01 23 45 67 89" in text
    assert "alba-ordonnance-mode-d-emploi.pdf" in text
    assert "Rien ne va chez nous." not in text
    assert "Pharmacie 1" not in text
    if viewport is DESK:
        someone.check("pilot-desk")


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (PLANNED, "Rien à faire d’ici l’installation"),
        (INSTALLED, "À vous"),
        ((*LIVED, answer(0)), "Merci, vous avez répondu"),
        ((*LIVED, answer(0), DRAW, SHARE), "Rien ne vous est demandé"),
        ((*INSTALLED, say("withdraw", am=AM, reason="Travaux")), "Vous ne participez plus"),
        ((*INSTALLED, say("close", reason="Module refait")), "La présérie est finie"),
    ],
    ids=["planned", "installed", "answered", "drawn", "left", "closed"],
)
def test_what_is_asked_now_comes_first(visit, site, story, said, request):  # PRE-75
    name = open_preserie(site, *story)
    someone = visit(viewport=TELEPHONE)
    address = write_link(site.settings, name, AM)

    page = someone.open(address)
    assert said in plain(page.locator("#a-vous").inner_text())
    assert page.locator("main .button").count() <= 1
    someone.check(f"pilot-{request.node.callspec.id}")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_questionnaire_is_answered_one_tap_a_question(visit, site, scripts):  # PRE-74
    name = open_preserie(site, *LIVED)
    someone = visit(viewport=TELEPHONE, java_script_enabled=scripts)
    page = someone.open(write_link(site.settings, name, AM))
    page.get_by_role("link", name="Répondre").click()
    assert "1 sur 7" in plain(page.locator("main").inner_text())

    answer_all(someone)
    page.get_by_label("Un mot de plus (facultatif)").fill("Simple, une fois formés.")
    press(someone, "Envoyer")

    assert plain(page.locator("h1").inner_text()) == "Merci."
    assert "Vous pouvez modifier jusqu’au bilan." in plain(page.get_by_role("status").inner_text())
    recap = plain(page.locator(".recap").inner_text())
    assert "4 sur 5, bonne" in recap
    assert "pas encore employée" in recap


def test_every_screen_holds_for_everybody(visit, site):  # PRE-74
    name = open_preserie(site, *LIVED)
    someone = visit(viewport=TELEPHONE)
    address = write_link(site.settings, name, AM)
    page = someone.open(f"{address}/questionnaire")
    someone.check("question-first")
    heights = [one.bounding_box()["height"] for one in page.locator(".scale button").all()]
    assert min(heights) >= 44

    answer_all(someone, "Oui, un frein bloquant")
    assert "7 sur 8" in plain(page.locator("main").inner_text())
    someone.check("question-lift")
    page.get_by_label("Ce qu’il faut corriger").fill("Un lecteur 2D à chaque comptoir.")
    press(someone, "Continuer")
    someone.check("question-last")
    press(someone, "Envoyer")
    someone.check("question-thanks")
    for narrow in (320, 720):  # a small telephone; a desk screen at 200 %
        page.set_viewport_size({"width": narrow, "height": 600})
        for path in ("", "/questionnaire?question=consult", "/difficulte"):
            someone.open(f"{address}{path}")
            someone.check()
    someone.page.set_viewport_size(DESK)
    someone.open(f"{address}/questionnaire?question=consult")
    someone.check("question-desk")


def test_the_keyboard_is_enough(visit, site):  # PRE-74
    name = open_preserie(site, *LIVED)
    someone = visit(viewport=DESK)
    page = someone.open(f"{write_link(site.settings, name, AM)}/questionnaire")

    page.locator(".path-back a").focus()
    for key in ("Tab", "Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)

    page.wait_for_url("**question=execute")
    press(someone, "← Précédent")
    assert "4 bonne" in plain(page.locator("[aria-current=true]").inner_text()).replace("\n", " ")


def test_a_draft_is_taken_up_where_it_was_left(visit, site):  # PRE-74
    name = open_preserie(site, *LIVED)
    someone = visit(viewport=TELEPHONE)
    page = someone.open(f"{write_link(site.settings, name, AM)}/questionnaire")
    press(someone, "4 bonne")
    press(someone, "2 faible")

    page.goto("about:blank")
    someone.open(f"{write_link(site.settings, name, AM)}/questionnaire")

    assert "3 sur 7" in plain(page.locator("main").inner_text())
    press(someone, "← Précédent")
    assert "2 faible" in plain(page.locator("[aria-current=true]").inner_text()).replace("\n", " ")
    page.get_by_role("link", name="Garder cette réponse").click()
    assert "3 sur 7" in plain(page.locator("main").inner_text())


def test_an_answer_is_changed_until_the_bilan_and_after_it_for_the_next(visit, site):  # PRE-74
    name = open_preserie(site, *LIVED, answer(0, 2, user="titulaire", answers={"execute": 2}))
    someone = visit(viewport=TELEPHONE)
    address = f"{write_link(site.settings, name, AM)}/questionnaire"
    page = someone.open(address)
    press(someone, "Modifier cette réponse")
    # That answer, sent by the software, said nothing of consulting: it is asked.
    assert plain(page.locator("h1").inner_text()) == "Consulter une ordonnance"
    tell(site, name, DRAW, SHARE)
    someone.open(address)
    assert "ne change plus" in plain(page.locator("main").inner_text())


def test_a_difficulty_is_reported_and_precised(visit, site):  # PRE-76
    name = open_preserie(site, *LIVED)
    someone = visit(viewport=TELEPHONE)
    page = someone.open(f"{write_link(site.settings, name, AM)}/difficulte")
    someone.check("difficulty")
    page.get_by_label("En faisant quoi").select_option("undo")
    page.get_by_label("Que se passe-t-il").fill("L’annulation tourne sans fin.")
    page.get_by_label("Oui").check()
    press(someone, "Signaler")

    assert "transmise à l’éditeur" in plain(page.get_by_role("status").inner_text())
    assert "A4 · annuler une exécution" in plain(page.locator("main").inner_text())
    page.get_by_role("link", name="Ajouter une précision : A2").click()
    assert page.get_by_label("En faisant quoi").input_value() == "execute"
    page.get_by_label("Que se passe-t-il").fill("Sur papier thermique.")
    page.get_by_label("Non").check()
    press(someone, "Signaler")
    assert "Sur papier thermique." in plain(page.locator("main").inner_text())


def test_a_pharmacy_with_a_token_finds_the_same_pages(visit, site):  # PRE-75
    name = open_preserie(site, *LIVED)
    someone = visit(a_pilot(AM))
    page = someone.open(f"/portail/preseries/{name}")

    assert page.url.endswith(f"/portail/preseries/{name}/pharmacie")
    page.get_by_role("link", name="Répondre").click()
    answer_all(someone)
    press(someone, "Envoyer")
    assert plain(page.locator("h1").inner_text()) == "Merci."


def test_pharmacies_that_report_at_once_report_difficulties_of_their_own(visit, site):  # PRE-76
    name = open_preserie(site, *INSTALLED)
    paths = [f"{write_link(site.settings, name, am)}/difficulte" for am in AMS[:4]]
    said = {"key": "k1", "operation": "undo", "text": "Tourne sans fin", "blocking": "oui"}

    with ThreadPoolExecutor() as pool:
        statuses = list(pool.map(lambda path: post_form(site, path, **said), paths))

    assert statuses == [303] * 4
    shown = []
    for am in AMS[:4]:
        page = visit().open(write_link(site.settings, name, am))
        shown.append(page.locator(".difficulty h3").all_inner_texts())
    assert sorted(shown) == [[f"A{rank} · annuler une exécution"] for rank in range(1, 5)]


def test_the_verdicts_of_a_shared_bilan_are_read_as_lines(visit, site):  # PRE-75
    name = open_preserie(site, *LIVED, answer(0), DRAW, SHARE)
    page = visit(viewport=DESK).open(write_link(site.settings, name, AM))

    lines = page.locator(".verdicts li")
    assert lines.count() == 5
    assert all(lines.nth(rank).bounding_box()["height"] < 60 for rank in range(5))
