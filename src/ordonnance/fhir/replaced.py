"""The prescriber in whose stead a locum prescribes."""

from collections.abc import Sequence

import msgspec

from ordonnance.domain.identifiers import RPPS
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir.extension import find_extension
from ordonnance.fhir.ordered import Request
from ordonnance.fhir.reading import Resource, decode, find_resource, read_rpps, refuse_element
from ordonnance.fhir.structs import Extension, Person, PractitionerRole, Reference

_decode_person = msgspec.json.Decoder(Person)
_decode_role = msgspec.json.Decoder(PractitionerRole)


def read_replaced(
    requests: Sequence[tuple[Resource, Request]],
    resources: Sequence[Resource],
    prescriber: RPPS,
) -> RPPS | None:
    """Whom the prescriber stands in for: by a line, or by the role it points to; None: nobody.

    Raises:
        Refusal: RPPS_INVALID; ELEMENT_MISSING where they are named without a RPPS;
            ELEMENT_INVALID where lines name several, or the prescriber themselves.

    Source: TLS-43; CI-SIS, eP-MED-DM (« mandatory if a locum prescribes »); CSP, art. R. 4127-65.
    """
    has_roles = any(resource.kind == "PractitionerRole" for resource in resources)
    if not has_roles and not any(request.extension for _, request in requests):
        return None
    found: RPPS | None = None
    seen: Reference | None = None
    for own, request in requests:
        said = [(one, own.where) for one in find_extension(request.extension, "replaced")]
        if request.requester != seen:
            seen = request.requester
            said += _said_by_role(seen, resources)
        for extension, where in said:
            rpps = read_extension(extension, resources, f"{where}.extension")
            if rpps == prescriber:
                raise refuse_element(f"{where}.extension", "le prescripteur se remplace lui-même")
            if found is not None and rpps != found:
                raise refuse_element(f"{where}.extension", "un seul prescripteur est remplacé")
            found = rpps
    return found


def _said_by_role(
    requester: Reference, resources: Sequence[Resource]
) -> list[tuple[Extension, str]]:
    """What the PractitionerRole of who prescribes says of whom they stand in for."""
    pointed = find_resource(requester.reference, resources)
    if pointed is None or pointed.kind != "PractitionerRole":
        return []
    role = decode(_decode_role, pointed.text, pointed.where)
    return [(one, pointed.where) for one in find_extension(role.extension, "replaced")]


def read_extension(extension: Extension, resources: Sequence[Resource], where: str) -> RPPS:
    """The RPPS that an extension gives, or that of whom it points to.

    Raises:
        Refusal: RPPS_INVALID, ELEMENT_MISSING.
    """
    reference = extension.value_reference or Reference()
    own = [one for one in (extension.value_identifier, reference.identifier) if one is not None]
    rpps = read_rpps(own, where) or _pointed_at(reference, resources)
    if rpps is None:
        raise Refusal(Reasons.ELEMENT_MISSING, where, problem="le RPPS du prescripteur remplacé")
    return rpps


def _pointed_at(reference: Reference, resources: Sequence[Resource]) -> RPPS | None:
    pointed = find_resource(reference.reference, resources)
    if pointed is None or pointed.kind not in ("Practitioner", "PractitionerRole"):
        return None
    if pointed.kind == "Practitioner":
        person = decode(_decode_person, pointed.text, pointed.where)
        return read_rpps(person.identifier, f"{pointed.where}.identifier")
    role = decode(_decode_role, pointed.text, pointed.where)
    who = role.practitioner or Reference()
    own = [*role.identifier, *([] if who.identifier is None else [who.identifier])]
    rpps = read_rpps(own, f"{pointed.where}.identifier")
    behind = find_resource(who.reference, resources)
    is_person = behind is not None and behind.kind == "Practitioner"
    return _pointed_at(who, resources) if rpps is None and is_person else rpps
