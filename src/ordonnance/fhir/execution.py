"""A Bundle of ``$execute`` read into acts: what was delivered, or why it was not."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from ordonnance.domain.execution import Act, Adaptation, Completeness, NotDone, Override, Swap
from ordonnance.domain.identifiers import INS
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import terms
from ordonnance.fhir.extension import find_extension, read_part, read_word
from ordonnance.fhir.medicine import count_days, read_product
from ordonnance.fhir.reading import (
    Resource,
    as_decimal,
    check_kept,
    check_kinds,
    decode,
    find_resource,
    is_in_packs,
    read_bundle,
    read_day,
    read_ins,
    read_instant,
    refuse_element,
    refuse_missing,
)
from ordonnance.fhir.strict import Strict
from ordonnance.fhir.structs import (
    MEDICATION_DISPENSE_NAMES,
    CodeableConcept,
    Extension,
    MedicationDispense,
    Person,
    Quantity,
    Reference,
    Substituted,
)

DONE_KINDS = frozenset({"MedicationDispense"})
KEPT_KINDS = frozenset({"Medication", "Patient"})

_dispense = Strict(MedicationDispense, MEDICATION_DISPENSE_NAMES)
_decode_person = msgspec.json.Decoder(Person)


def read(body: bytes) -> tuple[tuple[Act, ...], bytes]:
    """The acts that a Bundle reports, and the JSON array of its resources as they came.

    Of the resources, executions and medicines are kept: a patient named here is only compared.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID,
            EXTENSION_UNKNOWN, CIP_INVALID, INS_INVALID, QUANTITY_INVALID.

    Source: TLS-31.
    """
    return read_acts(read_bundle(body))


def read_acts(resources: list[Resource]) -> tuple[tuple[Act, ...], bytes]:
    """The acts that some resources report, and the JSON array of those to keep.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID, CIP_INVALID,
            INS_INVALID, QUANTITY_INVALID.
    """
    check_kinds(
        resources,
        lines=DONE_KINDS,
        kept=KEPT_KINDS,
        when="l’exécution",
        lacking="au moins une exécution",
    )
    done = [resource for resource in resources if resource.kind in DONE_KINDS]
    acts = tuple(read_act(resource, resources) for resource in done)
    kept = [resource for resource in resources if resource.kind != "Patient"]
    check_kept(kept)
    return acts, b"[" + b",".join([resource.text for resource in kept]) + b"]"


def read_act(own: Resource, others: list[Resource]) -> Act:
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
    deferred = find_extension(dispense.extension, "deferred")
    return Act(
        entry=own.entry,
        prescribed=read_designation(dispense, own.where),
        label=label,
        product=product,
        is_done=is_done,
        not_done=None if is_done else read_reason(dispense.status_reason_codeable_concept, own),
        quantity=None if quantity is None else read_packs(quantity, own.where),
        days=None if handed_over is None else read_days_supply(dispense.days_supply, handed_over),
        handed_over_at=handed_over,
        completeness=read_completeness(dispense.type, own.where),
        deferred=(read_word(deferred[0]) or read_part(deferred[0], "reason")).strip()
        if deferred
        else None,
        overrides=read_overrides(dispense.extension),
        swap=read_swap(dispense.substitution),
        adaptation=read_adaptation(dispense, own.where),
        patient=None
        if dispense.subject is None
        else read_subject(dispense.subject, own.where, others),
    )


def read_overrides(extensions: Sequence[Extension]) -> tuple[Override, ...]:
    """The refusals that the professional sets aside, and why."""
    overrides = [
        Override(read_part(extension, "code"), read_part(extension, "reason"))
        for extension in find_extension(extensions, "override")
    ]
    return tuple(overrides)


def read_designation(dispense: MedicationDispense, where: str) -> str | None:
    """The prescribed line that the act is about; None: a line added by hand.

    A reference without an identifier would designate a line that we cannot tell: taken as added
    by hand, it would escape the rights of the line it means.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID.
    """
    if not dispense.authorizing_prescription:
        return None
    identifier = dispense.authorizing_prescription[0].identifier
    element = f"{where}.authorizingPrescription[0].identifier"
    if identifier is None or identifier.value is None:
        raise refuse_missing(element)
    if identifier.system not in (None, terms.NUMBER):
        raise refuse_element(f"{element}.system", f"attendu {terms.NUMBER}")
    return identifier.value.strip().upper()


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


def read_reason(concept: CodeableConcept | None, own: Resource) -> NotDone | None:
    """Why a line was not delivered; words without a code are another reason; None: not said.

    Raises:
        Refusal: ELEMENT_INVALID for a code that is none of ours.
    """
    if concept is None:
        return None
    code = next((coding.code for coding in concept.coding if coding.code), None)
    if code is None:
        return NotDone.OTHER if concept.text else None
    if code not in frozenset(NotDone):
        known = ", ".join(NotDone)
        raise refuse_element(f"{own.where}.statusReasonCodeableConcept", f"attendu {known}")
    return NotDone(code)


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


def read_adaptation(dispense: MedicationDispense, where: str) -> Adaptation | None:
    """What was changed with the prescriber's agreement; None: nothing.

    Raises:
        Refusal: ELEMENT_INVALID where the day of the agreement is not a day.

    Source: MED-20.
    """
    for extension in find_extension(dispense.extension, "adaptation"):
        agreement = read_part(extension, "agreementOn")
        return Adaptation(
            read_day(agreement.partition("T")[0], f"{where}.extension") if agreement else None,
            read_part(extension, "text"),
        )
    return None


def read_days_supply(supply: Quantity | None, at: datetime) -> Decimal | None:
    """How many days a delivery covers, as the professional says; in days, unless it says otherwise.

    None: not said.
    """
    if supply is not None and supply.code is None and supply.unit is None:
        supply = Quantity(value=supply.value, code="d")
    return count_days(supply, at)


def read_subject(subject: Reference, where: str, others: list[Resource]) -> INS | None:
    """Whom the act says it was for; None where it does not say by an INS.

    Raises:
        Refusal: INS_INVALID.
    """
    if subject.identifier is not None:
        return read_ins([subject.identifier], f"{where}.subject.identifier")
    pointed = find_resource(subject.reference, others)
    if pointed is None or pointed.kind != "Patient":
        return None
    person = decode(_decode_person, pointed.text, pointed.where)
    return read_ins(person.identifier, f"{pointed.where}.identifier")
