"""A prescribed line: what is ordered, in which quantity, for how long, and who carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
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


class Exclusion(StrEnum):
    """Why the prescriber excludes substitution; the law knows the first three.

    Source: MED-19; CSP, art. L. 5125-23 and arrêté of 12 November 2019.
    """

    NARROW_MARGIN = "MTE"
    CHILD_UNDER_SIX = "EFG"
    EXCIPIENT = "CIF"
    UNSAID = "SANS_MOTIF"


class Mention(StrEnum):
    """What the prescriber says expressly, and by which a limit of the law no longer holds."""

    OVERLAP = "CHEVAUCHEMENT"
    ONE_DELIVERY = "UNE_SEULE_FOIS"


class Flag(StrEnum):
    """The sub-type of ordonnance that a line is on (CI-SIS, eP-MED-DM, codes of TA_ASIP)."""

    BIZONE = "BIZONE"
    EXCEPTION = "EXCEPTION"
    SECURED = "SECURISEE"
    LARGE_EQUIPMENT = "GRAND_APPAREILLAGE"
    AT_HOME = "DOMICILE"
    URGENT = "URGENCE"
    MILITARY = "AFFECTION_MILITAIRE"


@dataclass(frozen=True, slots=True)
class Surgery:
    """An operation that a narcotic is prescribed for: its day, that of the planned discharge."""

    operation_on: date
    discharge_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What few lines say.

    *pharmacy* is the one that the prescriber names, by its numéro AM; empty where it is named
    otherwise, None where none is.
    """

    exclusion: Exclusion | None = None
    mentions: tuple[Mention, ...] = ()
    flags: tuple[Flag, ...] = ()
    pharmacy: str | None = None
    surgery: Surgery | None = None


NOTHING_PARTICULAR = Particulars()


@dataclass(frozen=True, slots=True)
class Intake:
    """At most *taken* in so many *days*, in the *unit* of the posology (empty: none was said).

    *is_most*: less may be taken, as needed, within a range, or by steps that differ.
    """

    taken: int
    days: int
    unit: str
    is_most: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One prescribed line.

    *rank* counts from 1 in the order of the prescription. *product* is the code of the product
    (CIP13, CIS or UCD13) where it is coded. *quantity* is one fill in packs, *days* the length
    of the treatment; at least one of them stands. *fill_days* is how long one fill lasts, where
    it is said. *repeats* counts the fills after the first, *are_repeats_said* whether the
    prescriber said how many. *posology* is its French sentence, empty where none was given;
    *intake* what it takes a day, None where that cannot be told; *is_dose_said* whether the dose
    is structured or written in words.
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
    are_repeats_said: bool = True
    fill_days: Decimal | None = None
    posology: str = ""
    intake: Intake | None = None
    is_dose_said: bool = True
    particulars: Particulars | None = None

    @property
    def particular(self) -> Particulars:
        """What few lines say; nothing, for the others."""
        return self.particulars or NOTHING_PARTICULAR

    @property
    def fills(self) -> int:
        """How many fills there are, the first included."""
        return 1 + self.repeats
