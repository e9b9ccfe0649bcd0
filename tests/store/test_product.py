"""The extract shipped with the package: right in itself, and equal to the official files."""

from collections import defaultdict
from importlib.resources import files
import os
from pathlib import Path
import re

import pytest

from ordonnance.domain.product import GenericRole, are_of_one_group
from ordonnance.store.product import parse, read_extract

EXTRACT = files("ordonnance.store").joinpath("extract", "medicines.tsv").read_text("utf-8")
COLUMNS = "cis cip13 name form substances generic_group generic_role conditions packaging"
HEAD = "# Version: test\n" + COLUMNS.replace(" ", "\t") + "\n"
ROW = "67707794\t3400931587538\tCLAMOXYL\tgélule\tAMOXICILLINE\t148\tprinceps\tliste I\tplaquette\n"
ROLES = {"0": "princeps", "1": "generic", "2": "complementary", "4": "substitutable"}


@pytest.fixture(scope="module")
def referential():
    return read_extract()


@pytest.fixture(scope="module")
def shared():
    """The folder of the official files, which is not in the repository."""
    beside = Path(__file__).parents[2].parent / "shared"
    folder = Path(os.environ.get("ORDONNANCE_SHARED", beside)) / "data" / "bdpm"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("The official files of medicines are missing, and CI compares with them.")
        pytest.skip("The official files of medicines are not beside the repository.")
    return folder


def test_the_extract_holds_a_hundred_presentations_or_more(referential):  # TLS-9
    assert len(referential.by_cip13) >= 100


def test_the_extract_says_its_source_its_date_and_what_it_is_not_for(referential):  # TLS-9
    head = "\n".join(line for line in EXTRACT.splitlines() if line.startswith("#"))

    assert "base de données publique des médicaments (ANSM, HAS, UNCAM), January 2026" in head
    assert "free to reuse with mention of its source and of its date" in head
    assert "must not be used to dispense" in head
    assert referential.version == "bdpm-2026-01-extract"


def test_the_extract_is_sorted_by_name(referential):
    names = [product.name for product in referential.by_cip13.values()]

    assert names == sorted(names)


def test_every_cip13_has_a_right_key(referential):  # TLS-9
    for cip13 in referential.by_cip13:
        assert (sum(map(int, cip13[::2])) + 3 * sum(map(int, cip13[1::2]))) % 10 == 0


def test_every_row_is_found_by_both_its_codes(referential):  # TLS-9
    for product in referential.by_cip13.values():
        assert referential.find(product.cip13.value) is product
        assert referential.find(product.cis.value).name == product.name


def test_no_presentation_stands_twice(referential):
    rows = [line for line in EXTRACT.splitlines() if line[0].isdigit()]

    assert len(rows) == len(referential.by_cip13)


def test_many_groups_have_a_princeps_and_a_generic(referential):  # TLS-9
    roles = defaultdict(set)
    for product in referential.by_cip13.values():
        roles[product.generic_group].add(product.generic_role)

    complete = [group for group, held in roles.items() if {"princeps", "generic"} <= held]
    assert len(complete) >= 30
    assert set(GenericRole) <= set().union(*roles.values())


def test_amoxicillin_may_be_substituted_and_paracetamol_has_no_group(referential):  # TLS-9
    clamoxyl, generic = referential.find("3400931587538"), referential.find("3400933857042")

    assert clamoxyl.name == "CLAMOXYL 500 mg, gélule"
    assert clamoxyl.substances == ("AMOXICILLINE",)
    assert are_of_one_group(clamoxyl, generic)
    assert referential.find("60234100").generic_group is None


def test_conditions_are_given_one_by_one_in_the_words_of_the_source(referential):  # TLS-9
    assert referential.find("63179285").conditions == (
        "prescription limitée à 4 semaines",
        "liste I",
        "prescription en toutes lettres sur ordonnance sécurisée",
        "chevauchement interdit sauf mention expresse du prescripteur portée sur l'ordonnance",
    )
    assert referential.find("60234100").conditions == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "0 versions"),
        ("# Version: a", "line 2: the columns"),
        ("# Version: a\n" + HEAD + ROW, "2 versions"),
        (HEAD.replace("cip13", "cip7") + ROW, "line 2: the columns"),
        (HEAD + ROW + ROW, "line 4: 3400931587538 is there twice"),
        (HEAD + ROW.replace("7538", "7539"), "line 3: CIP_INVALID at cip13"),
        (HEAD + ROW.replace("67707794", "7707794"), "line 3: ELEMENT_INVALID at cis"),
        (HEAD + ROW.replace("princeps", "leader"), "line 3: 'leader'"),
        (HEAD + ROW.replace("princeps", ""), "line 3: a generic group and a role"),
        (HEAD + ROW.replace("CLAMOXYL", ""), "line 3: a name"),
        (HEAD + ROW.replace("\tplaquette", ""), "line 3: 8 fields"),
        (HEAD + "\n" + ROW, "line 3: 1 fields"),
    ],
)
def test_a_broken_file_is_an_error_that_names_the_line(text, message):
    with pytest.raises(AssertionError, match=re.escape(message)):
        parse(text)


def test_every_row_says_what_the_official_files_say(referential, shared):  # TLS-9
    medicines = {row[0]: row for row in official(shared, "CIS_bdpm.txt")}
    boxes = {row[6]: row for row in official(shared, "CIS_CIP_bdpm.txt")}
    groups = by_cis(official(shared, "CIS_GENER_bdpm.txt"), key=2)
    conditions = by_cis(official(shared, "CIS_CPD_bdpm.txt"))
    compositions = by_cis(official(shared, "CIS_COMPO_bdpm.txt"))

    for product in referential.by_cip13.values():
        cis = product.cis.value
        medicine, box = medicines[cis], boxes[product.cip13.value]
        assert (product.name, product.form) == (medicine[1], medicine[2])
        assert (cis, product.packaging) == (box[0], box[2])
        assert (medicine[4], medicine[6]) == ("Autorisation active", "Commercialisée")
        assert box[3:5] == ["Présentation active", "Déclaration de commercialisation"]
        group = [] if product.generic_group is None else [product.generic_group]
        assert [row[0] for row in groups[cis]] == group  # a medicine of two groups is left out
        assert [ROLES[row[3]] for row in groups[cis]] == [product.generic_role][: len(group)]
        assert product.conditions == tuple(row[1] for row in conditions[cis])
        assert product.substances == substances_of(compositions[cis])


def official(folder, name):
    """Rows of an official file, blanks squeezed, cp1252 characters read as C1 mended."""
    for line in (folder / name).read_text("utf-8").split("\n"):
        mended = re.sub("[\x80-\x9f]", lambda c1: c1[0].encode("latin-1").decode("cp1252"), line)
        row = [re.sub(" {2,}", " ", field).strip() for field in mended.split("\t")]
        if row[0]:
            yield row


def by_cis(rows, key=0):
    grouped = defaultdict(list)
    for row in rows:
        grouped[row[key]].append(row)
    return grouped


def substances_of(composition):
    """Of each linked pair the active moiety (FT) if given, else the substance (SA); each once."""
    linked = defaultdict(list)
    for row in composition:
        linked[row[1], row[7]].append(row)
    names = {}
    for rows in linked.values():
        for row in [row for row in rows if row[6] == "FT"] or rows:
            names[row[3]] = None
    return tuple(names)
