"""The dates of préséries as a calendar, read by its personal address alone.

Source: PRE-57.
"""

from falcon import HTTPNotFound
from falcon.asgi import App, Request, Response

from ordonnance.api.preserie import Asking
from ordonnance.api.service import Service
from ordonnance.usecases.calendar import find_followed, write_feed
from ordonnance.usecases.link import Links

ICS = "text/calendar; charset=utf-8"


class Calendar:
    """``GET /agenda/{word}.ics``."""

    def __init__(self, asking: Asking, links: Links | None, address: str) -> None:
        self._asking = asking
        self._links = links
        self._address = address

    async def on_get(self, _req: Request, resp: Response, word: str) -> None:
        """The dates that concern whom the link was written for; 404: it is none of ours.

        Source: PRE-57.
        """
        invited = None if self._links is None else self._links.read(word)
        if invited is None:
            raise HTTPNotFound
        histories = await self._asking.ask(self._asking.service.preseries.read_all)
        followed = find_followed(histories.values(), invited)
        resp.data = write_feed(followed, invited.party, self._address)
        resp.content_type = ICS
        resp.set_header("Cache-Control", "private, max-age=300")


def add_calendar_routes(
    app: App[Request, Response], service: Service, links: Links | None, address: str
) -> None:
    """Open calendars in *app*; *links* None: no personal address is one."""
    app.add_route("/agenda/{word}.ics", Calendar(Asking(service), links, address))
