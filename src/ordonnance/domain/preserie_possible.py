"""Which verbs somebody may say of a présérie now, by asking its rules.

Source: PRE-66.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from itertools import product

from ordonnance.domain.modalites import PHARMACISTS_2025_07
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_event import Event
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, Party, PartyKind
from ordonnance.domain.preserie_reading import EVENTS
from ordonnance.domain.preserie_rules import apply
from ordonnance.domain.preserie_step import next_step
from ordonnance.domain.preserie_value import Item, ModuleOrigin, Outcome
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
    names = [
        field.name
        for field in fields(kind)
        if field.name not in {"at", "by"}
        and (field.default is MISSING or field.name == "agreement_on")
    ]
    at = preserie.latest_at or _LONG_AGO
    known = {**_VALUES, **_NEW.get(kind.verb, {})}
    if party.kind is PartyKind.PILOT:
        known["am"] = _constant(party.name)
    for values in product(*(known[name](preserie) for name in names)):
        yield kind(at=at, by=party, **dict(zip(names, values, strict=True)))


def _name_version(preserie: Preserie) -> _Values:
    opened = preserie.software.get(preserie.opened or "")
    return ("1",) if opened is None else (opened.versions[0],)


def _choose_cpam(preserie: Preserie) -> _Values:
    return (preserie.cpam or preserie.modalities.cpam_referent[:1],)


def _constant(value: object) -> Callable[[Preserie], _Values]:
    return lambda _: (value,)


# By the name of a field: what it could hold.
_VALUES: Mapping[str, Callable[[Preserie], _Values]] = {
    "am": lambda preserie: tuple(preserie.participants),
    "software": lambda preserie: tuple(preserie.software) or ("1",),
    "anomaly": lambda preserie: tuple(
        one.name for one in preserie.anomalies.values() if one.fixed_in is None
    ),
    "department": lambda preserie: preserie.cpam[:1],
    "cpam": _choose_cpam,
    "software_version": _name_version,
    "participants": lambda preserie: (preserie.modalities.participants_min,),
    "attendees": lambda preserie: ((VENDOR, CNAM, GIE, *preserie.concerned),),
    "with_": _constant((VENDOR, CNAM)),
    "outcome": lambda _: ((Outcome.PROLONG,), (Outcome.DEPLOY,)),
    "on": _constant(_ONE_DAY),
    "agreement_on": _constant(_ONE_DAY),
    "item": _constant(Item.SUPPORT),
    "module_origin": _constant(ModuleOrigin.OWN),
    "modalities": _constant(PHARMACISTS_2025_07),
    "authority": _constant("CNDA"),
    "operation": _constant("execute"),
    **dict.fromkeys(("vendor", "version", "module", "profession"), _constant("1")),
    **dict.fromkeys(("reference", "reason", "name", "text", "terms"), _constant("1")),
    **dict.fromkeys(("equipment_compatible", "traces_on", "conform"), _constant(True)),
    **dict.fromkeys(("intrinsic", "blocking", "blocking_brake"), _constant(False)),
    **dict.fromkeys(("criterion", "satisfaction"), _constant(1)),
    **dict.fromkeys(("attempts", "recorded", "business_refusals"), _constant(0)),
    **dict.fromkeys(("stopped_rightly", "sent_rightly"), _constant(0)),
    **dict.fromkeys(("stopped_wrongly", "sent_wrongly"), _constant(0)),
}
# What is new where it is said, and of which nothing is known yet.
_NEW: Mapping[str, Mapping[str, Callable[[Preserie], _Values]]] = {
    "enrol": {"am": _constant("000000000")},
    "report_anomaly": {"anomaly": _constant("1")},
}
