"""Steps 7 and 9 to 11 of the story: the rules of medicines, and a product that nobody knows."""

from collections.abc import Iterator
from datetime import datetime

from ordonnance.domain.days import day_in_paris, say_day
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.product import Product
from ordonnance.fhir import terms
from ordonnance.simulation.papers import (
    Delivered,
    Ordered,
    Taken,
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
from ordonnance.simulation.stage import A_DAY, Stage
from ordonnance.simulation.story_counter import GARE, LEVOTHYROX, MONTH_DAYS, PORT
from ordonnance.simulation.telling import (
    Answer,
    Note,
    Speech,
    Told,
    expect,
    insist,
    posology_of,
    refused,
    remaining_of,
    resources_of,
    short,
    status_of,
    warned,
)

ACTISKENAN = "3400934990007"
CAPSULES_A_DAY, CAPSULES_A_BOX = 2, 14
TRAVEL = "Départ en voyage pour six semaines."
# Made up, under a code whose key is right: the referential cannot know it.
EXEMPLAX = Product(
    cis=CIS("69999999"),
    cip13=CIP13("3400999999991"),
    name="EXEMPLAX 10 g, poudre pour solution buvable en sachet",
    form="poudre pour solution buvable",
    substances=(),
    generic_group=None,
    generic_role=None,
    packaging="",
)


def prescribe(stage: Stage) -> Iterator[Told]:
    """A narcotic is prescribed in full words; a product that nobody knows, with a warning."""
    number, narcotic = stage.second, stage.product(ACTISKENAN)
    laxative = Ordered(
        product=EXEMPLAX, taken=Taken(amount=1, unit="sachet", times_a_day=1), boxes=2
    )
    yield Speech(
        DOCTOR.name,
        f"prescrit à {MARC.name} 28 jours de morphine, « 2 par jour », et un laxatif qui vient de "
        "paraître.",
    )
    loose = Ordered(product=narcotic, posology="2 par jour", days=MONTH_DAYS)
    body = write_prescription(
        number, (loose, laxative), patient=MARC, prescriber=DOCTOR, at=stage.at
    )
    reply = stage.of(DOCTOR).issue(body, key="emission-2")
    yield refused(reply, 422, "QUANTITY_IN_WORDS_MISSING")
    yield Speech(DOCTOR.name, "structure la dose : une gélule, deux fois par jour, matin et soir.")
    exact = Ordered(
        product=narcotic,
        taken=Taken(amount=1, unit="gélule", times_a_day=CAPSULES_A_DAY, when=("MORN", "EVE")),
        days=MONTH_DAYS,
    )
    body = write_prescription(
        number, (exact, laxative), patient=MARC, prescriber=DOCTOR, at=stage.at
    )
    task = expect(stage.of(DOCTOR).issue(body, key="emission-2"), 201).resource
    yield Answer(
        201,
        f"{status_of(task)} : {short(narcotic.name)}, « {posology_of(task, 1)} ».",
    )
    yield warned(task, "PRODUCT_UNKNOWN")


def renew(stage: Stage) -> Iterator[Told]:
    """A renewal comes too early; the professional decides otherwise, and says why."""
    pharmacy, number = stage.of(OTHER_PHARMACIST), stage.first
    stage.clock.skip(A_DAY)  # step 8 let four days go by
    yield Note(f"Cinq jours ont passé depuis l’émission. C’est {say_day(stage.at)}.")
    yield Speech(GARE, f"délivre à {ANNE.name} son deuxième mois de LEVOTHYROX.")
    month = Delivered(product=stage.product(LEVOTHYROX), line=3, days=MONTH_DAYS)
    body = write_execution(number, [month], at=stage.at)
    yield refused(pharmacy.execute(number, body, key="gare-1"), 422, "TOO_EARLY")
    yield Speech(GARE, f"délivre quand même, et dit pourquoi : « {TRAVEL} »")
    early = Delivered(
        product=stage.product(LEVOTHYROX),
        line=3,
        days=MONTH_DAYS,
        override=("TOO_EARLY", TRAVEL),
    )
    body = write_execution(number, [early], at=stage.at)
    task = expect(pharmacy.execute(number, body, key="gare-1"), 201).resource
    bundle = expect(pharmacy.consult(number), 200).resource
    mark = resources_of(bundle, "MedicationDispense")[-1]["extension"][0]["extension"]
    insist("the reason is kept", is_so=mark[1]["valueString"] == TRAVEL)
    yield Answer(
        201,
        f"Enregistrée, marquée {mark[0]['valueCode']}, son motif avec elle ; LEVOTHYROX : reste "
        f"{remaining_of(task, 3)}.",
    )


def present_late(stage: Stage) -> Iterator[Told]:
    """A narcotic is presented on the fifth day: what is still due of it is delivered."""
    pharmacy, number = stage.of(PHARMACIST), stage.second
    task = expect(pharmacy.read(number), 200).resource
    written_on = day_in_paris(datetime.fromisoformat(task["authoredOn"]))
    left = MONTH_DAYS - (day_in_paris(stage.at) - written_on).days
    yield Speech(PORT, f"délivre à {MARC.name} les 28 jours de morphine : quatre boîtes.")
    whole = Delivered(product=stage.product(ACTISKENAN), boxes=4, days=MONTH_DAYS)
    body = write_execution(number, [whole], at=stage.at)
    yield refused(pharmacy.execute(number, body, key="port-5"), 422, "DURATION_EXCEEDED")
    capsules = left * CAPSULES_A_DAY
    opened = capsules % CAPSULES_A_BOX
    yield Speech(
        PORT, f"compte {left} jours : {capsules} gélules, dont {opened} d’une boîte ouverte."
    )
    rest = Delivered(product=stage.product(ACTISKENAN), boxes=4, days=left)
    body = write_execution(number, [rest], at=stage.at)
    expect(pharmacy.execute(number, body, key="port-5"), 201)
    yield Answer(201, "Enregistrée. Les jours perdus ne se délivrent plus.")


def deliver_unknown(stage: Stage) -> Iterator[Told]:
    """A product that nobody knows is delivered: nothing blocks, and a warning says so."""
    pharmacy, number = stage.of(PHARMACIST), stage.second
    yield Speech(
        PORT, f"délivre EXEMPLAX, code {EXEMPLAX.cip13} : la clé est bonne, la base l’ignore."
    )
    body = write_execution(number, [Delivered(product=EXEMPLAX, line=2)], at=stage.at)
    task = expect(pharmacy.execute(number, body, key="port-6"), 201).resource
    said = {extension["url"]: extension for extension in task["extension"]}
    version = said[f"{terms.EXTENSION}referential"]["valueString"]
    yield Answer(201, f"Enregistrée : rien ne bloque ; EXEMPLAX : reste {remaining_of(task, 2)}.")
    yield warned(task, "PRODUCT_UNKNOWN")
    yield Note(f"Le référentiel consulté est nommé avec chaque réponse : {version}.")
