"""Criterion 1 in detail: the rate by pharmacy, version and operation; the worst; what is beside.

Source: PRE-24, PRE-38, PRE-41.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from ordonnance.domain.bilan import bound, divide
from ordonnance.domain.preserie import FigureKey, Figures, Preserie

EXECUTE = "execute"


def count_rate(figures: Iterable[Figures]) -> Figures:
    """The sum of counts."""
    total = Figures()
    for one in figures:
        total = total + one
    return total


def describe_rate(preserie: Preserie, epoch: int) -> Mapping[str, object]:
    """What stands behind the rate, as JSON: of executions, but for ``operations``.

    Counts of pharmacies that left are in every sum; ``withdrawn`` shows them apart, and
    ``measured`` what the téléservice counted itself: the rest was told.

    Source: PRE-24; ours (PRE-41, PRE-51).
    """
    kept = list(preserie.iterate_figures(epoch))
    executed = [item for item in kept if item[0].operation == EXECUTE]
    is_excluded = preserie.modalities.refusals_excluded
    by_pharmacy = _group(executed, lambda key: key.am)
    left = {one.am for one in preserie.participants.values() if not one.is_active}
    pharmacies = [
        {
            "am": am,
            "name": preserie.participants[am].name,
            **describe_figures(figures, is_excluded=is_excluded),
        }
        for am, figures in by_pharmacy.items()
    ]
    return {
        **describe_figures(count_rate(one for _, one in executed), is_excluded=is_excluded),
        "pharmacies": pharmacies,
        "worst": _find_worst(by_pharmacy, is_excluded=is_excluded),
        "versions": [
            {"version": version, **describe_figures(figures, is_excluded=is_excluded)}
            for version, figures in _group(executed, lambda key: key.version).items()
        ],
        "operations": [
            {"operation": operation, **describe_figures(figures, is_excluded=is_excluded)}
            for operation, figures in _group(kept, lambda key: key.operation).items()
        ],
        "withdrawn": [one for one in pharmacies if one["am"] in left],
        "measured": describe_figures(
            count_rate(
                figures
                for key, figures in preserie.measured_figures.items()
                if key.operation == EXECUTE and key.epoch >= epoch
            ),
            is_excluded=is_excluded,
        ),
    }


def describe_figures(figures: Figures, *, is_excluded: bool) -> Mapping[str, object]:
    """Counts with their rate and its interval, and the rate with refusals included beside.

    Source: PRE-24, PRE-38.
    """
    whole = whole_of(figures, is_excluded=is_excluded)
    low, high = bound(figures.recorded, whole)
    return {
        "attempts": figures.attempts,
        "recorded": figures.recorded,
        "business_refusals": figures.refusals,
        "counted": whole,
        "value": as_number(divide(figures.recorded, whole)),
        "low": low,
        "high": high,
        "with_refusals": as_number(divide(figures.recorded, figures.attempts)),
    }


def whole_of(figures: Figures, *, is_excluded: bool) -> int:
    """The attempts that count. Source: PRE-24; leaving refusals out is ours."""
    return figures.attempts - (figures.refusals if is_excluded else 0)


def as_number(value: Fraction | None) -> float | None:
    """An exact fraction as JSON takes it; thresholds never look at it."""
    return None if value is None else float(value)


def _group(
    items: Iterable[tuple[FigureKey, Figures]], key_of: Callable[[FigureKey], str]
) -> Mapping[str, Figures]:
    """Sums of counts by what *key_of* says of them, in that order."""
    sums: dict[str, Figures] = {}
    for key, figures in items:
        name = key_of(key)
        sums[name] = sums.get(name, Figures()) + figures
    return dict(sorted(sums.items()))


def _find_worst(by_pharmacy: Mapping[str, Figures], *, is_excluded: bool) -> str | None:
    """The N° AM with the lowest rate, the first of equals; None: none has a rate."""
    rates = {
        am: rate
        for am, figures in by_pharmacy.items()
        if (rate := divide(figures.recorded, whole_of(figures, is_excluded=is_excluded)))
        is not None
    }
    return min(rates, key=lambda am: rates[am], default=None)
