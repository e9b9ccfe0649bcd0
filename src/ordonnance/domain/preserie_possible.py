"""Which verbs somebody may say of a présérie now, by asking its rules.

Source: PRE-66.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import product
from typing import get_type_hints

from ordonnance.domain.modalites import PHARMACISTS_2025_07, Modalities
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_event import Event
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, Party, PartyKind
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_rules import apply
from ordonnance.domain.preserie_step import next_step
from ordonnance.domain.preserie_value import Outcome
from ordonnance.domain.preserie_waiting import list_unqualified
from ordonnance.domain.refusal import Refusal

_Values = tuple[object, ...]
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_ONE_DAY = date(2199, 12, 31)  # late enough for the pace of a first week to be over


def list_possible(preserie: Preserie, party: Party) -> tuple[str, ...]:
    """The verbs that *party* may say now, the one awaited of them first, then as they are used.

    A verb is possible where the rules take an event of it about something that is there: a
    declared software, a pharmacy that takes part, an open anomaly. What was done once and for all
    is not offered again, though the rules would take it. Who is no actor of the présérie may say
    what anybody may.

    Source: ours (PRE-66): a page offers what is possible, and the rules alone know what is.
    """
    possible = [
        verb
        for verb, kind in EVENTS.items()
        if party.kind in kind.roles
        and not _is_idle(preserie, verb)
        and _is_taken(preserie, kind, party)
    ]
    step = next_step(preserie)
    unqualified = list_unqualified(preserie)
    first = [step, *(["qualify_anomaly"] if unqualified else [])]
    return tuple(sorted(possible, key=lambda verb: first.index(verb) if verb in first else 2))


def _is_idle(preserie: Preserie, verb: str) -> bool:
    """Whether saying it again would change nothing."""
    match verb:
        case "submit_participants":
            return all(one.is_submitted for one in preserie.active)
        case "hold_launch_meeting":
            return preserie.is_launched
        case "hold_deployment_meeting":
            return preserie.has_deployment_meeting
        case "stop_traces":
            return not preserie.traces_active
        case _:
            return False


def _is_taken(preserie: Preserie, kind: type[Event], party: Party) -> bool:
    for event in _probe(preserie, kind, party):
        try:
            apply(preserie, event)
        except Refusal:
            continue
        return True
    return False


def _probe(preserie: Preserie, kind: type[Event], party: Party) -> Iterator[Event]:
    """Events of a kind with each thing that it could be about."""
    hints = get_type_hints(kind)
    names = [
        field.name
        for field in fields(kind)
        if field.name not in {"at", "by"} and (field.default is MISSING or field.name in _ALSO)
    ]
    known = {**_VALUES, **_NEW.get(kind.verb, {})}
    if party.kind is PartyKind.PILOT:
        known["am"] = _constant(party.name)
    choices = [
        known[name](preserie) if name in known else (_invent(hints[name]),) for name in names
    ]
    at = preserie.latest_at or _LONG_AGO
    for values in product(*choices):
        yield kind(at=at, by=party, **dict(zip(names, values, strict=True)))


def _invent(hint: object) -> object:
    """Any value of a type that the rules do not look into."""
    plain = getattr(hint, "__supertype__", hint)
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return next(iter(plain))
    return _ANY[plain]


def _name_version(preserie: Preserie) -> _Values:
    opened = preserie.software.get(preserie.opened or "")
    return ("1",) if opened is None else (opened.versions[0],)


def _choose_cpam(preserie: Preserie) -> _Values:
    return (preserie.cpam or preserie.modalities.cpam_referent[:1],)


def _constant(value: object) -> Callable[[Preserie], _Values]:
    return lambda _: (value,)


# Fields that may be left out, and that the rules ask for all the same.
_ALSO = ("agreement_on",)
_ANY: Mapping[object, object] = {
    str: "1",
    int: 1,
    bool: True,
    date: _ONE_DAY,
    Modalities: PHARMACISTS_2025_07,
}
# By the name of a field: what the rules do look at.
_VALUES: Mapping[str, Callable[[Preserie], _Values]] = {
    "agreement_on": _constant(_ONE_DAY),
    "am": lambda preserie: tuple(preserie.participants),
    "anomaly": lambda preserie: tuple(
        one.name for one in preserie.anomalies.values() if one.fixed_in is None
    ),
    "attendees": lambda preserie: ((VENDOR, CNAM, GIE, *preserie.concerned),),
    "authority": _constant("CNDA"),
    "cpam": _choose_cpam,
    "department": lambda preserie: preserie.cpam[:1],
    "outcome": lambda _: ((Outcome.PROLONG,), (Outcome.DEPLOY,)),
    "participants": lambda preserie: (preserie.modalities.participants_min,),
    "software": lambda preserie: tuple(preserie.software),
    "software_version": _name_version,
    "with_": _constant((VENDOR, CNAM)),
}
# What is new where it is said, and of which nothing is known yet.
_NEW: Mapping[str, Mapping[str, Callable[[Preserie], _Values]]] = {
    "declare_software": {"software": _constant("1")},
    "enrol": {"am": _constant("000000000")},
    "report_anomaly": {"anomaly": _constant("1")},
}
