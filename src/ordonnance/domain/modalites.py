"""The modalities of a présérie: every number and choice in one value, each with where it is from.

What the founding document says is marked ``text``, with its words; what we had to decide is marked
``ours``, with the reason. A présérie keeps the modalities it was opened under.

Source: PRE-4, PRE-34.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType


class Origin(StrEnum):
    """Where a setting comes from; CHOSEN: from a file of modalities, instead of ours."""

    TEXT = "text"
    OURS = "ours"
    CHOSEN = "chosen"


class RateUnit(StrEnum):
    """What is counted once in criterion 1: a command, or a prescription."""

    COMMAND = "command"
    PRESCRIPTION = "prescription"


class MinimumReduced(StrEnum):
    """How the smaller minimum comes: of itself below the share, or granted by the Cnam."""

    AUTO = "auto"
    GRANTED = "granted"


class FirstWeek(StrEnum):
    """With what the first week begins: the earliest planned installation, or the earliest made."""

    PLANNED = "planned"
    INSTALLED = "installed"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a setting comes from: the words of the text, or our reason, in French."""

    origin: Origin
    words: str


# The departments of the CPAM référentes, as the founding document lists them.
REFERENT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "08": "Ardennes",
        "33": "Gironde",
        "38": "Isère",
        "44": "Loire-Atlantique",
        "49": "Maine-et-Loire",
        "51": "Marne",
        "78": "Yvelines",
        "80": "Somme",
        "81": "Tarn",
        "83": "Var",
        "94": "Val-de-Marne",
    }
)


def _text(words: str) -> Mark:
    return Mark(Origin.TEXT, words)


def _ours(words: str) -> Mark:
    return Mark(Origin.OURS, words)


MARKS: Mapping[str, Mark] = MappingProxyType(
    {
        "rate_target": _text(
            "80% des ordonnances numériques exécutées sont enregistrées dans la base de "
            "l’Assurance Maladie avec succès"
        ),
        "rate_unit": _ours(
            "une commande (une clé d’idempotence) compte une fois, si souvent qu’elle ait été "
            "renvoyée : un réseau lent ne doit ni flatter ni noircir un logiciel"
        ),
        "refusals_excluded": _ours(
            "un refus qui tient à l’ordonnance ou au patient (déjà exécutée, annulée) n’est pas "
            "un échec du logiciel ; le taux avec ces refus est donné à côté"
        ),
        "operations": _ours(
            "le texte dit « chacune des opérations » sans les nommer : celles du pharmacien sont "
            "consulter, exécuter, corriger, annuler"
        ),
        "each_used": _ours(
            "une opération que personne n’a employée n’a pas été essayée : « tester l’ensemble "
            "du processus »"
        ),
        "wrong_stops_max": _ours(
            "une pièce arrêtée à tort manque au dossier de paiement : le texte veut l’arrêt "
            "« conforme », aucune n’est admise"
        ),
        "wrong_sends_max": _ours(
            "une pièce envoyée pour rien ne coûte qu’un envoi : quelques-unes sont admises"
        ),
        "answers_share_min": _ours(
            "une satisfaction « mesurée » sur moins de la moitié des pharmacies ne dit rien des "
            "autres"
        ),
        "satisfaction_min": _ours("le milieu de l’échelle de 1 à 5 : plutôt contents que non"),
        "participants_min": _text("Minimum 5 officines (maximum 10)"),
        "participants_min_reduced": _text("le nombre de PS minimum pourra être revu à 3 PS"),
        "reduced_below_percent": _text(
            "Si le logiciel représente une part de marché Sesam-Vitale inférieure à 1%"
        ),
        "minimum_reduced": _ours(
            "« pourra être revu » : sous 1 %, le minimum est de 3 sans formalité, et la Cnam peut "
            "garder 5"
        ),
        "participants_max": _text("Minimum 5 officines (maximum 10)"),
        "extended_max": _ours(
            "« étendue à d’autres Pharmaciens » : le texte ne borne pas une extension"
        ),
        "first_week_installations": _text("3 installations maximum en première semaine"),
        "first_week": _ours(
            "la première semaine se compte du premier jour planifié : le rythme se vérifie avant "
            "d’installer, pas après"
        ),
        "fourth_needs_check": _ours(
            "le démarrage est progressif « pour vérification de la suppression de l’envoi des "
            "ordonnances par SCOR » : la quatrième attend cette vérification"
        ),
        "cpam_max": _text("Dans 1 à 3 CPAM, sur libre choix de l’éditeur"),
        "cpam_referent": _text("dans les CPAM référentes"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Modalities:
    """Modalities under which a présérie is run; the defaults are ``pharmaciens-2025-07``.

    Shares are fractions of one, but for *reduced_below_percent*. *satisfaction_min* is on the
    scale from 1 to 5. *extended_max* None: an extension has no limit. *marks* holds, by setting,
    where it comes from.

    Source: PRE-4, PRE-34.
    """

    name: str = "pharmaciens-2025-07"
    rate_target: Fraction = Fraction(80, 100)
    rate_unit: RateUnit = RateUnit.COMMAND
    refusals_excluded: bool = True
    operations: tuple[str, ...] = ("consult", "execute", "correct", "undo")
    each_used: bool = True
    wrong_stops_max: int = 0
    wrong_sends_max: Fraction = Fraction(5, 100)
    answers_share_min: Fraction = Fraction(1, 2)
    satisfaction_min: Fraction = Fraction(3)
    participants_min: int = 5
    participants_min_reduced: int = 3
    reduced_below_percent: Fraction = Fraction(1)
    minimum_reduced: MinimumReduced = MinimumReduced.AUTO
    participants_max: int = 10
    extended_max: int | None = None
    first_week_installations: int = 3
    first_week: FirstWeek = FirstWeek.PLANNED
    fourth_needs_check: bool = True
    cpam_max: int = 3
    cpam_referent: tuple[str, ...] = tuple(REFERENT_NAMES)
    marks: Mapping[str, Mark] = field(default_factory=lambda: MARKS)


PHARMACISTS_2025_07 = Modalities()


def count_places(number: Decimal) -> int:
    """How many places a finite decimal has after its point; zero for a whole number.

    Looked at before it becomes a fraction: one of a billion places would take all the memory.
    """
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def say_cpam(code: str) -> str:
    """A CPAM as a sentence names it: ``33 (Gironde)``, or the code alone if no référente."""
    return f"{code} ({REFERENT_NAMES[code]})" if code in REFERENT_NAMES else code


def say_origin(modalities: Modalities, setting: str) -> str:
    """Where *setting* comes from, as a bilan prints it.

    ``Texte : « … »``, ``Notre lecture : …`` or ``Choisi : …``.

    Source: PRE-34.
    """
    mark = modalities.marks[setting]
    match mark.origin:
        case Origin.TEXT:
            return f"Texte : « {mark.words} »."
        case Origin.OURS:
            return f"Notre lecture : {mark.words}."
        case Origin.CHOSEN:
            return f"Choisi ({modalities.name}) : {mark.words}."
