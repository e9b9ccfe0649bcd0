"""The conditions that no rule checks, and what each one asks of the professional, in French."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ordonnance.domain.delivery import Condition
from ordonnance.domain.explained import Explained, say_length, texts_of
from ordonnance.domain.product import Product

_BDPM = "BDPM (autorisation de mise sur le marché)"


@dataclass(frozen=True, slots=True)
class Duty:
    """What a condition asks of who prescribes or delivers: a title and a sentence.

    ``{who}`` in the sentence is whom the text speaks of (``{for_who}``: of some patients only),
    ``{length}`` its duration.
    """

    title: str
    sentence: str


# In the order in which they are told: before the prescription, at the counter, at the bedside.
DUTIES: Mapping[Condition, Duty] = {
    Condition.PRESCRIPTION_ONLY: Duty(
        "Sur ordonnance",
        "Ne se délivre que sur ordonnance, sans être sur une liste. Vérifiez-la.",
    ),
    Condition.RESTRICTED_PRESCRIPTION: Duty(
        "Prescription restreinte",
        "Prescription restreinte : vérifiez dans la notice qui peut prescrire.",
    ),
    Condition.ADDRESSEES: Duty(
        "Patients concernés",
        "La BDPM range des conditions par groupe de patients ({who}) sans dire lesquelles vont à "
        "qui : voyez le résumé des caractéristiques du produit.",
    ),
    Condition.SURVEILLANCE: Duty(
        "Surveillance particulière",
        "Le prescripteur surveille le traitement{for_who} ; vérifiez que le suivi est fait.",
    ),
    Condition.PREGNANCY_PREVENTION: Duty(
        "Prévention de la grossesse",
        "Pour les {who} : appliquez le programme de prévention de la grossesse (contraception, "
        "tests, documents signés).",
    ),
    Condition.PATIENT_AGREEMENT: Duty(
        "Accord de soins",
        "Le prescripteur recueille l’accord de soins du patient avant de prescrire.",
    ),
    Condition.AGREEMENT_CHECK: Duty(
        "Accord de soins à vérifier",
        "Le pharmacien vérifie que l’accord de soins est recueilli avant de délivrer.",
    ),
    Condition.ATTESTATION: Duty(
        "Attestation d’information",
        "Le médecin et {who} signent l’attestation d’information, tous les {length}.",
    ),
    Condition.ATTESTATION_CHECK: Duty(
        "Attestation à vérifier",
        "Le pharmacien vérifie l’attestation co-signée avant de délivrer.",
    ),
    Condition.MENTION: Duty(
        "Mention sur l’ordonnance",
        "Le prescripteur écrit sur l’ordonnance la mention que le texte demande.",
    ),
    Condition.MENTION_CHECK: Duty(
        "Mention à vérifier",
        "Le pharmacien vérifie que cette mention est sur l’ordonnance avant de délivrer.",
    ),
    Condition.LABORATORY: Duty(
        "Résultat de laboratoire",
        "Le prescripteur demande le dosage ou l’examen ; le pharmacien en vérifie le résultat, "
        "ou sa mention, avant de délivrer.",
    ),
    Condition.PATIENT_CARD: Duty(
        "Carnet du patient",
        "Le carnet est remis au patient et tenu à jour par le médecin : demandez-le.",
    ),
    Condition.PATIENT_SHEET: Duty(
        "Fiche de renseignements",
        "La fiche de renseignements est remise avec la prescription.",
    ),
    Condition.SHEET_SENT: Duty(
        "Fiche à envoyer",
        "À la première délivrance, le pharmacien envoie aussitôt la fiche au laboratoire.",
    ),
    Condition.CSAPA_DELIVERY: Duty(
        "Centre d’addictologie",
        "Peut être délivré par un CSAPA (centre d’addictologie).",
    ),
    Condition.TRANSFUSION_DELIVERY: Duty(
        "Établissement de transfusion",
        "Délivré par les établissements de transfusion sanguine, à leurs seuls malades.",
    ),
    Condition.VACCINATION_CENTRE: Duty(
        "Centre de vaccination",
        "Réservé aux centres de vaccination désignés : orientez le patient.",
    ),
    Condition.HOSPITAL_ADMINISTRATION: Duty(
        "Administration en établissement",
        "Administrations à faire dans un établissement, selon le texte : vérifiez où en est le "
        "patient.",
    ),
    Condition.RESERVED_ADMINISTRATION: Duty(
        "Administration réservée",
        "Administré par : {who}.",
    ),
    Condition.EMERGENCY_USE: Duty(
        "Usage en urgence",
        "Utilisé en situation d’urgence : vérifiez le cadre que le texte cite.",
    ),
    Condition.MOBILE_CARE: Duty(
        "Assistance mobile",
        "Réservé à l’assistance médicale mobile ou au rapatriement sanitaire.",
    ),
    Condition.PROFESSIONAL_USE: Duty(
        "Usage professionnel",
        "Réservé à l’usage d’un professionnel : vérifiez qui l’administre.",
    ),
    Condition.MILITARY_USE: Duty(
        "Usage militaire",
        "Réservé aux armées : vérifiez avant de délivrer.",
    ),
    Condition.TEXT: Duty(
        "Texte conservé",
        "Conservé en texte, à lire : aucune règle ne le vérifie.",
    ),
}


def explain_conditions(product: Product) -> Iterator[Explained]:
    """What the texts of *product* ask that no rule checks, a condition at a time.

    Source: MED-2; MED-3.
    """
    for condition, duty in DUTIES.items():
        texts = texts_of(product, condition)
        if texts:
            yield Explained(
                rule="MED-3",
                title=duty.title,
                sentence=say_duty(product, condition, duty),
                source="BDPM" if condition is Condition.TEXT else _BDPM,
                texts=texts,
            )


def say_duty(product: Product, condition: Condition, duty: Duty) -> str:
    """The sentence of *duty*, with whom the texts speak of and how long they say."""
    stated = product.regime.find_all(condition)
    who = " ; ".join(dict.fromkeys(one.who for one in stated if one.who))
    lengths = (say_length(one.days, one.months) for one in stated)
    is_everybody = any(one.who is None for one in stated)
    return duty.sentence.format(
        who=who,
        for_who="" if is_everybody else f" pour les {who}",
        length=next(filter(None, lengths), ""),
    )
