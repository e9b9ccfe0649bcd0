"""A delivery as the rules of medicines look at it: what was ordered, given, and given before."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import takewhile

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
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act
from ordonnance.domain.known import Known
from ordonnance.domain.line import Line, Mention
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.product import Product
from ordonnance.domain.rights import acts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One act that hands over a prescribed medicine, and all that its rules ask about.

    *at* is when it was handed over. *prescribed* and *given* are the products as they are known;
    None: uncoded, or unknown. *before* are the deliveries of the line that stand, and those of
    the same request that come first, in order of hand-over. *delivery* is this one.
    """

    dossier: Dossier
    prescription: Prescription
    command: Execute
    act: Act
    at: datetime
    line: Line
    known: Known
    prescribed: Product | None
    given: Product | None
    before: tuple[Delivery, ...]
    delivery: Delivery

    @property
    def product(self) -> Product | None:
        """The product whose rules apply: the one prescribed, else the one given."""
        return self.prescribed or self.given

    @property
    def regime(self) -> Regime:
        """The conditions that apply; none for an unknown product, which never blocks."""
        return NO_REGIME if self.product is None else self.product.regime

    @property
    def written_on(self) -> date:
        """The day in Paris on which the prescription was written."""
        return day_in_paris(self.prescription.authored_at)

    @property
    def earlier(self) -> tuple[Delivery, ...]:
        """The deliveries before this one by their days.

        One recorded late comes after others that it does not follow: they make it neither too
        early nor a renewal.
        """
        return tuple(one for one in self.before if one.on <= self.delivery.on)

    @property
    def days(self) -> Decimal | None:
        """How many days this delivery covers, no more than remain of a treatment of stated length.

        None where nothing tells. Packs cannot be split: the last one outlives the treatment. A
        pack too many counts whole, as does what comes once nothing remains, renewed by law or
        decided by the professional.
        """
        days = self.delivery.days
        if days is None or self.act.days is not None or self.duration is None:
            return days
        left = self.duration - total_days(self.before)
        without_last = days - days / max(self.delivery.packs, Decimal(1))
        return min(days, left) if without_last < left else days

    @property
    def duration(self) -> Decimal | None:
        """How many days the treatment lasts, renewals included; None where it is not said."""
        return treatment_days(self.line, self.prescribed or self.given)

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
    dossier: Dossier, command: Execute, act: Act, *, at: datetime, known: Known
) -> Scene | None:
    """The scene of *act*, received at *at*.

    None where no rule of medicines looks: nothing was handed over, or no line is designated.
    """
    prescription = dossier.prescription
    line = None if prescription is None else prescription.find_line(act.prescribed)
    if prescription is None or line is None or not act.is_done:
        return None
    referential = known.referential
    acts = acts_before(dossier, command, act, line)
    before = [deliver(line, one, at, referential) for one in acts if one.is_done]
    return Scene(
        dossier=dossier,
        prescription=prescription,
        command=command,
        act=act,
        at=act.handed_over_at or at,
        line=line,
        known=known,
        prescribed=find_product(line.product, referential),
        given=find_product(act.product, referential),
        before=tuple(sorted(before, key=lambda one: one.on)),
        delivery=deliver(line, act, at, referential),
    )


def acts_before(dossier: Dossier, command: Execute, act: Act, line: Line) -> list[Act]:
    """What was done, or not, about *line* before *act*: recorded, or said first by its request."""
    said = takewhile(lambda other: other is not act, command.acts)
    together = (other for other in said if other.prescribed == act.prescribed)
    return [*acts_on(dossier, line), *together]
