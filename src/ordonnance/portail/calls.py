"""``/portail/preseries/{name}/appels``: the calls behind a figure of criterion 1, one a row.

Source: PRE-84.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from ordonnance.domain.actor import Actor
from ordonnance.domain.call import (
    CALLS_MAX,
    FILTER_NAMES,
    OUTCOME_WORDS,
    list_visible_sites,
    read_filter,
    write_calls,
)
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_access import TRACE_READERS
from ordonnance.domain.preserie_history import History
from ordonnance.domain.trace import TracedOperation
from ordonnance.portail.event import read
from ordonnance.portail.forms_bilan import OPERATION_WORDS
from ordonnance.portail.mark import OUTCOMES
from ordonnance.portail.naming import say_state, say_title
from ordonnance.portail.page import send_csv
from ordonnance.portail.portal import Page, Portal, Visit
from ordonnance.portail.tabs import list_tabs
from ordonnance.usecases.call import Found

PLACE = "appels"
OTHER_OPERATION_WORDS = {
    "reserve": "réserver",
    "release": "rendre une réservation",
    "propose": "proposer une adaptation",
}
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sieve:
    """A filter of the form: its name, its words, what it offers; nothing to offer: a day."""

    name: str
    label: str
    choices: Choices


class CallsPage(Page):
    """The calls that who looks may see, newest first, and the filter that found them."""

    async def show(self, visit: Visit) -> None:
        """What the address asks for. Source: PRE-84."""
        history, found = await find(self.portal, visit)
        visitor, preserie = visit.visitor, history.preserie
        said = {name: visit.asked(name) for name in FILTER_NAMES if visit.asked(name)}
        counts = Counter(one.outcome for one in found.calls)
        base = f"{visitor.home}/preseries/{history.id}"
        self.portal.pages.show(
            visit.resp,
            "calls.html",
            visitor=visitor,
            title=say_title(history),
            state=say_state(history.preserie),
            here=base,
            tabs=list_tabs(history, visitor, here=PLACE),
            sieves=list_sieves(preserie, visitor.actor),
            said=said,
            calls=found.calls,
            is_cut=found.is_cut,
            calls_max=CALLS_MAX,
            counts=[(mark, counts[one]) for one, mark in OUTCOMES.items() if counts[one]],
            marks=OUTCOMES,
            names={one.am: one.name for one in preserie.participants.values()},
            say_operation=say_operation,
            find_address=find_evidence if visitor.actor.role in TRACE_READERS else None,
            csv=f"{base}/{PLACE}.csv" + (f"?{urlencode(said)}" if said else ""),
        )


class CallsFile(Page):
    """``/portail/preseries/{name}/appels.csv``: the same, for a spreadsheet."""

    async def show(self, visit: Visit) -> None:
        """The file. Source: PRE-84."""
        _, found = await find(self.portal, visit)
        send_csv(visit.resp, "appels.csv", write_calls(found.calls))


async def find(portal: Portal, visit: Visit) -> tuple[History, Found]:
    """The présérie, and the calls that the address asks for.

    A vendor is given the calls of its own software alone, a pharmacy its own.

    Raises:
        Refusal: PRESERIE_UNKNOWN, ROLE_NOT_ALLOWED, ELEMENT_INVALID, BUSY.

    Source: PRE-53, PRE-84.
    """
    history = await read(portal, visit)
    wanted = read_filter({name: visit.asked(name) for name in FILTER_NAMES})
    actor, at = visit.visitor.actor, portal.clock()
    return history, await portal.ask(
        lambda: portal.find_calls(history.preserie, actor, wanted, at=at)
    )


def find_evidence(word: str, *, home: str) -> str:
    """The address of what a trace, or a command, left. Its name may hold any sign."""
    return f"{home}/traces/{quote(word, safe='')}"


def say_operation(name: str) -> str:
    """An operation, in words."""
    return {**OPERATION_WORDS, **OTHER_OPERATION_WORDS}.get(name, name)


def list_sieves(preserie: Preserie, actor: Actor) -> Sequence[Sieve]:
    """What the calls of a présérie may be filtered by, for who may see them."""
    sites = list_visible_sites(preserie, actor)
    opened = preserie.software.get(preserie.opened or "")
    versions: Sequence[str] = () if opened is None else opened.versions
    operations = [(one.value, say_operation(one.value)) for one in TracedOperation]
    outcomes: Mapping[str, str] = {one.value: words for one, words in OUTCOME_WORDS.items()}
    return (
        Sieve("am", "Pharmacie", [(am, preserie.participants[am].name) for am in sites]),
        Sieve("operation", "Opération", operations),
        Sieve("outcome", "Issue", list(outcomes.items())),
        Sieve("version", "Version", [(one, one) for one in versions]),
        Sieve("day", "Jour", ()),
    )
