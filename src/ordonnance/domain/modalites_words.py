"""The settings of the modalities in French: how each is called, and its value.

Source: PRE-34.
"""

from collections.abc import Mapping
from fractions import Fraction

from ordonnance.domain.bilan import say_percent
from ordonnance.domain.modalites import (
    FirstWeek,
    MinimumReduced,
    Modalities,
    Origin,
    RateUnit,
    say_cpam,
)

ORIGIN_WORDS: Mapping[Origin, str] = {
    Origin.TEXT: "Texte",
    Origin.OURS: "Notre lecture",
    Origin.CHOSEN: "Choisi",
}

SETTING_NAMES: Mapping[str, str] = {
    "rate_target": "Exécutions enregistrées, au moins",
    "rate_unit": "Ce qui compte une fois",
    "refusals_excluded": "Refus métier ôtés du dénominateur",
    "operations": "Les opérations du pharmacien",
    "each_used": "Chaque opération employée une fois",
    "wrong_stops_max": "Pièces arrêtées à tort, au plus",
    "wrong_sends_max": "Pièces envoyées à tort, au plus",
    "answers_share_min": "Pharmacies qui ont répondu, au moins",
    "satisfaction_min": "Satisfaction moyenne, au moins",
    "participants_min": "Pharmacies, au moins",
    "participants_min_reduced": "Pharmacies, au moins, minimum réduit",
    "reduced_below_percent": "Minimum réduit sous une part de marché de",
    "minimum_reduced": "Comment vient le minimum réduit",
    "participants_max": "Pharmacies, au plus",
    "extended_max": "Pharmacies après extension, au plus",
    "first_week_installations": "Installations la première semaine, au plus",
    "first_week": "La première semaine part",
    "fourth_needs_check": "La quatrième installation attend la vérification",
    "cpam_max": "CPAM, au plus",
    "cpam_referent": "Les CPAM référentes",
}

OPERATION_WORDS: Mapping[str, str] = {
    "consult": "consulter",
    "execute": "exécuter",
    "correct": "corriger",
    "undo": "annuler",
}

CHOICE_WORDS: Mapping[object, str] = {
    RateUnit.COMMAND: "une commande",
    RateUnit.PRESCRIPTION: "une ordonnance",
    MinimumReduced.AUTO: "de lui-même",
    MinimumReduced.GRANTED: "accordé par la Cnam",
    FirstWeek.PLANNED: "du premier jour planifié",
    FirstWeek.INSTALLED: "de la première installation",
    True: "oui",
    False: "non",
    None: "sans limite",
}
_SHARES = {"rate_target", "wrong_sends_max", "answers_share_min"}


def say_operation(operation: str) -> str:
    """An operation in French; its name where it is none of a pharmacist's."""
    return OPERATION_WORDS.get(operation, operation)


def say_setting(modalities: Modalities, setting: str) -> str:
    """The value of *setting* in French."""
    value = getattr(modalities, setting)
    match value:
        case tuple():
            say = say_cpam if setting == "cpam_referent" else say_operation
            said = ", ".join(map(say, value))
        case Fraction() if setting in _SHARES:
            said = say_percent(value)
        case Fraction():
            unit = "\u202f%" if setting == "reduced_below_percent" else " sur 5"
            said = f"{float(value):g}".replace(".", ",") + unit
        case None | bool() | RateUnit() | MinimumReduced() | FirstWeek():
            said = CHOICE_WORDS[value]
        case _:
            said = str(value)
    return said
