"""Events of a présérie read from JSON, one a line: parsed once, right by construction.

Who may say so is looked at first, then the form.

Source: PRE-36, PRE-37.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
import json
import re
from typing import get_type_hints

from ordonnance.domain.preserie_event import ANYONE, PREPARATION_EVENTS, Event
from ordonnance.domain.preserie_event_bilan import BILAN_EVENTS, Scor, Traces
from ordonnance.domain.preserie_member import (
    COUNT_WORDS,
    ExpectedError,
    read_change,
    read_instant,
    reader_of,
)
from ordonnance.domain.preserie_party import KIND_WORDS, Party, parse_party
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_form
from ordonnance.domain.refusal import Refusal

EVENTS: Mapping[str, type[Event]] = {
    kind.verb: kind for kind in (*PREPARATION_EVENTS, *BILAN_EVENTS)
}
LINE_LENGTH_MAX = 64 * 1024
_NAME_LENGTH_MAX = 200
# Half a character, which JSON can escape and no answer, page or letter can write.
_HALF = re.compile(r"\\u[dD][89a-fA-F]", re.ASCII)


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

    Source: PRE-37, PRE-93: what cannot be written again is refused wherever it stands.
    """
    if len(line) > LINE_LENGTH_MAX:
        refuse_form(f"la ligne dépasse {LINE_LENGTH_MAX} caractères")
    try:
        value = json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant)
        if _HALF.search(line):
            json.dumps(value, ensure_ascii=False, default=str).encode()
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
    values: dict[str, object] = {"at": _read_field(members, "at", read_instant), "by": by}
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
    """Who tells counts adds some, and what was recorded or refused was attempted.

    A measure may take back what an earlier one counted.

    Source: PRE-24, PRE-51.
    """
    if not isinstance(event, Traces | Scor) or event.measured is not None:
        return
    for field, read in _readers_of(event.verb):
        if read is read_change and getattr(event, field.name) < 0:
            refuse_form(f"« {field.name} » doit être {COUNT_WORDS}")
    if isinstance(event, Traces) and event.attempts < event.recorded + event.business_refusals:
        refuse_form("il y a plus d’enregistrements et de refus que de tentatives")


def _read_field(
    members: Mapping[str, object], name: str, read: Callable[[object], object]
) -> object:
    if name not in members:
        refuse_form(f"il manque « {name} »")
    try:
        return read(members[name])
    except ExpectedError as error:
        refuse_form(f"« {name} » doit être {error}")


@cache
def _readers_of(
    verb: str,
) -> tuple[tuple[Field[object], Callable[[object], object]], ...]:
    """The fields of a verb's event, and how each is read."""
    kind = EVENTS[verb]
    hints = get_type_hints(kind)
    return tuple(
        (field, reader_of(hints[field.name]))
        for field in fields(kind)
        if field.name not in {"at", "by"}
    )
