"""What every page is given, and how it answers: a page, a way in, or a refusal that is a page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from urllib.parse import parse_qs, quote

from falcon import HTTP_303, HTTPNotFound
from falcon.asgi import Request, Response

from ordonnance.domain.actor import Actor
from ordonnance.domain.call import CallFilter
from ordonnance.domain.preserie import Preserie
from ordonnance.domain.reason import Nature
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.log import report_failure
from ordonnance.portail.page import Pages, protect
from ordonnance.portail.visitor import LINK, Visitor, Visitors, check_origin
from ordonnance.usecases.asking import Threads
from ordonnance.usecases.call import Found
from ordonnance.usecases.document import Documents
from ordonnance.usecases.link import Links
from ordonnance.usecases.measure import Measures
from ordonnance.usecases.preserie import Preseries
from ordonnance.usecases.scor import Known

SIGN_IN = "/connexion"
FORM_LENGTH_MAX = 256 * 1024
FORM_FIELDS_MAX = 2000

_STATUS: Mapping[Nature, int] = {
    Nature.MALFORMED: 400,
    Nature.UNAUTHENTICATED: 401,
    Nature.FORBIDDEN: 403,
    Nature.UNKNOWN: 404,
    Nature.CONFLICT: 409,
    Nature.TOO_LARGE: 413,
    Nature.RULE: 422,
    Nature.TOO_MANY: 429,
    Nature.BUSY: 503,
}

_Answer = TypeVar("_Answer")
Form = Mapping[str, list[str]]
"""What a form says: the values of each field, in order."""


class Consult(Protocol):
    """Has *work* look at the base, beside the desk, and gives what it saw."""

    def __call__(self, work: Callable[[Known], _Answer]) -> Awaitable[_Answer]:
        """What *work* saw.

        Raises:
            Refusal: BUSY, and as *work* finds.
        """
        ...


class FindCalls(Protocol):
    """Finds the calls behind a figure, as ``usecases.call.find_calls`` does."""

    def __call__(
        self, preserie: Preserie, actor: Actor, wanted: CallFilter, *, at: datetime
    ) -> Found:
        """The calls that *actor* may look at.

        Raises:
            Refusal: BUSY, and as ``find_calls``.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """What pages are given by the composition root.

    *consult* has work look at the base, beside the desk. *links* None: there are no personal links.
    *draw* draws the key of a form, *name_failure* the reference of a failure.
    """

    pages: Pages
    visitors: Visitors
    preseries: Preseries
    measures: Measures
    documents: Documents
    links: Links | None
    find_calls: FindCalls
    consult: Consult
    threads: Threads
    draw: Callable[[], str]
    name_failure: Callable[[], str]

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the instant it is."""
        return self.pages.clock

    async def ask(self, work: Callable[[], _Answer]) -> _Answer:
        """What *work* gives, done beside the loop of requests.

        Raises:
            Refusal: BUSY, and as *work* finds.
        """
        return await self.threads.ask(work)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page, from somebody known; *names* are those of the address."""

    req: Request
    resp: Response
    visitor: Visitor
    names: Mapping[str, str]

    def asked(self, name: str) -> str:
        """A parameter of the address's query, its outer blanks aside; nothing where not said."""
        return (self.req.get_param(name) or "").strip()


class Page:
    """One address. A page of its own gives ``show``.

    Where there is a *word* in the address, it is a personal link, and says who looks.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    async def on_get(self, req: Request, resp: Response, **names: str) -> None:
        """The page."""
        await self.answer(req, resp, names, self.show)

    async def show(self, visit: Visit) -> None:
        """Answer *visit* with the page."""
        raise NotImplementedError

    async def answer(
        self,
        req: Request,
        resp: Response,
        names: Mapping[str, str],
        responder: Callable[[Visit], Awaitable[None]],
    ) -> None:
        """Have *responder* answer who looks; a refusal and a failure are pages too.

        The only place of the portail that catches everything, twin of ``api/errors.py``.
        """
        visitor = None
        try:
            visitors = self.portal.visitors
            visitor = visitors.follow(names["word"]) if "word" in names else visitors.find(req)
            await responder(Visit(req, resp, visitor, names))
        except Refusal as refusal:
            self._refuse(req, resp, refusal, visitor)
        except HTTPNotFound:
            sentence = "Il n’y a rien pour vous à cette adresse. Revenez à l’accueil."
            self._say_no(resp, 404, sentence, visitor)
        except Exception as error:  # noqa: BLE001 - the page says a reference, the log the rest
            reference = self.portal.name_failure()
            report_failure(reference, req.uri_template or "?", error)
            self.portal.pages.show(resp, "failure.html", status=500, reference=reference)

    def _refuse(
        self, req: Request, resp: Response, refusal: Refusal, visitor: Visitor | None
    ) -> None:
        """Say why not; who is not known yet is first asked who they are.

        Source: PRE-70.
        """
        is_link = req.path.startswith(f"{LINK}/")
        if refusal.reason.nature is Nature.UNAUTHENTICATED and not is_link:
            redirect(resp, f"{SIGN_IN}?vers={quote(req.relative_uri)}")
            return
        self._say_no(resp, status_of(refusal), say(refusal, is_link=is_link), visitor)

    def _say_no(self, resp: Response, status: int, sentence: str, visitor: Visitor | None) -> None:
        self.portal.pages.show(
            resp, "refusal.html", status=status, visitor=visitor, sentence=sentence
        )


class FormPage(Page):
    """A page whose form may be sent: it gives ``take`` too."""

    async def on_post(self, req: Request, resp: Response, **names: str) -> None:
        """What the form asks for."""
        await self.answer(req, resp, names, self._take)

    async def _take(self, visit: Visit) -> None:
        check_origin(visit.req)
        await self.take(visit)

    async def take(self, visit: Visit) -> None:
        """Do what the form asks for, and answer."""
        raise NotImplementedError


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a page that says a refusal."""
    return _STATUS.get(refusal.reason.nature, 400)


def say(refusal: Refusal, *, is_link: bool) -> str:
    """The sentence of a refusal as a page says it."""
    if refusal.reason.nature is Nature.UNAUTHENTICATED and is_link:
        return (
            "Ce lien n’est pas, ou n’est plus, celui d’une pharmacie pilote. "
            "Demandez-en un autre à l’éditeur de votre logiciel."
        )
    return refusal.sentence


def redirect(resp: Response, address: str) -> None:
    """Send the browser to another page of this site."""
    resp.status = HTTP_303
    resp.set_header("Location", address)
    protect(resp)


async def read_form(req: Request) -> Form:
    """What a form of the page says.

    Raises:
        Refusal: BODY_TOO_LARGE, ELEMENT_INVALID.
    """
    body = await req.stream.read(FORM_LENGTH_MAX + 1)
    if len(body) > FORM_LENGTH_MAX:
        raise Refusal(Reasons.BODY_TOO_LARGE, problem=f"{FORM_LENGTH_MAX // 1024} Kio")
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX)
    except ValueError:
        problem = "le formulaire ne se lit pas"
        raise Refusal(Reasons.ELEMENT_INVALID, problem=problem) from None


def first(form: Form, name: str) -> str:
    """The first value of a field, its outer blanks aside; nothing where it is not said."""
    return form.get(name, [""])[0].strip()
