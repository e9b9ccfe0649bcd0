"""Every page of the portail."""

from falcon.asgi import App, Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


class Home:
    """``GET /``: what is where."""

    def __init__(self, environment: Environment, *, is_demo: bool) -> None:
        self._page = environment.get_template("home.html").render(is_demo=is_demo)

    async def on_get(self, _req: Request, resp: Response) -> None:
        """The first page."""
        resp.text = self._page
        resp.content_type = "text/html; charset=utf-8"


class Style:
    """``GET /static/ordonnance.css``."""

    def __init__(self, environment: Environment) -> None:
        self._sheet = environment.get_template("ordonnance.css").render()

    async def on_get(self, _req: Request, resp: Response) -> None:
        """The one style sheet."""
        resp.text = self._sheet
        resp.content_type = "text/css; charset=utf-8"
        resp.set_header("Cache-Control", "public, max-age=300")


def add_pages(app: App[Request, Response], *, is_demo: bool) -> None:
    """Open the portail in *app*."""
    environment = Environment(
        loader=PackageLoader("ordonnance.portail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    app.add_route("/", Home(environment, is_demo=is_demo))
    app.add_route("/static/ordonnance.css", Style(environment))
