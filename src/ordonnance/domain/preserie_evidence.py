"""Rules of a présérie about what is seen there: figures, anomalies, fixes, answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from ordonnance.domain.bilan_rate import EXECUTE
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import Anomaly, Answer, FigureKey, Figures, Pieces, Preserie
from ordonnance.domain.preserie_event_bilan import (
    AnswerQuestionnaire,
    DeclareFix,
    FixAnomaly,
    QualifyAnomaly,
    ReportAnomaly,
    Scor,
    StatePrerequisites,
    Traces,
)
from ordonnance.domain.preserie_guard import (
    notify,
    require_installed,
    require_known,
    require_open,
)
from ordonnance.domain.preserie_party import CNAM, VENDOR, Party, PartyKind
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_form, refuse_step
from ordonnance.domain.refusal import Refusal

_Count = TypeVar("_Count", Figures, Pieces)


def record_traces(preserie: Preserie, event: Traces) -> Preserie:
    """Counts of an operation are added; the first executions begin the présérie.

    Without a version, they are the pharmacy's present one's.

    Raises:
        Refusal: NOT_ENROLLED, OUT_OF_STEP if it is not installed; EVENT_MALFORMED for a measure
            that takes back more than was measured.

    Source: PRE-11, PRE-20, PRE-24, PRE-51.
    """
    participant = require_installed(preserie, event.am)
    epoch = _epoch_of(preserie, event)
    key = FigureKey(event.am, event.operation, event.version or participant.version, epoch)
    figures = Figures(event.attempts, event.recorded, event.business_refusals)
    started_on = preserie.started_on
    if event.operation == EXECUTE and event.attempts > 0:
        first_on = event.first_on or day_in_paris(event.at)
        started_on = first_on if started_on is None else min(started_on, first_on)
    added = {**preserie.figures, key: preserie.figures.get(key, Figures()) + figures}
    changed = replace(preserie, figures=added, started_on=started_on)
    if event.measured is None:
        return changed
    held = preserie.measured_figures
    measured = {**held, key: held.get(key, Figures()) + figures}
    mine = {one.epoch: count for one, count in measured.items() if replace(one, epoch=epoch) == key}
    _check_measured(mine, Figures())
    return replace(changed, measured_figures=measured)


def record_pieces(preserie: Preserie, event: Scor) -> Preserie:
    """Counts of pieces stopped and sent are added.

    Raises:
        Refusal: NOT_ENROLLED, OUT_OF_STEP if it is not installed; EVENT_MALFORMED for a measure
            that takes back more than was measured.

    Source: PRE-26, PRE-51.
    """
    require_installed(preserie, event.am)
    pieces = Pieces(
        event.stopped_rightly, event.sent_rightly, event.stopped_wrongly, event.sent_wrongly
    )
    key = (event.am, _epoch_of(preserie, event))
    added = {**preserie.pieces, key: preserie.pieces.get(key, Pieces()) + pieces}
    changed = replace(preserie, pieces=added)
    if event.measured is None:
        return changed
    held = preserie.measured_pieces
    measured = {**held, key: held.get(key, Pieces()) + pieces}
    _check_measured(
        {one[1]: count for one, count in measured.items() if one[0] == key[0]}, Pieces()
    )
    return replace(changed, measured_pieces=measured)


def _epoch_of(preserie: Preserie, event: Traces | Scor) -> int:
    """The epoch that counts belong to: a measure may be of an earlier one than it is taken in."""
    if event.measured is None or event.period is None:
        return preserie.epoch
    if event.period > preserie.epoch:
        refuse_form("« period » doit être une période commencée")
    return event.period


def _check_measured(by_epoch: Mapping[int, _Count], total: _Count) -> None:
    """Refuse what leaves fewer than none, from whichever epoch on a bilan counts.

    Source: PRE-51.
    """
    for epoch in sorted(by_epoch, reverse=True):
        total = total + by_epoch[epoch]
        if not total.is_possible:
            refuse_form("ce relevé ôte plus qu’il n’a été relevé")


def report_anomaly(preserie: Preserie, event: ReportAnomaly) -> Preserie:
    """An anomaly is open; vendor and Cnam are told.

    Reported again it opens again, and never becomes milder: only the Cnam says so.

    Raises:
        Refusal: ROLE_NOT_ALLOWED to who is not of the présérie, NOT_ENROLLED for an unknown
            pharmacy, OUT_OF_STEP before the opening.

    Source: PRE-25, PRE-36, PRE-39.
    """
    _check_belongs(preserie, event.by)
    if event.am is not None:
        require_known(preserie, event.am)
    software = require_open(preserie)
    known = preserie.anomalies.get(event.anomaly)
    anomaly = Anomaly(
        name=event.anomaly,
        operation=event.operation,
        intrinsic=event.intrinsic,
        blocking=event.blocking,
        texts=(event.text,),
    )
    if known is not None:
        anomaly = _report_again(known, anomaly)
    changed = replace(preserie, anomalies={**preserie.anomalies, anomaly.name: anomaly})
    text = (
        f"Anomalie {anomaly.name} signalée sur le logiciel {software.name} ({anomaly.operation})."
    )
    sender = event.by or (Party(PartyKind.PILOT, event.am) if event.am else VENDOR)
    told = [(party, text) for party in (VENDOR, CNAM) if party != sender]
    return notify(changed, event.at, sender, about=event.verb, texts=told)


def next_anomaly_name(preserie: Preserie) -> str:
    """A name that no anomaly bears yet: ``A1``, ``A2``…, one past the highest.

    It is proposed to who reports without naming; two who report at once under one name report the
    same anomaly, and both texts are kept.

    Source: PRE-36; the form of the name: ours.
    """
    ranks = [0]
    for name in preserie.anomalies:
        rank = name.removeprefix("A")
        if name != rank and rank.isascii() and rank.isdigit():
            ranks.append(int(rank))
    return f"A{max(ranks) + 1}"


def _check_belongs(preserie: Preserie, by: Party | None) -> None:
    """Source: PRE-36: anyone of the présérie, so its pharmacies and the CPAM chosen for it."""
    is_stranger = by is not None and (
        (by.kind is PartyKind.CPAM and by.name not in preserie.cpam)
        or (by.kind is PartyKind.PILOT and by.name not in preserie.participants)
    )
    if is_stranger:
        raise Refusal(PreserieReasons.ROLE_NOT_ALLOWED, allowed="un acteur de cette présérie")


def _report_again(known: Anomaly, again: Anomaly) -> Anomaly:
    """Source: ours (PRE-39)."""
    is_free = not known.is_qualified
    return replace(
        known,
        operation=again.operation,
        intrinsic=known.intrinsic or (is_free and again.intrinsic),
        blocking=known.blocking or (is_free and again.blocking),
        texts=(*known.texts, *again.texts),
        fixed_in=None,
    )


def qualify_anomaly(preserie: Preserie, event: QualifyAnomaly) -> Preserie:
    """The Cnam says what an anomaly is.

    Raises:
        Refusal: OUT_OF_STEP if it was not reported.

    Source: PRE-39.
    """
    known = _require_anomaly(preserie, event.anomaly)
    anomaly = replace(
        known,
        intrinsic=event.intrinsic,
        blocking=event.blocking,
        texts=(*known.texts, event.reason),
        is_qualified=True,
    )
    return replace(preserie, anomalies={**preserie.anomalies, anomaly.name: anomaly})


def _require_anomaly(preserie: Preserie, name: str) -> Anomaly:
    if name not in preserie.anomalies:
        refuse_step(f"l’anomalie {name} n’a pas été signalée")
    return preserie.anomalies[name]


def fix_anomaly(preserie: Preserie, event: FixAnomaly) -> Preserie:
    """An anomaly is fixed in a version: it is closed.

    Raises:
        Refusal: OUT_OF_STEP if it was not reported.

    Source: PRE-25, PRE-33.
    """
    anomaly = replace(_require_anomaly(preserie, event.anomaly), fixed_in=event.version)
    fixed = replace(preserie, anomalies={**preserie.anomalies, anomaly.name: anomaly})
    return _count_fix(fixed)


def declare_fix(preserie: Preserie, event: DeclareFix) -> Preserie:
    """Something was fixed for a criterion; the Cnam is told.

    Raises:
        Refusal: OUT_OF_STEP before the opening.

    Source: PRE-33.
    """
    require_open(preserie)
    text = f"Correctif pour le critère {event.criterion}, version {event.version} : {event.text}"
    told = notify(preserie, event.at, VENDOR, about=event.verb, texts=[(CNAM, text)])
    return _count_fix(told)


def _count_fix(preserie: Preserie) -> Preserie:
    epoch = preserie.epoch + 1
    return replace(preserie, epoch=epoch, fix_epoch=epoch)


def state_prerequisites(preserie: Preserie, event: StatePrerequisites) -> Preserie:
    """The technical prerequisites of the deployment; said again, the last count.

    Raises:
        Refusal: OUT_OF_STEP before the opening.

    Source: PRE-27.
    """
    require_open(preserie)
    return replace(preserie, prerequisites=(*preserie.prerequisites, event.text))


def answer_questionnaire(preserie: Preserie, event: AnswerQuestionnaire) -> Preserie:
    """An answer; of one user's answers the last counts, and all are kept.

    A pilot answers for itself only.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, NOT_ENROLLED, OUT_OF_STEP if it is not installed.

    Source: PRE-28, PRE-36.
    """
    if event.by is not None and event.by.name != event.am:
        raise Refusal(PreserieReasons.ROLE_NOT_ALLOWED, allowed=f"la pharmacie {event.am}")
    require_installed(preserie, event.am)
    answer = Answer(
        am=event.am,
        user=event.user,
        satisfaction=event.satisfaction,
        is_brake=event.blocking_brake,
        text=event.text,
        marks=event.answers,
        lifted_by=event.brake,
    )
    return replace(preserie, answers=(*preserie.answers, answer))
