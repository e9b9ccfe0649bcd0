"""``/portail/preseries/{name}/anomalies``: each with its thread and delays; what the vendor fixed.

Source: PRE-79.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from ordonnance.domain.preserie import Anomaly
from ordonnance.domain.preserie_anomaly import Thread, list_threads, say_delay
from ordonnance.domain.preserie_event_bilan import DeclareFix
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_words import VERBS
from ordonnance.portail.event import REPORT, Told
from ordonnance.portail.forms import FORMS
from ordonnance.portail.forms_bilan import OPERATION_WORDS
from ordonnance.portail.portal import Form, Visit, first
from ordonnance.portail.section import Section


class AnomaliesPage(Section):
    """The threads; for the vendor, the forms by which it says what it fixed."""

    place = "anomalies"
    template = "anomalies.html"
    verbs = ("fix_anomaly", "declare_fix", "state_prerequisites")

    def describe(self, visit: Visit, history: History, told: Told) -> Mapping[str, object]:
        """Threads, fixes declared, prerequisites of the deployment.

        A pilot reads in full what it reported, and of the others what they are about.

        Source: PRE-25, PRE-27, PRE-33, PRE-39, PRE-79.
        """
        preserie = history.preserie
        threads = list_threads(history.replayed)
        fixes = [one for one in history.replayed.accepted.values() if isinstance(one, DeclareFix)]
        return {
            "threads": threads,
            "open": [one for one in threads if one.fixed_at is None],
            "obstacles": [one for one in threads if one.anomaly.is_obstacle],
            "worst_answer": say_worst([one.answer_delay for one in threads]),
            "worst_fix": say_worst([one.fix_delay for one in threads]),
            "fixes": fixes,
            "is_cnam": visit.visitor.is_a(PartyKind.CNAM),
            "report": find_report(visit, history),
            "may_read": lambda thread: may_read(thread, visit),
            "names": {one.am: one.name for one in preserie.participants.values()},
            "say_delay": say_delay,
            "say_nature": say_nature,
            "say_operation": lambda name: OPERATION_WORDS.get(name, name),
            "verb_words": VERBS,
            "forms": {verb: FORMS[verb] for verb in self.verbs},
            "typed": lambda verb: told.said if first(told.said, "verb") == verb else {},
            "fixing": typed_fix(told.said),
        }


def find_report(visit: Visit, history: History) -> str | None:
    """The page on which who looks reports a difficulty; None: they only read. Source: PRE-94."""
    visitor = visit.visitor
    if visitor.party is None:
        return None
    if visitor.is_a(PartyKind.PILOT):
        return f"{visitor.own_home(history.id)}/difficulte"
    return f"{visitor.home}/preseries/{history.id}/{REPORT}"


def may_read(thread: Thread, visit: Visit) -> bool:
    """Whether who looks reads what was said of an anomaly: a pilot, of those that it met.

    Source: ours (PRE-79): what happens at a pharmacy is not told to the others by name.
    """
    party = visit.visitor.party
    if party is None or party.kind is not PartyKind.PILOT:
        return True
    said_by = {one.by.name for one in thread.remarks if one.by and one.by.kind is party.kind}
    return {*thread.am, *said_by} <= {party.name}


def say_worst(delays: Iterable[timedelta | None]) -> str:
    """The longest of delays; a dash where there is none."""
    return say_delay(max((one for one in delays if one is not None), default=None))


def say_nature(anomaly: Anomaly) -> str:
    """What an anomaly is: ``due au logiciel, empêche l’usage nominal``."""
    origin = "due au logiciel" if anomaly.intrinsic else "étrangère au logiciel"
    return f"{origin}, {'empêche' if anomaly.blocking else 'n’empêche pas'} l’usage nominal"


def typed_fix(said: Form) -> tuple[str, str]:
    """The anomaly and the version typed in the form of a fix that was refused."""
    is_fix = first(said, "verb") == "fix_anomaly"
    return (first(said, "anomaly"), first(said, "version")) if is_fix else ("", "")
