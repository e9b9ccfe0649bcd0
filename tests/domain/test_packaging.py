"""What the labels of the BDPM say a pack holds."""

from decimal import Decimal
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.packaging import Contents, read_contents

# The oral solid forms begin with one of these words.
SOLIDS = ("comprimé", "gélule", "capsule", "pastille", "gomme", "lyophilisat")
WORDS = st.sampled_from(
    [
        *("3", "30", "0", "1,5", "x", "de", "+", "-", "(", ")", "avec", "ou", "ml", "mL", "g"),
        *("plaquette(s)", "flacon(s)", "tube", "sachet(s)-dose(s)", "récipient(s) unidose(s)"),
        *("comprimé(s)", "gélules", "dose(s)", "aiguille(s)", "boîte", "solvant", "PVC"),
    ]
)


@pytest.fixture(scope="module")
def official():
    """Label and form of each presentation of the official files, which are not in the repository.

    The form is None for a presentation whose medicine is unknown.
    """
    beside = Path(__file__).parents[2].parent / "shared"
    folder = Path(os.environ.get("ORDONNANCE_SHARED", beside)) / "data" / "bdpm"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("The official files of medicines are missing, and CI compares with them.")
        pytest.skip("The official files of medicines are not beside the repository.")
    medicines, presentations = (
        [row.split("\t") for row in (folder / name).read_text("utf-8").splitlines() if row.strip()]
        for name in ("CIS_bdpm.txt", "CIS_CIP_bdpm.txt")
    )
    forms = {row[0]: row[2].strip() for row in medicines}
    return [(row[2], forms.get(row[0])) for row in presentations]


@pytest.mark.parametrize(
    ("label", "count", "unit"),
    [
        # Tablets and capsules: without a number of blisters, the number is the pack's.
        ("plaquette(s) PVC PVDC aluminium de 30 comprimé(s)", "30", "comprimé"),
        ("plaquette(s) thermoformée(s) PVC-Aluminium de 28  comprimé(s)", "28", "comprimé"),
        ("plaquettes PVC PVDC aluminium de 90 comprimés", "90", "comprimé"),
        ("plaquette(s) PVC-Aluminium de 14 gélule(s)", "14", "gélule"),
        ("plaquette(s) PVC PVDC aluminium de 60 capsule(s)", "60", "capsule"),
        ("plaquette(s) thermoformée(s) PVC PVDC aluminium de 24 gomme(s)", "24", "gomme"),
        ("plaquette(s) PVC PVDC aluminium de 24 pastille(s)", "24", "pastille"),
        ("plaquette(s) PVC-Aluminium de 10 lyophilisat(s)", "10", "lyophilisat"),
        ("plaquette(s) PVC polyéthylène de 10 suppositoire(s)", "10", "suppositoire"),
        ("plaquette(s) thermoformée(s) PVC polyéthylène de 2 ovule(s)", "2", "ovule"),
        ("flacon(s) polyéthylène haute densité (PEHD) de 180 comprimé(s)", "180", "comprimé"),
        ("pilulier(s) polypropylène de 30 comprimé(s)", "30", "comprimé"),
        ("tube(s) polypropylène de 10 comprimé(s)", "10", "comprimé"),
        ("film(s) thermosoudé(s) aluminium de 20 comprimé(s)", "20", "comprimé"),
        # With a number of blisters, so many times.
        ("1 plaquette(s) PVC PVDC aluminium de 21 comprimé(s)", "21", "comprimé"),
        ("3 plaquette(s) PVC PVDC aluminium de 21 comprimé(s)", "63", "comprimé"),
        ("3 plaquettes thermoformées PVC aluminium de 28 comprimés", "84", "comprimé"),
        ("10 plaquettes thermoformées PVC-Aluminium de 10 gélules", "100", "gélule"),
        ("30 plaquette(s) thermoformée(s) aluminium de 1 comprimé(s)", "30", "comprimé"),
        ("plaquette(s) prédécoupée(s) PVC aluminium de 30 x 1 comprimé(s)", "30", "comprimé"),
        ("plaquette(s) PVC aluminium de 30 x 1 comprimé(s) (dose unitaire)", "30", "comprimé"),
        (
            "14 plaquettes thermoformées PVC-Aluminium de 1 gélule (plaquette unitaire)",
            "14",
            "gélule",
        ),
        ("2 flacon(s) polyéthylène de 45 comprimé(s)", "90", "comprimé"),
        (
            (
                "3 piluliers polypropylène avec système de fermeture inviolable de 30 comprimés "
                "(conditionnement multiple)"
            ),
            "90",
            "comprimé",
        ),
        (
            "plaquettes PVC polyéthylène PVDC aluminium de 112 gélules. Conditionnement multiple",
            "112",
            "gélule",
        ),
        (
            (
                "1 flacon(s) polyéthylène haute densité (PEHD) avec fermeture de sécurité enfant "
                "de 100 comprimé(s)"
            ),
            "100",
            "comprimé",
        ),
        (
            (
                "flacon(s) polyéthylène haute densité (PEHD) de 28 gélule muni d'une capsule "
                "polypropylène"
            ),
            "28",
            "gélule",
        ),
        ("plaquette(s) aluminium de 30 gélule(s) avec inhalateur(s)", "30", "gélule"),
        ("plaquette(s) PVC aluminium de 30 comprimé(s) ( abrogée le 07/10/2024)", "30", "comprimé"),
        (
            "30 plaquette(s) PVC de 1 comprimé(s) (distributeur parallèle : BB Farma)",
            "30",
            "comprimé",
        ),
        ("2 boîte(s) en carton de 40 comprimé(s)", "80", "comprimé"),
        ("6 sachet(s) polyester aluminium polyéthylène de 2 gélule(s)", "12", "gélule"),
        # Patches, films and the like.
        ("5 sachet(s) papier aluminium de 1 dispositif(s)", "5", "dispositif"),
        ("28 sachet(s) polytéréphtalate (PET) aluminium de 1 film", "28", "film"),
        ("1 sachet(s) de 5 emplâtre(s)", "5", "emplâtre"),
        # Single doses, by their containers.
        ("20 récipient(s) unidose(s) polyéthylène de 2 ml", "20", "récipient unidose"),
        (
            "30 récipients unidoses polyéthylène basse densité (PEBD) de 0,4 mL",
            "30",
            "récipient unidose",
        ),
        ("5 ampoule(s) en verre de 1 ml", "5", "ampoule"),
        ("10 ampoule(s) bouteille en verre de 10 ml", "10", "ampoule"),
        ("8 sachet(s)-dose(s) papier aluminium polyéthylène de 1,566 g", "8", "sachet"),
        ("15 sachet(s) papier aluminium polyéthylène", "15", "sachet"),
        ("1 seringue(s) préremplie(s) en verre de 0,4 ml avec aiguille(s)", "1", "seringue"),
        ("10 seringue(s) préremplie(s) en verre de 0,5 ml avec 10 aiguille(s)", "10", "seringue"),
        ("6 stylos préremplis en verre de 0,4 mL + 6 tampons d’alcool", "6", "stylo"),
        ("1 stylo de 3 ml", "1", "stylo"),
        ("5 cartouche(s) en verre de 3 ml", "5", "cartouche"),
        ("10 poche(s) PVC de 500 ml", "10", "poche"),
        ("4 tube(s) unidose(s) polyéthylène de 10 ml", "4", "tube"),
        # Doses.
        ("1 inhalateur(s) multidose(s) de 60 dose(s)", "60", "dose"),
        (
            (
                "3 inhalateur(s) multidose(s) acrylonitrile butadiène styrène de 120 dose(s). "
                "Chaque inhalateur est conditionné dans un sachet"
            ),
            "360",
            "dose",
        ),
        (
            (
                "1 flacon(s) pressurisé(s) aluminium de 200 doses avec valve(s) doseuse(s) avec "
                "embout(s) buccal(aux)"
            ),
            "200",
            "dose",
        ),
        (
            (
                "1 flacon(s) polyéthylène haute densité (PEHD) de 18 g (140 doses), avec pompe "
                "doseuse et applicateur nasal"
            ),
            "140",
            "dose",
        ),
        # What is poured or spread.
        ("1 flacon(s) en verre de 60 ml", "60", "ml"),
        ("1 flacon(s) polyéthylène basse densité (PEBD) de 2,5 ml", "2.5", "ml"),
        ("3 flacon(s) compte-gouttes polyéthylène de 3 mL", "9", "ml"),
        ("1 flacon(s) en verre brun de 150 ml avec gobelet(s) doseur(s)", "150", "ml"),
        ("1 flacon(s) de 90 ml avec 1 seringue pour administration orale", "90", "ml"),
        ("1 tube(s) aluminium verni de 30 g", "30", "g"),
        # Powder in vials.
        ("10 flacon(s) en verre de 500 mg", "10", "flacon"),
        ("1 flacon(s) en verre", "1", "flacon"),
    ],
)
def test_a_label_says_what_a_pack_holds(label, count, unit):  # MED-4
    assert read_contents(label) == Contents(count=Decimal(count), unit=unit)


@pytest.mark.parametrize(
    "label",
    [
        "plaquettes PVC de 30 comprimés (boîte de 90)",
        "tube(s) polypropylène de 30 comprimé(s) - boîte de 2 tube(s) de 15",
        "Boîte de 3",
        "1 flacon de 30 ml + 1 flacon de 60 ml",
        "1 flacon(s) en verre de 40 mg - 1 ampoule(s) en verre de 2 ml",
        "1 flacon(s) en verre - 1 seringue(s) préremplie(s) en verre",
        "3 plaquette(s) PVC PVDC aluminium de 21 comprimé(s) roses et de 7 comprimé(s) blancs",
        "plaquette(s) PVC-aluminium de 24 gélule(s) bleues et 24 gélule(s) rouges",
        "3 plaquette(s) PVC de 21 comprimé(s) - 3 plaquette(s) PVC de 7 comprimé(s)",
        "plaquette(s) PVC de 12 comprimé(s) et gélule(s)",
        "12 comprimés et 4 gélules sous plaquette (PVC/aluminium)",
        "14 plaquettes aluminium de 8 comprimés (emballage multiple : 2 x 56)",
        "8 plaquette(s) PVC-Aluminium de 7 gélule(s) (56 gélules)",
        "plaquette(s) PVC aluminium de 30 (20 + 10) comprimé(s)",
        "plaquette(s) PVC de 1,000 comprimé(s)",
        "plaquette(s) PVC de 1 000 comprimé(s)",
        "plaquette(s) PVC de 0 comprimé(s)",
        "10 plaquette(s) aluminium de 10 comprimé(s) avec étui ou non",
        "plaquette(s) PVC polyéthylène PVDC aluminium de 30",
        "28 plaquette(s) PVC PVDC aluminium pour délivrance à l'unité",
        "1 seringue préremplie en verre de 1 mL dans stylo pré-rempli",
        "ampoule(s) en verre de 2 ml",
        "flacon(s) en verre de 125 ml",
        "bouteille(s) aluminium de 5 l",
        "1 bouteille acier de 5 l",
        "1 flacon(s) en verre de 30 g",
        "3 poches à 3 compartiments polypropylène de 1000 ml",
        "",
    ],
)
def test_in_doubt_nothing_is_read(label):  # MED-4
    assert read_contents(label) is None


@pytest.mark.parametrize(
    ("label", "form", "expected"),
    [
        ("plaquette(s) PVC aluminium de 56 comprimé(s)", "gélule", None),
        (
            "plaquette(s) PVC aluminium de 56 comprimé(s)",
            "comprimé pelliculé",
            Contents(count=Decimal(56), unit="comprimé"),
        ),
        (
            "plaquette(s) PVC polyéthylène PVDC aluminium de 30",
            "comprimé pelliculé",
            Contents(count=Decimal(30), unit="comprimé"),
        ),
        ("plaquette(s) aluminium de 30", "solution buvable", None),
        # A bottle of powder: its grams are no grams of what is drunk.
        ("1 flacon(s) en verre de 30 g", "poudre pour suspension buvable", None),
        ("1 flacon(s) de 30 g", "crème", Contents(count=Decimal(30), unit="g")),
        (
            "1 flacon(s) en verre de 60 ml",
            "poudre pour suspension buvable",
            Contents(count=Decimal(60), unit="ml"),
        ),
        # A vial of powder: its millilitres are its size.
        (
            "1 flacon(s) en verre de 20 ml",
            "poudre pour solution injectable",
            Contents(count=Decimal(1), unit="flacon"),
        ),
        ("1 tube(s) de 4 g", "granules", None),
    ],
)
def test_the_form_names_or_contradicts_what_is_counted(label, form, expected):  # MED-4
    assert read_contents(label, form=form) == expected


@given(st.text() | st.lists(WORDS).map(" ".join), st.none() | st.text())
def test_any_label_holds_more_than_nothing_or_is_not_read(label, form):  # MED-4
    contents = read_contents(label, form=form)

    assert contents is None or contents.count > 0


def test_a_label_too_long_to_be_one_is_not_read():  # MED-4
    assert read_contents("plaquette" + " aluminium" * 200 + " de 30 comprimés") is None


def test_most_presentations_of_the_official_file_are_read(official):  # MED-4
    solids = [(label, form) for label, form in official if (form or "").startswith(SOLIDS)]

    assert len(official) == 20_875
    assert sum(read_contents(label, form=form) is not None for label, form in official) == 18_690
    assert len(solids) == 12_542
    assert sum(read_contents(label, form=form) is not None for label, form in solids) == 12_327
