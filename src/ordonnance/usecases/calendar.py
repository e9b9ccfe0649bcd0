"""Dates of préséries as calendars read them: an invitation in an e-mail, a feed by its address.

Source: PRE-56, PRE-57.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress

from ordonnance.domain.appointment import (
    KIND_TITLES,
    Appointment,
    AppointmentKind,
    list_appointments,
    pharmacy_of,
)
from ordonnance.domain.contact import vendor_of
from ordonnance.domain.days import PARIS
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_access import is_vendor_of
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.usecases.link import Invited

_PRODUCT = "-//Ordonnance numérique//Préséries//FR"
_MEETING = timedelta(hours=1)  # ours: no event says how long
_REFRESH = timedelta(hours=1)


def write_invitation(
    history: History, appointment: Appointment, *, organiser: str, attendee: str, page: str | None
) -> tuple[str, str]:
    """The method (REQUEST, CANCEL) and the text of an invitation to a date.

    Its UID stays the same when the date changes, and its SEQUENCE grows: a calendar moves what it
    holds instead of adding to it.

    Source: PRE-56; RFC 5546.
    """
    method = "CANCEL" if appointment.is_cancelled else "REQUEST"
    event = _write_event(history, appointment, page)
    event["organizer"] = _person(organiser)
    guest = _person(attendee)
    guest.params["rsvp"] = "FALSE"
    event.add("attendee", guest, encode=False)
    calendar = _open_calendar(method)
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return method, text.decode()


def write_feed(histories: Iterable[History], party: Party, address: str = "") -> bytes:
    """Every date of *histories* that concerns *party*, as a calendar to be subscribed to.

    A CPAM has the pharmacies of its department, a pharmacy its own; meetings are everybody's but
    the pharmacies'. What is cancelled is not there. *address*: of the portail; empty: unknown.

    Source: PRE-57.
    """
    calendar = _open_calendar("PUBLISH")
    calendar.add("x-wr-calname", "Préséries de l’ordonnance numérique")
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    for history in histories:
        page = f"{address}/portail/preseries/{history.id}" if address else None
        for one in list_appointments(history):
            if not one.is_cancelled and concerns(history.preserie, one, party):
                calendar.add_component(_write_event(history, one, page))
    text: bytes = calendar.to_ical()
    return text


def find_followed(histories: Iterable[History], invited: Invited) -> Iterator[History]:
    """The préséries whose dates a personal link opens, in the order of their identifiers.

    A link of a vendor names one of its préséries, and opens all those of that vendor; another's
    opens all that its party may read.

    Source: PRE-46, PRE-57.
    """
    by_id = {history.id: history for history in histories}
    named = by_id.get(invited.preserie)
    vendor = None if named is None else vendor_of(named.preserie)
    for _, history in sorted(by_id.items()):
        if _may_follow(history.preserie, invited.party, vendor):
            yield history


def concerns(preserie: Preserie, appointment: Appointment, party: Party) -> bool:
    """Whether a date is shown to *party*, who may read the présérie. Source: PRE-57."""
    match party.kind:
        case PartyKind.PILOT:
            return appointment.am == party.name
        case PartyKind.CPAM if appointment.am is not None:
            return pharmacy_of(preserie, appointment.am).department == party.name
        case _:
            return True


def _may_follow(preserie: Preserie, party: Party, vendor: str | None) -> bool:
    """Source: PRE-46: as whoever has an account reads."""
    match party.kind:
        case PartyKind.CNAM | PartyKind.GIE:
            return True
        case PartyKind.CPAM:
            return party.name in preserie.cpam
        case PartyKind.PILOT:
            return party.name in preserie.participants
        case PartyKind.VENDOR:
            return vendor is not None and is_vendor_of(preserie, vendor)
        case PartyKind.PILOTS | PartyKind.PROFESSION | PartyKind.OTHER:
            return False


def _open_calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _write_event(history: History, appointment: Appointment, page: str | None) -> Event:
    event = Event()
    event.add("uid", f"{appointment.name}.{history.id}@preserie.ordonnance")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.at)
    event.add("summary", _title(history.preserie, appointment))
    event.add("status", _status(appointment))
    if appointment.hour is None:
        event.add("dtstart", appointment.on)
        event.add("dtend", appointment.on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        begins = datetime.combine(appointment.on, appointment.hour, PARIS).astimezone(UTC)
        event.add("dtstart", begins)
        event.add("dtend", begins + _MEETING)
    if appointment.place is not None:
        event.add("location", appointment.place)
    if page is not None:
        event.add("url", page)
    return event


def _title(preserie: Preserie, appointment: Appointment) -> str:
    title = f"{KIND_TITLES[appointment.kind]} — présérie {preserie.opened or ''}".rstrip()
    if appointment.am is None:
        return title
    return f"{title} : {pharmacy_of(preserie, appointment.am).name} ({appointment.am})"


def _status(appointment: Appointment) -> str:
    if appointment.is_cancelled:
        return "CANCELLED"
    is_sure = appointment.is_done or appointment.kind is AppointmentKind.LAUNCH
    return "CONFIRMED" if is_sure else "TENTATIVE"


def _person(address: str) -> vCalAddress:
    return vCalAddress(f"mailto:{address}")
