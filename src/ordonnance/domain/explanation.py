"""Every rule that applies to a product, in French, each with its source and its texts.

The rules themselves are in ``medicine``, ``prescribing`` and ``admission``: this says what they
do to this product, in the order in which a pharmacist reads an ordonnance.
"""

from collections.abc import Callable, Iterator

from ordonnance.domain.explained import EVERY_MEDICINE, Effect, Explained
from ordonnance.domain.explanation_clocks import (
    explain_amount,
    explain_ceiling,
    explain_fraction,
    explain_pace,
    explain_renewal,
    explain_validity,
)
from ordonnance.domain.explanation_conditions import explain_conditions
from ordonnance.domain.explanation_narcotics import (
    explain_copy,
    explain_lateness,
    explain_overlap,
    explain_writing,
)
from ordonnance.domain.explanation_reserved import explain_pharmacies, explain_prescribers
from ordonnance.domain.explanation_substitution import explain_act, explain_substitution
from ordonnance.domain.product import Product
from ordonnance.domain.refusal import Reasons

__all__ = ["Effect", "Explained", "explain"]


def explain_length(product: Product) -> Iterator[Explained]:
    """What an ordonnance of any medicine says of how long or how much: *product* is not looked at.

    Source: MED-2; TLS-19.
    """
    del product
    yield Explained(
        rule="TLS-19",
        title="Durée ou quantité",
        sentence=(
            "L’ordonnance dit une durée de traitement ou un nombre de boîtes. Un traitement "
            "commencé sans fin dite est admis, avec un avertissement."
        ),
        outcome=Reasons.DURATION_OR_QUANTITY_MISSING,
        source="CSP, art. R. 5132-3",
        because=EVERY_MEDICINE,
    )


# Who, how it is written, when first, how much, how often, how long, narcotics, overlap, where,
# instead of what; then what no rule checks.
_EXPLAIN: tuple[Callable[[Product], Iterator[Explained]], ...] = (
    explain_prescribers,
    explain_length,
    explain_writing,
    explain_validity,
    explain_amount,
    explain_fraction,
    explain_pace,
    explain_renewal,
    explain_ceiling,
    explain_lateness,
    explain_overlap,
    explain_pharmacies,
    explain_substitution,
    explain_act,
    explain_copy,
    explain_conditions,
)


def explain(product: Product) -> tuple[Explained, ...]:
    """Every rule that applies to *product*, in the order in which a pharmacist reads.

    Each text of the product stands in at least one. What depends on the other acts of a request,
    not on the product, is not told (form, place, dates).

    Source: MED-2.
    """
    return tuple(told for part in _EXPLAIN for told in part(product))
