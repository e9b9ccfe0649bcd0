"""Products found by what people type: on a small base made up here, and on the official files."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.catalogue import Catalogue, Why
from ordonnance.domain.catalogue_words import fold, sort_key, split_name, split_query
from ordonnance.domain.delivery import read_regime
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.product import Availability, GenericRole, Product, Referential, Supply
from ordonnance.store.bdpm import read_files

DOLIPRANE = "DOLIPRANE 1000 mg, comprimé"
DOLIPRANE_500 = "DOLIPRANE 500 mg, gélule"
CLAMOXYL = "CLAMOXYL 500 mg, gélule"
AMOXICILLINE_BGR = "AMOXICILLINE BIOGARAN 500 mg, gélule"
AMOXICILLINE_MYL = "AMOXICILLINE VIATRIS 1 g, comprimé dispersible"
AUGMENTIN = "AUGMENTIN 1 g/125 mg ADULTES, poudre pour suspension buvable en sachet-dose"
THYROXINE = "L-THYROXINE SERB 150 microgrammes/ml, solution buvable en gouttes"
LEVOTHYROX = "LEVOTHYROX 75 microgrammes, comprimé sécable"
OESTROGEL = "ŒSTROGEL 0,06 POUR CENT, gel pour application cutanée"
LOVENOX = "LOVENOX 4 000 UI (40 mg)/0,4 ml, solution injectable"
BEFIZAL = "BEFIZAL L.P. 400 mg, comprimé enrobé à libération prolongée"
TRANSDERMAL = "FENTANYL TEVA 12 microgrammes/heure, dispositif transdermique"
CAPSAICIN = "QUTENZA 179 mg, patch cutané"
NOVORAPID = "NOVORAPID 100 unités/ml, solution injectable"
UMULINE = "UMULINE RAPIDE 100 UI/mL, solution injectable en cartouche"
VITAMIN_D = "VITAMINE D3 BON 200 000 U.I./1 ml, solution injectable"
VITAMIN_E = "VITAMINE E PROVEPHARM 100 mg/2 ml, solution injectable"
CEFUROXIME = "CEFUROXIME ARROW 250 mg, comprimé pelliculé"
DOLICHOS = "DOLICHOS PRURIENS BOIRON, granules"
HOMEOPATHIC = "DOLICHOS PRURIENS POUR PRÉPARATIONS HOMÉOPATHIQUES"
OLD = "AMOXICILLINE ANCIENNE 500 mg, gélule"

# name, CIS, CIP13s, substances, ATC, generic role, UCD13s
ROWS = (
    (DOLIPRANE, "60234100", ("3400935955838",), ("PARACÉTAMOL",), "N02BE01", None, ()),
    (DOLIPRANE_500, "60234101", ("3400933857042",), ("PARACÉTAMOL",), "N02BE01", None, ()),
    (CLAMOXYL, "67707794", ("3400931587538",), ("AMOXICILLINE",), "J01CA04", "princeps", ()),
    (AMOXICILLINE_BGR, "60000001", (), ("AMOXICILLINE",), "J01CA04", "generic", ()),
    (OLD, "60000009", (), ("AMOXICILLINE",), None, "generic", ()),
    (AMOXICILLINE_MYL, "60000002", (), ("AMOXICILLINE",), "J01CA04", None, ()),
    (AUGMENTIN, "60000003", (), ("AMOXICILLINE", "ACIDE CLAVULANIQUE"), "J01CR02", None, ()),
    (THYROXINE, "60000004", (), ("LÉVOTHYROXINE SODIQUE",), "H03AA01", None, ()),
    (
        LEVOTHYROX,
        "60000005",
        ("3400949497294", "3400949497706"),
        ("LÉVOTHYROXINE SODIQUE",),
        "H03AA01",
        None,
        ("3400892088310",),
    ),
    (OESTROGEL, "60000006", (), ("ESTRADIOL",), "G03CA03", None, ()),
    (LOVENOX, "60000007", (), ("ÉNOXAPARINE SODIQUE",), "B01AB05", None, ()),
    (BEFIZAL, "60000008", (), ("BÉZAFIBRATE",), "C10AB02", None, ()),
    (TRANSDERMAL, "60000010", (), ("FENTANYL",), None, None, ()),
    (CAPSAICIN, "60000011", (), ("CAPSAÏCINE",), None, None, ()),
    (NOVORAPID, "60000012", (), ("INSULINE ASPARTE",), None, None, ()),
    (UMULINE, "60000013", (), ("INSULINE HUMAINE",), None, None, ()),
    (VITAMIN_D, "60000014", (), ("CHOLÉCALCIFÉROL",), None, None, ()),
    (VITAMIN_E, "60000015", (), ("ACÉTATE D'ALPHA-TOCOPHÉROL",), None, None, ()),
    (CEFUROXIME, "60000016", (), ("CÉFUROXIME",), None, None, ()),
    (DOLICHOS, "60000017", (), (HOMEOPATHIC,), None, None, ()),
)
SHORTAGE = Availability(supply=Supply.SHORTAGE)


def made_up():
    for name, cis, boxes, substances, atc, role, ucds in ROWS:
        for cip13 in boxes or (None,):
            yield Product(
                cis=CIS(cis),
                cip13=None if cip13 is None else CIP13(cip13),
                name=name,
                form="comprimé",
                substances=substances,
                generic_group="148" if role else None,
                generic_role=GenericRole(role) if role else None,
                group_label="AMOXICILLINE 500 mg - CLAMOXYL 500 mg, gélule" if role else None,
                packaging="boîte",
                salts=("CÉFUROXIME AXÉTIL",) if name == CEFUROXIME else (),
                regime=read_regime(("liste I",)),
                atc=atc,
                is_marketed=name != OLD,
                availability=SHORTAGE if name == CLAMOXYL else None,
                ucds=ucds,
            )


CATALOGUE = Catalogue.of(Referential.of(made_up(), version="test"))


def names_of(found):
    return [one.product.name for one in found]


@pytest.fixture(scope="module")
def official():
    """The catalogue of the official files, which are not in the repository."""
    beside = Path(__file__).parents[2].parent / "shared"
    folder = Path(os.environ.get("ORDONNANCE_SHARED", beside)) / "data" / "bdpm"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("The official files of medicines are missing, and CI searches in them.")
        pytest.skip("The official files of medicines are not beside the repository.")
    files = {path.name: path.read_bytes() for path in folder.glob("*.txt")}
    products = read_files(files, lambda *_: None).products
    return Catalogue.of(Referential.of(products, version="official"))


@pytest.mark.parametrize(
    ("text", "names", "why"),
    [
        ("doliprane", [DOLIPRANE_500, DOLIPRANE], "name"),
        ("DOLI 1g", [DOLIPRANE], "name"),
        ("doliprane 1000mg", [DOLIPRANE], "name"),
        ("doliprane 1 g cp", [DOLIPRANE], "name"),
        ("doliprane 1 000 mg", [DOLIPRANE], "name"),
        ("doliprane 500 gél.", [DOLIPRANE_500], "name"),
        ("amoxicilline bgr", [AMOXICILLINE_BGR], "name"),
        ("amox myl 1000", [AMOXICILLINE_MYL], "name"),
        ("amoxi clav 1g", [AUGMENTIN], "substance"),
        ("clavulanique", [AUGMENTIN], "substance"),
        ("augmentin 1g/125mg pdre sach", [AUGMENTIN], "name"),
        ("lthyroxine", [THYROXINE], "name"),
        ("l-thyroxine", [THYROXINE], "name"),
        ("levothyrox 75", [LEVOTHYROX], "name"),
        ("levothyrox 75µg", [LEVOTHYROX], "name"),
        ("levothyrox 0,075 mg", [LEVOTHYROX], "name"),
        ("Lévothyrox® 75", [LEVOTHYROX], "name"),
        ("oestrogel", [OESTROGEL], "name"),
        ("œstrogel 0,06%", [OESTROGEL], "name"),
        ("lovenox 4000ui", [LOVENOX], "name"),
        ("lovenox 0.4ml", [LOVENOX], "name"),
        ("befizal lp", [BEFIZAL], "name"),
        ("estradiol", [OESTROGEL], "substance"),
        ("dolipprane", [DOLIPRANE_500, DOLIPRANE], "mistyped"),
        ("dolprane", [DOLIPRANE_500, DOLIPRANE], "mistyped"),
        ("dolipräne", [DOLIPRANE_500, DOLIPRANE], "name"),
        ("dolirpane 500", [DOLIPRANE_500], "mistyped"),
        ("dolipbane 500", [DOLIPRANE_500], "mistyped"),
        ("dolipo 500", [DOLIPRANE_500], "mistyped"),
        ("augmentin boite de 8", [AUGMENTIN], "part"),
        ("axetil", [CEFUROXIME], "substance"),
        ("CÉFUROXIME AXÉTIL", [CEFUROXIME], "substance"),
        ("fentanyl patch", [TRANSDERMAL], "name"),
        ("patch cutané", [CAPSAICIN], "name"),
        ("fentanyl creme patch", [TRANSDERMAL], "part"),
        ("novo rapid", [NOVORAPID], "name"),
        ("novo rapide", [NOVORAPID], "mistyped"),
        ("nova rapid", [NOVORAPID], "mistyped"),
        ("insuline rapide", [UMULINE], "substance"),
        ("lovenox4000ui", [LOVENOX], "name"),
        ("vitamined3", [VITAMIN_D], "name"),
        ("vitamine e", [VITAMIN_E], "name"),
        ("vitamine d", [VITAMIN_D], "mistyped"),
        ("d vitamine", [VITAMIN_D], "mistyped"),
        ("acétate d'alpha", [VITAMIN_E], "substance"),
        ("3400935955838", [DOLIPRANE], "cip"),
        ("34009 359 5583 8", [DOLIPRANE], "cip"),
        ("03400935955838", [DOLIPRANE], "cip"),
        ("3595583", [DOLIPRANE], "cip"),
        ("60234100", [DOLIPRANE], "cis"),
        ("3400892088310", [LEVOTHYROX], "ucd"),
        ("9208831", [LEVOTHYROX], "ucd"),
        ("(01)03400935955838(17)270331(10)AB12", [DOLIPRANE], "pack"),
        ("010340093595583817270331", [DOLIPRANE], "pack"),
        ("H03AA01", [THYROXINE, LEVOTHYROX], "atc"),
        ("h03", [THYROXINE, LEVOTHYROX], "atc"),
        ("n02b", [DOLIPRANE_500, DOLIPRANE], "atc"),
    ],
)
def test_a_product_is_found_by(text, names, why):  # REF-10, REF-11, REF-12
    found = CATALOGUE.search(text)

    assert sorted(names_of(found)) == sorted(names)
    assert {one.why for one in found[:1]} == {Why(why)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "...",
        "ibuprofène",
        "ibuprofène comprimé 500 mg",
        "3400935955839",
        "69999999",
        "0103400935955839",
        "(01)04012345678901",
        "(01)03400931587538(42)A",
        "estradot patch",
        "patch comprimé",
        "dolixxx",
        "dxlxprane",
        "Z99",
    ],
)
def test_nothing_is_found_by(text):  # REF-10, REF-11, REF-12
    assert CATALOGUE.search(text) == ()


def test_names_come_before_substances_and_what_is_not_marketed_last():  # REF-10
    assert names_of(CATALOGUE.search("amoxicilline 500")) == [AMOXICILLINE_BGR, OLD, CLAMOXYL]


def test_homeopathic_medicines_come_after_the_others():  # REF-10
    assert names_of(CATALOGUE.search("doli")) == [DOLIPRANE_500, DOLIPRANE, DOLICHOS]


def test_a_group_is_shown_together_its_princeps_first():  # REF-10
    assert names_of(CATALOGUE.search("J01CA04")) == [CLAMOXYL, AMOXICILLINE_BGR, AMOXICILLINE_MYL]


def test_the_presentation_asked_for_comes_first():  # REF-11
    [found] = CATALOGUE.search("3400949497706")

    assert [one.cip13.value for one in found.presentations] == ["3400949497706", "3400949497294"]
    assert found.product is found.presentations[0]


def test_what_is_found_says_its_supply_its_group_and_its_conditions():  # REF-13
    [found] = CATALOGUE.search("clamoxyl")

    assert found.product.availability == SHORTAGE
    assert (found.product.generic_group, found.product.generic_role) == ("148", "princeps")
    assert found.product.conditions == ("liste I",)


def test_at_most_as_many_as_asked():  # REF-10
    assert len(CATALOGUE.search("amoxicilline", limit=2)) == 2
    assert CATALOGUE.search("amoxicilline", limit=0) == ()
    assert CATALOGUE.search("H03", limit=1) == CATALOGUE.search("H03")[:1]


def test_a_product_is_looked_up_by_its_codes_only():  # REF-11
    assert CATALOGUE.find("60234100").product.name == DOLIPRANE
    assert CATALOGUE.find("3400892088310").product.name == LEVOTHYROX
    assert CATALOGUE.find("doliprane") is None
    assert CATALOGUE.find("") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("500mg", "500 mg"),
        ("1g", "1000 mg"),
        ("0,5 mg", "0.5mg"),
        ("0,5 mg", "500 microgrammes"),
        ("75 µg", "75 mcg"),
        ("5 POUR CENT", "5%"),
        ("2 800 U.I.", "2800 ui"),
        ("comprimés L.P.", "COMPRIMES lp"),
    ],
)
def test_two_spellings_are_the_same_words(one, other):  # REF-10
    assert split_query(one) == split_query(other)


def test_a_name_is_split_into_all_that_finds_it():  # REF-10
    assert list(split_name("CO-RENITEC 1 g/5 ml")) == (
        ["co", "renitec", "1", "1000mg", "g", "1000", "5", "5ml", "ml", "corenitec"]
    )


def test_names_are_sorted_by_dose_then_form():  # REF-10
    names = [
        "A 1 g, comprimé",
        "A 500 mg/5 ml, sirop",
        "A 5 mg, gel",
        "A 500 mg, gélule",
        "A 10 mg",
    ]

    assert sorted(names, key=sort_key) == [
        "A 5 mg, gel",
        "A 10 mg",
        "A 500 mg, gélule",
        "A 500 mg/5 ml, sirop",
        "A 1 g, comprimé",
    ]


@given(st.text())
def test_any_text_is_searched(text):  # REF-10
    found = CATALOGUE.search(text)

    assert len(found) <= 20
    assert len({one.product.cis for one in found}) == len(found)


@given(st.text(max_size=40))
def test_what_was_folded_stays_as_it_is(text):
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.sampled_from(["de", "é", "1", "500", "mg", "a", "doliprane", "|", "(01)"])))
def test_words_in_any_order_are_searched(words):  # REF-10
    assert len(CATALOGUE.search(" ".join(words))) <= 20


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("amoxicillne 500", "AMOXICILLINE "),
        ("doliprane 1g cp", "DOLIPRANE 1000 mg, comprimé"),
        ("levothyrox 75", "LEVOTHYROX 75 microgrammes, comprimé sécable"),
        ("3400935955838", "DOLIPRANE 1000 mg, comprimé"),
        ("3595583", "DOLIPRANE 1000 mg, comprimé"),
        ("60234100", "DOLIPRANE 1000 mg, comprimé"),
        ("amoxi clav 1g", "AMOXICILLINE/ACIDE CLAVULANIQUE "),
        ("amoxicilline bgr 500 gel", "AMOXICILLINE BIOGARAN 500 mg, gélule"),
        ("corenitec", "CO-RENITEC 20 mg/12,5 mg, comprimé"),
        ("kardegic 75", "KARDEGIC 75 mg, poudre pour solution buvable en sachet-dose"),
        ("lovenox 4000", "LOVENOX 4 000 UI (40 mg)/0,4 ml, solution injectable"),
        ("ramipril 5", "RAMIPRIL "),
        ("A02BC05", "INEXIUM "),
        ("esomeprazole", "ESOMEPRAZOLE "),
        ("vitamine d3", "VITAMINE D3 "),
        ("arnica montana 9ch", "ARNICA MONTANA "),
        ("axetil", "ZINNAT "),
        ("AMOXICILLINE TRIHYDRATÉE", "AMOXICILLINE "),
        ("MÉTHOTREXATE DISODIQUE", "METHOTREXATE "),
        ("ELTROMBOPAG OLAMINE", "ELTROMBOPAG "),
        ("fentanyl patch", "FENTANYL "),
        ("patch nicotine", "NICOTINE "),
        ("novo rapid", "NOVORAPID "),
        ("novo rapide", "NOVORAPID "),
        ("acide acetyl salicylique 75", "ACIDE ACETYLSALICYLIQUE BIOGARAN 75 mg"),
        ("vitamine d", "VITAMINE D3 "),
        ("vitamine d 100000", "VITAMINE D3 "),
        ("doli", "DOLIPRANE "),
    ],
)
def test_of_the_official_files_the_first_found_is(official, text, first):  # REF-10, REF-11
    found = official.search(text)

    assert found[0].product.name.startswith(first)


def test_of_the_official_files_a_typing_error_loses_no_product(official):  # REF-10
    lost = []
    for rank, (product, *_) in list(enumerate(official.medicines))[::53]:
        words = product.name[:90].split()[:7]
        places = [n for n, word in enumerate(words) if word.isalpha() and len(word) >= 4]
        if places:
            words[places[rank % len(places)]] = mistype(words[places[rank % len(places)]], rank)
            found = official.search(" ".join(words))
            if product.cis not in [one.product.cis for one in found]:
                lost.append((product.name, " ".join(words)))

    assert lost == []


def mistype(word, rank):
    """*word* with one error; its kind, its place and its letter change with *rank*."""
    place, letter = rank % len(word), "BEKLNQTUXY"[rank % 10]
    before, after = word[:place], word[place:]
    return (
        before + after[1:],
        before + letter + after,
        before + letter + after[1:],
        before + after[1:2] + after[:1] + after[2:],
    )[rank // 53 % 4]
