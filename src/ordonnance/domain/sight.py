"""Who sees what of a prescription: who may know of it, and by which INS it is found.

What is hidden inside it is the dossier's own business (``Dossier.seen_by``).
"""

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.command import Command, Read
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Cause, Identified
from ordonnance.domain.identifiers import INS
from ordonnance.domain.prescription import Prescription


def is_known_to(dossier: Dossier, actor: Actor) -> bool:
    """Whether *actor* may know that there is such a prescription.

    An abortion under anonymity is known to the prescriber who issued it and to executors, who
    hold its number from the patient; to anybody else it is a number that designates nothing.

    Source: TLS-57; décret n° 2023-1222 (CSP, art. R. 4071-3 and following).
    """
    prescription = dossier.prescription
    if prescription is None or not prescription.is_anonymous or actor.role is Role.EXECUTOR:
        return True
    return actor.role is Role.PRESCRIBER and actor.rpps == prescription.prescriber


def is_for_prescriber(prescription: Prescription, command: Command) -> bool:
    """Whether a prescriber may ask *command* of *prescription*.

    It is for who issued it. Another one reads it in saying why; who was replaced reads without:
    it is their patient, and the locum wrote it in their stead.

    Source: TLS-11; TLS-59 (ours) for who was replaced.
    """
    rpps = command.actor.rpps
    if prescription.prescriber == rpps:
        return True
    is_replaced = prescription.replaced is not None and prescription.replaced == rpps
    return isinstance(command, Read) and (is_replaced or bool(command.reason))


def patients_of(dossier: Dossier) -> tuple[INS, ...]:
    """Every INS that designates its patient: as written and those since, the one in force last.

    An INS that was another person's no longer does, nor those that had been merged into it; one
    that was replaced, as a NIA is by a NIR, still does. None while the prescription is awaited.

    Source: TLS-58.
    """
    if dossier.prescription is None:
        return ()
    known = [dossier.prescription.patient]
    for fact in dossier.facts:
        if isinstance(fact, Identified):
            kept = known if fact.cause is Cause.MERGED else []
            known = [*(ins for ins in kept if ins != fact.patient), fact.patient]
    return tuple(known)


def is_patient(dossier: Dossier, ins: INS | None) -> bool:
    """Whether *ins* designates the patient of *dossier*, under any number that still does.

    Source: TLS-58.
    """
    return ins is not None and ins in patients_of(dossier)


def is_found_by(dossier: Dossier, ins: INS) -> bool:
    """Whether a search for the prescriptions of *ins* may show *dossier*.

    Source: TLS-57 (nothing is found that is anonymous), TLS-58 (nor by somebody else's INS).
    """
    prescription = dossier.prescription
    return prescription is not None and not prescription.is_anonymous and is_patient(dossier, ins)


def is_of_same_patient(dossier: Dossier, other: Dossier) -> bool:
    """Whether both are known to be of one patient: an anonymous one is of nobody.

    Source: TLS-57, TLS-58.
    """
    prescription = dossier.prescription
    if prescription is None or prescription.is_anonymous:
        return False
    return any(is_found_by(other, ins) for ins in patients_of(dossier))
