"""How much of a narcotic may still be delivered to who comes late: the three-day rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
import math

from ordonnance.domain.coverage import Delivery, add_days
from ordonnance.domain.rights import Unit, say_quantity

GRACE_DAYS = 3


@dataclass(frozen=True, slots=True)
class Share:
    """What may be delivered at once, in days, and what is lost by having come late.

    *last_on* is the last day on which something may; None: no day is, or it is not known.
    """

    allowed: Decimal
    lost: Decimal
    last_on: date | None = None


def share_of(late: int, fraction: Decimal) -> Share:
    """The share of a *fraction* (or of a whole treatment) presented *late* days after its start.

    The day it starts is not counted. Up to three days, nothing is lost; beyond, the days gone by
    are. Whole fractions gone by are lost, and the next one has three days of its own.

    >>> share_of(4, Decimal(28))
    Share(allowed=Decimal('24'), lost=Decimal('4'), last_on=None)

    Source: MED-15; CSP, art. R. 5132-33. Fractions gone by whole: ours, the article says what one
    loses, and a patient must not lose the ones still to come.
    """
    if late <= GRACE_DAYS:
        return Share(fraction, Decimal(0))
    gone, within = divmod(Decimal(late), fraction)
    if gone and within <= GRACE_DAYS:
        return Share(fraction, gone * fraction)
    return Share(fraction - within, Decimal(late))


def share_now(
    before: Iterable[Delivery],
    *,
    on: date,
    starts_on: date,
    fraction: Decimal | None,
    duration: Decimal | None,
) -> Share | None:
    """What may be delivered on the day *on*; None where nothing bounds it, or it is not known.

    *before* are the earlier deliveries, in order; *starts_on* is the day that the first one is
    counted from, each later one from the end of the one before. *duration* is the whole treatment.

    Source: MED-15; CSP, art. R. 5132-30 and R. 5132-33.
    """
    whole = fraction or duration
    if not whole:
        return None
    spent = Decimal(0)
    start = starts_on
    for delivery in before:
        if delivery.days is None:
            return None
        lost = share_of((delivery.on - start).days, whole).lost
        spent += delivery.days + lost
        start = add_days(max(start, delivery.on), delivery.days)
    now = share_of((on - start).days, whole)
    if duration is None:
        return now
    left = duration - spent
    allowed = max(min(now.allowed, left - now.lost), Decimal(0))
    return Share(allowed, now.lost, last_day(start, left, whole))


def last_day(start: date, left: Decimal, fraction: Decimal) -> date | None:
    """The last day on which some of what is *left* from *start* on may be delivered; None: none.

    That is its last day, or the third one after its last fraction begins.

    Source: MED-15; CSP, art. R. 5132-33.
    """
    if left <= 0:
        return None
    last_fraction = (math.ceil(left / fraction) - 1) * fraction
    return add_days(start, max(Decimal(math.ceil(left) - 1), last_fraction + GRACE_DAYS))


def say_fraction(fraction: Decimal) -> str:
    """The limit of a fraction, in words."""
    return f"la délivrance est fractionnée : {say_quantity(fraction, Unit.DAY)} au plus"


def say_share(allowed: Decimal, lost: Decimal, fraction: Decimal | None) -> str:
    """Why no more than *allowed* days may be delivered, in words."""
    rest = f"il reste {say_quantity(round(allowed, 1), Unit.DAY)} à délivrer"
    if lost:
        gone = say_quantity(round(lost, 1), Unit.DAY)
        return f"présentée après trois jours, elle perd {gone}, et {rest}"
    return rest if fraction is None or allowed < fraction else say_fraction(fraction)
