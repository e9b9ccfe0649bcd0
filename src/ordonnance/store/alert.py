"""Alerts as rows: one for each site that an alert concerns."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from ordonnance.domain.actor import Role
from ordonnance.domain.alert import Mark, Raised, Watch, find_ended, list_raised
from ordonnance.domain.days import add_months, day_in_paris
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.fact import Issued, LaterFact, Objected
from ordonnance.domain.identifiers import first_of_month
from ordonnance.domain.prescription import MONTHS_BACK_MAX
from ordonnance.store.database import Row, Values
from ordonnance.store.dossier import write_key
from ordonnance.store.seal import Seal

AM_LENGTH = 9
DEPARTMENT_LENGTH = 2
NEWEST = Mark(datetime(9999, 1, 1, tzinfo=UTC), "", 0, 0)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Raised).decode


def write_alerts(dossier: Dossier, fact: Issued | LaterFact, seal: Seal) -> list[dict[str, Any]]:
    """The rows of the alerts that *fact* raised in *dossier*, one for each sender concerned.

    They hold no health data beyond the number: neither who the patient is nor any product.

    Source: TLS-63.
    """
    rows: list[dict[str, Any]] = []
    told = name_prescriber(dossier)
    for raised in list_raised(dossier, fact):
        sealed = seal.seal(raised.number.month_code, _encode(raised))
        for sender in raised.senders:
            is_am = len(sender) == AM_LENGTH  # a numéro AM begins with the site's département
            rows.append(
                {
                    **write_key(raised.number),
                    "rank": raised.rank,
                    "position": len(rows),
                    "told_at": raised.told_at,
                    "code": raised.alert.code.value,
                    "execution": name_execution(raised, fact),
                    "sender": sender,
                    "department": sender[:DEPARTMENT_LENGTH] if is_am else None,
                    "prescriber": told,
                    "document": sealed,
                }
            )
    return rows


def name_execution(raised: Raised, fact: Issued | LaterFact) -> int | None:
    """The rank of the execution that, taken back, puts an end to the alert; None: none alone does.

    What an issue finds wrong may be about several of those that waited for it.
    """
    is_of_one = not isinstance(fact, Issued) or len(raised.implicated) == 1
    return raised.implicated[0].execution if is_of_one and raised.implicated else None


def name_prescriber(dossier: Dossier) -> str | None:
    """The RPPS under which alerts about *dossier* are listed to its prescriber; None: under none.

    While the patient objects they are not listed at all: passed over one by one, so many of them
    would end a page, and the link to the next one would tell that they are there.

    Source: TLS-56, TLS-63.
    """
    prescription = dossier.prescription
    if prescription is None or dossier.is_objected:
        return None
    return prescription.prescriber.value


def write_listed(dossier: Dossier, fact: Issued | LaterFact) -> dict[str, Any] | None:
    """Under whom the alerts about *dossier* are listed from now on; None: *fact* changes nothing.

    *dossier* is as its whole set of commands leaves it: two facts of one set say the same.
    """
    if not isinstance(fact, Objected):
        return None
    return {**write_key(dossier.number), "prescriber": name_prescriber(dossier)}


def write_end(dossier: Dossier, fact: Issued | LaterFact) -> dict[str, Any] | None:
    """The key of the alerts that *fact* puts an end to; None: it ends none."""
    execution = find_ended(dossier, fact)
    if execution is None:
        return None
    return {**write_key(dossier.number), "execution": execution, "at": fact.at}


def name_listing(watch: Watch) -> tuple[str, str]:
    """The query that lists the alerts of who watches, and the key they are found by."""
    actor = watch.actor
    if actor.role is Role.EXECUTOR:
        return "list_alerts_of_sender", actor.sender
    if actor.role is Role.PRESCRIBER:
        return "list_alerts_of_prescriber", actor.sender if actor.rpps is None else actor.rpps.value
    if actor.role is Role.CPAM:
        return "list_alerts_of_department", actor.cpam or ""
    return "list_alerts", ""


def write_listing(watch: Watch, after: Mark | None, *, at: datetime, size: int) -> Values:
    """The values of that query: at most *size* alerts told by *at*, after a place."""
    mark = after or NEWEST
    return {
        "key": name_listing(watch)[1],
        "now": at,
        "before": mark.told_at,
        "last": mark.number,
        "rank": mark.rank,
        "row": mark.row,
        "size": size,
    }


def write_count(sender: str, *, at: datetime, size: int) -> Mapping[str, Any]:
    """The values that count what waits: of the months in which a prescription may still come."""
    oldest = add_months(day_in_paris(at).replace(day=1), -MONTHS_BACK_MAX)
    return {"sender": sender, "oldest": first_of_month(oldest), "size": size}


def read_alert(row: Row, seal: Seal) -> tuple[Mark, Raised]:
    """The alert of a row (told_at, number, rank, position, ended_at, document), and its place."""
    told_at, number, rank, position, ended_at, document = row
    raised = _decode(seal.open(number[2:4], document))
    return Mark(told_at, number, rank, position), replace(raised, is_over=ended_at is not None)
