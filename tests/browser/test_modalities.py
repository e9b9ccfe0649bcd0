"""The modalities in a browser: read by all, changed by the Cnam before the opening."""

import pytest

from api.preseries import CNAM
from browsing import TELEPHONE, plain


@pytest.mark.parametrize("scripts", [True, False])
def test_the_cnam_changes_a_setting_and_says_why(visit, site, scripts):  # PRE-65
    name, vendor = site.play("validee", until="open")
    officer = visit(CNAM, java_script_enabled=scripts)
    page = officer.open(f"/portail/preseries/{name}/modalites")
    page.locator("[name=rate_target]").fill("85,5")
    page.get_by_role("button", name="Enregistrer").click()
    assert "dites pourquoi" in plain(page.get_by_role("alert").inner_text())
    assert page.locator("[name=rate_target]").input_value() == "85,5"

    page.locator("[name=reason_rate_target]").fill("Un module de deuxième génération.")
    page.get_by_role("button", name="Enregistrer").click()

    assert "modalités fixées" in plain(page.get_by_role("status").inner_text())
    assert page.locator("[name=rate_target]").input_value() == "85,5"
    reader = visit(vendor).open(f"/portail/preseries/{name}/modalites")
    row = reader.locator("tr", has_text="Exécutions enregistrées, au moins")
    assert "85,5" in plain(row.inner_text())
    row.locator("summary").click()
    assert "Un module de deuxième génération." in plain(row.inner_text())


def test_a_setting_put_back_is_the_text_s_again(visit, site):  # PRE-65
    name, _ = site.play("validee", until="open")
    page = visit(CNAM).open(f"/portail/preseries/{name}/modalites")
    page.locator("[name=extended_max]").fill("15")
    page.locator("[name=reason_extended_max]").fill("Une extension bornée.")
    page.get_by_role("button", name="Enregistrer").click()
    assert "1 réglage changé" in plain(page.inner_text("main"))

    page.locator("[name=extended_max]").fill("")
    page.get_by_role("button", name="Enregistrer").click()

    assert "1 réglage" not in plain(page.inner_text("main"))
    page.get_by_role("button", name="Enregistrer").click()
    assert "Aucun réglage ne change" in plain(page.get_by_role("alert").inner_text())


def test_the_rules_of_settings_are_said_in_the_page(visit, site):  # PRE-34
    name, _ = site.play("validee", until="open")
    officer = visit(CNAM)
    page = officer.open(f"/portail/preseries/{name}/modalites")
    officer.check("modalites-formulaire")
    page.locator("[name=participants_max]").fill("4")
    page.locator("[name=reason_participants_max]").fill("Peu de pharmacies.")
    page.get_by_role("button", name="Enregistrer").click()

    assert "doivent aller croissant" in plain(page.get_by_role("alert").inner_text())


def test_once_open_they_are_read_with_where_each_is_from(visit, site):  # PRE-34
    name, vendor = site.play("validee", until="supply")
    for claims, viewport in ((CNAM, None), (vendor, TELEPHONE)):
        someone = visit(claims, **({"viewport": viewport} if viewport else {}))
        page = someone.open(f"/portail/preseries/{name}/modalites")
        assert page.locator(".settings tbody tr").count() == 20
        assert page.locator("form[method=post]:not([action])").count() == 0
        assert page.locator(".settings .reading").count() > 5
        someone.check(f"modalites{'-telephone' if viewport else ''}")
