"""Préséries on both engines: two processes at once, a base that fails, a journal that holds."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from itertools import count
import json
import sqlite3
from threading import Barrier

import psycopg
import pytest

from ordonnance.domain.actor import Actor, Role
from ordonnance.domain.preserie_submission import Submission
from ordonnance.domain.refusal import Refusal
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.journal import verify
from ordonnance.usecases.preserie import Preseries, export
from preserie_stories import AMS, ENROLLED, OPENED, PLACED, a_pharmacy, plan, play, say

AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
VENDOR = Actor(role=Role.VENDOR, vendor="Alba")
CNAM = Actor(role=Role.CNAM)
_chance = count(1)


def draw(size):
    return next(_chance).to_bytes(size, "big")


def preseries_at(url):
    return Preseries(partial(connect, url), draw)


def submit(preseries, name, *events, key="key", actor=None):
    documents = tuple(map(json.dumps, events))
    is_cnam = events[0]["do"] == "authorise"
    return preseries.submit(
        Submission(
            preserie=name,
            actor=actor or (CNAM if is_cnam else VENDOR),
            at=AT,
            key=key,
            digest=sha256("\n".join(documents).encode()).hexdigest(),
            documents=documents,
        )
    )


def tell_story(preseries, story, *, key="open"):
    name = submit(preseries, None, *story[:2], key=key).history.id
    for rank, event in enumerate(story[2:]):
        submit(preseries, name, event, key=f"{key} {rank}")
    return name


def outcome_of(work):
    try:
        work()
    except Refusal as refusal:
        return refusal.reason.code
    return "done"


def at_once(*works):
    """What works come to when they all begin together."""
    barrier = Barrier(len(works))

    def begin(work):
        barrier.wait(timeout=30)
        return outcome_of(work)

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(begin, works))


def look(url):
    with closing(connect(url)) as database:
        return verify(database, PlainSeal(), on=date(2026, 11, 24))


def raw(url, statement, *values):
    """A statement behind our back."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            connection.execute(statement, values)
    else:
        with psycopg.connect(url) as connection:
            connection.execute(statement.replace("?", "%s"), values)


def test_two_processes_that_open_by_one_request_open_one(database_url):  # PRE-44
    first, second = preseries_at(database_url), preseries_at(database_url)

    found = at_once(*(partial(submit, one, None, *OPENED[:2]) for one in (first, second)))

    assert found == ["done", "done"]
    assert [one.last for one in first.find_all(CNAM)] == [2]


def test_two_processes_that_enrol_one_pharmacy_twice_enrol_it_once(database_url):  # PRE-44
    first, second = preseries_at(database_url), preseries_at(database_url)
    name = tell_story(first, PLACED)

    found = at_once(
        partial(submit, first, name, a_pharmacy(0), key="1"),
        partial(submit, second, name, a_pharmacy(0), key="2"),
    )

    assert found == ["ALREADY_ENROLLED", "done"]


def test_two_preseries_that_enrol_one_pharmacy_at_once_share_it_not(database_url):  # PRE-47
    both = [preseries_at(database_url), preseries_at(database_url)]
    names = [tell_story(one, PLACED, key=f"open {rank}") for rank, one in enumerate(both)]

    for rank in range(5):
        found = at_once(
            *(
                partial(submit, one, name, a_pharmacy(rank), key=f"enrol {rank}")
                for one, name in zip(both, names, strict=True)
            )
        )
        assert found == ["ENROLLED_ELSEWHERE", "done"]


def test_many_at_once_are_all_recorded_in_one_order(database_url):  # PRE-43
    both = [preseries_at(database_url), preseries_at(database_url)]
    name = tell_story(both[0], ENROLLED)
    submit(both[0], name, say("submit_participants"), key="list")
    works = [
        partial(submit, both[rank % 2], name, plan(0, f"2026-02-{10 + rank}"), key=f"plan {rank}")
        for rank in range(8)
    ]

    found = at_once(*works)

    assert found == ["done"] * 8
    history = both[0].read(name, CNAM)
    assert [one.rank for one in history.records] == list(range(1, len(ENROLLED) + 10))
    assert history == both[1].read(name, CNAM)
    with closing(connect(database_url)) as database:
        lines = export(database, name)
    assert play(*lines) == history.replayed
    assert look(database_url).is_whole


def test_who_looked_before_others_wrote_decides_on_what_they_left(database_url):  # PRE-43
    preseries, late = preseries_at(database_url), preseries_at(database_url)
    name = tell_story(preseries, PLACED)
    late.read(name, CNAM)
    submit(preseries, name, a_pharmacy(0), key="first")

    assert outcome_of(partial(submit, late, name, a_pharmacy(0), key="late")) == "ALREADY_ENROLLED"


def test_one_rank_is_never_two_events(database_url):  # PRE-43
    tell_story(preseries_at(database_url), PLACED)

    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.UniqueViolation)):
        raw(database_url, "INSERT INTO preserie_event SELECT * FROM preserie_event WHERE rank = 3")


def test_a_base_that_does_not_answer_is_busy_and_comes_back(database_url):  # PRE-44
    preseries = preseries_at(database_url)
    name = tell_story(preseries, PLACED)
    broken = Preseries(partial(connect, "postgresql://127.0.0.1:1/nothing"), draw)

    assert outcome_of(partial(submit, broken, name, a_pharmacy(0))) == "BUSY"
    assert outcome_of(partial(broken.find_all, CNAM)) == "BUSY"
    assert outcome_of(partial(submit, preseries, name, a_pharmacy(0))) == "done"


def test_a_base_gone_back_in_time_is_read_anew(database_url):  # PRE-43
    preseries = preseries_at(database_url)
    name = tell_story(preseries, PLACED)
    raw(database_url, "DELETE FROM preserie_event WHERE rank > ?", len(OPENED))

    assert preseries.read(name, CNAM).replayed == play(*preseries.read(name, CNAM).write_lines())
    assert preseries.read(name, CNAM).last == len(OPENED)


def test_the_journal_counts_events_and_holds(database_url):  # PRE-43
    tell_story(preseries_at(database_url), PLACED)

    verdict = look(database_url)

    assert verdict.is_whole
    assert (verdict.events, verdict.entries, verdict.facts) == (len(PLACED), 0, 0)
    assert verdict.blocks == len(PLACED)  # one opens the chain, and the first two came together


TAMPERINGS = {
    "a document": "UPDATE preserie_event SET document = CAST('{}' AS bytea) WHERE rank = 3",
    "an instant": "UPDATE preserie_event SET recorded_at = '2026-11-23 08:00:00+00:00' "
    "WHERE rank = 3",
    "a sender": "UPDATE preserie_event SET party = 'vendor' WHERE rank = 3",
    "a key": "UPDATE preserie_event SET key = 'other' WHERE rank = 3",
    "a rank": "UPDATE preserie_event SET rank = 99 WHERE rank = 3",
    "a présérie": "UPDATE preserie_event SET preserie = 'OTHER' WHERE rank = 3",
    "one taken away": "DELETE FROM preserie_event WHERE rank = 3",
    "the last taken away": "DELETE FROM preserie_event "
    "WHERE rank = (SELECT max(rank) FROM preserie_event)",
    "one smuggled in": "INSERT INTO preserie_event SELECT preserie, 99, recorded_at, operation, "
    "party, key, digest, document, chain, block, position FROM preserie_event WHERE rank = 3",
    "one in no block": "UPDATE preserie_event SET block = 99 WHERE rank = 3",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_an_event_changed_added_or_taken_away_shows(database_url, what):  # PRE-43
    tell_story(preseries_at(database_url), PLACED)
    statement = TAMPERINGS[what]
    if database_url.startswith("sqlite"):
        statement = statement.replace("AS bytea", "AS blob")

    raw(database_url, statement)

    assert not look(database_url).is_whole


def test_an_imported_list_is_enrolled_whole_or_not_at_all(database_url):  # PRE-47, PRE-69
    preseries = preseries_at(database_url)
    first = tell_story(preseries, (*PLACED, a_pharmacy(0)), key="first")
    second = tell_story(preseries, PLACED, key="second")
    common = {"agreement_on": "2026-01-10", "equipment_compatible": "oui"}

    def read(*ams, actor=VENDOR):
        return preseries.read_enrolments(second, actor, "\n".join(ams), at=AT, defaults=common)

    wrong, right = read(AMS[1], AMS[0]), read(AMS[1], AMS[2])
    kept = submit(preseries, second, *right.events, key="list")

    assert [(one.line, one.code) for one in wrong.problems] == [(2, "ENROLLED_ELSEWHERE")]
    assert right.problems == ()
    assert list(kept.history.preserie.participants) == [AMS[1], AMS[2]]
    assert kept.history.last == len(PLACED) + 2
    assert list(preseries.read(first, VENDOR).preserie.participants) == [AMS[0]]
    with pytest.raises(Refusal, match="ALREADY_ENROLLED"):
        submit(preseries, second, a_pharmacy(3), *right.events, key="again")
    assert preseries.read(second, VENDOR).last == len(PLACED) + 2
    with pytest.raises(Refusal, match="ROLE_NOT_ALLOWED"):
        read(AMS[3], actor=CNAM)
    with pytest.raises(Refusal, match="PRESERIE_UNKNOWN"):
        read(AMS[3], actor=Actor(role=Role.VENDOR, vendor="Beryl"))
