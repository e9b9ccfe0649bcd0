"""A vendor and the Cnam open a présérie in a browser, with JavaScript and without."""

import pytest

from api.preseries import CNAM
from browsing import plain

VENDOR = {"role": "vendor", "vendor": "Beryl"}
SOFTWARE = {"software": "Beryl LGO", "version": "12.0", "module": "beryl-on"}


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"[name={name}]:not([type=radio])").fill(value)


def prepare(page):
    page.goto("/portail/ouvrir")
    fill(page, **SOFTWARE)
    page.get_by_label("le vôtre").check()
    page.get_by_role("button", name="Déclarer").click()
    return page.url.partition("?")[0]


def refused(someone):
    """What the page says of a refusal."""
    return plain(someone.page.get_by_role("alert").inner_text())


@pytest.mark.parametrize("scripts", [True, False])
def test_a_preserie_is_opened_from_its_pages(visit, scripts):  # PRE-72
    vendor = visit(VENDOR, java_script_enabled=scripts).page
    address = prepare(vendor)
    cnam = visit(CNAM, java_script_enabled=scripts).page
    cnam.goto(f"{address}/authorise")
    cnam.get_by_label("Beryl LGO").check()
    fill(cnam, reference="CNDA-2026-021")
    cnam.get_by_role("button", name="Enregistrer").click()

    vendor.goto(f"{address}/open")
    vendor.get_by_label("Beryl LGO").check()
    vendor.get_by_role("button", name="Ouvrir").click()

    assert "présérie ouverte" in plain(vendor.get_by_role("status").inner_text())
    assert "Beryl · Beryl LGO 12.0" in plain(vendor.locator("h1").inner_text())


def test_forms_hold_for_everybody(visit):  # PRE-72
    vendor = visit(VENDOR)
    address = prepare(vendor.page)

    for verb in ("enrol", "choose_cpam", "plan_installation", "close"):
        vendor.open(f"{address}/{verb}")
        vendor.check(f"form-{verb}")


def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_stays(visit):  # PRE-72
    vendor = visit(VENDOR)
    vendor.open("/portail/ouvrir")
    fill(vendor.page, software="Beryl LGO")
    vendor.page.get_by_role("button", name="Déclarer").click()

    alert = refused(vendor)
    assert "Rien n’a été enregistré" in alert
    assert "Version : à remplir." in alert
    assert "Module ordonnance numérique : à remplir." in alert
    assert vendor.page.locator("[name=software]").input_value() == "Beryl LGO"
    vendor.check("form-wrong")


def test_a_refusal_of_the_rules_is_said_in_the_page(visit):  # PRE-72
    vendor = visit(VENDOR)
    address = prepare(vendor.page)
    vendor.open(f"{address}/open")
    vendor.page.get_by_label("Beryl LGO").check()
    vendor.page.get_by_role("button", name="Ouvrir").click()

    assert "CNDA" in refused(vendor)


def test_a_form_sent_twice_is_told_once(visit):  # PRE-72
    vendor = visit(VENDOR)
    page = vendor.open("/portail/ouvrir")
    key = page.locator("[name=key]").input_value()
    said = {**SOFTWARE, "profession": "pharmacien", "module_origin": "own", "key": key}

    answers = [page.request.post("/portail/ouvrir", form=said) for _ in range(2)]

    assert [one.status for one in answers] == [200, 200]
    assert answers[0].url == answers[1].url
    vendor.open("/portail")
    assert page.locator("tbody tr").count() == 1


def test_two_at_once_one_is_told(visit):  # PRE-72
    vendor, cnam = visit(VENDOR), visit(CNAM)
    address = prepare(vendor.page)
    cnam.open(f"{address}/authorise")
    vendor.open(f"{address}/declare_software")
    fill(vendor.page, **{**SOFTWARE, "version": "12.1"})
    vendor.page.get_by_label("le vôtre").check()
    vendor.page.get_by_role("button", name="Déclarer").click()
    cnam.page.get_by_label("Beryl LGO").check()
    fill(cnam.page, reference="CNDA-2026-021")
    cnam.page.get_by_role("button", name="Enregistrer").click()

    assert "a changé depuis" in refused(cnam)


def test_coming_in_is_choosing_who_one_is(visit):  # PRE-70
    someone = visit()
    someone.open("/portail")
    assert someone.page.url.endswith("/connexion?vers=/portail")
    someone.check("connexion")
    someone.page.locator("button[name=compte]").first.click()

    assert someone.page.url.endswith("/portail")
    someone.check("preseries-empty")
