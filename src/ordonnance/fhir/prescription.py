"""A Bundle of ``$issue`` read into a prescription, its resources kept as they came."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from ordonnance.domain.identifiers import INS, RPPS, PrescriptionNumber
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.product import NOTHING_KNOWN, Referential
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import terms
from ordonnance.fhir.attached import read_attachments
from ordonnance.fhir.objection import read_consents
from ordonnance.fhir.ordered import (
    LINE_KINDS,
    NAMES,
    Request,
    read_lines,
    read_request,
    where_numbered,
)
from ordonnance.fhir.reading import (
    Resource,
    add_identifier,
    check_kept,
    check_kinds,
    decode,
    find_resource,
    read_bundle,
    read_ins,
    read_instant,
    read_members,
    read_rpps,
    refuse_element,
)
from ordonnance.fhir.replaced import read_replaced
from ordonnance.fhir.structs import Members, Person, PractitionerRole, Reference
from ordonnance.fhir.structure import check_structures

PRESCRIBER_KINDS = ("Practitioner", "PractitionerRole")
KEPT_KINDS = frozenset(
    (
        "AllergyIntolerance",
        "Condition",
        "Consent",
        "Coverage",
        "Device",
        "Encounter",
        "Location",
        "Medication",
        "Observation",
        "Organization",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "Provenance",
        "RelatedPerson",
        "RequestGroup",
        "Specimen",
    )
)

_decode_person = msgspec.json.Decoder(Person)
_decode_role = msgspec.json.Decoder(PractitionerRole)


def read(body: bytes, referential: Referential = NOTHING_KNOWN) -> tuple[Prescription, bytes]:
    """The prescription that a Bundle orders, and the JSON array of its resources.

    They are as they came, but for the lines' own ``identifier``. *referential*: what is known.

    Raises:
        Refusal: BODY_TOO_LARGE, BODY_MALFORMED, ELEMENT_MISSING, ELEMENT_INVALID,
            EXTENSION_UNKNOWN, NUMBER_MALFORMED, NUMBER_MONTH_INVALID, INS_INVALID,
            RPPS_INVALID, CIP_INVALID, QUANTITY_INVALID, DURATION_OR_QUANTITY_MISSING,
            KIND_EXCLUDED, FINESS_INVALID.

    Source: TLS-18.
    """
    resources = read_bundle(body)
    when, lacking = "l’émission", "au moins une ligne prescrite"
    check_kinds(resources, lines=LINE_KINDS, kept=KEPT_KINDS, when=when, lacking=lacking)
    ordered = [resource for resource in resources if resource.kind in LINE_KINDS]
    members = {one.entry: read_members(one.text, NAMES[one.kind], one.where) for one in ordered}
    requests = [(one, read_request(one)) for one in ordered]
    number = read_number(requests)
    authored_at = read_writing(requests)
    patient = read_patient(requests[0][1].subject, resources)
    prescriber, name = read_prescriber(requests[0][1].requester, resources)
    check_people(requests, resources, patient, prescriber)
    check_structures(resources)
    lines = read_lines(requests, at=authored_at, others=resources, referential=referential)
    consents = read_consents(resources)
    prescription = Prescription(
        number=number,
        authored_at=authored_at,
        patient=patient,
        prescriber=prescriber,
        prescriber_name=name,
        lines=lines,
        replaced=read_replaced(requests, resources, prescriber),
        attachments=read_attachments(resources, ordered, lines),
        is_objected=consents.is_objected,
        is_anonymous=consents.is_anonymous,
        is_consent_unread=consents.is_unread,
    )
    check_kept(resources)
    return prescription, write_resources(resources, members, number)


def read_number(requests: Sequence[tuple[Resource, Request]]) -> PrescriptionNumber:
    """The number that all lines share.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID, NUMBER_MALFORMED.
    """
    numbers: dict[str | None, PrescriptionNumber] = {}  # by how they are written
    for resource, request in requests:
        where, written = where_numbered(resource), request.group_identifier.value
        if request.group_identifier.system != terms.NUMBER:
            raise refuse_element(f"{where}.system", f"attendu {terms.NUMBER}")
        if written not in numbers:
            number = PrescriptionNumber.parse(written or "", f"{where}.value")
            if numbers and number not in numbers.values():
                raise refuse_element(f"{where}.value", "toutes les lignes partagent un même numéro")
            numbers[written] = number
    return next(iter(numbers.values()))


def read_writing(requests: Sequence[tuple[Resource, Request]]) -> datetime:
    """When the prescription was written, in its own offset: the earliest of its lines.

    Raises:
        Refusal: ELEMENT_INVALID, NUMBER_MONTH_INVALID where the lines are not of one month.
    """
    instants: dict[str, datetime] = {}  # by how they are written
    for resource, request in requests:
        if request.authored_on not in instants:
            where = f"{resource.where}.authoredOn"
            instants[request.authored_on] = read_instant(request.authored_on, where)
    months = {(instant.year, instant.month) for instant in instants.values()}
    if len(months) > 1:
        raise Refusal(Reasons.NUMBER_MONTH_INVALID, f"{requests[-1][0].where}.authoredOn")
    return min(instants.values())


def read_patient(subject: Reference, resources: Sequence[Resource]) -> INS:
    """Whom the prescription is for: whom its lines point to, else the one Patient with an INS.

    A reference that resolves to nothing is common in what software sends; it is no reason to
    refuse where only one patient can be meant. Whom a line does point to is never replaced by
    another: a mother's INS is not her child's.

    Raises:
        Refusal: INS_INVALID, ELEMENT_MISSING, ELEMENT_INVALID.
    """
    patients = [resource for resource in resources if resource.kind == "Patient"]
    pointed = find_resource(subject.reference, patients)
    if pointed is None and subject.identifier is not None:
        ins = read_ins([subject.identifier], "Bundle.entry.resource.subject.identifier")
        if ins is not None:
            return ins
    known = []
    for resource in patients if pointed is None else [pointed]:
        person = decode(_decode_person, resource.text, resource.where)
        ins = read_ins(person.identifier, f"{resource.where}.identifier")
        if ins is not None:
            known.append(ins)
    where = "Bundle.entry.resource.ofType(Patient).identifier"
    if not known:
        raise Refusal(Reasons.ELEMENT_MISSING, where, problem="l’INS")
    if any(ins != known[0] for ins in known[1:]):
        raise refuse_element(where, "plusieurs patients, et rien ne dit lequel")
    return known[0]


def check_people(
    requests: Sequence[tuple[Resource, Request]],
    resources: Sequence[Resource],
    patient: INS,
    prescriber: RPPS,
) -> None:
    """Refuse lines for several patients, or of several prescribers: they are as many numbers.

    Raises:
        Refusal: ELEMENT_INVALID, and as ``read_patient`` and ``read_prescriber`` find.
    """
    first = requests[0][1]
    for own, request in requests[1:]:
        is_same = request.subject == first.subject
        if not is_same and read_patient(request.subject, resources) != patient:
            raise refuse_element(f"{own.where}.subject", "toutes les lignes ont un même patient")
        is_same = request.requester == first.requester
        if not is_same and read_prescriber(request.requester, resources)[0] != prescriber:
            raise refuse_element(
                f"{own.where}.requester", "toutes les lignes ont un même prescripteur"
            )


def read_prescriber(requester: Reference, resources: Sequence[Resource]) -> tuple[RPPS, str]:
    """Who prescribes, and their name: whom the lines point to, else the one who is there.

    Raises:
        Refusal: RPPS_INVALID, ELEMENT_MISSING.
    """
    pointed = find_resource(requester.reference, resources)
    candidates = [other for other in resources if other.kind in PRESCRIBER_KINDS]
    if pointed is not None and pointed.kind in PRESCRIBER_KINDS:
        candidates = [pointed]
    for candidate in candidates:
        rpps, name = read_professional(candidate, resources)
        if rpps is not None:
            return rpps, name or requester.display or ""
    if requester.identifier is not None:
        where = "Bundle.entry.resource.requester.identifier"
        rpps = read_rpps([requester.identifier], where)
        if rpps is not None:
            return rpps, requester.display or ""
    raise Refusal(
        Reasons.ELEMENT_MISSING,
        "Bundle.entry.resource.ofType(Practitioner).identifier",
        problem="le RPPS du prescripteur",
    )


def read_professional(resource: Resource, resources: Sequence[Resource]) -> tuple[RPPS | None, str]:
    """The RPPS and the name of a Practitioner, or of the one a PractitionerRole points to.

    Raises:
        Refusal: RPPS_INVALID.
    """
    where = f"{resource.where}.identifier"
    if resource.kind == "Practitioner":
        person = decode(_decode_person, resource.text, resource.where)
        return read_rpps(person.identifier, where), say_name(person)
    role = decode(_decode_role, resource.text, resource.where)
    who = role.practitioner or Reference()
    pointed = find_resource(who.reference, resources)
    rpps, name = None, who.display or ""
    if pointed is not None and pointed.kind == "Practitioner":
        rpps, name = read_professional(pointed, resources)
    own = [*role.identifier, *([who.identifier] if who.identifier is not None else [])]
    return rpps or read_rpps(own, where), name


def say_name(person: Person) -> str:
    """A person's name on one line; empty where none is given."""
    for name in person.name:
        words = name.text or " ".join([*name.given, *([name.family] if name.family else [])])
        if words:
            return words
    return ""


def write_resources(
    resources: Sequence[Resource], lines: Mapping[int, Members], number: PrescriptionNumber
) -> bytes:
    """The JSON array of the resources as they came, each line with its identifier added.

    *lines* are the elements of those that are lines, by entry.
    """
    texts: list[bytes | msgspec.Raw] = []
    rank = 0
    for resource in resources:
        if resource.entry in lines:
            rank += 1
            texts.append(add_identifier(lines[resource.entry], terms.NUMBER, number.line(rank)))
        else:
            texts.append(resource.text)
    return b"[" + b",".join(texts) + b"]"
