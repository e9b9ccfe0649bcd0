"""``ordonnance purge`` as an operator runs it: shown first, then done; told in 80 columns."""

from contextlib import closing
from datetime import UTC, datetime
import json
import re

import psycopg
import pytest

from journeys.service import run
from ordonnance.store.database import connect
from usecases.purges import count_rows, write_month

JANUARY = datetime(2020, 1, 31, 22, 59, 59, tzinfo=UTC)  # the first month that numbers know
FEBRUARY = datetime(2020, 2, 1, 12, tzinfo=UTC)
ROWS = {"prescription": 3, "fact": 3, "patient_index": 3, "alert": 0, "journal_entry": 9}


@pytest.fixture
def old(database_url):
    """The address of a base of two months long past."""
    write_month(database_url, JANUARY)
    write_month(database_url, FEBRUARY)
    return database_url


def purge(url, *options):
    """The command, its sentences apart from its errors."""
    return run("purge", "--database", url, *options)


def test_without_a_word_it_shows_and_changes_nothing(old):  # TLS-70
    shown = purge(old)
    again = purge(old, "--dry-run")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert again.stdout == shown.stdout
    lines = shown.stdout.splitlines()
    assert lines[0].split() == ["Mois", "Ordonnances", "Faits", "Entrées", "Taille"]
    assert lines[1].split()[:5] == ["janv.", "2020", "3", "3", "9"]
    assert lines[2].split()[:5] == ["févr.", "2020", "3", "3", "9"]
    assert "mois à purger" in lines[-2]
    assert lines[-2].endswith("Rien n’est changé.")
    assert lines[-1] == "Pour les effacer, sans retour : ordonnance purge --yes"
    assert max(map(len, lines)) <= 80
    assert count_rows(old) == {"00": ROWS, "01": ROWS}


def test_with_yes_it_takes_away_and_the_journal_tells(old):  # TLS-70
    done = purge(old, "--yes")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].split()[:5] == ["janv.", "2020", "3", "3", "9"]
    assert done.stdout.splitlines()[-1].endswith("le journal en garde la trace.")
    assert count_rows(old) == {}
    verified = run("journal", "verify", "--database", old)
    assert verified.returncode == 0, verified.stdout
    assert re.search(
        r"févr. 2020 : purgé le .*, 3 ordonnances, 3 faits, 9 entrées\n", verified.stdout
    )
    assert "Le journal est entier." in verified.stdout
    assert purge(old).stdout == "Aucun mois n’a plus de cinq ans : rien à purger.\n"


def test_as_json_it_is_one_object(old):
    due = json.loads(purge(old, "--json").stdout)
    gone = json.loads(purge(old, "--yes", "--json").stdout)

    assert (due["purged"], gone["purged"]) == (False, True)
    assert {key: due["months"][0][key] for key in ("month", "name", "rows", "begun_at")} == {
        "month": "2020-01",
        "name": "janv. 2020",
        "rows": ROWS,
        "begun_at": None,
    }
    assert gone["months"][1]["month"] == "2020-02"
    assert gone["months"][1]["rows"] == ROWS
    assert gone["months"][1]["begun_at"] <= gone["months"][1]["ended_at"]
    assert json.loads(purge(old, "--json").stdout) == {"purged": False, "months": []}


def test_it_says_nobody_s_number(old):  # TLS-70
    said = "".join(
        result.stdout + result.stderr
        for result in (purge(old), purge(old, "--json"), purge(old, "--yes", "--json"))
    )

    assert not re.search(r"01[0-9A-Z]{16}|[12]\d{14}", said)


def test_shown_and_done_exclude_each_other(tmp_path):
    both = run("purge", "--yes", "--dry-run", "--database", f"sqlite:///{tmp_path / 'a.db'}")

    assert both.returncode == 2
    assert "exclude each other" in both.stderr


def test_no_base_is_made_to_be_purged(tmp_path):
    path = tmp_path / "nothing.db"

    refused = run("purge", "--database", f"sqlite:///{path}")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"ordonnance: {path} n’existe pas : aucune base n’a encore été créée là.\n"
    )
    assert not path.exists()


def test_a_schema_of_another_version_is_not_purged(tmp_path):
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    connect(url).close()

    refused = run("purge", "--yes", "--database", url)

    assert refused.returncode == 1
    assert "run « ordonnance migrate » first" in refused.stderr


def test_who_comes_second_is_told(fresh_postgresql):  # TLS-71
    with closing(connect(fresh_postgresql)) as first, first.transaction():
        assert first.fetch("claim_purge") == [(True,)]

        refused = purge(fresh_postgresql, "--yes")

    assert refused.returncode == 1
    assert refused.stderr == "ordonnance: Une autre purge est en cours sur cette base.\n"


def test_a_partition_that_is_not_what_its_name_says_is_told(fresh_postgresql):  # TLS-72
    with psycopg.connect(fresh_postgresql, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE fact_2020_01 PARTITION OF fact FOR VALUES FROM ('0100') TO ('0102')"
        )

    refused = purge(fresh_postgresql)

    assert refused.returncode == 1
    assert refused.stderr.startswith("ordonnance: La partition fact_2020_01 ne contient pas")
