"""The flags of a line: ALD, AT/MP, prevention, not reimbursed, outside its label.

Three ways of saying them are read: an Observation that the line gives as a reason, the public
extensions, and ours.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ordonnance.domain.line import Kind, Qualifier
from ordonnance.fhir.extension import find_extension, read_word
from ordonnance.fhir.reading import (
    Resource,
    decode,
    find_resource,
    read_contained,
    refuse_element,
)
from ordonnance.fhir.structs import Extension, MedicationRequest
from ordonnance.fhir.structs_order import Observed, Ordering

# Source: CI-SIS, terminologie-cisis, as FR Core takes them for Observation.code.
QUALIFIERS: Mapping[str, Qualifier] = {
    "MED-574": Qualifier.LONG_TERM_ILLNESS,
    "GEN-180": Qualifier.OCCUPATIONAL,
    "GEN-295": Qualifier.PREVENTION,
    "GEN-181": Qualifier.NOT_COVERED,
    "GEN-179": Qualifier.OFF_LABEL,
}
_WITHDRAWN = ("entered-in-error", "cancelled")
_NOT_COVERED = ("notcovered", "not-covered")
_OFF_LABEL = ("ihe-ext-offlabel", "offlabeluse")

_decode_observed = msgspec.json.Decoder(Observed)


def read_qualifiers(
    request: MedicationRequest | Ordering,
    kind: Kind,
    *,
    own: Resource,
    others: Sequence[Resource],
) -> tuple[Qualifier, ...]:
    """What a line of *kind* is flagged with, in the order of the flags; what is not said is no.

    An examination of biology has no label to be outside of: it is outside the nomenclature.

    Raises:
        Refusal: ELEMENT_INVALID for a code of our extension that is none of ours.

    Source: TLS-41; FR Core, fr-core-observation-ald and its neighbours; IHE MPD, offLabel.
    """
    if not request.reason_reference and not request.extension:
        return ()
    found = {*_said_by_reasons(request, own, others), *_said_by_public(request.extension)}
    for extension in find_extension(request.extension, "qualifier"):
        code = read_word(extension)
        if code not in frozenset(Qualifier):
            raise refuse_element(f"{own.where}.extension", f"attendu {', '.join(Qualifier)}")
        found.add(Qualifier(code))
    if kind is Kind.BIOLOGY and Qualifier.OFF_LABEL in found:
        found = (found - {Qualifier.OFF_LABEL}) | {Qualifier.OFF_NOMENCLATURE}
    return tuple(qualifier for qualifier in Qualifier if qualifier in found)


def _said_by_reasons(
    request: MedicationRequest | Ordering, own: Resource, others: Sequence[Resource]
) -> Iterator[Qualifier]:
    """What the Observations that the line gives as reasons answer yes to."""
    if not request.reason_reference:
        return
    near = (*read_contained(request.contained, own.where), *others)
    for reference in request.reason_reference:
        pointed = find_resource(reference.reference, near)
        if pointed is None or pointed.kind != "Observation":
            continue
        observed = decode(_decode_observed, pointed.text, pointed.where)
        if not observed.value_boolean or observed.code is None or observed.status in _WITHDRAWN:
            continue
        for coding in observed.code.coding:
            qualifier = QUALIFIERS.get(coding.code or "")
            if qualifier is not None:
                yield qualifier


def _said_by_public(extensions: Sequence[Extension]) -> Iterator[Qualifier]:
    """What the public extensions say yes to, known by the end of their addresses."""
    for extension in extensions:
        name = extension.url.casefold()
        if name.endswith(_NOT_COVERED) and extension.value_boolean:
            yield Qualifier.NOT_COVERED
        elif name.endswith(_OFF_LABEL):
            parts = [part for part in extension.extension if part.url == "isOffLabelUse"]
            if any(one.value_boolean for one in (extension, *parts)):
                yield Qualifier.OFF_LABEL
