"""The pages of a présérie, as tabs: the same everywhere, for who may open them."""

from dataclasses import dataclass

from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.portail.visitor import Visitor

_ALL = tuple(PartyKind)
_HEADS = (PartyKind.VENDOR, PartyKind.CNAM, PartyKind.GIE)
# Its place in the address, its words, and who has it; the operator reads all.
_TABS: tuple[tuple[str, str, tuple[PartyKind, ...]], ...] = (
    ("", "Présérie", _ALL),
    ("prerequis", "Prérequis et kit", _ALL),
    ("pharmacies", "Pharmacies", (*_HEADS, PartyKind.CPAM)),
    ("planning", "Planning", (*_HEADS, PartyKind.CPAM)),
    ("anomalies", "Anomalies", _ALL),
    ("appels", "Appels", (*_HEADS, PartyKind.CPAM)),
    ("scor", "Arrêt de SCOR", (*_HEADS, PartyKind.CPAM)),
    ("modalites", "Modalités", (*_HEADS, PartyKind.CPAM)),
    ("bilan", "Bilan", _ALL),
)
_CLOSED_TO_OPERATOR = ("scor",)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a présérie: where it is, how it is called, whether one is there."""

    address: str
    words: str
    is_here: bool


def list_tabs(history: History, visitor: Visitor, *, here: str) -> list[Tab]:
    """The tabs that *visitor* may open; *here* is the one shown. Source: PRE-94."""
    base = f"{visitor.home}/preseries/{history.id}"
    return [
        Tab(f"{base}/{place}" if place else base, words, place == here)
        for place, words, kinds in _TABS
        if visitor.is_a(*kinds) or (visitor.party is None and place not in _CLOSED_TO_OPERATOR)
    ]
