"""Which software is in présérie, and where it may execute."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.identifiers import AMNumber
from ordonnance.domain.preserie_gate import Pilots, list_pilots
from preserie_stories import AMS, AUTHORISED, DEPLOYED, ENROLLED, OPENED, RUNNING, play, say

CLOSE = say("close", reason="Module refait")


def pilots_of(*stories):
    return list_pilots(play(*story).preserie for story in stories)


def an_executor(software, am="332000052"):
    return Actor(role=Role.EXECUTOR, software=software, am=am and AMNumber(am))


def test_a_software_is_in_preserie_from_its_opening_to_its_deployment():  # PRE-49
    assert pilots_of(AUTHORISED).installed == {}
    assert pilots_of(OPENED).installed == {"alba": frozenset()}
    assert pilots_of(ENROLLED).installed == {"alba": frozenset()}
    assert pilots_of(RUNNING).installed == {"alba": frozenset(AMS[:5])}
    assert pilots_of(DEPLOYED).installed == {}


def test_traces_are_on_from_the_installation_until_they_are_stopped():  # PRE-20, PRE-31
    stop = {"at": "2026-04-01T09:00:00+02:00", "do": "stop_traces", "am": AMS[0]}
    stopped = pilots_of((*DEPLOYED, stop))

    assert pilots_of(ENROLLED).traced == frozenset()
    assert pilots_of(RUNNING).traced == frozenset(AMS[:5])
    assert pilots_of(RUNNING).silent == frozenset()
    assert (stopped.traced, stopped.silent) == (frozenset(AMS[1:5]), frozenset(AMS[:1]))
    assert pilots_of((*DEPLOYED, stop), RUNNING).silent == frozenset()


def test_giving_up_opens_the_gate_to_nobody():  # PRE-49
    assert pilots_of((*RUNNING, CLOSE)).installed == pilots_of(RUNNING).installed


def test_a_pharmacy_that_left_is_no_pilot():  # PRE-49
    left = (*RUNNING, say("withdraw", am=AMS[0], reason="Travaux"))

    assert pilots_of(left).installed["alba"] == frozenset(AMS[1:5])


def test_one_preserie_decided_is_enough():  # PRE-49
    assert pilots_of(RUNNING, DEPLOYED, (*RUNNING, CLOSE)).installed == {}


@pytest.mark.parametrize(
    ("software", "is_outside"),
    [
        ("Alba", True),
        ("alba 5.0", True),
        (" ALBA/5.0", True),
        ("Alba v6", True),
        ("Alba Officine 5.0", False),
        ("Albatros 5.0", False),
        ("Alba5", False),
        ("Beryl", False),
        (None, False),
    ],
)
def test_a_software_is_meant_by_its_name_whatever_its_version(software, is_outside):  # PRE-49
    pilots = pilots_of(RUNNING)

    assert pilots.is_outside(an_executor(software)) is is_outside
    assert pilots.is_outside(an_executor(software, am=None)) is is_outside
    assert not pilots.is_outside(an_executor(software, am=AMS[0]))


def test_of_two_names_the_longer_is_meant():  # PRE-49
    pilots = Pilots(installed={"alba": frozenset(AMS[:1]), "alba 2": frozenset(AMS[1:2])})

    assert not pilots.is_outside(an_executor("Alba 2/7", am=AMS[1]))
    assert pilots.is_outside(an_executor("Alba 2/7", am=AMS[0]))
    assert not pilots.is_outside(an_executor("Alba 3", am=AMS[0]))


@given(st.text(), st.sampled_from([*AMS, None]))
def test_without_a_preserie_nobody_is_outside(software, am):  # PRE-49
    assert not Pilots().is_outside(an_executor(software, am))
