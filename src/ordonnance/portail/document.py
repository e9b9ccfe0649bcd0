"""A document of a présérie: saved on the disk of who asks, never shown in a page.

Source: PRE-68.
"""

from ordonnance.portail.page import send_file
from ordonnance.portail.portal import Page, Visit


class DocumentPage(Page):
    """``/portail/preseries/{name}/documents/{digest}``."""

    async def show(self, visit: Visit) -> None:
        """The bytes, as they came: what they are is said by who sent them, so nothing runs.

        Source: PRE-68.
        """
        name = await self.find_name(visit)
        digest, actor = visit.names["digest"], visit.visitor.actor
        kept = await self.portal.ask(lambda: self.portal.documents.read(name, digest, actor))
        send_file(visit.resp, kept.name, kept.media_type, kept.content or b"")
        visit.resp.set_header("Content-Security-Policy", "sandbox; default-src 'none'")

    async def find_name(self, visit: Visit) -> str:
        """The présérie that the address names."""
        return visit.names["name"]
