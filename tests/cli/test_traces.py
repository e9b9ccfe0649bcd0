from datetime import date
import json

from click.testing import CliRunner
import pytest

from api.papers import delivery, ordonnance
from api.services import running
from builders import a_number
from ordonnance.cli.main import cli
from traces import AM, a_trace, send

BEFORE = "2026-11-23"


@pytest.fixture
def base(database_url):
    """A base with traces of two days, and a recorded command."""
    number = a_number()
    with running(database_url) as service:
        service.issue(ordonnance(number))
        service.act(number, "execute", delivery(number), key="cle-1")
        late = {"horodatage_utc": "2026-11-22T22:30:00Z", "id_poste": "vieux"}
        send(
            service,
            *(a_trace("old", **late), a_trace("new")),
            Date="Mon, 23 Nov 2026 08:57:00 GMT",
        )
    return database_url


def run(monkeypatch, *words):
    today = date(2026, 11, 24)
    monkeypatch.setattr("ordonnance.cli.purge.day_in_paris", lambda _at: today)
    return CliRunner().invoke(cli, ["traces", *words])


def test_a_purge_shows_first_and_takes_what_it_showed(base, monkeypatch):  # PST-7
    words = ("purge", "--database", base, "--before", BEFORE)

    shown, gone, again = (
        run(monkeypatch, *words, *more) for more in ((), ("--yes",), ("--json", "--yes"))
    )

    assert f"{AM}  1 trace, 0 commande" in shown.output
    assert "Rien n’est changé." in shown.output
    assert "Effacé, ce qui précède le lun. 23 nov. 2026 : 1 trace." in gone.output
    assert json.loads(again.output) == {
        "purged": True,
        "before": BEFORE,
        "traces": {},
        "commands": {},
    }
    workstations = json.loads(run(monkeypatch, "show", "--database", base, "--json").output)
    assert [one["name"] for one in workstations["workstations"]] == ["poste-7f"]


def test_a_purge_takes_the_commands_kept_to_be_joined(base, monkeypatch):  # PST-7
    words = ("purge", "--database", base, "--before", "2026-11-24", "--json", "--yes")

    told = json.loads(run(monkeypatch, *words).output)

    assert (told["traces"], told["commands"]) == ({AM: 2}, {AM: 1})


def test_a_purge_takes_what_was_told_of_refused_lines(base, monkeypatch):  # PST-7, PST-10
    with running(base) as service:
        send(service, a_trace("wrong", n_am="332000011"))
        assert service.ask("count(*) FROM trace_refusal") == (1,)

        for before, left in ((BEFORE, 1), ("2026-11-24", 0)):
            run(monkeypatch, "purge", "--database", base, "--before", before, "--yes")
            assert service.ask("count(*) FROM trace_refusal") == (left,)


@pytest.mark.parametrize(
    "more", [(), ("--before", "2026-11-25"), ("--before", BEFORE, "--yes", "--dry-run")]
)
def test_a_purge_badly_asked_for_does_nothing(base, monkeypatch, more):  # PST-7
    answer = run(monkeypatch, "purge", "--database", base, *more)

    assert answer.exit_code == 2


def test_workstations_are_shown_with_their_clock(base, monkeypatch):  # PST-6
    answer = run(monkeypatch, "show", "--database", base, "--am", AM)

    assert answer.exit_code == 0
    assert "lun. 23 nov. 2026, 10 h 00" in answer.output
    assert "retard 3 min" in answer.output
