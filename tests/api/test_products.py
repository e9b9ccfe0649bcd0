"""Products over HTTP, in memory: what a search answers, what it refuses, how long it is kept."""

from datetime import date
from urllib.parse import quote

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
from ordonnance.domain.product import Availability, GenericRole, Product, Referential, Supply
from ordonnance.domain.refusal import Refusal
from ordonnance.store.product import read_extract

PRODUCTS = (
    Product(
        cis=CIS("60234100"),
        cip13=CIP13("3400935955838"),
        name="DOLIPRANE 1000 mg, comprimé",
        form="comprimé",
        substances=("PARACÉTAMOL",),
        generic_group=None,
        generic_role=None,
        packaging="plaquette de 8 comprimés",
        atc="N02BE01",
    ),
    Product(
        cis=CIS("67707794"),
        cip13=CIP13("3400931587538"),
        name="CLAMOXYL 500 mg, gélule",
        form="gélule",
        substances=("AMOXICILLINE",),
        generic_group="148",
        generic_role=GenericRole.PRINCEPS,
        group_label="AMOXICILLINE 500 mg - CLAMOXYL 500 mg, gélule",
        packaging="plaquette de 12 gélules",
        regime=read_regime(("liste I",)),
        atc="J01CA04",
        availability=Availability(supply=Supply.OUT_OF_STOCK, since=date(2025, 10, 22)),
        ucds=("3400892088310",),
    ),
    Product(
        cis=CIS("60000001"),
        cip13=None,
        name="AMOXICILLINE BIOGARAN 500 mg, gélule",
        form="gélule",
        substances=("AMOXICILLINE",),
        generic_group="148",
        generic_role=GenericRole.GENERIC,
        packaging="",
        is_marketed=False,
    ),
)
DOLIPRANE = {
    "kind": "MEDICAMENT",
    "cis": "60234100",
    "name": "DOLIPRANE 1000 mg, comprimé",
    "form": "comprimé",
    "substances": ["PARACÉTAMOL"],
    "atc": "N02BE01",
    "genericGroup": None,
    "availability": None,
    "conditions": [],
    "isMarketed": True,
    "match": "name",
    "presentations": [
        {
            "cip13": "3400935955838",
            "label": "plaquette de 8 comprimés",
            "isMarketed": True,
            "availability": None,
        }
    ],
}
RUPTURE = {"supply": "RUPTURE", "since": "2025-10-22", "until": None}
BOX = "010340093595583817270331" + "10AB12\x1d" + "21XYZ987"


@pytest.fixture(scope="module")
def client():
    referential = Referential.of(PRODUCTS, version="2026-01-26")
    catalogue = Catalogue.of(referential)
    app, errors = App(), Errors(lambda: "reference")
    app.add_error_handler(Refusal, errors.on_refusal)
    app.add_error_handler(HTTPError, errors.on_http_error)
    add_product_routes(app, lambda: (referential, catalogue), lambda: NOW)
    return TestClient(app)


def test_a_search_answers_what_is_known_of_a_product(client):  # REF-10, REF-13
    result = client.simulate_get("/products", params={"q": "doliprane 1g cp"})

    assert result.status_code == 200
    assert result.headers["content-type"] == "application/json"
    assert result.json == {
        "referential": "2026-01-26",
        "nomenclatures": {},
        "query": "doliprane 1g cp",
        "products": [DOLIPRANE],
        "codes": [],
    }


def test_supply_group_and_conditions_are_told(client):  # REF-13
    [found] = client.simulate_get("/products", params={"q": "clamoxyl"}).json["products"]

    assert found["availability"] == RUPTURE
    assert found["genericGroup"] == {
        "id": "148",
        "label": "AMOXICILLINE 500 mg - CLAMOXYL 500 mg, gélule",
        "role": "princeps",
    }
    assert found["conditions"] == ["liste I"]
    assert found["presentations"][0]["availability"] == RUPTURE


def test_a_product_without_presentation_has_none(client):  # REF-13
    [found] = client.simulate_get("/products", params={"q": "60000001"}).json["products"]

    assert (found["isMarketed"], found["presentations"]) == (False, [])


def test_nothing_found_is_an_answer(client):  # REF-10
    result = client.simulate_get("/products", params={"q": "ibuprofène"})

    assert (result.status_code, result.json["products"]) == (200, [])


def test_limit_bounds_the_answer(client):  # REF-10
    result = client.simulate_get("/products", params={"q": "500 mg", "limit": "1"})

    assert len(result.json["products"]) == 1


def test_a_box_is_found_by_its_datamatrix_and_nobody_keeps_the_answer(client):  # REF-12
    result = client.simulate_get(f"/products?q={quote(BOX)}")

    assert [one["cis"] for one in result.json["products"]] == ["60234100"]
    assert result.json["products"][0]["match"] == "pack"
    assert result.json["pack"] == {
        "gtin": "03400935955838",
        "cip13": "3400935955838",
        "lot": "AB12",
        "expiresOn": "2027-03-31",
        "serial": "XYZ987",
    }
    assert result.headers["cache-control"] == "no-store"
    assert "etag" not in result.headers


@pytest.mark.parametrize("code", ["3400931587538", "67707794", "3400892088310"])
def test_a_product_is_looked_up_by_each_of_its_codes(client, code):  # REF-11
    result = client.simulate_get(f"/products/{code}")

    assert result.status_code == 200
    assert result.json["name"] == "CLAMOXYL 500 mg, gélule"
    assert result.json["referential"] == "2026-01-26"


@pytest.mark.parametrize("code", ["3400935955839", "doliprane", "0"])
def test_an_unknown_code_is_refused_in_french(client, code):  # REF-11
    result = client.simulate_get(f"/products/{code}")

    assert told(result) == (404, ["PRODUCT_UNKNOWN"], None)
    assert "Aucun médicament connu ne porte ce code" in result.text


@pytest.mark.parametrize(
    ("query", "status", "code", "place"),
    [
        ("", 400, "ELEMENT_MISSING", "q"),
        ("q=", 400, "ELEMENT_MISSING", "q"),
        ("q=%20", 400, "ELEMENT_MISSING", "q"),
        ("q=" + "a" * 201, 400, "ELEMENT_INVALID", "q"),
        ("q=a&limit=0", 400, "ELEMENT_INVALID", "limit"),
        ("q=a&limit=101", 400, "ELEMENT_INVALID", "limit"),
        ("q=a&limit=1e3", 400, "ELEMENT_INVALID", "limit"),
        ("q=a&limit=-1", 400, "ELEMENT_INVALID", "limit"),
        ("q=0103400935955839", 422, "CIP_INVALID", None),
        ("q=3400935955839", 422, "CIP_INVALID", None),
        ("q=010340093595583842A", 400, "ELEMENT_INVALID", None),
    ],
)
def test_a_question_that_cannot_be_read_is_refused(client, query, status, code, place):  # REF-10
    assert told(client.simulate_get(f"/products?{query}")) == (status, [code], place)


@pytest.mark.parametrize("path", ["/products?q=doliprane", "/products/60234100"])
def test_an_answer_is_kept_until_the_referential_changes(client, path):  # REF-10, REF-11
    first = client.simulate_get(path)
    again = client.simulate_get(path, headers={"If-None-Match": first.headers["etag"]})
    other = client.simulate_get(path, headers={"If-None-Match": 'W/"2025-12-01"'})

    assert first.headers["etag"] == 'W/"2026-01-26"'
    assert first.headers["cache-control"] == "public, max-age=60"
    assert (again.status_code, again.text) == (304, "")
    assert again.headers["etag"] == 'W/"2026-01-26"'
    assert other.status_code == 200


# Devices, tests and acts


def test_devices_and_acts_are_found_and_say_their_kind():  # REF-21, REF-24
    extract = read_extract()
    app = App()
    add_product_routes(app, lambda: (extract, Catalogue.of(extract)), lambda: NOW)

    result = TestClient(app).simulate_get("/products", params={"q": "bas de contention"})

    [found] = result.json["codes"]
    assert (found["kind"], found["system"], found["provision"]) == ("DISPOSITIF", "LPP", "ACHAT")
    assert result.json["products"] == []
    assert result.json["nomenclatures"]["LPP"] == "echantillon"
    assert result.headers["etag"] == (
        'W/"bdpm-2026-01-extract+echantillon+echantillon+echantillon"'
    )
