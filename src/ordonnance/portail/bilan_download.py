"""A bilan to take away: PDF, CSV, JSON, and the events from which anybody computes it again.

Source: PRE-88.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import json
import re
import unicodedata

from falcon import HTTPNotFound

from ordonnance.domain.bilan_drawn import cut_at_bilan, tell_drawn
from ordonnance.domain.bilan_files import describe_told, write_criteria, write_measures
from ordonnance.domain.bilan_told import BilanTold
from ordonnance.domain.days import day_in_paris
from ordonnance.portail.bilan_page import FILING, find_asked
from ordonnance.portail.bilan_pdf import render_pdf
from ordonnance.portail.page import send_file
from ordonnance.portail.portal import Page, Portal, Visit


@dataclass(frozen=True, slots=True)
class File:
    """A kind of file: its media type, and what writes it."""

    media: str
    write: Callable[[BilanTold], bytes]


def write_json(told: BilanTold) -> bytes:
    """All that is told, as the command ``preserie bilan --json`` writes it."""
    return json.dumps(describe_told(told), ensure_ascii=False).encode()


# By the end of the address, after « bilan »: that of the file's name too.
FILES: Mapping[str, File] = {
    ".pdf": File("application/pdf", render_pdf),
    ".csv": File("text/csv; charset=utf-8", lambda told: write_criteria(told).encode()),
    "-mesures.csv": File("text/csv; charset=utf-8", lambda told: write_measures(told).encode()),
    ".json": File("application/json", write_json),
}


class BilanFile(Page):
    """``…/bilan.pdf`` and its sisters: the bilan that the page shows, for the same readers."""

    def __init__(self, portal: Portal, ending: str) -> None:
        super().__init__(portal)
        self._ending = ending

    async def show(self, visit: Visit) -> None:
        """The file, to be saved.

        Source: PRE-88.
        """
        asked = await find_asked(self.portal, visit)
        history, number, reader = asked.history, asked.number, asked.reader
        if number is None:
            raise HTTPNotFound
        file = FILES[self._ending]

        def write() -> tuple[BilanTold, bytes]:
            told = tell_drawn(history, number, reader)
            return told, file.write(told)

        told, content = await self.portal.ask(write)
        send_file(visit.resp, name_file("bilan", told, self._ending), file.media, content)


class EventsFile(Page):
    """``…/evenements.jsonl``: what happened, up to the bilan asked for, as ``replay`` reads it."""

    async def show(self, visit: Visit) -> None:
        """The file, for who sees all of the présérie: it holds what each pharmacy wrote.

        Source: PRE-48, PRE-88.
        """
        visitor = visit.visitor
        if visitor.party is not None and not visitor.is_a(*FILING):
            raise HTTPNotFound
        asked = await find_asked(self.portal, visit)
        history, number = asked.history, asked.number
        cut = history if number is None else cut_at_bilan(history, number)
        content = "".join(f"{line}\n" for line in cut.write_lines()).encode()
        name = f"evenements-{make_slug(history.preserie.opened or history.id)}.jsonl"
        send_file(visit.resp, name, "application/x-ndjson", content)


def name_file(kind: str, told: BilanTold, ending: str) -> str:
    """``bilan-alba-officine-2026-02-26.pdf``: the software, and the day it was drawn."""
    day = day_in_paris(told.drawn_at).isoformat()
    return f"{kind}-{make_slug(told.software)}-{day}{ending}"


def make_slug(name: str) -> str:
    """*name* in what any disk takes: small letters without accents, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "preserie"
