"""A pilot's own page: what is asked of it, where it stands, its figures, its difficulties.

Reached by a personal link, ``/p/{word}``, or by a pharmacy's token under its présérie.

Source: PRE-75.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from falcon import HTTPNotFound

from ordonnance.domain.bilan import divide
from ordonnance.domain.bilan_rate import whole_of
from ordonnance.domain.preserie import Participant, Pieces, Preserie, Supplied
from ordonnance.domain.preserie_document import KITS
from ordonnance.domain.preserie_history import History, PreserieOperation
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.domain.preserie_pilot import (
    Measured,
    ask_of,
    find_shared,
    list_answers,
    list_difficulties,
    may_answer,
    measure,
)
from ordonnance.domain.preserie_value import Item
from ordonnance.domain.trace import FIELDS
from ordonnance.portail.document import DocumentPage
from ordonnance.portail.forms_bilan import OPERATION_WORDS
from ordonnance.portail.naming import say_state, say_title
from ordonnance.portail.portal import Page, Portal, Visit
from ordonnance.portail.questionnaire import Draft, list_questions

KIT_WORDS: Mapping[Item, str] = {
    Item.KIT_MANUAL: "Mode d’emploi",
    Item.KIT_TUTORIAL: "Tutoriel",
    Item.KIT_OTHER: "Autre document",
    Item.INSTALLATION_TERMS: "Modalités d’installation",
    Item.TRAINING_TERMS: "Modalités de formation",
}


@dataclass(frozen=True, slots=True)
class Here:
    """Where a pilot is: its présérie, what it is there, and where its own pages begin."""

    history: History
    pilot: Participant
    home: str

    @property
    def preserie(self) -> Preserie:
        """Where the présérie stands."""
        return self.history.preserie


async def find_here(portal: Portal, visit: Visit) -> Here:
    """The présérie of a pilot's page: that of its link, or the one that the address names.

    Raises:
        HTTPNotFound: who looks is no pilot.
        Refusal: PRESERIE_UNKNOWN, ROLE_NOT_ALLOWED, BUSY.

    Source: PRE-50, PRE-75.
    """
    visitor = visit.visitor
    if visitor.party is None or not visitor.is_a(PartyKind.PILOT):
        raise HTTPNotFound
    name = visitor.preserie or visit.names["name"]
    history = await portal.ask(lambda: portal.preseries.read(name, visitor.actor))
    # Who may read it as a pharmacy is, or was, one of its own.
    pilot = history.preserie.participants[visitor.party.name]
    return Here(history, pilot, visitor.own_home(name))


class PilotPage(Page):
    """``/p/{word}``: a pilot's own page."""

    async def show(self, visit: Visit) -> None:
        """All of it, what is asked first."""
        here = await find_here(self.portal, visit)
        preserie, am = here.preserie, here.pilot.am
        replayed = here.history.replayed
        at = self.portal.clock()
        live = await self.portal.ask(lambda: self.portal.measures.measure(here.history, at))
        measured = measure(live.preserie, am)
        self.portal.pages.show(
            visit.resp,
            "pilot.html",
            visitor=visit.visitor,
            here=here,
            title=say_title(here.history),
            state=say_state(preserie),
            asked=ask_of(preserie, am).value,
            may_answer=may_answer(preserie, am),
            question_count=len(list_questions(preserie.modalities.operations, Draft()).names),
            has_answered=bool(list_answers(replayed, am)),
            measured=measured,
            no_pieces=Pieces(),
            measured_at=live.measured_at,
            rate=rate_of(preserie, measured),
            counted=count_of(preserie, measured),
            difficulties=list_difficulties(replayed, am),
            operation_words=OPERATION_WORDS,
            traces_on=am in preserie.traces_active,
            fields=FIELDS,
            support=preserie.supplied.get(Item.SUPPORT),
            kit=list_kit(preserie),
            shared=find_shared(preserie),
            is_told=visit.asked("fait") == "difficulte",
        )


class KitPage(DocumentPage):
    """``/p/{word}/documents/{digest}``: a document of the kit. Source: PRE-75."""

    async def find_name(self, visit: Visit) -> str:
        """The présérie that the link opens."""
        return (await find_here(self.portal, visit)).history.id


def count_of(preserie: Preserie, measured: Measured) -> int:
    """The attempts that count in a pharmacy's own rate. Source: PRE-24."""
    return whole_of(measured.executions, is_excluded=preserie.modalities.refusals_excluded)


def rate_of(preserie: Preserie, measured: Measured) -> Fraction | None:
    """A pharmacy's own rate, as the bilan counts it; None: nothing to count. Source: PRE-24."""
    return divide(measured.executions.recorded, count_of(preserie, measured))


@dataclass(frozen=True, slots=True)
class Shared:
    """Something that the vendor shared; *digest* None: it cannot be read from here."""

    words: str
    supplied: Supplied
    digest: str | None


def list_kit(preserie: Preserie) -> list[Shared]:
    """The documents that the vendor shared, but for its support; those of the kit may be read."""
    return [
        Shared(words, shared, find_digest(shared) if item in KITS else None)
        for item, words in KIT_WORDS.items()
        if (shared := preserie.supplied.get(item)) is not None
    ]


def find_digest(supplied: Supplied) -> str | None:
    """The digest by which a document is kept, where it was said."""
    document = supplied.document
    return document.sha256.lower() if document and document.sha256 else None


def is_recorded(here: Here, party: Party | None, key: str) -> bool:
    """Whether a form was recorded already: the same key says the same thing once.

    Source: PRE-74, PRE-76.
    """
    if party is None or not key:
        return False
    return bool(here.history.find_repeated(PreserieOperation.TELL, party, key))
