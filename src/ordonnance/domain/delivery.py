"""Conditions of prescription and delivery: the texts of the BDPM, typed.

A medicine's conditions are sentences of its marketing authorisation, one a row of ``CIS_CPD``.
Each becomes a condition with its number of days or months, or whom it reserves; what no rule
reads is kept as text. A *regime* is all the conditions of one medicine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """What a text of the BDPM asks for."""

    LIST_I = "LISTE_I"
    LIST_II = "LISTE_II"
    NARCOTIC = "STUPEFIANT"
    IN_WORDS = "TOUTES_LETTRES"
    SECURED = "SECURISEE"
    FRACTION = "FRACTION"
    DURATION_MAX = "DUREE_MAXIMALE"
    NO_OVERLAP = "CHEVAUCHEMENT_INTERDIT"
    HOSPITAL_USE = "USAGE_HOSPITALIER"
    HOSPITAL_PRESCRIPTION = "PRESCRIPTION_HOSPITALIERE"
    INITIAL_HOSPITAL = "PRESCRIPTION_INITIALE_HOSPITALIERE"
    INITIAL_SPECIALIST = "PRESCRIPTION_INITIALE_SPECIALISTE"
    RESERVED_PRESCRIBER = "PRESCRIPTEUR_RESERVE"
    RENEWAL_RESERVED = "RENOUVELLEMENT_RESERVE"
    RENEWAL_FREE = "RENOUVELLEMENT_LIBRE"
    TEXT = "TEXTE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A condition as a text states it.

    *text* is the BDPM's, as it came. *days* or *months* is its duration, where it has one: the
    longest delivery of a FRACTION, the longest prescription of a DURATION_MAX, how long an
    initial prescription holds. *who* is whom it reserves the prescription to, in the text's words.
    """

    condition: Condition
    text: str
    days: int | None = None
    months: int | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The conditions of one medicine, in the order of their texts; none: freely delivered."""

    stated: tuple[Stated, ...] = ()

    def find(self, condition: Condition) -> Stated | None:
        """The first text that states *condition*; None if none does."""
        return next((one for one in self.stated if one.condition is condition), None)

    def has(self, *conditions: Condition) -> bool:
        """Whether one of *conditions* is stated."""
        return any(one.condition in conditions for one in self.stated)


NO_REGIME = Regime()


def read_regime(texts: Iterable[str]) -> Regime:
    """The regime that *texts* state, each read alone.

    Source: MED-3.
    """
    return Regime(stated=tuple(read_condition(text) for text in texts))


def read_condition(text: str) -> Stated:
    """The condition that *text* states; kept as text where no rule reads it.

    Source: MED-3.
    """
    return Stated(condition=Condition.TEXT, text=text)
