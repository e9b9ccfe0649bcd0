"""A bilan drawn on what the téléservice measures itself, on both engines."""

from contextlib import closing
from datetime import date
from functools import partial
import json

import pytest

from api.papers import delivery, ordonnance, regret
from api.preseries import a_pilot, get, open_preserie, refusal_of, tell
from api.services import running
from builders import a_number
from lots import a_lot, a_piece, an_invoice, send_lot
from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.call import Step
from ordonnance.domain.preserie_replay import replay
from ordonnance.domain.preserie_result import describe_replay
from ordonnance.domain.product import NOTHING_KNOWN
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.measure import Measures
from ordonnance.usecases.preserie import Preseries, export
from ordonnance.usecases.scor import Known
from preserie_stories import AMS, DECLARED, FIX, INSTALLED, anomaly, say, traces
from traces import a_trace, write_lines

DRAW = say("draw_bilan")
THE_CNAM = Actor(role=Role.CNAM)


@pytest.fixture(params=["sqlite", "postgresql"])
def alone(request):
    """A téléservice on a base of its own, set as an operator sets it, on each engine in turn."""
    with running(request.getfixturevalue(f"fresh_{request.param}"), expects=None) as service:
        yield service


def trace(service, am, name, **said):
    """What a workstation of *am* tells of a command *name*, a little later than before."""
    service.clock.advance(seconds=1)
    one = a_trace(**{"trace_id": f"trace {name}", "n_am": am, "command": name, **said})
    answer = service.send(
        "POST",
        "/traces",
        token=service.token(a_pilot(am)),
        body=write_lines(one),
        Content_Type="application/x-ndjson",
    )
    assert answer.json["taken"] == 1, answer.text


def execute(service, am, key):
    """An execution recorded at *am*: how an invoice names it."""
    number = a_number()
    service.issue(ordonnance(number), key=f"issue {key}")
    done = service.act(number, "execute", delivery(number), claims=a_pilot(am), key=key)
    assert done.status_code == 201, done.text
    return {"number": number.value, "execution": f"{number}-E1"}


def lost(service, am, name, **said):
    """A command that never came, or was refused as *said*."""
    failure = {"resultat": "TIMEOUT", "http_status": None, "execution_id": None}
    trace(service, am, name, **{**failure, **said})


def recorded(service, am, name):
    """A command that was recorded, and its trace."""
    named = execute(service, am, name)
    trace(service, am, name)
    return named


def draw(service, name, **more):
    service.clock.advance(seconds=1)
    answer = tell(service, name, {**DRAW, **more})
    assert answer.status_code == 201, answer.text
    return answer


def counts_of(answer):
    """Attempts, recorded, business refusals of executions in the bilan answered."""
    detail = answer.json["bilan"]["criteria"][0]["detail"]
    return detail["attempts"], detail["recorded"], detail["business_refusals"]


def pieces_of(answer):
    detail = answer.json["bilan"]["criteria"][2]["detail"]
    names = ("stopped_rightly", "sent_rightly", "stopped_wrongly", "sent_wrongly")
    return tuple(detail[name] for name in names)


def export_of(service, name):
    with closing(connect(service.settings.database)) as database:
        return export(database, name)


def measured_in(service, name):
    """The measures recorded so far, in order."""
    events = map(json.loads, export_of(service, name))
    return [event for event in events if "measured" in event]


def measure(service, name, *, held_seconds=0.0):
    """The présérie as it stands now."""
    reach = partial(connect, service.settings.database)

    def know(database, at):
        return Known(database, PlainSeal(), NOTHING_KNOWN, at)

    preseries = Preseries(reach, bytes)
    measures = Measures(reach, know, held_seconds=held_seconds)
    return measures.measure(preseries.read(name, THE_CNAM), service.clock.at)


def measure_all(service):
    reach = partial(connect, service.settings.database)
    preseries = Preseries(reach, bytes)
    measures = Measures(reach, lambda *_: None)
    return measures.measure_all(preseries.find_all(THE_CNAM), service.clock.at)


@pytest.fixture
def preserie(alone):
    """A présérie with its pharmacies installed, and no figure yet."""
    return open_preserie(alone, *INSTALLED)


def test_a_bilan_is_drawn_on_what_was_measured(alone, preserie):  # PRE-51
    recorded(alone, AMS[0], "one")
    recorded(alone, AMS[1], "two")
    lost(alone, AMS[1], "three", horodatage_utc="2026-11-20T08:59:00.000Z")
    lost(
        alone,
        AMS[1],
        "four",
        resultat="REFUS_METIER",
        code_retour="EXPIRED",
        http_status=422,
    )

    drawn = draw(alone, preserie)

    assert counts_of(drawn) == (4, 2, 1)
    assert drawn.json["bilan"]["criteria"][0]["detail"]["measured"]["attempts"] == 4
    assert drawn.json["started_on"] == "2026-11-20"
    assert drawn.headers["etag"] == f'"{len(INSTALLED) + 3}"'
    told = measured_in(alone, preserie)
    assert [(one["do"], one["am"], one["attempts"]) for one in told] == [
        ("traces", AMS[0], 1), ("traces", AMS[1], 3)
    ]  # fmt: skip
    assert {one["version"] for one in told} == {"12.0"}
    assert {one["at"] for one in told} == {DRAW["at"]}


def test_its_file_replayed_gives_the_same_bilan(alone, preserie):  # PRE-48, PRE-51
    named = recorded(alone, AMS[0], "one")
    send_lot(
        alone,
        a_lot(an_invoice(a_piece("STOPPED"), **named), am=AMS[0]),
        claims=a_pilot(AMS[0]),
    )
    drawn = draw(alone, preserie)
    lost(alone, AMS[0], "two")
    again = draw(alone, preserie)

    replayed = describe_replay(replay(export_of(alone, preserie)))

    assert (counts_of(drawn), counts_of(again)) == ((1, 1, 0), (2, 1, 0))
    assert pieces_of(again) == (1, 0, 0, 0)
    assert (
        json.loads(json.dumps(replayed)) == again.json == get(alone, f"/preseries/{preserie}").json
    )


def test_a_measure_adds_what_is_new_alone(alone, preserie):  # PRE-51
    recorded(alone, AMS[0], "one")
    draw(alone, preserie)
    before = get(alone, f"/preseries/{preserie}").headers["etag"]

    unchanged = draw(alone, preserie)

    assert unchanged.headers["etag"] == f'"{int(before.strip(chr(34))) + 1}"'
    assert counts_of(unchanged) == (1, 1, 0)


def test_what_is_recorded_after_it_was_measured_counts(alone, preserie):  # PRE-51
    lost(alone, AMS[0], "one")
    refused = {"resultat": "REFUS_METIER", "code_retour": "RESERVED_ELSEWHERE", "http_status": 409}
    lost(alone, AMS[0], "two", **refused)
    before = draw(alone, preserie)
    execute(alone, AMS[0], "one")
    execute(alone, AMS[0], "two")

    after = draw(alone, preserie)

    assert (counts_of(before), counts_of(after)) == ((2, 0, 1), (2, 2, 0))


def test_after_a_fix_only_what_came_since_counts(alone, preserie):  # PRE-24, PRE-51
    lost(alone, AMS[0], "before")
    alone.clock.advance(seconds=1)
    assert tell(alone, preserie, FIX).status_code == 201
    execute(alone, AMS[0], "before")  # what waited is recorded at last: it is no merit of the fix
    recorded(alone, AMS[0], "after")
    lost(alone, AMS[0], "lost")

    since_fix = draw(alone, preserie, since="fix")
    in_all = draw(alone, preserie)

    assert counts_of(since_fix) == (2, 1, 0)
    assert counts_of(in_all) == (3, 2, 0)


def test_a_piece_due_since_is_taken_back_and_given_back(alone, preserie):  # PRE-26, PRE-51
    named = execute(alone, AMS[0], "one")
    claims = a_pilot(AMS[0])
    send_lot(
        alone, a_lot(an_invoice(a_piece("STOPPED"), **named, invoice="F"), am=AMS[0]), claims=claims
    )
    at_first = pieces_of(draw(alone, preserie))
    alone.clock.advance(seconds=1)
    assert tell(alone, preserie, FIX).status_code == 201
    undo(alone, named["number"], claims)
    undone = pieces_of(draw(alone, preserie))
    [glanced] = measure_all(alone)
    complement = a_lot(an_invoice(a_piece("SENT"), **named, invoice="F"), am=AMS[0])
    send_lot(alone, complement, claims=claims)
    sent = pieces_of(draw(alone, preserie))

    assert at_first == (1, 0, 0, 0)
    assert undone == (0, 0, 1, 0)
    assert glanced.bilan.criteria[2].detail["stopped_wrongly"] == 1
    assert sent == (1, 1, 0, 0)


def undo(service, number, claims):
    done = service.act(number, "undo", regret(number), claims=claims, key="undo")
    assert done.status_code in (200, 201), done.text


def test_a_pharmacy_that_leaves_is_measured_a_last_time(alone, preserie):  # PRE-41, PRE-51
    lost(alone, AMS[4], "one")
    assert tell(alone, preserie, say("withdraw", am=AMS[4], reason="Travaux")).status_code == 201
    lost(alone, AMS[4], "two")

    drawn = draw(alone, preserie)

    assert counts_of(drawn) == (1, 0, 0)
    [left] = drawn.json["bilan"]["criteria"][0]["detail"]["withdrawn"]
    assert (left["am"], left["attempts"]) == (AMS[4], 1)


def test_what_comes_before_the_installation_or_from_elsewhere_is_not_counted(
    alone, preserie
):  # PRE-51
    lost(alone, AMS[0], "early", horodatage_utc="2026-01-18T12:00:00.000Z")
    lost(alone, "752100008", "elsewhere")
    lost(alone, AMS[0], "one")

    assert counts_of(draw(alone, preserie)) == (1, 0, 0)


def test_what_is_told_by_hand_adds_up(alone, preserie):  # PRE-51
    lost(alone, AMS[0], "one")
    assert tell(alone, preserie, traces(0, attempts=10, recorded=10)).status_code == 201

    drawn = draw(alone, preserie)

    assert counts_of(drawn) == (11, 10, 0)
    measured = drawn.json["bilan"]["criteria"][0]["detail"]["measured"]
    assert (measured["attempts"], measured["recorded"]) == (1, 0)


def test_nobody_tells_counts_as_if_they_were_measured(alone, preserie):  # PRE-51
    forged = traces(0, attempts=100, recorded=100, measured="2026-02-20T09:00:00+01:00")
    placed = {**traces(0), "period": 0}

    for event in (forged, placed, {**forged, "attempts": -100, "recorded": -100}):
        answer = tell(alone, preserie, event)
        assert refusal_of(answer) == (400, "EVENT_MALFORMED")
    assert counts_of(draw(alone, preserie)) == (0, 0, 0)


def test_a_repeated_request_measures_nothing(alone, preserie):  # PRE-44, PRE-51
    lost(alone, AMS[0], "one")
    first = tell(alone, preserie, DRAW, key="draw")
    lost(alone, AMS[0], "two")

    again = tell(alone, preserie, DRAW, key="draw")

    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"] == f'"{len(INSTALLED) + 2}"'
    assert again.json == first.json
    assert len(export_of(alone, preserie)) == len(INSTALLED) + 2


def test_who_has_seen_the_last_event_is_not_told_that_it_changed(alone, preserie):  # PRE-51
    lost(alone, AMS[0], "one")
    seen = get(alone, f"/preseries/{preserie}").headers["etag"]

    drawn = tell(alone, preserie, DRAW, If_Match=seen)
    late = tell(alone, preserie, DRAW, If_Match=seen)

    assert drawn.status_code == 201
    assert refusal_of(late) == (409, "PRESERIE_CHANGED")


def test_what_is_refused_leaves_no_measure(alone, preserie):  # PRE-44, PRE-51
    lost(alone, AMS[0], "one")

    refused = tell(alone, preserie, say("decide", outcome="deploy"))
    stranger = tell(alone, preserie, say("fix_anomaly", anomaly="A9", version="5.1"))

    assert refusal_of(refused) == (409, "BILAN_MISSING")
    assert refusal_of(stranger)[1] == "OUT_OF_STEP"
    assert measured_in(alone, preserie) == []


def test_what_was_purged_is_not_taken_back(alone, preserie):  # PRE-51
    recorded(alone, AMS[0], "one")
    draw(alone, preserie)
    alone.ask("count(*) FROM trace")
    with closing(connect(alone.settings.database)) as database, database.transaction():
        database.execute("drop_traces", {"before": "2026-12-01"})
        database.execute("drop_commands", {"before": "2026-12-01"})

    assert counts_of(draw(alone, preserie)) == (1, 1, 0)


def test_live_is_what_would_be_drawn_and_records_nothing(alone, preserie):  # PRE-52
    recorded(alone, AMS[0], "one")
    draw(alone, preserie)
    lost(alone, AMS[0], "two", horodatage_utc="2026-11-24T08:59:00.000Z")
    last = len(export_of(alone, preserie))

    live = measure(alone, preserie)
    [glanced] = measure_all(alone)

    assert live.bilan.criteria[0].detail["attempts"] == 2
    assert glanced.bilan.criteria[0].detail["attempts"] == 2
    assert live.history.preserie.bilan.criteria[0].detail["attempts"] == 1
    days = [(one.am, one.on, one.figures.attempts) for one in live.days]
    assert days == [(AMS[0], date(2026, 11, 23), 1), (AMS[0], date(2026, 11, 24), 1)]
    assert [(one.on, one.figures.attempts) for one in live.weeks] == [(date(2026, 11, 23), 2)]
    assert len(export_of(alone, preserie)) == last
    assert counts_of(draw(alone, preserie)) == (2, 1, 0)


def test_live_is_held_a_moment_unless_something_happened(alone, preserie):  # PRE-52
    reach = partial(connect, alone.settings.database)
    preseries = Preseries(reach, bytes)
    measures = Measures(reach, lambda base, at: Known(base, PlainSeal(), NOTHING_KNOWN, at))

    def attempts():
        history = preseries.read(preserie, THE_CNAM)
        live = measures.measure(history, alone.clock.at)
        return live.bilan.criteria[0].detail["attempts"]

    before = attempts()
    lost(alone, AMS[0], "one")
    held = attempts()
    tell(alone, preserie, anomaly())
    moved = attempts()
    lost(alone, AMS[0], "two")
    alone.clock.advance(seconds=5)

    assert (before, held, moved, attempts()) == (0, 0, 1, 2)


def test_a_list_tells_of_those_that_are_not_begun_or_are_over(alone, preserie):  # PRE-52
    lost(alone, AMS[0], "one")
    tell(alone, preserie, say("close", reason="Module refait"))
    other = open_preserie(alone, *DECLARED, key="other")

    told = {one.history.id: one.bilan.criteria[0].detail["attempts"] for one in measure_all(alone)}

    assert told == {preserie: 0, other: 0}
    assert measure(alone, preserie).days == ()


def test_steps_really_used_are_told_by_pharmacy(alone, preserie):  # PRE-54
    named = execute(alone, AMS[0], "one")
    issues = {"DELIVREE": 1, "SUBSTITUEE": 1, "AUTRE": 3, "PARTIELLE": 0}
    trace(alone, AMS[0], "one", nb_lignes_par_issue=issues, mode="DIFFERE")
    lost(alone, AMS[0], "two", nb_lignes_par_issue={"PARTIELLE": 1})
    trace(alone, AMS[0], "three", operation="consult", command=None)
    send_lot(
        alone,
        a_lot(an_invoice(a_piece("STOPPED"), **named), an_invoice(a_piece("SENT")), am=AMS[0]),
        claims=a_pilot(AMS[0]),
    )

    steps = measure(alone, preserie).steps

    assert list(steps) == list(AMS[:5])
    assert {step for step, used in steps[AMS[0]].items() if used} == {
        Step.CONSULTED, Step.TOTAL, Step.SUBSTITUTED, Step.DEFERRED, Step.INVOICED,
        Step.SCOR_STOPPED,
    }  # fmt: skip
    assert set(steps[AMS[0]].values()) == {0, 1}
    assert set(steps[AMS[1]].values()) == {0}
    assert list(steps[AMS[1]]) == list(Step)
