"""What tests of the journal share: a history of several processes, and somebody who alters it."""

from contextlib import closing
from datetime import date
from functools import partial
from operator import mul
import sqlite3

import psycopg

from builders import NOW, a_number, a_prescription, cancel, execute, issue, read, undo
from ordonnance.domain.verification import Break, Verdict
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.journal import verify
from ordonnance.usecases.settlement import Received, Settlement

TODAY = date(2026, 11, 23)
FIRST, SECOND = "012J00001000000007", "012J00002000000005"
A = "20261123T090000Z-0a0a0a0a0a"
B = "20261123T090000Z-0b0b0b0b0b"
C = "20261123T090000Z-0c0c0c0c0c"
TABLES = ("prescription", "fact", "journal_entry", "journal_block")


def write_history(url: str) -> None:
    """Two prescriptions, issued by a process, executed by both; a third process comes last.

    Blocks: A1 issue, issue, consult; B1 execute, read; A2 execute, consult; B2 undo, cancel;
    A3 read; C1 consult. B remembers A1; C remembers A3 and B2.
    """
    first, second = a_number(1 << 40), a_number(2 << 40)
    sets = [
        (b"\x0a", issue(a_prescription(first)), issue(a_prescription(second)), read(first)),
        (b"\x0b", execute(first), read(second, whole=False)),
        (b"\x0a", execute(second), read(second)),
        (b"\x0b", undo(first, f"{FIRST}-E1"), cancel(second)),
        (b"\x0a", read(first, whole=False)),
        (b"\x0c", read(second)),
    ]
    with closing(connect(url)) as database:
        settlements = {
            letter: Settlement(database, PlainSeal(), partial(mul, letter))
            for letter in (b"\x0a", b"\x0b", b"\x0c")
        }
        for letter, *commands in sets:
            outcomes = settlements[letter].settle([Received(one, NOW) for one in commands])
            assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def intrude(url: str, *statements: str) -> None:
    """Run SQL as somebody would who has the base in hand and a tool of their own.

    ``{bytes}`` stands for two bytes, ``{hash}`` for 32, ``{A}`` and others for what they name.
    """
    assert 0 not in _run(url, *statements), f"nothing to alter: {statements}"


def keep(url: str) -> None:
    """Put a copy of everything aside."""
    _run(url, *(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}" for table in TABLES))  # noqa: S608 - ours


def restore(url: str) -> None:
    """Bring everything back to the copy put aside."""
    _run(url, *(f"DELETE FROM {table}" for table in TABLES))  # noqa: S608 - ours
    _run(url, *(f"INSERT INTO {table} SELECT * FROM kept_{table}" for table in TABLES))  # noqa: S608 - ours


def _run(url: str, *statements: str) -> list[int]:
    """How many rows each statement touched."""
    names = {"A": A, "B": B, "C": C, "FIRST": FIRST, "SECOND": SECOND}
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        names |= {"bytes": "x'7b7d'", "hash": f"x'{'ff' * 32}'"}
    else:
        connection = psycopg.connect(url, autocommit=True)
        names |= {"bytes": r"'\x7b7d'", "hash": rf"'\x{'ff' * 32}'"}
    with closing(connection):
        return [connection.execute(one.format(**names)).rowcount for one in statements]


def verdict_of(url: str, **more) -> Verdict:
    """The verdict of somebody who has just connected; ``on=TODAY`` unless told."""
    with closing(connect(url)) as database:
        return verify(database, PlainSeal(), **{"on": TODAY, **more})


def find(url: str, **more) -> list[str]:
    """What a verification finds, as lines: chain, block, entry if it is about one, sentence."""
    verdict = verdict_of(url, **more)
    assert verdict.break_count == len(verdict.breaks)
    assert verdict.is_whole is (verdict.breaks == ())
    return [say(one) for one in verdict.breaks]


def say(one: Break) -> str:
    """A break in a line, chains by their letters."""
    chain = "-" if one.chain is None else one.chain
    block = "" if one.rank is None else one.rank
    entry = "" if one.position is None else f".{one.position}"
    line = f"{chain}{block}{entry} {one.what}"
    return line.replace(A, "A").replace(B, "B").replace(C, "C")
