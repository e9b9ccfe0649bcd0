"""The members of an event read from JSON values, each by the type of its field.

Numbers with a point come as Decimal.

Source: PRE-37.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
import re
from types import NoneType, UnionType
from typing import Union, get_args, get_origin

from ordonnance.domain.contact import is_address
from ordonnance.domain.modalites import Modalities, count_places
from ordonnance.domain.modalites_reading import ModalitiesError, read_modalities
from ordonnance.domain.preserie_party import Party, parse_party
from ordonnance.domain.preserie_refusal import refuse_form
from ordonnance.domain.preserie_value import (
    Address,
    Change,
    Count,
    CriterionNumber,
    Digest,
    Document,
    Mark,
    Name,
    Operation,
    Outcome,
    Percent,
    Satisfaction,
    Text,
    Waiver,
)
from ordonnance.domain.workflow import OPERATIONS

_NAME_LENGTH_MAX = 200
_TEXT_LENGTH_MAX = 10_000
_ITEMS_MAX = 200
_COUNT_MAX = 10**9
COUNT_WORDS = f"un nombre entier de 0 à {_COUNT_MAX}"
_YEARS = range(2000, 2200)
_SCALE = range(1, 6)
_DECIMALS_MAX = 30
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class ExpectedError(Exception):
    """A member is not what was expected; the message says what was, in French."""


def reader_of(hint: object) -> Callable[[object], object]:
    """What reads a value into the type *hint*; it raises ExpectedError where it cannot."""
    if get_origin(hint) in {Union, UnionType}:
        (inner,) = (one for one in get_args(hint) if one is not NoneType)
        return reader_of(inner)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice_reader(hint)
    return _READERS[hint]


def _choice_reader(kind: type[StrEnum]) -> Callable[[object], object]:
    known = {choice.value: choice for choice in kind}

    def read(value: object) -> object:
        if not isinstance(value, str) or value not in known:
            raise ExpectedError(f"l’un de : {', '.join(known)}")
        return known[value]

    return read


def _read_text(value: object, limit: int = _TEXT_LENGTH_MAX) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise ExpectedError(f"un texte d’au plus {limit} caractères")
    return value


def _read_name(value: object) -> str:
    text = _read_text(value).strip()
    if not text:
        raise ExpectedError("un texte qui n’est pas vide")
    return text


def _read_digest(value: object) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ExpectedError("une empreinte SHA-256 : 64 chiffres hexadécimaux, en minuscules")
    return value


def _read_operation(value: object) -> str:
    if not isinstance(value, str) or value not in OPERATIONS:
        raise ExpectedError(f"une opération : {', '.join(OPERATIONS)}")
    return value


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ExpectedError("true ou false")
    return value


def _read_count(value: object) -> int:
    count = read_change(value)
    if count < 0:
        raise ExpectedError(COUNT_WORDS)
    return count


def read_change(value: object) -> int:
    """A change of a count, below zero too.

    Raises:
        ExpectedError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _COUNT_MAX:
        raise ExpectedError(COUNT_WORDS)
    return value


def _read_scale(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in _SCALE:
        raise ExpectedError("un nombre entier de 1 à 5")
    return value


def _read_percent(value: object) -> Fraction:
    words = f"un nombre de 0 à 100, de {_DECIMALS_MAX} décimales au plus"
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ExpectedError(words)
    decimal = Decimal(value)
    # The range and the places first: a fraction of a billion digits is never written out.
    if not 0 <= decimal <= 100 or count_places(decimal) > _DECIMALS_MAX:  # noqa: PLR2004 - per cent
        raise ExpectedError(words)
    return Fraction(decimal)


def _read_day(value: object) -> date:
    words = f"un jour AAAA-MM-JJ, de {_YEARS.start} à {_YEARS.stop - 1}"
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ExpectedError(words)
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ExpectedError(words) from error
    if day.year not in _YEARS:
        raise ExpectedError(words)
    return day


def _read_hour(value: object) -> time:
    if not isinstance(value, str) or not _HOUR.fullmatch(value):
        raise ExpectedError("une heure HH:MM, de 00:00 à 23:59")
    return time.fromisoformat(value)


def _read_address(value: object) -> str:
    """Source: PRE-55."""
    if not isinstance(value, str) or not is_address(value):
        raise ExpectedError("une adresse électronique, comme pharmacie@exemple.fr")
    return value


def read_instant(value: object) -> datetime:
    """An instant with its offset.

    Raises:
        ExpectedError: it is none.
    """
    words = "un instant avec son décalage, comme 2026-01-05T09:00:00+01:00"
    if not isinstance(value, str):
        raise ExpectedError(words)
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise ExpectedError(words) from error
    if at.tzinfo is None or at.year not in _YEARS:
        raise ExpectedError(words)
    return at


def _read_list(value: object, words: str) -> list[object]:
    if not isinstance(value, list) or len(value) > _ITEMS_MAX:
        raise ExpectedError(f"une liste d’au plus {_ITEMS_MAX} {words}")
    return value


def _read_texts(value: object) -> tuple[str, ...]:
    listed = _read_list(value, "textes")
    return tuple(dict.fromkeys(_read_text(one, _NAME_LENGTH_MAX) for one in listed))


def _read_parties(value: object) -> tuple[Party, ...]:
    words = "acteurs : vendor, cnam, gie, cpam:NN, pilots, profession:NOM, other:NOM"
    parties = []
    for one in _read_list(value, words):
        party = parse_party(one) if isinstance(one, str) else None
        if party is None:
            raise ExpectedError(f"une liste d’{words}")
        parties.append(party)
    return tuple(dict.fromkeys(parties))


def _read_document(value: object) -> Document:
    """A document: its name alone, or an object with ``name`` and ``sha256``."""
    members = {"name": value} if isinstance(value, str) else value
    if not isinstance(members, dict):
        raise ExpectedError("un document : « name », « sha256 »")
    digest = members.get("sha256", members.get("sha-256"))
    return Document(
        _read_name(members.get("name")),
        None if digest is None else _read_text(digest, _NAME_LENGTH_MAX),
    )


def _read_outcome(value: object) -> tuple[Outcome, ...]:
    words = "deploy, prolong, extend, ou une liste des deux derniers"
    listed = value if isinstance(value, list) else [value]
    known = {outcome.value: outcome for outcome in Outcome}
    if not listed or not all(isinstance(one, str) and one in known for one in listed):
        raise ExpectedError(words)
    outcomes = tuple(outcome for outcome in Outcome if outcome.value in listed)
    if isinstance(value, list) and Outcome.DEPLOY in outcomes:
        raise ExpectedError(words)
    return outcomes


def _read_waivers(value: object) -> tuple[Waiver, ...]:
    waivers = []
    for one in _read_list(value, "critères levés : « criterion », « reason »"):
        if not isinstance(one, dict):
            raise ExpectedError("une liste d’objets : « criterion », « reason »")
        waivers.append(Waiver(_read_scale(one.get("criterion")), _read_name(one.get("reason"))))
    return tuple(waivers)


def _read_marks(value: object) -> tuple[Mark, ...]:
    """Marks by operation: ``{"execute": 4, "undo": null}``. Source: PRE-73."""
    if not isinstance(value, dict):
        raise ExpectedError("un objet : une note de 1 à 5, ou null, par opération")
    return tuple(
        Mark(_read_operation(name), None if mark is None else _read_scale(mark))
        for name, mark in value.items()
    )


def _read_told_modalities(value: object) -> Modalities:
    """Modalities, as a file tells them; a wrong one is refused in the words of that file.

    Raises:
        Refusal: EVENT_MALFORMED.

    Source: PRE-65.
    """
    try:
        return read_modalities(value)
    except ModalitiesError as error:
        problem = str(error).removesuffix(" Corrigez-le.").removesuffix(" Corrigez-les.")
        refuse_form(problem.removesuffix("."))


_READERS: Mapping[object, Callable[[object], object]] = {
    Name: _read_name,
    Address: _read_address,
    Text: _read_text,
    Operation: _read_operation,
    Digest: _read_digest,
    Count: _read_count,
    Change: read_change,
    Percent: _read_percent,
    Satisfaction: _read_scale,
    CriterionNumber: _read_scale,
    bool: _read_flag,
    date: _read_day,
    datetime: read_instant,
    time: _read_hour,
    tuple[Text, ...]: _read_texts,
    tuple[Party, ...]: _read_parties,
    tuple[Outcome, ...]: _read_outcome,
    tuple[Waiver, ...]: _read_waivers,
    tuple[Mark, ...]: _read_marks,
    Document: _read_document,
    Modalities: _read_told_modalities,
}
