"""The rows of the table of refusals that rules raise: what law, or sense, forbids.

Source: TLS-34.
"""

from ordonnance.domain.raised_row import ACTS, ISSUES, RECORDED, WRITINGS, Raised
from ordonnance.domain.refusal import Reasons

RULES: tuple[Raised, ...] = (
    Raised(
        Reasons.NUMBER_MONTH_INVALID,
        ISSUES,
        "le mois du numéro n’est pas celui d’`authoredOn`, les lignes sont de mois différents, ou "
        "la date a plus de 13 mois",
    ),
    Raised(Reasons.KIND_EXCLUDED, ISSUES, "une `category` est `IMAGERIE` ou `TRANSPORT`"),
    Raised(
        Reasons.INS_INVALID,
        (*ISSUES, *ACTS, "identify", "search"),
        "la clé ou la forme de l’INS est fausse",
    ),
    Raised(
        Reasons.INS_INVALID,
        (*ISSUES, "identify", "search"),
        "en production, c’est celui d’un test ou d’une démonstration",
    ),
    Raised(
        Reasons.RPPS_INVALID,
        ISSUES,
        "le RPPS du prescripteur, ou de celui qu’il remplace, est faux",
    ),
    Raised(Reasons.FINESS_INVALID, ISSUES, "le FINESS d’une `Organization` est faux"),
    Raised(
        Reasons.CIP_INVALID,
        (*ISSUES, *ACTS),
        "la clé d’un CIP13 est fausse ; un CIP13 juste mais inconnu passe",
    ),
    Raised(
        Reasons.CIP_INVALID, ("products",), "la clé du CIP13 tapé ou du code de la boîte est fausse"
    ),
    Raised(
        Reasons.LINE_UNKNOWN,
        (*ACTS, "propose"),
        "l’ordonnance ne porte pas la ligne désignée",
    ),
    Raised(
        Reasons.QUANTITY_INVALID,
        ISSUES,
        "une quantité nulle, négative, de plus de 1 000, ou de séances qui ne sont pas entières",
    ),
    Raised(
        Reasons.QUANTITY_INVALID,
        ACTS,
        "une quantité nulle, négative, de plus de 1 000, ou qui ne se compte pas en boîtes",
    ),
    Raised(
        Reasons.TOO_EARLY,
        ACTS,
        "ce qui a été délivré couvre encore le patient (listes, stupéfiants)",
    ),
    Raised(
        Reasons.TOO_EARLY, ACTS, "stupéfiant prescrit pour une opération, dans plus de trois jours"
    ),
    Raised(
        Reasons.TOO_LATE,
        ACTS,
        "première délivrance plus de trois mois après l’écriture (listes), un an sinon ; "
        "stupéfiant dont toute la durée est passée",
    ),
    Raised(
        Reasons.DURATION_EXCEEDED,
        ACTS,
        "plus d’un mois à la fois, plus que la durée permise en tout, plus que la fraction ou que "
        "ce qui reste d’un stupéfiant présenté tard ; à l’émission, le même code avertit",
    ),
    Raised(
        Reasons.OVERLAP,
        ACTS,
        "stupéfiant, ou chevauchement interdit, quand une autre ordonnance du patient couvre ce "
        "jour",
    ),
    Raised(
        Reasons.QUANTITY_IN_WORDS_MISSING,
        ISSUES,
        "stupéfiant ou assimilé, sans dose structurée ni nombre en lettres",
    ),
    Raised(
        Reasons.NAMED_PHARMACY_MISSING,
        ISSUES,
        "traitement de substitution aux opiacés, sans `dispenseRequest.performer`",
    ),
    Raised(
        Reasons.NOT_THE_NAMED_PHARMACY,
        ACTS,
        "le numéro AM n’est pas celui de la pharmacie désignée pour un stupéfiant ou un assimilé",
    ),
    Raised(
        Reasons.DURATION_OR_QUANTITY_MISSING,
        ISSUES,
        "une ligne de médicament ne dit ni durée, ni quantité, ni début de traitement",
    ),
    Raised(
        Reasons.NOT_SUBSTITUTABLE,
        ACTS,
        "une autre spécialité, quand la substitution est exclue, sans accord daté",
    ),
    Raised(
        Reasons.SUBSTITUTION_REASON_MISSING,
        ACTS,
        "une spécialité d’un autre groupe générique, sans `substitution.reason` ni adaptation",
    ),
    Raised(
        Reasons.AGREEMENT_MISSING,
        ACTS,
        "`adaptation` sans `agreementOn`, ou motif `PRESCRIPTEUR_ACCORD` sans elle, et aucun "
        "accord donné par `$reply`",
    ),
    Raised(
        Reasons.OBJECTION_TOO_LATE,
        ("object",),
        "le prescripteur, après le jour de l’écriture (à Paris)",
    ),
    Raised(
        Reasons.REASON_MISSING,
        ACTS,
        "non-délivrance ou interruption sans motif ; motif de moins de 10 caractères pour passer "
        "outre",
    ),
    Raised(
        Reasons.REASON_MISSING,
        (*RECORDED, "cancel", "identify"),
        "le paramètre `reason` manque ou est vide",
    ),
    Raised(
        Reasons.REASON_MISSING,
        ("search",),
        "qui exécute cherche sans en-tête `Presence`",
    ),
    Raised(Reasons.DATE_IN_FUTURE, ISSUES, "`authoredOn` a plus de 5 minutes d’avance"),
    Raised(
        Reasons.DATE_IN_FUTURE,
        ACTS,
        "la date de l’acte a plus de 5 minutes d’avance, ou l’accord du prescripteur est daté "
        "d’un jour à venir",
    ),
    Raised(
        Reasons.DEFERRED_REASON_MISSING,
        ("execute",),
        "l’acte a plus de 15 minutes, sans l’extension `deferred`",
    ),
    Raised(Reasons.DEFERRED_REASON_MISSING, ACTS, "la raison de `deferred` est vide"),
    Raised(Reasons.EXTENSION_UNKNOWN, (*ISSUES, *ACTS), "un `modifierExtension`, où que ce soit"),
    Raised(Reasons.IDEMPOTENCY_KEY_REUSED, WRITINGS, "même clé, même opération, autre corps"),
)
