"""Which software a présérie is valid for.

Source: PRE-1, PRE-5, PRE-6.
"""

from dataclasses import dataclass

from ordonnance.domain.preserie import Preserie, Software
from ordonnance.domain.preserie_value import ModuleOrigin


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a software is covered, and why, in a French sentence."""

    software: str
    is_covered: bool
    because: str


def cover(preserie: Preserie, software: Software) -> Coverage:
    """Whether *software* is covered by the présérie, and why.

    Source: PRE-1, PRE-5, PRE-6. An architecture or interface that only one of them states is not
    the same: ours.
    """
    if preserie.opened is None or not preserie.is_validated:
        return _refuse(software, "aucune présérie n’a encore été validée par un bilan.")
    tried = preserie.software[preserie.opened]
    if software.name == tried.name:
        return Coverage(software.name, True, "La présérie validée est la sienne.")
    difference = _differ(tried, software)
    if difference is not None:
        return _refuse(software, difference)
    return Coverage(
        software.name,
        True,
        f"Même éditeur, même module et même profession que {tried.name}, dont la présérie est "
        "validée.",
    )


def list_covered(preserie: Preserie) -> tuple[str, ...]:
    """The declared software that the présérie is valid for, in order. Source: PRE-5."""
    return tuple(
        software.name
        for software in preserie.software.values()
        if cover(preserie, software).is_covered
    )


def _refuse(software: Software, why: str) -> Coverage:
    return Coverage(software.name, False, f"Non couvert : {why}")


def _differ(tried: Software, software: Software) -> str | None:
    """In what *software* is not as the one tried; None: in nothing that counts."""
    checks = (
        (software.vendor == tried.vendor, "c’est le logiciel d’un autre éditeur."),
        (
            ModuleOrigin.THIRD_PARTY not in {tried.origin, software.origin},
            "le module vient d’un éditeur tiers, chaque intégrateur passe sa propre présérie.",
        ),
        (software.module == tried.module, "ce n’est pas le même module."),
        (
            software.architecture == tried.architecture,
            "le module n’a pas la même architecture.",
        ),
        (
            software.interface == tried.interface,
            "le module n’a pas la même interface utilisateur.",
        ),
        (software.profession == tried.profession, "il s’adresse à une autre profession."),
    )
    return next((why for is_same, why in checks if not is_same), None)
