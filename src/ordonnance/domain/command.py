"""What can be asked of a dossier: frozen values, read at the edge, decided in the core."""

from dataclasses import dataclass
from typing import ClassVar

from ordonnance.domain.actor import Actor
from ordonnance.domain.execution import Act
from ordonnance.domain.fact import Cause
from ordonnance.domain.identifiers import INS, PrescriptionNumber
from ordonnance.domain.prescription import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every command says: about which prescription, and who asks.

    *operation* is its name in the table of the workflow.
    """

    operation: ClassVar[str]
    number: PrescriptionNumber
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing(Asked):
    """A command that changes something, once.

    *key* is the sender's ``Idempotency-Key``, None where it is missing or ill-formed; *digest*
    the SHA-256 of the body, in hexadecimal: the same key with another body is another request.
    """

    key: str | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Asked):
    """See the prescription. *whole*: with the resources as they came in and the executions.

    *reason* is why a prescriber reads a prescription that is not theirs.
    """

    operation: ClassVar[str] = "consult"
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
    """Record what was done. *resources* is the JSON text of what said it, an array.

    *is_outside_pilot*: the software is in présérie, and not installed at this site.
    """

    operation: ClassVar[str] = "execute"
    acts: tuple[Act, ...]
    resources: bytes
    is_outside_pilot: bool = False


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace(Writing):
    """Cancel what remains of a prescription, and issue the one that takes its place.

    *number* is the one replaced; *prescription* bears another. *resources* as for an issue.
    """

    operation: ClassVar[str] = "replace"
    prescription: Prescription
    resources: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve(Writing):
    """Keep the lines of one's kinds from other sites while one prepares them."""

    operation: ClassVar[str] = "reserve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Writing):
    """Let go of the lines that one reserved."""

    operation: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Writing):
    """Say anew what an execution, named by its identifier, really was, and why.

    *resources* is the JSON text of what says it, an array; *is_outside_pilot* as for ``Execute``.
    """

    operation: ClassVar[str] = "correct"
    execution: str
    reason: str
    acts: tuple[Act, ...]
    resources: bytes
    is_outside_pilot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Oppose(Writing):
    """The patient objects to the prescriber's seeing what was executed, or no longer does."""

    operation: ClassVar[str] = "object"
    objects: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify(Writing):
    """Give the prescription the right INS of its patient, and say why the former was not."""

    operation: ClassVar[str] = "identify"
    patient: INS
    cause: Cause
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Writing):
    """Ask the prescriber to agree to an adaptation. *line* designates the line, None: the whole."""

    operation: ClassVar[str] = "propose"
    line: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Writing):
    """Agree or not to what was proposed, named by its identifier."""

    operation: ClassVar[str] = "reply"
    proposal: str
    accepts: bool
    text: str


WritingCommand = (
    Issue
    | Execute
    | Undo
    | Cancel
    | Replace
    | Reserve
    | Release
    | Correct
    | Oppose
    | Identify
    | Propose
    | Reply
)
Command = Read | WritingCommand
