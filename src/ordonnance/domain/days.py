"""Days as the law counts them: in Paris, by the calendar; and how they are said in French."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_A_DAY = timedelta(days=1)
_DAYS_IN_ANY_MONTH = 28
_WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)


def day_in_paris(at: datetime) -> date:
    """The day it is in Paris at the instant *at*."""
    return at.astimezone(PARIS).date()


def end_of_day(on: date) -> datetime:
    """The first instant after the day *on* in Paris."""
    return datetime.combine(on + _A_DAY, time.min, PARIS)


def add_months(on: date, months: int) -> date:
    """The same day *months* later (or earlier, if negative), or that month's last day."""
    years, month = divmod(on.month - 1 + months, 12)
    if on.day <= _DAYS_IN_ANY_MONTH:
        return date(on.year + years, month + 1, on.day)
    first = date(on.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - _A_DAY
    return first.replace(day=min(on.day, last.day))


def say_day(at: datetime) -> str:
    """The day of *at* in Paris as a sentence says it: ``le lun. 12 janv. 2026``."""
    return say_date(day_in_paris(at))


def say_hour(at: datetime) -> str:
    """The hour of *at* in Paris as a sentence says it: ``9 h 05``."""
    local = at.astimezone(PARIS)
    return f"{local.hour} h {local.minute:02}"


def say_date(on: date) -> str:
    """The day *on* as a sentence says it: ``le lun. 12 janv. 2026``."""
    return f"le {say_bare(on)}"


def say_from(on: date) -> str:
    """From the day *on*, that day included: ``à partir du lun. 12 janv. 2026``."""
    return f"à partir du {say_bare(on)}"


def say_up_to(on: date) -> str:
    """Up to the day *on*: ``jusqu’au lun. 12 janv. 2026``."""
    return f"jusqu’au {say_bare(on)}"


def say_short(on: date) -> str:
    """The day *on* without its year, as a chart names it: ``12 janv.``."""
    return f"{'1er' if on.day == 1 else on.day} {_MONTHS[on.month - 1]}"


def say_month(on: date) -> str:
    """The month of the day *on* as a table says it: ``nov. 2026``."""
    return f"{_MONTHS[on.month - 1]} {on.year}"


def say_bare(on: date) -> str:
    """The day *on* alone: ``lun. 12 janv. 2026``."""
    day = "1er" if on.day == 1 else str(on.day)
    return f"{_WEEKDAYS[on.weekday()]} {day} {_MONTHS[on.month - 1]} {on.year}"
