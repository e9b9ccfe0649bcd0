"""Every address of the téléservice, and what answers there."""

from collections.abc import Callable

import falcon
from falcon import HTTPError, status_codes
from falcon.asgi import App, Request, Response
import msgspec

from ordonnance.api.errors import FHIR_JSON, Errors
from ordonnance.api.execution import CorrectOperation, ExecuteOperation, UndoOperation
from ordonnance.api.identity import IdentifyOperation
from ordonnance.api.objection import ObjectOperation
from ordonnance.api.prescription import (
    CancelOperation,
    IssueOperation,
    Reading,
    ReplaceOperation,
)
from ordonnance.api.proposal import ProposeOperation, ReplyOperation
from ordonnance.api.reservation import ReservationOperation
from ordonnance.api.search import Alerts, TaskPages, TaskSearch
from ordonnance.api.service import Service
from ordonnance.domain.command import Release, Reserve
from ordonnance.domain.refusal import Refusal
from ordonnance.fhir import conformance


class Metadata:
    """``GET /fhir/metadata``."""

    async def on_get(self, _req: Request, resp: Response) -> None:
        """The CapabilityStatement."""
        resp.data = conformance.write()
        resp.content_type = FHIR_JSON


class Keys:
    """``GET /.well-known/jwks.json``."""

    def __init__(self, service: Service) -> None:
        self._text = msgspec.json.encode(service.signer.public_keys)

    async def on_get(self, _req: Request, resp: Response) -> None:
        """The public keys by which receipts are checked."""
        resp.data = self._text
        resp.content_type = falcon.MEDIA_JSON
        resp.set_header("Cache-Control", "public, max-age=3600")


class Health:
    """``GET /health/live`` and ``GET /health/ready``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def on_get_live(self, _req: Request, resp: Response) -> None:
        """200: the program runs."""
        resp.media = {"status": "live"}

    async def on_get_ready(self, _req: Request, resp: Response) -> None:
        """200: the desk settles and its database answers; else 503."""
        try:
            await self._service.desk.check()
        except Refusal:
            resp.status = status_codes.HTTP_503
            resp.media = {"status": "not ready", "because": "the database does not answer"}
        else:
            resp.media = {"status": "ready"}


def add_routes(
    app: App[Request, Response], service: Service, name_failure: Callable[[], str]
) -> None:
    """Open the téléservice in *app*."""
    errors = Errors(name_failure)
    app.add_error_handler(Exception, errors.on_failure)
    app.add_error_handler(HTTPError, errors.on_http_error)
    app.add_error_handler(Refusal, errors.on_refusal)
    health = Health(service)
    app.add_route("/fhir/metadata", Metadata())
    app.add_route("/fhir/Task/$issue", IssueOperation(service))
    app.add_route("/fhir/Task/_search", TaskSearch(service))
    app.add_route("/fhir/Task", TaskPages(service))
    app.add_route("/fhir/DetectedIssue", Alerts(service))
    app.add_route("/fhir/Task/{number}", Reading(service, whole=False))
    app.add_route("/fhir/Task/{number}/$consult", Reading(service, whole=True))
    app.add_route("/fhir/Task/{number}/$execute", ExecuteOperation(service))
    app.add_route("/fhir/Task/{number}/$undo", UndoOperation(service))
    app.add_route("/fhir/Task/{number}/$cancel", CancelOperation(service))
    add_life(app, service)
    app.add_route("/fhir/Task/{number}/$object", ObjectOperation(service))
    app.add_route("/fhir/Task/{number}/$identify", IdentifyOperation(service))
    app.add_route("/.well-known/jwks.json", Keys(service))
    app.add_route("/health/live", health, suffix="live")
    app.add_route("/health/ready", health, suffix="ready")


def add_life(app: App[Request, Response], service: Service) -> None:
    """Open what happens to a prescription besides its issue, its executions and its end."""
    app.add_route("/fhir/Task/{number}/$reserve", ReservationOperation(service, Reserve))
    app.add_route("/fhir/Task/{number}/$release", ReservationOperation(service, Release))
    app.add_route("/fhir/Task/{number}/$correct", CorrectOperation(service))
    app.add_route("/fhir/Task/{number}/$replace", ReplaceOperation(service))
    app.add_route("/fhir/Task/{number}/$propose", ProposeOperation(service))
    app.add_route("/fhir/Task/{number}/$reply", ReplyOperation(service))
