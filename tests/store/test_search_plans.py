"""The plans of searches and alerts: by an index, in the months they name, whatever is counted."""

from contextlib import closing
from datetime import timedelta
import re

import psycopg
import pytest

from ordonnance.store.database import connect
from ordonnance.store.partitions import open_months
from store.test_plans import (
    ASKED,
    IN_TWO_MONTHS,
    MONTHS,
    NOW,
    a_number,
    a_patient,
    an_alert_of,
    explain,
    fill,
    nodes_of,
)


@pytest.fixture
def base(fresh_postgresql):
    """A base of twenty months."""
    with closing(connect(fresh_postgresql)) as base:
        with base.transaction():
            open_months(base, IN_TWO_MONTHS)
        yield base


LISTINGS = {"list_of_patient": "279035121518989", "list_of_prescriber": "10001045367"}
LISTED = {
    "low": "012D",
    "high": "012K",
    "since": NOW - timedelta(days=200),
    "size": 3,
    "before": NOW + timedelta(days=1),
    "last": "",
}
KINDS = {"size": "integer", "rank": "integer", "row": "integer"}
KINDS |= dict.fromkeys(("since", "before", "now"), "timestamptz")


def explain_one(base, name: str, values: dict) -> dict:
    """The generic plan by which a query of one key just ran."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)b", base.queries[name])))
    places = {column: f"${rank}" for rank, column in enumerate(names, 1)}
    text = re.sub(r"%\((\w+)\)b", lambda found: places[found[1]], base.queries[name])
    kinds = ", ".join(KINDS.get(column, "text") for column in names)
    given = ", ".join(psycopg.sql.Literal(values[column]).as_string() for column in names)
    with base.transaction():
        base.run(f"PREPARE listing_{name} ({kinds}) AS {text}")
        base.queries["explain"] = (
            f"EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) EXECUTE listing_{name}({given})"
        )
        [(found,)] = base.fetch("explain")
        base.run(f"DEALLOCATE listing_{name}")
    return found[0]["Plan"]


@pytest.mark.parametrize("is_counted", [False, True])
@pytest.mark.parametrize("name", LISTINGS)
def test_a_search_looks_by_an_index_in_the_months_it_names(base, name, is_counted):  # TLS-62
    numbers = [*ASKED, *(a_number(n, MONTHS[n % len(MONTHS)]) for n in range(10, 2000))]
    others = {"patient_key": "255081416802538", "prescriber": "10104335319"}
    rows = [{**a_patient(number), **(others if n > 3 else {})} for n, number in enumerate(numbers)]
    with base.transaction():
        base.write_sets([("write_patients", rows)])
        if is_counted:
            base.run("ANALYZE")
    values = {**LISTED, "key": LISTINGS[name]}

    plan = explain_one(base, name, values)

    scans = [node for node in nodes_of(plan) if "Relation Name" in node]
    assert {scan["Node Type"] for scan in scans} <= {"Index Scan", "Index Only Scan"}
    looked_at = {scan["Relation Name"] for scan in scans if scan["Actual Loops"]}
    assert looked_at == {f"patient_index_2026_{month:02}" for month in range(6, 12)}
    key = "patient_key" if name == "list_of_patient" else "prescriber"
    assert all(f"{key} = $" in scan["Index Cond"] for scan in scans)
    assert "bucket" not in plan.__repr__()
    with base.transaction():
        found = [number for _, number in base.fetch(name, values)]
    assert found == sorted((number.value for number in ASKED[:2]), reverse=True)


def an_alert(n: int, **more) -> dict:
    number = a_number(n, MONTHS[n % len(MONTHS)])
    whom = {
        "sender": f"7521{n % 300:05}",
        "department": f"{n % 80 + 10}",
        "prescriber": f"{n % 300:011}",
    }
    return {**an_alert_of(number), **whom, "told_at": NOW - timedelta(minutes=n), **more}


ALERTS = {
    "list_alerts_of_sender": ("sender", "332001239"),
    "list_alerts_of_department": ("department", "2A"),
    "list_alerts_of_prescriber": ("prescriber", "10001045367"),
    "list_alerts": ("told_at", ""),
}


@pytest.mark.parametrize("is_counted", [False, True])
@pytest.mark.parametrize("name", ALERTS)
def test_alerts_are_listed_by_an_index(base, name, is_counted):  # TLS-63
    column, key = ALERTS[name]
    own = {column: key} if key else {}
    rows = [an_alert(n, **(own if n < 4 else {})) for n in range(2000)]
    with base.transaction():
        base.write_sets([("write_alerts", rows)])
        if is_counted:
            base.run("ANALYZE")
    place = {"before": NOW + timedelta(days=1), "last": "", "rank": 0, "row": 0}

    plan = explain_one(base, name, {**place, "key": key, "now": NOW, "size": 4})

    scans = [node for node in nodes_of(plan) if "Relation Name" in node]
    assert {scan["Node Type"] for scan in scans} == {"Index Scan"}
    assert all(column in scan["Index Cond"] for scan in scans)
    assert sum(scan["Actual Rows"] for scan in scans) <= len(MONTHS) + 4


@pytest.mark.parametrize("is_counted", [False, True])
def test_what_waits_is_counted_by_an_index_of_what_waits(base, is_counted):  # TLS-64
    site = {"sender": "332001239", "code": "WAITING"}
    rows = [an_alert(n, **(site if n < 40 else {})) for n in range(2000)]
    fill(base)
    with base.transaction():
        base.write_sets([("write_alerts", rows)])
        ended = [{**row, "at": NOW} for row in rows[:20]]
        base.write_sets([("end_alerts", ended)])
        if is_counted:
            base.run("ANALYZE")
    values = {"sender": "332001239", "oldest": "012D", "size": 100}

    plan = explain_one(base, "count_waiting", values)

    assert plan["Node Type"] == "Aggregate"
    scans = [node for node in nodes_of(plan) if "Relation Name" in node]
    waiting = [scan for scan in scans if scan["Relation Name"].startswith("alert_")]
    looked_at = [scan for scan in waiting if scan["Actual Loops"]]
    assert {scan["Relation Name"] for scan in looked_at} == {
        *(f"alert_2026_{month:02}" for month in range(6, 13)),
        *(f"alert_2027_{month:02}" for month in range(1, 5)),
    }
    assert all(scan["Index Name"].endswith("_sender_number_idx") for scan in waiting)
    others = [scan for scan in scans if scan not in waiting]
    assert all(scan["Index Name"].endswith("_pkey") for scan in others)
    with base.transaction():
        [(count,)] = base.fetch("count_waiting", values)
    # Of the forty: twenty ended, those before June too old, and those from 10 on are issued.
    assert count == 0
    with base.transaction():
        base.run("DELETE FROM prescription")
        [(count,)] = base.fetch("count_waiting", values)
    assert count == sum(1 for row in rows[20:40] if row["number"] >= "012D")


def test_what_changes_an_alert_finds_it_by_its_key(base):  # TLS-63
    rows = [an_alert(n) for n in range(2000)]
    with base.transaction():
        base.write_sets([("write_alerts", rows)])
    ends = [{**row, "at": NOW} for row in (rows[0], rows[1], rows[40])]

    for name in ("end_alerts", "end_waiting", "list_alerts_under"):
        plan = explain(base, name, ends)
        scans = [node for node in nodes_of(plan) if node["Node Type"] == "Index Scan"]
        assert {scan["Index Name"] for scan in scans} == {
            f"{scan['Relation Name']}_pkey" for scan in scans
        }
        assert all(".bucket = asked.bucket" in scan["Index Cond"] for scan in scans)


@pytest.mark.parametrize("name", [*LISTINGS, *ALERTS, "count_waiting"])
def test_on_sqlite_searches_and_alerts_go_by_an_index(fresh_sqlite, name):  # TLS-62
    place = {"rank": 0, "row": 0, "now": NOW, "sender": "", "oldest": ""}
    with closing(connect(fresh_sqlite)) as base:
        base.queries["explain"] = f"EXPLAIN QUERY PLAN {base.queries[name]}"
        steps = [row[3] for row in base.fetch("explain", {**LISTED, **place, "key": ""})]

    searched = [step for step in steps if step.startswith(("SEARCH", "SCAN"))]
    index = {
        "list_of_patient": "patient_index_patient (patient_key=?",
        "list_of_prescriber": "patient_index_prescriber (prescriber=?",
        "list_alerts_of_sender": "alert_sender (sender=?",
        "list_alerts_of_department": "alert_department (department=?",
        "list_alerts_of_prescriber": "alert_prescriber (prescriber=?",
        "list_alerts": "alert_told (told_at<?",
        "count_waiting": "alert_waiting (sender=?",
    }[name]
    assert any(index in step for step in searched), steps
    assert ("USE TEMP B-TREE FOR ORDER BY" in steps) is (name == "list_of_patient")
