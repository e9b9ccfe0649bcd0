"""From a call to its proof over HTTP: traces searched, workstations and their silence."""

import pytest

from api.papers import regret
from api.preseries import CNAM, GIE, OPERATOR, VENDOR, a_caisse, a_pilot, get, open_preserie, tell
from api.proofs import AM, BERYL, ELSEWHERE, KEY, bill, execute, open_of, search, seen, send
from api.services import code_of, running, told
from lots import CIP
from ordonnance.simulation.population import ANNE, DOCTOR
from preserie_stories import AMS, INSTALLED, SHARED, a_software, decide, say
from traces import a_trace, write_lines


@pytest.fixture(params=["sqlite", "postgresql"])
def alone(request):
    """A téléservice on a base of its own, its traces as préséries say, on each engine in turn."""
    with running(request.getfixturevalue(f"fresh_{request.param}"), expects=None) as service:
        yield service


@pytest.fixture
def pilot(alone):
    """The same, with a présérie whose pharmacies are installed."""
    open_preserie(alone, *INSTALLED)
    return alone


def test_a_call_is_followed_from_its_traces_to_the_piece(pilot):  # PST-9
    number = execute(pilot)
    lost = {"resultat": "TIMEOUT", "http_status": None, "duree_ms": 30000}
    first = a_trace("trace-1", command=KEY, **lost)
    again = a_trace("trace-2", command=KEY, tentative=2, horodatage_utc="2026-11-23T09:00:00.000Z")
    send(pilot, first, again, a_trace("other", command="another"))
    lot = bill(pilot, number)

    [command] = seen(pilot, KEY)

    assert (command["am"], command["operation"], command["command"]) == (AM, "execute", KEY)
    assert (command["recorded"], command["recorded_on"]) == (True, "2026-11-23")
    assert [(one["trace_id"], one["result"]) for one in command["attempts"]] == [
        ("trace-1", "TIMEOUT"),
        ("trace-2", "OK"),
    ]
    attempt = command["attempts"][0]
    assert (attempt["workstation"], attempt["version"]) == ("poste-7f", "12.0")
    assert (attempt["status"], attempt["code"], attempt["duration_ms"]) == (None, None, 30000)
    assert command["execution"]["execution"] == "E1"
    assert command["execution"]["lines"] == {
        "lines": 1,
        "done": 1,
        "partial": 0,
        "not_done": 0,
        "substituted": 0,
        "adapted": 0,
        "deferred": 0,
        "by_hand": 0,
    }
    [piece] = command["pieces"]
    assert (piece["lot"], piece["invoice"]) == (lot["lot"], lot["invoices"][0]["invoice"])
    assert (piece["decision"], piece["verdict"], piece["verdict_now"]) == (
        "STOPPED",
        "RIGHT",
        "RIGHT",
    )
    assert piece["because"] == "RECORDED"
    assert seen(pilot, "trace-2") == [command]


def test_what_a_search_tells_is_nobody_s_health(pilot):  # PST-9
    number = execute(pilot)
    send(pilot, a_trace(command=KEY))
    bill(pilot, number)

    text = search(pilot, KEY).text

    for secret in (number.value, ANNE.ins.value, "AMOXICILLINE", CIP):
        assert secret.lower() not in text.lower()


def test_an_execution_undone_since_shows_what_it_left_and_the_piece_now_owed(pilot):  # PST-9
    number = execute(pilot)
    bill(pilot, number)
    undone = pilot.act(number, "undo", regret(number), claims=a_pilot(AM), key="regret-1")
    assert code_of(undone) == "done", undone.text

    [command], [undoing] = seen(pilot, KEY), seen(pilot, "regret-1")

    assert command["execution"]["undone_at"] is not None
    assert undoing["operation"] == "undo"
    assert undoing["execution"] == command["execution"]
    [piece] = command["pieces"]
    assert (piece["verdict"], piece["verdict_now"]) == ("RIGHT", "WRONG_STOP")
    assert (piece["because"], piece["because_now"]) == ("RECORDED", "UNDONE")


def test_what_never_came_is_told_as_the_workstation_saw_it(pilot):  # PST-9
    lost = {"resultat": "TIMEOUT", "http_status": None, "code_retour": None}
    send(pilot, a_trace("alone", command="never-came", **lost))

    [command] = seen(pilot, "never-came")

    assert (command["recorded"], command["execution"], command["pieces"]) == (False, None, [])
    assert [one["result"] for one in command["attempts"]] == ["TIMEOUT"]


def test_a_call_without_key_is_found_by_its_trace_alone(pilot):  # PST-9
    send(pilot, *(a_trace(name, operation="consult", command=None) for name in ("one", "two")))

    [command] = seen(pilot, "one")

    assert (command["command"], command["operation"]) == (None, "consult")
    assert [one["trace_id"] for one in command["attempts"]] == ["one"]


def test_a_key_that_two_sites_share_is_two_commands(pilot):  # PST-9
    for am in AMS[:2]:
        execute(pilot, am=am)

    assert [one["am"] for one in seen(pilot, KEY)] == list(AMS[:2])


def test_a_vendor_sees_its_pilots_a_pilot_itself_and_others_nothing(pilot):  # PST-12
    for am in AMS[:2]:
        execute(pilot, am=am)
    send(pilot, a_trace("stray", command="stray"), am=ELSEWHERE)

    assert len(seen(pilot, KEY, VENDOR)) == len(seen(pilot, KEY, CNAM)) == 2
    assert [one["am"] for one in seen(pilot, KEY, a_pilot(AMS[1]))] == [AMS[1]]
    assert len(seen(pilot, "stray")) == 1
    for claims in (VENDOR, BERYL, a_pilot(AM)):
        assert told(search(pilot, "stray", claims))[:2] == (404, ["TRACE_UNKNOWN"])
    assert told(search(pilot, KEY, BERYL))[:2] == (404, ["TRACE_UNKNOWN"])
    for claims in (a_caisse("33"), OPERATOR, DOCTOR.claims):
        assert told(search(pilot, KEY, claims))[:2] == (403, ["ROLE_NOT_ALLOWED"])


def test_a_pharmacy_is_looked_at_by_the_vendor_of_its_present_preserie(alone):  # PST-12
    name = open_preserie(alone, *SHARED)
    tell(alone, name, decide("deploy"))
    execute(alone)
    assert len(seen(alone, KEY, VENDOR)) == 1
    there = [one for one in INSTALLED if one["do"] not in ("declare_vendor", "declare_software")]
    story = [
        say("declare_vendor", vendor="Beryl", market_share_percent=12.5),
        a_software("Beryl LGO", vendor="Beryl"),
        *(
            {**one, "software": "Beryl LGO"} if one["do"] in ("authorise", "open") else one
            for one in there
        ),
    ]
    other = open_of(alone, story)

    assert other.status_code == 201, other.text
    assert len(seen(alone, KEY, BERYL)) == 1
    assert told(search(alone, KEY, VENDOR))[:2] == (404, ["TRACE_UNKNOWN"])


@pytest.mark.parametrize("word", ["unknown", "x" * 65, "%00"])
def test_what_nobody_sent_is_unknown(pilot, word):  # PST-9, PRE-93
    answer = search(pilot, word)

    assert told(answer)[:2] == (404, ["TRACE_UNKNOWN"])
    assert word not in answer.text


def test_refused_lines_are_counted_by_workstation_and_rule(pilot):  # PST-10
    send(pilot, a_trace("good"), b"{\n", b"{\n", write_lines(a_trace("bad", n_am=AMS[1])))
    send(pilot, b"{\n", a_trace("good again"), a_trace("third", id_poste="poste-2"), b"[]\n")
    send(pilot, a_trace("fourth"), b"{\n")

    [site] = [one for one in workstations(pilot)["sites"] if one["am"] == AM]

    refused = [
        (one["workstation"], one["rule"], one["count"], one["last_line"]) for one in site["refused"]
    ]
    assert refused == [
        (None, "NOT_JSON", 2, 4),
        ("poste-7f", "AM_MISMATCH", 1, 4),
        ("poste-7f", "NOT_JSON", 3, 2),
    ]
    assert [one["workstation"] for one in site["workstations"]] == ["poste-2", "poste-7f"]


def test_a_refused_line_leaves_nothing_of_what_it_said(pilot):  # PST-2, PST-10
    send(pilot, write_lines(a_trace("t", n_am=AM, logiciel=f"LGO {ANNE.ins.value}")))

    assert pilot.ask("count(*), min(rule), min(workstation) FROM trace_refusal") == (
        1,
        "HEALTH_DATA",
        "",
    )
    assert ANNE.ins.value not in get(pilot, "/traces/workstations", GIE).text


def workstations(service, claims=GIE):
    answer = get(service, "/traces/workstations", claims)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_pharmacies_whose_traces_stopped_come_first(pilot):  # PST-11, PST-12
    for am in AMS[:5]:
        send(pilot, a_trace(f"of {am}"), am=am)
    pilot.clock.advance(days=3)  # from Monday 23 to Thursday 26 November 2026
    for am in (AMS[0], AMS[1], AMS[3]):
        send(pilot, a_trace(f"since {am}"), am=am)

    sites = workstations(pilot)["sites"]

    assert [(one["am"], one["silent_days"], one["silent"]) for one in sites] == [
        (AMS[2], 2, True),
        (AMS[4], 2, True),
        (AMS[0], 0, False),
        (AMS[1], 0, False),
        (AMS[3], 0, False),
    ]
    assert {one["traces_on"] for one in sites} == {True}
    assert sites[0]["name"] == "Pharmacie 2"


def test_who_watches_workstations_sees_their_own(pilot):  # PST-12
    send(pilot, a_trace(), am=ELSEWHERE)

    assert {one["am"] for one in workstations(pilot)["sites"]} == {*AMS[:5], ELSEWHERE}
    assert {one["am"] for one in workstations(pilot, VENDOR)["sites"]} == set(AMS[:5])
    assert {one["am"] for one in workstations(pilot, a_pilot(AM))["sites"]} == {AM}
    assert workstations(pilot, BERYL)["sites"] == []
    answer = get(pilot, "/traces/workstations", a_caisse("33"))
    assert told(answer)[:2] == (403, ["ROLE_NOT_ALLOWED"])


def test_a_silence_is_told_as_of_a_day(pilot):  # PST-12
    assert workstations(pilot)["today"] == "2026-11-23"
