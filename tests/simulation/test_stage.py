"""The stage of a story: its clock, its network, and what it insists on."""

from collections import Counter
from datetime import timedelta

import httpx2
import pytest

from builders import NOW
from ordonnance.poste.client import Reply
from ordonnance.simulation.stage import Clock, count_shown, operation_of, outcome_of
from ordonnance.simulation.story import facts_in, readings_in
from ordonnance.simulation.telling import (
    PlotError,
    Refused,
    Warned,
    expect,
    insist,
    refused,
    warned,
)

REFUSAL = Reply(
    status=409,
    resource={
        "issue": [
            {
                "details": {
                    "coding": [{"code": "EXPIRED"}, {"code": "OVERRIDABLE"}],
                    "text": "Trop tard.",
                }
            }
        ]
    },
)


def test_a_late_clock_catches_up_once():
    clock = Clock(lambda: NOW, late=timedelta(minutes=40))

    before = clock()
    gone_by = clock.catch_up()

    assert before == NOW - timedelta(minutes=40)
    assert gone_by == timedelta(minutes=40)
    assert clock() == NOW
    assert clock.catch_up() == timedelta()


def test_a_late_clock_lets_no_more_time_go_by_than_it_is_late():
    clock = Clock(lambda: NOW, late=timedelta(days=5, minutes=40))

    clock.skip(timedelta(days=5))
    then = clock()
    clock.skip(timedelta(days=5))

    assert then == NOW - timedelta(minutes=40)
    assert clock() == NOW


def test_a_clock_waits_for_what_is_to_come_alone():
    clock = Clock(lambda: NOW, late=timedelta(days=5))

    clock.wait_until(NOW - timedelta(days=3))
    then = clock()
    clock.wait_until(NOW - timedelta(days=4))

    assert then == NOW - timedelta(days=3)
    assert clock() == then


@pytest.mark.parametrize(
    ("method", "status", "headers", "outcome"),
    [
        ("GET", 200, {}, "read"),
        ("GET", 403, {}, "refused"),
        ("POST", 201, {}, "recorded"),
        ("POST", 202, {}, "recorded"),
        ("POST", 201, {"Idempotent-Replayed": "true"}, "replayed"),
        ("POST", 422, {}, "refused"),
        ("POST", 503, {}, "refused"),
    ],
)
def test_what_came_of_a_request_is_told_by_its_answer(method, status, headers, outcome):
    request = httpx2.Request(method, "http://localhost/")

    assert outcome_of(request, httpx2.Response(status, headers=headers)) == outcome


def test_a_page_counts_for_what_it_shows():
    asked = httpx2.Request("POST", "http://localhost/fhir/Task/_search")
    shown = httpx2.Response(200, json={"entry": [{"resource": {}}, {"resource": {}}]})

    assert operation_of(asked) == "_search"
    assert outcome_of(asked, shown) == "read"
    assert outcome_of(asked, httpx2.Response(422)) == "refused"
    assert count_shown(shown) == 2


def test_to_replace_leaves_two_facts_and_a_page_as_many_readings_as_it_shows():
    tally = Counter(
        {
            ("$issue", "recorded"): 2,
            ("$replace", "recorded"): 1,
            ("$replace", "refused"): 1,
            ("$execute", "replayed"): 1,
            ("_search", "read"): 3,
            ("$consult", "read"): 1,
            ("jwks.json", "read"): 1,
        }
    )

    assert (facts_in(tally), readings_in(tally)) == (4, 4)


def test_a_refusal_that_was_expected_is_told():
    assert refused(REFUSAL, 409, "EXPIRED") == Refused(409, "EXPIRED", "Trop tard.", True)


def test_a_story_stops_where_the_answer_is_another():
    done = Reply(status=201, resource={})

    assert expect(done, 201) is done
    with pytest.raises(PlotError, match="expected 201, got 409 EXPIRED"):
        expect(REFUSAL, 201)
    with pytest.raises(PlotError, match="expected CANCELLED, got 409 EXPIRED"):
        refused(REFUSAL, 409, "CANCELLED")
    with pytest.raises(PlotError, match="expected CANCELLED, got 201"):
        refused(done, 409, "CANCELLED")
    with pytest.raises(PlotError, match="expected 422, got 409 EXPIRED"):
        refused(REFUSAL, 422, "EXPIRED")


def test_a_story_stops_where_something_is_not_so():
    insist("all is well", is_so=True)

    with pytest.raises(PlotError, match="not so that all is well"):
        insist("all is well", is_so=False)


def test_a_story_stops_where_the_warning_is_another():
    note = {"extension": [{"valueCode": "PRODUCT_UNKNOWN"}], "text": "Inconnu."}

    assert warned({"note": [note]}, "PRODUCT_UNKNOWN") == Warned("PRODUCT_UNKNOWN", "Inconnu.")
    with pytest.raises(PlotError, match="DURATION_OPEN is all that it warns of"):
        warned({"note": [note]}, "DURATION_OPEN")
    with pytest.raises(PlotError, match="PRODUCT_UNKNOWN is all that it warns of"):
        warned({"note": [note, note]}, "PRODUCT_UNKNOWN")
    with pytest.raises(PlotError, match="PRODUCT_UNKNOWN is all that it warns of"):
        warned({}, "PRODUCT_UNKNOWN")
