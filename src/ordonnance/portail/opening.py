"""A présérie being prepared."""

from ordonnance.domain.preserie import Preserie
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.event import Told, propose, tell
from ordonnance.portail.field import read_fields
from ordonnance.portail.forms import FORMS
from ordonnance.portail.known_software import list_known
from ordonnance.portail.naming import say_state
from ordonnance.portail.portal import (
    FormPage,
    Visit,
    first,
    read_form,
    redirect,
    status_of,
)

OPENING_VERBS = ("declare_software", "declare_vendor")
OPENING_FIELDS = tuple(
    field
    for verb in OPENING_VERBS
    for field in FORMS[verb].fields
    if field.name != "vendor"  # a vendor declares itself: its token says its name
)


class OpeningPage(FormPage):
    """``/portail/ouvrir``: a vendor prepares a présérie."""

    async def show(self, visit: Visit) -> None:
        """The form, after the software that the vendor declared already."""
        await self._show(visit, Told(said=propose(OPENING_FIELDS, Preserie())))

    async def take(self, visit: Visit) -> None:
        """Declare the vendor and its software: the présérie is there, and not yet open."""
        visitor = visit.visitor
        said = await read_form(visit.req)
        members, wrong = read_fields(OPENING_FIELDS, said)
        if wrong:
            await self._show(visit, Told(said=said, wrong=wrong, status=422))
            return
        share = members.pop("market_share_percent", None)
        events: list[dict[str, object]] = [
            {"do": "declare_vendor", "vendor": visitor.actor.vendor, "market_share_percent": share},
            {"do": "declare_software", **members},
        ]
        try:
            submitted = await tell(self.portal, visitor, None, events, said)
        except Refusal as refusal:
            told = Told(said=said, sentence=refusal.sentence, status=status_of(refusal))
            await self._show(visit, told)
            return
        redirect(
            visit.resp,
            f"{visitor.home}/preseries/{submitted.history.id}?fait=declare_software",
        )

    async def _show(self, visit: Visit, told: Told) -> None:
        preseries, actor = self.portal.preseries, visit.visitor.actor
        histories = await self.portal.ask(lambda: preseries.find_all(actor))
        self.portal.pages.show(
            visit.resp,
            "opening.html",
            status=told.status,
            visitor=visit.visitor,
            known=list_known(histories) if visit.visitor.is_a(PartyKind.VENDOR) else [],
            say_state=say_state,
            fields=OPENING_FIELDS,
            preserie=Preserie(),
            said=told.said,
            wrong={one.name: one.sentence for one in told.wrong},
            sentence=told.sentence,
            key=first(told.said, "key") or self.portal.draw(),
        )
