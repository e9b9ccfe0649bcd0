"""The bilan of a présérie: five criteria with their verdicts, and the arithmetic behind them.

Thresholds are compared as exact fractions. Percentages are cut when shown, never rounded up.

Source: PRE-23, PRE-38.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import sqrt

from ordonnance.domain.preserie_party import CNAM, VENDOR, Party
from ordonnance.domain.preserie_value import Since, Waiver

_Z_95 = 1.959963984540054  # 97.5 % of a normal law lies below it
_TENTHS_OF_PERCENT = 1000

CRITERION_NAMES: Mapping[int, str] = {
    1: "Enregistrement des exécutions",
    2: "Absence d’anomalie bloquante",
    3: "Arrêt de l’envoi par SCOR",
    4: "Prérequis techniques du déploiement",
    5: "Satisfaction des utilisateurs",
}

CRITERION_TEXTS: Mapping[int, str] = {
    1: (
        "80% des ordonnances numériques exécutées sont enregistrées dans la base de l’Assurance "
        "Maladie avec succès"
    ),
    2: (
        "absence d’anomalies intrinsèques au logiciel empêchant une utilisation nominale par le "
        "pharmacien de chacune des opérations de l’ordonnance numérique"
    ),
    3: (
        "fonctionnement de l’arrêt de l’envoi des ordonnances par SCOR conforme aux "
        "spécifications phase 2"
    ),
    4: "identification des prérequis techniques au déploiement",
    5: (
        "satisfaction des utilisateurs mesurée par un questionnaire, sans remontée de frein "
        "bloquant pour le déploiement"
    ),
}

# By criterion: the settings of the modalities by which it is read, as a bilan prints them.
CRITERION_SETTINGS: Mapping[int, tuple[str, ...]] = {
    1: ("rate_target", "rate_unit", "refusals_excluded"),
    2: ("operations", "each_used"),
    3: ("wrong_stops_max", "wrong_sends_max"),
    4: (),
    5: ("answers_share_min", "satisfaction_min"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion, judged.

    *met_by_text*: whether what the founding document itself asks for is met, our thresholds set
    aside. *value* and *target* are a share (1, 3), a count (2), whether it is stated (4), a mean
    (5); None: there is nothing to judge. *low*, *high*: Wilson's 95 % interval, where it is a
    share. *reading*: how it was read, a French sentence each. *detail*: JSON values.

    Source: PRE-23, PRE-35.
    """

    number: int
    met: bool
    met_by_text: bool
    value: bool | int | Fraction | None
    target: bool | int | Fraction
    low: float | None = None
    high: float | None = None
    reading: tuple[str, ...]
    detail: Mapping[str, object]

    @property
    def name(self) -> str:
        """How it is called, in French."""
        return CRITERION_NAMES[self.number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a bilan is about, as it stood when it was drawn.

    *versions*: those of the pharmacies installed. *cpam*: departments of the CPAM chosen.
    *started_on*: the day of the first ordonnances; None: none was sent.

    Source: ours (PRE-60).
    """

    software: str
    vendor: str
    versions: tuple[str, ...]
    cpam: tuple[str, ...]
    modalities: str
    started_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One sharing of a bilan. *by* None: not said. *content*: the hash of what the sharer saw.

    *disagreement*: what the sharer does not agree with, in their words; None: nothing.

    Source: ours (PRE-61).
    """

    by: Party | None
    at: datetime
    content: str | None
    disagreement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilan:
    """The five criteria as they stood when it was drawn; it does not change with what comes later.

    *epoch*: how many fixes and decisions there were before it. *shared_with*, *shares* and *waives*
    are what was done with it.

    Source: PRE-3, PRE-23.
    """

    subject: Subject
    drawn_at: datetime
    epoch: int
    since: Since
    min_answers: int | None
    criteria: tuple[Criterion, ...]
    shared_with: tuple[Party, ...] = ()
    shares: tuple[Share, ...] = ()
    waives: tuple[Waiver, ...] = ()

    @property
    def signatures(self) -> tuple[Share, ...]:
        """The sharings that sign it: with its hash, and nothing against it; of each party the last.

        Source: ours (PRE-61): whoever shares with neither hash nor note says nothing of the
        figures, and leaves what they said of them before.
        """
        said = {one.by: one for one in self.shares if one.content or one.disagreement}
        return tuple(one for by, one in said.items() if by is not None and not one.disagreement)

    @property
    def disagreements(self) -> tuple[Share, ...]:
        """The sharings with a note of disagreement; each is kept, whatever is said after it.

        Source: ours (PRE-61).
        """
        return tuple(one for one in self.shares if one.disagreement)

    @property
    def is_signed(self) -> bool:
        """Whether vendor and Cnam both signed it. Source: PRE-29; ours (PRE-61)."""
        return {VENDOR, CNAM} <= {one.by for one in self.signatures}

    @property
    def is_met(self) -> bool:
        """Whether all five criteria are met, nothing set aside. Source: PRE-23."""
        return all(criterion.met for criterion in self.criteria)

    def list_obstacles(self, waives: tuple[Waiver, ...] = ()) -> tuple[Criterion, ...]:
        """The criteria that forbid to deploy, those rightly set aside by *waives* left out.

        Source: PRE-23; ours (PRE-35): what the text demands cannot be set aside.
        """
        waived = {waiver.criterion for waiver in waives}
        return tuple(
            criterion
            for criterion in self.criteria
            if not criterion.met and not (criterion.met_by_text and criterion.number in waived)
        )


def divide(part: int, whole: int) -> Fraction | None:
    """*part* of *whole*, exactly; None of nothing. Source: PRE-38."""
    return Fraction(part, whole) if whole else None


def bound(part: int, whole: int) -> tuple[float | None, float | None]:
    """Wilson's 95 % interval of *part* among *whole*; None, None of nothing.

    Source: ours (PRE-38): with five pharmacies a rate alone says too much; E. B. Wilson, 1927.
    """
    if not whole:
        return None, None
    rate, square = part / whole, _Z_95 * _Z_95
    middle = rate + square / (2 * whole)
    margin = _Z_95 * sqrt(rate * (1 - rate) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    low = 0.0 if part == 0 else max(0.0, (middle - margin) / scale)
    high = 1.0 if part == whole else min(1.0, (middle + margin) / scale)
    return low, high


def say_percent(rate: Fraction | float) -> str:
    """A share of one as a percentage, cut to a tenth: ``79,9 %``, its blank unbreakable.

    Source: PRE-38.
    """
    percent, tenth = divmod(int(rate * _TENTHS_OF_PERCENT), 10)
    number = f"{percent},{tenth}" if tenth else str(percent)
    return f"{number}\u202f%"


def say_number(number: int) -> str:
    """A count as French writes it, thousands set apart by a thin space."""
    return f"{number:,}".replace(",", "\u202f")


def say_count(count: int, one: str, several: str | None = None) -> str:
    """A count as French says it: one up to 1, several from 2; thousands set apart."""
    return f"{say_number(count)} {one if count <= 1 else several or one + 's'}"


def say_mean(mean: Fraction) -> str:
    """A mean on the scale of 5, cut to a hundredth: ``3,66``. Source: PRE-38."""
    whole, hundredths = divmod(int(mean * 100), 100)
    return f"{whole},{hundredths:02d}"
