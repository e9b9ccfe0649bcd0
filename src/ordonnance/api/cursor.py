"""Where the next page begins, as an address may bear it: encrypted, for one caller, for an hour."""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
import msgspec

from ordonnance.api.keys import ReceiptSigner
from ordonnance.domain.actor import Actor
from ordonnance.domain.alert import Watch
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.search import Search
from ordonnance.fhir.reading import refuse_element

SECONDS_MAX = 3600
LENGTH_MAX = 4096
_HEADER = {"alg": "dir", "enc": "A256GCM"}

_Question = TypeVar("_Question", Search, Watch)


class Turning(msgspec.Struct, frozen=True):
    """What a cursor holds: the question as it goes on, and until when it may be asked."""

    until: float
    search: Search | None = None
    watch: Watch | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Turning).decode


class Cursors:
    """Seals questions into cursors and opens them, with a key that *signer*'s own gives.

    Who holds a cursor learns nothing of it, and changes nothing in it: it holds the patient's INS.

    Source: TLS-62.
    """

    def __init__(self, signer: ReceiptSigner) -> None:
        self._key = OctKey.import_key(signer.derive_secret("cursor"))

    def seal(self, question: Search | Watch, at: datetime) -> str:
        """The cursor by which *question* goes on, from *at* on."""
        until = at.timestamp() + SECONDS_MAX
        turning = (
            Turning(until=until, search=question)
            if isinstance(question, Search)
            else Turning(until=until, watch=question)
        )
        return jwe.encrypt_compact(_HEADER, _encode(turning), self._key)

    def open_search(self, text: str | None, actor: Actor, at: datetime) -> Search:
        """The search that a cursor goes on with.

        Raises:
            Refusal: ELEMENT_MISSING, ELEMENT_INVALID.
        """
        return _for(self._open(text, at).search, actor)

    def open_watch(self, text: str, actor: Actor, at: datetime) -> Watch:
        """The question about alerts that a cursor goes on with.

        Raises:
            Refusal: ELEMENT_INVALID.
        """
        return _for(self._open(text, at).watch, actor)

    def _open(self, text: str | None, at: datetime) -> Turning:
        if not text or len(text) > LENGTH_MAX:
            raise _refuse("donnez celui du lien next ; pour chercher, POST /fhir/Task/_search")
        try:
            turning = _decode(jwe.decrypt_compact(text, self._key).plaintext or b"")
        except (JoseError, ValueError, msgspec.DecodeError):
            raise _refuse("ce n’est pas un lien de ce service") from None
        if at.timestamp() > turning.until:
            raise _refuse("il date de plus d’une heure, recommencez la recherche")
        return turning


def _for(question: _Question | None, actor: Actor) -> _Question:
    """The question as *actor*, who must be the one who asked it first, asks it now."""
    if question is None or _identity_of(question.actor) != _identity_of(actor):
        raise _refuse("il a été donné à quelqu’un d’autre, ou pour autre chose")
    return replace(question, actor=actor)


def _identity_of(actor: Actor) -> tuple[object, ...]:
    return actor.role, actor.rpps, actor.am, actor.ins, actor.cpam


def _refuse(problem: str) -> Refusal:
    return refuse_element("next", problem)
