"""How an e-mail leaves: by a relay that speaks SMTP, or into a folder of this machine.

Source: PRE-55.
"""

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
import os
from pathlib import Path
import smtplib
import ssl
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

OFF = "off"
_PORTS = {"smtp": 587, "smtps": 465}
_TIMEOUT_SECONDS = 30  # of one exchange; a dozen of them end within the lease of a mail
_PROOF_LENGTH_MAX = 200
_SQLITE = "sqlite:///"
_ACCEPTED, _REFUSED_FOR_GOOD = 250, 500


class CarrierError(ValueError):
    """The setting names no way for e-mails to leave; the message says what it should be."""


class NotCarriedError(Exception):
    """A mail did not leave. *problem* says why in a word, without anybody's address.

    *is_final*: it would be refused again. *is_unreachable*: no mail can leave at this moment.
    """

    def __init__(
        self, problem: str, *, is_final: bool = False, is_unreachable: bool = False
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.is_final = is_final
        self.is_unreachable = is_unreachable


class Carrier(Protocol):
    """A way for e-mails to leave."""

    @property
    def words(self) -> str:
        """How a sentence of ``ordonnance check`` names it; no secret in it."""

    def carry(self, message: EmailMessage, name: str) -> str:
        """Take *message* away, once under that *name*; the proof that it has left.

        Raises:
            NotCarriedError: it has not.
        """


@dataclass(frozen=True, slots=True)
class Outbox:
    """A folder of files ``.eml``, one a message; the proof is the path of the file.

    Carried again under the same name, a message replaces itself.
    """

    folder: Path

    @property
    def words(self) -> str:
        """The folder."""
        return f"files in {self.folder}"

    def carry(self, message: EmailMessage, name: str) -> str:
        """Write the file under another name, then give it its own: it is whole, or not there.

        Raises:
            NotCarriedError: the folder cannot be written to.
        """
        path, draft = self.folder / f"{name}.eml", self.folder / f".{name}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Personal links stand in it: nobody else reads it.
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(message.as_bytes(policy=WIRE))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise NotCarriedError(type(error).__name__, is_unreachable=True) from error
        return str(path)


@dataclass(frozen=True, slots=True)
class Relay:
    """A server that speaks SMTP; the proof is the last line it answered, with its queue's name.

    TLS is used where it is offered, from the first byte where *is_tls*; a password never
    travels without it.
    """

    host: str
    port: int
    is_tls: bool = False
    user: str | None = None
    password: str = field(default="", repr=False)

    @property
    def words(self) -> str:
        """The server, by its name and port."""
        return f"{'smtps' if self.is_tls else 'smtp'}://{self.host}:{self.port}"

    def carry(self, message: EmailMessage, name: str) -> str:  # noqa: ARG002 - the Message-ID tells a relay
        """Hand the message over.

        Where the connection is lost after the last byte was sent and before the answer came, the
        relay may have it: it is sent again, with the same Message-ID, by which whoever receives
        it twice sees so. SMTP has no better to offer.

        Raises:
            NotCarriedError: it was refused, or nobody answers.
        """
        smtp = self._open(message["From"].addresses[0].domain)
        try:
            _check(smtp.mail(message["From"].addresses[0].addr_spec))
            _check(smtp.rcpt(message["To"].addresses[0].addr_spec))
            proof = _check(smtp.data(message.as_bytes(policy=WIRE)))
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotCarriedError(type(error).__name__) from error
        finally:
            smtp.close()
        return proof[:_PROOF_LENGTH_MAX]

    def _open(self, helo: str) -> smtplib.SMTP:
        """A connection on which a message may be sent.

        Raises:
            NotCarriedError: none can be had now.
        """
        context = ssl.create_default_context()
        smtp: smtplib.SMTP | None = None
        try:
            if self.is_tls:
                smtp = smtplib.SMTP_SSL(
                    self.host, self.port, helo, timeout=_TIMEOUT_SECONDS, context=context
                )
            else:
                smtp = smtplib.SMTP(self.host, self.port, helo, timeout=_TIMEOUT_SECONDS)
            self._greet(smtp, context)
        except (OSError, smtplib.SMTPException) as error:
            if smtp is not None:
                smtp.close()
            code = getattr(error, "smtp_code", None)
            problem = type(error).__name__ if code is None else str(code)
            raise NotCarriedError(problem, is_unreachable=True) from error
        return smtp

    def _greet(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        smtp.ehlo_or_helo_if_needed()
        if not self.is_tls and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
        elif not self.is_tls and self.user is not None:
            message = "the password would travel in clear"
            raise smtplib.SMTPNotSupportedError(message)
        if self.user is not None:
            smtp.login(self.user, self.password)


def _check(reply: tuple[int, bytes]) -> str:
    """The text of a favourable answer.

    Raises:
        NotCarriedError: it is none.
    """
    code, text = reply
    if code // 10 != _ACCEPTED // 10:
        raise _refused(code)
    return f"{code} {text.decode('ascii', 'replace')}"


def _refused(code: int) -> NotCarriedError:
    return NotCarriedError(str(code), is_final=code >= _REFUSED_FOR_GOOD)


def open_carrier(setting: str, database: str) -> Carrier | None:
    """What *setting* names: a relay, a folder; None: e-mails are turned off.

    Nothing: a folder ``mail``, beside the base where it is a file, else in ``data``.

    Raises:
        CarrierError: it names none of these.

    Source: PRE-55.
    """
    if setting == OFF:
        return None
    if not setting:
        beside = Path(database.removeprefix(_SQLITE)).parent
        return Outbox((beside if database.startswith(_SQLITE) else Path("data")) / "mail")
    if "://" not in setting:
        return Outbox(Path(setting))
    parts = urlsplit(setting)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise CarrierError(
            "ORDONNANCE_MAIL is smtp://user:password@host:port, smtps://…, a folder, or off."
        )
    return Relay(
        parts.hostname,
        _port_of(parts),
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )


def _port_of(parts: SplitResult) -> int:
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError as error:
        raise CarrierError("The port of ORDONNANCE_MAIL is a number.") from error
