"""A rule told for one product: what it asks, what it does, where it comes from."""

from dataclasses import dataclass
from enum import StrEnum

from ordonnance.domain.delivery import Condition
from ordonnance.domain.fact import CaveatCode
from ordonnance.domain.product import Product
from ordonnance.domain.reason import Reason

EVERY_MEDICINE = "Vaut pour tout médicament."


class Effect(StrEnum):
    """What a rule does to who does not keep it."""

    REFUSES = "REFUSE_SAUF_MOTIF"
    REFUSES_ALWAYS = "REFUSE"
    WARNS = "AVERTIT"
    INFORMS = "A_VERIFIER"

    @property
    def words(self) -> str:
        """The effect as French people read it."""
        match self:
            case Effect.REFUSES:
                return "refuse, sauf motif"
            case Effect.REFUSES_ALWAYS:
                return "refuse"
            case Effect.WARNS:
                return "avertit"
            case Effect.INFORMS:
                return "à vérifier par le professionnel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One rule that applies to a product, in French.

    *rule* is the requirement's identifier (``MED-11``). *sentence* is filled in for the product.
    *outcome* is the refusal or the warning of who does not keep it; None: the service looks at
    nothing, the professional does. *texts* are the BDPM's that bring the rule, as they came; where
    there are none, *because* says in French what in the product brings it.

    Source: MED-2.
    """

    rule: str
    title: str
    sentence: str
    source: str
    outcome: Reason | CaveatCode | None = None
    texts: tuple[str, ...] = ()
    because: str = ""

    @property
    def effect(self) -> Effect:
        """What it does: whether a refusal may be set aside is the reason's to say.

        Source: MED-2, TLS-26.
        """
        match self.outcome:
            case None:
                return Effect.INFORMS
            case CaveatCode():
                return Effect.WARNS
            case Reason():
                return Effect.REFUSES if self.outcome.overridable else Effect.REFUSES_ALWAYS

    @property
    def code(self) -> str | None:
        """The code of the refusal or of the warning; None: nothing is checked."""
        match self.outcome:
            case None:
                return None
            case CaveatCode():
                return self.outcome.value
            case Reason():
                return self.outcome.code

    @property
    def is_overridable(self) -> bool | None:
        """Whether the professional may set the refusal aside; None: it refuses nothing."""
        return self.outcome.overridable if isinstance(self.outcome, Reason) else None


def texts_of(product: Product, *conditions: Condition) -> tuple[str, ...]:
    """The texts of *product* that state one of *conditions*, in their order, each once."""
    stated = product.regime.find_all(*conditions)
    return tuple(dict.fromkeys(one.text for one in stated))


def lists_of(product: Product) -> tuple[str, ...]:
    """The texts that put *product* on a list, or among narcotics; none: it is not listed."""
    return texts_of(product, Condition.LIST_I, Condition.LIST_II, Condition.NARCOTIC)


def say_unlisted(product: Product) -> str:
    """That *product* is on no list, in words; empty where it is on one, which its texts say."""
    return "" if lists_of(product) else "Non listé : ni liste I, ni liste II, ni stupéfiant."


def say_length(days: int | None, months: int | None) -> str:
    """A length as French says it: ``28 jours``, ``6 mois``; empty where there is none."""
    if days is not None:
        return f"{days} jour{'s' if days > 1 else ''}"
    return "" if months is None else f"{months} mois"
