"""Blocks, digests and heads: what an auditor could recompute with nothing but SHA-256."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ordonnance.domain.journal import (
    GENESIS,
    Block,
    Head,
    digest_of,
    follow,
    is_past_retention,
)

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HEAD = Head("autre", 4, bytes([7]) * 32)
BLOCK = Block(
    chain="essai",
    rank=2,
    previous=bytes([1]) * 32,
    at=AT,
    digests=bytes([2]) * 32 + bytes([3]) * 32,
    months="2J2H",
    heads=(HEAD,),
)
WRITTEN = "autre:4:" + "07" * 32


def test_a_digest_is_the_sha256_of_the_salt_then_of_what_is_stored():  # TLS-14
    digest = digest_of(b"salt", b"document")

    # printf saltdocument | sha256sum
    assert digest.hex() == "e8f9f50037108e1c95acdcd357fe5721f749b3be2a0882d4a6744c7fa3c89637"


def test_the_hash_of_a_block_can_be_recomputed_from_its_fields():  # TLS-14
    # sha256sum of 32 bytes 01, 32 bytes 02 and 32 bytes 03, then of the lines « essai »,
    # « 2 », « 2026-11-23T09:00:00+00:00 », « 2J2H » and « autre,4,0707…07 »
    assert BLOCK.hash.hex() == "b0cd8090187eb94100b0037345fed73f0edbfbd1d8204de48e52924d66322453"


@pytest.mark.parametrize(
    "change",
    [
        {"chain": "essaj"},
        {"rank": 3},
        {"previous": bytes(32)},
        {"at": AT + timedelta(microseconds=1)},
        {"digests": bytes([3]) * 32 + bytes([2]) * 32},
        {"months": "2H2J"},
        {"heads": ()},
        {"heads": (HEAD._replace(chain="autrf"),)},
        {"heads": (HEAD._replace(rank=5),)},
        {"heads": (HEAD._replace(hash=bytes(32)),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_hash_of_a_block_covers_every_field(change):  # TLS-14
    assert replace(BLOCK, **change).hash != BLOCK.hash


def test_a_block_gives_the_digest_and_the_month_of_each_entry():
    assert BLOCK.count == 2
    assert [BLOCK.digest_at(position) for position in (-1, 0, 1, 2)] == [
        None,
        bytes([2]) * 32,
        bytes([3]) * 32,
        None,
    ]
    assert [BLOCK.month_at(0), BLOCK.month_at(1)] == ["2J", "2H"]


def test_the_first_block_of_a_chain_follows_none():
    block = follow(None, at=AT, digests=[], chain="essai")

    assert (block.rank, block.previous, block.count) == (0, GENESIS, 0)


def test_a_block_follows_the_head_of_its_chain():
    block = follow(HEAD, at=AT, digests=[(bytes(32), "2J"), (bytes(32), "2H")], chain="autre")

    assert (block.rank, block.previous, block.months) == (5, bytes([7]) * 32, "2J2H")
    assert block.digests == bytes(64)


def test_a_head_is_read_as_it_was_written():
    assert HEAD.text == WRITTEN
    assert Head.parse(WRITTEN) == HEAD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "autre",
        "autre:4",
        WRITTEN[:-1],
        WRITTEN + "0",
        WRITTEN.replace(":4:", ":-4:"),
        "é" + WRITTEN,
    ],
)
def test_what_is_not_a_head_is_not_read(text):
    with pytest.raises(ValueError, match="une tête s’écrit chaîne:rang:empreinte"):
        Head.parse(text)


@pytest.mark.parametrize(
    ("month", "on", "is_past"),
    [
        ("2J", date(2031, 10, 31), False),
        ("2J", date(2031, 11, 1), True),
        ("", date(2031, 11, 1), False),
        ("é?", date(2031, 11, 1), False),
    ],
)
def test_a_month_is_past_retention_five_years_after_it_began(month, on, is_past):  # TLS-15
    assert is_past_retention(month, on) is is_past
