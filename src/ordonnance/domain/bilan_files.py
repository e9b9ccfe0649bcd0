"""A bilan as files: two tables, and one JSON object with all that is told.

Source: PRE-62, PRE-64.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from fractions import Fraction

from ordonnance.domain.bilan_told import BilanTold, Measure
from ordonnance.domain.csv_table import write_csv

_CRITERIA_HEAD = (
    *("critère", "intitulé", "verdict", "résultat", "attendu", "intervalle à 95 %"),
    *("logiciel", "versions", "période", "empreinte"),
)
_MEASURES_HEAD = (
    *("critère", "portée", "clé", "mesure", "nombre", "sur"),
    *("taux", "borne basse", "borne haute"),
)


def write_criteria(told: BilanTold) -> str:
    """One line a criterion, as CSV. Source: PRE-64."""
    about = (told.software, told.versions, told.period, told.content)
    return write_csv(
        _CRITERIA_HEAD,
        (
            (
                str(one.number),
                one.name,
                one.words,
                one.figure,
                one.target,
                one.interval or "",
                *about,
            )
            for one in told.rows
        ),
    )


def write_measures(told: BilanTold) -> str:
    """One line a count, as CSV; shares of one with a decimal comma, not cut. Source: PRE-64."""
    return write_csv(_MEASURES_HEAD, map(_cells, told.measures))


def _cells(one: Measure) -> tuple[str, ...]:
    rate = one.count / one.whole if one.whole else None
    whole = "" if one.whole is None else str(one.whole)
    decimals = (_decimal(value) for value in (rate, one.low, one.high))
    return (str(one.criterion), one.scope, one.key, one.what, str(one.count), whole, *decimals)


def _decimal(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")


def describe_told(told: BilanTold) -> Mapping[str, object]:
    """All that is told as JSON values: fractions are ``93/98``, instants ISO 8601.

    Members are those of ``BilanTold``; a row also gives its ``words`` and its ``shape``.

    Source: PRE-62.
    """
    return dict(_members(told))


def _members(value: object) -> Iterator[tuple[str, object]]:
    for one in fields(value):  # type: ignore[arg-type]  # one of those that bilan_told declares
        yield one.name, _describe(getattr(value, one.name))
    for derived in ("words", "shape"):
        if isinstance(getattr(type(value), derived, None), property):
            yield derived, getattr(value, derived)


def _describe(value: object) -> object:
    if is_dataclass(value):
        return dict(_members(value))
    match value:
        case tuple():
            described: object = [_describe(one) for one in value]
        case Fraction():
            described = f"{value.numerator}/{value.denominator}"
        case datetime():
            described = value.isoformat()
        case Enum():
            described = value.value
        case _:
            described = value
    return described
