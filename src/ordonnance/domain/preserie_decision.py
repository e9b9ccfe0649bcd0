"""Rules of a présérie about its bilan: drawn, shared, decided on; what follows a decision."""

from collections.abc import Iterator
from dataclasses import replace

from ordonnance.domain.bilan import Bilan, Share
from ordonnance.domain.bilan_criteria import draw
from ordonnance.domain.bilan_hash import hash_bilan
from ordonnance.domain.preserie import Decision, Preserie
from ordonnance.domain.preserie_event_bilan import (
    AuthoriseDeployment,
    Close,
    Covers,
    Decide,
    DrawBilan,
    HoldDeploymentMeeting,
    ShareBilan,
    StopTraces,
)
from ordonnance.domain.preserie_guard import (
    file_minutes,
    notify,
    require_installed,
    require_known,
    require_open,
    require_software,
    warn,
    with_participant,
)
from ordonnance.domain.preserie_party import (
    CNAM,
    GIE,
    PILOTS,
    VENDOR,
    Party,
    PartyKind,
    say_parties,
)
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_step
from ordonnance.domain.preserie_value import Outcome
from ordonnance.domain.preserie_warning import WarningCode
from ordonnance.domain.refusal import Refusal

OUTCOME_WORDS = {
    Outcome.DEPLOY: "le déploiement",
    Outcome.PROLONG: "la prolongation",
    Outcome.EXTEND: "l’extension à d’autres pharmacies",
}


def draw_bilan(preserie: Preserie, event: DrawBilan) -> Preserie:
    """A bilan is drawn on what is known now; the latest drawn counts.

    Raises:
        Refusal: OUT_OF_STEP while no pharmacy is installed.

    Source: PRE-23.
    """
    if not preserie.installed:
        refuse_step("aucune pharmacie n’est encore installée")
    bilan = draw(preserie, event.at, event.since, event.min_answers)
    return replace(preserie, bilans=(*preserie.bilans, bilan))


def share_bilan(preserie: Preserie, event: ShareBilan) -> Preserie:
    """The bilan last drawn is shared; each actor of the project left out is warned of.

    Raises:
        Refusal: SHARE_INCOMPLETE, OUT_OF_STEP where none is drawn, or where the sharer saw another.

    Source: PRE-3, PRE-29; ours (PRE-61).
    """
    missing = tuple(party for party in (VENDOR, CNAM) if party not in event.with_)
    if missing:
        raise Refusal(PreserieReasons.SHARE_INCOMPLETE, missing=say_parties(missing))
    bilan = preserie.bilan
    if bilan is None:
        refuse_step("aucun bilan n’est encore dressé")
    if event.content is not None and event.content != hash_bilan(bilan):
        refuse_step(
            "l’empreinte donnée n’est pas celle du dernier bilan dressé ; relisez-le, puis "
            "partagez-le avec son empreinte"
        )
    software = require_open(preserie)
    shared_with = tuple(dict.fromkeys((*bilan.shared_with, *event.with_)))
    share = Share(by=event.by, at=event.at, content=event.content, disagreement=event.disagreement)
    shared = replace(bilan, shared_with=shared_with, shares=(*bilan.shares, share))
    changed = _with_bilan(preserie, shared)
    verdict = _say_verdict(bilan)
    text = f"Le bilan de la présérie du logiciel {software.name} vous est partagé : {verdict}."
    to_cnam = [(CNAM, text)]
    to_others = [(party, text) for party in event.with_ if party != CNAM]
    changed = notify(changed, event.at, VENDOR, about=event.verb, texts=to_cnam)
    changed = notify(changed, event.at, CNAM, about=event.verb, texts=to_others)
    for party in _list_left_out(preserie, shared_with):
        changed = warn(changed, WarningCode.BILAN_NOT_SHARED_WITH, party.words)
    return changed


def _with_bilan(preserie: Preserie, bilan: Bilan) -> Preserie:
    return replace(preserie, bilans=(*preserie.bilans[:-1], bilan))


def _say_verdict(bilan: Bilan) -> str:
    met = sum(criterion.met for criterion in bilan.criteria)
    return f"critères atteints : {met} sur {len(bilan.criteria)}"


def _list_left_out(preserie: Preserie, shared_with: tuple[Party, ...]) -> Iterator[Party]:
    """The actors of the project who have not got the bilan. Source: PRE-3."""
    for party in (GIE, *preserie.concerned, PILOTS):
        if party not in shared_with:
            yield party
    if not any(party.kind is PartyKind.PROFESSION for party in shared_with):
        yield Party(PartyKind.PROFESSION)


def decide(preserie: Preserie, event: Decide) -> Preserie:
    """The Cnam decides on the bilan as it was drawn and shared.

    Raises:
        Refusal: BILAN_MISSING, CRITERIA_NOT_MET, FIX_MISSING.

    Source: PRE-12, PRE-23, PRE-33, PRE-35.
    """
    bilan = preserie.bilan
    if bilan is None or not preserie.has_new_bilan or not bilan.shared_with:
        raise Refusal(PreserieReasons.BILAN_MISSING)
    obstacles = bilan.list_obstacles(event.waives)
    if Outcome.DEPLOY in event.outcome and obstacles:
        criteria = ", ".join(str(criterion.number) for criterion in obstacles)
        raise Refusal(PreserieReasons.CRITERIA_NOT_MET, criteria=criteria)
    is_fixed = preserie.fix_epoch > bilan.epoch
    if Outcome.EXTEND in event.outcome and not is_fixed:
        raise Refusal(PreserieReasons.FIX_MISSING)
    epoch = preserie.epoch + 1
    waives = event.waives if Outcome.DEPLOY in event.outcome else ()
    decided = replace(
        _with_bilan(preserie, replace(bilan, waives=waives)),
        epoch=epoch,
        decision_epoch=epoch,
        decisions=(*preserie.decisions, Decision(at=event.at, outcome=event.outcome)),
    )
    return _warn_of_decision(_tell_decision(decided, event), bilan, event, is_fixed=is_fixed)


def _tell_decision(preserie: Preserie, event: Decide) -> Preserie:
    """Source: PRE-40."""
    outcome = " et ".join(OUTCOME_WORDS[one] for one in event.outcome)
    text = f"Présérie du logiciel {preserie.opened} : {outcome} est décidée."
    if event.outcome == (Outcome.DEPLOY,):
        text = f"Présérie du logiciel {preserie.opened} : le déploiement est décidé."
    elif len(event.outcome) > 1:
        text = f"Présérie du logiciel {preserie.opened} : {outcome} sont décidées."
    told = (VENDOR, GIE, *preserie.concerned)
    return notify(
        preserie, event.at, CNAM, about=event.verb, texts=[(party, text) for party in told]
    )


def _warn_of_decision(
    preserie: Preserie, bilan: Bilan, event: Decide, *, is_fixed: bool
) -> Preserie:
    """Source: PRE-12, PRE-33."""
    if Outcome.DEPLOY in event.outcome:
        return preserie
    if not is_fixed:
        preserie = warn(preserie, WarningCode.FIX_AWAITED)
    if bilan.is_met:
        preserie = warn(preserie, WarningCode.CRITERIA_MET)
    return preserie


def _require_decided(preserie: Preserie) -> None:
    """Source: PRE-1, PRE-30."""
    if not preserie.is_validated:
        raise Refusal(PreserieReasons.NOT_DECIDED)


def hold_deployment_meeting(preserie: Preserie, event: HoldDeploymentMeeting) -> Preserie:
    """The meeting that starts the deployment.

    Raises:
        Refusal: NOT_DECIDED.

    Source: PRE-30, PRE-56.
    """
    _require_decided(preserie)
    return file_minutes(replace(preserie, has_deployment_meeting=True), event, event.minutes)


def stop_traces(preserie: Preserie, event: StopTraces) -> Preserie:
    """The traces of a pharmacy are off; twice is once.

    Raises:
        Refusal: NOT_ENROLLED, NOT_DECIDED, OUT_OF_STEP if it was never installed.

    Source: PRE-31.
    """
    require_known(preserie, event.am)
    _require_decided(preserie)
    participant = require_installed(preserie, event.am)
    return with_participant(preserie, replace(participant, traces_stopped=True))


def authorise_deployment(preserie: Preserie, event: AuthoriseDeployment) -> Preserie:
    """The Assurance Maladie tells everyone the authorisation, and how to generalise.

    Raises:
        Refusal: NOT_DECIDED.

    Source: PRE-1, PRE-32.
    """
    _require_decided(preserie)
    text = f"Le déploiement du logiciel {preserie.opened} est autorisé. Modalités : {event.terms}"
    told = (VENDOR, GIE, *preserie.concerned, PILOTS)
    return notify(
        replace(preserie, terms=event.terms),
        event.at,
        CNAM,
        about=event.verb,
        texts=[(party, text) for party in told],
    )


def close(preserie: Preserie, event: Close) -> Preserie:
    """The présérie is given up; it stays readable, and its traces end with it.

    Raises:
        Refusal: OUT_OF_STEP before the opening.

    Source: ours (PRE-42).
    """
    require_open(preserie)
    return replace(preserie, closed_because=event.reason)


def ask_coverage(preserie: Preserie, event: Covers) -> Preserie:
    """The présérie as it is: the answer is ``preserie_coverage.cover``'s.

    Raises:
        Refusal: UNKNOWN_SOFTWARE.

    Source: PRE-5.
    """
    require_software(preserie, event.software)
    return preserie
