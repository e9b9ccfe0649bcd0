"""Step 8 of the story: one ordonnance of every kind, each line carried out by its profession."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ordonnance.domain.line import Kind
from ordonnance.domain.order import Course
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    Taken,
    write_acts,
    write_delivery,
    write_line,
    write_orders,
)
from ordonnance.simulation.papers_kinds import (
    Care,
    Device,
    Done,
    write_act,
    write_request,
    write_supply,
)
from ordonnance.simulation.population import (
    DOCTOR,
    LABORATORY,
    MARC,
    NURSE,
    ORTHOPTIST,
    PHARMACIST,
    PHYSIOTHERAPIST,
    PODIATRIST,
    SPEECH_THERAPIST,
    SUPPLIER,
    Professional,
)
from ordonnance.simulation.stage import A_DAY, Stage
from ordonnance.simulation.telling import (
    Answer,
    Note,
    Speech,
    Table,
    Told,
    expect,
    insist,
    kinds_of,
    ranks_of,
    resources_of,
    say_short_day,
    session_of,
    standing_of,
    status_of,
)

KARDEGIC = "3400934744198"
WALKER = Device(name="Déambulateur", code="1250177")
CARE = (
    Care(kind=Kind.BIOLOGY, name="HbA1c", code="1577", specimen="sang veineux"),
    Care(kind=Kind.NURSING, name="Pansement", count=10, times_a_day=1, days=10),
    Care(kind=Kind.PHYSIOTHERAPY, name="Marche", count=12),
    Care(kind=Kind.SPEECH_THERAPY, name="Langage", course=Course.ASSESSMENT_AND_THERAPY),
    Care(kind=Kind.ORTHOPTICS, name="Champ visuel", course=Course.ASSESSMENT),
    Care(kind=Kind.PODIATRY, name="Prévention", code="POD", count=5, grade=2),
)
REQUESTS = ("MedicationRequest", "DeviceRequest", "ServiceRequest")
INTERRUPTED = "on-hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who scans the ordonnance: what they are, the ranks of the lines that they are shown."""

    who: Professional
    called: str
    sees: str


PHARMACY = Caller(who=PHARMACIST, called="pharmacie", sees="1, 2")
SHOP = Caller(who=SUPPLIER, called="fournisseur LPP", sees="2")
BIOLOGIST = Caller(who=LABORATORY, called="laboratoire", sees="3")
CARER = Caller(who=NURSE, called="infirmier", sees="4")
PHYSIO = Caller(who=PHYSIOTHERAPIST, called="kinésithérapeute", sees="5")
SPEECH = Caller(who=SPEECH_THERAPIST, called="orthophoniste", sees="6")
EYES = Caller(who=ORTHOPTIST, called="orthoptiste", sees="7")
FEET = Caller(who=PODIATRIST, called="podologue", sees="8")

# On which day after the issue, who, and what they record: a Done is about its line.
VISITS: tuple[tuple[int, Caller, Done | Device | None], ...] = (
    (0, PHARMACY, None),
    (0, SHOP, WALKER),
    (0, PHYSIO, Done(line=5, name="Séance")),
    (1, PHYSIO, Done(line=5, name="Séance", status=INTERRUPTED, reason="PATIENT_HOSPITALISE")),
    (3, BIOLOGIST, Done(line=3, name="Prélèvement", status="preparation")),
    (3, BIOLOGIST, Done(line=3, name="Examen")),
    (3, CARER, Done(line=4, name="Pansement")),
    (3, PHYSIO, Done(line=5, name="Séance")),
    (4, SPEECH, Done(line=6, name="Bilan")),
    (4, EYES, Done(line=7, name="Bilan", is_last=True)),
    (4, FEET, Done(line=8, name="Séance")),
)


def mix(stage: Stage) -> Iterator[Told]:
    """A line of every kind is prescribed at once; days go by, and each does what is theirs."""
    number = stage.mixed
    yield Speech(
        DOCTOR.name,
        f"prescrit à {MARC.name}, qui sort de l’hôpital, une ligne de chaque nature sur une "
        "seule ordonnance.",
    )
    task = expect(stage.of(DOCTOR).issue(order(stage), key="emission-8"), 201).resource
    yield Answer(201, f"{status_of(task)} : un numéro, un papier, huit professions.")
    yield kinds_of(task)
    yield Speech("Chacun", "à son tour scanne le papier et enregistre ce qu’il a fait.")
    rows, today = [], 0
    for rank, (day, caller, done) in enumerate(VISITS, 1):
        stage.clock.skip((day - today) * A_DAY)
        today = day
        rows.append(receive(stage, caller, done, key=f"huit-{rank}"))
    yield Table(("jour", "qui", "voit", "enregistre", "sa ligne"), tuple(rows))
    task = expect(stage.of(MARC).read(number), 200).resource
    insist("a patient sees every line", is_so=ranks_of(task) == list("12345678"))
    yield Note("Chacun n’a reçu que ses lignes ; le patient les voit toutes.")


def order(stage: Stage) -> bytes:
    """The Bundle of ``$issue`` of a line of every kind."""
    medicine = Ordered(
        product=stage.product(KARDEGIC),
        taken=Taken(amount=1, unit="sachet", times_a_day=1),
        boxes=1,
    )
    number, at = stage.mixed, stage.at
    others = [write_request(number, line, at) for line in (WALKER, *CARE)]
    requests = [write_line(number, medicine, at), *others]
    return write_orders(requests, patient=MARC, prescriber=DOCTOR)


def receive(
    stage: Stage, caller: Caller, done: Done | Device | None, *, key: str
) -> tuple[str, ...]:
    """What *caller* saw and did, as a row: the day, who, which lines, what, where it stands."""
    site, number = stage.of(caller.who), stage.mixed
    bundle = expect(site.consult(number), 200).resource
    seen = ranks_of(resources_of(bundle, "Task")[0])
    requests = [request for kind in REQUESTS for request in resources_of(bundle, kind)]
    insist(
        f"{caller.called} sees lines {caller.sees} and no other",
        is_so=", ".join(seen) == caller.sees and len(requests) == len(seen),
    )
    act, line, words = write_done(stage, done)
    task = expect(site.execute(number, write_acts([act]), key=key), 201).resource
    if words == "séance":
        words = f"séance {session_of(task, line)}"
    return say_short_day(stage.at), caller.called, caller.sees, words, standing_of(task, line)


def write_done(stage: Stage, done: Done | Device | None) -> tuple[dict[str, Any], int, str]:
    """What was done as a resource, the rank of its line, and what it is called; None: a box."""
    number, at = stage.mixed, stage.at
    match done:
        case Done():
            act = write_act(number, done, patient=MARC, at=at)
            is_pause = done.status == INTERRUPTED
            return act, done.line, "interruption" if is_pause else done.name.lower()
        case Device():
            return write_supply(number, 2, done, at), 2, done.name.lower()
        case None:
            box = Delivered(product=stage.product(KARDEGIC))
            return write_delivery(number, box, at), 1, "1 boîte"
