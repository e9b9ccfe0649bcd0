"""Two préséries from their opening to their bilan, step by step, and the first of these steps.

A step drives the téléservice and yields what is told; every figure is one that was answered.
"""

from collections.abc import Callable, Iterator
from typing import Any

from ordonnance.simulation.correspondent import accepted, declined
from ordonnance.simulation.population import CAISSE, CNAM, GIE, MARC, OUTSIDER, Professional
from ordonnance.simulation.preserie_plan import CHECKED, DECLARED, LAUNCHED, Scene
from ordonnance.simulation.preserie_play import (
    DEPARTMENT,
    Play,
    Trial,
    am_of,
    contact_of,
    make_counter,
    write_software,
)
from ordonnance.simulation.story_preserie_end import compare, settle
from ordonnance.simulation.story_preserie_weeks import (
    answer,
    complement,
    cut,
    fix,
    say_site,
    table_of_sites,
)
from ordonnance.simulation.telling import (
    Answer,
    Note,
    Speech,
    Title,
    Told,
    expect,
    insist,
    warned,
)

Step = Callable[[Play], Iterator[Told]]

ITEMS = ("support", "installation_terms", "training_terms", "kit_manual", "kit_tutorial")
SUPPORT = "05 36 49 00 00, du lundi au samedi"  # of those kept for fiction
EVERYONE = ("vendor", "cnam", "gie", f"cpam:{CAISSE.cpam}")
STATE_WORDS = {"PREPARATION": "en préparation", "LANCEE": "lancée", "EN_COURS": "en cours"}


def tell_preseries(play: Play) -> Iterator[Told]:
    """Both préséries, played on *play*.

    Raises:
        PlotError: the téléservice did not answer as the story says.
    """
    for number, (title, step) in enumerate(STEPS, 1):
        yield Title(number, title, len(STEPS))
        yield from step(play)


def open_both(play: Play) -> Iterator[Told]:
    """Each vendor declares its software; the Cnam records the CNDA's authorisation; both open."""
    play.wait(DECLARED)
    for trial in play.trials:
        yield Speech(trial.vendor.name, f"déclare {trial.software} {trial.version}.")
        declare(play, trial)
        yield Answer(201, f"Présérie {trial.name}, {STATE_WORDS[trial.said['state']]}.")
    yield Speech(play.alba.vendor.name, "veut ouvrir tout de suite.")
    yield declined(play.ask(play.alba, "open", software=play.alba.software), 409, "NOT_AUTHORISED")
    yield Speech("La Cnam", "enregistre l’autorisation du CNDA ; les éditeurs ouvrent.")
    for trial in play.trials:
        reference = f"CNDA-{trial.vendor.name.upper()}-01"
        software = trial.software
        authorised = {"software": software, "authority": "CNDA", "reference": reference}
        play.tell(trial, "authorise", by=CNAM, **authorised)
        play.tell(trial, "open", software=software)
        yield Answer(201, f"{software} : modalités {trial.said['modalities']}.")


def declare(play: Play, trial: Trial) -> None:
    """A vendor opens the présérie of its software by declaring both."""
    events: list[dict[str, Any]] = [
        {
            "do": "declare_vendor",
            "vendor": trial.vendor.name,
            "market_share_percent": trial.market_share_percent,
        },
        {"do": "declare_software", **write_software(trial, trial.version)},
    ]
    by = play.stage.by(trial.vendor)
    said = accepted(by.open(events, key=f"ouverture-{trial.vendor.name}"))
    trial.name, trial.said = said["id"], said


def enrol(play: Play) -> Iterator[Told]:
    """Terms and kit are shared, pharmacies enrolled; nobody tries two software at once."""
    for trial in play.trials:
        for item in ITEMS:
            members: dict[str, Any] = {"contact": SUPPORT} if item == "support" else {}
            play.tell(trial, "supply", item=item, **members)
        play.tell(trial, "choose_cpam", cpam=[DEPARTMENT])
        for pilot in trial.pilots:
            play.tell(trial, "enrol", **enrolment(play, trial, pilot))
        count = len(trial.said["participants"])
        yield Speech(trial.vendor.name, "partage ses prérequis et inscrit ses pharmacies.")
        yield Answer(201, f"{count} pharmacies volontaires, CPAM {DEPARTMENT}.")
    shared = play.alba.pilots[0]
    yield Speech(play.corail.vendor.name, f"veut aussi la {shared.name}, qui essaie Alba.")
    fields = enrolment(play, play.corail, shared)
    yield declined(play.ask(play.corail, "enrol", **fields), 409, "ENROLLED_ELSEWHERE")
    yield Speech("Les deux", "transmettent leur liste de numéros AM.")
    for trial in play.trials:
        play.tell(trial, "submit_participants")
    told = sum(len(trial.said["notifications"]) for trial in play.trials)
    yield Answer(201, f"{told} notifications sont parties, au GIE, à la Cnam et à la CPAM.")
    yield Note(
        f"Corail pèse {play.corail.market_share_percent} % du marché : sous 1 %, trois pharmacies "
        "suffisent ; sinon, cinq.".replace(".", ",", 1)
    )


def enrolment(play: Play, trial: Trial, pharmacy: Professional) -> dict[str, Any]:
    """The members of ``enrol`` for a pharmacy that agreed this day."""
    return {
        "am": am_of(pharmacy),
        "name": pharmacy.name,
        "contact": contact_of(pharmacy),
        "department": DEPARTMENT,
        "agreement_on": play.on(DECLARED),
        "equipment_compatible": True,
        "software_version": trial.version,
    }


def launch(play: Play) -> Iterator[Told]:
    """The launch meeting; a planning of at most three in the first week."""
    yield from play.live(LAUNCHED - 1)
    play.wait(LAUNCHED)
    yield Speech("La Cnam", "tient les deux réunions de lancement, avec la CPAM et le GIE.")
    for trial in play.trials:
        play.tell(trial, "hold_launch_meeting", by=CNAM, attendees=list(EVERYONE))
    yield Answer(201, f"Préséries {STATE_WORDS[play.alba.said['state']]}s toutes les deux.")
    alba = play.alba
    for trial in play.trials:
        for pilot, day in list(zip(trial.pilots, trial.days, strict=True))[:3]:
            play.tell(trial, "plan_installation", am=am_of(pilot), on=play.on(day))
    yield Speech("Alba", "planifie trois installations la première semaine, et une de plus.")
    fourth = am_of(alba.pilots[3])
    early = play.ask(alba, "plan_installation", am=fourth, on=play.on(alba.days[2] + 1))
    yield declined(early, 422, "FIRST_WEEK_PACE")
    for trial in play.trials:
        for pilot, day in list(zip(trial.pilots, trial.days, strict=True))[3:]:
            play.tell(trial, "plan_installation", am=am_of(pilot), on=play.on(day))
        for pilot, day in zip(trial.pilots, trial.days, strict=True):
            play.tell(trial, "train", am=am_of(pilot), on=play.on(day))
    yield Answer(201, "La quatrième et la cinquième attendront la deuxième semaine.")


def install(play: Play) -> Iterator[Told]:
    """Three pharmacies a week, then the check of SCOR, then the others."""
    for day in range(CHECKED):
        install_on(play, day)
        yield from play.live(day)
    play.wait(CHECKED)
    yield Speech("Les pharmacies", "exécutent de vraies ordonnances. Première semaine :")
    yield table_of_sites(play.trials)
    yield Speech("Le GIE", "vérifie que les numérisations s’arrêtent où il faut.")
    for trial in play.trials:
        ams = [am_of(one) for one in trial.pilots[:3]]
        text = "Lots de la semaine vérifiés."
        play.tell(trial, "check_scor_stop", by=GIE, conform=True, am=ams, text=text)
    yield Answer(201, "Conforme, dans les deux. La quatrième peut être installée.")
    last = play.alba.days[-1]
    for day in range(CHECKED, last + 1):
        install_on(play, day)
        yield from play.live(day)
    active = len(play.alba.said["traces_active"])
    insist("all of them are on", is_so=active == len(play.alba.pilots))
    yield Note(f"Chez Alba, {active} pharmacies installées, {active} qui envoient leurs traces.")
    yield from pass_gate(play)


def pass_gate(play: Play) -> Iterator[Told]:
    """Who executes from a software in présérie that is not installed there is warned."""
    alba = play.alba
    counter = make_counter(play.stage, alba.vendor.name, alba.software, OUTSIDER)
    paper = counter.receive(Scene.WHOLE, MARC)
    yield Speech(say_site(counter), f"exécute avec {OUTSIDER.software}, sans être de la présérie.")
    task = expect(counter.execute(paper), 201).resource
    yield Answer(201, "Enregistrée : rien ne s’arrête au comptoir.")
    yield warned(task, "SOFTWARE_IN_PRESERIE")


def install_on(play: Play, day: int) -> None:
    """Install those whose day it is, their traces on."""
    for trial in play.trials:
        for pilot, planned in zip(trial.pilots, trial.days, strict=True):
            if planned == day:
                play.wait(day)
                play.tell(trial, "install", am=am_of(pilot), on=play.on(day), traces_on=True)


STEPS: tuple[tuple[str, Step], ...] = (
    ("Deux éditeurs ouvrent leur présérie", open_both),
    ("Les pharmacies s’inscrivent", enrol),
    ("Le lancement et le planning", launch),
    ("Trois installations, une vérification, deux de plus", install),
    ("Une pièce due après coup, une arrêtée à tort", complement),
    ("Le réseau tombe dans une pharmacie", cut),
    ("Une anomalie, de la pharmacie au correctif", fix),
    ("Les pharmacies répondent", answer),
    ("Deux bilans", compare),
    ("L’une se déploie, l’autre se prolonge", settle),
)
