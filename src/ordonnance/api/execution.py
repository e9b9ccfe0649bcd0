"""Execute, correct and undo over HTTP."""

from falcon import status_codes
from falcon.asgi import Request, Response

from ordonnance.api.service import Service
from ordonnance.domain.command import Correct, Execute, Undo
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.refusal import Refusal
from ordonnance.fhir import execution, parameters


class ExecuteOperation:
    """``POST /fhir/Task/{number}/$execute``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Record what was done; 201 and the Task, or 202 while its prescription is awaited."""
        at, once, body = await self._service.receive(req)
        acts, resources = execution.read(body)
        command = Execute(
            number=PrescriptionNumber.parse(number), acts=acts, resources=resources, **once
        )
        answer = await self._service.ask(command, at)
        is_waiting = answer.dossier.issued is None
        status = status_codes.HTTP_202 if is_waiting else status_codes.HTTP_201
        self._service.answer(resp, answer, status=status)
        resp.set_header("Location", f"/fhir/Task/{command.number.value}")


class CorrectOperation:
    """``POST /fhir/Task/{number}/$correct``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Say an execution anew; 200 and the Task."""
        at, once, body = await self._service.receive(req)
        try:
            identifier, reason, acts, resources = parameters.read_correction(body)
            command = Correct(
                number=PrescriptionNumber.parse(number),
                execution=identifier,
                reason=reason,
                acts=acts,
                resources=resources,
                **once,
            )
            answer = await self._service.ask(command, at)
        except Refusal as refusal:
            raise refusal.within(parameters.PLACE) from None
        self._service.answer(resp, answer)


class UndoOperation:
    """``POST /fhir/Task/{number}/$undo``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Take an execution back; 200 and the Task."""
        at, once, body = await self._service.receive(req)
        identifier, reason = parameters.read_undo(body)
        command = Undo(
            number=PrescriptionNumber.parse(number), execution=identifier, reason=reason, **once
        )
        self._service.answer(resp, await self._service.ask(command, at))
