"""What the téléservice knows of an invoice: the execution that it bills, and the lines it covers.

Source: SCOR-4.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ordonnance.domain.days import day_in_paris, end_of_day
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act
from ordonnance.domain.fact import Executed
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.product import Referential
from ordonnance.domain.scor import Case, State
from ordonnance.domain.scor_lot import Invoice, Lot
from ordonnance.domain.sight import patients_of

UNNAMED_DAYS = timedelta(days=7)  # no renewal comes so early


def make_case(
    lot: Lot,
    invoice: Invoice,
    *,
    is_degraded: bool,
    dossiers: Mapping[PrescriptionNumber, Dossier],
    referential: Referential,
    at: datetime,
) -> Case:
    """What the rule looks at for a piece of *invoice*, as the base knows it at the instant *at*.

    Source: SCOR-4.
    """
    number = invoice.prescription
    dossier = Dossier(number=number) if number and number not in dossiers else None
    dossier = dossiers[number] if number and dossier is None else dossier
    execution = None if dossier is None else find_billed(dossier, invoice, lot)
    may_wait = at < end_of_day(day_in_paris(lot.closed_at))
    reimbursed = invoice.reimbursed
    if dossier is None or execution is None:
        return Case(
            phase=lot.in_phase,
            state=State.NONE,
            is_degraded=is_degraded,
            reimbursed=reimbursed,
            may_wait=may_wait,
        )
    standing = {one.rank: one for one in dossier.executions}.get(execution.rank)
    acts = () if standing is None else standing.acts
    return Case(
        phase=lot.in_phase,
        state=state_of(dossier, standing),
        is_degraded=is_degraded,
        is_same_patient=invoice.patient in {ins.value for ins in patients_of(dossier)},
        is_same_site=execution.by.sender == lot.am,
        reimbursed=reimbursed,
        covered=frozenset(
            code
            for code in reimbursed
            if any(covers(act, code, dossier, referential) for act in acts)
        ),
        may_wait=may_wait,
    )


def find_billed(dossier: Dossier, invoice: Invoice, lot: Lot) -> Executed | None:
    """The execution that *invoice* bills, taken back or not; None: none is known.

    Where it names none: the last that this site recorded within the week before the lot closed,
    one that stands if there is.

    Source: SCOR-4. Without a name: ours; a fill of last month must not stand in for this one.
    """
    if invoice.execution is not None:
        return dossier.find_execution(invoice.execution)
    standing = {one.rank for one in dossier.executions}
    theirs = [
        fact
        for fact in dossier.facts
        if isinstance(fact, Executed)
        and fact.by.sender == lot.am
        and lot.closed_at - UNNAMED_DAYS <= fact.at
    ]
    return max(theirs, key=lambda fact: (fact.rank in standing, fact.rank), default=None)


def state_of(dossier: Dossier, standing: Executed | None) -> State:
    """What is known of an execution that was found; *standing*: as it stands, None: undone."""
    if standing is None:
        return State.UNDONE
    return State.AWAITED if dossier.issued is None else State.RECORDED


def covers(act: Act, code: str, dossier: Dossier, referential: Referential) -> bool:
    """Whether *act* carries out a prescribed line and is what *code* bills.

    What was added by hand is not on the e-prescription. A box counts for any other of its
    medicine: packs are billed by what was at hand.

    Source: SCOR-4; the box of the same medicine: ours.
    """
    prescription = dossier.prescription
    line = None if prescription is None else prescription.find_line(act.prescribed)
    if line is None or not act.is_done:
        return False
    done = act.product or line.product
    if done is None or done == code:
        return done == code
    billed, handed = referential.find(code), referential.find(done)
    return billed is not None and handed is not None and billed.cis == handed.cis
