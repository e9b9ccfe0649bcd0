"""What every execution says, whatever its resource: its line, its patient, its reasons."""

from collections.abc import Sequence

import msgspec

from ordonnance.domain.execution import Adaptation, NotDone, Override
from ordonnance.domain.identifiers import INS
from ordonnance.fhir import terms
from ordonnance.fhir.extension import find_extension, read_part, read_word
from ordonnance.fhir.reading import (
    Resource,
    decode,
    find_resource,
    read_day,
    read_ins,
    refuse_element,
    refuse_missing,
)
from ordonnance.fhir.structs import CodeableConcept, Extension, Identifier, Person, Reference

_decode_person = msgspec.json.Decoder(Person)


def read_overrides(extensions: Sequence[Extension]) -> tuple[Override, ...]:
    """The refusals that the professional sets aside, and why."""
    overrides = [
        Override(read_part(extension, "code"), read_part(extension, "reason"))
        for extension in find_extension(extensions, "override")
    ]
    return tuple(overrides)


def read_deferred(extensions: Sequence[Extension]) -> str | None:
    """Why it is recorded after the event, empty where no reason is given; None: it is not."""
    for extension in find_extension(extensions, "deferred"):
        return (read_word(extension) or read_part(extension, "reason")).strip()
    return None


def read_line_of(references: Sequence[Reference], where: str) -> str | None:
    """The prescribed line that the first of *references* names; None: a line added by hand.

    *where* is its FHIRPath. A reference without an identifier would designate a line that we
    cannot tell: taken as added by hand, it would escape the rights of the line it means.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID.
    """
    if not references:
        return None
    return read_designation(references[0].identifier, f"{where}.identifier")


def read_designation(identifier: Identifier | None, element: str) -> str:
    """The line that *identifier* designates; *element* is its FHIRPath.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID.
    """
    if identifier is None or identifier.value is None:
        raise refuse_missing(element)
    if identifier.system not in (None, terms.NUMBER):
        raise refuse_element(f"{element}.system", f"attendu {terms.NUMBER}")
    return identifier.value.strip().upper()


def read_reason(concept: CodeableConcept | None, where: str) -> NotDone | None:
    """Why a line was not carried out; words without a code are another reason; None: not said.

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
        raise refuse_element(where, f"attendu {known}")
    return NotDone(code)


def read_adaptation(extensions: Sequence[Extension], where: str) -> Adaptation | None:
    """What was changed with the prescriber's agreement; None: nothing.

    Raises:
        Refusal: ELEMENT_INVALID where the day of the agreement is not a day.

    Source: MED-20.
    """
    for extension in find_extension(extensions, "adaptation"):
        agreement = read_part(extension, "agreementOn")
        return Adaptation(
            read_day(agreement.partition("T")[0], f"{where}.extension") if agreement else None,
            read_part(extension, "text"),
        )
    return None


def read_subject(subject: Reference, where: str, others: Sequence[Resource]) -> INS | None:
    """Whom the act says it was for; None where it does not say by an INS.

    Raises:
        Refusal: INS_INVALID.
    """
    if subject.identifier is not None:
        return read_ins([subject.identifier], f"{where}.identifier")
    pointed = find_resource(subject.reference, others)
    if pointed is None or pointed.kind != "Patient":
        return None
    person = decode(_decode_person, pointed.text, pointed.where)
    return read_ins(person.identifier, f"{pointed.where}.identifier")
