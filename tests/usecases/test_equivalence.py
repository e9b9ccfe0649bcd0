"""Whatever the engine, and however commands are grouped into sets, a history ends the same."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
import pytest

from builders import (
    NOW,
    NURSE,
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
    read,
    undo,
)
from lives import correct, propose, release, replace_by, reply, reserve
from objections import CAISSE, identify, oppose
from ordonnance.domain.answer import Answer
from ordonnance.domain.command import Command, Read, Replace
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act, Override
from ordonnance.domain.fact import Cause, Corrected, Executed, Replaced, Undone
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.rights import states_of, status_of
from ordonnance.fhir import task
from ordonnance.usecases.settlement import Outcome, Received
from usecases.desks import Counter, assert_journal_is_whole, beside, load

NUMBERS = 3
LOST_RIGHTS = ("NOT_THE_PATIENT",)
BEFORE_KEYS = (
    "NUMBER_UNKNOWN",
    "EXECUTION_UNKNOWN",
    "NOT_THE_EXECUTOR",
    "PATIENT_MISMATCH",
    "KIND_NOT_ALLOWED",
)
LAST_MONTH = NOW - timedelta(days=30)

# A command is drawn as a recipe: whom it is about is only known when the history is played.
slots = st.integers(0, NUMBERS - 1)
keys = st.sampled_from(["a", "b", "c", "d", "e", "f"])
prescribers = st.sampled_from([*[PRESCRIBER] * 6, OTHER_PRESCRIBER, PHARMACY])
pharmacies = st.sampled_from([*[PHARMACY] * 4, *[OTHER_PHARMACY] * 4, NURSE, PRESCRIBER])
readers = st.sampled_from(
    [PRESCRIBER, PHARMACY, OTHER_PHARMACY, OTHER_PRESCRIBER, NURSE, THE_PATIENT]
)
one_in_four = st.sampled_from([False, False, False, True])


class DrawnAct(NamedTuple):
    """An act, but for the number it is about."""

    line: int | None
    boxes: int
    is_deferred: bool
    is_override: bool

    def on(self, number: PrescriptionNumber, at: datetime) -> Act:
        """The act."""
        late = {"handed_over_at": at - timedelta(hours=1), "deferred": "Panne du réseau"}
        override = Override("RIGHTS_EXHAUSTED", "Boîte perdue par le patient")
        return an_act(
            number,
            self.line,
            self.boxes,
            **(late if self.is_deferred else {"handed_over_at": at}),
            overrides=(override,) if self.is_override else (),
        )


acts = st.builds(
    DrawnAct,
    line=st.sampled_from([*[1] * 7, 2, 3, None]),
    boxes=st.sampled_from([1, 1, 1, 2, 3, 0]),
    is_deferred=one_in_four,
    is_override=one_in_four,
)
boxes, repeats, whole = st.integers(1, 3), st.integers(0, 1), st.booleans()
issues = st.tuples(st.just("issue"), slots, keys, prescribers, boxes, repeats)
some_acts = st.lists(acts, min_size=1, max_size=2)
executions = st.tuples(st.just("execute"), slots, keys, pharmacies, some_acts)
undos = st.tuples(st.just("undo"), slots, keys, pharmacies, st.integers(1, 4))
cancels = st.tuples(st.just("cancel"), slots, keys, prescribers, whole)
readings = st.tuples(st.just("read"), slots, keys, readers, whole)
repetitions = st.tuples(st.just("repeat"), st.integers(1, 12))
leases = st.tuples(st.sampled_from(["reserve", "release"]), slots, keys, pharmacies)
corrections = st.tuples(st.just("correct"), slots, keys, pharmacies, st.integers(1, 4), acts)
replacements = st.tuples(st.just("replace"), slots, keys, prescribers, slots)
concerned = st.sampled_from([THE_PATIENT, CAISSE, PRESCRIBER])
objections = st.tuples(st.just("object"), slots, keys, concerned, st.booleans())
patients = st.sampled_from([OTHER_PATIENT, PATIENT])
identities = st.tuples(
    st.just("identify"), slots, keys, prescribers, patients, st.sampled_from(Cause)
)
proposals = st.tuples(st.just("propose"), slots, keys, pharmacies, st.sampled_from([1, 2, None]))
replies = st.tuples(st.just("reply"), slots, keys, prescribers, st.integers(1, 2), st.booleans())
weighed = [
    *[*[issues] * 6, *[executions] * 16, *[undos] * 4, cancels, *[readings] * 4],
    *[*[leases] * 4, *[corrections] * 6, replacements],
    *[*[objections] * 3, identities, *[proposals] * 2, *[replies] * 2],
]
recipes = st.sampled_from([*weighed, *[repetitions] * 5]).flatmap(lambda recipe: recipe)


def make(recipe: tuple, numbers: list[PrescriptionNumber], at: datetime) -> Command:
    """The command that a recipe describes."""
    verb, slot, key, actor, *more = recipe
    number = numbers[slot]
    match verb, more:
        case "issue", [boxes, repeats]:
            authored_at = LAST_MONTH if slot == 0 else NOW
            lines = (a_line(1, boxes=boxes, repeats=repeats), a_line(2, boxes=None, days=30))
            prescription = a_prescription(number, *lines, authored_at=authored_at)
            return issue(prescription, key=key, actor=actor)
        case "execute", [drawn]:
            return execute(number, *(act.on(number, at) for act in drawn), key=key, actor=actor)
        case "undo", [rank]:
            return undo(number, f"{number.value}-E{rank}", key=key, actor=actor)
        case "read", [whole]:
            return read(number, actor=actor, whole=whole)
        case _:
            return make_later(recipe, numbers, at)


def make_later(recipe: tuple, numbers: list[PrescriptionNumber], at: datetime) -> Command:
    """The command that a recipe describes, of what comes after an issue and executions."""
    verb, slot, key, actor, *more = recipe
    number = numbers[slot]
    match verb, more:
        case "cancel", [whole]:
            return cancel(number, key=key, actor=actor, whole=whole)
        case "reserve" | "release", []:
            return (reserve if verb == "reserve" else release)(number, key=key, actor=actor)
        case "correct", [rank, drawn]:
            return correct(number, drawn.on(number, at), rank=rank, key=key, actor=actor)
        case "replace", [other]:
            authored_at = LAST_MONTH if other == 0 else NOW
            successor = a_prescription(numbers[other], a_line(boxes=2), authored_at=authored_at)
            return replace_by(number, successor, key=key, actor=actor)
        case _:
            return make_said(recipe, number)


def make_said(recipe: tuple, number: PrescriptionNumber) -> Command:
    """The command that a recipe describes, of what is said about a prescription."""
    verb, _, key, actor, *more = recipe
    match verb, more:
        case "object", [objects]:
            return oppose(number, objects, actor=actor, key=key)
        case "identify", [patient, cause]:
            return identify(number, patient, cause, actor=actor, key=key)
        case "propose", [line]:
            return propose(number, line, key=key, actor=actor)
        case _, [place, accepts]:
            return reply(number, place, accepts=accepts, key=key, actor=actor)


def render(outcome: Outcome) -> tuple:
    """All that somebody outside can tell of an outcome."""
    if isinstance(outcome, Refusal):
        return outcome.reason.code, outcome.where, outcome.sentence
    if not isinstance(outcome, Answer):
        return (repr(outcome),)
    dossier, command = outcome.dossier, outcome.command
    states = states_of(dossier, outcome.at)
    return (
        (dossier.issued, dossier.facts, outcome.fact, outcome.at, outcome.is_replay),
        (status_of(dossier, states), states),
        # Other answers do not show what came in, so it is not always loaded.
        dict(dossier.texts) if isinstance(command, Read) and command.whole else None,
    )


def say(answer: Answer) -> tuple:
    """What is answered over HTTP, to the byte, but that it is a repetition."""
    receipt = "{0.value} {1.rank} {1.digest}".format
    return task.write(answer, receipt), task.write_version(answer.dossier)


class World:
    """A base with the desks that settle on it, in turn."""

    def __init__(self, url: str, *, desks: int, in_sets: bool) -> None:
        self.url = url
        self._desks = [Counter(url) for _ in range(desks)]
        self._in_sets = in_sets
        self._turn = 0

    def settle(self, commands: list[Command], at: datetime) -> list[Outcome]:
        """The outcomes of these commands, in one set or as many."""
        received = [Received(command, at) for command in commands]
        sets = [received] if self._in_sets else [[one] for one in received]
        outcomes = []
        for together in sets:
            desk = self._desks[self._turn % len(self._desks)]
            self._turn += 1
            outcomes.extend(desk.settlement.settle(together))
        return outcomes

    def close(self) -> None:
        """Give the connections back."""
        for desk in self._desks:
            desk.close()


class History(RuleBasedStateMachine):
    """One history played in every world at once."""

    def __init__(self, worlds: list[World]) -> None:
        super().__init__()
        self._worlds = worlds
        months = [LAST_MONTH, *[NOW] * (NUMBERS - 1)]
        self._numbers = [a_number(at=month) for month in months]
        self._asked: list[Command] = []
        self._first: dict[tuple, tuple] = {}
        self._at = NOW
        self._acknowledged: dict[PrescriptionNumber, dict[int, object]] = {
            number: {} for number in self._numbers
        }

    @rule(drawn=st.lists(recipes, min_size=1, max_size=8), minutes=st.integers(0, 3))
    def settle(self, drawn: list[tuple], minutes: int) -> None:
        """The same commands, at the same instant, end the same everywhere."""
        self._at += timedelta(minutes=minutes)
        commands = [self._play(recipe) for recipe in drawn]

        outcomes = [world.settle(commands, self._at) for world in self._worlds]

        first, *others = [[render(outcome) for outcome in one] for one in outcomes]
        for other in others:
            assert other == first
        for command, outcome in zip(commands, outcomes[0], strict=True):
            self._check_repeated(command, outcome)
            if isinstance(outcome, Answer) and outcome.fact and not outcome.is_replay:
                self._acknowledge(outcome.dossier.number, outcome.fact)
                if isinstance(command, Replace):
                    self._acknowledge(command.number, self._link(command))

    def _check_repeated(self, command: Command, outcome: Outcome) -> None:
        """What was recorded once has its first answer, whatever came since, and no other body has.

        But a prescriber sees no more of what an objection has hidden since; and somebody who is
        the patient no longer sees nothing.
        """
        if isinstance(command, Read):
            return
        scope = command.number, command.actor.sender, command.operation, command.key
        if scope not in self._first:
            assert not isinstance(outcome, Answer) or not outcome.is_replay
            if isinstance(outcome, Answer):
                self._first[scope] = command.digest, say(outcome)
            return
        digest, answer = self._first[scope]
        if isinstance(outcome, Answer):
            assert outcome.is_replay
            assert command.digest == digest
            assert say(outcome) == answer or outcome.dossier.is_veiled
        elif command.digest == digest:
            assert render(outcome)[0] in LOST_RIGHTS
        else:
            assert render(outcome)[0] in (*LOST_RIGHTS, *BEFORE_KEYS, "IDEMPOTENCY_KEY_REUSED")

    def _acknowledge(self, number: PrescriptionNumber, fact) -> None:
        ranks = self._acknowledged[number]
        assert fact.rank not in ranks
        ranks[fact.rank] = fact

    def _link(self, command: Replace) -> Replaced:
        """What a replacement leaves in what it replaces: the answer is about the other."""
        return Replaced(
            rank=max(self._acknowledged[command.number]) + 1,
            at=self._at,
            by=command.actor,
            key=command.key,
            digest=command.digest,
            successor=command.prescription.number,
        )

    def _play(self, recipe: tuple) -> Command:
        match recipe:
            case "repeat", back if self._asked:
                command = self._asked[-min(back, len(self._asked))]
            case "repeat", _:
                command = read(self._numbers[0])
            case _:
                command = make(recipe, self._numbers, self._at)
        self._asked.append(command)
        return command

    def teardown(self) -> None:
        """What was acknowledged is there, in every world, and nothing else."""
        for world in self._worlds:
            for dossier in load(world.url, *self._numbers):
                known = [dossier.issued, *dossier.facts] if dossier.issued else dossier.facts
                assert {fact.rank: fact for fact in known} == self._acknowledged[dossier.number]
                assert [fact.rank for fact in dossier.facts] == list(
                    range(1, len(dossier.facts) + 1)
                )
                scopes = [(fact.operation, fact.by.sender, fact.key) for fact in known]
                assert len(scopes) == len(set(scopes))
                assert_rights_were_kept(dossier)


def assert_rights_were_kept(dossier: Dossier) -> None:
    """Nobody who did not override or defer was given more than remained on line 1.

    Counted here again, in the plainest way, and not by the rules under test.
    """
    if dossier.issued is None:
        return
    line = dossier.issued.prescription.lines[0]
    given: dict[int, Decimal] = {}
    for fact in dossier.facts:
        if isinstance(fact, Undone):
            del given[fact.execution]
        if not isinstance(fact, Executed | Corrected):
            continue
        rank = fact.execution if isinstance(fact, Corrected) else fact.rank
        given[rank] = Decimal(0)
        for act in fact.acts:
            if act.prescribed != dossier.number.line(1):
                continue
            given[rank] += act.quantity
            # What waits is counted when its prescription comes; a correction is not late again.
            if not act.deferred and not act.overrides and not fact.is_waiting:
                assert sum(given.values()) <= line.quantity * (1 + line.repeats)


@pytest.fixture
def worlds(fresh_postgresql, fresh_sqlite, tmp_path) -> Iterator[list[World]]:
    """Both engines, in sets and one by one; on PostgreSQL the sets go to two desks in turn."""
    with ExitStack() as stack:
        other_sqlite = stack.enter_context(beside(fresh_sqlite))
        other_postgresql = stack.enter_context(beside(fresh_postgresql))
        places = [
            (fresh_sqlite, 1, True),
            (other_sqlite, 1, False),
            (fresh_postgresql, 2, True),
            (other_postgresql, 1, False),
        ]
        made = []
        for url, desks, in_sets in places:
            made.append(World(url, desks=desks, in_sets=in_sets))
            stack.callback(made[-1].close)
        yield made


def test_a_history_ends_the_same_on_both_engines_in_sets_and_one_by_one(worlds):  # TLS-16
    run_state_machine_as_test(
        lambda: History(worlds),
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    for world in worlds:
        assert_journal_is_whole(world.url)
