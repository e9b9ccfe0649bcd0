"""The one write path, on real databases: what a set leaves, and what it never does."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
import sqlite3

import psycopg
import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    PHARMACY,
    a_line,
    a_number,
    a_prescription,
    an_act,
    cancel,
    execute,
    issue,
    later,
    read,
    undo,
)
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.rights import Status, states_of, status_of
from usecases.desks import blocks_of, load, locked, opened, say, say_all

TABLES = ("prescription", "fact", "patient_index", "journal_entry", "journal_block")


@pytest.fixture
def counter(database_url):
    with opened(database_url, 1) as [one]:
        yield one


def rows_of(url, *tables):
    """Every row of these tables, by a bare driver."""
    postgresql = url.startswith("postgresql")
    base = psycopg.connect(url) if postgresql else sqlite3.connect(url.removeprefix("sqlite:///"))
    with closing(base) as connection:
        return {
            (table, *row)
            for table in tables
            for row in connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - ours
        }


def deferred(number, *, key="deferred", boxes=1):
    """Boxes handed over an hour ago, recorded now."""
    act = an_act(number, boxes=boxes, handed_over_at=later(hours=-1), deferred="Panne du réseau")
    return execute(number, act, key=key)


def test_each_command_of_a_set_sees_what_those_before_it_left(counter):
    number = a_number()

    issued, executed, refused = counter.settle(
        issue(a_prescription(number)), execute(number), execute(number, key="again")
    )

    assert issued.dossier.facts == ()
    assert len(executed.dossier.executions) == 1
    assert isinstance(refused, Refusal)
    assert refused.reason.code == "RIGHTS_EXHAUSTED"


def test_a_set_leaves_one_block_and_a_refusal_none(counter):  # TLS-14
    number = a_number()
    opening = blocks_of(counter.database)
    counter.settle(issue(a_prescription(number)), execute(number), read(number))
    settled = blocks_of(counter.database)
    counter.settle(execute(number, key="again"))

    assert list(opening.values()) == [[0]]
    assert list(settled.values()) == [[0, 1]]
    assert blocks_of(counter.database) == settled


def test_an_execution_that_waited_counts_once_its_prescription_is_there(counter):  # TLS-27
    number = a_number()

    [waiting] = counter.settle(deferred(number))
    [issued] = counter.settle(issue(a_prescription(number, a_line(boxes=2))))
    shown, last, beyond = counter.settle(
        read(number), execute(number, key="last"), execute(number, key="beyond")
    )
    [replayed] = counter.settle(deferred(number), at=later(days=2))

    assert status_of(waiting.dossier, ()) is Status.WAITING
    assert issued.fact.seen == 1
    [state] = states_of(shown.dossier, NOW)
    assert (state.rights.remaining, state.status) == (1, "EN_COURS")
    assert [say(last), say(beyond)] == ["done", "RIGHTS_EXHAUSTED"]
    assert replayed.is_replay
    assert status_of(replayed.dossier, ()) is Status.WAITING
    assert replayed.dossier.facts == waiting.dossier.facts
    assert replayed.at == NOW


def test_the_issue_is_replayed_as_it_was_first_answered(counter):  # TLS-12
    number = a_number()
    counter.settle(deferred(number))
    [issued] = counter.settle(issue(a_prescription(number, a_line(boxes=2))))
    counter.settle(execute(number, key="since"))

    [replayed] = counter.settle(issue(a_prescription(number, a_line(boxes=2))))

    assert replayed.is_replay
    assert replayed.dossier.facts == issued.dossier.facts
    assert [fact.key for fact in replayed.dossier.facts] == ["deferred"]


def a_naive_act(number):
    """An act whose instant has no offset: the core cannot compare it, and raises."""
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - the poison itself
    return execute(number, an_act(number, handed_over_at=naive))


def an_issue_no_table_holds(number):
    """A prescription without the text it came in, which no row may lack."""
    return replace(issue(a_prescription(number)), resources=None)


def an_undo_no_text_can_say(number):
    """Half of a character: values that cannot be written down as a document."""
    return cancel(number, reason="\ud83d trop tard")


@pytest.mark.parametrize(
    ("poison", "problem"),
    [
        (a_naive_act, "TypeError"),
        (an_issue_no_table_holds, "DatabaseRefusedError"),
        (an_undo_no_text_can_say, "UnicodeEncodeError"),
    ],
)
def test_a_poisoned_command_fails_alone(database_url, counter, poison, problem):  # TLS-16
    first, poisoned, last = (a_number() for _ in range(3))
    known = [] if poison is an_issue_no_table_holds else [issue(a_prescription(poisoned))]
    counter.settle(issue(a_prescription(first)), *known)
    before = rows_of(database_url, *TABLES)

    outcomes = counter.settle(
        execute(first), poison(poisoned), issue(a_prescription(last)), execute(last)
    )

    assert say_all(outcomes) == ["done", problem, "done", "done"]
    left = rows_of(database_url, *TABLES) - before
    assert not any(poisoned.value in row for row in left)
    assert sorted(
        row[0] for row in left if row[0] in ("fact", "prescription", "journal_entry")
    ) == (["fact"] * 2 + ["journal_entry"] * 3 + ["prescription"])
    assert say_all(counter.settle(read(first), read(last))) == ["done", "done"]


def test_a_sqlite_base_that_somebody_else_keeps_locked_is_busy(fresh_sqlite, monkeypatch):
    monkeypatch.setattr("ordonnance.store.database.SQLITE_WAIT_SECONDS", 0.0)
    number = a_number()
    with opened(fresh_sqlite, 1) as [counter]:
        with locked(fresh_sqlite):
            refused = counter.settle(issue(a_prescription(number)), execute(number))
        done = counter.settle(issue(a_prescription(number)), execute(number))

    assert say_all(refused) == ["BUSY", "BUSY"]
    assert say_all(done) == ["done", "done"]


def test_a_month_that_is_not_open_refuses_its_prescription_alone(fresh_postgresql):  # TLS-15
    long_ago = datetime(2024, 1, 15, 9, tzinfo=UTC)
    closed, number = a_number(at=long_ago), a_number()

    with opened(fresh_postgresql, 1) as [counter]:
        # A server whose clock is wrong: the core believes it, and the base knows better.
        [refused] = counter.settle(issue(a_prescription(closed, authored_at=long_ago)), at=long_ago)
        neighbours = counter.settle(issue(a_prescription(number)), execute(number))

    assert say(refused) == "DatabaseRefusedError"
    assert say_all(neighbours) == ["done", "done"]
    assert load(fresh_postgresql, closed) == [Dossier(number=closed)]


def test_a_dossier_that_cannot_be_read_fails_alone(database_url, counter):
    number, unreadable = a_number(), a_number()
    counter.settle(*(issue(a_prescription(one)) for one in (number, unreadable)))
    with counter.database.transaction():  # left by a later version, say
        row = {"bucket": unreadable.bucket, "number": unreadable.value, "rank": 1}
        later_fact = {"recorded_at": NOW, "operation": "levitate", "document": b"{}"}
        counter.database.write_sets([("write_facts", [{**row, **later_fact, "resources": None}])])

    outcomes = counter.settle(read(number), read(unreadable), execute(number))

    assert say_all(outcomes) == ["done", "KeyError", "done"]
    assert len(load(database_url, number)[0].facts) == 1


def test_facts_are_numbered_without_holes_and_never_change(database_url, counter):  # TLS-12
    number = a_number()
    counter.settle(
        issue(a_prescription(number, a_line(boxes=2))),
        execute(number, key="one"),
        execute(number, key="one"),  # the same again
        execute(number, an_act(number, boxes=2), key="too many"),
        execute(number, key="two", actor=OTHER_PHARMACY),
    )
    before = rows_of(database_url, *TABLES)

    words = say_all(
        [
            outcome
            for command in (
                undo(number, f"{number.value}-E1"),
                undo(number, f"{number.value}-E1", key="again"),
                execute(number, key="three", actor=OTHER_PHARMACY),
                execute(number, key="one"),
                cancel(number),
                execute(number, key="four"),
                read(number, actor=PHARMACY),
            )
            for outcome in counter.settle(command)
        ]
    )

    assert words == ["done", "ALREADY_UNDONE", "done", "replay", "done", "CANCELLED", "done"]
    assert before <= rows_of(database_url, *TABLES)
    [dossier] = load(database_url, number)
    assert [(fact.rank, fact.operation) for fact in dossier.facts] == [
        (1, "execute"),
        (2, "execute"),
        (3, "undo"),
        (4, "execute"),
        (5, "cancel"),
    ]


def test_reading_leaves_its_entry_and_no_fact(database_url, counter):  # TLS-14
    number = a_number()
    counter.settle(issue(a_prescription(number)))
    before = rows_of(database_url, *TABLES)

    [shown] = counter.settle(read(number))

    assert shown.dossier.texts == {0: b"[]"}
    left = rows_of(database_url, *TABLES) - before
    assert sorted(row[0] for row in left) == ["journal_block", "journal_entry"]


def test_what_came_in_is_given_back_to_the_byte_where_it_is_asked_for(counter):
    number = a_number()
    as_it_came = '[{"resourceType" : "Patient",  "é": 1.50}]'.encode()
    command = replace(issue(a_prescription(number)), resources=as_it_came)
    counter.settle(command, execute(number))

    whole, part = counter.settle(read(number))[0], counter.settle(read(number, whole=False))[0]

    assert whole.dossier.texts == {0: as_it_came, 1: b"[]"}
    assert part.dossier.texts == {}
