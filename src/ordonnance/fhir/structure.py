"""The structures that come with an ordonnance: the FINESS that they give is a right one."""

from collections.abc import Iterable

import msgspec

from ordonnance.domain.identifiers import FINESS
from ordonnance.fhir import terms
from ordonnance.fhir.reading import Resource, decode
from ordonnance.fhir.structs import Identified

NATIONAL_FINESS = "1"  # what an identifier of the national register begins with, before a FINESS

_decode_organization = msgspec.json.Decoder(Identified)


def check_structures(resources: Iterable[Resource]) -> None:
    """Refuse an Organization whose FINESS has a wrong key; one that gives none is no matter.

    Raises:
        Refusal: FINESS_INVALID, ELEMENT_INVALID.

    Source: TLS-6.
    """
    for resource in resources:
        if resource.kind == "Organization":
            given = decode(_decode_organization, resource.text, resource.where).identifier
            for place, identifier in enumerate(given):
                where, value = f"{resource.where}.identifier[{place}].value", identifier.value
                if value is None:
                    continue
                if identifier.system == terms.FINESS:
                    FINESS.parse(value, where)
                elif identifier.system == terms.NATIONAL_STRUCTURE and value[0] == NATIONAL_FINESS:
                    FINESS.parse(value[1:], where)
