"""Search prescriptions and be told of alerts over HTTP, a page at a time."""

from dataclasses import replace
from datetime import datetime

from falcon import status_codes
from falcon.asgi import Request, Response

from ordonnance.api.body import check_accept, read_form, read_reason
from ordonnance.api.cursor import Cursors
from ordonnance.api.errors import FHIR_JSON
from ordonnance.api.service import Service
from ordonnance.domain.actor import Role
from ordonnance.domain.alert import Told, Watch
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.search import Found, Search
from ordonnance.fhir import alert, search
from ordonnance.fhir.reading import refuse_element
from ordonnance.usecases.search import Inquiry


class Pages:
    """What both ways of asking for prescriptions share."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._cursors = Cursors(service.signer)

    async def answer(self, resp: Response, question: Search, at: datetime) -> None:
        """Answer with a page of Tasks, and the link to the next."""
        page = await self._service.desk.inquire(Inquiry(question, at))
        if not isinstance(page, Found):
            raise TypeError("a search finds prescriptions")
        following = None
        if page.following is not None:
            following = self._cursors.seal(replace(question, after=page.following), at)
        resp.data = search.write(page, self._service.signer.sign, following)
        head(resp)


class TaskSearch(Pages):
    """``POST /fhir/Task/_search``."""

    async def on_post(self, req: Request, resp: Response) -> None:
        """A Bundle of the Tasks found, newest first."""
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        pairs = await read_form(req)
        name = "Presence" if actor.role is Role.EXECUTOR else "Reason"
        question = search.read(pairs, actor=actor, reason=read_reason(req, name))
        patient = question.patient
        is_made_up = patient is not None and not patient.authority.is_real
        if is_made_up and not self._service.gate.accepts_tests:
            raise Refusal(Reasons.INS_INVALID, "patient")
        await self.answer(resp, question, at)


class TaskPages(Pages):
    """``GET /fhir/Task?next=…``."""

    async def on_get(self, req: Request, resp: Response) -> None:
        """The next page of a search."""
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        check_accept(req)
        question = self._cursors.open_search(read_query(req).get("next"), actor, at)
        await self.answer(resp, question, at)


class Alerts:
    """``GET /fhir/DetectedIssue``."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._cursors = Cursors(service.signer)

    async def on_get(self, req: Request, resp: Response) -> None:
        """A Bundle of the alerts that concern the caller, newest first."""
        at = self._service.clock()
        actor = self._service.gate.recognise(req.get_header("Authorization"), at)
        check_accept(req)
        query = read_query(req, "_count")
        question = (
            self._cursors.open_watch(query["next"], actor, at)
            if "next" in query
            else Watch(actor=actor, count=search.read_count(query.get("_count")))
        )
        page = await self._service.desk.inquire(Inquiry(question, at))
        if not isinstance(page, Told):
            raise TypeError("a watch is told of alerts")
        following = None
        if page.following is not None:
            following = self._cursors.seal(replace(question, after=page.following), at)
        resp.data = alert.write(page, actor, following)
        head(resp)


def read_query(req: Request, *others: str) -> dict[str, str]:
    """What the address says besides: ``next``, or one of *others*, each once.

    Raises:
        Refusal: ELEMENT_INVALID for anything else; what it is called is not repeated.
    """
    query = {}
    for name, value in req.params.items():
        if name not in ("next", *others) or not isinstance(value, str):
            problem = "une adresse ne porte pas de critère ; cherchez par POST /fhir/Task/_search"
            raise refuse_element("next", problem)
        query[name] = value
    return query


def head(resp: Response) -> None:
    """The headers of a page."""
    resp.status = status_codes.HTTP_200
    resp.content_type = FHIR_JSON
    resp.set_header("Cache-Control", "no-store")
