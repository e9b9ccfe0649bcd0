"""What the professional is warned of: nothing is refused for it."""

from collections.abc import Mapping

from ordonnance.domain.fact import CaveatCode

# Each sentence may hold ``{line}``, the rank of the line, and ``{words}``, which complete it.
CAVEAT_SENTENCES: Mapping[CaveatCode, str] = {
    CaveatCode.ADDED_BY_HAND: (
        "Ce qui est exécuté ne répond à aucune ligne prescrite : "
        "c’est enregistré comme ajouté à la main."
    ),
    CaveatCode.AM_KEY_DOUBTFUL: (
        "La clé du numéro AM du site paraît fausse : vérifiez-le auprès de votre éditeur."
    ),
    CaveatCode.CODE_NEEDS_AGREEMENT: (
        "Ligne {line} : ce code demande une entente préalable, {words}. Le patient l’envoie à sa "
        "caisse avant l’exécution."
    ),
    CaveatCode.CODE_OVER: (
        "Ligne {line} : ce code n’est plus à la nomenclature depuis {words}. Vérifiez-le."
    ),
    CaveatCode.CODE_UNKNOWN: (
        "Ligne {line} : ce code n’est pas à la nomenclature en vigueur. Vérifiez-le ; la ligne "
        "s’exécute d’après ses mots."
    ),
    CaveatCode.COMPLETENESS_UNEXPECTED: (
        "Ligne {line} : le type de délivrance (première ou suivante) ne correspond pas à ce qui "
        "est déjà enregistré. Vérifiez-le."
    ),
    CaveatCode.CONSENT_UNREAD: (
        "Un consentement joint n’a pas été compris : il est gardé, sans effet. Si le patient "
        "s’oppose à ce que vous voyiez les exécutions, enregistrez-le aujourd’hui."
    ),
    CaveatCode.CONTENT_MISSING: (
        "Ligne {line} : l’ordonnance ne dit pas {words}. Complétez-la si vous le pouvez."
    ),
    CaveatCode.DAYS_UNKNOWN: (
        "Ligne {line} : la durée couverte n’est pas connue, les délais des stupéfiants n’ont "
        "pas pu être vérifiés. Indiquez les jours couverts."
    ),
    CaveatCode.DURATION_EXCEEDED: (
        "Ligne {line} : la durée permise paraît dépassée ({words}). Vérifiez-la."
    ),
    CaveatCode.DURATION_OPEN: (
        "Ligne {line} : ni durée ni nombre de boîtes ne peut être compté. "
        "Les droits courent jusqu’à la fin de validité."
    ),
    CaveatCode.NAMED_PHARMACY_UNCHECKED: (
        "Ligne {line} : le prescripteur désigne une pharmacie, et rien ne dit que c’est la vôtre. "
        "Vérifiez-le."
    ),
    CaveatCode.PRESCRIBER_LIMITED: (
        "Ligne {line} : cette profession ne prescrit ici que {words}. Vérifiez que c’est le cas."
    ),
    CaveatCode.PRESCRIBER_RESERVED: "Ligne {line} : {words}. Vérifiez que c’est le cas.",
    CaveatCode.PRESENTED_LATE: (
        "Ligne {line} : présentée plus de trois jours après sa date. Si la règle des stupéfiants "
        "s’applique à ce médicament, déduisez les jours passés."
    ),
    CaveatCode.PRODUCT_UNKNOWN: (
        "Ligne {line} : ce produit n’est pas au référentiel, ses conditions de prescription et de "
        "délivrance n’ont pas été vérifiées."
    ),
    CaveatCode.RENEWED_BY_LAW: (
        "Ligne {line} : renouvelée sans que le prescripteur l’ait écrit, comme la liste II le "
        "permet."
    ),
    CaveatCode.SOFTWARE_IN_PRESERIE: (
        "Ce logiciel est en présérie et n’est pas installé sur votre site à ce titre : c’est "
        "enregistré. Contactez votre éditeur."
    ),
    CaveatCode.SUBSTITUTION_REASON_MISSING: (
        "Ligne {line} : la substitution est exclue sans motif (MTE, EFG ou CIF). Indiquez-le."
    ),
    CaveatCode.SUBSTITUTION_OUT_OF_GROUP: (
        "Ligne {line} : la substitution est dite générique, et les deux produits ne sont pas du "
        "même groupe. Vérifiez-la."
    ),
    CaveatCode.TOO_EARLY: (
        "Ligne {line} : ce qui a été délivré couvre encore le patient, le renouvellement est "
        "attendu {words}."
    ),
}
