"""The modalities as fields of a form: how each setting is typed, and what JSON value it becomes.

Source: PRE-34, PRE-65.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

from ordonnance.domain.bilan import CRITERION_NAMES, CRITERION_SETTINGS
from ordonnance.domain.modalites import (
    PHARMACISTS_2025_07,
    FirstWeek,
    MinimumReduced,
    Modalities,
    Origin,
    RateUnit,
)
from ordonnance.domain.modalites_words import CHOICE_WORDS, SETTING_NAMES
from ordonnance.domain.preserie import Preserie
from ordonnance.portail.field import Choice, Field, Form, Kind, Wrong, read_fields
from ordonnance.portail.forms_bilan import OPERATION_WORDS

_SHARE_DIGITS = 10  # more than anybody types, fewer than a binary fraction betrays
_SHARES = ("rate_target", "wrong_sends_max", "answers_share_min")
_DECIMALS = ("satisfaction_min", "reduced_below_percent")
_FLAGS = ("refusals_excluded", "each_used", "fourth_needs_check")
_CHOICES: Mapping[str, type[StrEnum]] = {
    "rate_unit": RateUnit,
    "minimum_reduced": MinimumReduced,
    "first_week": FirstWeek,
}
_HINTS: Mapping[str, str] = {
    **dict.fromkeys(_SHARES, "En %."),
    "satisfaction_min": "De 1 à 5.",
    "reduced_below_percent": "En % du marché SESAM-Vitale.",
    "extended_max": "Vide\u202f: sans limite.",
    "cpam_referent": "Départements, séparés par des virgules.",
}

GROUPS: Mapping[str, tuple[str, ...]] = {
    **{
        f"Critère {number}\u202f: {CRITERION_NAMES[number]}": settings
        for number, settings in CRITERION_SETTINGS.items()
        if settings
    },
    "Les pharmacies": (
        "participants_min",
        "participants_max",
        "participants_min_reduced",
        "reduced_below_percent",
        "minimum_reduced",
        "extended_max",
    ),
    "Le démarrage": ("first_week_installations", "first_week", "fourth_needs_check"),
    "Les CPAM": ("cpam_max", "cpam_referent"),
}
"""The settings as the page puts them together, each once."""


def reason_of(setting: str) -> str:
    """The name of the field that says why a setting differs."""
    return f"reason_{setting}"


def _kind_of(setting: str) -> Kind:
    if setting in (*_SHARES, *_DECIMALS):
        return Kind.DECIMAL
    if setting in _FLAGS:
        return Kind.YES_NO
    if setting in _CHOICES:
        return Kind.ONE
    return {"operations": Kind.MANY, "cpam_referent": Kind.LINE}.get(setting, Kind.NUMBER)


def _offer_operations(preserie: Preserie) -> Sequence[Choice]:
    """The operations of a pharmacist, and those of the modalities that are none of theirs."""
    chosen = preserie.modalities.operations
    others = [(one, one) for one in chosen if one not in OPERATION_WORDS]
    return (*OPERATION_WORDS.items(), *others)


def _offer(setting: str) -> Callable[[Preserie], Sequence[Choice]] | None:
    if setting == "operations":
        return _offer_operations
    if setting not in _CHOICES:
        return None
    offered = [(one.value, CHOICE_WORDS[one]) for one in _CHOICES[setting]]
    return lambda _: offered


FIELDS: Mapping[str, Field] = {
    setting: Field(
        name=setting,
        label=SETTING_NAMES[setting],
        kind=_kind_of(setting),
        hint=_HINTS.get(setting, ""),
        needed=setting != "extended_max",
        choices=_offer(setting),
    )
    for settings in GROUPS.values()
    for setting in settings
}
REASONS: Mapping[str, Field] = {
    setting: Field(name=reason_of(setting), label="Motif, si vous le changez", needed=False)
    for setting in FIELDS
}


def type_modalities(modalities: Modalities) -> Form:
    """What the form is filled in with: each value, and the reason of those chosen before."""
    values = {setting: _type(modalities, setting) for setting in FIELDS}
    reasons = {
        reason_of(setting): [mark.words]
        for setting, mark in modalities.marks.items()
        if mark.origin is Origin.CHOSEN
    }
    return {**values, **reasons}


def _type(modalities: Modalities, setting: str) -> list[str]:
    value = getattr(modalities, setting)
    match value:
        case None:
            return []
        case bool():
            return ["oui" if value else "non"]
        case tuple():
            return [", ".join(value)] if setting == "cpam_referent" else list(value)
        case Fraction():
            shown = value * 100 if setting in _SHARES else value
            return [f"{float(shown):.10g}".replace(".", ",")]
        case _:
            return [str(value)]


def read_settings(said: Form) -> tuple[dict[str, object], list[Wrong]]:
    """The settings that differ from the text's, as ``set_modalities`` takes them; what is wrong.

    Each has its reason: without one, it is wrong.

    Source: PRE-34, PRE-65.
    """
    members, wrong = read_fields([*FIELDS.values(), *REASONS.values()], said)
    usual, _ = read_fields(list(FIELDS.values()), type_modalities(PHARMACISTS_2025_07))
    told: dict[str, object] = {}
    for setting, field in FIELDS.items():
        value = members.get(setting)
        if value == usual.get(setting) or any(one.name == setting for one in wrong):
            continue
        reason = members.get(reason_of(setting))
        if reason is None:
            wrong.append(Wrong(reason_of(setting), f"{field.label}\u202f: dites pourquoi."))
        told[setting] = {"value": _value_of(setting, value), "reason": reason}
    return told, wrong


def _value_of(setting: str, member: object) -> object:
    """The JSON value of a setting: a share of one, a list, ``none`` where there is no limit."""
    if setting in _SHARES and isinstance(member, float):
        return round(member / 100, _SHARE_DIGITS)
    if setting == "cpam_referent":
        return [code for one in str(member).split(",") if (code := one.strip())]
    return "none" if member is None else member
