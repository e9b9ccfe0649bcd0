"""Identifiers of prescriptions, people, sites and products: texts parsed once into types.

``parse`` takes a text from outside and refuses a wrong one. The plain constructor trusts its
argument: it is for values read back from our own base. Only ASCII digits count, whereas Python's
``isdigit`` also takes Arabic or superscript ones. No message here repeats the text refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar, Self

from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons, Refusal

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: without I, L, O and U
_NUMBER_LENGTH = 18
_INS_LENGTH = 15
_ENTRY_LENGTH_MAX = 64  # room for separators everywhere; a longer text is not even looked at
_PREFIX = bytes((0, 1))
_FIRST_YEAR = 2020
_MONTH_COUNT = 32 * 32

# Tables from byte to byte, for a number is parsed on every call: no loop in Python.
# What is outside the alphabet becomes _NO_DIGIT, larger than any digit.
_NO_DIGIT = 0xFF
_READINGS = {character: digit for digit, character in enumerate(_ALPHABET)}
_READINGS |= {character.lower(): digit for character, digit in _READINGS.items()}
_READINGS |= {"O": 0, "o": 0, "I": 1, "i": 1, "L": 1, "l": 1}
_DIGITS = bytes(_READINGS.get(chr(byte), _NO_DIGIT) for byte in range(256))
_DOUBLED = bytes(2 * digit // 32 + 2 * digit % 32 for digit in range(32)).ljust(256, b"\0")
_CHARACTERS = _ALPHABET.encode("ascii").ljust(256, b"\0")

_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_LUHN_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_NIR_CORSICA = {"2A": "19", "2B": "18"}
_FINESS_CORSICA = {"2A": "21", "2B": "22"}


def month_code(on: date) -> str:
    """The two characters that stand for the month of *on*: ``2J`` is November 2026.

    Months since January 2020 (``00``) in Crockford's base 32; the last is April 2105 (``ZZ``).

    Raises:
        ValueError: The month has no code; a bug of the caller, hence no refusal.

    Source: ours (TLS-2): a number that tells its month tells where to look and when to forget.
    """
    months = (on.year - _FIRST_YEAR) * 12 + on.month - 1
    if not 0 <= months < _MONTH_COUNT:
        raise ValueError(f"{on:%Y-%m} has no month code: numbers run from 2020-01 to 2105-04")
    return _ALPHABET[months // 32] + _ALPHABET[months % 32]


def first_of_month(on: date) -> str:
    """What the numbers of the month of *on* begin with, and no number before them reaches.

    Source: ours (TLS-2).
    """
    return f"01{month_code(on)}"


def month_of(code: str) -> date:
    """The first day of the month of *code* (else ValueError). Source: ours (TLS-2)."""
    match [_ALPHABET.find(character) for character in code]:
        case [high, low] if min(high, low) >= 0:
            years, month = divmod(high * 32 + low, 12)
            return date(_FIRST_YEAR + years, month + 1, 1)
        case _:
            raise ValueError(f"{code!r} is not a month code: two characters of {_ALPHABET}")


@dataclass(frozen=True, slots=True)
class _Identifier:
    """What identifiers share: *value* in its canonical form, which is also how they are said."""

    value: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class PrescriptionNumber(_Identifier):
    """The number printed under the QR code: 18 characters, ``01`` first, a check character last.

    In between, 2 characters for the month of writing and 13 of chance, of which the first two
    are the bucket. Knowing a number gives no right. The check character (Luhn's rule in base 32)
    sees any one wrong character, and any two neighbours swapped unless they are 0 and Z.

    Source: ours (TLS-1): the Cnam's rule is not public. The only number it published,
    ``01S2TBPZ2JCNZZYGHZ``, gave us the length and the prefix; it does not satisfy our check.
    """

    @classmethod
    def parse(cls, text: str, where: str | None = None) -> Self:
        """The number a person typed or a scanner read, in its canonical form.

        Lower case, spaces and hyphens are accepted; ``O`` reads 0, ``I`` and ``L`` read 1.

        Raises:
            Refusal: NUMBER_MALFORMED for a wrong length, alphabet, prefix or check character.
        """
        entry = text if len(text) <= _ENTRY_LENGTH_MAX else ""
        digits = entry.encode("ascii", "replace").translate(_DIGITS, delete=b" -")
        if (
            len(digits) != _NUMBER_LENGTH
            or not digits.startswith(_PREFIX)
            or _NO_DIGIT in digits
            or _check_sum(digits) != 0
        ):
            raise Refusal(Reasons.NUMBER_MALFORMED, where)
        return cls(digits.translate(_CHARACTERS).decode("ascii"))

    @classmethod
    def mint(cls, on: date, chance: int) -> Self:
        """A new number for a prescription written *on* a day, in the prescription's own offset.

        *chance* is 65 random bits, drawn by the caller; bits above are dropped.

        Source: ours (TLS-1, TLS-2): with 65 bits, sites draw numbers without asking anyone.
        """
        month = bytes(_READINGS[character] for character in month_code(on))
        body = _PREFIX + month + bytes(chance >> shift & 31 for shift in range(60, -1, -5))
        digits = body + bytes((-_check_sum(body) % 32,))
        return cls(digits.translate(_CHARACTERS).decode("ascii"))

    @property
    def month_code(self) -> str:
        """The two characters of the month of writing. Source: ours (TLS-2)."""
        return self.value[2:4]

    @property
    def month_on(self) -> date:
        """First day of the month of writing. Source: ours (TLS-2)."""
        return month_of(self.month_code)

    @property
    def bucket(self) -> int:
        """0 to 1023, evenly spread: the share of the base that holds it. Source: ours (TLS-2)."""
        return _READINGS[self.value[4]] * 32 + _READINGS[self.value[5]]

    @property
    def grouped(self) -> str:
        """The number as printed for people, by four: ``012J 7K3M 9QW2 XR5T VW``."""
        return " ".join(self.value[start : start + 4] for start in range(0, _NUMBER_LENGTH, 4))

    def line(self, n: int) -> str:
        """The identifier of line *n* of this prescription (from 1): the number, ``-``, n."""
        return f"{self.value}-{n}"


class INSAuthority(StrEnum):
    """Who vouches for an INS, as an OID: a register of people, or one of made-up people.

    Source: TLS-3; référentiel INS (CSP, art. L. 1111-8-1).
    """

    NIR = "1.2.250.1.213.1.4.8"
    NIA = "1.2.250.1.213.1.4.9"
    TEST = "1.2.250.1.213.1.4.10"
    DEMONSTRATION = "1.2.250.1.213.1.4.11"

    @property
    def is_real(self) -> bool:
        """Whether it designates an actual person."""
        return self in {INSAuthority.NIR, INSAuthority.NIA}


@dataclass(frozen=True, slots=True)
class INS:
    """A patient's national health identity number: 13 characters of NIR or NIA and a key.

    ``repr()`` and ``str()`` show the authority alone, so that no log or traceback ever tells who
    was treated; whoever needs the number asks for *value*.

    Source: TLS-3; CSP, art. L. 1111-8-1 and R. 1111-8-1.
    """

    value: str = field(repr=False)
    authority: INSAuthority

    @classmethod
    def parse(cls, text: str, authority: INSAuthority, where: str | None = None) -> Self:
        """The INS written in *text*: 15 characters, without spaces.

        Beyond shape and key nothing is checked: months above 12 and unusual departments exist.

        Raises:
            Refusal: INS_INVALID for a wrong length, character, first digit or key.

        Source: TLS-3; décret n° 82-103, art. 4 (13 digits); Insee's key: 97 - N mod 97 over the
        13, where Corsica's 2A counts as 19 and 2B as 18.
        """
        digits = text[:5] + _NIR_CORSICA.get(text[5:7], text[5:7]) + text[7:]
        if (
            len(digits) != _INS_LENGTH
            or not _are_digits(digits)
            or digits[0] not in "123478"
            or 97 - int(digits[:13]) % 97 != int(digits[13:])
        ):
            raise Refusal(Reasons.INS_INVALID, where)
        return cls(text, authority)


def _check_sum(digits: bytes) -> int:
    """Luhn's sum in base 32 of 17 or 18 *digits* (0 to 31): 0 when the 18th checks the others."""
    return (sum(digits[::2].translate(_DOUBLED)) + sum(digits[1::2])) % 32


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_luhn(text: str) -> bool:
    if not _are_digits(text):
        return False
    digits = text.encode("ascii")
    doubled = digits[-2::-2].translate(_LUHN_DOUBLED)
    return sum(digits[::-2].translate(_VALUES) + doubled) % 10 == 0


def _is_finess(text: str) -> bool:
    return _is_luhn(_FINESS_CORSICA.get(text[:2], text[:2]) + text[2:])


def _is_ean13(text: str) -> bool:
    if not _are_digits(text):
        return False
    digits = text.encode("ascii").translate(_VALUES)
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes a code right (*is_right* includes its key, if any) and how it is refused."""

    length: int
    is_right: Callable[[str], bool]
    prefix: str = ""
    reason: Reason = Reasons.ELEMENT_INVALID
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Code(_Identifier):
    """An identifier that its shape suffices to check; keys were verified on public numbers."""

    _shape: ClassVar[_Shape]

    @classmethod
    def parse(cls, text: str, where: str | None = None) -> Self:
        """The code written in *text*; whether what it designates exists is not looked at.

        Raises:
            Refusal: The shape's reason, for a wrong length, character, prefix or key.
        """
        shape = cls._shape
        has_form = len(text) == shape.length and text.startswith(shape.prefix)
        if not (has_form and shape.is_right(text)):
            raise Refusal(shape.reason, where, problem=shape.problem)
        return cls(text)


@dataclass(frozen=True, slots=True)
class RPPS(_Code):
    """A professional: 11 digits, Luhn. Source: TLS-5; arrêté du 6 février 2009 (RPPS)."""

    _shape = _Shape(11, _is_luhn, reason=Reasons.RPPS_INVALID)

    @classmethod
    def parse_national(cls, text: str, where: str | None = None) -> Self:
        """The RPPS number in a national identifier: ``8``, then the RPPS.

        Raises:
            Refusal: RPPS_INVALID for anything else, an ADELI identifier (``0``…) included.
        """
        if not text.startswith("8"):
            raise Refusal(Reasons.RPPS_INVALID, where)
        return cls.parse(text[1:], where)

    @property
    def national(self) -> str:
        """The national identifier: ``8``, then the RPPS. Source: TLS-5; Pro Santé Connect."""
        return "8" + self.value


@dataclass(frozen=True, slots=True)
class ADELI(_Code):
    """A professional not in the RPPS yet: 9 digits, Luhn. Source: TLS-5; arrêté du 27 mai 1998."""

    _shape = _Shape(9, _is_luhn, problem="le numéro ADELI a 9 chiffres, dont une clé")


@dataclass(frozen=True, slots=True)
class FINESS(_Code):
    """A structure: 9 characters, Luhn, where Corsica's 2A counts as 21 and 2B as 22.

    Source: TLS-6; arrêté du 13 novembre 2013 (FINESS).
    """

    _shape = _Shape(9, _is_finess, reason=Reasons.FINESS_INVALID)


@dataclass(frozen=True, slots=True)
class AMNumber(_Code):
    """A site as billed (« numéro AM »): 9 digits. Source: TLS-7; arrêté du 10 août 2010."""

    _shape = _Shape(9, _are_digits, problem="le numéro AM a 9 chiffres")

    @property
    def key_is_right(self) -> bool:
        """Whether the last digit checks the others (Luhn); a reason to warn, never to refuse.

        Source: ours (TLS-7): no text we found says it; refusing could stop a pharmacy wrongly.
        """
        return _is_luhn(self.value)


@dataclass(frozen=True, slots=True)
class CIP13(_Code):
    """A box: ``34009``, CIP7, EAN-13 key. Source: TLS-8; verified on the public BDPM files."""

    _shape = _Shape(13, _is_ean13, "34009", Reasons.CIP_INVALID)

    @property
    def cip7(self) -> str:
        """The older code, to look up: on the BDPM files its own key fails for whole series."""
        return self.value[5:12]


@dataclass(frozen=True, slots=True)
class UCD13(_Code):
    """A hospital's dispensing unit: ``34008``, its UCD7, an EAN-13 key. Source: TLS-8."""

    _shape = _Shape(13, _is_ean13, "34008", problem="le code UCD13 a 13 chiffres, dont une clé")


@dataclass(frozen=True, slots=True)
class CIS(_Code):
    """A medicine: 8 digits, 6 first, no key. Source: TLS-8; verified on the public BDPM files."""

    _shape = _Shape(8, _are_digits, "6", problem="le code CIS a 8 chiffres et commence par 6")
