"""Steps 1 to 6 of the story: an ordonnance from the prescriber's desk to the pharmacy's counter."""

from collections.abc import Iterator
from datetime import datetime

import httpx2

from ordonnance.domain.days import say_day
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.line import Exclusion
from ordonnance.domain.product import are_of_one_group
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    Taken,
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
    Told,
    expect,
    insist,
    orders_of,
    outputs_of,
    refused,
    remaining_of,
    resources_of,
    status_of,
    table_of,
)

PARACETAMOL = "3400936381865"
CLAMOXYL = "3400934171727"
AMOXICILLINE = "3400930008843"
AMOXICILLINE_500 = "3400933857042"
LEVOTHYROX = "3400930065891"
THYROFIX = "3400930013847"
MONTH_DAYS = 28
PORT = f"La {PHARMACIST.name}"
GARE = f"La {OTHER_PHARMACIST.name}"
HALLES = f"Le {NURSE.name}"
MISTAKE = "Saisie deux fois."


def issue(stage: Stage) -> Iterator[Told]:
    """Three lines are prescribed; the number is printed as a QR code."""
    yield Speech(
        DOCTOR.name,
        f"prescrit trois médicaments à {ANNE.name}, dont le LEVOTHYROX « non substituable (MTE) ». "
        "Son logiciel tire le numéro, émet l’ordonnance et imprime le papier.",
    )
    ordered = (
        Ordered(
            product=stage.product(PARACETAMOL),
            taken=Taken(amount=1, unit="comprimé", times_a_day=3, condition="si douleur"),
            boxes=3,
        ),
        Ordered(
            product=stage.product(CLAMOXYL),
            taken=Taken(amount=1, unit="comprimé", times_a_day=2),
            boxes=1,
            days=7,
        ),
        Ordered(
            product=stage.product(LEVOTHYROX),
            taken=Taken(amount=1, unit="comprimé", when=("MORN",)),
            days=MONTH_DAYS,
            repeats=5,
            exclusion=Exclusion.NARROW_MARGIN,
        ),
    )
    body = write_prescription(stage.first, ordered, patient=ANNE, prescriber=DOCTOR, at=stage.at)
    task = expect(stage.of(DOCTOR).issue(body, key="emission-1"), 201).resource
    written = say_day(datetime.fromisoformat(task["authoredOn"]))
    yield Answer(201, f"{status_of(task)} : écrite {written}, valable douze mois.")
    yield Drawing(draw(stage.first), stage.first.grouped)


def consult(stage: Stage) -> Iterator[Told]:
    """The QR code is scanned; the lines appear, each posology in a sentence."""
    yield Speech(PORT, f"scanne le papier que tend {ANNE.name}.")
    read = scan(draw(stage.first)) or ""
    bundle = expect(stage.of(PHARMACIST).consult(PrescriptionNumber.parse(read)), 200).resource
    yield Answer(200, f"Le QR code dit {read}. L’écran montre les lignes, non une image :")
    yield orders_of(resources_of(bundle, "Task")[0])


def deliver(stage: Stage) -> Iterator[Told]:
    """Two substitutions are refused, a third needs no word; the receipt is checked."""
    pharmacy, number = stage.of(PHARMACIST), stage.first
    prescribed, given = stage.product(CLAMOXYL), stage.product(AMOXICILLINE)
    other = stage.product(AMOXICILLINE_500)
    insist("they are of one generic group", is_so=are_of_one_group(prescribed, given))
    insist("this one is of another", is_so=not are_of_one_group(prescribed, other))
    yield Speech(PORT, "scanne THYROFIX pour LEVOTHYROX : même groupe, mais « non substituable ».")
    thyrofix = Delivered(
        product=stage.product(THYROFIX), line=3, days=MONTH_DAYS, is_substitute=True
    )
    body = write_execution(number, [thyrofix], at=stage.at)
    yield refused(pharmacy.execute(number, body, key="port-1"), 422, "NOT_SUBSTITUTABLE")
    yield Speech(PORT, "scanne AMOXICILLINE 500 mg pour CLAMOXYL 1 g : un autre groupe.")
    body = write_execution(number, [Delivered(product=other, line=2)], at=stage.at)
    yield refused(pharmacy.execute(number, body, key="port-1"), 422, "SUBSTITUTION_REASON_MISSING")
    yield Speech(
        PORT,
        "délivre AMOXICILLINE 1 g, générique du CLAMOXYL (même groupe : aucune question), "
        "28 jours de LEVOTHYROX et une boîte de paracétamol sur trois.",
    )
    done = (
        Delivered(product=stage.product(PARACETAMOL), line=1),
        Delivered(product=given, line=2, is_substitute=True),
        Delivered(product=stage.product(LEVOTHYROX), line=3, days=MONTH_DAYS),
    )
    body = write_execution(number, done, at=stage.at)
    task = expect(pharmacy.execute(number, body, key="port-1"), 201).resource
    insist("nothing is said of it", is_so="note" not in task)
    receipt = read_receipt(outputs_of(task, "receipt")[0], stage.keys)
    yield Answer(201, f"Reçu {receipt['execution']}, signature vérifiée avec jwks.json.")
    yield table_of(task)


def send_again(stage: Stage) -> Iterator[Told]:
    """An answer is lost: the same sending brings it back, and acts once."""
    pharmacy, number = stage.of(PHARMACIST), stage.first
    yield Speech(PORT, "délivre la deuxième boîte de paracétamol.")
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


def undo(stage: Stage) -> Iterator[Told]:
    """What was recorded by mistake is taken back; rights come back."""
    pharmacy, number = stage.of(PHARMACIST), stage.first
    yield Speech(PORT, "enregistre encore cette boîte, par erreur, sous une nouvelle clé.")
    again = Delivered(product=stage.product(PARACETAMOL))
    body = write_execution(number, [again], at=stage.at)
    task = expect(pharmacy.execute(number, body, key="port-3"), 201).resource
    yield Answer(201, f"Nouvelle clé, nouvel acte ; paracétamol : reste {remaining_of(task, 1)}.")
    yield Speech(PORT, f"reprend cette exécution : « {MISTAKE} »")
    regret = write_undo(outputs_of(task, "execution")[-1], MISTAKE)
    task = expect(pharmacy.undo(number, regret, key="port-4"), 200).resource
    yield Answer(200, f"Les droits reviennent ; paracétamol : reste {remaining_of(task, 1)}.")


def refuse(stage: Stage) -> Iterator[Told]:
    """Three requests are refused, each with its sentence and its code."""
    number, paracetamol = stage.first, stage.product(PARACETAMOL)
    two = write_execution(number, [Delivered(product=paracetamol, boxes=2)], at=stage.at)
    yield Speech(PORT, "envoie autre chose sous une clé qui a déjà servi.")
    reply = stage.of(PHARMACIST).execute(number, two, key="port-2")
    yield refused(reply, 422, "IDEMPOTENCY_KEY_REUSED")
    yield Speech(GARE, "délivre deux boîtes de paracétamol, quand il en reste une.")
    reply = stage.of(OTHER_PHARMACIST).execute(number, two, key="gare-1")
    yield refused(reply, 409, "RIGHTS_EXHAUSTED")
    yield Speech(HALLES, "veut délivrer sous le même numéro.")
    reply = stage.of(NURSE).execute(number, two, key="halles-1")
    yield refused(reply, 403, "KIND_NOT_ALLOWED")
    told = str(reply.resource)
    insist("nobody is named", is_so=ANNE.family not in told and ANNE.ins.value not in told)
    yield Note("Ni nom ni médicament dans cette réponse : connaître un numéro n’ouvre rien.")
