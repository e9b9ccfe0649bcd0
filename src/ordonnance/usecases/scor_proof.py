"""Each piece of a lot of SCOR with what proves it: the execution that its invoice bills.

Source: SCOR-11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Executed
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.scor_case import find_billed
from ordonnance.domain.scor_lot import Invoice, Lot, ScorReasons
from ordonnance.usecases.scor import Known, Review, find_kept, load, review


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A piece as it was and is judged, when and in which phase it came, and its proof.

    *execution* is the one that its invoice bills, taken back or not; None: none is known.
    *number* is the prescription's: it leads to the dossier and is shown to nobody.
    """

    review: Review
    received_at: datetime
    phase: str
    number: PrescriptionNumber | None
    execution: Executed | None


def prove(known: Known, *, am: str, lot: str) -> tuple[Proved, ...]:
    """The pieces of a lot, in order, each with the execution that its invoice bills.

    Raises:
        Refusal: LOT_UNKNOWN.

    Source: SCOR-11.
    """
    answered, reviews = review(known, am=am, lot=lot)
    with known.database.snapshot():
        kept = find_kept(known, am, lot)
        if kept is None:
            raise Refusal(ScorReasons.LOT_UNKNOWN)
        dossiers = load(known, kept.lot)
    invoices = [one for one in kept.lot.invoices for _ in one.pieces]
    return tuple(
        Proved(
            review=judged,
            received_at=answered.received_at,
            phase=answered.phase,
            number=invoice.prescription,
            execution=_find_proof(dossiers, invoice, kept.lot),
        )
        for judged, invoice in zip(reviews, invoices, strict=True)
    )


def _find_proof(
    dossiers: Mapping[PrescriptionNumber, Dossier], invoice: Invoice, lot: Lot
) -> Executed | None:
    dossier = None if invoice.prescription is None else dossiers.get(invoice.prescription)
    return None if dossier is None else find_billed(dossier, invoice, lot)
