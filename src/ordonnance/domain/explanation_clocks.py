"""The clocks of a medicine told in French: when first, how much at once, how often, how long.

Each function tells what the one of the same subject in ``medicine`` does, refusal by refusal.
"""

from collections.abc import Iterator

from ordonnance.domain.delivery import Condition
from ordonnance.domain.explained import (
    EVERY_MEDICINE,
    Explained,
    lists_of,
    say_length,
    say_unlisted,
    texts_of,
)
from ordonnance.domain.fact import CaveatCode
from ordonnance.domain.packaging import Contents, read_contents
from ordonnance.domain.product import Product
from ordonnance.domain.refusal import Reasons

_MEASURES = ("ml", "g")


def explain_validity(product: Product) -> Iterator[Explained]:
    """Until when it may be delivered at all, and until when for the first time.

    Source: MED-2; MED-10, TLS-20.
    """
    yield Explained(
        rule="TLS-20",
        title="Validité",
        sentence=(
            "Douze mois après l’écriture, jour compris, si le prescripteur n’écrit pas une autre "
            "fin de validité."
        ),
        outcome=Reasons.EXPIRED,
        source="Nôtre : la durée de traitement du CSP, art. R. 5132-21, prise pour validité.",
        because=EVERY_MEDICINE,
    )
    if product.regime.is_listed:
        sentence = "Première délivrance : moins de trois mois après l’écriture."
        source = "CSP, art. R. 5132-22"
    else:
        sentence = (
            "Première délivrance : dans l’année de l’écriture, même si le prescripteur écrit une "
            "validité plus longue."
        )
        source = "Nôtre : un an, d’après Le Moniteur des pharmacies ; aucun article trouvé."
    yield Explained(
        rule="MED-10",
        title="Délai pour commencer",
        sentence=sentence,
        outcome=Reasons.TOO_LATE,
        source=source,
        texts=lists_of(product),
        because=say_unlisted(product),
    )


def explain_amount(product: Product) -> Iterator[Explained]:
    """How much is delivered at once, and what one pack of it holds.

    Source: MED-2; MED-12, MED-4.
    """
    listed, is_pill = product.regime.is_listed, product.is_contraceptive
    most = "douze semaines" if is_pill else "quatre semaines ou trente jours"
    kept_back = "douze semaines" if is_pill else "quatre semaines"
    said = (
        f"Une délivrance : {most} au plus.",
        "Non listé : dépasser n’est qu’un avertissement." if not listed else "",
        f"C’est trop si {kept_back} étaient couvertes avec une boîte de moins.",
        "Une boîte qui peut durer plus se délivre entière, avec un avertissement au-delà de trois "
        "mois."
        if not is_pill
        else "",
        say_pack(product),
    )
    brought_by = (say_contraceptive(product) if is_pill else "", say_unlisted(product))
    yield Explained(
        rule="MED-12",
        title="Quantité d’une délivrance",
        sentence=" ".join(filter(None, said)),
        outcome=Reasons.DURATION_EXCEEDED if listed else CaveatCode.DURATION_EXCEEDED,
        source="CSP, art. R. 5132-12. La boîte de trop : nôtre, l’article compte en jours.",
        texts=lists_of(product),
        because=" ".join(filter(None, brought_by)),
    )


def say_contraceptive(product: Product) -> str:
    """What makes a contraceptive of *product*, in words.

    Source: MED-12.
    """
    if product.atc is not None:
        return f"Contraceptif : classe ATC {product.atc}."
    return f"Contraceptif par ses substances : {', '.join(product.substances)}."


def say_pack(product: Product) -> str:
    """What the pack holds, in words; what to do where its label does not tell.

    Source: MED-4.
    """
    contents = read_contents(product.packaging, form=product.form) if product.packaging else None
    if contents is None:
        return (
            "Ce que contient la boîte n’est pas sûr : les jours couverts sont ceux que dit le "
            "pharmacien, à défaut la part de la durée prescrite."
        )
    return f"Cette boîte : {say_contents(contents)}."


def say_contents(contents: Contents) -> str:
    """What a pack holds, as French says it: ``30 comprimés``, ``2,5 ml``."""
    number = f"{contents.count.normalize():f}".replace(".", ",")
    unit = contents.unit
    if contents.count >= 2 and unit not in _MEASURES:  # noqa: PLR2004 - grammar
        unit = " ".join(f"{word.removesuffix('s')}s" for word in unit.split())
    return f"{number} {unit}"


def explain_fraction(product: Product) -> Iterator[Explained]:
    """In what steps it is delivered, where it is.

    Source: MED-2; MED-15.
    """
    days = product.regime.fraction_days
    if days is None:
        return
    yield Explained(
        rule="MED-15",
        title="Délivrance fractionnée",
        sentence=(
            f"Une délivrance : {say_length(days, None)} au plus (fraction), sauf si le "
            "prescripteur écrit « délivrance en une seule fois »."
        ),
        outcome=Reasons.DURATION_EXCEEDED,
        source="CSP, art. R. 5132-30",
        texts=texts_of(product, Condition.FRACTION),
    )


def explain_pace(product: Product) -> Iterator[Explained]:
    """When it may be delivered again.

    Source: MED-2; MED-11.
    """
    listed = product.regime.is_listed
    is_in_fractions = product.regime.fraction_days is not None
    said = (
        "Délivrance suivante : quand les précédentes sont finies (posologie et quantités).",
        "Ce qui complète une délivrance n’attend pas, si le tout pouvait l’être d’un coup.",
        "Chaque fraction attend la fin des précédentes." if is_in_fractions else "",
        "Non listé : trop tôt n’est qu’un avertissement." if not listed else "",
    )
    yield Explained(
        rule="MED-11",
        title="Rythme",
        sentence=" ".join(filter(None, said)),
        outcome=Reasons.TOO_EARLY if listed else CaveatCode.TOO_EARLY,
        source="CSP, art. R. 5132-14"
        if listed
        else "Nôtre : l’art. R. 5132-14 du CSP vise les médicaments listés.",
        texts=lists_of(product),
        because=say_unlisted(product),
    )


def explain_renewal(product: Product) -> Iterator[Explained]:
    """How often it may be renewed.

    Source: MED-2; MED-14, TLS-21.
    """
    regime = product.regime
    yield Explained(
        rule="TLS-21",
        title="Ce qui reste à délivrer",
        sentence=(
            "Pas plus que ce qui reste sur la ligne : la quantité prescrite (ou la durée), autant "
            "de fois que 1 + les renouvellements écrits."
        ),
        outcome=Reasons.RIGHTS_EXHAUSTED,
        source="Nôtre : c’est la ligne qui s’épuise, pas le QR code.",
        because=EVERY_MEDICINE,
    )
    if regime.is_list_ii and not regime.is_list_i:
        yield Explained(
            rule="MED-14",
            title="Renouvellement",
            sentence=(
                "Liste II : se renouvelle même si rien n’est écrit, une délivrance à la fois, pas "
                "plus grande ; un nombre écrit le limite, 0 l’interdit. Prescrit en jours, sans "
                "nombre de boîtes : seulement si c’est écrit."
            ),
            outcome=CaveatCode.RENEWED_BY_LAW,
            source="CSP, art. R. 5132-22. Que 0 interdise, et que ne rien écrire permette : nôtre.",
            texts=texts_of(product, Condition.LIST_II),
        )
        return
    if regime.is_listed:
        which = "Liste I" if regime.is_list_i else "Stupéfiant"
        sentence = f"{which} : ne se renouvelle que si le prescripteur l’écrit."
    else:
        sentence = (
            "Non listé : la loi ne le limite pas. Au titre de cette ordonnance, il faut que le "
            "prescripteur l’ait écrit."
        )
    yield Explained(
        rule="MED-14",
        title="Renouvellement",
        sentence=sentence,
        outcome=Reasons.RIGHTS_EXHAUSTED,
        source="CSP, art. R. 5132-22" if regime.is_listed else "Nôtre : voir TLS-21.",
        texts=lists_of(product),
        because=say_unlisted(product),
    )


def explain_ceiling(product: Product) -> Iterator[Explained]:
    """How long the whole treatment may last, for every patient and for some.

    Source: MED-2; MED-13.
    """
    regime = product.regime
    texts = texts_of(product, Condition.DURATION_MAX)
    ceiling, partial = regime.ceiling, regime.partial_ceiling
    if not regime.is_listed:
        if texts:
            yield Explained(
                rule="MED-13",
                title="Durée du traitement",
                sentence="Limitée par ce texte. Non listé : le téléservice ne la vérifie pas.",
                source="BDPM (autorisation de mise sur le marché)",
                texts=texts,
            )
        return
    most = "12 mois" if ceiling is None else say_length(ceiling.days, ceiling.months)
    several = "" if ceiling is None or len(texts) == 1 else " Le plus long des textes est retenu."
    first = " ; une première boîte qui dure plus à elle seule n’est qu’un avertissement"
    first = "" if regime.is_narcotic else first
    either = "" if ceiling is None or " ou " not in ceiling.text else " Le plus long est retenu."
    yield Explained(
        rule="MED-13",
        title="Durée du traitement",
        sentence=(
            f"Traitement : {most} au plus, toutes délivrances comptées.{several or either} Plus "
            f"long, le prescripteur est averti, et la délivrance qui dépasse est refusée{first}."
        ),
        outcome=Reasons.DURATION_EXCEEDED,
        source="CSP, art. R. 5132-21"
        if ceiling is None
        else "CSP, art. R. 5132-21 et R. 5132-30 ; BDPM (autorisation de mise sur le marché)",
        texts=texts if ceiling is not None else lists_of(product),
    )
    if partial is not None:
        yield Explained(
            rule="MED-13",
            title="Durée pour certaines patientes",
            sentence=(
                f"Prescription : {say_length(partial.days, partial.months)} au plus pour les "
                "patientes du programme de prévention de la grossesse. L’ordonnance ne dit pas "
                "qui l’est : le prescripteur est averti, la délivrance n’est pas refusée."
            ),
            outcome=CaveatCode.DURATION_EXCEEDED,
            source="BDPM. À qui elle s’applique : nôtre, refuser aux autres serait à tort.",
            texts=(*texts, *texts_of(product, Condition.PREGNANCY_PREVENTION)),
        )
