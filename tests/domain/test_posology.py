"""The French sentence of a posology, element by element."""

from datetime import timedelta, timezone
from decimal import Decimal

import pytest

from domain.posologies import a_step, every, said, some
from ordonnance.domain.posology import (
    Between,
    Dose,
    Ratio,
    Step,
    Unit,
    When,
)
from ordonnance.domain.posology_sentence import say
from ordonnance.domain.posology_unit import DAY, HOUR, MINUTE, MONTH, WEEK, YEAR, read_unit

PARIS_SUMMER = timezone(timedelta(hours=2))
MARTINIQUE = timezone(timedelta(hours=-4))


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (some(1), "1 comprimé"),
        (some(2), "2 comprimés"),
        (some(0), "0 comprimé"),
        (some("0.5"), "1/2 comprimé"),
        (some("0.25"), "1/4 de comprimé"),
        (some("0.75", "ampoule"), "3/4 d’ampoule"),
        (some("1.5"), "1 comprimé et demi"),
        (some("2.5", "ampoule"), "2 ampoules et demie"),
        (some("1.25"), "1 comprimé et 1/4"),
        (some("0.3"), "0,3 comprimé"),
        (some("1.5", "mg"), "1,5 mg"),
        (some("2.50", "ml"), "2,5 ml"),
        (some(1000, "mg"), "1 000 mg"),
        (some(12000, "UI anti-Xa"), "12 000 UI anti-Xa"),
        (some(1500000, "UI"), "1 500 000 UI"),
        (some(3, "MUI"), "3 MUI"),
        (some(100, "mcg"), "100 µg"),
        (some(20, "gouttes"), "20 gouttes"),
        (some(2, "bouffée(s)"), "2 bouffées"),
        (some(2, "cuillère à café"), "2 cuillères à café"),
        (
            some(2, "dose correspondant à la graduation de 7 kg"),
            "2 doses correspondant à la graduation de 7 kg",
        ),
        (some(3, "dose kg"), "3 doses kg"),
        (some(2, "seringue remplie"), "2 seringues remplies"),
        (some(3, "cataplasme maison"), "3 cataplasme maison"),
        (some(5, "mg/kg"), "5 mg/kg"),
        (some(2, None), "2 (unité non précisée)"),
        (Between(low=some(1), high=some(2)), "1 à 2 comprimés"),
        (Between(low=some("0.5"), high=some(1)), "1/2 comprimé à 1 comprimé"),
        (Between(low=some(500, "mg"), high=some(1, "g")), "500 mg à 1 g"),
        (Between(low=some("0.5", "ml"), high=some("2.5", "ml")), "0,5 à 2,5 ml"),
        (Between(low=some(2), high=some(2)), "2 comprimés"),
        (Between(low=some(1)), "au moins 1 comprimé"),
        (Between(high=some(4)), "au plus 4 comprimés"),
    ],
)
def test_a_dose_is_said_with_its_unit(amount, sentence):  # POS-2, POS-3
    assert said(a_step(amount=amount)) == sentence


def test_a_number_never_parts_from_its_unit_nor_its_thousands():  # POS-2
    assert say([a_step(amount=some(12000, "UI"))]) == "12\u202f000\u202fUI"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Comprimé", "comprimé"),
        ("COMPRIMES", "comprimé"),
        ("cp.", "comprimé"),
        ("Gélule(s)", "gélule"),
        ("Appln", "application"),
        ("suppositoires", "suppositoire"),
        ("patchs", "patch"),
        ("  sachet  ", "sachet"),
        ("Tablet", "comprimé"),
        ("milligram(s)", "milligramme"),
        ("ug", "microgramme"),
        ("U.I.", "unité internationale"),
        ("mUI", "mUI"),
        ("MUI", "million d’unités internationales"),
        ("cc", "cc"),
    ],
)
def test_a_unit_is_known_however_it_is_written(text, unit):  # POS-3
    assert read_unit(text).one == unit


@pytest.mark.parametrize(
    ("dose", "sentence"),
    [
        (Dose(rate=Ratio(over=some(5, "mg"), under=some(1, HOUR))), "5 mg par heure"),
        (Dose(rate=Ratio(over=some(500, "ml"), under=some(12, HOUR))), "500 ml en 12 heures"),
        (Dose(rate=Ratio(over=some(5, "mg"), under=some(10, "ml"))), "5 mg pour 10 ml"),
        (Dose(rate=some(50, "ml/h")), "au débit de 50 ml par heure"),
        (
            Dose(rate=Between(low=some(1, "ml/h"), high=some(5, "ml/h"))),
            "au débit de 1 à 5 ml par heure",
        ),
        (
            Dose(amount=some(1, "poche"), rate=some(50, "ml/min")),
            "1 poche au débit de 50 ml par minute",
        ),
        (
            Dose(amount=some(4, "g"), rate=Ratio(over=some(4, "g"), under=some(20, MINUTE))),
            "4 g en 20 minutes",
        ),
        (
            Dose(amount=some(1800, "mg"), calculated=some(1000, "mg/m²")),
            "1 800 mg (soit 1 000 mg/m²)",
        ),
        (Dose(amount=some(4, "g"), of="céfotaxime"), "4 g (céfotaxime)"),
        (
            Dose(amount=some(4, "g"), rate=some(2, "ml/h"), of="céfotaxime"),
            "4 g (céfotaxime) au débit de 2 ml par heure",
        ),
    ],
)
def test_a_rate_is_said(dose, sentence):  # POS-2
    assert said(Step(doses=(dose,))) == sentence


def test_doses_of_one_intake_are_said_together():  # POS-2
    step = Step(doses=(Dose(amount=some(1, "g")), Dose(amount=some(250, "ml"))))

    assert said(step) == "1 g et 250 ml"


@pytest.mark.parametrize(
    ("timing", "sentence"),
    [
        (every(1, DAY, frequency=3), "1 comprimé 3 fois par jour"),
        (every(1, DAY, frequency=1), "1 comprimé 1 fois par jour"),
        (every(1, DAY), "1 comprimé 1 fois par jour"),
        ({"frequency": 2, "period_unit": WEEK}, "1 comprimé 2 fois par semaine"),
        (every(1, MONTH), "1 comprimé 1 fois par mois"),
        (every(1, YEAR, frequency=2), "1 comprimé 2 fois par an"),
        (every(6, HOUR), "1 comprimé toutes les 6 heures"),
        (every(1, HOUR), "1 comprimé toutes les heures"),
        (every(1, HOUR, frequency=2), "1 comprimé 2 fois par heure"),
        (every(2, DAY, frequency=1), "1 comprimé tous les 2 jours"),
        (every(3, WEEK, frequency=2), "1 comprimé 2 fois toutes les 3 semaines"),
        (every("0.5", DAY), "1 comprimé toutes les 12 heures"),
        (every("1.5", HOUR), "1 comprimé toutes les 90 minutes"),
        (every(4, HOUR, period_max=Decimal(6)), "1 comprimé toutes les 4 à 6 heures"),
        (every(6, HOUR, period_max=Decimal(6)), "1 comprimé toutes les 6 heures"),
        (every(1, DAY, frequency=2, frequency_max=3), "1 comprimé 2 à 3 fois par jour"),
        (every(1, DAY, frequency=2, frequency_max=2), "1 comprimé 2 fois par jour"),
        (every(1, DAY, frequency_max=3), "1 comprimé au plus 3 fois par jour"),
        (every(3, DAY, frequency_max=1), "1 comprimé au plus 1 fois tous les 3 jours"),
        (every(4, HOUR, frequency_max=1), "1 comprimé, en espaçant les prises d’au moins 4 heures"),
        ({"frequency": 3}, "1 comprimé 3 fois"),
        ({"text": "matin et soir"}, "1 comprimé matin et soir"),
    ],
)
def test_how_often_is_said(timing, sentence):  # POS-4
    assert said(a_step(timing)) == sentence


@pytest.mark.parametrize(
    ("timing", "sentence"),
    [
        ({"count": 10}, "1 comprimé, 10 prises au total"),
        ({"count": 1}, "1 comprimé, 1 prise au total"),
        ({"count": 5, "count_max": 10}, "1 comprimé, 5 à 10 prises au total"),
        ({"count_max": 4}, "1 comprimé, 4 prises au maximum"),
        (
            every(1, DAY, frequency=3, count_max=21),
            "1 comprimé 3 fois par jour, 21 prises au maximum, soit 7 jours",
        ),
        (
            every(1, DAY, frequency=3, count_max=20),
            "1 comprimé 3 fois par jour, 20 prises au maximum",
        ),
    ],
)
def test_how_many_in_all_is_said(timing, sentence):  # POS-4
    assert said(a_step(timing)) == sentence


@pytest.mark.parametrize(
    ("unit", "lasts", "sentence"),
    [
        ("poche", some(720, MINUTE), "1 poche en 12 heures, 2 fois par jour"),
        (
            "poche",
            Between(low=some(10, MINUTE), high=some(20, MINUTE)),
            "1 poche en 10 à 20 minutes, 2 fois par jour",
        ),
        ("patch", some(12, HOUR), "1 patch à garder 12 heures, 2 fois par jour"),
    ],
)
def test_how_long_one_administration_lasts_is_said(unit, lasts, sentence):  # POS-4
    step = a_step(every(1, DAY, frequency=2, lasts=lasts), amount=some(1, unit))

    assert said(step) == sentence


@pytest.mark.parametrize(
    ("when", "offset", "frequency", "sentence"),
    [
        ("MORN NOON EVE", None, None, "le matin, à midi et le soir"),
        (
            "MORN.early AFT.late EVE.early NIGHT",
            None,
            None,
            "en début de matinée, en fin d’après-midi, en début de soirée et la nuit",
        ),
        (
            "MORN.late AFT AFT.early EVE.late",
            None,
            None,
            "en fin de matinée, l’après-midi, en début d’après-midi et en fin de soirée",
        ),
        ("WAKE HS", None, None, "au réveil et au coucher"),
        ("WAKE", 30, None, "30 minutes après le réveil"),
        ("HS", 60, None, "1 heure avant le coucher"),
        ("PHS", None, None, "après l’endormissement"),
        ("AC", None, 1, "1 fois, avant le repas"),
        ("AC", None, 3, "3 fois, avant les repas"),
        ("AC", None, None, "avant chaque repas"),
        ("AC", 30, 1, "1 fois, 30 minutes avant le repas"),
        ("AC", 0, 3, "3 fois, au début des repas"),
        ("AC", 0, None, "au début de chaque repas"),
        ("PC", 0, 1, "1 fois, à la fin du repas"),
        ("PC", 90, None, "1 heure et 30 minutes après chaque repas"),
        ("C", None, 2, "2 fois, pendant les repas"),
        (
            "CM CD CV",
            None,
            None,
            "pendant le petit-déjeuner, pendant le déjeuner et pendant le dîner",
        ),
        (
            "ACM ACD ACV",
            15,
            None,
            (
                "15 minutes avant le petit-déjeuner, 15 minutes avant le déjeuner"
                " et 15 minutes avant le dîner"
            ),
        ),
        ("PCM PCD PCV", None, None, "après le petit-déjeuner, après le déjeuner et après le dîner"),
        ("ACM", 0, None, "au début du petit-déjeuner"),
        ("AGU PGU", None, None, "avant le lever et après le lever"),
        ("AT T PT", None, None, "avant la toilette, pendant la toilette et après la toilette"),
        ("AT", 0, None, "juste avant la toilette"),
        (
            "ASK SK PSK",
            None,
            None,
            "avant la collation, pendant la collation et après la collation",
        ),
        (
            "AMS MS PMS",
            None,
            None,
            (
                "avant la collation du matin, pendant la collation du matin"
                " et après la collation du matin"
            ),
        ),
        (
            "AAS AS",
            None,
            None,
            "avant la collation de l’après-midi et pendant la collation de l’après-midi",
        ),
        ("PAS", 10, None, "10 minutes après la collation de l’après-midi"),
        ("ABT PBT", 20, None, "20 minutes avant le coucher et 20 minutes après le coucher"),
        ("MORN", 30, None, "le matin (décalage : 30 minutes)"),
    ],
)
def test_the_moments_of_the_day_are_said(when, offset, frequency, sentence):  # POS-5
    moments = tuple(When(code) for code in when.split())
    timing = {"when": moments, "offset": offset, "frequency": frequency}

    assert said(a_step(timing)).replace("comprimé,", "comprimé") == f"1 comprimé {sentence}"


def test_an_offset_does_not_run_into_the_dose():  # POS-5
    timing = {"when": (When.BEFORE_MEAL,), "offset": 30}

    assert said(a_step(timing)) == "1 comprimé, 30 minutes avant chaque repas"


def test_every_moment_has_its_words():  # POS-5
    assert all(said(a_step({"when": (when,)})) != "1 comprimé" for when in When)


def test_a_unit_is_a_value():  # POS-3
    assert read_unit("mg") == Unit(one="milligramme", many="milligrammes", symbol="mg")
