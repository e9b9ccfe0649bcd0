"""Steps 9 and 10 of the préséries: both bilans, and what is decided of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ordonnance.domain.bilan import say_mean, say_percent
from ordonnance.poste.client import Reply
from ordonnance.simulation.correspondent import declined
from ordonnance.simulation.population import CAISSE, CNAM
from ordonnance.simulation.preserie_papers import write_traces
from ordonnance.simulation.preserie_plan import DECIDED, DRAWN, ENDED
from ordonnance.simulation.preserie_play import Play, Trial, am_of
from ordonnance.simulation.story_preserie_weeks import say_site
from ordonnance.simulation.telling import Answer, Note, Speech, Table, Told, insist, refused

AUDIENCE = ("vendor", "cnam", "gie", f"cpam:{CAISSE.cpam}", "pilots", "profession:FSPF")
FIX_VERSION = "5.2"
HASH_SHOWN = 12
FIX = "Ce qui n’a pas eu de réponse est gardé, puis renvoyé sous la même clé."
TERMS = "Par vagues de cinq cents pharmacies, à partir du mois prochain."


def compare(play: Play) -> Iterator[Told]:
    """The Cnam draws both bilans on what was measured; each vendor signs its own with it."""
    yield from play.live(DRAWN - 1)
    play.wait(DRAWN)
    yield Speech("La Cnam", "dresse les deux bilans, sur ce que le service a relevé.")
    for trial in play.trials:
        play.tell(trial, "draw_bilan", by=CNAM)
    bilans = [trial.said["bilan"] for trial in play.trials]
    rows = tuple(
        (f"{one['id']}. {one['name']}", say_criterion(one), say_criterion(other))
        for one, other in zip(*(bilan["criteria"] for bilan in bilans), strict=True)
    )
    yield Table(("critère", *(trial.software for trial in play.trials)), rows)
    insist("one succeeds, the other fails", is_so=[one["met"] for one in bilans] == [True, False])
    for trial, bilan in zip(play.trials, bilans, strict=True):
        yield Note(f"{trial.vendor.name} : {say_counts(bilan['criteria'])}")
    yield Speech("L’éditeur et la Cnam", "partagent chaque bilan avec tous, et le signent.")
    for trial in play.trials:
        yield sign(play, trial)


def sign(play: Play, trial: Trial) -> Answer:
    """The vendor and the Cnam sign the bilan that they read, by the hash of its content."""
    content = str(trial.said["bilan"]["hash"])
    for who in (trial.vendor, CNAM):
        play.tell(trial, "share_bilan", by=who, with_=list(AUDIENCE), content=content)
    bilan = trial.said["bilan"]
    insist("both signed it", is_so=bilan["signed"] and bilan["hash"] == content)
    return Answer(201, f"{trial.software} : signé à deux, empreinte {content[:HASH_SHOWN]}…")


def say_criterion(criterion: Mapping[str, Any]) -> str:
    """The verdict and the figure of a criterion, as it was answered."""
    mark, value = "✓" if criterion["met"] else "✗", criterion["value"]
    if value is None:
        return f"{mark} rien à mesurer"
    return f"{mark} {FIGURES[criterion['id']](criterion)}"


# By criterion, in a few words.
FIGURES: Mapping[int, Callable[[Mapping[str, Any]], str]] = {
    1: lambda criterion: say_percent(criterion["value"]),
    2: lambda criterion: f"{criterion['value']} ouverte",
    3: lambda criterion: f"{criterion['detail']['stopped_wrongly']} arrêt à tort",
    4: lambda criterion: "énoncés" if criterion["value"] else "à énoncer",
    5: lambda criterion: f"{say_mean(Fraction(criterion['value']))} sur 5",
}


def say_counts(criteria: Sequence[Mapping[str, Any]]) -> str:
    """What the first and the third of *criteria* count, as it was answered."""
    rate, pieces = criteria[0]["detail"], criteria[2]["detail"]
    return (
        f"{rate['recorded']} exécutions enregistrées sur {rate['counted']} tentatives, "
        f"{rate['business_refusals']} refus à part. Numérisations : {pieces['stopped_rightly']} "
        f"arrêts et {pieces['sent_rightly']} envois à raison ; {pieces['sent_wrongly']} envoi pour "
        f"rien, {pieces['stopped_wrongly']} arrêt à tort."
    )


def settle(play: Play) -> Iterator[Told]:
    """What has not met its criteria cannot be deployed: it goes on; the other is deployed."""
    alba, corail = play.trials
    yield from play.live(DECIDED - 1)
    play.wait(DECIDED)
    yield Speech("La Cnam", "essaie de décider le déploiement de Corail.")
    yield declined(play.ask(corail, "decide", by=CNAM, outcome="deploy"), 409, "CRITERIA_NOT_MET")
    yield Speech("Corail", f"déclare un correctif : « {FIX} »")
    play.tell(corail, "declare_fix", criterion=1, version=FIX_VERSION, text=FIX)
    yield Speech("La Cnam", "prolonge Corail et décide le déploiement d’Alba.")
    play.tell(corail, "decide", by=CNAM, outcome="prolong")
    play.tell(alba, "decide", by=CNAM, outcome="deploy")
    for trial in play.trials:
        yield Answer(201, f"{trial.software} : {trial.said['state']}.")
    yield from play.live(ENDED - 1)
    play.wait(ENDED)
    yield from stop(play, alba)
    yield Speech("La Cnam", f"communique les modalités : « {TERMS} »")
    play.tell(alba, "authorise_deployment", by=CNAM, terms=TERMS)
    valid = ", ".join(alba.said["valid_for"])
    yield Answer(
        201, f"{alba.said['state']}, après {alba.said['weeks']} semaines. Vaut pour {valid}."
    )
    yield from play.live(ENDED)
    gone = round(play.stage.clock.catch_up().total_seconds() / 86_400)
    yield Note(f"L’horloge rejoint la vôtre : {gone} jours de plus ont passé, sans rien.")


def stop(play: Play, trial: Trial) -> Iterator[Told]:
    """The vendor turns the traces off: what still comes is refused."""
    play.tell(trial, "hold_deployment_meeting", by=CNAM)
    yield Speech(trial.vendor.name, "désactive les traces de ses pharmacies.")
    for pilot in trial.pilots:
        play.tell(trial, "stop_traces", am=am_of(pilot))
    insist("none is on", is_so=trial.said["traces_active"] == [])
    counter = trial.counters[0]
    yield Speech(say_site(counter), "envoie encore une trace.")
    body = write_traces(counter.last_calls, counter.installed)
    late = play.stage.by(counter.who).send_traces(body)
    reply = Reply(status=late.status, resource=dict(late.body))
    yield refused(reply, 403, "TRACES_NOT_EXPECTED")
