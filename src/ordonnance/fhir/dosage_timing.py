"""FHIR Timing read into the timing of a step: repeats, moments, bounds, abbreviations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import time
from decimal import Decimal
import re
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from ordonnance.domain.posology import Amount, Between, Period, Timing, Unit, Weekday, When
from ordonnance.domain.posology_unit import DAY, HOUR, MONTH, WEEK
from ordonnance.fhir.dosage_element import (
    REPEAT_NAMES,
    TIMING_NAMES,
    Element,
    Extension,
    read_moment,
    words_of,
)
from ordonnance.fhir.dosage_unit import UNITS_OF_TIME
from ordonnance.fhir.structs import CodeableConcept

_T = TypeVar("_T")
_Number = TypeVar("_Number", int, Decimal)
_COUNT_MAX = 1_000_000
_positive = msgspec.json.Decoder(Annotated[int, Meta(ge=1, le=_COUNT_MAX)])
_unsigned = msgspec.json.Decoder(Annotated[int, Meta(ge=0, le=_COUNT_MAX)])
_word = msgspec.json.Decoder(str)
_words = msgspec.json.Decoder(list[str])
_concept = msgspec.json.Decoder(CodeableConcept)
_extensions = msgspec.json.Decoder(list[Extension])
_TIME = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?", re.ASCII)
_NONE = Timing()
_WHEN = {when.value: when for when in When}
_WEEKDAYS = {day.value: day for day in Weekday}


def _every(period: int, unit: Unit, frequency: int = 1) -> Timing:
    return Timing(frequency=frequency, period=Decimal(period), period_unit=unit)


# Source: HL7 v3 GTSAbbreviation, as FHIR R4 takes it for Timing.code.
_ABBREVIATIONS: Mapping[str, Timing] = {
    "QD": _every(1, DAY),
    "BID": _every(1, DAY, 2),
    "TID": _every(1, DAY, 3),
    "QID": _every(1, DAY, 4),
    "QOD": _every(2, DAY),
    "WK": _every(1, WEEK),
    "MO": _every(1, MONTH),
    **{f"Q{hours}H": _every(hours, HOUR) for hours in (1, 2, 3, 4, 6, 8)},
    "AM": Timing(when=(When.MORNING,)),
    "PM": Timing(when=(When.AFTERNOON,)),
    "BED": Timing(when=(When.BEDTIME,)),
}


def read_timing(dosage: Element) -> Timing:
    """The timing of a Dosage.

    An abbreviation counts where nothing but bounds is repeated beside it: it says the same.

    Source: FHIR R4, Timing.code.
    """
    element = dosage.take_inside("timing", TIMING_NAMES)
    if element is None:
        return _NONE
    repeat = element.take_inside("repeat", REPEAT_NAMES)
    timing = _NONE if repeat is None else _read_repeat(repeat)
    events = _read_each(element, "event", read_moment)
    if events:
        timing = replace(timing, events=events)
    concept = element.take("code", _concept)
    if concept is None or timing != Timing(bounds=timing.bounds):
        return timing
    codes = (_ABBREVIATIONS.get(coding.code or "") for coding in concept.coding)
    meant = next((found for found in codes if found is not None), None)
    if meant is not None:
        return replace(meant, bounds=timing.bounds)
    words = words_of(concept)
    if not words:
        element.note("code")
    return replace(timing, text=words or None)


def _read_repeat(repeat: Element) -> Timing:
    frequency, frequency_max = _in_order(
        repeat,
        "frequency",
        repeat.take("frequency", _positive),
        repeat.take("frequencyMax", _positive),
    )
    count, count_max = _in_order(
        repeat, "count", repeat.take("count", _positive), repeat.take("countMax", _positive)
    )
    period, period_max = _in_order(
        repeat, "period", repeat.take_number("period"), repeat.take_number("periodMax")
    )
    unit = _read_unit(repeat, "periodUnit")
    if unit is None and (period is not None or period_max is not None):
        repeat.note("period")
    return Timing(
        frequency=frequency,
        frequency_max=frequency_max,
        period=period,
        period_max=period_max,
        period_unit=unit,
        count=count,
        count_max=count_max,
        lasts=_read_lasting(repeat),
        when=_read_when(repeat),
        offset=repeat.take("offset", _unsigned),
        times=_read_each(repeat, "timeOfDay", _read_time),
        days=_read_each(repeat, "dayOfWeek", _WEEKDAYS.get),
        bounds=_read_bounds(repeat),
    )


def _in_order(
    repeat: Element, name: str, least: _Number | None, most: _Number | None
) -> tuple[_Number | None, _Number | None]:
    """The least and the most of *name*; neither, and noted, where the most is the lesser.

    Nobody can tell then what was meant.
    """
    if least is not None and most is not None and least > most:
        repeat.note(name)
        return None, None
    return least, most


def _read_each(
    element: Element, name: str, read: Callable[[str], _T | None], *, added: Sequence[str] = ()
) -> tuple[_T, ...]:
    """What each word of the list *name* says, then those *added*; noted where one says nothing."""
    found = [read(word) for word in (*(element.take(name, _words) or ()), *added)]
    if None in found:
        element.note(name)
    return tuple(item for item in found if item is not None)


def _read_unit(repeat: Element, name: str) -> Unit | None:
    code = repeat.take(name, _word)
    unit = None if code is None else UNITS_OF_TIME.get(code)
    if code is not None and unit is None:
        repeat.note(name)
    return unit


def _read_lasting(repeat: Element) -> Amount | Between | None:
    """How long one administration lasts, at least and at most."""
    least, most = _in_order(
        repeat, "duration", repeat.take_number("duration"), repeat.take_number("durationMax")
    )
    unit = _read_unit(repeat, "durationUnit")
    if least is None and most is None:
        return None
    if unit is None:
        repeat.note("duration")
        return None
    low, high = (
        None if value is None else Amount(value=value, unit=unit) for value in (least, most)
    )
    return low if low is not None and high is None else Between(low=low, high=high)


def _read_when(repeat: Element) -> tuple[When, ...]:
    """Moments of FHIR, then those that the French guide adds by an extension."""
    extensions = repeat.take("extension", _extensions) or []
    added = [
        extension.value_code or ""
        for extension in extensions
        if extension.url.endswith("/fr-additional-when-values")
    ]
    return _read_each(repeat, "when", _WHEN.get, added=added)


def _read_time(text: str) -> time | None:
    try:
        is_time = _TIME.fullmatch(text) is not None
        return time.fromisoformat(text).replace(microsecond=0) if is_time else None
    except ValueError:
        return None


def _read_bounds(repeat: Element) -> Amount | Between | Period | None:
    """How long, or from when to when; noted where it is said twice, or not in time."""
    duration, span = repeat.take_amount("boundsDuration"), repeat.take_between("boundsRange")
    period = repeat.take_period("boundsPeriod")
    found = [bounds for bounds in (duration, span, period) if bounds is not None]
    ends = [duration] if span is None else [duration, span.low, span.high]
    times = tuple(UNITS_OF_TIME.values())
    is_time = all(end is None or end.unit in times for end in ends)
    if len(found) > 1 or not is_time:
        repeat.note("bounds")
        return None
    return found[0] if found else None
