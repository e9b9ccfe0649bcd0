"""Nomenclatures as rows: their editions, and a document a code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import Item, Provision, System
from ordonnance.store.database import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A version of one nomenclature: its files, and from which day, in Paris, it holds.

    *source_digest* is the SHA-256 of its files.

    Source: REF-23.
    """

    name: str
    system: System
    source_digest: str
    effective_on: date
    loaded_at: datetime
    code_count: int


class _Document(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    system: System
    code: str
    label: str
    kind: Kind
    needs_agreement: bool | None = None
    ends_on: date | None = None
    provision: Provision | None = None
    count_max: int | None = None
    incompatible: tuple[str, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Document).decode


def name_edition(system: System, release: str, source_digest: str, effective_on: date) -> str:
    """The name of an edition: ``nabm105-2026-11-23-e80faac2``. Source: ours (REF-23)."""
    return f"{system.lower()}{release}-{effective_on.isoformat()}-{source_digest[:8]}"


def write_edition(edition: Edition) -> dict[str, Any]:
    """The row of an edition."""
    return {
        "version": edition.name,
        "system": edition.system.value,
        "source_digest": edition.source_digest,
        "effective_on": edition.effective_on.isoformat(),
        "loaded_at": edition.loaded_at,
        "code_count": edition.code_count,
    }


def read_edition(row: Row) -> Edition:
    """The edition of a row (version, system, source_digest, effective_on, loaded_at, count)."""
    name, system, source_digest, effective_on, loaded_at, code_count = row
    return Edition(
        name=name,
        system=System(system),
        source_digest=source_digest,
        effective_on=date.fromisoformat(effective_on),
        loaded_at=loaded_at,
        code_count=code_count,
    )


def write_items(items: Iterable[Item], version: str) -> list[dict[str, Any]]:
    """The rows of *items*, one a code."""
    return [
        {
            "version": version,
            "code": item.code,
            "document": _encode(
                _Document(
                    system=item.system,
                    code=item.code,
                    label=item.label,
                    kind=item.kind,
                    needs_agreement=item.needs_agreement,
                    ends_on=item.ends_on,
                    provision=item.provision,
                    count_max=item.count_max,
                    incompatible=item.incompatible,
                )
            ),
        }
        for item in items
    ]


def read_item(document: bytes) -> Item:
    """The code of a document. Source: REF-23."""
    read = _decode(document)
    return Item(
        system=read.system,
        code=read.code,
        label=read.label,
        kind=read.kind,
        needs_agreement=read.needs_agreement,
        ends_on=read.ends_on,
        provision=read.provision,
        count_max=read.count_max,
        incompatible=read.incompatible,
    )
