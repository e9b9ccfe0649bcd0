"""Acts one after another about a line: a series interrupted, resumed, ended; a sample taken.

Everything is told by when it was done, so that what is recorded late changes no more than what it
says. What has no date counts from its recording.
"""

from collections.abc import Sequence
from datetime import datetime

from ordonnance.domain.execution import Act, Stage
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.prescription import AHEAD_MAX

DELIVERED = frozenset({Kind.MEDICINE, Kind.DEVICE})


def is_session(line: Line) -> bool:
    """Whether *line* orders sessions: an act that is neither a delivery nor an examination."""
    return line.kind not in DELIVERED and line.kind is not Kind.BIOLOGY


def is_ended(acts: Sequence[Act], at: datetime) -> bool:
    """Whether, of the *acts* about a line, one ended its series by the instant *at*.

    A session done before the end and recorded after it still had its right.

    Source: TLS-47.
    """
    return any(act.stage is Stage.ENDED and not is_later(act, at) for act in acts)


def is_later(act: Act, at: datetime) -> bool:
    """Whether *act* was done after *at*, beyond what clocks that disagree explain."""
    return act.handed_over_at is not None and act.handed_over_at > at + AHEAD_MAX


def is_suspended(acts: Sequence[Act]) -> bool:
    """Whether an interruption was followed by nothing done; *acts* in order of recording.

    Source: TLS-47.
    """
    return any(
        act.stage is Stage.SUSPENDED and not is_resumed(act, rank, acts)
        for rank, act in enumerate(acts)
    )


def is_resumed(pause: Act, rank: int, acts: Sequence[Act]) -> bool:
    """Whether one of *acts* was done after *pause*, which is that of *rank* among them."""
    since = pause.handed_over_at
    for other, act in enumerate(acts):
        if not act.is_done:
            continue
        if since is None or act.handed_over_at is None or act.handed_over_at == since:
            if other > rank:
                return True
        elif act.handed_over_at > since:
            return True
    return False


def is_sampled(acts: Sequence[Act], by: datetime) -> bool:
    """Whether a sample was taken before the instant *by*: the examination is then begun.

    Source: TLS-48.
    """
    return any(
        act.stage is Stage.SAMPLED and act.handed_over_at is not None and act.handed_over_at < by
        for act in acts
    )


def stage_of(acts: Sequence[Act], at: datetime, *, is_exhausted: bool) -> Stage | None:
    """Where the series or the examination of a line stands; None: nothing but done or to do.

    Ended and interrupted come before the rest; a sample, or its passing on, is told until
    something else is: the examination, or why there was none.

    Source: TLS-47, TLS-48.
    """
    if is_ended(acts, at):
        return Stage.ENDED
    if is_suspended(acts):
        return None if is_exhausted else Stage.SUSPENDED
    last = acts[-1].stage if acts else None
    is_begun = last in (Stage.SAMPLED, Stage.PASSED_ON)
    return last if is_begun and not is_exhausted else None


def count_sessions(acts: Sequence[Act]) -> int:
    """How many sessions were done."""
    return sum(1 for act in acts if act.uses_rights)
