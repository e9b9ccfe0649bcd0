"""FHIR Dosage read into a posology: what each public example says."""

import json
import re

from ordonnance.domain.posology_sentence import say
from ordonnance.fhir.dosage import read_posology

RENDERED = "extension-MedicationRequest.renderedDosageInstruction"


def plain(sentence):
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def lines_of(bundle):
    """What the medicines of a bundle are called, by what points to them; and its lines."""
    resources = [entry["resource"] for entry in json.loads(bundle.read_text("utf-8"))["entry"]]
    names = {
        f"#{resource['id']}": resource["code"].get("text", "")
        for resource in resources
        if resource["resourceType"] == "Medication" and "code" in resource
    }
    lines = [resource for resource in resources if resource["resourceType"] == "MedicationRequest"]
    return names, lines


def sentence_of(line, names):
    steps = read_posology([encode(dosage) for dosage in line["dosageInstruction"]], names=names)
    assert all(step.unread == () for step in steps)
    return plain(say(steps))


def encode(dosage):
    return json.dumps(dosage).encode()


# What each public example says, by the end of its identifier.
SENTENCES = {
    "HAS-1-Presc-Pantoprazole-DC": "40 mg le soir",
    "HAS-3-Presc-INNOHEP": (
        "12 000 UI anti-Xa par voie sous-cutanée 1 fois par jour, soit 170UI anti-Xa /kg"
    ),
    "HAS-5a-Presc-Fluindione": "3/4 de comprimé 1 fois par jour",
    "HAS-6-2-Presc-Methotrexate": "20 mg 1 fois par semaine, le mardi",
    "HAS-8-2-Presc-Paracetamol": (
        "1 dose correspondant à la graduation de 7 kg toutes les 6 heures,"
        " si température supérieure ou égale à 38,5°C"
    ),
    "HAS-11-1-Presc-VitamineD": "1 ampoule 1 fois par mois, le premier jour du mois",
    "HAS-12-2-Presc-Methotrexate": "20 mg 1 fois par semaine, le mardi",
    "HAS-14-1-Presc-CODOLIPRANE": (
        "1 à 2 comprimés si douleurs, en espaçant les prises d’au moins 4 heures,"
        " sans dépasser 8 comprimés par jour"
    ),
    "HAS-16-Presc-Racecadotril": (
        "1 gélule 3 fois par jour, au début des repas, 21 prises au maximum, soit 7 jours,"
        " à poursuivre tant que la diarrhée persiste"
    ),
    "HAS-19-Presc-Paracetamol": (
        "1 comprimé 3 fois par jour, en espaçant les prises d’au moins 4 heures"
    ),
    "HAS-22-Presc-Prednisolone": (
        "60 mg le matin, jusqu’à obtenir 3 bandelettes urinaires négatives,"
        " puis 50 mg le matin pendant 1 semaine, puis 40 mg le matin pendant 1 semaine,"
        " puis 30 mg le matin pendant 1 semaine, puis 20 mg le matin pendant 1 semaine,"
        " puis 10 mg le matin pendant 2 semaines, puis revoir pour l’arrêt selon évolution"
    ),
    "HAS-24-1-Presc-Doxycyline": (
        "1 comprimé le soir. Ne pas s’allonger dans l’heure qui suit la prise,"
        " utiliser une protection solaire adaptée"
    ),
    "HAS-26-Diazepam": "1 comprimé toutes les 6 heures si agitation",
    "HAS-28-Presc-LOVENOX": (
        "1 seringue par voie sous-cutanée 1 fois par jour,"
        " à débuter 12 heures avant l’intervention chirurgicale,"
        " puis 1 seringue par voie sous-cutanée 1 fois par jour pendant 10 jours,"
        " après l’intervention"
    ),
    "HAS-30-2-Presc-Cetirizine": "1 à 4 comprimés, selon les symptômes (urticaire)",
    "HAS-32-2-Presc-ULTIBRO-BREEZ": (
        "1 gélule par voie inhalée 1 fois par jour pendant 1 mois, à la même heure chaque jour"
    ),
    "Presc-METHOTREXATE": (
        "2 flacons par voie intramusculaire 1 fois par semaine, le vendredi,"
        " du 2 mai 2025 à 16 h 49 au 30 mai 2025 à 16 h 49, soit 28 jours"
    ),
    "Presc-LEDERFOLINE": (
        "2 comprimés par voie orale 1 fois par semaine, le vendredi,"
        " du 2 mai 2025 à 16 h 49 au 30 mai 2025 à 16 h 49, soit 28 jours"
    ),
    "Presc-Betamethasone-ApplCut": (
        "1 application par voie cutanée à 8 h,"
        " du 13 juillet 2021 à 10 h 48 au 18 juillet 2021 à 10 h 48, soit 5 jours"
    ),
    "Presc-CLARADOL-TL6h-MedCodeableConcept": (
        "1 comprimé par voie orale toutes les 6 heures,"
        " du 12 août 2021 à 16 h 48 au 17 août 2021 à 16 h 48, soit 5 jours"
    ),
    "Presc-Capecitabine-Dose-Calculee": (
        "1 800 mg (soit 1 000 mg/m²) par voie orale à 7 h et 18 h,"
        " du 15 octobre 2021 à 22 h 06 au 29 octobre 2021 à 22 h 06, soit 14 jours"
    ),
    "Presc-EFFERALGAN": (
        "1 comprimé par voie orale à 7 h, 12 h et 18 h,"
        " du 28 juillet 2021 à 16 h 52 au 2 août 2021 à 16 h 52, soit 5 jours"
    ),
    "Presc-MV-PerfGl-NaCl-KCl": (
        "500 ml en 12 heures par voie intraveineuse, à 10 h et 22 h,"
        " du 30 juillet 2021 à 13 h 42 au 4 août 2021 à 13 h 42, soit 5 jours"
    ),
    "Presc-MiniperfCefotaxime-En20min-Pdt4j": (
        "4 g en 20 minutes (CEFOTAXINE) par voie intraveineuse, toutes les 6 heures,"
        " du 29 septembre 2021 à 12 h 32 au 3 octobre 2021 à 12 h 32, soit 4 jours"
    ),
    "Presc-Paracetamol-DoseEvolutive": (
        "1 g à 7 h et 500 mg à 18 h, par voie orale,"
        " du 12 août 2021 à 16 h 29 au 17 août 2021 à 16 h 29, soit 5 jours"
    ),
    "Presc-Paracetamol": (
        "1 g par voie orale à 7 h, 12 h et 18 h,"
        " du 13 juillet 2021 à 10 h 48 au 18 juillet 2021 à 10 h 48, soit 5 jours"
    ),
    "Presc-PerfGl-NaCl-KCl-1l": (
        "1 poche en 12 heures par voie intraveineuse, à 10 h et 22 h,"
        " du 2 juillet 2021 à 17 h 26 au 7 juillet 2021 à 17 h 26, soit 5 jours"
    ),
    "Trad-Presc-Alt-METFORMINE": (
        "1/2 comprimé par voie orale 2 fois par jour, pendant les repas,"
        " du 2 mai 2025 à 19 h au 31 mai 2025 à 19 h, soit 29 jours"
    ),
    "Trad-Presc-Alt-GLICLAZIDE": (
        "3 comprimés par voie orale pendant le petit-déjeuner,"
        " du 2 mai 2025 à 19 h au 31 mai 2025 à 19 h, soit 29 jours"
    ),
    "Trad-Presc-Morphine-PCA": (
        "5 mg par heure, et 10 mg si besoin (bolus),"
        " en espaçant les administrations d’au moins 2 heures, par voie intraveineuse,"
        " du 7 mai 2025 à 17 h 30 au 11 mai 2025 à 17 h 30, soit 4 jours"
    ),
    "TradPN13FHIR-Presc-perfusion-6-composants": (
        "1 poche en 12 heures par voie intraveineuse, toutes les 12 heures, à 10 h,"
        " à partir du 3 mai 2023 à 10 h"
    ),
}


def name_of(line):
    return line["id"].removeprefix("medicationrequest-")


def test_each_public_example_is_a_sentence(shared):  # POS-1
    sentences = {}
    for bundle in sorted((shared / "data" / "fhir" / "fr-eprescription").glob("*.json")):
        names, lines = lines_of(bundle)
        sentences |= {name_of(line): sentence_of(line, names) for line in lines}

    assert sentences == SENTENCES


# Where our sentence is not the prescriber's, once both are normalised, and why.
DIFFERENCES = {
    "HAS-3-Presc-INNOHEP": "same words; an instruction comes after what is structured",
    "HAS-5a-Presc-Fluindione": "« 1 fois » is structured; theirs says the dose twice",
    "HAS-11-1-Presc-VitamineD": "« 1 fois par mois » is structured, beside the same in words",
    "HAS-14-1-Presc-CODOLIPRANE": "same sense: at least 1 and at most 2 is « 1 à 2 »",
    "HAS-16-Presc-Racecadotril": "21 intakes are structured, seven days are deduced from them",
    "HAS-19-Presc-Paracetamol": "same sense: « 3 prises par jour, espacés de »",
    "HAS-22-Presc-Prednisolone": "« le matin » is structured in each step; theirs says it once",
    "HAS-28-Presc-LOVENOX": "two steps are structured; theirs tells them as one",
    "HAS-30-2-Presc-Cetirizine": "« par jour » is not structured: it cannot be said",
    "HAS-32-2-Presc-ULTIBRO-BREEZ": "« 1 fois par jour » is structured; theirs leaves it out",
}


def normalised(sentence):
    """Neither case, nor typographic apostrophes, nor what parts two phrases."""
    bare = sentence.casefold().replace("’", "'")
    return " ".join(re.sub(r",(?!\d)| - |\.(?=\s|$)", " ", bare).split())


def test_our_sentence_is_the_prescriber_s_but_where_it_is_told(shared):  # POS-1
    different = set()
    for bundle in sorted((shared / "data" / "fhir" / "fr-eprescription").glob("*.json")):
        names, lines = lines_of(bundle)
        for line in lines:
            written = [
                normalised(extension["valueMarkdown"])
                for extension in line.get("extension", [])
                if extension["url"].endswith(RENDERED)
            ]
            if written and written != [normalised(sentence_of(line, names))]:
                different.add(name_of(line))

    assert different == set(DIFFERENCES)


def test_the_european_examples_are_sentences(shared):  # POS-1
    folder = shared / "data" / "fhir" / "eu-mpd"
    line = json.loads(
        (folder / "MedicationRequest-400C-prescription-cefuroxime-singleline.json").read_text()
    )

    assert sentence_of(line, {}) == (
        "1 500 mg par voie intramusculaire toutes les 8 heures pendant 3 jours,"
        " puis 750 à 1 500 mg par voie intramusculaire toutes les 8 heures pendant 4 jours"
    )
