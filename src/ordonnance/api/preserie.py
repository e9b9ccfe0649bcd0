"""Préséries over HTTP, in plain JSON: opened, told event by event, read, listed.

Source: PRE-44, PRE-45, PRE-46.
"""

from collections.abc import Mapping
from hashlib import sha256

import falcon
from falcon import status_codes
from falcon.asgi import App, Request, Response
import msgspec

from ordonnance.api.body import check_accept, read_body, read_key
from ordonnance.api.service import Service
from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.preserie_history import History
from ordonnance.domain.preserie_pilot import describe_own
from ordonnance.domain.preserie_refusal import refuse_form
from ordonnance.domain.preserie_result import describe_listed, describe_replay
from ordonnance.domain.preserie_submission import Submission, Submitted
from ordonnance.usecases.asking import Threads

LINES = ("application/x-ndjson", "application/jsonl")
KINDS = ("application/json", *LINES)
DOCUMENTS_MAX = 200
NEVER = -1  # a rank that no présérie is at

_encode = msgspec.json.Encoder().encode


class _Enveloped(msgspec.Struct):
    """Several events in an object."""

    events: list[msgspec.Raw]


_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_enveloped = msgspec.json.Decoder(_Enveloped).decode


class Asking:
    """Questions about the préséries of *service*, asked in other threads."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ask = Threads().ask

    async def submit(self, req: Request, name: str | None) -> tuple[Actor, Submitted]:
        """Who tells events, and what they left of the présérie *name*; None: of the one they open.

        Raises:
            Refusal: TOKEN_…, NOT_ACCEPTABLE, MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE,
                EVENT_MALFORMED, and as the préséries find.

        Source: PRE-44.
        """
        service = self.service
        at = service.clock()
        actor = service.gate.recognise(req.get_header("Authorization"), at)
        body = await read_body(req, KINDS)
        submission = Submission(
            preserie=name,
            actor=actor,
            at=at,
            key=read_key(req),
            digest=sha256(body).hexdigest(),
            documents=read_documents(req, body) if name is None else (read_text(body),),
            seen=read_seen(req),
        )
        return actor, await self.ask(lambda: service.preseries.submit(submission))


class PreserieList:
    """``POST /preseries`` and ``GET /preseries``."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def on_post(self, req: Request, resp: Response) -> None:
        """Open a présérie with its first events, all or none: 201, its identifier, its JSON.

        Source: PRE-44.
        """
        actor, submitted = await self._asking.submit(req, None)
        answer_submitted(resp, submitted, actor, {"id": submitted.history.id})

    async def on_get(self, req: Request, resp: Response) -> None:
        """The préséries that the caller may read, those that moved last first.

        Source: PRE-46.
        """
        service = self._asking.service
        actor = service.gate.recognise(req.get_header("Authorization"), service.clock())
        check_accept(req)
        found = await self._asking.ask(lambda: service.preseries.find_all(actor))
        resp.data = _encode({"preseries": [describe_listed(one) for one in found]})
        head(resp)


class PreserieReading:
    """``GET /preseries/{name}``."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def on_get(self, req: Request, resp: Response, name: str) -> None:
        """The JSON of ``replay``, a pilot its own part; its ETag is the rank of the last event.

        Source: PRE-46, PRE-94.
        """
        service = self._asking.service
        actor = service.gate.recognise(req.get_header("Authorization"), service.clock())
        check_accept(req)
        history = await self._asking.ask(lambda: service.preseries.read(name, actor))
        answer(resp, history, actor, {})


class PreserieEvents:
    """``POST /preseries/{name}/events``."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def on_post(self, req: Request, resp: Response, name: str) -> None:
        """Tell one event: 201 and the JSON of ``replay``, or the refusal.

        Source: PRE-44.
        """
        actor, submitted = await self._asking.submit(req, name)
        answer_submitted(resp, submitted, actor, {})


def add_preserie_routes(app: App[Request, Response], service: Service) -> None:
    """Open the préséries in *app*, whose error handlers answer refusals."""
    asking = Asking(service)
    app.add_route("/preseries", PreserieList(asking))
    app.add_route("/preseries/{name}", PreserieReading(asking))
    app.add_route("/preseries/{name}/events", PreserieEvents(asking))


def read_documents(req: Request, body: bytes) -> tuple[str, ...]:
    """The events that open a présérie, each as it came.

    They come one a line, in an array, in an object's member ``events``, or alone.

    Raises:
        Refusal: EVENT_MALFORMED where they are none of these, or too many.

    Source: ours (PRE-44).
    """
    text = read_text(body)
    kind = (req.content_type or "").partition(";")[0].strip().lower()
    if kind in LINES:
        documents = tuple(line for line in text.split("\n") if line.strip())
    else:
        documents = split_json(text)
    if not 1 <= len(documents) <= DOCUMENTS_MAX:
        refuse_form(f"il faut de 1 à {DOCUMENTS_MAX} événements")
    return documents


def split_json(text: str) -> tuple[str, ...]:
    """The events of an array, or of an object that holds one; else the text is one event.

    Raises:
        Refusal: EVENT_MALFORMED.
    """
    try:
        if text.lstrip().startswith("["):
            return tuple(bytes(one).decode() for one in _decode_list(text))
        if isinstance(whole := msgspec.json.decode(text), dict) and "events" in whole:
            return tuple(bytes(one).decode() for one in _decode_enveloped(text).events)
    except (msgspec.DecodeError, RecursionError):
        refuse_form("le corps n’est pas du JSON lisible, ou pas une liste d’événements")
    return (text,)


def read_text(body: bytes) -> str:
    """A body as a text.

    Raises:
        Refusal: EVENT_MALFORMED where it is not UTF-8.
    """
    try:
        return body.decode()
    except UnicodeDecodeError:
        refuse_form("le corps n’est pas un texte en UTF-8")


def read_seen(req: Request) -> int | None:
    """The rank of the last event that the sender has seen (header ``If-Match``).

    None: it does not say, or says that any will do (``*``). An ETag that is none of ours names no
    rank: the présérie is never there.

    Source: PRE-44.
    """
    said = req.get_header("If-Match")
    if said is None or said.strip() == "*":
        return None
    rank = said.strip().removeprefix("W/").strip('"')
    return int(rank) if rank.isascii() and rank.isdigit() else NEVER


def answer_submitted(
    resp: Response, submitted: Submitted, actor: Actor, more: Mapping[str, str]
) -> None:
    """Answer 201, with where the présérie is."""
    answer(resp, submitted.history, actor, more)
    resp.status = status_codes.HTTP_201
    resp.set_header("Location", f"/preseries/{submitted.history.id}")
    if submitted.is_replay:
        resp.set_header("Idempotent-Replayed", "true")


def answer(resp: Response, history: History, actor: Actor, more: Mapping[str, str]) -> None:
    """Answer with the JSON of ``replay`` as *actor* may read it, *more* members before it.

    Source: PRE-94.
    """
    replayed, am = history.replayed, actor.am if actor.role is Role.EXECUTOR else None
    told = describe_replay(replayed) if am is None else describe_own(replayed, am.value)
    resp.data = _encode({**more, **told})
    resp.set_header("ETag", f'"{history.last}"')
    head(resp)


def head(resp: Response) -> None:
    """The headers of an answer about préséries."""
    resp.content_type = falcon.MEDIA_JSON
    resp.set_header("Cache-Control", "no-store")
