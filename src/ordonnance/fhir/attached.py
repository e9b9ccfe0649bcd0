"""Which resources that came with lines of several kinds are about which of them.

An executor is shown what its lines point to, and nothing that only other lines do: a nurse does
not read in a Medication what the patient takes.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ordonnance.domain.line import Kind, Line
from ordonnance.domain.prescription import Attachment
from ordonnance.fhir.reading import Resource, decode

# What is ordered, or tells the whole order: shown only to whose line points to it.
_OF_A_LINE = frozenset({"Device", "Medication", "RequestGroup", "Specimen"})

_decode = msgspec.json.Decoder()


def read_attachments(
    resources: Sequence[Resource], ordered: Sequence[Resource], lines: Sequence[Line]
) -> tuple[Attachment, ...]:
    """The resources that not every executor sees; nothing where all lines are of one kind.

    *ordered* are the resources of *lines*, in their order. What refers to lines, even through
    others, is for who sees all of those; what lines point to, for who sees one of them.

    Source: TLS-44.
    """
    if len({line.kind for line in lines}) < 2:  # noqa: PLR2004 - one kind hides nothing from itself
        return ()
    kinds = {own.entry: line.kind for own, line in zip(ordered, lines, strict=True)}
    links = link(resources)
    reached: dict[int, set[Kind]] = {}
    for entry, kind in kinds.items():
        for other in walk(entry, links, kinds):
            reached.setdefault(other, set()).add(kind)
    attachments = []
    for resource in resources:
        entry = resource.entry
        if entry in kinds or resource.kind == "Patient":
            continue
        told = {kinds[other] for other in walk(entry, links, kinds) if other in kinds}
        about = told or reached.get(entry, set())
        if about or resource.kind in _OF_A_LINE:
            shown_to = tuple(kind for kind in Kind if kind in about)
            attachments.append(Attachment(entry, shown_to, are_all_needed=bool(told)))
    return tuple(attachments)


def walk(
    start: int, links: Mapping[int, frozenset[int]], lines: Mapping[int, Kind]
) -> Iterator[int]:
    """The entries that *start* refers to, through what they refer to, but not through lines."""
    seen, ahead = {start}, [start]
    while ahead:
        entry = ahead.pop()
        if entry in lines and entry != start:
            continue
        for other in links[entry] - seen:
            seen.add(other)
            ahead.append(other)
            yield other


def link(resources: Sequence[Resource]) -> dict[int, frozenset[int]]:
    """The entries that each entry refers to."""
    by_address: dict[str, int] = {}
    for resource in resources:
        addresses = [resource.full_url]
        if resource.id is not None:
            addresses += [f"{resource.kind}/{resource.id}", f"#{resource.id}"]
        for address in addresses:
            if address is not None:
                by_address.setdefault(address, resource.entry)
    return {
        resource.entry: frozenset(
            by_address[reference]
            for reference in list_references(decode(_decode, resource.text, resource.where))
            if reference in by_address
        )
        for resource in resources
    }


def list_references(value: object) -> Iterator[str]:
    """Every reference in a JSON value, at any depth."""
    ahead = [value]
    while ahead:
        one = ahead.pop()
        if isinstance(one, list):
            ahead += one
        elif isinstance(one, dict):
            ahead += one.values()
            reference = one.get("reference")
            if isinstance(reference, str):
                yield reference
