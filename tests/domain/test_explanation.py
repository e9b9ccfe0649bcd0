"""What is told of the rules of a product: sentence by sentence, then over the official base."""

from dataclasses import replace
import os
from pathlib import Path
import re

import pytest

from domain.explained_products import (
    AMOXICILLIN,
    ISOTRETINOIN,
    MADE,
    METHADONE,
    MORPHINE,
    ONCOLOGY,
    PARACETAMOL,
    PILL,
    PREGNANCY,
    ZOLPIDEM,
    a_product,
    told_of,
)
from ordonnance.domain import admission, explanation_conditions, medicine, prescribing
from ordonnance.domain.delivery import Condition
from ordonnance.domain.delivery_texts import RULES
from ordonnance.domain.explanation import Effect, explain
from ordonnance.domain.product import GenericRole
from ordonnance.store.bdpm import read_files


@pytest.fixture(scope="module")
def official():
    """The products of the official files, which are not in the repository."""
    beside = Path(__file__).parents[2].parent / "shared"
    folder = Path(os.environ.get("ORDONNANCE_SHARED", beside)) / "data" / "bdpm"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("The official files of medicines are missing, and CI explains them.")
        pytest.skip("The official files of medicines are not beside the repository.")
    files = {path.name: path.read_bytes() for path in folder.glob("*.txt")}
    return read_files(files, lambda *_: None).products


def test_a_narcotic_is_told_in_the_order_a_pharmacist_reads():  # MED-2
    assert [one.title for one in explain(MORPHINE)] == [
        "Durée ou quantité",
        "En toutes lettres",
        "Ordonnance sécurisée",
        "Validité",
        "Délai pour commencer",
        "Quantité d’une délivrance",
        "Rythme",
        "Ce qui reste à délivrer",
        "Renouvellement",
        "Durée du traitement",
        "Trois jours pour se présenter",
        "Traitement passé",
        "Avant une opération",
        "Jours couverts",
        "Chevauchement",
        "Pharmacie désignée",
        "Substitution exclue",
        "Exclusion sans motif",
        "Autre produit",
        "Générique d’un autre groupe",
        "Adaptation",
        "Première délivrance ou suivante",
        "Copie conservée",
    ]


def test_a_product_without_any_condition_keeps_the_rules_of_all_and_says_so():  # MED-2
    told = explain(PARACETAMOL)

    assert [one.rule for one in told] == [
        *("TLS-19", "TLS-20", "MED-10", "MED-12", "MED-11", "TLS-21", "MED-14", "MED-17"),
        *("MED-19", "MED-19", "MED-19", "MED-19", "MED-20", "MED-23"),
    ]
    assert {one.texts for one in told} == {()}
    assert told_of(PARACETAMOL, "Délai pour commencer").because == (
        "Non listé : ni liste I, ni liste II, ni stupéfiant."
    )


def test_a_rule_tells_the_texts_that_bring_it():  # MED-2
    assert told_of(ISOTRETINOIN, "Durée pour certaines patientes").texts == (
        "prescription limitée à 4 semaines",
        PREGNANCY,
    )
    assert told_of(MORPHINE, "Délai pour commencer").texts == ("stupéfiants",)
    assert told_of(ONCOLOGY, "Texte conservé").texts == (
        "dispositions particulières de DELIVRANCE",
    )


def test_a_rule_that_comes_from_no_text_tells_what_brings_it():  # MED-2
    assert told_of(PILL, "Quantité d’une délivrance").because == (
        "Contraceptif : classe ATC G03AA07."
    )
    assert told_of(a_product(substances=("DÉSOGESTREL",)), "Quantité d’une délivrance").because == (
        "Contraceptif par ses substances : DÉSOGESTREL. "
        "Non listé : ni liste I, ni liste II, ni stupéfiant."
    )
    assert told_of(METHADONE, "Pharmacie à désigner").because == (
        "Traitement de substitution aux opiacés : CHLORHYDRATE DE MÉTHADONE."
    )
    assert told_of(AMOXICILLIN, "Substitution dans le groupe").because == (
        "Groupe générique 148 « AMOXICILLINE 500 mg - CLAMOXYL 500 mg, gélule », aussi groupe 150."
    )
    assert told_of(PARACETAMOL, "Autre produit").because == (
        "Hors du répertoire des groupes génériques."
    )


def test_a_rule_tells_its_source():  # MED-2
    assert told_of(AMOXICILLIN, "Délai pour commencer").source == "CSP, art. R. 5132-22"
    assert told_of(MORPHINE, "Avant une opération").source == "Décret n° 2022-972"
    assert told_of(PARACETAMOL, "Validité").source.startswith("Nôtre : ")


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (GenericRole.GENERIC, "C’est un générique du groupe."),
        (
            GenericRole.COMPLEMENTARY,
            "Il complète le groupe par un autre dosage : vérifiez la dose.",
        ),
        (GenericRole.SUBSTITUTABLE, "Il est dit substituable dans le groupe."),
    ],
)
def test_the_role_in_the_group_is_told(role, sentence):  # MED-2
    product = replace(AMOXICILLIN, generic_role=role)

    assert told_of(product, "Substitution dans le groupe").sentence == (
        f"{sentence} Un produit du même groupe peut le remplacer."
    )


@pytest.mark.parametrize(
    ("title", "is_overridable"),
    [("Chevauchement", True), ("En toutes lettres", False), ("Présentation tardive", None)],
)
def test_a_rule_tells_whether_it_may_be_set_aside(title, is_overridable):  # MED-2, TLS-26
    assert told_of(ZOLPIDEM, title).is_overridable is is_overridable


def test_effects_are_said_in_words():  # MED-2
    assert [effect.words for effect in Effect] == [
        "refuse, sauf motif",
        "refuse",
        "avertit",
        "à vérifier par le professionnel",
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence)
def test_each_typed_text_is_told_alone_and_beside_a_list(rule):  # MED-2, MED-3
    text = re.sub(r"\{.*\}", lambda _: rule.example, rule.sentence)

    for product in (a_product(text), a_product("liste I", text), a_product("stupéfiants", text)):
        assert text in {one for told in explain(product) for one in told.texts}


def test_each_condition_is_told_by_a_rule_or_as_a_duty():  # MED-2
    texts = {rule.condition: re.sub(r"\{.*\}", rule.example, rule.sentence) for rule in RULES}
    texts[Condition.TEXT] = "à ne prendre que sur instructions des autorités compétentes"

    assert set(texts) == set(Condition)
    for condition in explanation_conditions.DUTIES:
        duty = explanation_conditions.DUTIES[condition]
        told = told_of(a_product(texts[condition]), duty.title)
        assert told.effect is Effect.INFORMS
        assert told.texts == (texts[condition],)


def test_a_duty_tells_whom_it_is_about():  # MED-2
    watched = "surveillance particulière pendant le traitement"
    signed = "signature annuelle par le médecin et la patiente d'une attestation d'information"
    product = a_product(
        f"pour les femmes susceptibles de procréer : {watched}",
        f"prescription nécessitant la {signed}",
        "pour tous les patients :",
    )

    assert told_of(product, "Surveillance particulière").sentence == (
        "Le prescripteur surveille le traitement pour les femmes susceptibles de procréer ; "
        "vérifiez que le suivi est fait."
    )
    assert told_of(product, "Attestation d’information").sentence == (
        "Le médecin et la patiente signent l’attestation d’information, tous les 12 mois."
    )
    assert told_of(product, "Patients concernés").sentence == (
        "La BDPM range des conditions par groupe de patients (tous les patients) sans dire "
        "lesquelles vont à qui : voyez le résumé des caractéristiques du produit."
    )


# MED-1 is the idea of them all; MED-22 is about products that are not known, so told of none.
UNTOLD = {"MED-1", "MED-22"}
# What a sentence tells beside the code of its rule, and what is about no known medicine.
TOLD_ASIDE = {"NAMED_PHARMACY_UNCHECKED", "DURATION_OPEN", "PRODUCT_UNKNOWN"}
TOLD_ASIDE |= {"CODE_UNKNOWN", "CODE_OVER", "CODE_NEEDS_AGREEMENT"}


def test_each_requirement_of_the_rules_is_told_for_some_product():  # MED-2
    cited = set()
    for module in (medicine, prescribing, admission):
        source = Path(module.__file__).read_text("utf-8")
        cited |= set(re.findall(r"\b(?:MED|POS)-\d+", source))

    assert {"MED-10", "MED-16", "MED-20", "MED-21", "POS-9"} <= cited
    assert cited - UNTOLD <= {one.rule for product in MADE for one in explain(product)}


def test_each_code_of_the_rules_is_told_for_some_product():  # MED-2
    raised = {"EXPIRED", "RIGHTS_EXHAUSTED", "RENEWED_BY_LAW", "AGREEMENT_MISSING"}
    for module in (medicine, prescribing):
        source = Path(module.__file__).read_text("utf-8")
        raised |= set(re.findall(r"\b(?:Reasons|CaveatCode)\.([A-Z_]+)", source))

    assert raised - TOLD_ASIDE <= {one.code for product in MADE for one in explain(product)}


def test_every_text_of_the_official_base_is_told(official):  # MED-2
    assert len(official) > 20_000
    for product in official:
        told = {text for one in explain(product) for text in one.texts}
        assert set(product.conditions) == told, product.cis


def test_every_rule_of_the_official_base_is_told_whole(official):  # MED-2
    for product in official:
        for one in explain(product):
            assert one.texts or one.because, (product.cis, one.title)
            assert one.source, (product.cis, one.title)
            assert re.fullmatch(r"(?:« )?[A-ZÀ-Ý].*\.", one.sentence), (product.cis, one.sentence)
            assert not re.search(r"[{}]|  | \.|None", one.sentence), (product.cis, one.sentence)


def test_a_text_told_of_an_official_product_is_read_from_it_alone(official):  # MED-2
    narcotics = [one for one in official if one.regime.is_narcotic]
    others = [one for one in official if not one.regime.is_listed]

    assert {told_of(one, "Avant une opération").code for one in narcotics} == {"TOO_EARLY"}
    assert {told_of(one, "Rythme").effect for one in others} == {Effect.WARNS}
    assert (len(narcotics), len(others)) == (357, 4_204)
