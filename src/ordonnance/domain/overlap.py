"""What else of the same substances a patient was given, where treatments may not overlap."""

from datetime import date

from ordonnance.domain.command import Correct, Execute
from ordonnance.domain.coverage import (
    covered_until,
    deliver,
    find_product,
    hold_within,
    treatment_days,
)
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.line import Kind, Mention
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.product import Product, Referential, share_substance
from ordonnance.domain.rights import acts_by_line


def may_overlap(
    prescription: Prescription, command: Execute | Correct, referential: Referential
) -> bool:
    """Whether *command* delivers something that may not overlap what the patient was given.

    Source: MED-16.
    """
    for act in command.acts:
        line = prescription.find_line(act.prescribed)
        if line is None or line.kind is not Kind.MEDICINE or not act.is_done:
            continue
        known = find_product(line.product, referential) or find_product(act.product, referential)
        is_allowed = Mention.OVERLAP in line.particular.mentions
        if known is not None and known.regime.forbids_overlap and not is_allowed:
            return True
    return False


def covered_by(
    other: Dossier, product: Product, *, on: date, referential: Referential
) -> date | None:
    """The first day that *other* leaves uncovered of the substances of *product*.

    What was handed over after the day *on* does not count, nor what a last pack holds beyond the
    treatment. None where nothing was handed over, or nothing tells how long it lasts.

    Source: MED-16; CSP, art. R. 5132-33 (« la période déjà couverte par une précédente
    ordonnance »).
    """
    if other.prescription is None:
        return None
    ends = []
    by_line = acts_by_line(other)
    for line in other.prescription.lines:
        if line.kind is not Kind.MEDICINE:
            continue
        acts = [act for act in by_line.get(other.number.line(line.rank), ()) if act.is_done]
        prescribed = find_product(line.product, referential)
        given = [find_product(act.product, referential) for act in acts]
        known = next((one for one in (prescribed, *given) if one is not None), None)
        if known is None or not share_substance(known, product):
            continue
        deliveries = [
            deliver(line, act, act.handed_over_at, prescribed=prescribed, given=one)
            for act, one in zip(acts, given, strict=True)
            if act.handed_over_at is not None
        ]
        begun = sorted((one for one in deliveries if one.on <= on), key=lambda one: one.on)
        ends.append(covered_until(hold_within(begun, treatment_days(line, known))))
    return max((end for end in ends if end is not None), default=None)
