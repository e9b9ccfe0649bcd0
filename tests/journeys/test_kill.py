"""kill -9 in the middle of the load: what was acknowledged is there, and nothing is done twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random  # noqa: TID251 - moments to kill at, the same each time

import pytest

from journeys.load import BOXES, Case, Sent, connected, load_until_killed
from journeys.service import (
    Service,
    lines_of,
    outputs_of,
    resources_of,
    run,
    serving,
)
from ordonnance.poste.client import Reply, Teleservice
from ordonnance.simulation.population import PHARMACIST

KILLS = 3
STREETS = 4
ANSWERS = (60, 200)  # acknowledged before a kill, at least and at most
DELAY_SECONDS_MAX = 0.03
SEED = 20_261_123


@dataclass(slots=True)
class Tally:
    """What happened at a kill: answers before it, requests without one, those recorded anyway."""

    acknowledged: int
    facts: int
    unanswered: int
    recorded_unsaid: int


def is_recorded(reply: Reply) -> bool:
    """Whether it says that a fact was recorded; the only other answer is that a rival won."""
    assert reply.is_done or reply.refusal == "RIGHTS_EXHAUSTED", reply.refusal
    return reply.is_done


@pytest.mark.parametrize(
    ("engine", "workers"), [("sqlite", 1), ("postgresql", 1), ("postgresql", 2)]
)
def test_a_kill_loses_no_acknowledged_fact_and_repeats_none(request, tmp_path, engine, workers):
    url = request.getfixturevalue(f"fresh_{engine}")
    chance = Random(SEED + workers)  # noqa: S311 - nobody must not guess it
    cases: list[Case] = []
    with serving(url, tmp_path, workers=workers) as service:
        for kill in range(KILLS):
            now_known = load_until_killed(
                service,
                streets=STREETS,
                moment=chance.randint(*ANSWERS),
                delay=chance.uniform(0, DELAY_SECONDS_MAX),
            )
            service.start()
            tally = settle_accounts(service, now_known)
            print(f"kill {kill} on {engine}, {workers} worker(s): {tally}")  # noqa: T201 - pytest -rP
            cases.extend(now_known)
            assert_journal_is_whole(url)

        assert_all_is_there(service, cases)

    assert "Traceback" not in service.log


def settle_accounts(service: Service, cases: Sequence[Case]) -> Tally:
    """Send again all that was sent, after what was acknowledged was found to be there."""
    sent = [one for case in cases for one in case.all_sent]
    answered = [one for one in sent if one.reply is not None]
    unanswered = [one for one in sent if one.reply is None]
    facts = [one for one in answered if is_recorded(one.reply)]
    with connected(service) as connections:
        pharmacy = connections[PHARMACIST.name]
        for one in facts:
            assert_is_there(pharmacy, one)
        for one in unanswered:
            one.reply = one.send(connections[one.by.name])
        recorded_unsaid = sum(one.reply.is_replay for one in unanswered)
        for one in sent:
            assert_acts_no_more(one, one.send(connections[one.by.name]))
    assert unanswered, "the service was not killed in the middle of anything"
    return Tally(len(answered), len(facts), len(unanswered), recorded_unsaid)


def assert_is_there(pharmacy: Teleservice, fact: Sent) -> None:
    """What was acknowledged can be consulted, before anybody sends anything again."""
    told = pharmacy.consult(fact.number)

    assert told.status == 200
    assert set(outputs_of(fact.reply, "execution")) <= set(outputs_of(told, "execution"))


def assert_acts_no_more(sent: Sent, again: Reply) -> None:
    """Sent once more, it gives the answer it gave, and says so."""
    if is_recorded(sent.reply):
        assert again.is_replay
        assert (again.status, again.resource) == (201, sent.reply.resource)
    else:
        assert again.refusal == "RIGHTS_EXHAUSTED"


def assert_all_is_there(service: Service, cases: Sequence[Case]) -> None:
    """Each prescription has its issue, one winner where rivals came, and nothing else."""
    with connected(service) as connections:
        for case in cases:
            told = connections[PHARMACIST.name].consult(case.issue.number)
            rivals = [sent for sent in case.executions if sent.reply is not None]
            winners = [sent for sent in rivals if is_recorded(sent.reply)]
            dispenses = resources_of(told, "MedicationDispense")
            delivered = sum(dispense["quantity"]["value"] for dispense in dispenses)

            assert len(winners) == (1 if rivals else 0)
            assert delivered == (BOXES if rivals else 0)
            assert lines_of(told) == [("TERMINEE", 0) if rivals else ("A_EXECUTER", BOXES)]
            assert outputs_of(told, "execution") == [
                execution for sent in winners for execution in outputs_of(sent.reply, "execution")
            ]
            task = resources_of(told, "Task")[0]
            assert task["meta"]["versionId"] == ("2" if rivals else "1")


def assert_journal_is_whole(url: str) -> None:
    """The command that an auditor would use finds nothing broken, the service still there."""
    verified = run("journal", "verify", "--database", url)

    assert verified.returncode == 0, verified.stdout
    assert "Le journal est entier." in verified.stdout
