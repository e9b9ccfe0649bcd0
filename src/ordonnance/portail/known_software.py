"""What the préséries of a vendor say already of its software, told before it prepares another.

Source: PRE-5, PRE-77.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ordonnance.domain.preserie import Software
from ordonnance.domain.preserie_coverage import cover
from ordonnance.domain.preserie_history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A software declared in a présérie; *because*: why that one covers it, or does not."""

    software: Software
    history: History
    is_tried: bool
    is_covered: bool
    because: str


def list_known(histories: Iterable[History]) -> list[Known]:
    """The software that préséries declare, those covered first; of two, where it is tried.

    Source: PRE-1, PRE-5.
    """
    found: dict[str, Known] = {}
    for history in histories:
        preserie = history.preserie
        for software in preserie.software.values():
            coverage = cover(preserie, software)
            one = Known(
                software=software,
                history=history,
                is_tried=software.name == preserie.opened,
                is_covered=coverage.is_covered,
                because=coverage.because,
            )
            other = found.get(software.name)
            if other is None or _weight(one) > _weight(other):
                found[software.name] = one
    return sorted(found.values(), key=lambda one: (not one.is_covered, one.software.name))


def _weight(known: Known) -> tuple[bool, bool]:
    return known.is_covered, known.is_tried
