"""What a Task says of who may see it, and of whom it is for."""

from typing import Any

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Identified
from ordonnance.domain.identifiers import INS
from ordonnance.fhir import terms

# Who corrects an identity, and treats nobody, needs to see nothing of what was prescribed.
OF_TREATMENT = ("input", "output", "note")


def write_marks(dossier: Dossier) -> list[dict[str, Any]]:
    """The extensions that say so: an objection stands, anonymity, an INS that was changed.

    Of a changed INS neither number is told: when, and by which cause.

    Source: TLS-55 (objection), TLS-57 (anonymity), TLS-58 (INS).
    """
    marks: list[dict[str, Any]] = []
    prescription = dossier.prescription
    if prescription is None:
        return marks
    if dossier.is_objected:
        marks.append({"url": terms.OBJECTION, "valueBoolean": True})
    if prescription.is_anonymous:
        marks.append({"url": terms.ANONYMITY, "valueBoolean": True})
    for fact in dossier.facts:
        if isinstance(fact, Identified):
            at = {"url": "at", "valueDateTime": fact.at.isoformat(timespec="seconds")}
            cause = {"url": "cause", "valueCode": fact.cause}
            marks.append({"url": terms.IDENTIFIED, "extension": [at, cause]})
    return marks


def write_patient(dossier: Dossier) -> dict[str, Any]:
    """``for``: the INS in force; nothing where the patient stays anonymous or is not known.

    Source: TLS-57, TLS-58.
    """
    prescription, patient = dossier.prescription, dossier.patient
    if prescription is None or patient is None or prescription.is_anonymous:
        return {}
    return {"for": {"type": "Patient", "identifier": write_ins(patient)}}


def write_ins(ins: INS) -> dict[str, str]:
    """An INS as a FHIR Identifier."""
    return {"system": f"urn:oid:{ins.authority.value}", "value": ins.value}


def keep_from(actor: Actor, task: dict[str, Any]) -> dict[str, Any]:
    """*task* without what *actor* has no business with.

    Source: ours (TLS-58): the operator corrects identities and reads no prescription.
    """
    if actor.role is not Role.OPERATOR:
        return task
    return {name: value for name, value in task.items() if name not in OF_TREATMENT}
