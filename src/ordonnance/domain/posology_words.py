"""Whether a prescriber wrote a dose in full words."""

import re

from ordonnance.domain.posology_numeral import TENS, UNDER_20
from ordonnance.domain.posology_unit import TIMES, find_unit

_NUMBERS = frozenset(
    (*UNDER_20, *TENS.values(), "une", "vingts", "cent", "cents", "mille", "demi", "demie")
)
_ARTICLES = frozenset(("un", "une"))
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FIGURE = re.compile(r"\d+(?:[.,/]\d+)?\s*([^\W\d_]+)")
_SHORT = re.compile(r"(?:g[ée]l|cp|cpr|comp|amp|sach|supp|gtte?)s?", re.IGNORECASE)


def has_dose_in_words(text: str) -> bool:
    """Whether *text* says how much is taken in words: ``une gélule matin et soir``.

    An article is no number: ``un`` counts before what is taken only. What says a number of units
    in figures is not in words, whatever else it says: ``2 gélules avec un verre d’eau``.

    Source: POS-9; CSP, art. R. 5132-5 and R. 5132-29.
    """
    if any(_is_taken(found[1]) for found in _FIGURE.finditer(text)):
        return False
    words = [word.casefold() for word in _WORD.findall(text)]
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        if word in _ARTICLES:
            if _is_taken(following) or following in ("le", "matin", "midi", "soir", "demi"):
                return True
        elif any(part in _NUMBERS for part in (word, *word.split("-"))):
            return True
    return False


def _is_taken(word: str) -> bool:
    """Whether *word* is something taken by the piece: neither a measure nor a time."""
    unit = find_unit(word)
    if unit is None:
        return _SHORT.fullmatch(word) is not None
    return unit.symbol is None and unit not in TIMES
