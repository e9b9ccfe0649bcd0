"""What few lines of medicine say: substitution excluded, mentions, sub-types, pharmacy, surgery."""

from collections.abc import Iterator, Mapping, Sequence
import re

import msgspec

from ordonnance.domain.line import Exclusion, Flag, Kind, Mention, Particulars, Surgery
from ordonnance.fhir.extension import find_extension, read_part, read_word
from ordonnance.fhir.qualifier import read_qualifiers
from ordonnance.fhir.reading import (
    Resource,
    decode,
    find_resource,
    read_contained,
    read_day,
    refuse_element,
)
from ordonnance.fhir.structs import (
    CodeableConcept,
    DispenseRequest,
    Identified,
    Identifier,
    MedicationRequest,
    Reference,
    Substitution,
)

# CDA eP-MED-DM, sub-types of an ordonnance (terminologie-cisis).
FLAGS: Mapping[str, Flag] = {
    "MED-1094": Flag.AT_HOME,
    "MED-1095": Flag.URGENT,
    "MED-1096": Flag.BIZONE,
    "MED-1097": Flag.EXCEPTION,
    "MED-1098": Flag.SECURED,
    "MED-1132": Flag.LARGE_EQUIPMENT,
    "MED-1159": Flag.MILITARY,
}
# The codes come first: « CIF, enfant intolérant au lactose » is a CIF.
_EXCLUSIONS = (
    (re.compile(r"\bMTE\b", re.IGNORECASE), Exclusion.NARROW_MARGIN),
    (re.compile(r"\bEFG\b", re.IGNORECASE), Exclusion.CHILD_UNDER_SIX),
    (re.compile(r"\bCIF\b", re.IGNORECASE), Exclusion.EXCIPIENT),
    (re.compile(r"marge th[ée]rapeutique", re.IGNORECASE), Exclusion.NARROW_MARGIN),
    (re.compile(r"contre-indication", re.IGNORECASE), Exclusion.EXCIPIENT),
    (re.compile(r"enfant", re.IGNORECASE), Exclusion.CHILD_UNDER_SIX),
)
# « Prendre en une fois » is said to the patient, « délivrer en une fois » to the pharmacist.
_MENTIONS = (
    (re.compile(r"chevauchement", re.IGNORECASE), Mention.OVERLAP),
    (re.compile(r"d[ée]livr.{0,80} en une (seule )?fois", re.IGNORECASE), Mention.ONE_DELIVERY),
)
_SENTENCES = re.compile(r"[.;\n]")
_FORBIDS = re.compile(
    r"\b(interdi\w*|sans|pas|ne|non|aucun\w*|[ée]vite\w*|refus\w*)\b|\bn['’]", re.IGNORECASE
)
_AM = re.compile(r"\d{9}", re.ASCII)
# No public system exists for the numéro AM: ours, what vendors may call it, and the Cnam's OIDs.
_AM_SYSTEM = re.compile(
    r"numero-?am\b|\bam\b|assurance-?maladie|1\.2\.250\.1\.215\.", re.IGNORECASE
)

_decode_organization = msgspec.json.Decoder(Identified)


def read_particulars(
    request: MedicationRequest,
    dispense: DispenseRequest,
    *,
    own: Resource,
    others: Sequence[Resource],
) -> Particulars | None:
    """What a line says that few lines say; None: nothing of it.

    Raises:
        Refusal: ELEMENT_INVALID.

    Source: MED-15 to MED-19, TLS-41.
    """
    is_plain = not (request.substitution or request.extension or request.note or request.category)
    if is_plain and dispense.performer is None and not request.reason_reference:
        return None
    particulars = Particulars(
        exclusion=read_exclusion(request.substitution),
        mentions=read_mentions(request, own.where),
        flags=read_flags(request.category),
        pharmacy=read_pharmacy(
            dispense.performer, (*read_contained(request.contained, own.where), *others)
        ),
        surgery=read_surgery(request, own.where),
        qualifiers=read_qualifiers(request, Kind.MEDICINE, own=own, others=others),
    )
    return None if particulars == Particulars() else particulars


def read_exclusion(substitution: Substitution | None) -> Exclusion | None:
    """Why the prescriber excludes substitution; None where it is allowed.

    Source: MED-19.
    """
    if substitution is None:
        return None
    concept = substitution.allowed_codeable_concept
    codes = [] if concept is None else [coding.code for coding in concept.coding]
    if substitution.allowed_boolean is not False and "N" not in codes:
        return None
    words = " ".join(words_of(substitution.reason))
    found = (exclusion for pattern, exclusion in _EXCLUSIONS if pattern.search(words))
    return next(found, Exclusion.UNSAID)


def words_of(concept: CodeableConcept | None) -> Iterator[str]:
    """Every word of a notion: its text, its codes and what they display."""
    if concept is not None:
        for coding in concept.coding:
            yield from filter(None, (coding.code, coding.display))
        if concept.text:
            yield concept.text


def read_mentions(request: MedicationRequest, where: str) -> tuple[Mention, ...]:
    """The express mentions: by our extension, or in a sentence of a note that forbids nothing.

    Raises:
        Refusal: ELEMENT_INVALID for a code that is none of ours.

    Source: MED-15, MED-16; CSP, art. R. 5132-30 and R. 5132-33 (« mention expresse »).
    """
    found = []
    for extension in find_extension(request.extension, "mention"):
        code = read_word(extension)
        if code not in frozenset(Mention):
            raise refuse_element(f"{where}.extension", f"attendu {', '.join(Mention)}")
        found.append(Mention(code))
    for note in request.note:
        for sentence in _SENTENCES.split(note.text or ""):
            if not _FORBIDS.search(sentence):
                found += [mention for pattern, mention in _MENTIONS if pattern.search(sentence)]
    return tuple(dict.fromkeys(found))


def read_flags(categories: Sequence[CodeableConcept]) -> tuple[Flag, ...]:
    """The sub-types of ordonnance that the line says it is on.

    Source: MED-18.
    """
    codes = [coding.code or "" for category in categories for coding in category.coding]
    return tuple(dict.fromkeys(FLAGS[code] for code in codes if code in FLAGS))


def read_pharmacy(performer: Reference | None, others: Sequence[Resource]) -> str | None:
    """The numéro AM of the pharmacy that the prescriber names.

    Empty where it is named by something else; None where none is named. A FINESS has nine digits
    too: taken for a numéro AM, it would turn the right pharmacy away.

    Source: MED-17.
    """
    if performer is None or performer == Reference():
        return None
    known: list[Identifier] = [] if performer.identifier is None else [performer.identifier]
    pointed = find_resource(performer.reference, others)
    if pointed is not None:
        known += decode(_decode_organization, pointed.text, pointed.where).identifier
    for identifier in known:
        value = (identifier.value or "").replace(" ", "")
        is_am = identifier.system is None or _AM_SYSTEM.search(identifier.system)
        if is_am and _AM.fullmatch(value):
            return value
    return ""


def read_surgery(request: MedicationRequest, where: str) -> Surgery | None:
    """The operation that a line says it is for; None where it says none.

    Raises:
        Refusal: ELEMENT_INVALID.

    Source: MED-15; décret n° 2022-972.
    """
    for extension in find_extension(request.extension, "surgery"):
        element = f"{where}.extension"
        operation = read_day(read_part(extension, "operationOn"), element)
        discharge = read_day(read_part(extension, "dischargeOn"), element)
        if discharge < operation:
            raise refuse_element(element, "la sortie prévue précède l’opération")
        return Surgery(operation, discharge)
    return None
