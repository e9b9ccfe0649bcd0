"""The GS1 DataMatrix of a box of medicine: what it is, its lot, its expiry, its serial number.

Three forms are read: what a scanner sends (``]d2`` or not before, FNC1 as GS, 0x1D), the same
where the scanner spells GS otherwise, and what is printed for people, ``(01)…(17)…(10)…(21)…``.
Elements come in any order. An element of variable length ends at GS or with the text.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
import re

from ordonnance.domain.identifiers import CIP13
from ordonnance.domain.refusal import Reasons, Refusal

TEXT_LENGTH_MAX = 200

_GTIN, _LOT, _EXPIRY, _SERIAL, _FRENCH_NUMBER = "01", "10", "17", "21", "711"
_PRODUCT = frozenset([_GTIN, _FRENCH_NUMBER])
_GS = "\x1d"
# None of these but <GS> is made of characters that GS1 allows in a lot.
_SPELLINGS = ("<GS>", "^]", "|", "\u241d")
_EDGES = " \t\r\n"  # what a scanner adds; plain strip() would take GS too
_CENTURY_AHEAD = 50

# Application identifiers, and how many characters they hold: exactly, then at most.
_FIXED = {"00": 18, "01": 14, "02": 14, "20": 2} | dict.fromkeys(("11", "12", "13", "15"), 6)
_FIXED |= {"16": 6, "17": 6}
_VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30, "250": 30}
_VARIABLE |= dict.fromkeys(("710", "711", "712", "713", "714", "715", "716"), 20)
_VARIABLE |= {"90": 30} | {f"9{digit}": 90 for digit in range(1, 10)}

_SYMBOL = re.compile(r"\A\]d\d", re.ASCII)  # how the scanner names the kind of symbol
_BRACKETED = re.compile(r"\((\d{2,4})\)", re.ASCII)
_ALLOWED = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+""")
_DIGITS = re.compile(r"\d+", re.ASCII)
_TYPED = re.compile(r"0?(\d{13})", re.ASCII)
_PARTS = re.compile(r"[ .-]")
_FORM = re.compile(
    r"\]d\d|\x1d|\(\d{2,4}\) ?[!-~]|01\d{14}|(?:10|11|17|21|71[0-6])\S*01\d{14}", re.ASCII
)
# An element that nothing parts from the lot or the serial number before it.
_HIDDEN = {_LOT: "10.", _SERIAL: "21.", _EXPIRY: r"17\d{6}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One box, as its DataMatrix tells it.

    *cip13* None: not a box of the French market. *expires_on*: the last day it may be used.
    *lot*, *expires_on*, *serial* None: not told, not told apart, or not readable (see
    ``read_elements``).

    Source: REF-12.
    """

    cip13: CIP13 | None
    gtin: str
    lot: str | None = None
    expires_on: date | None = None
    serial: str | None = None


def is_datamatrix(text: str) -> bool:
    """Whether *text* has the look of a DataMatrix; reading it may still fail.

    Source: REF-12.
    """
    return len(text) <= TEXT_LENGTH_MAX and _FORM.match(text.strip(_EDGES)) is not None


def read_pack(text: str, *, on: date) -> Pack:
    """The box whose DataMatrix is *text*, read on the day *on*, from which the century follows.

    Raises:
        Refusal: CIP_INVALID for a GTIN whose key is wrong; ELEMENT_INVALID where the product
            cannot be read with certainty.

    Source: REF-12; règlement délégué (UE) 2016/161, art. 4 and 5.
    """
    elements = read_elements(text)
    return Pack(
        cip13=_read_cip13(elements),
        gtin=_read_gtin(elements),
        lot=elements.get(_LOT),
        expires_on=_read_day(elements[_EXPIRY], on) if _EXPIRY in elements else None,
        serial=elements.get(_SERIAL),
    )


def read_cip13(text: str) -> CIP13 | None:
    """The CIP13 in the DataMatrix *text*; None: a box of another market.

    Raises:
        Refusal: CIP_INVALID, ELEMENT_INVALID.

    Source: REF-12.
    """
    return _read_cip13(read_elements(text))


def is_cip13_mistyped(text: str) -> bool:
    """Whether *text* has the digits of a French code, typed, but its key is wrong.

    Source: REF-11.
    """
    typed = _TYPED.fullmatch(_PARTS.sub("", text.strip()))
    return typed is not None and typed[1].startswith("3400") and not _is_key_right("0" + typed[1])


def read_foreign_gtin(text: str) -> str | None:
    """The GTIN of 14 digits typed as *text* or as an EAN-13; None: it is none, or a French one.

    Source: REF-11.
    """
    digits = _PARTS.sub("", text.strip())
    typed = _TYPED.fullmatch(digits)
    gtin = digits if typed is None else "0" + typed[1]
    is_gtin = len(gtin) == _FIXED[_GTIN] and _DIGITS.fullmatch(gtin) and _is_key_right(gtin)
    return gtin if is_gtin and not gtin[1:].startswith("3400") else None


def read_elements(text: str) -> Mapping[str, str]:
    """The elements of *text* by their application identifiers, in their order.

    What says the product has to be right. Another element is left out where its length or its
    characters are wrong, or where it is given twice with two values: the product is known all
    the same. After one of fixed length that is wrong, nothing more can be told apart.

    Some scanners drop GS. Without any in the text, a lot or a serial number that comes last and
    could hide another element is left out: it cannot be told where it ends, and a wrong lot is
    worse than none.

    Raises:
        Refusal: ELEMENT_INVALID for an unknown identifier (its length is unknown), a product
            malformed or given twice with two values, a text too long.

    Source: REF-12; GS1 General Specifications, 3.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise _not_a_datamatrix(f"il dépasse {TEXT_LENGTH_MAX} caractères")
    body = _spell(_SYMBOL.sub("", text.strip(_EDGES)))
    is_bracketed = _BRACKETED.match(body) is not None
    elements: dict[str, str] = {}
    unclear: set[str] = set()
    for identifier, value in _split_brackets(body) if is_bracketed else _split(body):
        if not is_bracketed and _GS not in body and _hides(identifier, value, elements):
            continue
        if not _is_right(identifier, value):
            unclear.add(identifier)
            if not is_bracketed and identifier in _FIXED:
                break
        elif elements.setdefault(identifier, value) != value:
            unclear.add(identifier)
    for identifier in _PRODUCT & unclear:
        raise _not_a_datamatrix(f"l’élément ({identifier}) est mal formé ou y est deux fois")
    return {one: value for one, value in elements.items() if one not in unclear}


def _spell(body: str) -> str:
    """GS for the one spelling of it that *body* uses; unchanged where there is a true one."""
    used = [spelling for spelling in _SPELLINGS if spelling in body]
    return body.replace(used[0], _GS) if len(used) == 1 and _GS not in body else body


def _split_brackets(body: str) -> Iterator[tuple[str, str]]:
    _, *parts = _BRACKETED.split(body)
    for identifier, value in zip(parts[::2], parts[1::2], strict=True):
        yield identifier, value.strip(_EDGES + _GS)


def _split(body: str) -> Iterator[tuple[str, str]]:
    while body := body.lstrip(_GS):
        identifier = next((body[:n] for n in (2, 3) if body[:n] in _FIXED | _VARIABLE), "")
        body = body.removeprefix(identifier)
        if identifier in _FIXED:
            length = _FIXED[identifier]
            yield identifier, body[:length]
            body = body[length:]
        else:
            value, _, body = body.partition(_GS)
            yield identifier, value


def _hides(identifier: str, value: str, elements: Mapping[str, str]) -> bool:
    """Whether *value* may hold an element not seen yet, run together with it."""
    absent = _HIDDEN.keys() - elements.keys() - {identifier}
    return identifier in (_LOT, _SERIAL) and (
        len(value) > _VARIABLE[identifier]
        or any(re.search(_HIDDEN[other], value[1:]) for other in absent)
    )


def _is_right(identifier: str, value: str) -> bool:
    """Whether the length and the characters of an element are right; an unknown one is refused."""
    if identifier in _FIXED:
        return len(value) == _FIXED[identifier] and _DIGITS.fullmatch(value) is not None
    if identifier in _VARIABLE:
        return len(value) <= _VARIABLE[identifier] and _ALLOWED.fullmatch(value) is not None
    raise _not_a_datamatrix("un de ses éléments n’est pas connu")


def _read_gtin(elements: Mapping[str, str]) -> str:
    gtin = elements.get(_GTIN)
    if gtin is None:
        raise _not_a_datamatrix("il ne dit pas le produit (01)")
    if not _is_key_right(gtin):
        raise Refusal(Reasons.CIP_INVALID)
    return gtin


def _is_key_right(gtin: str) -> bool:
    return sum(map(int, gtin[1::2] + 3 * gtin[::2])) % 10 == 0


def _read_cip13(elements: Mapping[str, str]) -> CIP13 | None:
    """The CIP13 in the GTIN, else in the French national number, where a box carries both."""
    gtin = _read_gtin(elements)
    if gtin.startswith("034009"):
        return CIP13.parse(gtin[1:])
    national = elements.get(_FRENCH_NUMBER)
    return CIP13.parse(national) if national and national.startswith("34009") else None


def _read_day(text: str, on: date) -> date | None:
    """The day that YYMMDD says; day 00 is the last of the month. None: there is no such day.

    Source: GS1 General Specifications, 7.12 (51 years back is 49 years ahead).
    """
    year, month, day = on.year // 100 * 100 + int(text[:2]), int(text[2:4]), int(text[4:])
    if year - on.year > _CENTURY_AHEAD:
        year -= 100
    elif on.year - year >= _CENTURY_AHEAD:
        year += 100
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        return None


def _not_a_datamatrix(problem: str) -> Refusal:
    return Refusal(Reasons.ELEMENT_INVALID, problem=f"le DataMatrix est illisible, {problem}")
