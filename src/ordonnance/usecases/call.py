"""The calls behind a figure of a bilan, told to who may see them.

Source: PRE-53.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, islice

from ordonnance.domain.actor import Actor
from ordonnance.domain.call import CALLS_MAX, Call, CallFilter, list_visible_sites, may_see
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.store.database import Database, DatabaseLostError, DatabaseRefusedError
from ordonnance.store.trace import read_call
from ordonnance.usecases.trace import RETRY_DAYS

FETCHED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The calls found, newest first; *is_cut*: there are others, older."""

    calls: tuple[Call, ...]
    is_cut: bool


def find_calls(
    connect: Callable[[], Database],
    preserie: Preserie,
    actor: Actor,
    wanted: CallFilter,
    *,
    at: datetime,
) -> Found:
    """The calls that *wanted* asks for and *actor* may see, at most ``CALLS_MAX`` of them.

    None for a pharmacy that is not of the présérie, or is not the actor's to see.

    Raises:
        Refusal: BUSY where the base does not answer.

    Source: PRE-53.
    """
    try:
        with closing(connect()) as database:
            return _find(database, preserie, actor, wanted, at)
    except (DatabaseLostError, DatabaseRefusedError):
        raise Refusal(Reasons.BUSY) from None


def _find(
    database: Database, preserie: Preserie, actor: Actor, wanted: CallFilter, at: datetime
) -> Found:
    sites = list_visible_sites(preserie, actor)
    until = wanted.on or day_in_paris(at + timedelta(days=1))
    found: list[Call] = []
    for am, installed_on in sites.items():
        if wanted.am not in (None, am):
            continue
        since = wanted.on or installed_on
        attempts = list_attempts(database, am, wanted, since=since, until=until)
        seen = (call for call in attempts if may_see(preserie, actor, call))
        found.extend(islice(seen, CALLS_MAX + 1))
    found.sort(key=lambda call: (call.at, call.am, call.trace_id), reverse=True)
    return Found(calls=tuple(found[:CALLS_MAX]), is_cut=len(found) > CALLS_MAX)


def list_attempts(
    database: Database, am: str, wanted: CallFilter, *, since: date, until: date
) -> Iterator[Call]:
    """The attempts of a site from a day to another, both included, newest first.

    They are fetched as they are asked for, so many at once. Site and day are not read of *wanted*.

    Source: PRE-53, PRE-54.
    """
    values = {
        "am": am,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "earliest": (since - timedelta(days=RETRY_DAYS)).isoformat(),
        "latest": (until + timedelta(days=RETRY_DAYS)).isoformat(),
        "operation": wanted.operation,
        "version": wanted.version,
        "outcome": wanted.outcome and wanted.outcome.value,
        "limit": FETCHED_AT_ONCE,
    }
    for offset in count(0, FETCHED_AT_ONCE):
        with database.snapshot():
            rows = database.fetch("list_attempts", {**values, "offset": offset})
        yield from (read_call(row, am) for row in rows)
        if len(rows) < FETCHED_AT_ONCE:
            return
