"""Products found by their codes, and generic groups."""

from ordonnance.domain.delivery import read_regime
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.product import GenericRole, Product, Referential, are_of_one_group


def a_product(cis, cip13, group=None, role=None):
    return Product(
        cis=CIS(cis),
        cip13=CIP13(cip13),
        name=f"Médicament {cis}",
        form="gélule",
        substances=("AMOXICILLINE",),
        generic_group=group,
        generic_role=role,
        regime=read_regime(["liste I"]),
        packaging="plaquette de 12 gélule(s)",
    )


PRINCEPS = a_product("67707794", "3400931587538", "148", GenericRole.PRINCEPS)
GENERIC = a_product("69118175", "3400933857042", "148", GenericRole.GENERIC)
OF_ANOTHER_DOSE = a_product("64539416", "3400933054960", "150", GenericRole.PRINCEPS)
LARGER_BOX = a_product("64539416", "3400934171727", "150", GenericRole.PRINCEPS)
UNGROUPED = a_product("60234100", "3400935955838")
KNOWN = Referential.of([PRINCEPS, OF_ANOTHER_DOSE, LARGER_BOX, UNGROUPED], version="test")


def test_a_product_is_found_by_its_cip13():  # TLS-9
    assert KNOWN.find("3400934171727") is LARGER_BOX


def test_a_product_is_found_by_its_cis_as_its_first_presentation():  # TLS-9
    assert KNOWN.find("64539416") is OF_ANOTHER_DOSE


def test_an_unknown_product_is_none_and_no_refusal():  # TLS-9
    assert KNOWN.find("3400933857042") is None
    assert KNOWN.find("69118175") is None
    assert KNOWN.find("MV00000001") is None
    assert KNOWN.find("") is None


def test_princeps_and_generic_are_of_one_group():  # TLS-9
    assert are_of_one_group(PRINCEPS, GENERIC)
    assert are_of_one_group(GENERIC, PRINCEPS)


def test_another_group_is_not_the_same_group():  # TLS-9
    assert not are_of_one_group(PRINCEPS, OF_ANOTHER_DOSE)


def test_two_products_outside_the_repertoire_are_not_of_one_group():  # TLS-9
    assert not are_of_one_group(UNGROUPED, UNGROUPED)
    assert not are_of_one_group(UNGROUPED, PRINCEPS)
