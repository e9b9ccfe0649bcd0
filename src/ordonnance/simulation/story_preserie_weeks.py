"""Steps 5 to 8 of the préséries: what goes wrong at the counters, and what people say of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ordonnance.domain.scor import Because, Decision
from ordonnance.simulation.correspondent import accepted
from ordonnance.simulation.population import ANNE, CNAM, MARC
from ordonnance.simulation.preserie_counter import Counter
from ordonnance.simulation.preserie_plan import (
    ANSWERED,
    COMPLEMENTED,
    CUT,
    FIXED,
    QUALIFIED,
    REPORTED,
    Scene,
)
from ordonnance.simulation.preserie_play import Play, Trial, am_of
from ordonnance.simulation.story_later import NETWORK_CUT
from ordonnance.simulation.telling import (
    Answer,
    Note,
    Speech,
    Table,
    Told,
    expect,
    insist,
    outputs_of,
)

Filled = tuple[tuple[int | None, ...], int, bool, str]
"""What a pharmacy answers: as ``ANSWERS`` says."""

GRAVITY_WORDS = {"major": "erreur majeure", "minor": "erreur mineure"}
AN_HOUR = timedelta(hours=1)
FIX_VERSION = "5.1"
ANOMALY = "A1"
SEEN = "Délivrer une autre marque échoue : le logiciel ne demande pas le motif."
PREREQUISITES = "Lecteur 2D au comptoir ; version 5.1 ou suivante."
OPERATIONS = {
    "consult": "consulter",
    "execute": "exécuter",
    "correct": "corriger",
    "undo": "annuler",
}
BRAKE = "Garder ce qui n’a pas eu de réponse, et le renvoyer."
# By pharmacy: what each operation is worth, from 1 to 5 (None: not used yet), then the whole;
# whether something stands in the way; in which words.
ANSWERS = (
    ((5, 4, 4, None), 4, False, "Simple à prendre en main."),
    ((5, 4, 3, 4), 4, False, "Moins de papier."),
    ((5, 5, 4, 5), 5, False, "Rapide au comptoir."),
    ((4, 3, None, 3), 3, False, "Bien depuis la 5.1."),
    ((4, 4, None, None), 4, False, "Rien à redire."),
)
OTHER_ANSWERS = (
    ((4, 1, 2, None), 2, True, "Après une coupure, il faut tout ressaisir."),
    ((4, 3, None, 3), 3, False, "Correct quand le réseau tient."),
)


def table_of_sites(trials: Sequence[Trial]) -> Table:
    """What each pharmacy was answered so far: executions, traces, pieces of SCOR."""
    rows = [row_of(counter) for trial in trials for counter in trial.counters if counter.sent]
    head = ("pharmacie", "logiciel", "enregistré", "sans suite", "traces", "arrêts")
    return Table(head, tuple(rows))


def row_of(counter: Counter) -> tuple[str, ...]:
    """What a pharmacy was answered so far."""
    sent = counter.sent
    recorded = sent["execute 201"]
    tried = sum(count for what, count in sent.items() if what.startswith("execute "))
    stopped = sum(count for what, count in sent.items() if what.startswith("STOPPED "))
    counts = (recorded, tried - recorded, sent["traces"], stopped)
    return (counter.who.name, counter.installed.vendor, *map(str, counts))


def complement(play: Play) -> Iterator[Told]:
    """A scan is owed once its execution is undone, and follows; another ought not to stop."""
    yield from play.live(COMPLEMENTED - 1)
    counter = play.alba.counters[1]
    billed, lot = counter.billed[-1], counter.lots[-1]
    insist("its scan was stopped", is_so=billed.decision is Decision.STOPPED)
    play.wait(COMPLEMENTED)
    yield Speech(say_site(counter), "annule une exécution de la veille, dont le lot est parti.")
    counter.undo(billed.number, billed.execution or "")
    mine = play.stage.by(counter.who)
    before = piece_of(accepted(mine.read_lot(lot), 200), billed.invoice)
    insist("it was right, and is wrong now", is_so=before["verdict"] == "WRONG_STOP")
    yield Answer(200, f"Le lot, relu : {before['verdict']}. « {before['sentence']} »")
    yield Speech(say_site(counter), "envoie la numérisation dans un lot complémentaire.")
    late = replace(billed, decision=Decision.SENT, reason=Because.UNDONE.value)
    [sent] = counter.send_lot([late])
    after = piece_of(accepted(mine.read_lot(lot), 200), billed.invoice)
    insist("it is complemented", is_so=after["complemented"])
    yield Answer(201, f"Pièce {sent['verdict']} ; dans le premier lot, {after['verdict']}.")
    [other] = [one for one in play.corail.counters if one.faults]
    [fault] = other.faults
    yield Speech(say_site(other), "arrête une numérisation, quand rien n’est parvenu au service.")
    yield Answer(
        201, f"{fault['verdict']}, {GRAVITY_WORDS[fault['gravity']]}. « {fault['sentence']} »"
    )


def piece_of(lot: Mapping[str, Any], invoice: str) -> Mapping[str, Any]:
    """The piece of an *invoice* in a lot that was read."""
    [found] = [one for one in lot["pieces"] if one["invoice"] == invoice]
    piece: Mapping[str, Any] = found
    return piece


def say_site(counter: Counter) -> str:
    """How a pharmacy is called."""
    return f"La {counter.who.name}"


def cut(play: Play) -> Iterator[Told]:
    """Four calls never come; three are sent again with their keys, the fourth is given up."""
    yield from play.live(CUT - 1)
    play.wait(CUT)
    counter = play.alba.counters[3]
    papers = [counter.receive(Scene.WHOLE, who) for who in (ANNE, MARC, ANNE, MARC)]
    yield Speech(say_site(counter), "délivre quatre ordonnances : le réseau est coupé.")
    for paper in papers:
        insist("nothing passes", is_so=counter.try_in_vain(paper))
    yield Note("Rien n’est parvenu au service. Le poste garde ses quatre commandes, et leur trace.")
    play.stage.clock.skip(AN_HOUR)
    *kept, given_up = papers
    yield Speech(say_site(counter), f"renvoie trois commandes, une heure après : « {NETWORK_CUT} »")
    for paper in kept:
        reply = expect(counter.execute(paper, deferred=NETWORK_CUT, attempt=2), 201)
        counter.bill(paper, outputs_of(reply.resource, "execution")[-1], Decision.STOPPED)
    counter.bill(given_up, None, Decision.SENT)
    yield Answer(201, f"{len(kept)} enregistrées, chacune une fois, à l’heure de la remise.")
    yield Note("La quatrième est abandonnée : sa numérisation part, sa tentative comptera.")
    yield from play.live(CUT)


def fix(play: Play) -> Iterator[Told]:
    """A pharmacy reports what the Cnam qualifies and the vendor fixes; versions follow."""
    yield from play.live(REPORTED)
    alba = play.alba
    pilot = alba.counters[2]
    yield Speech(say_site(pilot), f"signale : « {SEEN} »")
    seen = {"operation": "execute", "intrinsic": True, "blocking": True, "text": SEEN}
    am = am_of(pilot.who)
    play.tell(alba, "report_anomaly", by=pilot.who, anomaly=ANOMALY, am=am, **seen)
    yield Answer(201, f"Anomalie {ANOMALY}, à qualifier.")
    yield from play.live(QUALIFIED - 1)
    play.wait(QUALIFIED)
    yield Speech("La Cnam", "la qualifie : elle tient au logiciel, et elle est bloquante.")
    known = {"intrinsic": True, "blocking": True, "reason": "Reproduite sur la version 5.0."}
    play.tell(alba, "qualify_anomaly", by=CNAM, anomaly=ANOMALY, **known)
    yield Answer(201, "Tant qu’elle est ouverte, le critère 2 n’est pas atteint.")
    yield from play.live(FIXED - 1)
    play.wait(FIXED)
    yield Speech("Alba", f"la corrige dans la version {FIX_VERSION}, et met à jour ses pharmacies.")
    software: dict[str, Any] = {
        "software": alba.software,
        "version": FIX_VERSION,
        "profession": "pharmacien",
    }
    play.tell(alba, "declare_software", **software, module="alba-on", module_origin="own")
    play.tell(alba, "fix_anomaly", anomaly=ANOMALY, version=FIX_VERSION)
    for counter in alba.counters:
        am = am_of(counter.who)
        play.tell(alba, "upgrade", am=am, version=FIX_VERSION, on=play.on(FIXED))
        counter.upgrade(FIX_VERSION)
    versions = [one["version"] for one in alba.said["participants"]]
    insist("they have it", is_so=set(versions) == {FIX_VERSION})
    yield Answer(201, f"{len(versions)} pharmacies ont la version {FIX_VERSION}.")


def answer(play: Play) -> Iterator[Told]:
    """The questionnaire, operation by operation; the prerequisites of the deployment."""
    yield from play.live(ANSWERED - 1)
    play.wait(ANSWERED)
    yield Speech("Les pharmacies", "notent de 1 à 5 chaque opération, et l’ensemble.")
    rows = [
        fill_in(play, trial, counter, said)
        for trial, answers in zip(play.trials, (ANSWERS, OTHER_ANSWERS), strict=True)
        for counter, said in zip(trial.counters, answers, strict=False)
    ]
    yield Table(("pharmacie", "logiciel", *OPERATIONS.values(), "ensemble"), tuple(rows))
    *_, text = OTHER_ANSWERS[0]
    yield Speech(say_site(play.corail.counters[0]), f"y voit un frein : « {text} »")
    for trial in play.trials:
        play.tell(trial, "state_prerequisites", text=PREREQUISITES)
    yield Speech("Les éditeurs", f"énoncent les prérequis : « {PREREQUISITES} »")
    yield Answer(201, "Tout est là pour dresser les bilans.")


def fill_in(play: Play, trial: Trial, counter: Counter, said: Filled) -> tuple[str, ...]:
    """Have a pharmacy answer the questionnaire; its row."""
    marks, satisfaction, is_braked, text = said
    members: dict[str, Any] = {
        "satisfaction": satisfaction,
        "blocking_brake": is_braked,
        "text": text,
        "answers": dict(zip(OPERATIONS, marks, strict=True)),
    }
    if is_braked:
        members["brake"] = BRAKE
    am = am_of(counter.who)
    play.tell(trial, "answer_questionnaire", by=counter.who, am=am, **members)
    told = ("–" if mark is None else str(mark) for mark in (*marks, satisfaction))
    return (counter.who.name.removeprefix("Pharmacie "), trial.vendor.name, *told)
