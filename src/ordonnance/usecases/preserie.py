"""Préséries: loaded, decided on and written in one transaction, without a desk.

A process holds in memory those it has read: events are never changed, so what is held is right as
far as it goes, and only what came since is read.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from threading import Lock

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.enrolment_import import Imported, read_enrolments
from ordonnance.domain.preserie_access import check_reader, check_role, may_read
from ordonnance.domain.preserie_gate import Pilots, list_pilots
from ordonnance.domain.preserie_history import History, Recorded
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.preserie_submission import (
    Submission,
    Submitted,
    check_sight,
    decide,
    list_taken,
)
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.store.database import Database, DatabaseLostError, DatabaseRefusedError
from ordonnance.store.preserie import place_event, read_event, write_event
from ordonnance.usecases.chain import Chain

ATTEMPTS_MAX = 3
Defaults = Mapping[str, str]  # what fills an empty cell, by the member of ``enrol``


class Preseries:
    """What can be asked of préséries, on connections made by *connect*, one a request.

    *chance* gives that many random bytes: the name of the chain, opened at the first writing. Any
    number of threads may ask: they read side by side and write one after the other. *pilots* is
    replaced whole, never changed: the hot path reads it without waiting.

    Source: PRE-43.
    """

    def __init__(self, connect: Callable[[], Database], chance: Callable[[int], bytes]) -> None:
        self.pilots = Pilots()
        self._connect = connect
        self._chance = chance
        self._writing = Lock()
        self._chain: Chain | None = None
        self._histories: Mapping[str, History] = {}

    def is_traced(self, am: str) -> bool:
        """Whether the traces of a site are on: what it records is then joined with them.

        Source: PRE-20.
        """
        return am in self.pilots.traced

    def expects(self, am: str) -> bool:
        """Whether the traces of a site are taken: they are, until somebody stops them.

        Source: PRE-31.
        """
        return am not in self.pilots.silent

    def submit(self, submission: Submission) -> Submitted:
        """What a request left, once it is committed.

        Where somebody else wrote at the same moment, it is decided again on what they left.

        Raises:
            Refusal: as ``decide`` finds; BUSY where the base does not answer: the request may be
                sent again with the same key.

        Source: PRE-44.
        """
        with self._writing:
            try:
                with closing(self._connect()) as database:
                    return self._settle_again(database, submission)
            except (DatabaseLostError, DatabaseRefusedError):
                raise Refusal(Reasons.BUSY) from None

    def read(self, name: str, actor: Actor) -> History:
        """The présérie of that identifier, for who may read it.

        Raises:
            Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID, PRESERIE_UNKNOWN, BUSY.

        Source: PRE-46.
        """
        check_reader(actor)
        history = self._read_all().get(name)
        if history is None:
            raise Refusal(PreserieReasons.PRESERIE_UNKNOWN)
        check_sight(history, actor)
        return history

    def find_all(self, actor: Actor) -> list[History]:
        """The préséries that *actor* may read, those that moved last first.

        Raises:
            Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID, BUSY.

        Source: PRE-46.
        """
        check_reader(actor)
        seen = [one for one in self._read_all().values() if may_read(one.preserie, actor)]
        return sorted(seen, key=lambda one: (one.records[-1].at, one.id), reverse=True)

    def read_enrolments(
        self, name: str, actor: Actor, content: bytes | str, *, at: datetime, defaults: Defaults
    ) -> Imported:
        """What a table of pharmacies would enrol in a présérie, and all that is wrong with it.

        Nothing is recorded: once nothing is wrong, its events are submitted together.

        Raises:
            Refusal: ROLE_NOT_ALLOWED, TOKEN_INVALID, PRESERIE_UNKNOWN, BUSY.

        Source: PRE-47, PRE-69.
        """
        check_role(actor, Role.VENDOR)
        history = self.read(name, actor)
        others = [one.preserie for one in self._histories.values() if one.id != name]
        return read_enrolments(
            content,
            history.preserie,
            at=at,
            elsewhere=list_taken(others),
            defaults=defaults,
        )

    def refresh(self, database: Database) -> bool:
        """Read what came since; whether *pilots* changed.

        Source: PRE-49.
        """
        with database.snapshot():
            histories = catch_up(database, self._histories)
        return self._hold(histories)

    def _read_all(self) -> Mapping[str, History]:
        try:
            with closing(self._connect()) as database:
                self.refresh(database)
        except (DatabaseLostError, DatabaseRefusedError):
            raise Refusal(Reasons.BUSY) from None
        return self._histories

    def _settle_again(self, database: Database, submission: Submission) -> Submitted:
        """Settle; where the database refuses it, again, on what is there by then.

        Raises:
            DatabaseRefusedError: it refused each time.
        """
        for _ in range(ATTEMPTS_MAX - 1):
            try:
                return self._settle(database, submission)
            except DatabaseRefusedError:
                continue
        return self._settle(database, submission)

    def _settle(self, database: Database, submission: Submission) -> Submitted:
        try:
            chain = self._chain or Chain.open(database, at=submission.at, chance=self._chance)
            self._chain = chain
            with database.transaction():
                database.fetch("lock_preseries")
                histories = catch_up(database, self._histories)
                submitted = decide(histories, submission)
                chain = write(database, submitted.records, chain, at=submission.at)
        except (DatabaseLostError, DatabaseRefusedError):
            # Whether the block is in the chain is not known: another chain will remember its end.
            self._chain = None
            raise
        self._chain = chain
        if submitted.records:
            histories = {**histories, submitted.history.id: submitted.history}
        self._hold(histories)
        return submitted

    def _hold(self, histories: Mapping[str, History]) -> bool:
        """Hold *histories*; whether *pilots* changed.

        Two threads may hold one after the other, the late one what is older: the next reading
        catches up.
        """
        if histories is self._histories:
            return False
        self._histories = histories
        pilots = list_pilots(one.preserie for one in histories.values())
        has_changed = pilots != self.pilots
        self.pilots = pilots
        return has_changed


def catch_up(database: Database, held: Mapping[str, History]) -> Mapping[str, History]:
    """Every présérie, from those *held* and what came since; *held* itself if nothing did.

    Source: PRE-43.
    """
    heads: dict[str, int] = dict(database.fetch("list_preserie_heads"))
    if heads == {name: one.last for name, one in held.items()}:
        return held
    return {name: extend(database, held.get(name), name, last) for name, last in heads.items()}


def extend(database: Database, held: History | None, name: str, last: int) -> History:
    """A présérie up to its last event; read anew where more is held than the base has.

    Another server may have taken over without the last commits.
    """
    known = held if held is not None and held.last <= last else History(id=name)
    if known.last == last:
        return known
    rows = database.fetch("load_preserie_events", {"preserie": name, "after": known.last})
    return known.add(map(read_event, rows))


def write(database: Database, records: Sequence[Recorded], chain: Chain, *, at: datetime) -> Chain:
    """Write events and the block that holds them; the chain with that block.

    Source: PRE-43.
    """
    if not records:
        return chain
    written = [write_event(record) for record in records]
    longer = chain.add_digests([digest for _, digest in written], at=at)
    for position, (row, _) in enumerate(written):
        placed = place_event(row, longer.name, longer.head.rank, position)
        database.execute("write_preserie_event", placed)
    database.write_sets([("write_blocks", longer.block_rows)])
    return longer


def export(database: Database, name: str) -> list[str]:
    """The lines of the replay file of a présérie; none if there is no such présérie.

    Source: PRE-48.
    """
    with database.snapshot():
        rows = database.fetch("load_preserie_events", {"preserie": name, "after": 0})
    return [read_event(row).line for row in rows]
