"""A real browser before the real program: Chromium, headless, on pages served over a socket.

A machine without Chromium runs everything else and says so; where CI=true it must be there.
"""

from collections.abc import Iterator
import os
from typing import Any

from playwright.sync_api import Browser, Playwright, sync_playwright
import pytest

from api.services import Clock
from browsing import CHROMIUM, DESK, Site, Visit
from ordonnance.settings import Settings


@pytest.fixture
def site(fresh_sqlite: str) -> Iterator[Site]:
    """The demonstration's program on a base of its own, at the builders' instant."""
    served = Site(Settings(database=fresh_sqlite, demo=True), Clock())
    yield served
    served.stop()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright, for a file of tests: its loop runs in this thread, where others run theirs."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("no Chromium on this machine: pages are not tried in a browser")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Any]:
    """Opens browsers on the site: ``visit(CLAIMS)``, ``visit(viewport=TELEPHONE)``.

    Whatever a page complained of makes the test fail.
    """
    opened: list[Visit] = []

    def make(claims: dict[str, Any] | None = None, **options: Any) -> Visit:
        one = Visit(chromium, site, **{"viewport": DESK, **options})
        opened.append(one)
        return one if claims is None else one.sign_in(claims)

    yield make
    complaints = [complaint for one in opened for complaint in one.complaints]
    for one in opened:
        one.close()
    assert complaints == []
