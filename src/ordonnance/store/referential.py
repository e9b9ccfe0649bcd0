"""The referential as rows: a document a medicine, with its presentations.

Texts on prescription and delivery are kept as they came and typed again at each reading, so that
a base loaded before a rule was written follows it all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec

from ordonnance.domain.delivery import read_regime
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.product import Availability, GenericRole, Product, Referential
from ordonnance.store.bdpm_products import sort
from ordonnance.store.database import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of the referential: what it was made from, and from which day, in Paris, it holds.

    *source_digest* is the SHA-256 of its files. A medicine counts once, a product for each box.

    Source: REF-3.
    """

    name: str
    source_digest: str
    effective_on: date
    loaded_at: datetime
    medicine_count: int
    product_count: int


class _Box(msgspec.Struct, frozen=True, omit_defaults=True):
    cip13: str | None = None
    packaging: str = ""
    is_marketed: bool = True
    availability: Availability | None = None


class _Medicine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    cis: str
    name: str
    form: str
    boxes: tuple[_Box, ...]
    substances: tuple[str, ...] = ()
    salts: tuple[str, ...] = ()
    generic_group: str | None = None
    generic_role: GenericRole | None = None
    group_label: str | None = None
    other_groups: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    atc: str | None = None
    ucds: tuple[str, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Medicine).decode


def name_version(source_digest: str, effective_on: date) -> str:
    """The name of a version: ``bdpm-2026-11-23-e80faac2``. Source: ours (REF-3)."""
    return f"bdpm-{effective_on.isoformat()}-{source_digest[:8]}"


def write_version(version: Version) -> dict[str, Any]:
    """The row of a version."""
    return {
        "version": version.name,
        "source_digest": version.source_digest,
        "effective_on": version.effective_on.isoformat(),
        "loaded_at": version.loaded_at,
        "medicine_count": version.medicine_count,
        "product_count": version.product_count,
    }


def read_version(row: Row) -> Version:
    """The version of a row (version, source_digest, effective_on, loaded_at, two counts)."""
    name, source_digest, effective_on, loaded_at, medicine_count, product_count = row
    return Version(
        name=name,
        source_digest=source_digest,
        effective_on=date.fromisoformat(effective_on),
        loaded_at=loaded_at,
        medicine_count=medicine_count,
        product_count=product_count,
    )


def write_products(products: Iterable[Product], version: str) -> list[dict[str, Any]]:
    """The rows of *products*, one a medicine."""
    medicines: dict[str, list[Product]] = {}
    for product in products:
        medicines.setdefault(product.cis.value, []).append(product)
    return [
        {"version": version, "cis": cis, "document": _encode(_write_medicine(boxes))}
        for cis, boxes in medicines.items()
    ]


def _write_medicine(products: Sequence[Product]) -> _Medicine:
    """What the presentations of a medicine share, which any of them says, then each of them."""
    first = products[0]
    return _Medicine(
        cis=first.cis.value,
        name=first.name,
        form=first.form,
        boxes=tuple(
            _Box(
                cip13=None if product.cip13 is None else product.cip13.value,
                packaging=product.packaging,
                is_marketed=product.is_marketed,
                availability=product.availability,
            )
            for product in products
        ),
        substances=first.substances,
        salts=first.salts,
        generic_group=first.generic_group,
        generic_role=first.generic_role,
        group_label=first.group_label,
        other_groups=first.other_groups,
        conditions=first.conditions,
        atc=first.atc,
        ucds=first.ucds,
    )


def read_referential(documents: Iterable[bytes], version: str) -> Referential:
    """The referential whose medicines are in *documents*, in any order.

    Source: REF-1, REF-3.
    """
    type_texts = cache(read_regime)  # thousands of medicines, hundreds of regimes
    products: list[Product] = []
    for document in documents:
        medicine = _decode(document)
        regime = type_texts(medicine.conditions)
        products.extend(
            Product(
                cis=CIS(medicine.cis),
                cip13=None if box.cip13 is None else CIP13(box.cip13),
                name=medicine.name,
                form=medicine.form,
                substances=medicine.substances,
                salts=medicine.salts,
                generic_group=medicine.generic_group,
                generic_role=medicine.generic_role,
                packaging=box.packaging,
                group_label=medicine.group_label,
                other_groups=medicine.other_groups,
                regime=regime,
                atc=medicine.atc,
                is_marketed=box.is_marketed,
                availability=box.availability,
                ucds=medicine.ucds,
            )
            for box in medicine.boxes
        )
    return Referential.of(sort(products), version=version)
