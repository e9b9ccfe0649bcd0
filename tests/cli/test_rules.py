"""The command that tells the rules of a medicine, on the extract of the package."""

import json

from click.testing import CliRunner
import pytest

from ordonnance.cli.main import cli
from ordonnance.cli.rules import tell
from ordonnance.domain.delivery import read_regime
from ordonnance.domain.identifiers import CIS
from ordonnance.domain.product import Product

CLAMOXYL = "67707794"


@pytest.fixture
def told(tmp_path):
    def run(*words):
        address = f"sqlite:///{tmp_path / 'nowhere' / 'none.db'}"
        return CliRunner().invoke(cli, ["rules", "explain", "--database", address, *words])

    return run


def test_rules_are_numbered_with_their_effect_source_and_text(told, tmp_path):  # MED-2
    result = told(CLAMOXYL)

    assert result.exit_code == 0
    assert result.output.startswith(
        "CLAMOXYL 500 mg, gélule\nCIS 67707794 · CIP13 3400931587538 · AMOXICILLINE\n"
    )
    assert (
        " 3. Délai pour commencer  ◐ refuse, sauf motif (TOO_LATE)\n"
        "    Première délivrance : moins de trois mois après l’écriture.\n"
        "    MED-10 · CSP, art. R. 5132-22\n"
        "    « liste I »\n"
    ) in result.output
    assert result.output.endswith("Référentiel : bdpm-2026-01-extract\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "code",
    [CLAMOXYL, "3400931587538", "3400931 587538", "677 077 94", "3158753", "03400931587538"],
)
def test_a_medicine_is_told_by_any_of_its_codes(told, code):  # MED-2, TLS-8
    assert told(code).output.startswith("CLAMOXYL 500 mg, gélule\n")


def test_rules_have_eighty_columns_and_no_colour_outside_a_terminal(told):  # MED-2
    output = told(CLAMOXYL).output

    assert max(map(len, output.splitlines())) <= 80
    assert "\x1b" not in output
    assert not any(line.endswith((" ", "«")) for line in output.splitlines())


def test_a_medicine_with_many_conditions_keeps_to_eighty_columns(capsys):  # MED-2
    texts = [f"prescription réservée aux spécialistes et services {n * 'X'}" for n in range(1, 60)]
    product = Product(
        cis=CIS("60000001"),
        cip13=None,
        name="ALPHA 10 mg, solution pour perfusion en poche multicompartiment " * 3,
        form="comprimé",
        substances=("ALPHA",) * 20,
        generic_group=None,
        generic_role=None,
        packaging="",
        regime=read_regime([*texts, "liste I", "dispositions particulières de DELIVRANCE"]),
        is_marketed=False,
    )

    tell(product, "test")

    output = capsys.readouterr().out
    assert max(map(len, output.splitlines())) <= 80
    assert "○ non commercialisé\n" in output
    assert "Texte conservé  – à vérifier par le professionnel\n" in output
    assert "    « dispositions particulières de DELIVRANCE »\n" in output


def test_json_is_what_the_teleservice_answers(told):  # MED-2
    answer = json.loads(told(CLAMOXYL, "--json").output)

    assert list(answer) == [
        *("referential", "cis", "cip13", "name", "form", "substances", "genericGroup"),
        *("availability", "conditions", "rules", "keptAsText"),
    ]
    assert answer["rules"][2] == {
        "rule": "MED-10",
        "title": "Délai pour commencer",
        "sentence": "Première délivrance : moins de trois mois après l’écriture.",
        "effect": "REFUSE_SAUF_MOTIF",
        "code": "TOO_LATE",
        "overridable": True,
        "source": "CSP, art. R. 5132-22",
        "texts": ["liste I"],
        "because": "",
    }


def test_a_base_without_a_loaded_version_gives_the_extract(fresh_sqlite):  # MED-2
    result = CliRunner().invoke(
        cli, ["rules", "explain", "--database", fresh_sqlite, CLAMOXYL, "--json"]
    )

    assert json.loads(result.output)["referential"] == "bdpm-2026-01-extract"


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_unknown_code_ends_with_one_and_a_sentence(told, options):  # MED-2
    for unknown in ("60000000", "9999999"):
        result = told(unknown, *options)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "ordonnance: Aucun médicament connu ne porte ce code (CIP13, CIS ou UCD13). Vérifiez-le, "
        "ou cherchez le médicament par son nom.\n"
    )


@pytest.mark.parametrize(
    "code", ["999", "doliprane", "03400931587539", "3400931587539", "77707794", "٦٧٧٠٧٧٩٤"]
)
def test_what_is_no_code_ends_with_two(told, code):  # MED-2, TLS-8
    result = told(code)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "un CIS a 8 chiffres et commence par 6" in result.stderr
