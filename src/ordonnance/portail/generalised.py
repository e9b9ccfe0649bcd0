"""The public page: the software that are generalised, and whether one is covered.

Source: PRE-83.
"""

from falcon.asgi import Request, Response

from ordonnance.domain.preserie_generalised import find_coverage, list_generalised
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.portal import Portal, status_of
from ordonnance.portail.visitor import Visitor

WORDS_LENGTH_MAX = 200


class GeneralisedPage:
    """``/logiciels``, for anybody; ``?nom=`` asks whether a software is covered."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    async def on_get(self, req: Request, resp: Response) -> None:
        """The page. Nothing of a trial that goes on, or failed, is told.

        Source: PRE-67, PRE-83.
        """
        portal, visitor = self._portal, self._know(req)
        asked = (req.get_param("nom") or "").strip()[:WORDS_LENGTH_MAX]
        try:
            histories = await portal.ask(portal.preseries.read_all)
        except Refusal as refusal:
            portal.pages.show(
                resp,
                "refusal.html",
                status=status_of(refusal),
                visitor=visitor,
                sentence=refusal.sentence,
            )
            return
        portal.pages.show(
            resp,
            "generalised.html",
            visitor=visitor,
            asked=asked,
            found=find_coverage(histories.values(), asked),
            generalised=list_generalised(histories.values()),
        )

    def _know(self, req: Request) -> Visitor | None:
        """Who looks, if they are known: the page is the same, but for its head."""
        try:
            return self._portal.visitors.find(req)
        except Refusal:
            return None
