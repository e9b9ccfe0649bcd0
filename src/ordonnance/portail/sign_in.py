"""Coming in and going out: a token kept by the browser, for this site alone.

In production an identity provider stands before: a proxy that sends ``Authorization`` needs no
page, and who holds a token may give it here. In the demonstration one chooses who one is.

Source: PRE-70.
"""

from collections.abc import Callable

from falcon.asgi import Request, Response

from ordonnance.domain.refusal import Refusal
from ordonnance.portail.accounts import GROUPS, Account
from ordonnance.portail.portal import Portal, first, read_form, redirect
from ordonnance.portail.visitor import HOME, check_origin, close_session, open_session

_PORTAIL_ROLES = ("vendor", "cnam", "gie", "cpam", "operator", "executor")


WriteToken = Callable[[dict[str, object]], str]
"""A token of the demonstration that says these claims."""


class SignIn:
    """``/connexion``. *write_token* None: there is no demonstration."""

    def __init__(self, portal: Portal, write_token: WriteToken | None) -> None:
        self._portal = portal
        self._write_token = write_token
        kept = [one.keep(_PORTAIL_ROLES) for one in GROUPS] if write_token else []
        self._groups = [one for one in kept if one.accounts]
        self._accounts = {one.name: one for group in self._groups for one in group.accounts}

    async def on_get(self, req: Request, resp: Response) -> None:
        """Who one is, to be said."""
        self._show(resp, read_towards(req.get_param("vers")))

    async def on_post(self, req: Request, resp: Response) -> None:
        """Open a session, and go where one was going."""
        said = await read_form(req)
        towards = read_towards(first(said, "vers"))
        try:
            check_origin(req)
            token = self._find_token(first(said, "compte"), first(said, "jeton"))
            visitor = self._portal.visitors.recognise(token)
        except Refusal as refusal:
            self._show(resp, towards, sentence=refusal.sentence, status=403)
            return
        open_session(req, resp, token)
        redirect(resp, towards if towards != HOME else visitor.home)

    def _find_token(self, name: str, token: str) -> str:
        account: Account | None = self._accounts.get(name)
        if account is None or self._write_token is None:
            return token
        return self._write_token(account.claims)

    def _show(self, resp: Response, towards: str, *, sentence: str = "", status: int = 200) -> None:
        self._portal.pages.show(
            resp,
            "sign_in.html",
            status=status,
            groups=self._groups,
            towards=towards,
            sentence=sentence,
        )


class SignOut:
    """``/deconnexion``."""

    async def on_post(self, req: Request, resp: Response) -> None:
        """Forget who it was."""
        check_origin(req)
        close_session(resp)
        redirect(resp, "/")


def read_towards(said: str | None) -> str:
    """Where to go after: a page of the portail, whatever is said.

    Source: PRE-71: an address that leads elsewhere would make of this page a trap.
    """
    is_ours = said is not None and (said == HOME or said.startswith(f"{HOME}/"))
    return said if said is not None and is_ours and "\\" not in said else HOME
