"""``ordonnance mail``: what waits, what failed, what has no address; a pass now."""

from contextlib import closing
import json

from click.testing import CliRunner
import pytest

from mails import Clock, Scripted, a_history, a_post, free_port, relaying
from ordonnance.cli.main import cli
from ordonnance.store.database import connect
from ordonnance.usecases.mail_carrier import Relay
from preserie_stories import SUBMITTED


def run(*words, **settings):
    env = {f"ORDONNANCE_{name.upper()}": value for name, value in settings.items()}
    return CliRunner().invoke(cli, ["mail", *words], env=env)


@pytest.fixture
def base(database_url):
    """A base in which a relay refused the first e-mail for good, and took the others."""
    port, history = free_port(), a_history(*SUBMITTED)
    with (
        closing(connect(database_url)) as database,
        relaying(Scripted("554 no", "250 Ok"), port),
    ):
        a_post(Relay("127.0.0.1", port)).deliver(database, {history.id: history}, Clock())
    return database_url


def test_what_has_not_left_is_listed_on_80_columns(base):  # PRE-55
    output = run("list", "--database", base).output

    assert max(map(len, output.splitlines())) <= 80
    assert [line.split()[1] for line in output.splitlines()[1:] if line[0] == "7"] == [
        "cnam",
        "cpam:38",
    ]
    assert "abandonné (554)" in " ".join(output.split())
    assert "sans adresse" in output


def test_all_of_it_is_told_in_json_with_its_proof(base):  # PRE-55
    some = json.loads(run("list", "--database", base, "--json").output)["mails"]
    mails = json.loads(run("list", "--database", base, "--all", "--json").output)["mails"]

    assert (len(some), len(mails)) == (2, 9)
    assert {one["proof"] for one in mails if one["state"] == "SENT"} == {"250 Ok"}
    assert [one["address"] for one in some] == ["cnam@exemple.fr", None]


def test_a_pass_tries_again_what_was_given_up_when_asked(base, tmp_path):  # PRE-55
    settings = {"mail": str(tmp_path / "outbox")}

    first = run("send", "--database", base, **settings)
    again = run("send", "--database", base, "--again", **settings)

    assert (first.exit_code, first.output.split("Envoyés : ")[1][0]) == (0, "0")
    # Its event is of a base that has no such présérie: it cannot be written again.
    assert (again.exit_code, "échouées : 1" in again.output) == (1, True)


def test_nothing_is_sent_while_e_mails_are_off(base):  # PRE-55
    result = run("send", "--database", base, mail="off")

    assert result.exit_code == 1
    assert result.exception is not None


def test_nothing_waits_in_a_new_base(fresh_sqlite):  # PRE-55
    assert run("list", "--database", fresh_sqlite).output == "Aucun courriel n’attend.\n"


def test_check_says_how_e_mails_leave(fresh_sqlite, tmp_path):  # PRE-55, PRE-58
    contacts = tmp_path / "contacts.toml"
    contacts.write_text('"cnam" = ["cnam@exemple.fr"]\n')
    env = {"ORDONNANCE_DATABASE": fresh_sqlite, "ORDONNANCE_CONTACTS": str(contacts)}

    told = CliRunner().invoke(cli, ["check"], env=env).output

    assert f"E-mails: files in {tmp_path / 'mail'}, from ordonnance@ordonnance.example." in told
    assert "Contacts: 1 party (ORDONNANCE_CONTACTS); without address: gie." in told
    assert "No personal links are written: set ORDONNANCE_LINK_KEY" in told
    assert "set ORDONNANCE_ADDRESS" in told
