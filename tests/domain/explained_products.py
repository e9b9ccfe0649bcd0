"""Products made by hand, of which the rules are told."""

from dataclasses import replace

from ordonnance.domain.delivery import read_regime
from ordonnance.domain.explanation import explain
from ordonnance.domain.identifiers import CIP13, CIS
from ordonnance.domain.product import GenericRole, Product

FULL_WORDS = "prescription en toutes lettres sur ordonnance sécurisée"
NO_OVERLAP = "chevauchement interdit sauf mention expresse du prescripteur portée sur l'ordonnance"
PREGNANCY = "pour les femmes en âge de procréer : voir programme de prévention de la grossesse"


def a_product(*texts, **changes):
    product = Product(
        cis=CIS("60000001"),
        cip13=CIP13("3400900000013"),
        name="ALPHA 10 mg, comprimé",
        form="comprimé",
        substances=("ALPHA",),
        generic_group=None,
        generic_role=None,
        packaging="plaquette(s) PVC de 30 comprimé(s)",
        regime=read_regime(texts),
    )
    return replace(product, **changes)


PARACETAMOL = a_product()
AMOXICILLIN = a_product(
    "liste I",
    generic_group="148",
    generic_role=GenericRole.PRINCEPS,
    group_label="AMOXICILLINE 500 mg - CLAMOXYL 500 mg, gélule.",
    other_groups=("150",),
)
LIST_II = a_product("liste II")
MORPHINE = a_product(
    "prescription limitée à 4 semaines",
    FULL_WORDS,
    "stupéfiants",
    substances=("MORPHINE",),
)
FENTANYL = a_product("délivrance fractionnée de 14 jours", "stupéfiants")
ZOLPIDEM = a_product(
    "liste I",
    FULL_WORDS,
    "prescription limitée à 4 semaines",
    NO_OVERLAP,
    substances=("ZOLPIDEM",),
)
ISOTRETINOIN = a_product(
    "liste I",
    "prescription limitée à 4 semaines",
    PREGNANCY,
    "prescription initiale réservée à certains spécialistes",
    "prescription réservée aux spécialistes et services DERMATOLOGIE",
    "renouvellement non restreint",
)
PILL = a_product("liste I", atc="G03AA07", packaging="3 plaquette(s) de 21 comprimé(s)")
SUBUTEX = a_product(
    "liste I",
    FULL_WORDS,
    "délivrance fractionnée de 7 jours",
    substances=("BUPRÉNORPHINE",),
)
METHADONE = a_product(
    "stupéfiants",
    "délivrance effectuée par un CSAPA",
    "délivrance réservée aux pharmacies à usage intérieur",
    "délivrance effectuée par une pharmacie de ville",
    substances=("CHLORHYDRATE DE MÉTHADONE",),
)
ONCOLOGY = a_product(
    "liste I",
    "prescription hospitalière",
    "prescription initiale hospitalière annuelle",
    "prescription réservée aux spécialistes et services ONCOLOGIE MEDICALE",
    "prescription réservée aux médecins compétents en CANCEROLOGIE",
    "renouvellement de la prescription réservé aux spécialistes en ONCOLOGIE MEDICALE",
    "réservé à l'usage HOSPITALIER",
    "dispositions particulières de DELIVRANCE",
)
KIT = replace(PARACETAMOL, packaging="1 trousse")
SIX_MONTHS = a_product("liste I", "prescription limitée à 6 mois")
INJECTED = a_product("stupéfiants", "prescription limitée à 7 jours ou 28 jours")
UNLISTED_SIX_MONTHS = a_product("prescription limitée à 6 mois")
MADE = (
    *(PARACETAMOL, AMOXICILLIN, LIST_II, MORPHINE, FENTANYL, ZOLPIDEM),
    *(ISOTRETINOIN, PILL, SUBUTEX, METHADONE, ONCOLOGY),
)


def told_of(product, title):
    """What is told of *product* under *title*, first."""
    return next(one for one in explain(product) if one.title == title)
