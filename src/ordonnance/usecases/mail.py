"""What préséries must tell leaves by e-mail: written down once, sent, tried again, proved.

First each letter is written down for each address, in a transaction; then what is due is sent, one
mail at a time, each claimed by one process before it is handed over. A process that dies between
the two leaves a mail that is tried again once its lease ends.

Source: PRE-55, PRE-58.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ordonnance.domain.letter import (
    REMINDER,
    Letter,
    index_letters,
    is_outdated,
    list_letters,
    list_reminders,
)
from ordonnance.domain.mail import (
    GIVEN_UP_AFTER,
    LEASE,
    TOO_OLD,
    Mail,
    MailState,
    next_attempt,
)
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import Party
from ordonnance.domain.reminder import next_working
from ordonnance.store.database import Database
from ordonnance.store.mail import read_mail, write_mail
from ordonnance.usecases.mail_carrier import Carrier, NotCarriedError
from ordonnance.usecases.mail_message import Stationery, name_file, write_message

PASS_MAX = 200
_LOST = "LetterLost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one pass did: letters written down, mails sent, attempts that failed."""

    written: int = 0
    sent: int = 0
    failed: int = 0


class Post:
    """Sends the letters of préséries through *carrier*; None: nothing is written, nothing leaves.

    It remembers which letters are written down, so that a pass that finds nothing new asks the
    base two short questions. Several processes may each have one; of one, a pass at a time.
    """

    def __init__(self, stationery: Stationery, carrier: Carrier | None) -> None:
        self.stationery = stationery
        self.carrier = carrier
        self._written: dict[str, set[str]] = {}
        self._last: dict[str, int] = {}

    def deliver(
        self,
        database: Database,
        histories: Mapping[str, History],
        clock: Callable[[], datetime],
    ) -> Delivered:
        """Write down what is new, and send what is due; *clock* tells the instant it is.

        It is asked again for each mail: a lease begins when its mail is taken.

        Raises:
            DatabaseLostError: what was sent last may be sent again.

        Source: PRE-55, PRE-58.
        """
        carrier = self.carrier
        if carrier is None:
            return Delivered()
        at = clock()
        written = sum(self._write_new(database, one, at) for one in histories.values())
        self._address(database, histories, at)
        results = list(self._send_due(database, carrier, histories, clock))
        sent = sum(results)
        return Delivered(written=written, sent=sent, failed=len(results) - sent)

    def _write_new(self, database: Database, history: History, at: datetime) -> int:
        """Write down the letters of what happened since the last pass; how many there were.

        A letter is written to the addresses known that day, once.
        """
        letters = list(list_reminders(history, at))
        last = self._last.get(history.id, 0)
        if history.last != last:
            letters += list_letters(history, after=last if last < history.last else 0)
        known = self._written.get(history.id)
        if letters and known is None:
            with database.snapshot():
                rows = database.fetch("list_written_letters", {"preserie": history.id})
            known = self._written[history.id] = {name for (name,) in rows}
        new = [one for one in letters if known is not None and one.name not in known]
        if new:
            with database.transaction():
                for letter in new:
                    self._write(database, history, letter, at)
            self._written[history.id].update(letter.name for letter in new)
        self._last[history.id] = history.last
        return len(new)

    def _write(self, database: Database, history: History, letter: Letter, at: datetime) -> None:
        found = self.stationery.contacts.find(history.preserie, letter.party)
        is_old = at - letter.at > GIVEN_UP_AFTER
        state = MailState.GIVEN_UP if is_old else MailState.WAITING
        if not found:
            found, state = ((letter.party, ""),), MailState.NO_ADDRESS
        for party, address in found:
            mail = Mail(
                preserie=history.id,
                letter=letter.name,
                party=party,
                address=address,
                state=state,
                created_at=at,
                next_attempt_at=at,
                problem=TOO_OLD if state is MailState.GIVEN_UP else None,
            )
            database.execute("write_mail", write_mail(mail))

    def _address(self, database: Database, histories: Mapping[str, History], at: datetime) -> None:
        """Write the letters that lacked an address to those known by now, for three days."""
        with database.snapshot():
            rows = database.fetch("list_addressless_mails", {"since": at - GIVEN_UP_AFTER})
        for mail in map(read_mail, rows):
            history = histories.get(mail.preserie)
            found = (
                ()
                if history is None
                else self.stationery.contacts.find(history.preserie, mail.party)
            )
            if found:
                self._readdress(database, mail, found, at)

    def _readdress(
        self, database: Database, mail: Mail, found: tuple[tuple[Party, str], ...], at: datetime
    ) -> None:
        with database.transaction():
            for party, address in found:
                waiting = replace(
                    mail,
                    party=party,
                    address=address,
                    state=MailState.WAITING,
                    next_attempt_at=at,
                )
                database.execute("write_mail", write_mail(waiting))
            database.execute("drop_addressless_mail", _key_of(mail))

    def _send_due(
        self,
        database: Database,
        carrier: Carrier,
        histories: Mapping[str, History],
        clock: Callable[[], datetime],
    ) -> Iterator[bool]:
        """Whether each attempt succeeded; none follows one that found nobody to talk to."""
        with database.snapshot():
            rows = database.fetch("list_due_mails", {"at": clock(), "size": PASS_MAX})
        letters: dict[str, Mapping[str, Letter]] = {}
        for mail in map(read_mail, rows):
            history = histories.get(mail.preserie, History(id=mail.preserie))
            if mail.preserie not in letters:
                letters[mail.preserie] = index_letters(history)
            letter, at = letters[mail.preserie].get(mail.letter), clock()
            put_aside = None if letter is None else _put_aside(mail, history, letter, at)
            if put_aside is not None:
                settle(database, put_aside)
            elif claim(database, mail, at):
                try:
                    proof = self._carry(carrier, history, letter, mail, at)
                except NotCarriedError as error:
                    settle(database, fail(mail, error, at))
                    yield False
                    if error.is_unreachable:
                        return
                else:
                    settle(database, succeed(mail, proof, at))
                    yield True

    def _carry(
        self, carrier: Carrier, history: History, letter: Letter | None, mail: Mail, at: datetime
    ) -> str:
        """Hand a mail over; the proof.

        Raises:
            NotCarriedError: it did not leave. Its letter may be of an event that another process
                recorded and that is not read here yet: it is tried again like the others.
        """
        if letter is None:
            raise NotCarriedError(_LOST)
        message = write_message(self.stationery, history, letter, mail, at)
        return carrier.carry(message, name_file(mail))


def _put_aside(mail: Mail, history: History, letter: Letter, at: datetime) -> Mail | None:
    """The mail as it becomes without an attempt; None: it is to be sent now.

    Source: PRE-58: a reminder waits for the morning, and does not follow an answer.
    """
    if is_outdated(history, letter):
        return replace(mail, state=MailState.POINTLESS)
    if letter.about == REMINDER and (opens := next_working(at)) > at:
        return replace(mail, next_attempt_at=opens)
    return None


def claim(database: Database, mail: Mail, at: datetime) -> bool:
    """Take a mail for oneself until its lease ends; False: somebody else has.

    Source: PRE-55.
    """
    taken = {**_key_of(mail), "attempts": mail.attempts, "next_attempt_at": at + LEASE}
    with database.transaction():
        return bool(database.fetch("claim_mail", taken))


def settle(database: Database, mail: Mail) -> None:
    """Write what became of a mail."""
    with database.transaction():
        row = write_mail(mail)
        names = ("state", "next_attempt_at", "problem", "sent_at", "proof")
        database.execute("settle_mail", {**_key_of(mail), **{name: row[name] for name in names}})


def succeed(mail: Mail, proof: str, at: datetime) -> Mail:
    """A mail that has left. Source: PRE-55."""
    return replace(mail, state=MailState.SENT, sent_at=at, proof=proof, problem=None)


def fail(mail: Mail, error: NotCarriedError, at: datetime) -> Mail:
    """A mail after an attempt that failed: waiting for the next one, or given up.

    Source: PRE-55.
    """
    again = None if error.is_final else next_attempt(mail.created_at, mail.attempts + 1, at)
    if again is None:
        return replace(mail, state=MailState.GIVEN_UP, problem=error.problem)
    return replace(mail, next_attempt_at=again, problem=error.problem)


def list_mails(database: Database, preserie: str | None = None) -> tuple[Mail, ...]:
    """The mails of a présérie, or of all (None), in the order in which they were written.

    Source: PRE-55.
    """
    with database.snapshot():
        rows = database.fetch("list_mails", {"preserie": preserie})
    return tuple(map(read_mail, rows))


def retry(database: Database, at: datetime) -> None:
    """Have what was given up tried once more from the instant *at* on. Source: PRE-55."""
    with database.transaction():
        database.execute("retry_mails", {"at": at})


def _key_of(mail: Mail) -> dict[str, str]:
    return {
        "preserie": mail.preserie,
        "letter": mail.letter,
        "party": str(mail.party),
        "address": mail.address,
    }
