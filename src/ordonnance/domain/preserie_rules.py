"""``apply``: what an event makes of a présérie. The one door to its rules.

Source: PRE-36, PRE-37.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ordonnance.domain import preserie_decision as decision
from ordonnance.domain import preserie_enrolment as enrolment
from ordonnance.domain import preserie_event as before
from ordonnance.domain import preserie_event_bilan as after
from ordonnance.domain import preserie_evidence as evidence
from ordonnance.domain import preserie_installation as installation
from ordonnance.domain import preserie_opening as opening
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_refusal import refuse_step

# Each takes the présérie and its own event, hence Any; a test looks that every event has its rule.
RULES: Mapping[type[before.Event], Callable[[Preserie, Any], Preserie]] = {
    before.DeclareVendor: opening.declare_vendor,
    before.DeclareSoftware: opening.declare_software,
    before.Authorise: opening.authorise,
    before.SetModalities: opening.set_modalities,
    before.Open: opening.open_preserie,
    before.Supply: opening.supply,
    before.ChooseCPAM: opening.choose_cpam,
    before.SetMinimum: opening.set_minimum,
    before.Enrol: enrolment.enrol,
    before.Withdraw: enrolment.withdraw,
    before.SubmitParticipants: enrolment.submit_participants,
    before.HoldLaunchMeeting: enrolment.hold_launch_meeting,
    before.PlanInstallation: installation.plan_installation,
    before.Train: installation.train,
    before.Install: installation.install,
    before.Upgrade: installation.upgrade,
    before.CheckScorStop: installation.check_scor_stop,
    after.Traces: evidence.record_traces,
    after.Scor: evidence.record_pieces,
    after.ReportAnomaly: evidence.report_anomaly,
    after.QualifyAnomaly: evidence.qualify_anomaly,
    after.FixAnomaly: evidence.fix_anomaly,
    after.DeclareFix: evidence.declare_fix,
    after.StatePrerequisites: evidence.state_prerequisites,
    after.AnswerQuestionnaire: evidence.answer_questionnaire,
    after.DrawBilan: decision.draw_bilan,
    after.ShareBilan: decision.share_bilan,
    after.Decide: decision.decide,
    after.HoldDeploymentMeeting: decision.hold_deployment_meeting,
    after.StopTraces: decision.stop_traces,
    after.AuthoriseDeployment: decision.authorise_deployment,
    after.Close: decision.close,
    after.Covers: decision.ask_coverage,
}

# About vendors and their software, not about one présérie: at any time.
_ALWAYS = (
    before.DeclareVendor,
    before.DeclareSoftware,
    before.Authorise,
    after.Covers,
)
# What has no meaning once it is decided to deploy: the trial is over.
_TRIAL = (
    before.ChooseCPAM,
    before.SetMinimum,
    before.Enrol,
    before.SubmitParticipants,
    before.HoldLaunchMeeting,
    before.PlanInstallation,
    before.Install,
    after.DrawBilan,
    after.Close,
)


def apply(preserie: Preserie, event: before.Event) -> Preserie:
    """The présérie as *event* leaves it.

    Raises:
        Refusal: OUT_OF_STEP once it is given up or, for what belongs to the trial, validated; then
            those of the event's own rule. The présérie given is as it was.

    Source: PRE-37, PRE-42.
    """
    _check_not_over(preserie, event)
    changed = RULES[type(event)](preserie, event)
    return replace(changed, latest_at=_latest(preserie, event))


def _check_not_over(preserie: Preserie, event: before.Event) -> None:
    """Source: ours (PRE-42)."""
    if isinstance(event, _ALWAYS):
        return
    if preserie.closed_because is not None:
        refuse_step("la présérie est abandonnée, elle ne se lit plus que pour mémoire")
    if preserie.is_validated and isinstance(event, _TRIAL):
        refuse_step("le déploiement est décidé, la présérie est finie")


def _latest(preserie: Preserie, event: before.Event) -> datetime | None:
    """The latest instant of a présérie that lasts; what follows its end does not lengthen it.

    Source: PRE-11.
    """
    if preserie.is_validated or isinstance(event, _ALWAYS):
        return preserie.latest_at
    return event.at if preserie.latest_at is None else max(preserie.latest_at, event.at)
