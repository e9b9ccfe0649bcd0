"""A product as the referentials know it, and which products stand in one generic group.

A referential informs and never blocks: what it does not know may still be prescribed and
delivered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from ordonnance.domain.delivery import NO_REGIME, Regime
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.prescription import Prescription


class GenericRole(StrEnum):
    """What a medicine is in its generic group: types 0, 1, 2 and 4 of the BDPM, in this order.

    A complementary generic (« complémentarité posologique ») is of another dose than the group's:
    two tablets of 5 mg for one of 10. The BDPM says no more of substitutable than its name.

    Source: TLS-9; CSP, art. L. 5121-1, 5° (répertoire des groupes génériques); BDPM, format v4.
    """

    PRINCEPS = "princeps"
    GENERIC = "generic"
    COMPLEMENTARY = "complementary"
    SUBSTITUTABLE = "substitutable"


class Supply(StrEnum):
    """Whether a product can be had: codes 1 to 4 of the BDPM, in this order."""

    OUT_OF_STOCK = "RUPTURE"
    SHORTAGE = "TENSION"
    DISCONTINUED = "ARRET"
    BACK = "REMISE_A_DISPOSITION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What the ANSM last said of a product's supply; *until*: when it expects it back."""

    supply: Supply
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One presentation (a box) of a medicine.

    *cip13* is None for a medicine without any presentation. *substances* in the order of the
    composition. *generic_group* and *generic_role* are both None outside the répertoire.
    *regime* types the BDPM's texts on prescription and delivery, in its order. *packaging* is the
    presentation's French label. *availability* None: nothing was said of it. *ucds* are the
    UCD13 codes of its dispensing units, where the referential gives them.

    Source: TLS-9.
    """

    cis: CIS
    cip13: CIP13 | None
    name: str
    form: str
    substances: tuple[str, ...]
    generic_group: str | None
    generic_role: GenericRole | None
    packaging: str
    group_label: str | None = None
    regime: Regime = NO_REGIME
    atc: str | None = None
    is_marketed: bool = True
    availability: Availability | None = None
    ucds: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[str, ...]:
        """The BDPM's texts on prescription and delivery, in its words and its order."""
        return tuple(one.text for one in self.regime.stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referential:
    """The products known at one version of their source, by the values of their codes.

    A medicine has several presentations: *by_cis* holds them in their order, *by_ucd* the first.

    Source: TLS-9.
    """

    version: str
    by_cip13: Mapping[str, Product]
    by_cis: Mapping[str, tuple[Product, ...]]
    by_ucd: Mapping[str, Product] = field(default_factory=dict)

    @classmethod
    def of(cls, products: Iterable[Product], *, version: str) -> Self:
        """The referential of *products*, in the order that says which presentation is first."""
        by_cip13: dict[str, Product] = {}
        by_cis: dict[str, tuple[Product, ...]] = {}
        by_ucd: dict[str, Product] = {}
        for product in products:
            if product.cip13 is not None:
                by_cip13.setdefault(product.cip13.value, product)
            by_cis[product.cis.value] = (*by_cis.get(product.cis.value, ()), product)
            for ucd in product.ucds:
                by_ucd.setdefault(ucd, product)
        return cls(version=version, by_cip13=by_cip13, by_cis=by_cis, by_ucd=by_ucd)

    def find(self, code: str) -> Product | None:
        """The product whose CIP13, CIS or UCD13 is *code*; None: unknown here, which blocks nothing.

        Source: TLS-9.
        """
        found = self.by_cip13.get(code) or self.by_ucd.get(code)
        return found or next(iter(self.by_cis.get(code, ())), None)


NOTHING_KNOWN = Referential(version="", by_cip13={}, by_cis={})


def are_of_one_group(one: Product, other: Product) -> bool:
    """Whether both stand in the same generic group, which is what substitution asks first.

    False outside the répertoire, even for two boxes of one medicine: nothing is substituted
    there. Doses may differ within a group (``GenericRole.COMPLEMENTARY``).

    Source: TLS-9; CSP, art. L. 5125-23 (substitution within a generic group) and L. 5121-1, 5°.
    """
    return one.generic_group is not None and one.generic_group == other.generic_group


def name_lines(prescription: Prescription, referential: Referential) -> Prescription:
    """The prescription, its lines that came with a code and no words named by the referential.

    Source: TLS-9.
    """
    if all(line.label for line in prescription.lines):
        return prescription
    lines = (
        line if line.label else replace(line, label=name_product(line.product, referential))
        for line in prescription.lines
    )
    return replace(prescription, lines=tuple(lines))


def name_product(code: str | None, referential: Referential) -> str:
    """How a product is called; its code where it is unknown here."""
    if code is None:
        return "Produit non codé"
    known = referential.find(code)
    return f"Produit {code}" if known is None else known.name
