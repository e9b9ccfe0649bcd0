"""Criterion 1 at length: the rate by pharmacy, worst first, by week, version and operation.

Source: PRE-24, PRE-63.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ordonnance.domain.bilan import Criterion, bound, say_count, say_number, say_percent
from ordonnance.domain.bilan_facts import Facts
from ordonnance.domain.bilan_rate import whole_of
from ordonnance.domain.bilan_told import Bar, Chart, ChartKind, Point, Series, Table
from ordonnance.domain.bilan_words import count_of, list_of, say_interval, say_rate
from ordonnance.domain.days import say_short
from ordonnance.domain.modalites_words import say_operation
from ordonnance.domain.preserie import Figures

_HEAD = ("Enregistrées", "Taux", "Intervalle à 95 %", "Refus métier", "Taux avec les refus")


def chart_pharmacies(facts: Facts, criterion: Criterion) -> Chart:
    """A bar a pharmacy, the lowest rate first; those below the target are hatched."""
    target = Fraction(criterion.target)
    bars = tuple(
        Bar(
            name=facts.name(str(one["am"])),
            words=_say_rate(one),
            share=_share_of(one),
            low=_decimal(one["low"]),
            high=_decimal(one["high"]),
            is_wrong=_is_below(one, target),
        )
        for one in sort_worst(criterion)
    )
    return Chart(
        key="rate-pharmacies",
        kind=ChartKind.BARS,
        title=_title_pharmacies(facts, criterion, target),
        description=" ; ".join(f"{one.name} : {one.words}" for one in bars),
        legend="Trait : intervalle à 95 % ; tirets : la cible ; hachures : sous la cible.",
        bars=bars,
        target=target,
    )


def sort_worst(criterion: Criterion) -> list[dict[str, object]]:
    """The pharmacies of the rate, the lowest first; those without any attempt last."""
    pharmacies = list_of(criterion.detail["pharmacies"])
    return sorted(pharmacies, key=lambda one: (_share_of(one) is None, _share_of(one) or 0))


def _title_pharmacies(facts: Facts, criterion: Criterion, target: Fraction) -> str:
    rated = [one for one in sort_worst(criterion) if _share_of(one) is not None]
    if not rated:
        return "Aucune exécution tentée encore"
    below = [one for one in rated if _is_below(one, target)]
    lowest = f"{facts.name(str(rated[0]['am']))}, {_say_rate(rated[0])}"
    if below:
        count = say_count(len(below), "pharmacie")
        return f"{count} sur {len(rated)} sous {say_percent(target)} ; la plus basse : {lowest}"
    return f"Toutes les pharmacies à {say_percent(target)} ou plus ; la plus basse : {lowest}"


def chart_weeks(facts: Facts, target: Fraction) -> Iterator[Chart]:
    """The rate of all by week, then of each pharmacy; nothing where there is one week only."""
    mondays = sorted({monday for weeks in facts.weeks.values() for monday in weeks})
    if len(mondays) < 2:  # noqa: PLR2004 - one point is no line
        return
    total = {
        monday: sum((weeks.get(monday, Figures()) for weeks in facts.weeks.values()), Figures())
        for monday in mondays
    }
    series = _series("Toutes les pharmacies", total, facts)
    yield Chart(
        key="rate-weeks",
        kind=ChartKind.WEEKS,
        title=_title_weeks(facts, mondays, target),
        description=_describe(series),
        legend="Bande : intervalle à 95 % ; tirets : la cible ; losange creux : sous la cible.",
        series=(series,),
        target=target,
    )
    each = tuple(_series(facts.name(am), weeks, facts) for am, weeks in sorted(facts.weeks.items()))
    falling = [one.name for one in each if len(one.points) > 1 and _has_fallen(one)]
    title = f"Chaque pharmacie par semaine ; en baisse : {', '.join(falling) or 'aucune'}"
    yield Chart(
        key="rate-multiples",
        kind=ChartKind.MULTIPLES,
        title=title,
        description=". ".join(_describe(one) for one in each),
        legend="La même échelle pour toutes ; à droite, la dernière semaine.",
        series=each,
        target=target,
    )


def _has_fallen(series: Series) -> bool:
    return series.points[-1].rate < series.points[0].rate


def _title_weeks(facts: Facts, mondays: Sequence[date], target: Fraction) -> str:
    below = {
        monday: sum(
            1 for weeks in facts.weeks.values() if _is_low(weeks.get(monday), target, facts)
        )
        for monday in mondays
    }
    worst = max(mondays, key=lambda monday: below[monday])
    if not below[worst]:
        return f"Aucune pharmacie sous {say_percent(target)}, semaine après semaine"
    count = say_count(below[worst], "pharmacie")
    return f"{count} sous {say_percent(target)} la semaine du {say_short(worst)}"


def _is_low(figures: Figures | None, target: Fraction, facts: Facts) -> bool:
    whole = _whole(figures, facts) if figures else 0
    return bool(figures and whole and Fraction(figures.recorded, whole) < target)


def _whole(figures: Figures, facts: Facts) -> int:
    return whole_of(figures, is_excluded=facts.modalities.refusals_excluded)


def _series(name: str, weeks: Mapping[date, Figures], facts: Facts) -> Series:
    points = []
    for monday, figures in sorted(weeks.items()):
        whole = _whole(figures, facts)
        low, high = bound(figures.recorded, whole)
        if low is not None and high is not None:
            points.append(
                Point(
                    name=say_short(monday), part=figures.recorded, whole=whole, low=low, high=high
                )
            )
    return Series(name=name, points=tuple(points))


def _describe(series: Series) -> str:
    weeks = (
        f"semaine du {point.name} : {say_rate(point.part, point.whole)}" for point in series.points
    )
    return f"{series.name}, {' ; '.join(weeks)}"


def table_rates(facts: Facts, criterion: Criterion) -> Iterator[Table]:
    """The same figures as tables: by pharmacy, version, operation, and by week."""
    detail = criterion.detail
    numeric = (2, 3, 4, 5, 6)
    yield Table(
        caption="Exécutions par pharmacie, la moins bonne d’abord",
        head=("Pharmacie", "N° AM", *_HEAD),
        rows=tuple(
            (facts.name(str(one["am"])), facts.number(str(one["am"])), *_cells(one))
            for one in sort_worst(criterion)
        ),
        numeric=numeric,
    )
    yield Table(
        caption="Exécutions par version",
        head=("Version", *_HEAD),
        rows=tuple((str(one["version"]), *_cells(one)) for one in list_of(detail["versions"])),
        numeric=numeric[:-1],
    )
    yield Table(
        caption="Chaque opération, enregistrée sur tentée",
        head=("Opération", *_HEAD),
        rows=tuple(
            (say_operation(str(one["operation"])), *_cells(one))
            for one in list_of(detail["operations"])
        ),
        numeric=numeric[:-1],
    )
    yield from _table_weeks(facts)


def _table_weeks(facts: Facts) -> Iterator[Table]:
    for chart in chart_weeks(facts, facts.modalities.rate_target):
        if chart.kind is ChartKind.WEEKS:
            yield Table(
                caption="Exécutions par semaine de relevé",
                head=("Semaine du", "Enregistrées", "Taux", "Intervalle à 95 %"),
                rows=tuple(
                    (
                        point.name,
                        f"{say_number(point.part)} sur {say_number(point.whole)}",
                        say_percent(point.rate),
                        say_interval(point.low, point.high) or "–",
                    )
                    for point in chart.series[0].points
                ),
                numeric=(1, 2, 3),
            )


def say_apart(facts: Facts, criterion: Criterion) -> Iterator[str]:
    """What was set apart: refusals, with what the rate is with them; pharmacies that left.

    Source: PRE-24, PRE-41.
    """
    detail = criterion.detail
    refusals, attempts = count_of(detail["business_refusals"]), count_of(detail["attempts"])
    rate = say_rate(count_of(detail["recorded"]), attempts)
    if facts.modalities.refusals_excluded:
        count = say_count(refusals, "refus métier ôté", "refus métier ôtés")
        yield f"{count} du dénominateur ; en les comptant, le taux est de {rate}."
    else:
        yield f"{say_count(refusals, 'refus métier compté', 'refus métier comptés')}, aucun ôté."
    for one in list_of(detail["withdrawn"]):
        participant = facts.preserie.participants[str(one["am"])]
        because = participant.withdrawn_because if facts.may_name(participant.am) else None
        reason = f" (motif : « {because} »)" if because else ""
        yield (
            f"{facts.name(participant.am)} a quitté la présérie{reason} ; ses chiffres comptent : "
            f"{_say_rate(one)}."
        )


def _cells(one: Mapping[str, object]) -> tuple[str, ...]:
    recorded, counted = count_of(one["recorded"]), count_of(one["counted"])
    attempts = count_of(one["attempts"])
    return (
        f"{say_number(recorded)} sur {say_number(counted)}",
        say_percent(Fraction(recorded, counted)) if counted else "–",
        say_interval(_decimal(one["low"]), _decimal(one["high"])) or "–",
        say_number(count_of(one["business_refusals"])),
        say_percent(Fraction(recorded, attempts)) if attempts else "–",
    )


def _say_rate(one: Mapping[str, object]) -> str:
    return say_rate(count_of(one["recorded"]), count_of(one["counted"]))


def _share_of(one: Mapping[str, object]) -> Fraction | None:
    counted = count_of(one["counted"])
    return Fraction(count_of(one["recorded"]), counted) if counted else None


def _is_below(one: Mapping[str, object], target: Fraction) -> bool:
    share = _share_of(one)
    return share is not None and share < target


def _decimal(value: object) -> float | None:
    return value if isinstance(value, float) else None
