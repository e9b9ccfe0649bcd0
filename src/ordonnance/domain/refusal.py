"""Every reason to say no: its code, its kind, and the sentence said to a professional.

A code is part of the contract: it is never renamed nor reused. ``docs/teleservice.md`` says for
each which operation raises it and when.
"""

from ordonnance.domain.reason import Nature, Reason


class Reasons:
    """The closed list of reasons."""

    # The request itself
    BODY_MALFORMED = Reason(
        "BODY_MALFORMED",
        Nature.MALFORMED,
        "Le corps de la requête n’est pas du JSON lisible : {problem}. Corrigez l’envoi.",
    )
    ELEMENT_MISSING = Reason(
        "ELEMENT_MISSING",
        Nature.MALFORMED,
        "Il manque un élément obligatoire : {problem}. Complétez-le et renvoyez.",
    )
    ELEMENT_INVALID = Reason(
        "ELEMENT_INVALID",
        Nature.MALFORMED,
        "Un élément n’a pas la forme attendue : {problem}. Corrigez-le et renvoyez.",
    )
    NUMBER_MALFORMED = Reason(
        "NUMBER_MALFORMED",
        Nature.MALFORMED,
        "Ce n’est pas un numéro d’ordonnance (18 caractères, le dernier vérifie les autres). "
        "Scannez à nouveau le QR code ou relisez le numéro imprimé dessous.",
    )
    IDEMPOTENCY_KEY_MISSING = Reason(
        "IDEMPOTENCY_KEY_MISSING",
        Nature.MALFORMED,
        "L’en-tête Idempotency-Key est absent ou n’a pas de 1 à 64 caractères imprimables. "
        "Donnez une clé par acte, et la même à chaque nouvel essai.",
    )
    # Who asks
    TOKEN_MISSING = Reason(
        "TOKEN_MISSING",
        Nature.UNAUTHENTICATED,
        "Vous n’êtes pas identifié. Connectez-vous avec votre carte ou Pro Santé Connect.",
    )
    TOKEN_INVALID = Reason(
        "TOKEN_INVALID",
        Nature.UNAUTHENTICATED,
        "Votre identification n’est pas reconnue ({problem}). Reconnectez-vous.",
    )
    TOKEN_EXPIRED = Reason(
        "TOKEN_EXPIRED", Nature.UNAUTHENTICATED, "Votre session a expiré. Reconnectez-vous."
    )
    ROLE_NOT_ALLOWED = Reason(
        "ROLE_NOT_ALLOWED",
        Nature.FORBIDDEN,
        "Votre rôle ne permet pas cette opération. Elle revient à : {allowed}.",
    )
    KIND_NOT_ALLOWED = Reason(
        "KIND_NOT_ALLOWED",
        Nature.FORBIDDEN,
        "Votre profession n’exécute ou ne prescrit pas cette ordonnance, ou pas la ligne désignée. "
        "Orientez le patient vers le professionnel concerné.",
    )
    NOT_THE_PRESCRIBER = Reason(
        "NOT_THE_PRESCRIBER",
        Nature.FORBIDDEN,
        "Seul le prescripteur de cette ordonnance peut faire cela. Pour la lire dans le cadre "
        "du suivi du patient, indiquez le motif (en-tête Reason).",
    )
    NOT_THE_EXECUTOR = Reason(
        "NOT_THE_EXECUTOR",
        Nature.FORBIDDEN,
        "Seul le site qui a enregistré cette exécution peut la modifier.",
    )
    NOT_THE_PATIENT = Reason(
        "NOT_THE_PATIENT", Nature.FORBIDDEN, "Cette ordonnance n’est pas à votre nom."
    )
    SOFTWARE_NOT_APPROVED = Reason(
        "SOFTWARE_NOT_APPROVED",
        Nature.FORBIDDEN,
        "Ce logiciel n’est pas agréé pour appeler le téléservice. Contactez votre éditeur.",
    )
    SOFTWARE_IN_PRESERIE = Reason(
        "SOFTWARE_IN_PRESERIE",
        Nature.FORBIDDEN,
        "Ce logiciel est en présérie et votre site n’y participe pas. Contactez votre éditeur.",
    )
    # What is asked for
    NUMBER_UNKNOWN = Reason(
        "NUMBER_UNKNOWN",
        Nature.UNKNOWN,
        "Aucune ordonnance ne porte ce numéro. Vérifiez-le ; si vous avez le papier, délivrez "
        "d’après lui et enregistrez l’exécution comme différée.",
    )
    EXECUTION_UNKNOWN = Reason(
        "EXECUTION_UNKNOWN",
        Nature.UNKNOWN,
        "Cette ordonnance ne porte pas d’exécution de ce numéro. Relisez l’ordonnance.",
    )
    PRODUCT_UNKNOWN = Reason(
        "PRODUCT_UNKNOWN",
        Nature.UNKNOWN,
        "Aucun médicament connu ne porte ce code (CIP13, CIS ou UCD13). Vérifiez-le, ou cherchez "
        "le médicament par son nom.",
    )
    NUMBER_TAKEN = Reason(
        "NUMBER_TAKEN",
        Nature.CONFLICT,
        "Ce numéro désigne déjà une autre ordonnance. Rien n’a été enregistré : tirez un nouveau "
        "numéro et renvoyez.",
    )
    CANCELLED = Reason(
        "CANCELLED",
        Nature.CONFLICT,
        "Cette ordonnance a été annulée par son prescripteur {when}. Rien n’a été enregistré. "
        "Appelez le prescripteur.",
    )
    REPLACED = Reason(
        "REPLACED",
        Nature.CONFLICT,
        "Cette ordonnance a été remplacée par l’ordonnance {successor}. Rien n’a été enregistré. "
        "Consultez la nouvelle.",
    )
    EXPIRED = Reason(
        "EXPIRED",
        Nature.CONFLICT,
        "Cette ordonnance n’est plus valable depuis {when}. Rien n’a été enregistré. "
        "Délivrer quand même : indiquez le motif.",
        overridable=True,
    )
    RIGHTS_EXHAUSTED = Reason(
        "RIGHTS_EXHAUSTED",
        Nature.CONFLICT,
        "Ligne {line} : il reste {remaining}, vous en délivrez {asked}. Rien n’a été enregistré. "
        "Délivrer quand même : indiquez le motif.",
        overridable=True,
    )
    RESERVED_ELSEWHERE = Reason(
        "RESERVED_ELSEWHERE",
        Nature.CONFLICT,
        "Un autre professionnel prépare cette ordonnance jusqu’à {when}. Rien n’a été enregistré. "
        "Attendez, ou délivrez quand même en indiquant le motif.",
        overridable=True,
    )
    EXECUTION_STARTED = Reason(
        "EXECUTION_STARTED",
        Nature.CONFLICT,
        "Une partie de l’ordonnance est déjà exécutée : elle ne peut plus être annulée en "
        "entier. Rien n’a été enregistré. Annulez ce qui reste.",
    )
    ALREADY_UNDONE = Reason(
        "ALREADY_UNDONE",
        Nature.CONFLICT,
        "Cette exécution a déjà été annulée {when}. Il n’y a rien à faire.",
    )
    PATIENT_MISMATCH = Reason(
        "PATIENT_MISMATCH",
        Nature.CONFLICT,
        "L’envoi désigne un autre patient que l’ordonnance. Rien n’a été enregistré. "
        "Vérifiez la carte Vitale et l’ordonnance.",
    )
    BODY_TOO_LARGE = Reason(
        "BODY_TOO_LARGE",
        Nature.TOO_LARGE,
        "L’envoi dépasse la limite : {problem}. Répartissez les lignes sur plusieurs ordonnances.",
    )
    MEDIA_TYPE_UNSUPPORTED = Reason(
        "MEDIA_TYPE_UNSUPPORTED",
        Nature.MEDIA_TYPE,
        "Envoyez du FHIR en JSON (Content-Type: application/fhir+json) ; pour chercher, un "
        "formulaire (application/x-www-form-urlencoded).",
    )
    NOT_ACCEPTABLE = Reason(
        "NOT_ACCEPTABLE",
        Nature.NOT_ACCEPTABLE,
        "Le téléservice répond en FHIR JSON (Accept: application/fhir+json).",
    )
    # Rules
    NUMBER_MONTH_INVALID = Reason(
        "NUMBER_MONTH_INVALID",
        Nature.RULE,
        "Le mois inscrit dans le numéro n’est pas celui de la date de l’ordonnance, ou cette "
        "date remonte à plus de 13 mois. Tirez un numéro du mois de l’ordonnance.",
    )
    KIND_EXCLUDED = Reason(
        "KIND_EXCLUDED",
        Nature.RULE,
        "L’imagerie et les transports n’entrent pas dans l’ordonnance numérique. "
        "Prescrivez-les sur papier.",
    )
    INS_INVALID = Reason(
        "INS_INVALID",
        Nature.RULE,
        "L’INS n’est pas valable : sa clé ou sa forme est fausse. Rappelez l’INS du patient "
        "depuis le téléservice INSi.",
    )
    RPPS_INVALID = Reason(
        "RPPS_INVALID",
        Nature.RULE,
        "Le numéro RPPS n’est pas valable (11 chiffres, le dernier vérifie les autres).",
    )
    FINESS_INVALID = Reason(
        "FINESS_INVALID",
        Nature.RULE,
        "Le numéro FINESS n’est pas valable (9 caractères, le dernier vérifie les autres).",
    )
    CIP_INVALID = Reason(
        "CIP_INVALID",
        Nature.RULE,
        "Le code CIP13 n’est pas valable (13 chiffres, le dernier vérifie les autres). "
        "Scannez à nouveau la boîte.",
    )
    LINE_UNKNOWN = Reason(
        "LINE_UNKNOWN",
        Nature.RULE,
        "L’envoi désigne une ligne que cette ordonnance ne porte pas. Relisez l’ordonnance ; "
        "pour une ligne ajoutée à la main, ne désignez aucune ligne.",
    )
    QUANTITY_INVALID = Reason(
        "QUANTITY_INVALID",
        Nature.RULE,
        "La quantité n’est pas un nombre de boîtes, d’unités ou de séances qui s’exécute. "
        "Corrigez-la.",
    )
    TOO_EARLY = Reason(
        "TOO_EARLY",
        Nature.RULE,
        "Il est trop tôt pour délivrer la ligne {line} : ce sera possible {when}. "
        "Rien n’a été enregistré. Délivrer quand même : indiquez le motif.",
        overridable=True,
    )
    TOO_LATE = Reason(
        "TOO_LATE",
        Nature.RULE,
        "Il est trop tard pour délivrer la ligne {line} : le dernier jour était {when}. "
        "Rien n’a été enregistré. Délivrer quand même : indiquez le motif.",
        overridable=True,
    )
    DURATION_EXCEEDED = Reason(
        "DURATION_EXCEEDED",
        Nature.RULE,
        "Ligne {line} : vous délivrez {asked} de traitement, et la durée permise est dépassée : "
        "{limit}. Rien n’a été enregistré. Délivrer quand même : indiquez le motif.",
        overridable=True,
    )
    OVERLAP = Reason(
        "OVERLAP",
        Nature.RULE,
        "Ligne {line} : une autre ordonnance couvre déjà ce traitement {until}, et celle-ci "
        "ne dit pas qu’elles peuvent se chevaucher. Rien n’a été enregistré. "
        "Délivrer quand même : indiquez le motif.",
        overridable=True,
    )
    QUANTITY_IN_WORDS_MISSING = Reason(
        "QUANTITY_IN_WORDS_MISSING",
        Nature.RULE,
        "Ligne {line} : ce médicament se prescrit en toutes lettres. Structurez la dose (le "
        "logiciel l’écrira en lettres) ou écrivez-la en lettres. Rien n’a été enregistré.",
    )
    NAMED_PHARMACY_MISSING = Reason(
        "NAMED_PHARMACY_MISSING",
        Nature.RULE,
        "Ligne {line} : ce traitement demande que l’ordonnance désigne la pharmacie qui délivre. "
        "Désignez-la. Rien n’a été enregistré.",
    )
    NOT_THE_NAMED_PHARMACY = Reason(
        "NOT_THE_NAMED_PHARMACY",
        Nature.RULE,
        "Ligne {line} : le prescripteur a désigné une autre pharmacie. Rien n’a été enregistré. "
        "Orientez le patient, ou délivrez quand même en indiquant le motif.",
        overridable=True,
    )
    DURATION_OR_QUANTITY_MISSING = Reason(
        "DURATION_OR_QUANTITY_MISSING",
        Nature.RULE,
        "Ligne {line} : indiquez une durée de traitement ou un nombre de boîtes.",
    )
    NOT_SUBSTITUTABLE = Reason(
        "NOT_SUBSTITUTABLE",
        Nature.RULE,
        "Le prescripteur a exclu la substitution de la ligne {line}. Rien n’a été enregistré. "
        "Délivrez le produit prescrit, ou substituez quand même en indiquant le motif.",
        overridable=True,
    )
    SUBSTITUTION_REASON_MISSING = Reason(
        "SUBSTITUTION_REASON_MISSING",
        Nature.RULE,
        "Ligne {line} : le produit délivré n’est pas du groupe générique du produit prescrit. "
        "Indiquez pourquoi. Rien n’a été enregistré.",
    )
    AGREEMENT_MISSING = Reason(
        "AGREEMENT_MISSING",
        Nature.RULE,
        "Ligne {line} : une adaptation demande l’accord du prescripteur. Indiquez-en la date. "
        "Rien n’a été enregistré.",
    )
    OBJECTION_TOO_LATE = Reason(
        "OBJECTION_TOO_LATE",
        Nature.RULE,
        "Le jour de l’écriture est passé : seuls le patient et sa caisse enregistrent ou lèvent "
        "l’opposition. Rien n’a été enregistré. Orientez le patient vers sa caisse.",
    )
    REASON_MISSING = Reason("REASON_MISSING", Nature.RULE, "Indiquez le motif : {problem}.")
    DATE_IN_FUTURE = Reason(
        "DATE_IN_FUTURE",
        Nature.RULE,
        "La date est dans le futur. Vérifiez l’horloge du poste et renvoyez.",
    )
    DEFERRED_REASON_MISSING = Reason(
        "DEFERRED_REASON_MISSING",
        Nature.RULE,
        "La remise date de plus de 15 minutes. Indiquez pourquoi elle est enregistrée après coup.",
    )
    EXTENSION_UNKNOWN = Reason(
        "EXTENSION_UNKNOWN",
        Nature.RULE,
        "L’envoi porte une extension qui change le sens de la prescription et que le "
        "téléservice ne connaît pas. Retirez-la ou prescrivez sur papier.",
    )
    IDEMPOTENCY_KEY_REUSED = Reason(
        "IDEMPOTENCY_KEY_REUSED",
        Nature.RULE,
        "Cette clé a déjà servi pour un autre envoi. Rien n’a été enregistré. "
        "Donnez une nouvelle clé à ce nouvel acte.",
    )
    # The service
    TOO_MANY_REQUESTS = Reason(
        "TOO_MANY_REQUESTS",
        Nature.TOO_MANY,
        "Trop de demandes : {problem}. Annulez celles qui sont fausses ; sinon patientez, puis "
        "renvoyez avec la même clé. Rien n’a été enregistré.",
    )
    BUSY = Reason(
        "BUSY",
        Nature.BUSY,
        "Le téléservice est momentanément saturé ou indisponible. Renvoyez avec la même clé : "
        "rien ne sera enregistré deux fois. Sans réponse, délivrez et différez l’enregistrement.",
    )


ALL_REASONS: tuple[Reason, ...] = tuple(
    value for value in vars(Reasons).values() if isinstance(value, Reason)
)


class Refusal(Exception):
    """A decision to say no. Nothing was written.

    *where* is the FHIRPath of the element in question, None where none is. *words* fill the
    sentence's ``{names}``. ``str()`` gives the code and the place only, so that a refusal that
    ends in a log says nothing of anybody's health.
    """

    def __init__(self, reason: Reason, where: str | None = None, **words: str) -> None:
        super().__init__(reason.code if where is None else f"{reason.code} at {where}")
        self.reason = reason
        self.where = where
        self._words = words

    def within(self, place: str) -> "Refusal":
        """The same refusal, of what did not come in the entries of a Bundle but in *place*."""
        where = None if self.where is None else self.where.replace("Bundle.entry", place)
        return Refusal(self.reason, where, **self._words)

    def at(self, place: str) -> "Refusal":
        """The same refusal, of what came at *place*."""
        return Refusal(self.reason, place, **self._words)

    @property
    def sentence(self) -> str:
        """The French sentence, filled in."""
        return self.say(self.reason.sentence)

    def say(self, sentence: str) -> str:
        """Another sentence about the same, filled in."""
        return sentence.format(**self._words)
