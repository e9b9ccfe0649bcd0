"""FHIR Dosage read into the steps of a posology. It never blocks.

What cannot be read is named in ``unread``, and the prescriber's ``text`` then stands for the
step: a posology is told whole, or it is told that a part is missing.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

from ordonnance.domain.posology import Amount, Between, Dose, Ratio, Step
from ordonnance.fhir.dosage_element import (
    DOSAGE_NAMES,
    DOSE_NAMES,
    UNREADABLE,
    Element,
    Extension,
    words_of,
)
from ordonnance.fhir.dosage_timing import read_timing
from ordonnance.fhir.dosage_unit import ROUTES
from ordonnance.fhir.structs import CodeableConcept, Read, Text

_INTEGER = Annotated[int, Meta(ge=-(2**31), lt=2**31)]
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class _Told(Read, forbid_unknown_fields=True):
    """A step in words and nothing else, as most are; an absent text is empty."""

    sequence: _INTEGER = 0
    patient_instruction: Text = ""
    text: Text = ""


_told = msgspec.json.Decoder(_Told)
_sequence = msgspec.json.Decoder(_INTEGER)
_text = msgspec.json.Decoder(Text)
_flag = msgspec.json.Decoder(bool)
_objects = msgspec.json.Decoder(list[Raw])
_concept = msgspec.json.Decoder(CodeableConcept)
_concepts = msgspec.json.Decoder(list[CodeableConcept])
_extensions = msgspec.json.Decoder(list[Extension])


def read_posology(
    dosages: Iterable[bytes | Raw], *, names: Mapping[str, str] = _NO_NAMES
) -> tuple[Step, ...]:
    """The steps of a posology, one a Dosage, in order.

    *names*: what a component of a preparation is called, by the reference that points to it.

    Source: POS-8.
    """
    return tuple(read_step(dosage, names=names) for dosage in dosages)


def read_step(dosage: bytes | Raw, *, names: Mapping[str, str] = _NO_NAMES) -> Step:
    """One Dosage, an object in JSON; never fails, whatever the text.

    Of words and nothing else, nothing else is asked: it takes one look.

    Source: POS-8.
    """
    try:
        told = _told.decode(dosage)
    except UNREADABLE:
        return _read_structure(dosage, names)
    return Step(
        sequence=told.sequence,
        patient_instruction=told.patient_instruction or None,
        text=told.text or None,
    )


def _read_structure(dosage: bytes | Raw, names: Mapping[str, str]) -> Step:
    unread: list[str] = []
    element = Element(dosage, DOSAGE_NAMES, path="Dosage", unread=unread)
    doses = _read_doses(element, names)
    is_as_needed, reason, is_coded = _read_condition(element)
    return Step(
        sequence=element.take("sequence", _sequence) or 0,
        doses=doses,
        route=_read_route(element),
        method=_read_words(element, "method"),
        site=_read_words(element, "site"),
        timing=read_timing(element),
        is_as_needed=is_as_needed,
        as_needed_for=reason,
        is_reason_coded=is_coded,
        max_per_intake=element.take_amount("maxDosePerAdministration"),
        max_per_period=element.take_ratio("maxDosePerPeriod"),
        max_per_lifetime=element.take_amount("maxDosePerLifetime"),
        instructions=_read_instructions(element),
        patient_instruction=element.take("patientInstruction", _text),
        text=element.take("text", _text),
        unread=tuple(unread),
    )


def _read_words(element: Element, name: str) -> str | None:
    concept = element.take(name, _concept)
    words = words_of(concept)
    if concept is not None and not words:
        element.note(name)
    return words or None


def _read_route(element: Element) -> str | None:
    """The route in the prescriber's words, else in those of its code."""
    concept = element.take("route", _concept)
    if concept is None:
        return None
    coded = (ROUTES.get(c.system or "", {}).get(c.code or "") for c in concept.coding)
    words = concept.text or next(filter(None, coded), "") or words_of(concept)
    if not words:
        element.note("route")
    return words or None


def _read_condition(element: Element) -> tuple[bool, str | None, bool]:
    """Whether a dose is taken as needed, what for, and whether that was said by a code alone."""
    is_as_needed = element.take("asNeededBoolean", _flag) or False
    concept = element.take("asNeededCodeableConcept", _concept)
    if concept is None:
        return is_as_needed, None, False
    words = words_of(concept)
    if not words:
        element.note("asNeededCodeableConcept")
    return True, words or None, concept.text is None


def _read_instructions(element: Element) -> tuple[str, ...]:
    concepts = element.take("additionalInstruction", _concepts) or []
    words = tuple(words_of(concept) for concept in concepts)
    if not all(words):
        element.note("additionalInstruction")
    return tuple(filter(None, words))


def _read_doses(element: Element, names: Mapping[str, str]) -> tuple[Dose, ...]:
    """The doses of one intake; one that was only worked out stands beside the one ordered."""
    texts = element.take("doseAndRate", _objects) or []
    ordered: list[Dose] = []
    calculated: list[Dose] = []
    for index, text in enumerate(texts):
        path = element.path_of(f"doseAndRate[{index}]")
        part = Element(text, DOSE_NAMES, path=path, unread=element.unread)
        concept = part.take("type", _concept)
        is_calculated = concept is not None and any(
            coding.code == "calculated" for coding in concept.coding
        )
        (calculated if is_calculated else ordered).append(_read_dose(part, names))
    match ordered, calculated:
        case [dose], [Dose(amount=(Amount() | Between()) as amount, rate=None)]:
            return (Dose(amount=dose.amount, rate=dose.rate, calculated=amount, of=dose.of),)
        case _:
            return (*ordered, *calculated)


def _read_dose(part: Element, names: Mapping[str, str]) -> Dose:
    amount = _only_one(part, "doseQuantity", "doseRange")
    rate: Ratio | Amount | Between | None = part.take_ratio("rateRatio")
    other = _only_one(part, "rateQuantity", "rateRange")
    if rate is not None and other is not None:
        part.note("rateRatio")
        rate = other = None
    return Dose(amount=amount, rate=rate or other, of=_read_component(part, names))


def _only_one(part: Element, amount: str, span: str) -> Amount | Between | None:
    """A Quantity or a Range; neither, and noted, where both are there."""
    exact, between = part.take_amount(amount), part.take_between(span)
    if exact is not None and between is not None:
        part.note(span)
        return None
    return exact or between


def _read_component(part: Element, names: Mapping[str, str]) -> str | None:
    """What a dose counts, where a preparation has several components; None if it is not said.

    Source: eP-IG, fr-basis-of-dose-component.
    """
    for extension in part.take("extension", _extensions) or []:
        target = extension.value_reference
        if extension.url.endswith("/fr-basis-of-dose-component") and target is not None:
            return names.get(target.reference or "") or target.display
    return None
