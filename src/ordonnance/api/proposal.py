"""Propose an adaptation, and reply to one, over HTTP."""

from falcon.asgi import Request, Response

from ordonnance.api.service import Service
from ordonnance.domain.command import Propose, Reply
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.fhir import parameters


class ProposeOperation:
    """``POST /fhir/Task/{number}/$propose``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Ask the prescriber to agree to an adaptation; 200 and the Task."""
        at, once, body = await self._service.receive(req)
        line, text = parameters.read_proposal(body)
        command = Propose(number=PrescriptionNumber.parse(number), line=line, text=text, **once)
        self._service.answer(resp, await self._service.ask(command, at))


class ReplyOperation:
    """``POST /fhir/Task/{number}/$reply``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Agree, or not, to what was proposed; 200 and the Task."""
        at, once, body = await self._service.receive(req)
        proposal, accepts, text = parameters.read_reply(body)
        command = Reply(
            number=PrescriptionNumber.parse(number),
            proposal=proposal,
            accepts=accepts,
            text=text,
            **once,
        )
        self._service.answer(resp, await self._service.ask(command, at))
