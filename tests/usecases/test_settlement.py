"""The one write path, on real databases, two desks at once."""

import os

from builders import NOW, a_number, a_prescription, execute, issue
import pytest

from ordonnance.domain.refusal import Refusal
from ordonnance.store.database import connect
from ordonnance.store.seal import PlainSeal
from ordonnance.usecases.settlement import Received, Settlement


@pytest.fixture
def settlement(database_url):
    database = connect(database_url)
    yield Settlement(database, PlainSeal(), os.urandom)
    database.close()


def test_each_command_of_a_set_sees_what_those_before_it_left(settlement):
    number = a_number()
    commands = [issue(a_prescription(number)), execute(number), execute(number, key="again")]

    issued, executed, refused = settlement.settle([Received(c, NOW) for c in commands])

    assert issued.dossier.facts == ()
    assert len(executed.dossier.executions) == 1
    assert isinstance(refused, Refusal)
    assert refused.reason.code == "RIGHTS_EXHAUSTED"
