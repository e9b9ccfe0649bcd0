"""A MedicationDispense read into an act: the medicine delivered, or why it was not."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from ordonnance.domain.execution import Act, Completeness, Swap
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir.medicine import count_days, read_product
from ordonnance.fhir.reading import (
    Resource,
    as_decimal,
    is_in_packs,
    read_instant,
    refuse_element,
    refuse_missing,
)
from ordonnance.fhir.reported import (
    read_adaptation,
    read_deferred,
    read_line_of,
    read_overrides,
    read_reason,
    read_subject,
)
from ordonnance.fhir.strict import Strict
from ordonnance.fhir.structs import (
    MEDICATION_DISPENSE_NAMES,
    CodeableConcept,
    MedicationDispense,
    Quantity,
    Substituted,
)

_dispense = Strict(MedicationDispense, MEDICATION_DISPENSE_NAMES)


def read_dispense(own: Resource, others: Sequence[Resource]) -> Act:
    """What one MedicationDispense reports.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID, CIP_INVALID, INS_INVALID.
    """
    dispense = _dispense.read(own.text, own.where)
    is_done = dispense.status == "completed"
    label, product = "", None
    if is_done or dispense.medication_codeable_concept or dispense.medication_reference:
        label, product = read_product(dispense, own, others)
    handed_over = None
    if dispense.when_handed_over is not None:
        handed_over = read_instant(dispense.when_handed_over, f"{own.where}.whenHandedOver")
    elif is_done:
        raise refuse_missing(f"{own.where}.whenHandedOver")
    quantity = dispense.quantity
    if is_done and (quantity is None or quantity.value is None):
        raise refuse_missing(f"{own.where}.quantity.value")
    subject = dispense.subject
    return Act(
        entry=own.entry,
        prescribed=read_line_of(
            dispense.authorizing_prescription, f"{own.where}.authorizingPrescription[0]"
        ),
        label=label,
        product=product,
        is_done=is_done,
        not_done=None
        if is_done
        else read_reason(
            dispense.status_reason_codeable_concept, f"{own.where}.statusReasonCodeableConcept"
        ),
        quantity=None if quantity is None else read_packs(quantity, own.where),
        days=None if handed_over is None else read_days_supply(dispense.days_supply, handed_over),
        handed_over_at=handed_over,
        completeness=read_completeness(dispense.type, own.where),
        deferred=read_deferred(dispense.extension),
        overrides=read_overrides(dispense.extension),
        swap=read_swap(dispense.substitution),
        adaptation=read_adaptation(dispense.extension, own.where),
        patient=None if subject is None else read_subject(subject, f"{own.where}.subject", others),
    )


def read_packs(quantity: Quantity, where: str) -> Decimal | None:
    """How many packs; None where no number is given.

    Raises:
        Refusal: QUANTITY_INVALID where it is not counted in packs.
    """
    if quantity.value is None:
        return None
    if not is_in_packs(quantity):
        raise Refusal(Reasons.QUANTITY_INVALID, f"{where}.quantity")
    return as_decimal(quantity.value)


def read_completeness(concept: CodeableConcept | None, where: str) -> Completeness | None:
    """Whether the delivery completes a fill; None: not said.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    if concept is None:
        return None
    codes = [coding.code.strip() for coding in concept.coding if coding.code]
    code = next((code for code in codes if code in frozenset(Completeness)), None)
    if code is None and codes:
        raise refuse_element(f"{where}.type", f"attendu {', '.join(Completeness)}")
    if code is None:
        said = (concept.text or "").split()
        code = next((word for word in said if word in frozenset(Completeness)), None)
    return None if code is None else Completeness(code)


def read_swap(substitution: Substituted | None) -> Swap | None:
    """Why another product was delivered; None: not said.

    Words, or a code of another list, are another reason: what was done is never refused for
    the list it was said with.

    Source: MED-19.
    """
    if substitution is None:
        return None
    reasons = [coding.code for reason in substitution.reason for coding in reason.coding]
    known = next((Swap(code) for code in reasons if code in frozenset(Swap)), None)
    if known is not None or substitution.was_substituted is False:
        return known
    if substitution.reason:
        return Swap.OTHER
    kind = [] if substitution.type is None else [c.code for c in substitution.type.coding]
    return Swap.GENERIC if "G" in kind else None


def read_days_supply(supply: Quantity | None, at: datetime) -> Decimal | None:
    """How many days a delivery covers, as the professional says; in days, unless it says otherwise.

    None: not said.
    """
    if supply is not None and supply.code is None and supply.unit is None:
        supply = Quantity(value=supply.value, code="d")
    return count_days(supply, at)
