"""Steps 1 to 7 of the story: an ordonnance from the prescriber's desk to the pharmacy's counter."""

from collections.abc import Iterator
from datetime import datetime

import httpx2

from ordonnance.domain.days import say_day
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.product import are_of_one_group
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    write_execution,
    write_prescription,
    write_undo,
)
from ordonnance.simulation.population import (
    ANNE,
    DOCTOR,
    NURSE,
    OTHER_PHARMACIST,
    PHARMACIST,
)
from ordonnance.simulation.qr import draw, scan
from ordonnance.simulation.receipt import read_receipt
from ordonnance.simulation.stage import Stage
from ordonnance.simulation.telling import (
    Answer,
    Drawing,
    Note,
    Speech,
    Table,
    Told,
    expect,
    insist,
    outputs_of,
    refused,
    remaining_of,
    resources_of,
    short,
    status_of,
    table_of,
)

PARACETAMOL = "3400936381865"
CLAMOXYL = "3400934171727"
AMOXICILLINE = "3400930008843"
LEVOTHYROX = "3400930065891"
MONTH_DAYS = 28
PORT = f"La {PHARMACIST.name}"
GARE = f"La {OTHER_PHARMACIST.name}"
HALLES = f"Le {NURSE.name}"
LOST_BOX = "Boîte oubliée dans le train."
MISTAKE = "Saisi deux fois."


def issue(stage: Stage) -> Iterator[Told]:
    """Three lines are prescribed; the number is printed as a QR code."""
    yield Speech(
        DOCTOR.name,
        f"prescrit trois médicaments à {ANNE.name}. Son logiciel tire le numéro, émet "
        "l’ordonnance et imprime le papier.",
    )
    ordered = (
        Ordered(
            product=stage.product(PARACETAMOL),
            posology="1 si douleur, 3 par jour",
            boxes=2,
        ),
        Ordered(product=stage.product(CLAMOXYL), posology="1 matin et soir, 7 jours", boxes=1),
        Ordered(
            product=stage.product(LEVOTHYROX),
            posology="1 par jour, 28 jours, 6 fois",
            days=MONTH_DAYS,
            repeats=5,
        ),
    )
    body = write_prescription(stage.first, ordered, patient=ANNE, prescriber=DOCTOR, at=stage.at)
    task = expect(stage.of(DOCTOR).issue(body, key="emission-1"), 201).resource
    written = say_day(datetime.fromisoformat(task["authoredOn"]))
    yield Answer(201, f"{status_of(task)} : écrite {written}, valable douze mois.")
    yield Drawing(draw(stage.first), stage.first.grouped)


def consult(stage: Stage) -> Iterator[Told]:
    """The QR code is scanned; the lines appear."""
    yield Speech(PORT, f"scanne le papier que tend {ANNE.name}.")
    read = scan(draw(stage.first)) or ""
    bundle = expect(stage.of(PHARMACIST).consult(PrescriptionNumber.parse(read)), 200).resource
    task = resources_of(bundle, "Task")[0]
    yield Answer(200, f"Le QR code dit {read}. L’écran montre les lignes, non une image :")
    rows = (
        (
            str(rank),
            short(line["medicationCodeableConcept"]["text"]),
            line["dosageInstruction"][0]["text"],
            remaining_of(task, rank),
        )
        for rank, line in enumerate(resources_of(bundle, "MedicationRequest"), 1)
    )
    yield Table(("ligne", "médicament prescrit", "posologie", "droits"), tuple(rows))


def deliver(stage: Stage) -> Iterator[Told]:
    """What was handed over is recorded, and the receipt checked."""
    prescribed, given = stage.product(CLAMOXYL), stage.product(AMOXICILLINE)
    insist("they are of one generic group", is_so=are_of_one_group(prescribed, given))
    yield Speech(
        PORT,
        "délivre une boîte de paracétamol sur deux, un générique du CLAMOXYL (même groupe : "
        "aucune question) et 28 jours de LEVOTHYROX.",
    )
    done = (
        Delivered(product=stage.product(PARACETAMOL), line=1),
        Delivered(product=given, line=2, is_substitute=True),
        Delivered(product=stage.product(LEVOTHYROX), line=3, days=MONTH_DAYS),
    )
    body = write_execution(stage.first, done, at=stage.at)
    task = expect(stage.of(PHARMACIST).execute(stage.first, body, key="port-1"), 201).resource
    receipt = read_receipt(outputs_of(task, "receipt")[0], stage.keys)
    yield Answer(201, f"Reçu {receipt['execution']}, signature vérifiée avec jwks.json.")
    yield table_of(task)


def send_again(stage: Stage) -> Iterator[Told]:
    """An answer is lost: the same sending brings it back, and acts once."""
    pharmacy, number = stage.of(PHARMACIST), stage.first
    yield Speech(PORT, "délivre la seconde boîte de paracétamol.")
    second = Delivered(product=stage.product(PARACETAMOL))
    body = write_execution(number, [second], at=stage.at)
    try:
        with stage.wire.losing_answers():
            pharmacy.execute(number, body, key="port-2")
    except httpx2.ReadError:
        yield Note("Pas de réponse : elle s’est perdue en route. Est-ce enregistré ?")
    yield Speech(PORT, "renvoie le même corps sous la même Idempotency-Key.")
    reply = expect(pharmacy.execute(number, body, key="port-2"), 201)
    insist("the answer is the one that was lost", is_so=reply.is_replay)
    task = expect(pharmacy.read(number), 200).resource
    executions = outputs_of(task, "execution")
    insist("it was recorded once", is_so=executions == outputs_of(reply.resource, "execution"))
    yield Answer(
        201,
        f"La première réponse, redonnée. L’ordonnance porte {len(executions)} exécutions, "
        f"non {len(executions) + 1} ; paracétamol : reste {remaining_of(task, 1)}.",
    )


def refuse(stage: Stage) -> Iterator[Told]:
    """Three requests are refused, each with its sentence and its code."""
    number, paracetamol = stage.first, stage.product(PARACETAMOL)
    one = write_execution(number, [Delivered(product=paracetamol)], at=stage.at)
    two = write_execution(number, [Delivered(product=paracetamol, boxes=2)], at=stage.at)
    yield Speech(PORT, "envoie autre chose sous une clé qui a déjà servi.")
    reply = stage.of(PHARMACIST).execute(number, two, key="port-2")
    yield refused(reply, 422, "IDEMPOTENCY_KEY_REUSED")
    yield Speech(GARE, "délivre une troisième boîte, sur deux prescrites.")
    reply = stage.of(OTHER_PHARMACIST).execute(number, one, key="gare-1")
    yield refused(reply, 409, "RIGHTS_EXHAUSTED")
    yield Speech(HALLES, "veut délivrer sous le même numéro.")
    reply = stage.of(NURSE).execute(number, one, key="halles-1")
    yield refused(reply, 403, "KIND_NOT_ALLOWED")
    told = str(reply.resource)
    insist("nobody is named", is_so=ANNE.family not in told and ANNE.ins.value not in told)
    yield Note("Ni nom ni médicament dans cette réponse : connaître un numéro n’ouvre rien.")


def override(stage: Stage) -> Iterator[Told]:
    """The professional decides otherwise, and says why."""
    pharmacy, number = stage.of(OTHER_PHARMACIST), stage.first
    yield Speech(GARE, f"délivre quand même, et dit pourquoi : « {LOST_BOX} »")
    third = Delivered(product=stage.product(PARACETAMOL), override=("RIGHTS_EXHAUSTED", LOST_BOX))
    body = write_execution(number, [third], at=stage.at)
    expect(pharmacy.execute(number, body, key="gare-1"), 201)
    bundle = expect(pharmacy.consult(number), 200).resource
    mark = resources_of(bundle, "MedicationDispense")[-1]["extension"][0]["extension"]
    insist("the reason is kept", is_so=mark[1]["valueString"] == LOST_BOX)
    yield Answer(201, f"Enregistrée, marquée {mark[0]['valueCode']}, son motif avec elle.")


def undo(stage: Stage) -> Iterator[Told]:
    """What was recorded by mistake is taken back; rights come back."""
    pharmacy, number = stage.of(PHARMACIST), stage.first
    yield Speech(PORT, "enregistre le LEVOTHYROX une deuxième fois, par erreur.")
    month = Delivered(product=stage.product(LEVOTHYROX), line=3, days=MONTH_DAYS)
    body = write_execution(number, [month], at=stage.at)
    task = expect(pharmacy.execute(number, body, key="port-3"), 201).resource
    yield Answer(201, f"LEVOTHYROX : reste {remaining_of(task, 3)}.")
    yield Speech(PORT, f"reprend cette exécution : « {MISTAKE} »")
    regret = write_undo(outputs_of(task, "execution")[-1], MISTAKE)
    task = expect(pharmacy.undo(number, regret, key="port-4"), 200).resource
    yield Answer(200, f"Les droits reviennent : reste {remaining_of(task, 3)}.")
