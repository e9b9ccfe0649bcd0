"""One présérie: its timeline, whose turn it is, the five criteria as they stand, its pharmacies.

Source: PRE-80.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ordonnance.domain.bilan import Criterion
from ordonnance.domain.bilan_rate import EXECUTE, count_rate, whole_of
from ordonnance.domain.bilan_words import say_figure, say_interval, say_rate, say_target
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.french import bind
from ordonnance.domain.preserie import Figures, Participant, Pieces, Preserie, state_of
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_overview import VERDICT_WORDS, Verdict, count_days, judge_one
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_timeline import Progress, list_stages
from ordonnance.domain.preserie_waiting import Waiting, find_waiting
from ordonnance.domain.preserie_words import STATES, VERBS
from ordonnance.portail.act import list_acts
from ordonnance.portail.bilan_page import NOW, PLACE, draw_rates, is_drawable
from ordonnance.portail.event import read
from ordonnance.portail.forms_bilan import OPERATION_WORDS
from ordonnance.portail.mark import say_ago
from ordonnance.portail.naming import say_title
from ordonnance.portail.portal import Page, Visit, redirect
from ordonnance.portail.tabs import list_tabs
from ordonnance.portail.told import list_told
from ordonnance.portail.trend import Trend, draw_trend
from ordonnance.portail.visitor import Visitor
from ordonnance.usecases.mail import list_mails
from ordonnance.usecases.measure import Live
from ordonnance.usecases.workstation import SiteTraces, list_sites

SHAPES: Mapping[Verdict, str] = {Verdict.MET: "●", Verdict.UNMET: "■", Verdict.NOTHING: "○"}
COLOURS: Mapping[Verdict, str] = {
    Verdict.MET: "is-ok",
    Verdict.UNMET: "is-stop",
    Verdict.NOTHING: "is-soft",
}
STATE_COLOURS = {"cyan": "is-soft", "yellow": "is-warn", "green": "is-ok", "red": "is-stop"}
PROGRESS_WORDS: Mapping[Progress, str] = {
    Progress.DONE: "fait",
    Progress.CURRENT: "en attente",
    Progress.TO_COME: "à venir",
    Progress.DROPPED: "sans suite",
}


# By the stage of a meeting: the verb that says it held, and may file its minutes.
MEETINGS = {"launch": "hold_launch_meeting", "deployment_meeting": "hold_deployment_meeting"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A criterion in a row of the page; *trend* None: it has none."""

    number: int
    name: str
    verdict: Verdict
    figure: str
    target: str
    interval: str | None
    trend: Trend | None

    @property
    def words(self) -> str:
        """The verdict, in words."""
        return VERDICT_WORDS[self.verdict]

    @property
    def shape(self) -> str:
        """The verdict, as a mark beside its words."""
        return SHAPES[self.verdict]

    @property
    def colour(self) -> str:
        """The verdict, as a class of the style sheet."""
        return COLOURS[self.verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacy:
    """A pharmacy in a row: its rate, its pieces, whether it answered, its traces."""

    one: Participant
    rate: str
    pieces: str
    answered: bool
    traces: str
    is_silent: bool


class PreseriePage(Page):
    """``/portail/preseries/{name}``."""

    async def show(self, visit: Visit) -> None:
        """Where it stands, live; what is awaited; what one may do. A pilot has a page of its own.

        Source: PRE-80.
        """
        history = await read(self.portal, visit)
        visitor = visit.visitor
        if visitor.is_a(PartyKind.PILOT):
            redirect(visit.resp, visitor.own_home(history.id))
            return
        at = self.portal.clock()
        mails = await self.portal.consult(lambda known: list_mails(known.database, history.id))
        live = await self.portal.ask(lambda: self.portal.measures.measure(history, at))
        preserie = history.preserie
        heard = await self._hear(history, at)
        waiting = find_waiting(history.replayed)
        acts = list_acts(history, visitor, waiting)
        done = visit.asked("fait")
        shape, colour, words = STATES[state_of(preserie)]
        self.portal.pages.show(
            visit.resp,
            "preserie.html",
            visitor=visitor,
            history=history,
            preserie=preserie,
            title=say_title(history),
            state={"shape": shape, "words": words, "colour": STATE_COLOURS[colour]},
            done=VERBS[done][0] if done in VERBS else "",
            tabs=list_tabs(history, visitor, here=""),
            awaited=list(say_awaited(waiting, visitor, self)),
            primary=next((one for one in acts if one.is_awaited), None),
            others=[one for one in acts if not one.is_awaited],
            stages=list_stages(history.replayed),
            progress=PROGRESS_WORDS,
            say_operation=lambda name: OPERATION_WORDS.get(name, name),
            minutes={
                stage: [one for one in preserie.minutes if one.about == verb]
                for stage, verb in MEETINGS.items()
            },
            live=live,
            criteria=[judge_row(one, live) for one in live.bilan.criteria],
            sections=f"{visitor.home}/preseries/{history.id}/{PLACE}?n={NOW}"
            if is_drawable(preserie)
            else None,
            rates=draw_rates(live),
            pharmacies=[
                describe(one, live, heard.get(one.am), at) for one in preserie.participants.values()
            ],
            told=list_told(history, mails, shows_proof=not visitor.is_a(PartyKind.CPAM)),
        )

    async def _hear(self, history: History, at: datetime) -> Mapping[str, SiteTraces]:
        """What each pharmacy's workstations sent, by N° AM."""
        sites = await self.portal.consult(
            lambda known: list_sites(
                known.database,
                [history.preserie],
                am=frozenset(history.preserie.participants),
                today=day_in_paris(at),
            )
        )
        return {one.am: one for one in sites}


def say_awaited(waiting: Waiting, visitor: Visitor, page: Page) -> Iterator[Mapping[str, object]]:
    """What is awaited: a sentence, whether it is the visitor's turn, for how many days."""
    at = page.portal.clock()
    for todo in waiting.todos:
        yield {
            "sentence": bind(todo.say(visitor.party)),
            "is_theirs": visitor.party in todo.parties,
            "days": None if todo.since is None else count_days(todo.since, at),
        }


def judge_row(criterion: Criterion, live: Live) -> Judged:
    """A criterion as the page shows it; before an installation there is nothing to judge.

    Source: PRE-23, PRE-38, PRE-80.
    """
    modalities = live.preserie.modalities
    is_rate = criterion.number == 1
    return Judged(
        number=criterion.number,
        name=criterion.name,
        verdict=judge_one(criterion) if live.preserie.installed else Verdict.NOTHING,
        figure=bind(say_figure(criterion)),
        target=bind(say_target(criterion, modalities)),
        interval=say_interval(criterion.low, criterion.high),
        trend=draw_trend(sum_weeks(live), modalities) if is_rate else None,
    )


def sum_weeks(live: Live) -> Mapping[date, Figures]:
    """The executions of all pharmacies, by the Monday of their week, in order."""
    weeks: dict[date, Figures] = {}
    for one in live.weeks:
        weeks[one.on] = weeks.get(one.on, Figures()) + one.figures
    return dict(sorted(weeks.items()))


def describe(one: Participant, live: Live, heard: SiteTraces | None, at: datetime) -> Pharmacy:
    """A pharmacy as the page shows it, at this instant."""
    preserie = live.preserie
    return Pharmacy(
        one=one,
        rate=say_own_rate(preserie, one.am),
        pieces=say_pieces(preserie, one.am),
        answered=any(answer.am == one.am for answer in preserie.answers),
        traces=say_traces(heard, at) if one.am in preserie.traces_active else "–",
        is_silent=heard is not None and heard.is_silent,
    )


def say_traces(heard: SiteTraces | None, at: datetime) -> str:
    """When the last trace of a pharmacy came: ``il y a 3 h``. Source: PST-12."""
    received = [one.last_received_at for one in heard.workstations] if heard else []
    return say_ago(max(received), at) if received else "aucune encore"


def say_own_rate(preserie: Preserie, am: str) -> str:
    """The rate of a pharmacy's executions: ``94,8 % (465 sur 490)``; a dash before any."""
    total = count_rate(
        figures
        for key, figures in preserie.iterate_figures()
        if key.am == am and key.operation == EXECUTE
    )
    whole = whole_of(total, is_excluded=preserie.modalities.refusals_excluded)
    return say_rate(total.recorded, whole) if whole else "–"


def say_pieces(preserie: Preserie, am: str) -> str:
    """The pieces of a pharmacy: ``112 arrêtées, 9 envoyées``, then what was wrong, if anything."""
    total = Pieces()
    for (site, _), pieces in preserie.pieces.items():
        total = total + pieces if site == am else total
    if total == Pieces():
        return "–"
    said = [
        f"{total.stopped_rightly} arrêtées",
        f"{total.sent_rightly} envoyées",
        *([f"{total.stopped_wrongly} arrêtées à tort"] if total.stopped_wrongly else []),
        *([f"{total.sent_wrongly} envoyées à tort"] if total.sent_wrongly else []),
    ]
    return ", ".join(said)
