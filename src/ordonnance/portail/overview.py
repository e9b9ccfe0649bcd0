"""The first page: the préséries that one may read, one's own turn first, and its CSV.

Source: PRE-81.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from falcon import HTTPNotFound

from ordonnance.domain.bilan import CRITERION_NAMES
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie import State
from ordonnance.domain.preserie_access import fold
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_overview import (
    GROUP_WORDS,
    VERDICT_WORDS,
    Filter,
    Group,
    Row,
    group_rows,
    list_rows,
    select_rows,
    write_rows,
)
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_submission import is_unfinished
from ordonnance.domain.preserie_words import STATES
from ordonnance.portail.page import send_csv
from ordonnance.portail.portal import Page, Portal, Visit
from ordonnance.portail.preserie import COLOURS, SHAPES, STATE_COLOURS
from ordonnance.portail.visitor import Visitor
from ordonnance.usecases.workstation import SiteTraces, list_sites

EMPTY: Mapping[Group, str] = {
    Group.YOURS: "Rien n’est attendu de vous.",
    Group.RUNNING: "Aucune présérie n’attend quelqu’un d’autre.",
    Group.CLOSED: "Aucune présérie n’est close.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A pharmacy whose traces stopped, and the présérie it is in."""

    site: SiteTraces
    preserie: str


class Overview(Page):
    """``/portail``: the préséries that one may read, filtered as the query says."""

    async def show(self, visit: Visit) -> None:
        """Those awaited of the visitor first; for vendor and GIE, the silent pharmacies above.

        A pilot is shown no verdict: what it may read of a bilan has pages of its own.

        Source: PRE-81.
        """
        histories = await find(self.portal, visit)
        visitor, all_rows = visit.visitor, await list_live(self.portal, visit, histories)
        wanted = read_filter(visit)
        rows = select_rows(all_rows, wanted)
        asked = {name: visit.asked(name) for name in ("cpam", "editeur", "etat")}
        asked = {name: said for name, said in asked.items() if said}
        self.portal.pages.show(
            visit.resp,
            "preseries.html",
            visitor=visitor,
            groups=group_rows(rows),
            group_words=GROUP_WORDS,
            empty=EMPTY,
            states=STATES,
            state_colours=STATE_COLOURS,
            shapes=SHAPES,
            colours=COLOURS,
            verdict_words=VERDICT_WORDS,
            criteria=CRITERION_NAMES,
            shows_verdicts=not visitor.is_a(PartyKind.PILOT),
            offers=offer(all_rows),
            asked=asked,
            query=f"?{urlencode(asked)}" if asked else "",
            silent=await find_silent(self.portal, visitor, histories),
            may_open=visitor.is_a(PartyKind.VENDOR),
        )


class OverviewTable(Page):
    """``/portail/preseries.csv``: the same rows for a spreadsheet, filtered as the page is."""

    async def show(self, visit: Visit) -> None:
        """The file; a pilot has none, for it tells verdicts.

        Source: PRE-67, PRE-81.
        """
        if visit.visitor.is_a(PartyKind.PILOT):
            raise HTTPNotFound
        histories = await find(self.portal, visit)
        rows = await list_live(self.portal, visit, histories)
        text = write_rows(select_rows(rows, read_filter(visit)))
        send_csv(visit.resp, "preseries.csv", text)


async def find(portal: Portal, visit: Visit) -> list[History]:
    """The préséries that a visitor may read.

    Raises:
        Refusal: BUSY.
    """
    actor = visit.visitor.actor
    return await portal.ask(lambda: portal.preseries.find_all(actor))


async def list_live(portal: Portal, visit: Visit, histories: Sequence[History]) -> tuple[Row, ...]:
    """A row for each présérie, with the verdicts as they stand; none before an installation.

    Raises:
        Refusal: BUSY.
    """
    at, visitor = portal.clock(), visit.visitor
    installed = [one for one in histories if one.preserie.installed]
    if visitor.is_a(PartyKind.PILOT):
        installed = []
    glances = await portal.ask(lambda: portal.measures.measure_all(installed, at))
    bilans = {one.history.id: one.bilan for one in glances}
    return list_rows(histories, at=at, reader=visitor.party, bilans=bilans)


async def find_silent(
    portal: Portal, visitor: Visitor, histories: Sequence[History]
) -> list[Silent]:
    """The pharmacies whose traces stopped, for the vendor and the GIE, the longest silence first.

    Raises:
        Refusal: BUSY.

    Source: PST-11.
    """
    running = [one for one in histories if is_unfinished(one.preserie)]
    places = {am: one.id for one in running for am in one.preserie.traces_active}
    if not places or not visitor.is_a(PartyKind.VENDOR, PartyKind.GIE):
        return []
    today = day_in_paris(portal.clock())
    sites = await portal.consult(
        lambda known: list_sites(
            known.database,
            [one.preserie for one in running],
            am=frozenset(places),
            today=today,
        )
    )
    return [Silent(site=one, preserie=places[one.am]) for one in sites if one.is_silent]


def read_filter(visit: Visit) -> Filter:
    """What the query asks for; a state that is none asks for any."""
    state = visit.asked("etat")
    return Filter(
        cpam=visit.asked("cpam") or None,
        vendor=visit.asked("editeur") or None,
        state=State(state) if state in set(State) else None,
    )


def offer(rows: Iterable[Row]) -> Mapping[str, Sequence[str]]:
    """What may be chosen in each filter: what some row has, in order."""
    listed = tuple(rows)
    vendors = {fold(row.vendor): row.vendor for row in listed if row.vendor}
    return {
        "cpam": sorted({code for row in listed for code in row.cpam}),
        "editeur": [vendors[key] for key in sorted(vendors)],
        "etat": [state for state in State if any(row.state is state for row in listed)],
    }
