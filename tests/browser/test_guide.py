"""The pictures of docs/preserie.md: two préséries lived through HTTP, looked at on their way.

``make screens`` runs this file and keeps in docs/screens what it shows, made small.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pypdfium2
import pytest

from api.preseries import CNAM, GIE
from browsing import SHOTS, TELEPHONE, Site, Visit, plain
from ordonnance.cli.demo import TOKEN_SECONDS
from ordonnance.server import demo_issuer
from ordonnance.settings import Settings
from ordonnance.simulation.population import OUTSIDER
from ordonnance.simulation.preserie_counter import Counter
from ordonnance.simulation.preserie_play import DEPARTMENT, Play, Trial, am_of, make_play
from ordonnance.simulation.stage import CAST, LATE, Clock, open_stage
from ordonnance.simulation.story_preserie import STEPS
from ordonnance.store.product import read_extract
from pilots import write_link

ENDED_AT = datetime(2026, 3, 16, 9, tzinfo=UTC)
CHANCES = range(1, 6)
# After which of the story's steps.
OPENED, LAUNCHED, INSTALLED, CUT, FIXED, DRAWN = 1, 3, 4, 6, 7, 9
LIST = (
    "numéro AM;nom;département;accord le;équipement compatible;version\n"
    "332000011;Pharmacie des Chartrons;33;26/01/2026;oui;5.0\n"
    "33200002;Pharmacie du Bassin;33;26/01/2026;oui;5.0\n"
    "332000037;Pharmacie de la Dune;33;;oui;5.0\n"
    "332000045;Pharmacie des Vignes;33;26/01/2026;oui;4.2\n"
    "142000010;Pharmacie du Cotentin;14;26/01/2026;oui;5.0"
)


class Story:
    """Both préséries under way, told as far as a picture asks."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self._told = 0

    def go_on(self, steps: int) -> None:
        """Tell what remains of the first *steps*."""
        for _, step in STEPS[self._told : steps]:
            for _told in step(self.play):
                pass
        self._told = steps


@pytest.fixture
def site(fresh_sqlite: str) -> Iterator[Site]:
    """The program, at an hour that only the story moves."""
    clock = Clock(lambda: ENDED_AT, late=LATE)
    served = Site(Settings(database=fresh_sqlite, demo=True), clock)
    yield served
    served.stop()


@pytest.fixture
def story(site: Site) -> Iterator[Story]:
    issuer, at = demo_issuer(site.settings), site.clock()
    tokens = {
        one: issuer.write_token(dict(one.claims), at=at, seconds=TOKEN_SECONDS)
        for one in (*CAST, OUTSIDER)
    }
    products = read_extract()
    stage = open_stage(site.address, tokens, clock=site.clock, products=products, chances=CHANCES)
    with stage as opened:
        yield Story(make_play(opened))


def address_of(trial: Trial) -> str:
    return f"/portail/preseries/{trial.name}"


def prepare(site: Site, vendor: str, *, is_authorised: bool) -> None:
    """Another présérie, that waits for the Cnam to record an authorisation, or for its vendor."""
    software = {"software": f"{vendor} LGO"}
    about = {"version": "12.0", "profession": "pharmacien", "module": "on", "module_origin": "own"}
    said = [{"do": "declare_vendor", "vendor": vendor}]
    said.append({"do": "declare_software", **software, **about})
    name = post(site, "/preseries", said, {"role": "vendor", "vendor": vendor})["id"]
    if is_authorised:
        authorised = {"do": "authorise", "authority": "CNDA", "reference": "CNDA-2026-021"}
        post(site, f"/preseries/{name}/events", authorised | software, CNAM)


def post(site: Site, path: str, said: Any, claims: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {site.token(claims)}", "Idempotency-Key": str(claims)}
    answer = httpx2.post(f"{site.address}{path}", json=said, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def show_a_wrong_list(vendor: Visit, trial: Trial) -> None:
    page = vendor.open(f"{address_of(trial)}/pharmacies")
    page.get_by_label("Liste collée").fill(LIST)
    page.get_by_role("button", name="Vérifier la liste").click()
    alert = page.get_by_role("alert")
    wrong = plain(alert.inner_text())
    assert [line for line in range(1, 8) if f"Ligne {line} :" in wrong] == [3, 4, 5, 6]
    vendor.show("pharmacies")


def show_the_pieces(gie: Visit, trial: Trial) -> None:
    page = gie.open(f"{address_of(trial)}/scor")
    page.locator("#pieces").evaluate("one => one.scrollIntoView()")
    gie.show("scor")


def show_what_was_sent_twice(gie: Visit, trial: Trial, counter: Counter) -> None:
    page = gie.open(f"{address_of(trial)}/appels?am={am_of(counter.who)}&operation=execute")
    page.locator("tbody tr:has(td:nth-child(8):text-is('2')) a").first.click()
    assert page.locator(".moments li").count() == 5
    gie.show("appel")


def show_on_a_telephone(someone: Visit, link: str) -> None:
    page = someone.open(link)
    someone.show("pharmacie")
    page.get_by_role("link", name="Répondre").click()
    someone.show("questionnaire")


def show_the_bilan(officer: Visit, trial: Trial) -> None:
    page = officer.open(f"{address_of(trial)}/bilan")
    page.locator("main h1").evaluate("one => one.scrollIntoView()")
    officer.show("bilan")
    paper = pypdfium2.PdfDocument(page.request.get(f"{address_of(trial)}/bilan.pdf").body())
    paper[0].render(scale=1.2).to_pil().save(SHOTS / "bilan-pdf.png")


def test_the_guide_s_pictures_are_of_one_story(visit, site, story):  # PRE-80
    play, alba = story.play, story.play.alba

    def show(claims, height=800):
        return visit(dict(claims), viewport={"width": 1280, "height": height})

    story.go_on(OPENED)
    prepare(site, "Beryl", is_authorised=True)
    play.tell(alba, "choose_cpam", cpam=[DEPARTMENT])
    show_a_wrong_list(show(alba.vendor.claims), alba)
    story.go_on(LAUNCHED)
    prepare(site, "Cobalt", is_authorised=True)
    vendor = show(alba.vendor.claims)
    vendor.open(f"{address_of(alba)}/planning")
    vendor.show("planning")
    story.go_on(INSTALLED)
    show_the_pieces(show(GIE, 760), alba)
    story.go_on(CUT)
    prepare(site, "Dolomie", is_authorised=False)
    show_what_was_sent_twice(show(GIE), alba, alba.counters[3])
    story.go_on(FIXED)
    vendor = show(alba.vendor.claims)
    vendor.open(address_of(alba))
    vendor.show("preserie")
    link = write_link(site.settings, alba.name, am_of(alba.counters[2].who))
    show_on_a_telephone(visit(viewport=TELEPHONE), link)
    story.go_on(DRAWN)
    officer = show(CNAM, 620)
    officer.open("/portail")
    officer.show("tableau")
    show_the_bilan(show(CNAM), alba)
