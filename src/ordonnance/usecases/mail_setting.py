"""What an operator sets for e-mails and personal links, read from files and checked.

Source: PRE-55, PRE-58.
"""

from pathlib import Path
import tomllib

from ordonnance.domain.contact import ContactError, Contacts, is_address, read_contacts

SECRET_BYTES_MIN = 32


class MailSettingError(ValueError):
    """A setting of e-mails cannot be used; the message says what it should be."""


def check_sender(address: str) -> str:
    """The address that e-mails come from.

    Raises:
        MailSettingError: it is none.
    """
    if not is_address(address):
        raise MailSettingError(f"ORDONNANCE_SENDER is one address of e-mail, not {address!r}.")
    return address


def read_contacts_file(path: str) -> Contacts:
    """Who is written to where, as a TOML file says; nobody where *path* is empty.

    Raises:
        MailSettingError: the file cannot be read, or says something else.

    Source: PRE-55.
    """
    if not path:
        return Contacts()
    try:
        return read_contacts(tomllib.loads(Path(path).read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ContactError) as error:
        raise MailSettingError(f"{path}: {error}") from error


def read_secret(path: str) -> bytes:
    """The secret by which personal links are signed.

    Raises:
        MailSettingError: the file cannot be read, or is too short to be one.

    Source: PRE-58.
    """
    try:
        secret = Path(path).read_bytes().strip()
    except OSError as error:
        raise MailSettingError(f"{path}: {error}") from error
    if len(secret) < SECRET_BYTES_MIN:
        raise MailSettingError(
            f"The secret of personal links ({path}) has at least {SECRET_BYTES_MIN} bytes."
        )
    return secret
