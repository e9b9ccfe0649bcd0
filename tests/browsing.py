"""What tests of pages share: the program served over a socket, and somebody's browser on it."""

import json
import os
from pathlib import Path
import re
import shutil
import socket
import threading
from typing import Any

from axe_playwright_python.sync_playwright import Axe
import httpx2
from playwright.sync_api import Browser, Page
import uvicorn

from api.preseries import claims_of
from api.services import Clock
from ordonnance.server import compose, demo_issuer
from ordonnance.settings import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STORIES = Path(__file__).resolve().parent / "preseries"
BUILD = Path(__file__).resolve().parents[1] / "build" / "screens"
SHOTS = Path(os.environ.get("SCREENS") or BUILD)  # `make screens` names a folder of its own
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
DESK = {"width": 1440, "height": 900}
REFUSED = re.compile(r"responded with a status of (400|403|409|422) ")
TELEPHONE = {"width": 390, "height": 844}


def plain(text: str) -> str:
    """What a page says, its blanks that French binds as any other."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


class Site:
    """The program, served on the loopback."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = compose(settings, clock=clock)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self._thread.start()

    def token(self, claims: dict[str, Any]) -> str:
        """A token of the demonstration's issuer."""
        return demo_issuer(self.settings).write_token(claims, at=self.clock(), seconds=3600)

    def play(self, name: str, *, until: str | None = None) -> tuple[str, dict[str, Any]]:
        """A story of tests/preseries told over HTTP, each event by who says it, up to a verb.

        Its identifier, and what its vendor's token says. What the story has refused is refused.
        """
        lines = (STORIES / f"{name}.jsonl").read_text("utf-8").splitlines()
        events = [json.loads(line) for line in lines if line.strip()]
        vendor = {"role": "vendor", "vendor": events[0]["vendor"]}
        with httpx2.Client(base_url=self.address, headers={"Accept": "application/json"}) as http:
            path, identifier = "/preseries", ""
            for rank, event in enumerate(events):
                if event["do"] == until:
                    break
                claims = claims_of(event)
                token = self.token(vendor if claims["role"] == "vendor" else claims)
                sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{name} {rank}"}
                answer = http.post(path, json=event, headers=sent)
                if not identifier:
                    identifier = answer.json()["id"]
                    path = f"/preseries/{identifier}/events"
        return identifier, vendor

    def stop(self) -> None:
        """Answer what is asked, then end."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


class Visit:
    """One person's browser on the site; *complaints*: what its pages complained of."""

    def __init__(self, browser: Browser, site: Site, **options: Any) -> None:
        self._context = browser.new_context(
            base_url=site.address, locale="fr-FR", timezone_id="Europe/Paris", **options
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.site = site
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))

    def _hear(self, kind: str, text: str) -> None:
        """Keep what the page complains of; a form that is refused is none of it."""
        if kind == "error" and not REFUSED.search(text):
            self.complaints.append(text)

    def sign_in(self, claims: dict[str, Any]) -> "Visit":
        """Be somebody, by the token that a cookie holds."""
        self._context.add_cookies(
            [
                {
                    "name": "ordonnance_session",
                    "value": self.site.token(claims),
                    "url": self.site.address,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )
        return self

    def open(self, path: str, *, status: int = 200) -> Page:
        """The page at *path*, which answers *status*."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, (path, answer.status, self.page.inner_text("main"))
        return self.page

    def check(self, name: str | None = None) -> None:
        """Nothing that a person with a disability would stumble on; a picture, if it has a *name*.

        RGAA 4.1 follows WCAG 2.1, level AA.
        """
        if name is not None:
            SHOTS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
        found = (
            Axe()
            .run(self.page, options={"runOnly": {"type": "tag", "values": list(RULES)}})
            .response
        )
        wrong = [
            (one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]
        ]
        assert wrong == [], wrong
        assert self.is_within_its_width(), "the page scrolls sideways"

    def show(self, name: str) -> None:
        """A picture for the documents: what the screen shows, where it stands."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")
        self.check()

    def is_within_its_width(self) -> bool:
        """Whether nothing sticks out: a table that does scrolls in a region of its own."""
        script = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        return bool(self.page.evaluate(script))

    def close(self) -> None:
        """Forget everything."""
        self._context.close()
