"""What the fields of a form offer to choose from, as a présérie stands."""

from collections.abc import Sequence

from ordonnance.domain.bilan import CRITERION_NAMES
from ordonnance.domain.modalites import say_cpam
from ordonnance.domain.preserie import Participant, Preserie
from ordonnance.domain.preserie_party import CNAM, GIE, PILOTS, VENDOR, Party, PartyKind

Choices = Sequence[tuple[str, str]]


def list_pilots(preserie: Preserie) -> Choices:
    """Its pharmacies, those that left aside, by name."""
    return [(one.am, name_pilot(one)) for one in preserie.active]


def name_pilot(one: Participant) -> str:
    """A pharmacy as pages name it: ``Pharmacie du Port (332001239)``."""
    return f"{one.name} ({one.am})"


def list_software(preserie: Preserie) -> Choices:
    """The software declared."""
    return [(name, name) for name in preserie.software]


def list_versions(preserie: Preserie) -> Choices:
    """The declared versions of the software in présérie, the last one first."""
    if preserie.opened is None:
        return []
    return [(one, one) for one in reversed(preserie.software[preserie.opened].versions)]


def list_caisses(preserie: Preserie) -> Choices:
    """The CPAM that a présérie may take place in."""
    return [(code, say_cpam(code)) for code in preserie.modalities.cpam_referent]


def list_attendees(preserie: Preserie) -> Choices:
    """Who a meeting is held with."""
    return [(str(one), one.words) for one in (VENDOR, CNAM, GIE, *preserie.concerned)]


def propose_attendees(preserie: Preserie) -> Sequence[str]:
    """All of them."""
    return [value for value, _ in list_attendees(preserie)]


def list_readers(preserie: Preserie) -> Choices:
    """Who a bilan is shared with: the actors of the présérie."""
    parties = (VENDOR, CNAM, GIE, *preserie.concerned, PILOTS)
    profession = Party(PartyKind.PROFESSION, "représentants")
    return [
        *((str(one), one.words) for one in parties),
        (str(profession), "les représentants de la profession"),
    ]


def propose_readers(preserie: Preserie) -> Sequence[str]:
    """All of them."""
    return [value for value, _ in list_readers(preserie)]


def list_anomalies(preserie: Preserie) -> Choices:
    """The anomalies reported, those still open first."""
    ordered = sorted(preserie.anomalies.values(), key=lambda one: one.fixed_in is not None)
    return [
        (one.name, one.name if one.fixed_in is None else f"{one.name} (corrigée)")
        for one in ordered
    ]


def list_criteria(_preserie: Preserie) -> Choices:
    """The five criteria."""
    return [(str(number), f"{number}. {name}") for number, name in CRITERION_NAMES.items()]
