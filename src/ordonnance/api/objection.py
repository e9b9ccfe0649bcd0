"""The patient's objection over HTTP."""

from falcon.asgi import Request, Response

from ordonnance.api.service import Service
from ordonnance.domain.command import Oppose
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.fhir.objection import read_objection


class ObjectOperation:
    """``POST /fhir/Task/{number}/$object``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """State the patient's objection, or lift it; 200 and the Task."""
        at, once, body = await self._service.receive(req)
        objects = read_objection(body)
        command = Oppose(number=PrescriptionNumber.parse(number), objects=objects, **once)
        self._service.answer(resp, await self._service.ask(command, at))
