"""How many days of treatment a delivery covers, and until which day a line is covered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.execution import Act
from ordonnance.domain.line import Line
from ordonnance.domain.product import GenericRole, Product, Referential, are_of_one_group

# A century: no pack is known to last longer.
DAYS_MAX = Decimal(36_600)
_ZERO = Decimal(0)
_HUNDREDTH = Decimal("0.01")
_SPELT_OUT = {"ml": "millilitre", "g": "gramme"}
_WHOLE = frozenset({"comprimé", "gélule", "capsule", "lyophilisat", "pastille", "gomme", "film"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was handed over about a line: when, how much, and how many days that covers.

    *days* is None where nothing tells.
    """

    act: Act
    on: date
    days: Decimal | None

    @property
    def packs(self) -> Decimal:
        """How many packs were handed over."""
        return self.act.quantity or _ZERO


def deliver(
    line: Line, act: Act, at: datetime, *, prescribed: Product | None, given: Product | None
) -> Delivery:
    """*act* as a delivery of *line*; *at* is when, where the act does not say.

    *prescribed* and *given* are the products as they are known; None: uncoded, or unknown.
    """
    on = day_in_paris(act.handed_over_at or at)
    return Delivery(act, on, days_covered(line, act, prescribed=prescribed, given=given))


def days_covered(
    line: Line, act: Act, *, prescribed: Product | None, given: Product | None
) -> Decimal | None:
    """How many days of treatment *act* covers; None where nothing tells.

    What the professional says; else what the packs hold, by what is taken a day; else the part
    of a fill that they are. What may be of another strength than prescribed tells nothing. A
    hundredth of a day at most is lost: three thirds must not make more than a whole.

    Source: MED-11; CSP, art. R. 5132-14 (« la posologie et les quantités délivrées »). What the
    professional says comes first: ours, they counted the units and we read a label.
    """
    if act.days is not None:
        return act.days
    is_counted = act.quantity is not None and act.quantity > 0
    if act.quantity is None or not is_counted or not is_of_one_strength(prescribed, given):
        return None
    days = pack_lasts(line, given or prescribed, packs=act.quantity)
    fill = line.fill_days or (line.days if line.repeats == 0 and not line.is_open else None)
    if days is None and fill is not None and line.quantity is not None:
        days = fill * act.quantity / line.quantity
    return None if days is None else min(days, DAYS_MAX).quantize(_HUNDREDTH, ROUND_DOWN)


def is_of_one_strength(prescribed: Product | None, given: Product | None) -> bool:
    """Whether a unit of *given* counts for one of *prescribed*, as far as it is known.

    Source: ours (MED-11): a product of another group, or one that completes its group by another
    dose, may be taken two by two; counted one by one, a renewal in time would be refused.
    """
    if prescribed is None or given is None or prescribed.cis == given.cis:
        return True
    roles = (prescribed.generic_role, given.generic_role)
    return GenericRole.COMPLEMENTARY not in roles and are_of_one_group(prescribed, given)


def find_product(code: str | None, referential: Referential) -> Product | None:
    """The product of *code*; None where it is not coded, or not known."""
    return None if code is None else referential.find(code)


def treatment_days(line: Line, product: Product | None) -> Decimal | None:
    """How many days the treatment lasts, renewals included; None where nothing tells.

    How long a fill lasts says it, as often as there are fills. Else a duration said of a treatment
    without renewals is all of it; with renewals it may be said of one fill or of them all: the
    nearer to what the packs make. Else the packs say, if the posology leaves no choice.

    Source: MED-11. The nearer one: ours, software writes both.
    """
    if line.is_open or (line.quantity is None and line.days is None):
        return None
    if line.quantity is None:
        return (line.days or Decimal(0)) * line.fills
    if line.fill_days is not None:
        return line.fill_days * line.fills
    if line.days is not None and line.repeats == 0:
        return line.days
    return _days_by_packs(line, product, packs=line.quantity * line.fills)


def _days_by_packs(line: Line, product: Product | None, *, packs: Decimal) -> Decimal | None:
    """How long *packs* last, or the length said that is nearer to it; None: it cannot be told."""
    is_exact = line.intake is not None and not line.intake.is_most
    held = pack_lasts(line, product, packs=packs) if is_exact else None
    if held is None or line.days is None:
        return held
    return min((line.days, line.days * line.fills), key=lambda days: abs(days - held))


def pack_lasts(
    line: Line, product: Product | None, *, packs: Decimal = Decimal(1)
) -> Decimal | None:
    """How many days *packs* of *product* last by the posology of *line*; None: cannot be told.

    Source: MED-4, MED-11.
    """
    intake = line.intake
    if intake is None or product is None:
        return None
    contents = product.contents
    if contents is None:
        return None
    counted = _SPELT_OUT.get(contents.unit, contents.unit)
    is_same = f"{intake.unit} ".startswith(f"{counted} ") or (
        contents.unit in _WHOLE and intake.unit in ("", "unité")
    )
    return packs * contents.count * intake.days / intake.taken if is_same else None


def covered_until(deliveries: Iterable[Delivery]) -> date | None:
    """The first day that *deliveries*, in order, do not cover; None where one cannot be told.

    Each is taken once the ones before it are: what was given early adds up.
    """
    end: date | None = None
    for delivery in deliveries:
        if delivery.days is None:
            return None
        start = delivery.on if end is None else max(end, delivery.on)
        end = add_days(start, delivery.days)
    return end


def hold_within(deliveries: Iterable[Delivery], most: Decimal | None) -> Iterator[Delivery]:
    """The same *deliveries*, that cover no more than *most* days together (None: no limit)."""
    for delivery in deliveries:
        if most is None or delivery.days is None:
            yield delivery
        else:
            held = min(delivery.days, most)
            most -= held
            yield replace(delivery, days=held)


def add_days(on: date, days: Decimal) -> date:
    """The day that lies so many whole *days* after *on*; the last day there is, at most."""
    return on + timedelta(days=min(int(days), (date.max - on).days))


def total_days(deliveries: Sequence[Delivery]) -> Decimal:
    """The days of treatment that *deliveries* cover together, as far as they are known."""
    return sum([one.days for one in deliveries if one.days is not None], _ZERO)
