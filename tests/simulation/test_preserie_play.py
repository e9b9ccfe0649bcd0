"""When the préséries of the story begin, and what they draw by chance."""

from datetime import datetime
from itertools import islice

import pytest

from ordonnance.simulation.preserie_play import draw_chances, find_monday


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        ("2026-11-02T07:59:00+00:00", "2026-11-02T09:00:00+01:00"),
        ("2026-11-02T08:00:00+00:00", "2026-11-02T09:00:00+01:00"),
        ("2026-11-02T08:01:00+00:00", "2026-11-09T09:00:00+01:00"),
        ("2026-11-01T23:30:00+00:00", "2026-11-02T09:00:00+01:00"),
        ("2026-11-04T12:00:00+00:00", "2026-11-09T09:00:00+01:00"),
        ("2026-11-08T22:59:00+00:00", "2026-11-09T09:00:00+01:00"),
        ("2026-10-24T10:00:00+00:00", "2026-10-26T09:00:00+01:00"),  # the hour changes between
    ],
)
def test_they_begin_on_the_next_monday_at_nine(at, monday):
    assert find_monday(datetime.fromisoformat(at)) == datetime.fromisoformat(monday)


def test_the_numbers_of_ordonnances_are_the_same_each_time():
    one, again, other = (list(islice(draw_chances(name), 20)) for name in ("a", "a", "b"))

    assert one == again
    assert len({*one, *other}) == 40
    assert all(0 <= chance < 2**72 for chance in one)
