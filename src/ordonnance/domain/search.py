"""Searching among prescriptions: who may ask for which, and which are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ordonnance.domain.actor import ROLE_NAMES, Actor, Role
from ordonnance.domain.answer import Answer
from ordonnance.domain.command import Read
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.identifiers import INS
from ordonnance.domain.journal import Entry, is_past_retention
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.profession import kinds_executed_by
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.rights import Status, states_of, status_of
from ordonnance.domain.sight import is_patient

COUNT_MAX = 50
COUNT_DEFAULT = 20
SEARCHERS = (Role.PRESCRIBER, Role.EXECUTOR, Role.PATIENT)


class Place(NamedTuple):
    """A prescription's place among those listed, newest first: it never changes."""

    authored_at: datetime
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for, by whom, and from which place on (*after*; None: from the newest).

    *patient* None: the caller's own. *statuses* empty: whatever the status. Written from *since*
    on and before *until*; None: whenever. *reason*: why a prescriber looks beyond their own; for
    an executor, how the patient's presence was established.
    """

    actor: Actor
    patient: INS | None = None
    statuses: frozenset[Status] = frozenset(Status)
    since: datetime | None = None
    until: datetime | None = None
    count: int = COUNT_DEFAULT
    reason: str | None = None
    after: Place | None = None

    @property
    def subject(self) -> INS | None:
        """The patient whose prescriptions are looked at; None: the prescriber's, of anybody."""
        return self.actor.ins if self.actor.role is Role.PATIENT else self.patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of a search, newest first; *following* is where the next one begins, None: the end.

    A page may hold fewer than was asked for, even none, and not be the last.
    """

    answers: tuple[Answer, ...]
    following: Place | None


def check_search(search: Search) -> None:
    """Refuse who may not search, or does not say what their role must.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, NOT_THE_PATIENT, ELEMENT_MISSING, KIND_NOT_ALLOWED,
            REASON_MISSING.

    Source: TLS-60; CSP, art. R. 4071-1 and following. That an executor says how the patient's
    presence was established: ours, nothing else tells a patient at the counter from a name.
    """
    actor = search.actor
    if actor.role not in SEARCHERS:
        names = ", ".join(ROLE_NAMES[role] for role in SEARCHERS)
        raise Refusal(Reasons.ROLE_NOT_ALLOWED, allowed=names)
    if actor.role is Role.PATIENT and search.patient not in (None, actor.ins):
        raise Refusal(Reasons.NOT_THE_PATIENT)
    if actor.role is not Role.EXECUTOR:
        return
    if search.patient is None:
        raise Refusal(Reasons.ELEMENT_MISSING, "patient", problem="patient, l’INS de la personne")
    if not kinds_executed_by(actor):
        raise Refusal(Reasons.KIND_NOT_ALLOWED)
    if not search.reason:
        problem = "comment la présence du patient est établie (en-tête Presence)"
        raise Refusal(Reasons.REASON_MISSING, problem=problem)


def show(dossier: Dossier, search: Search, at: datetime) -> Answer | None:
    """The dossier as the caller of *search* may see it; None where it is not for them.

    The status looked for is the one they may see. What may be purged is shown no more, purged or
    not yet.

    Source: TLS-60, TLS-61, TLS-72.
    """
    seen = dossier.seen_by(search.actor)
    prescription = seen.prescription
    is_past = is_past_retention(dossier.number.month_code, day_in_paris(at))
    if is_past or prescription is None or not is_for(seen, prescription, search):
        return None
    if search.since is not None and prescription.authored_at < search.since:
        return None
    if search.until is not None and prescription.authored_at >= search.until:
        return None
    if status_of(seen, states_of(seen, at)) not in search.statuses:
        return None
    command = Read(number=dossier.number, actor=search.actor, whole=False, reason=search.reason)
    return Answer(dossier=seen, at=at, command=command)


def is_for(dossier: Dossier, prescription: Prescription, search: Search) -> bool:
    """Whether *prescription* is among those that the caller may search.

    An abortion under anonymity shows to who prescribed it only: others present its number.
    """
    actor = search.actor
    if search.subject is not None and not is_patient(dossier, search.subject):
        return False
    is_own = actor.role is Role.PRESCRIBER and prescription.prescriber == actor.rpps
    if is_own or prescription.is_anonymous:
        return is_own
    if actor.role is Role.PRESCRIBER:
        return search.patient is not None and bool(search.reason)
    if actor.role is Role.EXECUTOR:
        kinds = kinds_executed_by(actor)
        return any(line.kind in kinds for line in prescription.lines)
    return True


def entry_of(answer: Answer) -> Entry:
    """The journal entry that a prescription shown by a search leaves.

    Source: TLS-60.
    """
    command = answer.command
    return Entry(
        at=answer.at,
        action="search",
        number=command.number,
        by=command.actor,
        reason=command.reason if isinstance(command, Read) else None,
    )
