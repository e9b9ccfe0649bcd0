"""The five criteria judged on what is known of a présérie.

Source: PRE-23 to PRE-28.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction

from ordonnance.domain.bilan import (
    CRITERION_SETTINGS,
    CRITERION_TEXTS,
    Bilan,
    Criterion,
    Subject,
    bound,
    divide,
)
from ordonnance.domain.bilan_rate import EXECUTE, as_number, count_rate, describe_rate
from ordonnance.domain.modalites import PHARMACISTS_2025_07, Modalities, say_origin
from ordonnance.domain.preserie import Anomaly, Answer, Pieces, Preserie
from ordonnance.domain.preserie_value import Since

SCALE = range(1, 6)


def draw(preserie: Preserie, at: datetime, since: Since, min_answers: int | None) -> Bilan:
    """The bilan as things stand; *since* says from when on figures and pieces count.

    Anomalies, the check of SCOR, prerequisites and answers count as they stand, whatever *since*:
    a brake or an open anomaly does not fade with time.

    Source: PRE-23.
    """
    epoch = epoch_of(preserie, since)
    return Bilan(
        subject=describe_subject(preserie),
        drawn_at=at,
        epoch=preserie.epoch,
        since=since,
        min_answers=min_answers,
        criteria=(
            judge_rate(preserie, epoch),
            judge_anomalies(preserie, epoch),
            judge_scor(preserie, epoch),
            judge_prerequisites(preserie),
            judge_satisfaction(preserie, min_answers),
        ),
    )


def describe_subject(preserie: Preserie) -> Subject:
    """What a bilan drawn now is about. Source: ours (PRE-60)."""
    name = preserie.opened or ""
    versions = dict.fromkeys(one.version for one in preserie.installed)
    return Subject(
        software=name,
        vendor=preserie.software[name].vendor if name in preserie.software else "",
        versions=tuple(sorted(versions)),
        cpam=preserie.cpam,
        modalities=preserie.modalities.name,
        started_on=preserie.started_on,
    )


def epoch_of(preserie: Preserie, since: Since) -> int:
    """The epoch from which on a bilan counts; where there was no such thing, the opening.

    Source: ours (PRE-24): after a fix, what was recorded before it no longer tells of the software.
    """
    match since:
        case Since.OPENING:
            return 0
        case Since.DECISION:
            return preserie.decision_epoch
        case Since.FIX:
            return preserie.fix_epoch


def judge_rate(preserie: Preserie, epoch: int) -> Criterion:
    """Criterion 1: executions recorded among those attempted, by all pharmacies.

    Source: PRE-24. Refusals that the prescription or the patient causes left out: ours.
    """
    modalities = preserie.modalities
    total = count_rate(
        figures for key, figures in preserie.iterate_figures(epoch) if key.operation == EXECUTE
    )
    whole = total.attempts - (total.refusals if modalities.refusals_excluded else 0)
    rate, rate_by_text = divide(total.recorded, whole), divide(total.recorded, total.attempts)
    low, high = bound(total.recorded, whole)
    text_target = PHARMACISTS_2025_07.rate_target
    return Criterion(
        number=1,
        met=rate is not None and rate >= modalities.rate_target,
        met_by_text=rate_by_text is not None and rate_by_text >= text_target,
        value=rate,
        target=modalities.rate_target,
        low=low,
        high=high,
        reading=read_criterion(1, preserie.modalities),
        detail=describe_rate(preserie, epoch),
    )


def judge_anomalies(preserie: Preserie, epoch: int) -> Criterion:
    """Criterion 2: no open anomaly intrinsic and blocking; each operation used.

    Source: PRE-25. Each operation recorded at least once: ours.
    """
    obstacles = [one for one in preserie.anomalies.values() if one.is_obstacle]
    used = {key.operation for key, figures in preserie.iterate_figures(epoch) if figures.recorded}
    unused = [one for one in preserie.modalities.operations if one not in used]
    is_all_used = not unused or not preserie.modalities.each_used
    return Criterion(
        number=2,
        met=not obstacles and is_all_used,
        met_by_text=not obstacles,
        value=len(obstacles),
        target=0,
        reading=read_criterion(2, preserie.modalities),
        detail={
            "obstacles": [_describe_anomaly(one) for one in obstacles],
            "others": [
                _describe_anomaly(one) for one in preserie.anomalies.values() if not one.is_obstacle
            ],
            "operations_unused": unused,
        },
    )


def _describe_anomaly(anomaly: Anomaly) -> Mapping[str, object]:
    """Source: PRE-39: what the Cnam has not qualified says so."""
    return {
        "anomaly": anomaly.name,
        "operation": anomaly.operation,
        "intrinsic": anomaly.intrinsic,
        "blocking": anomaly.blocking,
        "to_qualify": not anomaly.is_qualified,
        "fixed_in": anomaly.fixed_in,
        "texts": list(anomaly.texts),
    }


def judge_scor(preserie: Preserie, epoch: int) -> Criterion:
    """Criterion 3: sending by SCOR ends as it must.

    Where no piece ought to have been stopped, nothing shows that it works: not met, no value.

    ``measured`` is what the téléservice counted itself: the rest was told.

    Source: PRE-26, PRE-51. The limits on pieces stopped and sent wrongly: ours.
    """
    modalities = preserie.modalities
    by_pharmacy = sum_pieces(preserie.pieces, epoch)
    total = sum(by_pharmacy.values(), Pieces())
    share = divide(total.sent_wrongly, total.stopped_rightly + total.sent_wrongly)
    low, high = bound(total.sent_wrongly, total.stopped_rightly + total.sent_wrongly)
    is_right = (
        share is not None
        and share <= modalities.wrong_sends_max
        and total.stopped_wrongly <= modalities.wrong_stops_max
    )
    return Criterion(
        number=3,
        met=preserie.is_checked and is_right,
        met_by_text=preserie.is_checked,
        value=share,
        target=modalities.wrong_sends_max,
        low=low,
        high=high,
        reading=read_criterion(3, preserie.modalities),
        detail={
            "checks": list(preserie.checks),
            **asdict(total),
            "measured": asdict(sum(sum_pieces(preserie.measured_pieces, epoch).values(), Pieces())),
            "pharmacies": [
                {"am": am, "name": preserie.participants[am].name, **asdict(pieces)}
                for am, pieces in by_pharmacy.items()
            ],
        },
    )


def sum_pieces(counts: Mapping[tuple[str, int], Pieces], epoch: int) -> Mapping[str, Pieces]:
    """Counts of pieces by N° AM, in that order, those from an epoch on. Source: PRE-26."""
    sums: dict[str, Pieces] = {}
    for (am, since), pieces in sorted(counts.items()):
        if since >= epoch:
            sums[am] = sums.get(am, Pieces()) + pieces
    return sums


def judge_prerequisites(preserie: Preserie) -> Criterion:
    """Criterion 4: the technical prerequisites of the deployment are stated. Source: PRE-27."""
    is_stated = bool(preserie.prerequisites)
    return Criterion(
        number=4,
        met=is_stated,
        met_by_text=is_stated,
        value=is_stated,
        target=True,
        reading=read_criterion(4, preserie.modalities),
        detail={"text": preserie.prerequisites[-1] if is_stated else None},
    )


def standing_answers(preserie: Preserie) -> tuple[Answer, ...]:
    """The last answer of each user, in the order of their first. Source: PRE-28."""
    return tuple({(one.am, one.user): one for one in preserie.answers}.values())


def is_answered_enough(preserie: Preserie, min_answers: int | None = None) -> bool:
    """Whether enough installed pharmacies answered: half of them, or *min_answers*.

    Source: ours (PRE-28); a pharmacy counts once, however many of its users answer.
    """
    answered = len({one.am for one in preserie.answers})
    if min_answers is not None:
        return answered >= max(1, min_answers)
    share = divide(answered, len(preserie.installed))
    return answered > 0 and share is not None and share >= preserie.modalities.answers_share_min


def judge_satisfaction(preserie: Preserie, min_answers: int | None) -> Criterion:
    """Criterion 5: enough answers, a mean that suffices, no brake standing.

    A brake stands until its author answers again, even if the pharmacy left.

    Source: PRE-28, PRE-73. How many answers, and the mean: ours.
    """
    modalities, answers = preserie.modalities, standing_answers(preserie)
    brakes = [one for one in answers if one.is_brake]
    total = sum(one.satisfaction for one in answers)
    mean = Fraction(total, len(answers)) if answers else None
    is_satisfied = mean is not None and mean >= modalities.satisfaction_min
    return Criterion(
        number=5,
        met=is_answered_enough(preserie, min_answers) and is_satisfied and not brakes,
        met_by_text=bool(answers) and not brakes,
        value=mean,
        target=modalities.satisfaction_min,
        reading=read_criterion(5, preserie.modalities),
        detail={
            "answers": len(answers),
            "answers_replaced": len(preserie.answers) - len(answers),
            "pharmacies_answered": len({one.am for one in answers}),
            "pharmacies_installed": len(preserie.installed),
            "min_answers": min_answers,
            "distribution": [sum(1 for one in answers if one.satisfaction == n) for n in SCALE],
            "operations": [_describe_marks(one, answers) for one in modalities.operations],
            "brakes": [
                {"am": one.am, "user": one.user, "text": one.text, "lifted_by": one.lifted_by}
                for one in brakes
            ],
        },
    )


def _describe_marks(operation: str, answers: tuple[Answer, ...]) -> Mapping[str, object]:
    """What was thought of an operation: how many marks, their mean; how many had not used it.

    They are shown, and judge nothing. Source: ours (PRE-73).
    """
    said = [mark for one in answers for mark in one.marks if mark.operation == operation]
    marks = [mark.satisfaction for mark in said if mark.satisfaction is not None]
    return {
        "operation": operation,
        "marks": len(marks),
        "total": sum(marks),
        "value": as_number(divide(sum(marks), len(marks))),
        "not_used": len(said) - len(marks),
    }


def read_criterion(number: int, modalities: Modalities) -> tuple[str, ...]:
    """What the text says of a criterion, then how it was read, a sentence each; nothing twice.

    Source: PRE-34.
    """
    text = f"Texte : « {CRITERION_TEXTS[number]} »."
    told = (say_origin(modalities, setting) for setting in CRITERION_SETTINGS[number])
    return tuple(dict.fromkeys((text, *told)))
