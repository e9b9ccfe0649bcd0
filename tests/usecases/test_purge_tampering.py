"""``journal verify`` finds what somebody could do to the records of a purge, and says where."""

from contextlib import closing
from datetime import UTC, datetime
import os

import msgspec
import pytest

from ordonnance.domain.purge import PurgeRecord, PurgeStep
from ordonnance.store.database import connect
from ordonnance.usecases.chain import Chain
from usecases.histories import C, find, intrude, say, verdict_of, write_history
from usecases.purges import FIRST_DAY_GONE, GONE_AT, purge_all

CHAIN = "(SELECT max(chain) FROM purge)"
TOLD = {"fact": 4, "journal_entry": 11, "patient_index": 2, "prescription": 2, "alert": 0}
OF = "de nov. 2026"


def document(**changes) -> str:
    """The record of the end, altered, as SQL writes bytes on either engine."""
    record = {"month": "2J", "step": "ended", "at": GONE_AT, "counts": TOLD}
    return msgspec.json.encode({**record, **changes}).hex()


def set_document(url: str, where: str, written: str) -> None:
    """Write other bytes in a record."""
    literal = f"x'{written}'" if url.startswith("sqlite") else rf"'\x{written}'"
    intrude(url, f"UPDATE purge SET document = {literal} WHERE {where}")  # noqa: S608 - ours


def erase(url: str, table: str, where: str) -> None:
    """Take rows out."""
    intrude(url, f"DELETE FROM {table} WHERE {where}")  # noqa: S608 - ours


@pytest.fixture
def purged(database_url):
    """The address of a base whose only month was purged."""
    write_history(database_url)
    [*_, month] = purge_all(database_url)
    assert month.counts == TOLD
    assert look_for_breaks(database_url) == []
    return database_url


def look_for_breaks(url: str) -> list[str]:
    """What a verification finds after the purge; the chain of the purge is P."""
    verdict = verdict_of(url, on=FIRST_DAY_GONE)
    names = {one.chain for one in verdict.breaks} - {None, C}
    lines = [say(one) for one in verdict.breaks]
    return [line.replace(name, "P") for line in lines for name in [*names, "P"][:1]]


def end_rank(url: str) -> int:
    """The rank of the block of the last record."""
    with closing(connect(url)) as database, database.snapshot():
        return max(rank for _, rank, _ in database.fetch("list_purges"))


def where(url: str, *, step: int) -> str:
    """The row of the last purge's beginning (0) or end (1)."""
    return f"chain = {CHAIN} AND rank = {end_rank(url) - 1 + step}"


def test_a_count_changed_shows(purged):  # TLS-70
    rank = end_rank(purged)
    set_document(purged, where(purged, step=1), document(counts={**TOLD, "prescription": 1}))

    assert look_for_breaks(purged) == [f"P{rank}.0 l’entrée 0 du bloc {rank} a été modifiée"]


def test_a_count_of_entries_changed_shows_against_the_blocks_too(purged):  # TLS-70
    rank = end_rank(purged)
    set_document(purged, where(purged, step=1), document(counts={**TOLD, "journal_entry": 10}))

    assert look_for_breaks(purged) == [
        f"P{rank}.0 l’entrée 0 du bloc {rank} a été modifiée",
        f"- la purge {OF} dit 10 entrées, les blocs en retiennent 11",
    ]


def test_a_record_made_unreadable_shows(purged):  # TLS-70
    rank = end_rank(purged)
    set_document(purged, where(purged, step=1), b"?".hex())

    assert look_for_breaks(purged) == [
        f"P{rank} la purge inscrite au bloc {rank} est illisible",
        f"P{rank}.0 l’entrée 0 du bloc {rank} a été modifiée",
    ]


def test_a_record_dated_anew_shows(purged):  # TLS-70, TLS-72
    rank = end_rank(purged)
    early = datetime(2031, 10, 31, 22, 59, tzinfo=UTC)
    set_document(purged, where(purged, step=1), document(at=early))

    assert look_for_breaks(purged) == [
        f"P{rank} la purge {OF} est datée d’avant la fin des cinq ans",
        f"P{rank}.0 l’entrée 0 du bloc {rank} a été modifiée",
    ]


def test_a_record_deleted_shows(purged):  # TLS-70
    rank = end_rank(purged)
    erase(purged, "purge", where(purged, step=1))

    assert look_for_breaks(purged) == [f"P{rank}.0 l’entrée 0 du bloc {rank} manque"]


def test_a_purge_of_which_no_record_is_left_shows(purged):  # TLS-70
    rank = end_rank(purged)
    erase(purged, "purge", f"rank >= {rank - 1}")

    assert look_for_breaks(purged) == [
        f"P{rank - 1}.0 l’entrée 0 du bloc {rank - 1} manque",
        f"P{rank}.0 l’entrée 0 du bloc {rank} manque",
        f"- les entrées {OF} manquent, sans purge au journal",
    ]


def test_a_purge_whose_chain_is_gone_too_shows(purged):  # TLS-70
    erase(purged, "journal_block", f"chain = {CHAIN}")
    erase(purged, "purge", "rank > 0")

    assert f"- les entrées {OF} manquent, sans purge au journal" in look_for_breaks(purged)


def test_a_record_whose_block_is_gone_shows(purged):  # TLS-70
    rank = end_rank(purged)
    erase(purged, "journal_block", where(purged, step=1))

    assert look_for_breaks(purged) == [
        f"P{rank} des entrées désignent le bloc {rank}, qui n’existe pas"
    ]


def test_a_record_copied_to_another_block_shows(purged):  # TLS-70
    intrude(
        purged,
        "INSERT INTO purge SELECT bucket, '{C}', 1, document FROM purge ORDER BY rank DESC LIMIT 1",
    )

    # It takes the place of the entry that went, and its count comes twice.
    assert look_for_breaks(purged) == [
        "C1.0 l’entrée 0 du bloc 1 a été modifiée",
        f"- la purge {OF} dit 22 entrées, les blocs en retiennent 10",
    ]


def test_a_record_written_before_its_time_shows(database_url):  # TLS-72
    write_history(database_url)
    early = datetime(2031, 10, 31, 22, 59, tzinfo=UTC)
    with closing(connect(database_url)) as database:
        chain = Chain.open(database, at=early, chance=os.urandom)
        record = PurgeRecord(month="2J", step=PurgeStep.BEGUN, at=early)
        longer, row = chain.add_record(record, at=early)
        with database.transaction():
            database.execute("write_purge", row)
            database.write_sets([("write_blocks", longer.block_rows)])

    assert [line.partition(" ")[2] for line in find(database_url, on=FIRST_DAY_GONE)] == [
        f"la purge {OF} est datée d’avant la fin des cinq ans"
    ]
