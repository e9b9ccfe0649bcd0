"""What a whole step says, and steps together or one after the other."""

import pytest

from domain.posologies import a_step, every, said, some
from ordonnance.domain.posology import Between, Dose, Ratio, Step, Timing, When
from ordonnance.domain.posology_unit import DAY, HOUR, WEEK

THRICE = every(1, DAY, frequency=3)


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ({"route": "Voie orale"}, "1 comprimé par voie orale 3 fois par jour"),
        ({"route": "par nébulisation"}, "1 comprimé par nébulisation 3 fois par jour"),
        ({"route": "PO"}, "1 comprimé (voie : PO) 3 fois par jour"),
        ({"method": "à croquer"}, "1 comprimé (à croquer) 3 fois par jour"),
        (
            {"route": "Voie intraveineuse", "method": "IVL", "site": "bras gauche"},
            "1 comprimé par voie intraveineuse (IVL, bras gauche) 3 fois par jour",
        ),
    ],
)
def test_the_way_is_said(way, sentence):  # POS-1
    assert said(a_step(THRICE, **way)) == sentence


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"is_as_needed": True}, "si besoin"),
        ({"is_as_needed": True, "as_needed_for": "Si douleurs"}, "si douleurs"),
        ({"is_as_needed": True, "as_needed_for": "En cas de fièvre."}, "en cas de fièvre"),
        ({"is_as_needed": True, "as_needed_for": "bolus"}, "si besoin (bolus)"),
        (
            {"is_as_needed": True, "as_needed_for": "agitation", "is_reason_coded": True},
            "en cas d’agitation",
        ),
        (
            {"is_as_needed": True, "as_needed_for": "Pain", "is_reason_coded": True},
            "si besoin (Pain)",
        ),
        (
            {"is_as_needed": True, "as_needed_for": "le soir", "is_reason_coded": True},
            "si besoin (le soir)",
        ),
    ],
)
def test_a_condition_is_said(condition, sentence):  # POS-7
    assert said(a_step(every(6, HOUR), **condition)) == f"1 comprimé toutes les 6 heures {sentence}"


def test_a_condition_does_not_run_into_the_bounds():  # POS-7
    step = a_step(every(6, HOUR, bounds=some(5, DAY)), is_as_needed=True)

    assert said(step) == "1 comprimé toutes les 6 heures pendant 5 jours, si besoin"


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"max_per_intake": some(2)}, "sans dépasser 2 comprimés par prise"),
        (
            {"max_per_period": Ratio(over=some(8), under=some(24, HOUR))},
            "sans dépasser 8 comprimés par jour",
        ),
        (
            {"max_per_period": Ratio(over=some(4, "g"), under=some(1, DAY))},
            "sans dépasser 4 g par jour",
        ),
        (
            {"max_per_period": Ratio(over=some(8), under=some(2, WEEK))},
            "sans dépasser 8 comprimés en 2 semaines",
        ),
        ({"max_per_lifetime": some(500, "mg")}, "sans dépasser 500 mg au cours de la vie"),
        (
            {
                "max_per_intake": some(2),
                "max_per_period": Ratio(over=some(8), under=some(1, DAY)),
                "max_per_lifetime": some(100),
            },
            (
                "sans dépasser 2 comprimés par prise, 8 comprimés par jour"
                " ni 100 comprimés au cours de la vie"
            ),
        ),
        # One dose in so many hours is a spacing; one dose a day is a limit.
        (
            {"max_per_period": Ratio(over=some(1), under=some(4, HOUR))},
            "en espaçant les prises d’au moins 4 heures",
        ),
        (
            {"max_per_period": Ratio(over=some(1), under=some(24, HOUR))},
            "sans dépasser 1 comprimé par jour",
        ),
    ],
)
def test_limits_are_said(limits, sentence):  # POS-7
    assert said(a_step(THRICE, **limits)) == f"1 comprimé 3 fois par jour, {sentence}"


def test_a_spacing_and_another_limit_are_both_said():  # POS-7
    timing = every(4, HOUR, frequency_max=1)
    same = Ratio(over=some(1), under=some(4, HOUR))
    other = Ratio(over=some(1), under=some(6, HOUR))

    assert said(a_step(timing, max_per_period=same)) == (
        "1 comprimé, en espaçant les prises d’au moins 4 heures"
    )
    assert said(a_step(timing, max_per_period=other)) == (
        "1 comprimé, en espaçant les prises d’au moins 4 heures,"
        " sans dépasser 1 comprimé en 6 heures"
    )


@pytest.mark.parametrize(
    ("most", "sentence"),
    [
        (some(2), "1 à 2 comprimés"),
        (some(1), "1 comprimé"),
        (some(1, "g"), "au moins 1 comprimé, sans dépasser 1 g par prise"),
    ],
)
def test_an_open_dose_is_closed_by_the_most_of_one_intake(most, sentence):  # POS-2
    assert said(a_step(amount=Between(low=some(1)), max_per_intake=most)) == sentence


def test_what_is_not_taken_by_mouth_is_administered():  # POS-7
    step = a_step(every(2, HOUR, frequency_max=1), route="Voie intraveineuse")

    assert said(step).endswith("en espaçant les administrations d’au moins 2 heures")


@pytest.mark.parametrize(
    ("instructions", "sentence"),
    [
        (("Si température supérieure à 38,5°C",), ", si température supérieure à 38,5°C"),
        (("A poursuivre tant que la fièvre dure",), ", à poursuivre tant que la fièvre dure"),
        (("jusqu'à la cicatrisation",), ", jusqu’à la cicatrisation"),
        (("Ne pas croquer.",), ". Ne pas croquer"),
        (
            ("Conserver au frais", "le matin de préférence"),
            ", le matin de préférence. Conserver au frais",
        ),
        (("  ", "."), ""),
    ],
)
def test_instructions_go_on_or_begin_anew(instructions, sentence):  # POS-1
    step = a_step(THRICE, instructions=instructions)

    assert said(step) == f"1 comprimé 3 fois par jour{sentence}"


def test_what_the_patient_is_told_comes_last():  # POS-1
    step = a_step(THRICE, instructions=("Ne pas croquer",), patient_instruction="Bien agiter")

    assert said(step) == "1 comprimé 3 fois par jour. Ne pas croquer. Bien agiter"


def a_phase(sequence, milligrams, weeks, **more):
    """So many milligrams every morning for so many weeks."""
    timing = {"when": (When.MORNING,), "bounds": some(weeks, WEEK)}
    return a_step(timing, amount=some(milligrams, "mg"), sequence=sequence, **more)


def test_steps_that_follow_are_told_in_their_order():  # POS-1
    end = Step(sequence=3, instructions=("Revoir pour l'arrêt",))

    assert said(a_phase(2, 10, 2), end, a_phase(1, 20, 1)) == (
        "20 mg le matin pendant 1 semaine, puis 10 mg le matin pendant 2 semaines,"
        " puis revoir pour l’arrêt"
    )


def test_steps_that_run_together_say_once_what_they_share():  # POS-1
    bounds = {"bounds": some(5, DAY)}
    first = a_step({"when": (When.MORNING,), **bounds}, route="Voie orale")
    second = a_step({"when": (When.EVENING,), **bounds}, route="Voie orale", amount=some(2))

    assert said(first, second) == (
        "1 comprimé le matin et 2 comprimés le soir, par voie orale, pendant 5 jours"
    )


def test_steps_that_differ_say_each_their_own():  # POS-1
    first = a_step(THRICE, route="Voie orale")
    second = a_step({"when": (When.EVENING,), "bounds": some(5, DAY)}, route="Voie rectale")

    assert said(first, second) == (
        "1 comprimé par voie orale 3 fois par jour"
        " et 1 comprimé par voie rectale le soir pendant 5 jours"
    )


def test_a_step_that_says_nothing_leaves_no_trace():  # POS-1
    assert said() == ""
    assert said(Step()) == ""
    assert said(Step(), Step(sequence=1)) == ""
    assert said(Step(sequence=1), a_step(sequence=2), Step(sequence=3)) == "1 comprimé"


def test_sentences_within_a_chain_are_quoted():  # POS-1
    first = a_phase(1, 20, 1, instructions=("Ne pas croquer. Boire",))

    assert said(first, a_phase(2, 10, 1)) == (
        "20 mg le matin pendant 1 semaine (« Ne pas croquer. Boire »),"
        " puis 10 mg le matin pendant 1 semaine"
    )


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Step(text=" 1 cp  matin\net soir. "), "1 cp matin et soir"),
        (a_step(THRICE, text="trois par jour"), "1 comprimé 3 fois par jour"),
        (a_step(THRICE, text="trois par jour", unread=("timing",)), "trois par jour"),
        # A structure without a dose says less than the text; it may say more of the bounds.
        (Step(text="1 cp le matin", timing=Timing(when=(When.MORNING,))), "1 cp le matin"),
        (
            Step(text="1 cp le matin", timing=Timing(bounds=some(5, DAY))),
            "1 cp le matin, pendant 5 jours",
        ),
        (
            Step(text="1 cp pendant 5 jours", timing=Timing(bounds=some(5, DAY))),
            "1 cp pendant 5 jours",
        ),
        (
            Step(text="1 cp. Bien boire", timing=Timing(bounds=some(5, DAY))),
            "1 cp. Bien boire. Pendant 5 jours",
        ),
        (Step(text="1 cp, à jeun", instructions=("À jeun", "Boire")), "1 cp, à jeun. Boire"),
        (
            a_step(THRICE, unread=("timing",)),
            (
                "1 comprimé 3 fois par jour"
                " (une partie de la posologie n’a pas pu être lue : voir l’ordonnance)"
            ),
        ),
        (Step(unread=("Dosage",)), "posologie illisible : voir l’ordonnance"),
        (Step(timing=Timing(text="\u202ematin\x00"), doses=(Dose(),)), "matin"),
    ],
)
def test_what_was_not_read_is_told_by_the_prescriber_or_owned_up_to(step, sentence):  # POS-8
    assert said(step) == sentence


def test_a_step_told_by_its_text_fits_in_the_chain():  # POS-8
    first = a_step(THRICE, sequence=1)
    second = Step(sequence=2, text="Un comprimé un jour sur deux. Arrêter")

    assert said(first, second) == (
        "1 comprimé 3 fois par jour, puis (« Un comprimé un jour sur deux. Arrêter »)"
    )
