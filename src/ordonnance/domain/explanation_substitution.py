"""What may be delivered instead of a medicine, and what a delivery says of itself, in French."""

from collections.abc import Iterator

from ordonnance.domain.explained import EVERY_MEDICINE, Explained
from ordonnance.domain.fact import CaveatCode
from ordonnance.domain.product import GenericRole, Product
from ordonnance.domain.refusal import Reasons

_SUBSTITUTION = "CSP, art. L. 5125-23"
_OUTSIDE = "Hors du répertoire des groupes génériques."


def explain_substitution(product: Product) -> Iterator[Explained]:
    """Which products may stand for it, and how the prescriber or the pharmacist excludes them.

    Source: MED-2; MED-19.
    """
    if product.generic_group is not None:
        yield Explained(
            rule="MED-19",
            title="Substitution dans le groupe",
            sentence=f"{say_role(product)} Un produit du même groupe peut le remplacer.",
            source=f"{_SUBSTITUTION} et L. 5121-1, 5°",
            because=say_groups(product),
        )
    yield Explained(
        rule="MED-19",
        title="Substitution exclue",
        sentence=(
            "Le prescripteur peut l’exclure : « non substituable » (MTE), (EFG) ou (CIF). Un "
            "autre produit demande alors son accord daté."
        ),
        outcome=Reasons.NOT_SUBSTITUTABLE,
        source=f"{_SUBSTITUTION} ; arrêté du 12 novembre 2019",
        because=EVERY_MEDICINE,
    )
    yield Explained(
        rule="MED-19",
        title="Exclusion sans motif",
        sentence="« Non substituable » sans MTE, EFG ni CIF tient, et le prescripteur est averti.",
        outcome=CaveatCode.SUBSTITUTION_REASON_MISSING,
        source="Arrêté du 12 novembre 2019. Avertir sans refuser : nôtre.",
        because=EVERY_MEDICINE,
    )
    yield from explain_other_product(product)


def explain_other_product(product: Product) -> Iterator[Explained]:
    """What a product that is not of the same generic group asks for.

    Source: MED-2; MED-19.
    """
    group = product.generic_group
    brought_by = _OUTSIDE if group is None else f"Groupe générique {group}."
    outside = "Un autre médicament" if group is None else "Hors du groupe"
    yield Explained(
        rule="MED-19",
        title="Autre produit",
        sentence=(
            f"{outside} : dites pourquoi (hybride, biosimilaire, rupture, accord…). MTE-PH ne "
            "suffit pas : par elle, le pharmacien garde le produit prescrit."
        ),
        outcome=Reasons.SUBSTITUTION_REASON_MISSING,
        source=f"{_SUBSTITUTION}. La liste des motifs : nôtre.",
        because=brought_by,
    )
    yield Explained(
        rule="MED-19",
        title="Générique d’un autre groupe",
        sentence="Un produit dit générique qui n’est pas du même groupe : le téléservice avertit.",
        outcome=CaveatCode.SUBSTITUTION_OUT_OF_GROUP,
        source="Nôtre : un répertoire peut retarder sur le comptoir.",
        because=brought_by,
    )


def say_role(product: Product) -> str:
    """What the product is in its generic group, in words."""
    match product.generic_role:
        case GenericRole.PRINCEPS:
            return "C’est le princeps du groupe."
        case GenericRole.GENERIC:
            return "C’est un générique du groupe."
        case GenericRole.COMPLEMENTARY:
            return "Il complète le groupe par un autre dosage : vérifiez la dose."
        case GenericRole.SUBSTITUTABLE:
            return "Il est dit substituable dans le groupe."
        case None:
            return ""


def say_groups(product: Product) -> str:
    """The generic groups that the product stands in; that it stands in none."""
    if product.generic_group is None:
        return _OUTSIDE
    label = "" if product.group_label is None else f" « {product.group_label.rstrip('. ')} »"
    said = f"Groupe générique {product.generic_group}{label}"
    others = product.other_groups
    if not others:
        return f"{said}."
    return f"{said}, aussi {'groupe' if len(others) == 1 else 'groupes'} {', '.join(others)}."


def explain_act(product: Product) -> Iterator[Explained]:
    """What a delivery says: the agreement to what was changed, its place in the treatment.

    The same for every medicine: *product* is not looked at.

    Source: MED-2; MED-20, MED-23.
    """
    del product
    yield Explained(
        rule="MED-20",
        title="Adaptation",
        sentence="Ce que le pharmacien change porte la date de l’accord du prescripteur.",
        outcome=Reasons.AGREEMENT_MISSING,
        source="CSP, art. R. 4073-1 et suivants",
        because=EVERY_MEDICINE,
    )
    yield Explained(
        rule="MED-23",
        title="Première délivrance ou suivante",
        sentence="La première se dit FFC ou FFP, les suivantes RFC ou RFP.",
        outcome=CaveatCode.COMPLETENESS_UNEXPECTED,
        source="ANS, jeu de valeurs JDV_CompletudeDispensation",
        because=EVERY_MEDICINE,
    )
