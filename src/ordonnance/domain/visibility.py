"""What of a prescription whoever executes it sees: the lines of their kinds, and what was done.

The prescriber, the patient and those who watch see all of what ``Dossier.seen_by`` leaves.
"""

from dataclasses import dataclass

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act
from ordonnance.domain.fact import Caveat, Executed
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.prescription import Attachment, Prescription
from ordonnance.domain.profession import kinds_executed_by


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of *prescription* by who executes *kinds*; None: nothing is hidden."""

    prescription: Prescription | None
    kinds: frozenset[Kind] | None

    def sees_line(self, line: Line) -> bool:
        """Whether *line* is of a kind that is seen."""
        return self.kinds is None or line.kind in self.kinds

    @property
    def sees_all_lines(self) -> bool:
        """Whether no line is hidden."""
        prescription = self.prescription
        return prescription is None or all(self.sees_line(line) for line in prescription.lines)

    def sees_attachment(self, attachment: Attachment) -> bool:
        """Whether a resource that came with the lines is seen, by the kinds it is about."""
        if self.kinds is None:
            return True
        if attachment.are_all_needed:
            return self.kinds.issuperset(attachment.kinds)
        return not self.kinds.isdisjoint(attachment.kinds)

    def sees_done(self, designation: str | None, by: Actor) -> bool:
        """Whether what *by* did about the line that *designation* names is seen.

        Where it names no line that is known, it may be of any kind that *by* executes.
        """
        if self.kinds is None:
            return True
        line = None if self.prescription is None else self.prescription.find_line(designation)
        if line is not None:
            return line.kind in self.kinds
        return self.kinds.issuperset(kinds_executed_by(by))

    def sees_act(self, act: Act, by: Actor) -> bool:
        """Whether *act*, done by *by*, is seen."""
        return self.sees_done(act.prescribed, by)

    def executions(self, dossier: Dossier) -> tuple[Executed, ...]:
        """The executions that stand, and of which something is seen."""
        if self.kinds is None:
            return dossier.executions
        return tuple(
            [
                execution
                for execution in dossier.executions
                if any(self.sees_act(act, execution.by) for act in execution.acts)
            ]
        )

    def sees_caveat(self, caveat: Caveat) -> bool:
        """Whether a warning is about the whole, or about a line that is seen."""
        prescription = self.prescription
        if self.kinds is None or caveat.line is None or prescription is None:
            return True
        return any(line.rank == caveat.line and self.sees_line(line) for line in prescription.lines)


def view_of(dossier: Dossier, actor: Actor) -> View:
    """What *actor* sees of *dossier*; who recorded on a number not issued yet sees what waits.

    Where every line is of their kinds, nothing is hidden but what others recorded by guess before
    the issue.

    Source: TLS-44; CSP, art. L. 4071-2; RGPD, art. 5, 1, c (no more than is needed).
    """
    issued = dossier.issued
    if actor.role is not Role.EXECUTOR or issued is None:
        return View(dossier.prescription, None)
    kinds = kinds_executed_by(actor)
    for line in issued.prescription.lines:
        if line.kind not in kinds:
            return View(issued.prescription, kinds)
    return View(issued.prescription, kinds if issued.seen else None)
