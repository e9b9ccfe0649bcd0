"""What can happen to a présérie up to its installations: one frozen value a verb.

What comes after is in ``preserie_event_bilan``. Each says who may say so. The names of
fields are those of the replay file (a trailing underscore aside); a default says that the field
may be left out. ``preserie_reading`` reads them by their types.

Source: PRE-36.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ordonnance.domain.modalites import Modalities
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.domain.preserie_value import (
    Count,
    Document,
    Item,
    ModuleOrigin,
    Name,
    Percent,
    Text,
)

_VENDOR = (PartyKind.VENDOR,)
_CNAM = (PartyKind.CNAM,)
_CHECKERS = (PartyKind.GIE, PartyKind.CNAM)
ANYONE = (
    PartyKind.VENDOR,
    PartyKind.CNAM,
    PartyKind.GIE,
    PartyKind.CPAM,
    PartyKind.PILOT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event says: at which instant, by whom (None: not said, then not checked).

    *verb* is its name in files; *roles*, who may say so.
    """

    verb: ClassVar[str]
    roles: ClassVar[tuple[PartyKind, ...]] = _VENDOR
    at: datetime
    by: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareVendor(Event):
    """A vendor, and its share of SESAM-Vitale."""

    verb = "declare_vendor"
    vendor: Name
    market_share_percent: Percent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareSoftware(Event):
    """A version of a software; declared again, another version of it."""

    verb = "declare_software"
    software: Name
    version: Name
    profession: Name
    module: Name
    module_origin: ModuleOrigin
    vendor: Name | None = None
    architecture: Name | None = None
    interface: Name | None = None
    market_share_percent: Percent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorise(Event):
    """An authority authorises a software; *version* None: all its versions."""

    verb = "authorise"
    roles = _CNAM
    software: Name
    authority: Text
    reference: Name
    version: Name | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetModalities(Event):
    """The Cnam says under which modalities the présérie will be opened. Source: PRE-65."""

    verb = "set_modalities"
    roles = _CNAM
    modalities: Modalities


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Event):
    """The présérie of a software begins."""

    verb = "open"
    software: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply(Event):
    """The vendor shares one of the prerequisites."""

    verb = "supply"
    item: Item
    document: Document | None = None
    contact: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseCPAM(Event):
    """Where the présérie takes place: departments of CPAM."""

    verb = "choose_cpam"
    cpam: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMinimum(Event):
    """The Cnam keeps the minimum of participants, or grants the smaller one."""

    verb = "set_minimum"
    roles = _CNAM
    participants: Count
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol(Event):
    """A pharmacy volunteers; *agreement_on* None: it has not agreed."""

    verb = "enrol"
    am: Text
    name: Name
    department: Text
    equipment_compatible: bool
    software_version: Name
    agreement_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Event):
    """A pharmacy leaves."""

    verb = "withdraw"
    am: Text
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitParticipants(Event):
    """The vendor gives the list of N° AM to the GIE and the Cnam."""

    verb = "submit_participants"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLaunchMeeting(Event):
    """The meeting that launches the présérie."""

    verb = "hold_launch_meeting"
    roles = _CNAM
    attendees: tuple[Party, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInstallation(Event):
    """The day on which a pharmacy will be installed."""

    verb = "plan_installation"
    am: Text
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Train(Event):
    """The day on which the users of a pharmacy are trained; it may be to come."""

    verb = "train"
    am: Text
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Install(Event):
    """A pharmacy is installed, its traces on or not."""

    verb = "install"
    am: Text
    on: date
    traces_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade(Event):
    """A pharmacy gets another version."""

    verb = "upgrade"
    am: Text
    version: Name
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckScorStop(Event):
    """Whether the end of sending by SCOR was found conform, at which pharmacies (None: all)."""

    verb = "check_scor_stop"
    roles = _CHECKERS
    conform: bool
    am: tuple[Text, ...] | None = None
    text: Text | None = None


PREPARATION_EVENTS: tuple[type[Event], ...] = (
    DeclareVendor,
    DeclareSoftware,
    Authorise,
    SetModalities,
    Open,
    Supply,
    ChooseCPAM,
    SetMinimum,
    Enrol,
    Withdraw,
    SubmitParticipants,
    HoldLaunchMeeting,
    PlanInstallation,
    Train,
    Install,
    Upgrade,
    CheckScorStop,
)
