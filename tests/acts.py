"""Sessions, examinations and devices made up for tests, who carries them out, what they send."""

from decimal import Decimal
import json
from typing import Any

from builders import NOW, a_line, a_number, after, an_act, an_issued, execute
from ordonnance.domain.actor import Actor, Profession, Role
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act, NotDone, Override, Stage
from ordonnance.domain.identifiers import AMNumber, PrescriptionNumber
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.rights import LineState, states_of

PHYSIO = Actor(role=Role.EXECUTOR, profession=Profession.PHYSIOTHERAPIST, am=AMNumber("337000016"))
OTHER_PHYSIO = Actor(
    role=Role.EXECUTOR, profession=Profession.PHYSIOTHERAPIST, am=AMNumber("337000024")
)
LAB = Actor(
    role=Role.EXECUTOR,
    profession=Profession.PHARMACIST,
    is_laboratory=True,
    am=AMNumber("338000015"),
)
OTHER_LAB = Actor(
    role=Role.EXECUTOR,
    profession=Profession.PHARMACIST,
    is_laboratory=True,
    am=AMNumber("338000023"),
)
SUPPLIER = Actor(role=Role.EXECUTOR, profession=Profession.LPP_SUPPLIER, am=AMNumber("339000014"))
DECIDED = (Override("RIGHTS_EXHAUSTED", "Accord du médecin traitant"),)
SYSTEM = "urn:oid:1.2.250.1.215.500.1.1"
OURS = "https://ordonnance.example/fhir/StructureDefinition/"
ANNE_INS = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"}


def sessions(count: int | None = 3, rank: int = 1, **more: Any) -> Line:
    """A line of *count* sessions of physiotherapy; None: no number is stated."""
    values = {"kind": Kind.PHYSIOTHERAPY, "label": "Rééducation du genou"}
    return a_line(rank, boxes=count, **{**values, **more})


def exam(rank: int = 1, **more: Any) -> Line:
    """An examination."""
    return a_line(rank, **{"kind": Kind.BIOLOGY, "label": "NFS", **more})


def device(count: int | None = 2, rank: int = 1, **more: Any) -> Line:
    """A line of *count* devices, or *days* of rental."""
    return a_line(rank, boxes=count, **{"kind": Kind.DEVICE, "label": "Attelle", **more})


def a_session(number: PrescriptionNumber, line: int | None = 1, **more: Any) -> Act:
    """A session done at NOW, or whatever else an act of no stated kind is."""
    return an_act(number, line, **{"kind": None, "label": "Séance", **more})


def a_stage(number: PrescriptionNumber, stage: Stage, **more: Any) -> Act:
    """What was told of a series at NOW without a session."""
    reason = NotDone.PASSED_ON if stage is Stage.PASSED_ON else NotDone.OTHER
    values = {"is_done": False, "not_done": reason, "boxes": None}
    if stage is Stage.SAMPLED:
        values = {"boxes": None}
    return a_session(number, **{"stage": stage, **values, **more})


def a_supply(number: PrescriptionNumber, count: int | None = 1, **more: Any) -> Act:
    """*count* devices handed over at NOW."""
    return an_act(number, more.pop("line", 1), count, **{"kind": Kind.DEVICE, **more})


def issued(*lines: Line) -> Dossier:
    """The dossier of a prescription of *lines*, just issued."""
    return an_issued(*(lines or (sessions(),)))


def done(dossier: Dossier, *acts: Act, actor: Actor = PHYSIO, at: Any = NOW) -> Dossier:
    """The dossier once *acts* are recorded, each by its own request."""
    for act in acts:
        key = str(len(dossier.facts))
        dossier = after(dossier, execute(dossier.number, act, key=key, actor=actor), at=at)
    return dossier


def state(dossier: Dossier, at: Any = NOW) -> LineState:
    """Where the one line of *dossier* stands."""
    [only] = states_of(dossier, at)
    return only


def told(dossier: Dossier, at: Any = NOW) -> tuple[str, Decimal, str | None]:
    """The status of the one line of *dossier*, what remains of it, its stage."""
    only = state(dossier, at)
    return only.status.value, only.rights.remaining, only.stage and only.stage.value


# What is sent


def changed(resource: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The resource with other elements; ``...`` takes one away."""
    return {name: value for name, value in {**resource, **changes}.items() if value is not ...}


def a_procedure(number: Any, line: int = 1, **changes: Any) -> dict[str, Any]:
    """The Procedure of a session of today."""
    return changed(
        {
            "resourceType": "Procedure",
            "status": "completed",
            "basedOn": [{"identifier": {"system": SYSTEM, "value": f"{number}-{line}"}}],
            "code": {"text": "Séance de rééducation"},
            "subject": {"identifier": ANNE_INS},
            "performedDateTime": NOW.isoformat(),
        },
        changes,
    )


def a_supply_delivery(number: Any, line: int = 1, **changes: Any) -> dict[str, Any]:
    """The SupplyDelivery of one device, today."""
    return changed(
        {
            "resourceType": "SupplyDelivery",
            "status": "completed",
            "extension": [
                {
                    "url": f"{OURS}line",
                    "valueIdentifier": {"system": SYSTEM, "value": f"{number}-{line}"},
                }
            ],
            "suppliedItem": {
                "quantity": {"value": 1, "unit": "unité"},
                "itemCodeableConcept": {
                    "text": "Attelle de genou",
                    "coding": [{"system": "urn:oid:1.2.250.1.215.200.2.1", "code": "1215702"}],
                },
            },
            "occurrenceDateTime": NOW.isoformat(),
        },
        changes,
    )


def sent(*resources: dict[str, Any]) -> bytes:
    """The Bundle of ``$execute``."""
    entries = [{"resource": resource} for resource in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(bundle).encode()


def why(code: str) -> dict[str, Any]:
    """A reason, coded."""
    return {"coding": [{"code": code}]}


NUMBER = a_number()
