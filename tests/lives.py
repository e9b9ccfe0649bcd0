"""Commands of a prescription's life besides its issue, its executions and its end."""

from datetime import datetime

from builders import (
    NOW,
    PHARMACY,
    PRESCRIBER,
    a_number,
    a_prescription,
    an_act,
    digest,
)
from ordonnance.domain.actor import Actor
from ordonnance.domain.answer import Decision
from ordonnance.domain.command import Correct, Propose, Release, Replace, Reply, Reserve
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.known import Known
from ordonnance.domain.prescription import Prescription


def reserve(
    number: PrescriptionNumber, *, key: str = "reserve", actor: Actor = PHARMACY
) -> Reserve:
    """Keep the lines of *actor*'s kinds."""
    return Reserve(number=number, actor=actor, key=key, digest=digest())


def release(
    number: PrescriptionNumber, *, key: str = "release", actor: Actor = PHARMACY
) -> Release:
    """Let go of them."""
    return Release(number=number, actor=actor, key=key, digest=digest())


def correct(
    number: PrescriptionNumber,
    *acts: Act,
    rank: int = 1,
    key: str = "correct",
    actor: Actor = PHARMACY,
    reason: str = "Erreur de saisie",
) -> Correct:
    """Say the execution of that *rank* anew (one box of line 1, if no act is given)."""
    done = acts or (an_act(number),)
    return Correct(
        number=number,
        actor=actor,
        key=key,
        digest=digest(rank, reason, done),
        execution=f"{number.value}-E{rank}",
        reason=reason,
        acts=done,
        resources=b'[{"resourceType":"MedicationDispense"}]',
    )


def replace_by(
    number: PrescriptionNumber,
    prescription: Prescription | None = None,
    *,
    key: str = "replace",
    actor: Actor = PRESCRIBER,
) -> Replace:
    """Replace *number* by *prescription* (any other, if none is given)."""
    successor = prescription or a_prescription(a_number())
    return Replace(
        number=number,
        actor=actor,
        key=key,
        digest=digest(successor),
        prescription=successor,
        resources=b"[]",
    )


def propose(
    number: PrescriptionNumber,
    line: int | None = 1,
    *,
    text: str = "Passer au dosage de 250 mg",
    key: str = "propose",
    actor: Actor = PHARMACY,
) -> Propose:
    """Ask for an adaptation of a line."""
    return Propose(
        number=number,
        actor=actor,
        key=key,
        digest=digest(line, text),
        line=None if line is None else number.line(line),
        text=text,
    )


def reply(
    number: PrescriptionNumber,
    place: int = 1,
    *,
    accepts: bool = True,
    text: str = "",
    key: str = "reply",
    actor: Actor = PRESCRIBER,
) -> Reply:
    """Agree, or not, to a proposal."""
    return Reply(
        number=number,
        actor=actor,
        key=key,
        digest=digest(place, accepts, text),
        proposal=f"{number.value}-D{place}",
        accepts=accepts,
        text=text,
    )


def settle_replacement(
    dossier: Dossier, command: Replace, successor: Dossier | None = None, at: datetime = NOW
) -> tuple[Decision, Dossier, Dossier]:
    """What *command* decides, then the dossier it replaced and its successor."""
    successor = successor or Dossier(number=command.prescription.number)
    decision = decide(dossier, command, at, Known(successor=successor))
    assert decision.also is not None
    assert decision.fact is not None
    assert decision.also.fact is not None
    return (
        decision,
        dossier.add(decision.also.fact, None),
        successor.add(decision.fact, decision.text),
    )
