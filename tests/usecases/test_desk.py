"""The desk, as event loops see it: asked one by one, settled together, answered in order."""

import asyncio
from contextlib import asynccontextmanager
from threading import Barrier, Thread
import time

import pytest

from builders import a_line, a_number, a_prescription, an_act, execute, issue, read
from ordonnance.domain.refusal import Refusal
from ordonnance.usecases.desk import Desk
from ordonnance.usecases.settlement import Received
from usecases.cut_wire import Cut, wired
from usecases.desks import (
    NOW,
    PATIENCE_SECONDS,
    blocks_of,
    boxes_delivered,
    load,
    locked,
    opened,
    say,
    say_all,
)


@pytest.fixture
def counter(database_url):
    with opened(database_url, 1) as [one]:
        yield one


@asynccontextmanager
async def a_desk(counter, **options):
    """A desk at work, closed at the end without blocking the loop."""
    desk = Desk(counter.settlement, **options)
    desk.open()
    try:
        yield desk
    finally:
        counter.chance.release()
        await asyncio.wait_for(asyncio.to_thread(desk.close), PATIENCE_SECONDS)


@asynccontextmanager
async def held(counter, desk):
    """The desk is busy with a first command until the end of the block."""
    counter.chance.hold()
    first = asyncio.create_task(desk.ask(Received(issue(a_prescription(a_number())), NOW)))
    await asyncio.to_thread(counter.chance.wait_until_inside)
    yield
    counter.chance.release()
    assert say(await asyncio.wait_for(first, PATIENCE_SECONDS)) == "done"


def ask_all(desk, commands):
    """The questions, asked in this order."""
    return [asyncio.create_task(desk.ask(Received(command, NOW))) for command in commands]


async def answers(tasks):
    """The answers or exceptions, in the order of the questions."""
    together = asyncio.gather(*tasks, return_exceptions=True)
    return await asyncio.wait_for(together, PATIENCE_SECONDS)


async def turn():
    """Let every task that can go on do so."""
    for _ in range(3):
        await asyncio.sleep(0)


def count_blocks(counter):
    return sum(map(len, blocks_of(counter.database).values()))


def test_what_waits_together_is_settled_together_in_order(database_url, counter):  # TLS-16
    number, others = a_number(), [a_number() for _ in range(60)]

    async def story():
        async with a_desk(counter) as desk:
            async with held(counter, desk):
                tasks = ask_all(
                    desk,
                    [
                        issue(a_prescription(number, a_line(boxes=30))),
                        *(execute(number, key=f"box {n}") for n in range(35)),
                        *(issue(a_prescription(other)) for other in others),
                    ],
                )
                await turn()
            return await answers(tasks)

    before = count_blocks(counter)
    outcomes = asyncio.run(story())

    assert say_all(outcomes) == ["done"] * 31 + ["RIGHTS_EXHAUSTED"] * 5 + ["done"] * 60
    assert [outcome.fact.rank for outcome in outcomes[:31]] == list(range(31))
    assert boxes_delivered(load(database_url, number)[0]) == 30
    assert count_blocks(counter) == before + 2  # the first alone, then all the rest


def test_a_set_has_a_limit(counter):
    async def story():
        async with a_desk(counter, set_max=4) as desk:
            async with held(counter, desk):
                tasks = ask_all(desk, [issue(a_prescription(a_number())) for _ in range(10)])
                await turn()
            return await answers(tasks)

    before = count_blocks(counter)
    outcomes = asyncio.run(story())

    assert say_all(outcomes) == ["done"] * 10
    assert count_blocks(counter) == before + 1 + 3  # four, four and two


def test_what_is_asked_one_after_the_other_in_a_few_turns_is_settled_together(counter):  # TLS-16
    async def ask_later(desk, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        return await desk.ask(Received(issue(a_prescription(a_number())), NOW))

    async def story():
        async with a_desk(counter) as desk:
            return await answers([asyncio.create_task(ask_later(desk, n)) for n in range(20)])

    before = count_blocks(counter)
    outcomes = asyncio.run(story())

    assert say_all(outcomes) == ["done"] * 20
    assert count_blocks(counter) == before + 1


def test_a_crowd_does_not_wait_for_all_to_have_spoken(counter):  # TLS-16
    """As long as somebody speaks at every turn, the loop is never calm."""

    async def story():
        tasks = []
        async with a_desk(counter) as desk:
            counter.chance.hold()
            while not counter.chance.is_inside.is_set():
                tasks += ask_all(desk, [issue(a_prescription(a_number()))])
                time.sleep(0.001)  # noqa: ASYNC251 - the loop is busy, and the desk may run
                await asyncio.sleep(0)
            counter.chance.release()
            return await answers(tasks)

    assert set(say_all(asyncio.run(story()))) == {"done"}


def test_a_lone_command_is_answered(counter):
    number = a_number()

    async def story():
        async with a_desk(counter) as desk:
            for command in (issue(a_prescription(number)), execute(number)):
                [outcome] = await answers(ask_all(desk, [command]))
                assert say(outcome) == "done"
            with pytest.raises(Refusal, match="RIGHTS_EXHAUSTED"):
                await desk.ask(Received(execute(number, key="again"), NOW))

    asyncio.run(story())


def test_beyond_the_limit_the_answer_is_busy_and_nothing_taken_is_lost(database_url, counter):
    numbers = [a_number() for _ in range(8)]

    async def story():
        async with a_desk(counter, waiting_max=5) as desk:
            async with held(counter, desk):
                tasks = ask_all(desk, [issue(a_prescription(number)) for number in numbers])
                await turn()
            outcomes = await answers(tasks)
            again = await answers(ask_all(desk, [issue(a_prescription(numbers[-1]))]))
            return say_all(outcomes), say_all(again)

    outcomes, again = asyncio.run(story())

    assert outcomes == ["done"] * 5 + ["BUSY"] * 3
    assert again == ["done"]
    issued = [dossier.issued is not None for dossier in load(database_url, *numbers)]
    assert issued == [True] * 5 + [False, False, True]


def test_who_hangs_up_gives_no_room_to_the_next(counter):
    async def story():
        async with a_desk(counter, waiting_max=3) as desk, held(counter, desk):
            for _ in range(3):
                [task] = ask_all(desk, [read(a_number())])
                await turn()
                task.cancel()
                await asyncio.wait([task])
            [outcome] = await answers(ask_all(desk, [read(a_number())]))
            return say(outcome)

    assert asyncio.run(story()) == "BUSY"


def test_who_hangs_up_does_not_hurt_the_others(database_url, counter):
    numbers = [a_number() for _ in range(3)]

    async def story():
        async with a_desk(counter) as desk:
            async with held(counter, desk):
                tasks = ask_all(desk, [issue(a_prescription(number)) for number in numbers])
                await turn()
                tasks[1].cancel()
                await asyncio.wait([tasks[1]])
            first, gone, last = await answers(tasks)
            assert isinstance(gone, asyncio.CancelledError)
            return say_all([first, last])

    assert asyncio.run(story()) == ["done", "done"]
    # What was asked is done all the same: whoever asked will ask again with the same key.
    assert all(dossier.issued is not None for dossier in load(database_url, *numbers))


def test_closing_settles_what_was_taken_and_takes_no_more(database_url, counter):
    numbers = [a_number() for _ in range(20)]

    async def story():
        async with a_desk(counter, set_max=3) as desk:
            counter.chance.hold()
            tasks = ask_all(desk, [issue(a_prescription(number)) for number in numbers])
            await asyncio.to_thread(counter.chance.wait_until_inside)
            closing = asyncio.create_task(asyncio.to_thread(desk.close))
            counter.chance.release()
            outcomes = await answers(tasks)
            await asyncio.wait_for(closing, PATIENCE_SECONDS)
            return say_all([*outcomes, *await answers(ask_all(desk, [read(a_number())]))])

    assert asyncio.run(story()) == ["done"] * 20 + ["BUSY"]
    assert all(dossier.issued is not None for dossier in load(database_url, *numbers))


def test_a_poisoned_command_is_answered_with_its_exception_alone(counter):
    number = a_number()

    async def story():
        async with a_desk(counter) as desk:
            async with held(counter, desk):
                naive = an_act(number, handed_over_at=NOW.replace(tzinfo=None))
                tasks = ask_all(
                    desk, [issue(a_prescription(number)), execute(number, naive), read(number)]
                )
                await turn()
            return say_all(await answers(tasks))

    assert asyncio.run(story()) == ["done", "TypeError", "done"]


def test_two_event_loops_share_a_desk(database_url, counter):
    number = a_number()
    start = Barrier(2)
    words: list[list[str]] = [[], []]

    async def ask(desk, loop):
        start.wait(PATIENCE_SECONDS)
        keys = [f"loop {loop}, box {n}" for n in range(25)]
        tasks = ask_all(desk, [execute(number, key=key) for key in keys])
        words[loop] = say_all(await answers(tasks))

    desk = Desk(counter.settlement)
    desk.open()
    counter.settle(issue(a_prescription(number, a_line(boxes=30))))
    loops = [Thread(target=asyncio.run, args=[ask(desk, loop)]) for loop in range(2)]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join(PATIENCE_SECONDS)
        assert not loop.is_alive(), "a loop was never answered"
    desk.close()

    assert sorted(words[0] + words[1]) == ["RIGHTS_EXHAUSTED"] * 20 + ["done"] * 30
    assert [fact.rank for fact in load(database_url, number)[0].facts] == list(range(1, 31))


def test_a_loop_that_ended_meanwhile_does_not_hurt_the_desk(counter):
    number = a_number()
    desk = Desk(counter.settlement)
    desk.open()

    async def leave():
        counter.chance.hold()
        asking = ask_all(desk, [issue(a_prescription(number))])
        await asyncio.to_thread(counter.chance.wait_until_inside)
        return asking

    async def come_back():
        return say_all(await answers(ask_all(desk, [issue(a_prescription(number))])))

    asyncio.run(leave())
    counter.chance.release()

    assert asyncio.run(come_back()) == ["replay"]
    desk.close()


def test_check_finds_the_database_alive_gone_and_back(fresh_postgresql):
    with (
        wired(fresh_postgresql) as wire,
        opened(wire.url, 1, reconnect_seconds_max=0.0) as [counter],
    ):

        async def story():
            async with a_desk(counter) as desk:
                await desk.check()
                wire.cut(Cut.BEFORE, for_good=True)
                with pytest.raises(Refusal, match="BUSY"):
                    await desk.check()
                with pytest.raises(Refusal, match="BUSY"):
                    await desk.ask(Received(read(a_number()), NOW))
                wire.is_down = False
                await desk.check()
                return say_all(await answers(ask_all(desk, [issue(a_prescription(a_number()))])))

        assert asyncio.run(story()) == ["done"]


def test_a_check_that_fails_takes_no_answer_away(fresh_postgresql):
    number = a_number()
    with (
        wired(fresh_postgresql) as wire,
        opened(wire.url, 1, reconnect_seconds_max=0.0) as [counter],
    ):

        async def story():
            async with a_desk(counter) as desk:
                async with held(counter, desk):
                    tasks = ask_all(desk, [issue(a_prescription(number)), execute(number)])
                    checking = asyncio.create_task(desk.check())
                    await turn()
                    # The first command commits, then the set, and then the check cannot.
                    wire.cut(Cut.BEFORE, for_good=True, after=2)
                return say_all(await answers([*tasks, checking]))

        assert asyncio.run(story()) == ["done", "done", "BUSY"]


def test_a_base_that_lets_nobody_write_is_not_ready(fresh_sqlite):
    with opened(fresh_sqlite, 1) as [counter]:
        counter.database.run("PRAGMA busy_timeout = 0")

        async def story():
            async with a_desk(counter) as desk:
                await desk.check()
                with locked(fresh_sqlite), pytest.raises(Refusal, match="BUSY"):
                    await desk.check()
                await desk.check()

        asyncio.run(story())
