"""What can be asked of a dossier: frozen values, read at the edge, decided in the core."""

from dataclasses import dataclass
from typing import ClassVar

from ordonnance.domain.actor import Actor
from ordonnance.domain.execution import Act
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.prescription import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every command says: about which prescription, and who asks."""

    number: PrescriptionNumber
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing(Asked):
    """A command that changes something, once.

    *key* is the sender's ``Idempotency-Key``, None where it is missing or ill-formed; *digest*
    the SHA-256 of the body, in hexadecimal: the same key with another body is another request.
    """

    operation: ClassVar[str]
    key: str | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Asked):
    """See the prescription. *whole*: with the resources as they came in and the executions.

    *reason* is why a prescriber reads a prescription that is not theirs.
    """

    whole: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Writing):
    """Record a new prescription. *resources* is the JSON text of its resources, an array."""

    operation: ClassVar[str] = "issue"
    prescription: Prescription
    resources: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Execute(Writing):
    """Record what was done. *resources* is the JSON text of what said it, an array."""

    operation: ClassVar[str] = "execute"
    acts: tuple[Act, ...]
    resources: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Writing):
    """Take back an execution, named by its identifier, with the reason."""

    operation: ClassVar[str] = "undo"
    execution: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Writing):
    """Cancel what has not been executed. *whole*: only if nothing has been."""

    operation: ClassVar[str] = "cancel"
    reason: str
    whole: bool


WritingCommand = Issue | Execute | Undo | Cancel
Command = Read | WritingCommand
