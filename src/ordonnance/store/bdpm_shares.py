"""Whether the files of a base go together: one that was cut says too little of the medicines."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ordonnance.domain.product import Product
from ordonnance.store.bdpm_rows import BDPMFile

MEDICINES_MIN = 1000  # of a base made by hand, nothing is usual


class Share(NamedTuple):
    """Of how many medicines a file usually says something, and of how many at least."""

    says: Callable[[Product], bool]
    usual: float
    least: float


# The usual shares are those of January 2026.
SHARES: Mapping[BDPMFile, Share] = {
    BDPMFile.BOXES: Share(lambda one: one.cip13 is not None, 0.92, 0.8),
    BDPMFile.COMPOSITION: Share(lambda one: bool(one.substances), 1.0, 0.9),
    BDPMFile.GROUPS: Share(lambda one: one.generic_group is not None, 0.51, 0.35),
    BDPMFile.CONDITIONS: Share(lambda one: bool(one.regime.stated), 0.79, 0.6),
    BDPMFile.ATC: Share(lambda one: one.atc is not None, 0.51, 0.35),
}


def find_cut(
    products: Sequence[Product], present: Collection[BDPMFile]
) -> Iterator[tuple[BDPMFile, str]]:
    """The files among *present* that say too little of *products*, each with why, in French.

    Source: ours (REF-2): a file cut at the end of a line looks whole, and a narcotic whose
    conditions were cut off would be delivered as if it had none.
    """
    medicines = {product.cis: product for product in products}.values()
    if len(medicines) < MEDICINES_MIN:
        return
    for file, share in SHARES.items():
        found = sum(map(share.says, medicines)) / len(medicines)
        if file in present and found < share.least:
            yield (
                file,
                f"coupé\u00a0? il ne parle que de {found:.0%} des spécialités, contre "
                f"{share.usual:.0%} d’ordinaire".replace("%", "\u202f%"),
            )
