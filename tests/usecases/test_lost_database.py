"""PostgreSQL lost on the way, by a wire that is cut around COMMIT: nothing twice, nothing lost."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from builders import (
    OTHER_PHARMACY,
    a_line,
    a_number,
    a_prescription,
    execute,
    issue,
    read,
)
from usecases.cut_wire import Cut, wired
from usecases.desks import (
    assert_journal_is_whole,
    blocks_of,
    load,
    opened,
    outcomes_of,
    raw_postgresql,
    say,
    say_all,
    wait_for_waiters,
)

# Commits wait until whoever holds lock 1 lets it go: as they do for a standby that is slow.
SLOW_COMMITS = """
CREATE FUNCTION wait_for_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON journal_block
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_lock();
"""


@contextmanager
def far_counter(url, **options):
    """A wire, and a counter at its other end."""
    with wired(url) as wire, opened(wire.url, 1, **options) as [counter]:
        yield wire, counter


@pytest.mark.parametrize(("when", "word"), [(Cut.AFTER, "replay"), (Cut.BEFORE, "done")])
def test_after_a_commit_of_unknown_outcome_there_is_one_fact(fresh_postgresql, when, word):
    number = a_number()
    with far_counter(fresh_postgresql) as (wire, counter):
        counter.settle(issue(a_prescription(number, a_line(boxes=2))))
        wire.cut(when)

        outcomes = counter.settle(execute(number))

        assert wire.was_cut
        assert say_all(outcomes) == [word]
        assert [fact.rank for fact in load(fresh_postgresql, number)[0].facts] == [1]
        assert say_all(counter.settle(execute(number), execute(number, key="next"))) == [
            "replay",
            "done",
        ]
        assert_journal_is_whole(fresh_postgresql)


@pytest.mark.parametrize("when", [Cut.AFTER, Cut.BEFORE])
def test_a_whole_set_is_settled_again_in_its_order(fresh_postgresql, when):
    known, new = a_number(), a_number()
    with far_counter(fresh_postgresql) as (wire, counter):
        counter.settle(issue(a_prescription(known)))
        wire.cut(when)

        outcomes = counter.settle(
            issue(a_prescription(new)),
            execute(new),
            execute(known),
            execute(known, key="beyond", actor=OTHER_PHARMACY),
            read(new),
        )

        word = "replay" if when is Cut.AFTER else "done"
        assert say_all(outcomes) == [word, word, word, "RIGHTS_EXHAUSTED", "done"]
        assert len(outcomes[4].dossier.facts) == 1
        dossiers = load(fresh_postgresql, known, new)
        assert [len(dossier.facts) for dossier in dossiers] == [1, 1]
        assert_journal_is_whole(fresh_postgresql)


def test_a_commit_that_was_still_under_way_is_waited_for(fresh_postgresql):
    number = a_number()
    with (
        far_counter(fresh_postgresql) as (wire, counter),
        raw_postgresql(fresh_postgresql) as raw,
    ):
        counter.settle(issue(a_prescription(number, a_line(boxes=2))))
        raw.execute(SLOW_COMMITS)
        raw.execute("SELECT pg_advisory_lock(1)")
        wire.cut(Cut.UNDER_WAY)

        asked = counter.ask(execute(number))
        wire.wait_until_cut()
        # The first attempt waits to commit, the second for what the first has locked.
        wait_for_waiters(fresh_postgresql, 2)
        raw.execute("SELECT pg_advisory_unlock(1)")

        assert say_all(outcomes_of(asked)) == ["replay"]
        # The block of the first attempt came after the chain was reloaded: the desk finds it.
        assert say_all(counter.settle(execute(number, key="next"))) == ["done"]
        assert len(load(fresh_postgresql, number)[0].facts) == 2
        assert_journal_is_whole(fresh_postgresql)


def test_a_commit_under_way_on_numbers_without_a_row_is_waited_for(fresh_postgresql):
    number, other = a_number(), a_number()
    with (
        far_counter(fresh_postgresql) as (wire, counter),
        raw_postgresql(fresh_postgresql) as raw,
    ):
        raw.execute(SLOW_COMMITS)
        raw.execute("SELECT pg_advisory_lock(1)")
        wire.cut(Cut.UNDER_WAY)

        asked = counter.ask(issue(a_prescription(number)), issue(a_prescription(other)))
        wire.wait_until_cut()
        wait_for_waiters(fresh_postgresql, 2)
        raw.execute("SELECT pg_advisory_unlock(1)")

        assert say_all(outcomes_of(asked)) == ["replay", "replay"]
        assert say_all(counter.settle(execute(number), execute(other))) == ["done", "done"]
        assert_journal_is_whole(fresh_postgresql)


@pytest.mark.parametrize("when", [Cut.AFTER, Cut.BEFORE])
def test_a_chain_whose_opening_was_cut_off_is_opened_again(fresh_postgresql, when):
    with wired(fresh_postgresql) as wire:
        wire.cut(when)
        with opened(wire.url, 1) as [counter]:
            assert wire.was_cut
            assert say_all(counter.settle(issue(a_prescription(a_number())))) == ["done"]

            assert len(blocks_of(counter.database)) == (2 if when is Cut.AFTER else 1)
            assert_journal_is_whole(fresh_postgresql)


@pytest.mark.parametrize("when", [Cut.AFTER, Cut.BEFORE])
def test_while_the_database_stays_away_the_answer_is_busy(fresh_postgresql, when):
    number = a_number()
    with far_counter(fresh_postgresql, reconnect_seconds_max=0.0) as (wire, counter):
        counter.settle(issue(a_prescription(number)))
        wire.cut(when, for_good=True)

        assert say_all(counter.settle(execute(number), read(number))) == ["BUSY", "BUSY"]
        assert say_all(counter.settle(execute(number))) == ["BUSY"]
        was_written = len(load(fresh_postgresql, number)[0].facts)
        wire.is_down = False
        [outcome] = counter.settle(execute(number))

        assert was_written == (1 if when is Cut.AFTER else 0)
        assert say(outcome) == ("replay" if when is Cut.AFTER else "done")
        assert len(load(fresh_postgresql, number)[0].facts) == 1
        assert_journal_is_whole(fresh_postgresql)


def test_a_database_that_was_away_for_a_moment_is_found_again(fresh_postgresql):
    number = a_number()
    with far_counter(fresh_postgresql) as (wire, counter):
        counter.settle(issue(a_prescription(number)))
        wire.cut(Cut.BEFORE, for_good=True)

        asked = counter.ask(execute(number))
        wire.wait_until_tried()
        wire.is_down = False

        assert say_all(outcomes_of(asked)) == ["done"]


def test_a_session_that_the_server_ended_is_opened_again(fresh_postgresql):
    number = a_number()
    with opened(fresh_postgresql, 1) as [counter], raw_postgresql(fresh_postgresql) as raw:
        raw.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'ordonnance'"
        )

        assert say_all(counter.settle(issue(a_prescription(number)))) == ["done"]


def test_a_session_that_ends_in_the_middle_of_a_set_costs_nothing(fresh_postgresql):
    number = a_number()
    with opened(fresh_postgresql, 1) as [counter], raw_postgresql(fresh_postgresql) as raw:
        counter.chance.hold()
        asked = counter.ask(issue(a_prescription(number)), execute(number))
        counter.chance.wait_until_inside()
        raw.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'ordonnance'"
        )
        counter.chance.release()

        assert say_all(outcomes_of(asked)) == ["done", "done"]
        assert len(load(fresh_postgresql, number)[0].facts) == 1
        assert_journal_is_whole(fresh_postgresql)


@pytest.mark.parametrize("when", [Cut.AFTER, Cut.BEFORE])
def test_a_poisoned_command_fails_alone_even_after_a_loss(fresh_postgresql, when):
    first, poisoned, last = (a_number() for _ in range(3))
    poison = replace(issue(a_prescription(poisoned)), resources=None)
    with far_counter(fresh_postgresql) as (wire, counter):
        wire.cut(when)  # the first COMMIT is that of the first command, settled alone

        outcomes = counter.settle(issue(a_prescription(first)), poison, issue(a_prescription(last)))

        word = "replay" if when is Cut.AFTER else "done"
        assert say_all(outcomes) == [word, "DatabaseRefusedError", "done"]
        assert_journal_is_whole(fresh_postgresql)


def test_a_set_that_is_split_waits_for_a_lost_database_once(fresh_postgresql):
    poisoned, *numbers = (a_number() for _ in range(6))
    poison = replace(issue(a_prescription(poisoned)), resources=None)
    with far_counter(fresh_postgresql, reconnect_seconds_max=0.0) as (wire, counter):
        wire.cut(Cut.BEFORE, for_good=True)

        outcomes = counter.settle(poison, *(issue(a_prescription(number)) for number in numbers))

        assert say_all(outcomes) == ["BUSY"] * 6
        assert wire.turned_away == 1
