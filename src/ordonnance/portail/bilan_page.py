"""The bilan of a présérie as a page: the last one drawn, those before it, or as it would be now.

Source: PRE-86.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from falcon import HTTPNotFound

from ordonnance.domain.bilan import Bilan
from ordonnance.domain.bilan_drawn import list_drawn, tell_drawn
from ordonnance.domain.bilan_facts import Facts, gather_now
from ordonnance.domain.bilan_section_others import table_steps
from ordonnance.domain.bilan_telling import tell
from ordonnance.domain.bilan_told import BilanTold, Chart, ChartKind, Table
from ordonnance.domain.preserie import Figures, Preserie
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_possible import list_possible
from ordonnance.domain.preserie_words import VERBS
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.bilan_share import ShareForm, list_sharings, list_signatories, read_share
from ordonnance.portail.chart import draw, draw_all
from ordonnance.portail.event import Told
from ordonnance.portail.event import tell as tell_event
from ordonnance.portail.naming import say_state, say_title
from ordonnance.portail.portal import (
    FormPage,
    Page,
    Portal,
    Visit,
    first,
    read_form,
    redirect,
    status_of,
)
from ordonnance.portail.tabs import list_tabs
from ordonnance.portail.visitor import Visitor
from ordonnance.usecases.measure import Live

PLACE = "bilan"
NOW = "maintenant"
# By criterion: the page that shows what its figures are made of, and its words.
SOURCES: Mapping[int, tuple[str, str]] = {
    1: ("appels?operation=execute", "Les appels derrière ces chiffres, un par ligne"),
    2: ("anomalies", "Les anomalies, leur fil et leurs délais"),
    3: ("scor", "La fiche de vérification, une pièce par ligne"),
}
SIGNING = (PartyKind.VENDOR, PartyKind.CNAM)
FILING = (*SIGNING, PartyKind.GIE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: a présérie, one of its bilans by its number; None: as it would be now.

    *drawn*: those that who looks may read. *reader*: the N° AM of the pilot who looks.
    """

    history: History
    number: int | None
    drawn: Sequence[tuple[int, Bilan]]
    reader: str | None

    @property
    def bilan(self) -> Bilan | None:
        """The bilan asked for, as it is kept."""
        return dict(self.drawn).get(self.number or 0)

    @property
    def is_last(self) -> bool:
        """Whether it is the last one drawn: the one that is signed, and decided on."""
        return self.number == len(self.history.preserie.bilans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A bilan told, and the steps that served, counted now; *can*: the verbs one may say now."""

    told: BilanTold
    steps: Sequence[Table] = ()
    can: Sequence[str] = field(default=())


class BilanPage(FormPage):
    """``…/bilan``: read by all, shared and signed by the vendor and the Cnam."""

    async def show(self, visit: Visit) -> None:
        """The bilan asked for, else the last; before any, as it would be drawn now.

        Source: PRE-86.
        """
        await self._answer(visit, await find_asked(self.portal, visit), Told(said={}))

    async def take(self, visit: Visit) -> None:
        """Share the last bilan: signed by its hash, or with what one does not agree with.

        Source: PRE-61, PRE-87.
        """
        asked = await find_asked(self.portal, visit)
        if not visit.visitor.is_a(*SIGNING):
            raise HTTPNotFound
        said = await read_form(visit.req)
        event, wrong = read_share(said)
        if wrong:
            await self._answer(visit, asked, Told(said=said, wrong=wrong, status=422))
            return
        try:
            # Not refused because something else was said meanwhile: the hash says what was read.
            sent = {name: values for name, values in said.items() if name != "seen"}
            await tell_event(self.portal, visit.visitor, asked.history.id, [event], sent)
        except Refusal as refusal:
            told = Told(said=said, sentence=refusal.sentence, status=status_of(refusal))
            await self._answer(visit, await find_asked(self.portal, visit), told)
            return
        place = f"{visit.visitor.home}/preseries/{asked.history.id}/{PLACE}"
        redirect(visit.resp, f"{place}?fait=share_bilan#accord")

    async def _answer(self, visit: Visit, asked: Asked, said: Told) -> None:
        visitor, history = visit.visitor, asked.history
        tabs = [] if asked.reader else list_tabs(history, visitor, here=PLACE)
        shown = await self._tell(asked, visitor)
        if shown is None:
            self._say_none(visit, asked, tabs)
            return
        done = visit.asked("fait")
        bilan = asked.bilan
        may_share = asked.is_last and "share_bilan" in shown.can
        self.portal.pages.show(
            visit.resp,
            "bilan_page.html",
            status=said.status,
            visitor=visitor,
            asked=asked,
            preserie=history.preserie,
            title=say_title(history),
            state=say_state(history.preserie),
            base=find_base(visitor, history),
            told=shown.told,
            charts=draw_all(shown.told),
            steps=shown.steps,
            can=shown.can,
            tabs=tabs,
            done=VERBS[done][0] if done in VERBS else "",
            is_now=bilan is None,
            sources=list_sources(visitor),
            may_file=visitor.party is None or visitor.is_a(*FILING),
            signatories=[] if bilan is None else list_signatories(bilan, visitor.party),
            sharings=[] if bilan is None else list_sharings(history.preserie, bilan),
            form=ShareForm.fill(history.preserie, said.said) if may_share else None,
            wrong={one.name: one.sentence for one in said.wrong},
            sentence=said.sentence,
            key=first(said.said, "key") or self.portal.draw(),
        )

    async def _tell(self, asked: Asked, visitor: Visitor) -> Shown | None:
        """The bilan told; None: there is none to tell this reader, or nothing to draw one from."""
        history, number = asked.history, asked.number
        if asked.reader is not None:
            if number is None:
                return None
            told = await self.portal.ask(lambda: tell_drawn(history, number, asked.reader))
            return Shown(told=told)
        can = list_possible(history.preserie, visitor.party) if visitor.party else ()
        if number is None and not is_drawable(history.preserie):
            return None
        at = self.portal.clock()
        live = await self.portal.ask(lambda: self.portal.measures.measure(history, at))
        facts = gather_live(live)
        if number is None:
            return Shown(told=tell(facts), can=can)
        told = await self.portal.ask(lambda: tell_drawn(history, number))
        return Shown(told=told, steps=list(table_steps(facts)), can=can)

    def _say_none(self, visit: Visit, asked: Asked, tabs: Sequence[object]) -> None:
        preserie = asked.history.preserie
        if asked.reader is not None:
            why = "unshared"
        else:
            why = "closed" if preserie.closed_because is not None else "early"
        self.portal.pages.show(
            visit.resp,
            "bilan_none.html",
            visitor=visit.visitor,
            base=find_base(visit.visitor, asked.history),
            why=why,
            title=say_title(asked.history),
            state=say_state(preserie),
            tabs=tabs,
        )


class ShareAddress(Page):
    """``…/share_bilan``: a bilan is shared where it is read."""

    async def show(self, visit: Visit) -> None:
        """Go to the page of the bilan."""
        name = visit.names["name"]
        redirect(visit.resp, f"{visit.visitor.home}/preseries/{name}/{PLACE}#accord")


async def find_asked(portal: Portal, visit: Visit) -> Asked:
    """The présérie and the bilan that an address names, for who may read them.

    A pilot reads those shared with the pilots, and nothing before.

    Raises:
        Refusal: PRESERIE_UNKNOWN, ROLE_NOT_ALLOWED, BUSY.
        HTTPNotFound: there is no such bilan for them.

    Source: PRE-86, PRE-87.
    """
    visitor = visit.visitor
    name = visitor.preserie or visit.names["name"]
    history = await portal.ask(lambda: portal.preseries.read(name, visitor.actor))
    is_pilot = visitor.is_a(PartyKind.PILOT)
    drawn = list_drawn(history.preserie, is_for_pilots=is_pilot)
    number = max((one for one, _ in drawn), default=None)
    said = visit.asked("n")
    if said == NOW and not is_pilot:
        number = None
    elif said:
        number = next((one for one, _ in drawn if str(one) == said), None)
        if number is None:
            raise HTTPNotFound
    reader = visitor.party.name if is_pilot and visitor.party else None
    return Asked(history=history, number=number, drawn=drawn, reader=reader)


def list_sources(visitor: Visitor) -> Mapping[int, tuple[str, str]]:
    """By criterion, the page behind its figures, of those that who looks may open."""
    if visitor.party is None:
        return {number: source for number, source in SOURCES.items() if source[0] != "scor"}
    return SOURCES if visitor.is_a(*FILING) else {}


def find_base(visitor: Visitor, history: History) -> str:
    """Where the pages of a présérie begin, for who looks."""
    return visitor.home if visitor.preserie else f"{visitor.home}/preseries/{history.id}"


def is_drawable(preserie: Preserie) -> bool:
    """Whether a bilan can be drawn, now or soon: somebody is installed, and it is not given up."""
    return bool(preserie.installed) and preserie.closed_because is None


def gather_live(live: Live) -> Facts:
    """What the bilan that would be drawn now is told from.

    Source: PRE-52, PRE-86.
    """
    weeks: dict[str, dict[date, Figures]] = {}
    for one in live.weeks:
        weeks.setdefault(one.am, {})[one.on] = one.figures
    used = {am: {str(step): count for step, count in one.items()} for am, one in live.steps.items()}
    is_used = any(any(one.values()) for one in used.values())
    return gather_now(
        live.history.replayed,
        live.bilan,
        live.preserie,
        weeks=weeks,
        used=used if is_used else None,
    )


def draw_rates(live: Live) -> list[tuple[Chart, str]]:
    """The rate of executions by pharmacy, then by week, with their markup; none before any.

    Source: PRE-63, PRE-86.
    """
    if live.bilan.criteria[0].value is None:
        return []
    charts = tell(gather_live(live)).sections[0].charts
    return [(one, draw(one)) for one in charts if one.kind is not ChartKind.MULTIPLES]
