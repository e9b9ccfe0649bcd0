"""``journal verify``: a journal that holds, is purged, is kept by an auditor, or is growing."""

from contextlib import closing
from datetime import date
import os

from builders import NOW, a_number, a_prescription, issue, read
from ordonnance.domain.journal import Head
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.journal import verify
from ordonnance.usecases.settlement import Received, Settlement
from usecases.histories import TODAY, C, find, intrude, verdict_of, write_history
from usecases.purges import drop_empty_months, purge_all

LAST_DAY_KEPT = date(2031, 10, 31)
FIRST_DAY_GONE = date(2031, 11, 1)
CUT_C = (
    "DELETE FROM journal_block WHERE chain = '{C}' AND rank = 1",
    "DELETE FROM journal_entry WHERE chain = '{C}' AND rank = 1",
)


def test_a_mixed_history_of_several_processes_holds(database_url):  # TLS-14
    write_history(database_url)

    verdict = verdict_of(database_url)

    assert verdict.breaks == ()
    assert verdict.is_whole
    assert (verdict.chains, verdict.blocks, verdict.entries) == (3, 9, 11)
    assert (verdict.facts, verdict.purged) == (6, 0)


def test_an_empty_journal_holds(database_url):
    verdict = verdict_of(database_url)

    assert (verdict.breaks, verdict.chains, verdict.heads) == ((), 0, ())


def test_no_more_than_twenty_breaks_are_listed_and_all_are_counted(database_url):
    with closing(connect(database_url)) as database:
        settlement = Settlement(database, PlainSeal(), os.urandom)
        settlement.settle([Received(issue(a_prescription(a_number())), NOW) for _ in range(25)])
    intrude(database_url, "UPDATE journal_entry SET salt = {bytes}")

    verdict = verdict_of(database_url)

    assert (verdict.break_count, len(verdict.breaks)) == (25, 20)


# Retention


def take_out(url):
    """What somebody might do in place of the purge: everything of the month but the blocks."""
    intrude(url, "DELETE FROM journal_entry", "DELETE FROM fact", "DELETE FROM prescription")


def test_a_month_that_went_as_a_whole_after_five_years_still_verifies(database_url):  # TLS-14
    write_history(database_url)
    drop_empty_months(database_url)
    purge_all(database_url)

    verdict = verdict_of(database_url, on=FIRST_DAY_GONE)

    assert verdict.breaks == ()
    assert (verdict.blocks, verdict.entries, verdict.purged) == (12, 0, 11)


def test_a_month_that_went_without_a_purge_shows_whatever_its_age(database_url):  # TLS-70
    write_history(database_url)
    take_out(database_url)

    assert find(database_url, on=FIRST_DAY_GONE) == [
        "- les entrées de nov. 2026 manquent, sans purge au journal"
    ]


def test_a_month_that_went_too_early_is_missing(database_url):  # TLS-14, TLS-15
    write_history(database_url)
    take_out(database_url)

    assert len(find(database_url, on=LAST_DAY_KEPT)) == 11
    assert find(database_url, on=LAST_DAY_KEPT)[0] == "A1.0 l’entrée 0 du bloc 1 manque"


def test_blocks_verify_after_the_purge_as_before(database_url):  # TLS-14
    write_history(database_url)
    purge_all(database_url)
    intrude(
        database_url,
        "UPDATE journal_block SET months = '2H2J2J' WHERE chain = '{A}' AND rank = 1",
    )

    # « la chaîne B » remembers it too; and the purge of November told of one entry more.
    assert find(database_url, on=FIRST_DAY_GONE)[:2] == [
        "A1 le bloc 1 n’est plus celui dont la chaîne B garde l’empreinte",
        "A1 le bloc 1 n’est plus celui dont le bloc 2 garde l’empreinte",
    ]


def test_what_lacks_of_an_old_month_that_is_still_there_was_not_purged(database_url):  # TLS-14
    write_history(database_url)
    intrude(
        database_url,
        "DELETE FROM journal_entry WHERE chain = '{A}' AND rank = 3",
        "DELETE FROM fact WHERE number = '{SECOND}' AND rank = 2",
    )

    assert find(database_url, on=FIRST_DAY_GONE) == [
        "A3.0 l’entrée 0 du bloc 3 manque",
        "B2.1 le fait nommé par l’entrée 1 du bloc 2 manque",
    ]


def test_facts_that_went_without_a_purge_show_whatever_their_age(database_url):  # TLS-70
    write_history(database_url)
    intrude(database_url, "DELETE FROM fact", "DELETE FROM prescription")

    assert find(database_url, on=FIRST_DAY_GONE) == [
        "- les faits de nov. 2026 manquent, sans purge au journal"
    ]


# Heads


def test_heads_are_those_that_no_chain_remembers(database_url):
    write_history(database_url)

    [head] = verdict_of(database_url).heads

    assert (head.chain, head.rank) == (C, 1)


def test_a_head_that_an_auditor_kept_shows_what_no_block_does(database_url):  # TLS-14
    write_history(database_url)
    [head] = verdict_of(database_url).heads
    kept = Head.parse(head.text)
    assert find(database_url, expected=kept) == []

    intrude(database_url, *CUT_C)

    assert find(database_url) == []
    assert find(database_url, expected=kept) == [
        "C1 le bloc 1, dont l’auditeur garde l’empreinte, manque"
    ]


def test_a_head_rewritten_since_an_auditor_kept_it_shows(database_url):  # TLS-14
    write_history(database_url)
    kept = Head(C, 1, bytes(32))

    assert find(database_url, expected=kept) == [
        "C1 le bloc 1 n’est plus celui dont l’auditeur garde l’empreinte"
    ]


def test_a_head_kept_long_ago_is_still_in_the_journal(database_url):  # TLS-14
    write_history(database_url)
    [kept] = verdict_of(database_url).heads
    with closing(connect(database_url)) as database:
        settlement = Settlement(database, PlainSeal(), os.urandom)
        settlement.settle([Received(issue(a_prescription(a_number())), NOW)])

    assert find(database_url, expected=kept) == []


# While the service goes on


def test_what_is_settled_meanwhile_waits_for_nobody_and_is_not_looked_at(database_url):  # TLS-14
    first = a_number()
    with closing(connect(database_url)) as database, closing(connect(database_url)) as other:
        settlement = Settlement(other, PlainSeal(), os.urandom)
        settlement.settle([Received(issue(a_prescription(first)), NOW)])
        for _ in range(12):
            settlement.settle([Received(read(first), NOW)] * 100)
        settled = []

        def settle_meanwhile(rows):
            command = issue(a_prescription(a_number()))
            settled.extend(settlement.settle([Received(command, NOW)]))
            newcomer = Settlement(other, PlainSeal(), os.urandom)
            settled.extend(newcomer.settle([Received(read(first), NOW)]))

        before = verify(database, PlainSeal(), on=TODAY, progress=settle_meanwhile)
        after = verify(database, PlainSeal(), on=TODAY)

    assert not [outcome for outcome in settled if isinstance(outcome, Exception)]
    assert (before.breaks, before.chains, before.entries, before.facts) == ((), 1, 1201, 1)
    assert (after.breaks, after.chains, after.entries, after.facts) == ((), 3, 1205, 3)


def test_progress_tells_how_many_rows_were_read(database_url):
    number = a_number()
    with closing(connect(database_url)) as database:
        settlement = Settlement(database, PlainSeal(), os.urandom)
        settlement.settle([Received(issue(a_prescription(number)), NOW)])
        settlement.settle([Received(read(number), NOW)] * 1000)
        told = []

        verify(database, PlainSeal(), on=TODAY, progress=told.append)

    assert told == [1000, 2000]


def test_the_connection_serves_again_after_a_verification(database_url):
    write_history(database_url)
    with closing(connect(database_url)) as database:
        verify(database, PlainSeal(), on=TODAY)
        settlement = Settlement(database, PlainSeal(), os.urandom)
        settlement.settle([Received(issue(a_prescription(a_number())), NOW)])

        verdict = verify(database, PlainSeal(), on=TODAY)

    assert (verdict.breaks, verdict.facts) == ((), 7)
