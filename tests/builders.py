"""Prescriptions, acts and commands made up for tests: synthetic people, invented names."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
import hashlib
from itertools import count

from ordonnance.domain.actor import Actor, Profession, Role
from ordonnance.domain.command import (
    Cancel,
    Command,
    Execute,
    Issue,
    Read,
    Undo,
    WritingCommand,
)
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act, NotDone
from ordonnance.domain.identifiers import INS, RPPS, AMNumber, INSAuthority, PrescriptionNumber
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.prescription import Prescription, valid_until_by_default
from ordonnance.domain.refusal import Refusal

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENT = INS("279035121518989", INSAuthority.TEST)
OTHER_PATIENT = INS("255081416802538", INSAuthority.TEST)
PRESCRIBER = Actor(role=Role.PRESCRIBER, rpps=RPPS("10001045367"), profession=Profession.PHYSICIAN)
OTHER_PRESCRIBER = Actor(
    role=Role.PRESCRIBER, rpps=RPPS("10104335319"), profession=Profession.PHYSICIAN
)
PHARMACY = Actor(
    role=Role.EXECUTOR,
    rpps=RPPS("01234567897"),
    profession=Profession.PHARMACIST,
    am=AMNumber("332000011"),
)
TECHNICIAN = Actor(  # who works at PHARMACY
    role=Role.EXECUTOR, profession=Profession.PHARMACY_TECHNICIAN, am=AMNumber("332000011")
)
OTHER_PHARMACY = Actor(
    role=Role.EXECUTOR, profession=Profession.PHARMACY_TECHNICIAN, am=AMNumber("332000029")
)
NURSE = Actor(role=Role.EXECUTOR, profession=Profession.NURSE, am=AMNumber("336000017"))
THE_PATIENT = Actor(role=Role.PATIENT, ins=PATIENT)

_counter = count(1)


def a_number(chance: int | None = None, *, at: datetime = NOW) -> PrescriptionNumber:
    """A number of the month of *at*; another one each time, unless *chance* is given."""
    return PrescriptionNumber.mint(at.date(), next(_counter) if chance is None else chance)


def a_line(rank: int = 1, *, boxes: int | None = 1, days: int | None = None, **more) -> Line:
    """A line of medicine: *boxes* packs a fill, or *days* of treatment."""
    values = {
        "rank": rank,
        "kind": Kind.MEDICINE,
        "label": f"Médicament {rank}",
        "product": None,
        "quantity": None if boxes is None else Decimal(boxes),
        "days": None if days is None else Decimal(days),
        "repeats": 0,
        "valid_until": valid_until_by_default(NOW),
    }
    return Line(**{**values, **more})


def a_prescription(number: PrescriptionNumber, *lines: Line, **more) -> Prescription:
    """A prescription of *lines*, written at NOW."""
    values = {
        "number": number,
        "authored_at": NOW,
        "patient": PATIENT,
        "prescriber": PRESCRIBER.rpps,
        "prescriber_name": "Dr Camille Essai",
        "lines": lines or (a_line(),),
    }
    return Prescription(**{**values, **more})


def digest(*parts) -> str:
    """The digest of a body that says *parts*."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def issue(prescription: Prescription, *, key: str = "issue", actor: Actor = PRESCRIBER) -> Issue:
    """Issue *prescription*."""
    return Issue(
        number=prescription.number,
        actor=actor,
        key=key,
        digest=digest(prescription),
        prescription=prescription,
        resources=b"[]",
    )


def an_act(number: PrescriptionNumber, line: int | None = 1, boxes: int | None = 1, **more) -> Act:
    """*boxes* of a line handed over at NOW; ``line=None``: a line added by hand."""
    values = {
        "entry": 0,
        "prescribed": None if line is None else number.line(line),
        "label": "Médicament",
        "product": None,
        "is_done": True,
        "quantity": None if boxes is None else Decimal(boxes),
        "handed_over_at": NOW,
    }
    return Act(**{**values, **more})


def not_delivered(number: PrescriptionNumber, line: int | None = 1, **more) -> Act:
    """A line not delivered, for want of stock."""
    values = {"is_done": False, "not_done": NotDone.OUT_OF_STOCK}
    return an_act(number, line, None, **{**values, **more})


def execute(
    number: PrescriptionNumber, *acts: Act, key: str = "execute", actor: Actor = PHARMACY
) -> Execute:
    """Record *acts* (one box of line 1, if none is given)."""
    done = acts or (an_act(number),)
    return Execute(
        number=number,
        actor=actor,
        key=key,
        digest=digest(done),
        acts=done,
        resources=b"[]",
    )


def undo(
    number: PrescriptionNumber,
    execution: str,
    *,
    key: str = "undo",
    actor: Actor = PHARMACY,
    reason: str = "Erreur de saisie",
) -> Undo:
    """Take back *execution*."""
    return Undo(
        number=number,
        actor=actor,
        key=key,
        digest=digest(execution, reason),
        execution=execution,
        reason=reason,
    )


def cancel(
    number: PrescriptionNumber,
    *,
    key: str = "cancel",
    actor: Actor = PRESCRIBER,
    reason: str = "Traitement arrêté",
    whole: bool = False,
) -> Cancel:
    """Cancel what remains."""
    return Cancel(
        number=number,
        actor=actor,
        key=key,
        digest=digest(reason, whole),
        reason=reason,
        whole=whole,
    )


def read(
    number: PrescriptionNumber, *, actor: Actor = PHARMACY, whole: bool = True, **more
) -> Read:
    """Consult."""
    return Read(number=number, actor=actor, whole=whole, **more)


def later(**delay) -> datetime:
    """The instant that lies *delay* after NOW."""
    return NOW + timedelta(**delay)


def after(dossier: Dossier, *commands: WritingCommand, at: datetime = NOW) -> Dossier:
    """The dossier that *commands*, all received at *at*, make of *dossier*, one after the other."""
    for command in commands:
        dossier = decide(dossier, command, at).answer.dossier
    return dossier


def an_issued(*lines: Line, **more) -> Dossier:
    """The dossier of a prescription of *lines*, just issued."""
    prescription = a_prescription(a_number(), *lines, **more)
    return after(Dossier(number=prescription.number), issue(prescription))


def refusal_of(dossier: Dossier, command: Command, at: datetime = NOW) -> Refusal:
    """The refusal that *command* meets; it must meet one."""
    try:
        decide(dossier, command, at)
    except Refusal as refusal:
        return refusal
    raise AssertionError("nothing was refused")


def code_of(dossier: Dossier, command: Command, at: datetime = NOW) -> str:
    """The code of the refusal that *command* meets."""
    return refusal_of(dossier, command, at).reason.code
