"""Whatever happens, and whenever the patient objects, prescribers are told nothing of executions.

Two dossiers of one number live the same days; only one is executed. What everybody sees happens
to both: replies, proposals, replacement, identity, objections stated and lifted. As long as one
stands, every prescriber is told the same of both, to the byte.
"""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from acts import LAB, PHYSIO, a_session, a_stage, exam, sessions
from builders import (
    NOW,
    OTHER_PATIENT,
    OTHER_PHARMACY,
    OTHER_PRESCRIBER,
    PATIENT,
    PHARMACY,
    PRESCRIBER,
    THE_PATIENT,
    a_line,
    a_number,
    a_prescription,
    an_act,
    cancel,
    execute,
    issue,
    not_delivered,
    read,
    undo,
)
from lives import correct, propose, release, replace_by, reply, reserve
from objections import CAISSE, identify, oppose
from ordonnance.domain.actor import Role
from ordonnance.domain.alert import Watch, is_told, list_raised
from ordonnance.domain.command import Replace
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Override, Stage
from ordonnance.domain.fact import Cause, Objected
from ordonnance.domain.known import Known
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.rights import Status
from ordonnance.domain.search import Search, show
from ordonnance.fhir import task

LOST = (Override("RIGHTS_EXHAUSTED", "Boîte perdue par le patient"),)
LATE = {"deferred": "Panne du réseau"}
RANKS, KEYS = st.integers(1, 8), st.sampled_from("abcd")


def an_execution(number, at, key, rank):
    """One of the ways in which something is recorded, undone, corrected or kept."""
    place = f"{number.value}-E{rank}"
    now = {"handed_over_at": at}
    return {
        1: [execute(number, an_act(number, **now), key=key)],
        2: [execute(number, not_delivered(number), key=key, actor=OTHER_PHARMACY)],
        3: [execute(number, an_act(number, boxes=9, overrides=LOST, **now), key=key)],
        4: [execute(number, an_act(number, **LATE, **now), key=key, actor=OTHER_PHARMACY)],
        5: [execute(number, an_act(number, None, **now), key=key)],
        6: [execute(number, a_session(number, 2, **now), key=key, actor=PHYSIO)],
        7: [execute(number, a_stage(number, Stage.ENDED, line=2), key=key, actor=PHYSIO)],
        8: [execute(number, a_stage(number, Stage.SAMPLED, line=3, **now), key=key, actor=LAB)],
    }[rank] + [
        undo(number, place, key=key),
        undo(number, place, key=key, actor=PHYSIO),
        correct(number, an_act(number, boxes=2, **now), rank=rank, key=key),
        reserve(number, key=key),
        reserve(number, key=key, actor=PHYSIO),
        release(number, key=key),
    ]


def an_event(number, successor, key, rank):
    """One of the things that everybody sees, and one of those that prescribers ask."""
    return [
        oppose(number, key=key),
        oppose(number, key=key, actor=CAISSE),
        oppose(number, objects=False, key=key, actor=CAISSE),
        oppose(number, key=key, actor=PRESCRIBER),
        oppose(number, objects=False, key=key, actor=PRESCRIBER),
        propose(number, 1, key=key),
        propose(number, 2, key=key, actor=PHYSIO),
        reply(number, rank, key=key),
        reply(number, rank, accepts=False, key=key),
        identify(number, OTHER_PATIENT, Cause.MERGED, key=key),
        identify(number, PATIENT, Cause.MERGED, key=key),
        cancel(number, key=key, whole=True),
        cancel(number, key=key),
        replace_by(number, successor, key=key),
        issue(a_prescription(number), key=key),
    ]


steps = st.lists(
    st.tuples(
        st.booleans(),
        st.integers(0, 14),
        KEYS,
        RANKS,
        st.sampled_from([0, 0, 1, 30, 60 * 24, 60 * 24 * 200]),
    ),
    min_size=6,
    max_size=25,
)


def receipt(number, execution):
    """What stands for a receipt."""
    return f"{number.value} {execution.rank}"


class Pair:
    """A dossier and that of its successor, as one command after the other leaves them."""

    def __init__(self, number, successor):
        self.dossier = Dossier(number=number)
        self.successor = Dossier(number=successor.number)

    def ask(self, command, at):
        """What is answered, to the byte, and how both would be left."""
        known = Known(successor=self.successor if isinstance(command, Replace) else None)
        try:
            decision = decide(self.dossier, command, at, known)
        except Refusal as refusal:
            return (refusal.reason.code, refusal.where, refusal.sentence), None
        answer = decision.answer
        said = (
            task.write(answer, receipt),
            task.write_bundle(answer, receipt),
            task.write_version(answer.dossier),
            answer.is_replay,
        )
        return said, decision

    def write(self, decision):
        """Write what was decided."""
        for one in (decision, decision.also):
            if one is not None and one.fact is not None:
                if one.answer.dossier.number == self.dossier.number:
                    self.dossier = self.dossier.add(one.fact, one.text)
                else:
                    self.successor = self.successor.add(one.fact, one.text)

    def views(self, at):
        """All that prescribers are shown without writing, searches and alerts included."""
        for actor in (PRESCRIBER, OTHER_PRESCRIBER):
            for whole in (False, True):
                consult = read(self.dossier.number, actor=actor, reason="Suivi", whole=whole)
                yield self.ask(consult, at)[0]
            for status in Status:
                search = Search(
                    actor=actor, patient=PATIENT, statuses=frozenset((status,)), reason="Suivi"
                )
                found = show(self.dossier, search, at)
                yield None if found is None else task.write(found, receipt)
            yield list(self.alerts(Watch(actor=actor), at))

    def alerts(self, watch, at):
        """The alerts that are told."""
        issued = () if self.dossier.issued is None else (self.dossier.issued,)
        for fact in (*issued, *self.dossier.facts):
            for raised in list_raised(self.dossier, fact):
                if is_told(raised, watch, self.dossier, at):
                    yield raised


@settings(max_examples=150)
@given(steps, st.booleans(), st.integers(0, 2))
def test_no_history_tells_a_prescriber_that_anything_was_executed(  # TLS-56
    plan, is_objected, waiting
):
    number = a_number()
    lines = a_line(boxes=2, repeats=1), sessions(3, 2), exam(3)
    successor = a_prescription(a_number(), *lines)
    executed, untouched = Pair(number, successor), Pair(number, successor)
    for place in range(waiting):
        late = execute(number, an_act(number, **LATE), key=f"w{place}", actor=OTHER_PHARMACY)
        executed.write(executed.ask(late, NOW)[1])
    first = issue(a_prescription(number, *lines, is_objected=is_objected))
    share(executed, untouched, first, NOW)
    at = NOW
    for is_execution, choice, key, rank, minutes in plan:
        at += timedelta(minutes=minutes)
        if is_execution:
            commands = an_execution(number, at, key, rank)
            _, decision = executed.ask(commands[choice % len(commands)], at)
            if decision is not None:
                executed.write(decision)
        else:
            share(executed, untouched, an_event(number, successor, key, rank)[choice], at)
        if executed.dossier.is_objected:
            assert list(executed.views(at)) == list(untouched.views(at))


def share(executed, untouched, command, at):
    """The same is asked of both, and recorded where both would: it must be, under objection."""
    was_objected = executed.dossier.is_objected
    told, decision = executed.ask(command, at)
    told_of_nothing, other = untouched.ask(command, at)
    if decision is not None and other is not None:
        executed.write(decision)
        untouched.write(other)
    is_hidden = was_objected or executed.dossier.is_objected
    if command.actor.role is Role.PRESCRIBER and is_hidden:
        assert told == told_of_nothing or lifts(decision)


def lifts(decision):
    """Whether an objection is lifted by what was decided: who did it sees everything again."""
    return isinstance(decision and decision.fact, Objected) and not decision.fact.objects


def test_an_objection_lifted_tells_again_what_was_executed():  # TLS-56
    number = a_number()
    pair = Pair(number, a_prescription(a_number()))
    for command in (issue(a_prescription(number, is_objected=True)), execute(number)):
        pair.write(pair.ask(command, NOW)[1])
    consult = read(number, actor=PRESCRIBER)
    hidden, _ = pair.ask(consult, NOW)

    pair.write(pair.ask(oppose(number, objects=False, actor=THE_PATIENT), NOW)[1])

    assert b"-E1" not in hidden[0]
    assert b"-E1" in pair.ask(consult, NOW)[0][0]
    assert PHARMACY.sender not in hidden[1].decode()
