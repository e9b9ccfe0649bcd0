"""E-mails of préséries as rows, one a letter and an address.

Source: PRE-55.
"""

from dataclasses import asdict
from typing import Any

from ordonnance.domain.mail import Mail, MailState
from ordonnance.domain.preserie_party import parse_party
from ordonnance.store.database import Row


def write_mail(mail: Mail) -> dict[str, Any]:
    """The row of a mail."""
    return {**asdict(mail), "party": str(mail.party), "state": mail.state.value}


def read_mail(row: Row) -> Mail:
    """The mail of a row, its columns in the order of the table.

    Raises:
        ValueError: somebody altered it beyond reading.
    """
    preserie, letter, party, address, state, created_at, attempts, next_attempt_at, *rest = row
    problem, sent_at, proof = rest
    read = parse_party(party)
    if read is None:
        message = "a mail is for somebody"
        raise ValueError(message)
    return Mail(
        preserie=preserie,
        letter=letter,
        party=read,
        address=address,
        state=MailState(state),
        created_at=created_at,
        attempts=attempts,
        next_attempt_at=next_attempt_at,
        problem=problem,
        sent_at=sent_at,
        proof=proof,
    )
