"""What the table of refusals is made of: a row, and the operations by their names.

Source: TLS-34.
"""

from dataclasses import dataclass

from ordonnance.domain.reason import Reason
from ordonnance.domain.workflow import OPERATIONS

# What is asked of no one prescription: a search, its next pages, the alerts; then the products,
# which ask for no token.
QUESTIONS = ("search", "page", "alerts")
PRODUCTS = ("products", "product", "rules")
READINGS = ("read", "consult", *QUESTIONS)
WRITINGS = tuple([name for name, operation in OPERATIONS.items() if operation.is_writing])
EVERYWHERE = (*READINGS, *WRITINGS)
# Those that name a prescription in their address.
NUMBERED = tuple([name for name in EVERYWHERE if name not in ("issue", *QUESTIONS)])
ISSUES = ("issue", "replace")
ACTS = ("execute", "correct")
RECORDED = ("correct", "undo")


@dataclass(frozen=True, slots=True)
class Raised:
    """A *reason*, the operations that it is raised *by*, and for what *cause*, in French."""

    reason: Reason
    by: tuple[str, ...]
    cause: str


def but(names: tuple[str, ...], *others: str) -> tuple[str, ...]:
    """The *names* that are not among the *others*."""
    return tuple([name for name in names if name not in others])
