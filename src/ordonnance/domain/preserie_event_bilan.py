"""What can happen to a présérie that runs: figures, anomalies, answers, its bilan, what follows.

Source: PRE-36.
"""

from dataclasses import dataclass
from datetime import date, datetime

from ordonnance.domain.preserie_event import ANYONE, Event
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.domain.preserie_value import (
    Change,
    Count,
    CriterionNumber,
    Digest,
    Document,
    Mark,
    Name,
    Operation,
    Outcome,
    Satisfaction,
    Since,
    Text,
    Waiver,
)

_CNAM = (PartyKind.CNAM,)
_PILOT = (PartyKind.PILOT,)
_BOTH = (PartyKind.VENDOR, PartyKind.CNAM)
_MEASURERS = (PartyKind.VENDOR, PartyKind.CNAM, PartyKind.GIE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces(Event):
    """Counts of one operation at a pharmacy since the counts before; the day of the first.

    *measured*: when the téléservice counted them itself; None: somebody tells them. *period*: how
    many fixes and decisions came before what is counted; None: all there are.

    Source: PRE-24; PRE-51 for what is measured.
    """

    verb = "traces"
    roles = _MEASURERS
    am: Text
    operation: Operation
    attempts: Change
    recorded: Change
    business_refusals: Change
    first_on: date | None = None
    version: Name | None = None
    measured: datetime | None = None
    period: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scor(Event):
    """Counts of pieces at a pharmacy since the counts before; *measured*, *period*: as of traces.

    Source: PRE-26; PRE-51 for what is measured.
    """

    verb = "scor"
    roles = _MEASURERS
    am: Text
    stopped_rightly: Change
    sent_rightly: Change
    stopped_wrongly: Change
    sent_wrongly: Change
    measured: datetime | None = None
    period: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAnomaly(Event):
    """An anomaly, as who reports it sees it: due to the software, preventing nominal use."""

    verb = "report_anomaly"
    roles = ANYONE
    anomaly: Name
    operation: Operation
    intrinsic: bool
    blocking: bool
    text: Text
    am: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualifyAnomaly(Event):
    """The Cnam says what an anomaly is."""

    verb = "qualify_anomaly"
    roles = _CNAM
    anomaly: Name
    intrinsic: bool
    blocking: bool
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FixAnomaly(Event):
    """An anomaly is fixed in a version."""

    verb = "fix_anomaly"
    anomaly: Name
    version: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareFix(Event):
    """What was fixed for a criterion, in a version."""

    verb = "declare_fix"
    criterion: CriterionNumber
    version: Name
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePrerequisites(Event):
    """The technical prerequisites of the deployment."""

    verb = "state_prerequisites"
    text: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestionnaire(Event):
    """An answer of a user (None: the pharmacy as a whole).

    *satisfaction* is that of the whole, *answers* that of each operation, *brake* what would lift
    the brake. Source: PRE-28, PRE-73.
    """

    verb = "answer_questionnaire"
    roles = _PILOT
    am: Text
    satisfaction: Satisfaction
    blocking_brake: bool
    text: Text
    user: Name | None = None
    answers: tuple[Mark, ...] = ()
    brake: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawBilan(Event):
    """The bilan is drawn; *min_answers* pharmacies instead of a share of them."""

    verb = "draw_bilan"
    roles = _BOTH
    min_answers: Count | None = None
    since: Since = Since.OPENING


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBilan(Event):
    """The bilan last drawn is shared; *content* is the hash of what the sharer saw, and signs it.

    *disagreement*: what the sharer does not agree with, printed with it. Source: ours (PRE-61).
    """

    verb = "share_bilan"
    roles = _BOTH
    with_: tuple[Party, ...]
    content: Digest | None = None
    disagreement: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Event):
    """The Cnam decides on the bilan; *outcome* is one, or prolong and extend together."""

    verb = "decide"
    roles = _CNAM
    outcome: tuple[Outcome, ...]
    waives: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldDeploymentMeeting(Event):
    """The meeting that starts the deployment; its *minutes* (ours: PRE-56)."""

    verb = "hold_deployment_meeting"
    roles = _CNAM
    minutes: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTraces(Event):
    """The vendor turns the traces of a pharmacy off."""

    verb = "stop_traces"
    am: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoriseDeployment(Event):
    """The Cnam says that the software may be generalised, and how."""

    verb = "authorise_deployment"
    roles = _CNAM
    terms: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Event):
    """The présérie is given up."""

    verb = "close"
    roles = _BOTH
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers(Event):
    """Asks whether a software is covered; changes nothing."""

    verb = "covers"
    roles = ANYONE
    software: Name


BILAN_EVENTS: tuple[type[Event], ...] = (
    Traces,
    Scor,
    ReportAnomaly,
    QualifyAnomaly,
    FixAnomaly,
    DeclareFix,
    StatePrerequisites,
    AnswerQuestionnaire,
    DrawBilan,
    ShareBilan,
    Decide,
    HoldDeploymentMeeting,
    StopTraces,
    AuthoriseDeployment,
    Close,
    Covers,
)
