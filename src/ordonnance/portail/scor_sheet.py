"""``/portail/preseries/{name}/scor``: the check sheet of the first installations, and the check.

Source: SCOR-16, SCOR-17.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ordonnance.domain.actor import Role
from ordonnance.domain.preserie_access import SHEET_READERS, TRACE_READERS, check_role
from ordonnance.domain.preserie_event import CheckScorStop
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_installation import first_installed
from ordonnance.domain.preserie_words import VERBS
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.scor import SENTENCES, Verdict
from ordonnance.portail.calls import find_evidence
from ordonnance.portail.choices import name_pilot
from ordonnance.portail.event import Told, read, tell
from ordonnance.portail.field import Field, Wrong, read_fields
from ordonnance.portail.forms import FORMS
from ordonnance.portail.mark import DECISION_WORDS, OWED_WORDS, VERDICTS
from ordonnance.portail.naming import say_state, say_title
from ordonnance.portail.page import send_csv
from ordonnance.portail.portal import (
    Form,
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
from ordonnance.usecases.scor_sheet import Sheet, SheetRow, draw_sheet, write_rows

PLACE = "scor"
VERB = CheckScorStop.verb
ROWS_MAX = 300
SAY_WHAT = "Constat : dites ce qui n’est pas conforme, et à quelle pharmacie."


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check that was told: when, by whom, of which pharmacies (none: all), in which words."""

    at: datetime
    by: str
    conform: bool
    pharmacies: tuple[str, ...]
    text: str


class SheetPage(FormPage):
    """The sheet; for who may tell it, the form by which it is said conform or not."""

    async def show(self, visit: Visit) -> None:
        """Each piece expected and found; the first pharmacies are ticked beforehand.

        Source: SCOR-16.
        """
        history = await read_sheet_of(self.portal, visit)
        ticked = [one.am for one in first_installed(history.preserie)]
        await self._show(visit, history, Told(said={"am": ticked}))

    async def take(self, visit: Visit) -> None:
        """Tell the check. Not conform, it says what is wrong: the vendor has to mend it.

        Source: SCOR-17.
        """
        history = await read_sheet_of(self.portal, visit)
        said = await read_form(visit.req)
        members, wrong = read_fields(list_fields(history), said)
        if members.get("conform") is False and "text" not in members:
            wrong.append(Wrong("text", SAY_WHAT))
        if wrong:
            await self._show(visit, history, Told(said=said, wrong=wrong, status=422))
            return
        try:
            await tell(self.portal, visit.visitor, history.id, [{"do": VERB, **members}], said)
        except Refusal as refusal:
            told = Told(said=said, sentence=refusal.sentence, status=status_of(refusal))
            await self._show(visit, history, told)
            return
        redirect(visit.resp, f"{address_of(visit, history)}?fait={VERB}")

    async def _show(self, visit: Visit, history: History, told: Told) -> None:
        visitor = visit.visitor
        sheet = await draw(self.portal, visit, history)
        self.portal.pages.show(
            visit.resp,
            "scor_sheet.html",
            status=told.status,
            visitor=visitor,
            preserie=history.preserie,
            title=say_title(history),
            state=say_state(history.preserie),
            here=f"{visitor.home}/preseries/{history.id}",
            tabs=list_tabs(history, visitor, here=PLACE),
            done=VERBS[VERB][0] if visit.asked("fait") == VERB else "",
            sheet=sheet,
            rows=sort_rows(sheet.rows)[:ROWS_MAX],
            rows_max=ROWS_MAX,
            wrong_count=sum(not is_right(one) for one in sheet.rows),
            checks=list_checks(history),
            names={one.am: one.name for one in history.preserie.participants.values()},
            verdicts=VERDICTS,
            decisions=DECISION_WORDS,
            owed=OWED_WORDS,
            sentences=SENTENCES,
            find_address=find_evidence if visitor.actor.role in TRACE_READERS else None,
            may_check=may_check(visit) and bool(history.preserie.installed),
            form=FORMS[VERB],
            fields=list_fields(history),
            **say_form(self.portal.draw, history, told),
        )


class SheetFile(Page):
    """``/portail/preseries/{name}/scor.csv``: every piece of the sheet, for a spreadsheet."""

    async def show(self, visit: Visit) -> None:
        """The file. Source: SCOR-16."""
        history = await read_sheet_of(self.portal, visit)
        sheet = await draw(self.portal, visit, history)
        send_csv(visit.resp, f"scor-{history.id}.csv", write_rows(sheet))


async def read_sheet_of(portal: Portal, visit: Visit) -> History:
    """The présérie whose sheet is asked for.

    Raises:
        Refusal: ROLE_NOT_ALLOWED, PRESERIE_UNKNOWN, BUSY.

    Source: SCOR-13.
    """
    check_role(visit.visitor.actor, *SHEET_READERS)
    return await read(portal, visit)


async def draw(portal: Portal, visit: Visit, history: History) -> Sheet:
    """The sheet; for a CPAM, of the pharmacies of its department.

    Source: SCOR-13.
    """
    actor = visit.visitor.actor
    department = actor.cpam if actor.role is Role.CPAM else None
    return await portal.consult(
        lambda known: draw_sheet(known, history.preserie, department=department)
    )


def may_check(visit: Visit) -> bool:
    """Whether who looks may say that the end of sending is conform."""
    return visit.visitor.is_a(*CheckScorStop.roles)


def address_of(visit: Visit, history: History) -> str:
    """The address of the sheet."""
    return f"{visit.visitor.home}/preseries/{history.id}/{PLACE}"


def list_fields(history: History) -> tuple[Field, ...]:
    """The fields of the check; of the pharmacies, those that are installed."""
    installed = [(one.am, name_pilot(one)) for one in history.preserie.installed]
    return tuple(
        replace(field, choices=lambda _preserie: installed) if field.name == "am" else field
        for field in FORMS[VERB].list_fields(history.preserie)
    )


def say_form(draw_key: Callable[[], str], history: History, told: Told) -> dict[str, object]:
    """What the form shows: what was typed, what is wrong, its key, what its reader has seen."""
    said: Form = told.said
    return {
        "said": said,
        "wrong": {one.name: one.sentence for one in told.wrong},
        "sentence": told.sentence,
        "key": first(said, "key") or draw_key(),
        "seen": first(said, "seen") or str(history.last),
    }


def is_right(row: SheetRow) -> bool:
    """Whether a piece was right at its reception and is now."""
    review = row.proved.review
    return review.first.verdict is Verdict.RIGHT and review.now.verdict is Verdict.RIGHT


def sort_rows(rows: Sequence[SheetRow]) -> list[SheetRow]:
    """The pieces that are wrong first, then the others, each in the order of the sheet."""
    return sorted(rows, key=is_right)


def list_checks(history: History) -> list[Check]:
    """The checks that were told, the latest first: that one counts.

    Source: PRE-26, SCOR-17.
    """
    names = {am: one.name for am, one in history.preserie.participants.items()}
    return [
        Check(
            at=event.at,
            by="" if event.by is None else event.by.words,
            conform=event.conform,
            pharmacies=tuple(names.get(am, am) for am in event.am or ()),
            text=event.text or "",
        )
        for event in reversed(tuple(history.replayed.accepted.values()))
        if isinstance(event, CheckScorStop)
    ]
