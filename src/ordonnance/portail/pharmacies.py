"""``/portail/preseries/{name}/pharmacies``: who takes part; a list pasted or imported, then sent.

Source: PRE-77.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from falcon import HTTPNotFound

from ordonnance.domain.enrolment_import import BYTES_MAX, COLUMNS, Imported
from ordonnance.domain.preserie import Preserie, minimum_of
from ordonnance.domain.preserie_history import History, PreserieOperation
from ordonnance.domain.preserie_opening import ITEM_WORDS, PREREQUISITES
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.choices import list_versions
from ordonnance.portail.event import Told, read
from ordonnance.portail.field import Field, Kind, Wrong
from ordonnance.portail.forms import FORMS
from ordonnance.portail.portal import Form, Visit, first, redirect, status_of
from ordonnance.portail.section import Asked, Section
from ordonnance.portail.upload import File, read_upload
from ordonnance.portail.visitor import LINK
from ordonnance.usecases.link import Invited

LOOK, ENROL = "look", "enrol"
# What fills the cells that a pasted list does not say, by the member of ``enrol``.
DEFAULTS = (
    Field(name="agreement_on", label="Accord de principe donné le", kind=Kind.DAY, needed=False),
    Field(
        name="equipment_compatible",
        label="Leur équipement est compatible",
        kind=Kind.YES_NO,
        needed=False,
    ),
    Field(
        name="software_version",
        label="Version installée",
        kind=Kind.ONE,
        choices=list_versions,
        needed=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Looked:
    """A list put to the rules, not recorded: its text, and what it would make."""

    lines: str
    imported: Imported

    @property
    def rows(self) -> list[dict[str, object]]:
        """The pharmacies that it would enrol, as a table shows them."""
        return [
            {**one, "agreement_on": date.fromisoformat(str(one["agreement_on"]))}
            for one in self.imported.events
        ]


class PharmaciesPage(Section):
    """The table, the list to import, the list to send."""

    place = "pharmacies"
    template = "pharmacies.html"
    is_for_pilots = False
    verbs = ("withdraw", "submit_participants")

    def describe(self, visit: Visit, history: History, told: Told) -> Mapping[str, object]:
        """Who takes part, who left, how many are needed, and whether the list may be sent.

        Source: PRE-10, PRE-13, PRE-14, PRE-22, PRE-41.
        """
        preserie = history.preserie
        asked = visit.asked("retirer")
        leaving = {"am": [asked]} if asked else {}
        return {
            "participants": sorted(
                preserie.participants.values(), key=lambda one: not one.is_active
            ),
            "minimum": minimum_of(preserie),
            "hindrance": say_hindrance(preserie),
            "is_listed": all(one.is_submitted for one in preserie.active),
            "defaults": DEFAULTS,
            "columns": [one.title for one in COLUMNS.values()],
            "withdraw": FORMS["withdraw"],
            "leaving": told.said if first(told.said, "verb") == "withdraw" else leaving,
            "links": self._write_links(visit, history),
            "looked": None,
        }

    def _write_links(self, visit: Visit, history: History) -> Mapping[str, str]:
        """The personal link of each pharmacy that takes part, for who may hand it over.

        Source: ours (PRE-90): a pharmacy without an address would otherwise have none.
        """
        links = self.portal.links
        if links is None or not visit.visitor.is_a(PartyKind.VENDOR, PartyKind.CNAM):
            return {}
        return {
            one.am: visit.req.forwarded_prefix
            + f"{LINK}/{links.write(Invited(history.id, Party(PartyKind.PILOT, one.am)))}"
            for one in history.preserie.active
        }

    async def take(self, visit: Visit) -> None:
        """Look at a list, enrol it, or do what another form of the page asks for."""
        if not (visit.req.content_type or "").startswith("multipart/form-data"):
            await super().take(visit)
            return
        if not visit.visitor.is_a(PartyKind.VENDOR):
            raise HTTPNotFound
        history = await read(self.portal, visit)
        try:
            sent = await read_upload(visit.req, BYTES_MAX)
        except Refusal as refusal:
            told = Told(said={}, sentence=refusal.sentence, status=status_of(refusal))
            self.display(visit, history, told)
            return
        await self._take_list(visit, history, sent.said, sent.file)

    async def _take_list(
        self, visit: Visit, history: History, said: Form, file: File | None
    ) -> None:
        """Enrol the list where that is asked for and nothing is wrong; else show what it makes.

        Enrolled already by the same form, it is not put to the rules again: they would refuse it.
        """
        party, key = visit.visitor.party, first(said, "key")
        if party is not None and history.find_repeated(PreserieOperation.TELL, party, key):
            redirect(visit.resp, f"{visit.visitor.home}/preseries/{history.id}/{self.place}")
            return
        looked = await self._look(visit, history, said, file)
        problems = [
            Wrong(f"line {rank}", f"Ligne {one.line} : {one.sentence}")
            for rank, one in enumerate(looked.imported.problems)
        ]
        events = looked.imported.events
        if not problems and first(said, "verb") == ENROL:
            subjects = [f"{one['name']} ({one['am']})" for one in events]
            asked = Asked(verb=ENROL, events=events, subjects=subjects)
            await self.settle(visit, history, said, asked)
            return
        told = Told(
            said={**said, "lines": [looked.lines]},
            wrong=problems,
            status=422 if problems else 200,
        )
        self.display(visit, history, told, looked=None if problems else looked)

    async def _look(self, visit: Visit, history: History, said: Form, file: File | None) -> Looked:
        """The list put to the rules: a file where there is one, else what was pasted.

        Source: PRE-69.
        """
        content = first(said, "lines") if file is None else file.content
        defaults = {one.name: first(said, one.name) for one in DEFAULTS}
        actor, at = visit.visitor.actor, self.portal.clock()
        imported = await self.portal.ask(
            lambda: self.portal.preseries.read_enrolments(
                history.id, actor, content, at=at, defaults=defaults
            )
        )
        return Looked(write_lines(content), imported)


def write_lines(content: bytes | str) -> str:
    """A list as it is shown to be put right; bytes that are no text show what can be read."""
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def say_hindrance(preserie: Preserie) -> str:
    """What keeps the list from being sent, a sentence; nothing where nothing does.

    Source: PRE-8, PRE-9, PRE-14.
    """
    count, minimum = len(preserie.active), minimum_of(preserie)
    if count < minimum:
        return f"Il manque {minimum - count} pharmacie{'s' if minimum - count > 1 else ''}."
    missing = [ITEM_WORDS[one] for one in PREREQUISITES if one not in preserie.supplied]
    return f"Il manque des prérequis : {', '.join(missing)}." if missing else ""
