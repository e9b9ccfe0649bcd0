"""Who may prescribe a medicine and which pharmacy hands it over, told in French."""

from collections.abc import Iterator

from ordonnance.domain.delivery import Condition, Stated
from ordonnance.domain.explained import EVERY_MEDICINE, Explained, say_length, texts_of
from ordonnance.domain.fact import CaveatCode
from ordonnance.domain.product import Product
from ordonnance.domain.refusal import Reasons

_INITIAL = (Condition.INITIAL_HOSPITAL, Condition.INITIAL_SPECIALIST)
_TOWN = (Condition.HOSPITAL_USE, Condition.HOSPITAL_PHARMACY, Condition.RETAIL_PHARMACY)
_WARNED = "Le prescripteur est averti."
_NAMED = "CSP, art. R. 5132-5 et suivants ; CI-SIS, volet eP-MED-DM"
_RESERVED = "CSP, art. R. 5121-77 et suivants. Sans refus : nôtre, la spécialité n’est pas connue."


def explain_prescribers(product: Product) -> Iterator[Explained]:
    """Who prescribes it, first and then.

    Source: MED-2; MED-21.
    """
    regime = product.regime
    if regime.has(Condition.HOSPITAL_PRESCRIPTION):
        yield _reserve(
            product,
            "Prescription hospitalière",
            "Prescrit par un médecin d’un établissement de santé.",
            Condition.HOSPITAL_PRESCRIPTION,
        )
    initial = regime.find_all(*_INITIAL)
    if initial:
        said = " ; ".join(dict.fromkeys(map(say_initial, initial)))
        first = f"Première prescription {said}."
        yield _reserve(product, "Première prescription", first, *_INITIAL)
    reserved = regime.find_all(Condition.RESERVED_PRESCRIBER)
    if reserved:
        who = f"Réservé aux : {say_who(reserved)}."
        if len(reserved) > 1:
            who += " L’un d’eux suffit."
        yield _reserve(product, "Prescripteurs", who, Condition.RESERVED_PRESCRIBER)
    yield from explain_prescribed_again(product)


def explain_prescribed_again(product: Product) -> Iterator[Explained]:
    """Who prescribes it once it was prescribed first.

    Source: MED-2; MED-21.
    """
    again = product.regime.find_all(Condition.RENEWAL_RESERVED)
    if again:
        yield _reserve(
            product,
            "Prescriptions suivantes",
            f"Réservées aux : {say_who(again)}.",
            Condition.RENEWAL_RESERVED,
        )
    if product.regime.has(Condition.RENEWAL_FREE):
        yield Explained(
            rule="MED-3",
            title="Prescriptions suivantes",
            sentence="Tout prescripteur peut renouveler ; vérifiez la prescription initiale.",
            source="CSP, art. R. 5121-77 et suivants",
            texts=texts_of(product, Condition.RENEWAL_FREE),
        )


def _reserve(product: Product, title: str, sentence: str, *conditions: Condition) -> Explained:
    return Explained(
        rule="MED-21",
        title=title,
        sentence=f"{sentence} {_WARNED}",
        outcome=CaveatCode.PRESCRIBER_RESERVED,
        source=_RESERVED,
        texts=texts_of(product, *conditions),
    )


def say_initial(stated: Stated) -> str:
    """Where or by whom it is first prescribed, and for how long that holds, in words."""
    if stated.condition is Condition.INITIAL_HOSPITAL:
        where = "à l’hôpital"
    elif stated.who is None:
        where = "par certains spécialistes"
    else:
        where = f"réservée aux {stated.who}"
    length = say_length(stated.days, stated.months)
    return f"{where}, à refaire au bout de {length}" if length else where


def say_who(reserved: tuple[Stated, ...]) -> str:
    """Those to whom it is reserved, in the BDPM's words."""
    return " ; ".join(dict.fromkeys(one.who for one in reserved if one.who))


def explain_pharmacies(product: Product) -> Iterator[Explained]:
    """Which pharmacy hands it over.

    Source: MED-2; MED-17, MED-21.
    """
    yield from explain_town(product)
    is_named = product.is_opioid_substitute
    brought_by = EVERY_MEDICINE
    if is_named:
        names = ", ".join(product.substances)
        brought_by = f"Traitement de substitution aux opiacés : {names}."
        yield Explained(
            rule="MED-17",
            title="Pharmacie à désigner",
            sentence="L’ordonnance désigne la pharmacie qui délivre.",
            outcome=Reasons.NAMED_PHARMACY_MISSING,
            source=f"{_NAMED}. À quels médicaments : nôtre, d’après la BDPM.",
            texts=texts_of(product, Condition.CSAPA_DELIVERY, Condition.FRACTION),
            because=brought_by,
        )
    is_held = product.regime.is_secured
    yield Explained(
        rule="MED-17",
        title="Pharmacie désignée",
        sentence=(
            "La pharmacie désignée délivre seule. Désignée autrement que par son numéro AM, elle "
            "ne peut être vérifiée : le téléservice avertit."
            if is_held
            else "Si le prescripteur désigne une pharmacie, une autre est avertie et délivre : le "
            "patient la choisit."
        ),
        outcome=Reasons.NOT_THE_NAMED_PHARMACY if is_held else CaveatCode.NAMED_PHARMACY_UNCHECKED,
        source=_NAMED if is_held else "Nôtre : CSP, art. L. 1110-8 (libre choix).",
        because=brought_by,
    )


def explain_town(product: Product) -> Iterator[Explained]:
    """Whether a pharmacy in town hands it over, where the texts say something of it.

    Source: MED-2; MED-21.
    """
    regime, texts = product.regime, texts_of(product, *_TOWN)
    if regime.is_hospital_only:
        yield Explained(
            rule="MED-21",
            title="Hôpital seul",
            sentence=(
                "Réservé à l’hôpital : les officines ne le délivrent pas. Le prescripteur est "
                "averti ; la délivrance n’est pas refusée."
            ),
            outcome=CaveatCode.PRESCRIBER_RESERVED,
            source=_RESERVED,
            texts=texts,
        )
    elif texts:
        both = regime.has(Condition.HOSPITAL_USE, Condition.HOSPITAL_PHARMACY)
        where = "Délivré en pharmacie de ville"
        yield Explained(
            rule="MED-3",
            title="Lieu de délivrance",
            sentence=f"{where}, ou par une pharmacie d’hôpital." if both else f"{where}.",
            source="BDPM (autorisation de mise sur le marché)",
            texts=texts,
        )
