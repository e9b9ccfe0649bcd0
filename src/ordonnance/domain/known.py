"""What a decision knows besides the dossier: the products, and what else the patient was given."""

from collections.abc import Sequence
from dataclasses import dataclass

from ordonnance.domain.dossier import Dossier
from ordonnance.domain.product import NOTHING_KNOWN, Referential


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The products at one version, and the patient's other dossiers where a rule needs them.

    *others* is loaded for treatments that may not overlap, and empty otherwise. *successor* is the
    dossier of the number that a replacement gives; None for any other command. *waiting* counts
    the sender's executions that wait for their prescription, where one more would.
    """

    referential: Referential = NOTHING_KNOWN
    others: Sequence[Dossier] = ()
    successor: Dossier | None = None
    waiting: int = 0


NOTHING = Known()
