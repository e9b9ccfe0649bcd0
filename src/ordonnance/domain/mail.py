"""A letter on its way to one address: where it stands, when it is tried again, when given up.

Source: PRE-55.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ordonnance.domain.preserie_party import Party

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
# After each failed attempt; the last one again and again.
PAUSES = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR)
GIVEN_UP_AFTER = timedelta(days=3)
# Nobody else tries a mail while one process does; longer than any attempt may last.
LEASE = timedelta(minutes=10)
TOO_OLD = "TooOld"


class MailState(StrEnum):
    """Where a letter to one address stands."""

    WAITING = "WAITING"
    SENT = "SENT"
    GIVEN_UP = "GIVEN_UP"
    NO_ADDRESS = "NO_ADDRESS"
    POINTLESS = "POINTLESS"


MAIL_STATE_WORDS = {
    MailState.WAITING: "en attente",
    MailState.SENT: "envoyé",
    MailState.GIVEN_UP: "abandonné",
    MailState.NO_ADDRESS: "sans adresse",
    MailState.POINTLESS: "sans objet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A *letter* of a présérie, by its name, for *party* at *address* (empty: nobody knows it).

    *problem* is the class of the last failure, in a word (``451``, ``ConnectionRefusedError``).
    *proof* is what the relay answered last, or the file of the outbox; None: not sent.
    """

    preserie: str
    letter: str
    party: Party
    address: str
    state: MailState
    created_at: datetime
    attempts: int = 0
    next_attempt_at: datetime
    problem: str | None = None
    sent_at: datetime | None = None
    proof: str | None = None


def next_attempt(created_at: datetime, attempts: int, at: datetime) -> datetime | None:
    """When to try again what failed *attempts* times, the last time *at*; None: given up.

    Source: ours (PRE-55): soon at first, a relay that greylists answers in minutes; for three
    days, a week-end of outage.
    """
    again = at + PAUSES[min(attempts, len(PAUSES)) - 1]
    return again if again <= created_at + GIVEN_UP_AFTER else None
