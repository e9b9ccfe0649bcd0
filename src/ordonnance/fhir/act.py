"""A ServiceRequest read into a line: an examination of biology, care, sessions."""

from collections.abc import Sequence
from datetime import datetime
import re

import msgspec

from ordonnance.domain.line import Kind, Line
from ordonnance.domain.order import Biology, Course, Nursing, Order, Podiatry, Therapy
from ordonnance.domain.order_sentence import CARE_WORDS
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import terms
from ordonnance.fhir.act_amount import read_amount
from ordonnance.fhir.extension import find_extension, read_word
from ordonnance.fhir.order_element import (
    last_days,
    read_particulars,
    read_validity,
    read_words,
    say_concept,
    say_concepts,
)
from ordonnance.fhir.pace import read_pace, say_condition
from ordonnance.fhir.reading import (
    Resource,
    decode,
    find_code,
    find_resource,
    read_contained,
    refuse_element,
    refuse_missing,
)
from ordonnance.fhir.structs import CodeableConcept, Coding
from ordonnance.fhir.structs_order import ServiceRequest, Specimen

NATURES = {kind.value: kind for kind in Kind if kind not in (Kind.MEDICINE, Kind.DEVICE)}
EXCLUDED = frozenset({"IMAGERIE", "TRANSPORT"})
SYSTEMS = {Kind.BIOLOGY: terms.NABM}
_CARE_SYSTEMS = (terms.NGAP, *terms.CCAM)
_AT_HOME = "PTRES"  # HL7 v3 RoleCode, the patient's residence
_GRADES = range(4)
_ASSESSES = re.compile(r"\bbilan", re.IGNORECASE)
_TREATS = re.compile(r"r[ée]+[ée]?ducation|s[ée]ance", re.IGNORECASE)
_HOLIDAYS = re.compile(r"dimanche.{0,40}f[ée]ri[ée]|7\s?(?:j|jours)?\s?/\s?7", re.IGNORECASE)

_decode_specimen = msgspec.json.Decoder(Specimen)


def read_act(
    request: ServiceRequest,
    *,
    rank: int,
    at: datetime,
    own: Resource,
    others: Sequence[Resource],
) -> Line:
    """A line of biology or of care, written at *at*.

    Raises:
        Refusal: KIND_EXCLUDED, ELEMENT_MISSING, ELEMENT_INVALID, QUANTITY_INVALID.

    Source: TLS-40.
    """
    kind = read_nature(request, own.where)
    pace = read_pace(request, at, own.where)
    amount = read_amount(request, kind, pace, own.where)
    details = (*say_concepts(request.order_detail), *read_words(say_condition(request)))
    label = read_label(request, kind, own.where)
    valid_until = read_validity(request, at, own.where)
    is_open = amount.quantity is None and pace.days is None
    codings = [] if request.code is None else request.code.coding
    categories = [*request.category, *_flag_home(request)]
    return Line(
        rank=rank,
        kind=kind,
        label=label,
        product=find_code(codings, SYSTEMS.get(kind, _CARE_SYSTEMS)),
        quantity=amount.quantity,
        days=last_days(valid_until, at) if is_open else pace.days,
        repeats=amount.repeats,
        valid_until=valid_until,
        is_open=is_open,
        are_repeats_said=amount.are_repeats_said,
        particulars=read_particulars(request, kind, categories, own=own, others=others),
        order=read_order(
            request, kind, own=own, others=others, details=details, words=(pace.words, label)
        ),
    )


def read_nature(request: ServiceRequest, where: str) -> Kind:
    """What a ServiceRequest orders, by the category of our list.

    Raises:
        Refusal: KIND_EXCLUDED for imaging and transport; ELEMENT_MISSING, ELEMENT_INVALID.

    Source: TLS-40.
    """
    element, expected = f"{where}.category", ", ".join(NATURES)
    codes = {
        coding.code or ""
        for category in request.category
        for coding in category.coding
        if coding.system == terms.NATURE
    }
    if not codes:
        problem = f"{element} (système {terms.NATURE} : {expected})"
        raise Refusal(Reasons.ELEMENT_MISSING, element, problem=problem)
    if codes & EXCLUDED:
        raise Refusal(Reasons.KIND_EXCLUDED, element)
    kinds = [NATURES[code] for code in codes if code in NATURES]
    if len(codes) > 1 or not kinds:
        raise refuse_element(element, f"attendu une nature parmi {expected}")
    return kinds[0]


def read_label(request: ServiceRequest, kind: Kind, where: str) -> str:
    """What is ordered, in words, else by its code.

    The nature of sessions tells enough by itself; an examination or care needs a name.

    Raises:
        Refusal: ELEMENT_MISSING where nothing tells what is ordered.

    Source: TLS-40.
    """
    label = say_concept(request.code) or next(iter(say_concepts(request.order_detail)), "")
    if label:
        return label
    if kind in (Kind.BIOLOGY, Kind.NURSING):
        raise refuse_missing(f"{where}.code")
    words = CARE_WORDS[kind]
    return words[0].upper() + words[1:]


def read_order(
    request: ServiceRequest,
    kind: Kind,
    *,
    own: Resource,
    others: Sequence[Resource],
    details: tuple[str, ...],
    words: tuple[str, str],
) -> Order:
    """What the line says of its kind; *words* are its pace and its label.

    Raises:
        Refusal: ELEMENT_INVALID.

    Source: TLS-40.
    """
    pace, label = words
    notes = read_words(*(note.text for note in request.note), request.patient_instruction)
    text = " ".join((label, pace, *details, *notes))
    is_therapy = kind in (Kind.SPEECH_THERAPY, Kind.ORTHOPTICS)
    return Order(
        details=tuple(detail for detail in details if detail != label),
        pace=pace,
        regions=say_concepts(request.body_site),
        performers=read_words(*(reference.display for reference in request.performer)),
        instructions=notes,
        biology=Biology(specimens=read_specimens(request, own, others))
        if kind is Kind.BIOLOGY
        else None,
        nursing=Nursing(on_holidays=are_holidays_said(request, text))
        if kind is Kind.NURSING
        else None,
        therapy=Therapy(course=read_course(request, text, own.where)) if is_therapy else None,
        podiatry=Podiatry(grade=read_grade(request, own.where)) if kind is Kind.PODIATRY else None,
    )


def read_specimens(
    request: ServiceRequest, own: Resource, others: Sequence[Resource]
) -> tuple[str, ...]:
    """What is taken, in words: by a Specimen pointed to, what displays it, or our extension.

    Raises:
        Refusal: ELEMENT_INVALID.

    Source: TLS-40; CI-SIS, eP-BIO.
    """
    near: Sequence[Resource] = ()
    if request.specimen:
        near = (*read_contained(request.contained, own.where), *others)
    said = []
    for reference in request.specimen:
        pointed = find_resource(reference.reference, near)
        words = ""
        if pointed is not None and pointed.kind == "Specimen":
            words = say_concept(decode(_decode_specimen, pointed.text, pointed.where).type)
        said.append(words or reference.display)
    for extension in find_extension(request.extension, "specimen"):
        concept = extension.value_codeable_concept
        said.append(say_concept(concept) if concept is not None else read_word(extension))
    return read_words(*said)


def are_holidays_said(request: ServiceRequest, text: str) -> bool:
    """Whether care goes on over Sundays and public holidays: by our extension, else in words."""
    for extension in find_extension(request.extension, "holidays"):
        return bool(extension.value_boolean)
    return _HOLIDAYS.search(text) is not None


def read_course(request: ServiceRequest, text: str, where: str) -> Course | None:
    """Whether an assessment, a therapy or both are asked: by our extension, else in words.

    Raises:
        Refusal: ELEMENT_INVALID for a code that is none of ours.
    """
    for extension in find_extension(request.extension, "course"):
        code = read_word(extension)
        if code not in frozenset(Course):
            raise refuse_element(f"{where}.extension", f"attendu {', '.join(Course)}")
        return Course(code)
    assesses, treats = _ASSESSES.search(text) is not None, _TREATS.search(text) is not None
    if assesses:
        return Course.ASSESSMENT_AND_THERAPY if treats else Course.ASSESSMENT
    return Course.THERAPY if treats else None


def read_grade(request: ServiceRequest, where: str) -> int | None:
    """The grade of a diabetic foot, 0 to 3; None: not said.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    for extension in find_extension(request.extension, "grade"):
        grade = extension.value_integer
        if grade not in _GRADES:
            raise refuse_element(f"{where}.extension", "attendu un grade de 0 à 3 (valueInteger)")
        return grade
    return None


def _flag_home(request: ServiceRequest) -> list[CodeableConcept]:
    """The sub-type « à domicile » where the care is located at the patient's."""
    codes = [coding.code for place in request.location_code for coding in place.coding]
    return [CodeableConcept(coding=[Coding(code="MED-1094")])] if _AT_HOME in codes else []
