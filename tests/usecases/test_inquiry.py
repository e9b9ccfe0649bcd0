"""Questions in a set with commands: what they see, what they cost, who fails alone."""

import pytest

from builders import (
    NOW,
    OTHER_PRESCRIBER,
    PATIENT,
    PHARMACY,
    PRESCRIBER,
    a_number,
    a_prescription,
    an_act,
    cancel,
    execute,
    issue,
    later,
    read,
)
from ordonnance.domain import executing
from ordonnance.domain.alert import Told, Watch
from ordonnance.domain.refusal import Refusal
from ordonnance.domain.search import Found, Search
from ordonnance.usecases import search as usecase
from ordonnance.usecases.search import Inquiry
from ordonnance.usecases.settlement import Received
from usecases.desks import Counter, assert_journal_is_whole, opened, say
from usecases.histories import verdict_of

OWN = Search(actor=PRESCRIBER)


@pytest.fixture
def counter(database_url):
    with opened(database_url, 1) as [counter]:
        yield counter


def ask(counter: Counter, *asked):
    """The outcomes of commands and questions settled together."""
    return counter.settlement.settle(
        [
            Inquiry(one, NOW) if isinstance(one, Search | Watch) else Received(one, NOW)
            for one in asked
        ]
    )


def numbers_of(found):
    return [answer.dossier.number for answer in found.answers]


def test_a_set_answers_each_in_its_place(database_url, counter):  # TLS-62
    first, second, unknown = a_number(), a_number(), a_number()
    ask(counter, issue(a_prescription(first)))

    outcomes = ask(
        counter,
        OWN,
        issue(a_prescription(second)),
        Search(actor=PHARMACY),
        read(unknown),
        Watch(actor=PHARMACY),
        cancel(first),
    )

    kinds = [type(outcome) for outcome in outcomes]
    assert kinds[0] is Found
    assert [say(outcomes[rank]) for rank in (1, 2, 3, 5)] == [
        "done",
        "ELEMENT_MISSING",
        "NUMBER_UNKNOWN",
        "done",
    ]
    assert kinds[4] is Told
    assert numbers_of(outcomes[0]) == [first]
    assert outcomes[0].answers[0].dossier.cancellation is None
    assert_journal_is_whole(database_url)
    assert verdict_of(database_url).is_whole


def test_what_was_answered_before_is_seen(counter):  # TLS-62
    number = a_number()
    ask(counter, issue(a_prescription(number)))
    ask(counter, cancel(number))

    [found] = ask(counter, OWN)

    assert found.answers[0].dossier.cancellation is not None


def test_questions_beyond_what_a_set_may_cost_are_asked_again(counter, monkeypatch):  # TLS-62
    monkeypatch.setattr(usecase, "SET_DOSSIERS_MAX", 3)
    numbers = [a_number() for _ in range(2)]
    ask(counter, *(issue(a_prescription(number)) for number in numbers))

    outcomes = ask(counter, OWN, OWN, OWN, read(numbers[0]))

    assert [isinstance(outcome, Found) for outcome in outcomes[:2]] == [True, True]
    assert [say(outcome) for outcome in outcomes[2:]] == ["BUSY", "done"]


def test_what_is_shown_is_journalled_even_where_nothing_else_is(database_url, counter):  # TLS-60
    number = a_number()
    ask(counter, issue(a_prescription(number)))
    entries = verdict_of(database_url).entries
    motive = {"patient": PATIENT, "reason": "Suivi"}

    ask(counter, Search(actor=OTHER_PRESCRIBER, **motive))
    ask(counter, Search(actor=OTHER_PRESCRIBER))

    assert verdict_of(database_url).entries == entries + 1
    assert verdict_of(database_url).is_whole


def test_executions_that_wait_are_counted_within_a_set(counter, monkeypatch):  # TLS-64
    monkeypatch.setattr(executing, "WAITING_MAX", 2)
    commands = []
    for number in (a_number() for _ in range(4)):
        act = an_act(number, handed_over_at=later(hours=-1), deferred="Panne du réseau")
        commands.append(execute(number, act))

    outcomes = ask(counter, *commands)

    assert [say(outcome) for outcome in outcomes] == [
        "done",
        "done",
        "TOO_MANY_REQUESTS",
        "TOO_MANY_REQUESTS",
    ]
    assert isinstance(outcomes[3], Refusal)
