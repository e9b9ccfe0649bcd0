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
    first = lines[0].kind
    if all(line.kind is first for line in lines):
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
    """The entries that each entry refers to; an address that several bear means all of them."""
    by_address: dict[str, set[int]] = {}
    for resource in resources:
        addresses = [] if resource.full_url is None else [resource.full_url]
        if resource.id is not None:
            addresses += [f"{resource.kind}/{resource.id}", f"#{resource.id}"]
        for address in addresses:
            by_address.setdefault(address, set()).add(resource.entry)
    links = {}
    for resource in resources:
        value = decode(_decode, resource.text, resource.where)
        found: set[int] = set()
        for address in list_addresses(value):
            found |= by_address.get(address, set())
        links[resource.entry] = frozenset(found - {resource.entry})
    return links


def list_addresses(value: object) -> Iterator[str]:
    """Every address that a resource refers to, at any depth, but for what it contains.

    A version or a server's own address before ``Type/id`` is left out: more is linked than FHIR
    resolves, so that nothing is taken for something that no line points to.
    """
    inside = value.get("contained") if isinstance(value, dict) else None
    contained = inside if isinstance(inside, list) else []
    own = {f"#{one.get('id')}" for one in contained if isinstance(one, dict)}
    for reference in list_references(value):
        if reference not in own:
            yield reference
            yield "/".join(reference.partition("/_history/")[0].split("/")[-2:])


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
