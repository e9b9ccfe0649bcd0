"""An executor asks the prescriber to agree to an adaptation; the prescriber answers.

Source: TLS-54; CSP, art. R. 4073-1 and following (agreement of the prescriber, and its date).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from ordonnance.domain.answer import Decision, origin_of, record
from ordonnance.domain.command import Propose, Reply
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.execution import Act, Adaptation, Swap
from ordonnance.domain.fact import Proposed, Replied
from ordonnance.domain.guard import check_status
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.known import Known
from ordonnance.domain.refusal import Reasons, Refusal

TEXT_LENGTH_MIN, TEXT_LENGTH_MAX = 10, 2_000
WHERE_LINE = "Parameters.parameter[name='line']"
WHERE_PROPOSAL = "Parameters.parameter[name='proposal']"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was proposed, its place among the proposals from 1, and its replies in order."""

    place: int
    fact: Proposed
    replies: tuple[Replied, ...]

    @property
    def reply(self) -> Replied | None:
        """The reply that counts: the last; None while there is none."""
        return self.replies[-1] if self.replies else None


def proposals_of(dossier: Dossier) -> tuple[Proposal, ...]:
    """What was proposed, in order. A later reply takes the place of a former; both are kept.

    Source: TLS-54.
    """
    asked = [fact for fact in dossier.facts if isinstance(fact, Proposed)]
    if not asked:
        return ()
    replies = [fact for fact in dossier.facts if isinstance(fact, Replied)]
    return tuple(
        Proposal(place, fact, tuple([one for one in replies if one.proposal == fact.rank]))
        for place, fact in enumerate(asked, start=1)
    )


def name_proposal(number: PrescriptionNumber, place: int) -> str:
    """The identifier of a proposal: ``<number>-D<place>``.

    Source: ours (TLS-54): proposals are counted, not facts, since a rank would tell a prescriber
    of executions that are hidden from them.
    """
    return f"{number.value}-D{place}"


def propose(dossier: Dossier, command: Propose, at: datetime, _known: Known) -> Decision:
    """The proposal is recorded, for the prescriber to read.

    Raises:
        Refusal: CANCELLED, REPLACED, EXPIRED, LINE_UNKNOWN, NUMBER_UNKNOWN where the prescription
            is still awaited.

    Source: TLS-54.
    """
    check_status(dossier, command, at)
    prescription = dossier.prescription
    line = None if prescription is None else prescription.find_line(command.line)
    if command.line is not None and line is None:
        raise Refusal(Reasons.LINE_UNKNOWN, WHERE_LINE)
    fact = Proposed(
        **origin_of(dossier, command, at),
        line=None if line is None else line.rank,
        text=command.text,
    )
    return record(dossier, command, fact)


def reply(dossier: Dossier, command: Reply, at: datetime, _known: Known) -> Decision:
    """The answer of the prescriber is recorded; it takes the place of an earlier one.

    Raises:
        Refusal: ELEMENT_INVALID for a proposal that was not made, NUMBER_UNKNOWN where the
            prescription is still awaited.

    Source: TLS-54.
    """
    check_status(dossier, command, at)
    names = {name_proposal(dossier.number, one.place): one.fact for one in proposals_of(dossier)}
    proposed = names.get(command.proposal)
    if proposed is None:
        problem = "aucune demande de cet identifiant sur cette ordonnance"
        raise Refusal(Reasons.ELEMENT_INVALID, WHERE_PROPOSAL, problem=problem)
    fact = Replied(
        **origin_of(dossier, command, at),
        proposal=proposed.rank,
        accepts=command.accepts,
        text=command.text,
    )
    return record(dossier, command, fact)


def with_agreements(dossier: Dossier, acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """*acts*, those adapted without saying when the prescriber agreed taking it from a reply.

    Source: TLS-54, MED-20.
    """
    if not any(map(lacks_agreement, acts)):
        return acts
    return tuple([agree(dossier, act) if lacks_agreement(act) else act for act in acts])


def lacks_agreement(act: Act) -> bool:
    """Whether *act* says that the prescriber agreed, and not on which day."""
    if act.adaptation is None:
        return act.swap is Swap.AGREED
    return act.adaptation.agreement_on is None


def agree(dossier: Dossier, act: Act) -> Act:
    """*act* with the day on which the prescriber agreed, if a reply says so; else unchanged."""
    day = find_agreement(dossier, act)
    if day is None:
        return act
    text = "" if act.adaptation is None else act.adaptation.text
    return replace(act, adaptation=Adaptation(day, text))


def find_agreement(dossier: Dossier, act: Act) -> date | None:
    """The day in Paris of the last agreement to adapt the line of *act*, or the whole; None: none.

    Source: TLS-54; that what one site asked for serves another too: ours, the agreement is to
    what the patient is given, wherever they go.
    """
    prescription = dossier.prescription
    line = None if prescription is None else prescription.find_line(act.prescribed)
    if line is None:
        return None
    agreed = [
        proposal.reply.at
        for proposal in proposals_of(dossier)
        if proposal.fact.line in (None, line.rank)
        and proposal.reply is not None
        and proposal.reply.accepts
    ]
    return day_in_paris(max(agreed)) if agreed else None
