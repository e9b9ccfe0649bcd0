"""What rules of a présérie look up, or refuse for want of it; small changes they share."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ordonnance.domain.preserie import Minutes, Notice, Participant, Preserie, Software
from ordonnance.domain.preserie_event import Event
from ordonnance.domain.preserie_party import CNAM, GIE, VENDOR, Party, cpam
from ordonnance.domain.preserie_refusal import PreserieReasons, refuse_step
from ordonnance.domain.preserie_value import Document
from ordonnance.domain.preserie_warning import Warned, WarningCode
from ordonnance.domain.refusal import Refusal


def require_software(preserie: Preserie, name: str) -> Software:
    """The declared software of that name.

    Raises:
        Refusal: UNKNOWN_SOFTWARE.
    """
    if name not in preserie.software:
        raise Refusal(PreserieReasons.UNKNOWN_SOFTWARE, software=name)
    return preserie.software[name]


def require_open(preserie: Preserie) -> Software:
    """The software the présérie is run on.

    Raises:
        Refusal: OUT_OF_STEP if it is not open yet.
    """
    if preserie.opened is None:
        refuse_step("ouvrez d’abord la présérie du logiciel")
    return preserie.software[preserie.opened]


def require_active(preserie: Preserie, am: str) -> Participant:
    """The pharmacy, which takes part.

    Raises:
        Refusal: NOT_ENROLLED if it never did, or left.
    """
    participant = require_known(preserie, am)
    if not participant.is_active:
        raise Refusal(PreserieReasons.NOT_ENROLLED, am=am)
    return participant


def require_known(preserie: Preserie, am: str) -> Participant:
    """The pharmacy, which takes part or did: figures may come after it left.

    Raises:
        Refusal: NOT_ENROLLED.

    Source: ours (PRE-41).
    """
    if am not in preserie.participants:
        raise Refusal(PreserieReasons.NOT_ENROLLED, am=am)
    return preserie.participants[am]


def require_installed(preserie: Preserie, am: str) -> Participant:
    """The pharmacy, which is installed, or was before it left.

    Raises:
        Refusal: NOT_ENROLLED; OUT_OF_STEP if it is not installed yet.
    """
    participant = require_known(preserie, am)
    if participant.installed_on is None:
        refuse_step(f"la pharmacie {am} n’est pas encore installée")
    return participant


def with_participant(preserie: Preserie, participant: Participant) -> Preserie:
    """The présérie with this state of a pharmacy."""
    held = {**preserie.participants, participant.am: participant}
    return replace(preserie, participants=held)


def warn(preserie: Preserie, code: WarningCode, words: str = "") -> Preserie:
    """The présérie with one more warning."""
    return replace(preserie, warnings=(*preserie.warnings, Warned(code, words)))


def notify(
    preserie: Preserie,
    at: datetime,
    sender: Party,
    *,
    about: str,
    texts: Iterable[tuple[Party, str]],
) -> Preserie:
    """The présérie with one notification for each recipient in *texts*, and what it is told.

    Source: PRE-40.
    """
    told = tuple(
        Notice(at=at, sender=sender, recipient=recipient, about=about, text=text)
        for recipient, text in texts
    )
    return replace(preserie, notices=(*preserie.notices, *told))


def file_minutes(preserie: Preserie, event: Event, document: Document | None) -> Preserie:
    """The présérie with the minutes of a meeting, if any. Source: ours (PRE-56)."""
    if document is None:
        return preserie
    filed = Minutes(event.at, event.verb, document)
    return replace(preserie, minutes=(*preserie.minutes, filed))


def tell_partners(preserie: Preserie, event: Event, department: str, text: str) -> Preserie:
    """The vendor tells the GIE and the Cnam, which tells the CPAM of *department*.

    Source: PRE-18.
    """
    told = notify(preserie, event.at, VENDOR, about=event.verb, texts=[(GIE, text), (CNAM, text)])
    return notify(told, event.at, CNAM, about=event.verb, texts=[(cpam(department), text)])
