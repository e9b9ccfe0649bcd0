"""A product as the referentials know it, and which products stand in one generic group.

A referential informs and never blocks: what it does not know may still be prescribed and
delivered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
import re
from typing import Self
from unicodedata import combining, normalize

from ordonnance.domain.delivery import NO_REGIME, Regime
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import NOTHING_LISTED, Item, Nomenclature
from ordonnance.domain.packaging import Contents, read_contents

_SALT = re.compile(
    r"^(?:di)?(?:chlorhydrate|bromhydrate|iodhydrate|sulfate|phosphate|citrate|(?:hemi|bi)?tartrate"
    r"|fumarate|maleate|mesilate|lactate|acetate|nitrate|succinate|base|hydrogenotartrate) "
    r"(?:acide )?(?:de |d['’])"
)
_WATER = re.compile(r"(?: base| anhydre| hemihydrate| (?:mono|di|tri|penta|sesqui)hydrate)+$")


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


# Without slots, so that what its texts say is read once, at the first decision that asks: some are
# read by large patterns, and a product lives as long as its referential.
@dataclass(frozen=True, kw_only=True)
class Product:
    """One presentation (a box) of a medicine.

    *cip13* is None for a medicine without any presentation. *substances* in the order of the
    composition; *salts* are what it calls them besides (``CÉFUROXIME AXÉTIL``), for searching.
    *generic_group* and *generic_role* are both None outside the répertoire; a few products stand
    in *other_groups* too. *regime* types the BDPM's texts on prescription and delivery, in its
    order. *packaging* is the presentation's French label. *availability* None: nothing was said
    of it. *ucds* are the UCD13 codes of its dispensing units, where the referential gives them.

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
    salts: tuple[str, ...] = ()
    group_label: str | None = None
    other_groups: tuple[str, ...] = ()
    regime: Regime = NO_REGIME
    atc: str | None = None
    is_marketed: bool = True
    availability: Availability | None = None
    ucds: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[str, ...]:
        """The BDPM's texts on prescription and delivery, in its words and its order."""
        return tuple(one.text for one in self.regime.stated)

    @cached_property
    def contents(self) -> Contents | None:
        """What one pack holds; None: its label leaves a doubt.

        Source: ours (MED-4).
        """
        return read_contents(self.packaging, form=self.form)

    @cached_property
    def moieties(self) -> frozenset[str]:
        """What acts in its substances, whatever the salts (``name_moiety``)."""
        return frozenset(map(name_moiety, self.substances))

    @cached_property
    def is_contraceptive(self) -> bool:
        """Whether it is a hormonal contraceptive: by its ATC code, else by its substances.

        Source: MED-12; ATC, G03A and G02B. The substances: ours, half the products have no ATC
        code.
        """
        if self.atc is not None:
            return self.atc.startswith(("G03A", "G02B"))
        return not self.moieties.isdisjoint(("ethinylestradiol", "desogestrel"))

    @cached_property
    def is_opioid_substitute(self) -> bool:
        """Whether it treats a dependence on opioids: its pharmacy is then named.

        Methadone that addiction centres deliver (methadone for pain is not), and buprenorphine
        that is delivered in fractions (for pain it is not).

        Source: MED-17; BDPM (« CSAPA », « toxicomanes », « délivrance fractionnée »). Our reading.
        """
        names = " ".join(fold(name) for name in self.substances)
        if "methadone" in names:
            return any("CSAPA" in text or "toxicomanes" in text for text in self.conditions)
        return "buprenorphine" in names and self.regime.fraction_days is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referential:
    """The products known at one version of their source, by the values of their codes.

    A medicine has several presentations: *by_cis* holds them in their order, *by_ucd* the first.
    *nomenclature* knows what is no medicine, and has versions of its own.

    Source: TLS-9.
    """

    version: str
    by_cip13: Mapping[str, Product]
    by_cis: Mapping[str, tuple[Product, ...]]
    by_ucd: Mapping[str, Product] = field(default_factory=dict)
    nomenclature: Nomenclature = NOTHING_LISTED

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
        """The product whose CIP13, CIS or UCD13 is *code*; None: unknown, which blocks nothing.

        Source: TLS-9.
        """
        found = self.by_cip13.get(code) or self.by_ucd.get(code)
        return found or next(iter(self.by_cis.get(code, ())), None)

    def find_code(self, kind: Kind, code: str) -> Item | None:
        """The device, test or act that *code* stands for on a line of *kind*; None: unknown.

        Source: REF-24.
        """
        return self.nomenclature.find_for(kind, code)


NOTHING_KNOWN = Referential(version="", by_cip13={}, by_cis={})


def are_of_one_group(one: Product, other: Product) -> bool:
    """Whether both stand in the same generic group, which is what substitution asks first.

    False outside the répertoire, even for two boxes of one medicine: nothing is substituted
    there. Doses may differ within a group (``GenericRole.COMPLEMENTARY``).

    Source: TLS-9; CSP, art. L. 5125-23 (substitution within a generic group) and L. 5121-1, 5°.
    """
    if one.generic_group is None or other.generic_group is None:
        return False
    groups = {one.generic_group, *one.other_groups}
    return not groups.isdisjoint((other.generic_group, *other.other_groups))


def share_substance(one: Product, other: Product) -> bool:
    """Whether both hold a same substance, whatever its salt and however that is written.

    Source: MED-16. Whatever the salt: ours, the article speaks of medicines, and a patient of
    what acts.
    """
    return not one.moieties.isdisjoint(other.moieties)


def name_moiety(name: str) -> str:
    """What acts in a substance of the BDPM: without accents, capitals, salt nor water.

    ``SULFATE DE MORPHINE`` and ``MORPHINE (SULFATE DE)`` are both ``morphine``.
    """
    bare = _SALT.sub("", fold(name))
    return _WATER.sub("", bare).strip()


def fold(name: str) -> str:
    """The name of a substance without accents, capitals, nor what stands in brackets."""
    bare = name.partition("(")[0].strip().casefold()
    return "".join(sign for sign in normalize("NFD", bare) if not combining(sign))


def name_product(code: str | None, known: Product | None) -> str:
    """How a product is called that came without words; its code where it is unknown.

    Source: TLS-9.
    """
    if known is not None:
        return known.name
    return "Produit non codé" if code is None else f"Produit {code}"
