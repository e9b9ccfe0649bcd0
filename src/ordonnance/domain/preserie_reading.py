"""Events of a présérie read from JSON, one a line: parsed once, right by construction.

Who may say so is looked at first, then the form.

Source: PRE-36, PRE-37.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from functools import cache
import json
import re
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

from ordonnance.domain.modalites import Modalities, count_places
from ordonnance.domain.modalites_reading import ModalitiesError, read_modalities
from ordonnance.domain.preserie_event import ANYONE, PREPARATION_EVENTS, Event
from ordonnance.domain.preserie_event_bilan import BILAN_EVENTS, Traces
from ordonnance.domain.preserie_party import KIND_WORDS, Party, parse_party
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_form
from ordonnance.domain.preserie_value import (
    Count,
    CriterionNumber,
    Document,
    Name,
    Operation,
    Outcome,
    Percent,
    Satisfaction,
    Text,
    Waiver,
)
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.workflow import OPERATIONS

EVENTS: Mapping[str, type[Event]] = {
    kind.verb: kind for kind in (*PREPARATION_EVENTS, *BILAN_EVENTS)
}
LINE_LENGTH_MAX = 64 * 1024
_NAME_LENGTH_MAX = 200
_TEXT_LENGTH_MAX = 10_000
_ITEMS_MAX = 200
_COUNT_MAX = 10**9
_YEARS = range(2000, 2200)
_SCALE = range(1, 6)
_DECIMALS_MAX = 30
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class _ExpectedError(Exception):
    """A member is not what was expected; the message says what was, in French."""


def read_line(line: str) -> Event:
    """The event that a line of a replay file tells.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, EVENT_MALFORMED.
    """
    return read_event(read_members(line))


def read_members(line: str) -> Mapping[str, object]:
    """The JSON object of a line; its numbers with a point come as Decimal.

    Raises:
        Refusal: EVENT_MALFORMED.
    """
    if len(line) > LINE_LENGTH_MAX:
        refuse_form(f"la ligne dépasse {LINE_LENGTH_MAX} caractères")
    try:
        value = json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        refuse_form("la ligne n’est pas du JSON lisible")
    if not isinstance(value, dict):
        refuse_form("la ligne n’est pas un objet JSON")
    return value


def read_event(members: Mapping[str, object]) -> Event:
    """The event that a JSON object tells; numbers with a point come as Decimal.

    A member that its verb does not know is passed over; one that may be left out may be null.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, then EVENT_MALFORMED.

    Source: PRE-36 (who first), PRE-37 (form).
    """
    kind = _read_verb(members)
    by = _read_by(kind, members.get("by"))
    values: dict[str, object] = {"at": _read_field(members, "at", _read_instant), "by": by}
    for field, read in _readers_of(kind.verb):
        name = field.name.removesuffix("_")
        if field.default is not MISSING and members.get(name) is None:
            continue
        values[field.name] = _read_field(members, name, read)
    event = kind(**values)  # type: ignore[arg-type]  # read by the types of its fields
    _check_counts(event)
    return event


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _read_verb(members: Mapping[str, object]) -> type[Event]:
    verb = members.get("do")
    if not isinstance(verb, str):
        refuse_form("il manque « do », le verbe")
    if verb in EVENTS:
        return EVENTS[verb]
    near = get_close_matches(verb[:_NAME_LENGTH_MAX], EVENTS, n=1)
    meant = f" (peut-être « {near[0]} »)" if near else ""
    return refuse_form(f"« {verb[:_NAME_LENGTH_MAX]} » n’est pas un verbe connu{meant}")


def _read_by(kind: type[Event], value: object) -> Party | None:
    """Who says so.

    Raises:
        Refusal: ROLE_NOT_ALLOWED if the verb is not theirs, or if they are nobody known.

    Source: PRE-36.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        refuse_form("« by » doit être un texte : vendor, cnam, gie, cpam:NN ou pilot:AM")
    party = parse_party(value)
    if party is None or party.kind not in ANYONE or party.kind not in kind.roles:
        allowed = ", ".join(KIND_WORDS[role] for role in kind.roles)
        raise Refusal(PreserieReasons.ROLE_NOT_ALLOWED, allowed=allowed)
    return party


def _check_counts(event: Event) -> None:
    """What was recorded or refused was attempted. Source: PRE-24."""
    if isinstance(event, Traces) and event.attempts < event.recorded + event.business_refusals:
        refuse_form("il y a plus d’enregistrements et de refus que de tentatives")


def _read_field(
    members: Mapping[str, object], name: str, read: Callable[[object], object]
) -> object:
    if name not in members:
        refuse_form(f"il manque « {name} »")
    try:
        return read(members[name])
    except _ExpectedError as error:
        refuse_form(f"« {name} » doit être {error}")


@cache
def _readers_of(
    verb: str,
) -> tuple[tuple[Field[object], Callable[[object], object]], ...]:
    """The fields of a verb's event, and how each is read."""
    kind = EVENTS[verb]
    hints = get_type_hints(kind)
    return tuple(
        (field, _reader_of(hints[field.name]))
        for field in fields(kind)
        if field.name not in {"at", "by"}
    )


def _reader_of(hint: object) -> Callable[[object], object]:
    if get_origin(hint) in {Union, UnionType}:
        (inner,) = (one for one in get_args(hint) if one is not NoneType)
        return _reader_of(inner)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice_reader(hint)
    return _READERS[hint]


def _choice_reader(kind: type[StrEnum]) -> Callable[[object], object]:
    known = {choice.value: choice for choice in kind}

    def read(value: object) -> object:
        if not isinstance(value, str) or value not in known:
            raise _ExpectedError(f"l’un de : {', '.join(known)}")
        return known[value]

    return read


def _read_text(value: object, limit: int = _TEXT_LENGTH_MAX) -> str:
    if not isinstance(value, str) or len(value) > limit or _LONE_SURROGATE.search(value):
        raise _ExpectedError(f"un texte d’au plus {limit} caractères")
    return value


def _read_name(value: object) -> str:
    text = _read_text(value).strip()
    if not text:
        raise _ExpectedError("un texte qui n’est pas vide")
    return text


def _read_operation(value: object) -> str:
    if not isinstance(value, str) or value not in OPERATIONS:
        raise _ExpectedError(f"une opération : {', '.join(OPERATIONS)}")
    return value


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _ExpectedError("true ou false")
    return value


def _read_count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _COUNT_MAX:
        raise _ExpectedError(f"un nombre entier de 0 à {_COUNT_MAX}")
    return value


def _read_scale(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in _SCALE:
        raise _ExpectedError("un nombre entier de 1 à 5")
    return value


def _read_percent(value: object) -> Fraction:
    words = f"un nombre de 0 à 100, de {_DECIMALS_MAX} décimales au plus"
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _ExpectedError(words)
    decimal = Decimal(value)
    # The range and the places first: a fraction of a billion digits is never written out.
    if not 0 <= decimal <= 100 or count_places(decimal) > _DECIMALS_MAX:  # noqa: PLR2004 - per cent
        raise _ExpectedError(words)
    return Fraction(decimal)


def _read_day(value: object) -> date:
    words = f"un jour AAAA-MM-JJ, de {_YEARS.start} à {_YEARS.stop - 1}"
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _ExpectedError(words)
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise _ExpectedError(words) from error
    if day.year not in _YEARS:
        raise _ExpectedError(words)
    return day


def _read_instant(value: object) -> datetime:
    words = "un instant avec son décalage, comme 2026-01-05T09:00:00+01:00"
    if not isinstance(value, str):
        raise _ExpectedError(words)
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise _ExpectedError(words) from error
    if at.tzinfo is None or at.year not in _YEARS:
        raise _ExpectedError(words)
    return at


def _read_list(value: object, words: str) -> list[object]:
    if not isinstance(value, list) or len(value) > _ITEMS_MAX:
        raise _ExpectedError(f"une liste d’au plus {_ITEMS_MAX} {words}")
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
            raise _ExpectedError(f"une liste d’{words}")
        parties.append(party)
    return tuple(dict.fromkeys(parties))


def _read_document(value: object) -> Document:
    """A document: its name alone, or an object with ``name`` and ``sha256``."""
    members = {"name": value} if isinstance(value, str) else value
    if not isinstance(members, dict):
        raise _ExpectedError("un document : « name », « sha256 »")
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
        raise _ExpectedError(words)
    outcomes = tuple(outcome for outcome in Outcome if outcome.value in listed)
    if isinstance(value, list) and Outcome.DEPLOY in outcomes:
        raise _ExpectedError(words)
    return outcomes


def _read_waivers(value: object) -> tuple[Waiver, ...]:
    waivers = []
    for one in _read_list(value, "critères levés : « criterion », « reason »"):
        if not isinstance(one, dict):
            raise _ExpectedError("une liste d’objets : « criterion », « reason »")
        waivers.append(Waiver(_read_scale(one.get("criterion")), _read_name(one.get("reason"))))
    return tuple(waivers)


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
    Text: _read_text,
    Operation: _read_operation,
    Count: _read_count,
    Percent: _read_percent,
    Satisfaction: _read_scale,
    CriterionNumber: _read_scale,
    bool: _read_flag,
    date: _read_day,
    tuple[Text, ...]: _read_texts,
    tuple[Party, ...]: _read_parties,
    tuple[Outcome, ...]: _read_outcome,
    tuple[Waiver, ...]: _read_waivers,
    Document: _read_document,
    Modalities: _read_told_modalities,
}
