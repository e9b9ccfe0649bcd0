"""``/portail/traces/{sought}``: all that a call left, on one line of time.

Source: PST-15.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ordonnance.domain.bilan import say_count, say_number
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.evidence import LINE_WORDS, Attempt, ExecutionSeen, may_be_shown
from ordonnance.domain.scor import SENTENCES
from ordonnance.domain.trace import Result, ScorDecision
from ordonnance.portail.calls import say_operation
from ordonnance.portail.mark import DECISION_WORDS, OWED_WORDS, RESULTS, VERDICTS, Mark
from ordonnance.portail.page import NARROW
from ordonnance.portail.portal import Page, Visit
from ordonnance.usecases.evidence import CommandSeen, find
from ordonnance.usecases.scor_proof import Proved

RECORDED = Mark("enregistrée dans la base", "●", "is-ok")
LOST = Mark("jamais enregistrée", "▲", "is-stop")
NOT_RECORDED = Mark("non enregistrée", "■", "is-stop")
REFUSED = Mark("refusée", "◇", "is-soft")
SEEN_DONE = Mark("vue aboutir par le poste", "●", "is-ok")
UNDONE = Mark("annulée", "◇", "is-warn")
CONSULT = "consult"
_SCOR_WORDS = {
    ScorDecision.SENT.value: "envoyer la pièce",
    ScorDecision.STOPPED.value: "arrêter la pièce",
    ScorDecision.HELD.value: "garder la pièce",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something on the line of time. *at* None: now. *facts*: short sentences, in order."""

    at: datetime | None
    source: str
    title: str
    mark: Mark
    facts: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A command as the page tells it. *sentence* says what the base and the poste agree on."""

    command: CommandSeen
    pharmacy: str
    operation: str
    mark: Mark
    sentence: str
    moments: Sequence[Moment]


class EvidencePage(Page):
    """What a trace, or a command, left: for who may see the site that sent it."""

    async def show(self, visit: Visit) -> None:
        """Each command of that name; nothing found: what to check.

        Source: PST-15.
        """
        word, visitor = visit.names["sought"], visit.visitor
        preseries = self.portal.preseries
        am = await self.portal.ask(lambda: preseries.sites_of(visitor.actor))
        found = await self.portal.consult(lambda known: find(known, word, am=am))
        histories = await self.portal.ask(lambda: preseries.find_all(visitor.actor))
        pharmacies = [one for each in histories for one in each.preserie.participants.values()]
        names = {one.am: one.name for one in pharmacies}
        is_shown = may_be_shown(word, day_in_paris(self.portal.clock()))
        commands = () if found is None else found.commands
        self.portal.pages.show(
            visit.resp,
            "evidence.html",
            status=200 if commands else 404,
            visitor=visitor,
            word=word if is_shown else "",
            commands=[tell_command(one, names.get(one.am, "")) for one in commands],
        )


def tell_command(one: CommandSeen, pharmacy: str) -> Told:
    """A command, its moments in order; the piece as it is judged now comes last.

    A workstation's clock may be wrong: its attempts are told by it, since nothing else tells when
    it called.

    Source: PST-15.
    """
    mark, sentence = judge(one)
    dated = [
        *(_tell_attempt(attempt) for attempt in one.attempts),
        *_tell_execution(one),
        *(_tell_piece(piece) for piece in one.pieces),
    ]
    return Told(
        command=one,
        pharmacy=pharmacy,
        operation=say_operation(one.operation),
        mark=mark,
        sentence=sentence,
        moments=[
            *sorted(dated, key=lambda moment: (moment.at is None, moment.at)),
            *(_tell_now(piece) for piece in one.pieces),
        ],
    )


def judge(one: CommandSeen) -> tuple[Mark, str]:
    """Whether the base has a command, beside what the workstation saw of it.

    Source: PST-5, PST-15.
    """
    results = {attempt.result for attempt in one.attempts}
    is_done = Result.DONE in results
    if one.is_recorded:
        unknown = "le poste ne l’a pas su" if results else "aucune trace poste n’en est venue"
        agreed = "La base et le poste s’accordent."
        return RECORDED, agreed if is_done else f"La base l’a, et {unknown}."
    if is_done and one.operation == CONSULT:
        return SEEN_DONE, "Une consultation ne laisse rien dans la base : la trace fait foi."
    if is_done:
        return LOST, "Le poste l’a vue aboutir, et la base n’en a rien : cherchez pourquoi."
    if Result.BUSINESS_REFUSAL in results:
        return REFUSED, "La demande a été refusée : rien n’a été enregistré."
    return NOT_RECORDED, "Ni la base ni le poste ne l’ont vue aboutir."


def _tell_attempt(one: Attempt) -> Moment:
    status = "sans réponse" if one.status is None else f"réponse HTTP {one.status}"
    code = f", {one.code}" if one.code else ""
    facts = [
        f"{status}{code}, en {say_number(one.duration_ms)}{NARROW}ms",
        f"poste : {one.workstation} ; version {one.version}, mode {one.mode.lower()}",
    ]
    if one.scor_decision is not None:
        facts.append(_say_scor(one.scor_decision, one.scor_because))
    return Moment(
        at=one.at,
        source="Trace poste",
        title=f"Essai {one.attempt}",
        mark=RESULTS[one.result],
        facts=tuple(facts),
        name=one.trace_id,
    )


def _say_scor(decision: str, because: str | None) -> str:
    """What the workstation decided of the piece; its reason, where it is one of the table."""
    known = {one.value: sentence for one, sentence in SENTENCES.items()}
    why = known.get(because or "", because or "")
    return f"SCOR, pour le poste : {_SCOR_WORDS.get(decision, decision)}. {why}".strip()


def _tell_execution(command: CommandSeen) -> Iterator[Moment]:
    one = command.execution
    if one is None:
        return
    is_own = one.key == command.command
    facts = [say_lines(one)]
    if one.correction_count:
        facts.append(say_count(one.correction_count, "correction"))
    if one.is_awaiting:
        facts.append("elle attend son ordonnance")
    if not is_own:
        facts.append("créée par une autre commande, que celle-ci touche")
    yield Moment(
        at=one.recorded_at,
        source="Exécution",
        title=one.name,
        mark=Mark("enregistrée", "●", "is-ok"),
        facts=tuple(facts),
        name="" if is_own else one.key,
    )
    if one.undone_at is not None:
        yield Moment(at=one.undone_at, source="Exécution", title=one.name, mark=UNDONE)


def say_lines(one: ExecutionSeen) -> str:
    """The lines of an execution, counted: ``2 lignes (exécutées : 1, non exécutées : 1)``."""
    counts = {LINE_WORDS[name]: count for name, count in one.lines.items() if count}
    whole = counts.pop(LINE_WORDS["lines"], 0)
    parts = ", ".join(f"{words} : {count}" for words, count in counts.items())
    return say_count(whole, "ligne") + (f" ({parts})" if parts else "")


def _tell_piece(one: Proved) -> Moment:
    first = one.review.first
    return Moment(
        at=one.received_at,
        source="Pièce SCOR",
        title=f"{first.piece}, facture {first.invoice}",
        mark=VERDICTS[first.verdict],
        facts=(
            f"lot {one.review.lot}, phase {one.phase}",
            f"attendu : {OWED_WORDS[first.owed]} ; fait : {DECISION_WORDS[first.decision]}",
            SENTENCES[first.because],
        ),
    )


def _tell_now(one: Proved) -> Moment:
    first, now = one.review.first, one.review.now
    facts = [SENTENCES[now.because]] if now.because is not first.because else []
    if one.review.is_complemented:
        facts.append("Un autre lot l’a envoyée depuis.")
    return Moment(
        at=None,
        source="Pièce SCOR",
        title=f"{first.piece}, facture {first.invoice}",
        mark=VERDICTS[now.verdict],
        facts=tuple(facts),
    )
