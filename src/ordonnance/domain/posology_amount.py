"""Amounts said in French: halves, plurals, ranges, rates and doses."""

from dataclasses import replace
from decimal import Decimal

from ordonnance.domain.posology import Amount, Between, Dose, Ratio, Unit
from ordonnance.domain.posology_numeral import (
    NARROW,
    Wording,
    after_de,
    say_list,
    say_number,
)
from ordonnance.domain.posology_unit import DAY, HOUR, MINUTE, TIMES

_QUARTERS = {Decimal("0.25"): "1/4", Decimal("0.5"): "1/2", Decimal("0.75"): "3/4"}
_QUARTERS_IN_WORDS = {"1/4": "un quart", "1/2": "un demi", "3/4": "trois quarts"}
_ROUND = ("million", "millions", "milliard", "milliards")
_UNITLESS = "(unité non précisée)"
_TWO = 2  # French plurals begin at two
_FINER = {DAY: (HOUR, 24), HOUR: (MINUTE, 60)}


def say_amount(amount: Amount, wording: Wording = Wording.FIGURES) -> str:
    """``1 comprimé``, ``1/4 de comprimé``, ``2,5 mg``; in words ``deux virgule cinq milligrammes``.

    Source: POS-2.
    """
    unit = amount.unit
    if unit is None:
        return f"{say_number(amount.value, wording)} {_UNITLESS}"
    return _say_parts(amount.value, unit, wording) or _say_count(amount.value, unit, wording)


def _say_count(value: Decimal, unit: Unit, wording: Wording) -> str:
    number = say_number(value, wording, is_feminine=unit.is_feminine)
    noun = unit.one if value < _TWO else unit.many
    match wording:
        case Wording.FIGURES:
            return f"{number}{NARROW}{unit.symbol or noun}"
        case Wording.WORDS:
            return f"{number} {after_de(noun) if number.endswith(_ROUND) else noun}"


def _say_parts(value: Decimal, unit: Unit, wording: Wording) -> str:
    """Quarters and halves of what is cut in quarters and halves; empty for all else."""
    whole, part = divmod(value, 1)
    quarter = _QUARTERS.get(part)
    if not unit.has_halves or quarter is None:
        return ""
    demi = "demie" if unit.is_feminine else "demi"
    if whole:
        rest = quarter if wording is Wording.FIGURES else _QUARTERS_IN_WORDS[quarter]
        end = demi if quarter == "1/2" else rest
        return f"{_say_count(whole, unit, wording)} et {end}"
    if wording is Wording.FIGURES:
        noun = unit.one if quarter == "1/2" else after_de(unit.one)
        return f"{quarter}{NARROW}{noun}"
    if quarter == "1/2":
        return f"{'une' if unit.is_feminine else 'un'} demi-{unit.one}"
    return f"{_QUARTERS_IN_WORDS[quarter]} {after_de(unit.one)}"


def say_between(span: Amount | Between, wording: Wording = Wording.FIGURES) -> str:
    """``1 à 2 comprimés``, ``500 mg à 1 g``, ``au moins 1 comprimé``; empty if nothing is said."""
    if isinstance(span, Amount):
        return say_amount(span, wording)
    low, high = span.low, span.high
    if low is None or high is None:
        said = low or high
        word = "au plus" if low is None else "au moins"
        return "" if said is None else f"{word} {say_amount(said, wording)}"
    if low == high:
        return say_amount(low, wording)
    if low.unit == high.unit and not _is_parted(low) and not _is_parted(high):
        is_feminine = low.unit is not None and low.unit.is_feminine
        first = say_number(low.value, wording, is_feminine=is_feminine)
        return f"{first} à {say_amount(high, wording)}"
    return f"{say_amount(low, wording)} à {say_amount(high, wording)}"


def _is_parted(amount: Amount) -> bool:
    has_halves = amount.unit is not None and amount.unit.has_halves
    return has_halves and amount.value % 1 in _QUARTERS


def say_ratio(ratio: Ratio, wording: Wording = Wording.FIGURES) -> str:
    """``5 mg par heure``, ``500 ml en 12 heures``."""
    over, unit = say_amount(ratio.over, wording), ratio.under.unit
    if ratio.under.value == 1 and unit is not None:
        return f"{over} par {unit.one}"
    link = "en" if unit in TIMES else "pour"
    return f"{over} {link} {say_amount(ratio.under, wording)}"


def say_dose(dose: Dose, wording: Wording = Wording.FIGURES) -> str:
    """``1 comprimé``, ``500 ml en 12 heures``, ``1 800 mg (soit 1 000 mg/m²)``."""
    amount = "" if dose.amount is None else say_between(dose.amount, wording)
    rate = _say_rate(dose.rate, wording)
    if isinstance(dose.rate, Ratio) and dose.rate.over == dose.amount:
        amount = ""
    if rate and (amount or not isinstance(dose.rate, Ratio)):
        rate = f"au débit {after_de(rate)}"
    calculated = "" if dose.calculated is None else say_between(dose.calculated, wording)
    notes = [dose.of or "", f"soit {calculated}" if calculated else ""]
    note = ", ".join(note for note in notes if note)
    said = [amount or rate, f"({note})" if note else "", rate if amount else ""]
    return " ".join(part for part in said if part)


def _say_rate(rate: Ratio | Amount | Between | None, wording: Wording) -> str:
    if isinstance(rate, Ratio):
        return say_ratio(rate, wording)
    return "" if rate is None else say_between(rate, wording)


def say_doses(doses: tuple[Dose, ...], wording: Wording = Wording.FIGURES) -> str:
    """Doses taken together: ``4 g et 500 ml en 20 minutes``."""
    return say_list([said for said in (say_dose(dose, wording) for dose in doses) if said])


def in_handy_unit(duration: Amount) -> Amount:
    """A duration as one says it: 720 minutes are 12 hours, half a day 12 hours."""
    unit, value = duration.unit, duration.value
    if unit == MINUTE and value and value % 60 == 0:
        return replace(duration, value=value / 60, unit=HOUR)
    finer = None if unit is None else _FINER.get(unit)
    if finer is None or value % 1 == 0 or (value * finer[1]) % 1:
        return duration
    return replace(duration, value=value * finer[1], unit=finer[0])
