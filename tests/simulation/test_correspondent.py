"""What is expected of an answer about a présérie."""

import pytest

from ordonnance.simulation.correspondent import Said, accepted, declined
from ordonnance.simulation.telling import PlotError, Refused

REFUSED = Said(409, {"code": "NOT_AUTHORISED", "sentence": "Pas encore."})


def test_what_was_accepted_is_given():
    assert accepted(Said(201, {"state": "LANCEE"})) == {"state": "LANCEE"}
    assert accepted(Said(200, {"state": "LANCEE"}), 200) == {"state": "LANCEE"}


def test_what_was_to_be_accepted_and_is_not_ends_the_story():
    with pytest.raises(PlotError, match="expected 201, got 409 NOT_AUTHORISED"):
        accepted(REFUSED)


def test_a_refusal_is_told_with_its_sentence():
    assert declined(REFUSED, 409, "NOT_AUTHORISED") == Refused(
        409, "NOT_AUTHORISED", "Pas encore.", may_override=False
    )


@pytest.mark.parametrize(
    ("said", "got"),
    [(REFUSED, "got 409 NOT_AUTHORISED"), (Said(201, {"state": "LANCEE"}), "got 201")],
)
def test_another_answer_than_the_refusal_that_is_told_ends_the_story(said, got):
    with pytest.raises(PlotError, match=got):
        declined(said, 422, "FIRST_WEEK_PACE")
