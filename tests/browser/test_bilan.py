"""The bilan in a browser: read on any screen and on paper, shared and signed by two."""

from api.preseries import CNAM, GIE, a_caisse
from browsing import SHOTS, TELEPHONE, plain

PRINTED = {"width": 794, "height": 1123}


def test_a_bilan_is_read_on_any_screen_and_on_paper(visit, site):  # PRE-86
    identifier, vendor = site.play("validee")
    path = f"/portail/preseries/{identifier}/bilan"
    officer = visit(CNAM)

    page = officer.open(path)

    assert page.locator(".criteria tbody tr").count() == 5
    officer.check("bilan")
    for number in range(1, 6):
        assert page.locator(f"#critere-{number}").count() == 1
    page.emulate_media(color_scheme="dark")
    officer.check("bilan-dark")
    page.emulate_media(color_scheme="light", media="print")
    page.set_viewport_size(PRINTED)
    assert page.locator("details.why p").first.is_visible()
    page.screenshot(path=SHOTS / "bilan-print.png", full_page=True)
    for name, viewport in (("telephone", TELEPHONE), ("zoom", {"width": 720, "height": 450})):
        other = visit(CNAM, viewport=viewport)
        other.open(path)
        other.check(f"bilan-{name}")
    for claims in (vendor, GIE, a_caisse("33")):
        visit(claims).open(path)


def test_before_any_bilan_the_page_says_what_it_would_be(visit, site):  # PRE-86
    identifier, vendor = site.play("prolongee", until="draw_bilan")
    someone = visit(vendor)

    page = someone.open(f"/portail/preseries/{identifier}/bilan")

    assert "Si le bilan était dressé maintenant" in plain(page.locator("h1").inner_text())
    assert "Rien n’est gravé" in plain(page.locator(".notice").inner_text())
    assert page.get_by_text("Empreinte", exact=True).count() == 0
    someone.check("bilan-now")
    page.get_by_role("link", name="Dresser le bilan").click()
    page.get_by_role("button", name="Dresser").click()
    someone.open(f"/portail/preseries/{identifier}/bilan")
    assert len(plain(page.locator(".digest").inner_text())) == 64


def test_a_bilan_is_signed_by_both_without_javascript(visit, site):  # PRE-87
    identifier, vendor = site.play("prolongee", until="share_bilan")
    path = f"/portail/preseries/{identifier}/bilan"
    officer, maker = visit(CNAM, java_script_enabled=False), visit(vendor)
    officer.page.goto(path)
    maker.open(path)
    maker.check("bilan-to-sign")

    officer.page.get_by_role("button", name="Partager et signer").click()
    maker.page.get_by_text("Je ne suis pas d’accord, ou").click()
    maker.page.get_by_label("Ce avec quoi").fill("La semaine du 2, le réseau était coupé.")
    maker.page.get_by_role("button", name="Partager avec mon désaccord").click()
    against = plain(maker.page.locator(".signatories").inner_text())
    maker.page.get_by_role("button", name="Partager et signer").click()

    assert "L’éditeur n’est pas d’accord" in against
    assert "La Cnam a signé" in against
    assert "Signé ensemble" in plain(maker.page.inner_text("main"))
    assert "le réseau était coupé" in plain(maker.page.inner_text("main"))
    maker.check("bilan-signed")
    officer.page.goto(path)
    assert officer.page.get_by_role("link", name="Décider").count() == 1


def test_what_changed_is_not_signed(visit, site):  # PRE-87
    identifier, vendor = site.play("prolongee", until="share_bilan")
    path = f"/portail/preseries/{identifier}/bilan"
    officer, maker = visit(CNAM), visit(vendor)
    officer.open(path)
    site.clock.advance(minutes=1)
    maker.open(f"/portail/preseries/{identifier}/draw_bilan")
    maker.page.get_by_role("button", name="Dresser").click()

    officer.page.get_by_role("button", name="Partager et signer").click()

    alert = plain(officer.page.get_by_role("alert").inner_text())
    assert "Rien n’a été enregistré" in alert
    assert "relisez-le" in alert
    officer.check("bilan-refused")
    assert "La Cnam n’a pas signé" in plain(officer.page.locator(".signatories").inner_text())
