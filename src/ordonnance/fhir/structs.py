"""What we read of FHIR R4: the elements that mean something to us, typed.

The rest is kept as it came and given back; it is not looked at, but for the names of the
elements of what is ordered and delivered, since a name misspelt there would change the order.
"""

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

Number = int | float
Text = Annotated[str, Meta(min_length=1, max_length=20_000)]


class Read(Struct, rename="camel", kw_only=True, gc=False):
    """What every structure shares: FHIR's names, absent elements are None or empty.

    What is decoded is a tree: without cycles, it needs no looking at by the garbage collector.
    """


class Coding(Read):
    """A code, and the system it belongs to."""

    system: Text | None = None
    code: Text | None = None
    display: Text | None = None


class CodeableConcept(Read):
    """A notion, by codes or in words."""

    coding: list[Coding] = []
    text: Text | None = None


class Identifier(Read):
    """An identifier, and the system it belongs to."""

    system: Text | None = None
    value: Text | None = None
    type: CodeableConcept | None = None


class Reference(Read):
    """A pointer to a resource: by address, or by identifier."""

    reference: Text | None = None
    identifier: Identifier | None = None
    display: Text | None = None


class Quantity(Read):
    """An amount."""

    value: Number | None = None
    unit: Text | None = None
    system: Text | None = None
    code: Text | None = None


class Range(Read):
    """Between two amounts."""

    low: Quantity | None = None
    high: Quantity | None = None


class Period(Read):
    """Between two instants, written as they came."""

    start: Text | None = None
    end: Text | None = None


class Extension(Read):
    """An extension: one value, or extensions of its own."""

    url: Text
    value_string: Text | None = None
    value_code: Text | None = None
    value_date: Text | None = None
    value_date_time: Text | None = None
    value_markdown: Text | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_coding: Coding | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_identifier: Identifier | None = None
    value_reference: Reference | None = None
    value_period: Period | None = None
    extension: "list[Extension]" = []


class Entry(Read):
    """One resource of a Bundle, its text kept."""

    resource: Raw
    full_url: Text | None = None


class Bundle(Read):
    """Resources sent together."""

    resource_type: Literal["Bundle"]
    type: Literal["collection"]
    entry: list[Entry]


class AnyResource(Read):
    """What every resource says of itself."""

    resource_type: Text
    id: Text | None = None


class HumanName(Read):
    """A name as FHIR cuts it."""

    family: Text | None = None
    given: list[Text] = []
    text: Text | None = None


class Person(Read):
    """A Patient or a Practitioner: who they are."""

    identifier: list[Identifier] = []
    name: list[HumanName] = []


class Identified(Read):
    """Any resource that is known by identifiers, an Organization for one."""

    identifier: list[Identifier] = []


class PractitionerRole(Read):
    """A practitioner somewhere: points to who they are."""

    identifier: list[Identifier] = []
    practitioner: Reference | None = None
    extension: list[Extension] = []


class Annotation(Read):
    """Words beside the rest."""

    text: Text | None = None


class Substitution(Read):
    """Whether another product may be delivered, and why not."""

    allowed_boolean: bool | None = None
    allowed_codeable_concept: CodeableConcept | None = None
    reason: CodeableConcept | None = None


class Substituted(Read):
    """Whether another product was delivered, and why."""

    was_substituted: bool | None = None
    type: CodeableConcept | None = None
    reason: list[CodeableConcept] = []


class Ingredient(Read):
    """What a medicine is made of."""

    item_codeable_concept: CodeableConcept | None = None


class Medication(Read):
    """A medicine described apart."""

    code: CodeableConcept | None = None
    ingredient: list[Ingredient] = []


class Repeat(Read):
    """How long a dosage lasts."""

    bounds_duration: Quantity | None = None
    bounds_range: Range | None = None
    bounds_period: Period | None = None


class Timing(Read):
    """When a dosage applies."""

    repeat: Repeat | None = None


class Dosage(Read):
    """One step of a posology."""

    sequence: int | None = None
    timing: Timing | None = None


class DispenseRequest(Read):
    """How much is to be delivered, how often, until when."""

    validity_period: Period | None = None
    number_of_repeats_allowed: Annotated[int, Meta(ge=0, le=99)] | None = None
    quantity: Quantity | None = None
    expected_supply_duration: Quantity | None = None
    performer: Reference | None = None

    @property
    def repeats(self) -> int:
        """How many fills after the first; 0 where it is not said."""
        return self.number_of_repeats_allowed or 0


class MedicationRequest(Read):
    """A prescribed line of medicine."""

    status: Literal["active"]
    intent: Literal[
        "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"
    ]
    subject: Reference
    authored_on: Text
    requester: Reference
    group_identifier: Identifier
    do_not_perform: Literal[False] = False
    identifier: list[Identifier] = []
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    contained: list[Raw] = []
    category: list[CodeableConcept] = []
    reason_reference: list[Reference] = []
    note: list[Annotation] = []
    extension: list[Extension] = []
    dosage_instruction: list[Raw] = []
    dispense_request: Raw = Raw()
    substitution: Substitution | None = None


class MedicationDispense(Read):
    """A delivery, or why there was none."""

    status: Literal["completed", "declined"]
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    contained: list[Raw] = []
    subject: Reference | None = None
    authorizing_prescription: Annotated[list[Reference], Meta(max_length=1)] = []
    type: CodeableConcept | None = None
    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_handed_over: Text | None = None
    substitution: Substituted | None = None
    status_reason_codeable_concept: CodeableConcept | None = None
    extension: list[Extension] = []


class Parameter(Read):
    """A named value of an operation, or a resource, its text kept."""

    name: Text
    value_string: str | None = None
    value_boolean: bool | None = None
    resource: Raw = Raw()
    value_code: Text | None = None
    value_identifier: Identifier | None = None


class Parameters(Read):
    """The named values of an operation."""

    resource_type: Literal["Parameters"]
    parameter: list[Parameter] = []


class Provision(Read):
    """What a Consent decides."""

    type: Text | None = None


class Consent(Read):
    """A Consent: whether it stands, what about, what it decides."""

    status: Text | None = None
    category: list[CodeableConcept] = []
    policy_rule: CodeableConcept | None = None
    provision: Provision | None = None


def names_in(words: str) -> frozenset[str]:
    """The names that stand in *words*, between blanks."""
    return frozenset(words.split())


RESOURCE_NAMES = names_in(
    "resourceType id meta implicitRules language text contained extension modifierExtension"
)
MEDICATION_REQUEST_NAMES = RESOURCE_NAMES | names_in(
    """identifier status statusReason intent category priority doNotPerform reportedBoolean
    reportedReference medicationCodeableConcept medicationReference subject encounter
    supportingInformation authoredOn requester performer performerType recorder reasonCode
    reasonReference instantiatesCanonical instantiatesUri basedOn groupIdentifier
    courseOfTherapyType insurance note dosageInstruction dispenseRequest substitution
    priorPrescription detectedIssue eventHistory"""
)
DISPENSE_REQUEST_NAMES = names_in(
    """id extension modifierExtension initialFill dispenseInterval validityPeriod
    numberOfRepeatsAllowed quantity expectedSupplyDuration performer"""
)
MEDICATION_DISPENSE_NAMES = RESOURCE_NAMES | names_in(
    """identifier partOf status statusReasonCodeableConcept statusReasonReference category
    medicationCodeableConcept medicationReference subject context supportingInformation performer
    location authorizingPrescription type quantity daysSupply whenPrepared whenHandedOver
    destination receiver note dosageInstruction substitution detectedIssue eventHistory"""
)
Members = dict[str, Raw]
