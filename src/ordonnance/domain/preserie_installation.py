"""Rules of a présérie about installations: planning, training, pace, versions, SCOR checked."""

from dataclasses import replace
from datetime import date, timedelta

from ordonnance.domain.days import say_date
from ordonnance.domain.modalites import FirstWeek
from ordonnance.domain.preserie import Participant, Preserie
from ordonnance.domain.preserie_event import (
    CheckScorStop,
    Install,
    PlanInstallation,
    Train,
    Upgrade,
)
from ordonnance.domain.preserie_guard import (
    require_active,
    require_known,
    tell_partners,
    with_participant,
)
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_step
from ordonnance.domain.refusal import Refusal

_A_WEEK = timedelta(days=7)


def plan_installation(preserie: Preserie, event: PlanInstallation) -> Preserie:
    """The day of an installation; planned again, it replaces, and everyone told is told.

    Raises:
        Refusal: NOT_ENROLLED, NOT_SUBMITTED, FIRST_WEEK_PACE, OUT_OF_STEP once installed.

    Source: PRE-15, PRE-18.
    """
    participant = require_active(preserie, event.am)
    if not participant.is_submitted:
        raise Refusal(PreserieReasons.NOT_SUBMITTED, am=event.am)
    if participant.installed_on is not None:
        refuse_step(f"la pharmacie {event.am} est déjà installée")
    planned = with_participant(preserie, replace(participant, planned_on=event.on))
    _check_planned_pace(planned)
    if participant.planned_on == event.on:
        return preserie
    text = _say_plan(participant, event.on)
    return tell_partners(planned, event, participant.department, text)


def _check_planned_pace(preserie: Preserie) -> None:
    """At most three planned in the first week, as the planning would stand.

    Raises:
        Refusal: FIRST_WEEK_PACE.

    Source: PRE-15.
    """
    days = [one.planned_on for one in preserie.participants.values() if one.planned_on]
    begins = week_begins_on(preserie) or min(days)
    limit = preserie.modalities.first_week_installations
    # Not before its beginning only: where it begins with an installation made, a day planned
    # earlier would not be outside of it for having come first.
    if sum(day < begins + _A_WEEK for day in days) > limit:
        advice = f"Planifiez celle-ci au plus tôt {say_date(begins + _A_WEEK)}"
        raise Refusal(PreserieReasons.FIRST_WEEK_PACE, limit=str(limit), advice=advice)


def week_begins_on(preserie: Preserie) -> date | None:
    """The first of the seven days of the first week; None: nothing planned, or made.

    Source: ours (PRE-15): by the earliest planned installation, unless the modalities say made.
    """
    if preserie.modalities.first_week is FirstWeek.INSTALLED:
        days = [one.installed_on for one in preserie.installed if one.installed_on]
    else:
        days = [one.planned_on for one in preserie.participants.values() if one.planned_on]
    return min(days, default=None)


def _say_plan(participant: Participant, on: date) -> str:
    site = f"{participant.name} ({participant.am})"
    if participant.planned_on is None:
        return f"Installation de {site} prévue {say_date(on)}."
    return (
        f"Changement : l’installation de {site}, qui était prévue "
        f"{say_date(participant.planned_on)}, l’est {say_date(on)}."
    )


def train(preserie: Preserie, event: Train) -> Preserie:
    """The users of a pharmacy are trained on a day, past or to come.

    Raises:
        Refusal: NOT_ENROLLED.

    Source: PRE-19.
    """
    participant = require_active(preserie, event.am)
    days = (*participant.trained_on, event.on)
    return with_participant(preserie, replace(participant, trained_on=days))


def install(preserie: Preserie, event: Install) -> Preserie:
    """A pharmacy is installed, its users trained, its traces on.

    Raises:
        Refusal: NOT_ENROLLED, NOT_LAUNCHED, NOT_PLANNED, NOT_TRAINED, TRACES_OFF,
            FIRST_WEEK_PACE, OUT_OF_STEP if it is installed already.

    Source: PRE-15, PRE-17, PRE-18, PRE-19, PRE-20.
    """
    participant = require_active(preserie, event.am)
    if not preserie.is_launched:
        raise Refusal(PreserieReasons.NOT_LAUNCHED)
    if participant.planned_on is None:
        raise Refusal(PreserieReasons.NOT_PLANNED, am=event.am)
    if not any(day <= event.on for day in participant.trained_on):
        raise Refusal(PreserieReasons.NOT_TRAINED, am=event.am)
    if not event.traces_on:
        raise Refusal(PreserieReasons.TRACES_OFF, am=event.am)
    if participant.installed_on is not None:
        refuse_step(f"la pharmacie {event.am} est déjà installée")
    _check_pace(preserie, event.on)
    return with_participant(preserie, replace(participant, installed_on=event.on))


def _check_pace(preserie: Preserie, on: date) -> None:
    """Three installations in the first week; no fourth, ever, before a conform check.

    Raises:
        Refusal: FIRST_WEEK_PACE.

    Source: PRE-15. The fourth that waits for the check: ours, it is what the pace is for.
    """
    modalities, installed = preserie.modalities, preserie.installed
    limit = modalities.first_week_installations
    if len(installed) < limit:
        return
    if modalities.fourth_needs_check and not preserie.is_checked:
        advice = "Faites-le vérifier par le GIE ou la Cnam avant la suivante"
        raise Refusal(PreserieReasons.FIRST_WEEK_PACE, limit=str(limit), advice=advice)
    ends = (week_begins_on(preserie) or on) + _A_WEEK
    days = [one.installed_on for one in installed if one.installed_on]
    if on < ends and sum(day < ends for day in days) >= limit:
        advice = f"Installez celle-ci au plus tôt {say_date(ends)}"
        raise Refusal(PreserieReasons.FIRST_WEEK_PACE, limit=str(limit), advice=advice)


def first_installed(preserie: Preserie) -> tuple[Participant, ...]:
    """The pharmacies on which the end of sending by SCOR is verified: those of the first days.

    As many as the first week admits, by the day of their installation, then of their enrolment.

    Source: SCOR-11, PRE-15.
    """
    dated = [(one.installed_on, one) for one in preserie.installed if one.installed_on]
    first = sorted(dated, key=lambda pair: pair[0])
    return tuple(one for _, one in first[: preserie.modalities.first_week_installations])


def upgrade(preserie: Preserie, event: Upgrade) -> Preserie:
    """A pharmacy has another version; what it records from now on is counted under it.

    It may be so before it is installed in the présérie: its software may be older than that.

    Raises:
        Refusal: NOT_ENROLLED.

    Source: PRE-33.
    """
    participant = require_active(preserie, event.am)
    return with_participant(preserie, replace(participant, version=event.version))


def check_scor_stop(preserie: Preserie, event: CheckScorStop) -> Preserie:
    """The end of sending by SCOR was looked at; the latest check counts.

    Raises:
        Refusal: NOT_ENROLLED, NOT_INSTALLED where nothing is.

    Source: PRE-15, PRE-26.
    """
    named = [require_known(preserie, am) for am in event.am or ()]
    absent = next((one.am for one in named if one.installed_on is None), None)
    if absent is not None:
        problem = f"la pharmacie {absent} n’est pas installée"
        raise Refusal(PreserieReasons.NOT_INSTALLED, problem=problem)
    if not preserie.installed:
        problem = "aucune pharmacie n’est installée"
        raise Refusal(PreserieReasons.NOT_INSTALLED, problem=problem)
    return replace(preserie, checks=(*preserie.checks, event.conform))
