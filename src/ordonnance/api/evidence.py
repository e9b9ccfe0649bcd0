"""What the GIE looks at, over HTTP: calls searched, workstations, the check sheet of SCOR.

Source: PST-9, PST-12, SCOR-11.
"""

from datetime import date, datetime
from typing import Any

import falcon
from falcon.asgi import App, Request, Response

from ordonnance.api.body import check_accept
from ordonnance.api.preserie import Asking
from ordonnance.api.scor import write_judged
from ordonnance.api.service import Service
from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.days import day_in_paris
from ordonnance.domain.evidence import Attempt, ExecutionSeen
from ordonnance.domain.fact import Executed
from ordonnance.domain.preserie_access import SHEET_READERS, check_role
from ordonnance.domain.refusal import Reasons, Refusal
from ordonnance.domain.trace import TraceReasons
from ordonnance.usecases.aside import Aside
from ordonnance.usecases.evidence import CommandSeen, find
from ordonnance.usecases.scor import Know, Review
from ordonnance.usecases.scor_proof import Proved
from ordonnance.usecases.scor_sheet import ScorSite, Sheet, SheetRow, draw_sheet, write_rows
from ordonnance.usecases.workstation import SiteTraces, list_sites

CSV = "text/csv"


class _Looking:
    """What the three readings share: who asks, and where the answers are."""

    def __init__(self, service: Service, aside: Aside, know: Know, asking: Asking) -> None:
        self.service = service
        self.aside = aside
        self.know = know
        self.asking = asking

    def recognise(self, req: Request) -> tuple[Actor, datetime]:
        """Who asks, and when.

        Raises:
            Refusal: TOKEN_…
        """
        at = self.service.clock()
        return self.service.gate.recognise(req.get_header("Authorization"), at), at


class Calls(_Looking):
    """``GET /traces/{word}``."""

    async def on_get(self, req: Request, resp: Response, word: str) -> None:
        """What the trace, or the command, of that name left.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, NOT_ACCEPTABLE, TRACE_UNKNOWN, BUSY.

        Source: PST-9, PST-12.
        """
        actor, at = self.recognise(req)
        check_accept(req)
        sites = await self.asking.ask(lambda: self.service.preseries.sites_of(actor))
        found = await self.aside.do(lambda database: find(self.know(database, at), word, am=sites))
        if found is None:
            raise Refusal(TraceReasons.TRACE_UNKNOWN)
        resp.media = {"commands": [write_command(one) for one in found.commands]}
        resp.set_header("Cache-Control", "no-store")


class Workstations(_Looking):
    """``GET /traces/workstations``."""

    async def on_get(self, req: Request, resp: Response) -> None:
        """What each pharmacy's workstations send, those that went silent first.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, NOT_ACCEPTABLE, BUSY.

        Source: PST-11, PST-12.
        """
        actor, at = self.recognise(req)
        check_accept(req)
        preseries = self.service.preseries
        am = await self.asking.ask(lambda: preseries.sites_of(actor))
        histories = await self.asking.ask(lambda: preseries.find_all(actor))
        known = [one.preserie for one in histories]
        today = day_in_paris(at)
        sites = await self.aside.do(
            lambda database: list_sites(database, known, am=am, today=today)
        )
        resp.media = {"today": today.isoformat(), "sites": [write_site(one) for one in sites]}
        resp.set_header("Cache-Control", "no-store")


class Sheets(_Looking):
    """``GET /preseries/{name}/scor``."""

    async def on_get(self, req: Request, resp: Response, name: str) -> None:
        """The check sheet of the first installations, in JSON or, asked for, in CSV.

        Raises:
            Refusal: TOKEN_…, ROLE_NOT_ALLOWED, NOT_ACCEPTABLE, PRESERIE_UNKNOWN, ELEMENT_INVALID,
                BUSY.

        Source: SCOR-11, SCOR-12, SCOR-13.
        """
        actor, at = self.recognise(req)
        check_role(actor, *SHEET_READERS)
        kind = req.client_prefers((falcon.MEDIA_JSON, CSV))
        if kind is None:
            raise Refusal(Reasons.NOT_ACCEPTABLE)
        since, until = read_day(req, "since"), read_day(req, "until")
        history = await self.asking.ask(lambda: self.service.preseries.read(name, actor))
        sheet = await self.aside.do(
            lambda database: draw_sheet(
                self.know(database, at),
                history.preserie,
                since=since,
                until=until,
                department=actor.cpam if actor.role is Role.CPAM else None,
            )
        )
        if kind == CSV:
            resp.text = write_rows(sheet)
            resp.content_type = f"{CSV}; charset=utf-8"
            resp.set_header("Content-Disposition", f'attachment; filename="scor-{name}.csv"')
        else:
            resp.media = write_sheet(sheet)
        resp.set_header("Cache-Control", "no-store")


def add_evidence_routes(
    app: App[Request, Response], service: Service, aside: Aside, *, know: Know
) -> None:
    """Open what the GIE looks at in *app*, whose error handlers answer refusals."""
    asking = Asking(service)
    app.add_route("/traces/{word}", Calls(service, aside, know, asking))
    app.add_route("/traces/workstations", Workstations(service, aside, know, asking))
    app.add_route("/preseries/{name}/scor", Sheets(service, aside, know, asking))


def read_day(req: Request, name: str) -> date | None:
    """The day that the address says (``2026-11-23``); None: it does not.

    Raises:
        Refusal: ELEMENT_INVALID.
    """
    said = req.get_param(name)
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refusal(
            Reasons.ELEMENT_INVALID, name, problem="attendu un jour : 2026-11-23"
        ) from None


def write_command(one: CommandSeen) -> dict[str, Any]:
    """A command and what it left, as a JSON object. Source: PST-9."""
    return {
        "am": one.am,
        "operation": one.operation,
        "command": one.command,
        "recorded": one.is_recorded,
        "recorded_on": None if one.recorded_on is None else one.recorded_on.isoformat(),
        "attempts": [write_attempt(attempt) for attempt in one.attempts],
        "execution": None if one.execution is None else write_execution(one.execution),
        "pieces": [write_piece(piece) for piece in one.pieces],
    }


def write_attempt(attempt: Attempt) -> dict[str, Any]:
    """A trace, as a JSON object. Source: PST-9."""
    return {
        "trace_id": attempt.trace_id,
        "at": attempt.at.isoformat(),
        "received_at": attempt.received_at.isoformat(),
        "attempt": attempt.attempt,
        "workstation": attempt.workstation,
        "version": attempt.version,
        "result": attempt.result,
        "code": attempt.code,
        "status": attempt.status,
        "duration_ms": attempt.duration_ms,
        "mode": attempt.mode,
        "scor_decision": attempt.scor_decision,
        "scor_because": attempt.scor_because,
    }


def write_execution(seen: ExecutionSeen) -> dict[str, Any]:
    """An execution without anybody's health, as a JSON object. Source: PST-9."""
    return {
        "execution": seen.name,
        "command": seen.key,
        "recorded_at": seen.recorded_at.isoformat(),
        "awaiting": seen.is_awaiting,
        "undone_at": None if seen.undone_at is None else seen.undone_at.isoformat(),
        "corrections": seen.correction_count,
        "lines": dict(seen.lines),
    }


def write_piece(proved: Proved) -> dict[str, Any]:
    """A piece, as judged then and now, with what proves it. Source: SCOR-11."""
    return {
        **write_reviewed(proved.review),
        "received_at": proved.received_at.isoformat(),
        "phase": proved.phase,
        "execution": None if proved.execution is None else write_proof(proved.execution),
    }


def write_reviewed(review: Review) -> dict[str, Any]:
    """A piece as it was found at reception and is judged now, as a JSON object. Source: SCOR-11."""
    return {
        "am": review.am,
        "lot": review.lot,
        **write_judged(review.first),
        "verdict_now": review.now.verdict.value,
        "owed_now": review.now.owed.value,
        "because_now": review.now.because.value,
        "complemented": review.is_complemented,
    }


def write_proof(execution: Executed) -> dict[str, Any]:
    """By what an execution is found again: its rank, its instant, its command. Source: SCOR-11."""
    return {
        "execution": f"E{execution.rank}",
        "recorded_at": execution.at.isoformat(),
        "command": execution.key,
    }


def write_site(site: SiteTraces) -> dict[str, Any]:
    """A pharmacy and what its workstations send, as a JSON object. Source: PST-12."""
    last_on = site.heard.last_on
    return {
        "am": site.am,
        "name": site.name,
        "software": site.software,
        "traces_on": site.heard.is_on,
        "last_on": None if last_on is None else last_on.isoformat(),
        "silent_days": site.silent_days,
        "silent": site.is_silent,
        "workstations": [
            {
                "workstation": one.name,
                "last_received_at": one.last_received_at.isoformat(),
                "gap_seconds": one.gap_seconds,
                "taken": one.taken_count,
                "duplicates": one.duplicate_count,
            }
            for one in site.workstations
        ],
        "refused": [
            {
                "workstation": one.workstation or None,
                "rule": one.rule,
                "count": one.count,
                "last_line": one.last_line,
                "last_received_at": one.last_received_at.isoformat(),
            }
            for one in site.refused
        ],
    }


def write_sheet(sheet: Sheet) -> dict[str, Any]:
    """The check sheet, as a JSON object. Source: SCOR-11."""
    return {
        "since": None if sheet.since is None else sheet.since.isoformat(),
        "until": sheet.until.isoformat(),
        "checks": list(sheet.checks),
        "sites": [write_scor_site(one) for one in sheet.sites],
        "pieces": [write_row(one) for one in sheet.rows],
        "wrong_stops": [write_reviewed(one) for one in sheet.wrong_stops],
    }


def write_scor_site(site: ScorSite) -> dict[str, Any]:
    """Since when a pharmacy stops pieces, as a JSON object. Source: SCOR-12."""
    since, last = site.stopped_since_on, site.last_lot_on
    installed_on = site.participant.installed_on
    return {
        "am": site.participant.am,
        "name": site.participant.name,
        "department": site.participant.department,
        "installed_on": None if installed_on is None else installed_on.isoformat(),
        "first": site.is_first,
        "phase": None if site.phase is None else site.phase.value,
        "stopped_since_on": None if since is None else since.isoformat(),
        "last_lot_on": None if last is None else last.isoformat(),
        "lots": site.lot_count,
        "sentence": site.sentence,
    }


def write_row(row: SheetRow) -> dict[str, Any]:
    """A row of the check sheet, as a JSON object. Source: SCOR-11."""
    return {"name": row.name, **write_piece(row.proved)}
