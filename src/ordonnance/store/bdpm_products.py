"""Rows of the public database of medicines (BDPM) put together into products."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TypeVar

from ordonnance.domain.delivery import read_regime
from ordonnance.domain.identifiers import CIS
from ordonnance.domain.product import Availability, GenericRole, Product
from ordonnance.store.bdpm_rows import (
    Box,
    Classified,
    Component,
    Medicine,
    Membership,
    Notice,
    Row,
    Unit,
    Words,
)

_OF_THE_DOSE = (GenericRole.PRINCEPS, GenericRole.GENERIC)

R = TypeVar("R", bound=Row)


def compose(rows: Sequence[Row]) -> tuple[Product, ...]:
    """A product for each presentation, or for a medicine that has none, in order.

    Source: REF-1.
    """
    shelves = _Shelves(rows)
    return sort(
        product for row in rows if isinstance(row, Medicine) for product in shelves.compose(row)
    )


def sort(products: Iterable[Product]) -> tuple[Product, ...]:
    """*products* by name, marketed ones first, then by CIP13.

    Source: ours (REF-1): what is found by its CIS is then a box that can be bought, if any can.
    """
    return tuple(
        sorted(
            products,
            key=lambda product: (
                product.name,
                not product.is_marketed,
                "" if product.cip13 is None else product.cip13.value,
            ),
        )
    )


def count_of_several_groups(rows: Sequence[Row]) -> int:
    """How many medicines stand in several generic groups, of which a product shows one first."""
    grouped = _by_cis(rows, Membership)
    return sum(1 for memberships in grouped.values() if len(memberships) > 1)


def choose_group(memberships: Sequence[Membership]) -> Membership | None:
    """The generic group that a product shows first; None: it is in none.

    Source: ours (REF-1): of several groups, the first in which it is the princeps or a generic,
    for elsewhere it stands for another dose than its own; else the first.
    """
    first = next(iter(memberships), None)
    return next((one for one in memberships if one.role in _OF_THE_DOSE), first)


def name_substances(components: Sequence[Component]) -> tuple[str, ...]:
    """What a medicine is made of, in the order of its composition, each once.

    Of each linked pair the active moiety where it is given, else the substance, as in the extract
    of the package.

    Source: REF-1; BDPM, format v4 (« nature du composant »).
    """
    linked: dict[tuple[str, str], list[Component]] = {}
    for component in components:
        linked.setdefault(component.link, []).append(component)
    names: dict[str, None] = {}
    for pair in linked.values():
        moieties = [component for component in pair if component.is_moiety]
        names.update((component.substance, None) for component in moieties or pair)
    return tuple(names)


def find_availability(notices: Iterable[Notice], cip13: str) -> Availability | None:
    """What was last said of a presentation, of it alone or of its whole medicine; None: nothing.

    Source: ours (REF-4): the latest « début » wins; of one day the latest update, then the first
    row. A notice without a day comes before all others.
    """
    said = (notice for notice in notices if notice.cip13 in ("", cip13))
    last = max(
        said,
        key=lambda notice: (notice.availability.since or date.min, notice.updated_on or date.min),
        default=None,
    )
    return None if last is None else last.availability


class _Shelves:
    """The rows by the medicine that they are of."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._boxes = _by_cis(rows, Box)
        self._components = _by_cis(rows, Component)
        self._memberships = _by_cis(rows, Membership)
        self._words = _by_cis(rows, Words)
        self._notices = _by_cis(rows, Notice)
        self._classified = _by_cis(rows, Classified)
        self._units = _by_cis(rows, Unit)
        self._read_regime = cache(read_regime)  # thousands of medicines, hundreds of regimes

    def compose(self, medicine: Medicine) -> Iterable[Product]:
        """The products of a medicine."""
        cis = medicine.cis
        memberships = self._memberships.get(cis, ())
        group = choose_group(memberships)
        components = self._components.get(cis, ())
        substances = name_substances(components)
        notices = self._notices.get(cis, ())
        whole = Product(
            cis=CIS(cis),
            cip13=None,
            name=medicine.name,
            form=medicine.form,
            substances=substances,
            salts=tuple(
                dict.fromkeys(
                    one.substance for one in components if one.substance not in substances
                )
            ),
            generic_group=None if group is None else group.group,
            generic_role=None if group is None else group.role,
            packaging="",
            group_label=None if group is None else group.label,
            other_groups=tuple(other.group for other in memberships if other is not group),
            regime=self._read_regime(tuple(words.text for words in self._words.get(cis, ()))),
            atc=next((row.atc for row in self._classified.get(cis, ())), None),
            is_marketed=medicine.is_marketed,
            availability=find_availability(notices, ""),
            ucds=tuple(unit.ucd for unit in self._units.get(cis, ())),
        )
        boxes = self._boxes.get(cis)
        if boxes is None:
            yield whole
            return
        for box in boxes:
            yield replace(
                whole,
                cip13=box.cip13,
                packaging=box.packaging,
                is_marketed=medicine.is_marketed and box.is_marketed,
                availability=find_availability(notices, box.cip13.value),
            )


def _by_cis(rows: Sequence[Row], kind: type[R]) -> Mapping[str, Sequence[R]]:
    """The rows of one kind by their medicine, in their order."""
    grouped: defaultdict[str, list[R]] = defaultdict(list)
    for row in rows:
        if isinstance(row, kind):
            grouped[row.cis].append(row)
    return grouped
