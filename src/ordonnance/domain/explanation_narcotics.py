"""The rules of narcotics, and of what is written and delivered as they are, told in French."""

from collections.abc import Iterator

from ordonnance.domain.delivery import Condition
from ordonnance.domain.explained import Explained, texts_of
from ordonnance.domain.fact import CaveatCode
from ordonnance.domain.product import Product
from ordonnance.domain.refusal import Reasons

_SECURED = (Condition.NARCOTIC, Condition.IN_WORDS, Condition.SECURED)


def explain_writing(product: Product) -> Iterator[Explained]:
    """How it is written: amounts in words, on secured paper where it is paper.

    Source: MED-2; POS-9, MED-18.
    """
    regime = product.regime
    if regime.is_in_words:
        yield Explained(
            rule="POS-9",
            title="En toutes lettres",
            sentence=(
                "Dose et nombre de prises en toutes lettres : une dose structurée suffit, le "
                "logiciel l’écrit en lettres ; sinon, le prescripteur les écrit."
            ),
            outcome=Reasons.QUANTITY_IN_WORDS_MISSING,
            source="CSP, art. R. 5132-5 et R. 5132-29",
            texts=texts_of(product, Condition.IN_WORDS) or texts_of(product, Condition.NARCOTIC),
        )
    if regime.is_secured:
        yield Explained(
            rule="MED-18",
            title="Ordonnance sécurisée",
            sentence=(
                "L’ordonnance numérique remplace le papier sécurisé. Sur papier, il reste exigé"
                + (", et le prescripteur écrit pourquoi." if regime.is_narcotic else ".")
            ),
            source="CSP, art. R. 5132-5 et R. 5132-29 ; décret n° 2023-1222",
            texts=texts_of(product, *_SECURED),
        )


def explain_lateness(product: Product) -> Iterator[Explained]:
    """What is lost by who comes late, and what a narcotic for an operation waits for.

    Source: MED-2; MED-15.
    """
    regime = product.regime
    if regime.is_narcotic:
        yield from explain_narcotic(product)
    elif regime.is_in_words or regime.fraction_days is not None:
        yield Explained(
            rule="MED-15",
            title="Présentation tardive",
            sentence=(
                "Présentée plus de trois jours après l’écriture (ou après la fin de la délivrance "
                "précédente) : le téléservice avertit, sans rien déduire. Ce n’est pas un "
                "stupéfiant : le pharmacien dit si la règle des trois jours s’applique."
            ),
            outcome=CaveatCode.PRESENTED_LATE,
            source="CSP, art. R. 5132-33. Qu’elle avertisse seulement : nôtre.",
            texts=texts_of(product, *_SECURED, Condition.FRACTION),
        )
    if regime.is_narcotic or regime.fraction_days is not None:
        yield Explained(
            rule="MED-15",
            title="Jours couverts",
            sentence=(
                "Dites les jours que couvre la délivrance : s’ils ne peuvent pas être comptés, "
                "ces délais ne sont pas vérifiés."
            ),
            outcome=CaveatCode.DAYS_UNKNOWN,
            source="Nôtre : sans les jours, rien ne peut être compté.",
            texts=texts_of(product, *_SECURED, Condition.FRACTION),
        )


def explain_narcotic(product: Product) -> Iterator[Explained]:
    """The three days of a narcotic, from its writing or from its operation.

    Source: MED-2; MED-15.
    """
    texts = texts_of(product, Condition.NARCOTIC)
    source, each = (
        "CSP, art. R. 5132-33",
        "Sans durée prescrite, rien n’est déduit, et le pharmacien est averti.",
    )
    if product.regime.fraction_days is not None:
        source = f"{source}. Les fractions perdues entières : nôtre."
        each = (
            "Chaque fraction se compte de la fin de la précédente ; passée tout entière, elle est "
            "perdue, et la suivante a ses trois jours."
        )
    yield Explained(
        rule="MED-15",
        title="Trois jours pour se présenter",
        sentence=(
            "Présentée dans les trois jours de l’écriture (ce jour non compté), délivrance "
            f"entière, à l’unité près ; plus tard, les jours passés sont déduits. {each}"
        ),
        outcome=Reasons.DURATION_EXCEEDED,
        source=source,
        texts=texts,
    )
    yield Explained(
        rule="MED-15",
        title="Traitement passé",
        sentence="Quand il ne reste aucun jour à délivrer, la délivrance vient trop tard.",
        outcome=Reasons.TOO_LATE,
        source="CSP, art. R. 5132-33",
        texts=texts,
    )
    yield Explained(
        rule="MED-15",
        title="Avant une opération",
        sentence=(
            "Prescrit pour une opération : pas plus de trois jours avant elle ; les trois jours "
            "pour se présenter se comptent alors de la sortie prévue."
        ),
        outcome=Reasons.TOO_EARLY,
        source="Décret n° 2022-972",
        texts=texts,
    )


def explain_copy(product: Product) -> Iterator[Explained]:
    """How long the pharmacist keeps a copy.

    Source: MED-2; CSP, art. R. 5132-35.
    """
    stated = product.regime.find(Condition.COPY_KEPT)
    if stated is None and not product.regime.is_narcotic:
        return
    months = 36 if stated is None or stated.months is None else stated.months
    yield Explained(
        rule="MED-3",
        title="Copie conservée",
        sentence=f"Le pharmacien garde une copie de l’ordonnance {months // 12} ans.",
        source="CSP, art. R. 5132-35" if stated is None else "BDPM ; CSP, art. R. 5132-35",
        texts=texts_of(product, Condition.COPY_KEPT) or texts_of(product, Condition.NARCOTIC),
    )


def explain_overlap(product: Product) -> Iterator[Explained]:
    """What else of the same substances the patient may not have at the same time.

    Source: MED-2; MED-16.
    """
    if not product.regime.forbids_overlap:
        return
    names = ", ".join(product.substances) or "les mêmes substances"
    yield Explained(
        rule="MED-16",
        title="Chevauchement",
        sentence=(
            "Pas de délivrance tant que ce qu’une autre ordonnance des six derniers mois a "
            f"prescrit et délivré couvre le patient ({names}), sauf mention expresse du "
            "prescripteur."
        ),
        outcome=Reasons.OVERLAP,
        source="CSP, art. R. 5132-33. Six mois en arrière : nôtre.",
        texts=texts_of(product, Condition.NO_OVERLAP) or texts_of(product, Condition.NARCOTIC),
    )
