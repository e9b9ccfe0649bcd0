"""Numbers in French words, and posologies said in full words."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words
import pytest

from domain.posologies import a_step, every, said_in_words, some
from ordonnance.domain.posology import Between, Dose, Ratio, Step, When
from ordonnance.domain.posology_amount import say_amount
from ordonnance.domain.posology_numeral import Wording, after_de, say_cardinal, say_list
from ordonnance.domain.posology_unit import DAY, HOUR, THOUSAND_UI


@given(st.one_of(st.integers(0, 2_000), st.integers(0, 10**12 - 1)))
def test_a_number_is_spelt_as_a_library_of_its_own_spells_it(number):  # POS-9
    assert say_cardinal(number) == num2words(number, lang="fr")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "une"),
        (21, "vingt et une"),
        (61, "soixante et une"),
        (71, "soixante et onze"),
        (81, "quatre-vingt-une"),
        (101, "cent une"),
        (21_000, "vingt et un mille"),
        (1_000_001, "un million une"),
        (80, "quatre-vingts"),
    ],
)
def test_a_number_agrees_with_what_it_counts(number, words):  # POS-9
    assert say_cardinal(number, is_feminine=True) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (some(1), "un comprimé"),
        (some(1, "gélule"), "une gélule"),
        (some(21, "gouttes"), "vingt et une gouttes"),
        (some(0), "zéro comprimé"),
        (some("2.5"), "deux comprimés et demi"),
        (some("2.5", "ampoule"), "deux ampoules et demie"),
        (some("1.25"), "un comprimé et un quart"),
        (some("1.75"), "un comprimé et trois quarts"),
        (some("0.5"), "un demi-comprimé"),
        (some("0.5", "gélule"), "une demi-gélule"),
        (some("0.25"), "un quart de comprimé"),
        (some("0.75", "ampoule"), "trois quarts d’ampoule"),
        (some("0.5", "mg"), "zéro virgule cinq milligramme"),
        (some("2.5", "mg"), "deux virgule cinq milligrammes"),
        (some("0.05", "ml"), "zéro virgule zéro cinq millilitre"),
        (some("1.125", "g"), "un virgule cent vingt-cinq gramme"),
        (some(80, "mg"), "quatre-vingts milligrammes"),
        (some(12000, "UI anti-Xa"), "douze mille unités internationales anti-Xa"),
        (some(1000000, "UI"), "un million d’unités internationales"),
        (some(2500000, "UI"), "deux millions cinq cent mille unités internationales"),
        (some(3, "MUI"), "trois millions d’unités internationales"),
        (some(1, THOUSAND_UI), "un millier d’unités internationales"),
        (some(1000, "mg/m²"), "mille milligrammes par mètre carré"),
        (some(2, None), "deux (unité non précisée)"),
    ],
)
def test_an_amount_is_said_in_words(amount, words):  # POS-9
    assert say_amount(amount, Wording.WORDS) == words


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            a_step(every(1, DAY, frequency=3, bounds=some(5, DAY))),
            "un comprimé trois fois par jour pendant cinq jours",
        ),
        (
            a_step(every(1, DAY, frequency=1), amount=some("0.5")),
            "un demi-comprimé une fois par jour",
        ),
        (a_step(every(12, HOUR)), "un comprimé toutes les douze heures"),
        (
            a_step(every(21, HOUR), amount=some(5, "ml")),
            "cinq millilitres toutes les vingt et une heures",
        ),
        (
            a_step(every(1, DAY, frequency=2, frequency_max=3, count_max=21)),
            "un comprimé deux à trois fois par jour, vingt et une prises au maximum",
        ),
        (
            a_step({"when": (When.BEFORE_MEAL,), "offset": 30, "frequency": 1}),
            "un comprimé une fois, trente minutes avant le repas",
        ),
        (
            Step(doses=(Dose(rate=some(1, "ml/h")),)),
            "au débit d’un millilitre par heure",
        ),
        (
            Step(doses=(Dose(rate=Between(low=some(1, "mg/h"), high=some(3, "mg/h"))),)),
            "au débit d’un à trois milligrammes par heure",
        ),
        (
            a_step(every(4, HOUR), max_per_period=Ratio(over=some(6), under=some(24, HOUR))),
            "un comprimé toutes les quatre heures, sans dépasser six comprimés par jour",
        ),
    ],
)
def test_a_posology_is_said_in_words(step, words):  # POS-9
    assert said_in_words(step) == words


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("ampoule", "d’ampoule"),
        ("heure", "d’heure"),
        ("étui", "d’étui"),
        ("onze comprimés", "de onze comprimés"),
        ("huit jours", "de huit jours"),
        ("5 ml", "de 5 ml"),
        ("comprimé", "de comprimé"),
    ],
)
def test_de_is_elided_where_french_does(said, after):  # POS-2
    assert after_de(said) == after


def test_a_list_ends_with_et():  # POS-1
    assert say_list([]) == ""
    assert say_list(["a"]) == "a"
    assert say_list(["a", "b"]) == "a et b"
    assert say_list(["a", "b", "c"], last=" ni ") == "a, b ni c"


def test_no_figure_is_left_but_on_clocks_and_calendars():  # POS-9
    timing = every(Decimal("1.5"), DAY, frequency=2, bounds=some(10, DAY))
    step = a_step(timing, amount=some("2.75"), max_per_intake=some(3))

    assert not any(sign.isdigit() for sign in said_in_words(step))
