"""Steps 13 and 16 of the story: what else happens to an ordonnance, and who is told what of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.poste.client import Reply
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    Taken,
    write_acts,
    write_correction,
    write_delivery,
    write_objection,
    write_prescription,
)
from ordonnance.simulation.population import (
    DOCTOR,
    MARC,
    OTHER_PHARMACIST,
    PHARMACIST,
    PHYSIOTHERAPIST,
)
from ordonnance.simulation.stage import Stage
from ordonnance.simulation.story_counter import GARE, PORT
from ordonnance.simulation.story_later import AMLOR, NETWORK_CUT
from ordonnance.simulation.telling import (
    Answer,
    Note,
    Speech,
    Table,
    Told,
    expect,
    extension_of,
    insist,
    left_of,
    outputs_of,
    refused,
    remaining_of,
    resources_of,
    say_hour,
    say_short_day,
    session_of,
    short,
    status_of,
)

AMLODIPINE = "3400937977661"
GENERIC_GIVEN = "Le générique a été remis."
PARC = f"Le {PHYSIOTHERAPIST.name}"


def share(stage: Stage) -> Iterator[Told]:
    """Found without its paper, reserved, corrected, replaced: one ordonnance in several hands."""
    yield Speech(
        PORT, f"cherche ce que {MARC.name} a en cours : il a sa carte Vitale, mais pas de papier."
    )
    found = stage.of(PHARMACIST).search(
        patient=MARC.ins, statuses=("EN_COURS",), presence="carte-vitale"
    )
    yield Answer(200, "La plus récente d’abord ; de chacune, ce qu’une pharmacie délivre :")
    yield table_of_found(expect(found, 200))
    number = PrescriptionNumber.parse(found.resources[0]["id"])
    yield from reserve(stage, number)
    yield from correct(stage, number)
    yield from replace(stage, number)


def table_of_found(page: Reply) -> Table:
    """The ordonnances that a search found: the number, the day of writing, what remains."""
    rows = (
        (task["id"], say_short_day(datetime.fromisoformat(task["authoredOn"])), left_of(task))
        for task in page.resources
    )
    return Table(("ordonnance", "écrite", "reste à délivrer"), tuple(rows))


def reserve(stage: Stage, number: PrescriptionNumber) -> Iterator[Told]:
    """A pharmacy keeps the lines while it prepares them; another one has to wait."""
    pharmacy, other = stage.of(PHARMACIST), stage.of(OTHER_PHARMACIST)
    yield Speech(PORT, "réserve la première, le temps de la préparer.")
    task = expect(pharmacy.reserve(number, key="port-9"), 200).resource
    parts = extension_of(task, "reserved")["extension"]
    [until] = [part["valueInstant"] for part in parts if part["url"] == "until"]
    yield Answer(200, f"À elle jusqu’à {say_hour(datetime.fromisoformat(until))}.")
    yield Speech(GARE, "veut la réserver aussi.")
    yield refused(other.reserve(number, key="gare-3"), 409, "RESERVED_ELSEWHERE")
    yield Speech(PORT, "n’a plus d’AMLOR : elle rend la réservation.")
    task = expect(pharmacy.release(number, key="port-10"), 200).resource
    insist("nobody keeps it any more", is_so="reserved" not in str(task["extension"]))
    yield Answer(200, "Rendue : l’autre peut la prendre.")


def correct(stage: Stage, number: PrescriptionNumber) -> Iterator[Told]:
    """What was recorded is said anew: the execution keeps its number."""
    pharmacy = stage.of(OTHER_PHARMACIST)
    bundle = expect(pharmacy.consult(number), 200).resource
    [before] = resources_of(bundle, "MedicationDispense")
    [execution] = outputs_of(resources_of(bundle, "Task")[0], "execution")
    yield Speech(GARE, "corrige : c’est le générique qu’elle avait remis.")
    generic = Delivered(product=stage.product(AMLODIPINE), is_substitute=True, deferred=NETWORK_CUT)
    handed_over_at = datetime.fromisoformat(before["whenHandedOver"])
    act = write_delivery(number, generic, handed_over_at)
    body = write_correction(execution, GENERIC_GIVEN, [act])
    task = expect(pharmacy.correct(number, body, key="gare-4"), 200).resource
    insist("it is the same execution", is_so=outputs_of(task, "execution") == [execution])
    yield Answer(
        200,
        f"{execution} dit maintenant {short(generic.product.name)} ; reste "
        f"{remaining_of(task, 1)}.",
    )


def replace(stage: Stage, number: PrescriptionNumber) -> Iterator[Told]:
    """The prescriber writes another in its place; who scans the old paper is told which."""
    at = stage.at
    successor = stage.draw_number(1, at)
    yield Speech(DOCTOR.name, "remplace cette ordonnance : deux gélules par jour.")
    double = Ordered(
        product=stage.product(AMLOR),
        taken=Taken(amount=2, unit="gélule", times_a_day=1),
        boxes=2,
        repeats=1,
    )
    body = write_prescription(successor, [double], patient=MARC, prescriber=DOCTOR, at=at)
    task = expect(stage.of(DOCTOR).replace(number, body, key="remplacement-1"), 201).resource
    yield Answer(201, f"{status_of(task)} : un nouveau numéro, {successor}.")
    yield Speech(GARE, "scanne l’ancien papier et veut délivrer.")
    pharmacy = stage.of(OTHER_PHARMACIST)
    old = expect(pharmacy.read(number), 200).resource
    named = extension_of(old, "replacedBy")["valueIdentifier"]["value"]
    insist("the old one names the new one", is_so=named == successor.value)
    act = Delivered(product=stage.product(AMLOR))
    body = write_acts([write_delivery(number, act, stage.at)])
    yield refused(pharmacy.execute(number, body, key="gare-5"), 409, "REPLACED")


def object_to(stage: Stage) -> Iterator[Told]:
    """The patient objects: prescribers no longer see what is done. A site reads its alerts."""
    doctor, number = stage.of(DOCTOR), stage.mixed
    yield Speech(DOCTOR.name, f"suit {MARC.name} : l’ordonnance aux huit natures.")
    task = expect(doctor.read(number), 200).resource
    yield Answer(200, f"{status_of(task)}, {len(outputs_of(task, 'execution'))} exécutions.")
    yield Speech(MARC.name, "s’oppose à ce qu’un prescripteur voie ce qui est exécuté.")
    body = write_objection(objects=True)
    expect(stage.of(MARC).oppose(number, body, key="opposition-1"), 200)
    task = expect(doctor.read(number), 200).resource
    insist("no execution shows", is_so=outputs_of(task, "execution") == [])
    yield Answer(200, f"Le prescripteur lit {status_of(task)}, comme si rien n’était fait.")
    task = expect(stage.of(PHYSIOTHERAPIST).read(number), 200).resource
    yield Note(f"{PARC} voit toujours sa séance {session_of(task, 5)}.")
    yield Speech(GARE, "lit les alertes de son site.")
    page = expect(stage.of(OTHER_PHARMACIST).alerts(), 200)
    insist("it has one", is_so=len(page.resources) == 1)
    yield Answer(200, say_alert(page.resources[0]))


def say_alert(alert: dict[str, Any]) -> str:
    """What an alert is, against which refusal, about which line, and what to make of it."""
    [what], refusal = alert["code"]["coding"], alert["evidence"][0]["code"][0]["coding"][0]["code"]
    line = alert["implicated"][1]["identifier"]["value"].rpartition("-")[2]
    return f"{what['code']} ({refusal}, ligne {line}) : « {alert['detail'].rpartition('. ')[2]} »"
