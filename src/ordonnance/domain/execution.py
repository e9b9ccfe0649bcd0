"""What was done, line by line: a delivery, or why there was none."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ordonnance.domain.identifiers import INS
from ordonnance.domain.line import Kind

_DELIVERED = frozenset({Kind.MEDICINE, Kind.DEVICE})


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
    PATIENT_ABSENT = "PATIENT_ABSENT"
    PATIENT_IN_HOSPITAL = "PATIENT_HOSPITALISE"
    SAMPLE_UNFIT = "PRELEVEMENT_NON_CONFORME"
    PASSED_ON = "TRANSMIS"
    SERIES_INTERRUPTED = "SERIE_INTERROMPUE"
    GOAL_REACHED = "OBJECTIF_ATTEINT"
    TREATMENT_STOPPED = "TRAITEMENT_ARRETE"
    OTHER = "AUTRE"


class Stage(StrEnum):
    """What an act says of its examination or of its series, besides being done or not.

    A sample taken is not the examination yet. Passed on: another laboratory will do it. A series
    suspended goes on with its next session; ended, it does not.

    Source: ours (TLS-47, TLS-48): no public list exists.
    """

    SAMPLED = "PRELEVE"
    PASSED_ON = "TRANSMIS"
    SUSPENDED = "INTERROMPUE"
    ENDED = "FIN_DE_SERIE"


@dataclass(frozen=True, slots=True)
class Form:
    """How an act is said: the FHIR *resource*, and its elements that refusals point to."""

    resource: str
    line: str
    patient: str
    quantity: str
    reason: str
    done_at: str


DISPENSE = Form(
    "MedicationDispense",
    "authorizingPrescription[0]",
    "subject",
    "quantity",
    "statusReasonCodeableConcept",
    "whenHandedOver",
)
SUPPLY = Form(
    "SupplyDelivery",
    "extension",
    "patient",
    "suppliedItem.quantity",
    "extension",
    "occurrenceDateTime",
)
PROCEDURE = Form(
    "Procedure", "basedOn[0]", "subject", "status", "statusReason", "performedDateTime"
)


def form_of(kind: Kind | None) -> Form:
    """How it is said that a line of *kind* was carried out; None: an act of some kind.

    Source: TLS-45.
    """
    if kind is Kind.MEDICINE:
        return DISPENSE
    return SUPPLY if kind is Kind.DEVICE else PROCEDURE


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
    (``<number>-<n>``); None: a line added by hand. *quantity* is in packs, or sessions, *days* the
    days of treatment they cover where the professional says so. *deferred* is the reason why it is
    recorded after the event; None: it is not deferred. *swap* says why the product is another
    than the one prescribed; None: nothing was said of it. *kind* is what the resource that said
    it is for: medicines, or devices; None: an act, whose kind is its line's. *stage* is None for
    what is done or not, and no more. A sample taken is done, and has no quantity.
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
    kind: Kind | None = Kind.MEDICINE
    stage: Stage | None = None

    @property
    def uses_rights(self) -> bool:
        """Whether it uses rights: a delivery, a session, an examination done."""
        return self.is_done and self.stage is not Stage.SAMPLED

    @property
    def form(self) -> Form:
        """How it was said."""
        return form_of(self.kind)

    @property
    def where(self) -> str:
        """The FHIRPath of the resource that said it."""
        return f"Bundle.entry[{self.entry}].resource"

    @property
    def where_line(self) -> str:
        """The FHIRPath of the element that designates the line."""
        return f"{self.where}.{self.form.line}"

    def may_be_of(self, kinds: frozenset[Kind]) -> bool:
        """Whether it may be of one of *kinds*: of its own, or any act where it does not say.

        Source: TLS-49.
        """
        return not kinds <= _DELIVERED if self.kind is None else self.kind in kinds
