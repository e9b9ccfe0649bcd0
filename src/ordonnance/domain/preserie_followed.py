"""What a CPAM follows: the pharmacies of its department over all préséries, and their anomalies.

Source: PRE-85.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ordonnance.domain.preserie import Anomaly, Participant
from ordonnance.domain.preserie_document import KITS, list_versions
from ordonnance.domain.preserie_event_bilan import ReportAnomaly
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import Party, PartyKind, cpam
from ordonnance.domain.preserie_value import Document, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A pharmacy of a présérie, beside it whom to call and the kit, as they were last shared.

    *contact* None: the vendor did not say. *is_over*: nothing more is installed there.
    """

    history: History
    participant: Participant
    vendor: str
    software: str
    contact: str | None
    kit: tuple[Document, ...]

    @property
    def is_over(self) -> bool:
        """Whether the présérie is given up, or decided."""
        preserie = self.history.preserie
        return preserie.closed_because is not None or preserie.is_validated

    @property
    def may_be_reported(self) -> bool:
        """Whether a difficulty may still be told of it. Source: PRE-36."""
        return self.history.preserie.closed_because is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAnomaly:
    """An anomaly met by a CPAM's pharmacies, or that it reported; *am*: those that met it."""

    history: History
    anomaly: Anomaly
    am: tuple[str, ...]
    reported_at: datetime


def list_followed(histories: Iterable[History], department: str) -> tuple[Followed, ...]:
    """The pharmacies of a department, those of préséries that go on first, then by name.

    Those that left are there: what they met counts.

    Source: PRE-16, PRE-85.
    """
    found = [
        _follow(history, one)
        for history in histories
        if history.preserie.opened is not None
        for one in history.preserie.participants.values()
        if one.department == department
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.is_over,
                not one.participant.is_active,
                one.participant.name,
                one.participant.am,
            ),
        )
    )


def _follow(history: History, participant: Participant) -> Followed:
    software = history.preserie.software[history.preserie.opened or ""]
    contacts = [one.contact for one in list_versions(history, Item.SUPPORT) if one.contact]
    kit = [list_versions(history, item)[-1:] for item in KITS]
    return Followed(
        history=history,
        participant=participant,
        vendor=software.vendor,
        software=software.name,
        contact=contacts[-1] if contacts else None,
        kit=tuple(one.document for last in kit for one in last if one.document is not None),
    )


def list_local_anomalies(histories: Iterable[History], department: str) -> tuple[LocalAnomaly, ...]:
    """The anomalies met in a department, or reported by its CPAM, open first, the latest first.

    Source: PRE-36, PRE-85.
    """
    found = [one for history in histories for one in _list_met(history, department)]
    latest = sorted(found, key=lambda one: one.reported_at, reverse=True)
    return tuple(sorted(latest, key=lambda one: one.anomaly.fixed_in is not None))


def _list_met(history: History, department: str) -> list[LocalAnomaly]:
    preserie = history.preserie
    own = {one.am for one in preserie.participants.values() if one.department == department}
    theirs = {cpam(department), *(Party(PartyKind.PILOT, am) for am in own)}
    met: dict[str, list[ReportAnomaly]] = {}
    for event in history.replayed.accepted.values():
        if isinstance(event, ReportAnomaly) and (event.am in own or event.by in theirs):
            met.setdefault(event.anomaly, []).append(event)
    return [
        LocalAnomaly(
            history=history,
            anomaly=preserie.anomalies[name],
            am=tuple(dict.fromkeys(one.am for one in reports if one.am in own and one.am)),
            reported_at=reports[-1].at,
        )
        for name, reports in met.items()
    ]


def first_day(followed: Iterable[Followed]) -> date | None:
    """The day of the first installation; None: there is none yet."""
    days = [one.participant.installed_on for one in followed]
    return min((day for day in days if day is not None), default=None)
