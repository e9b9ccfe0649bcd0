"""The calls behind a figure of a bilan, over HTTP: JSON, or CSV for who asks for it.

Source: PRE-53.
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
import re
from typing import NoReturn, TypeVar

from falcon.asgi import App, Request, Response
import msgspec

from ordonnance.api.preserie import Asking, head
from ordonnance.api.service import Service
from ordonnance.domain.call import Call, CallFilter, CallOutcome, write_csv
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.trace import TracedOperation
from ordonnance.usecases.call import Found

JSON = "application/json"
CSV = "text/csv"
_NAMES = ("am", "operation", "day", "version", "outcome")
_VALUE_LENGTH_MAX = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Choice = TypeVar("_Choice", bound=StrEnum)
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
        wanted = read_filter(req)

        def find() -> Found:
            preserie = service.preseries.read(name, actor).preserie
            return self._find(preserie, actor, wanted, at=at)

        found = await self._asking.ask(find)
        head(resp)
        if kind == CSV:
            resp.content_type = "text/csv; charset=utf-8"
            resp.set_header("Content-Disposition", 'attachment; filename="appels.csv"')
            resp.data = write_csv(found.calls).encode()
        else:
            resp.data = _encode(
                {"calls": [write_call(call) for call in found.calls], "cut": found.is_cut}
            )


def add_call_routes(
    app: App[Request, Response], service: Service, find: Callable[..., Found]
) -> None:
    """Open the calls of préséries in *app*; *find* is ``find_calls`` on the base of the service."""
    app.add_route("/preseries/{name}/calls", PreserieCalls(service, find))


def read_filter(req: Request) -> CallFilter:
    """What is asked for, from the parameters of the address; an empty one asks for any.

    Raises:
        Refusal: ELEMENT_INVALID where one is unknown, said twice, or of another form.

    Source: PRE-53.
    """
    said: dict[str, str] = {}
    for name, value in req.params.items():
        if name not in _NAMES:
            refuse_filter(name[:_VALUE_LENGTH_MAX], f"un de : {', '.join(_NAMES)}")
        if not isinstance(value, str) or len(value) > _VALUE_LENGTH_MAX or "\0" in value:
            refuse_filter(name, "un texte court, une seule fois")
        if value:
            said[name] = value
    return CallFilter(
        am=said.get("am"),
        operation=_read_choice("operation", said.get("operation"), TracedOperation),
        version=said.get("version"),
        on=_read_day(said.get("day")),
        outcome=_read_choice("outcome", said.get("outcome"), CallOutcome),
    )


def refuse_filter(name: str, expected: str) -> NoReturn:
    """Refuse a parameter that is not what it should be.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    raise Refusal(Reasons.ELEMENT_INVALID, name, problem=f"{name} (attendu {expected})")


def _read_choice(name: str, value: str | None, kind: type[_Choice]) -> _Choice | None:
    if value is None:
        return None
    known = {one.value: one for one in kind}
    if value not in known:
        refuse_filter(name, f"l’un de : {', '.join(known)}")
    return known[value]


def _read_day(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    return refuse_filter("day", "un jour AAAA-MM-JJ")


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
