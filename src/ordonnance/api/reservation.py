"""Reserve and release over HTTP."""

from falcon.asgi import Request, Response

from ordonnance.api.service import Service
from ordonnance.domain.command import Release, Reserve
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.fhir import parameters


class ReservationOperation:
    """``POST /fhir/Task/{number}/$reserve`` and ``$release``, as *command* says.

    The body is empty, or Parameters that say nothing: many clients cannot post without one.
    """

    def __init__(self, service: Service, command: type[Reserve | Release]) -> None:
        self._service = service
        self._command = command

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Reserve the lines of one's kinds, or let go of them; 200 and the Task."""
        at, once, body = await self._service.receive(req, may_be_empty=True)
        parameters.read_nothing(body)
        command = self._command(number=PrescriptionNumber.parse(number), **once)
        self._service.answer(resp, await self._service.ask(command, at))
