"""Issue, read, consult, replace and cancel a prescription over HTTP."""

from falcon import status_codes
from falcon.asgi import Request, Response

from ordonnance.api.body import check_accept, read_reason
from ordonnance.api.service import Service
from ordonnance.domain.command import Cancel, Issue, Read, Replace
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.prescription import Prescription
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir import parameters, prescription, task


def check_tests(service: Service, prescribed: Prescription) -> None:
    """Refuse, in production, a patient of the authorities for tests and demonstrations.

    Raises:
        Refusal: INS_INVALID.
    """
    if not prescribed.patient.authority.is_real and not service.gate.accepts_tests:
        raise Refusal(Reasons.INS_INVALID)


class IssueOperation:
    """``POST /fhir/Task/$issue``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response) -> None:
        """Record a prescription; 201 and its Task."""
        at, once, body = await self._service.receive(req)
        referential = self._service.shelf.current
        prescribed, resources = prescription.read(body, referential)
        check_tests(self._service, prescribed)
        command = Issue(
            number=prescribed.number,
            prescription=prescribed,
            resources=resources,
            **once,
        )
        answer = await self._service.ask(command, at, referential=referential)
        self._service.answer(resp, answer, status=status_codes.HTTP_201)
        resp.set_header("Location", f"/fhir/Task/{command.number.value}")


class Reading:
    """``GET /fhir/Task/{number}`` and, *whole*, ``GET /fhir/Task/{number}/$consult``."""

    def __init__(self, service: Service, *, whole: bool) -> None:
        self._service = service
        self._whole = whole

    async def on_get(self, req: Request, resp: Response, number: str) -> None:
        """The Task; *whole*, a Bundle with the resources as they came in and the executions."""
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        check_accept(req)
        command = Read(
            number=PrescriptionNumber.parse(number),
            actor=actor,
            whole=self._whole,
            reason=read_reason(req),
        )
        answer = await self._service.ask(command, at)
        if self._whole:
            resp.data = task.write_bundle(answer, self._service.signer.sign)
            self._service.head(resp, answer)
        else:
            self._service.answer(resp, answer)


class ReplaceOperation:
    """``POST /fhir/Task/{number}/$replace``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Record a prescription in place of another; 201 and the new one's Task."""
        at, once, body = await self._service.receive(req)
        referential = self._service.shelf.current
        prescribed, resources = prescription.read(body, referential)
        check_tests(self._service, prescribed)
        command = Replace(
            number=PrescriptionNumber.parse(number),
            prescription=prescribed,
            resources=resources,
            **once,
        )
        answer = await self._service.ask(command, at, referential=referential)
        self._service.answer(resp, answer, status=status_codes.HTTP_201)
        resp.set_header("Location", f"/fhir/Task/{prescribed.number.value}")


class CancelOperation:
    """``POST /fhir/Task/{number}/$cancel``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Cancel what has not been executed; 200 and the Task."""
        at, once, body = await self._service.receive(req)
        reason, whole = parameters.read_cancel(body)
        command = Cancel(
            number=PrescriptionNumber.parse(number), reason=reason, whole=whole, **once
        )
        self._service.answer(resp, await self._service.ask(command, at))
