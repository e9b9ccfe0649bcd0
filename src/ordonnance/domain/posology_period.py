"""Clock times, dates and periods of a posology, said in French."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from ordonnance.domain.days import PARIS
from ordonnance.domain.posology import Amount, Between, Period
from ordonnance.domain.posology_amount import say_amount, say_between
from ordonnance.domain.posology_numeral import NARROW, Wording, say_list
from ordonnance.domain.posology_unit import DAY

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)


def say_times(times: tuple[time, ...]) -> str:
    """``à 7 h, 12 h et 18 h 30``; or empty. Figures always: a clock shows figures."""
    said = say_list([_say_time(at) for at in times])
    return f"à {said}" if said else ""


def _say_time(at: time) -> str:
    said = f"{at.hour}{NARROW}h"
    if at.minute or at.second:
        said += f"{NARROW}{at.minute:02}"
    return f"{said}{NARROW}min{NARROW}{at.second:02}{NARROW}s" if at.second else said


def say_events(events: tuple[date | datetime, ...]) -> str:
    """``le 12 mai 2026 à 8 h et le 13 mai 2026``; or empty."""
    return say_list([f"le {_say_instant(event)}" for event in events])


def _say_date(on: date, *, is_year_said: bool = True) -> str:
    day = "1er" if on.day == 1 else str(on.day)
    year = f" {on.year}" if is_year_said else ""
    return f"{day}{NARROW}{_MONTHS[on.month - 1]}{year}"


def _say_instant(moment: date | datetime) -> str:
    if isinstance(moment, datetime):
        at = _on_the_wall(moment)
        return f"{_say_date(at)} à {_say_time(at.time())}"
    return _say_date(moment)


def _on_the_wall(at: datetime) -> datetime:
    """What a clock shows at *at*: in the offset it was written with, in Paris if in UTC.

    Source: ours (POS-6): who prescribes in Martinique writes the hour of Martinique; software
    that writes UTC means no place.
    """
    return at.astimezone(PARIS) if at.utcoffset() == timedelta(0) else at


def say_bounds(bounds: Amount | Between | Period | None, wording: Wording = Wording.FIGURES) -> str:
    """``pendant 5 jours``, ``du 2 au 6 mai 2026 inclus, soit 5 jours``; or empty.

    Source: POS-6.
    """
    if isinstance(bounds, Period):
        return _say_period(bounds, wording)
    said = "" if bounds is None else say_between(bounds, wording)
    return f"pendant {said}" if said else ""


def _say_period(period: Period, wording: Wording) -> str:
    start = None if period.start is None else _first_day(period.start)
    end = None if period.end is None else _last_day(period.end)
    if start is None or end is None:
        if start is not None:
            return f"à partir du {_say_instant(start)}"
        return "" if end is None else f"jusqu’au {_say_end(end)}"
    if start == end:
        return f"le {_say_instant(start)}"
    first = _say_instant(start)
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        first = _say_start(start, end)
    days = _count_days(start, end)
    lasts = "" if days is None else f", soit {say_amount(Amount(value=days, unit=DAY), wording)}"
    return f"du {first} au {_say_end(end)}{lasts}"


def _first_day(start: date | datetime) -> date | datetime:
    """*start*, as a day where it is the beginning of one."""
    if not isinstance(start, datetime):
        return start
    at = _on_the_wall(start)
    return at.date() if at.time() == time() else start


def _last_day(end: date | datetime) -> date | datetime:
    """*end*, as the day where it is its last second; else as the instant left out.

    Source: eP-IG, modelling rules (the end is written one second early to leave it out).
    """
    if not isinstance(end, datetime):
        return end
    after = end + timedelta(seconds=1) if end.second == 59 else end  # noqa: PLR2004 - the last one
    at = _on_the_wall(after)
    return (at - timedelta(days=1)).date() if at.time() == time() and after != end else after


def _say_end(end: date | datetime) -> str:
    return _say_instant(end) if isinstance(end, datetime) else f"{_say_date(end)} inclus"


def _say_start(start: date, end: date) -> str:
    """The first of two days, without the year or the month that the second one says again."""
    if start.year != end.year:
        return _say_date(start)
    if start.month != end.month:
        return _say_date(start, is_year_said=False)
    return "1er" if start.day == 1 else str(start.day)


def _count_days(start: date | datetime, end: date | datetime) -> Decimal | None:
    """How many whole days there are; None where they are not whole, or there are none."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        # On the clock of Paris: a day stays a day when the clocks change.
        first, last = start.astimezone(PARIS), end.astimezone(PARIS)
        lasted = last.replace(tzinfo=UTC) - first.replace(tzinfo=UTC)
        is_whole = lasted.seconds == 0 and lasted.microseconds == 0
        return Decimal(lasted.days) if is_whole and lasted.days > 0 else None
    if isinstance(start, datetime) or isinstance(end, datetime):
        return None
    days = (end - start).days + 1
    return Decimal(days) if days > 0 else None
