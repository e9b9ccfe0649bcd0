"""May these acts be recorded? The checks, in the order the contract fixes.

A check yields the refusals that stand in the way of an act. The professional may set aside some
of them, with a reason, or record after the event what was really done: the obstacle then becomes
an alert. Whatever else stands in the way is raised.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ordonnance.domain.command import Execute
from ordonnance.domain.days import day_in_paris, say_day
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act, Stage, Swap, form_of
from ordonnance.domain.fact import Alert, AlertCode, Caveat, CaveatCode
from ordonnance.domain.guard import refuse_replaced
from ordonnance.domain.known import NOTHING, Known
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.medicine import CLOCKS, Finding, check_substitution
from ordonnance.domain.prescription import AHEAD_MAX
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.reservation import leases_elsewhere, refuse_reserved
from ordonnance.domain.rights import acts_by_line, rights_of, say_quantity, unit_of
from ordonnance.domain.scene import Scene, look_at
from ordonnance.domain.series import is_sampled

LATENESS_MAX = timedelta(minutes=15)
DEFERRAL_OLD = timedelta(days=30)
OVERRIDE_REASON_MIN = 10
QUANTITY_MAX = 1000
_WHY: Mapping[Stage | None, str] = {
    Stage.SUSPENDED: "pourquoi la série est interrompue",
    Stage.ENDED: "pourquoi la série s’arrête",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What a check looks at: the dossier, one act among those of a command, and the instant.

    *scene* is what the rules of medicines look at; None where they do not. *before* is what was
    done, or not, about the line before, in the same request included. *is_recorded*: the act was
    recorded before, and is said anew or looked at again; that it is late, or that nothing may be
    done any more, is then no reason to refuse it.
    """

    dossier: Dossier
    command: Execute
    act: Act
    at: datetime
    scene: Scene | None
    before: tuple[Act, ...] = ()
    is_recorded: bool = False

    @property
    def line(self) -> Line | None:
        """The line the act designates; None: added by hand, unknown, or not issued yet."""
        if self.scene is not None:
            return self.scene.line
        prescription = self.dossier.prescription
        return None if prescription is None else prescription.find_line(self.act.prescribed)

    @property
    def done_at(self) -> datetime:
        """When it was done: what the law's limits are held against."""
        return self.act.handed_over_at or self.at


def check_state(case: Case) -> Iterator[Refusal]:
    """The prescription is cancelled, replaced, or no longer valid at the hand-over.

    An examination whose sample was taken in time is done in time.

    Source: TLS-24, TLS-48, TLS-52; that what was recorded before may be corrected afterwards:
    TLS-51.
    """
    cancellation = case.dossier.cancellation
    if cancellation is not None and not case.is_recorded:
        yield Refusal(Reasons.CANCELLED, when=say_day(cancellation.at))
    replacement = case.dossier.replacement
    if replacement is not None and not case.is_recorded:
        yield refuse_replaced(replacement)
    prescription = case.dossier.prescription
    if prescription is None or not case.act.is_done:
        return
    line = case.line
    limit = prescription.valid_until if line is None else line.valid_until
    if case.done_at >= limit and not is_sampled(case.before, limit):
        yield Refusal(Reasons.EXPIRED, when=say_day(limit))


def check_reservation(case: Case) -> Iterator[Refusal]:
    """Another site is preparing the line. A line added by hand, or not delivered, hinders nobody.

    Source: TLS-50.
    """
    if not case.dossier.facts or case.is_recorded or not case.act.is_done or case.line is None:
        return
    for lease in leases_elsewhere(case.dossier, case.command.actor, case.at):
        if case.line.kind in lease.kinds:
            yield refuse_reserved(lease, case.act.where)


def check_line(case: Case) -> Iterator[Refusal]:
    """The act designates a line that the prescription does not bear.

    Source: TLS-13.
    """
    if case.scene is not None or case.dossier.prescription is None or case.act.prescribed is None:
        return
    if case.line is None:
        yield Refusal(Reasons.LINE_UNKNOWN, case.act.where_line)


def check_form(case: Case) -> Iterator[Refusal]:
    """A quantity, or a reason, is missing or makes no sense; or the resource is another kind's.

    Source: TLS-25 (quantity above 1,000 packs: ours, a slip of the keyboard), TLS-26, TLS-27,
    TLS-45.
    """
    line, act = case.line, case.act
    if line is not None and (act.kind is not line.kind or act.stage is not None):
        yield from check_kind_of_act(line, act)
    if act.uses_rights and (act.quantity is None or not 0 < act.quantity <= QUANTITY_MAX):
        yield Refusal(Reasons.QUANTITY_INVALID, f"{act.where}.{act.form.quantity}")
    if not act.is_done and act.not_done is None:
        yield Refusal(
            Reasons.REASON_MISSING,
            f"{act.where}.{act.form.reason}",
            problem=_WHY.get(act.stage, "pourquoi la ligne n’est pas délivrée"),
        )
    for override in act.overrides:
        if len(override.reason.strip()) < OVERRIDE_REASON_MIN:
            yield Refusal(
                Reasons.REASON_MISSING,
                f"{act.where}.extension",
                problem=f"au moins {OVERRIDE_REASON_MIN} caractères pour délivrer quand même",
            )
    yield from check_agreement(case)
    is_late = act.is_done and not case.is_recorded and case.at - case.done_at > LATENESS_MAX
    if (is_late and act.deferred is None) or (act.deferred is not None and not act.deferred):
        yield Refusal(Reasons.DEFERRED_REASON_MISSING, f"{act.where}.extension")


def check_kind_of_act(line: Line, act: Act) -> Iterator[Refusal]:
    """What was sent is not what a line of its kind is said with, or a sample is of no examination.

    Source: TLS-45, TLS-48.
    """
    expected = form_of(line.kind)
    if act.form is not expected:
        yield Refusal(
            Reasons.ELEMENT_INVALID,
            f"{act.where}.resourceType",
            problem=f"la ligne {line.rank} s’exécute par {expected.resource}, "
            f"pas par {act.form.resource}",
        )
    elif act.stage is Stage.SAMPLED and line.kind is not Kind.BIOLOGY:
        yield Refusal(
            Reasons.ELEMENT_INVALID,
            f"{act.where}.status",
            problem=f"la ligne {line.rank} n’est pas un examen, il n’y a rien à prélever",
        )


def check_agreement(case: Case) -> Iterator[Refusal]:
    """What was changed with the prescriber's agreement says on which day they agreed.

    Source: MED-20; CSP, art. R. 4073-1 and following.
    """
    act = case.act
    if act.adaptation is None and act.swap is not Swap.AGREED:
        return
    agreed_on = None if act.adaptation is None else act.adaptation.agreement_on
    if agreed_on is None:
        rank = "–" if case.line is None else str(case.line.rank)
        yield Refusal(Reasons.AGREEMENT_MISSING, f"{act.where}.extension", line=rank)
    elif agreed_on > day_in_paris(case.at + AHEAD_MAX):
        yield Refusal(Reasons.DATE_IN_FUTURE, f"{act.where}.extension")


def check_clock(case: Case) -> Iterator[Refusal]:
    """The hand-over lies in the future, beyond what clocks that disagree explain.

    Source: TLS-28.
    """
    if case.done_at > case.at + AHEAD_MAX:
        yield Refusal(Reasons.DATE_IN_FUTURE, f"{case.act.where}.{case.act.form.done_at}")


def check_rights(case: Case) -> Iterator[Finding]:
    """More is delivered than remains, counting the acts before this one in the same request.

    What the law renews without a number begins another fill of the same size. A sample uses
    nothing, and is of no use once nothing remains.

    Source: TLS-21, TLS-46, MED-14 (CSP, art. R. 5132-22).
    """
    line, act = case.line, case.act
    if line is None or not act.is_done:
        return
    rights = rights_of(line, case.before, case.done_at)
    asked = act.days if line.quantity is None else act.quantity
    if rights.remaining == 0 or (asked is not None and asked > rights.remaining):
        if rights.remaining == 0 and is_renewed_by_law(case, line):
            yield Caveat(CaveatCode.RENEWED_BY_LAW, line.rank)
            return
        given = "davantage" if asked is None else say_quantity(asked, unit_of(line))
        yield Refusal(
            Reasons.RIGHTS_EXHAUSTED,
            act.where,
            line=str(line.rank),
            remaining=say_quantity(rights.remaining, rights.unit),
            asked=given,
        )


def is_renewed_by_law(case: Case, line: Line) -> bool:
    """Whether *line* may be renewed, by one fill, though nobody said how many times.

    What is on list I is renewed as often as was said, or as long: a line in days has them all.

    Source: MED-14; CSP, art. R. 5132-22 (list II: unless expressly forbidden). That no renewal
    written is not a renewal forbidden, and 0 is: ours.
    """
    scene = case.scene
    is_free = scene is not None and scene.regime.is_list_ii and not scene.regime.is_list_i
    if scene is None or not is_free or line.are_repeats_said:
        return False
    if line.quantity is not None:
        return scene.delivery.packs <= line.quantity
    return line.fill_days is not None and (case.act.days or 0) <= line.fill_days


def check_medicine(case: Case) -> Iterator[Finding]:
    """The rules of medicines: when, how much, how long, where; and what no line ordered.

    Source: MED-23 (a line added by hand), and each rule its own.
    """
    if case.scene is None:
        if case.act.is_done and case.act.prescribed is None:
            yield Caveat(CaveatCode.ADDED_BY_HAND)
        return
    for check in CLOCKS:
        yield from check(case.scene)


def check_product_given(case: Case) -> Iterator[Finding]:
    """What is delivered is what was prescribed, or may stand for it.

    Source: MED-19.
    """
    if case.scene is not None:
        yield from check_substitution(case.scene)


# The order is the contract's: state, reservation, line, form of the act, date, rights, clocks,
# substitution.
CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    check_state,
    check_reservation,
    check_line,
    check_form,
    check_clock,
    check_rights,
    check_medicine,
    check_product_given,
)


@dataclass(frozen=True, slots=True)
class Admission:
    """What recording these acts raises: alerts for who watches, warnings for who asked."""

    alerts: tuple[Alert, ...]
    caveats: tuple[Caveat, ...]


def admit(
    dossier: Dossier,
    command: Execute,
    at: datetime,
    known: Known = NOTHING,
    *,
    is_recorded: bool = False,
) -> Admission:
    """What recording these acts raises. *is_recorded*: they were, and are said anew.

    Raises:
        Refusal: the first obstacle that the professional has not set aside, or cannot.

    Source: TLS-13 (order), TLS-26 (override), TLS-27 (deferred).
    """
    alerts: list[Alert] = []
    caveats: list[Caveat] = []
    cases = list_cases(dossier, command, at, known, is_recorded=is_recorded)
    for check in CHECKS:
        for case in cases:
            for finding in check(case):
                if isinstance(finding, Caveat):
                    caveats.append(finding)
                else:
                    alerts.append(settle_obstacle(case, finding))
    if dossier.issued is None:
        alerts.append(Alert(AlertCode.WAITING))
    alerts.extend(
        Alert(AlertCode.DEFERRED)
        for act in command.acts
        if act.deferred and act.handed_over_at and at - act.handed_over_at > DEFERRAL_OLD
    )
    return Admission(tuple(dict.fromkeys(alerts)), tuple(dict.fromkeys(caveats)))


def list_cases(
    dossier: Dossier, command: Execute, at: datetime, known: Known, *, is_recorded: bool = False
) -> list[Case]:
    """The case of each act, in their order; each sees those of its line that come before it."""
    cases = []
    by_line = acts_by_line(dossier)
    for act in command.acts:
        acts = by_line.setdefault(act.prescribed, [])
        before = tuple(acts)
        scene = look_at(dossier.prescription, command, act, at=at, known=known, acts=before)
        cases.append(Case(dossier, command, act, at, scene, before=before, is_recorded=is_recorded))
        acts.append(act)
    return cases


def settle_obstacle(case: Case, obstacle: Refusal) -> Alert:
    """The alert that *obstacle* becomes where the act was deferred or the professional decided.

    What was really done is never lost: a deferred act is recorded whatever its rights.

    Raises:
        Refusal: *obstacle* itself, where it cannot or was not set aside.

    Source: TLS-26, TLS-27.
    """
    alert = find_alert(case, obstacle)
    if alert is None:
        raise obstacle
    return alert


def find_alert(case: Case, obstacle: Refusal) -> Alert | None:
    """The alert that *obstacle* becomes; None where it cannot, or was not set aside."""
    reason, act = obstacle.reason, case.act
    rank = None if case.line is None else case.line.rank
    may_defer = reason.overridable or reason in (Reasons.CANCELLED, Reasons.REPLACED)
    if act.deferred and may_defer:
        is_double = reason is Reasons.RIGHTS_EXHAUSTED and was_delivered_elsewhere(case)
        code = AlertCode.DOUBLE_DELIVERY if is_double else AlertCode.DEFERRED
        return Alert(code, reason.code, rank)
    if reason.overridable and any(override.code == reason.code for override in act.overrides):
        return Alert(AlertCode.OVERRIDE, reason.code, rank)
    return None


def was_delivered_elsewhere(case: Case) -> bool:
    """Whether another site delivered something of the same line."""
    return any(
        execution.by.sender != case.command.actor.sender
        and any(act.is_done and act.prescribed == case.act.prescribed for act in execution.acts)
        for execution in case.dossier.executions
    )
