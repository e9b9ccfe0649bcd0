import gzip
from itertools import count
import json

import pytest

from api.papers import delivery, ordonnance
from api.services import code_of, running, told
from builders import NOW, a_number
from ordonnance.simulation.population import DOCTOR, PHARMACIST
from ordonnance.store.database import connect
from ordonnance.usecases.trace import count_calls, list_workstations
from traces import AM, a_trace, send, write_lines

TODAY = NOW.date()
_names = count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def alone(request):
    """A téléservice on a base of its own, on each engine in turn."""
    with running(request.getfixturevalue(f"fresh_{request.param}")) as service:
        yield service


def ask(service, question, **values):
    database = connect(service.settings.database)
    try:
        return question(database, **values)
    finally:
        database.close()


def counts(service):
    calls = ask(service, count_calls, since=TODAY, until=TODAY)
    return [
        (one.version, one.operation, one.attempts, one.recorded, one.business_refusals)
        for one in calls
        if one.am == AM
    ]


def fresh(**said):
    return a_trace(f"fresh-{next(_names)}", **said)


@pytest.mark.parametrize("is_gzip", [True, False])
def test_traces_are_taken_once_however_often_they_come(alone, is_gzip):  # PST-3, PST-4
    sent = [a_trace("one"), a_trace("two"), a_trace("two")]

    first, again = (send(alone, *sent, is_gzip=is_gzip) for _ in range(2))

    assert first.status_code == 200
    assert first.json == {
        "lines": 3, "taken": 2, "duplicates": 1, "refused_count": 0, "refused": []
    }  # fmt: skip
    assert (again.json["taken"], again.json["duplicates"]) == (0, 3)
    assert alone.ask("count(*) FROM trace") == (2,)


def test_the_same_name_from_another_site_is_another_trace(alone):  # PST-4
    other = {**PHARMACIST.claims, "am": "332000029"}
    send(alone, a_trace("shared"))

    body = write_lines(a_trace("shared", n_am="332000029"))
    answer = alone.send("POST", "/traces", token=alone.token(other), body=body)

    assert code_of(answer) == "MEDIA_TYPE_UNSUPPORTED"
    answer = alone.send(
        "POST", "/traces", token=alone.token(other), body=body, Content_Type="application/x-ndjson"
    )
    assert answer.json["taken"] == 1


def test_a_wrong_line_does_not_stop_the_others(service):  # PST-3
    answer = send(service, fresh(), {"patient": "x"}, fresh())

    assert (answer.json["taken"], answer.json["refused_count"]) == (2, 1)
    assert answer.json["refused"] == [
        {
            "line": 2,
            "rule": "FIELD_UNKNOWN",
            "sentence": "La ligne porte un champ que le schéma ne connaît pas.",
        }
    ]


def test_nothing_of_a_health_number_is_kept(alone, caplog):  # PST-2
    number = a_number()
    answer = send(
        alone,
        a_trace("x", logiciel=f"LGO {number}"),
        a_trace("y", command="2" + "7903512151898" + "9"),
    )

    assert [one["rule"] for one in answer.json["refused"]] == ["HEALTH_DATA", "HEALTH_DATA"]
    assert str(number) not in answer.text + caplog.text
    assert alone.ask("count(*) FROM trace") == (0,)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\x1f\x8bnot gzip", "BODY_MALFORMED"),
        (gzip.compress(b"{}\n")[:-4], "BODY_MALFORMED"),
        (gzip.compress(b"{}\n") + b"more", "BODY_MALFORMED"),
        (b"\xff\xfe", "BODY_MALFORMED"),
        (b"x" * (1024 * 1024 + 1), "BODY_TOO_LARGE"),
        (gzip.compress(b" " * (8 * 1024 * 1024 + 1)), "BODY_TOO_LARGE"),
        (b"\n" * 10_001, "BODY_TOO_LARGE"),
    ],
)
def test_what_cannot_be_read_or_is_too_large_is_refused(service, body, code):  # PST-4
    token = service.token(PHARMACIST.claims)

    answer = service.send(
        "POST", "/traces", token=token, body=body, Content_Type="application/gzip"
    )

    assert code_of(answer) == code


@pytest.mark.parametrize(
    "claims", [DOCTOR.claims, {k: v for k, v in PHARMACIST.claims.items() if k != "am"}]
)
def test_only_a_site_that_executes_sends_traces(service, claims):  # PST-8
    answer = service.send("POST", "/traces", token=service.token(claims), body=b"{}")

    assert told(answer) == (403, ["ROLE_NOT_ALLOWED"], None)


def test_traces_that_are_no_longer_expected_are_refused_and_not_kept(fresh_sqlite):  # PST-8
    stopped = set()
    with running(fresh_sqlite, expects=lambda am: am not in stopped) as service:
        assert send(service, a_trace("before")).status_code == 200
        stopped.add(AM)

        assert told(send(service, a_trace("after"))) == (403, ["TRACES_NOT_EXPECTED"], None)
        assert service.ask("count(*) FROM trace") == (1,)


def test_the_schema_is_published(service):  # PST-1
    answer = service.send("GET", "/traces/schema.json")

    assert answer.status_code == 200
    assert set(a_trace()) == set(answer.json["properties"])


def test_attempts_are_told_by_traces_and_successes_by_the_base(alone):  # PST-5
    number = a_number()
    alone.issue(ordonnance(number))
    alone.act(number, "execute", delivery(number), key="cle-done")
    timed_out = {"resultat": "TIMEOUT", "http_status": None}
    refused = {"resultat": "REFUS_METIER", "http_status": 409, "code_retour": "CANCELLED"}
    told_by = [
        # Recorded, though the workstation never knew; sent three times: one attempt.
        a_trace("t1", command="cle-done", **timed_out),
        a_trace("t2", command="cle-done", tentative=2, **timed_out),
        # Said to be recorded, which the base does not confirm.
        a_trace("t3", command="cle-lost"),
        # Timed out, then refused for the prescription's sake.
        a_trace("t4", command="cle-late", **timed_out),
        a_trace("t5", command="cle-late", tentative=2, **refused),
        # Refused, then something else failed: the software's.
        a_trace("t6", command="cle-bad", **refused),
        a_trace("t7", command="cle-bad", tentative=2, **timed_out),
        a_trace("t8", operation="consult", command=None),
        a_trace("t9", operation="consult", command=None, **timed_out),
        a_trace("t10", command="cle-new", version_logiciel="12.1"),
    ]

    send(alone, *told_by)

    assert counts(alone) == [
        ("12.0", "consult", 2, 1, 0),
        ("12.0", "execute", 4, 1, 1),
        ("12.1", "execute", 1, 0, 0),
    ]


def test_an_attempt_counts_on_the_day_of_its_first_trace(alone):  # PST-5
    before = "2026-11-22T22:59:59Z"  # 23.59 in Paris
    send(
        alone,
        a_trace("b", horodatage_utc="2026-11-22T23:00:00Z", tentative=2),
        a_trace("a", horodatage_utc=before),
    )

    assert counts(alone) == []
    [calls] = ask(alone, count_calls, since=TODAY.replace(day=22), until=TODAY.replace(day=22))
    assert calls.attempts == 1


def test_of_each_workstation_the_clock_and_the_duplicates_are_known(alone):  # PST-6
    send(alone, a_trace("a"), a_trace("b", id_poste="autre"), Date="Mon, 23 Nov 2026 08:58:30 GMT")
    alone.clock.advance(minutes=5)
    send(alone, a_trace("a"))

    autre, poste = ask(alone, list_workstations, am=AM)
    assert (autre.name, autre.gap_seconds, autre.taken_count, autre.duplicate_count) == (
        "autre", 90.0, 1, 0
    )  # fmt: skip
    assert (poste.gap_seconds, poste.taken_count, poste.duplicate_count) == (90.0, 1, 1)
    assert poste.last_received_at == alone.clock.at
    alone.clock.at = NOW


def test_a_trace_keeps_its_line_as_it_came(alone):  # PST-3
    send(alone, a_trace("kept"))

    [document] = alone.ask("document FROM trace WHERE trace_id = ?", "kept")

    assert json.loads(bytes(document)) == a_trace("kept")
