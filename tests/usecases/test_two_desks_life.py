"""Two desks at once on a reservation, a correction or a replacement, on both engines."""

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
)
from lives import correct, replace_by, reserve
from usecases.desks import (
    assert_journal_is_whole,
    boxes_delivered,
    load,
    locked,
    opened,
    outcome_of,
    outcomes_of,
    say,
    say_all,
    wait_for_waiters,
)
from usecases.histories import verdict_of

BOTH_ORDERS = pytest.mark.parametrize("first", [0, 1])


@pytest.fixture
def counters(database_url):
    with opened(database_url) as pair:
        yield pair


def issue_boxes(counter, *numbers, boxes=2):
    commands = [issue(a_prescription(number, a_line(boxes=boxes))) for number in numbers]
    assert say_all(counter.settle(*commands)) == ["done"] * len(numbers)


def ask_both(url, counters, number, early, late):
    """What two desks answer that waited for the same prescription, in words."""
    with locked(url, number):
        one = counters[0].ask(early)
        wait_for_waiters(url, 1)
        other = counters[1].ask(late)
        wait_for_waiters(url, 2)
    return say(outcome_of(one)), say(outcome_of(other))


@BOTH_ORDERS
def test_of_two_replacements_at_once_one_wins(database_url, counters, first):  # TLS-52
    number, successors = a_number(), [a_number(), a_number()]
    issue_boxes(counters[0], number)
    commands = [
        replace_by(number, a_prescription(one), key=str(place))
        for place, one in enumerate(successors)
    ]
    pair = [counters[first], counters[1 - first]]

    words = ask_both(database_url, pair, number, *commands)

    assert sorted(words) == ["REPLACED", "done"]
    old, *new = load(database_url, number, *successors)
    won = successors[words.index("done")]
    assert [fact.rank for fact in old.facts] == [1]
    assert old.replacement.successor == won
    assert [one.number for one in new if one.issued is not None] == [won]
    assert verdict_of(database_url).breaks == ()


@BOTH_ORDERS
def test_the_same_replacement_at_two_desks_is_recorded_once(
    database_url, counters, first
):  # TLS-12
    number = a_number()
    issue_boxes(counters[0], number)
    command = replace_by(number)
    pair = [counters[first], counters[1 - first]]

    words = ask_both(database_url, pair, number, command, command)

    assert sorted(words) == ["done", "replay"]


@BOTH_ORDERS
def test_a_number_given_to_two_takes_the_place_of_one(database_url, counters, first):  # TLS-52
    """Who loses the number loses all of it: what it would have replaced stays as it was."""
    numbers, successor = [a_number(), a_number()], a_number()
    issue_boxes(counters[0], *numbers)
    commands = [replace_by(number, a_prescription(successor)) for number in numbers]
    paused, other = counters[first], counters[1 - first]

    paused.chance.hold()
    slow = paused.ask(commands[0])
    paused.chance.wait_until_inside()
    quick = other.ask(commands[1])
    if paused.database.engine == "postgresql":  # on SQLite the quick one cannot load before
        outcomes_of(quick)
    paused.chance.release()

    words = [say(outcome_of(slow)), say(outcome_of(quick))]
    assert sorted(words) == ["NUMBER_TAKEN", "done"]
    *old, new = load(database_url, *numbers, successor)
    assert new.issued.replaces == numbers[words.index("done")]
    assert old[words.index("NUMBER_TAKEN")].facts == ()
    assert_journal_is_whole(database_url)


@BOTH_ORDERS
def test_what_is_executed_and_replaced_at_once_is_one_after_the_other(  # TLS-52
    database_url, counters, first
):
    number = a_number()
    issue_boxes(counters[0], number)
    pair = [counters[first], counters[1 - first]]

    words = ask_both(database_url, pair, number, replace_by(number), execute(number))

    [old] = load(database_url, number)
    if words == ("done", "done"):  # executed first
        assert [fact.operation for fact in old.facts] == ["execute", "replace"]
    else:
        assert words == ("done", "REPLACED")
        assert boxes_delivered(old) == 0


def test_sets_that_replace_crosswise_never_wait_for_each_other(database_url, counters):  # TLS-52
    numbers = [a_number() for _ in range(5)]
    issue_boxes(counters[0], *numbers)
    new = {number: [a_number(), a_number()] for number in numbers}
    before = [counter.chance.attempts for counter in counters]

    def replace_all(turn, order):
        return [
            replace_by(number, a_prescription(new[number][turn]), key=str(turn)) for number in order
        ]

    with locked(database_url, numbers[2]):
        rising = counters[0].ask(*replace_all(0, numbers))
        wait_for_waiters(database_url, 1)
        falling = counters[1].ask(*replace_all(1, numbers[::-1]))
        wait_for_waiters(database_url, 2)

    codes = [say_all(outcomes_of(rising)), say_all(outcomes_of(falling))]
    assert sorted(codes) == [["REPLACED"] * 5, ["done"] * 5]
    # A deadlock would have made one of them settle again, one by one.
    assert [counter.chance.attempts for counter in counters] == [count + 1 for count in before]


def test_a_replacement_is_seen_by_those_behind_it_in_the_set(database_url, counters):  # TLS-52
    number, new = a_number(), a_number()
    issue_boxes(counters[0], number)

    outcomes = counters[0].settle(
        replace_by(number, a_prescription(new, a_line(boxes=2))),
        execute(number),
        execute(new),
        cancel(number),
        cancel(new),
        replace_by(number, a_prescription(new, a_line(boxes=2))),
    )

    assert say_all(outcomes) == ["done", "REPLACED", "done", "REPLACED", "done", "replay"]
    assert [one.rank for one in load(database_url, new)[0].facts] == [1, 2]


def test_a_refused_replacement_leaves_nothing(database_url, counters):  # TLS-52
    number, taken = a_number(), a_number()
    issue_boxes(counters[0], number, taken)

    outcomes = counters[0].settle(
        replace_by(number, a_prescription(taken)),
        replace_by(number, a_prescription(number), key="same"),
    )

    assert say_all(outcomes) == ["NUMBER_TAKEN", "NUMBER_TAKEN"]
    assert [one.facts for one in load(database_url, number, taken)] == [(), ()]


def test_a_month_that_is_not_open_refuses_a_replacement_as_a_whole(fresh_postgresql):  # TLS-15
    number, far = a_number(), a_number(at=later(days=300))
    with opened(fresh_postgresql, 1) as [counter]:
        issue_boxes(counter, number)
        prescription = a_prescription(far, authored_at=later(days=300))

        [outcome] = counter.settle(replace_by(number, prescription), at=later(days=300))

    assert say(outcome) == "DatabaseRefusedError"
    [old] = load(fresh_postgresql, number)
    assert old.facts == ()


@BOTH_ORDERS
def test_one_site_holds_what_two_reserve_at_once(database_url, counters, first):  # TLS-50
    number = a_number()
    issue_boxes(counters[0], number)
    commands = [reserve(number, actor=actor) for actor in (PHARMACY, OTHER_PHARMACY)]
    pair = [counters[first], counters[1 - first]]

    words = ask_both(database_url, pair, number, *commands)

    assert sorted(words) == ["RESERVED_ELSEWHERE", "done"]


@BOTH_ORDERS
def test_a_correction_and_another_delivery_never_give_too_much(  # TLS-51
    database_url, counters, first
):
    number = a_number()
    issue_boxes(counters[0], number, boxes=3)
    assert say_all(counters[0].settle(execute(number))) == ["done"]
    two = an_act(number, boxes=2)
    pair = [counters[first], counters[1 - first]]

    words = ask_both(
        database_url,
        pair,
        number,
        correct(number, two),
        execute(number, two, key="other", actor=OTHER_PHARMACY),
    )

    assert sorted(words) == ["RIGHTS_EXHAUSTED", "done"]
    assert boxes_delivered(load(database_url, number)[0]) in (2, 3)


def test_corrected_resources_are_stored_and_given_back(database_url, counters):  # TLS-51
    number = a_number()
    issue_boxes(counters[0], number)
    command = correct(number)
    assert say_all(counters[0].settle(execute(number), command, at=NOW)) == ["done", "done"]

    [dossier] = load(database_url, number)

    [execution] = dossier.executions
    assert dossier.text_of(execution) == command.resources
    assert (execution.rank, execution.digest) == (1, command.digest)
    assert verdict_of(database_url).breaks == ()
