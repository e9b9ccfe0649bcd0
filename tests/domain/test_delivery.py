"""Every text of the BDPM on prescription and delivery, and the condition it states."""

from collections import Counter
import os
from pathlib import Path
import re

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.delivery import Condition, Stated, read_condition
from ordonnance.domain.delivery_texts import RULES

# The 164 texts of January 2026, under what each one states; <who> is marked in the text.
TEXTS = """
LIST_I
  liste I
LIST_II
  liste II
NARCOTIC
  stupéfiants
PRESCRIPTION_ONLY
  médicament soumis à prescription médicale
  médicament soumis à prescription médicale, en attente de notification de la Blue Box
RESTRICTED_PRESCRIPTION
  médicament soumis à prescription médicale restreinte
IN_WORDS
  prescription en toutes lettres sur ordonnance sécurisée
SECURED
  prescription sur ordonnance sécurisée
FRACTION days=7
  délivrance fractionnée de 7 jours
FRACTION days=14
  délivrance fractionnée de 14 jours
DURATION_MAX months=6
  prescription limitée à 6 mois
DURATION_MAX days=2
  prescription limitée à 2 jours
DURATION_MAX days=3
  prescription limitée à 3 jours
DURATION_MAX days=7
  prescription limitée à 7 jours
DURATION_MAX days=14
  prescription limitée à 2 semaines
DURATION_MAX days=28
  prescription limitée à 4 semaines
  prescription limitée à 7 jours ou 28 jours
DURATION_MAX days=84
  prescription limitée à 12 semaines
NO_OVERLAP
  chevauchement interdit sauf mention expresse du prescripteur portée sur l'ordonnance
COPY_KEPT months=36
  conservation d'une copie de l'ordonnance pendant 3 ans par le pharmacien
HOSPITAL_USE
  réservé à l'usage HOSPITALIER
HOSPITAL_PRESCRIPTION
  prescription hospitalière
INITIAL_HOSPITAL
  prescription initiale hospitalière
INITIAL_HOSPITAL months=3
  prescription initiale hospitalière trimestrielle
INITIAL_HOSPITAL months=6
  prescription initiale hospitalière semestrielle
INITIAL_HOSPITAL months=12
  prescription initiale hospitalière annuelle
INITIAL_SPECIALIST
  prescription initiale par un <médecin exerçant dans un service de dialyse à domicile>
  prescription initiale réservée à certains spécialistes
INITIAL_SPECIALIST months=6
  prescription initiale semestrielle réservée à certains spécialistes
INITIAL_SPECIALIST months=12
  prescription initiale annuelle réservée aux <spécialistes et services CARDIOLOGIE>
  prescription initiale annuelle réservée aux <spécialistes et services DERMATOLOGIE>
  prescription initiale annuelle réservée à certains spécialistes
RESERVED_PRESCRIBER
  hors établissement de santé : prescription réservée aux <médecins, sages-femmes et centres \
habilités conformément à l'article L.2212-2 du code de la santé publique>
  prescription par un <médecin exerçant dans un établissement de transfusion sanguine>
  prescription réservée aux <médecins compétents DOULEUR>
  prescription réservée aux <médecins compétents en CANCEROLOGIE>
  prescription réservée aux <médecins compétents en NUTRITION>
  prescription réservée aux <médecins compétents en maladie du sang>
  prescription réservée aux <médecins exerçant dans les centres de soins d'accompagnement et de \
prévention en addictologie (CSAPA)>.
  prescription réservée aux <médecins exerçant dans les centres du sommeil>
  prescription réservée aux <médecins exerçant dans les services hospitaliers spécialisés dans \
les soins aux toxicomanes>
  prescription réservée aux <médecins hospitaliers à l'occasion d'une hospitalisation, d'une \
consultation ou en milieu pénitentiaire>
  prescription réservée aux <médecins spécialistes ou qualifiés en médecine générale titulaires \
de la capacité de gérontologie>
  prescription réservée aux <spécialistes CHIRURGIE>
  prescription réservée aux <spécialistes CHIRURGIE CARDIAQUE>
  prescription réservée aux <spécialistes CHIRURGIE THORACIQUE et CARDIOVASCULAIRE>
  prescription réservée aux <spécialistes autorisés RADIOPHARMACEUTIQUES>
  prescription réservée aux <spécialistes en ENDOCRINOLOGIE - DIABETOLOGIE - NUTRITION>
  prescription réservée aux <spécialistes en MALADIES INFECTIEUSES ET TROPICALES>
  prescription réservée aux <spécialistes en MEDECINE D'URGENCE>
  prescription réservée aux <spécialistes en MEDECINE ET BIOLOGIE DE LA REPRODUCTION - ANDROLOGIE>
  prescription réservée aux <spécialistes en MEDECINE INTENSIVE-REANIMATION>
  prescription réservée aux <spécialistes et services ALLERGOLOGIE>
  prescription réservée aux <spécialistes et services ANESTHESIE-REANIMATION>
  prescription réservée aux <spécialistes et services ANGIOLOGIE>
  prescription réservée aux <spécialistes et services CANCEROLOGIE>
  prescription réservée aux <spécialistes et services CARDIOLOGIE>
  prescription réservée aux <spécialistes et services CHIRURGIE DE LA FACE ET DU COU>
  prescription réservée aux <spécialistes et services CHIRURGIE DIGESTIVE ET VISCERALE>
  prescription réservée aux <spécialistes et services CHIRURGIE MAXILLO-FACIALE>
  prescription réservée aux <spécialistes et services CHIRURGIE NEONATALE>
  prescription réservée aux <spécialistes et services CHIRURGIE ORTHOPEDIQUE ET TRAUMATOLOGIQUE>
  prescription réservée aux <spécialistes et services CHIRURGIE PLASTIQUE, RECONSTRUCTRICE ET \
ESTHETIQUE>
  prescription réservée aux <spécialistes et services DERMATOLOGIE>
  prescription réservée aux <spécialistes et services DIABETOLOGIE>
  prescription réservée aux <spécialistes et services ENDOCRINOLOGIE>
  prescription réservée aux <spécialistes et services GENETIQUE MEDICALE>
  prescription réservée aux <spécialistes et services GERIATRIE>
  prescription réservée aux <spécialistes et services GYNECOLOGIE>
  prescription réservée aux <spécialistes et services HEMATOLOGIE>
  prescription réservée aux <spécialistes et services HEPATO/GASTRO-ENTEROLOGIE>
  prescription réservée aux <spécialistes et services INFECTIOLOGIE>
  prescription réservée aux <spécialistes et services MALADIES METABOLIQUES>
  prescription réservée aux <spécialistes et services MEDECINE INTERNE>
  prescription réservée aux <spécialistes et services MEDECINE VASCULAIRE>
  prescription réservée aux <spécialistes et services NEPHROLOGIE>
  prescription réservée aux <spécialistes et services NEUROCHIRURGIE>
  prescription réservée aux <spécialistes et services NEUROLOGIE>
  prescription réservée aux <spécialistes et services NEUROPEDIATRIE>
  prescription réservée aux <spécialistes et services NEUROPSYCHIATRIE>
  prescription réservée aux <spécialistes et services OBSTETRIQUE>
  prescription réservée aux <spécialistes et services ONCOLOGIE MEDICALE>
  prescription réservée aux <spécialistes et services OPHTALMOLOGIE>
  prescription réservée aux <spécialistes et services OTO-RHINO-LARYNGOLOGIE>
  prescription réservée aux <spécialistes et services PEDIATRIE>
  prescription réservée aux <spécialistes et services PNEUMOLOGIE>
  prescription réservée aux <spécialistes et services PSYCHIATRIE>
  prescription réservée aux <spécialistes et services RADIOLOGIE>
  prescription réservée aux <spécialistes et services REANIMATION MEDICALE>
  prescription réservée aux <spécialistes et services RHUMATOLOGIE>
  prescription réservée aux <spécialistes et services UROLOGIE>
  prescription réservée aux <titulaires de la Formation Spécialisée Transversale Sommeil>
  prescription réservée aux <unités de soins intensifs en NEONATOLOGIE>
RENEWAL_RESERVED
  renouvellement de la prescription réservé aux <médecins compétents en CANCEROLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en ALLERGOLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en CARDIOLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en CARDIOLOGIE PEDIATRIQUE ET \
CONGENITALE>
  renouvellement de la prescription réservé aux <spécialistes en DERMATOLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en DIABETOLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en ENDOCRINOLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en GENETIQUE MEDICALE>
  renouvellement de la prescription réservé aux <spécialistes en HEMATOLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en HEPATO/GASTRO-ENTEROLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en MEDECINE INTERNE>
  renouvellement de la prescription réservé aux <spécialistes en NEPHROLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en NEUROLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en NUTRITION>
  renouvellement de la prescription réservé aux <spécialistes en ONCOLOGIE MEDICALE>
  renouvellement de la prescription réservé aux <spécialistes en PEDIATRIE>
  renouvellement de la prescription réservé aux <spécialistes en PNEUMOLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en RHUMATOLOGIE>
  renouvellement de la prescription réservé aux <spécialistes en UROLOGIE>
RENEWAL_FREE
  renouvellement non restreint
RETAIL_PHARMACY
  délivrance effectuée par une pharmacie de ville
HOSPITAL_PHARMACY
  délivrance réservée aux pharmacies à usage intérieur
CSAPA_DELIVERY
  délivrance effectuée par un CSAPA
TRANSFUSION_DELIVERY
  délivrance réservée aux ETS pour les malades qui y sont traités
SURVEILLANCE
  médicament nécessitant une surveillance particulière pendant le traitement
  pour les <femmes susceptibles de procréer> : surveillance particulière pendant le traitement
PREGNANCY_PREVENTION
  pour les <femmes en âge de procréer> : voir programme de prévention de la grossesse
PATIENT_AGREEMENT
  prescription nécessitant  préalablement le recueil de l'accord de soins du patient pour la \
sclérose en plaques
  prescription nécessitant préalablement le recueil de l\x92accord de soins du patient
AGREEMENT_CHECK
  délivrance après vérification du recueil de l'accord de soins
ATTESTATION months=12
  prescription nécessitant la signature annuelle par le médecin et <la patiente> d'une \
attestation d'information
  prescription nécessitant la signature annuelle par le médecin et <la patiente ou le patient> \
d'une attestation d'information
ATTESTATION_CHECK
  délivrance ne pouvant se faire qu'après vérification de l'attestation co-signée
MENTION
  la prescription nécessite la mention " traitement inférieur à 1 an " sur l'ordonnance
MENTION_CHECK
  la délivrance ne peut se faire qu'après avoir vérifié la présence de cette mention
PATIENT_CARD
  mise à jour du carnet de suivi par le médecin (carnet fourni au pharmacien d\x92hôpital par \
le titulaire d\x92AMM)
  prescription nécessitant la remise d'un carnet patient
PATIENT_SHEET
  prescription nécessitant la remise d'une fiche de renseignements
SHEET_SENT
  la première délivrance doit être accompagnée de l'envoi immédiat au laboratoire de la fiche \
de renseignements
LABORATORY
  dosage testostéronémie tous les 3 mois et mention sur l'ordonnance du dosage réalisé
  ordonnance avec la numération des neutrophiles datée dont valeurs dans les limites usuelles
  prescription et délivrance subordonnées à l'obtention du résultat du dépistage d'un déficit \
en DPD
HOSPITAL_ADMINISTRATION
  L'administration doit être effectuée dans un établissement de santé
  L'administration doit être effectuée dans un établissement de transfusion sanguine autorisé à \
dispenser des médicaments aux malades qui y sont traités
  deux premières administrations en milieu hospitalier
  l'administration du 1 er cycle et de la 1 ère injection du 2 ème cycle doit être réalisée en \
milieu hospitalier
  la première administration doit être effectuée en milieu hospitalier
  les administrations de la phase initiale et de la première dose de chaque nouveau palier de \
la phase d\x92augmentation de dose doivent être effectuées en milieu hospitalier
  les huit premières administrations doivent être effectuées en milieu hospitalier
  les premières administrations doivent être effectuées en milieu hospitalier
  les six premières administrations doivent être effectuées en milieu hospitalier
  les trois premières administrations doivent être effectuées en milieu hospitalier
RESERVED_ADMINISTRATION
  administration par tout <médecin spécialiste en ANESTHESIE-REANIMATION ou en MEDECINE D'URGENCE>
EMERGENCY_USE
  réservé à l'usage en situation d'urgence selon l'article R5121-96 du code de la santé publique
MOBILE_CARE
  réservé à une structure d'assistance médicale mobile ou de rapatriement sanitaire
PROFESSIONAL_USE
  réservé à l'usage professionnel
  réservé à l'usage professionnel DENTAIRE
  réservé à l'usage professionnel OPHTALMIQUE
  réservé à l'usage professionnel selon l'article R.5121-80 du code de la santé publique
MILITARY_USE
  réservé à l'usage militaire
VACCINATION_CENTRE
  médicament réservé aux centres de vaccination désignés par l'agence régionale de santé
  réservé aux centres de vaccination anti-rabique
  réservé aux centres de vaccination habilités à effectuer la vaccination antiamarile
ADDRESSEES
  pour <adolescents de sexe masculin et hommes susceptibles de procréer> :
  pour <enfants et adolescents de sexe féminin, femmes en âge de procréer et femmes enceintes> :
  pour <tous les patients> :
  pour <toute antériorité de traitement inférieur à 1 an> :
  pour <toute antériorité de traitement supérieur à 1 an> :
TEXT
  dispositions particulières de DELIVRANCE
  à l'initiation du traitement et une fois par an
  à ne prendre que sur instructions des autorités compétentes
"""
KEPT_AS_TEXT = {
    "dispositions particulières de DELIVRANCE",
    "à l'initiation du traitement et une fois par an",
    "à ne prendre que sur instructions des autorités compétentes",
}


def read_table():
    """The rows of TEXTS: text, condition, days, months, who."""
    condition, number = "", {}
    for line in TEXTS.strip().splitlines():
        if not line.startswith("  "):
            condition, *numbers = line.split()
            number = {name: int(value) for name, value in (one.split("=") for one in numbers)}
            continue
        who = re.search("<(.*)>", line)
        yield pytest.param(
            re.sub("[<>]", "", line.removeprefix("  ")),
            Condition[condition],
            number.get("days"),
            number.get("months"),
            who and who[1],
        )


TABLE = list(read_table())


@pytest.fixture(scope="module")
def official():
    """How many rows of the official file, which is not in the repository, hold each text."""
    beside = Path(__file__).parents[2].parent / "shared"
    folder = Path(os.environ.get("ORDONNANCE_SHARED", beside)) / "data" / "bdpm"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("The official files of medicines are missing, and CI compares with them.")
        pytest.skip("The official files of medicines are not beside the repository.")
    rows = (folder / "CIS_CPD_bdpm.txt").read_text("utf-8").split("\n")
    return Counter(row.strip("\r").split("\t")[1] for row in rows if row.strip())


@pytest.mark.parametrize(("text", "condition", "days", "months", "who"), TABLE)
def test_a_text_states_its_condition(text, condition, days, months, who):  # MED-3
    assert read_condition(text) == Stated(
        condition=condition, text=text, days=days, months=months, who=who
    )


def test_the_table_holds_every_text_of_the_official_file(official):  # MED-3
    assert set(official) == {row.values[0] for row in TABLE}
    assert len(official) == 164


def test_all_texts_of_the_official_file_but_three_are_typed(official):  # MED-3
    kept = {text for text in official if read_condition(text).condition is Condition.TEXT}

    assert kept == KEPT_AS_TEXT
    assert sum(official.values()) == 27_856
    assert sum(official[text] for text in kept) == 11


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence)
def test_a_rule_is_the_first_that_reads_its_own_example(rule):  # MED-3
    text = re.sub(r"\{.*\}", lambda _: rule.example, rule.sentence)

    stated = read_condition(text)

    assert stated.condition is rule.condition
    assert stated.months == rule.months or "{" in rule.sentence
    assert ("{" in rule.sentence) == bool(rule.example)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("LISTE I", Condition.LIST_I),
        ("Liste II.", Condition.LIST_II),
        (" stupefiants ", Condition.NARCOTIC),
        ("stupe\u0301fiants", Condition.NARCOTIC),
        ("STUPÉFIANTS", Condition.NARCOTIC),
        ("Prescription  limitée\u00a0à 4 semaines", Condition.DURATION_MAX),
        ("réservé à l\u2019usage hospitalier", Condition.HOSPITAL_USE),
        ("réservé à lusage hospitalier", Condition.HOSPITAL_USE),
        ("réservé à l\x92usage HOSPITALIER", Condition.HOSPITAL_USE),
        ("prescription hospitalière\r", Condition.HOSPITAL_PRESCRIPTION),
        ("prescription limitée à 28 jours", Condition.DURATION_MAX),
        ("prescription limitée à 4 semaines renouvelables", Condition.TEXT),
        ("prescription limitée à quatre semaines", Condition.TEXT),
        ("prescription limitée à 4000 semaines", Condition.TEXT),
        ("liste III", Condition.TEXT),
        ("non soumis à la liste I", Condition.TEXT),
        ("prescription réservée aux", Condition.TEXT),
        ("", Condition.TEXT),
    ],
)
def test_a_text_is_read_however_it_is_written(text, condition):  # MED-3
    stated = read_condition(text)

    assert stated.condition is condition
    assert stated.text == text


def test_who_keeps_the_words_of_the_text():  # MED-3
    stated = read_condition(
        "PRESCRIPTION RÉSERVÉE AUX Spécialistes\u00a0en Médecine d\u2019Urgence."
    )

    assert stated.who == "Spécialistes en Médecine d\u2019Urgence"


@given(st.text() | st.text(alphabet="0123456789 jours prescription limitée à ou"))
def test_any_text_is_typed_or_kept(text):  # MED-3
    stated = read_condition(text)

    assert stated.text == text
    assert stated.days is None or stated.months is None
