"""``ordonnance referentials`` and ``products`` on devices, tests and acts, by their commands."""

import json

from click.testing import CliRunner
import pytest

from bdpm_files import write_files
from dbase_files import lpp_files, nabm_files
from ordonnance.cli.main import cli

DEVICES = lpp_files(
    sheets=[
        ["1241763", "BAS DE CONTENTION CLASSE 2", "", "A"],
        ["1241764", "BAS DE CONTENTION CLASSE 1", "20130630", "A"],
    ],
    terms=[["1241763", "20200101", "O", "22.40"], ["1241764", "20000101", "N", "20.00"]],
)
TESTS = nabm_files(
    sheets=[["0552", "GLYC", "Glucose (glycémie)", "", ""]],
    terms=[["0552", "20200101", "N", "2"], ["7777", "20200101", "N", "2"]],
    pairs=[["0552", "9001"]],
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue(f"fresh_{request.param}")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "officiels"
    path.mkdir()
    return path


def write(folder, files):
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return str(folder)


def run(*words):
    return CliRunner().invoke(cli, words)


def load(url, folder, *options):
    return run("referentials", "load", str(folder), "--database", url, *options)


def test_load_tells_records_and_editions_without_medicines(url, folder):  # REF-22, REF-23
    write(folder, {**DEVICES, **TESTS})

    done = load(url, folder, "--effective-on", "2026-01-28")

    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Fichier Prises Sans fiche Refusées" in lines
    assert "LPP_FICHE_TOT901.dbf 27 0 0" in lines
    assert "NABM_HISTO_TOT105.dbf 26 1 0" in lines
    assert "NABM_INCOMP_TOT105.dbf 1 0 0" in lines
    assert any(line.startswith("LPP lpp901-2026-01-28-") for line in lines)
    assert "Elle est en vigueur depuis le 28/01/2026." in lines
    assert not any("CIS_bdpm" in line for line in lines)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_load_and_show_in_json(url, folder):  # REF-22, REF-23
    write(folder, {**write_files(), **TESTS})

    told = json.loads(load(url, folder, "--effective-on", "2026-01-28", "--json").stdout)
    shown = json.loads(run("referentials", "show", "--database", url, "--json").stdout)

    [tests] = told["nomenclatures"]
    assert (told["outcome"], tests["outcome"]) == ("loaded", "loaded")
    assert (tests["system"], tests["codes"], tests["in_force"]) == (
        "NABM",
        26,
        tests["version"],
    )
    assert tests["files"][1] == {
        "file": "NABM_HISTO_TOT105.dbf",
        "present": True,
        "taken": 26,
        "set_aside": 1,
        "refused": 0,
        "broken": None,
    }
    assert tests["refused"] == []
    assert [one["version"] for one in shown["nomenclatures"]] == [tests["version"]]
    assert shown["nomenclatures"][0]["state"] == "in_force"
    assert shown["in_force"] == told["version"]


def test_show_tells_each_nomenclature(url, folder):  # REF-21, REF-23
    write(folder, TESTS)
    load(url, folder, "--effective-on", "2026-01-28")
    load(url, folder, "--effective-on", "2999-01-01")

    shown = run("referentials", "show", "--database", url).stdout

    assert "LPP : l’échantillon du programme, saisi à la main, à vérifier." in shown
    assert "NABM, à venir, le 01/01/2999 :" in shown
    assert "NABM, en vigueur depuis le 28/01/2026 :" in shown
    assert shown.index("à venir") < shown.index("en vigueur depuis")
    assert "NGAP : l’échantillon du programme" in shown


def test_a_table_that_was_cut_changes_nothing_and_ends_with_one(url, folder):  # REF-22, REF-23
    cut = {**TESTS, "NABM_FICHE_TOT105.dbf": TESTS["NABM_FICHE_TOT105.dbf"][:-200]}
    write(folder, {**DEVICES, **cut})

    done = load(url, folder)

    assert done.exit_code == 1
    assert done.stderr == (
        "ordonnance: rien n’est changé : NABM_FICHE_TOT105.dbf : coupé : 24 lignes lues sur 26 "
        "annoncées.\n"
    )
    assert "chargée" not in done.stdout
    shown = json.loads(run("referentials", "show", "--database", url, "--json").stdout)
    assert shown["nomenclatures"] == []


def test_the_same_again_an_older_one_and_one_to_come_are_told(fresh_sqlite, folder):  # REF-23
    write(folder, TESTS)

    to_come = load(fresh_sqlite, folder, "--effective-on", "2999-01-01")
    load(fresh_sqlite, folder, "--effective-on", "2026-01-28")
    again = load(fresh_sqlite, folder, "--effective-on", "2026-01-28")
    write(folder, nabm_files())
    older = load(fresh_sqlite, folder, "--effective-on", "2026-01-27")
    later = load(fresh_sqlite, folder, "--effective-on", "2998-01-01")
    later_again = load(fresh_sqlite, folder, "--effective-on", "2998-01-01")

    assert "d’ici là, l’échantillon du programme sert." in " ".join(to_come.stdout.split())
    assert "est déjà là : rien n’est changé." in again.stdout
    assert (older.exit_code, older.stdout) == (1, "")
    assert "en vigueur, est plus récente." in older.stderr
    assert "reste en vigueur." in " ".join(later.stdout.split())
    assert "En vigueur : nabm105-2026-01-28-" in later_again.stdout


def test_records_refused_are_listed(fresh_sqlite, folder):  # REF-22
    write(folder, nabm_files(sheets=[["05X2", "", "Glycémie", "", ""]]))

    done = load(fresh_sqlite, folder)

    assert "  NABM_FICHE_TOT105.dbf, ligne 26 : code NABM mal formé" in done.stdout


def test_check_says_what_is_a_sample(fresh_sqlite, folder):  # REF-21
    write(folder, TESTS)
    load(fresh_sqlite, folder, "--effective-on", "2026-01-28")
    environment = {"ORDONNANCE_DATABASE": fresh_sqlite, "ORDONNANCE_DEMO": "oui"}

    lines = CliRunner().invoke(cli, ["check"], env=environment).output

    assert "LPP: the sample of the package, unofficial." in lines
    assert "NABM: nabm105-2026-01-28-" in lines


# Searching


def search(url, *words):
    return run("products", "search", "--database", url, *words)


def test_a_device_loaded_is_found_with_what_is_to_be_known(url, folder):  # REF-24
    write(folder, DEVICES)
    load(url, folder, "--effective-on", "2026-01-28")

    done = search(url, "bas de contention")

    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert done.exit_code == 0
    assert lines[0] == "Dispositif ou acte Code Nature À savoir"
    assert lines[1].startswith("BAS DE CONTENTION CLASSE 2 LPP dispositif entente préalable")
    assert "1241763" in lines[2]
    assert "terminé le" in done.output
    assert lines[-1].startswith("LPP : lpp901-2026-01-28-")
    assert max(map(len, done.output.splitlines())) <= 80
    assert "médicament" not in done.output.lower()


@pytest.mark.parametrize(
    ("words", "label", "kind"),
    [
        (("bas de contention",), "Bas de contention", "dispositif"),
        (("1104",), "Hémogramme", "biologie"),
        (("AMI", "1,5"), "prise de sang", "acte infirmier"),
        (("bilan orthoptique",), "Bilan orthoptique", "orthoptie"),
        (("pied diabétique",), "pied diabétique", "podologie"),
    ],
)
def test_the_sample_is_searched_without_a_base_and_says_so(tmp_path, words, label, kind):  # REF-21
    output = " ".join(search(f"sqlite:///{tmp_path / 'none.db'}", *words).output.split())

    assert label in output
    assert kind in output
    assert output.endswith("échantillon saisi à la main, à vérifier")


def test_a_test_says_its_maximum_and_what_it_excludes(tmp_path):  # REF-20, REF-24
    address = f"sqlite:///{tmp_path / 'none.db'}"

    excluded = " ".join(search(address, "0593").output.split())
    maximum = " ".join(search(address, "7327").output.split())

    assert "jamais avec" in excluded
    assert "0591" in excluded
    assert "1 au plus" in maximum


def test_a_guess_among_codes_says_so(tmp_path):  # REF-24
    output = search(f"sqlite:///{tmp_path / 'none.db'}", "hemogrammme").output

    assert "Rien sous ces mots exactement ; vouliez-vous dire :" in output
    assert "Hémogramme" in output


def test_json_holds_medicines_and_codes_each_with_its_kind(tmp_path):  # REF-24
    done = search(f"sqlite:///{tmp_path / 'none.db'}", "1104", "--json")

    answer = json.loads(done.output)
    assert answer["nomenclatures"] == {
        "LPP": "echantillon",
        "NABM": "echantillon",
        "NGAP": "echantillon",
    }
    assert answer["products"] == []
    assert answer["codes"] == [
        {
            "kind": "BIOLOGIE",
            "system": "NABM",
            "code": "1104",
            "label": "Hémogramme, y compris les plaquettes (NFS)",
            "priorAgreement": None,
            "endsOn": None,
            "provision": None,
            "countMax": 1,
            "incompatible": [],
            "match": "code",
        }
    ]
