"""The nomenclatures: codes of devices, of laboratory tests and of acts, found by code or by words.

A nomenclature informs and never blocks: a code that it does not know may still be prescribed and
carried out. Built once, then only read: any number of readers may share it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from heapq import nsmallest
import re
from typing import Self

from ordonnance.domain.catalogue_index import Asked, WordIndex, join_costs
from ordonnance.domain.catalogue_words import QUERY_LENGTH_MAX, sort_key, split_name, split_query
from ordonnance.domain.line import Kind

SAMPLE = "echantillon"
"""The version of what the package ships: a few codes typed by hand, not the official table."""

_FORMS = {
    "LPP": re.compile(r"\d{7}", re.ASCII),
    "NABM": re.compile(r"\d{4}", re.ASCII),
}
_COTATION = re.compile(r"([A-Z]{2,4}) ?(\d{1,3}(?:[.,]\d{1,2})?)?", re.ASCII)


class System(StrEnum):
    """A nomenclature: of devices, of laboratory tests, of the other professionals' acts.

    Source: CSS, art. L. 165-1 (LPP) and L. 162-1-7 (NABM, NGAP).
    """

    LPP = "LPP"
    NABM = "NABM"
    NGAP = "NGAP"


SYSTEMS: Mapping[Kind, System] = {
    Kind.DEVICE: System.LPP,
    Kind.BIOLOGY: System.NABM,
    Kind.NURSING: System.NGAP,
    Kind.PHYSIOTHERAPY: System.NGAP,
    Kind.SPEECH_THERAPY: System.NGAP,
    Kind.ORTHOPTICS: System.NGAP,
    Kind.PODIATRY: System.NGAP,
}
"""In which nomenclature a line of each kind is coded; medicines are in none."""


class Provision(StrEnum):
    """How a device of the LPP is provided."""

    PURCHASE = "ACHAT"
    RENTAL = "LOCATION"
    SERVICE = "SERVICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What stands under one code.

    *needs_agreement*: whether the caisse has to agree beforehand (« entente préalable »); None:
    nothing says. *ends_on* is the last day on which it is paid for. *count_max* is how many one
    invoice may hold, and *incompatible* the codes that may not stand beside it (NABM).

    Source: REF-20.
    """

    system: System
    code: str
    label: str
    kind: Kind
    needs_agreement: bool | None = None
    ends_on: date | None = None
    provision: Provision | None = None
    count_max: int | None = None
    incompatible: tuple[str, ...] = ()

    def is_over(self, on: date) -> bool:
        """Whether it is no longer paid for on a day."""
        return self.ends_on is not None and self.ends_on < on


class Match(StrEnum):
    """By what a code was found."""

    CODE = "code"
    NAME = "name"
    MISTYPED = "mistyped"


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A code found, and by what."""

    item: Item
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomenclature:
    """The codes known, each nomenclature at one version.

    *ordered* holds them all by label, the ranks of *words* are places in it.

    Source: REF-20, REF-24.
    """

    versions: Mapping[System, str]
    items: Mapping[tuple[System, str], Item]
    ordered: tuple[Item, ...]
    words: WordIndex

    @classmethod
    def of(cls, items: Iterable[Item], *, versions: Mapping[System, str]) -> Self:
        """The nomenclature of *items*; of a code given twice the first counts."""
        held: dict[tuple[System, str], Item] = {}
        for item in items:
            held.setdefault((item.system, item.code), item)
        ordered = tuple(sorted(held.values(), key=lambda one: (sort_key(one.label), one.code)))
        nothing: tuple[str, ...] = ()
        return cls(
            versions=dict(versions),
            items=held,
            ordered=ordered,
            words=WordIndex.of(
                (_letters_of(one), split_name(one.label), nothing, nothing, nothing)
                for one in ordered
            ),
        )

    def find(self, system: System, code: str) -> Item | None:
        """What *code* stands for in *system*; None: unknown here, which blocks nothing.

        An act of the NGAP is a key letter and a coefficient, however they are written (``AMI1.5``
        for ``AMI 1,5``); where the two together are not known, the key letter alone is given.

        Source: REF-24. The key letter alone: ours, the letter says which profession acts, and the
        one who acts sets the coefficient.
        """
        written = spell(system, code)
        if written is None:
            return None
        return self.items.get((system, written)) or self.items.get(
            (system, written.partition(" ")[0])
        )

    def find_for(self, kind: Kind, code: str) -> Item | None:
        """What *code* stands for on a line of *kind*; None: unknown here, or a medicine.

        Its own kind may be another one: an act of a physiotherapist ordered from a nurse.

        Source: REF-24.
        """
        system = SYSTEMS.get(kind)
        return None if system is None else self.find(system, code)

    def is_sample(self, system: System) -> bool:
        """Whether only a few codes of *system* are known: an unknown one may well exist."""
        return self.versions.get(system, SAMPLE) == SAMPLE

    def search(self, text: str, *, on: date, limit: int) -> tuple[FoundItem, ...]:
        """The codes that *text* asks for, at most *limit*: a code, or the words of a label.

        The code typed comes first; what is over on the day *on* comes last. Where nothing holds
        the words as typed, one typing error in each is forgiven, and the match says so.

        Source: REF-24; how words are read, REF-10.
        """
        typed = text[:QUERY_LENGTH_MAX].strip()
        known = [
            self.items[system, code]
            for system in System
            if (code := spell(system, typed)) is not None and (system, code) in self.items
        ]
        found = [FoundItem(item, Match.CODE) for item in known]
        if not known or typed.isalpha():  # a key letter begins many acts
            match, costs = self._weigh(split_query(typed))
            over = ((self.ordered[rank].is_over(on), cost, rank) for rank, cost in costs.items())
            ranked = (self.ordered[rank] for _, _, rank in nsmallest(limit + len(known), over))
            found += [FoundItem(item, match) for item in ranked if item not in known]
        return tuple(found[: max(0, limit)])

    def _weigh(self, asked: Asked) -> tuple[Match, dict[int, int]]:
        """What each code that holds every word costs; if none does, with typing errors."""
        if not asked:
            return Match.NAME, {}
        as_typed = join_costs([self.words.weigh(one) for one in asked])
        if as_typed:
            return Match.NAME, as_typed
        asked = self.words.respell(asked)
        wider = [
            self.words.guess(one[0], is_last=one is asked[-1]) | self.words.weigh(one)
            for one in asked
        ]
        return Match.MISTYPED, join_costs(wider)


def _letters_of(item: Item) -> Iterable[str]:
    """The key letter by whose word an act is found too; a code of digits is found as a whole."""
    return split_name(item.code) if item.system is System.NGAP else ()


def spell(system: System, code: str) -> str | None:
    """*code* as *system* writes it; None: it cannot be one of its codes.

    Source: REF-20.
    """
    bare = code.strip()
    if system is System.NGAP:
        cotation = _COTATION.fullmatch(bare.upper())
        if cotation is None:
            return None
        letters, coefficient = cotation.groups()
        if coefficient is None:
            return letters
        number = Decimal(coefficient.replace(",", ".")).normalize()
        return f"{letters} {number:f}".replace(".", ",")
    return bare if _FORMS[system].fullmatch(bare) else None


NOTHING_LISTED = Nomenclature.of((), versions={})
