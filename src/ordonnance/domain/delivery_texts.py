"""The sentences of the BDPM on prescription and delivery, and the condition each one states.

``RULES`` is to be read from top to bottom: the first rule that fits a text types it. In a
sentence ``{days}``, ``{weeks}``, ``{months}`` and ``{years}`` are whole numbers, ``{who}`` is
whom it speaks of and ``{…}`` is anything; what fills the blank in one of the texts stands beside
it, as an example. Capitals, accents, apostrophes and blanks do not count.
"""

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """What a text of the BDPM asks for; the sentences themselves are in ``RULES``."""

    LIST_I = "LISTE_I"
    LIST_II = "LISTE_II"
    NARCOTIC = "STUPEFIANT"
    PRESCRIPTION_ONLY = "SUR_PRESCRIPTION"
    RESTRICTED_PRESCRIPTION = "PRESCRIPTION_RESTREINTE"
    IN_WORDS = "TOUTES_LETTRES"
    SECURED = "SECURISEE"
    FRACTION = "FRACTION"
    DURATION_MAX = "DUREE_MAXIMALE"
    NO_OVERLAP = "CHEVAUCHEMENT_INTERDIT"
    COPY_KEPT = "COPIE_CONSERVEE"
    HOSPITAL_USE = "USAGE_HOSPITALIER"
    HOSPITAL_PRESCRIPTION = "PRESCRIPTION_HOSPITALIERE"
    INITIAL_HOSPITAL = "PRESCRIPTION_INITIALE_HOSPITALIERE"
    INITIAL_SPECIALIST = "PRESCRIPTION_INITIALE_SPECIALISTE"
    RESERVED_PRESCRIBER = "PRESCRIPTEUR_RESERVE"
    RENEWAL_RESERVED = "RENOUVELLEMENT_RESERVE"
    RENEWAL_FREE = "RENOUVELLEMENT_LIBRE"
    RETAIL_PHARMACY = "PHARMACIE_DE_VILLE"
    HOSPITAL_PHARMACY = "PHARMACIE_A_USAGE_INTERIEUR"
    CSAPA_DELIVERY = "DELIVRANCE_CSAPA"
    TRANSFUSION_DELIVERY = "DELIVRANCE_ETS"
    SURVEILLANCE = "SURVEILLANCE_PARTICULIERE"
    PREGNANCY_PREVENTION = "PREVENTION_GROSSESSE"
    PATIENT_AGREEMENT = "ACCORD_DE_SOINS"
    AGREEMENT_CHECK = "ACCORD_DE_SOINS_A_VERIFIER"
    ATTESTATION = "ATTESTATION_D_INFORMATION"
    ATTESTATION_CHECK = "ATTESTATION_A_VERIFIER"
    MENTION = "MENTION_SUR_ORDONNANCE"
    MENTION_CHECK = "MENTION_A_VERIFIER"
    PATIENT_CARD = "CARNET_PATIENT"
    PATIENT_SHEET = "FICHE_DE_RENSEIGNEMENTS"
    SHEET_SENT = "FICHE_A_ENVOYER"
    LABORATORY = "RESULTAT_DE_LABORATOIRE"
    HOSPITAL_ADMINISTRATION = "ADMINISTRATION_HOSPITALIERE"
    RESERVED_ADMINISTRATION = "ADMINISTRATION_RESERVEE"
    EMERGENCY_USE = "USAGE_D_URGENCE"
    MOBILE_CARE = "ASSISTANCE_MEDICALE_MOBILE"
    PROFESSIONAL_USE = "USAGE_PROFESSIONNEL"
    MILITARY_USE = "USAGE_MILITAIRE"
    VACCINATION_CENTRE = "CENTRE_DE_VACCINATION"
    ADDRESSEES = "PATIENTS_CONCERNES"
    TEXT = "TEXTE"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: a sentence, with at most one blank, and the condition it states.

    *example* fills the blank. *months* is what « annuelle » and the like say.
    """

    sentence: str
    condition: Condition
    example: str = ""
    months: int | None = None


RULES = (
    # Lists: what is handed over on a prescription alone.
    Rule("liste I", Condition.LIST_I),
    Rule("liste II", Condition.LIST_II),
    Rule("stupéfiants", Condition.NARCOTIC),
    Rule("médicament soumis à prescription médicale", Condition.PRESCRIPTION_ONLY),
    Rule(
        "médicament soumis à prescription médicale, {…}",
        Condition.PRESCRIPTION_ONLY,
        "en attente de notification de la Blue Box",
    ),
    Rule("médicament soumis à prescription médicale restreinte", Condition.RESTRICTED_PRESCRIPTION),
    # How it is written, for how long, and in what steps it is handed over.
    Rule("prescription en toutes lettres sur ordonnance sécurisée", Condition.IN_WORDS),
    Rule("prescription sur ordonnance sécurisée", Condition.SECURED),
    Rule("délivrance fractionnée de {days} jours", Condition.FRACTION, "14"),
    # Oxycodone or morphine to inject: which of both depends on how it is given, which a line does
    # not say. The longer one refuses nothing that is allowed.
    Rule("prescription limitée à 7 jours ou {days} jours", Condition.DURATION_MAX, "28"),
    Rule("prescription limitée à {days} jours", Condition.DURATION_MAX, "7"),
    Rule("prescription limitée à {weeks} semaines", Condition.DURATION_MAX, "12"),
    Rule("prescription limitée à {months} mois", Condition.DURATION_MAX, "6"),
    Rule(
        "chevauchement interdit sauf mention expresse du prescripteur portée sur l'ordonnance",
        Condition.NO_OVERLAP,
    ),
    Rule(
        "conservation d'une copie de l'ordonnance pendant {years} ans par le pharmacien",
        Condition.COPY_KEPT,
        "3",
    ),
    # Who prescribes, first and then.
    Rule("réservé à l'usage HOSPITALIER", Condition.HOSPITAL_USE),
    Rule("prescription hospitalière", Condition.HOSPITAL_PRESCRIPTION),
    Rule("prescription initiale hospitalière", Condition.INITIAL_HOSPITAL),
    Rule("prescription initiale hospitalière annuelle", Condition.INITIAL_HOSPITAL, months=12),
    Rule("prescription initiale hospitalière semestrielle", Condition.INITIAL_HOSPITAL, months=6),
    Rule("prescription initiale hospitalière trimestrielle", Condition.INITIAL_HOSPITAL, months=3),
    Rule("prescription initiale réservée à certains spécialistes", Condition.INITIAL_SPECIALIST),
    Rule(
        "prescription initiale annuelle réservée à certains spécialistes",
        Condition.INITIAL_SPECIALIST,
        months=12,
    ),
    Rule(
        "prescription initiale semestrielle réservée à certains spécialistes",
        Condition.INITIAL_SPECIALIST,
        months=6,
    ),
    Rule(
        "prescription initiale annuelle réservée aux {who}",
        Condition.INITIAL_SPECIALIST,
        "spécialistes et services CARDIOLOGIE",
        months=12,
    ),
    Rule(
        "prescription initiale par un {who}",
        Condition.INITIAL_SPECIALIST,
        "médecin exerçant dans un service de dialyse à domicile",
    ),
    Rule(
        "prescription réservée aux {who}",
        Condition.RESERVED_PRESCRIBER,
        "spécialistes et services NEUROLOGIE",
    ),
    Rule(
        "prescription par un {who}",
        Condition.RESERVED_PRESCRIBER,
        "médecin exerçant dans un établissement de transfusion sanguine",
    ),
    Rule(
        "hors établissement de santé : prescription réservée aux {who}",
        Condition.RESERVED_PRESCRIBER,
        "médecins, sages-femmes et centres habilités conformément à l'article L.2212-2 du code "
        "de la santé publique",
    ),
    Rule(
        "renouvellement de la prescription réservé aux {who}",
        Condition.RENEWAL_RESERVED,
        "spécialistes en NEPHROLOGIE",
    ),
    Rule("renouvellement non restreint", Condition.RENEWAL_FREE),
    # Who hands over.
    Rule("délivrance effectuée par une pharmacie de ville", Condition.RETAIL_PHARMACY),
    Rule("délivrance réservée aux pharmacies à usage intérieur", Condition.HOSPITAL_PHARMACY),
    Rule("délivrance effectuée par un CSAPA", Condition.CSAPA_DELIVERY),
    Rule(
        "délivrance réservée aux ETS pour les malades qui y sont traités",
        Condition.TRANSFUSION_DELIVERY,
    ),
    # What is watched, agreed to, signed, given to the patient or shown to the pharmacist.
    Rule(
        "médicament nécessitant une surveillance particulière pendant le traitement",
        Condition.SURVEILLANCE,
    ),
    Rule(
        "pour les {who} : surveillance particulière pendant le traitement",
        Condition.SURVEILLANCE,
        "femmes susceptibles de procréer",
    ),
    Rule(
        "pour les {who} : voir programme de prévention de la grossesse",
        Condition.PREGNANCY_PREVENTION,
        "femmes en âge de procréer",
    ),
    Rule(
        "prescription nécessitant préalablement le recueil de l'accord de soins du patient",
        Condition.PATIENT_AGREEMENT,
    ),
    Rule(
        "prescription nécessitant préalablement le recueil de l'accord de soins du patient {…}",
        Condition.PATIENT_AGREEMENT,
        "pour la sclérose en plaques",
    ),
    Rule(
        "délivrance après vérification du recueil de l'accord de soins",
        Condition.AGREEMENT_CHECK,
    ),
    Rule(
        "prescription nécessitant la signature annuelle par le médecin et {who} d'une "
        "attestation d'information",
        Condition.ATTESTATION,
        "la patiente",
        months=12,
    ),
    Rule(
        "délivrance ne pouvant se faire qu'après vérification de l'attestation co-signée",
        Condition.ATTESTATION_CHECK,
    ),
    Rule(
        "la prescription nécessite la mention {…} sur l'ordonnance",
        Condition.MENTION,
        '" traitement inférieur à 1 an "',
    ),
    Rule(
        "la délivrance ne peut se faire qu'après avoir vérifié la présence de cette mention",
        Condition.MENTION_CHECK,
    ),
    Rule("prescription nécessitant la remise d'un carnet patient", Condition.PATIENT_CARD),
    Rule(
        "mise à jour du carnet de suivi par le médecin {…}",
        Condition.PATIENT_CARD,
        "(carnet fourni au pharmacien d'hôpital par le titulaire d'AMM)",
    ),
    Rule(
        "prescription nécessitant la remise d'une fiche de renseignements",
        Condition.PATIENT_SHEET,
    ),
    Rule(
        "la première délivrance doit être accompagnée de l'envoi immédiat au laboratoire de la "
        "fiche de renseignements",
        Condition.SHEET_SENT,
    ),
    Rule(
        "ordonnance avec la numération des neutrophiles datée dont valeurs dans les limites "
        "usuelles",
        Condition.LABORATORY,
    ),
    Rule(
        "prescription et délivrance subordonnées à l'obtention du résultat du dépistage d'un "
        "déficit en DPD",
        Condition.LABORATORY,
    ),
    Rule(
        "dosage testostéronémie tous les 3 mois et mention sur l'ordonnance du dosage réalisé",
        Condition.LABORATORY,
    ),
    # Where it is given, and the uses it is reserved to.
    Rule(
        "la première administration doit être effectuée en milieu hospitalier",
        Condition.HOSPITAL_ADMINISTRATION,
    ),
    Rule(
        "les {…} administrations doivent être effectuées en milieu hospitalier",
        Condition.HOSPITAL_ADMINISTRATION,
        "six premières",
    ),
    Rule(
        "les administrations {…} doivent être effectuées en milieu hospitalier",
        Condition.HOSPITAL_ADMINISTRATION,
        "de la phase initiale et de la première dose de chaque nouveau palier de la phase "
        "d'augmentation de dose",
    ),
    Rule(
        "l'administration {…} doit être réalisée en milieu hospitalier",
        Condition.HOSPITAL_ADMINISTRATION,
        "du 1 er cycle et de la 1 ère injection du 2 ème cycle",
    ),
    Rule(
        "{…} administrations en milieu hospitalier",
        Condition.HOSPITAL_ADMINISTRATION,
        "deux premières",
    ),
    Rule(
        "l'administration doit être effectuée dans un établissement de {…}",
        Condition.HOSPITAL_ADMINISTRATION,
        "santé",
    ),
    Rule(
        "administration par tout {who}",
        Condition.RESERVED_ADMINISTRATION,
        "médecin spécialiste en ANESTHESIE-REANIMATION ou en MEDECINE D'URGENCE",
    ),
    Rule(
        "réservé à l'usage en situation d'urgence selon l'article {…}",
        Condition.EMERGENCY_USE,
        "R5121-96 du code de la santé publique",
    ),
    Rule(
        "réservé à une structure d'assistance médicale mobile ou de rapatriement sanitaire",
        Condition.MOBILE_CARE,
    ),
    Rule("réservé à l'usage professionnel", Condition.PROFESSIONAL_USE),
    Rule("réservé à l'usage professionnel {…}", Condition.PROFESSIONAL_USE, "DENTAIRE"),
    Rule("réservé à l'usage militaire", Condition.MILITARY_USE),
    Rule("réservé aux centres de vaccination {…}", Condition.VACCINATION_CENTRE, "anti-rabique"),
    Rule(
        "médicament réservé aux centres de vaccination {…}",
        Condition.VACCINATION_CENTRE,
        "désignés par l'agence régionale de santé",
    ),
    # Headings: some of what stands beside them is asked for these patients only.
    Rule("pour {who} :", Condition.ADDRESSEES, "tous les patients"),
)
