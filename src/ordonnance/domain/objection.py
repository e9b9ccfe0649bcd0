"""The patient objects to the prescriber's seeing what was executed, or no longer does."""

from datetime import datetime

from ordonnance.domain.actor import ROLE_NAMES, Role
from ordonnance.domain.answer import Decision, origin_of, record
from ordonnance.domain.command import Oppose
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Caveat, CaveatCode, Objected
from ordonnance.domain.known import Known
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.refusal import Reasons, Refusal


def warn_of_consent(prescription: Prescription) -> tuple[Caveat, ...]:
    """The warning that a Consent came with *prescription* and was not understood.

    Source: TLS-55; ours: what a patient asked must not be passed over in silence.
    """
    return (Caveat(CaveatCode.CONSENT_UNREAD),) if prescription.is_consent_unread else ()


def oppose(dossier: Dossier, command: Oppose, at: datetime, _known: Known) -> Decision:
    """The objection is stated, or lifted; who states it again is recorded too.

    Raises:
        Refusal: OBJECTION_TOO_LATE, ROLE_NOT_ALLOWED.

    Source: TLS-55; CSP, art. R. 4071-3 and following.
    """
    check_prescriber(dossier, command, at)
    fact = Objected(
        **origin_of(dossier, command, at),
        objects=command.objects,
    )
    return record(dossier, command, fact)


def check_prescriber(dossier: Dossier, command: Oppose, at: datetime) -> None:
    """Refuse a prescriber who comes after the day of writing, or lifts what they did not state.

    The day is looked at here, and not with the relation: what was recorded in time and is
    repeated after midnight receives its first answer.

    Raises:
        Refusal: OBJECTION_TOO_LATE, ROLE_NOT_ALLOWED.

    Source: TLS-55; CSP, art. R. 4071-3 and following (at the prescription to the prescriber,
    later to the caisse). That a prescriber lifts only what they stated: ours, it is they who
    would see.
    """
    prescription = dossier.prescription
    if prescription is None or command.actor.role is not Role.PRESCRIBER:
        return
    if day_in_paris(at) > day_in_paris(prescription.authored_at):
        raise Refusal(Reasons.OBJECTION_TOO_LATE)
    if not command.objects and not stated_by(dossier) <= {Role.PRESCRIBER}:
        allowed = ", ".join(ROLE_NAMES[role] for role in (Role.PATIENT, Role.CPAM))
        raise Refusal(Reasons.ROLE_NOT_ALLOWED, allowed=allowed)


def stated_by(dossier: Dossier) -> set[Role]:
    """Who stated the objection that stands; empty where none does.

    One that a prescription takes over from the one it replaces counts as the patient's: nothing
    in it says who stated it there.

    Source: TLS-55.
    """
    issued, roles = dossier.issued, set[Role]()
    if issued is not None and issued.prescription.is_objected:
        roles = {Role.PRESCRIBER if issued.replaces is None else Role.PATIENT}
    for fact in dossier.facts:
        if isinstance(fact, Objected):
            roles = {*roles, fact.by.role} if fact.objects else set()
    return roles
