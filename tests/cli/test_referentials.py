"""``ordonnance referentials``: what it prints, and how it ends."""

from contextlib import closing
import json
from pathlib import Path
import subprocess
import sys

import pytest

from bdpm_files import box, cip13, filler, medicine, write_files
from builders import NOW
from ordonnance.store.database import connect
from ordonnance.store.migrate import migrate

PATIENCE_SECONDS = 60
FILES = write_files(
    MEDICINES=[medicine("60000001", "ALPHA")],
    BOXES=[box("61111111", cip13(1))],
    CONDITIONS=[f"{filler(1)}\tliste I", f"{filler(1)}\tà demander à la lune"],
    GROUPS=["1\tG\t61111111\t0\t1"],
)


def write(folder, files):
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(*arguments):
    command = [sys.executable, "-m", "ordonnance", "referentials", *map(str, arguments)]
    return subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'new' / 'ordonnance.db'}"


def load(url, folder, *options):
    return run("load", folder, "--database", url, *options)


def test_load_tells_rows_refusals_texts_and_the_version(tmp_path, url):  # REF-1, REF-3
    folder = write(tmp_path / "bdpm", FILES)

    done = load(url, folder, "--effective-on", "2026-01-28")

    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "CIS_bdpm.txt 26 0 0" in lines
    assert "CIS_CIP_bdpm.txt 25 0 1" in lines
    assert "CIS_GENER_bdpm.txt 0 1 0" in lines
    assert "CIS_MITM.txt – – – absent" in lines
    assert "CIS_CIP_bdpm.txt, ligne 26 : spécialité absente de CIS_bdpm.txt" in lines
    assert "2 textes de CPD distincts : 1 typé, 1 gardé en texte :" in lines
    assert "« à demander à la lune »" in lines
    assert "Elle est en vigueur depuis le 28/01/2026." in lines
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_load_the_same_again_says_so_and_show_tells_it(tmp_path, url):  # REF-3
    folder = write(tmp_path / "bdpm", FILES)
    first = load(url, folder, "--effective-on", "2026-01-28", "--json")

    again = load(url, folder, "--effective-on", "2026-01-28")
    shown = run("show", "--database", url)

    version = json.loads(first.stdout)["version"]
    assert (again.returncode, again.stderr) == (0, "")
    assert f"La version {version} est déjà là : rien n’est changé." in again.stdout
    assert shown.returncode == 0
    assert "En vigueur depuis le 28/01/2026 :" in shown.stdout
    assert f"{version}, 26 spécialités, 25 présentations," in shown.stdout


def test_load_in_json_prints_one_object_and_nothing_else(tmp_path, url):  # REF-1
    done = load(url, write(tmp_path / "bdpm", FILES), "--effective-on", "2026-01-28", "--json")

    assert done.stdout.count("\n") == 1
    told = json.loads(done.stdout)
    assert (told["outcome"], told["effective_on"]) == ("loaded", "2026-01-28")
    assert told["in_force"] == told["version"]
    assert (told["medicines"], told["presentations"]) == (26, 25)
    assert told["files"][1] == {
        "file": "CIS_CIP_bdpm.txt",
        "present": True,
        "taken": 25,
        "set_aside": 0,
        "refused": 1,
        "broken": None,
    }
    assert told["refused"] == [
        {
            "file": "CIS_CIP_bdpm.txt",
            "line": 26,
            "reason": "spécialité absente de CIS_bdpm.txt",
        }
    ]
    assert told["conditions"] == {"texts": 2, "kept": ["à demander à la lune"]}


def test_more_than_twenty_refused_rows_are_listed_on_demand(tmp_path, url):  # REF-1
    rows = [f"{filler(n % 25)}\ttexte {n}" for n in range(600)]
    files = write_files(CONDITIONS=[*rows, *rows[:22]])
    folder = write(tmp_path / "bdpm", files)

    done = load(url, folder)
    whole = load(url.replace("ordonnance.db", "other.db"), folder, "--all")

    assert done.stdout.count("déjà dit plus haut") == 20
    assert "  … et 2 autres (--all les dit toutes)." in done.stdout
    assert whole.stdout.count("déjà dit plus haut") == 22


def test_a_broken_file_is_said_in_one_sentence(tmp_path, url):  # REF-2
    folder = write(tmp_path / "bdpm", {**FILES, "CIS_MITM.txt": b""})

    done = load(url, folder)
    in_json = load(url, folder, "--json")

    assert done.returncode == in_json.returncode == 1
    assert done.stderr == "ordonnance: rien n’est changé : CIS_MITM.txt : vide.\n"
    assert json.loads(in_json.stdout)["outcome"] == "broken"
    assert json.loads(run("show", "--database", url, "--json").stdout)["versions"] == []


def test_a_version_to_come_is_told_and_an_older_one_is_not_loaded(tmp_path, url):  # REF-3
    folder = write(tmp_path / "bdpm", FILES)
    later = load(url, folder, "--effective-on", "2999-01-01")
    load(url, folder, "--effective-on", "2026-01-28")

    older = load(url, folder, "--effective-on", "2026-01-27")
    shown = run("show", "--database", url).stdout

    assert "Elle prendra effet le 01/01/2999. Aucune version en vigueur" in later.stdout
    assert (older.returncode, older.stdout) == (1, "")
    assert "en vigueur, est plus récente." in older.stderr
    assert shown.index("À venir, le 01/01/2999") < shown.index("En vigueur depuis le 28/01/2026")


@pytest.mark.parametrize("options", [("nowhere",), (".", "--effective-on", "demain"), ()])
def test_a_command_that_is_misused_ends_with_2(url, options):
    done = run("load", *options, "--database", url)

    assert (done.returncode, done.stdout) == (2, "")


def test_a_folder_without_the_official_files_is_refused(tmp_path, url):  # REF-2
    done = load(url, tmp_path)

    assert done.returncode == 1
    assert done.stderr == (
        "ordonnance: rien n’est changé : CIS_bdpm.txt : absent, et obligatoire.\n"
    )


def test_a_file_that_cannot_be_read_is_said(tmp_path, url):
    (tmp_path / "bdpm" / "CIS_bdpm.txt").mkdir(parents=True)

    done = load(url, tmp_path / "bdpm")

    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_show_makes_no_base(url):  # REF-5
    done = run("show", "--database", url)

    assert done.returncode == 1
    assert "aucune base n’a encore été créée là" in done.stderr
    assert not Path(url.removeprefix("sqlite:///")).exists()


def test_show_on_a_base_of_no_version_says_that_nothing_is_loaded(url):  # REF-5
    with closing(connect(url)) as database:
        migrate(database, NOW)

    done = run("show", "--database", url)

    assert done.returncode == 0
    assert done.stdout.startswith("Aucune version en vigueur")


def test_the_same_on_postgresql(tmp_path, fresh_postgresql):  # REF-2, REF-3
    folder = write(tmp_path / "bdpm", FILES)

    done = load(fresh_postgresql, folder, "--json")
    again = load(fresh_postgresql, folder, "--json")
    shown = run("show", "--database", fresh_postgresql, "--json")

    version = json.loads(done.stdout)["version"]
    assert json.loads(again.stdout)["outcome"] == "already_there"
    assert json.loads(shown.stdout)["in_force"] == version
    assert json.loads(shown.stdout)["versions"][0]["state"] == "in_force"
