"""What the Cnam is shown where it decides on a bilan, and where it qualifies an anomaly.

Source: PRE-33, PRE-35, PRE-39, PRE-72.
"""

from collections.abc import Mapping, Sequence

from ordonnance.domain.bilan import CRITERION_SETTINGS, Bilan, Criterion
from ordonnance.domain.bilan_sections import read_setting
from ordonnance.domain.bilan_words import say_figure, say_interval, say_target
from ordonnance.domain.french import bind
from ordonnance.domain.modalites import Modalities, Origin
from ordonnance.domain.modalites_words import SETTING_NAMES, say_operation
from ordonnance.domain.preserie import Preserie

OUTCOMES = (
    ("deploy", "déployer"),
    ("prolong", "prolonger"),
    ("extend", "étendre à d’autres pharmacies"),
    ("prolong+extend", "prolonger et étendre"),
)
_NOT_FIXED = "Aucun correctif n’a été déclaré depuis ce bilan : l’éditeur en déclare un d’abord."


def list_forbidding(bilan: Bilan) -> Sequence[Criterion]:
    """The criteria that the text itself forbids to deploy on: none can be set aside.

    Source: PRE-23, PRE-35.
    """
    return [one for one in bilan.criteria if not one.met and not one.met_by_text]


def list_waivable(preserie: Preserie) -> Sequence[Criterion]:
    """The criteria of the last bilan that our readings alone forbid. Source: PRE-35."""
    bilan = preserie.bilan
    if bilan is None:
        return []
    return [one for one in bilan.criteria if not one.met and one.met_by_text]


def close_outcomes(preserie: Preserie) -> Mapping[str, str]:
    """The decisions that would be refused now, each with why.

    Source: PRE-12, PRE-23, PRE-33.
    """
    bilan = preserie.bilan
    if bilan is None:
        return {}
    closed: dict[str, str] = {}
    forbidding = list_forbidding(bilan)
    if forbidding:
        names = ", ".join(
            f"{one.number} ({one.name[0].lower()}{one.name[1:]})" for one in forbidding
        )
        which = "Le critère" if len(forbidding) == 1 else "Les critères"
        verb = "n’est pas atteint" if len(forbidding) == 1 else "ne sont pas atteints"
        closed["deploy"] = f"{which} {names} {verb}, et c’est le texte qui l’exige."
    if preserie.fix_epoch <= bilan.epoch:
        closed |= {"extend": _NOT_FIXED, "prolong+extend": _NOT_FIXED}
    return closed


def offer_outcomes(preserie: Preserie) -> Sequence[tuple[str, str]]:
    """The decisions, those that can be taken now first. Source: PRE-33."""
    closed = close_outcomes(preserie)
    return sorted(OUTCOMES, key=lambda one: one[0] in closed)


def describe_bilan(preserie: Preserie) -> Mapping[str, object]:
    """The bilan to decide on, criterion by criterion, and what is missing to decide.

    Source: PRE-33, PRE-35.
    """
    bilan = preserie.bilan
    return {
        "bilan": bilan,
        "lacking": say_lacking(preserie),
        "rows": [] if bilan is None else [_describe(one, preserie) for one in bilan.criteria],
    }


def say_lacking(preserie: Preserie) -> str:
    """What is to be done before a decision; empty where one may be taken. Source: PRE-23."""
    bilan = preserie.bilan
    if bilan is None:
        return "Aucun bilan n’est dressé : l’éditeur ou la Cnam le dresse d’abord."
    if not preserie.has_new_bilan:
        return "Ce bilan a déjà reçu sa décision : il en faut un nouveau, dressé depuis."
    if not bilan.shared_with:
        return "Ce bilan n’est pas encore partagé : partagez-le avant de décider."
    return ""


def _describe(one: Criterion, preserie: Preserie) -> Mapping[str, object]:
    modalities = preserie.modalities
    return {
        "criterion": one,
        "figure": bind(say_figure(one)),
        "target": bind(say_target(one, modalities)),
        "interval": say_interval(one.low, one.high),
        "is_waivable": not one.met and one.met_by_text,
        "readings": _list_readings(one, modalities),
    }


def _list_readings(one: Criterion, modalities: Modalities) -> Sequence[tuple[str, str]]:
    """What we read into a criterion: how the setting is called, and why."""
    return [
        (SETTING_NAMES[setting], read_setting(modalities, setting).words)
        for setting in CRITERION_SETTINGS[one.number]
        if modalities.marks[setting].origin is not Origin.TEXT
    ]


def describe_anomalies(preserie: Preserie) -> Mapping[str, object]:
    """The anomalies with what was said of each, those still open first. Source: PRE-39."""
    every = sorted(preserie.anomalies.values(), key=lambda one: one.fixed_in is not None)
    return {"anomalies": every, "say_operation": say_operation}
