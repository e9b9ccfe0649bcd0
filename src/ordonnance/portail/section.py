"""The pages of a présérie beside its own: each shows a part of it, and tells events about it.

Source: PRE-72.
"""

from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import re

from falcon import HTTPNotFound

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_refusal import PreserieReasons
from ordonnance.domain.preserie_words import VERBS
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.portail.event import Told, read, read_seen, tell
from ordonnance.portail.field import Wrong, find_identities, read_fields
from ordonnance.portail.forms import FORMS
from ordonnance.portail.naming import say_state, say_title
from ordonnance.portail.portal import (
    Form,
    FormPage,
    Visit,
    first,
    read_form,
    redirect,
    status_of,
)
from ordonnance.portail.tabs import list_tabs

_VERBS_SHOWN = 5
_COUNT = re.compile(r"\d{1,5}", re.ASCII)
# Refusals of all that was sent together, not of one event.
_OF_ALL = (
    PreserieReasons.PRESERIE_CHANGED,
    PreserieReasons.TOO_MANY_EVENTS,
    Reasons.IDEMPOTENCY_KEY_REUSED,
    Reasons.BUSY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form asks for: events, all told or none; *subjects* name what each is about.

    *wrong*: what has to be put right first. *verb*: which of the page's forms it is.
    """

    verb: str
    events: Sequence[Mapping[str, object]] = ()
    subjects: Sequence[str] = ()
    wrong: Sequence[Wrong] = ()

    def say(self, refusal: Refusal) -> str:
        """The sentence of a refusal, before it what the refused event is about."""
        if refusal.reason in _OF_ALL or not self.subjects:
            return refusal.sentence
        place = int((refusal.where or "line 1").removeprefix("line "))
        return f"{self.subjects[place - 1]} : {refusal.sentence}"


class Section(FormPage):
    """One of them. It gives its *place* in the address, its *template* and *describe*.

    *verbs* are told from forms of the page that send their ``verb``; *ask* reads other forms.
    """

    place: str
    template: str
    verbs: tuple[str, ...] = ()
    is_for_pilots = True

    @abstractmethod
    def describe(self, visit: Visit, history: History, told: Told) -> Mapping[str, object]:
        """What the template shows, beside what all of them do."""

    def ask(self, history: History, said: Form) -> Asked:
        """What a form asks for, of the présérie as its reader had seen it. Source: PRE-72."""
        verb = first(said, "verb")
        if verb not in self.verbs:
            return Asked(verb=verb)
        form = FORMS[verb]
        members, wrong = read_fields(form.list_fields(history.preserie), said)
        if wrong:
            return Asked(verb=verb, wrong=wrong)
        return Asked(verb=verb, events=[{"do": verb, **form.build(members)}])

    async def open(self, visit: Visit) -> History:
        """The présérie, for who may look at this page of it.

        Raises:
            HTTPNotFound: it is not for pilots.
            Refusal: PRESERIE_UNKNOWN, ROLE_NOT_ALLOWED, BUSY.

        Source: ours (PRE-94): a pilot reads of itself, not who the others are.
        """
        if visit.visitor.is_a(PartyKind.PILOT) and not self.is_for_pilots:
            raise HTTPNotFound
        return await read(self.portal, visit)

    async def show(self, visit: Visit) -> None:
        """The page."""
        self.display(visit, await self.open(visit), Told(said={}))

    async def take(self, visit: Visit) -> None:
        """Tell what a form asks for; refused, the page says why and keeps what was typed."""
        history = await self.open(visit)
        said = await read_form(visit.req)
        await self.settle(visit, history, said, self.ask(as_seen(history, said), said))

    async def settle(self, visit: Visit, history: History, said: Form, asked: Asked) -> None:
        """Tell the events asked for, then show the page anew."""
        on = day_in_paris(self.portal.clock())
        wrong = [
            *asked.wrong,
            *(one for event in asked.events for one in find_identities(event, on)),
        ]
        if wrong:
            self.display(visit, history, Told(said=said, wrong=wrong, status=422))
            return
        address = f"{visit.visitor.home}/preseries/{history.id}/{self.place}"
        if not asked.events:
            redirect(visit.resp, address)
            return
        try:
            await tell(self.portal, visit.visitor, history.id, asked.events, said)
        except Refusal as refusal:
            told = Told(said=said, sentence=asked.say(refusal), status=status_of(refusal))
            self.display(visit, history, told)
            return
        verbs = Counter(str(one["do"]) for one in asked.events)
        redirect(visit.resp, f"{address}?" + "&".join(f"fait={one}.{verbs[one]}" for one in verbs))

    def display(self, visit: Visit, history: History, told: Told, **more: object) -> None:
        """Answer with the page; *more* replaces values that it describes."""
        visitor = visit.visitor
        self.portal.pages.show(
            visit.resp,
            self.template,
            status=told.status,
            visitor=visitor,
            history=history,
            preserie=history.preserie,
            title=say_title(history),
            state=say_state(history.preserie),
            tabs=list_tabs(history, visitor, here=self.place),
            place=self.place,
            here=f"{visitor.home}/preseries/{history.id}",
            is_vendor=visitor.is_a(PartyKind.VENDOR),
            done=say_done(visit.req.get_param_as_list("fait") or []),
            said=told.said,
            wrong={one.name: one.sentence for one in told.wrong},
            sentence=told.sentence,
            is_stale=read_seen(told.said) not in (None, history.last),
            key=first(told.said, "key") or self.portal.draw(),
            seen=first(told.said, "seen") or str(history.last),
            **{**self.describe(visit, history, told), **more},
        )


def as_seen(history: History, said: Form) -> History:
    """The présérie as who filled in a form had seen it: what they left alone, they did not change.

    Sent again, the form then asks for the same, and is told once.

    Source: PRE-72, PRE-78.
    """
    seen = read_seen(said)
    return history if seen is None else history.cut_after(seen)


def say_done(told: Sequence[str]) -> str:
    """What was just recorded, from ``verb.count`` of each verb: ``2 formations, installation``."""
    return ", ".join(filter(None, map(_say_verb, told[:_VERBS_SHOWN])))


def _say_verb(told: str) -> str:
    """Nothing for what is no verb."""
    verb, _, count = told.partition(".")
    if verb not in VERBS or _COUNT.fullmatch(count) is None:
        return ""
    one, several, _ = VERBS[verb]
    return f"{int(count)} {several}" if int(count) > 1 and several else one
