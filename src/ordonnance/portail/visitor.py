"""Who looks at a page: by the token of a session, of a proxy that knows them, or by a link.

Source: PRE-70.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from falcon.asgi import Request, Response

from ordonnance.domain.actor import ROLE_NAMES, Actor, Role
from ordonnance.domain.identifiers import AMNumber
from ordonnance.domain.modalites import say_cpam
from ordonnance.domain.preserie_access import WRITERS, check_reader, party_of
from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.usecases.link import Links

COOKIE = "ordonnance_session"
HOME = "/portail"
LINK = "/p"
OWN = "pharmacie"
SESSION_SECONDS = 12 * 3600

Recognise = Callable[[str | None, datetime], Actor]
"""Who bears the token of a header ``Authorization``, at an instant; refuses who is nobody."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks. *party* None: the operator, who reads.

    *preserie*: the only one a personal link opens; None: all that *actor* may read. *home*: where
    their pages begin.
    """

    actor: Actor
    party: Party | None
    preserie: str | None = None
    home: str = HOME

    @property
    def words(self) -> str:
        """How the page names them: ``Beryl, éditeur``, ``CPAM 33 (Gironde)``."""
        match self.actor:
            case Actor(role=Role.VENDOR, vendor=str(vendor)):
                return f"{vendor}, éditeur"
            case Actor(role=Role.CPAM, cpam=str(code)):
                return f"CPAM {say_cpam(code)}"
            case Actor(role=Role.EXECUTOR, am=AMNumber() as am):
                return f"Pharmacie {am.value}"
            case _:
                return ROLE_NAMES[self.actor.role]

    def own_home(self, preserie: str) -> str:
        """Where the pages of a pilot begin, in the présérie of that identifier. Source: PRE-75."""
        return self.home if self.preserie else f"{self.home}/preseries/{preserie}/{OWN}"

    def is_a(self, *kinds: PartyKind) -> bool:
        """Whether they are one of these to a présérie."""
        return self.party is not None and self.party.kind in kinds


class Visitors:
    """Recognises who looks. *links* None: there are no personal links here."""

    def __init__(
        self, recognise: Recognise, links: Links | None, clock: Callable[[], datetime]
    ) -> None:
        self._recognise = recognise
        self._links = links
        self._clock = clock

    def find(self, req: Request) -> Visitor:
        """Who sends *req*: a proxy's header first, then the session's cookie.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED.

        Source: PRE-70.
        """
        said = req.get_header("Authorization")
        if said is not None:
            return self._admit(said)
        return self.recognise(req.cookies.get(COOKIE, ""))

    def recognise(self, token: str) -> Visitor:
        """Who bears *token*.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED.
        """
        return self._admit(f"Bearer {token}" if token else None)

    def _admit(self, authorization: str | None) -> Visitor:
        actor = self._recognise(authorization, self._clock())
        check_reader(actor)
        return Visitor(actor, party_of(actor) if actor.role in WRITERS else None)

    def follow(self, word: str) -> Visitor:
        """The pilot for whom the link *word* was written.

        Raises:
            Refusal: TOKEN_INVALID.

        Source: PRE-50.
        """
        invited = None if self._links is None else self._links.read(word)
        if invited is None or invited.party.kind is not PartyKind.PILOT:
            raise Refusal(Reasons.TOKEN_INVALID, problem="lien inconnu")
        actor = Actor(role=Role.EXECUTOR, am=AMNumber.parse(invited.party.name))
        return Visitor(actor, invited.party, invited.preserie, f"{LINK}/{word}")


def check_origin(req: Request) -> None:
    """Refuse a form that a page of another site had the visitor's browser send.

    Raises:
        Refusal: ROLE_NOT_ALLOWED.

    Source: ours (PRE-71): browsers say where a form comes from; who says nothing bears no session
    by accident.
    """
    site = req.get_header("Sec-Fetch-Site")
    origin = req.get_header("Origin")
    is_ours = site in (None, "same-origin", "none") and (
        origin is None or urlsplit(origin).netloc == req.netloc or (origin == "null" and site)
    )
    if not is_ours:
        raise Refusal(Reasons.ROLE_NOT_ALLOWED, allowed="une page de ce site")


def open_session(req: Request, resp: Response, token: str) -> None:
    """Have the browser keep *token* for this site alone, out of reach of scripts."""
    resp.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_SECONDS,
        path="/",
        http_only=True,
        secure=req.forwarded_scheme == "https",
        same_site="Lax",
    )


def close_session(resp: Response) -> None:
    """Have the browser forget its token."""
    resp.unset_cookie(COOKIE, path="/", same_site="Lax")
