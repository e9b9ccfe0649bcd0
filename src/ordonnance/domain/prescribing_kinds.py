"""Who prescribes a kind of line, and what a line of each kind must say; only warned of.

Source: TLS-43.
"""

from collections.abc import Callable, Iterator, Mapping

from ordonnance.domain.actor import Actor
from ordonnance.domain.fact import Caveat, CaveatCode
from ordonnance.domain.line import Kind, Line
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.profession import ALL_KINDS, COMPETENCES
from ordonnance.domain.refusal import Reasons, Refusal


def check_competence(actor: Actor, prescription: Prescription) -> None:
    """Refuse a line of a kind that the profession of *actor* does not prescribe.

    A token that states no profession is not held against it.

    Raises:
        Refusal: KIND_NOT_ALLOWED.

    Source: TLS-43.
    """
    if actor.profession is None:
        return
    competence = COMPETENCES[actor.profession]
    if competence.prescribes is ALL_KINDS:
        return
    for line in prescription.lines:
        if not competence.may_prescribe(line.kind):
            raise Refusal(Reasons.KIND_NOT_ALLOWED, prescription.where(line))


def limits_of(actor: Actor, prescription: Prescription) -> tuple[Caveat, ...]:
    """What the prescriber is reminded of: to what their right is limited, once a kind.

    Source: TLS-43.
    """
    within = {} if actor.profession is None else COMPETENCES[actor.profession].within
    if not within:
        return ()
    first: dict[Kind, Caveat] = {}
    for line in prescription.lines:
        limit = within.get(line.kind)
        if limit is not None and line.kind not in first:
            words = f"{limit.words} ({limit.source})"
            first[line.kind] = Caveat(CaveatCode.PRESCRIBER_LIMITED, line.rank, words)
    return tuple(first.values())


def check_content(line: Line) -> tuple[Caveat, ...]:
    """Warn of what a line of another kind than a medicine should say and does not.

    Source: TLS-40.
    """
    missing = " ; ".join(_MISSING[line.kind](line)) if line.kind in _MISSING else ""
    return (Caveat(CaveatCode.CONTENT_MISSING, line.rank, missing),) if missing else ()


def _of_device(line: Line) -> Iterator[str]:
    """Source: TLS-40; CSS, art. R. 165-36 and R. 165-38; eP-MED-DM (0 renewals is written)."""
    device = line.ordered.device
    if line.quantity is None and (device is None or device.rental_days is None):
        yield "la quantité ou les jours de location"
    if not line.are_repeats_said:
        yield "le nombre de renouvellements (0 : aucun)"


def _of_biology(line: Line) -> Iterator[str]:
    """Source: TLS-40; CI-SIS, eP-BIO."""
    if line.ordered.biology is None or not line.ordered.biology.specimens:
        yield "la nature du prélèvement"


def _of_nursing(line: Line) -> Iterator[str]:
    """Source: TLS-40; NGAP, art. 5 (number and frequency of acts, duration)."""
    if line.quantity is None and not line.ordered.pace:
        yield "le nombre ou la fréquence des actes"
    if line.quantity is None and line.is_open:
        yield "leur durée"


def _of_therapy(line: Line) -> Iterator[str]:
    """Source: TLS-40; NGAP, title IV (an assessment is a prescription of its own)."""
    if line.ordered.therapy is None or line.ordered.therapy.course is None:
        yield "si c’est un bilan, une rééducation ou les deux"


# Physiotherapists and podiatrists decide how many sessions: their line may say nothing more.
_MISSING: Mapping[Kind, Callable[[Line], Iterator[str]]] = {
    Kind.DEVICE: _of_device,
    Kind.BIOLOGY: _of_biology,
    Kind.NURSING: _of_nursing,
    Kind.SPEECH_THERAPY: _of_therapy,
    Kind.ORTHOPTICS: _of_therapy,
}
