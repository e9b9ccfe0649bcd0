"""The rules of medicines, from the first delivery to the last, each with where it is written.

What the law states refuses, and the professional may set most of it aside with a reason; what is
softer, or not known for sure, warns. A product that is not known has no regime: nothing blocks it.
``domain/explanation.py`` says the same rules in French, product by product.

Source: MED-1.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
import math

from ordonnance.domain.coverage import total_days
from ordonnance.domain.days import add_months, say_date, say_from, say_up_to
from ordonnance.domain.delivery import Stated
from ordonnance.domain.execution import Swap
from ordonnance.domain.fact import Caveat, CaveatCode
from ordonnance.domain.line import Mention
from ordonnance.domain.narcotic import GRACE_DAYS, Share, say_fraction, say_share, share_now
from ordonnance.domain.overlap import covered_by
from ordonnance.domain.product import are_of_one_group
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.rights import Unit, say_quantity
from ordonnance.domain.scene import Scene

Finding = Refusal | Caveat

FIRST_MONTHS, FIRST_MONTHS_UNLISTED = 3, 12
FOUR_WEEKS_DAYS = 28
MONTH_DAYS = 30
QUARTER_DAYS = 93
# Twelve weeks are three cycles: 63 tablets, where seven days without follow each 21.
CONTRACEPTIVE_DAYS = 63
TWELVE_WEEKS_DAYS = 84
CEILING_MONTHS = 12
BEFORE_SURGERY_DAYS = 3

MONTH_LIMIT = "une délivrance couvre quatre semaines ou trente jours au plus"
QUARTER_LIMIT = "un conditionnement trimestriel couvre trois mois au plus"
CONTRACEPTIVE_LIMIT = "un contraceptif se délivre pour douze semaines au plus"


# 1. When it may begin


def check_first_delivery(scene: Scene) -> Iterator[Finding]:
    """The first delivery comes within three months of the writing; within a year if not listed.

    Source: MED-10; CSP, art. R. 5132-22 (« datant de moins de trois mois »).
    """
    if scene.earlier or scene.product is None:
        return
    if scene.regime.is_listed:
        last_on = add_months(scene.written_on, FIRST_MONTHS) - timedelta(days=1)
    else:
        last_on = add_months(scene.written_on, FIRST_MONTHS_UNLISTED)
    is_late = scene.delivery.on > last_on
    if is_late and scene.at < scene.line.valid_until:  # else EXPIRED says it already
        yield refuse(scene, Reasons.TOO_LATE, when=say_date(last_on))


# 2. When it may go on


def check_pace(scene: Scene) -> Iterator[Finding]:
    """A fill is renewed once the ones before it are used up, by posology and quantities.

    What completes a fill begun is no renewal, as long as all that is then at home could have been
    delivered at once: three boxes for three months are taken one by one, and each is waited for.
    A product that is not listed only warns.

    Source: MED-11; CSP, art. R. 5132-14. That a fill of several months is renewed by the month:
    ours, since what is delivered at once is (R. 5132-12).
    """
    until = scene.covered_until
    if until is None or scene.delivery.on >= until or scene.product is None:
        return
    if opens_fill(scene) or fills_home(scene):
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
        last = scene.earlier[-1].act.completeness if scene.earlier else None
        return last is None or last.completes
    delivered = sum((one.packs for one in scene.before), Decimal(0))
    begun = Fraction(delivered) % Fraction(line.quantity)
    return begun == 0 or begun + Fraction(scene.delivery.packs) > Fraction(line.quantity)


def fills_home(scene: Scene) -> bool:
    """Whether, with what is left at home, this is more than is delivered at once.

    Source: MED-11, MED-15; CSP, art. R. 5132-12 and R. 5132-30.
    """
    fraction = scene.fraction
    if fraction is None:
        return scene.days is not None and is_beyond_month(scene, scene.ahead + scene.days)
    return scene.ahead + (scene.days or fraction) > fraction


# 3. How much at once


def check_month(scene: Scene) -> Iterator[Finding]:
    """One delivery covers four weeks or thirty days, by its packs; contraceptives, twelve weeks.

    A pack that lasts longer is delivered whole; one of more than a quarter warns, unless its label
    says so. What is left at home is for the pace. A product that is not listed only warns.

    Source: MED-12; CSP, art. R. 5132-12. That one pack never refuses, an injection of six months
    or six tablets for a rare migraine: ours, there is no smaller one.
    """
    days, product = scene.days, scene.product
    if days is None or product is None:
        return
    is_pill = product.is_contraceptive
    if is_beyond_month(scene, days) or is_said_beyond(scene):
        limit = CONTRACEPTIVE_LIMIT if is_pill else MONTH_LIMIT
        if scene.regime.is_listed:
            yield exceed(scene, days, limit)
        else:
            yield Caveat(CaveatCode.DURATION_EXCEEDED, scene.line.rank, limit)
    elif days > max(QUARTER_DAYS, scene.pack_lasts or 0) and not is_pill:
        yield Caveat(CaveatCode.DURATION_EXCEEDED, scene.line.rank, QUARTER_LIMIT)


def is_said_beyond(scene: Scene) -> bool:
    """Whether the professional says that it covers more, and no pack of it lasts that long.

    Source: MED-12; CSP, art. R. 5132-12. That one pack may last longer than its posology, where
    that leaves a choice: ours, a patient in pain takes less on a good day.
    """
    said, product, intake = scene.act.days, scene.product, scene.line.intake
    is_pill = product is not None and product.is_contraceptive
    if said is None or said <= (TWELVE_WEEKS_DAYS if is_pill else MONTH_DAYS):
        return False
    if scene.delivery.packs > 1:
        return True
    lasts = scene.pack_lasts
    is_exact = intake is not None and not intake.is_most
    return is_exact and not is_pill and lasts is not None and lasts <= MONTH_DAYS


def is_beyond_month(scene: Scene, days: Decimal) -> bool:
    """Whether *days*, in packs as these, are more than one delivery may cover.

    Packs cannot be split: too many means that one could have been kept back, four weeks being
    covered without it. One pack is never too many.

    Source: MED-12; CSP, art. R. 5132-12. The pack kept back: ours, the article counts in days.
    """
    packs, covered = max(scene.delivery.packs, Decimal(1)), scene.delivery.days
    weeks, month = FOUR_WEEKS_DAYS, MONTH_DAYS
    if scene.product is not None and scene.product.is_contraceptive:
        weeks = month = CONTRACEPTIVE_DAYS
    if not covered or days <= month:
        return False
    # Rounded: a third of four weeks is not exactly one.
    at_once = math.ceil(round(weeks * packs / covered, 2))
    return days * packs > at_once * covered


# 4. How long in all


def check_ceiling(scene: Scene) -> Iterator[Finding]:
    """Deliveries together cover no more than the treatment allowed: twelve months, or less.

    Of a first pack that outlasts it alone, and that nobody may split, it only warns.

    Source: MED-13; CSP, art. R. 5132-21 (twelve months) and the BDPM's texts (4, 12 weeks…). The
    first pack: ours, an implant lasts three years.
    """
    days = scene.days
    if days is None or not scene.regime.is_listed:
        return
    covered = total_days(scene.before)
    ceiling, words = ceiling_of(scene.regime.ceiling, scene.written_on)
    if covered + days <= ceiling:
        return
    may_split = scene.act.days is not None or scene.delivery.packs > 1 or scene.regime.is_narcotic
    if scene.before or may_split:
        given = say_quantity(round(covered, 1), Unit.DAY)
        yield exceed(scene, days, f"{words} (déjà délivré : {given})")
    else:
        yield Caveat(CaveatCode.DURATION_EXCEEDED, scene.line.rank, words)


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
    What is delivered in fractions without being a narcotic keeps to its fraction; come late, that
    and what is written in words as narcotics are only warn.

    Source: MED-15; CSP, art. R. 5132-30 and R. 5132-33; décret n° 2022-972 (surgery).
    """
    regime, fraction, days = scene.regime, scene.fraction, scene.days
    if not regime.is_in_words and fraction is None:
        return
    yield from check_surgery(scene)
    if days is None:
        if regime.is_narcotic or fraction is not None:
            yield Caveat(CaveatCode.DAYS_UNKNOWN, scene.line.rank)
        return
    share = share_now(
        scene.earlier,
        on=scene.delivery.on,
        starts_on=scene.starts_on,
        fraction=fraction,
        duration=scene.duration,
    )
    if regime.is_narcotic and share is not None:
        yield from check_share(scene, days, share)
        return
    if regime.is_narcotic and (scene.delivery.on - scene.starts_on).days > GRACE_DAYS:
        yield Caveat(CaveatCode.DAYS_UNKNOWN, scene.line.rank)
    if share is not None and share.lost:
        yield Caveat(CaveatCode.PRESENTED_LATE, scene.line.rank)
    if fraction is not None and days > fraction:
        yield exceed(scene, days, say_fraction(fraction))


def check_share(scene: Scene, days: Decimal, share: Share) -> Iterator[Finding]:
    """Of a narcotic, no more than the *share* that is still due.

    Source: MED-15; CSP, art. R. 5132-33.
    """
    if share.allowed == 0 and share.last_on is not None:
        yield refuse(scene, Reasons.TOO_LATE, when=say_date(share.last_on))
    elif days > share.allowed:
        yield exceed(scene, days, say_share(share.allowed, share.lost, scene.fraction))


def check_surgery(scene: Scene) -> Iterator[Finding]:
    """What is prescribed for an operation is not delivered more than three days before it.

    Source: MED-15; décret n° 2022-972.
    """
    surgery = scene.line.particular.surgery
    if surgery is None or not scene.regime.is_narcotic:
        return
    if (surgery.operation_on - scene.delivery.on).days > BEFORE_SURGERY_DAYS:
        first_on = surgery.operation_on - timedelta(days=BEFORE_SURGERY_DAYS)
        yield refuse(scene, Reasons.TOO_EARLY, when=say_from(first_on))


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
        if other.number == scene.command.number:
            continue
        until = covered_by(
            other, scene.product, on=scene.delivery.on, referential=scene.known.referential
        )
        if until is not None and until > scene.delivery.on:
            yield refuse(scene, Reasons.OVERLAP, until=say_up_to(until - timedelta(days=1)))
            return


# 7. Where it is delivered


def check_named_pharmacy(scene: Scene) -> Iterator[Finding]:
    """A narcotic, or what is prescribed as one, is delivered by the pharmacy named for it.

    For another medicine, or an unknown one, the patient chooses their pharmacy: it only warns.

    Source: MED-17; CSS, art. L. 162-4-2, and the CI-SIS model of the ordonnance sécurisée. That
    others only warn: ours; CSP, art. L. 1110-8 (free choice).
    """
    named, by = scene.line.particular.pharmacy, scene.command.actor.am
    if named is None or (by is not None and named == by.value):
        return
    if named and by is not None and scene.regime.is_secured:
        yield refuse(scene, Reasons.NOT_THE_NAMED_PHARMACY)
    else:
        yield Caveat(CaveatCode.NAMED_PHARMACY_UNCHECKED, scene.line.rank)


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
    if said is not None and said.is_first != (not scene.earlier):
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
    asked = say_quantity(round(days, 1), Unit.DAY)
    return refuse(scene, Reasons.DURATION_EXCEEDED, asked=asked, limit=limit)
