"""A présérie in a browser: where it stands, whose turn it is, what one may do."""

import pytest

from api.preseries import CNAM, GIE, a_caisse
from browsing import TELEPHONE


@pytest.mark.parametrize("name", ["validee", "prolongee"])
def test_a_preserie_says_where_it_stands(visit, site, name):  # PRE-80
    identifier, vendor = site.play(name)
    officer = visit(CNAM)

    page = officer.open(f"/portail/preseries/{identifier}")

    assert page.locator(".timeline li").count() > 15
    assert page.locator("tbody").first.locator("tr").count() == 5
    operation = {"validee": "consulter", "prolongee": "corriger"}[name]
    assert page.locator(".threads summary").inner_text().startswith(f"A1, {operation} ")
    officer.check(f"preserie-{name}-cnam")
    for who, claims in (("editeur", vendor), ("gie", GIE), ("cpam", a_caisse("33"))):
        other = visit(claims)
        other.open(f"/portail/preseries/{identifier}")
        other.check(f"preserie-{name}-{who}")
    telephone = visit(CNAM, viewport=TELEPHONE)
    telephone.open(f"/portail/preseries/{identifier}")
    telephone.check(f"preserie-{name}-telephone")
