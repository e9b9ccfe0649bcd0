"""What all pages share: their templates, their headers, how French writes what they show."""

from collections.abc import Callable
from datetime import date, datetime
import re

from falcon.asgi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.ext import Extension
from typing_extensions import override

from ordonnance.domain.bilan import say_number, say_percent
from ordonnance.domain.days import PARIS, say_date
from ordonnance.domain.modalites import say_cpam

NARROW = "\u202f"
# The pages bring all they need: nothing else is fetched, nobody frames them.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


_HIGH = re.compile(r" (?=[;?]|!(?!=))")
_WIDE = re.compile(r" (?=»|:[\s<{])|(?<=«) ")  # wider, as ``domain.french.bind`` sets them


class French(Extension):
    """Binds the blanks before « ; : ! ? » in what templates say: no line begins with one.

    What people typed is left as they typed it.
    """

    @override
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source of a template, its blanks bound where French keeps words together."""
        is_page = name is not None and name.endswith(".html")
        return _WIDE.sub("\u00a0", _HIGH.sub(NARROW, source)) if is_page else source


def open_environment() -> Environment:
    """The templates of the portail, with the filters that all of them use.

    A name that a template asks for and nobody gives is a fault: it raises.
    """
    environment = Environment(
        loader=PackageLoader("ordonnance.portail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=[French],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": show_day,
        "instant": show_instant,
        "hour": show_hour,
        "number": say_number,
        "percent": say_percent,
        "cpam": say_cpam,
    }
    return environment


class Pages:
    """Shows templates. *is_demo*: people of the demonstration are offered."""

    def __init__(self, *, is_demo: bool, clock: Callable[[], datetime]) -> None:
        self.is_demo = is_demo
        self.clock = clock
        self._environment = open_environment()

    def show(self, resp: Response, template: str, *, status: int = 200, **values: object) -> None:
        """Answer with *template*, filled with *values*; nobody keeps it.

        ``visitor`` None: nobody is known.
        """
        resp.status = status
        resp.text = self._environment.get_template(template).render(
            {"visitor": None, "is_demo": self.is_demo, "now": self.clock(), **values}
        )
        resp.content_type = "text/html; charset=utf-8"
        protect(resp)

    def read_sheet(self, name: str) -> str:
        """A style sheet or a script, as it is."""
        return self._environment.get_template(name).render()


def protect(resp: Response) -> None:
    """The headers of a page: kept by nobody, framed by nobody, telling nobody where it was."""
    resp.set_header("Cache-Control", "no-store")
    resp.set_header("Content-Security-Policy", POLICY)
    resp.set_header("X-Content-Type-Options", "nosniff")
    # An address may be a personal link: it is said to nobody else.
    resp.set_header("Referrer-Policy", "same-origin")


def send_file(resp: Response, name: str, media: str, content: bytes) -> None:
    """Answer with a file, which is saved under *name* and kept by nobody on the way."""
    resp.data = content
    resp.content_type = media
    resp.downloadable_as = name
    protect(resp)


def send_csv(resp: Response, name: str, text: str) -> None:
    """Answer with a CSV file, as ``send_file`` does."""
    send_file(resp, name, "text/csv; charset=utf-8", text.encode())


def show_day(on: date | None) -> str:
    """A day: ``lun. 12 janv. 2026``; a dash where there is none."""
    return "–" if on is None else say_date(on).removeprefix("le ")


def show_hour(at: datetime) -> str:
    """The hour of *at* in Paris: ``14 h 05``."""
    there = at.astimezone(PARIS)
    return f"{there.hour}{NARROW}h{NARROW}{there.minute:02}"


def show_instant(at: datetime | None) -> str:
    """An instant in Paris: ``lun. 12 janv. 2026, 14 h 05``; a dash where there is none."""
    if at is None:
        return "–"
    return f"{show_day(at.astimezone(PARIS).date())}, {show_hour(at)}"
