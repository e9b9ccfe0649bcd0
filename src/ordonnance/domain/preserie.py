"""A présérie as everything that happened to it left it; states are derived from it, never stored.

Source: PRE-2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from fractions import Fraction

from ordonnance.domain.bilan import Bilan
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.modalites import PHARMACISTS_2025_07, MinimumReduced, Modalities
from ordonnance.domain.preserie_party import Party, cpam
from ordonnance.domain.preserie_value import Document, Item, Mark, ModuleOrigin, Outcome
from ordonnance.domain.preserie_warning import Warned


class State(StrEnum):
    """Where a présérie stands."""

    PREPARATION = "PREPARATION"
    LAUNCHED = "LANCEE"
    RUNNING = "EN_COURS"
    BILAN = "BILAN"
    PROLONGED = "PROLONGEE"
    EXTENDED = "ETENDUE"
    VALIDATED = "VALIDEE"
    GENERALISED = "GENERALISEE"
    GIVEN_UP = "ABANDONNEE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """A software, its declared versions in order, and what the CNDA authorised.

    *authorised* holds versions; None in it: all of them. *share*: per cent of SESAM-Vitale.
    """

    name: str
    vendor: str
    versions: tuple[str, ...]
    profession: str
    module: str
    origin: ModuleOrigin
    architecture: str | None
    interface: str | None
    share: Fraction | None
    authorised: tuple[str | None, ...] = ()

    @property
    def is_authorised(self) -> bool:
        """Whether a declared version is authorised. Source: PRE-7."""
        return None in self.authorised or not set(self.versions).isdisjoint(self.authorised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """A prerequisite shared with the Assurance Maladie. Source: PRE-8, PRE-9."""

    at: datetime
    document: Document | None
    contact: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A pharmacy of the présérie; what has not happened to it yet is None or empty.

    *withdrawn_because* None: it takes part. *contact*: where to write to it; None: not said.
    """

    am: str
    name: str
    department: str
    version: str
    agreement_on: date
    is_submitted: bool = False
    planned_on: date | None = None
    trained_on: tuple[date, ...] = ()
    installed_on: date | None = None
    traces_stopped: bool = False
    withdrawn_because: str | None = None
    contact: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether it takes part."""
        return self.withdrawn_because is None


@dataclass(frozen=True, slots=True)
class FigureKey:
    """What counts of executions are kept by; *epoch*: fixes and decisions before them."""

    am: str
    operation: str
    version: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of attempts. Source: PRE-24."""

    attempts: int = 0
    recorded: int = 0
    refusals: int = 0

    @property
    def is_possible(self) -> bool:
        """Whether something may have been counted so. Source: PRE-24."""
        is_some = min(self.recorded, self.refusals) >= 0
        return is_some and self.recorded + self.refusals <= self.attempts

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.attempts + other.attempts,
            self.recorded + other.recorded,
            self.refusals + other.refusals,
        )


@dataclass(frozen=True, slots=True)
class Pieces:
    """Counts of pieces justificatives: stopped or sent, rightly or wrongly. Source: PRE-26."""

    stopped_rightly: int = 0
    sent_rightly: int = 0
    stopped_wrongly: int = 0
    sent_wrongly: int = 0

    @property
    def is_possible(self) -> bool:
        """Whether something may have been counted so. Source: PRE-26."""
        counts = (self.stopped_rightly, self.sent_rightly, self.stopped_wrongly, self.sent_wrongly)
        return min(counts) >= 0

    def __add__(self, other: "Pieces") -> "Pieces":
        return Pieces(
            self.stopped_rightly + other.stopped_rightly,
            self.sent_rightly + other.sent_rightly,
            self.stopped_wrongly + other.stopped_wrongly,
            self.sent_wrongly + other.sent_wrongly,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """An anomaly; *texts*: what was said of it, in order. *fixed_in* None: open.

    *is_qualified*: the Cnam said what it is; until then, who reported it did.

    Source: PRE-25, PRE-39.
    """

    name: str
    operation: str
    intrinsic: bool
    blocking: bool
    texts: tuple[str, ...]
    is_qualified: bool = False
    fixed_in: str | None = None

    @property
    def is_obstacle(self) -> bool:
        """Whether it is open, due to the software, and prevents nominal use. Source: PRE-25."""
        return self.fixed_in is None and self.intrinsic and self.blocking


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to the questionnaire; *user* None: the pharmacy as a whole.

    *marks*: what its author thinks of each operation; *lifted_by*: what would lift the brake, where
    said.

    Source: PRE-28, PRE-73.
    """

    am: str
    user: str | None
    satisfaction: int
    is_brake: bool
    text: str
    marks: tuple[Mark, ...] = ()
    lifted_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the Cnam decided on a bilan. Source: PRE-33."""

    at: datetime
    outcome: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class LaunchCall:
    """When and where the launch meeting was last called; *hour* is of Paris. Source: PRE-56."""

    on: date
    hour: time | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a meeting left: when it was said held, by which verb, in which document.

    Source: PRE-56.
    """

    at: datetime
    about: str
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notification: from whom, to whom, about which verb, in a French text. Source: PRE-40."""

    at: datetime
    sender: Party
    recipient: Party
    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preserie:
    """What is known of a présérie, from the vendors declared before it to what followed it.

    *opened*: the software it is run on; None before. *minimum*: as set by the Cnam. *epoch* counts
    fixes and decisions; *fix_epoch* and *decision_epoch* are its values after the last of each.
    *measured_figures* and *measured_pieces*: what of *figures* and *pieces* the téléservice counted
    itself. *checks*: whether each check of the end of sending by SCOR was conform, in order.
    *latest_at*: the latest instant of an accepted event, up to the end. *contacts*: where to write
    to vendors.
    """

    modalities: Modalities = PHARMACISTS_2025_07
    vendors: Mapping[str, Fraction | None] = field(default_factory=dict)
    vendor: str | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)
    software: Mapping[str, Software] = field(default_factory=dict)
    opened: str | None = None
    supplied: Mapping[Item, Supplied] = field(default_factory=dict)
    cpam: tuple[str, ...] = ()
    minimum: int | None = None
    participants: Mapping[str, Participant] = field(default_factory=dict)
    launch_call: LaunchCall | None = None
    is_launched: bool = False
    minutes: tuple[Minutes, ...] = ()
    checks: tuple[bool, ...] = ()
    figures: Mapping[FigureKey, Figures] = field(default_factory=dict)
    pieces: Mapping[tuple[str, int], Pieces] = field(default_factory=dict)
    measured_figures: Mapping[FigureKey, Figures] = field(default_factory=dict)
    measured_pieces: Mapping[tuple[str, int], Pieces] = field(default_factory=dict)
    started_on: date | None = None
    anomalies: Mapping[str, Anomaly] = field(default_factory=dict)
    prerequisites: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    epoch: int = 0
    fix_epoch: int = 0
    decision_epoch: int = 0
    bilans: tuple[Bilan, ...] = ()
    decisions: tuple[Decision, ...] = ()
    has_deployment_meeting: bool = False
    terms: str | None = None
    closed_because: str | None = None
    notices: tuple[Notice, ...] = ()
    warnings: tuple[Warned, ...] = ()
    latest_at: datetime | None = None

    @property
    def active(self) -> tuple[Participant, ...]:
        """Pharmacies that take part, in the order of their enrolment."""
        return tuple(one for one in self.participants.values() if one.is_active)

    @property
    def installed(self) -> tuple[Participant, ...]:
        """Pharmacies that were installed, those that left since included. Source: PRE-41."""
        return tuple(one for one in self.participants.values() if one.installed_on is not None)

    @property
    def concerned(self) -> tuple[Party, ...]:
        """The CPAM concerned: those with a participant, by department. Source: PRE-16."""
        return tuple(cpam(code) for code in sorted({one.department for one in self.active}))

    @property
    def traces_active(self) -> tuple[str, ...]:
        """N° AM of the pharmacies whose traces are on. Source: PRE-20, PRE-31."""
        if self.closed_because is not None:
            return ()
        return tuple(one.am for one in self.installed if one.is_active and not one.traces_stopped)

    @property
    def is_checked(self) -> bool:
        """Whether the latest check of the end of sending by SCOR was conform. Source: PRE-26."""
        return bool(self.checks) and self.checks[-1]

    @property
    def bilan(self) -> Bilan | None:
        """The bilan last drawn."""
        return self.bilans[-1] if self.bilans else None

    @property
    def has_new_bilan(self) -> bool:
        """Whether a bilan was drawn since the last decision. Source: PRE-23."""
        return self.bilan is not None and self.bilan.epoch >= self.decision_epoch

    @property
    def is_extended(self) -> bool:
        """Whether an extension was ever decided. Source: PRE-33."""
        return any(Outcome.EXTEND in decision.outcome for decision in self.decisions)

    @property
    def is_validated(self) -> bool:
        """Whether it was decided to deploy: nothing is decided after. Source: PRE-23, PRE-96."""
        return bool(self.decisions) and Outcome.DEPLOY in self.decisions[-1].outcome

    @property
    def weeks(self) -> int | None:
        """Whole weeks since the first ordonnances were sent; None before. Source: PRE-11."""
        if self.started_on is None or self.latest_at is None:
            return None
        return max(0, (day_in_paris(self.latest_at) - self.started_on).days // 7)

    def iterate_figures(self, since: int = 0) -> Iterator[tuple[FigureKey, Figures]]:
        """Counts of executions, those from the epoch *since* on."""
        return (item for item in self.figures.items() if item[0].epoch >= since)


def share_of(preserie: Preserie, software: Software) -> Fraction | None:
    """The share of SESAM-Vitale that counts for *software*; None: unknown.

    Source: ours (PRE-22): « le logiciel », so its own share comes before its vendor's.
    """
    if software.share is not None:
        return software.share
    return preserie.vendors.get(software.vendor)


def minimum_of(preserie: Preserie) -> int:
    """How many participants it takes at least.

    Source: PRE-14, PRE-22. Ours: below the share the minimum is reduced of itself, unless the
    modalities say that the Cnam grants it; what the Cnam sets prevails.
    """
    modalities = preserie.modalities
    if preserie.minimum is not None:
        return preserie.minimum
    if modalities.minimum_reduced is MinimumReduced.GRANTED or preserie.opened is None:
        return modalities.participants_min
    share = share_of(preserie, preserie.software[preserie.opened])
    is_small = share is not None and share < modalities.reduced_below_percent
    return modalities.participants_min_reduced if is_small else modalities.participants_min


def state_of(preserie: Preserie) -> State:
    """Where it stands. Source: PRE-42."""
    if preserie.closed_because is not None:
        return State.GIVEN_UP
    if preserie.is_validated:
        return State.VALIDATED if preserie.terms is None else State.GENERALISED
    if preserie.has_new_bilan:
        return State.BILAN
    return _state_without_bilan(preserie)


def _state_without_bilan(preserie: Preserie) -> State:
    """Where it stands while no bilan waits for a decision.

    Prolonged and extended at once, it is called extended: that says more.
    """
    if preserie.decisions:
        outcome = preserie.decisions[-1].outcome
        return State.EXTENDED if Outcome.EXTEND in outcome else State.PROLONGED
    if preserie.installed:
        return State.RUNNING
    return State.LAUNCHED if preserie.is_launched else State.PREPARATION
