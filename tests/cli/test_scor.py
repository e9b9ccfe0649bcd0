import json

from click.testing import CliRunner
import pytest

from api.services import running
from builders import NOW
from lots import AM, a_lot, a_piece, an_invoice, send_lot
from ordonnance.cli.main import cli


@pytest.fixture
def base(database_url):
    """A base with a lot of the day before, and one of the day."""
    with running(database_url) as service:
        send_lot(service, a_lot(an_invoice(a_piece("SENT")), lot="old"))
        service.clock.advance(days=1)
        send_lot(service, a_lot(an_invoice(a_piece("SENT")), lot="new"))
    return database_url


def run(monkeypatch, base, *words):
    monkeypatch.setattr("ordonnance.cli.purge.now", lambda: NOW.replace(day=25))
    return CliRunner().invoke(cli, ["scor", "purge", "--database", base, *words])


def test_a_purge_shows_first_then_takes_lots_with_their_scans(base, monkeypatch):  # SCOR-10
    shown, gone, again = (
        run(monkeypatch, base, "--before", "2026-11-24", *more)
        for more in ((), ("--yes",), ("--yes", "--json"))
    )

    assert shown.output.splitlines() == [
        f"{AM}  1 lot",
        "À effacer, ce qui précède le mar. 24 nov. 2026 : 1 lot. Rien n’est changé.",
        "Pour les effacer, sans retour : ajoutez --yes.",
    ]
    assert gone.output.endswith("Effacé, ce qui précède le mar. 24 nov. 2026 : 1 lot.\n")
    assert json.loads(again.output) == {"purged": True, "before": "2026-11-24", "lots": {}}


def test_what_a_purge_leaves_is_whole(base, monkeypatch):  # SCOR-10
    run(monkeypatch, base, "--before", "2026-11-24", "--yes")

    with running(base) as service:
        for table in ("scor_lot", "scor_piece", "scor_scan"):
            assert service.ask(f"count(*), max(lot) FROM {table}") == (1, "new")


@pytest.mark.parametrize(
    "words", [(), ("--before", "2026-11-26"), ("--before", "2026-11-24", "--yes", "--dry-run")]
)
def test_a_purge_badly_asked_for_does_nothing(base, monkeypatch, words):  # SCOR-10
    assert run(monkeypatch, base, *words).exit_code == 2
