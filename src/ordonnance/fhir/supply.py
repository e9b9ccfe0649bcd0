"""A SupplyDelivery read into an act: the device delivered or rented, or why it was not."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
import math
from typing import Literal

import msgspec
from msgspec import Raw

from ordonnance.domain.execution import Act, NotDone
from ordonnance.domain.identifiers import INS
from ordonnance.domain.line import Kind
from ordonnance.fhir import terms
from ordonnance.fhir.extension import find_extension
from ordonnance.fhir.medicine import count_days, name_of, read_code
from ordonnance.fhir.reading import (
    Resource,
    as_decimal,
    decode,
    find_code,
    find_resource,
    read_contained,
    read_instant,
    refuse_element,
    refuse_missing,
)
from ordonnance.fhir.reported import (
    read_adaptation,
    read_deferred,
    read_designation,
    read_overrides,
    read_reason,
    read_subject,
)
from ordonnance.fhir.strict import Strict
from ordonnance.fhir.structs import (
    RESOURCE_NAMES,
    CodeableConcept,
    Coding,
    Extension,
    Period,
    Quantity,
    Read,
    Reference,
    Text,
    names_in,
)

ONE = Decimal(1)
_SECONDS_A_DAY = 86_400


class SupplyDelivery(Read):
    """A delivery of a device, or why there was none."""

    status: Literal["completed", "abandoned"]
    contained: tuple[Raw, ...] = ()
    patient: Reference | None = None
    subject: Reference | None = None
    supplied_item: Raw = Raw()
    occurrence_date_time: Text | None = None
    occurrence_period: Period | None = None
    extension: tuple[Extension, ...] = ()


class SuppliedItem(Read):
    """Which device, and how many."""

    quantity: Quantity | None = None
    item_codeable_concept: CodeableConcept | None = None
    item_reference: Reference | None = None


class DeviceName(Read):
    """One of the names of a device."""

    name: Text | None = None


class Device(Read):
    """A device described apart."""

    type: CodeableConcept | None = None
    device_name: tuple[DeviceName, ...] = ()


# R4 calls the patient ``patient`` here; the contract says ``subject`` of all three resources.
_supply = Strict(
    SupplyDelivery,
    RESOURCE_NAMES
    | names_in(
        """identifier basedOn partOf status patient subject type suppliedItem occurrenceDateTime
        occurrencePeriod occurrenceTiming supplier destination receiver"""
    ),
)
_item = Strict(
    SuppliedItem,
    names_in("id extension modifierExtension quantity itemCodeableConcept itemReference"),
)
_decode_device = msgspec.json.Decoder(Device)


def read_supply(own: Resource, others: Sequence[Resource]) -> Act:
    """What one SupplyDelivery reports.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID, CIP_INVALID, INS_INVALID.

    Source: TLS-45.
    """
    supply = _supply.read(own.text, own.where)
    is_done = supply.status == "completed"
    item = read_item(supply, own.where, is_done=is_done)
    handed_over, days = read_occurrence(supply, own.where)
    if is_done and handed_over is None:
        raise refuse_missing(f"{own.where}.occurrenceDateTime")
    packs, rented = read_amount(item, handed_over, is_rented=days is not None)
    if is_done and packs is None:
        raise refuse_missing(f"{own.where}.suppliedItem.quantity.value")
    label, product = read_device(item, own, [*read_contained(supply.contained, own.where), *others])
    return Act(
        entry=own.entry,
        prescribed=read_line_extension(supply.extension, own.where),
        label=label,
        product=product,
        is_done=is_done,
        not_done=None if is_done else read_abandoned(supply.extension, own.where),
        quantity=packs,
        days=days or rented,
        handed_over_at=handed_over,
        deferred=read_deferred(supply.extension),
        overrides=read_overrides(supply.extension),
        adaptation=read_adaptation(supply.extension, own.where),
        patient=read_patient(supply, own.where, others),
        kind=Kind.DEVICE,
    )


def read_item(supply: SupplyDelivery, where: str, *, is_done: bool) -> SuppliedItem:
    """What was supplied; nothing, where nothing was and it is not said.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID.
    """
    if bytes(supply.supplied_item):
        return _item.read(supply.supplied_item, f"{where}.suppliedItem")
    if is_done:
        raise refuse_missing(f"{where}.suppliedItem")
    return SuppliedItem()


def read_occurrence(supply: SupplyDelivery, where: str) -> tuple[datetime | None, Decimal | None]:
    """When it was handed over, and how many days it is rented for; None: not said.

    Raises:
        Refusal: ELEMENT_INVALID where both a date and a period are given, or are none.
    """
    at, period = supply.occurrence_date_time, supply.occurrence_period
    if at is not None and period is not None:
        raise refuse_element(f"{where}.occurrence[x]", "une date ou une période, pas les deux")
    if at is not None:
        return read_instant(at, f"{where}.occurrenceDateTime"), None
    if period is None or period.start is None:
        return None, None
    start = read_instant(period.start, f"{where}.occurrencePeriod.start")
    if period.end is None:
        return start, None
    lasted = read_instant(period.end, f"{where}.occurrencePeriod.end") - start
    if lasted.total_seconds() <= 0:
        raise refuse_element(f"{where}.occurrencePeriod", "la fin précède le début")
    return start, Decimal(math.ceil(lasted.total_seconds() / _SECONDS_A_DAY))


def read_amount(
    item: SuppliedItem, at: datetime | None, *, is_rented: bool
) -> tuple[Decimal | None, Decimal | None]:
    """How many were handed over, and for how many days where the quantity is a duration.

    What is rented without a number is one: its days are what counts.

    Source: TLS-46.
    """
    quantity = item.quantity
    if quantity is None or quantity.value is None:
        return (ONE if is_rented else None), None
    days = None if at is None else count_days(quantity, at)
    return (as_decimal(quantity.value), None) if days is None else (ONE, days)


def read_device(
    item: SuppliedItem, own: Resource, others: Sequence[Resource]
) -> tuple[str, str | None]:
    """How the device is named (empty: by no words), and its code: LPP, else CIP13.

    Raises:
        Refusal: ELEMENT_INVALID where two are named, CIP_INVALID.
    """
    where, concept = f"{own.where}.suppliedItem", item.item_codeable_concept
    reference = item.item_reference
    if reference is None:
        return name_and_code(concept, f"{where}.itemCodeableConcept")
    if concept is not None:
        raise refuse_element(f"{where}.item[x]", "un seul produit par délivrance")
    pointed = find_resource(reference.reference, others)
    if pointed is None or pointed.kind != "Device":
        return reference.display or "", None
    device = decode(_decode_device, pointed.text, pointed.where)
    label, product = name_and_code(device.type, f"{pointed.where}.type")
    names = (one.name for one in device.device_name)
    return label or next(filter(None, names), None) or reference.display or "", product


def name_and_code(concept: CodeableConcept | None, where: str) -> tuple[str, str | None]:
    """The words and the code of a device; neither blocks.

    Raises:
        Refusal: CIP_INVALID.
    """
    if concept is None:
        return "", None
    return name_of(concept), find_code(concept.coding, terms.LPP) or read_code(
        concept.coding, where
    )


def read_line_extension(extensions: Sequence[Extension], where: str) -> str | None:
    """The prescribed line, by the extension ``line``; None: a line added by hand.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID.
    """
    for extension in find_extension(extensions, "line"):
        return read_designation(
            extension.value_identifier, f"{where}.extension('line').valueIdentifier"
        )
    return None


def read_abandoned(extensions: Sequence[Extension], where: str) -> NotDone | None:
    """Why nothing was supplied, by the extension ``reason``; None: not said.

    Raises:
        Refusal: ELEMENT_INVALID for a code that is none of ours.
    """
    for extension in find_extension(extensions, "reason"):
        concept = extension.value_codeable_concept or CodeableConcept(text=extension.value_string)
        code = extension.value_coding or Coding(code=extension.value_code)
        coding = [*concept.coding, code]
        return read_reason(CodeableConcept(coding=coding, text=concept.text), f"{where}.extension")
    return None


def read_patient(supply: SupplyDelivery, where: str, others: Sequence[Resource]) -> INS | None:
    """Whom it was supplied to; None where it does not say by an INS.

    Raises:
        Refusal: INS_INVALID.
    """
    for name, reference in (("patient", supply.patient), ("subject", supply.subject)):
        if reference is not None:
            return read_subject(reference, f"{where}.{name}", others)
    return None
