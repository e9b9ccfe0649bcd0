"""Every page of the portail."""

from collections.abc import Awaitable, Callable

from falcon.asgi import App, Request, Response

from ordonnance.portail.accounts import ACCOUNTS
from ordonnance.portail.calendar import CalendarPage
from ordonnance.portail.event import EventPage
from ordonnance.portail.generalised import GeneralisedPage
from ordonnance.portail.modalities import ModalitiesPage
from ordonnance.portail.overview import Overview, OverviewTable
from ordonnance.portail.page import NARROW, Pages, show_hour
from ordonnance.portail.portal import Portal
from ordonnance.portail.preserie import OpeningPage
from ordonnance.portail.preserie_page import PreseriePage
from ordonnance.portail.sign_in import SignIn, SignOut, WriteToken

# How many milliseconds the service took to answer that it can serve; None: it cannot.
Look = Callable[[], Awaitable[float | None]]

SHEETS = ("ordonnance.css", "portail.css")


class Home:
    """``GET /``: what this is, who finds what here, and whether it works now."""

    def __init__(self, pages: Pages, look: Look) -> None:
        self._pages = pages
        self._look = look

    async def on_get(self, req: Request, resp: Response) -> None:
        """The first page, with the state of the service at this instant."""
        milliseconds = await self._look()
        self._pages.show(
            resp,
            "home.html",
            accounts=ACCOUNTS if self._pages.is_demo else (),
            address=req.prefix,
            latency=None if milliseconds is None else say_milliseconds(milliseconds),
            hour=show_hour(self._pages.clock()),
        )


class Sheet:
    """``GET /static/…``: a style sheet."""

    def __init__(self, pages: Pages, name: str) -> None:
        self._sheet = pages.read_sheet(name)

    async def on_get(self, _req: Request, resp: Response) -> None:
        """The sheet."""
        resp.text = self._sheet
        resp.content_type = "text/css; charset=utf-8"
        resp.set_header("Cache-Control", "public, max-age=300")


def say_milliseconds(milliseconds: float) -> str:
    """A short time as French writes it: ``0,4 ms``, ``1 250 ms``."""
    digits = f"{milliseconds:,.1f}" if milliseconds < 10 else f"{milliseconds:,.0f}"  # noqa: PLR2004 - a decimal says something below ten
    return digits.replace(",", NARROW).replace(".", ",") + f"{NARROW}ms"


def add_home(app: App[Request, Response], pages: Pages, look: Look) -> None:
    """Open the first page in *app*, and the sheets of all; *look*: the state of the service."""
    app.add_route("/", Home(pages, look))
    for name in SHEETS:
        app.add_route(f"/static/{name}", Sheet(pages, name))


def add_portal(app: App[Request, Response], portal: Portal, write_token: WriteToken | None) -> None:
    """Open in *app* the pages where one is known; *write_token* None: there is no demonstration."""
    app.add_route("/connexion", SignIn(portal, write_token))
    app.add_route("/deconnexion", SignOut())
    app.add_route("/logiciels", GeneralisedPage(portal))
    app.add_route("/portail", Overview(portal))
    app.add_route("/portail/preseries.csv", OverviewTable(portal))
    app.add_route("/portail/calendrier", CalendarPage(portal))
    app.add_route("/portail/ouvrir", OpeningPage(portal))
    app.add_route("/portail/preseries/{name}", PreseriePage(portal))
    app.add_route("/portail/preseries/{name}/modalites", ModalitiesPage(portal))
    app.add_route("/portail/preseries/{name}/{verb}", EventPage(portal))
