"""Personal links: read back as they were written, and by nobody else's secret."""

import pytest

from ordonnance.domain.preserie_party import Party, PartyKind
from ordonnance.usecases.link import Invited, Links

PILOT = Invited("7K3MQ2ZT9XB4CDEF", Party(PartyKind.PILOT, "802000014"))
LINKS = Links(b"a secret of thirty-two bytes: ok")


def test_a_link_says_whom_it_was_written_for():  # PRE-50
    word = LINKS.write(PILOT)

    assert LINKS.read(word) == PILOT
    assert len(word) < 200


@pytest.mark.parametrize("change", ["", "x", "…", "." * 700])
def test_a_link_that_is_not_ours_is_nobodys(change):  # PRE-50
    word = LINKS.write(PILOT)

    assert LINKS.read(change) is None
    assert LINKS.read(word[:-2] + ("AA" if not word.endswith("AA") else "BB")) is None


def test_another_secret_makes_links_void():  # PRE-50
    other = Links(b"another secret of 32 bytes: fine")

    assert other.read(LINKS.write(PILOT)) is None
