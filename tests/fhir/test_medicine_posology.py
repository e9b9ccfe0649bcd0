"""A posology as a line bears it: its sentence, in full words where due, and what it takes a day."""

import pytest

from domain.medicines import IN_WORDS, a_medicine, knowing
from fhir.bodies import CIP, UCUM, a_line, ordonnance
from ordonnance.domain.identifiers import CIP13
from ordonnance.domain.line import Intake
from ordonnance.fhir import prescription

PLAIN = a_medicine("liste I", cip13=CIP13("3400931587538"))
NARCOTIC = a_medicine("stupéfiants", cip13=CIP13("3400933857042"))
SECURED = a_medicine("liste I", IN_WORDS, cip13=CIP13("3400933054960"))
KNOWN = knowing(PLAIN, NARCOTIC, SECURED).referential
UNKNOWN_CIP = "3400934171727"

STRUCTURED = {
    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
    "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "comprimé"}}],
}


def read(cip13, *dosages, **changes):
    """The line of a product, of so many dosages."""
    concept = {"coding": [{"system": CIP, "code": cip13}], "text": "ESSAI"}
    body = ordonnance(
        a_line(medicationCodeableConcept=concept, dosageInstruction=list(dosages), **changes)
    )
    return prescription.read(body, KNOWN)[0].lines[0]


def plain(sentence):
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("cip13", "sentence"),
    [
        (NARCOTIC.cip13.value, "un comprimé deux fois par jour"),
        (SECURED.cip13.value, "un comprimé deux fois par jour"),
        (PLAIN.cip13.value, "1 comprimé 2 fois par jour"),
        (UNKNOWN_CIP, "1 comprimé 2 fois par jour"),
    ],
)
def test_a_posology_is_in_full_words_where_due(cip13, sentence):  # POS-9
    line = read(cip13, STRUCTURED)

    assert plain(line.posology) == sentence
    assert line.is_dose_said


@pytest.mark.parametrize(
    ("dosages", "note", "is_said"),
    [
        ([STRUCTURED], None, True),
        ([{"text": "une gélule matin et soir"}], None, True),
        ([{"text": "un le matin"}], None, True),
        ([{"text": "prendre 2 gélules avec un verre d’eau"}], None, False),
        ([{"text": "2 gélules une fois par jour"}], None, False),
        ([{"text": "1 gel pendant sept jours"}], None, False),
        ([{"text": "voir un médecin"}], None, False),
        ([{"text": "une gélule de 10 mg le soir"}], None, True),
        ([{"text": "trente-deux gouttes"}], None, True),
        ([{"patientInstruction": "deux le matin"}], None, True),
        ([{"additionalInstruction": [{"text": "six par jour au plus"}]}], None, True),
        ([{"text": "1 gél. matin et soir"}], "Soit vingt-huit gélules", True),
        ([{"text": "1 gél. matin et soir"}], None, False),
        ([{"text": "selon douleur"}], "À jeun", False),
        ([{"timing": STRUCTURED["timing"]}], None, False),
        ([STRUCTURED, {"text": "puis 1 par jour"}], None, False),
        ([{**STRUCTURED, "route": {}}], None, False),  # something was said that cannot be read
        ([], None, False),
    ],
)
def test_whether_full_words_can_be_written(dosages, note, is_said):  # POS-9
    changes = {} if note is None else {"note": [{"text": note}]}

    assert read(NARCOTIC.cip13.value, *dosages, **changes).is_dose_said == is_said


@pytest.mark.parametrize("cip13", [PLAIN.cip13.value, UNKNOWN_CIP])
def test_full_words_are_asked_of_no_other(cip13):  # POS-9, MED-22
    assert read(cip13, {"text": "1 gél. matin et soir"}).is_dose_said


@pytest.mark.parametrize(
    ("dosages", "intake"),
    [
        ([STRUCTURED], Intake(2, 1, "comprimé")),
        ([{"text": "1 matin et soir"}], None),
        ([], None),
        (
            [
                {
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}},
                    "doseAndRate": [
                        {"doseQuantity": {"value": 5, "system": UCUM, "code": "mL", "unit": "ml"}}
                    ],
                }
            ],
            Intake(5, 7, "millilitre"),
        ),
        (
            [
                {
                    "asNeededBoolean": True,
                    "doseAndRate": STRUCTURED["doseAndRate"],
                    "maxDosePerPeriod": {
                        "numerator": {"value": 6, "unit": "comprimé"},
                        "denominator": {"value": 1, "system": UCUM, "code": "d"},
                    },
                }
            ],
            Intake(6, 1, "comprimé", is_most=True),
        ),
    ],
)
def test_what_a_line_takes_a_day(dosages, intake):  # MED-11
    assert read(PLAIN.cip13.value, *dosages).intake == intake


@pytest.mark.parametrize(
    ("expected", "fill_days", "days"),
    [
        ({"value": 28, "system": UCUM, "code": "d"}, "28", "28"),
        ({"value": 1, "system": UCUM, "code": "mo"}, "30", "30"),
        (None, "None", "None"),
    ],
)
def test_how_long_a_fill_lasts(expected, fill_days, days):  # MED-11
    dispense = {"quantity": {"value": 2, "unit": "boîte"}}
    if expected is not None:
        dispense["expectedSupplyDuration"] = expected

    line = read(PLAIN.cip13.value, STRUCTURED, dispenseRequest=dispense)

    assert (str(line.fill_days), str(line.days)) == (fill_days, days)


@pytest.mark.parametrize(
    ("repeats", "are_said", "fills"), [(None, False, 1), (0, True, 1), (3, True, 4)]
)
def test_whether_renewals_are_said(repeats, are_said, fills):  # MED-14
    dispense = {"quantity": {"value": 2, "unit": "boîte"}}
    if repeats is not None:
        dispense["numberOfRepeatsAllowed"] = repeats

    line = read(PLAIN.cip13.value, dispenseRequest=dispense)

    assert (line.are_repeats_said, line.fills) == (are_said, fills)


BASIS = "https://interop.esante.gouv.fr/ig/fhir/eprescription/StructureDefinition/"


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [("#salt", "4 g (CÉFOTAXIME)"), ("Medication/nowhere", "4 g")],
)
def test_the_component_that_a_dose_counts_is_named(reference, sentence):  # POS-8
    basis = {
        "url": f"{BASIS}fr-basis-of-dose-component",
        "valueReference": {"reference": reference},
    }
    dose = {"extension": [basis], "doseQuantity": {"value": 4, "unit": "g"}}
    salt = {"resourceType": "Medication", "id": "salt", "code": {"text": "CÉFOTAXIME"}}

    line = read(PLAIN.cip13.value, {"doseAndRate": [dose]}, contained=[salt])

    assert plain(line.posology) == sentence


def test_words_of_the_rendered_posology_are_words():  # POS-9
    url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest."
    rendered = {"url": f"{url}renderedDosageInstruction", "valueMarkdown": "deux gélules le soir"}

    line = read(NARCOTIC.cip13.value, {"text": "voir"}, extension=[rendered])

    assert line.is_dose_said
