"""The patient's INS is corrected, or replaced by another, after the prescription was issued."""

from datetime import datetime

from ordonnance.domain.answer import Decision, check_reason, origin_of, record
from ordonnance.domain.command import Identify
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Identified
from ordonnance.domain.known import Known
from ordonnance.domain.refusal import Reasons, Refusal

WHERE_PATIENT = "Parameters.parameter[name='patient'].valueIdentifier"


def identify(dossier: Dossier, command: Identify, at: datetime, _known: Known) -> Decision:
    """The INS in force becomes the one given; the former and the reason stay in the fact.

    Raises:
        Refusal: NUMBER_UNKNOWN while the prescription is awaited, REASON_MISSING, ELEMENT_INVALID
            where the INS is the one in force.

    Source: TLS-58; référentiel INS.
    """
    former = dossier.patient
    if former is None:
        raise Refusal(Reasons.NUMBER_UNKNOWN)
    check_reason(command.reason, "pourquoi l’INS du patient est changé")
    if command.patient == former:
        problem = f"{WHERE_PATIENT} (l’ordonnance porte déjà cet INS)"
        raise Refusal(Reasons.ELEMENT_INVALID, WHERE_PATIENT, problem=problem)
    fact = Identified(
        **origin_of(dossier, command, at),
        patient=command.patient,
        former=former,
        cause=command.cause,
        reason=command.reason,
    )
    return record(dossier, command, fact)
