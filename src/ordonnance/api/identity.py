"""The patient's INS corrected over HTTP."""

from falcon.asgi import Request, Response

from ordonnance.api.service import Service
from ordonnance.domain.command import Identify
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.fhir.identity import read_identify


class IdentifyOperation:
    """``POST /fhir/Task/{number}/$identify``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_post(self, req: Request, resp: Response, number: str) -> None:
        """Give the patient's right INS; 200 and the Task."""
        at, once, body = await self._service.receive(req)
        patient, cause, reason = read_identify(body)
        if not patient.authority.is_real and not self._service.gate.accepts_tests:
            raise Refusal(Reasons.INS_INVALID)
        command = Identify(
            number=PrescriptionNumber.parse(number),
            patient=patient,
            cause=cause,
            reason=reason,
            **once,
        )
        self._service.answer(resp, await self._service.ask(command, at))
