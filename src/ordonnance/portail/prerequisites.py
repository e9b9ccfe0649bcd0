"""``/portail/preseries/{name}/prerequis``: what the vendor shares beforehand, with its versions.

Source: PRE-77.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from falcon import HTTPNotFound

from ordonnance.domain.preserie_document import (
    BYTES_MAX,
    KITS,
    Version,
    list_versions,
)
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_opening import ITEM_WORDS, PREREQUISITES
from ordonnance.domain.preserie_party import PartyKind
from ordonnance.domain.preserie_value import Item
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.event import Told, read
from ordonnance.portail.field import Wrong
from ordonnance.portail.filing import Uploads, keep_file
from ordonnance.portail.portal import Form, Portal, Visit, first, status_of
from ordonnance.portail.section import Asked, Section
from ordonnance.portail.upload import File, read_upload

TITLES: Mapping[Item, str] = {
    Item.SUPPORT: "Support aux professionnels",
    Item.INSTALLATION_TERMS: "Modalités d’installation",
    Item.TRAINING_TERMS: "Modalités de formation",
    Item.KIT_MANUAL: "Kit : mode d’emploi",
    Item.KIT_TUTORIAL: "Kit : tutoriel",
    Item.KIT_OTHER: "Kit : autre document",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something to share: its versions, the last one first. *is_needed*: a prerequisite.

    *title* heads a row, *words* are said in a sentence.
    """

    item: Item
    title: str
    words: str
    is_needed: bool
    versions: tuple[Version, ...]


class PrerequisitesPage(Section):
    """The table, and the form by which the vendor shares a document or a contact."""

    place = "prerequis"
    template = "prerequisites.html"

    def __init__(self, portal: Portal) -> None:
        super().__init__(portal)
        self._uploads = Uploads()

    def describe(self, visit: Visit, history: History, told: Told) -> Mapping[str, object]:
        """Each thing to share, with its versions. A pilot sees the kit: the rest is not its own.

        Source: PRE-8, PRE-9, PRE-68.
        """
        lines = list_lines(history, KITS if visit.visitor.is_a(PartyKind.PILOT) else tuple(Item))
        missing = [one for one in lines if one.is_needed and not one.versions]
        asked = visit.asked("item")
        proposed = asked if asked in set(Item) else next((one.item for one in missing), "")
        return {
            "lines": lines,
            "missing": missing,
            "chosen": first(told.said, "item") or proposed,
            "titles": TITLES,
        }

    async def take(self, visit: Visit) -> None:
        """Keep the document that came, then say that it is shared."""
        if not visit.visitor.is_a(PartyKind.VENDOR):
            raise HTTPNotFound
        history = await read(self.portal, visit)
        try:
            with self._uploads.enter():
                sent = await read_upload(visit.req, BYTES_MAX)
                asked = read_item(sent.said, sent.file)
                if sent.file is not None and not asked.wrong:
                    document = await keep_file(self.portal, visit, history.id, sent.file)
                    events = [{**one, "document": document} for one in asked.events]
                    asked = Asked(verb=asked.verb, events=events)
        except Refusal as refusal:
            told = Told(said={}, sentence=refusal.sentence, status=status_of(refusal))
            self.display(visit, history, told)
            return
        await self.settle(visit, history, sent.said, asked)


def list_lines(history: History, items: Sequence[Item]) -> tuple[Line, ...]:
    """What there is to share, in the order of the text."""
    return tuple(
        Line(
            item=item,
            title=TITLES[item],
            words=ITEM_WORDS[item],
            is_needed=item in PREREQUISITES,
            versions=tuple(reversed(list_versions(history, item))),
        )
        for item in items
    )


def read_item(said: Form, file: File | None) -> Asked:
    """What the form shares: a file, or for the support a contact."""
    item, contact = first(said, "item"), first(said, "contact")
    wrong = []
    if item not in set(Item):
        wrong.append(Wrong("item", "Ce que vous partagez : choisissez."))
    elif file is None and not contact:
        is_support = item == Item.SUPPORT
        expected = (
            "joignez un fichier, ou dites qui appeler" if is_support else "joignez le fichier"
        )
        wrong.append(Wrong("file", f"{TITLES[Item(item)]} : {expected}."))
    elif file is None and item != Item.SUPPORT:
        wrong.append(Wrong("file", f"{TITLES[Item(item)]} : joignez le fichier."))
    event = {"do": "supply", "item": item, **({"contact": contact} if contact else {})}
    return Asked(verb="supply", events=[event], wrong=wrong)
