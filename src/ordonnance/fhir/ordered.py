"""The resources that bear a line, whatever its kind, and the lines that they are read into."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from ordonnance.domain.line import Line
from ordonnance.domain.nomenclature import SYSTEMS
from ordonnance.domain.product import Referential
from ordonnance.fhir.act import read_act
from ordonnance.fhir.device import read_device
from ordonnance.fhir.medicine import read_line
from ordonnance.fhir.reading import Resource, decode
from ordonnance.fhir.structs import MEDICATION_REQUEST_NAMES, MedicationRequest
from ordonnance.fhir.structs_order import (
    DEVICE_REQUEST_NAMES,
    SERVICE_REQUEST_NAMES,
    DeviceRequest,
    ServiceRequest,
)

Request = MedicationRequest | DeviceRequest | ServiceRequest

NAMES: Mapping[str, frozenset[str]] = {
    "MedicationRequest": MEDICATION_REQUEST_NAMES,
    "DeviceRequest": DEVICE_REQUEST_NAMES,
    "ServiceRequest": SERVICE_REQUEST_NAMES,
}
LINE_KINDS = frozenset(NAMES)
_DECODERS: Mapping[str, msgspec.json.Decoder[Request]] = {
    "MedicationRequest": msgspec.json.Decoder(MedicationRequest),
    "DeviceRequest": msgspec.json.Decoder(DeviceRequest),
    "ServiceRequest": msgspec.json.Decoder(ServiceRequest),
}


def read_request(resource: Resource) -> Request:
    """The resource of a line, typed.

    Raises:
        Refusal: ELEMENT_MISSING, ELEMENT_INVALID.
    """
    return decode(_DECODERS[resource.kind], resource.text, resource.where)


def where_numbered(resource: Resource) -> str:
    """The FHIRPath of the element that bears the number of the prescription."""
    name = "requisition" if resource.kind == "ServiceRequest" else "groupIdentifier"
    return f"{resource.where}.{name}"


def read_lines(
    requests: Sequence[tuple[Resource, Request]],
    *,
    at: datetime,
    others: Sequence[Resource],
    referential: Referential,
) -> tuple[Line, ...]:
    """The lines of a prescription written at *at*, in the order of the Bundle, of every kind.

    Raises:
        Refusal: KIND_EXCLUDED, ELEMENT_MISSING, ELEMENT_INVALID, CIP_INVALID, QUANTITY_INVALID,
            DURATION_OR_QUANTITY_MISSING.

    Source: TLS-40.
    """
    lines = []
    for rank, (own, request) in enumerate(requests, start=1):
        if isinstance(request, MedicationRequest):
            line = read_line(
                request, rank=rank, at=at, own=own, others=others, referential=referential
            )
        elif isinstance(request, DeviceRequest):
            line = name_code(
                read_device(request, rank=rank, at=at, own=own, others=others), referential
            )
        else:
            line = name_code(
                read_act(request, rank=rank, at=at, own=own, others=others), referential
            )
        lines.append(line)
    return tuple(lines)


def name_code(line: Line, referential: Referential) -> Line:
    """*line*; where it came with a code and no words, named as the nomenclature names the code.

    A sample names nothing: typed by hand, it may be wrong, and a code says at least what was meant.

    Source: REF-25.
    """
    system = SYSTEMS.get(line.kind)
    if system is None or line.product is None or line.label != line.product:
        return line
    if referential.nomenclature.is_sample(system):
        return line
    item = referential.find_code(line.kind, line.product)
    return line if item is None else replace(line, label=item.label)
