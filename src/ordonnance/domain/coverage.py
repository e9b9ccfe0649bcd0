"""How many days of treatment a delivery covers, and until which day a line is covered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.execution import Act
from ordonnance.domain.line import Line
from ordonnance.domain.packaging import read_contents
from ordonnance.domain.product import Product, Referential

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
        return self.act.quantity or Decimal(0)


def deliver(line: Line, act: Act, at: datetime, referential: Referential) -> Delivery:
    """*act* as a delivery of *line*; *at* is when, where the act does not say."""
    on = day_in_paris(act.handed_over_at or at)
    return Delivery(act, on, days_covered(line, act, referential))


def days_covered(line: Line, act: Act, referential: Referential) -> Decimal | None:
    """How many days of treatment *act* covers; None where nothing tells.

    What the professional says; else what the packs hold, by what is taken a day; else the part
    of a fill that they are.

    Source: MED-11; CSP, art. R. 5132-14 (« la posologie et les quantités délivrées »). What the
    professional says comes first: ours, they counted the units and we read a label.
    """
    if act.days is not None:
        return act.days
    if act.quantity is None:
        return None
    lasts = pack_lasts(line, find_product(act.product or line.product, referential))
    if lasts is not None:
        return act.quantity * lasts
    fill = line.fill_days or (line.days if line.repeats == 0 and not line.is_open else None)
    if fill is None or line.quantity is None:
        return None
    return fill * act.quantity / line.quantity


def find_product(code: str | None, referential: Referential) -> Product | None:
    """The product of *code*; None where it is not coded, or not known."""
    return None if code is None else referential.find(code)


def pack_lasts(line: Line, product: Product | None) -> Decimal | None:
    """How many days one pack of *product* lasts by the posology of *line*; None: cannot be told.

    Source: MED-4, MED-11.
    """
    intake = line.intake
    if intake is None or product is None:
        return None
    contents = read_contents(product.packaging, form=product.form)
    if contents is None:
        return None
    is_same = f"{intake.unit} ".startswith(f"{contents.unit} ") or (
        contents.unit in _WHOLE and intake.unit in ("", "unité")
    )
    return contents.count * intake.days / intake.taken if is_same else None


def covered_until(deliveries: Iterable[Delivery]) -> date | None:
    """The first day that *deliveries*, in order, do not cover; None where one cannot be told.

    Each is taken once the ones before it are: what was given early adds up.
    """
    end: date | None = None
    for delivery in deliveries:
        if delivery.days is None:
            return None
        start = delivery.on if end is None else max(end, delivery.on)
        end = start + timedelta(days=int(delivery.days))
    return end


def total_days(deliveries: Sequence[Delivery]) -> Decimal:
    """The days of treatment that *deliveries* cover together, as far as they are known."""
    return sum((one.days for one in deliveries if one.days is not None), Decimal(0))
