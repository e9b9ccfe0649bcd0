"""The samples of nomenclatures in the package: well formed, and marked as what they are."""

from importlib.resources import files
import re

import pytest

from ordonnance.domain.line import Kind
from ordonnance.domain.nomenclature import System, spell
from ordonnance.store.nomenclature_samples import parse, read_samples
from ordonnance.store.product import read_extract

SAMPLES = read_samples()


def text_of(system):
    folder = files("ordonnance.store").joinpath("extract")
    return folder.joinpath(f"{system.lower()}.tsv").read_text("utf-8")


def items_of(system):
    return [item for (held, _), item in SAMPLES.items.items() if held is system]


@pytest.mark.parametrize("system", System)
def test_a_sample_has_thirty_to_fifty_codes_each_once_and_well_formed(system):  # REF-21
    rows = [line for line in text_of(system).splitlines()[1:] if not line.startswith("#")][1:]
    codes = [item.code for item in items_of(system)]

    assert 30 <= len(codes) <= 50
    assert len(codes) == len(rows) == len(set(codes))
    assert all(spell(system, code) == code for code in codes)
    assert all(SAMPLES.find(system, item.code) is item for item in items_of(system))


@pytest.mark.parametrize("system", System)
def test_a_sample_says_what_it_is(system):  # REF-21
    text = text_of(system)

    assert "Échantillon saisi à la main, à vérifier" in text
    assert "# Version: echantillon\n" in text
    assert SAMPLES.is_sample(system)
    assert SAMPLES.versions[system] == "echantillon"


def test_labels_are_french_sentences_without_stray_blanks():  # REF-21
    for item in SAMPLES.ordered:
        assert item.label == " ".join(item.label.split())
        assert re.match(r"[A-ZÉ]", item.label)
        assert "'" not in item.label  # typeset as French


def test_each_kind_but_medicines_has_codes():  # REF-20, REF-21
    assert {item.kind for item in SAMPLES.ordered} == set(Kind) - {Kind.MEDICINE}


def test_incompatible_codes_say_so_of_each_other():  # REF-20
    tests = {item.code: item for item in items_of(System.NABM)}

    for item in tests.values():
        for other in item.incompatible:
            assert item.code in tests[other].incompatible


def test_the_extract_of_the_package_carries_the_samples():  # REF-21
    referential = read_extract()

    assert referential.find_code(Kind.BIOLOGY, "1104").label.startswith("Hémogramme")
    assert referential.find_code(Kind.NURSING, "AMI 1,5").needs_agreement is None
    assert referential.find_code(Kind.DEVICE, "1132608").needs_agreement is True


GOOD = text_of(System.NABM)
FIRST = "0126\tTemps de Quick"


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (GOOD.replace("# Version: echantillon", "# Version: 105"), "do not say"),
        (GOOD.replace("Échantillon saisi", "Table saisie"), "do not say"),
        (GOOD.replace("code\tlabel", "label\tcode"), "the columns are not"),
        (GOOD.replace(FIRST, "126\tTemps de Quick"), "126 is no code of the NABM"),
        (GOOD.replace(FIRST, "0407\tTemps de Quick"), "0407 is there twice"),
        (GOOD.replace("BIOLOGIE", "DISPOSITIF", 1), "is not coded in the NABM"),
        (GOOD.replace("BIOLOGIE", "CHIRURGIE", 1), "CHIRURGIE"),
        (GOOD.replace("BIOLOGIE\t", "BIOLOGIE\tpeut-être", 1), "neither oui, non nor unsaid"),
        (GOOD.replace("BIOLOGIE\t", "BIOLOGIE", 1), "fields for 9 columns"),
        (GOOD.replace("\tmémoire", "\t", 1), "a label or a source is missing"),
    ],
)
def test_a_broken_sample_names_its_line(broken, problem):  # REF-21
    assert broken != GOOD
    with pytest.raises(AssertionError, match=problem):
        parse(System.NABM, broken)
