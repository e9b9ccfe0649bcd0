"""The rules looked at when a prescription is issued; those of duration and content only warn.

Source: MED-1.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ordonnance.domain.coverage import find_product, pack_lasts, treatment_days
from ordonnance.domain.days import day_in_paris, say_date
from ordonnance.domain.fact import Caveat, CaveatCode
from ordonnance.domain.line import Exclusion, Kind, Line
from ordonnance.domain.medicine import ceiling_of
from ordonnance.domain.nomenclature import SYSTEMS
from ordonnance.domain.prescribing_kinds import check_content
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.product import Product, Referential
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons, Refusal


def check_prescribed(prescription: Prescription, referential: Referential) -> tuple[Caveat, ...]:
    """What the prescriber is warned of, line by line.

    Raises:
        Refusal: QUANTITY_IN_WORDS_MISSING, NAMED_PHARMACY_MISSING.

    Source: MED-12 to MED-22, TLS-40.
    """
    found: list[Caveat] = []
    for line in prescription.lines:
        if line.kind is not Kind.MEDICINE:
            found += check_content(line)
            found += check_code(line, referential, day_in_paris(prescription.authored_at))
            continue
        if line.is_open:
            found.append(Caveat(CaveatCode.DURATION_OPEN, line.rank))
        product = find_product(line.product, referential)
        if product is not None:
            check_particulars(prescription, line, product)
            found += check_duration(prescription, line, product)
            found += check_reserved(line, product)
        elif line.product is not None and referential.by_cis:
            found.append(Caveat(CaveatCode.PRODUCT_UNKNOWN, line.rank))
        if line.particular.exclusion is Exclusion.UNSAID:
            found.append(Caveat(CaveatCode.SUBSTITUTION_REASON_MISSING, line.rank))
    return tuple(found)


def check_code(line: Line, referential: Referential, on: date) -> Iterator[Caveat]:
    """What the nomenclature says of the code of *line* on the day *on*; a sample of it, nothing.

    Source: REF-25 (LPP, NABM, NGAP: columns of end and of prior agreement).
    """
    system = SYSTEMS.get(line.kind)
    if line.product is None or system is None or referential.nomenclature.is_sample(system):
        return
    item = referential.find_code(line.kind, line.product)
    if item is None:
        yield Caveat(CaveatCode.CODE_UNKNOWN, line.rank)
    elif item.is_over(on) and item.ends_on is not None:
        yield Caveat(CaveatCode.CODE_OVER, line.rank, say_date(item.ends_on))
    elif item.needs_agreement:
        yield Caveat(CaveatCode.CODE_NEEDS_AGREEMENT, line.rank, item.label)


def check_particulars(prescription: Prescription, line: Line, product: Product) -> None:
    """Refuse what full words cannot be written of, and what names no pharmacy though it must.

    Raises:
        Refusal: QUANTITY_IN_WORDS_MISSING, NAMED_PHARMACY_MISSING.

    Source: POS-9 (CSP, art. R. 5132-5 and R. 5132-29), MED-17.
    """
    if product.regime.is_in_words and not line.is_dose_said:
        where = f"{prescription.where(line)}.dosageInstruction"
        raise refuse(Reasons.QUANTITY_IN_WORDS_MISSING, line, where)
    if product.is_opioid_substitute and line.particular.pharmacy is None:
        where = f"{prescription.where(line)}.dispenseRequest.performer"
        raise refuse(Reasons.NAMED_PHARMACY_MISSING, line, where)


def refuse(reason: Reason, line: Line, where: str) -> Refusal:
    """The refusal of *line* for *reason*; *where* is the element in question."""
    return Refusal(reason, where, line=str(line.rank))


def check_duration(prescription: Prescription, line: Line, product: Product) -> tuple[Caveat, ...]:
    """Warn of a treatment longer than its medicine allows.

    Source: MED-13; CSP, art. R. 5132-21, R. 5132-30 and the BDPM's texts.
    """
    regime = product.regime
    days = prescribed_days(line, product) if regime.is_listed else None
    if days is None:
        return ()
    stated = regime.ceiling or regime.partial_ceiling
    ceiling, words = ceiling_of(stated, day_in_paris(prescription.authored_at))
    return (Caveat(CaveatCode.DURATION_EXCEEDED, line.rank, words),) if days > ceiling else ()


def prescribed_days(line: Line, product: Product) -> Decimal | None:
    """How long the treatment lasts, or its packs if one of them is too many; None: nothing tells.

    Source: MED-13.
    """
    said, lasts = treatment_days(line, product), pack_lasts(line, product)
    if line.is_open or line.quantity is None or lasts is None:
        return said
    packs = line.quantity * line.fills
    if said is None or (packs - 1) * lasts >= said:
        return packs * lasts
    return said


def check_reserved(line: Line, product: Product) -> tuple[Caveat, ...]:
    """Warn of what only some may prescribe, and of what no pharmacy in town delivers.

    Who prescribes is known by profession only, not by speciality: nothing is refused.

    Source: MED-21; CSP, art. R. 5121-77 and following.
    """
    regime = product.regime
    if not regime.reserved and not regime.is_hospital_only:
        return ()
    texts = [one.text for one in regime.reserved]
    if regime.is_hospital_only:
        texts.append("réservé à l’usage hospitalier")
    return (Caveat(CaveatCode.PRESCRIBER_RESERVED, line.rank, " ; ".join(dict.fromkeys(texts))),)
