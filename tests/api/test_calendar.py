"""Calendars over HTTP, by their personal address alone; e-mails sent by the program itself."""

import asyncio
from contextlib import closing

from icalendar import Calendar
import pytest

from api.preseries import open_preserie
from api.services import running
from mails import read_outbox
from ordonnance import keeper
from ordonnance.domain.preserie_party import CNAM, VENDOR, Party, PartyKind
from ordonnance.server import SetupError, compose, open_links, open_post
from ordonnance.settings import Settings
from ordonnance.store.database import connect
from ordonnance.usecases.link import Invited, Links
from ordonnance.usecases.preserie import catch_up
from preserie_stories import AMS, OPENED, STARTED, say

ADDRESS = "https://ordonnance.exemple/"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A service in which a présérie has started, and the identifier of that."""
    url = f"sqlite:///{tmp_path_factory.mktemp('agenda') / 'ordonnance.db'}"
    with running(url, address=ADDRESS) as service:
        yield service, open_preserie(service, *STARTED)


def read(service, word):
    return service.send("GET", f"/agenda/{word}.ics", Accept="*/*")


def test_a_calendar_is_read_without_an_account(told):  # PRE-57
    service, name = told
    links = open_links(service.settings)

    answer = read(service, links.write(Invited(name, VENDOR)))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["cache-control"]
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert len(events) == 5 + 5 + 1
    assert {str(one["url"]) for one in events} == {
        f"https://ordonnance.exemple/portail/preseries/{name}"
    }


def test_a_pilot_reads_its_own_dates(told):  # PRE-57
    service, name = told
    word = open_links(service.settings).write(Invited(name, Party(PartyKind.PILOT, AMS[0])))

    events = Calendar.from_ical(read(service, word).content).walk("VEVENT")

    assert len(events) == 2
    assert all(AMS[0] in str(one["summary"]) for one in events)


def test_a_word_that_is_none_of_ours_leads_nowhere(told):  # PRE-57
    service, name = told
    forged = Links(b"another secret of 32 bytes: fine").write(Invited(name, CNAM))

    assert [read(service, word).status_code for word in ("x", forged, forged[:-3])] == [404] * 3


def test_the_program_sends_what_is_due(tmp_path, database_url):  # PRE-55
    """The keeper's own work, called here instead of waiting for its turn."""
    contacts = tmp_path / "contacts.toml"
    contacts.write_text('"cnam" = ["cnam@exemple.fr"]\n"gie" = ["gie@exemple.fr"]\n')
    outbox = tmp_path / "outbox"
    with running(database_url, mail=str(outbox), contacts=str(contacts)) as service:
        open_preserie(service, *STARTED)
        post = open_post(service.settings)
        with closing(connect(database_url)) as base:
            with base.snapshot():
                histories = catch_up(base, {})
            done = post.deliver(base, histories, service.clock)

    mails = read_outbox(outbox)
    assert done.sent == len(mails) == 17
    assert {one["To"] for one in mails} == {"cnam@exemple.fr", "gie@exemple.fr"}


@pytest.mark.parametrize(
    "setting",
    [
        {"mail": "http://relais"},
        {"sender": "personne"},
        {"contacts": "/nulle/part.toml"},
        {"link_key": "/nulle/part.cle"},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_a_wrong_setting_keeps_the_program_from_starting(fresh_sqlite, setting):  # PRE-55, PRE-58
    with pytest.raises(SetupError):
        compose(Settings(database=fresh_sqlite, demo=True, **setting))


def test_a_short_secret_is_none(tmp_path):  # PRE-58
    (tmp_path / "short").write_bytes(b"x" * 31)
    (tmp_path / "long").write_bytes(b"x" * 32 + b"\n")

    with pytest.raises(SetupError):
        open_links(Settings(link_key=str(tmp_path / "short")))
    assert open_links(Settings(link_key=str(tmp_path / "long"))) is not None


def test_personal_links_want_a_secret_but_in_demonstration():  # PRE-58
    assert open_links(Settings()) is None
    assert open_links(Settings(demo=True)) is not None


def test_the_programs_own_keeper_sends(tmp_path, monkeypatch):  # PRE-55
    """The real program, its keeper hurried: nobody calls anything."""
    monkeypatch.setattr(keeper, "POST_SECONDS", 0.01)
    url, outbox = f"sqlite:///{tmp_path / 'ordonnance.db'}", tmp_path / "outbox"
    contacts = tmp_path / "contacts.toml"
    contacts.write_text('"cnam" = ["cnam@exemple.fr"]\n')
    with running(url, mail=str(outbox), contacts=str(contacts)) as service:
        open_preserie(service, *OPENED, say("supply", item="support"))

        async def wait() -> None:
            while not list(outbox.glob("*.eml")):  # noqa: ASYNC110 - a folder has no event
                await asyncio.sleep(0.01)

        service.run(asyncio.wait_for(wait(), 60))

    assert [one["To"] for one in read_outbox(outbox)] == ["cnam@exemple.fr"]
