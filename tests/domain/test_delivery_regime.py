"""What the conditions of one medicine make of it, taken together."""

import pytest

from ordonnance.domain.delivery import NO_REGIME, Condition, read_regime


def test_no_regime_asks_for_nothing():  # MED-3
    regime = NO_REGIME

    assert not regime.is_listed
    assert not regime.is_in_words
    assert not regime.is_secured
    assert not regime.forbids_overlap
    assert not regime.is_hospital_only
    assert regime.fraction_days is None
    assert regime.ceiling is None
    assert regime.partial_ceiling is None
    assert regime.reserved == ()
    assert read_regime([]) == NO_REGIME


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("liste I", {"is_listed", "is_list_i"}),
        ("liste II", {"is_listed", "is_list_ii"}),
        (
            "stupéfiants",
            {"is_listed", "is_narcotic", "is_in_words", "is_secured", "forbids_overlap"},
        ),
        ("prescription en toutes lettres sur ordonnance sécurisée", {"is_in_words", "is_secured"}),
        ("prescription sur ordonnance sécurisée", {"is_secured"}),
        (
            "chevauchement interdit sauf mention expresse du prescripteur portée sur l'ordonnance",
            {"forbids_overlap"},
        ),
        ("réservé à l'usage HOSPITALIER", {"is_hospital_only"}),
        ("délivrance réservée aux pharmacies à usage intérieur", {"is_hospital_only"}),
        ("prescription hospitalière", set()),
        ("médicament soumis à prescription médicale", set()),
    ],
)
def test_a_regime_says_what_one_text_makes_it(text, held):  # MED-3
    regime = read_regime([text])

    said = {
        "is_listed": regime.is_listed,
        "is_list_i": regime.is_list_i,
        "is_list_ii": regime.is_list_ii,
        "is_narcotic": regime.is_narcotic,
        "is_in_words": regime.is_in_words,
        "is_secured": regime.is_secured,
        "forbids_overlap": regime.forbids_overlap,
        "is_hospital_only": regime.is_hospital_only,
    }
    assert {name for name, holds in said.items() if holds} == held


def test_methadone_is_handed_over_in_town_by_seven_days():  # MED-3
    regime = read_regime(
        [
            "prescription limitée à 4 semaines",
            "délivrance fractionnée de 14 jours",
            "délivrance fractionnée de 7 jours",
            "délivrance réservée aux pharmacies à usage intérieur",
            "délivrance effectuée par une pharmacie de ville",
        ]
    )

    assert regime.fraction_days == 7
    assert regime.ceiling.days == 28
    assert not regime.is_hospital_only


@pytest.mark.parametrize(
    ("texts", "longest"),
    [
        (["prescription limitée à 7 jours", "prescription limitée à 4 semaines"], (28, None)),
        (["prescription limitée à 6 mois", "prescription limitée à 12 semaines"], (None, 6)),
        (["prescription limitée à 7 jours ou 28 jours", "stupéfiants"], (28, None)),
    ],
)
def test_of_several_ceilings_the_longest_binds(texts, longest):  # MED-3
    ceiling = read_regime(texts).ceiling

    assert (ceiling.days, ceiling.months) == longest


def test_the_ceiling_of_isotretinoin_is_not_everybodys():  # MED-3
    regime = read_regime(
        [
            "prescription limitée à 4 semaines",
            "pour les femmes en âge de procréer : voir programme de prévention de la grossesse",
        ]
    )

    assert regime.ceiling is None
    assert regime.partial_ceiling.days == 28


def test_a_regime_says_who_is_reserved_the_prescription_in_order():  # MED-3
    regime = read_regime(
        [
            "prescription réservée aux spécialistes et services NEUROLOGIE",
            "liste I",
            "prescription initiale hospitalière annuelle",
            "renouvellement non restreint",
            "réservé à l'usage HOSPITALIER",
        ]
    )

    assert [(one.condition, one.months, one.who) for one in regime.reserved] == [
        (Condition.RESERVED_PRESCRIBER, None, "spécialistes et services NEUROLOGIE"),
        (Condition.INITIAL_HOSPITAL, 12, None),
    ]
    assert regime.find(Condition.RENEWAL_FREE).text == "renouvellement non restreint"
    assert regime.find_all(Condition.RENEWAL_RESERVED) == ()
