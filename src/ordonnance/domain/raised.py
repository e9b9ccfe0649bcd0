"""Which operation raises which refusal, and for what cause: one table.

The description of the téléservice and its documentation come from it. A test reaches every row
through HTTP, and every test of the API holds what it is refused against it.

Source: TLS-34.
"""

from collections.abc import Mapping

from ordonnance.domain.raised_row import (
    ACTS,
    EVERYWHERE,
    ISSUES,
    NUMBERED,
    PRODUCTS,
    RECORDED,
    WRITINGS,
    Raised,
    but,
)
from ordonnance.domain.raised_rules import RULES
from ordonnance.domain.reason import Reason
from ordonnance.domain.refusal import Reasons

# In the order of ``Reasons``: of one reason, the operations whose cause is another have a row.
RAISED: tuple[Raised, ...] = (
    # The request itself
    Raised(
        Reasons.BODY_MALFORMED,
        WRITINGS,
        "le corps n’est pas du JSON en UTF-8, ou s’arrête avant sa fin",
    ),
    Raised(Reasons.BODY_MALFORMED, ("search",), "le formulaire s’arrête avant sa fin"),
    Raised(
        Reasons.ELEMENT_MISSING,
        WRITINGS,
        "un élément obligatoire manque (`expression` dit lequel)",
    ),
    Raised(Reasons.ELEMENT_MISSING, ("search",), "qui exécute ne dit pas `patient`"),
    Raised(Reasons.ELEMENT_MISSING, ("products",), "`q` manque"),
    Raised(
        Reasons.ELEMENT_INVALID,
        WRITINGS,
        "un élément n’a pas sa forme, n’existe pas en R4 à cet endroit, ou la ressource n’est pas "
        "prise ici",
    ),
    Raised(Reasons.ELEMENT_INVALID, ACTS, "la ressource n’est pas celle de la nature de la ligne"),
    Raised(Reasons.ELEMENT_INVALID, ("reply",), "la demande désignée n’existe pas"),
    Raised(Reasons.ELEMENT_INVALID, ("identify",), "l’ordonnance porte déjà cet INS"),
    Raised(
        Reasons.ELEMENT_INVALID,
        ("search",),
        "un critère est inconnu, mal écrit, ou dans l’adresse",
    ),
    Raised(
        Reasons.ELEMENT_INVALID,
        ("page", "alerts"),
        "`next` n’est pas un lien de ce service, a plus d’une heure ou est celui d’un autre, ou "
        "l’adresse porte autre chose",
    ),
    Raised(Reasons.ELEMENT_INVALID, ("alerts",), "`_count` n’est pas un nombre de 1 à 50"),
    Raised(
        Reasons.ELEMENT_INVALID,
        ("products",),
        "`q` est trop long ou un DataMatrix illisible, ou `limit` n’est pas un nombre de 1 à 100",
    ),
    Raised(Reasons.NUMBER_MALFORMED, NUMBERED, "le numéro de l’adresse n’en est pas un"),
    Raised(Reasons.NUMBER_MALFORMED, ISSUES, "celui des lignes n’en est pas un"),
    Raised(
        Reasons.IDEMPOTENCY_KEY_MISSING,
        WRITINGS,
        "l’en-tête `Idempotency-Key` est absent ou mal formé",
    ),
    # Who asks
    Raised(Reasons.TOKEN_MISSING, EVERYWHERE, "pas d’en-tête `Authorization: Bearer`"),
    Raised(
        Reasons.TOKEN_INVALID,
        EVERYWHERE,
        "signature, émetteur ou destinataire faux ; une revendication mal formée ou absente",
    ),
    Raised(Reasons.TOKEN_INVALID, ("alerts",), "une caisse sans la revendication `cpam`"),
    Raised(Reasons.TOKEN_EXPIRED, EVERYWHERE, "le jeton n’est plus valable"),
    Raised(
        Reasons.ROLE_NOT_ALLOWED,
        but(EVERYWHERE, "page"),
        "le rôle du jeton n’est pas de ceux de l’opération",
    ),
    Raised(
        Reasons.ROLE_NOT_ALLOWED,
        ("object",),
        "le prescripteur lève une opposition qu’il n’a pas lui-même enregistrée",
    ),
    Raised(
        Reasons.KIND_NOT_ALLOWED,
        ("read", "consult", "reserve", "release", *ACTS, "undo", "propose"),
        "aucune ligne n’est de la profession de qui exécute",
    ),
    Raised(
        Reasons.KIND_NOT_ALLOWED,
        (*ACTS, "propose"),
        "la ligne désignée n’est pas de sa profession",
    ),
    Raised(
        Reasons.KIND_NOT_ALLOWED,
        ISSUES,
        "la profession du jeton ne prescrit pas la nature d’une ligne",
    ),
    Raised(
        Reasons.KIND_NOT_ALLOWED,
        ("search", "page"),
        "la profession de qui exécute est absente du jeton ou n’exécute rien",
    ),
    Raised(
        Reasons.NOT_THE_PRESCRIBER,
        ("read", "consult"),
        "un autre prescripteur lit sans en-tête `Reason`",
    ),
    Raised(
        Reasons.NOT_THE_PRESCRIBER,
        ("reply", "cancel", "replace", "object", "identify"),
        "un autre prescripteur l’a émise",
    ),
    Raised(
        Reasons.NOT_THE_PRESCRIBER,
        ISSUES,
        "le RPPS du jeton n’est pas celui de l’ordonnance envoyée",
    ),
    Raised(Reasons.NOT_THE_EXECUTOR, RECORDED, "un autre site a enregistré cette exécution"),
    Raised(
        Reasons.NOT_THE_PATIENT,
        ("read", "consult", "object"),
        "l’INS du jeton n’est pas celui de l’ordonnance",
    ),
    Raised(Reasons.NOT_THE_PATIENT, ("search",), "un patient cherche un autre INS que le sien"),
    Raised(
        Reasons.SOFTWARE_NOT_APPROVED,
        EVERYWHERE,
        "d’un prescripteur ou de qui exécute, le jeton ne nomme pas un logiciel agréé, quand "
        "l’exploitant en tient la liste",
    ),
    Raised(
        Reasons.SOFTWARE_IN_PRESERIE,
        ("execute", "correct", "undo"),
        "le logiciel est en présérie, il n’est pas installé sur ce site, et la barrière est fermée",
    ),
    # What is asked for
    Raised(
        Reasons.NUMBER_UNKNOWN,
        but(NUMBERED, "execute"),
        "aucune ordonnance de ce numéro, ou plus depuis cinq ans",
    ),
    Raised(
        Reasons.NUMBER_UNKNOWN,
        ("execute",),
        "aucune ordonnance de ce numéro, et l’acte n’est pas différé",
    ),
    Raised(
        Reasons.NUMBER_UNKNOWN,
        ("reserve", "release", "propose"),
        "l’ordonnance n’est pas encore arrivée, même pour le site qui l’a exécutée",
    ),
    Raised(
        Reasons.NUMBER_UNKNOWN,
        ("read", "consult", "reply", "cancel", "replace", "object", "identify"),
        "une IVG sous anonymat, pour tout autre que qui l’a émise et qui exécute",
    ),
    Raised(Reasons.EXECUTION_UNKNOWN, RECORDED, "l’identifiant ne désigne rien ici"),
    Raised(
        Reasons.PRODUCT_UNKNOWN,
        ("product", "rules"),
        "aucun produit de ce code ; il ne bloque jamais une ordonnance",
    ),
    Raised(Reasons.NUMBER_TAKEN, ISSUES, "un autre envoi a pris ce numéro"),
    Raised(Reasons.NUMBER_TAKEN, ("replace",), "la nouvelle porte le numéro de l’ancienne"),
    Raised(
        Reasons.CANCELLED,
        ("reserve", "propose", "cancel", "replace"),
        "l’ordonnance est annulée",
    ),
    Raised(
        Reasons.CANCELLED,
        ("execute",),
        "l’ordonnance est annulée, et l’acte n’est pas différé",
    ),
    Raised(
        Reasons.REPLACED,
        ("reserve", "propose", "cancel", "replace"),
        "l’ordonnance est remplacée",
    ),
    Raised(
        Reasons.REPLACED,
        ("execute",),
        "l’ordonnance est remplacée, et l’acte n’est pas différé",
    ),
    Raised(
        Reasons.EXPIRED,
        ACTS,
        "la remise ou la séance suit la fin de validité de la ligne, sauf d’un examen prélevé à "
        "temps",
    ),
    Raised(Reasons.EXPIRED, ("reserve", "propose"), "l’ordonnance n’est plus valable"),
    Raised(
        Reasons.RIGHTS_EXHAUSTED,
        ACTS,
        "plus que ce qui reste, actes précédents du même envoi compris",
    ),
    Raised(Reasons.RIGHTS_EXHAUSTED, ("reserve",), "il ne reste rien à exécuter de sa profession"),
    Raised(
        Reasons.RESERVED_ELSEWHERE,
        ("reserve", "release"),
        "un autre site a réservé ces lignes depuis moins de quinze minutes",
    ),
    Raised(
        Reasons.RESERVED_ELSEWHERE,
        ("execute",),
        "un autre site a réservé la ligne depuis moins de quinze minutes, et l’acte n’est pas "
        "différé",
    ),
    Raised(
        Reasons.EXECUTION_STARTED,
        ("cancel",),
        "avec `whole`, alors que quelque chose a été exécuté",
    ),
    Raised(Reasons.ALREADY_UNDONE, RECORDED, "l’exécution a déjà été annulée"),
    Raised(
        Reasons.PATIENT_MISMATCH,
        ACTS,
        "le patient de l’acte (`subject`, `patient`) est un autre INS que celui de l’ordonnance",
    ),
    Raised(Reasons.PATIENT_MISMATCH, ("replace",), "la nouvelle est pour un autre patient"),
    Raised(
        Reasons.BODY_TOO_LARGE,
        WRITINGS,
        "plus de 256 Kio ou de 32 niveaux ; plus de 40 lignes ou actes",
    ),
    Raised(Reasons.BODY_TOO_LARGE, ("search",), "un formulaire de plus de 8 Kio"),
    Raised(
        Reasons.MEDIA_TYPE_UNSUPPORTED,
        WRITINGS,
        "`Content-Type` n’est ni `application/fhir+json` ni `application/json`",
    ),
    Raised(
        Reasons.MEDIA_TYPE_UNSUPPORTED,
        ("search",),
        "`Content-Type` n’est pas `application/x-www-form-urlencoded`",
    ),
    Raised(Reasons.NOT_ACCEPTABLE, EVERYWHERE, "`Accept` exclut le JSON"),
    *RULES,
    # The service
    Raised(
        Reasons.TOO_MANY_REQUESTS,
        ("execute",),
        "différé, d’un numéro inconnu, quand cent exécutions du site attendent déjà leur "
        "ordonnance",
    ),
    Raised(
        Reasons.BUSY,
        EVERYWHERE,
        "file pleine, base injoignable ou arrêt en cours ; trop de recherches au même instant",
    ),
)


def _list_reasons() -> dict[str, tuple[Reason, ...]]:
    reasons: dict[str, dict[Reason, None]] = {name: {} for name in (*EVERYWHERE, *PRODUCTS)}
    for one in RAISED:
        for name in one.by:
            reasons[name][one.reason] = None
    return {name: tuple(found) for name, found in reasons.items()}


# What each operation may be refused for, in the order of the table.
REASONS_OF: Mapping[str, tuple[Reason, ...]] = _list_reasons()
