"""Every page of the portail."""

from collections.abc import Awaitable, Callable
from functools import partial

from falcon.asgi import App, Request, Response

from ordonnance.portail.accounts import GROUPS, PHARMACY
from ordonnance.portail.anomalies import AnomaliesPage
from ordonnance.portail.bilan_download import FILES, BilanFile, EventsFile
from ordonnance.portail.bilan_page import PLACE, BilanPage, ShareAddress
from ordonnance.portail.caisse import CaissePage, StopsFile
from ordonnance.portail.caisse_difficulty import CaisseDifficulty
from ordonnance.portail.calendar import CalendarPage
from ordonnance.portail.calls import CallsFile, CallsPage
from ordonnance.portail.document import DocumentPage
from ordonnance.portail.event import EventPage
from ordonnance.portail.evidence import EvidencePage
from ordonnance.portail.generalised import GeneralisedPage
from ordonnance.portail.modalities import ModalitiesPage
from ordonnance.portail.opening import OpeningPage
from ordonnance.portail.overview import Overview, OverviewTable
from ordonnance.portail.page import NARROW, Pages, show_hour
from ordonnance.portail.pharmacies import PharmaciesPage
from ordonnance.portail.pilot import KitPage, PilotPage
from ordonnance.portail.pilot_difficulty import DifficultyPage
from ordonnance.portail.pilot_questionnaire import QuestionnairePage
from ordonnance.portail.planning import PlanningPage
from ordonnance.portail.portal import Page, Portal
from ordonnance.portail.prerequisites import PrerequisitesPage
from ordonnance.portail.preserie import PreseriePage
from ordonnance.portail.scor_sheet import SheetFile, SheetPage
from ordonnance.portail.sign_in import SignIn, SignOut, WriteToken
from ordonnance.portail.traces import TracesPage
from ordonnance.portail.visitor import LINK, OWN

# How many milliseconds the service took to answer that it can serve; None: it cannot.
Look = Callable[[], Awaitable[float | None]]

SHEETS = ("ordonnance.css", "pilot.css", "portail.css")


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
            groups=GROUPS if self._pages.is_demo else (),
            pharmacy=PHARMACY,
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


SECTIONS = (PrerequisitesPage, PharmaciesPage, PlanningPage, AnomaliesPage)
PRESERIE = "/portail/preseries/{name}"
# A pilot's own page: by its link, by its token.
PILOT = (f"{LINK}/{{word}}", f"{PRESERIE}/{OWN}")
PAGES: tuple[tuple[str, Callable[[Portal], Page]], ...] = (
    ("/portail", Overview),
    ("/portail/preseries.csv", OverviewTable),
    ("/portail/calendrier", CalendarPage),
    ("/portail/ouvrir", OpeningPage),
    ("/portail/traces", TracesPage),
    ("/portail/traces/{sought:path}", EvidencePage),
    ("/portail/caisse", CaissePage),
    ("/portail/caisse/arrets.csv", StopsFile),
    ("/portail/caisse/difficulte", CaisseDifficulty),
    (PRESERIE, PreseriePage),
    (f"{PRESERIE}/{{verb}}", EventPage),
    *((f"{PRESERIE}/{section.place}", section) for section in SECTIONS),
    (f"{PRESERIE}/documents/{{digest}}", DocumentPage),
    (f"{PRESERIE}/modalites", ModalitiesPage),
    (f"{PRESERIE}/appels", CallsPage),
    (f"{PRESERIE}/appels.csv", CallsFile),
    (f"{PRESERIE}/scor", SheetPage),
    (f"{PRESERIE}/scor.csv", SheetFile),
    (f"{PRESERIE}/share_bilan", ShareAddress),
    (f"{PRESERIE}/evenements.jsonl", EventsFile),
    *((home, PilotPage) for home in PILOT),
    *((f"{home}/questionnaire", QuestionnairePage) for home in PILOT),
    *((f"{home}/difficulte", DifficultyPage) for home in PILOT),
    *((f"{home}/documents/{{digest}}", KitPage) for home in PILOT),
    *((f"{home}/{PLACE}", BilanPage) for home in (PRESERIE, *PILOT)),
    *(
        (f"{home}/{PLACE}{ending}", partial(BilanFile, ending=ending))
        for home in (PRESERIE, *PILOT)
        for ending in FILES
    ),
)


def add_portal(app: App[Request, Response], portal: Portal, write_token: WriteToken | None) -> None:
    """Open the pages of the portail in *app*; *write_token* None: there is no demonstration."""
    app.add_route("/connexion", SignIn(portal, write_token))
    app.add_route("/deconnexion", SignOut())
    app.add_route("/logiciels", GeneralisedPage(portal))
    for address, page in PAGES:
        app.add_route(address, page(portal))
