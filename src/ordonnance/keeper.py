"""What goes on beside the requests, from the first to the last: the keepers of a process."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
import gc
from typing import Any

from ordonnance.api.service import Service
from ordonnance.log import LOGGER, describe
from ordonnance.store.database import (
    Database,
    DatabaseLostError,
    DatabaseRefusedError,
    connect,
)
from ordonnance.store.partitions import open_months
from ordonnance.usecases.aside import Aside
from ordonnance.usecases.mail import Post
from ordonnance.usecases.scan import Scans

MONTHS_CHECK_SECONDS = 6 * 3600
SHELF_CHECK_SECONDS = 20
PILOTS_CHECK_SECONDS = 5
COLLECTOR_PACE = (10_000, 20, 50)  # an issue makes 400 objects that a collection looks at
POST_SECONDS = 10


class Lifespan:
    """Opens the desk with the program; closes it, and its database, after the last answer."""

    def __init__(
        self,
        service: Service,
        database: Database,
        database_url: str,
        asides: tuple[Aside | Scans, ...],
        post: Post,
    ) -> None:
        self._desk = service.desk
        self._database = database
        self._database_url = database_url
        self._shelf = service.shelf
        self._clock = service.clock
        self._preseries = service.preseries
        self._clock = service.clock
        self._asides = asides
        self._post = post
        self._keepers: list[asyncio.Task[None]] = []

    async def process_startup(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:  # noqa: ARG002 - ASGI's names
        """Start settling; keep months open, products and pilots up to date."""
        self._desk.open()
        self._keepers = [
            asyncio.create_task(self._keep(self._open_months, every=MONTHS_CHECK_SECONDS)),
            asyncio.create_task(self._keep(self._refresh_shelf, every=SHELF_CHECK_SECONDS)),
            asyncio.create_task(self._keep(self._refresh_pilots, every=PILOTS_CHECK_SECONDS)),
            asyncio.create_task(self._keep(self._send_mails, every=POST_SECONDS)),
        ]

    async def process_shutdown(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:  # noqa: ARG002 - ASGI's names
        """Settle what was taken, then stop."""
        for keeper in self._keepers:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
        for aside in self._asides:
            await asyncio.to_thread(aside.close)
        await asyncio.to_thread(self._desk.close)
        self._database.close()

    async def _keep(self, work: Callable[[Database], object], *, every: float) -> None:
        """Do *work* on a connection of its own, again and again; a failure is tried again."""
        while True:
            await asyncio.sleep(every)
            try:
                await asyncio.to_thread(self._work, work)
            except (DatabaseLostError, DatabaseRefusedError) as error:
                # Another process may be opening months at this moment: next time they stand.
                LOGGER.warning("%s failed: %s", work.__name__, type(error).__name__)
            except Exception as error:  # noqa: BLE001 - the top: a keeper that died would not be missed
                LOGGER.error("%s failed", work.__name__, extra={"said": {"error": describe(error)}})

    def _work(self, work: Callable[[Database], object]) -> None:
        database = connect(self._database_url)
        try:
            work(database)
        finally:
            database.close()

    def _open_months(self, database: Database) -> None:
        with database.transaction():
            open_months(database, self._clock())

    def _refresh_shelf(self, database: Database) -> None:
        if self._shelf.refresh(database, self._clock()):
            spare_the_collector()
            LOGGER.info("referential in force: %s", self._shelf.current.version)

    def _refresh_pilots(self, database: Database) -> None:
        if self._preseries.refresh(database):
            LOGGER.info("software in présérie: %s", len(self._preseries.pilots.installed))

    def _send_mails(self, database: Database) -> None:
        self._preseries.refresh(database)
        done = self._post.deliver(database, self._preseries.histories, self._clock)
        if done.failed:
            LOGGER.warning("e-mails that did not leave: %s", done.failed)


def spare_the_collector() -> None:
    """Have the collector of cycles pass over what is loaded by now, and pass less often.

    The products are a hundred thousand objects that stay, and a request leaves almost no cycle:
    as Python is set, looking for them took a twelfth of the CPU of an issue (measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_PACE)
