"""What we read of the lines that are not of medicines, and of the flags of every line, typed."""

from typing import Annotated, Literal

from msgspec import Meta, Raw, field

from ordonnance.fhir.structs import (
    Annotation,
    CodeableConcept,
    Extension,
    Identifier,
    Period,
    Quantity,
    Range,
    Read,
    Reference,
    Repeat,
    Text,
)

Intent = Literal[
    "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"
]
Priority = Literal["routine", "urgent", "asap", "stat"]
Count = Annotated[int, Meta(ge=0, le=10_000)]


class Ordering(Read, kw_only=True):
    """What the lines of other kinds than medicines share."""

    status: Literal["active"]
    intent: Intent
    subject: Reference
    authored_on: Text
    requester: Reference
    priority: Priority = "routine"
    contained: list[Raw] = field(default_factory=list)
    reason_reference: list[Reference] = field(default_factory=list)
    note: list[Annotation] = field(default_factory=list)
    extension: list[Extension] = field(default_factory=list)
    occurrence_date_time: Text | None = None
    occurrence_period: Period | None = None
    occurrence_timing: Raw = Raw()


class DeviceRequest(Ordering, kw_only=True):
    """A prescribed line of a device."""

    group_identifier: Identifier
    code_codeable_concept: CodeableConcept | None = None
    code_reference: Reference | None = None
    parameter: list[Raw] = field(default_factory=list)


class ServiceRequest(Ordering, kw_only=True):
    """A prescribed line of biology, of care or of sessions; its number is its requisition."""

    group_identifier: Identifier = field(name="requisition")
    do_not_perform: Literal[False] = False
    category: list[CodeableConcept] = field(default_factory=list)
    code: CodeableConcept | None = None
    order_detail: list[CodeableConcept] = field(default_factory=list)
    quantity_quantity: Quantity | None = None
    quantity_range: Range | None = None
    quantity_ratio: Raw = Raw()
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: Raw = Raw()
    location_code: list[CodeableConcept] = field(default_factory=list)
    performer: list[Reference] = field(default_factory=list)
    body_site: list[CodeableConcept] = field(default_factory=list)
    specimen: list[Reference] = field(default_factory=list)
    patient_instruction: Text | None = None


class DeviceParameter(Read):
    """A detail of an ordered device."""

    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None


class DeviceName(Read):
    """What a Device is called."""

    name: Text | None = None


class DeviceKind(Read):
    """A Device described apart: what it is."""

    type: CodeableConcept | None = None
    device_name: list[DeviceName] = field(default_factory=list)


class Specimen(Read):
    """A specimen described apart: what it is."""

    type: CodeableConcept | None = None


class OrderTiming(Read):
    """When something is done."""

    repeat: Raw = Raw()


class OrderRepeat(Repeat):
    """How often and how long something is done."""

    count: Count | None = None
    count_max: Count | None = None
    frequency: int | None = None
    period: int | float | None = None


class Observed(Read):
    """An Observation that says yes or no of a line."""

    status: Text | None = None
    code: CodeableConcept | None = None
    value_boolean: bool | None = None


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_REQUEST = _names(
    """resourceType id meta implicitRules language text contained extension modifierExtension
    identifier instantiatesCanonical instantiatesUri basedOn status intent priority subject
    encounter occurrenceDateTime occurrencePeriod occurrenceTiming authoredOn requester
    performerType performer reasonCode reasonReference insurance note relevantHistory"""
)
DEVICE_REQUEST_NAMES = _REQUEST | _names(
    "priorRequest groupIdentifier codeReference codeCodeableConcept parameter supportingInfo"
)
SERVICE_REQUEST_NAMES = _REQUEST | _names(
    """replaces requisition category doNotPerform code orderDetail quantityQuantity quantityRatio
    quantityRange asNeededBoolean asNeededCodeableConcept locationCode locationReference
    supportingInfo specimen bodySite patientInstruction"""
)
DEVICE_PARAMETER_NAMES = _names(
    """id extension modifierExtension code valueCodeableConcept valueQuantity valueRange
    valueBoolean"""
)
TIMING_NAMES = _names("id extension modifierExtension event repeat code")
REPEAT_NAMES = _names(
    """id extension boundsDuration boundsRange boundsPeriod count countMax duration durationMax
    durationUnit frequency frequencyMax period periodMax periodUnit dayOfWeek timeOfDay when
    offset"""
)
