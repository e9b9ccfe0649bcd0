"""The gate over HTTP: a software in présérie executes where it is installed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api.lives import correction
from api.papers import delivery, ordonnance, regret
from api.preseries import a_pilot, get, open_preserie, tell
from api.services import Service, codes_of, running
from builders import a_number
from ordonnance.domain.preserie_gate import GateMode
from ordonnance.settings import SettingError, Settings, read_settings
from preserie_stories import AMS, DEPLOYED, RUNNING

PILOT = a_pilot(AMS[0], software="Alba 5.0")
STRANGER = a_pilot("332000052", software="Alba 5.0")
OTHER = a_pilot("332000052", software="Beryl LGO 2")


@contextmanager
def gated(url: str, mode: str) -> Iterator[Service]:
    with running(url, preserie_gate=mode) as service:
        yield service


def execute(service, claims, number=None):
    """A box handed over from an ordonnance that was issued."""
    number = number or a_number()
    service.issue(ordonnance(number), key=f"issue {number}")
    return service.act(number, "execute", delivery(number), claims=claims, key="hand over")


def warnings_of(result):
    assert result.status_code == 201, result.text
    return [
        extension["valueCode"]
        for note in result.json.get("note", [])
        for extension in note["extension"]
    ]


def test_where_the_gate_refuses_only_pilots_execute(database_url):  # PRE-49
    with gated(database_url, "refuse") as service:
        before = execute(service, STRANGER)
        open_preserie(service, *RUNNING)
        number = a_number()
        refused = execute(service, STRANGER, number)

        assert before.status_code == 201
        assert (refused.status_code, codes_of(refused)) == (403, ["SOFTWARE_IN_PRESERIE"])
        assert service.read(number, claims=STRANGER, whole=True).status_code == 200
        assert execute(service, PILOT, number).status_code == 201
        assert execute(service, OTHER).status_code == 201
        assert execute(service, a_pilot("332000052")).status_code == 201


def test_correcting_and_taking_back_pass_the_gate_too(database_url):  # PRE-49
    with gated(database_url, "refuse") as service:
        number = a_number()
        assert execute(service, STRANGER, number).status_code == 201
        open_preserie(service, *RUNNING)

        for operation, body in (("correct", correction(number)), ("undo", regret(number))):
            result = service.act(number, operation, body, claims=STRANGER, key=operation)
            assert codes_of(result) == ["SOFTWARE_IN_PRESERIE"], operation
        assert service.act(number, "reserve", b"", claims=STRANGER).status_code == 200


def test_where_the_gate_warns_it_is_recorded_with_a_note(database_url):  # PRE-49
    with gated(database_url, "warn") as service:
        open_preserie(service, *RUNNING)

        assert "SOFTWARE_IN_PRESERIE" in warnings_of(execute(service, STRANGER))
        assert "SOFTWARE_IN_PRESERIE" not in warnings_of(execute(service, PILOT))
        assert "SOFTWARE_IN_PRESERIE" not in warnings_of(execute(service, OTHER))


def test_the_gate_may_be_off(database_url):  # PRE-49
    with gated(database_url, "off") as service:
        open_preserie(service, *RUNNING)

        assert "SOFTWARE_IN_PRESERIE" not in warnings_of(execute(service, STRANGER))


def test_once_deployed_the_software_executes_everywhere(database_url):  # PRE-49
    with gated(database_url, "refuse") as service:
        name = open_preserie(service, *DEPLOYED[:-1])
        refused = execute(service, STRANGER)
        tell(service, name, DEPLOYED[-1])

        assert refused.status_code == 403
        assert execute(service, STRANGER).status_code == 201


def test_another_process_learns_it_when_it_looks(database_url):  # PRE-49
    with gated(database_url, "refuse") as writer, gated(database_url, "refuse") as other:
        open_preserie(writer, *RUNNING)
        before = execute(other, STRANGER)
        with running(database_url, preserie_gate="refuse") as started_later:
            late = execute(started_later, STRANGER)
        get(other, "/preseries")
        after = execute(other, STRANGER)

    assert [one.status_code for one in (before, late, after)] == [201, 403, 403]


@pytest.mark.parametrize("mode", GateMode)
def test_each_mode_can_be_set(mode):  # PRE-49
    variable = "ORDONNANCE_PRESERIE_GATE"

    assert read_settings({variable: f" {mode.value.upper()} "}).preserie_gate == mode
    assert read_settings({variable: ""}).preserie_gate == GateMode.WARN
    assert Settings().preserie_gate == GateMode.WARN
    with pytest.raises(SettingError, match="off, warn, refuse"):
        read_settings({variable: "maybe"})
