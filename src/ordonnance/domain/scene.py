"""A delivery as the rules of medicines look at it: what was ordered, given, and given before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ordonnance.domain.command import Execute
from ordonnance.domain.coverage import (
    Delivery,
    covered_until,
    deliver,
    find_product,
    pack_lasts,
    total_days,
    treatment_days,
)
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.delivery import NO_REGIME, Regime
from ordonnance.domain.execution import Act
from ordonnance.domain.known import Known
from ordonnance.domain.line import Kind, Line, Mention
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.product import Product, Referential

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One act that hands over a prescribed medicine, and all that its rules ask about.

    *at* is when it was handed over. *prescribed* and *given* are the products as they are known;
    None: uncoded, or unknown. *acts* is what was done, or not, about the line before; *before* are
    the deliveries among them, in order of hand-over; *delivery* is this one.

    What nine rules ask again and again is derived once, by ``look_at``, and kept here: *product*,
    whose rules apply, is the one prescribed, else the one given; *regime* its conditions, none for
    an unknown product, which never blocks; *written_on* the day in Paris of the writing.
    *earlier* are the deliveries before this one by their days: one recorded late comes after
    others that it does not follow, and they make it neither too early nor a renewal. *duration* is
    how many days the treatment lasts, renewals included, and *days* how many of them this delivery
    covers; None where nothing tells.
    """

    command: Execute
    act: Act
    at: datetime
    line: Line
    known: Known
    prescribed: Product | None
    given: Product | None
    product: Product | None
    regime: Regime
    written_on: date
    acts: Sequence[Act]
    before: tuple[Delivery, ...]
    earlier: tuple[Delivery, ...]
    delivery: Delivery
    duration: Decimal | None
    days: Decimal | None

    @property
    def fraction(self) -> Decimal | None:
        """The days that one fraction covers; None: delivered whole, or said to be.

        As long as the prescriber says, and no longer than the medicine allows.

        Source: MED-15; CSP, art. R. 5132-30.
        """
        days, said = self.regime.fraction_days, self.line.fill_days
        if days is None or Mention.ONE_DELIVERY in self.line.particular.mentions:
            return None
        return Decimal(days) if said is None else min(Decimal(days), said)

    @property
    def starts_on(self) -> date:
        """The day from which a narcotic's three days are counted.

        Source: MED-15; décret n° 2022-972 (from the planned discharge, for an operation).
        """
        surgery = self.line.particular.surgery
        return self.written_on if surgery is None else surgery.discharge_on

    @property
    def covered_until(self) -> date | None:
        """The first day that the deliveries before do not cover; None: none, or it is unknown."""
        return covered_until(self.earlier)

    @property
    def ahead(self) -> Decimal:
        """How many days the deliveries before still cover; 0 where it is unknown."""
        until = self.covered_until
        return Decimal(0 if until is None else max((until - self.delivery.on).days, 0))

    @property
    def pack_lasts(self) -> Decimal | None:
        """How many days one pack of what is given lasts by the posology; None: unknown."""
        return pack_lasts(self.line, self.given or self.prescribed)


def look_at(
    prescription: Prescription | None,
    command: Execute,
    act: Act,
    *,
    at: datetime,
    known: Known,
    acts: Sequence[Act],
) -> Scene | None:
    """The scene of *act*, received at *at*; *acts* is what was done about its line before.

    None where no rule of medicines looks: nothing was handed over, or no line is designated.
    """
    line = None if prescription is None else prescription.find_line(act.prescribed)
    if prescription is None or line is None or not act.is_done:
        return None
    if line.kind is not Kind.MEDICINE or act.kind is not Kind.MEDICINE:
        return None
    referential = known.referential
    prescribed = find_product(line.product, referential)
    given = find_product(act.product, referential)
    product = prescribed or given
    delivery = deliver(line, act, at, prescribed=prescribed, given=given)
    before = deliver_all(line, acts, at, prescribed=prescribed, referential=referential)
    duration = treatment_days(line, product)
    return Scene(
        command=command,
        act=act,
        at=act.handed_over_at or at,
        line=line,
        known=known,
        prescribed=prescribed,
        given=given,
        product=product,
        regime=NO_REGIME if product is None else product.regime,
        written_on=day_in_paris(prescription.authored_at),
        acts=acts,
        before=before,
        earlier=tuple([one for one in before if one.on <= delivery.on]),
        delivery=delivery,
        duration=duration,
        days=days_of(delivery, before, duration),
    )


def days_of(
    delivery: Delivery, before: Sequence[Delivery], duration: Decimal | None
) -> Decimal | None:
    """How many days *delivery* covers, no more than remain of a treatment of stated *duration*.

    None where nothing tells. Packs cannot be split: the last one outlives the treatment. A pack
    too many counts whole, as does what comes once nothing remains, renewed by law or decided by
    the professional.
    """
    days = delivery.days
    if days is None or delivery.act.days is not None or duration is None:
        return days
    left = duration - total_days(before)
    without_last = days - days / max(delivery.packs, _ONE)
    return min(days, left) if without_last < left else days


def deliver_all(
    line: Line,
    acts: Sequence[Act],
    at: datetime,
    *,
    prescribed: Product | None,
    referential: Referential,
) -> tuple[Delivery, ...]:
    """The deliveries of *line* among *acts*, in order of hand-over."""
    if not acts:
        return ()
    deliveries = [
        deliver(line, act, at, prescribed=prescribed, given=find_product(act.product, referential))
        for act in acts
        if act.is_done
    ]
    return tuple(sorted(deliveries, key=lambda one: one.on))
