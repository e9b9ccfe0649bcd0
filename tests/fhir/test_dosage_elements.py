"""Each element of a FHIR Dosage, read or owned up to."""

import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.posology_sentence import say, say_in_words
from ordonnance.fhir.dosage import read_posology, read_step

EDQM = "http://standardterms.edqm.eu"
UCUM = "http://unitsofmeasure.org"


def plain(sentence):
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def encode(dosage):
    return json.dumps(dosage).encode()


def read(**dosage):
    return read_step(encode(dosage))


def said(**dosage):
    return plain(say([read(**dosage)]))


def repeating(**repeat):
    return {"timing": {"repeat": repeat}}


def quantity(value, unit=None, code=None, system=UCUM, **more):
    given = {"value": value, "unit": unit, "code": code, "system": system if code else None}
    return {key: item for key, item in {**given, **more}.items() if item is not None}


TABLET = quantity(1, "Comprimé", "15054000", EDQM)
DAYS = {"period": 1, "periodUnit": "d"}


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (quantity(2, "Gélule ou capsule molle", "15012000", EDQM), "2 gélules"),
        (quantity(2, "Capsule molle", "15012000", EDQM), "2 capsules molles"),
        (quantity(2, code="15045000", system=EDQM), "2 sachets"),
        (quantity(2, "sachets", "99", EDQM), "2 sachets"),
        (quantity(2, "lichettes", "99", EDQM), "2 lichettes"),
        (quantity(2, code="99", system=EDQM), "2 99"),
        (quantity(2, "{tablet}"), "2 comprimés"),
        (quantity(2, code="{tablet}"), "2 comprimés"),
        (quantity(2, code="1"), "2 (unité non précisée)"),
        (quantity(2), "2 (unité non précisée)"),
        (quantity(5, "UI anti-Xa", "[iU]"), "5 UI anti-Xa"),
        (quantity(3, code="10*6.[iU]"), "3 MUI"),
        (quantity(5, code="mg/kg/d"), "5 mg/kg par jour"),
        (quantity(5, "milligram(s)", "mg"), "5 mg"),
        (quantity(5, "bidule", "mg"), "5 mg"),
        # Neither is believed: both are said.
        (quantity(5, "mg", "g"), "5 mg (codé : g)"),
        (quantity(5, "comprimé", "mg"), "5 comprimés (codé : mg)"),
        (quantity(0.25, "Comprimé", "15054000", EDQM), "1/4 de comprimé"),
    ],
)
def test_an_amount_is_read_with_its_unit(amount, sentence):  # POS-3
    assert said(doseAndRate=[{"doseQuantity": amount}]) == sentence


ONE_TO_TWO = {"low": quantity(1, "g"), "high": quantity(2, "g")}
A_RATE = {"numerator": quantity(5, "mg"), "denominator": quantity(1, "h")}
GUIDE = "https://interop.esante.gouv.fr/ig/fhir/eprescription/StructureDefinition"
WHEN = f"{GUIDE}/fr-additional-when-values"
BASIS = f"{GUIDE}/fr-basis-of-dose-component"


@pytest.mark.parametrize(
    ("dosage", "sentence"),
    [
        ({"doseAndRate": [{"doseRange": ONE_TO_TWO}]}, "1 à 2 g"),
        ({"doseAndRate": [{"rateRatio": A_RATE}]}, "5 mg par heure"),
        ({"doseAndRate": [{"rateQuantity": quantity(5, "ml/h")}]}, "au débit de 5 ml par heure"),
        ({"doseAndRate": [{"rateRange": ONE_TO_TWO}]}, "au débit de 1 à 2 g"),
        (
            {
                "doseAndRate": [
                    {"type": {"coding": [{"code": "calculated"}]}, "doseQuantity": quantity(9, "g")}
                ]
            },
            "9 g",
        ),
        (
            {
                "doseAndRate": [
                    {
                        "doseQuantity": quantity(4, "g"),
                        "extension": [
                            {"url": BASIS, "valueReference": {"display": "céfotaxime"}},
                        ],
                    }
                ]
            },
            "4 g (céfotaxime)",
        ),
        (repeating(frequency=3, **DAYS), "3 fois par jour"),
        (
            repeating(frequency=2, frequencyMax=3, period=1, periodMax=2, periodUnit="wk"),
            "2 à 3 fois toutes les 1 à 2 semaines",
        ),
        (
            repeating(when=["MORN"], extension=[{"url": WHEN, "valueCode": "AGU"}], offset=30),
            "le matin (décalage : 30 minutes) et 30 minutes avant le lever",
        ),
        (repeating(timeOfDay=["07:00:00", "18:30"]), "à 7 h et 18 h 30"),
        (repeating(dayOfWeek=["mon", "thu"]), "le lundi et le jeudi"),
        (repeating(duration=20, durationUnit="min"), "en 20 minutes"),
        (repeating(duration=10, durationMax=20, durationUnit="min"), "en 10 à 20 minutes"),
        (repeating(durationMax=20, durationUnit="min"), "en au plus 20 minutes"),
        (repeating(count=5, countMax=9), "5 à 9 prises au total"),
        (repeating(boundsDuration=quantity(5, code="d")), "pendant 5 jours"),
        (
            repeating(boundsRange={"low": quantity(5, "jours"), "high": quantity(7, "jours")}),
            "pendant 5 à 7 jours",
        ),
        (
            repeating(boundsPeriod={"start": "2026-05-02", "end": "2026-05-06"}),
            "du 2 au 6 mai 2026 inclus, soit 5 jours",
        ),
        (
            repeating(boundsPeriod={"start": "2026-02", "end": "2026-02"}),
            "du 1er au 28 février 2026 inclus, soit 28 jours",
        ),
        (
            repeating(boundsPeriod={"start": "2026", "end": "2026"}),
            "du 1er janvier au 31 décembre 2026 inclus, soit 365 jours",
        ),
        (
            {"timing": {"event": ["2026-05-02", "2026-05-03T08:00:00+02:00"]}},
            "le 2 mai 2026 et le 3 mai 2026 à 8 h",
        ),
        ({"timing": {"code": {"coding": [{"code": "BID"}]}}}, "2 fois par jour"),
        ({"timing": {"code": {"coding": [{"code": "Q6H"}]}}}, "toutes les 6 heures"),
        (
            {
                "timing": {
                    "code": {"coding": [{"code": "TID"}]},
                    "repeat": {"boundsDuration": quantity(5, code="d")},
                }
            },
            "3 fois par jour pendant 5 jours",
        ),
        ({"timing": {"code": {"text": "Matin et soir"}}}, "Matin et soir"),
        ({"timing": {"code": {"coding": [{"code": "BID"}]}, "repeat": {"frequency": 1}}}, "1 fois"),
        ({"asNeededBoolean": True}, "si besoin"),
        ({"asNeededBoolean": False}, ""),
        ({"asNeededCodeableConcept": {"coding": [{"display": "douleur"}]}}, "en cas de douleur"),
        ({"route": {"coding": [{"system": EDQM, "code": "20061000"}]}}, "par voie rectale"),
        ({"route": {"text": "PO"}}, "(voie : PO)"),
        ({"site": {"text": "œil droit"}, "method": {"text": "IVL"}}, "(IVL, œil droit)"),
        ({"maxDosePerAdministration": TABLET}, "sans dépasser 1 comprimé par prise"),
        ({"maxDosePerPeriod": A_RATE}, "sans dépasser 5 mg par heure"),
        ({"maxDosePerLifetime": TABLET}, "sans dépasser 1 comprimé au cours de la vie"),
        (
            {"additionalInstruction": [{"text": "À jeun"}, {"coding": [{"display": "boire"}]}]},
            "à jeun, boire",
        ),
        ({"patientInstruction": "Bien agiter"}, "Bien agiter"),
        ({"text": "1 matin, 1 soir"}, "1 matin, 1 soir"),
    ],
)
def test_each_element_is_read(dosage, sentence):  # POS-2, POS-4, POS-5, POS-6, POS-7
    assert said(**dosage) == sentence
    assert read(**dosage).unread == ()


@pytest.mark.parametrize(
    ("dosage", "unread"),
    [
        ({"dose": 1}, "Dosage.dose"),
        ({"modifierExtension": []}, "Dosage.modifierExtension"),
        ({"sequence": "1"}, "Dosage.sequence"),
        ({"timing": 5}, "Dosage.timing"),
        (repeating(frequncy=3), "Dosage.timing.repeat.frequncy"),
        (repeating(frequency="3"), "Dosage.timing.repeat.frequency"),
        (repeating(frequency=0), "Dosage.timing.repeat.frequency"),
        (repeating(frequency=3, frequencyMax=2), "Dosage.timing.repeat.frequency"),
        (repeating(period=2, periodMax=1, periodUnit="d"), "Dosage.timing.repeat.period"),
        (repeating(period=2), "Dosage.timing.repeat.period"),
        (repeating(period=2, periodUnit="jour"), "Dosage.timing.repeat.periodUnit"),
        (repeating(period=0, periodUnit="d"), "Dosage.timing.repeat.period"),
        (repeating(duration=2), "Dosage.timing.repeat.duration"),
        (repeating(when=["MORN", "XYZ"]), "Dosage.timing.repeat.when"),
        (repeating(dayOfWeek=["lundi"]), "Dosage.timing.repeat.dayOfWeek"),
        (repeating(timeOfDay=["8h"]), "Dosage.timing.repeat.timeOfDay"),
        (repeating(timeOfDay=["25:00:00"]), "Dosage.timing.repeat.timeOfDay"),
        (repeating(offset=-5), "Dosage.timing.repeat.offset"),
        (repeating(boundsPeriod={}), "Dosage.timing.repeat.boundsPeriod"),
        (repeating(boundsPeriod={"start": "demain"}), "Dosage.timing.repeat.boundsPeriod"),
        (repeating(boundsPeriod={"start": "2026-02-30"}), "Dosage.timing.repeat.boundsPeriod"),
        (repeating(boundsPeriod={"start": "0000"}), "Dosage.timing.repeat.boundsPeriod"),
        (repeating(boundsPeriod={"end": "9999-12"}), "Dosage.timing.repeat.boundsPeriod"),
        (repeating(boundsRange={}), "Dosage.timing.repeat.boundsRange"),
        (
            repeating(boundsDuration=TABLET, boundsPeriod={"start": "2026-05-02"}),
            "Dosage.timing.repeat.bounds",
        ),
        (repeating(boundsDuration=TABLET), "Dosage.timing.repeat.bounds"),
        (repeating(boundsDuration=quantity(5)), "Dosage.timing.repeat.bounds"),
        ({"timing": {"event": ["demain"]}}, "Dosage.timing.event"),
        ({"timing": {"code": {}}}, "Dosage.timing.code"),
        ({"route": {}}, "Dosage.route"),
        ({"method": {}}, "Dosage.method"),
        ({"additionalInstruction": [{}]}, "Dosage.additionalInstruction"),
        ({"asNeededCodeableConcept": {}}, "Dosage.asNeededCodeableConcept"),
        ({"maxDosePerPeriod": {"numerator": TABLET}}, "Dosage.maxDosePerPeriod"),
        (
            {"maxDosePerPeriod": {"numerator": TABLET, "denominator": quantity(0, "h")}},
            "Dosage.maxDosePerPeriod",
        ),
        ({"doseAndRate": [{"dose": 1}]}, "Dosage.doseAndRate[0].dose"),
        ({"doseAndRate": [{"doseQuantity": {}}]}, "Dosage.doseAndRate[0].doseQuantity"),
        (
            {"doseAndRate": [{"doseQuantity": quantity(-1, "g")}]},
            "Dosage.doseAndRate[0].doseQuantity",
        ),
        (
            {"doseAndRate": [{"doseQuantity": quantity(1, "g", comparator="<")}]},
            "Dosage.doseAndRate[0].doseQuantity",
        ),
        (
            {"doseAndRate": [{"doseQuantity": TABLET, "doseRange": ONE_TO_TWO}]},
            "Dosage.doseAndRate[0].doseRange",
        ),
        (
            {"doseAndRate": [{"rateRatio": A_RATE, "rateRange": ONE_TO_TWO}]},
            "Dosage.doseAndRate[0].rateRatio",
        ),
        (
            {"doseAndRate": [{"doseRange": {"low": quantity(2, "g"), "high": quantity(1, "g")}}]},
            "Dosage.doseAndRate[0].doseRange",
        ),
    ],
)
def test_what_cannot_be_read_is_named_and_told_by_the_text(dosage, unread):  # POS-8
    assert unread in read(**dosage).unread
    assert said(**dosage, text="Selon l'ordonnance") == "Selon l’ordonnance"


def test_what_is_missing_is_owned_up_to_where_there_is_no_text():  # POS-8
    dosage = {"doseAndRate": [{"doseQuantity": TABLET}], **repeating(frequncy=3)}

    assert said(**dosage) == (
        "1 comprimé (une partie de la posologie n’a pas pu être lue : voir l’ordonnance)"
    )


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"{", b'"\xff"', b"[" * 5000])
def test_no_text_makes_it_fail(text):  # POS-8
    step = read_step(text)

    assert step.unread == ("Dosage",)
    assert plain(say([step])) == "posologie illisible : voir l’ordonnance"


def test_an_extended_primitive_is_known_by_its_element():  # POS-8
    assert read(_text={"extension": []}, id="1", extension=[]).unread == ()


def test_a_component_is_called_by_what_its_reference_points_to():  # POS-2
    basis = {"url": BASIS, "valueReference": {"reference": "#a", "display": "?"}}
    dose = {"doseQuantity": quantity(4, "g"), "extension": [basis]}

    (step,) = read_posology([encode({"doseAndRate": [dose]})], names={"#a": "CÉFOTAXIME"})

    assert plain(say([step])) == "4 g (CÉFOTAXIME)"


NAMES = (
    *("sequence", "text", "timing", "repeat", "doseAndRate", "doseQuantity", "doseRange", "low"),
    *("value", "unit", "code", "system", "coding", "boundsPeriod", "start", "end", "frequency"),
    *("period", "periodUnit", "when", "offset", "timeOfDay", "route", "maxDosePerPeriod"),
    *("numerator", "denominator", "asNeededBoolean", "additionalInstruction", "extension", "url"),
)
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
) | st.sampled_from(["d", "h", "MORN", "AC", "mg", "2026-05-02", "2026-05-02T08:00:00Z", "08:00"])
anything = st.recursive(
    leaves | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=25,
)


@given(st.lists(anything, max_size=3))
def test_nothing_makes_it_fail(dosages):  # POS-8
    steps = read_posology([encode(dosage) for dosage in dosages])

    for sentence in (say(steps), say_in_words(steps)):
        assert sentence == sentence.strip()
        assert "  " not in sentence
