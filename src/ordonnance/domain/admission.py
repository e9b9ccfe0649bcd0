"""May these acts be recorded? The checks, in the order the contract fixes.

A check yields the refusals that stand in the way of an act. The professional may set aside some
of them, with a reason, or record after the event what was really done: the obstacle then becomes
an alert. Whatever else stands in the way is raised.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from ordonnance.domain.command import Execute
from ordonnance.domain.days import say_day
from ordonnance.domain.dossier import Alert, AlertCode, Dossier
from ordonnance.domain.execution import Act
from ordonnance.domain.line import Line
from ordonnance.domain.prescription import AHEAD_MAX
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.rights import acts_on, rights_of, say_quantity, unit_of

LATENESS_MAX = timedelta(minutes=15)
DEFERRAL_OLD = timedelta(days=30)
OVERRIDE_REASON_MIN = 10
QUANTITY_MAX = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """What a check looks at: the dossier, one act among those of a command, and the instant."""

    dossier: Dossier
    command: Execute
    act: Act
    at: datetime

    @property
    def line(self) -> Line | None:
        """The line the act designates; None: added by hand, unknown, or not issued yet."""
        prescription = self.dossier.prescription
        return None if prescription is None else prescription.find_line(self.act.prescribed)

    @property
    def done_at(self) -> datetime:
        """When it was done: what the law's limits are held against."""
        return self.act.handed_over_at or self.at


def check_state(case: Case) -> Iterator[Refusal]:
    """The prescription is cancelled, or no longer valid at the hand-over.

    Source: TLS-24.
    """
    cancellation = case.dossier.cancellation
    if cancellation is not None:
        yield Refusal(Reasons.CANCELLED, when=say_day(cancellation.at))
    prescription = case.dossier.prescription
    if prescription is None or not case.act.is_done:
        return
    limit = prescription.valid_until if case.line is None else case.line.valid_until
    if case.done_at >= limit:
        yield Refusal(Reasons.EXPIRED, when=say_day(limit))


def check_line(case: Case) -> Iterator[Refusal]:
    """The act designates a line that the prescription does not bear.

    Source: TLS-13.
    """
    if case.dossier.prescription is None or case.act.prescribed is None:
        return
    if case.line is None:
        yield Refusal(Reasons.LINE_UNKNOWN, case.act.where_line)


def check_form(case: Case) -> Iterator[Refusal]:
    """A quantity, or a reason, is missing or makes no sense.

    Source: TLS-25 (quantity above 1,000 packs: ours, a slip of the keyboard), TLS-26, TLS-27.
    """
    act = case.act
    if act.is_done and (act.quantity is None or not 0 < act.quantity <= QUANTITY_MAX):
        yield Refusal(Reasons.QUANTITY_INVALID, f"{act.where}.quantity")
    if not act.is_done and act.not_done is None:
        yield Refusal(
            Reasons.REASON_MISSING,
            f"{act.where}.statusReasonCodeableConcept",
            problem="pourquoi la ligne n’est pas délivrée",
        )
    for override in act.overrides:
        if len(override.reason.strip()) < OVERRIDE_REASON_MIN:
            yield Refusal(
                Reasons.REASON_MISSING,
                f"{act.where}.extension",
                problem=f"au moins {OVERRIDE_REASON_MIN} caractères pour délivrer quand même",
            )
    is_late = act.is_done and case.at - case.done_at > LATENESS_MAX
    if (is_late and act.deferred is None) or (act.deferred is not None and not act.deferred):
        yield Refusal(Reasons.DEFERRED_REASON_MISSING, f"{act.where}.extension")


def check_clock(case: Case) -> Iterator[Refusal]:
    """The hand-over lies in the future, beyond what clocks that disagree explain.

    Source: TLS-28.
    """
    if case.done_at > case.at + AHEAD_MAX:
        yield Refusal(Reasons.DATE_IN_FUTURE, f"{case.act.where}.whenHandedOver")


def check_rights(case: Case) -> Iterator[Refusal]:
    """More is delivered than remains, counting the acts before this one in the same request.

    Source: TLS-21.
    """
    line, act = case.line, case.act
    if line is None or not act.is_done:
        return
    earlier = takewhile(lambda other: other is not act, case.command.acts)
    before = [other for other in earlier if other.prescribed == act.prescribed]
    rights = rights_of(line, [*acts_on(case.dossier, line), *before], case.done_at)
    asked = act.days if line.quantity is None else act.quantity
    if rights.remaining == 0 or (asked is not None and asked > rights.remaining):
        given = "davantage" if asked is None else say_quantity(asked, unit_of(line))
        yield Refusal(
            Reasons.RIGHTS_EXHAUSTED,
            act.where,
            line=str(line.rank),
            remaining=say_quantity(rights.remaining, rights.unit),
            asked=given,
        )


# The order is the contract's: state, line, form of the act, date, rights. Clocks and
# substitution come after them, when their rules are written.
CHECKS: tuple[Callable[[Case], Iterator[Refusal]], ...] = (
    check_state,
    check_line,
    check_form,
    check_clock,
    check_rights,
)


def admit(dossier: Dossier, command: Execute, at: datetime) -> tuple[Alert, ...]:
    """The alerts that recording these acts raises.

    Raises:
        Refusal: the first obstacle that the professional has not set aside, or cannot.

    Source: TLS-13 (order), TLS-26 (override), TLS-27 (deferred).
    """
    alerts: list[Alert] = []
    for check in CHECKS:
        for act in command.acts:
            case = Case(dossier, command, act, at)
            alerts.extend(settle_obstacle(case, obstacle) for obstacle in check(case))
    if dossier.issued is None:
        alerts.append(Alert(AlertCode.WAITING))
    alerts.extend(
        Alert(AlertCode.DEFERRED)
        for act in command.acts
        if act.deferred and act.handed_over_at and at - act.handed_over_at > DEFERRAL_OLD
    )
    return tuple(dict.fromkeys(alerts))


def settle_obstacle(case: Case, obstacle: Refusal) -> Alert:
    """The alert that *obstacle* becomes where the act was deferred or the professional decided.

    What was really done is never lost: a deferred act is recorded whatever its rights.

    Raises:
        Refusal: *obstacle* itself, where it cannot or was not set aside.

    Source: TLS-26, TLS-27.
    """
    reason, act = obstacle.reason, case.act
    rank = None if case.line is None else case.line.rank
    may_defer = reason.overridable or reason in (Reasons.CANCELLED, Reasons.REPLACED)
    if act.deferred and may_defer:
        is_double = reason is Reasons.RIGHTS_EXHAUSTED and was_delivered_elsewhere(case)
        code = AlertCode.DOUBLE_DELIVERY if is_double else AlertCode.DEFERRED
        return Alert(code, reason.code, rank)
    if reason.overridable and any(override.code == reason.code for override in act.overrides):
        return Alert(AlertCode.OVERRIDE, reason.code, rank)
    raise obstacle


def was_delivered_elsewhere(case: Case) -> bool:
    """Whether another site delivered something of the same line."""
    return any(
        execution.by.sender != case.command.actor.sender
        and any(act.is_done and act.prescribed == case.act.prescribed for act in execution.acts)
        for execution in case.dossier.executions
    )
