"""What a Dosage is made of: its names, and its elements taken one by one without ever failing."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
import re
from typing import TypeVar

import msgspec
from msgspec import Raw

from ordonnance.domain.days import add_months
from ordonnance.domain.posology import (
    AMOUNT_UNDER,
    DECIMALS_MAX,
    Amount,
    Between,
    Period,
    Ratio,
)
from ordonnance.fhir import structs
from ordonnance.fhir.dosage_unit import read_unit_of
from ordonnance.fhir.reading import as_decimal
from ordonnance.fhir.structs import CodeableConcept, Members, Number, Read, Reference, Text

_T = TypeVar("_T")


class Quantity(Read):
    """An amount; one that is not exact bears a comparator."""

    value: Number
    comparator: Text | None = None
    unit: Text | None = None
    system: Text | None = None
    code: Text | None = None


class Range(Read):
    """Between two amounts."""

    low: Quantity | None = None
    high: Quantity | None = None


class Fraction(Read):
    """A FHIR Ratio: so much for so much."""

    numerator: Quantity
    denominator: Quantity


class Extension(Read):
    """The extensions of the French guide that say a part of the posology."""

    url: Text
    value_code: Text | None = None
    value_reference: Reference | None = None


def _names(words: str) -> frozenset[str]:
    return frozenset(f"id extension {words}".split())


DOSAGE_NAMES = _names(
    """sequence text additionalInstruction patientInstruction timing asNeededBoolean
    asNeededCodeableConcept site route method doseAndRate maxDosePerPeriod
    maxDosePerAdministration maxDosePerLifetime"""
)
TIMING_NAMES = _names("event repeat code")
REPEAT_NAMES = _names(
    """boundsDuration boundsRange boundsPeriod count countMax duration durationMax durationUnit
    frequency frequencyMax period periodMax periodUnit dayOfWeek timeOfDay when offset"""
)
DOSE_NAMES = _names("type doseRange doseQuantity rateRatio rateRange rateQuantity")

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_members = msgspec.json.Decoder(Members)
_quantity = msgspec.json.Decoder(Quantity)
_range = msgspec.json.Decoder(Range)
_fraction = msgspec.json.Decoder(Fraction)
_period = msgspec.json.Decoder(structs.Period)
_number = msgspec.json.Decoder(Number)
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_YEARS = range(1900, 2200)
_DECEMBER = 12


class Element:
    """An object of FHIR, read element by element.

    What cannot be read, or bears a name that FHIR does not give there, is added to *unread* by
    its path; an object and those inside it share one list.
    """

    __slots__ = ("_members", "_path", "unread")

    def __init__(
        self, text: bytes | Raw, names: frozenset[str], *, path: str, unread: list[str]
    ) -> None:
        """The elements of *text*, an object in JSON, of which *names* are known."""
        self._path = path
        self.unread = unread
        self._members: Mapping[str, Raw] = {}
        try:
            self._members = _members.decode(text)
        except UNREADABLE:
            unread.append(path)
        if self._members.keys() <= names:
            return
        for name in self._members:
            if name not in names and name.removeprefix("_") not in names:
                self.note(name)

    def path_of(self, name: str) -> str:
        """Where *name* is, from the Dosage down."""
        return f"{self._path}.{name}"

    def note(self, name: str) -> None:
        """Note that *name* could not be read."""
        self.unread.append(self.path_of(name))

    def take(self, name: str, decoder: msgspec.json.Decoder[_T]) -> _T | None:
        """The element *name*; None where it is absent or cannot be read."""
        text = self._members.get(name)
        if text is None:
            return None
        try:
            return decoder.decode(text)
        except UNREADABLE:
            self.note(name)
            return None

    def take_inside(self, name: str, names: frozenset[str]) -> "Element | None":
        """The object *name*; None where it is absent."""
        text = self._members.get(name)
        if text is None:
            return None
        return Element(text, names, path=self.path_of(name), unread=self.unread)

    def take_number(self, name: str) -> Decimal | None:
        """A number more than zero."""
        number = self.take(name, _number)
        value = None if number is None else read_value(number)
        if number is not None and not value:
            self.note(name)
        return value or None

    def take_amount(self, name: str) -> Amount | None:
        """A Quantity."""
        quantity = self.take(name, _quantity)
        amount = None if quantity is None else read_amount(quantity)
        if quantity is not None and amount is None:
            self.note(name)
        return amount

    def take_between(self, name: str) -> Between | None:
        """A Range."""
        span = self.take(name, _range)
        if span is None:
            return None
        low, high = (None if end is None else read_amount(end) for end in (span.low, span.high))
        ends = ((low, span.low), (high, span.high))
        is_whole = all((read is None) == (end is None) for read, end in ends)
        if not is_whole or (low is None and high is None) or _is_reversed(low, high):
            self.note(name)
            return None
        return Between(low=low, high=high)

    def take_ratio(self, name: str) -> Ratio | None:
        """A Ratio."""
        fraction = self.take(name, _fraction)
        if fraction is None:
            return None
        over, under = read_amount(fraction.numerator), read_amount(fraction.denominator)
        if over is None or under is None or not under.value:
            self.note(name)
            return None
        return Ratio(over=over, under=under)

    def take_period(self, name: str) -> Period | None:
        """A Period."""
        period = self.take(name, _period)
        if period is None:
            return None
        start = None if period.start is None else read_moment(period.start)
        end = None if period.end is None else read_moment(period.end, is_end=True)
        ends = ((start, period.start), (end, period.end))
        is_whole = all((read is None) == (written is None) for read, written in ends)
        if not is_whole or (start is None and end is None):
            self.note(name)
            return None
        return Period(start=start, end=end)


def _is_reversed(low: Amount | None, high: Amount | None) -> bool:
    if low is None or high is None:
        return False
    return low.unit == high.unit and low.value > high.value


def read_value(number: Number) -> Decimal | None:
    """A number as the posology bears it; None where it is negative, or of no likely size."""
    if not 0 <= number < AMOUNT_UNDER:
        return None
    value = as_decimal(number)
    exponent = value.normalize().as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -DECIMALS_MAX else None


def read_amount(quantity: Quantity) -> Amount | None:
    """A Quantity as an amount; None where its value is not exact, or of no likely size.

    The French profiles leave the comparator out.
    """
    value = read_value(quantity.value)
    if value is None or quantity.comparator is not None:
        return None
    unit = read_unit_of(text=quantity.unit, system=quantity.system, code=quantity.code)
    return Amount(value=value, unit=unit)


def read_moment(text: str, *, is_end: bool = False) -> date | datetime | None:
    """A FHIR dateTime, its month or year as their first day, or last; None if it is none."""
    try:
        moment = _read_moment(text, is_end=is_end)
    except ValueError:
        return None
    return moment if moment is not None and moment.year in _YEARS else None


def _read_moment(text: str, *, is_end: bool) -> date | datetime | None:
    partial = _PARTIAL.fullmatch(text)
    if partial is not None:
        return _read_month(int(partial[1]), partial[2], is_end=is_end)
    if _INSTANT.fullmatch(text):
        return datetime.fromisoformat(text).replace(microsecond=0)
    return date.fromisoformat(text) if _DAY.fullmatch(text) else None


def _read_month(year: int, month: str | None, *, is_end: bool) -> date:
    first = date(year, int(month or (_DECEMBER if is_end else 1)), 1)
    return add_months(first, 1) - timedelta(days=1) if is_end and year in _YEARS else first


def words_of(concept: CodeableConcept | None) -> str:
    """A notion in words: its text, else what a code displays, else a code; empty if nothing."""
    if concept is None:
        return ""
    shown = [coding.display or "" for coding in concept.coding]
    codes = [coding.code or "" for coding in concept.coding]
    return next((word.strip() for word in (concept.text or "", *shown, *codes) if word.strip()), "")
