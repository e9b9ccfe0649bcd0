"""Whose traces are on is what préséries say."""

import pytest

from api.papers import delivery, ordonnance
from api.preseries import a_pilot, open_preserie, tell
from api.services import code_of, running, told
from builders import a_number
from preserie_stories import AMS, DEPLOYED, RUNNING, say
from traces import a_trace, write_lines


@pytest.fixture(params=["sqlite", "postgresql"])
def alone(request):
    """A téléservice on a base of its own, set as an operator sets it, on each engine in turn."""
    with running(request.getfixturevalue(f"fresh_{request.param}"), expects=None) as service:
        yield service


def trace_of(service, am):
    body = write_lines(a_trace(f"one of {am}", n_am=am))
    token = service.token(a_pilot(am))
    return service.send(
        "POST", "/traces", token=token, body=body, Content_Type="application/x-ndjson"
    )


def test_traces_are_taken_until_they_are_stopped(alone):  # PRE-31, PST-5
    assert trace_of(alone, AMS[0]).status_code == 200
    name = open_preserie(alone, *DEPLOYED)
    tell(alone, name, say("stop_traces", am=AMS[0]))

    assert told(trace_of(alone, AMS[0]))[:2] == (403, ["TRACES_NOT_EXPECTED"])
    assert trace_of(alone, AMS[1]).status_code == 200


def test_what_is_joined_with_traces_is_what_pilots_record(alone):  # PRE-20
    open_preserie(alone, *RUNNING)
    for am in (AMS[0], "752100008"):
        number = a_number()
        alone.issue(ordonnance(number))
        done = alone.act(number, "execute", delivery(number), claims=a_pilot(am))
        assert code_of(done) == "done"

    assert alone.ask("count(*), max(am) FROM recorded_command") == (1, AMS[0])
