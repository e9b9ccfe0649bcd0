"""Alerts written as DetectedIssues."""

from typing import Any

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.alert import Raised, Told
from ordonnance.domain.fact import AlertCode
from ordonnance.fhir import terms
from ordonnance.fhir.life import write_instant
from ordonnance.fhir.search import write_page

SEVERITY = {
    AlertCode.DOUBLE_DELIVERY: "high",
    AlertCode.OVERRIDE: "moderate",
    AlertCode.WAITING: "moderate",
    AlertCode.DEFERRED: "low",
}
TITLES = {
    AlertCode.DOUBLE_DELIVERY: "Double délivrance",
    AlertCode.OVERRIDE: "Le professionnel a passé outre",
    AlertCode.WAITING: "Exécution en attente de son ordonnance",
    AlertCode.DEFERRED: "Exécution enregistrée après coup",
}
# What those concerned are to make of it; {line} is empty where it is about the whole.
SENTENCES = {
    AlertCode.DOUBLE_DELIVERY: "Deux sites ont délivré la même ligne{line} : il ne restait pas "
    "assez de droits quand l’exécution différée a été enregistrée. Prenez contact avec l’autre "
    "site et vérifiez ce que le patient a reçu.",
    AlertCode.OVERRIDE: "Un refus a été passé outre avec un motif{line}. Vérifiez que le motif "
    "tient.",
    AlertCode.WAITING: "L’ordonnance de cette exécution n’est pas arrivée après 72 heures. "
    "Vérifiez le numéro sur le papier ; s’il est juste, appelez le prescripteur ; s’il est faux, "
    "annulez l’exécution.",
    AlertCode.DEFERRED: "L’exécution a été enregistrée après coup, alors qu’elle aurait été "
    "refusée ou longtemps après la remise{line}. Vérifiez que tout est en règle.",
}


def write(page: Told, actor: Actor, following: str | None) -> bytes:
    """The Bundle of the alerts that *actor* is told of; *following* is the next page's cursor."""
    issues = [issue_of(raised, actor) for raised in page.alerts]
    return write_page(issues, "/fhir/DetectedIssue", following)


def issue_of(raised: Raised, actor: Actor) -> dict[str, Any]:
    """An alert as a JSON object: what, how grave, about which rule, line and executions.

    The sites in question show to all but the prescriber. Neither patient nor product shows.

    Source: TLS-63.
    """
    alert, code = raised.alert, raised.alert.code
    line = "" if alert.line is None else f" (ligne {alert.line})"
    issue: dict[str, Any] = {
        "resourceType": "DetectedIssue",
        "id": raised.identifier,
        "identifier": [{"system": terms.ALERT_ID, "value": raised.identifier}],
        "status": "cancelled" if raised.is_over else "final",
        "code": {
            "coding": [{"system": terms.ALERT, "code": code.value, "display": TITLES[code]}],
            "text": TITLES[code],
        },
        "severity": SEVERITY[code],
        "identifiedDateTime": write_instant(raised.told_at),
        "implicated": list_implicated(raised, shows_sites=actor.role is not Role.PRESCRIBER),
        "detail": SENTENCES[code].format(line=line),
    }
    if alert.about is not None:
        about = {"coding": [{"system": terms.REFUSAL, "code": alert.about}]}
        issue["evidence"] = [{"code": [about]}]
    return issue


def list_implicated(raised: Raised, *, shows_sites: bool) -> list[dict[str, Any]]:
    """What an alert is about: the prescription, its line, its executions; and their sites."""
    number, line = raised.number, raised.alert.line
    implicated = [_refer("Task", terms.NUMBER, number.value)]
    if line is not None:
        implicated.append(_refer(None, terms.NUMBER, number.line(line)))
    implicated += [
        _refer(None, terms.EXECUTION, f"{number.value}-E{one.execution}")
        for one in raised.implicated
    ]
    if shows_sites:
        implicated += [_refer_site(sender) for sender in raised.senders]
    return implicated


def _refer_site(sender: str) -> dict[str, Any]:
    if len(sender) == terms.AM_LENGTH:
        return _refer("Organization", terms.AM, sender)
    return _refer("Practitioner", terms.RPPS, sender)


def _refer(kind: str | None, system: str, value: str) -> dict[str, Any]:
    reference: dict[str, Any] = {"identifier": {"system": system, "value": value}}
    return reference if kind is None else {"type": kind, **reference}
