"""What the handlers need, put together by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypedDict

from falcon import status_codes
from falcon.asgi import Request, Response

from ordonnance.api.auth import Gate
from ordonnance.api.body import read_body, read_key, read_optional_body
from ordonnance.api.errors import FHIR_JSON
from ordonnance.api.keys import ReceiptSigner
from ordonnance.domain.actor import Actor
from ordonnance.domain.answer import Answer
from ordonnance.domain.command import Command
from ordonnance.domain.preserie_gate import GateMode, pass_gate
from ordonnance.domain.product import Referential
from ordonnance.fhir import task
from ordonnance.usecases.desk import Desk
from ordonnance.usecases.preserie import Preseries
from ordonnance.usecases.settlement import Received
from ordonnance.usecases.shelf import Shelf


class Once(TypedDict):
    """Who sends a writing request, and what makes it the same one when it comes again."""

    actor: Actor
    key: str | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The desk that settles, the gate that lets in, the signer, the products, the clock.

    *preseries* knows which software is in présérie, and *gate_mode* what that changes.
    """

    desk: Desk
    gate: Gate
    signer: ReceiptSigner
    shelf: Shelf
    clock: Callable[[], datetime]
    preseries: Preseries
    gate_mode: GateMode

    async def receive(
        self, req: Request, *, may_be_empty: bool = False
    ) -> tuple[datetime, Once, bytes]:
        """When a writing request came, from whom, and its body.

        Raises:
            Refusal: TOKEN_…, NOT_ACCEPTABLE, MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE.
        """
        at = self.clock()
        actor = self.gate.recognise(req.get_header("Authorization"), at)
        body = await (read_optional_body(req) if may_be_empty else read_body(req))
        return at, Once(actor=actor, key=read_key(req), digest=sha256(body).hexdigest()), body

    async def ask(
        self, command: Command, at: datetime, *, referential: Referential | None = None
    ) -> Answer:
        """The answer of the desk, decided with the products that *command* was read with.

        None: as they are known now.

        Raises:
            Refusal: SOFTWARE_IN_PRESERIE, then those of the desk.

        Source: PRE-49.
        """
        passed = pass_gate(command, self.preseries.pilots, self.gate_mode)
        return await self.desk.ask(Received(passed, at, referential or self.shelf.current))

    def answer(
        self, resp: Response, answer: Answer, *, status: str = status_codes.HTTP_200
    ) -> None:
        """Answer with the Task of a dossier."""
        resp.data = task.write(answer, self.signer.sign)
        self.head(resp, answer, status=status)

    def head(self, resp: Response, answer: Answer, *, status: str = status_codes.HTTP_200) -> None:
        """The headers of an answer about a dossier."""
        resp.status = status
        resp.content_type = FHIR_JSON
        resp.set_header("Cache-Control", "no-store")
        resp.set_header("ETag", f'W/"{task.write_version(answer.dossier)}"')
        if answer.is_replay:
            resp.set_header("Idempotent-Replayed", "true")
