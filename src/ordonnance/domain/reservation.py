"""A reservation: a site keeps the lines of its kinds for itself while it prepares them.

It is a lease: nothing ends it but its hour, its holder, or what its holder carries out. Nobody
needs to be told that it is over, and no timer runs: who holds what is what the facts say at a
given instant.

Source: TLS-50.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ordonnance.domain.actor import Actor
from ordonnance.domain.answer import Decision, origin_of, record
from ordonnance.domain.command import Release, Reserve
from ordonnance.domain.days import say_day, say_hour
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Executed, Released, Reserved
from ordonnance.domain.guard import OPEN, check_status, refuse_exhausted
from ordonnance.domain.known import Known
from ordonnance.domain.line import Kind
from ordonnance.domain.profession import kinds_executed_by
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.rights import LineStatus, states_of

LEASE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Lease:
    """The lines of some *kinds*, kept for the site *sender* up to the instant *until*."""

    sender: str
    until: datetime
    kinds: frozenset[Kind]


def leases_of(dossier: Dossier, at: datetime) -> tuple[Lease, ...]:
    """The leases that run at the instant *at*, in order of reservation; one a site at most.

    Source: TLS-50; that what the holder carries out ends its lease, since it has then prepared
    what it reserved, is ours.
    """
    if not [fact for fact in dossier.facts if isinstance(fact, Reserved)]:
        return ()
    held: dict[str, Lease] = {}
    for fact in dossier.facts:
        sender = fact.by.sender
        if isinstance(fact, Reserved):
            held[sender] = Lease(sender, fact.until, frozenset(fact.kinds))
        elif isinstance(fact, Released | Executed):
            held.pop(sender, None)
    return tuple([lease for lease in held.values() if at < lease.until])


def leases_elsewhere(dossier: Dossier, actor: Actor, at: datetime) -> list[Lease]:
    """The leases that other sites than *actor*'s hold at the instant *at*."""
    return [lease for lease in leases_of(dossier, at) if lease.sender != actor.sender]


def refuse_reserved(lease: Lease, where: str | None = None) -> Refusal:
    """The refusal that says until when another site prepares the lines, and not which site."""
    return Refusal(Reasons.RESERVED_ELSEWHERE, where, when=say_hour(lease.until))


def reserve(dossier: Dossier, command: Reserve, at: datetime, _known: Known) -> Decision:
    """The open lines of the caller's kinds are theirs for fifteen minutes; asked again, as long.

    Raises:
        Refusal: CANCELLED, REPLACED, EXPIRED, RIGHTS_EXHAUSTED, NUMBER_UNKNOWN where the
            prescription is still awaited, RESERVED_ELSEWHERE.

    Source: TLS-50.
    """
    check_status(dossier, command, at)
    kinds = find_open_kinds(dossier, command.actor, at)
    for lease in leases_elsewhere(dossier, command.actor, at):
        if lease.kinds & kinds:
            raise refuse_reserved(lease)
    fact = Reserved(
        **origin_of(dossier, command, at),
        until=at + LEASE,
        kinds=tuple(sorted(kinds)),
    )
    return record(dossier, command, fact)


def find_open_kinds(dossier: Dossier, actor: Actor, at: datetime) -> frozenset[Kind]:
    """The kinds that *actor* carries out and of which some line is open at the instant *at*.

    Raises:
        Refusal: EXPIRED, RIGHTS_EXHAUSTED where no line of theirs is.
    """
    mine = kinds_executed_by(actor)
    states = tuple([state for state in states_of(dossier, at) if state.line.kind in mine])
    kinds = frozenset(state.line.kind for state in states if state.status in OPEN)
    if kinds:
        return kinds
    expired = [s.line.valid_until for s in states if s.status is LineStatus.EXPIRED]
    if expired:
        raise Refusal(Reasons.EXPIRED, when=say_day(max(expired)))
    raise refuse_exhausted(states)


def release(dossier: Dossier, command: Release, at: datetime, _known: Known) -> Decision:
    """What the caller had reserved is free again; who had reserved nothing has nothing to do.

    Raises:
        Refusal: RESERVED_ELSEWHERE where the lines are kept for another site and the caller
            holds none, NUMBER_UNKNOWN where the prescription is still awaited.

    Source: TLS-50.
    """
    check_status(dossier, command, at)
    sender, mine = command.actor.sender, kinds_executed_by(command.actor)
    leases = leases_of(dossier, at)
    if all(lease.sender != sender for lease in leases):
        for lease in leases:
            if lease.kinds & mine:
                raise refuse_reserved(lease)
    fact = Released(
        **origin_of(dossier, command, at),
    )
    return record(dossier, command, fact)
