"""The desk: takes whatever commands are waiting and has them settled together.

A lone command never waits: there is no timer. The desk is called once an event loop has handed in
all that its connections had ready, or once a crowd waits: a set costs much before its first command
and little for each, so a desk that took the first comer would settle six where sixty were about
to be asked (measured).
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from ordonnance.domain.answer import Answer
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.store.database import DatabaseLostError, DatabaseRefusedError
from ordonnance.usecases.search import Inquiry, Page
from ordonnance.usecases.settlement import Outcome, Received, Settlement

SET_MAX = 128
CROWD = SET_MAX // 2
CALM_TURNS = 2
CHECK_SECONDS_MAX = 2.0
WAITING_MAX = 4096

_Reply = asyncio.Future[Outcome | None]
_Ticket = tuple[Received | Inquiry | None, _Reply, asyncio.AbstractEventLoop]


class Desk:
    """One thread that settles, one queue before it.

    Any number of event loops may ask; while *waiting_max* questions are in the queue, their
    askers still there or gone, and once the desk is closing, the answer is BUSY.
    """

    def __init__(
        self, settlement: Settlement, *, set_max: int = SET_MAX, waiting_max: int = WAITING_MAX
    ) -> None:
        self._settlement = settlement
        self._set_max = set_max
        self._waiting_max = waiting_max
        self._taking = Lock()
        self._is_closing = False
        self._queue: SimpleQueue[_Ticket | None] = SimpleQueue()
        self._is_called = Event()
        self._gathering: set[asyncio.AbstractEventLoop] = set()
        self._thread = Thread(target=self._work, name="desk", daemon=True)

    def open(self) -> None:
        """Start settling."""
        self._thread.start()

    def close(self) -> None:
        """Stop once everything taken before has been settled."""
        with self._taking:  # nothing may come behind the end of the queue: nobody would answer
            self._is_closing = True
            self._queue.put(None)
        self._is_called.set()
        self._thread.join()

    async def ask(self, received: Received) -> Answer:
        """The answer to a command, once it is committed.

        Raises:
            Refusal: as decided; BUSY where too many are waiting.
        """
        answer = await self._wait_for(received)
        if not isinstance(answer, Answer):
            message = "a command always has an answer"
            raise TypeError(message)
        return answer

    async def inquire(self, inquiry: Inquiry) -> Page:
        """The page that answers a question, once its journal entries are committed.

        Raises:
            Refusal: as decided; BUSY where too many are waiting.
        """
        page = await self._wait_for(inquiry)
        if page is None or isinstance(page, Answer):
            message = "a question always has a page"
            raise TypeError(message)
        return page

    async def check(self) -> None:
        """Nothing, once the desk has found its database alive.

        Raises:
            Refusal: BUSY where it did not in time, or too many are waiting.
        """
        try:
            await asyncio.wait_for(self._wait_for(None), CHECK_SECONDS_MAX)
        except TimeoutError:
            raise Refusal(Reasons.BUSY) from None

    async def _wait_for(self, received: Received | Inquiry | None) -> Answer | Page | None:
        loop = asyncio.get_running_loop()
        reply: _Reply = loop.create_future()
        with self._taking:
            if self._is_closing or self._queue.qsize() >= self._waiting_max:
                raise Refusal(Reasons.BUSY)
            self._queue.put((received, reply, loop))
        if loop not in self._gathering:
            self._gathering.add(loop)
            loop.call_soon(self._gather, loop, 0, CALM_TURNS)
        outcome = await reply
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _gather(self, loop: asyncio.AbstractEventLoop, seen: int, turns: int) -> None:
        """Call the desk once *loop* brought nothing more for some *turns*, or brought a crowd.

        Two turns, since what a loop reads in one is asked in the next.
        """
        waiting = self._queue.qsize()
        turns = CALM_TURNS if waiting > seen else turns - 1
        if turns and waiting < CROWD:
            loop.call_soon(self._gather, loop, waiting, turns)
        else:
            self._gathering.discard(loop)
            self._is_called.set()

    def _work(self) -> None:
        is_last = False
        while not is_last:
            self._is_called.wait()
            self._is_called.clear()
            tickets: list[_Ticket] = []
            with suppress(Empty):
                while (ticket := self._queue.get_nowait()) is not None:
                    tickets.append(ticket)
                is_last = True
            for start in range(0, len(tickets), self._set_max):
                self._serve(tickets[start : start + self._set_max])

    def _serve(self, tickets: Sequence[_Ticket]) -> None:
        """Settle the tickets' commands and answer all of them, whatever happens."""
        asked = [received for received, _, _ in tickets if received is not None]
        outcomes: list[Outcome | None]
        try:
            settled = iter(self._settlement.settle(asked) if asked else ())
            outcomes = [
                self._check() if received is None else next(settled) for received, _, _ in tickets
            ]
        except Exception as error:  # noqa: BLE001 - the thread must outlive any one set
            outcomes = [error] * len(tickets)
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Reply, Outcome | None]]] = {}
        for (_, reply, loop), outcome in zip(tickets, outcomes, strict=True):
            by_loop.setdefault(loop, []).append((reply, outcome))
        for loop, replies in by_loop.items():
            with suppress(RuntimeError):  # the loop is closed, and whoever asked with it
                loop.call_soon_threadsafe(_deliver, replies)

    def _check(self) -> Exception | None:
        try:
            self._settlement.check()
        except (DatabaseLostError, DatabaseRefusedError):
            return Refusal(Reasons.BUSY)
        return None


def _deliver(replies: Sequence[tuple[_Reply, Outcome | None]]) -> None:
    """Hand over the outcomes of a set, in the loop's own thread."""
    for reply, outcome in replies:
        if not reply.done():
            reply.set_result(outcome)
