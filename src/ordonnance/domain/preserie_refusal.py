"""The reasons for which an event of a présérie is refused: code, kind, French sentence.

A catalogue of its own: the codes of ``refusal.Reasons`` answer a prescription's request, these an
event of a présérie. ROLE_NOT_ALLOWED is the same in both. AGREEMENT_MISSING is a code of both
catalogues, as the contract names them, about two different agreements. ``docs/preserie-api.md``
tells each.
"""

from typing import NoReturn

from ordonnance.domain.reason import Nature, Reason
from ordonnance.domain.refusal import Reasons, Refusal


class PreserieReasons:
    """The closed list of reasons."""

    ROLE_NOT_ALLOWED = Reasons.ROLE_NOT_ALLOWED
    EVENT_MALFORMED = Reason(
        "EVENT_MALFORMED",
        Nature.MALFORMED,
        "L’événement n’a pas la forme attendue : {problem}. Corrigez-le et renvoyez.",
    )
    UNKNOWN_SOFTWARE = Reason(
        "UNKNOWN_SOFTWARE",
        Nature.UNKNOWN,
        "Le logiciel {software} n’est pas déclaré. Vérifiez son nom, ou déclarez-le d’abord.",
    )
    NOT_ENROLLED = Reason(
        "NOT_ENROLLED",
        Nature.UNKNOWN,
        "La pharmacie {am} ne participe pas à cette présérie. Vérifiez le numéro AM, ou "
        "inscrivez-la d’abord.",
    )
    OUT_OF_STEP = Reason(
        "OUT_OF_STEP",
        Nature.CONFLICT,
        "Ce n’est pas le moment de cette étape : {problem}. Rien n’a été enregistré.",
    )
    # Before the first pharmacy
    AUTHORITY_UNKNOWN = Reason(
        "AUTHORITY_UNKNOWN",
        Nature.RULE,
        "Seul le CNDA autorise un logiciel. Donnez la référence de son autorisation.",
    )
    NOT_AUTHORISED = Reason(
        "NOT_AUTHORISED",
        Nature.CONFLICT,
        "Le CNDA n’a autorisé aucune version déclarée du logiciel {software}. Faites enregistrer "
        "son autorisation avant d’ouvrir la présérie.",
    )
    CPAM_COUNT = Reason(
        "CPAM_COUNT",
        Nature.RULE,
        "Une présérie se tient dans 1 à {limit} CPAM ; vous en désignez {count}. Choisissez à "
        "nouveau.",
    )
    CPAM_NOT_REFERENT = Reason(
        "CPAM_NOT_REFERENT",
        Nature.RULE,
        "La CPAM {cpam} n’est pas une CPAM référente. Choisissez parmi : {referent}.",
    )
    CPAM_IN_USE = Reason(
        "CPAM_IN_USE",
        Nature.CONFLICT,
        "Des pharmacies inscrites dépendent de la CPAM {cpam}. Gardez-la, ou retirez d’abord ces "
        "pharmacies.",
    )
    # Pharmacies
    AM_INVALID = Reason(
        "AM_INVALID", Nature.RULE, "Le numéro AM n’est pas valable : il a 9 chiffres. Corrigez-le."
    )
    NOT_IN_CHOSEN_CPAM = Reason(
        "NOT_IN_CHOSEN_CPAM",
        Nature.RULE,
        "Le département {department} n’est pas celui d’une CPAM choisie pour cette présérie. "
        "Inscrivez une pharmacie d’une CPAM choisie, ou choisissez aussi celle-ci.",
    )
    ALREADY_ENROLLED = Reason(
        "ALREADY_ENROLLED", Nature.CONFLICT, "La pharmacie {am} est déjà inscrite. Rien à faire."
    )
    AGREEMENT_MISSING = Reason(
        "AGREEMENT_MISSING",
        Nature.RULE,
        "La pharmacie {am} n’a pas donné son accord de principe. Obtenez-le et indiquez sa date.",
    )
    EQUIPMENT_NOT_COMPATIBLE = Reason(
        "EQUIPMENT_NOT_COMPATIBLE",
        Nature.RULE,
        "L’équipement de la pharmacie {am} n’est pas compatible avec l’ordonnance numérique. "
        "Équipez-la d’abord, ou choisissez une autre pharmacie.",
    )
    VERSION_NOT_COMPATIBLE = Reason(
        "VERSION_NOT_COMPATIBLE",
        Nature.RULE,
        "La version {version} n’est pas une version déclarée du logiciel en présérie. Mettez la "
        "pharmacie à jour, ou déclarez cette version.",
    )
    TOO_MANY_PARTICIPANTS = Reason(
        "TOO_MANY_PARTICIPANTS",
        Nature.CONFLICT,
        "La présérie compte déjà {count} pharmacies, le maximum. Seule une extension, décidée "
        "après un bilan, en admet d’autres.",
    )
    TOO_FEW_PARTICIPANTS = Reason(
        "TOO_FEW_PARTICIPANTS",
        Nature.CONFLICT,
        "Il faut au moins {minimum} pharmacies ; {count} sont inscrites. Inscrivez-en d’autres.",
    )
    PREREQUISITE_MISSING = Reason(
        "PREREQUISITE_MISSING",
        Nature.CONFLICT,
        "Il manque des prérequis : {items}. Partagez-les avec l’Assurance Maladie, puis "
        "transmettez la liste.",
    )
    ATTENDEE_MISSING = Reason(
        "ATTENDEE_MISSING",
        Nature.RULE,
        "La réunion de lancement se tient aussi avec : {missing}. Réunissez-les tous.",
    )
    # Installations
    NOT_SUBMITTED = Reason(
        "NOT_SUBMITTED",
        Nature.CONFLICT,
        "La pharmacie {am} n’est pas dans la liste transmise au GIE SESAM-Vitale et à la Cnam. "
        "Transmettez la liste d’abord.",
    )
    FIRST_WEEK_PACE = Reason(
        "FIRST_WEEK_PACE",
        Nature.RULE,
        "{limit} installations au plus en première semaine, le temps de vérifier l’arrêt de "
        "l’envoi par SCOR. {advice}.",
    )
    NOT_LAUNCHED = Reason(
        "NOT_LAUNCHED",
        Nature.CONFLICT,
        "La réunion de lancement n’a pas eu lieu. Tenez-la avant d’installer.",
    )
    NOT_PLANNED = Reason(
        "NOT_PLANNED",
        Nature.CONFLICT,
        "L’installation de la pharmacie {am} n’est pas au planning. Communiquez sa date au GIE "
        "SESAM-Vitale et à la Cnam d’abord.",
    )
    NOT_TRAINED = Reason(
        "NOT_TRAINED",
        Nature.CONFLICT,
        "Les utilisateurs de la pharmacie {am} ne sont pas formés à ce jour. Formez-les avant "
        "d’installer.",
    )
    TRACES_OFF = Reason(
        "TRACES_OFF",
        Nature.RULE,
        "Les traces postes ne sont pas activées. Activez-les à l’installation de la pharmacie "
        "{am}.",
    )
    NOT_INSTALLED = Reason(
        "NOT_INSTALLED",
        Nature.CONFLICT,
        "Il n’y a rien à vérifier : {problem}. Attendez une installation.",
    )
    # The bilan and what follows
    SHARE_INCOMPLETE = Reason(
        "SHARE_INCOMPLETE",
        Nature.RULE,
        "Le bilan se partage entre l’éditeur et la Cnam au moins. Ajoutez : {missing}.",
    )
    BILAN_MISSING = Reason(
        "BILAN_MISSING",
        Nature.CONFLICT,
        "Aucun bilan n’a été dressé et partagé depuis la dernière décision. Dressez-le et "
        "partagez-le avant de décider.",
    )
    CRITERIA_NOT_MET = Reason(
        "CRITERIA_NOT_MET",
        Nature.CONFLICT,
        "Le bilan n’atteint pas tous les critères ({criteria}). Prolongez ou étendez la "
        "présérie ; un seuil de notre lecture peut être levé avec un motif, ce que le texte exige "
        "ne le peut pas.",
    )
    FIX_MISSING = Reason(
        "FIX_MISSING",
        Nature.CONFLICT,
        "L’éditeur n’a déclaré aucun correctif depuis le bilan. Faites-le déclarer avant "
        "d’étendre la présérie.",
    )
    NOT_DECIDED = Reason(
        "NOT_DECIDED",
        Nature.CONFLICT,
        "Le déploiement n’est pas décidé. Dressez le bilan, partagez-le et décidez d’abord.",
    )

    # A présérie over HTTP: it is one of several, and others write to it too
    PRESERIE_UNKNOWN = Reason(
        "PRESERIE_UNKNOWN",
        Nature.UNKNOWN,
        "Aucune présérie de cet identifiant ne vous est ouverte. Vérifiez-le, ou relisez la liste "
        "de vos préséries.",
    )
    PRESERIE_CHANGED = Reason(
        "PRESERIE_CHANGED",
        Nature.CONFLICT,
        "La présérie a changé depuis que vous l’avez lue. Rien n’a été enregistré. Relisez-la, "
        "puis recommencez.",
    )
    ENROLLED_ELSEWHERE = Reason(
        "ENROLLED_ELSEWHERE",
        Nature.CONFLICT,
        "La pharmacie {am} participe déjà à une autre présérie ouverte. Attendez que celle-ci "
        "finisse, ou choisissez une autre pharmacie.",
    )
    TOO_MANY_PRESERIES = Reason(
        "TOO_MANY_PRESERIES",
        Nature.CONFLICT,
        "Vous avez déjà {limit} préséries qui ne sont pas finies. Servez-vous d’une de celles qui "
        "ne sont pas encore ouvertes, ou abandonnez celles qui ne servent plus.",
    )
    TOO_MANY_EVENTS = Reason(
        "TOO_MANY_EVENTS",
        Nature.CONFLICT,
        "Une présérie garde {limit} événements au plus. Regroupez vos relevés, ou adressez-vous à "
        "l’exploitant du téléservice.",
    )
    DOCUMENT_UNKNOWN = Reason(
        "DOCUMENT_UNKNOWN",
        Nature.UNKNOWN,
        "Aucun document de cette empreinte ne vous est ouvert dans cette présérie. Vérifiez-la, ou "
        "déposez-le d’abord.",
    )
    DOCUMENT_MALFORMED = Reason(
        "DOCUMENT_MALFORMED",
        Nature.RULE,
        "Le document n’a pas été gardé : {problem}. Envoyez-le à nouveau, en entier.",
    )
    TOO_MANY_DOCUMENTS = Reason(
        "TOO_MANY_DOCUMENTS",
        Nature.CONFLICT,
        "Une présérie garde {limit} documents au plus. Réunissez-en plusieurs en un, ou "
        "adressez-vous à l’exploitant du téléservice.",
    )


# What a document of a présérie is refused for.
PRESERIE_DOCUMENT_REASONS: tuple[Reason, ...] = (
    PreserieReasons.DOCUMENT_UNKNOWN,
    PreserieReasons.DOCUMENT_MALFORMED,
    PreserieReasons.TOO_MANY_DOCUMENTS,
)
# What only a présérie over HTTP is refused for: a file tells one présérie, to one reader.
PRESERIE_HTTP_REASONS: tuple[Reason, ...] = (
    PreserieReasons.PRESERIE_UNKNOWN,
    PreserieReasons.PRESERIE_CHANGED,
    PreserieReasons.ENROLLED_ELSEWHERE,
    PreserieReasons.TOO_MANY_PRESERIES,
    PreserieReasons.TOO_MANY_EVENTS,
    *PRESERIE_DOCUMENT_REASONS,
)
ALL_PRESERIE_REASONS: tuple[Reason, ...] = tuple(
    value for value in vars(PreserieReasons).values() if isinstance(value, Reason)
)


def refuse_form(problem: str) -> NoReturn:
    """Refuse an event for its form; *problem* says which, in French, without a final stop.

    Raises:
        Refusal: EVENT_MALFORMED.
    """
    raise Refusal(PreserieReasons.EVENT_MALFORMED, problem=problem)


def refuse_step(problem: str) -> NoReturn:
    """Refuse an event whose step has not come, or is over; *problem* says what to do.

    Raises:
        Refusal: OUT_OF_STEP.
    """
    raise Refusal(PreserieReasons.OUT_OF_STEP, problem=problem)
