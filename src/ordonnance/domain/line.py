"""A prescribed line: what is ordered, in which quantity, for how long."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ordonnance.domain.order import NOTHING_ORDERED, Order


class Kind(StrEnum):
    """What a line orders; the kind decides which professions prescribe it and carry it out."""

    MEDICINE = "MEDICAMENT"
    DEVICE = "DISPOSITIF"
    BIOLOGY = "BIOLOGIE"
    NURSING = "INFIRMIER"
    PHYSIOTHERAPY = "KINESITHERAPIE"
    SPEECH_THERAPY = "ORTHOPHONIE"
    ORTHOPTICS = "ORTHOPTIE"
    PODIATRY = "PEDICURIE_PODOLOGIE"


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


class Qualifier(StrEnum):
    """What a line says of how it is paid for, and of what it is ordered outside of.

    Source: TLS-41; CI-SIS, eP-MED-DM and eP-BIO (flags of a line).
    """

    LONG_TERM_ILLNESS = "ALD"
    OCCUPATIONAL = "AT_MP"
    PREVENTION = "PREVENTION"
    NOT_COVERED = "NON_REMBOURSABLE"
    OFF_LABEL = "HORS_AMM"
    OFF_NOMENCLATURE = "HORS_NOMENCLATURE"


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
    qualifiers: tuple[Qualifier, ...] = ()


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

    *rank* counts from 1 in the order of the prescription. *product* is the code of what is ordered
    (CIP13, CIS or UCD13; LPP; NABM; NGAP or CCAM) where it is coded. *quantity* is one fill, in
    packs, units of a device, sessions or acts (one examination of biology); *days* the length of
    the treatment, of the care or of a rental; at least one of them stands. *fill_days* is how long
    one fill lasts, where it is said. *repeats* counts the fills after the first, *are_repeats_said*
    whether the prescriber said how many. *posology* is its French sentence, empty where none was
    given; *intake* what it takes a day, None where that cannot be told; *is_dose_said* whether the
    dose is structured or written in words. *is_open*: the treatment has a beginning and no stated
    end; *days* then last to *valid_until*, the first instant at which the line may no longer be
    carried out. *order* is what a line of another kind than a medicine says of its kind.
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
    order: Order | None = None

    @property
    def ordered(self) -> Order:
        """What the line says of its kind; nothing, for a medicine."""
        return self.order or NOTHING_ORDERED

    @property
    def particular(self) -> Particulars:
        """What few lines say; nothing, for the others."""
        return self.particulars or NOTHING_PARTICULAR

    @property
    def fills(self) -> int:
        """How many fills there are, the first included."""
        return 1 + self.repeats
