"""Every page of the portail."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from falcon.asgi import App, Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ordonnance.domain.days import PARIS
from ordonnance.portail.accounts import ACCOUNTS

# How many milliseconds the service took to answer that it can serve; None: it cannot.
Look = Callable[[], Awaitable[float | None]]

NARROW = "\u202f"
# The pages bring all they need: nothing else is fetched, nothing runs, nobody frames them.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Home:
    """``GET /``: what this is, who finds what here, and whether it works now."""

    def __init__(
        self, environment: Environment, *, is_demo: bool, look: Look, clock: Callable[[], datetime]
    ) -> None:
        self._template = environment.get_template("home.html")
        self._accounts = ACCOUNTS if is_demo else ()
        self._look = look
        self._clock = clock

    async def on_get(self, req: Request, resp: Response) -> None:
        """The first page, with the state of the service at this instant."""
        milliseconds = await self._look()
        resp.text = self._template.render(
            accounts=self._accounts,
            address=req.prefix,
            latency=None if milliseconds is None else say_milliseconds(milliseconds),
            hour=say_hour(self._clock()),
        )
        resp.content_type = "text/html; charset=utf-8"
        resp.set_header("Cache-Control", "no-store")
        resp.set_header("Content-Security-Policy", POLICY)
        resp.set_header("X-Content-Type-Options", "nosniff")
        resp.set_header("Referrer-Policy", "no-referrer")


class Style:
    """``GET /static/ordonnance.css``."""

    def __init__(self, environment: Environment) -> None:
        self._sheet = environment.get_template("ordonnance.css").render()

    async def on_get(self, _req: Request, resp: Response) -> None:
        """The one style sheet."""
        resp.text = self._sheet
        resp.content_type = "text/css; charset=utf-8"
        resp.set_header("Cache-Control", "public, max-age=300")


def say_milliseconds(milliseconds: float) -> str:
    """A short time as French writes it: ``0,4 ms``, ``1 250 ms``."""
    digits = f"{milliseconds:,.1f}" if milliseconds < 10 else f"{milliseconds:,.0f}"  # noqa: PLR2004 - a decimal says something below ten
    return digits.replace(",", NARROW).replace(".", ",") + f"{NARROW}ms"


def say_hour(at: datetime) -> str:
    """The hour of *at* in Paris: ``14 h 05``."""
    there = at.astimezone(PARIS)
    return f"{there.hour}{NARROW}h{NARROW}{there.minute:02}"


def add_pages(
    app: App[Request, Response], *, is_demo: bool, look: Look, clock: Callable[[], datetime]
) -> None:
    """Open the portail in *app*; *look* tells its pages the state of the service."""
    environment = Environment(
        loader=PackageLoader("ordonnance.portail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    app.add_route("/", Home(environment, is_demo=is_demo, look=look, clock=clock))
    app.add_route("/static/ordonnance.css", Style(environment))
