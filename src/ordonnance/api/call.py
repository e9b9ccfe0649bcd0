"""The calls behind a figure of a bilan, over HTTP: JSON, or CSV for who asks for it.

Source: PRE-53.
"""

from collections.abc import Callable

from falcon.asgi import App, Request, Response
import msgspec

from ordonnance.api.preserie import Asking, head
from ordonnance.api.service import Service
from ordonnance.domain.call import (
    FILTER_NAMES,
    VALUE_LENGTH_MAX,
    Call,
    CallFilter,
    CallOutcome,
    read_filter,
    refuse_filter,
    write_calls,
)
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.usecases.call import Found

JSON = "application/json"
CSV = "text/csv"
_encode = msgspec.json.Encoder().encode


class PreserieCalls:
    """``GET /preseries/{name}/calls``."""

    def __init__(self, service: Service, find: Callable[..., Found]) -> None:
        self._asking = Asking(service)
        self._find = find

    async def on_get(self, req: Request, resp: Response, name: str) -> None:
        """The calls that the caller may see, newest first; *cut* says that there are others.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, PRESERIE_UNKNOWN, NOT_ACCEPTABLE, ELEMENT_INVALID,
                BUSY.

        Source: PRE-53.
        """
        service = self._asking.service
        at = service.clock()
        actor = service.gate.recognise(req.get_header("Authorization"), at)
        kind = req.client_prefers((JSON, CSV))
        if kind is None:
            raise Refusal(Reasons.NOT_ACCEPTABLE)
        wanted = read_said(req)

        def find() -> Found:
            preserie = service.preseries.read(name, actor).preserie
            return self._find(preserie, actor, wanted, at=at)

        found = await self._asking.ask(find)
        head(resp)
        if kind == CSV:
            resp.content_type = "text/csv; charset=utf-8"
            resp.set_header("Content-Disposition", 'attachment; filename="appels.csv"')
            resp.data = write_calls(found.calls).encode()
        else:
            resp.data = _encode(
                {"calls": [write_call(call) for call in found.calls], "cut": found.is_cut}
            )


def add_call_routes(
    app: App[Request, Response], service: Service, find: Callable[..., Found]
) -> None:
    """Open the calls of préséries in *app*; *find* is ``find_calls`` on the base of the service."""
    app.add_route("/preseries/{name}/calls", PreserieCalls(service, find))


def read_said(req: Request) -> CallFilter:
    """What is asked for, from the parameters of the address.

    Raises:
        Refusal: ELEMENT_INVALID where one is unknown, said twice, or of another form.

    Source: PRE-53.
    """
    said: dict[str, str] = {}
    for name, value in req.params.items():
        if name not in FILTER_NAMES:
            refuse_filter(name[:VALUE_LENGTH_MAX], f"un de : {', '.join(FILTER_NAMES)}")
        if not isinstance(value, str):
            refuse_filter(name, "un texte court, une seule fois")
        said[name] = value
    return read_filter(said)


def write_call(call: Call) -> dict[str, object]:
    """A call as JSON."""
    return {
        "trace_id": call.trace_id,
        "command": call.command,
        "am": call.am,
        "workstation": call.workstation,
        "version": call.version,
        "operation": call.operation,
        "day": call.on.isoformat(),
        "at": call.at.isoformat(),
        "result": call.result,
        "code": call.code,
        "http_status": call.http_status,
        "duration_ms": call.duration_ms,
        "tries": call.tries,
        "outcome": call.outcome.value,
        "recorded": call.outcome is CallOutcome.RECORDED,
    }
