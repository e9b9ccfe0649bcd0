"""Modalities read from the value of a file (JSON or TOML): only what differs need be said.

Source: PRE-34.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction

from ordonnance.domain.modalites import (
    PHARMACISTS_2025_07,
    FirstWeek,
    Mark,
    MinimumReduced,
    Modalities,
    Origin,
    RateUnit,
    count_places,
)
from ordonnance.domain.workflow import OPERATIONS

_NAME_LENGTH_MAX = 100
_REASON_LENGTH_MAX = 1000
_COUNT_MAX = 1_000_000
_DECIMALS_MAX = 30
_NAME_DEFAULT = "pharmaciens-2025-07, modifiées"


class ModalitiesError(ValueError):
    """A file of modalities that cannot be used; the message says what to do, in French."""


class _ExpectedError(Exception):
    """A setting is not what was expected; the message says what was, in French."""


def read_modalities(value: object) -> Modalities:
    """The modalities that *value* tells, an object as JSON or TOML gives it.

    Each setting is a value, or ``{"value": …, "reason": …}``. A setting that is not there keeps
    its value of ``pharmaciens-2025-07``, and its mark; one that differs is marked as chosen.

    Raises:
        ModalitiesError: an unknown setting, a value of another type or out of its range, settings
            that contradict one another.

    Source: PRE-34.
    """
    if not isinstance(value, Mapping):
        raise ModalitiesError("les modalités sont un objet : un réglage par nom. Corrigez-les.")
    changes: dict[str, object] = {}
    marks = dict(PHARMACISTS_2025_07.marks)
    for setting, given in value.items():
        if setting == "name":
            continue
        if setting not in _READERS:
            raise ModalitiesError(_say_unknown(str(setting)))
        plain, reason = _unwrap(setting, given)
        changes[setting] = _read(setting, plain)
        if changes[setting] != getattr(PHARMACISTS_2025_07, setting):
            marks[setting] = Mark(Origin.CHOSEN, reason)
    name = _name(value.get("name"), default=_NAME_DEFAULT if changes else "")
    read = replace(PHARMACISTS_2025_07, name=name, marks=marks, **changes)  # type: ignore[arg-type]
    _check_together(read)
    return read


def _unwrap(setting: str, given: object) -> tuple[object, str]:
    """The value given for *setting*, and why."""
    if not isinstance(given, Mapping):
        return given, "sans motif donné"
    if not set(given) <= {"value", "reason"} or "value" not in given:
        raise ModalitiesError(
            f"« {setting} » : donnez une valeur, ou un objet avec « value » et « reason »."
        )
    reason = given.get("reason", "sans motif donné")
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= _REASON_LENGTH_MAX:
        raise ModalitiesError(f"« {setting} » : « reason » est un texte. Dites pourquoi.")
    return given["value"], reason


def _read(setting: str, value: object) -> object:
    try:
        return _READERS[setting](value)
    except _ExpectedError as error:
        raise ModalitiesError(f"« {setting} » doit être {error}. Corrigez-le.") from error


def _name(value: object, *, default: str) -> str:
    if value is None:
        return default or PHARMACISTS_2025_07.name
    if not isinstance(value, str) or not 0 < len(value.strip()) <= _NAME_LENGTH_MAX:
        raise ModalitiesError(
            f"« name » doit être un texte de 1 à {_NAME_LENGTH_MAX} caractères. Corrigez-le."
        )
    return value


def _say_unknown(setting: str) -> str:
    near = get_close_matches(setting[:_NAME_LENGTH_MAX], _READERS, n=1)
    meant = f"voulez-vous dire « {near[0]} » ?" if near else f"il y a : {', '.join(_READERS)}."
    return f"« {setting[:_NAME_LENGTH_MAX]} » n’est pas un réglage des modalités : {meant}"


def _check_together(read: Modalities) -> None:
    if not read.participants_min_reduced <= read.participants_min <= read.participants_max:
        raise ModalitiesError(
            "le minimum réduit, le minimum et le maximum de participants doivent aller croissant. "
            "Corrigez « participants_min_reduced », « participants_min » ou « participants_max »."
        )


def _share(value: object) -> Fraction:
    return _fraction(value, 0, 1, "un nombre de 0 à 1 (0.80 pour 80 %)")


def _fraction(value: object, low: int, high: int, words: str) -> Fraction:
    """An exact number; a binary float, which no parser of ours gives, is not one."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _ExpectedError(words)
    decimal = Decimal(value)
    if not (decimal.is_finite() and low <= decimal <= high):
        raise _ExpectedError(words)
    if count_places(decimal) > _DECIMALS_MAX:
        raise _ExpectedError(f"{words}, de {_DECIMALS_MAX} décimales au plus")
    return Fraction(decimal)


def _count(value: object, low: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= _COUNT_MAX:
        raise _ExpectedError(f"un nombre entier d’au moins {low}")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _ExpectedError("true ou false")
    return value


def _choice(kind: type[StrEnum]) -> Callable[[object], StrEnum]:
    def read(value: object) -> StrEnum:
        known = {choice.value: choice for choice in kind}
        if not isinstance(value, str) or value not in known:
            raise _ExpectedError(f"l’un de : {', '.join(known)}")
        return known[value]

    return read


def _texts(value: object, words: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise _ExpectedError(words)
    if not all(isinstance(text, str) and text for text in value):
        raise _ExpectedError(words)
    return tuple(dict.fromkeys(value))


def _operations(value: object) -> tuple[str, ...]:
    words = f"une liste d’opérations parmi : {', '.join(OPERATIONS)}"
    operations = _texts(value, words)
    if not set(operations) <= set(OPERATIONS):
        raise _ExpectedError(words)
    return operations


_READERS: Mapping[str, Callable[[object], object]] = {
    "rate_target": _share,
    "rate_unit": _choice(RateUnit),
    "refusals_excluded": _flag,
    "operations": _operations,
    "each_used": _flag,
    "wrong_stops_max": lambda value: _count(value, 0),
    "wrong_sends_max": _share,
    "answers_share_min": _share,
    "satisfaction_min": lambda value: _fraction(value, 1, 5, "un nombre de 1 à 5"),
    "participants_min": lambda value: _count(value, 1),
    "participants_min_reduced": lambda value: _count(value, 1),
    "reduced_below_percent": lambda value: _fraction(value, 0, 100, "un nombre de 0 à 100"),
    "minimum_reduced": _choice(MinimumReduced),
    "participants_max": lambda value: _count(value, 1),
    "extended_max": lambda value: None if value is None or value == "none" else _count(value, 1),
    "first_week_installations": lambda value: _count(value, 1),
    "first_week": _choice(FirstWeek),
    "fourth_needs_check": _flag,
    "cpam_max": lambda value: _count(value, 1),
    "cpam_referent": lambda value: _texts(value, 'une liste de départements, comme "33"'),
}
