"""French numbers: in figures with their spaces and comma, in words with their agreement."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

NARROW = "\u202f"  # a number never parts from its unit, nor thousands from hundreds
CARDINAL_UNDER = 10**12

UNDER_20 = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    *("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"),
    *("dix-sept", "dix-huit", "dix-neuf"),
)
TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
_FOUR_TWENTIES = 80
_MUTE = "aeiouyhàâäéèêëîïôöùûœæ"
_NEVER_ELIDED = ("onze", "huit", "oui", "y", "UI")


class Wording(StrEnum):
    """How numbers are said: ``2 comprimés`` or ``deux comprimés``."""

    FIGURES = "figures"
    WORDS = "words"


def say_number(value: Decimal, wording: Wording, *, is_feminine: bool = False) -> str:
    """*value*, zero or more, nine decimals at most: ``1 000,5``; ``mille virgule cinq``."""
    text = f"{value:f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    match wording:
        case Wording.FIGURES:
            grouped = f"{int(whole):,}".replace(",", NARROW)
            return f"{grouped},{decimals}" if decimals else grouped
        case Wording.WORDS:
            if not decimals:
                return say_cardinal(int(whole), is_feminine=is_feminine)
            rest = decimals.lstrip("0")
            zeros = ["zéro"] * (len(decimals) - len(rest))
            words = [say_cardinal(int(whole)), "virgule", *zeros, say_cardinal(int(rest))]
            return " ".join(words)


def say_cardinal(number: int, *, is_feminine: bool = False) -> str:
    """*number*, from 0 to under a thousand billion, in words, spelt as before 1990.

    Source: POS-9 (checked against num2words).
    """
    words = []
    rest = number
    for size, noun in ((10**9, "milliard"), (10**6, "million")):
        count, rest = divmod(rest, size)
        if count:
            words += [_under_1000(count, is_before_mille=False), noun + "s" * (count > 1)]
    thousands, rest = divmod(rest, 1000)
    if thousands:
        words += [_under_1000(thousands, is_before_mille=True)] * (thousands > 1) + ["mille"]
    if rest or not words:
        words.append(_under_1000(rest, is_before_mille=False))
    said = " ".join(words)
    return f"{said}e" if is_feminine and said.endswith("un") else said


def _under_1000(number: int, *, is_before_mille: bool) -> str:
    """*number*, under a thousand; ``cent`` and ``vingt`` take no s before ``mille``."""
    plural = "" if is_before_mille else "s"
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds == 1:
        words.append("cent")
    elif hundreds:
        words += [UNDER_20[hundreds], "cent" if rest else f"cent{plural}"]
    if rest == _FOUR_TWENTIES:
        words.append(f"quatre-vingt{plural}")
    elif rest or not hundreds:
        words.append(_under_100(rest))
    return " ".join(words)


def _under_100(number: int) -> str:
    """*number*, under a hundred and not eighty."""
    if number < len(UNDER_20):
        return UNDER_20[number]
    if number > _FOUR_TWENTIES:
        return f"quatre-vingt-{UNDER_20[number - _FOUR_TWENTIES]}"
    tens = min(number // 10, 6)
    units = number - 10 * tens
    if units == 0:
        return TENS[tens]
    link = " et " if units in (1, 11) else "-"
    return f"{TENS[tens]}{link}{UNDER_20[units]}"


def say_list(parts: Sequence[str], *, last: str = " et ") -> str:
    """``a, b et c``."""
    if not parts:
        return ""
    return last.join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def after_de(said: str) -> str:
    """*said* after ``de``, elided where French does: ``de 5 ml``, ``d’un millilitre``."""
    is_elided = said[:1].casefold() in _MUTE and not said.startswith(_NEVER_ELIDED)
    return f"d’{said}" if said and is_elided else f"de {said}"
