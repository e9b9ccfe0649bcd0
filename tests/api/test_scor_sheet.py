"""The check sheet of the first installations over HTTP, and what a CPAM asks and reports."""

from contextlib import closing
import csv
import io

import pytest

from api.preseries import CNAM, GIE, VENDOR, a_caisse, a_pilot, open_preserie, tell
from api.proofs import AM, BERYL, KEY, bill, execute
from api.services import running
from lots import a_lot, a_piece, an_invoice, send_lot
from ordonnance.simulation.population import ANNE
from ordonnance.store.database import connect
from ordonnance.store.migrate import read_migrations
from preserie_stories import AMS, INSTALLED, anomaly


@pytest.fixture(params=["sqlite", "postgresql"])
def alone(request):
    """A téléservice on a base of its own, its traces as préséries say, on each engine in turn."""
    with running(request.getfixturevalue(f"fresh_{request.param}"), expects=None) as service:
        yield service


@pytest.fixture
def pilot(alone):
    """The same, with a présérie whose pharmacies are installed; *preserie* is its identifier."""
    alone.preserie = open_preserie(alone, *INSTALLED)
    return alone


def sheet(service, claims=GIE, query="", **headers):
    path = f"/preseries/{service.preserie}/scor"
    sent = {"Accept": "application/json", **headers}
    return service.send("GET", path, token=service.token(claims), query=query, **sent)


def test_the_check_sheet_tells_each_piece_expected_and_found(pilot):  # SCOR-11
    right = bill(pilot, execute(pilot))
    lot = a_lot(
        an_invoice(a_piece("STOPPED")), am=AM, closed_at="2026-11-20T18:00:00Z", lot="wrong"
    )
    send_lot(pilot, lot, claims=a_pilot(AM))

    told_of = sheet(pilot).json

    known, unknown = sorted(told_of["pieces"], key=lambda one: one["verdict"])
    assert (known["lot"], known["owed"], known["decision"], known["verdict"]) == (
        right["lot"],
        "STOPPED",
        "STOPPED",
        "RIGHT",
    )
    assert known["execution"]["execution"] == "E1"
    assert known["execution"]["command"] == KEY
    assert known["execution"]["recorded_at"].startswith("2026-11-23T09:00:00")
    assert (unknown["owed"], unknown["because"], unknown["verdict"], unknown["execution"]) == (
        "SENT",
        "NOT_RECORDED",
        "WRONG_STOP",
        None,
    )
    assert [one["lot"] for one in told_of["wrong_stops"]] == ["wrong"]
    assert told_of["checks"] == [True]


def test_the_check_is_made_on_the_first_installations_wrong_stops_on_all(pilot):  # SCOR-11, SCOR-13
    for am in (AMS[0], AMS[3]):
        invoice = an_invoice(a_piece("STOPPED"))
        send_lot(
            pilot,
            a_lot(invoice, am=am, closed_at="2026-11-20T18:00:00Z"),
            claims=a_pilot(am),
        )

    told_of = sheet(pilot).json

    assert [one["am"] for one in told_of["sites"] if one["first"]] == list(AMS[:3])
    assert [one["am"] for one in told_of["pieces"]] == [AMS[0]]
    assert [one["am"] for one in told_of["wrong_stops"]] == [AMS[0], AMS[3]]


def test_since_when_a_pharmacy_stops_pieces(pilot):  # SCOR-12
    number = execute(pilot)
    bill(pilot, number, phase=1, decision="SENT")
    pilot.clock.advance(days=1)
    bill(pilot, number)
    bill(pilot, number, am=AMS[1])
    pilot.clock.advance(days=1)
    for am in (AMS[1], AMS[2]):
        bill(pilot, number, am=am, phase=1, decision="SENT")

    sites = {one["am"]: one for one in sheet(pilot).json["sites"]}

    assert [(sites[am]["phase"], sites[am]["stopped_since_on"]) for am in AMS[:4]] == [
        ("2", "2026-11-24"),
        ("1", "2026-11-24"),
        ("1", None),
        (None, None),
    ]
    assert [sites[am]["lots"] for am in AMS[:4]] == [2, 2, 1, 0]
    assert [sites[am]["sentence"] for am in AMS[:4]] == [
        "Arrêt SCOR actif depuis le mar. 24 nov. 2026.",
        "Arrêt SCOR coupé : actif depuis le mar. 24 nov. 2026, le dernier lot est en phase 1.",
        "Phase 1 : tout est envoyé (dernier lot : mer. 25 nov. 2026).",
        "Aucun lot SCOR reçu.",
    ]


def test_the_check_sheet_in_csv_has_a_line_a_piece_and_nobody_s_health(pilot):  # SCOR-11
    number = execute(pilot, key="=cle")
    bill(pilot, number)

    answer = sheet(pilot, Accept="text/csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    header, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    said = dict(zip(header, row, strict=True))
    assert (said["N° AM"], said["Attendu"], said["Fait"]) == (AM, "STOPPED", "STOPPED")
    assert said["Verdict aujourd’hui"] == "RIGHT"
    assert said["Clé de commande"] == "'=cle"
    assert number.value not in answer.text
    assert ANNE.ins.value not in answer.text


def test_a_sheet_is_of_the_days_that_are_asked(pilot):  # SCOR-11
    number = execute(pilot)
    bill(pilot, number)
    pilot.clock.advance(days=1)
    last = bill(pilot, number)

    asked = sheet(pilot, query="since=2026-11-24&until=2026-11-24").json

    assert [one["lot"] for one in asked["pieces"]] == [last["lot"]]
    assert len(sheet(pilot).json["pieces"]) == 2
    refused = sheet(pilot, query="since=hier")
    assert (refused.status_code, refused.json["code"]) == (400, "ELEMENT_INVALID")


def test_a_caisse_sees_its_pharmacies_a_vendor_its_own(pilot):  # SCOR-13
    for am in (AMS[0], AMS[3]):
        lot = a_lot(an_invoice(a_piece("STOPPED")), am=am, closed_at="2026-11-20T18:00:00Z")
        send_lot(pilot, lot, claims=a_pilot(am))

    told_of = sheet(pilot, a_caisse("38")).json

    assert {one["am"] for one in told_of["sites"]} == {AMS[3], AMS[4]}
    assert [one["am"] for one in told_of["wrong_stops"]] == [AMS[3]]
    assert told_of["pieces"] == []
    assert len(sheet(pilot, VENDOR).json["sites"]) == len(sheet(pilot, CNAM).json["sites"]) == 5
    for claims in (BERYL, a_caisse("44")):
        refused = sheet(pilot, claims)
        assert (refused.status_code, refused.json["code"]) == (404, "PRESERIE_UNKNOWN")
    refused = sheet(pilot, a_pilot(AM))
    assert (refused.status_code, refused.json["code"]) == (403, "ROLE_NOT_ALLOWED")
    refused = sheet(pilot, Accept="image/png")
    assert (refused.status_code, refused.json["code"]) == (406, "NOT_ACCEPTABLE")


def test_a_caisse_reports_a_field_difficulty(pilot):  # PRE-36
    told_of = tell(pilot, pilot.preserie, anomaly("A1", by="cpam:33", am=AM))
    stranger = tell(pilot, pilot.preserie, anomaly("A2", by="cpam:44"))

    assert told_of.status_code == 201
    assert "cpam:33" in [one["from"] for one in told_of.json["notifications"]]
    assert stranger.status_code in (403, 404)


def test_the_phase_of_lots_already_there_is_found(pilot):  # SCOR-12
    number = execute(pilot)
    lots = [
        bill(pilot, number, phase=phase, decision=decision)["lot"]
        for phase, decision in ((1, "SENT"), (2, "STOPPED"))
    ]
    with closing(connect(pilot.settings.database)) as database:
        [step] = [one for one in read_migrations(database.engine) if one.name == "evidence"]
        with database.transaction():
            database.run("UPDATE scor_lot SET phase = '1'")
            database.run(step.script[step.script.index("UPDATE scor_lot") :])

    phases = [pilot.ask("phase FROM scor_lot WHERE lot = ?", lot) for lot in lots]

    assert phases == [("1",), ("2",)]
