"""The rules of medicines, from the first delivery to the last, each with where it is written.

What the law states refuses, and the professional may set most of it aside with a reason; what is
softer, or not known for sure, warns. A product that is not known has no regime: nothing blocks it.
``domain/explanation.py`` says the same rules in French, product by product.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from ordonnance.domain.days import add_months, end_of_day, say_date, say_from, say_up_to
from ordonnance.domain.delivery import Stated
from ordonnance.domain.dossier import Caveat, CaveatCode
from ordonnance.domain.execution import Swap
from ordonnance.domain.line import Mention
from ordonnance.domain.narcotic import Share, share_now
from ordonnance.domain.overlap import covered_by
from ordonnance.domain.product import are_of_one_group, is_contraceptive
from ordonnance.domain.refusal import Reason, Reasons, Refusal
from ordonnance.domain.rights import Unit, say_quantity
from ordonnance.domain.scene import Scene

Finding = Refusal | Caveat

FIRST_MONTHS, FIRST_MONTHS_UNLISTED = 3, 12
FOUR_WEEKS_DAYS = 28
MONTH_DAYS = 30
QUARTER_DAYS = 93
CONTRACEPTIVE_DAYS = 84
CEILING_MONTHS = 12
BEFORE_SURGERY_DAYS = 3


# 1. When it may begin


def check_first_delivery(scene: Scene) -> Iterator[Finding]:
    """The first delivery comes within three months of the writing; within a year if not listed.

    Source: MED-10; CSP, art. R. 5132-22 (« datant de moins de trois mois »).
    """
    is_expired = end_of_day(scene.delivery.on) > scene.line.valid_until  # EXPIRED says it already
    if scene.before or scene.product is None or is_expired:
        return
    if scene.regime.is_listed:
        last_on = add_months(scene.written_on, FIRST_MONTHS) - timedelta(days=1)
    else:
        last_on = add_months(scene.written_on, FIRST_MONTHS_UNLISTED)
    if scene.delivery.on > last_on:
        yield refuse(scene, Reasons.TOO_LATE, when=say_date(last_on))


# 2. When it may go on


def check_pace(scene: Scene) -> Iterator[Finding]:
    """A fill is renewed once the ones before it are used up, by posology and quantities.

    What completes a fill begun is no renewal. Of a medicine delivered in fractions, each one is
    waited for. A product that is not listed only warns.

    Source: MED-11; CSP, art. R. 5132-14.
    """
    until = scene.covered_until
    if until is None or scene.delivery.on >= until or scene.product is None:
        return
    fraction = fraction_of(scene)
    goes_beyond = fraction is not None and scene.ahead + (scene.days or fraction) > fraction
    if opens_fill(scene) or goes_beyond:
        if scene.regime.is_listed:
            yield refuse(scene, Reasons.TOO_EARLY, when=say_from(until))
        else:
            yield Caveat(CaveatCode.TOO_EARLY, scene.line.rank, say_date(until))


def opens_fill(scene: Scene) -> bool:
    """Whether this delivery goes beyond the fill begun before it.

    Source: MED-11; national value set JDV_CompletudeDispensation for what counts no packs.
    """
    line = scene.line
    if line.quantity is None:
        last = scene.before[-1].act.completeness if scene.before else None
        return last is None or last.completes
    delivered = sum((one.packs for one in scene.before), Decimal(0))
    return scene.delivery.packs > -delivered % line.quantity


# 3. How much at once


def check_month(scene: Scene) -> Iterator[Finding]:
    """One delivery covers four weeks or thirty days, by its packs; what is left at home counts.

    A pack that lasts longer is delivered whole, up to a quarter; contraceptives, for twelve weeks.
    Packs cannot be split: too many means that one could have been kept back. A product that is
    not listed only warns.

    Source: MED-12; CSP, art. R. 5132-12. The pack kept back: ours, the article counts in days.
    """
    days = scene.days
    if days is None or scene.product is None:
        return
    limit, is_beyond = month_limit(scene, days)
    if is_beyond and scene.regime.is_listed:
        yield exceed(scene, days, limit)
    elif is_beyond:
        yield Caveat(CaveatCode.DURATION_EXCEEDED, scene.line.rank, limit)


def month_limit(scene: Scene, days: Decimal) -> tuple[str, bool]:
    """What one delivery may cover, in words, and whether *days* are too many.

    Source: MED-12.
    """
    packs = max(scene.delivery.packs, Decimal(1))
    in_hand = scene.ahead + days
    if scene.product is not None and is_contraceptive(scene.product):
        limit = "un contraceptif se délivre pour douze semaines au plus"
        return limit, in_hand - days / packs >= CONTRACEPTIVE_DAYS
    limit = "une délivrance couvre quatre semaines ou trente jours au plus"
    if packs > 1 or scene.ahead:
        return limit, in_hand - days / packs >= FOUR_WEEKS_DAYS
    lasts = scene.pack_lasts
    if lasts is not None and lasts <= MONTH_DAYS:
        return limit, days > MONTH_DAYS
    return "un conditionnement trimestriel couvre trois mois au plus", (
        lasts is None and days > QUARTER_DAYS
    )


# 4. How long in all


def check_ceiling(scene: Scene) -> Iterator[Finding]:
    """Deliveries together cover no more than the treatment allowed: twelve months, or less.

    Source: MED-13; CSP, art. R. 5132-21 (twelve months) and the BDPM's texts (4, 12 weeks…).
    """
    days = scene.days
    if days is None or not scene.regime.is_listed:
        return
    covered = sum((one.days or Decimal(0) for one in scene.before), Decimal(0))
    ceiling, words = ceiling_of(scene.regime.ceiling, scene.written_on)
    if covered + days > ceiling:
        yield exceed(scene, days, f"{words} (déjà délivré : {say_quantity(covered, Unit.DAY)})")


def ceiling_of(stated: Stated | None, written_on: date) -> tuple[Decimal, str]:
    """The longest treatment, in days from its writing, and in words.

    Source: MED-13.
    """
    if stated is not None and stated.days is not None:
        return Decimal(stated.days), stated.text
    months = CEILING_MONTHS if stated is None or stated.months is None else stated.months
    days = (add_months(written_on, months) - written_on).days
    words = "un traitement dure douze mois au plus" if stated is None else stated.text
    return Decimal(days), words


# 5. Narcotics, and what is delivered as they are


def check_narcotic(scene: Scene) -> Iterator[Finding]:
    """A narcotic is delivered whole to who comes within three days; later, without the days gone.

    Each fraction is counted from the end of the one before. For an operation, the three days run
    before it and after the discharge. Packs are opened: a narcotic is delivered by the unit.
    What is delivered in fractions without being a narcotic keeps to its fraction; come late, it
    only warns.

    Source: MED-15; CSP, art. R. 5132-30 and R. 5132-33; décret n° 2022-972 (surgery).
    """
    regime, fraction, days = scene.regime, fraction_of(scene), scene.days
    if not regime.is_secured and fraction is None:
        return
    yield from check_surgery(scene)
    if days is None:
        yield Caveat(CaveatCode.DAYS_UNKNOWN, scene.line.rank)
        return
    share = share_now(
        scene.before,
        on=scene.delivery.on,
        starts_on=start_of(scene),
        fraction=fraction,
        duration=scene.duration,
    )
    if regime.is_narcotic and share is not None:
        yield from check_share(scene, days, share)
        return
    if share is not None and share.lost:
        yield Caveat(CaveatCode.PRESENTED_LATE, scene.line.rank)
    if fraction is not None and days > fraction:
        yield exceed(scene, days, say_fraction(fraction))


def check_share(scene: Scene, days: Decimal, share: Share) -> Iterator[Finding]:
    """Of a narcotic, no more than the *share* that is still due.

    Source: MED-15; CSP, art. R. 5132-33.
    """
    if share.allowed == 0:
        last_on = start_of(scene) + timedelta(days=int(scene.duration or 0) - 1)
        yield refuse(scene, Reasons.TOO_LATE, when=say_date(last_on))
    elif days > share.allowed:
        yield exceed(scene, days, say_share(share.allowed, share.lost, fraction_of(scene)))


def fraction_of(scene: Scene) -> Decimal | None:
    """The days that one fraction covers; None: delivered whole, or said to be by the prescriber.

    Source: MED-15; CSP, art. R. 5132-30.
    """
    days = scene.regime.fraction_days
    if days is None or Mention.ONE_DELIVERY in scene.line.particular.mentions:
        return None
    return Decimal(days)


def start_of(scene: Scene) -> date:
    """The day from which the three days are counted.

    Source: MED-15; décret n° 2022-972 (from the planned discharge, for an operation).
    """
    surgery = scene.line.particular.surgery
    return scene.written_on if surgery is None else surgery.discharge_on


def check_surgery(scene: Scene) -> Iterator[Finding]:
    """What is prescribed for an operation is not delivered more than three days before it.

    Source: MED-15; décret n° 2022-972.
    """
    surgery = scene.line.particular.surgery
    if surgery is None or not scene.regime.is_narcotic:
        return
    first_on = surgery.operation_on - timedelta(days=BEFORE_SURGERY_DAYS)
    if scene.delivery.on < first_on:
        yield refuse(scene, Reasons.TOO_EARLY, when=say_from(first_on))


def say_fraction(fraction: Decimal) -> str:
    """The limit of a fraction, in words."""
    return f"la délivrance est fractionnée : {say_quantity(fraction, Unit.DAY)} au plus"


def say_share(allowed: Decimal, lost: Decimal, fraction: Decimal | None) -> str:
    """Why no more than *allowed* days may be delivered, in words."""
    rest = f"il reste {say_quantity(allowed, Unit.DAY)} à délivrer"
    if lost:
        gone = say_quantity(lost, Unit.DAY)
        return f"présentée après trois jours, elle perd {gone} : {rest}"
    return rest if fraction is None or allowed < fraction else say_fraction(fraction)


# 6. What may not overlap


def check_overlap(scene: Scene) -> Iterator[Finding]:
    """No delivery over days that another prescription already covers, unless expressly allowed.

    Source: MED-16; CSP, art. R. 5132-33; BDPM (« chevauchement interdit »).
    """
    if not scene.regime.forbids_overlap or scene.product is None:
        return
    if Mention.OVERLAP in scene.line.particular.mentions:
        return
    for other in scene.known.others:
        if other.number == scene.dossier.number:
            continue
        until = covered_by(
            other, scene.product, on=scene.delivery.on, referential=scene.known.referential
        )
        if until is not None and until > scene.delivery.on:
            yield refuse(scene, Reasons.OVERLAP, until=say_up_to(until - timedelta(days=1)))
            return


# 7. Where it is delivered


def check_named_pharmacy(scene: Scene) -> Iterator[Finding]:
    """What names its pharmacy is delivered by that one.

    Source: MED-17; CSP, art. R. 5132-5 and following, and the CI-SIS model of the ordonnance
    sécurisée (substitution treatments of opioids name their pharmacy).
    """
    named, by = scene.line.particular.pharmacy, scene.command.actor.am
    if named is None:
        return
    if not named or by is None:
        yield Caveat(CaveatCode.NAMED_PHARMACY_UNCHECKED, scene.line.rank)
    elif named != by.value:
        yield refuse(scene, Reasons.NOT_THE_NAMED_PHARMACY)


# 8. What is delivered instead


def check_substitution(scene: Scene) -> Iterator[Finding]:
    """Another product is of the same generic group, or agreed on, or its reason is given.

    Where the prescriber excluded substitution, only their agreement changes the product. Two
    products one of which is unknown are not compared.

    Source: MED-19; CSP, art. L. 5125-23.
    """
    prescribed, given, act = scene.prescribed, scene.given, scene.act
    if prescribed is None or given is None or prescribed.cis == given.cis:
        return
    if act.adaptation is not None and act.adaptation.agreement_on is not None:
        return
    if scene.line.particular.exclusion is not None:
        yield refuse(scene, Reasons.NOT_SUBSTITUTABLE)
    elif not are_of_one_group(prescribed, given):
        if act.swap is None or act.swap is Swap.KEPT_BY_PHARMACIST:
            yield refuse(scene, Reasons.SUBSTITUTION_REASON_MISSING)
        elif act.swap is Swap.GENERIC:
            yield Caveat(CaveatCode.SUBSTITUTION_OUT_OF_GROUP, scene.line.rank)


# 9. What only warns


def check_product(scene: Scene) -> Iterator[Finding]:
    """A coded product that nobody knows is delivered; its rules could not be looked at.

    Source: MED-22.
    """
    code = scene.line.product or scene.act.product
    if code is not None and scene.product is None and scene.known.referential.by_cis:
        yield Caveat(CaveatCode.PRODUCT_UNKNOWN, scene.line.rank)


def check_completeness(scene: Scene) -> Iterator[Finding]:
    """A first delivery says FFC or FFP, a later one RFC or RFP.

    Source: MED-23; national value set JDV_CompletudeDispensation.
    """
    said = scene.act.completeness
    if said is not None and said.is_first != (not scene.before):
        yield Caveat(CaveatCode.COMPLETENESS_UNEXPECTED, scene.line.rank)


CLOCKS = (
    check_pace,
    check_first_delivery,
    check_narcotic,
    check_month,
    check_ceiling,
    check_overlap,
    check_named_pharmacy,
    check_product,
    check_completeness,
)


def refuse(scene: Scene, reason: Reason, **words: str) -> Refusal:
    """The refusal of this delivery for *reason*."""
    return Refusal(reason, scene.act.where, line=str(scene.line.rank), **words)


def exceed(scene: Scene, days: Decimal, limit: str) -> Refusal:
    """The refusal of a delivery that covers too many days, with the *limit* that says why."""
    asked = say_quantity(days, Unit.DAY)
    return refuse(scene, Reasons.DURATION_EXCEEDED, asked=asked, limit=limit)
