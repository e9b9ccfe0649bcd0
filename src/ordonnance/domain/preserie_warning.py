"""What the actors of a présérie are warned of: nothing is refused for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class WarningCode(StrEnum):
    """What is warned of."""

    MODALITIES_BY_ANALOGY = "MODALITIES_BY_ANALOGY"
    MINIMUM_BEYOND_TEXT = "MINIMUM_BEYOND_TEXT"
    BILAN_NOT_SHARED_WITH = "BILAN_NOT_SHARED_WITH"
    FIX_AWAITED = "FIX_AWAITED"
    CRITERIA_MET = "CRITERIA_MET"


# Each sentence may hold ``{words}``, which complete it.
WARNING_SENTENCES: Mapping[WarningCode, str] = {
    WarningCode.MODALITIES_BY_ANALOGY: (
        "Ces modalités sont celles des pharmaciens : elles sont appliquées par analogie à la "
        "profession « {words} ». Vérifiez qu’elles conviennent."
    ),
    WarningCode.MINIMUM_BEYOND_TEXT: (
        "Le texte ne prévoit {words} que sous 1 % de part de marché SESAM-Vitale : la décision de "
        "la Cnam est suivie. Vérifiez-la."
    ),
    WarningCode.BILAN_NOT_SHARED_WITH: (
        "Le bilan n’est pas partagé avec {words}. Partagez-le avec tous les acteurs du projet."
    ),
    WarningCode.FIX_AWAITED: (
        "La présérie est prolongée sans correctif déclaré depuis le bilan. À l’éditeur de réaliser "
        "les correctifs nécessaires et de les déclarer."
    ),
    WarningCode.CRITERIA_MET: (
        "Tous les critères sont atteints : le déploiement pouvait être décidé. Dites à l’éditeur "
        "pourquoi la présérie continue."
    ),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning given, with what completes its sentence."""

    code: WarningCode
    words: str = ""

    @property
    def sentence(self) -> str:
        """The French sentence, filled in."""
        return WARNING_SENTENCES[self.code].format(words=self.words)
