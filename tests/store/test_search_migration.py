"""What step 0005 does to a base that has lived: nothing is lost to searches, no month lacks."""

from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest

from builders import a_prescription, issue
from ordonnance.domain.decision import decide
from ordonnance.domain.dossier import Dossier
from ordonnance.domain.identifiers import PrescriptionNumber
from ordonnance.store.alert import write_count
from ordonnance.store.database import connect
from ordonnance.store.dossier import write_fact, write_key, write_patient
from ordonnance.store.migrate import read_migrations
from ordonnance.store.partitions import open_months
from ordonnance.store.queries import parse
from ordonnance.store.seal import PlainSeal
from store.test_migrations import empty_postgresql

OLD_PATIENTS = """-- name: old_patients
INSERT INTO patient_index (bucket, patient_key, authored_at, number)
VALUES (:bucket, :patient_key, :authored_at, :number)
"""
LONG_AGO = datetime(2023, 3, 6, 9, 0, tzinfo=UTC)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def rows_of(number, name):
    """The rows of a prescription long ago, whose prescriber's name is *name*."""
    written = a_prescription(number, authored_at=LONG_AGO, prescriber_name=name)
    fact = decide(Dossier(number=number), issue(written), LONG_AGO).fact
    return write_fact(number, fact, b"[]", PlainSeal()) | write_patient(fact, PlainSeal())


@pytest.fixture(params=["sqlite", "postgresql"])
def old_base(request, tmp_path):
    """A base of the steps before 0005."""
    if request.param == "sqlite":
        with closing(connect(f"sqlite:///{tmp_path / 'old.db'}")) as base:
            yield base
        return
    with (
        empty_postgresql(request.getfixturevalue("postgresql_url")) as url,
        closing(connect(url)) as base,
    ):
        yield base


def step(base, *versions):
    for migration in read_migrations(base.engine):
        if migration.version in versions:
            with base.transaction():
                base.run(migration.script)


def test_a_base_that_has_lived_is_searched_and_alerted_like_a_new_one(old_base, monkeypatch):
    # TLS-60, TLS-63
    base = old_base
    numbers = [PrescriptionNumber.mint(LONG_AGO.date(), chance << 40) for chance in (1, 2)]
    names = ["Dr Camille Essai", 'Dr "\x00prescriber":{"value":"1"}']
    step(base, 1, 2)
    tables = ("prescription", "fact", "patient_index", "journal_entry")
    with monkeypatch.context() as patch:
        patch.setattr("ordonnance.store.partitions.PARTITIONED", tables)
        with base.transaction():
            open_months(base, LONG_AGO)
    base.queries |= parse(OLD_PATIENTS, base.engine)
    rows = [rows_of(number, name) for number, name in zip(numbers, names, strict=True)]
    with base.transaction():
        base.write_sets([("write_prescriptions", rows)])
        for row in rows:
            base.execute("old_patients", row)

    step(base, 5)
    with base.transaction():
        open_months(base, AT)

    values = {"low": "", "high": "02", "since": LONG_AGO, "before": AT, "last": "", "size": 9}
    alert = {"told_at": AT, "code": "WAITING", "execution": 1, "sender": "332001239"}
    lacking = {"department": None, "prescriber": None, "document": b"{}"}
    with base.transaction():
        found = base.fetch("list_of_prescriber", {**values, "key": "10001045367"})
        keys = [write_key(number) for number in numbers]
        base.write_sets(
            [
                (
                    "write_alerts",
                    [{**key, **alert, **lacking, "rank": 1, "position": 0} for key in keys],
                )
            ]
        )
        [(waiting,)] = base.fetch("count_waiting", write_count("332001239", at=AT, size=9))
    assert [number for _, number in found] == sorted((n.value for n in numbers), reverse=True)
    assert waiting == 0  # long issued


def test_months_to_come_have_alerts(fresh_postgresql):  # TLS-15, TLS-63
    with psycopg.connect(fresh_postgresql) as connection:
        months = connection.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'alert'::regclass"
        ).fetchone()

    assert months == (18,)
