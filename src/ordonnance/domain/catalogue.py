"""Products found by what people type or scan: a name, a code, a DataMatrix, a substance.

Built once from a referential, then only read: any number of readers may share it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
import re
from typing import Self

from ordonnance.domain.catalogue_index import (
    Asked,
    Likeness,
    Place,
    WordIndex,
    is_letter,
    join_costs,
)
from ordonnance.domain.catalogue_words import (
    QUERY_LENGTH_MAX,
    fold,
    part_form,
    sort_key,
    split_name,
    split_query,
)
from ordonnance.domain.datamatrix import is_datamatrix, read_cip13
from ordonnance.domain.product import GenericRole, Product, Referential
from ordonnance.domain.refusal import Refusal

LIMIT_DEFAULT = 20
LIMIT_MAX = 100

_ATC = re.compile(r"[A-Z]\d{2}(?:[A-Z]{1,2}|[A-Z]{2}\d{2})?", re.ASCII)
_CODE = re.compile(r"[\d .-]+", re.ASCII)
_AFTER_ALL = "\uffff"
_HOMEOPATHIC = "homeopathique"  # « … POUR PRÉPARATIONS HOMÉOPATHIQUES »
_COMMON_SHARE = 20  # a word that one medicine in twenty holds does not name any
# Each is dearer than a whole query of mistyped words, and a word than a number: « vitamine d
# 100000 » is no vitamin A of 100000.
_NUMBER_LACKING, _WORD_LACKING = 200, 400
_BY_SUBSTANCE = frozenset([Place.SUBSTANCE, Place.SALT])
_NAMING = _BY_SUBSTANCE | {Place.HEAD}
_ROLES = {role: str(rank) for rank, role in enumerate(GenericRole)}

Costs = Mapping[int, int]


class Why(StrEnum):
    """By what a product was found."""

    PACK = "pack"
    CIP = "cip"
    CIS = "cis"
    UCD = "ucd"
    ATC = "atc"
    NAME = "name"
    SUBSTANCE = "substance"
    MISTYPED = "mistyped"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A medicine found. *product* is the presentation asked for, else the first one marketed.

    *presentations* are all those of the medicine, *product* first.

    Source: REF-13.
    """

    product: Product
    presentations: tuple[Product, ...]
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The medicines of a referential, in the order in which equal ones are shown.

    Marketed first; homeopathic ones after the others; those of fewer substances; then by generic
    group, its princeps first; then by name and dose.

    Source: REF-10, REF-11.
    """

    medicines: tuple[tuple[Product, ...], ...]
    words: WordIndex
    ranks: Mapping[str, int]
    boxes: Mapping[str, Product]
    units: Mapping[str, Product]
    classes: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, referential: Referential) -> Self:
        """The catalogue of *referential*; a second of work for the whole base: call it once."""
        medicines = tuple(sorted(referential.by_cis.values(), key=_order))
        boxes = dict(referential.by_cip13)
        boxes |= {code[5:12]: product for code, product in referential.by_cip13.items()}
        units = dict(referential.by_ucd)
        units |= {code[5:12]: product for code, product in referential.by_ucd.items()}
        return cls(
            medicines=medicines,
            words=WordIndex.of(_words_of(presentations[0]) for presentations in medicines),
            ranks={held[0].cis.value: rank for rank, held in enumerate(medicines)},
            boxes=boxes,
            units=units,
            classes=tuple(
                sorted((held[0].atc, rank) for rank, held in enumerate(medicines) if held[0].atc)
            ),
        )

    def search(self, text: str, *, limit: int = LIMIT_DEFAULT) -> tuple[Found, ...]:
        """The medicines that *text* asks for, the likeliest first, at most *limit*.

        It is a DataMatrix, a code (CIP13 or CIP7, CIS, UCD13 or UCD7), an ATC class or words.
        Nothing is refused here: what cannot be read finds nothing.

        Source: REF-10, REF-11, REF-12.
        """
        if is_datamatrix(text):
            return self._search_pack(text)
        typed = text[:QUERY_LENGTH_MAX].strip()
        bound = max(0, min(limit, LIMIT_MAX))
        if _CODE.fullmatch(typed):
            found = self._search_code(re.sub(r"[ .-]", "", typed))
            if found:
                return found[:bound]
        if _ATC.fullmatch(typed.upper()):
            found = self._search_class(typed.upper(), bound)
            if found:
                return found
        return self._search_words(typed, bound)

    def find(self, code: str) -> Found | None:
        """The medicine whose code (CIP13, CIP7, CIS, UCD13, UCD7) is *code*; None: unknown here.

        Source: REF-11.
        """
        return next(iter(self._search_code(code)), None)

    def _search_pack(self, text: str) -> tuple[Found, ...]:
        try:
            cip13 = read_cip13(text)
        except Refusal:
            return ()
        box = None if cip13 is None else self.boxes.get(cip13.value)
        return () if box is None else (self._show(box, Why.PACK),)

    def _search_code(self, code: str) -> tuple[Found, ...]:
        """A CIP7 and a UCD7 may be the same digits: both are given."""
        if code in self.ranks:
            return (self._show_medicine(self.ranks[code], Why.CIS),)
        if len(code) == 14:  # noqa: PLR2004 - a GTIN, as a scanner reads a box's linear code
            code = code.removeprefix("0")
        known = ((self.boxes.get(code), Why.CIP), (self.units.get(code), Why.UCD))
        return tuple(self._show(product, why) for product, why in known if product is not None)

    def _search_class(self, code: str, limit: int) -> tuple[Found, ...]:
        first = bisect_left(self.classes, (code,))
        last = bisect_left(self.classes, (code + _AFTER_ALL,))
        ranks = nsmallest(limit, (rank for _, rank in self.classes[first:last]))
        return tuple(self._show_medicine(rank, Why.ATC) for rank in ranks)

    def _search_words(self, text: str, limit: int) -> tuple[Found, ...]:
        """Those that hold every word as typed; then with errors; if none, most of the words."""
        asked = split_query(text)
        if not asked:
            return ()
        costs = [self.words.weigh(one) for one in asked]
        as_typed = join_costs(costs)
        if not as_typed:
            asked = self.words.respell(asked)
            costs = [self.words.weigh(one) for one in asked]
            as_typed = join_costs(costs)
        found = [self._name(rank, costs) for rank in self._cheapest(as_typed, limit)]
        if len(found) < limit:
            wider = [
                self.words.guess(one[0], is_last=one is asked[-1]) | held
                for one, held in zip(asked, costs, strict=True)
            ]
            others = {
                rank: cost for rank, cost in join_costs(wider).items() if rank not in as_typed
            }
            guessed = self._cheapest(others, limit - len(found))
            found += [self._show_medicine(rank, Why.MISTYPED) for rank in guessed]
            if not found:
                partly = self._cheapest(self._join_most(asked, wider), limit)
                found = [self._show_medicine(rank, Why.PART) for rank in partly]
        return tuple(found)

    def _join_most(self, asked: Asked, costs: list[dict[int, int]]) -> dict[int, int]:
        """The costs of those that the most telling word names; the words they lack cost more.

        Nothing where only numbers, letters, forms and common words are known: « comprimé » names
        no medicine.
        """
        telling = [
            one
            for words, one in zip(asked, costs, strict=True)
            if words[0].isalpha() and not is_letter(words[0]) and self._is_telling(one)
        ]
        named = _leave_forms(min(telling, key=_weigh_naming, default={}))
        lacking = [_NUMBER_LACKING if one[0][0].isdigit() else _WORD_LACKING for one in asked]
        priced = list(zip(costs, lacking, strict=True))
        return {rank: sum(one.get(rank, dear) for one, dear in priced) for rank in named}

    def _is_telling(self, costs: Costs) -> bool:
        """Whether the word of these *costs* is rare, and mostly more than a form."""
        is_rare = len(costs) <= max(1, len(self.medicines) // _COMMON_SHARE)
        return is_rare and 2 * len(_leave_forms(costs)) > len(costs)

    def _cheapest(self, costs: Costs, limit: int) -> list[int]:
        """The ranks that cost least, equal ones in the catalogue's order."""
        count = len(self.medicines)
        found = nsmallest(limit, (cost * count + rank for rank, cost in costs.items()))
        return [one % count for one in found]

    def _name(self, rank: int, costs: Iterable[Costs]) -> Found:
        by_substance = any(_place(one[rank]) in _BY_SUBSTANCE for one in costs)
        return self._show_medicine(rank, Why.SUBSTANCE if by_substance else Why.NAME)

    def _show_medicine(self, rank: int, why: Why) -> Found:
        held = self.medicines[rank]
        return self._show(next((one for one in held if one.is_marketed), held[0]), why)

    def _show(self, product: Product, why: Why) -> Found:
        held = self.medicines[self.ranks[product.cis.value]]
        others = (one for one in held if one is not product)
        return Found(product=product, presentations=(product, *others), why=why)


def _place(cost: int) -> Place:
    return Place(cost % len(Place))


def _leave_forms(costs: Costs) -> Costs:
    return {rank: cost for rank, cost in costs.items() if _place(cost) is not Place.FORM}


def _weigh_naming(costs: Costs) -> tuple[bool, bool, int]:
    """The less, the better the word of these *costs* names a medicine.

    First one that begins a name or is a substance's; then one typed rightly; then the rarest.

    Source: ours (REF-10): « novo rapid » is no « Umuline Rapide ».
    """
    is_naming = not _NAMING.isdisjoint(map(_place, costs.values()))
    is_typed = min(costs.values()) < Likeness.MISTYPED * len(Place)
    return not is_naming, not is_typed, len(costs)


def _words_of(product: Product) -> tuple[Iterable[str], ...]:
    """Its words place by place, as ``Place`` orders them."""
    head = product.name.split(maxsplit=1)[:1]
    name, form = part_form(product.name)
    return (
        split_name(" ".join(head)),
        split_name(name),
        split_name(" ".join(product.substances)),
        split_name(" ".join(product.salts)),
        split_name(form),
    )


def _order(presentations: tuple[Product, ...]) -> tuple[bool, bool, int, str, str, str]:
    """What sorts medicines alike. Source: ours (REF-10): see ``Catalogue``."""
    product = presentations[0]
    name = sort_key(product.name)
    group = name if product.group_label is None else sort_key(product.group_label)
    role = "" if product.generic_role is None else _ROLES[product.generic_role]
    is_absent = not any(one.is_marketed for one in presentations)
    is_homeopathic = any(_HOMEOPATHIC in fold(one) for one in product.substances)
    count = len(product.substances)
    return is_absent, is_homeopathic, count, group, role, name + product.cis.value
