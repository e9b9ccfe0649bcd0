"""Work on the database that is no command: a thread and a connection of its own, beside the desk.

Traces, lots of SCOR and whatever comes in sets of one go this way, so that nobody who waits for
the desk waits for them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.store.database import Database, DatabaseLostError, connect

WAITING_MAX = 64

T = TypeVar("T")


class Aside:
    """One thread that works on the base at *url*, one thing after the other.

    The connection is opened by the first work. While *waiting_max* are waiting, the answer is
    BUSY.
    """

    def __init__(self, url: str, *, waiting_max: int = WAITING_MAX) -> None:
        self._url = url
        self._waiting_max = waiting_max
        self._waiting = 0
        self._database: Database | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")

    async def do(self, work: Callable[[Database], T]) -> T:
        """What *work* gives. It is done again, whole, where the database was lost on the way.

        Raises:
            Refusal: as *work* decides; BUSY where too many wait, or the database does not answer.
        """
        if self._waiting >= self._waiting_max:
            raise Refusal(Reasons.BUSY)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._executor, self._work, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Stop once what was taken is done."""
        self._executor.submit(self._drop)
        self._executor.shutdown(wait=True)

    def _work(self, work: Callable[[Database], T]) -> T:
        try:
            return work(self._open())
        except DatabaseLostError:
            self._drop()
        try:
            return work(self._open())
        except DatabaseLostError:
            self._drop()
            raise Refusal(Reasons.BUSY) from None

    def _open(self) -> Database:
        if self._database is None:
            self._database = connect(self._url)
        return self._database

    def _drop(self) -> None:
        if self._database is not None:
            with suppress(Exception):  # it is lost already
                self._database.close()
            self._database = None
