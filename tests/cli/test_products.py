"""The command that searches medicines, on the extract of the package and on a loaded base."""

from datetime import date
import json

from click.testing import CliRunner
import pytest

from ordonnance.cli.main import cli
from ordonnance.cli.products import say_pack, show_availability, show_supply, tell
from ordonnance.domain.catalogue import Found, Why
from ordonnance.domain.datamatrix import Pack
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.product import Availability, Product, Supply

CLAMOXYL = Product(
    cis=CIS("67707794"),
    cip13=CIP13("3400931587538"),
    name="CLAMOXYL 500 mg, gélule",
    form="gélule",
    substances=("AMOXICILLINE",),
    generic_group=None,
    generic_role=None,
    packaging="plaquette",
    availability=Availability(supply=Supply.OUT_OF_STOCK, since=date(2025, 10, 22)),
)


@pytest.fixture
def search(tmp_path):
    def run(*words):
        address = f"sqlite:///{tmp_path / 'nowhere' / 'none.db'}"
        return CliRunner().invoke(cli, ["products", "search", "--database", address, *words])

    return run


def test_without_a_base_the_extract_is_searched_and_none_is_made(search, tmp_path):  # REF-10
    result = search("clamoxyl", "500")

    assert result.exit_code == 0
    assert "CLAMOXYL 500 mg" in result.output
    assert "67707794" in result.output
    assert "princeps" in result.output
    assert result.output.endswith("Référentiel : bdpm-2026-01-extract\n")
    assert list(tmp_path.iterdir()) == []


def test_a_table_has_eighty_columns_and_no_colour_outside_a_terminal(search):  # REF-13
    output = search("amoxicilline").output

    assert max(map(len, output.splitlines())) <= 80
    assert "\x1b" not in output


def test_a_base_without_a_loaded_version_gives_the_extract(fresh_sqlite):  # REF-10
    result = CliRunner().invoke(
        cli, ["products", "search", "--database", fresh_sqlite, "clamoxyl", "--json"]
    )

    assert json.loads(result.output)["referential"] == "bdpm-2026-01-extract"


def test_json_is_what_the_teleservice_answers(search):  # REF-13
    answer = json.loads(search("3400931587538", "--json").output)

    assert answer["query"] == "3400931587538"
    assert [one["name"] for one in answer["products"]] == ["CLAMOXYL 500 mg, gélule"]
    assert answer["products"][0]["match"] == "cip"


def test_limit_bounds_what_is_printed(search):  # REF-10
    answer = json.loads(search("amoxicilline", "--json", "--limit", "2").output)

    assert len(answer["products"]) == 2


def test_a_box_tells_its_lot_and_expiry(search):  # REF-12
    output = search("(01)03400931587538(17)270331(10)AB12(21)XYZ987").output

    assert output.startswith(
        "Boîte : lot AB12, à utiliser jusqu’au 31 mars 2027, n° de série XYZ987\n"
    )
    assert "CLAMOXYL" in output


def test_a_box_that_cannot_be_read_ends_with_one(search):  # REF-12
    result = search("(01)03400931587539")

    assert result.exit_code == 1
    assert "Scannez à nouveau la boîte" in result.output


@pytest.mark.parametrize("words", [("",), (" ", " "), ("a" * 201,)])
def test_what_cannot_be_searched_ends_with_two_and_a_sentence(search, words):  # REF-10
    result = search(*words)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_a_cip13_with_a_wrong_key_ends_with_one(search):  # REF-11
    result = search("3400931587539")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "ordonnance: Ce CIP13 n’est pas valable : son dernier chiffre ne vérifie pas les autres. "
        "Relisez-le ou scannez la boîte.\n"
    )


@pytest.mark.parametrize("text", ["4012345678901", "(01)04012345678901(10)A"])
def test_a_box_of_another_market_is_said_to_be_one(search, text):  # REF-12
    output = search(text).output

    assert "Ce code (GTIN 04012345678901) n’est pas celui d’un médicament français.\n" in output
    assert "Aucun médicament" not in output


def test_a_french_box_that_is_unknown_is_not_found(search):  # REF-12
    assert "Aucun médicament, dispositif ou acte trouvé.\n" in search("(01)03400900000006").output


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("clamoxil", "Rien sous ces mots exactement ; vouliez-vous dire :"),
        (
            "clamoxyl zzzz",
            "Aucun médicament ne porte tous ces mots ; en voici qui en portent une partie :",
        ),
    ],
)
def test_what_is_guessed_says_so_above(search, text, sentence):  # REF-10
    output = search(text).output

    assert output.splitlines()[0] == sentence
    assert "CLAMOXYL" in output


def test_what_is_guessed_is_parted_from_what_was_asked(capsys):  # REF-10
    found = [Found(product=CLAMOXYL, presentations=(CLAMOXYL,), why=why) for why in Why]

    tell((found[5], found[7]), None, "test")

    first, second = capsys.readouterr().out.split("Vouliez-vous dire aussi :\n")
    assert "CLAMOXYL" in first
    assert "CLAMOXYL" in second


def test_nothing_found_is_said(search):  # REF-10
    result = search("xyzxyz")

    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        "Aucun médicament, dispositif ou acte trouvé.",
    )


@pytest.mark.parametrize(
    ("availability", "words"),
    [
        (CLAMOXYL.availability, "● rupture depuis le 22 oct. 2025"),
        (
            Availability(supply=Supply.SHORTAGE, since=date(2025, 8, 13), until=date(2026, 3, 1)),
            "◐ tension depuis le 13 août 2025, retour prévu le 1er mars 2026",
        ),
        (Availability(supply=Supply.DISCONTINUED), "○ arrêt"),
        (
            Availability(supply=Supply.BACK, since=date(2026, 1, 2), until=date(2026, 1, 2)),
            "✓ de nouveau là depuis le 2 janv. 2026",
        ),
    ],
)
def test_supply_is_said_in_words_with_a_shape(availability, words):  # REF-13
    assert show_supply(availability).plain == words


def test_what_is_not_marketed_says_so():  # REF-13
    product = Product(
        cis=CIS("60000001"),
        cip13=None,
        name="X",
        form="",
        substances=(),
        generic_group=None,
        generic_role=None,
        packaging="",
        is_marketed=False,
    )

    assert show_availability(product).plain == "○ non commercialisé"


def test_a_box_of_which_nothing_is_told_says_its_gtin():  # REF-12
    assert say_pack(Pack(cip13=None, gtin="04012345678901")).plain == "Boîte : GTIN 04012345678901"


def test_what_is_out_of_stock_is_seen_in_the_table(capsys):  # REF-13
    tell((Found(product=CLAMOXYL, presentations=(CLAMOXYL,), why=Why.NAME),), None, "test")

    lines = capsys.readouterr().out
    assert "● rupture depuis" in lines
    assert "22 oct. 2025" in " ".join(lines.split())
