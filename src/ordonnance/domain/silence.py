"""Working days, and the pharmacies whose traces postes stopped coming.

Source: PST-11.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

SILENT_DAYS = 2
_A_DAY = timedelta(days=1)
_SATURDAY = 5
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A pharmacy, and when its traces last came.

    *installed_on* None: it is in no présérie. *is_on*: its traces are expected. *last_on* None:
    none ever came.
    """

    am: str
    installed_on: date | None
    is_on: bool
    last_on: date | None

    def silent_days(self, today: date) -> int:
        """For how many working days nothing came from it; 0 where nothing is expected.

        What came before its installation does not count.

        Source: PST-11.
        """
        days = [day for day in (self.installed_on, self.last_on) if day is not None]
        return silent_since(max(days), today) if self.is_on and days else 0

    def is_silent(self, today: date) -> bool:
        """Whether it comes first on the pages of who watches it.

        Source: PST-11.
        """
        return self.silent_days(today) >= SILENT_DAYS


def silent_since(last_on: date, today: date) -> int:
    """How many working days went by whole since *last_on*: neither that day, nor *today*.

    Source: PST-11. Ours: a day that is not over may still bring traces.
    """
    days = (today - last_on).days
    return sum(is_worked(last_on + _A_DAY * ahead) for ahead in range(1, days))


def sort(sites: Iterable[Heard], today: date) -> list[Heard]:
    """*sites*, the silent ones first, the longest silence before the others, then by their AM.

    Source: PST-11.
    """

    def place(site: Heard) -> tuple[int, str]:
        return (-site.silent_days(today) if site.is_silent(today) else 0, site.am)

    return sorted(sites, key=place)


def is_worked(on: date) -> bool:
    """Whether a day is a working one: Monday to Friday, but for public holidays.

    Source: PST-11; Code du travail, art. L. 3133-1. Saturday left out: ours, many sites close.
    """
    return on.weekday() < _SATURDAY and on not in list_holidays(on.year)


def list_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of a year in France.

    Those of Alsace-Moselle and overseas are left out: no CPAM of a présérie is there.

    Source: PST-11; Code du travail, art. L. 3133-1.
    """
    easter = find_easter(year)
    moving = {easter + _A_DAY * after for after in _AFTER_EASTER}
    return frozenset(moving | {date(year, month, day) for month, day in _FIXED})


def find_easter(year: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar.

    Source: ours (PST-11): Meeus, Astronomical Algorithms, chapter 8; letters are his.
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741 - the letter of the source
    m = (a + 11 * h + 19 * l) // 433
    month = (h + l - 7 * m + 90) // 25
    return date(year, month, (h + l - 7 * m + 33 * month + 19) % 32)
