"""Questions answered in other threads, so many at a time: préséries have no desk."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from ordonnance.domain.refusal import Reasons, Refusal

WAITING_MAX = 64

_Answer = TypeVar("_Answer")


class Threads:
    """Has work done beside the loop of requests; beyond *WAITING_MAX* waiting, it refuses."""

    def __init__(self) -> None:
        self._waiting = 0

    async def ask(self, work: Callable[[], _Answer]) -> _Answer:
        """What *work* gives.

        Raises:
            Refusal: BUSY where too many wait already, and as *work* finds.
        """
        if self._waiting >= WAITING_MAX:
            raise Refusal(Reasons.BUSY)
        self._waiting += 1
        try:
            return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
