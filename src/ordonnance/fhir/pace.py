"""When something other than a medicine is done: how often, how long, how many times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
import math

import msgspec
from msgspec import Raw

from ordonnance.domain.days import PARIS
from ordonnance.domain.posology_sentence import PARTLY_UNREAD, UNREAD, say
from ordonnance.fhir.dosage import read_posology
from ordonnance.fhir.medicine import count_days, read_span
from ordonnance.fhir.reading import read_moment, refuse_element
from ordonnance.fhir.strict import Strict
from ordonnance.fhir.structs import Period
from ordonnance.fhir.structs_order import (
    REPEAT_NAMES,
    TIMING_NAMES,
    Ordering,
    OrderRepeat,
    OrderTiming,
    ServiceRequest,
)

_encode = msgspec.json.Encoder().encode
_timing = Strict(OrderTiming, TIMING_NAMES)
_repeat = Strict(OrderRepeat, REPEAT_NAMES)


@dataclass(frozen=True, slots=True)
class Pace:
    """How something is repeated: in French, for so many *days*, *count* times in all.

    *is_repeated*: it is done more than once. None: not said.
    """

    words: str = ""
    days: Decimal | None = None
    count: int | None = None
    is_repeated: bool = False


def read_pace(request: Ordering, at: datetime, where: str) -> Pace:
    """When a line of another kind than a medicine, written at *at*, is to be done.

    Raises:
        Refusal: ELEMENT_INVALID; names are strict, one misspelt would change how much is ordered.

    Source: TLS-40; FHIR R4, Timing.
    """
    if bytes(request.occurrence_timing):
        return _read_timing(request.occurrence_timing, at, f"{where}.occurrenceTiming")
    if request.occurrence_period is not None:
        return _read_period(request.occurrence_period, f"{where}.occurrencePeriod")
    if request.occurrence_date_time is not None:
        read_moment(request.occurrence_date_time, f"{where}.occurrenceDateTime")
        return Pace(_say(_encode({"event": [request.occurrence_date_time]})))
    return Pace()


def _read_timing(text: Raw, at: datetime, where: str) -> Pace:
    timing = _timing.read(text, where)
    words = _say(bytes(text))
    if not bytes(timing.repeat):
        return Pace(words)
    where = f"{where}.repeat"
    repeat = _repeat.read(timing.repeat, where)
    bound = repeat.bounds_duration
    if bound is None and repeat.bounds_range is not None:
        bound = repeat.bounds_range.high
    days = count_days(bound, at)
    if days is None:
        days = _days_of(repeat.bounds_period, f"{where}.boundsPeriod")
    count = repeat.count if repeat.count_max is None else repeat.count_max
    is_repeated = repeat.frequency is not None or repeat.period is not None
    return Pace(words, days, count, is_repeated)


def _read_period(period: Period, where: str) -> Pace:
    bounds = {"start": period.start, "end": period.end}
    said = {name: moment for name, moment in bounds.items() if moment is not None}
    for name, moment in said.items():
        read_moment(moment, f"{where}.{name}")
    words = _say(_encode({"repeat": {"boundsPeriod": said}})) if said else ""
    return Pace(words, _days_of(period, where))


def _days_of(period: Period | None, where: str) -> Decimal | None:
    """How many days a period lasts, its ends included; None where it does not say both."""
    span = read_span(period, where)
    if span is None:
        return None
    # Both in Paris: a day stays a day when the clocks change.
    lasted = span[1].astimezone(PARIS) - span[0].astimezone(PARIS)
    return Decimal(max(math.ceil(lasted.total_seconds() / 86400), 1))


def _say(timing: bytes) -> str:
    """A Timing in French, but for how many times in all: sessions say it."""
    steps = [
        replace(step, timing=replace(step.timing, count=None, count_max=None))
        for step in read_posology([b'{"timing":' + timing + b"}"])
    ]
    return _of_care(say(steps))


def say_condition(request: ServiceRequest) -> str:
    """On what condition something is done, in French: ``si besoin (douleur)``; empty: on none."""
    said: dict[str, object] = {}
    if bytes(request.as_needed_codeable_concept):
        said["asNeededCodeableConcept"] = request.as_needed_codeable_concept
    elif request.as_needed_boolean:
        said["asNeededBoolean"] = True
    return _of_care(say(read_posology([_encode(said)]))) if said else ""


def _of_care(words: str) -> str:
    for said in (UNREAD, PARTLY_UNREAD):
        words = words.replace(said, said.replace("posologie", "fréquence"))
    return words


def agree(numbers: Sequence[int | None], where: str) -> int | None:
    """The one number that is said, once or several times; None: none is.

    Raises:
        Refusal: ELEMENT_INVALID where two of them differ: nobody can tell which one is ordered.
    """
    said = {number for number in numbers if number is not None}
    if len(said) > 1:
        raise refuse_element(where, "le même nombre est dit deux fois, et différemment")
    return next(iter(said), None)
