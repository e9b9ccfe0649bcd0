"""A MedicationRequest read into a line: the product, the packs, the days, the renewals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
import math
import re

import msgspec

from ordonnance.domain.days import PARIS, add_months, day_in_paris
from ordonnance.domain.identifiers import CIP13
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.posology import Step
from ordonnance.domain.posology_pace import intake_of
from ordonnance.domain.posology_sentence import say, say_in_words
from ordonnance.domain.posology_unit import DAY, HOUR, MINUTE, MONTH, WEEK, YEAR, find_unit
from ordonnance.domain.posology_words import has_dose_in_words
from ordonnance.domain.prescription import valid_until_by_default
from ordonnance.domain.product import Referential, name_product
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import terms
from ordonnance.fhir.dosage import read_posology
from ordonnance.fhir.particulars import read_particulars
from ordonnance.fhir.reading import (
    Resource,
    as_decimal,
    decode,
    find_code,
    find_resource,
    is_in_packs,
    read_contained,
    read_end,
    read_moment,
    refuse_element,
    refuse_missing,
)
from ordonnance.fhir.strict import Strict
from ordonnance.fhir.structs import (
    DISPENSE_REQUEST_NAMES,
    CodeableConcept,
    Coding,
    DispenseRequest,
    Dosage,
    Medication,
    MedicationDispense,
    MedicationRequest,
    Period,
    Quantity,
)

QUANTITY_MAX = 1000
CENTURY_DAYS = 36_600
CENTURY_MONTHS = 1200
_DAYS = {"min": Decimal(1) / 1440, "h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7)}
_MONTHS = {"mo": 1, "a": 12}
_CODES = {MINUTE: "min", HOUR: "h", DAY: "d", WEEK: "wk", MONTH: "mo", YEAR: "a"}
_BDPM = re.compile(r"6\d{7}|34009\d{8}", re.ASCII)
_COMPONENT = b"fr-basis-of-dose-component"
_RENDERED = "renderedDosageInstruction"

_dispense_request = Strict(DispenseRequest, DISPENSE_REQUEST_NAMES)
_decode_dosage = msgspec.json.Decoder(Dosage)
_decode_medication = msgspec.json.Decoder(Medication)


def read_line(
    request: MedicationRequest,
    *,
    rank: int,
    at: datetime,
    own: Resource,
    others: Sequence[Resource],
    referential: Referential,
) -> Line:
    """A line of medicine, written at *at*; *referential* names what came without words.

    Raises:
        Refusal: ELEMENT_…, CIP_INVALID, QUANTITY_INVALID, DURATION_OR_QUANTITY_MISSING.

    Source: TLS-19 (CSP, art. R. 5132-3: a duration, or a number of packs), POS-9, TLS-9.
    """
    label, product = read_product(request, own, others)
    known = None if product is None else referential.find(product)
    dispense = read_dispense_request(request, own.where)
    where = f"{own.where}.dispenseRequest"
    valid_until = read_validity(dispense, where) or valid_until_by_default(at)
    quantity = read_quantity(dispense.quantity, f"{where}.quantity")
    dosages = read_dosages(request, own.where)
    days = read_days(dosages, dispense, at=at, where=own.where)
    counted = quantity is not None and is_in_packs(dispense.quantity or Quantity())
    if quantity is None and days is None and not any(map(is_open_ended, dosages)):
        raise Refusal(Reasons.DURATION_OR_QUANTITY_MISSING, own.where, line=str(rank))
    is_open = not counted and days is None
    fill_days = count_days(dispense.expected_supply_duration, at)
    if not counted and dispense.repeats:
        days = fill_days or days  # said of one fill, where the posology's bounds are of them all
    in_words = known is not None and known.regime.is_in_words
    steps = read_steps(request, own, others)
    return Line(
        rank=rank,
        kind=Kind.MEDICINE,
        label=label or name_product(product, known),
        product=product,
        quantity=quantity if counted else None,
        days=Decimal(max((valid_until - at).days, 1)) if is_open else days,
        repeats=dispense.repeats,
        valid_until=valid_until,
        is_open=is_open,
        are_repeats_said=dispense.number_of_repeats_allowed is not None,
        fill_days=fill_days,
        posology=say_in_words(steps) if in_words else say(steps),
        intake=intake_of(steps),
        is_dose_said=not in_words or is_dose_said(steps, request),
        particulars=read_particulars(request, dispense, own=own, others=others),
    )


def read_dosages(request: MedicationRequest, where: str) -> list[Dosage]:
    """How it is taken, as far as the length of the treatment is concerned.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    return [
        decode(_decode_dosage, text, f"{where}.dosageInstruction[{index}]")
        for index, text in enumerate(request.dosage_instruction)
    ]


def read_dispense_request(request: MedicationRequest, where: str) -> DispenseRequest:
    """How much is to be delivered; nothing, where it is not said.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    text = request.dispense_request
    if not bytes(text):
        return DispenseRequest()
    return _dispense_request.read(text, f"{where}.dispenseRequest")


def read_validity(dispense: DispenseRequest, where: str) -> datetime | None:
    """The first instant at which the line is no longer valid; None: it is not said.

    Raises:
        Refusal: ELEMENT_INVALID.

    Source: TLS-20.
    """
    period = dispense.validity_period
    if period is None or period.end is None:
        return None
    return read_end(period.end, f"{where}.validityPeriod.end")


def read_steps(
    request: MedicationRequest, own: Resource, others: Sequence[Resource]
) -> tuple[Step, ...]:
    """The posology, its components named.

    Source: POS-8.
    """
    return read_posology(request.dosage_instruction, names=name_components(request, own, others))


def name_components(
    request: MedicationRequest, own: Resource, others: Sequence[Resource]
) -> Mapping[str, str]:
    """What the components of a preparation are called, by what its doses point to them with.

    Source: POS-8; eP-IG, fr-basis-of-dose-component.
    """
    if _COMPONENT not in b"".join(request.dosage_instruction):
        return {}
    names = {}
    for resource in (*read_contained(request.contained, own.where), *others):
        if resource.kind == "Medication":
            medication = decode(_decode_medication, resource.text, resource.where)
            name = "" if medication.code is None else name_of(medication.code)
            for pointer in (f"#{resource.id}", f"Medication/{resource.id}", resource.full_url):
                names[pointer or ""] = name
    return names


def is_dose_said(steps: Sequence[Step], request: MedicationRequest) -> bool:
    """Whether full words can be written of the dose, or were: structured, or in the text.

    Source: POS-9; CSP, art. R. 5132-5 and R. 5132-29.
    """
    if steps and all(step.doses and not step.unread for step in steps):
        return True
    words = [note.text or "" for note in request.note]
    words += [
        extension.value_markdown or ""
        for extension in request.extension
        if extension.url.endswith(_RENDERED)
    ]
    for step in steps:
        words += [step.text or "", step.patient_instruction or "", *step.instructions]
    return any(has_dose_in_words(text) for text in words)


def read_product(
    request: MedicationRequest | MedicationDispense, own: Resource, others: Sequence[Resource]
) -> tuple[str, str | None]:
    """How a medicine is named (empty: by no words), and its code: CIP13, else CIS, else UCD13.

    A reference that resolves to nothing is an unknown product: it never blocks.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID where two are named, CIP_INVALID.
    """
    concept, reference = request.medication_codeable_concept, request.medication_reference
    if reference is None:
        if concept is None:
            raise refuse_missing(f"{own.where}.medication[x]")
        where = f"{own.where}.medicationCodeableConcept"
        return name_of(concept), read_code(concept.coding, where)
    if concept is not None:
        raise refuse_element(f"{own.where}.medication[x]", "un seul médicament par ligne")
    near = read_contained(request.contained, own.where)
    pointed = find_resource(reference.reference, [*near, *others])
    if pointed is None or pointed.kind != "Medication":
        return reference.display or "", None
    return read_medication(pointed, reference.display)


def read_medication(pointed: Resource, display: str | None) -> tuple[str, str | None]:
    """How a medicine described apart is named, *display* where it is pointed to, and its code.

    Raises:
        Refusal: ELEMENT_INVALID, CIP_INVALID.
    """
    medication = decode(_decode_medication, pointed.text, pointed.where)
    parts = [part.item_codeable_concept for part in medication.ingredient]
    made_of = " + ".join(filter(None, (name_of(part) for part in parts if part)))
    if medication.code is None:
        return display or made_of, None
    code = read_code(medication.code.coding, f"{pointed.where}.code")
    return name_of(medication.code) or display or made_of, code


def read_code(codings: Sequence[Coding], where: str) -> str | None:
    """The code of a product: CIP13, else CIS, else UCD13, else what the BDPM's systems hold.

    Raises:
        Refusal: CIP_INVALID.

    Source: TLS-8.
    """
    cip13 = find_code(codings, terms.CIP13)
    if cip13 is not None:
        return CIP13.parse(cip13, where).value
    known = find_code(codings, terms.CIS) or find_code(codings, terms.UCD13)
    other = find_code(codings, terms.BDPM)
    return known or (other if other is not None and _BDPM.fullmatch(other) else None)


def name_of(concept: CodeableConcept) -> str:
    """How a notion is said: its text, else what a code displays; empty if neither."""
    return concept.text or next((c.display for c in concept.coding if c.display), "")


def read_quantity(quantity: Quantity | None, where: str) -> Decimal | None:
    """One fill; None where it is not stated.

    Raises:
        Refusal: QUANTITY_INVALID.
    """
    if quantity is None or quantity.value is None:
        return None
    if not 0 < quantity.value <= QUANTITY_MAX:
        raise Refusal(Reasons.QUANTITY_INVALID, where)
    return as_decimal(quantity.value)


def read_days(
    dosages: Sequence[Dosage], dispense: DispenseRequest, *, at: datetime, where: str
) -> Decimal | None:
    """How many days the treatment lasts; None where nothing says so.

    Steps that follow one another add up, steps of the same rank run together; periods count from
    the first beginning to the last end. Failing that, how long a fill is expected to last.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    steps: dict[int, Decimal] = {}
    starts, ends = [], []
    for index, dosage in enumerate(dosages):
        repeat = None if dosage.timing is None else dosage.timing.repeat
        if repeat is None:
            continue
        bound = repeat.bounds_duration
        if bound is None and repeat.bounds_range is not None:
            bound = repeat.bounds_range.high
        lasts = count_days(bound, at)
        if lasts is not None:
            rank = dosage.sequence or 0
            steps[rank] = max(steps.get(rank, Decimal(0)), lasts)
        path = f"{where}.dosageInstruction[{index}].timing.repeat.boundsPeriod"
        span = read_span(repeat.bounds_period, path)
        if span is not None:
            starts.append(span[0])
            ends.append(span[1])
    total = sum(steps.values(), Decimal(0))
    if starts:
        # Both in Paris: a day stays a day when the clocks change.
        lasted = max(ends).astimezone(PARIS) - min(starts).astimezone(PARIS)
        seconds = lasted.total_seconds()
        total = max(total, Decimal(math.ceil(seconds / 86400)))
    if total <= 0:
        return count_days(dispense.expected_supply_duration, at)
    return total


def read_span(period: Period | None, where: str) -> tuple[datetime, datetime] | None:
    """When a period begins, and the first instant after it; None where it does not say both.

    Raises:
        Refusal: ELEMENT_INVALID, also where it ends before it begins.
    """
    if period is None or period.start is None or period.end is None:
        return None
    start, end = read_moment(period.start, f"{where}.start"), read_end(period.end, f"{where}.end")
    if end < start:
        raise refuse_element(where, "la fin précède le début")
    return start, end


def is_open_ended(dosage: Dosage) -> bool:
    """Whether a dosage says when it begins, and not when it ends."""
    repeat = None if dosage.timing is None else dosage.timing.repeat
    period = None if repeat is None else repeat.bounds_period
    return period is not None and period.start is not None and period.end is None


def count_days(duration: Quantity | None, at: datetime) -> Decimal | None:
    """A duration in days; months and years are those of the calendar from *at* on.

    None where the duration is missing, nil, longer than a century or in no unit of time.
    """
    if duration is None or not duration.value or not 0 < duration.value < CENTURY_DAYS:
        return None
    value = as_decimal(duration.value)
    unit = duration.code or duration.unit or ""
    if unit not in _DAYS and unit not in _MONTHS and duration.code is None:
        named = find_unit(unit)
        unit = "" if named is None else _CODES.get(named, "")
    if unit in _MONTHS:
        on, months = day_in_paris(at), math.ceil(value * _MONTHS[unit])
        return None if months > CENTURY_MONTHS else Decimal((add_months(on, months) - on).days)
    return None if unit not in _DAYS else value * _DAYS[unit]
