"""States as pages of evidence show them: a word, a shape and a colour.

Source: PST-15, SCOR-16.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ordonnance.domain.call import OUTCOME_WORDS, CallOutcome
from ordonnance.domain.scor import Decision, Verdict
from ordonnance.domain.trace import Result
from ordonnance.portail.page import NARROW

_A_MINUTE, _AN_HOUR, _A_DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Mark:
    """A state: its words, its shape, the class that colours it."""

    words: str
    shape: str
    colour: str


OUTCOMES: Mapping[CallOutcome, Mark] = {
    CallOutcome.RECORDED: Mark(OUTCOME_WORDS[CallOutcome.RECORDED], "●", "is-ok"),
    CallOutcome.BUSINESS_REFUSAL: Mark(OUTCOME_WORDS[CallOutcome.BUSINESS_REFUSAL], "◇", "is-soft"),
    CallOutcome.FAILED: Mark(OUTCOME_WORDS[CallOutcome.FAILED], "■", "is-stop"),
    CallOutcome.NEVER_RECORDED: Mark(OUTCOME_WORDS[CallOutcome.NEVER_RECORDED], "▲", "is-stop"),
}
RESULTS: Mapping[str, Mark] = {
    Result.DONE: Mark("abouti", "●", "is-ok"),
    Result.BUSINESS_REFUSAL: Mark("refus métier", "◇", "is-soft"),
    Result.TECHNICAL_ERROR: Mark("erreur technique", "■", "is-stop"),
    Result.TIMED_OUT: Mark("sans réponse à temps", "■", "is-stop"),
    Result.GIVEN_UP: Mark("abandonné par l’utilisateur", "◇", "is-warn"),
}
VERDICTS: Mapping[Verdict, Mark] = {
    Verdict.RIGHT: Mark("à raison", "●", "is-ok"),
    Verdict.WRONG_STOP: Mark("arrêtée à tort", "■", "is-stop"),
    Verdict.WRONG_SEND: Mark("envoyée à tort", "▲", "is-warn"),
    Verdict.UNREADABLE: Mark("illisible", "▲", "is-warn"),
}
DECISION_WORDS: Mapping[Decision, str] = {
    Decision.SENT: "envoyée",
    Decision.STOPPED: "arrêtée",
    Decision.HELD: "gardée",
}
OWED_WORDS: Mapping[Decision, str] = {
    Decision.SENT: "à envoyer",
    Decision.STOPPED: "à arrêter",
    Decision.HELD: "à garder jusqu’au soir",
}


def say_ago(at: datetime, now: datetime) -> str:
    """How long ago *at* was, cut: ``à l’instant``, ``il y a 3 h``."""
    seconds = (now - at).total_seconds()
    if seconds < _A_MINUTE:
        return "à l’instant"
    return f"il y a {say_span(timedelta(seconds=seconds))}"


def say_gap(seconds: float | None) -> str:
    """How a workstation's clock stands to ours: *seconds* late; None: it never told its hour."""
    if seconds is None:
        return "heure non dite"
    if abs(seconds) < 1:
        return "à l’heure"
    direction = "de retard" if seconds > 0 else "d’avance"
    return f"{say_span(timedelta(seconds=abs(seconds)))} {direction}"


def say_span(span: timedelta) -> str:
    """A span in its greatest unit, cut: ``12 s``, ``35 min``, ``3 h``, ``2 j``."""
    seconds = int(span.total_seconds())
    for size, unit in ((_A_DAY, "j"), (_AN_HOUR, "h"), (_A_MINUTE, "min")):
        if seconds >= size:
            return f"{seconds // size}{NARROW}{unit}"
    return f"{seconds}{NARROW}s"
