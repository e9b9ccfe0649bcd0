"""One question asked of the medicines and of the nomenclatures at once."""

from datetime import date

import pytest

from ordonnance.domain.catalogue import Catalogue, Why
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.line import Kind
from ordonnance.domain.lookup import look_up
from ordonnance.domain.nomenclature import Item, Match, Nomenclature, System
from ordonnance.domain.product import Product, Referential

TODAY = date(2026, 11, 23)


def medicine(cis, cip13, name, substance):
    return Product(
        cis=CIS(cis),
        cip13=CIP13(cip13),
        name=name,
        form="",
        substances=(substance,),
        generic_group=None,
        generic_role=None,
        packaging="",
    )


CATALOGUE = Catalogue.of(
    Referential.of(
        [
            medicine("60000001", "3400935955838", "CALCIUM 500 mg, comprimé", "CALCIUM"),
            medicine("60000002", "3400931587538", "BASDENE 25 mg, comprimé", "BENZYLTHIOURACILE"),
        ],
        version="v",
    )
)
CODES = Nomenclature.of(
    [
        Item(system=System.NABM, code="0578", label="Calcium (calcémie)", kind=Kind.BIOLOGY),
        Item(system=System.LPP, code="1000002", label="Bas de contention", kind=Kind.DEVICE),
    ],
    versions={},
)


def ask(text, limit=10):
    found = look_up(text, CATALOGUE, CODES, on=TODAY, limit=limit)
    return [one.product.cis.value for one in found.medicines], [
        one.item.code for one in found.codes
    ]


@pytest.mark.parametrize(
    ("text", "medicines", "codes"),
    [
        ("calcium", ["60000001"], ["0578"]),
        ("calcemie", [], ["0578"]),
        ("0578", [], ["0578"]),
        ("60000001", ["60000001"], []),
        ("bas de contention", [], ["1000002"]),
        ("basdene", ["60000002"], []),
        ("xyzxyz", [], []),
        ("(01)03400935955838(10)0578", ["60000001"], []),
    ],
)
def test_both_are_asked(text, medicines, codes):  # REF-24
    assert ask(text) == (medicines, codes)


def test_what_is_guessed_gives_way_to_what_is_typed():  # REF-24
    assert CATALOGUE.search("calcium calcemie")[0].why is Why.PART
    assert ask("calcium calcemie") == ([], ["0578"])
    assert CODES.search("basden", on=TODAY, limit=1) == ()
    assert ask("calcim 500") == (["60000001"], [])


def test_guesses_of_both_sides_are_kept_where_nothing_is_typed_rightly():  # REF-24
    found = look_up("calcum", CATALOGUE, CODES, on=TODAY, limit=10)
    assert [one.why for one in found.medicines] == [Why.MISTYPED]
    assert [one.match for one in found.codes] == [Match.MISTYPED]


def test_each_side_has_its_limit():  # REF-24
    assert ask("calcium", limit=1) == (["60000001"], ["0578"])
