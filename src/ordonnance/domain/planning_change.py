"""Changes of a planning made together, in an order that the rules of a présérie take.

Days that two pharmacies exchange may break the pace of the first week halfway, and not at the end:
what counts is where they lead.

Source: PRE-78.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_party import VENDOR
from ordonnance.domain.preserie_reading import read_event
from ordonnance.domain.preserie_rules import apply
from ordonnance.domain.refusal import Refusal

Change = Mapping[str, object]
"""The members of an event, as it will be told."""


def order_changes(
    preserie: Preserie, changes: Sequence[Change], *, at: datetime
) -> tuple[Change, ...]:
    """*changes* of the vendor, each where the rules take it; as they came, as far as they can be.

    Where none of those left is taken, they stand last: the first of them is the one refused. It
    may be so although all of them together would do: the pharmacy that opens the first week cannot
    change places with one that comes after it without a day between, which nobody here invents.

    Source: ours (PRE-78).
    """
    left, ordered = list(changes), []
    while left:
        found = _find_taken(preserie, left, at)
        if found is None:
            break
        place, preserie = found
        ordered.append(left.pop(place))
    return (*ordered, *left)


def _find_taken(
    preserie: Preserie, changes: Sequence[Change], at: datetime
) -> tuple[int, Preserie] | None:
    """The place of the first change that the rules take, and what it makes; None: no such."""
    for place, change in enumerate(changes):
        try:
            event = read_event({**change, "at": at.isoformat(), "by": str(VENDOR)})
            return place, apply(preserie, event)
        except Refusal:
            continue
    return None
