"""Chains of blocks: what the first one remembers, what follows, and starts at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
import os
from threading import Barrier

import pytest

from builders import NOW, PHARMACY, a_number, a_prescription, issue, later
from ordonnance.domain.journal import GENESIS, Entry, Head
from ordonnance.store.database import connect
from ordonnance.store.journal import read_block
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.chain import Chain, load_head
from ordonnance.usecases.journal import verify
from ordonnance.usecases.settlement import Received, Settlement

STARTS = 6


@pytest.fixture
def database(database_url):
    with closing(connect(database_url)) as database:
        yield database


def open_chain(database, letter):
    """A chain named after *letter*."""
    return Chain.open(database, at=NOW, chance=lambda count: letter * count)


def write(database, chain, *entries):
    """The chain with one more block, in the base too."""
    longer = chain.add(entries, bytes(16 * len(entries)), at=NOW, seal=PlainSeal())
    with database.transaction():
        database.write_sets(
            [("write_entries", longer.entry_rows), ("write_blocks", longer.block_rows)]
        )
    return longer


def an_entry(**more):
    """Somebody consulted a prescription."""
    return Entry(at=NOW, action="consult", number=a_number(), by=PHARMACY, **more)


def openings(database):
    """The first block of every chain, by its name."""
    with database.transaction():
        blocks = [read_block(row) for row in database.fetch("list_openings")]
    return {block.chain: block for block in blocks}


def test_a_chain_is_named_after_its_opening_and_begins_from_nothing(database):
    chain = open_chain(database, b"\x0a")

    assert chain.name == "20261123T090000Z-0a0a0a0a0a"
    assert chain.head == Head(chain.name, 0, openings(database)[chain.name].hash)
    assert openings(database)[chain.name].previous == GENESIS
    assert openings(database)[chain.name].heads == ()


def test_the_first_block_remembers_where_other_chains_end(database):  # TLS-14
    first = write(database, open_chain(database, b"\x0a"), an_entry())
    second = open_chain(database, b"\x0b")

    third = open_chain(database, b"\x0c")

    assert openings(database)[second.name].heads == (first.head,)
    assert openings(database)[third.name].heads == (second.head,)


def test_a_chain_that_went_on_is_remembered_again(database):  # TLS-14
    first = open_chain(database, b"\x0a")
    second = open_chain(database, b"\x0b")
    first = write(database, first, an_entry())

    third = open_chain(database, b"\x0c")

    assert openings(database)[third.name].heads == (first.head, second.head)


def test_a_set_without_entries_adds_no_block(database):
    chain = write(database, open_chain(database, b"\x0a"), an_entry())

    same = chain.add((), b"", at=NOW, seal=PlainSeal())

    assert same.head == chain.head
    assert (same.entry_rows, same.block_rows) == ((), ())


def test_a_chain_reloaded_is_where_the_base_says_it_is(database):
    opened = open_chain(database, b"\x0a")
    longer = write(database, opened, an_entry(), an_entry())

    reloaded = opened.reload(database)

    assert reloaded.head == longer.head == load_head(database, opened.name)
    assert reloaded.head.rank == 1


def test_entries_lie_under_their_own_number_and_instant(database):
    entry = an_entry()

    chain = open_chain(database, b"\x0a").add(
        [entry], bytes(16), at=later(hours=1), seal=PlainSeal()
    )

    [row] = chain.entry_rows
    assert (row["number"], row["bucket"]) == (entry.number.value, entry.number.bucket)
    assert (row["chain"], row["rank"], row["position"]) == (chain.name, 1, 0)
    assert row["at"] == NOW


def test_processes_that_start_at_once_leave_a_journal_that_holds(database_url):  # TLS-14
    together = Barrier(STARTS)

    def start(_):
        with closing(connect(database_url)) as database:
            settlement = Settlement(database, PlainSeal(), os.urandom)
            together.wait()
            for _ in range(3):
                settlement.settle([Received(issue(a_prescription(a_number())), NOW)])

    with ThreadPoolExecutor(STARTS) as threads:
        list(threads.map(start, range(STARTS)))
    with closing(connect(database_url)) as database:
        verdict = verify(database, PlainSeal(), on=date(2026, 11, 23))

    assert verdict.breaks == ()
    assert (verdict.chains, verdict.blocks, verdict.facts) == (6, 24, 18)
