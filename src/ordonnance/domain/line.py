"""A prescribed line: what is ordered, in which quantity, for how long, and who carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ordonnance.domain.actor import Actor, Profession


class Kind(StrEnum):
    """What a line orders; the kind decides which professions carry it out."""

    MEDICINE = "MEDICAMENT"
    DEVICE = "DISPOSITIF"
    BIOLOGY = "BIOLOGIE"
    NURSING = "INFIRMIER"
    PHYSIOTHERAPY = "KINESITHERAPIE"
    SPEECH_THERAPY = "ORTHOPHONIE"
    ORTHOPTICS = "ORTHOPTIE"
    PODIATRY = "PEDICURIE_PODOLOGIE"


_AT_THE_PHARMACY = frozenset({Kind.MEDICINE, Kind.DEVICE})

# Who carries out what (TLS-10).
EXECUTED_BY: Mapping[Profession, frozenset[Kind]] = {
    Profession.PHARMACIST: _AT_THE_PHARMACY,
    Profession.PHARMACY_TECHNICIAN: _AT_THE_PHARMACY,
    Profession.LPP_SUPPLIER: frozenset({Kind.DEVICE}),
    Profession.AUDIOLOGIST: frozenset({Kind.DEVICE}),
    Profession.OPTICIAN: frozenset({Kind.DEVICE}),
    Profession.NURSE: frozenset({Kind.NURSING}),
    Profession.PHYSIOTHERAPIST: frozenset({Kind.PHYSIOTHERAPY}),
    Profession.SPEECH_THERAPIST: frozenset({Kind.SPEECH_THERAPY}),
    Profession.ORTHOPTIST: frozenset({Kind.ORTHOPTICS}),
    Profession.PODIATRIST: frozenset({Kind.PODIATRY}),
}


def kinds_executed_by(actor: Actor) -> frozenset[Kind]:
    """The kinds of line that *actor* may see and carry out; none for who executes nothing.

    Source: TLS-10.
    """
    if actor.is_laboratory:
        return frozenset({Kind.BIOLOGY})
    if actor.profession is None:
        return frozenset()
    return EXECUTED_BY.get(actor.profession, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One prescribed line.

    *rank* counts from 1 in the order of the prescription. *product* is the code of the product
    (CIP13, CIS or UCD13) where it is coded. *quantity* is one fill in packs, *days* the length
    of the treatment; at least one of them stands. *repeats* counts the fills after the first.
    *is_open*: the treatment has a beginning and no stated end; *days* then last to *valid_until*,
    the first instant at which the line may no longer be carried out.
    """

    rank: int
    kind: Kind
    label: str
    product: str | None
    quantity: Decimal | None
    days: Decimal | None
    repeats: int
    valid_until: datetime
    is_open: bool = False
