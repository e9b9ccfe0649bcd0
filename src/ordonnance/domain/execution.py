"""What was done, line by line: a delivery, or why there was none."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ordonnance.domain.identifiers import INS


class Completeness(StrEnum):
    """Whether a delivery completes a fill: national value set JDV_CompletudeDispensation."""

    FIRST_COMPLETE = "FFC"
    FIRST_PARTIAL = "FFP"
    REFILL_PARTIAL = "RFP"
    REFILL_COMPLETE = "RFC"

    @property
    def completes(self) -> bool:
        """Whether the fill it belongs to is now complete."""
        return self in (Completeness.FIRST_COMPLETE, Completeness.REFILL_COMPLETE)

    @property
    def is_first(self) -> bool:
        """Whether it says that nothing was delivered before."""
        return self in (Completeness.FIRST_COMPLETE, Completeness.FIRST_PARTIAL)


class NotDone(StrEnum):
    """Why a line was not carried out.

    Source: ours (TLS-31): no public list exists.
    """

    OUT_OF_STOCK = "RUPTURE"
    PATIENT_REFUSED = "PATIENT_REFUS"
    PATIENT_HAS_IT = "PATIENT_A_DEJA"
    NOT_REIMBURSED = "NON_REMBOURSE"
    CONTRAINDICATED = "CONTRE_INDICATION"
    TOO_LATE = "DELAI_DEPASSE"
    TOO_EARLY = "TROP_TOT"
    PRODUCT_UNKNOWN = "PRODUIT_INCONNU"
    NOT_ENTITLED = "NON_HABILITE"
    FORGERY_SUSPECTED = "FAUX_SUSPECTE"
    OTHER = "AUTRE"


@dataclass(frozen=True, slots=True)
class Override:
    """The professional decides otherwise: the code of the refusal set aside, and why."""

    code: str
    reason: str


class Swap(StrEnum):
    """Why what was delivered is not what was prescribed.

    Source: ours (MED-19): no public list exists; MTE-PH is the pharmacist's own exclusion.
    """

    GENERIC = "GENERIQUE"
    HYBRID = "HYBRIDE"
    BIOSIMILAR = "BIOSIMILAIRE"
    FROM_SUBSTANCE = "DC_VERS_SPECIALITE"
    SHORTAGE_ORDER = "RUPTURE_ARRETE"
    PACKAGING = "CONDITIONNEMENT"
    AGREED = "PRESCRIPTEUR_ACCORD"
    KEPT_BY_PHARMACIST = "MTE-PH"
    OTHER = "AUTRE"


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What the pharmacist changed with the prescriber's agreement, and the day of that agreement.

    Source: MED-20; CSP, art. R. 4073-1 and following (agreement and its date).
    """

    agreement_on: date | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing done, or not done, about one line.

    *entry* is its place in the Bundle, from 0. *prescribed* designates the line
    (``<number>-<n>``); None: a line added by hand. *quantity* is in packs, *days* the days of
    treatment they cover where the professional says so. *deferred* is the reason why it is
    recorded after the event; None: it is not deferred. *swap* says why the product is another
    than the one prescribed; None: nothing was said of it.
    """

    entry: int
    prescribed: str | None
    label: str
    product: str | None
    is_done: bool
    not_done: NotDone | None = None
    quantity: Decimal | None = None
    days: Decimal | None = None
    handed_over_at: datetime | None = None
    completeness: Completeness | None = None
    deferred: str | None = None
    overrides: tuple[Override, ...] = ()
    patient: INS | None = None
    swap: Swap | None = None
    adaptation: Adaptation | None = None

    @property
    def where(self) -> str:
        """The FHIRPath of the resource that said it."""
        return f"Bundle.entry[{self.entry}].resource"

    @property
    def where_line(self) -> str:
        """The FHIRPath of the element that designates the line."""
        return f"{self.where}.authorizingPrescription[0]"
