"""Two desks at once on the same prescriptions, on both engines: rights are never given twice."""

from decimal import Decimal
from threading import Barrier

import pytest

from builders import (
    NOW,
    OTHER_PHARMACY,
    PHARMACY,
    a_line,
    a_number,
    a_prescription,
    an_act,
    execute,
    issue,
    later,
)
from usecases.desks import (
    PATIENCE_SECONDS,
    boxes_delivered,
    load,
    locked,
    opened,
    outcome_of,
    outcomes_of,
    raw_postgresql,
    say,
    say_all,
    wait_for_waiters,
)

BOTH_ORDERS = pytest.mark.parametrize("first", [0, 1])


@pytest.fixture
def counters(database_url):
    with opened(database_url) as pair:
        yield pair


def both_boxes(number, actor):
    """Two boxes of line 1, handed over by *actor*."""
    return execute(number, an_act(number, boxes=2), key="both", actor=actor)


def issue_two_boxes(counter, *numbers):
    commands = [issue(a_prescription(number, a_line(boxes=2))) for number in numbers]
    assert say_all(counter.settle(*commands)) == ["done"] * len(numbers)


def deferred(number, *, key="deferred", actor=PHARMACY):
    """A box handed over an hour ago, recorded now."""
    act = an_act(number, handed_over_at=later(hours=-1), deferred="Panne du réseau")
    return execute(number, act, key=key, actor=actor)


@BOTH_ORDERS
def test_the_last_boxes_go_to_one_of_two_desks_that_waited(database_url, counters, first):  # TLS-16
    number = a_number()
    issue_two_boxes(counters[0], number)

    with locked(database_url, number):
        early = counters[first].ask(both_boxes(number, PHARMACY))
        wait_for_waiters(database_url, 1)
        late = counters[1 - first].ask(both_boxes(number, OTHER_PHARMACY))
        wait_for_waiters(database_url, 2)

    outcomes = [say(outcome_of(early)), say(outcome_of(late))]
    assert sorted(outcomes) == ["RIGHTS_EXHAUSTED", "done"]
    [dossier] = load(database_url, number)
    assert boxes_delivered(dossier) == 2
    assert [fact.rank for fact in dossier.facts] == [1]


@BOTH_ORDERS
def test_a_desk_that_waited_sees_what_the_other_left(database_url, counters, first):  # TLS-16
    number = a_number()
    issue_two_boxes(counters[0], number)
    paused, other = counters[first], counters[1 - first]

    paused.chance.hold()
    winning = paused.ask(both_boxes(number, PHARMACY))
    paused.chance.wait_until_inside()
    losing = other.ask(both_boxes(number, OTHER_PHARMACY))
    wait_for_waiters(database_url, 1)
    before = other.chance.attempts
    paused.chance.release()

    assert say(outcome_of(winning)) == "done"
    assert say(outcome_of(losing)) == "RIGHTS_EXHAUSTED"
    # It looked once it had the lock: had it looked before, it would have settled again.
    assert other.chance.attempts == before + 1


@BOTH_ORDERS
def test_the_same_request_at_two_desks_is_recorded_once(database_url, counters, first):  # TLS-12
    number = a_number()
    issue_two_boxes(counters[0], number)
    paused, other = counters[first], counters[1 - first]

    paused.chance.hold()
    winning = paused.ask(both_boxes(number, PHARMACY))
    paused.chance.wait_until_inside()
    repeated = other.ask(both_boxes(number, PHARMACY))
    wait_for_waiters(database_url, 1)
    paused.chance.release()

    assert say(outcome_of(winning)) == "done"
    replayed = outcome_of(repeated)
    assert replayed.is_replay
    assert replayed.fact == outcome_of(winning).fact
    assert boxes_delivered(load(database_url, number)[0]) == 2


@BOTH_ORDERS
def test_sets_that_name_prescriptions_crosswise_never_wait_for_each_other(
    database_url, counters, first
):
    numbers = [a_number() for _ in range(5)]
    issue_two_boxes(counters[0], *numbers)
    before = [counter.chance.attempts for counter in counters]
    up, down = counters[first], counters[1 - first]

    with locked(database_url, numbers[2]):  # in the middle: what comes before is already locked
        rising = up.ask(*(both_boxes(number, PHARMACY) for number in numbers))
        wait_for_waiters(database_url, 1)
        falling = down.ask(*(both_boxes(number, OTHER_PHARMACY) for number in numbers[::-1]))
        wait_for_waiters(database_url, 2)

    codes = [say_all(outcomes_of(rising)), say_all(outcomes_of(falling))]
    assert sorted(codes) == [["RIGHTS_EXHAUSTED"] * 5, ["done"] * 5]
    assert [boxes_delivered(dossier) for dossier in load(database_url, *numbers)] == [2] * 5
    # A deadlock would have made one of them settle again, one by one.
    assert [counter.chance.attempts for counter in counters] == [count + 1 for count in before]


def test_desks_that_go_as_fast_as_they_can_never_give_too_much(database_url, counters):  # TLS-16
    numbers = [a_number() for _ in range(6)]
    issue_two_boxes(counters[0], *numbers)
    start = Barrier(2)

    def hurry(counter, actor, order):
        start.wait(PATIENCE_SECONDS)
        return [
            say(outcome)
            for turn in range(3)
            for outcome in counter.settle(
                *(execute(n, key=f"turn {turn}", actor=actor) for n in order)
            )
        ]

    # In their own threads, like everything else that counters do.
    hurried = [
        counter.run(hurry, counter, actor, order)
        for counter, actor, order in zip(
            counters, (PHARMACY, OTHER_PHARMACY), (numbers, numbers[::-1]), strict=True
        )
    ]

    words = [word for future in hurried for word in future.result(PATIENCE_SECONDS)]
    assert words.count("done") == 12
    assert words.count("RIGHTS_EXHAUSTED") == 24
    for dossier in load(database_url, *numbers):
        assert boxes_delivered(dossier) == 2
        assert [fact.rank for fact in dossier.facts] == [1, 2]


@BOTH_ORDERS
def test_a_number_is_issued_by_one_desk_only(counters, first):  # TLS-2
    number = a_number()
    paused, other = counters[first], counters[1 - first]

    paused.chance.hold()
    slow = paused.ask(issue(a_prescription(number, a_line(boxes=1)), key="slow"))
    paused.chance.wait_until_inside()
    quick = other.ask(issue(a_prescription(number, a_line(boxes=2)), key="quick"))
    finish_in_turn(quick, paused)

    assert sorted([say(outcome_of(slow)), say(outcome_of(quick))]) == ["NUMBER_TAKEN", "done"]


@BOTH_ORDERS
def test_a_number_issued_twice_by_the_same_request_is_issued_once(counters, first):  # TLS-12
    number = a_number()
    paused, other = counters[first], counters[1 - first]

    paused.chance.hold()
    slow = paused.ask(issue(a_prescription(number)))
    paused.chance.wait_until_inside()
    quick = other.ask(issue(a_prescription(number)))
    finish_in_turn(quick, paused)

    assert sorted([say(outcome_of(slow)), say(outcome_of(quick))]) == ["done", "replay"]
    assert outcome_of(slow).dossier.issued == outcome_of(quick).dossier.issued


@BOTH_ORDERS
def test_two_desks_record_what_waits_for_the_same_prescription(database_url, counters, first):
    number = a_number()
    paused, other = counters[first], counters[1 - first]

    paused.chance.hold()
    slow = paused.ask(deferred(number, actor=PHARMACY))
    paused.chance.wait_until_inside()
    quick = other.ask(deferred(number, actor=OTHER_PHARMACY))
    finish_in_turn(quick, paused)

    assert sorted([outcome_of(slow).fact.rank, outcome_of(quick).fact.rank]) == [1, 2]
    [dossier] = load(database_url, number)
    assert [fact.rank for fact in dossier.facts] == [1, 2]
    assert {fact.by for fact in dossier.facts} == {PHARMACY, OTHER_PHARMACY}


def finish_in_turn(quick, paused):
    """Let the quick desk commit on what both have loaded, then the paused one.

    On SQLite the quick one cannot load before the other has written: it is then the second.
    """
    if paused.database.engine == "postgresql":
        quick.result(PATIENCE_SECONDS)
    paused.chance.release()


def test_a_number_issued_and_executed_at_once_keeps_both(fresh_postgresql):
    number = a_number()
    with opened(fresh_postgresql) as (prescriber, pharmacy):
        # Both have loaded an empty dossier, and neither can see the other.
        prescriber.chance.hold()
        issued = prescriber.ask(issue(a_prescription(number)))
        prescriber.chance.wait_until_inside()
        waiting = outcome_of(pharmacy.ask(deferred(number)))
        prescriber.chance.release()

        assert say(outcome_of(issued)) == "done"
        assert waiting.dossier.issued is None
        [repeated] = pharmacy.settle(deferred(number), at=later(hours=1))
        assert repeated.is_replay
        assert repeated.fact == waiting.fact
        assert repeated.dossier.issued is None
        [refused] = pharmacy.settle(execute(number))
        assert say(refused) == "RIGHTS_EXHAUSTED"


def test_sets_that_wait_for_the_same_new_numbers_never_wait_crosswise(fresh_postgresql):
    numbers = sorted((a_number() for _ in range(4)), key=lambda number: number.value)
    with opened(fresh_postgresql) as counters, raw_postgresql(fresh_postgresql) as raw:
        # A row of somebody's uncommitted transaction: who writes the same key waits for it.
        raw.execute("BEGIN")
        raw.execute(
            "INSERT INTO prescription VALUES (%s, %s, %s, '', '')",
            [numbers[1].bucket, numbers[1].value, NOW],
        )
        rising = counters[0].ask(*(issue(a_prescription(n), key="up") for n in numbers))
        wait_for_waiters(fresh_postgresql, 1)
        falling = counters[1].ask(*(issue(a_prescription(n), key="down") for n in numbers[::-1]))
        wait_for_waiters(fresh_postgresql, 2)
        # The second desk stands behind the first: did it wait for the row, they would embrace.
        held_up = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
        assert raw.execute(held_up, [raw.info.backend_pid]).fetchone() == (1,)
        raw.execute("ROLLBACK")

        codes = [say_all(outcomes_of(rising)), say_all(outcomes_of(falling))]
        assert sorted(codes) == [["NUMBER_TAKEN"] * 4, ["done"] * 4]
        assert all(
            len(dossier.issued.prescription.lines) == 1
            for dossier in load(fresh_postgresql, *numbers)
        )


def test_what_a_desk_leaves_is_counted_to_the_box(database_url, counters):
    number = a_number()
    counters[0].settle(issue(a_prescription(number, a_line(boxes=3))))

    words = [
        say(counter.settle(execute(number, key=f"{turn}", actor=actor))[0])
        for turn in range(2)
        for counter, actor in zip(counters, (PHARMACY, OTHER_PHARMACY), strict=True)
    ]

    assert words == ["done", "done", "done", "RIGHTS_EXHAUSTED"]
    [dossier] = load(database_url, number)
    assert [act.quantity for fact in dossier.facts for act in fact.acts] == [Decimal(1)] * 3
