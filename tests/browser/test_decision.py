"""The Cnam decides and qualifies in a browser, with what there is to know above the form."""

from api.preseries import CNAM
from browsing import TELEPHONE, plain


def test_what_the_text_forbids_cannot_be_chosen_and_says_why(visit, site):  # PRE-33, PRE-35
    name, _ = site.play("prolongee", until="decide")
    officer = visit(CNAM)

    page = officer.open(f"/portail/preseries/{name}/decide")

    assert page.locator("tbody tr").count() == 5
    deploy = page.locator("[value=deploy]")
    assert deploy.is_disabled()
    assert "c’est le texte qui l’exige" in plain(page.locator(".is-closed").first.inner_text())
    assert page.locator("[name=outcome]").first.get_attribute("value") == "prolong"
    officer.check("decider")
    telephone = visit(CNAM, viewport=TELEPHONE)
    telephone.open(f"/portail/preseries/{name}/decide")
    telephone.check("decider-telephone")
    page.locator("[value=prolong]").check()
    page.get_by_role("button", name="Décider").click()
    assert "décision" in plain(page.get_by_role("status").inner_text())


def test_before_a_bilan_is_shared_the_form_says_what_to_do_first(visit, site):  # PRE-33
    name, _ = site.play("prolongee", until="share_bilan")
    officer = visit(CNAM)

    page = officer.open(f"/portail/preseries/{name}/decide")

    assert "partagez-le avant de décider" in plain(page.inner_text("main"))


def test_an_anomaly_is_qualified_under_what_was_said_of_it(visit, site):  # PRE-39
    name, _ = site.play("validee", until="state_prerequisites")
    officer = visit(CNAM, java_script_enabled=False)

    page = officer.open(f"/portail/preseries/{name}/qualify_anomaly?anomaly=A1")

    assert page.locator(".threads details p").first.is_visible()
    page.locator("[name=intrinsic][value=non]").check()
    page.locator("[name=blocking][value=non]").check()
    page.get_by_label("Motif").fill("Vient du réseau.")
    page.get_by_role("button", name="Qualifier").click()
    assert "anomalie qualifiée" in plain(page.get_by_role("status").inner_text())
    reader = visit(CNAM)
    reader.open(f"/portail/preseries/{name}/qualify_anomaly?anomaly=A1")
    reader.check("qualifier")
