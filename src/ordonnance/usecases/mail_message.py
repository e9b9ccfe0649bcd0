"""A letter as an e-mail: headers, text, and the invitation that goes with it.

Source: PRE-55, PRE-56.
"""

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from ordonnance.domain.contact import Contacts
from ordonnance.domain.letter import Letter
from ordonnance.domain.letter_text import holds_identity, write_letter
from ordonnance.domain.mail import Mail
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.usecases.calendar import write_invitation
from ordonnance.usecases.link import Invited, Links

_DIGEST_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationery:
    """What every e-mail is written with.

    *sender*: the address it comes from. *address*: of the portail, without a slash at its end;
    empty: unknown, and no page is named. *links* None: no personal link is given.
    """

    contacts: Contacts = field(default_factory=Contacts)
    sender: str
    address: str = ""
    links: Links | None = None

    def find_page(self, preserie: str) -> str | None:
        """The address of a présérie's page; None: nobody said where pages are."""
        return f"{self.address}/portail/preseries/{preserie}" if self.address else None

    def find_link(self, preserie: str, party: Party) -> str | None:
        """The personal address of a pharmacy; None: another has an account, or none can be given.

        Source: PRE-50, PRE-58.
        """
        if self.links is None or not self.address or party.kind is not PartyKind.PILOT:
            return None
        return f"{self.address}/p/{self.links.write(Invited(preserie, party))}"


def name_message(mail: Mail) -> str:
    """What a mail is called wherever it goes: the same at each attempt, and no other's.

    Source: ours (PRE-55): sent again after an answer was lost, it is seen to be the same one.
    """
    words = "\n".join((mail.preserie, mail.letter, str(mail.party), mail.address))
    return sha256(words.encode()).hexdigest()[:_DIGEST_LENGTH]


def name_file(mail: Mail) -> str:
    """The name under which a mail stands in a folder, in the order in which they were written."""
    return f"{mail.created_at:%Y%m%dT%H%M%S}-{name_message(mail)}"


def write_message(
    stationery: Stationery, history: History, letter: Letter, mail: Mail, at: datetime
) -> EmailMessage:
    """The e-mail that tells *letter* to the address of *mail*, sent *at* that instant.

    Source: PRE-55, PRE-56; RFC 3834 (Auto-Submitted).
    """
    page = stationery.find_page(mail.preserie)
    link = stationery.find_link(mail.preserie, mail.party)
    told = write_letter(history.preserie, letter, page=page, link=link)
    name = name_message(mail)
    message = EmailMessage(policy=SMTP)
    message["From"] = stationery.sender
    message["To"] = mail.address
    message["Subject"] = told.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{name}@{stationery.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(told.text, cte="quoted-printable")
    is_date = letter.appointment is not None and not letter.appointment.is_done
    if letter.appointment is not None and is_date and not holds_identity(letter):
        method, text = write_invitation(
            history,
            letter.appointment,
            organiser=stationery.sender,
            attendee=mail.address,
            page=page if link is None else None,  # a personal link does not go into calendars
        )
        message.add_alternative(text, subtype="calendar", params={"method": method}, cte="base64")
        message.set_boundary(f"=_{name}")  # drawn at random otherwise
    return message
