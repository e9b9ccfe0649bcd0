"""Executions that came before their prescription, over HTTP."""

import json

from api.papers import delivery, ordonnance
from builders import a_number
from ordonnance.simulation.population import OTHER_PHARMACIST


def alerts_of(service, number):
    """The alerts of the journal entry of the issue of *number*."""
    [document] = service.ask(
        "document FROM journal_entry WHERE number = ? ORDER BY at DESC, rank DESC LIMIT 1",
        number.value,
    )
    entry = json.loads(bytes(document))
    assert entry["action"] == "issue"
    return entry["alerts"]


def test_two_sites_that_gave_too_much_are_told_by_an_alert(service):  # TLS-53
    number = a_number()
    body = delivery(number, boxes=2, deferred="Réseau coupé")
    for claims in (None, OTHER_PHARMACIST.claims):
        assert service.act(number, "execute", body, claims=claims).status_code == 202

    issued = service.issue(ordonnance(number))

    assert issued.status_code == 201
    assert issued.json["businessStatus"]["coding"][0]["code"] == "EXECUTEE"
    assert len(issued.json["output"]) == 2  # both stay
    assert alerts_of(service, number) == [
        {"code": "DOUBLE_DELIVERY", "about": "RIGHTS_EXHAUSTED", "line": 1}
    ]


def test_a_line_that_does_not_exist_is_told_too(service):  # TLS-53
    number = a_number()
    service.act(number, "execute", delivery(number, line=7, deferred="Réseau coupé"))

    service.issue(ordonnance(number))

    assert alerts_of(service, number) == [
        {"code": "DEFERRED", "about": "LINE_UNKNOWN", "line": None}
    ]


def test_what_was_right_raises_nothing(service):  # TLS-53
    number = a_number()
    service.act(number, "execute", delivery(number, deferred="Réseau coupé"))

    service.issue(ordonnance(number))

    assert alerts_of(service, number) == []
