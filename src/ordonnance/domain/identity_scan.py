"""Whether a text tells who was treated: an INS or a prescription number, wherever it stands in it.

Made for what must hold none. It looks at every place of the text, since a number glued to other
characters is a number all the same.
"""

from datetime import date
import re
from unicodedata import normalize

from ordonnance.domain.days import add_months
from ordonnance.domain.identifiers import INS, INSAuthority, PrescriptionNumber
from ordonnance.domain.refusal import Refusal

_NUMBER_LENGTH = 18
_SHORTEST = 15  # an INS
_SEPARATORS = re.compile(r"[\W_]+")
_INS = re.compile(r"(?=([123478]\d{4}(?:\d{2}|2[AB])\d{8}))", re.ASCII)
_NUMBER = re.compile(r"(?=([0O][1IL][0-9A-Z]{16}))", re.ASCII)


def tells_identity(text: str, on: date) -> bool:
    """Whether *text* holds an INS or a prescription number, written in any usual way.

    A number of a month still to come on the day *on* is none: chance alone made it look so.

    Source: ours (PST-2).
    """
    if len(text) < _SHORTEST and text.isascii():  # most texts: a trace is read by the thousand
        return False
    bare = _SEPARATORS.sub("", normalize("NFKC", text)).upper()
    return any(_is_ins(found) for found in _INS.findall(bare)) or any(
        _is_number(found, on) for found in _NUMBER.findall(bare)
    )


def _is_ins(text: str) -> bool:
    try:
        INS.parse(text, INSAuthority.NIR)
    except Refusal:
        return False
    return True


def _is_number(text: str, on: date) -> bool:
    try:
        number = PrescriptionNumber.parse(text[:_NUMBER_LENGTH])
    except Refusal:
        return False
    return number.month_on <= add_months(on, 1)
