"""Criteria 2 to 5 at length: anomalies and their delays, pieces, prerequisites, answers.

Source: PRE-25 to PRE-28, PRE-63.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from ordonnance.domain.bilan import Criterion, say_count, say_mean, say_number, say_percent
from ordonnance.domain.bilan_criteria import SCALE, standing_answers
from ordonnance.domain.bilan_facts import Facts
from ordonnance.domain.bilan_told import Bar, Chart, ChartKind, Table
from ordonnance.domain.bilan_words import count_of, list_of
from ordonnance.domain.days import say_day
from ordonnance.domain.modalites_words import say_operation
from ordonnance.domain.preserie import Anomaly, Answer
from ordonnance.domain.preserie_anomaly import say_delay

# By kind of piece: how it is said, and whether it ought not to be.
PIECES: Mapping[str, tuple[str, bool]] = {
    "stopped_rightly": ("Arrêtées à raison", False),
    "sent_rightly": ("Envoyées à raison", False),
    "stopped_wrongly": ("Arrêtées à tort", True),
    "sent_wrongly": ("Envoyées à tort", True),
}
# By step of the process, as the base and the lots count them; another one is told by its key.
STEPS: Mapping[str, str] = {
    "consulted": "Consulter",
    "total": "Délivrer en entier",
    "partial": "Délivrer en partie",
    "not_delivered": "Ne pas délivrer",
    "substituted": "Substituer",
    "corrected": "Corriger",
    "undone": "Annuler",
    "deferred": "Après coup",
    "invoiced": "Facturer",
    "scor_stopped": "Arrêter SCOR",
}


def say_anomalies(facts: Facts) -> Iterator[str]:
    """How many anomalies there were, and how fast they were answered: the worst delays.

    Source: PRE-25; ours (PRE-63): « une organisation réactive » is a commitment, so it is shown.
    """
    threads = facts.threads.values()
    if not threads:
        yield "Aucune anomalie n’a été signalée."
        return
    fixed = [one for one in facts.preserie.anomalies.values() if one.fixed_in is not None]
    yield (
        f"{say_count(len(threads), 'anomalie signalée', 'anomalies signalées')}, "
        f"{say_count(len(fixed), 'corrigée')}."
    )
    drawn = facts.bilan.drawn_at
    slowest = max((one.answered_at or drawn) - one.reported_at for one in threads)
    waiting = [one for one in threads if one.answered_at is None]
    words = f"La plus longue attente d’une première réponse : {say_delay(slowest)}"
    count = say_count(len(waiting), "attend encore", "attendent encore")
    yield f"{words} ; {count} au jour du bilan." if waiting else f"{words}."


def table_anomalies(facts: Facts) -> Iterator[Table]:
    """Each anomaly with its state and delays; then the steps that were really used, if counted."""
    anomalies = facts.preserie.anomalies
    if anomalies:
        yield Table(
            caption="Les anomalies, et le temps qu’il a fallu",
            head=("Anomalie", "Opération", "Nature", "État", "1re réponse", "Correction"),
            rows=tuple(_tell_anomaly(facts, one) for one in anomalies.values()),
            numeric=(4, 5),
        )
    yield from table_steps(facts)


def table_steps(facts: Facts) -> Iterator[Table]:
    """How often each step of the process really served, by pharmacy; nothing where not counted.

    Source: PRE-54.
    """
    keys = [*STEPS, *sorted({key for one in facts.used.values() for key in one} - set(STEPS))]
    shown = [key for key in keys if any(key in one for one in facts.used.values())]
    if facts.used:
        yield Table(
            caption="Ce qui a réellement servi, par pharmacie",
            head=("Pharmacie", *(STEPS.get(key, key) for key in shown)),
            rows=tuple(
                (facts.name(am), *(say_number(used.get(key, 0)) for key in shown))
                for am, used in sorted(facts.used.items())
            ),
            numeric=tuple(range(1, len(shown) + 1)),
        )


def _tell_anomaly(facts: Facts, anomaly: Anomaly) -> tuple[str, ...]:
    thread = facts.threads[anomaly.name]
    may_read = not thread.am or all(map(facts.may_name, thread.am))
    text = f" : {anomaly.texts[0]}" if may_read and anomaly.texts[0] else ""
    if anomaly.intrinsic:
        nature = "due au logiciel, bloquante" if anomaly.blocking else "due au logiciel"
    else:
        nature = "étrangère au logiciel"
    return (
        f"{anomaly.name}{text}" if facts.reader is None or may_read else "–",
        say_operation(anomaly.operation),
        nature if anomaly.is_qualified else f"{nature} (à qualifier)",
        f"corrigée en {anomaly.fixed_in}" if anomaly.fixed_in else "ouverte",
        say_delay(thread.answer_delay),
        say_delay(thread.fix_delay),
    )


def say_to_qualify(facts: Facts) -> Iterator[str]:
    """The anomalies that the Cnam has not qualified. Source: PRE-39."""
    names = [
        one.name
        for one in facts.preserie.anomalies.values()
        if not one.is_qualified and one.fixed_in is None
    ]
    if names and facts.reader is None:
        yield (
            f"À qualifier par la Cnam : {', '.join(names)}. D’ici là compte ce qu’en dit qui l’a "
            "signalée."
        )
    elif names:
        yield f"{say_count(len(names), 'anomalie')} à qualifier par la Cnam."


def say_checks(facts: Facts) -> Iterator[str]:
    """Each check of the end of sending by SCOR: when, by whom, and what was found."""
    for check in facts.checks:
        who = f", par {check.by.words}" if check.by else ""
        where = ", ".join(map(facts.name, check.am)) if check.am else "toutes les installées"
        found = "conforme" if check.conform else "non conforme"
        text = f" « {check.text} »" if check.text and facts.reader is None else ""
        yield f"Vérification {say_day(check.at)}{who} ({where}) : {found}.{text}"
    if not facts.checks:
        yield "L’arrêt de l’envoi par SCOR n’a pas encore été vérifié."


def chart_pieces(criterion: Criterion) -> Chart:
    """The four counts of pieces; those that ought not to be are hatched."""
    counts = {kind: count_of(criterion.detail[kind]) for kind in PIECES}
    total = max(1, sum(counts.values()))
    bars = tuple(
        Bar(
            name=name,
            words=say_number(counts[kind]),
            share=Fraction(counts[kind], total),
            is_wrong=is_wrong,
        )
        for kind, (name, is_wrong) in PIECES.items()
    )
    stopped, sent = counts["stopped_wrongly"], counts["sent_wrongly"]
    stops = say_count(stopped, "pièce arrêtée à tort", "pièces arrêtées à tort")
    sends = say_count(sent, "envoyée à tort", "envoyées à tort")
    return Chart(
        key="scor-pieces",
        kind=ChartKind.BARS,
        title=f"{stops}, {sends}, sur {say_number(sum(counts.values()))}",
        description=" ; ".join(f"{one.name} : {one.words}" for one in bars),
        legend="Part de toutes les pièces ; hachures : ce qui ne devrait pas être.",
        bars=bars,
    )


def table_pieces(facts: Facts, criterion: Criterion) -> Table:
    """Pieces by pharmacy."""
    return Table(
        caption="Pièces par pharmacie",
        head=("Pharmacie", *(name for name, _ in PIECES.values())),
        rows=tuple(
            (
                facts.name(str(one["am"])),
                *(say_number(count_of(one[kind])) for kind in PIECES),
            )
            for one in list_of(criterion.detail["pharmacies"])
        ),
        numeric=(1, 2, 3, 4),
    )


def say_prerequisites(facts: Facts) -> tuple[str, ...]:
    """What the deployment needs, as it was last stated. Source: PRE-27."""
    stated = facts.preserie.prerequisites
    return (f"« {stated[-1]} »",) if stated else ("Les prérequis restent à énoncer.",)


def chart_satisfaction(criterion: Criterion) -> Chart:
    """How many answered 5, 4, 3, 2, 1; below the mean asked for, hatched."""
    counts = criterion.detail["distribution"]
    by_mark = dict(zip(SCALE, counts if isinstance(counts, list) else [0] * 5, strict=True))
    total = sum(by_mark.values())
    bars = tuple(
        Bar(
            name=f"{mark} sur 5",
            words=say_number(by_mark[mark]),
            share=Fraction(by_mark[mark], max(1, total)),
            is_wrong=mark < criterion.target,
        )
        for mark in reversed(SCALE)
    )
    low = sum(count for mark, count in by_mark.items() if mark < criterion.target)
    answers = say_count(total, "réponse")
    return Chart(
        key="satisfaction",
        kind=ChartKind.BARS,
        title=f"{answers}, dont {low} sous {int(criterion.target)}" if total else "Aucune réponse",
        description=" ; ".join(f"{one.name} : {one.words}" for one in bars),
        legend="Part de toutes les réponses ; hachures : sous la moyenne attendue.",
        bars=bars,
    )


def table_answers(facts: Facts) -> Iterator[Table]:
    """What the users answered; to a pilot, the texts of the others are withheld."""
    answers = standing_answers(facts.preserie)
    if not answers:
        return
    rows = []
    for one in answers:
        may_read = facts.may_name(one.am)
        user = f" ({one.user})" if one.user and may_read else ""
        rows.append(
            (
                f"{facts.name(one.am)}{user}",
                f"{one.satisfaction} sur 5",
                say_brake(one, may_read=may_read),
                one.text or "–" if may_read else "–",
            )
        )
    yield Table(
        caption="Les réponses au questionnaire",
        head=("Pharmacie", "Satisfaction", "Frein", "En ses mots"),
        rows=tuple(rows),
    )


def say_brake(answer: Answer, *, may_read: bool) -> str:
    """The brake that a user sees, and what would lift it where that may be read."""
    if not answer.is_brake:
        return "aucun"
    lifted_by = f" ; le lèverait : {answer.lifted_by}" if answer.lifted_by and may_read else ""
    return f"frein bloquant{lifted_by}"


def table_marks(criterion: Criterion) -> Iterator[Table]:
    """What was thought of each operation, where anybody said; it judges nothing.

    Source: ours (PRE-73).
    """
    rows = []
    for one in list_of(criterion.detail["operations"]):
        marks, not_used = count_of(one["marks"]), count_of(one["not_used"])
        if marks or not_used:
            total = count_of(one["total"])
            mean = f"{say_mean(Fraction(total, marks))} sur 5" if marks else "–"
            operation = say_operation(str(one["operation"]))
            rows.append((operation, mean, say_number(marks), say_number(not_used)))
    if rows:
        yield Table(
            caption="La satisfaction par opération, sans effet sur le critère",
            head=("Opération", "Moyenne", "Notes", "Pas encore employée"),
            rows=tuple(rows),
        )


def say_replaced(criterion: Criterion) -> Iterator[str]:
    """Who was asked and did not answer, and the answers given again."""
    detail = criterion.detail
    installed, answered = (
        count_of(detail[key]) for key in ("pharmacies_installed", "pharmacies_answered")
    )
    if installed > answered:
        silent = say_count(installed - answered, "pharmacie installée", "pharmacies installées")
        share = say_percent(Fraction(answered, installed))
        yield f"{silent} sans réponse ; {share} ont répondu."
    replaced = count_of(detail["answers_replaced"])
    if replaced:
        words = say_count(replaced, "réponse remplacée", "réponses remplacées")
        yield f"{words} par une suivante du même utilisateur, et gardées."
