"""The first page: right for who sees it, hears it or prints it, and when the base is down."""

from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
import re

from falcon.asgi import App
from falcon.testing import simulate_get
import pytest

from api.services import running
from api.test_health import away
from builders import NOW
from ordonnance.portail.accounts import ACCOUNTS, GROUPS, PHARMACY
from ordonnance.portail.page import Pages
from ordonnance.portail.routes import add_home, say_milliseconds
from ordonnance.simulation.population import say_options
from ordonnance.simulation.stage import CAST

VOID = {"meta", "link"}
DOORS = [
    "Prescripteur",
    "Professionnel qui exécute",
    "Patient",
    "Éditeur de logiciel",
    "Assurance maladie, exploitant",
]
TEXTS = ("ink", "soft", "accent", "ok", "warn", "stop")
SHAPES = ("edge", "accent", "ok", "warn", "stop")


class Page(HTMLParser):
    """What a page holds: elements in order, its text, and tags that are left open."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.open = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), len(self.text)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} closes something else"

    def handle_data(self, data):
        if self.open and self.open[-1] != "title":
            self.text += data

    def all(self, *tags):
        return [attributes for tag, attributes, _ in self.elements if tag in tags]

    def values(self, name):
        return [attributes[name] for _, attributes, _ in self.elements if name in attributes]


def open_page(*, is_demo=True, milliseconds=1.34):
    """The page of a service that answers in so many *milliseconds*; None: it does not."""

    async def look():
        return milliseconds

    app = App()
    add_home(app, Pages(is_demo=is_demo, clock=lambda: NOW), look)
    return simulate_get(app, "/", host="demonstration.test", port=8000)


@pytest.fixture(scope="module")
def page():
    return Page(open_page().text)


@pytest.fixture(scope="module")
def sheet():
    return files("ordonnance.portail").joinpath("templates", "ordonnance.css").read_text("utf-8")


def test_the_page_is_told_as_html_that_nobody_keeps():
    answer = open_page()

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith('<!doctype html>\n<html lang="fr">')


def test_each_element_is_closed(page):
    assert page.open == []


def test_the_page_has_its_landmarks(page):
    top = [tag for tag, _, _ in page.elements if tag in ("nav", "main", "footer", "h1")]

    assert top == ["nav", "main", "h1", "footer"]
    assert page.all("nav")[0]["aria-label"] == "Dans cette page"


def test_headings_follow_each_other_without_a_gap(page):
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_what_is_pointed_at_in_the_page_is_there_once(page):
    names = page.values("id")
    within = [link.removeprefix("#") for link in page.values("href") if link.startswith("#")]

    assert len(names) == len(set(names))
    assert {*within, *page.values("aria-labelledby")} <= set(names)
    assert page.all("a")[0] == {"class": "skip", "href": "#contenu"}


def test_nothing_comes_from_elsewhere_and_nothing_runs(page, sheet):
    answer = open_page()

    assert page.all("script", "img", "iframe", "object", "form") == []
    assert page.values("style") == []
    assert all(link[0] in "/#" or link == "data:," for link in page.values("href"))
    assert "url(" not in sheet
    assert "@import" not in sheet
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src")


def test_every_link_leads_somewhere(fresh_sqlite):
    with running(fresh_sqlite) as service:
        links = Page(service.send("GET", "/").text).values("href")
        answers = {link: service.send("GET", link) for link in links if link.startswith("/")}

    assert {link: answer.status_code for link, answer in answers.items()} == {
        "/": 200,
        "/static/ordonnance.css": 200,
        "/fhir/metadata": 200,
        "/.well-known/jwks.json": 200,
        "/health/ready": 200,
        "/health/live": 200,
        "/portail": 303,
        "/connexion": 200,
        "/logiciels": 200,
    }
    assert answers["/static/ordonnance.css"].headers["content-type"].startswith("text/css")


def test_there_are_five_doors_and_each_says_what_is_there_and_what_is_coming(page):
    words = [line.strip() for line in page.text.splitlines() if line.strip()]

    assert [word for word in words if word in DOORS] == DOORS
    assert words.count("Aujourd’hui") == len(DOORS)
    assert words.count("À venir") == len(DOORS)


def test_there_is_one_primary_button(page):
    assert page.values("class").count("button") == 1


def test_a_service_that_answers_says_in_how_long(page):
    assert "En service" in page.text
    assert "La base a répondu en 1,3\u202fms, à\u00a010\u202fh\u202f00." in page.text
    assert "Indisponible" not in page.text


def test_a_service_that_cannot_serve_says_what_to_do():
    page = Page(open_page(milliseconds=None).text)

    assert "Indisponible" in page.text
    assert "Délivrez d’après le papier" in page.text
    assert "En service" not in page.text


def test_the_state_is_that_of_the_database(fresh_sqlite):
    with running(fresh_sqlite) as service:
        before = service.send("GET", "/")
        with away(fresh_sqlite):
            meanwhile = service.send("GET", "/")
        after = service.send("GET", "/")

    assert (before.status_code, meanwhile.status_code) == (200, 200)
    assert "En service" in before.text
    assert "Indisponible" in meanwhile.text
    assert "En service" in after.text


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(0.04, "0,0 ms"), (1.26, "1,3 ms"), (12.7, "13 ms"), (1250.2, "1 250 ms")],
)
def test_a_time_is_said_as_french_writes_it(milliseconds, said):
    assert say_milliseconds(milliseconds) == said.replace(" ", "\u202f")


def test_the_accounts_of_the_demonstration_are_its_people():
    told = {account.name: account.options for account in ACCOUNTS}

    assert told == {person.name: say_options(person) for person in CAST}


def test_the_demonstration_shows_its_accounts_and_a_command_that_is_ready(page):
    command = (
        f"TOKEN=$(.venv/bin/ordonnance token {PHARMACY.options})\n"
        'curl -H "Authorization: Bearer $TOKEN" '
        "'http://demonstration.test:8000/fhir/Task/NUMERO/$consult'"
    )

    assert "Démonstration" in page.text
    assert all(account.name in page.text for account in ACCOUNTS)
    assert command in page.text


def test_accounts_are_folded_by_what_one_looks_for(page):
    titles = [group.title for group in GROUPS]

    assert titles[0] == "Conduire une présérie"
    assert [one["aria-label"] for one in page.all("div") if "aria-label" in one] == titles
    assert len(page.all("details")) == len(page.all("summary")) == len(titles)
    assert len({account.name for account in ACCOUNTS}) == len(ACCOUNTS)


def test_a_service_in_production_shows_no_account():
    page = Page(open_page(is_demo=False).text)

    assert "Démonstration" not in page.text
    assert page.all("table") == []
    assert all(account.name not in page.text for account in ACCOUNTS)


def test_french_is_set_with_narrow_spaces(page):
    assert re.findall(r".{12} [;:?!»]", page.text) == []
    assert re.findall(r"« .{12}", page.text) == []
    assert "'" not in re.sub(r"curl .*", "", page.text)


def tokens_of(sheet, theme):
    """The colours of a *theme*: the first block is light, the second dark."""
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks[:2])
    return light if theme == "light" else {**light, **dark}


def luminance(colour):
    """The relative luminance of WCAG 2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """The contrast ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("behind", ["paper", "card"])
def test_the_palette_can_be_read(sheet, theme, behind):
    tokens = tokens_of(sheet, theme)

    weak = [name for name in TEXTS if contrast(tokens[name], tokens[behind]) < 4.5]
    faint = [name for name in SHAPES if contrast(tokens[name], tokens[behind]) < 3]

    assert weak == []
    assert faint == []
    assert contrast(tokens["on-accent"], tokens["accent"]) >= 4.5


def test_no_colour_is_written_outside_the_tokens(sheet):
    rules = re.sub(r":root \{.*?\}", "", sheet, flags=re.DOTALL)

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == []


def test_dark_gives_every_colour_again_but_none_of_its_own(sheet):
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    light, dark, paper = (set(re.findall(r"--([\w-]+): #", block)) for block in blocks)

    assert light == dark == paper
