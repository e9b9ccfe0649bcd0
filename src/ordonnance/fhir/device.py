"""A DeviceRequest read into a line: what it is, how much of it, for how long, how many times."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from ordonnance.domain.line import Kind, Line
from ordonnance.domain.order import Device, Order
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import terms
from ordonnance.fhir.medicine import CENTURY_DAYS, QUANTITY_MAX, count_days
from ordonnance.fhir.order_element import (
    check_renewals,
    last_days,
    read_particulars,
    read_renewals,
    read_validity,
    read_words,
    say_concept,
)
from ordonnance.fhir.pace import agree, read_pace
from ordonnance.fhir.reading import (
    Resource,
    as_decimal,
    decode,
    find_code,
    find_resource,
    read_contained,
    refuse_element,
    refuse_missing,
)
from ordonnance.fhir.strict import Strict
from ordonnance.fhir.structs import CodeableConcept, Quantity
from ordonnance.fhir.structs_order import (
    DEVICE_PARAMETER_NAMES,
    DeviceKind,
    DeviceParameter,
    DeviceRequest,
)

# The parameters that we read; the first is also that of a parameter without a code.
QUANTITY, RENEWALS, RENTAL_DAYS = "quantity", "renewals", "rentalDays"
_NAMES = {name.casefold(): name for name in (QUANTITY, RENEWALS, RENTAL_DAYS)}

_parameter = Strict(DeviceParameter, DEVICE_PARAMETER_NAMES)
_decode_kind = msgspec.json.Decoder(DeviceKind)


def read_device(
    request: DeviceRequest,
    *,
    rank: int,
    at: datetime,
    own: Resource,
    others: Sequence[Resource],
) -> Line:
    """A line of a device or a service of the LPP, written at *at*.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID, QUANTITY_INVALID.

    Source: TLS-40; CSS, art. R. 165-36 to R. 165-38.
    """
    label, code = read_designation(request, own, others)
    said = read_parameters(request, own.where)
    pace = read_pace(request, at, own.where)
    where = f"{own.where}.parameter"
    quantity = read_quantity(said.get(QUANTITY), where)
    rental = read_rental(said.get(RENTAL_DAYS), at, where)
    stated = said.get(RENEWALS)
    renewals = None if stated is None else check_renewals(_number(stated), where)
    by_extension = read_renewals(request.extension, own.where)
    by_count = None if pace.count is None else check_renewals(pace.count, own.where)
    repeats = agree((renewals, by_extension, by_count), own.where)
    valid_until = read_validity(request, at, own.where)
    days = pace.days if rental is None else Decimal(rental)
    is_open = quantity is None and days is None
    unit = "" if QUANTITY not in said else said[QUANTITY].unit or ""
    return Line(
        rank=rank,
        kind=Kind.DEVICE,
        label=label,
        product=code,
        quantity=quantity,
        days=last_days(valid_until, at) if is_open else days,
        repeats=repeats or 0,
        valid_until=valid_until,
        is_open=is_open,
        are_repeats_said=repeats is not None,
        particulars=read_particulars(request, Kind.DEVICE, own=own, others=others),
        order=Order(
            pace=pace.words,
            instructions=read_words(*(note.text for note in request.note)),
            device=Device(unit=unit, rental_days=rental),
        ),
    )


def read_designation(
    request: DeviceRequest, own: Resource, others: Sequence[Resource]
) -> tuple[str, str | None]:
    """How a device is named, and its LPP code; what resolves to nothing is an unknown device.

    Raises:
        Refusal: ELEMENT_MISSING where nothing tells what is ordered, ELEMENT_INVALID where two are.
    """
    concept, reference = request.code_codeable_concept, request.code_reference
    if reference is None:
        return name_device(concept, f"{own.where}.codeCodeableConcept")
    if concept is not None:
        raise refuse_element(f"{own.where}.code[x]", "un seul dispositif par ligne")
    near = (*read_contained(request.contained, own.where), *others)
    pointed = find_resource(reference.reference, near)
    if pointed is None or pointed.kind != "Device":
        return reference.display or "", None
    device = decode(_decode_kind, pointed.text, pointed.where)
    names = (one.name for one in device.device_name if one.name)
    said = next(names, "") or reference.display or ""
    if device.type is None:
        return said, None
    label, code = name_device(device.type, f"{pointed.where}.type")
    return said or label, code


def name_device(concept: CodeableConcept | None, where: str) -> tuple[str, str | None]:
    """How a notion of a device is said, and its LPP code, which is never refused.

    Raises:
        Refusal: ELEMENT_MISSING where it says nothing.
    """
    label = say_concept(concept)
    if concept is None or not label:
        raise refuse_missing(where)
    return label, find_code(concept.coding, terms.LPP)


def read_parameters(request: DeviceRequest, where: str) -> dict[str, Quantity]:
    """The parameters that we read, by name; the others are kept, and only given back.

    Raises:
        Refusal: ELEMENT_INVALID where one is said twice; ELEMENT_MISSING where it has no value.
    """
    said: dict[str, Quantity] = {}
    for index, text in enumerate(request.parameter):
        place = f"{where}.parameter[{index}]"
        parameter = _parameter.read(text, place)
        name = name_parameter(parameter)
        if name is None:
            continue
        if name in said:
            raise refuse_element(place, f"{name} est dit deux fois")
        if parameter.value_quantity is None or parameter.value_quantity.value is None:
            raise refuse_missing(f"{place}.valueQuantity.value")
        said[name] = parameter.value_quantity
    return said


def name_parameter(parameter: DeviceParameter) -> str | None:
    """Which of ours a parameter is; without a code, a quantity; None: another one."""
    concept = parameter.code
    if concept is None:
        return QUANTITY if parameter.value_quantity is not None else None
    words = (*(coding.code for coding in concept.coding), concept.text)
    found = (_NAMES.get((word or "").casefold()) for word in words)
    return next((name for name in found if name is not None), None)


def read_quantity(quantity: Quantity | None, where: str) -> Decimal | None:
    """How many packs or units of one fill; None: not said.

    Raises:
        Refusal: QUANTITY_INVALID.
    """
    number = None if quantity is None else _number(quantity)
    if number is not None and not 0 < number <= QUANTITY_MAX:
        raise Refusal(Reasons.QUANTITY_INVALID, where)
    return number


def read_rental(quantity: Quantity | None, at: datetime, where: str) -> int | None:
    """For how many days it is rented at a time, in days unless it says otherwise; None: it is not.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    if quantity is None:
        return None
    if quantity.code is None and quantity.unit is None:
        quantity = Quantity(value=quantity.value, code="d")
    days = count_days(quantity, at)
    if days is None or days != int(days) or not 0 < days < CENTURY_DAYS:
        raise refuse_element(where, "attendu des jours de location")
    return int(days)


def _number(quantity: Quantity) -> Decimal:
    return as_decimal(quantity.value or 0)
