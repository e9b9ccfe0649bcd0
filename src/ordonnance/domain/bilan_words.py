"""The five criteria in a line each: figure, target, interval, as every bilan says them.

Source: PRE-38, PRE-62.
"""

from fractions import Fraction

from ordonnance.domain.bilan import (
    Criterion,
    say_count,
    say_mean,
    say_number,
    say_percent,
)
from ordonnance.domain.modalites import Modalities
from ordonnance.domain.modalites_words import say_operation


def say_figure(criterion: Criterion) -> str:
    """The figure of a criterion, with its fraction: ``94,8 % (465 sur 490)``."""
    detail = criterion.detail
    match criterion.number:
        case 1:
            return say_rate(count_of(detail["recorded"]), count_of(detail["counted"]))
        case 2:
            return _say_anomalies(criterion)
        case 3:
            return _say_pieces(criterion)
        case 4:
            return "énoncés" if criterion.met else "à énoncer"
        case _:
            return _say_satisfaction(criterion)


def say_rate(part: int, whole: int) -> str:
    """A share with what it is of, cut; of nothing, nothing was measured. Source: PRE-38."""
    if not whole:
        return "rien à mesurer encore"
    return f"{say_percent(Fraction(part, whole))} ({say_number(part)} sur {say_number(whole)})"


def say_interval(low: float | None, high: float | None) -> str | None:
    """An interval at 95 %: ``91,3 % à 95,6 %``; None where there is none."""
    return None if low is None or high is None else f"{say_percent(low)} à {say_percent(high)}"


def say_target(criterion: Criterion, modalities: Modalities) -> str:
    """What is asked of a criterion under *modalities*."""
    match criterion.number:
        case 1:
            return f"au moins {say_percent(Fraction(criterion.target))}"
        case 2:
            used = " ; chaque opération employée" if modalities.each_used else ""
            return f"aucune{used}"
        case 3:
            stops = modalities.wrong_stops_max
            wrongly = f"au plus {stops} arrêtée à tort" if stops else "aucune arrêtée à tort"
            sent = say_percent(Fraction(criterion.target))
            return f"au plus {sent} d’envois à tort ; {wrongly} ; vérification conforme"
        case 4:
            return "énoncés"
        case _:
            asked = criterion.detail["min_answers"]
            share = f"{say_percent(modalities.answers_share_min)} des pharmacies"
            answers = share if asked is None else say_count(count_of(asked), "pharmacie")
            mean = say_mean(Fraction(criterion.target))
            return f"au moins {mean} ; {answers} ; aucun frein"


def count_of(value: object) -> int:
    """A count of a criterion's detail, which holds JSON values."""
    return value if isinstance(value, int) else 0


def list_of(value: object) -> list[dict[str, object]]:
    """A list of objects of a criterion's detail."""
    return [dict(one) for one in value] if isinstance(value, list) else []


def _say_anomalies(criterion: Criterion) -> str:
    count = say_count(
        count_of(criterion.value), "anomalie bloquante ouverte", "anomalies bloquantes ouvertes"
    )
    unused = criterion.detail["operations_unused"]
    if not isinstance(unused, list) or not unused:
        return count
    return f"{count} ; sans usage enregistré : {', '.join(map(say_operation, unused))}"


def _say_pieces(criterion: Criterion) -> str:
    detail, checks = criterion.detail, criterion.detail["checks"]
    sent = count_of(detail["sent_wrongly"])
    share = say_rate(sent, sent + count_of(detail["stopped_rightly"]))
    stopped = count_of(detail["stopped_wrongly"])
    wrongly = say_count(stopped, "pièce arrêtée à tort", "pièces arrêtées à tort")
    last = checks[-1] if isinstance(checks, list) and checks else None
    check = {True: "conforme", False: "non conforme", None: "pas encore faite"}[last]
    return f"envois à tort : {share} ; {wrongly} ; vérification {check}"


def _say_satisfaction(criterion: Criterion) -> str:
    detail = criterion.detail
    if not isinstance(criterion.value, Fraction):
        return "aucune réponse encore"
    brakes = say_count(len(list_of(detail["brakes"])), "frein bloquant", "freins bloquants")
    answered = say_count(count_of(detail["pharmacies_answered"]), "pharmacie")
    installed = count_of(detail["pharmacies_installed"])
    return f"{say_mean(criterion.value)} sur 5 ; réponses de {answered} sur {installed} ; {brakes}"
