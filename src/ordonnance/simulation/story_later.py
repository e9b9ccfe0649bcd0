"""Steps 12, 14 and 15 of the story: an outage, what is taken back, what the patient sees."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx2

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.fhir import terms
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    Taken,
    write_cancel,
    write_execution,
    write_prescription,
)
from ordonnance.simulation.population import (
    ANNE,
    DOCTOR,
    MARC,
    OTHER_PHARMACIST,
    PHARMACIST,
)
from ordonnance.simulation.stage import OUTAGE, Stage
from ordonnance.simulation.story_counter import (
    GARE,
    LEVOTHYROX,
    MONTH_DAYS,
    PARACETAMOL,
    PORT,
)
from ordonnance.simulation.telling import (
    Answer,
    Note,
    Speech,
    Table,
    Told,
    expect,
    refused,
    remaining_of,
    resources_of,
    say_hour,
    say_moment,
    short,
    status_of,
    table_of,
)

AMLOR = "3400933313586"
NETWORK_CUT = "Réseau coupé."
NEW_DOSE = "Dosage à revoir après la prise de sang."


def defer(stage: Stage) -> Iterator[Told]:
    """The network fails: what was done meanwhile is recorded afterwards."""
    cut_at = stage.at
    paper = stage.draw_number(0, cut_at)
    yield Note(f"{say_hour(cut_at)} : le réseau tombe, chez tout le monde.")
    yield Speech(PORT, f"remet à {ANNE.name} sa dernière boîte de paracétamol.")
    yield Speech(
        DOCTOR.name,
        f"prescrit AMLOR en visite à {MARC.name} : le papier porte déjà son numéro.",
    )
    amlor = Ordered(
        product=stage.product(AMLOR),
        taken=Taken(amount=1, unit="gélule", times_a_day=1),
        boxes=1,
        repeats=2,
    )
    visit = write_prescription(paper, [amlor], patient=MARC, prescriber=DOCTOR, at=cut_at)
    yield Speech(GARE, f"scanne ce papier, que lui tend {MARC.name}.")
    try:
        with stage.wire.cut():
            stage.of(OTHER_PHARMACIST).consult(paper)
    except httpx2.ConnectError:
        yield Note("Aucune réponse. Elle délivre d’après le papier : personne n’attend.")
    stage.clock.skip(OUTAGE)
    minutes = round(OUTAGE.total_seconds() / 60)
    yield Note(f"{say_hour(stage.at)}, {minutes} minutes plus tard : le réseau revient.")
    yield from record_late(stage, cut_at)
    yield from record_before_its_issue(stage, paper, cut_at, visit)


def record_late(stage: Stage, cut_at: datetime) -> Iterator[Told]:
    """A delivery of the past is recorded once it says why it comes late."""
    pharmacy, number = stage.of(PHARMACIST), stage.first
    product = stage.product(PARACETAMOL)
    yield Speech(PORT, "enregistre sa remise.")
    body = write_execution(number, [Delivered(product=product)], at=cut_at)
    yield refused(pharmacy.execute(number, body, key="port-7"), 422, "DEFERRED_REASON_MISSING")
    yield Speech(PORT, f"dit pourquoi : « {NETWORK_CUT} »")
    body = write_execution(number, [Delivered(product=product, deferred=NETWORK_CUT)], at=cut_at)
    task = expect(pharmacy.execute(number, body, key="port-7"), 201).resource
    yield Answer(
        201, f"Enregistrée à l’heure de la remise ; paracétamol : reste {remaining_of(task, 1)}."
    )


def record_before_its_issue(
    stage: Stage, number: PrescriptionNumber, cut_at: datetime, visit: bytes
) -> Iterator[Told]:
    """A delivery arrives before its prescription, and waits for it."""
    yield Speech(GARE, "enregistre la sienne, avant l’ordonnance.")
    late = Delivered(product=stage.product(AMLOR), deferred=NETWORK_CUT)
    body = write_execution(number, [late], at=cut_at)
    task = expect(stage.of(OTHER_PHARMACIST).execute(number, body, key="gare-2"), 202).resource
    yield Answer(202, f"Reçue, {status_of(task)} : elle attend son ordonnance.")
    yield Speech(DOCTOR.name, "rentre ; son logiciel émet ce qui attendait.")
    task = expect(stage.of(DOCTOR).issue(visit, key="emission-3"), 201).resource
    yield Answer(
        201, f"{status_of(task)} : la délivrance est comptée, reste {remaining_of(task, 1)}."
    )


def cancel(stage: Stage) -> Iterator[Told]:
    """The prescriber takes back what has not been executed."""
    number = stage.first
    yield Speech(DOCTOR.name, f"annule ce qui reste pour {ANNE.name} : « {NEW_DOSE} »")
    body = write_cancel(NEW_DOSE)
    task = expect(stage.of(DOCTOR).cancel(number, body, key="arret-1"), 200).resource
    yield Answer(200, f"{status_of(task)} : ce qui a été délivré garde sa place.")
    yield table_of(task)
    yield Speech(PORT, "veut délivrer le mois suivant.")
    month = Delivered(product=stage.product(LEVOTHYROX), line=3, days=MONTH_DAYS)
    body = write_execution(number, [month], at=stage.at)
    yield refused(stage.of(PHARMACIST).execute(number, body, key="port-8"), 409, "CANCELLED")


def look(stage: Stage) -> Iterator[Told]:
    """The patient sees what was done for her; nobody else does."""
    yield Speech(ANNE.name, "ouvre son ordonnance.")
    bundle = expect(stage.of(ANNE).consult(stage.first), 200).resource
    yield Answer(200, "Elle voit ses trois lignes, et ce qui lui a été remis :")
    rows = tuple(row_of(dispense) for dispense in resources_of(bundle, "MedicationDispense"))
    yield Table(("remise", "médicament remis", "boîtes", "mention"), rows)
    yield Speech(MARC.name, "essaie le même numéro.")
    yield refused(stage.of(MARC).consult(stage.first), 403, "NOT_THE_PATIENT")


def row_of(dispense: dict[str, Any]) -> tuple[str, ...]:
    """When, what, how many boxes, and what marks a delivery."""
    extensions = [extension["url"] for extension in dispense.get("extension", [])]
    marks = (
        ("générique", "substitution" in dispense),
        ("trop tôt, motivé", f"{terms.EXTENSION}override" in extensions),
        ("différée", f"{terms.EXTENSION}deferred" in extensions),
    )
    return (
        say_moment(datetime.fromisoformat(dispense["whenHandedOver"])),
        short(dispense["medicationCodeableConcept"]["text"]),
        str(dispense["quantity"]["value"]),
        ", ".join(mark for mark, is_so in marks if is_so),
    )
