"""Who was told what of a présérie, and whether each e-mail has left, with its proof.

Source: PRE-91.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ordonnance.domain.letter import Letter, index_letters, list_letters
from ordonnance.domain.mail import MAIL_STATE_WORDS, Mail, MailState
from ordonnance.domain.preserie_history import History

_MARKS = {
    MailState.WAITING: ("◔", "is-soft"),
    MailState.SENT: ("●", "is-ok"),
    MailState.GIVEN_UP: ("■", "is-stop"),
    MailState.NO_ADDRESS: ("▲", "is-warn"),
    MailState.POINTLESS: ("○", "is-soft"),
}


@dataclass(frozen=True, slots=True)
class Sending:
    """An e-mail as a row shows it: a shape, a colour, words, when it left, what proves it.

    It never says to which address.
    """

    shape: str
    colour: str
    words: str
    sent_at: datetime | None
    proof: str


@dataclass(frozen=True, slots=True)
class Telling:
    """Something told, and the e-mails that carry it: none before they are written down."""

    letter: Letter
    sendings: list[Sending]


def list_told(history: History, mails: Iterable[Mail], *, shows_proof: bool) -> list[Telling]:
    """All that was told, the last first; reminders once they are written down.

    Source: PRE-55, PRE-91.
    """
    carried: dict[str, list[Sending]] = {}
    for mail in mails:
        carried.setdefault(mail.letter, []).append(_show(mail, shows_proof=shows_proof))
    letters = {one.name: one for one in list_letters(history)}
    known = index_letters(history)
    letters |= {name: known[name] for name in carried if name in known}
    told = [Telling(letter, carried.get(name, [])) for name, letter in letters.items()]
    return sorted(told, key=lambda one: one.letter.at, reverse=True)


def _show(mail: Mail, *, shows_proof: bool) -> Sending:
    shape, colour = _MARKS[mail.state]
    proof = mail.proof or mail.problem or ""
    words = MAIL_STATE_WORDS[mail.state]
    return Sending(shape, colour, words, mail.sent_at, proof if shows_proof else "")
