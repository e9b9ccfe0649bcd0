"""A posology as values: what is taken, how much, when, how often, for how long, within what limits.

A posology is a tuple of steps. Steps of the same sequence run together, those of the next
sequence follow. Nothing here is computed on: the values are there to be said.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

AMOUNT_UNDER = 10**9
DECIMALS_MAX = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """How something is counted, in French.

    *one* and *many* are words (``milligramme``, ``milligrammes``); *symbol*, the same for one and
    many, stands for them beside figures, and None means that words stand there too.
    *has_halves*: quarters and halves are said as such (``1/2 comprimé``).
    """

    one: str
    many: str
    symbol: str | None = None
    is_feminine: bool = False
    has_halves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So much of something: 0 to under a billion, nine decimals; no unit where none was said."""

    value: Decimal
    unit: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """From *low* to *high*, no less than *low*, both included; None on an open side."""

    low: Amount | None = None
    high: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """So much of *over* for so much of *under*: ``500 ml`` in ``12 heures``."""

    over: Amount
    under: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From *start* to *end*; a day is counted whole, an instant bears its offset.

    The end of a period that leaves its last instant out is written one second early.
    """

    start: date | datetime | None = None
    end: date | datetime | None = None


class When(StrEnum):
    """A moment of the day: FHIR EventTiming, then what Interop'Santé adds."""

    MORNING = "MORN"
    MORNING_EARLY = "MORN.early"
    MORNING_LATE = "MORN.late"
    NOON = "NOON"
    AFTERNOON = "AFT"
    AFTERNOON_EARLY = "AFT.early"
    AFTERNOON_LATE = "AFT.late"
    EVENING = "EVE"
    EVENING_EARLY = "EVE.early"
    EVENING_LATE = "EVE.late"
    NIGHT = "NIGHT"
    ASLEEP = "PHS"
    BEDTIME = "HS"
    WAKING = "WAKE"
    MEAL = "C"
    BREAKFAST = "CM"
    LUNCH = "CD"
    DINNER = "CV"
    BEFORE_MEAL = "AC"
    BEFORE_BREAKFAST = "ACM"
    BEFORE_LUNCH = "ACD"
    BEFORE_DINNER = "ACV"
    AFTER_MEAL = "PC"
    AFTER_BREAKFAST = "PCM"
    AFTER_LUNCH = "PCD"
    AFTER_DINNER = "PCV"
    BEFORE_RISING = "AGU"
    AFTER_RISING = "PGU"
    BEFORE_WASHING = "AT"
    WASHING = "T"
    AFTER_WASHING = "PT"
    BEFORE_SNACK = "ASK"
    SNACK = "SK"
    AFTER_SNACK = "PSK"
    BEFORE_MORNING_SNACK = "AMS"
    MORNING_SNACK = "MS"
    AFTER_MORNING_SNACK = "PMS"
    BEFORE_AFTERNOON_SNACK = "AAS"
    AFTERNOON_SNACK = "AS"
    AFTER_AFTERNOON_SNACK = "PAS"
    BEFORE_BED = "ABT"
    AFTER_BED = "PBT"


class Weekday(StrEnum):
    """A day of the week, in the order of the week."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What one intake takes, or at what rate.

    *calculated* is what the amount was worked out from (``1 000 mg/m²``), *of* the component it
    counts where a preparation has several.
    """

    amount: Amount | Between | None = None
    rate: Ratio | Amount | Between | None = None
    calculated: Amount | Between | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When the intakes are, how often, and between which bounds.

    *frequency* times every *period*, each up to its ``_max``; *count* intakes in all. *lasts* is
    how long one of them goes on. *offset* is in minutes, before or after each of *when*.
    """

    frequency: int | None = None
    frequency_max: int | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: Unit | None = None
    count: int | None = None
    count_max: int | None = None
    lasts: Amount | Between | None = None
    when: tuple[When, ...] = ()
    offset: int | None = None
    times: tuple[time, ...] = ()
    days: tuple[Weekday, ...] = ()
    events: tuple[date | datetime, ...] = ()
    bounds: Amount | Between | Period | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a posology.

    *as_needed_for* is the reason in the prescriber's words, or a bare noun where it was only
    coded (*is_reason_coded*). *text* says the whole step in words. *unread* names the elements
    of which nothing could be made: the structure then says less than what was prescribed.
    """

    sequence: int = 0
    doses: tuple[Dose, ...] = ()
    route: str | None = None
    method: str | None = None
    site: str | None = None
    timing: Timing = Timing()
    is_as_needed: bool = False
    as_needed_for: str | None = None
    is_reason_coded: bool = False
    max_per_intake: Amount | None = None
    max_per_period: Ratio | None = None
    max_per_lifetime: Amount | None = None
    instructions: tuple[str, ...] = ()
    patient_instruction: str | None = None
    text: str | None = None
    unread: tuple[str, ...] = ()
