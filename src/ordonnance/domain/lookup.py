"""Medicines, devices, tests and acts found by one question."""

from dataclasses import dataclass
from datetime import date

from ordonnance.domain.catalogue import Catalogue, Found, Why
from ordonnance.domain.datamatrix import is_datamatrix
from ordonnance.domain.nomenclature import FoundItem, Match, Nomenclature

_GUESSED = frozenset([Why.MISTYPED, Why.PART])


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: medicines, then codes of the nomenclatures, each the likeliest first."""

    medicines: tuple[Found, ...]
    codes: tuple[FoundItem, ...]


def look_up(
    text: str, catalogue: Catalogue, nomenclature: Nomenclature, *, on: date, limit: int
) -> Answer:
    """What *text* asks for, at most *limit* of the medicines and as many of the codes.

    What is only guessed is left out where the other side holds the words as typed: who asks for
    « bas de contention » wants no medicine whose name is near. The DataMatrix of a box is of a
    medicine.

    Source: REF-10, REF-24. What is left out: ours.
    """
    medicines = catalogue.search(text, limit=limit)
    if is_datamatrix(text):
        return Answer(medicines, ())
    codes = nomenclature.search(text, on=on, limit=limit)
    if any(one.match is not Match.MISTYPED for one in codes):
        medicines = tuple(one for one in medicines if one.why not in _GUESSED)
    if any(one.why not in _GUESSED for one in medicines):
        codes = tuple(one for one in codes if one.match is not Match.MISTYPED)
    return Answer(medicines, codes)
