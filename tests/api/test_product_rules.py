"""The rules of a product over HTTP, in memory."""

from falcon import HTTPError
from falcon.asgi import App
from falcon.testing import TestClient
import pytest

from api.services import told
from builders import NOW
from ordonnance.api.errors import Errors
from ordonnance.api.product import add_product_routes
from ordonnance.domain.catalogue import Catalogue
from ordonnance.domain.delivery import read_regime
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.product import GenericRole, Product, Referential
from ordonnance.domain.refusal import Refusal

KEPT = "à ne prendre que sur instructions des autorités compétentes"
CLAMOXYL = Product(
    cis=CIS("67707794"),
    cip13=CIP13("3400931587538"),
    name="CLAMOXYL 500 mg, gélule",
    form="gélule",
    substances=("AMOXICILLINE",),
    generic_group="148",
    generic_role=GenericRole.PRINCEPS,
    group_label="AMOXICILLINE 500 mg - CLAMOXYL 500 mg, gélule",
    packaging="plaquette de 12 gélules",
    regime=read_regime(("liste I", KEPT)),
    ucds=("3400892088310",),
)


@pytest.fixture(scope="module")
def client():
    referential = Referential.of([CLAMOXYL], version="2026-01-26")
    catalogue = Catalogue.of(referential)
    app, errors = App(), Errors(lambda: "reference")
    app.add_error_handler(Refusal, errors.on_refusal)
    app.add_error_handler(HTTPError, errors.on_http_error)
    add_product_routes(app, lambda: (referential, catalogue), lambda: NOW)
    return TestClient(app)


@pytest.mark.parametrize("code", ["67707794", "3400931587538", "3400892088310"])
def test_the_rules_of_a_product_are_told_by_each_of_its_codes(client, code):  # MED-2
    result = client.simulate_get(f"/products/{code}/rules")

    assert result.status_code == 200
    assert result.headers["content-type"] == "application/json"
    answer = result.json
    rules = {one["title"]: one for one in answer.pop("rules")}
    assert answer == {
        "referential": "2026-01-26",
        "cis": "67707794",
        "cip13": "3400931587538",
        "name": "CLAMOXYL 500 mg, gélule",
        "form": "gélule",
        "substances": ["AMOXICILLINE"],
        "genericGroup": {
            "id": "148",
            "label": "AMOXICILLINE 500 mg - CLAMOXYL 500 mg, gélule",
            "role": "princeps",
        },
        "availability": None,
        "conditions": ["liste I", KEPT],
        "keptAsText": [KEPT],
    }
    assert rules["Renouvellement"] == {
        "rule": "MED-14",
        "title": "Renouvellement",
        "sentence": "Liste I : ne se renouvelle que si le prescripteur l’écrit.",
        "effect": "REFUSE_SAUF_MOTIF",
        "code": "RIGHTS_EXHAUSTED",
        "overridable": True,
        "source": "CSP, art. R. 5132-22",
        "texts": ["liste I"],
        "because": "",
    }


def test_what_refuses_nothing_is_neither_overridable_nor_not(client):  # MED-2
    rules = client.simulate_get("/products/67707794/rules").json["rules"]

    assert {(one["effect"], one["overridable"]) for one in rules} == {
        ("REFUSE_SAUF_MOTIF", True),
        ("REFUSE", False),
        ("AVERTIT", None),
        ("A_VERIFIER", None),
    }


def test_the_rules_of_an_unknown_product_are_refused_in_french(client):  # MED-2
    result = client.simulate_get("/products/60000000/rules")

    assert told(result) == (404, ["PRODUCT_UNKNOWN"], None)


def test_rules_are_kept_until_the_referential_changes(client):  # MED-2
    path = "/products/67707794/rules"
    first = client.simulate_get(path)
    again = client.simulate_get(path, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["etag"] == 'W/"2026-01-26"'
    assert first.headers["cache-control"] == "public, max-age=60"
    assert (again.status_code, again.text) == (304, "")
